"""Where numbers stand on the labs' charts."""

import pytest
from fmnist_lessons.labs.chart import Scale
from fmnist_lessons.labs.learning_curves import Chart, Curve, by_epoch, learning_curves


def test_numbers_stand_in_proportion_also_where_the_axis_goes_up():
    x, y = Scale(0, 5, 50, 400), Scale(0.5, 1.5, 200, 0)
    assert [x(0), x(1), x(5)] == [50, 120, 400]
    assert [y(0.5), y(1.0), y(1.5)] == [200, 100, 0]
    assert x.line(y, [(0, 0.5), (5, 1.5)]) == "50.0,200.0 400.0,0.0"
    assert [x.holds(value) for value in (-0.1, 0, 5, 5.1)] == [False, True, True, False]


@pytest.mark.parametrize("values", [[0.4, 0.6], [0.8], [0.0], [-3, 3]])
def test_an_axis_holds_all_values_with_room_around(values):
    y = Scale.around(values, 100, 0)
    assert all(5 < y(value) < 95 for value in values)


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0.41, 0.62, ["0.45", "0.50", "0.55", "0.60"]),
        (0.1, 1.3, ["0.2", "0.4", "0.6", "0.8", "1.0", "1.2"]),
        (0.8431, 0.8462, ["0.844", "0.845", "0.846"]),
    ],
)
def test_ticks_are_round_and_written_alike(low, high, texts):
    ticks = Scale(low, high, 0, 100).ticks()
    assert [text for _, text in ticks] == texts
    assert all(0 <= place <= 100 for place, _ in ticks)


@pytest.mark.parametrize(("epochs", "step"), [(1, 1), (5, 1), (10, 1), (20, 2), (50, 5)])
def test_ticks_of_epochs_are_whole(epochs, step):
    texts = [text for _, text in Scale(0, epochs, 0, 100).ticks(10, whole=True)]
    assert texts == [str(epoch) for epoch in range(0, epochs + 1, step)]


def test_a_chart_shows_of_longer_curves_the_beginning():
    long = Curve("run 1 validation", "earlier-1", by_epoch([1.0, 0.5, 100.0]))
    chart = Chart([long], 0, 2)
    assert len(chart.line(long).split()) == len(chart.marks(long)) == 2
    assert chart.y.high < 2


def test_of_many_epochs_some_have_a_mark():
    curve = Curve("training", "training", by_epoch(range(50)))
    assert 8 <= len(Chart([curve], 0, 50).marks(curve)) <= 12


def test_learning_curves_are_those_that_there_are():
    history = {"loss": [0.5], "accuracy": [0.8], "val_loss": [0.6], "val_accuracy": [0.7]}
    published = {"accuracy": {1: 0.79}}
    curves = learning_curves("accuracy", history, published, {"run 1": history})
    assert [(curve.name, curve.values) for curve in curves] == [
        ("training", {1: 0.8}),
        ("published training", {1: 0.79}),
        ("validation", {1: 0.7}),
        ("run 1 validation", {1: 0.7}),
    ]
    assert learning_curves("loss", {"loss": [], "accuracy": []}, {}, {}) == []
