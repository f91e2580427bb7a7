"""Chapter 1: what the Python of its fold does, the data counted, the averages compared."""

import ast
import re
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from fmnist_lessons import CLASS_NAMES
from stated import stated
from texts import PROJECT

FILE = "notebooks/01_look_at_the_data.ipynb"
QUIZ = "fmnist_lessons/quizzes/01_look_at_the_data.json"
GUIDE = "notebooks/teaching_guide.md"


@pytest.fixture(scope="module")
def averages(train_input, train_target):
    return np.array([train_input[train_target == number].mean(axis=0) for number in range(10)])


@pytest.fixture(scope="module")
def apart(averages):
    """Return how far two averages differ a pixel, on average; nothing from itself."""
    return _apart(averages, np.abs)


def _apart(averages, measure):
    table = measure(averages[:, None] - averages[None]).mean(axis=(2, 3))
    np.fill_diagonal(table, np.nan)
    return table


def _nearest(table, count):
    """Return the nearest pairs of classes, as sets of two names."""
    pairs = [(table[a, b], {CLASS_NAMES[a], CLASS_NAMES[b]}) for a in range(10) for b in range(a)]
    return [pair for _, pair in sorted(pairs, key=lambda each: each[0])[:count]]


def _fold():
    """Return the text of the fold on Python."""
    cells = nbformat.read(PROJECT / FILE, as_version=4).cells
    (cell,) = (each for each in cells if each.id == "python-used")
    return cell.source


def _blocks():
    """Return the code blocks of the fold on Python."""
    return re.findall(r"```python\n(.*?)```", _fold(), re.DOTALL)


def test_each_block_of_the_fold_does_what_is_said(capsys):
    names = {"np": np}
    values = []
    for block in _blocks():
        for node in ast.parse(block).body:
            if isinstance(node, ast.Expr):
                values.append(eval(ast.unparse(node), names))
            else:
                exec(ast.unparse(node), names)
    assert stated(FILE, "half(7) is 3.5") == [str(names["half"](7))]
    printed = stated(FILE, "prints 0.250 is 25%")
    lines = ["{} is {}%".format(*printed), "Ann 20 20", "Bo 30 30", "21 31"]
    assert capsys.readouterr().out.splitlines() == lines
    _, (first, two), asked, kept, (columns, rows, places), _ = values
    said = stated(FILE, "so the first is 9, and the slice holds the first two, 9 and 0")
    assert [first, *two] == [int(each) for each in said]
    stated(FILE, "gives False, True, True, False, a mask")
    assert asked.tolist() == [False, True, True, False]
    assert stated(FILE, "keeps what is True: 0 and 0") == [str(each) for each in kept]
    said = stated(FILE, "np.sum(numbers == 0) is 2, how many there are")
    said += stated(FILE, "np.mean(numbers == 0) is 0.5, their share")
    assert [float(each) for each in said] == [np.sum(asked), np.mean(asked)]
    stated(FILE, "each column's maximum")
    shown = [columns.tolist(), rows.tolist(), places.tolist(), names["older"]]
    assert all(f"`{each}`" in _fold() for each in shown)


def test_the_test_set_has_fewer_images_of_the_same_kind(fashion_mnist):
    stated(FILE, "the test set holds images of the same kind, and fewer of them")
    (train_input, _), (test_input, _) = fashion_mnist
    assert len(test_input) < len(train_input)
    assert test_input.shape[1:] == train_input.shape[1:]


