"""The configurations for hubs: what they set, and two learners on a real JupyterHub.

`make hub` sets a hub up in build/hub as a teacher would, and runs this file. Without it the test of
the real hub is left out, and says so.
"""

import asyncio
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import uuid
from pathlib import Path

import nbformat
import pytest
import requests
import yaml

sys.path.insert(0, str(Path(__file__).parent / "tools"))

from drift_report import IGNORED, printed

ROOT = Path(__file__).resolve().parents[1]
HUB = ROOT / "binder" / "hub"
PLACE = Path(os.environ.get("FMNIST_LESSONS_HUB", ROOT / "build" / "hub"))
PROXY = PLACE / "node_modules" / ".bin" / "configurable-http-proxy"
# What two learners run at the same time; fewer to try the test itself.
CHAPTERS = os.environ.get("FMNIST_LESSONS_HUB_CHAPTERS", "02 05").split()
LEARNERS = ("ada", "grace")
PASSWORD = uuid.uuid4().hex

on_posix = pytest.mark.skipif(os.name != "posix", reason="hubs run on Linux and macOS")


class Settings(dict):
    """Stands in for traitlets' configuration object `c`."""

    def __getattr__(self, name):
        return self.setdefault(name, Settings())

    def __setattr__(self, name, value):
        self[name] = value


def settings_of(name):
    """Run one of the configuration files, and what it loads, and return what it sets."""
    settings = Settings()

    def load(path):
        names = {"__file__": path, "get_config": lambda: settings, "load_subconfig": load}
        exec(compile(Path(path).read_text(encoding="utf-8"), path, "exec"), names)

    load(str(HUB / name))
    return settings


@pytest.mark.parametrize("name", ["install", "start"])
@on_posix
def test_scripts_can_be_run_and_stop_at_an_error(name):
    lines = (HUB / name).read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#!/bin/bash"
    assert next(line for line in lines if line[:1] not in ("#", "")) == "set -euo pipefail"
    assert (HUB / name).stat().st_mode & 0o111 == 0o111
    subprocess.run(["bash", "-n", HUB / name], check=True)


def test_all_hubs_give_a_learner_the_same():
    plain, snippet = settings_of("jupyterhub_config.py"), settings_of("lessons_config.py")
    assert snippet.Spawner.items() <= plain.Spawner.items()
    values = yaml.safe_load((HUB / "kubernetes_values.yaml").read_text(encoding="utf-8"))
    littlest = yaml.safe_load((HUB / "tljh_config.yaml").read_text(encoding="utf-8"))
    pod, spawner = values["singleuser"], plain.Spawner
    assert pod["memory"] == {"limit": spawner.mem_limit, "guarantee": spawner.mem_guarantee}
    assert pod["cpu"] == {"limit": spawner.cpu_limit, "guarantee": spawner.cpu_guarantee}
    assert littlest["limits"] == {"memory": spawner.mem_limit, "cpu": spawner.cpu_limit}
    assert pod["defaultUrl"] == spawner.default_url
    assert (ROOT / spawner.default_url.removeprefix("/lab/tree/fmnist_lessons/")).is_file()
    assert spawner.cmd == [str(HUB / "start"), "jupyterhub-singleuser"]
    assert [Path(part).name for part in pod["cmd"]] == ["start", "jupyterhub-singleuser"]
    (service,) = plain.JupyterHub.services
    timeouts = {values["cull"]["timeout"], littlest["services"]["cull"]["timeout"]}
    assert {f"--timeout={seconds}" for seconds in timeouts} <= set(service["command"])
    assert len(timeouts) == 1


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


