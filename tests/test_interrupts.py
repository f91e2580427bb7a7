"""Interrupt between cells, in a kernel of its own."""

import json
import signal
import sys
import time
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

PREPARATION = f"""
import signal, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from counting_lab import CountingLab
lab, other = CountingLab(), CountingLab()
"""


class Kernel:
    """A running kernel, used as a notebook does."""

    def __init__(self, folder):
        self.manager = KernelManager()
        self.manager.kernel_spec.argv[0] = sys.executable
        self.manager.start_kernel(cwd=folder)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def run(self, code, until=None):
        """Run a cell and return what it prints; with `until`, again and again until it is that."""
        end = time.monotonic() + 30
        while True:
            printed = []

            def hook(message, printed=printed):
                if message["msg_type"] == "stream":
                    printed.append(message["content"]["text"])
                assert message["msg_type"] != "error", message["content"]

            self.client.execute_interactive(code, timeout=60, output_hook=hook)
            said = "".join(printed).strip()
            if until is None or said == until:
                return said
            assert time.monotonic() < end, said
            time.sleep(0.05)

    def wait_for(self, words):
        """Wait until the running cell prints this, or a lab says it."""
        seen = ""
        while words not in seen:
            content = self.client.get_iopub_msg(timeout=30)["content"]
            seen += content.get("text", "") + json.dumps(content.get("data", ""))

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    running = Kernel(tmp_path_factory.mktemp("kernel"))
    running.run(PREPARATION)
    yield running
    running.close()


def between_cells(kernel):
    """Return the handler that the kernel has between cells."""
    return kernel.run("handler = get_ipython().kernel.saved_sigint_handler; print(handler)")


def test_interrupt_stops_all_labs_that_train_and_says_so(kernel):
    assert between_cells(kernel) == "1"  # SIG_IGN
    kernel.run("lab.train(); other.train()")
    time.sleep(0.2)
    kernel.manager.interrupt_kernel()
    kernel.wait_for("Interrupted. Stopped at 0.")  # without another cell, which would wake it
    kernel.wait_for("Interrupted. Stopped at 0.")
    assert kernel.run("print(lab.join(30), other.join(30), lab.state.running)") == "True True False"
    time.sleep(0.1)
    assert between_cells(kernel) == "1"


def test_interrupt_with_nothing_to_stop_does_nothing(kernel):
    before = kernel.run("print(lab.status)")
    kernel.manager.interrupt_kernel()
    assert kernel.run("print(lab.status)") == before


def test_a_run_that_ends_gives_interrupt_back_to_the_kernel(kernel):
    kernel.run("lab.train()")
    time.sleep(0.1)
    assert "_stop_all" in between_cells(kernel)
    kernel.run("lab.steps_let.release(3); print(lab.join(30))", until="True")
    time.sleep(0.1)
    assert between_cells(kernel) == "1"


def test_interrupt_ends_the_cell_that_waits_for_a_run_and_the_run(kernel):
    kernel.client.execute(
        """
try:
    print("begun", flush=True)
    lab.run()
except KeyboardInterrupt:
    print("ended")
"""
    )
    kernel.wait_for("begun")
    time.sleep(0.3)
    kernel.manager.interrupt_kernel()
    kernel.wait_for("ended")
    assert kernel.run("print(lab.status, lab.join(30))") == "Stopped at 0. True"


@pytest.mark.parametrize("waits", ["time.sleep", "await asyncio.sleep"])
def test_in_a_running_cell_interrupt_ends_the_cell_and_not_the_training(kernel, waits):
    kernel.run("lab.train()")
    code = f"""
import asyncio, time
try:
    print("begun", flush=True)
    for _ in range(1000):
        {waits}(0.05)
except (KeyboardInterrupt, asyncio.CancelledError):
    print("ended")
"""
    kernel.client.execute(code)
    kernel.wait_for("begun")
    time.sleep(0.3)
    kernel.manager.interrupt_kernel()
    kernel.wait_for("ended")
    assert kernel.run("print(lab.state.running)") == "True"
    kernel.manager.interrupt_kernel()
    kernel.run("print(lab.state.running)", until="False")


def test_without_a_kernel_nothing_is_touched(make_lab):
    from counting_lab import CountingLab

    before = signal.getsignal(signal.SIGINT)
    lab = make_lab(CountingLab)
    lab.train()
    assert signal.getsignal(signal.SIGINT) is before
    assert lab.interrupt() is True
    assert lab.status == "Interrupted. Stopped at 0."
