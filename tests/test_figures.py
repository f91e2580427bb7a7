"""Tests of the figures: what is drawn, what is said of it, and what is refused."""

import base64
import io
import logging
import subprocess
import sys
import warnings
from html import escape
from xml.etree import ElementTree

import numpy as np
import pytest
from fmnist_lessons import figures
from fmnist_lessons.figures import DescribedFigure, fonts
from fmnist_lessons.figures.described import Drawing
from fmnist_lessons.log.session import Run
from fmnist_lessons.models.equations import equations_of
from fmnist_lessons.models.network import Snapshot
from fmnist_lessons.pictures.prepare import GARMENT, prepare_picture
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from matplotlib.transforms import Bbox
from sklearn.metrics import confusion_matrix

NAMES = [f"name {letter}" for letter in "ABCDEFGHIJ"]
KOREAN_NAMES = [
    *("티셔츠", "바지", "스웨터", "드레스", "코트"),
    *("샌달", "셔츠", "스니커즈", "가방", "앵클부츠"),
]
RANDOM = np.random.default_rng(42)
IMAGES = RANDOM.integers(0, 256, (12, 28, 28), dtype=np.uint8)
TARGETS = np.array([9, 0, 0, 3, 0, 2, 7, 2, 5, 5, 1, 4], dtype=np.uint8)
WEIGHTS = RANDOM.normal(size=(10, 784))
HISTORY = {
    "loss": [0.6105, 0.4796, 0.4565],
    "accuracy": [0.7958, 0.8396, 0.8476],
    "val_loss": [0.51, 0.49, 0.4444],
    "val_accuracy": [0.82, 0.83, 0.8458],
}
PUBLISHED_CURVES = {"loss": {1: 0.7853, 5: 0.4337}, "val_accuracy": {5: 0.8458}}
SCORES = {9: np.array([0.82, 0.83, 0.84, 0.85, 0.81]), 5: [0.80, 0.81, 0.82, 0.83, 0.84]}
EQUATIONS = equations_of(Snapshot((WEIGHTS.T.astype(np.float32), np.zeros(10, np.float32))))
RUNS = [Run("MaxIterLab", {"max_iter": 5}, {"test_score": [0.81, 0.83]}, 1.0, "")]


CALLS = {
    "sample_row": lambda: figures.plot_sample_row(IMAGES, TARGETS),
    "labelled_grid": lambda: figures.plot_labelled_grid(IMAGES, TARGETS, NAMES),
    "class_averages": lambda: figures.plot_class_averages(IMAGES[:10], NAMES),
    "class_counts": lambda: figures.plot_class_counts(TARGETS, NAMES),
    "weight_images": lambda: figures.plot_weight_images(WEIGHTS, NAMES),
    "predictions": lambda: figures.plot_predictions(IMAGES, TARGETS, TARGETS, NAMES),
    "learning_curves": lambda: figures.plot_learning_curves(HISTORY),
    "confusion_matrix": lambda: figures.plot_confusion_matrix(TARGETS, TARGETS, NAMES),
    "cross_validation": lambda: figures.plot_cross_validation(SCORES),
    "session_log": lambda: figures.plot_session_log(RUNS),
    "pairs": lambda: figures.plot_pairs([42, 43, 44], [0.81, 0.82, 0.83], [0.82, 0.84, 0.82]),
    "network_diagram": lambda: figures.plot_network_diagram(NAMES),
    "activation_functions": figures.plot_activation_functions,
    "activation_values": lambda: figures.plot_activation_values(np.arange(-5.0, 5.0), NAMES),
    "cross_entropy": lambda: figures.plot_cross_entropy([0.9, 0.5, 0.1], [7, 3, 5], NAMES),
    "steps": lambda: figures.plot_steps({0: 0.6931, 10: 0.39}, WEIGHTS, NAMES, step=10),
    "weights_by_steps": lambda: figures.plot_weights_by_steps({1: WEIGHTS, 10: WEIGHTS}, NAMES),
    "neuron": lambda: figures.plot_neuron(EQUATIONS, IMAGES[0].reshape(784) / 255, 4, NAMES),
    "garment_answers": lambda: figures.plot_garment_answers(
        prepare_picture(IMAGES[0], GARMENT), {"classifier": np.full(10, 0.1)}, NAMES
    ),
}
RIGHT = {name: RANDOM.random((3, 50)) < 0.8 for name in ("one", "other")}
PROBABILITIES = RANDOM.dirichlet(np.ones(10), 500)
CALLS |= {
    "three_noises": lambda: figures.plot_three_noises(RIGHT, "one"),
    "reliability": lambda: figures.plot_reliability(
        {"model": PROBABILITIES}, PROBABILITIES.argmax(axis=1)
    ),
}
DRAWINGS = {  # without data, shipped as SVG
    "layers_diagram": figures.plot_layers_diagram,
    "neurons_diagram": figures.plot_neurons_diagram,
}


def texts_of(figure):
    """Every text in the figure's plots, ticks and titles aside."""
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def lines_of(axes, label):
    return [line for line in axes.get_lines() if line.get_label() == label]


# All of them