def test_a_quarter_of_a_pixel_is_63_at_most(train_input):
    (most,) = stated(FILE, "with each pixel divided by four, so that none is above 63")
    assert (train_input[0] // 4).max() == int(most)


def test_imshow_takes_the_range_of_each_image(train_input):
    from matplotlib.figure import Figure

    stated(FILE, "the smallest number becomes white and the largest black, whatever they are")
    weak = train_input[0] // 4
    shown = Figure().subplots().imshow(weak, cmap="gray_r")
    colours = shown.to_rgba(np.array([weak.min(), weak.max()], dtype=float))[:, :3]
    assert colours.tolist() == [[1, 1, 1], [0, 0, 0]]
    stated(
        FILE, "Only with a fixed range, as vmin=0, vmax=255 sets one, does a number look the same"
    )
    for same, fixed in (
        (False, {}),
        (True, {"vmin": 0, "vmax": 255}),
        (True, {"vmin": 0, "vmax": 99}),
    ):
        ways = [Figure().subplots().imshow(image, **fixed) for image in (train_input[0], weak)]
        one, other = (way.to_rgba(np.array([50.0])).tolist() for way in ways)
        assert (one == other) is same
    stated(FILE, "In Fashion MNIST that is a difference of one grey level at most")
    assert (train_input.min(axis=(1, 2)) == 0).all()
    assert 255 - train_input.max(axis=(1, 2)).min() == 1


def test_a_constant_answer_is_right_one_time_in_ten(train_target):
    stated(FILE, "One time in ten. This is the baseline")
    shares = [f"{100 * np.mean(train_target == number):.0f} %" for number in range(10)]
    assert set(shares) == {"10 %"}
    said = stated(FILE, "a model has learned something only if it does clearly better than 10 %")
    said += stated(FILE, "so a constant answer is right for 10 %")
    said += stated(FILE, "Always the same answer is right for 10 % here")
    said += stated(QUIZ, "The baseline of 10 % belongs to ten classes of equal size.")
    said += stated(GUIDE, "why it is 10 % here")
    said += stated(GUIDE, "With ten equal classes guessing is right for 10 %.")
    assert set(said) == {"10"}
    assert stated(QUIZ, "Each of the ten classes has 6,000 of the 60,000 images.") == [
        f"{np.sum(train_target == 1):,}",
        f"{len(train_target):,}",
    ]
    stated(QUIZ, "One class in ten is named, and it holds a tenth of the images.")


def test_the_commonest_class_is_the_best_constant_answer():
    stated(FILE, "Where they are not, it is best to always answer the commonest class.")
    target = np.array([9, 0, 0, 3])
    right = {number: np.mean(target == number) for number in range(10)}
    assert max(right, key=right.get) == 0


def test_pullover_shirt_and_coat_are_alike(apart):
    said = stated(
        FILE,
        "Pullover and shirt differ by 16.88 grey levels a pixel, pullover and coat by 16.94.",
    )
    assert said == [f"{apart[2, 6]:.2f}", f"{apart[2, 4]:.2f}"]
    assert _nearest(apart, 3) == [
        {"Pullover", "Shirt"},
        {"Pullover", "Coat"},
        {"Trouser", "Dress"},
    ]
    stated(FILE, "That is nearly a tie. Trouser and dress come third")
    assert apart[2, 4] - apart[2, 6] < 0.1 < 3 < apart[1, 3] - apart[2, 4]


def test_the_ankle_boot_is_on_its_own(apart):
    nearest = np.nanmin(apart, axis=1)
    said = stated(
        FILE,
        "Even the class nearest to it, the bag, is 41.95 grey levels away. No other class has its "
        "nearest one so far off. The bag comes next.",
    )
    assert said == [f"{nearest[9]:.2f}"]
    assert np.nanargmin(apart[9]) == 8
    assert nearest.argsort()[:-3:-1].tolist() == [9, 8]


def test_coat_and_sandal_differ_most(apart):
    said = stated(FILE, "The largest difference is between coat and sandal: 75.67 grey levels.")
    assert said == [f"{np.nanmax(apart):.2f}"]
    assert np.nanmax(apart) == apart[4, 5]


def test_the_average_sandal_is_pale_and_the_sneaker_sharp(averages, train_input, train_target):
    said = stated(
        FILE, "The average sandal is pale: no pixel of it is darker than 124. Sandals have many"
    )
    assert averages[5].max() <= int(said[0]) < averages[5].max() + 1
    assert averages.max(axis=(1, 2)).argmin() == 5
    stated(FILE, "The average sneaker is sharp, because sneakers are cut alike.")
    # How like its average an image of the class is: the mean correlation of their pixels.
    like = {}
    for number in (5, 7):
        some = train_input[train_target == number][:1000].reshape(1000, -1)
        average = averages[number].ravel()
        like[number] = np.mean([np.corrcoef(image, average)[0, 1] for image in some])
    assert like[5] < 0.6 < 0.8 < like[7]


def test_squared_differences_turn_two_pairs_round(averages, apart):
    stated(
        FILE,
        "Square the differences before you average them, and pullover and coat come out nearest, "
        "before pullover and shirt.",
    )
    stated(
        FILE,
        "Trouser and dress fall from third place to sixth, and trouser and ankle boot differ most. "
        "Both ways find the same three classes together, and the boot on its own.",
    )
    stated(
        QUIZ,
        "Mean differences put one pair of classes a little nearer together than another pair; mean "
        "squared differences turn the two round.",
    )
    squares = _apart(averages, np.square)
    squared = _nearest(squares, 6)
    assert squared[:2] == [{"Pullover", "Coat"}, {"Pullover", "Shirt"}]
    assert squared[:2] == _nearest(apart, 2)[::-1]
    assert _nearest(apart, 3)[2] == squared[5] == {"Trouser", "Dress"}
    assert squared[2] == {"Shirt", "Coat"}
    assert np.nanmax(squares) == squares[CLASS_NAMES.index("Trouser"), 9]
    assert np.nanargmax(np.nanmin(squares, axis=0)) == 9


def test_squaring_makes_large_differences_count_more():
    stated(FILE, "Squaring makes a few large differences count more than many small ones.")
    few, many = np.array([9, 0, 0, 0]), np.array([3, 3, 3, 3])
    assert np.mean(few) < np.mean(many)
    assert np.mean(few**2) > np.mean(many**2)


def test_float64_takes_eight_times_the_memory_of_uint8():
    stated(FILE, "Eight times as much for float64 as for uint8")
    stated(QUIZ, "A float64 takes more room than a uint8, not less.")
    stated(QUIZ, "The number of pixels stays, but each one takes more room than one byte.")
    assert np.dtype("float64").itemsize == 8 * np.dtype("uint8").itemsize


@pytest.mark.long
def test_keras_takes_several_hundred_megabytes():
    stated(FILE, "Importing Keras takes a while, and several hundred megabytes of memory.")
    code = (
        "import numpy, psutil; of = psutil.Process().memory_info; before = of().rss; import keras; "
        "print(of().rss - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 200e6 < int(done.stdout.split()[-1]) < 900e6
