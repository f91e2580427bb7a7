"""Exercises in a kernel: a check that is stopped, or is at fault itself, prints no answer."""

import inspect
import re
from pathlib import Path

import pytest
from fmnist_lessons import exercises
from fmnist_lessons.exercises import networks
from fmnist_lessons.exercises.feedback import MISTAKES
from jupyter_client.manager import start_new_kernel  # comes with nbclient

FOLDER = Path(exercises.__file__).parent
NAMES = sorted(exercises.EXERCISES)
IMPORTS = """
from unittest.mock import patch
import numpy as np
from fmnist_lessons.exercises import *
from fmnist_lessons.exercises import EXERCISES
from fmnist_lessons.exercises.feedback import LearnersFunction
"""


class Kernel:
    """A real kernel, and what its cells print."""

    def __init__(self, manager, client):
        self.manager, self.client = manager, client

    def printed(self, code, interrupt_at=None):
        """Run a cell; return all that it prints, its result and its error included.

        With `interrupt_at`, the kernel is interrupted once that was printed.
        """
        texts = []

        def take(message):
            content = message["content"]
            texts.append(content.get("text", ""))
            texts.append(content.get("data", {}).get("text/plain", ""))
            texts.extend(content.get("traceback", []))
            if interrupt_at and interrupt_at in content.get("text", ""):
                self.manager.interrupt_kernel()

        self.client.execute_interactive(code, output_hook=take, timeout=60)
        return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(filter(None, texts)))


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        kernel = Kernel(manager, client)
        assert kernel.printed(IMPORTS) == ""
        yield kernel
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def secrets(name):
    """Return what must not be printed: expressions of an exercise, and lines of code behind it."""
    declared = exercises.EXERCISES[name].declaration
    expressions = [declared.right, declared.further, *declared.where.values()]
    expressions += [*declared.mistakes, *declared.wrong_if]
    expressions += [sign for table in MISTAKES.values() for sign in table]
    module = FOLDER / f"{file_of(name).stem}.py"
    code = f"{module.read_text(encoding='utf-8')}\n{inspect.getsource(networks)}"
    lines = [line.strip() for line in code.splitlines() if "import" not in line]
    return {each for each in expressions if re.search(r"\W", each)} | {
        line for line in lines if len(line) > 25
    }


def file_of(name):
    (path,) = (each for each in FOLDER.glob("*.toml") if f"[{name}]" in each.read_text("utf-8"))
    return path


def answers_in(name, printed):
    """List what of an exercise's answers is printed, be it wrapped or not."""
    said = " ".join(printed.split())
    return [each for each in secrets(name) if each in printed or each in said]


LOOPS = [
    "while True:\n        pass",
    "while True:\n        np.ones(300_000).sum()",
    "while True:\n        try: np.arange(9)\n        except Exception: pass",
]


@pytest.mark.parametrize("loop", LOOPS, ids=["in Python", "in NumPy", "behind except"])
def test_interrupt_in_an_endless_loop_says_where_it_was(kernel, loop):
    cell = f"""def first_hundred(images):
    print("running", flush=True)
    {loop}

check_first_hundred(first_hundred)"""
    printed = kernel.printed(cell, interrupt_at="running")
    said = re.fullmatch(
        r"running Not right yet: your function was stopped in line (\d), `(.*)`, for images = an "
        r"array of shape \(130, 28, 28\)\. If it ran on and on, look for a loop that never ends\. "
        r"For a hint: check_first_hundred\(first_hundred, hint=1\)",
        " ".join(printed.split()),
    )
    assert said, printed
    assert said[2] == cell.splitlines()[int(said[1]) - 1].strip()
    assert not answers_in("first_hundred", printed)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("error", ["KeyboardInterrupt", "SystemExit", "GeneratorExit"])
def test_what_stops_the_learners_function_becomes_words(kernel, name, error):
    parameters = exercises.EXERCISES[name].declaration.parameters
    cell = f"def answer({parameters}):\n    raise {error}\n\ncheck_{name}(answer)"
    printed = kernel.printed(cell)
    said = " ".join(printed.split())
    where = f"in line 2, `raise {error}`" if error == "KeyboardInterrupt" else f"raises {error}"
    assert said.startswith("Not right yet: ")
    assert where in said
    assert "Traceback" not in printed
    assert not answers_in(name, printed)


# Where a check itself breaks: in the call of the learner's function, where results are compared,
# and in the expressions of the declaration, on arguments that they are not made for.
CALL, COMPARISON, EXPRESSIONS = [
    "patch.object(LearnersFunction, '__call__', side_effect={error})",
    "patch.object(np, 'isclose', side_effect={error})",
    "patch.object(EXERCISES['{name}'], 'cases', lambda: [{arguments}])",
]


def broken(kernel, name, fault, error):
    """Return what a check prints of some answer while a fault is in it."""
    parameters = exercises.EXERCISES[name].declaration.parameters.split(", ")
    fault = fault.format(error=error, name=name, arguments=("spoilt",) * len(parameters))
    call = f"check_{name}(lambda {', '.join(parameters)}: 7.5)"
    return kernel.printed(f"with {fault}:\n    print({call})")


@pytest.mark.parametrize(
    ("fault", "mode"),
    [(CALL, "Context"), (COMPARISON, "Verbose"), (EXPRESSIONS, "Context")],
    ids=["call", "comparison", "expressions"],
)
@pytest.mark.parametrize("name", NAMES)
def test_fault_of_a_check_shows_no_answer(kernel, name, fault, mode):
    kernel.printed(f"%xmode {mode}")
    printed = broken(kernel, name, fault, "ZeroDivisionError")
    at_fault = f"CheckFailed: check_{name} itself is at fault, not your answer: " in printed
    assert at_fault or printed.startswith("Not right yet: ")
    assert at_fault or fault != CALL
    assert not answers_in(name, printed)


def test_interrupt_of_the_check_itself_is_told_too(kernel):
    printed = broken(kernel, "count_of_class", COMPARISON, "KeyboardInterrupt")
    assert printed.startswith(
        "Not right yet: the check was stopped on its way. Run the cell again."
    )


@pytest.mark.parametrize("name", NAMES)
def test_source_of_a_check_holds_no_answer(name):
    source = inspect.getsource(getattr(exercises, f"check_{name}"))  # as check_...?? shows it
    assert "def judge(answer):" in source
    assert not answers_in(name, source)
