"""Measure a class on one computer: what ``make class-load`` runs.

    python tests/bench/class_load.py [--chapter 02] [--learners 1 2 4 8] [--mib 953]

Each learner has a JupyterLab server and a kernel, started as on a hub, in a control group of their
own. All begin at once and run the chapter from top to bottom over the server's WebSocket, as a
browser does. The memory of a group is what no file backs, server, kernel and all they start; PSS
shares out among all learners what they have in common. A learner is served if what the cells
printed is what the chapter holds.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
import uuid
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.request import Request, urlopen

import nbformat
import psutil
from tornado.websocket import websocket_connect

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from chapters import CELL_TIMEOUT, PROJECT, find_chapters, fresh_place
from memory_limit import MIB, ControlGroup

NO_LIMIT = 2**20  # MiB: more than any computer has, so the group only counts
START = 600  # seconds for a server, or a kernel, to answer


class Learner:
    """One learner's server, kernel and control group.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The chapter to run.
    mib : int
        The control group's limit in MiB.
    stack : ExitStack
        Where the group and the folder are put away.
    """

    def __init__(self, notebook, mib, stack):
        self.notebook = notebook
        self.folder, environment = stack.enter_context(fresh_place())
        self.group = ControlGroup(mib)
        stack.callback(self.group.remove)
        self.token = uuid.uuid4().hex
        environment.update(
            JUPYTER_RUNTIME_DIR=f"{self.folder}/runtime",
            JUPYTER_CONFIG_DIR=f"{self.folder}/config",
            JUPYTER_TOKEN=self.token,
        )
        command = [PROJECT / "binder" / "start", sys.executable, "-m", "jupyter", "lab"]
        command += ["--no-browser", "--allow-root"]
        command += [f"--ServerApp.root_dir={self.folder}", "--ServerApp.port=0"]
        self.server = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=self.group.enter,
        )
        self.failed = None  # what failed first
        self.peak = self.server_pss = self.kernel_pss = 0

    async def learn(self):
        """Open the chapter and run it; note the seconds, and what failed first."""
        start = time.perf_counter()
        try:
            await self._run()
        except Exception as error:
            self.failed = f"{type(error).__name__}: {error}"
        if self.group.kills():
            self.failed = f"over the limit of memory ({self.failed})"
        self.seconds = time.perf_counter() - start

    async def _run(self):
        url = await asyncio.to_thread(self._wait_for_url)

        def call(*arguments):
            return asyncio.to_thread(self._call, url, *arguments)

        await call("lab")
        kernel = json.loads(await call("api/kernels", {"name": "python3"}))["id"]
        address = f"{url.replace('http', 'ws', 1)}api/kernels/{kernel}/channels"
        socket = await websocket_connect(
            f"{address}?token={self.token}", max_message_size=2**28, connect_timeout=START
        )
        for cell in self.notebook.cells:
            if cell.cell_type != "code":
                continue
            printed = await asyncio.wait_for(self._execute(socket, cell.source), CELL_TIMEOUT)
            if not compared(cell):
                continue
            expected = "".join(each.text for each in cell.outputs if each.get("name") == "stdout")
            if printed != expected:
                raise AssertionError(f"cell {cell.id} printed {printed[-200:]!r}")

    async def _execute(self, socket, source):
        """Run a cell over the WebSocket; return what it wrote to stdout."""
        message = uuid.uuid4().hex
        header = {"msg_id": message, "msg_type": "execute_request", "version": "5.3"}
        header |= {"username": "", "session": self.token, "date": ""}
        content = {"code": source, "silent": False, "stop_on_error": False, "allow_stdin": False}
        whole = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        await socket.write_message(json.dumps({**whole, "channel": "shell", "buffers": []}))
        printed = ""
        while True:
            received = await socket.read_message()
            if received is None:
                raise ConnectionError("the server closed the connection")
            if isinstance(received, bytes):
                continue  # a widget's picture
            received = json.loads(received)
            kind, content = received["msg_type"], received["content"]
            if kind == "status" and content["execution_state"] in ("restarting", "dead"):
                raise ConnectionError("the kernel died")
            if received["parent_header"].get("msg_id") != message:
                continue
            if kind == "stream" and content["name"] == "stdout":
                printed += content["text"]
            if kind == "error":
                printed += f"{content['ename']}: {content['evalue']}"
            if kind == "status" and content["execution_state"] == "idle":
                return printed

    def _wait_for_url(self):
        until = time.monotonic() + START
        while time.monotonic() < until and self.server.poll() is None:
            for file in Path(self.folder, "runtime").glob("jpserver-*.json"):
                # The file is there before all of it is written, and before the server listens.
                with suppress(ValueError, OSError):
                    url = json.loads(file.read_text())["url"]
                    self._call(url, "api")
                    return url
            time.sleep(0.1)
        raise TimeoutError("the server did not start")

    def _call(self, url, path, data=None):
        headers = {"Authorization": f"token {self.token}"}
        data = None if data is None else json.dumps(data).encode()
        with urlopen(Request(url + path, data, headers), timeout=START) as answer:
            return answer.read()

    def look(self, with_pss):
        """Note the most memory so far."""
        self.peak = max(self.peak, self.group.anonymous_bytes())
        if not with_pss:
            return
        kernel = server = 0
        for pid in (self.group.path / "cgroup.procs").read_text().split():
            try:
                pss = psutil.Process(int(pid)).memory_full_info().pss
            except (psutil.Error, OSError):
                continue
            if int(pid) == self.server.pid:
                server = pss
            else:
                kernel += pss
        self.server_pss = max(self.server_pss, server)
        self.kernel_pss = max(self.kernel_pss, kernel)


def compared(cell):
    """Return whether what a cell prints is the same each time, as nbval's tags say."""
    return not {"nbval-ignore-output", "nbval-skip"} & set(cell.metadata.get("tags", []))