def test_every_function_is_tested():
    tested = {f"plot_{name}" for name in (*CALLS, *DRAWINGS)}
    assert tested == set(figures.__all__) - {"DescribedFigure"}


@pytest.fixture(scope="module", params=CALLS)
def named_figure(request):
    """Each figure in turn, drawn once."""
    figure = CALLS[request.param]()
    figure.draw_without_rendering()
    return request.param, figure


def test_returns_a_described_figure_as_wide_as_a_notebook(named_figure):
    name, figure = named_figure
    assert isinstance(figure, DescribedFigure)
    assert figure.get_size_inches()[0] <= 9
    assert len(figure.alt) > 20
    assert repr(figure) == figure.alt
    assert CALLS[name]().alt == figure.alt


def test_no_text_is_tiny_or_cut_off_at_the_edge(named_figure):
    _, figure = named_figure
    for text in figure.findobj(Text):
        if text.get_text() and text.get_visible():
            assert text.get_fontsize() >= 9, text
    for text in (text for axes in figure.axes for text in axes.texts):
        box = text.get_window_extent()
        assert box.x0 >= -1, text
        assert box.y0 >= -1, text
        assert box.x1 <= figure.bbox.x1 + 1, text
        assert box.y1 <= figure.bbox.y1 + 1, text


