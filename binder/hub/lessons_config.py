"""What a learner's server is given on any JupyterHub: chapters, threads, memory, cores.

The Littlest JupyterHub reads this file from its folder ``jupyterhub_config.d``, through a link;
``jupyterhub_config.py`` beside it loads it for a hub of one's own.
"""

from pathlib import Path

c = get_config()  # noqa: F821  JupyterHub gives it

HERE = Path(__file__).resolve().parent

# Chapters, Keras's cache and thread counts first, then the server.
c.Spawner.cmd = [str(HERE / "start"), "jupyterhub-singleuser"]
c.Spawner.default_url = "/lab/tree/fmnist_lessons/notebooks/01_look_at_the_data.ipynb"
c.Spawner.start_timeout = c.Spawner.http_timeout = 180  # the first start copies the chapters

# Chapters come from where this folder was cloned from. For another address or branch:
# c.Spawner.environment = {"FMNIST_LESSONS_REPOSITORY": "…", "FMNIST_LESSONS_BRANCH": "…"}

# One chapter and its server need about 1 GiB; the rest is for a second chapter that is still open.
# Spawners for systemd, Docker and Kubernetes enforce both limits, LocalProcessSpawner neither.
c.Spawner.mem_limit = "1536M"
c.Spawner.mem_guarantee = "1G"
c.Spawner.cpu_limit = 2
c.Spawner.cpu_guarantee = 0.5