async def measure(notebook, count, mib):
    """Let `count` learners run the chapter at once; return them and the least memory left."""
    with ExitStack() as stack:
        learners = [Learner(notebook, mib, stack) for _ in range(count)]
        everyone = asyncio.gather(*(learner.learn() for learner in learners))
        looks, least = 0, psutil.virtual_memory().available
        while not everyone.done():
            for learner in learners:
                learner.look(with_pss=looks % 10 == 0)
            least = min(least, psutil.virtual_memory().available)
            looks += 1
            await asyncio.sleep(0.1)
        await everyone
    return learners, least


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--chapter", default="02", help="the chapter's number")
    parser.add_argument("--learners", nargs="+", type=int, default=[1, 2, 4, 8])
    parser.add_argument("--skip", nargs="*", default=[], help="ids of cells that are not run")
    parser.add_argument("--mib", type=int, default=NO_LIMIT, help="limit for each learner")
    arguments = parser.parse_args()
    (path,) = (path for path in find_chapters() if path.name.startswith(arguments.chapter))
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id not in arguments.skip]
    memory = psutil.virtual_memory().total / MIB
    print(f"{path.name} on {os.cpu_count()} cores and {memory:,.0f} MiB\n")
    print("| learners | seconds, slowest | MiB a learner | kernel, PSS | server, PSS | served |")
    print("|--:|--:|--:|--:|--:|--:|")
    all_served = True
    for count in arguments.learners:
        learners, _ = asyncio.run(measure(notebook, count, arguments.mib))
        row = [
            max(learner.seconds for learner in learners),
            *(
                max(getattr(learner, name) for learner in learners) / MIB
                for name in ("peak", "kernel_pss", "server_pss")
            ),
        ]
        failures = [learner.failed for learner in learners if learner.failed]
        served = f"{count - len(failures)} of {count}"
        print(f"| {count} | " + " | ".join(f"{each:,.0f}" for each in row) + f" | {served} |")
        for failure in failures[:1]:
            print(f"first failure: {failure}", file=sys.stderr)
            all_served = False
        sys.stdout.flush()
    return 0 if all_served else 1


if __name__ == "__main__":
    sys.exit(main())