def test_pyplot_is_never_imported():
    program = """
import sys
from fmnist_lessons import figures
assert "matplotlib" not in sys.modules, "the subpackage alone imports matplotlib"
names = [str(number) for number in range(10)]
numbers = list(range(10))
import numpy as np
from fmnist_lessons.models.equations import Equations
from fmnist_lessons.pictures.prepare import GARMENT, prepare_picture
equations = Equations(np.zeros((784, 10)), np.zeros(10), "softmax")
garment = np.zeros((28, 28), dtype=np.uint8)
garment[5:20, 5:20] = 200
steps = prepare_picture(garment, GARMENT)
pictures = [[0.5] * 784] * 10
drawn = [
    figures.plot_sample_row(pictures, numbers),
    figures.plot_labelled_grid(pictures, numbers, names),
    figures.plot_class_averages(pictures, names),
    figures.plot_class_counts(numbers, names),
    figures.plot_weight_images(pictures, names),
    figures.plot_predictions(pictures, numbers, numbers, names),
    figures.plot_learning_curves({"loss": [1.0], "accuracy": [0.5]}),
    figures.plot_confusion_matrix(numbers, numbers, names),
    figures.plot_cross_validation({5: [0.8, 0.9]}, {5: 0.85}),
    figures.plot_session_log([]),
    figures.plot_pairs([1, 2], [0.5, 0.6], [0.6, 0.6]),
    figures.plot_network_diagram(names),
    figures.plot_layers_diagram(),
    figures.plot_neurons_diagram(),
    figures.plot_activation_functions(),
    figures.plot_activation_values(numbers, names),
    figures.plot_cross_entropy([0.9, 0.5, 0.1], [7, 3, 5], names),
    figures.plot_neuron(equations, np.full(784, 0.5), 4, names),
    figures.plot_steps({0: 0.7}, np.zeros((10, 784)), names, step=0),
    figures.plot_weights_by_steps({0: np.zeros((10, 784))}, names),
    figures.plot_garment_answers(steps, {"network": np.full(10, 0.1)}, names),
    figures.plot_three_noises({"one": np.eye(2, dtype=bool)}, "one"),
    figures.plot_reliability({"model": np.full((10, 10), 0.1)}, numbers),
]
for figure in drawn:
    figure._repr_mimebundle_()
assert "matplotlib.pyplot" not in sys.modules, "pyplot was imported"
print(len(drawn))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == len(CALLS) + len(DRAWINGS)


def test_steps_without_a_step_are_refused():
    with pytest.raises(ValueError, match=r"^losses must not be empty; got {}\. Write"):
        figures.plot_steps({}, WEIGHTS, NAMES, step=0)
    with pytest.raises(ValueError, match=r"^weights must not be empty; got {}\. Write"):
        figures.plot_weights_by_steps({}, NAMES)


def test_pyplot_knows_none_of_the_figures():
    from matplotlib import pyplot

    before = pyplot.get_fignums()
    for call in CALLS.values():
        call()
    assert pyplot.get_fignums() == before


@pytest.mark.filterwarnings("ignore:Glyph")
def test_korean_names_are_drawn_and_said():
    figure = figures.plot_labelled_grid(IMAGES, TARGETS, KOREAN_NAMES)
    assert "앵클부츠, 티셔츠" in figure.alt
    assert figure.to_png()


# The figure itself


def test_what_the_notebook_shows_carries_the_text_in_each_form():
    figure = figures.plot_class_counts(TARGETS, NAMES)
    data, metadata = figure._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG")
    assert data["text/plain"] == figure.alt
    assert f'alt="{escape(figure.alt)}"' in data["text/html"]
    assert base64.b64encode(data["image/png"]).decode() in data["text/html"]
    assert metadata == {"image/png": {"alt": figure.alt}}


@pytest.mark.parametrize("inline", [False, True])
def test_ipython_shows_one_picture_with_its_text(inline):
    formatters = pytest.importorskip("IPython.core.formatters").DisplayFormatter()
    if inline:  # what %matplotlib inline registers, for matplotlib's own figures
        from IPython.core.pylabtools import print_figure

        png = formatters.formatters["image/png"]
        png.for_type(Figure, lambda figure: print_figure(figure, base64=True))
    figure = figures.plot_class_counts(TARGETS, NAMES)
    data, metadata = formatters.format(figure)
    assert set(data) == {"image/png", "text/html", "text/plain"}
    assert data["text/plain"] == figure.alt
    assert metadata["image/png"]["alt"] == figure.alt


@pytest.mark.parametrize("name", ["weight_images", "learning_curves", "neuron"])
def test_to_png_gives_what_savefig_gives(name):
    buffer = io.BytesIO()
    figure = CALLS[name]()
    fonts.add_missing_fonts(figure)
    figure.savefig(buffer, format="png", dpi=100)
    other = CALLS[name]()
    dpi = other.dpi
    assert other.to_png() == buffer.getvalue()
    assert other.dpi == dpi


def test_to_png_has_the_asked_resolution():
    figure = DescribedFigure(figsize=(2, 1))
    sizes = [int.from_bytes(figure.to_png(dpi)[16:20], "big") for dpi in (100, 50)]
    assert sizes == [200, 100]


def test_alt_can_be_set_and_two_plots_are_both_described():
    figure = DescribedFigure()
    left, right = figure.subplots(1, 2)
    assert figures.plot_sample_row(IMAGES[:2], [1, 2], ax=left) is figure
    figures.plot_class_counts([3, 3], NAMES, ax=right)
    assert "2 images" in figure.alt
    assert "2 samples" in figure.alt
    figures.plot_class_counts([3, 3, 3], NAMES, ax=right)  # drawn again: said anew, not twice
    assert "2 samples" not in figure.alt
    assert "3 samples" in figure.alt
    figure.clear()
    assert figure.alt == ""
    figure.alt = "something else"
    assert repr(figure) == "something else"


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: figures.plot_sample_row(IMAGES, ax=ax),
        lambda ax: figures.plot_class_counts(TARGETS, NAMES, ax=ax),
        lambda ax: figures.plot_confusion_matrix(TARGETS, TARGETS, NAMES, ax=ax),
        lambda ax: figures.plot_cross_validation(SCORES, ax=ax),
    ],
)
def test_draws_where_it_is_told_even_in_a_plain_figure(draw):
    figure = Figure()
    axes = figure.subplots()
    assert draw(axes) is figure
    assert axes.has_data()


# Pictures of the data


def test_sample_row_shows_every_picture_in_order_with_inverted_greys():
    figure = figures.plot_sample_row(IMAGES.reshape(-1, 784), TARGETS)
    (axes,) = figure.axes
    (shown,) = axes.images
    assert shown.get_cmap().name == "gray_r"
    row = shown.get_array()
    width = row.shape[1] // len(IMAGES)
    margin = (width - 28) // 2
    for position, image in enumerate(IMAGES):
        start = position * width + margin
        np.testing.assert_array_equal(row[:, start : start + 28], image)
    assert texts_of(figure) == [str(target) for target in TARGETS]
    assert not axes.axison
    assert "9 0 0 3 0 2 7 2 5 5 1 4" in figure.alt
    assert "12 images" in figure.alt


def test_sample_row_without_targets_writes_nothing():
    figure = figures.plot_sample_row(IMAGES[:1])
    assert texts_of(figure) == []
    assert figure.alt.startswith("1 image of 28 by 28 pixels")
    assert "Targets" not in figure.alt


@pytest.mark.parametrize("count", [1, 10, 12])
def test_labelled_grid_names_every_image(count):
    figure = figures.plot_labelled_grid(IMAGES[:count], TARGETS[:count], NAMES)
    assert len(figure.axes) == count
    for axes, image, target in zip(figure.axes, IMAGES, TARGETS, strict=False):
        np.testing.assert_array_equal(axes.images[0].get_array(), image)
        assert axes.get_xlabel() == NAMES[target]
    assert max(axes.get_subplotspec().colspan.start for axes in figure.axes) < 10
    assert figure.alt.count("name ") == count


def test_class_counts_writes_the_counts_of_all_ten_classes():
    figure = figures.plot_class_counts(TARGETS, NAMES)
    counts = np.bincount(TARGETS, minlength=10)
    (axes,) = figure.axes
    assert [bar.get_width() for bar in axes.patches] == list(counts)
    assert texts_of(figure) == [str(count) for count in counts]
    assert "12 samples" in figure.alt
    for name, count in zip(NAMES, counts, strict=True):
        assert f"{name} {count}" in figure.alt


def test_class_counts_says_equal_counts_once():
    alt = figures.plot_class_counts(np.repeat(np.arange(10), 1200), NAMES).alt
    assert "12,000 samples" in alt
    assert "Each of the 10 classes has 1,200." in alt


@pytest.mark.parametrize("limit", [None, 0.5, 100])
def test_weight_images_share_one_symmetric_scale(limit):
    weights = WEIGHTS.copy()
    weights[6, 3] = -40
    figure = figures.plot_weight_images(weights, NAMES, limit=limit)
    images = [axes.images[0] for axes in figure.axes if axes.images]
    assert len(images) == 10
    limits = {image.get_clim() for image in images}
    assert len(limits) == 1
    ((low, high),) = limits
    assert low == -high
    assert high == (limit or np.percentile(np.abs(weights), 99))
    for image, row in zip(images, weights, strict=True):
        np.testing.assert_array_equal(image.get_array(), row.reshape(28, 28))
    assert [axes.get_title() for axes in figure.axes[:10]] == NAMES
    beyond = "both" if high < 40 else "neither"
    assert images[-1].colorbar.extend == beyond
    assert f"from {low:.2g}" in figure.alt
    assert "The smallest weight, -40, is one of name G" in figure.alt


def test_weight_images_of_zeros_have_a_scale():
    assert figures.plot_weight_images(np.zeros((10, 784)), NAMES).to_png()


def test_predictions_mark_the_wrong_ones_by_frame_and_words():
    predicted = TARGETS.copy()
    wrong = [1, 4, 11]
    predicted[wrong] = 8
    figure = figures.plot_predictions(IMAGES, TARGETS, predicted, NAMES)
    for position, axes in enumerate(figure.axes):
        framed = all(spine.get_visible() for spine in axes.spines.values())
        crossed = [text.get_text() for text in axes.texts] == ["×"]
        truth = NAMES[TARGETS[position]]
        assert framed == crossed == (position in wrong)
        expected = f"said name I,\nis {truth}" if position in wrong else truth
        assert axes.get_xlabel() == expected
    assert figure.alt.startswith("9 of 12 images right")
    assert "image 2: said name I, is name A" in figure.alt
    assert figure.alt.count("said") == 3


def test_predictions_all_right():
    assert CALLS["predictions"]().alt == "12 of 12 images right."


def test_predictions_say_how_sure_the_model_was():
    sure = np.linspace(0.3, 0.99999, len(TARGETS))
    figure = figures.plot_predictions(IMAGES, TARGETS, 9 - TARGETS, NAMES, sure=sure)
    assert figure.axes[0].get_xlabel() == "said name A,\nis name J\n(0.3000 sure)"
    assert "image 12: said name F, is name E (1.0000 sure)" in figure.alt
    with pytest.raises(ValueError, match="sure must hold numbers from 0 to 1"):
        figures.plot_predictions(IMAGES, TARGETS, TARGETS, NAMES, sure=sure + 1)


# Scores


def test_learning_curves_start_at_epoch_one_and_differ_in_more_than_colour():
    figure = figures.plot_learning_curves(HISTORY)
    for axes, key in zip(figure.axes, ("loss", "accuracy"), strict=True):
        training, validation = axes.get_lines()
        assert list(training.get_xdata()) == list(validation.get_xdata()) == [1, 2, 3]
        assert list(training.get_ydata()) == HISTORY[key]
        assert list(validation.get_ydata()) == HISTORY[f"val_{key}"]
        assert training.get_marker() != validation.get_marker()
        assert training.get_linestyle() != validation.get_linestyle()
        assert axes.get_title() == key
        last = {f"training\n{HISTORY[key][-1]:.3f}", f"validation\n{HISTORY[f'val_{key}'][-1]:.3f}"}
        assert {text.get_text() for text in axes.texts} == last
    for number in ("0.611", "0.457", "0.510", "0.444", "0.796", "0.848", "0.820", "0.846"):
        assert number in figure.alt
    assert "3 epochs" in figure.alt


@pytest.mark.parametrize("epochs", [1, 2, 50])
def test_learning_curves_have_whole_epochs_as_ticks(epochs):
    history = {key: np.linspace(0.9, 0.5, epochs) for key in HISTORY}
    figure = figures.plot_learning_curves(history)
    for axes in figure.axes:
        left, right = axes.get_xlim()
        ticks = [tick for tick in axes.get_xticks() if left <= tick <= right]
        assert ticks
        assert all(tick == round(tick) and 1 <= tick <= epochs for tick in ticks)
    assert f"{epochs} epoch{'s' if epochs > 1 else ''}." in figure.alt


def test_learning_curves_without_validation():
    history = {key: HISTORY[key] for key in ("loss", "accuracy")}
    figure = figures.plot_learning_curves(history)
    assert [len(axes.get_lines()) for axes in figure.axes] == [1, 1]
    assert "validation" not in figure.alt


def test_learning_curves_set_published_numbers_beside_as_hollow_markers():
    figure = figures.plot_learning_curves(HISTORY, PUBLISHED_CURVES)
    (published,) = lines_of(figure.axes[0], "published, training")
    assert list(published.get_xdata()) == [1, 5]
    assert list(published.get_ydata()) == [0.7853, 0.4337]
    assert published.get_fillstyle() == "none"
    assert figure.axes[0].get_xlim()[1] > 5
    assert lines_of(figure.axes[1], "published, training") == []
    assert lines_of(figure.axes[1], "published, validation")
    assert "published training 0.434 at epoch 5" in figure.alt


def test_learning_curves_may_be_empty_beside_published_numbers():
    empty = {"loss": [], "accuracy": []}
    assert "0 epochs" in figures.plot_learning_curves(empty, PUBLISHED_CURVES).alt
    with pytest.raises(ValueError, match=r"loss.*empty"):
        figures.plot_learning_curves(empty)


@pytest.mark.parametrize("classes", [10, 2])
def test_confusion_matrix_shows_the_counts_of_scikit_learn(classes):
    target = RANDOM.integers(0, classes, 200)
    predicted = np.where(RANDOM.random(200) < 0.7, target, RANDOM.integers(0, classes, 200))
    figure = figures.plot_confusion_matrix(target, predicted, NAMES)
    expected = confusion_matrix(target, predicted, labels=range(10))
    axes = figure.axes[0]
    shown = np.full((10, 10), -1)
    for text in axes.texts:
        column, row = text.get_position()
        shown[row, column] = int(text.get_text())
    np.testing.assert_array_equal(shown, expected)
    assert [label.get_text() for label in axes.get_xticklabels()] == NAMES
    assert "200 samples" in figure.alt
    assert f"accuracy {(target == predicted).mean():.3f}" in figure.alt
    assert f"name A {expected[0, 0] / expected[0].sum():.0%}" in figure.alt


def test_confusion_matrix_says_the_commonest_mistake():
    target, predicted = [0, 0, 0, 0, 1, 2], [0, 0, 0, 5, 5, 2]
    alt = figures.plot_confusion_matrix(target, predicted, NAMES).alt
    assert "The commonest mistake: name B taken for name F, 100%." in alt
    assert "name J none seen" in alt
    assert "mistake" not in CALLS["confusion_matrix"]().alt


def test_confusion_matrix_writes_readably_on_dark_and_light():
    figure = figures.plot_confusion_matrix([0, 0, 0, 1], [0, 0, 0, 2], NAMES)
    colours = {text.get_text(): to_rgba(text.get_color()) for text in figure.axes[0].texts}
    assert colours["3"] == to_rgba("white")
    assert colours["0"] == to_rgba("black")


def test_cross_validation_shows_folds_means_and_published_means():
    figure = figures.plot_cross_validation(SCORES, {5: 0.8196, 20: 0.8437})
    (axes,) = figure.axes
    (folds,) = lines_of(axes, "each fold")
    assert sorted(folds.get_ydata()) == sorted([*SCORES[5], *SCORES[9]])
    (means,) = lines_of(axes, "mean of the folds")
    assert list(means.get_xdata()) == [5, 9]
    np.testing.assert_allclose(means.get_ydata(), [0.82, 0.83])
    (published,) = lines_of(axes, "published mean")
    assert published.get_fillstyle() == "none"
    assert dict(zip(published.get_xdata(), published.get_ydata(), strict=True)) == {
        5: 0.8196,
        20: 0.8437,
    }
    assert list(axes.get_xticks()) == [5, 9, 20]
    low, high = axes.get_ylim()
    assert low < 0.80
    assert high > 0.85
    assert "max_iter=9: mean 0.830, folds 0.810 to 0.850" in figure.alt
    assert "0.820 (5), 0.844 (20)" in figure.alt


def test_cross_validation_may_be_empty_beside_published_means():
    assert "0.820 (5)" in figures.plot_cross_validation({}, {5: 0.8196}).alt
    with pytest.raises(ValueError, match="scores_by_max_iter is empty"):
        figures.plot_cross_validation({})


def test_cross_validation_leaves_out_ticks_that_would_touch():
    scores = {max_iter: [0.8, 0.9] for max_iter in (1, 2, 3, 100)}
    assert list(figures.plot_cross_validation(scores).axes[0].get_xticks()) == [1, 100]


# Diagrams


def test_network_diagram_draws_every_connection_once():
    figure = figures.plot_network_diagram(NAMES)
    (axes,) = figure.axes
    (connections,) = [each for each in axes.collections if isinstance(each, LineCollection)]
    segments = np.array(connections.get_segments())
    assert segments.shape == (7840, 2, 2)
    assert len(np.unique(segments.reshape(7840, 4), axis=0)) == 7840
    (inputs,) = [each for each in axes.collections if isinstance(each, PathCollection)]
    places = np.unique(inputs.get_offsets(), axis=0)
    assert len(places) == 784
    starts, lines_each = np.unique(segments[:, 0], axis=0, return_counts=True)
    np.testing.assert_allclose(starts, places)
    assert set(lines_each) == {10}
    ends, lines_each = np.unique(segments[:, 1], axis=0, return_counts=True)
    assert len(ends) == 10
    assert set(lines_each) == {784}
    texts = " ".join(texts_of(figure))
    for label in ("x_{1}$", "x_{2}$", "x_{784}$", "w_{1,1}", "w_{1,2}", "softmax", *NAMES):
        assert label in texts
    for number in range(1, 11):
        assert f"$z_{{{number}}}$" in texts
        assert f"$b_{{{number}}}$" in texts
    for number in ("784", "7,840", "7,850"):
        assert number in figure.alt


SVG = "{http://www.w3.org/2000/svg}"


def texts_in(element, around=None, shift=(0, 0)):
    """Yield each text of an SVG, how it is set, and the box it takes in matplotlib's own font."""
    look = {**(around or {}), **element.attrib}
    if "transform" in element.attrib:
        x, y = element.attrib["transform"].removeprefix("translate(").rstrip(")").split()
        shift = float(x), float(y)
    if element.tag == f"{SVG}text":
        size = float(look["font-size"])
        font = FontProperties(
            family=look["font-family"].split(",")[0],
            style=look.get("font-style", "normal"),
            weight=look.get("font-weight", "normal"),
        )
        box = TextPath((0, 0), element.text, size=size, prop=font).get_extents()
        x = shift[0] + float(element.get("x", 0))
        x -= box.width / 2 if look.get("text-anchor") == "middle" else 0
        y = shift[1] + float(element.get("y", 0))
        yield element.text, size, Bbox([[x + box.x0, y - box.y1], [x + box.x1, y - box.y0]])
    for child in element:
        yield from texts_in(child, look, shift)


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawings_texts_are_whole_readable_and_apart(name):
    root = ElementTree.fromstring(DRAWINGS[name]().svg)
    width, height = int(root.get("width")), int(root.get("height"))
    assert width <= 900  # as wide as a notebook
    assert root.get("viewBox") == f"0 0 {width} {height}"
    drawn = list(texts_in(root))
    assert len(drawn) > 10
    for number, (text, size, box) in enumerate(drawn):
        assert size >= 12.5, text  # 9 points
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= width, text
        assert box.y1 <= height, text
        for other, _, place in drawn[:number]:
            assert not box.overlaps(place), (text, other)


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_shown_on_white_with_its_text_in_each_form(name):
    formatters = pytest.importorskip("IPython.core.formatters").DisplayFormatter()
    drawing = DRAWINGS[name]()
    assert isinstance(drawing, Drawing)
    assert len(drawing.alt.splitlines()) == 4
    data, metadata = formatters.format(drawing)
    assert set(data) == {"image/svg+xml", "text/html", "text/plain"}
    assert repr(drawing) == data["text/plain"] == metadata["image/svg+xml"]["alt"] == drawing.alt
    assert data["image/svg+xml"] == drawing.svg
    assert f'alt="{escape(drawing.alt)}"' in data["text/html"]
    assert base64.b64encode(drawing.svg.encode()).decode() in data["text/html"]
    root = ElementTree.fromstring(drawing.svg)
    assert root.find(f"{SVG}desc").get("id") == root.get("aria-labelledby")
    card = root.find(f"{SVG}rect")  # readable in a dark theme too
    assert (card.get("fill"), card.get("width")) == ("white", root.get("width"))


