"""What all labs share: how what is typed is read, how a change is made, and the end."""

from dataclasses import dataclass

import ipywidgets
import numpy as np
import pytest
from driving import enter, press
from fmnist_lessons.checks import Number, OneOf
from fmnist_lessons.figures import DescribedFigure
from fmnist_lessons.labs.controls import Control, each, read
from fmnist_lessons.labs.lab import Lab

EPOCHS = Control("epochs", Number(1, 50, whole=True))
RATE = Control("rate", Number(-0.5, 0.5))


@pytest.mark.parametrize(
    ("typed", "control", "value"),
    [
        ("7", EPOCHS, 7),
        (" 7 ", EPOCHS, 7),
        ("7.0", EPOCHS, 7),
        ("7,0", EPOCHS, 7),
        ("0.25", RATE, 0.25),
        ("0,25", RATE, 0.25),
        ("-0,25", RATE, -0.25),
        ("−0.25", RATE, -0.25),
        ("1e-3", RATE, 0.001),
        ("b", Control("menu", OneOf(("a", "b"))), "b"),
        ("3", Control("menu", OneOf((3, 5))), 3),
        (True, Control("quick", OneOf((True, False))), True),
    ],
)
def test_what_is_typed_is_read(typed, control, value):
    read_value, remark = read(typed, control)
    assert (read_value, type(read_value), remark) == (value, type(value), "")


@pytest.mark.parametrize(
    ("typed", "control"),
    [
        *((typed, EPOCHS) for typed in ("2.5", "2,5", "1,000", "five", "", "nan", "5 epochs")),
        *((typed, RATE) for typed in ("", "1/2", "0..1", "nan")),
    ],
)
def test_what_is_no_such_number_is_refused_in_a_sentence(typed, control):
    with pytest.raises(ValueError, match=control.label) as refused:
        read(typed, control)
    assert control.check.allowed in str(refused.value)
    assert repr(typed) in str(refused.value)
    assert "nothing has changed" in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "control", "value", "said"),
    [
        ("60", EPOCHS, 50, "epochs goes from 1 to 50: 60 was asked for, 50 is taken."),
        ("-3", EPOCHS, 1, "epochs goes from 1 to 50: −3 was asked for, 1 is taken."),
        ("inf", EPOCHS, 50, "epochs goes from 1 to 50: inf was asked for, 50 is taken."),
        ("7", RATE, 0.5, "rate goes from −0.5 to 0.5: 7 was asked for, 0.5 is taken."),
        ("9" * 99, EPOCHS, 50, f"epochs goes from 1 to 50: {'9' * 40} was asked for, 50 is taken."),
    ],
)
def test_beyond_the_range_its_end_is_taken_and_said(typed, control, value, said):
    assert read(typed, control) == (value, said)


@pytest.mark.parametrize("wrong", [1, "True", None, 0.0])
def test_a_switch_takes_true_and_false_only(wrong):
    switch = OneOf((True, False))
    assert switch(np.True_, "quick") is True
    with pytest.raises(TypeError, match="quick must be one of True, False"):
        switch(wrong, "quick")


# A small lab.


@dataclass(frozen=True)
class Pair:
    left: int = 1
    rates: tuple = (0.0, 0.0)


class PairLab(Lab):
    buttons = ("swap", "set_left", "fail")

    def __init__(self):
        self.drawn = []
        super().__init__(Pair())

    def control(self, name, state):
        match name.split("."):
            case ["left"]:
                return EPOCHS
            case ["rates", number]:
                return Control(f"rate <{number}>", RATE.check)
            case ["rates"]:
                return Control("rates", each(RATE.check))

    def render(self, state):
        self.drawn.append(state)
        return {"controls": "the same", "view": self._page_of(state)}

    def _page_of(self, state):
        return f"{state.left}"

    def tell(self, before, after, new):
        return f"{sorted(new)}: {before.left} → {after.left}."

    def swap(self):
        self.change("Swapped.", rates=self.state.rates[::-1])

    def set_left(self, left):
        self.change(left=left)

    def fail(self):
        raise ZeroDivisionError

    def picture(self):
        figure = DescribedFigure()
        figure.alt = "nothing"
        return figure

    def _described(self):
        return f"left={self.state.left}"


@pytest.fixture
def lab():
    lab = PairLab()
    yield lab
    lab.close()


def test_every_change_is_drawn_once_and_said_once(lab):
    said = []
    lab.observe(lambda change: said.append(change["new"]), "status")
    enter(lab, "left", "7")
    enter(lab, "rates.1", "0,25")
    press(lab, "swap")
    press(lab, "set_left.9")
    assert said == ["['left']: 1 → 7.", "['rates']: 7 → 7.", "Swapped.", "['left']: 7 → 9."]
    assert lab.drawn == [Pair(), *(lab.drawn[1:])]
    assert len(lab.drawn) == 5
    assert lab.state == Pair(9, (0.25, 0.0))
    assert lab.view == "9"


@pytest.mark.skipif(
    ipywidgets.__version__.startswith("7."),
    reason="NOT TESTED: ipywidgets 7 sends nothing without a kernel",
)
def test_only_what_changed_is_sent(lab, monkeypatch):
    sent = []
    monkeypatch.setattr(lab.comm, "send", lambda data, **_: sent.append(data))
    enter(lab, "left", "7")
    states = [message["state"] for message in sent if message.get("method") == "update"]
    assert states == [{"view": "7", "status": "['left']: 1 → 7."}]


def test_a_remark_takes_the_place_of_the_news_and_goes_with_the_next(lab):
    enter(lab, "left", "99")
    assert lab.status == "epochs goes from 1 to 50: 99 was asked for, 50 is taken."
    enter(lab, "left", "3")
    assert lab.status == "['left']: 50 → 3."


@pytest.mark.parametrize(
    "content",
    [
        {"set": {"left": "2.5"}},
        {"set": {"left": "7", "rates.0": "x"}},
        {"set": {"right": "1"}},
        {"do": "close"},
        {"do": "__class__"},
        {"do": "set_left.99"},
    ],
)
def test_what_is_refused_changes_nothing_and_is_said(lab, content):
    lab.receive(content)
    assert lab.state == Pair()
    assert lab.failed
    assert lab.status.startswith("Error. ")
    assert not lab.closed
    enter(lab, "left", "2")
    assert not lab.failed


def test_a_fault_of_our_own_is_not_swallowed(lab):
    with pytest.raises(ZeroDivisionError):
        press(lab, "fail")


def test_a_closed_lab_changes_nothing(lab):
    lab.close()
    lab.close()
    enter(lab, "left", "7")
    assert lab.state == Pair()
    with pytest.raises(RuntimeError, match="This lab was closed"):
        lab.swap()


def test_views_are_counted_by_page(lab, monkeypatch):
    asked = []
    monkeypatch.setattr(lab, "send", asked.append)

    def told(**what):
        ((kind, view),) = what.items()
        lab.receive({kind: dict(zip(("page", "view"), view))})

    assert lab.views_on_page == 0
    told(shown="a1")
    told(shown="a2")
    told(hidden="a1")
    assert lab.views_on_page == 1
    assert asked == []
    told(shown="b1")  # another window, or the page loaded anew, which said no farewell
    told(hidden="b1")
    assert asked == [{"ask": "shown"}]
    assert lab.views_on_page == 0
    told(shown="a2")  # it answers
    assert lab.views_on_page == 1
    told(hidden="a2")
    assert lab.views_on_page == 0
