"""A JupyterHub on one computer, where each learner has an account of the system.

jupyterhub --config binder/hub/jupyterhub_config.py
"""

import importlib.util
import sys
from pathlib import Path

c = get_config()  # noqa: F821  JupyterHub gives it

load_subconfig(str(Path(__file__).with_name("lessons_config.py")))  # noqa: F821

# Only this computer: a web server with a certificate stands in front, and passes on.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"

# Whoever has an account on this computer is a learner.
c.Authenticator.allow_all = True

# systemd keeps each learner within their memory and cores. Without it nothing does: one learner's
# endless list can then take everybody's server down.
if importlib.util.find_spec("systemdspawner") and Path("/run/systemd/system").is_dir():
    c.JupyterHub.spawner_class = "systemdspawner.SystemdSpawner"
else:
    print(
        "fmnist_lessons: memory and cores of a learner are NOT limited. On Linux with systemd: "
        "python -m pip install jupyterhub-systemdspawner",
        file=sys.stderr,
    )

# A server that nobody has used for an hour is stopped. A cell that runs counts as use.
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"],
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "services": ["idle-culler"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    }
]