def test_layers_diagram_draws_as_many_connections_as_it_says():
    drawing = figures.plot_layers_diagram()
    root = ElementTree.fromstring(drawing.svg)
    ends = [
        tuple(line.split("L"))
        for group in root.findall(f"{SVG}g[@stroke='#707070']")
        for path in group
        for line in "".join(path.get("d").split("\n")).split("M")[1:]
    ]
    assert len({tuple(end.strip() for end in line) for line in ends}) == 60
    units = [f"{each.get('cx')} {each.get('cy')}" for each in root.iter(f"{SVG}circle")]
    assert {line[1].strip() for line in ends} == set(units)
    assert len(units) == 13
    assert "60 connections" in drawing.alt
    texts = " ".join(text for text, *_ in texts_in(root))
    for word in ("input layer", "hidden layer 1", "hidden layer 2", "output layer", "dense"):
        assert word in texts


def test_neurons_diagram_names_matching_parts():
    drawing = figures.plot_neurons_diagram()
    texts = [text for text, *_ in texts_in(ElementTree.fromstring(drawing.svg))]
    for number in "1234":
        assert texts.count(number) == 2
    words = " ".join(texts)
    for word in ("dendrites", "cell body", "threshold", "axon", "weight", "bias", "activation"):
        assert word in words
        assert word in drawing.alt


