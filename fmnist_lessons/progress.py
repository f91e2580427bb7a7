"""How far a long call has come: a line that is gone when the call ends, and is never an output."""

import contextlib
import math
import sys
import threading
import time
from pathlib import Path

from .text import say_seconds

FIRST_AFTER = 2.0  # seconds: what ends sooner shows nothing
BETWEEN = 0.25  # seconds from one message to the next


class Progress:
    """Shows how much is done and how long the rest may take, until its ``with`` block ends.

    Below the running cell in a notebook, else in a terminal; nowhere for a thread, whose lab shows
    its own. Nothing of it is saved with the notebook or captured with what a cell prints. `what` is
    what is going on: ``"Cross-validation"``.
    """

    def __init__(self, what):
        self._what, self._line = what, None
        is_main = threading.current_thread() is threading.main_thread()
        self._start = time.monotonic()
        self._next = self._start + FIRST_AFTER if is_main else math.inf

    def __enter__(self):
        return self

    def __call__(self, share):
        """Say which share of the work is done, from 0 to 1; as often as you like."""
        now = time.monotonic()
        if now < self._next or not 0 < share < 1:
            return
        self._next = now + BETWEEN
        self._line = self._line or _new_line()
        left = say_seconds((now - self._start) * (1 - share) / share)
        self._line.say(share, f"{self._what}: {share:.0%}, about {left} left")

    def __exit__(self, *_):
        if self._line:
            self._line.close()


class _TerminalLine:
    def say(self, share, words):
        if sys.stderr.isatty():
            print(f"\r\x1b[K{words}", end="", file=sys.stderr, flush=True)

    def close(self):
        self.say(1, "")


class _NotebookLine:
    """A widget without a view, whose script puts a line below the cell that runs."""

    def __init__(self):
        import comm  # here, since only a kernel needs it

        # In the words of the widgets' protocol: to load a library of widgets takes a second.
        script = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
        model = {"_model_module": "anywidget", "_model_name": "AnyModel", "_esm": script}
        model["_model_module_version"] = "*"
        cell, _ = current_cell()
        self._comm = comm.create_comm(
            target_name="jupyter.widget",
            data={"state": {**model, "share": 0.0, "words": "", "cell": cell}},
            metadata={"version": "2.1.0"},
        )

    def say(self, share, words):
        self._comm.send({"method": "update", "state": {"share": share, "words": words}})

    def close(self):
        self._comm.close()


def current_cell():
    """Return the running cell's id and the message that runs it, or (None, None)."""
    with contextlib.suppress(AttributeError, KeyError):
        parent = sys.modules["IPython"].get_ipython().get_parent()
        return parent["metadata"]["cellId"], parent["header"]["msg_id"]
    return None, None


def _new_line():
    ipython = sys.modules.get("IPython")  # which is there in any notebook
    is_notebook = ipython and hasattr(ipython.get_ipython(), "kernel")
    return _NotebookLine() if is_notebook else _TerminalLine()
