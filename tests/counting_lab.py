"""The smallest lab that trains: it counts, one step whenever it is let."""

import threading
from dataclasses import dataclass

from fmnist_lessons import SessionLog
from fmnist_lessons.figures.described import DescribedFigure
from fmnist_lessons.labs.job import Job, Outcome
from fmnist_lessons.labs.training_lab import Training, TrainingLab

BUTTONS = '<button data-do="train">Train</button> <button data-do="stop">Stop</button> '


@dataclass(frozen=True)
class Counting(Training):
    steps: int = 3
    counted: tuple = ()


class CountingLab(TrainingLab):
    """Count to `steps`.

    Attributes
    ----------
    steps_let : threading.Semaphore
        Each release lets the thread go one step on.
    work : callable or None
        What to do in place of counting.
    """

    setting = "steps"

    def __init__(self, data="Fashion MNIST", *, session_log=None):
        self.steps_let = threading.Semaphore(0)
        self.work = None
        self.threads = []
        super().__init__(
            Counting(),
            published={3: 0.5},
            published_images=100,
            data=data,
            images=10,
            session_log=SessionLog() if session_log is None else session_log,
        )

    def job(self, state):
        def work(stop, report):
            self.threads.append(threading.current_thread())
            for step in range(1, state.steps + 1):
                while not self.steps_let.acquire(timeout=0.01):
                    if stop.is_set():
                        return None
                new = {"counted": tuple(range(1, step + 1))}
                report(self.advance, step / state.steps, f"Counting: {step}", new)
            return state.steps

        def record(result, seconds):
            parameters = {"steps": state.steps}
            return Outcome(
                f"Done: counted to {result}.",
                {"runs": (*self.state.runs, result)},
                (parameters, {"result": result}, seconds),
            )

        return Job(
            f"Counting to steps={state.steps}",
            self.work or work,
            record,
            lambda: f"Stopped at {len(self.state.counted)}.",
            clear={"counted": ()},
        )

    def picture(self):
        figure = DescribedFigure(figsize=(1, 1))
        figure.alt = "Nothing to see."
        return figure

    def render(self, state):
        counted = " ".join(map(str, state.counted))
        return {
            **super().render(state),
            "controls": BUTTONS + f"{state.steps} {'running' if state.running else 'idle'}",
            "view": f"counted: {counted}, runs: {len(state.runs)}",
        }