def test_activation_functions_have_the_right_values():
    figure = figures.plot_activation_functions()
    none, relu, sigmoid, z_bars, probability_bars = figure.axes
    z = none.get_lines()[-1].get_xdata()
    np.testing.assert_allclose(none.get_lines()[-1].get_ydata(), z)
    np.testing.assert_allclose(relu.get_lines()[-1].get_ydata(), np.where(z > 0, z, 0))
    np.testing.assert_allclose(sigmoid.get_lines()[-1].get_ydata(), 1 / (1 + np.exp(-z)))
    ten_z = np.array([bar.get_height() for bar in z_bars.patches])
    probabilities = np.array([bar.get_height() for bar in probability_bars.patches])
    np.testing.assert_allclose(probabilities, np.exp(ten_z) / np.exp(ten_z).sum())
    assert len(ten_z) == 10
    assert f"{probabilities.max():.2f}" in figure.alt
    assert f"unit {probabilities.argmax() + 1}." in figure.alt


# Wrong arguments

ONE_EPOCH = {key: values[:1] for key, values in HISTORY.items()}
NAN_WEIGHTS = np.where(np.arange(7840).reshape(10, 784) == 5, np.nan, WEIGHTS)
row, grid = figures.plot_sample_row, figures.plot_labelled_grid
counts, weights = figures.plot_class_counts, figures.plot_weight_images
predictions, curves = figures.plot_predictions, figures.plot_learning_curves
confusion, folds = figures.plot_confusion_matrix, figures.plot_cross_validation
network = figures.plot_network_diagram

