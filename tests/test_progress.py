"""The line of a long call: what it says, where and when, and that nothing of it is left behind."""

import subprocess
import sys
import threading

import keras
import nbformat
import pytest
from fmnist_lessons import cross_validate_sgd, progress, train_network
from fmnist_lessons.progress import Progress
from nbclient import NotebookClient


class Clock:
    """Stands in for the module time."""

    now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


@pytest.fixture
def terminal(monkeypatch):
    """Return a function: the lines written on a terminal, each over the cleared one before."""
    written = []
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stderr, "write", written.append)
    return lambda: "".join(written).split("\r\x1b[K")[1:]


def test_a_terminal_shows_one_line_and_clears_it(clock, terminal):
    with Progress("Cross-validation") as say:
        for seconds, share in ((1.9, 0.01), (2, 0.02), (2.2, 0.03), (2.25, 0.04), (60, 0.5)):
            clock.now = 100 + seconds
            say(share)
    assert terminal() == [
        "Cross-validation: 2%, about 1 min 38 s left",
        "Cross-validation: 4%, about 54 s left",
        "Cross-validation: 50%, about 1 min 0 s left",
        "",
    ]


def test_the_line_goes_when_the_call_is_interrupted(clock, terminal):
    def work():
        with Progress("Training") as say:
            clock.now += 5
            say(0.5)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert terminal() == ["Training: 50%, about 5 s left", ""]


def test_what_ends_soon_shows_nothing(clock, terminal):
    with Progress("Training") as say:
        clock.now += 1
        say(0.5)
        clock.now += 9
        say(1)  # there is nothing left to wait for
    assert terminal() == []


def test_a_thread_shows_nothing(clock, terminal):
    def work():
        with Progress("Training") as say:
            clock.now += 5
            say(0.5)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert terminal() == []


def test_no_terminal_shows_nothing(clock, capfd):
    with Progress("Training") as say:
        clock.now += 5
        say(0.5)
    assert capfd.readouterr() == ("", "")


@pytest.fixture
def shares(monkeypatch):
    """Return the shares that are reported, however soon."""
    said = []
    monkeypatch.setattr(Progress, "__call__", lambda self, share: said.append(share))
    return said


def test_cross_validation_reports_each_equation(first_images, shares):
    cross_validate_sgd(*first_images(200), 1)
    assert shares == [done / 50 for done in range(1, 51)]


def assert_told(shares, ends, step):
    """Compare with where blocks of steps end; Keras 3.8 tells of each when its first step ends."""
    begun = [end + step for end in (0, *ends[:-1])]
    assert shares == pytest.approx(begun if keras.__version__.startswith("3.8.") else ends)


def test_training_reports_within_epochs(first_images, shares):
    few = first_images(500 * 8)
    train_network(*few, few, 2, batch_size=4)  # 1,000 steps, in blocks of 500
    assert_told(shares, [0.25, 0.5, 0.75, 1.0], step=1 / 2000)
    shares.clear()
    train_network(*few, few, 2, batch_size=3000)
    assert_told(shares, [0.5, 1.0], step=1 / 4)


# In a real kernel.

LONG = """import time
from fmnist_lessons import progress
progress.FIRST_AFTER, progress.BETWEEN = 0.2, 0.05
print("before")
with progress.Progress("Cross-validation") as say:
    for done in range(1, 21):
        time.sleep(0.05)
        say(done / 20)
print("after")
done"""
SHORT = LONG.replace("= 0.2, 0.05", "= 60, 0.05")


def notebook_of(*sources):
    return nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        cells=[nbformat.v4.new_code_cell(source) for source in sources],
    )


class Watching(NotebookClient):
    """Keeps the messages of the kernel, with how many outputs the cell had by then."""

    def process_message(self, message, cell, index):
        self.messages = [*getattr(self, "messages", []), (index, message)]
        return super().process_message(message, cell, index)


@pytest.fixture(scope="module")
def executed():
    """Return a notebook that ran the same cell without and with the line, and the messages."""
    client = Watching(notebook_of(SHORT, LONG), kernel_name="python3", coalesce_streams=True)
    client.execute()
    return client


def test_a_kernel_tells_the_page_while_the_cell_runs(executed):
    kinds = [(index, message["msg_type"]) for index, message in executed.messages]
    assert not [kind for index, kind in kinds if index == 0 and kind.startswith("comm")]
    ours = [message for index, message in executed.messages if index == 1]
    told = [each for each in ours if each["msg_type"] in ("comm_open", "comm_msg")]
    states = [each["content"]["data"].get("state", {}) for each in told]
    words = [state["words"] for state in states if state.get("words")]
    assert len(words) > 3
    assert all(each.startswith("Cross-validation: ") for each in words)
    assert any("fmnist-progress" in state.get("_esm", "") for state in states)
    kinds = [each["msg_type"] for each in ours]
    streams = [place for place, kind in enumerate(kinds) if kind == "stream"]
    comms = [place for place, kind in enumerate(kinds) if kind.startswith("comm")]
    assert streams[0] < comms[0]
    assert comms[-1] < streams[-1]
    assert kinds.count("comm_open") == kinds.count("comm_close") == 1


def test_the_saved_cell_is_that_of_a_run_without(executed):
    without, with_line = executed.nb.cells
    assert [output.output_type for output in without.outputs] == ["stream", "execute_result"]
    for cell in (without, with_line):
        cell.outputs[-1].pop("execution_count")
    assert with_line.outputs == without.outputs


def test_strict_nbval_finds_no_difference(executed, tmp_path):
    notebook = notebook_of(LONG)
    notebook.cells[0].update(outputs=executed.nb.cells[0].outputs, execution_count=1)
    notebook.cells[0].outputs[-1]["execution_count"] = 1
    nbformat.write(notebook, tmp_path / "long.ipynb")
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q"]
    options = ["-p", "no:cacheprovider", "--rootdir", str(tmp_path), "-W", "ignore"]
    done = subprocess.run(
        [*command, *options, str(tmp_path / "long.ipynb")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
