"""JupyterLab, Jupyter Notebook 7 and Voilà on loopback, with settings and data of their own."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from chapters import PROJECT

TOKEN = "a-token-for-the-tests"
VOILA = PROJECT / "build" / "voila"  # a virtual environment, by `make voila`
_START_SECONDS = 60


class Server:
    """A running server.

    Attributes
    ----------
    address : str
        Such as ``http://127.0.0.1:40123``.
    root : pathlib.Path
        The folder whose notebooks it shows.
    app : str
        ``"lab"`` or ``"notebook"``.
    """

    def __init__(self, address, root, app):
        self.address, self.root, self.app = address, root, app

    def notebook_url(self, name):
        """Return the address at which the app shows one notebook and nothing beside it."""
        place = f"doc/tree/{name}?reset&" if self.app == "lab" else f"notebooks/{name}?"
        return f"{self.address}/{place}token={TOKEN}"

    def ask(self, path, method="GET"):
        """Return what the server's own API answers."""
        request = urllib.request.Request(f"{self.address}/api/{path}?token={TOKEN}", method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            body = answer.read()
        return json.loads(body) if body else None

    def end_kernels(self, of=None):
        """End the kernel of the notebook of that name, or every kernel."""
        for session in self.ask("sessions"):
            if of in (None, session["path"]):
                with contextlib.suppress(urllib.error.HTTPError):
                    self.ask(f"sessions/{session['id']}", method="DELETE")


def _settings():
    """Return JupyterLab's settings as the project ships them, and no saving while a test looks."""
    settings = json.loads((PROJECT / "binder" / "overrides.json").read_text(encoding="utf-8"))
    settings["@jupyterlab/docmanager-extension:plugin"] = {"autosave": False}
    return settings


def _environment(folder, **further):
    """Return an environment in which all that a server and its kernels write goes to a folder."""
    return dict(
        os.environ,
        HOME=str(folder / "home"),
        JUPYTER_CONFIG_DIR=str(folder / "config"),
        JUPYTER_DATA_DIR=str(folder / "data"),
        JUPYTER_RUNTIME_DIR=str(folder / "runtime"),
        IPYTHONDIR=str(folder / "ipython"),
        MPLCONFIGDIR=str(folder / "matplotlib"),
        KERAS_HOME=str(folder / "keras"),
        **further,
    )


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def serve(app, folder):
    """Start a server, yield it, and end it with all its kernels.

    Parameters
    ----------
    app : {"lab", "notebook"}
    folder : pathlib.Path
        Empty; everything the server writes goes there.

    Yields
    ------
    Server
    """
    root, settings = folder / "root", folder / "config" / "labconfig"
    for each in (root, folder / "home", settings):
        each.mkdir(parents=True)
    (settings / "default_setting_overrides.json").write_text(json.dumps(_settings()))
    environment = _environment(
        folder,
        JUPYTERLAB_SETTINGS_DIR=str(folder / "settings"),
        JUPYTERLAB_WORKSPACES_DIR=str(folder / "workspaces"),
        PYTHONDONTWRITEBYTECODE="1",
    )
    port = _free_port()
    kind = {"lab": "LabApp", "notebook": "JupyterNotebookApp"}[app]
    command = [
        *(sys.executable, "-m", {"lab": "jupyterlab", "notebook": "notebook"}[app]),
        *("--no-browser", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
        *(f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={root}"),
        *(f"--{kind}.expose_app_in_browser=True", "--allow-root"),
    ]
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=root, env=environment, stdout=out, stderr=out, start_new_session=True
        )
    server = Server(f"http://127.0.0.1:{port}", root, app)
    try:
        _wait_for(server, process, log)
        yield server
        server.end_kernels()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _wait_for(server, process, log):
    end = time.monotonic() + _START_SECONDS
    while True:
        try:
            return server.ask("status")
        except OSError:
            said = Path(log).read_text(errors="replace")[-3000:]
            assert process.poll() is None, f"the server ended:\n{said}"
            assert time.monotonic() < end, f"the server does not answer:\n{said}"
            time.sleep(0.1)


@contextlib.contextmanager
def serve_voila(notebook):
    """Start Voilà on a notebook, yield the page's address, and end it."""
    port = _free_port()
    places = VOILA / "share" / "jupyter", Path(sys.prefix, "share", "jupyter")
    paths = os.pathsep.join(map(str, places))
    environment = _environment(notebook.parent, JUPYTER_PATH=paths)
    command = [VOILA / "bin" / "python", "-m", "voila", notebook, "--no-browser", f"--port={port}"]
    process = subprocess.Popen(command, env=environment)
    try:
        end = time.monotonic() + _START_SECONDS
        while True:
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", port)):
                    break
            assert process.poll() is None, "Voilà ended; see above what it said"
            assert time.monotonic() < end, "Voilà does not answer; see above what it said"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