WRONG = [
    # images
    (lambda: row(IMAGES[0]), ValueError, r"images .*\(28, 28\)"),
    (lambda: row(IMAGES[:, :14]), ValueError, r"images .*\(12, 14, 28\)"),
    (lambda: row(IMAGES[:0]), ValueError, "images .*empty"),
    (lambda: row([[1, 2], [3]]), ValueError, "images .*length"),
    (lambda: row("boots"), TypeError, "images .*str"),
    (lambda: row(np.full((1, 784), np.nan)), ValueError, "images .*NaN"),
    (lambda: row(np.zeros((21, 784))), ValueError, "images .*20.*21"),
    (lambda: grid(np.zeros((101, 784)), [0] * 101, NAMES), ValueError, "images .*100.*101"),
    (lambda: predictions(IMAGES[0], [1], [1], NAMES), ValueError, "images "),
    # targets
    (lambda: row(IMAGES, TARGETS[:5]), ValueError, r"targets .*12.*5"),
    (lambda: row(IMAGES, TARGETS + 9), ValueError, "targets .*0 to 9.*18"),
    (lambda: grid(IMAGES, TARGETS[:5], NAMES), ValueError, "targets .*12.*5"),
    (lambda: grid(IMAGES, TARGETS / 2, NAMES), TypeError, "targets .*float"),
    (lambda: counts([], NAMES), ValueError, "targets .*empty"),
    (lambda: counts([[1, 2]], NAMES), ValueError, r"targets .*\(1, 2\)"),
    (lambda: counts([-1], NAMES), ValueError, "targets .*-1"),
    (lambda: counts(["Bag"], NAMES), TypeError, "targets "),
    (lambda: predictions(IMAGES, TARGETS[:5], TARGETS, NAMES), ValueError, "^targets .*12.*5"),
    (lambda: predictions(IMAGES, TARGETS, TARGETS[:5], NAMES), ValueError, "^predicted .*12.*5"),
    (lambda: confusion([10], [1], NAMES), ValueError, "^target .*10"),
    (lambda: confusion([1, 2], [1], NAMES), ValueError, "^predicted .*2.*target"),
    (lambda: confusion([1], np.ones((1, 10)), NAMES), TypeError, r"predicted .*argmax"),
    # class_names
    (lambda: grid(IMAGES, TARGETS, NAMES[:9]), ValueError, "class_names .*10.*9"),
    (lambda: counts(TARGETS, [*NAMES, "hat"]), ValueError, "class_names .*10.*11"),
    (lambda: weights(WEIGHTS, "abcdefghij"), TypeError, "class_names .*str"),
    (lambda: predictions(IMAGES, TARGETS, TARGETS, range(10)), TypeError, "class_names .*int"),
    (lambda: confusion([1], [1], None), TypeError, "class_names .*None"),
    (lambda: network(NAMES[:2]), ValueError, "class_names .*10.*2"),
    # weights and limit
    (lambda: weights(WEIGHTS.T, NAMES), ValueError, r"weights .*\(784, 10\).*weights\.T"),
    (lambda: weights(WEIGHTS[:3], NAMES), ValueError, r"weights .*\(3, 784\)"),
    (lambda: weights(NAN_WEIGHTS, NAMES), ValueError, "weights .*NaN"),
    (lambda: weights(WEIGHTS, NAMES, limit=0), ValueError, "limit .*0"),
    (lambda: weights(WEIGHTS, NAMES, limit=-1), ValueError, "limit .*-1"),
    (lambda: weights(WEIGHTS, NAMES, limit=np.inf), ValueError, "limit .*inf"),
    (lambda: weights(WEIGHTS, NAMES, limit="big"), TypeError, "limit .*str"),
    # history
    (lambda: curves([0.5, 0.4]), TypeError, "history .*list"),
    (lambda: curves({"accuracy": [0.5]}), ValueError, "history .*'loss' is missing"),
    (lambda: curves({"loss": [0.5]}), ValueError, "history .*'accuracy' is missing"),
    (lambda: curves({**HISTORY, "val_loss": [0.5]}), ValueError, "history.*val_loss"),
    (lambda: curves({**HISTORY, "loss": [0.5, np.nan, 1]}), ValueError, "history.*loss.*NaN"),
    (lambda: curves({"loss": [[1]], "accuracy": [1]}), ValueError, "history.*loss"),
    (lambda: curves(HISTORY, {"speed": {1: 2.0}}), ValueError, "published .*speed"),
    (lambda: curves(HISTORY, {"accuracy": {1: 85.4}}), ValueError, "published.*85.4"),
    # scores
    (lambda: folds([0.8]), TypeError, "scores_by_max_iter .*list"),
    (lambda: folds({0: [0.8]}), ValueError, "scores_by_max_iter .*0"),
    (lambda: folds({5: 0.8}), ValueError, r"scores_by_max_iter\[5\] "),
    (lambda: folds({5: [80.0, 81.0]}), ValueError, r"scores_by_max_iter\[5\] .*81"),
    (lambda: folds({5: []}), ValueError, r"scores_by_max_iter\[5\] .*empty"),
    (lambda: folds(SCORES, [0.8]), TypeError, "published .*list"),
    (lambda: folds(SCORES, {5: 81.9}), ValueError, r"published\[5\] .*81.9"),
    (lambda: folds(SCORES, {5: "0.8"}), TypeError, r"published\[5\] .*str"),
    # ax
    (lambda: row(IMAGES, ax=3), TypeError, "ax .*int"),
    (lambda: counts(TARGETS, NAMES, ax="left"), TypeError, "ax .*str"),
    (lambda: confusion([1], [1], NAMES, ax=Figure()), TypeError, "ax .*Figure"),
    (lambda: folds(SCORES, ax=[]), TypeError, "ax .*list"),
]