# The plain configuration, with what a test needs instead of accounts of the system.
TESTED = """
c = get_config()
load_subconfig({config!r})
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub_port}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = {password!r}
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r} + "/{{username}}"
c.Spawner.environment = {{"FMNIST_LESSONS_REPOSITORY": {repository!r}}}
c.Spawner.args = {arguments!r}
"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """Start a JupyterHub on loopback; yield its address and its log."""
    if not (PLACE / "bin" / "jupyterhub").is_file() or not PROXY.is_file():
        pytest.skip(f"NO REAL HUB WAS TESTED: there is none in {PLACE}; `make hub` sets one up")
    place = tmp_path_factory.mktemp("hub")
    # Its own repository of the chapters: this folder may be no clone, or on no branch.
    repository = place / "lessons"
    shutil.copytree(ROOT / "notebooks", repository / "notebooks")
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "chapters"]):
        subprocess.run(["git", *identity, *command], cwd=repository, check=True)
    port, hub_port, proxy_port = free_ports(3)
    (place / "jupyterhub_config.py").write_text(
        TESTED.format(
            config=str(HUB / "jupyterhub_config.py"),
            password=PASSWORD,
            proxy=str(PROXY),
            homes=str(place),
            repository=repository.as_uri(),
            arguments=["--allow-root"] if os.geteuid() == 0 else [],
            **{"port": port, "hub_port": hub_port, "proxy_port": proxy_port},
        ),
        encoding="utf-8",
    )
    kept = {name: value for name, value in os.environ.items() if "_NUM_" not in name}
    log = place / "log"
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [PLACE / "bin" / "jupyterhub", "--config", "jupyterhub_config.py"],
            cwd=place,
            env={**kept, "PATH": f"{PLACE / 'bin'}{os.pathsep}{os.environ['PATH']}"},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
        yield f"http://127.0.0.1:{port}", log
        process.terminate()  # the hub stops its learners' servers, and the proxy
        process.wait(60)


class Learner:
    """Logs in as a browser does, and runs chapters through the hub."""

    def __init__(self, address, name):
        self.address, self.name = address, name
        self.session = requests.Session()
        self.server = f"{address}/user/{name}"

    async def get(self, url, **options):
        return await asyncio.to_thread(self.session.get, url, timeout=180, **options)

    async def log_in(self):
        """Log in, and return the address at which the learner ends up."""
        for _ in range(600):
            with contextlib.suppress(requests.ConnectionError):
                if (await self.get(f"{self.address}/hub/login")).ok:
                    break
            await asyncio.sleep(0.5)
        form = {"username": self.name, "password": PASSWORD}
        form["_xsrf"] = self.session.cookies.get("_xsrf", path="/hub/")
        login = f"{self.address}/hub/login?next=/hub/spawn"
        answer = await asyncio.to_thread(self.session.post, login, data=form, timeout=180)
        for _ in range(240):
            assert answer.ok, (answer.url, answer.text)
            if answer.url.startswith(self.server):
                return answer.url.removeprefix(self.server)
            await asyncio.sleep(0.5)
            answer = await self.get(f"{self.address}/hub/spawn")
        raise AssertionError(f"{self.name}'s server did not start: {answer.url}")

    async def run(self, chapter):
        """Run a chapter; return the notebook as the server has it, and each cell's outputs."""
        from tornado.httpclient import HTTPRequest
        from tornado.websocket import websocket_connect

        path = f"fmnist_lessons/notebooks/{chapter}"
        content = (await self.get(f"{self.server}/api/contents/{path}")).json()["content"]
        token = {"X-XSRFToken": self.session.cookies.get("_xsrf", path=f"/user/{self.name}/")}
        wanted = {"path": path, "name": "", "type": "notebook", "kernel": {"name": "python3"}}
        started = await asyncio.to_thread(
            self.session.post, f"{self.server}/api/sessions", json=wanted, headers=token, timeout=60
        )
        assert started.ok, started.text
        kernel = f"{self.server}/api/kernels/{started.json()['kernel']['id']}"
        request = requests.Request("GET", f"{kernel}/channels")
        cookies = self.session.prepare_request(request).headers["Cookie"]
        url = f"{kernel}/channels".replace("http", "ws", 1)
        socket = await websocket_connect(
            HTTPRequest(url, headers={"Cookie": cookies}, request_timeout=60),
            max_message_size=2**30,
        )
        notebook = nbformat.from_dict(content)
        outputs = [
            await self.execute(socket, cell) if cell.cell_type == "code" else []
            for cell in notebook.cells
        ]
        socket.close()
        await asyncio.to_thread(self.session.delete, kernel, headers=token, timeout=60)
        return notebook, outputs

    async def execute(self, socket, cell):
        """Run one cell; return its outputs."""
        number = uuid.uuid4().hex
        header = {"msg_id": number, "username": self.name, "session": self.name, "version": "5.3"}
        request = {
            "header": {**header, "msg_type": "execute_request"},
            "parent_header": {},
            "metadata": {},
            "content": {"code": cell.source, "silent": False, "stop_on_error": False},
            "channel": "shell",
        }
        await socket.write_message(json.dumps(request))
        outputs = []
        while True:
            message = await asyncio.wait_for(socket.read_message(), 900)
            assert message is not None, f"{self.name}'s kernel is gone"
            if isinstance(message, bytes):  # a picture for a lab
                continue
            message = json.loads(message)
            if message["parent_header"].get("msg_id") != number:
                continue
            kind, content = message["header"]["msg_type"], message["content"]
            if kind in ("stream", "display_data", "execute_result", "error"):
                outputs.append({"output_type": kind, **content})
            elif kind == "status" and content["execution_state"] == "idle":
                return outputs


async def class_hour(address):
    """Let all learners in, and all run each chapter at the same time."""
    learners = [Learner(address, name) for name in LEARNERS]
    urls = await asyncio.gather(*(learner.log_in() for learner in learners))
    runs = []
    for number in CHAPTERS:
        (path,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
        runs += await asyncio.gather(*(learner.run(path.name) for learner in learners))
    return urls, runs


def test_two_learners_get_the_numbers_of_the_chapters(hub):
    address, log = hub
    try:
        urls, runs = asyncio.run(class_hour(address))
    except BaseException:
        print(log.read_text(encoding="utf-8"))
        raise
    default = settings_of("lessons_config.py").Spawner.default_url
    assert urls == [default] * len(LEARNERS)
    assert len(runs) == len(CHAPTERS) * len(LEARNERS)
    for notebook, outputs in runs:
        compared = 0
        for cell, got in zip(notebook.cells, outputs, strict=True):
            if cell.cell_type == "code" and IGNORED not in cell.metadata.get("tags", []):
                assert printed(got) == printed(cell.outputs), cell.source
                compared += len(re.findall(r"\d", "".join(printed(got))))
        assert compared > 50
