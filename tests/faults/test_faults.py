"""`make faults`: each fault of the table gives one sentence, and so does whatever else is fed."""

import gzip
import io
import os
import re
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from fmnist_lessons import SessionLog, cross_validate_sgd
from faults import FAULTS, table
from fmnist_lessons.data.shipped import read_idx
from fmnist_lessons.exercises import declared
from fmnist_lessons.log.file import read_log
from fmnist_lessons.pictures.read import read_grey
from fmnist_lessons.publishing.chapters import PublishingError
from fmnist_lessons.publishing.launch_links import parse_remote
from fmnist_lessons.quizzes import page, questions
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sklearn.linear_model import SGDClassifier

pytestmark = pytest.mark.faults
CASES = int(os.environ.get("FMNIST_LESSONS_FUZZ", "100"))
README = Path(__file__).parents[2] / "README.md"
ROWS = [
    pytest.param(fault, id=f"{kind}: {fault.breaks}")
    for kind, faults in FAULTS.items()
    for fault in faults
]
SENTENCES = ValueError, TypeError, OSError, declared.DeclarationError, PublishingError


@pytest.mark.parametrize("fault", ROWS)
def test_one_sentence_with_the_way_out(fault, tmp_path):
    with pytest.raises(SENTENCES) as raised:
        fault.do(tmp_path)
    said = str(raised.value)
    assert not isinstance(raised.value, UnicodeError)
    assert re.search(fault.said, said), said
    assert re.search(fault.mend, said), said
    assert "\n" not in said
    assert len(said) < 600


def test_there_are_forty_and_the_readme_names_each():
    assert len(ROWS) >= 40
    assert table() in README.read_text(encoding="utf-8"), "run python tests/faults/faults.py"


# Fits that no one waits for.


@pytest.fixture
def endless(monkeypatch):
    """Let each fit go on until someone ends it; return the event that one has begun."""
    begun, fit = threading.Event(), SGDClassifier.fit

    def endless_fit(self, *arguments):
        self.tol = None
        begun.set()
        return fit(self, *arguments)

    monkeypatch.setattr(SGDClassifier, "fit", endless_fit)
    return begun


def no_fit_goes_on(before):
    return all(thread in before for thread in threading.enumerate())


@pytest.mark.parametrize("after", [0, 0.3])
def test_an_interrupt_ends_the_equations_under_way(endless, first_images, wait_until, after):
    before, heard, stop = threading.enumerate(), threading.Event(), threading.Event()
    interrupted = []

    def interrupt():
        endless.wait(60)
        time.sleep(after)
        interrupted.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)
        if not heard.wait(60):
            stop.set()  # to fail, and not to go on for hours

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        cross_validate_sgd(*first_images(2000), max_iter=100_000, stop=stop)
    answered = time.monotonic() - interrupted[0]
    heard.set()
    thread.join()
    wait_until(lambda: no_fit_goes_on(before))
    # A pass takes some milliseconds, all of them minutes: generous to a machine that does more.
    assert answered < 10


def test_an_interrupt_while_a_fit_is_handed_over_ends_it(
    endless, first_images, wait_until, monkeypatch
):
    before, start = threading.enumerate(), threading.Thread.start

    def start_and_interrupt(thread):
        start(thread)
        monkeypatch.setattr(threading.Thread, "start", start)
        assert endless.wait(60)
        raise KeyboardInterrupt  # where the executor does not know the thread yet

    monkeypatch.setattr(threading.Thread, "start", start_and_interrupt)
    with pytest.raises(KeyboardInterrupt):
        cross_validate_sgd(*first_images(2000), max_iter=100_000)
    wait_until(lambda: no_fit_goes_on(before))


def test_a_second_interrupt_leaves_no_fit(endless, first_images, wait_until, monkeypatch):
    before, shutdown = threading.enumerate(), ThreadPoolExecutor.shutdown

    def interrupted(pool, wait=True):
        shutdown(pool, wait=False)
        raise KeyboardInterrupt

    monkeypatch.setattr(ThreadPoolExecutor, "shutdown", interrupted)
    with pytest.raises(KeyboardInterrupt):
        cross_validate_sgd(*first_images(2000), max_iter=100_000, stop=endless)
    wait_until(lambda: no_fit_goes_on(before))


def test_a_stop_ends_the_equations_under_way(endless, first_images, wait_until):
    before, stop = threading.enumerate(), threading.Event()
    threading.Thread(target=lambda: (endless.wait(60), stop.set())).start()
    scores = cross_validate_sgd(*first_images(2000), max_iter=100_000, stop=stop)
    assert len(scores["test_score"]) == 0
    wait_until(lambda: no_fit_goes_on(before))


@pytest.mark.parametrize("kind", ["MaxIterLab", "EpochsLab"])
def test_labs_that_are_closed_leave_no_thread(kind, endless, first_images, wait_until):
    import fmnist_lessons

    train, validation = first_images(2000), first_images(500, start=2000)
    data = train if kind == "MaxIterLab" else (*train, validation)
    before, log = threading.enumerate(), SessionLog()
    for _ in range(20):
        lab = getattr(fmnist_lessons, kind)(*data, session_log=log)
        lab.train()
        lab.close()
    wait_until(lambda: no_fit_goes_on(before))
    assert len(log) == 0