@pytest.mark.parametrize(("call", "error", "message"), WRONG)
def test_a_wrong_argument_is_named_before_anything_is_drawn(call, error, message, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("drawing began")

    monkeypatch.setattr(DescribedFigure, "__init__", refuse)
    with pytest.raises(error, match=message):
        call()


def test_a_history_object_is_pointed_to_its_dict():
    class History:
        history = HISTORY

    with pytest.raises(TypeError, match=r"history\.history"):
        curves(History())


# Names in other scripts.


def families_of(figure):
    return {text.get_text(): text.get_fontfamily() for text in figure.findobj(Text)}


@pytest.fixture
def installed(monkeypatch):
    """Return a function that lets matplotlib know only the fonts whose names begin so."""

    def install(*names):
        known = [each for each in fonts.fontManager.ttflist if each.name.startswith(names)]
        monkeypatch.setattr(fonts.fontManager, "ttflist", known)

    return install


def test_names_fall_back_on_installed_fonts_and_nothing_else_does(monkeypatch):
    monkeypatch.setattr(fonts.fontManager, "get_font_names", lambda: ["Sans", "Malgun Gothic"])
    figure = figures.plot_class_counts(TARGETS, [*KOREAN_NAMES[:8], "Größe", "▸ −1 ± 2 × 3 …"])
    fonts.add_missing_fonts(figure)
    found = families_of(figure)
    own = found["samples"]
    assert "Malgun Gothic" not in own
    for number, name in enumerate(KOREAN_NAMES[:8]):
        assert found[f"{name}  {number}"] == [*own, "Malgun Gothic"]
    assert found["Größe  8"] == found["▸ −1 ± 2 × 3 …  9"] == own
    fonts.add_missing_fonts(figure)  # once more changes nothing
    assert families_of(figure) == found


def test_hangul_is_drawn_without_a_warning(caplog):
    if not set(fonts.FALLBACKS) & set(fonts.fontManager.get_font_names()):
        pytest.skip("Hangul is NOT TESTED on this machine: it has no font for it")
    figure = figures.plot_class_counts(TARGETS, KOREAN_NAMES)
    with warnings.catch_warnings(action="error"), caplog.at_level(logging.WARNING):
        assert figure.to_png()
    assert caplog.text == ""


def test_without_such_a_font_the_picture_is_drawn_all_the_same(installed):
    installed("DejaVu", "Last Resort")  # with matplotlib
    figure = figures.plot_class_counts(TARGETS, KOREAN_NAMES)
    before = families_of(figure)
    with warnings.catch_warnings(action="ignore"):  # matplotlib's own, of missing glyphs
        assert figure.to_png().startswith(b"\x89PNG")
    after = families_of(figure)
    assert {text: after[text] for text in before} == before


def test_what_matplotlibs_own_font_has_asks_for_no_other(monkeypatch):
    names = ["Größe", "−1 ± 2 × 3 ≥", *NAMES[2:]]
    picture = figures.plot_class_counts(TARGETS, names).to_png()
    monkeypatch.setattr(fonts, "FALLBACKS", ())
    assert figures.plot_class_counts(TARGETS, names).to_png() == picture


# Numbers that would cover each other.


def test_curves_that_end_alike_are_named_above_and_below():
    figure = figures.plot_learning_curves(
        {"loss": [1.0], "accuracy": [0.5], "val_loss": [1.0], "val_accuracy": [0.5]}
    )
    for axes in figure.axes:
        assert {each.get_va() for each in axes.texts} == {"bottom", "top"}


@pytest.mark.parametrize(("count", "named"), [(12, 12), (13, 1), (50, 1)])
def test_of_many_means_the_highest_is_named(count, named):
    scores = {max_iter: np.full(5, 0.5 + max_iter / 1000) for max_iter in range(1, count + 1)}
    figure = figures.plot_cross_validation(scores)
    texts = [each.get_text() for each in figure.axes[0].texts]
    assert len(texts) == named
    assert f"{0.5 + count / 1000:.3f}" in texts
    assert figure.alt.count("mean 0.5") == count  # in words, all of them