# Whatever is fed: an answer or a sentence.

ODD = ["NaN", "1e999", "-1", "[]", "{}", "null", r'"\ud800"', "9" * 5000, '""', "true", "[" * 3000]
TOKEN = re.compile(rb'"(?:[^"\\\n]|\\.)*"|-?\d[\d.e+-]*|true|false')


PLACE = st.integers(0, 10**5)  # in a file, and from its beginning again where that is shorter
CHANGE = st.tuples(PLACE, st.sampled_from([0, 1, 2, 4, 8, 100, 10**6]), st.binary(max_size=8))
CHANGES = st.lists(CHANGE, min_size=1, max_size=3)
VALUES = st.lists(st.tuples(PLACE, st.sampled_from(ODD)), min_size=1, max_size=2)


def damaged(sound):
    """Return a strategy: a sound file with a few bytes changed, left out or put in, or whatever."""

    def change(changes):
        content = sound
        for place, length, new in changes:
            at = place % (len(content) + 1)
            content = content[:at] + new + content[at + length :]
        return content

    changed = CHANGES.map(change)
    return st.one_of(*[changed] * 9, st.binary(max_size=60))


def odd_values(sound):
    """Return a strategy: a text whose form is kept, but for one or two odd values; or damage."""

    def change(values):
        content = sound
        for place, odd in values:
            tokens = list(TOKEN.finditer(content))
            token = tokens[place % len(tokens)]
            content = content[: token.start()] + odd.encode() + content[token.end() :]
        return content

    return st.one_of(VALUES.map(change), damaged(sound))


def fuzz(strategy):
    """Run a test on so many cases that are drawn."""

    def of(test):
        no_limits = {"deadline": None, "database": None, "derandomize": True}
        checks = list(HealthCheck)
        run = settings(max_examples=CASES, suppress_health_check=checks, **no_limits)
        return run(given(content=strategy)(test))

    return of


def answer_or_sentence(call, *errors):
    """Return the answer, or None for a sentence: an error of just these kinds, in few words."""
    try:
        return call()
    except errors as caught:
        error = caught
    assert type(error) in errors, repr(error)
    assert 10 < len(str(error)) < 3000
    return None


IDX = gzip.compress(b"\0\0\x08\x03\0\0\0\x02\0\0\0\x1c\0\0\0\x1c" + bytes(2 * 784), mtime=0)
PLAIN_IDX = gzip.decompress(IDX)


@fuzz(st.one_of(damaged(IDX), damaged(PLAIN_IDX).map(lambda each: gzip.compress(each, 1, mtime=0))))
def test_any_idx_file(content):
    images = answer_or_sentence(lambda: read_idx(content, (28, 28), "file x"), ValueError)
    assert images is None or images.shape[1:] == (28, 28)


def a_log():
    log = SessionLog()
    log.add("EpochsLab", {"epochs": 5, "optimizer": "adam"}, {"loss": [0.5, 0.25]}, 1.5)
    return log.to_json().encode()


@fuzz(odd_values(a_log()))
def test_any_log(content):
    answer_or_sentence(lambda: read_log(content), ValueError)


QUIZ = (questions.FOLDER / "01_look_at_the_data.json").read_bytes()


@fuzz(odd_values(QUIZ))
def test_any_quiz(content, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp()
    (folder / "01_fuzz.json").write_bytes(content)
    read = answer_or_sentence(lambda: questions.load_questions("01_fuzz", folder), ValueError)
    if read is not None:
        page.quiz_html(read).encode()


EXERCISES = (Path(declared.__file__).parent / "look_at_the_data.toml").read_bytes()


@fuzz(odd_values(EXERCISES[: EXERCISES.index(b"\n[", 200)]))
def test_any_exercises(content, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "fuzz.toml"
    path.write_bytes(content)
    answer_or_sentence(lambda: declared.read(path), declared.DeclarationError)


def pictures():
    grey = Image.fromarray(np.arange(144, dtype=np.uint8).reshape(12, 12))
    for kind in ("PNG", "JPEG", "GIF", "BMP", "WEBP"):
        file = io.BytesIO()
        grey.save(file, kind)
        yield file.getvalue()


@fuzz(st.one_of(*map(damaged, pictures())))
def test_any_upload(content):
    read = answer_or_sentence(lambda: read_grey(content), ValueError)
    assert read is None or read[0].dtype == np.uint8


PARTS = ("https://", "git@", "//", "[", "]", ":", "/", "@", "github.com", "gitlab.com", "a", ".git")
REMOTES = st.lists(st.one_of(st.sampled_from(PARTS), st.text(max_size=3)), max_size=9)


@fuzz(REMOTES.map("".join))
def test_any_remote(content):
    found = answer_or_sentence(lambda: parse_remote(content), PublishingError)
    assert found is None or found[0] in ("github.com", "gitlab.com")
