"""Chapter 2: one step by hand, what StepLab shows, and what varies when scores vary."""

import re
import warnings

import numpy as np
import pytest
from fmnist_lessons import CLASS_NAMES, take_steps
from fmnist_lessons.figures.images import weight_limit
from fmnist_lessons.models.logistic_regression import cross_validate_sgd, stratified_sample
from fmnist_lessons.models.steps import logistic_losses
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import StratifiedKFold, cross_validate
from stated import PROJECT, stated

FILE = "notebooks/02_logistic_regression.ipynb"
QUIZ = "fmnist_lessons/quizzes/02_logistic_regression.json"
SEEDS = range(8)


def sgd(seed=42, max_iter=5):
    return SGDClassifier(loss="log_loss", max_iter=max_iter, random_state=seed, n_jobs=-1)


def quiet(function, *arguments):
    """Call a function without the ConvergenceWarning that the chapter has shown."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return function(*arguments)


def folds_of(model, images, targets):
    return quiet(cross_validate, model, images, targets)["test_score"]


@pytest.fixture(scope="module")
def held_out(all_scaled, train_target):
    """Return what StepLab measures: the mean loss of the last 1,000 images."""

    def loss(weights, intercepts):
        z = all_scaled[-1000:] @ weights.T + intercepts
        return logistic_losses(z, train_target[-1000:]).mean()

    return loss


@pytest.fixture(scope="module")
def walk(all_scaled, train_target, held_out):
    """Return a function: the mean loss of the held-out images after each step, from 0 or later."""

    def losses(rate, steps, start=0):
        parameters, found = (np.zeros((10, 784)), np.zeros(10)), []
        if start:
            parameters = take_steps(all_scaled[:start], train_target[:start], rate)
        for number in range(start, steps):
            one = slice(number, number + 1)
            parameters = take_steps(all_scaled[one], train_target[one], rate, *parameters)
            found.append(held_out(*parameters))
        return found

    return losses


@pytest.fixture(scope="module")
def first_fold(all_scaled, train_target):
    """Return a function: the score of the first fold of 12,000 images, by passes and seed."""
    images, targets = all_scaled[:12000], train_target[:12000]
    learned, scored = next(StratifiedKFold(5).split(images, targets))

    def score(max_iter, seed):
        model = quiet(sgd(seed, max_iter).fit, images[learned], targets[learned])
        return model.score(images[scored], targets[scored])

    return score


# One step.


def test_the_first_step_takes_a_half_to_more(all_scaled):
    stated(FILE, "One step took the probability from a half to more than three quarters.")
    pixels = all_scaled[0]
    z = 0.01 * 0.5 * (pixels @ pixels + 1)
    assert 0.75 < 1 / (1 + np.exp(-z)) < 0.8
    assert stated(FILE, "With all pixels scaled it was 1.20.") == [f"{z:.2f}"]


def test_z_far_from_zero_gives_nearly_0_or_1():
    said = stated(FILE, "far below zero gives nearly 0, zero gives 0.5, far above gives nearly 1")
    assert (1 / (1 + np.exp([10.0, 0.0, -10.0]))).round(3).tolist() == [float(n) for n in said]


def test_a_pixel_that_is_always_0_never_moves_its_weight(all_scaled, train_target):
    stated(FILE, "A pixel that is 0 in every image never moves its weight.")
    weights, _ = take_steps(all_scaled[:1000], train_target[:1000], 0.01)
    never = (all_scaled[:1000] == 0).all(axis=0)
    assert never.any()
    assert (weights[:, never] == 0).all()


def test_the_loop_is_sgd_classifier_and_float64_has_sixteen_digits(all_scaled, train_target):
    assert stated(FILE, "have about 16, and the two add up 784 products") == ["16", "784"]
    assert 15 <= -np.log10(np.finfo(np.float64).eps) < 16
    boots = (train_target[:6000] == 9).astype(int)
    weights, _ = take_steps(all_scaled[:6000], train_target[:6000], 0.01)
    boot = SGDClassifier(
        loss="log_loss", penalty=None, learning_rate="constant", eta0=0.01, shuffle=False
    )
    boot.partial_fit(all_scaled[:6000], boots, classes=[0, 1])
    assert 0 < np.abs(boot.coef_[0] - weights[9]).max() < 1e-14


def test_what_the_weight_images_show(all_scaled, train_target):
    stated(FILE, "a boot, red (for) in its own equation, blue (against) in the nine others")
    weights, _ = take_steps(all_scaled[:1], train_target[:1], 0.01)
    assert CLASS_NAMES[train_target[0]] == "Ankle boot"
    assert (weights[9] >= 0).all()
    assert (weights[:9] <= 0).all()
    assert (weights[9] == -weights[0]).all()
    (seen_after,) = stated(
        FILE,
        "After 100 the gap between the legs of trousers can be seen, and both sleeves of a "
        "pullover.",
    )
    for steps, is_seen in {10: False, int(seen_after): True}.items():
        trouser = take_steps(all_scaled[:steps], train_target[:steps], 0.01)[0][1].reshape(28, 28)
        gap, legs = trouser[14:26, 13:15].mean(), trouser[14:26, [9, 10, 11, 16, 17, 18]].mean()
        assert (gap < legs - 0.5 * weight_limit(trouser)) == is_seen
    stated(FILE, "The corners stay white: those pixels are 0 in nearly all images.")
    edge = all_scaled.reshape(-1, 28, 28)[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert (edge == 0).mean() > 0.95
    weights, _ = take_steps(all_scaled, train_target, 0.01)
    corners = weights.reshape(10, 28, 28)[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert np.abs(corners).max() < 0.05 * np.abs(weights).max()


# StepLab.


def test_a_step_never_raises_the_loss_of_its_own_image(all_scaled, train_target):
    stated(FILE, "A single step never raises the loss of its own image, however long it is")
    for rate in (0.001, 0.01, 0.1, 1.0):
        parameters = np.zeros((10, 784)), np.zeros(10)
        for number in range(200):
            one = all_scaled[number : number + 1], train_target[number : number + 1]
            after = take_steps(*one, rate, *parameters)
            before, now = (
                logistic_losses(one[0] @ weights.T + intercepts, one[1])[0]
                for weights, intercepts in (parameters, after)
            )
            assert now <= before + 1e-12  # both are rounded
            parameters = after


def test_the_others_go_down_and_up(all_scaled, train_target, walk):
    start, first, up, steps = stated(
        FILE,
        "takes their loss from 0.6931 to 0.5458, and 38 of the first 100 steps raise it a little",
    )
    losses = [np.log(2), *walk(0.01, int(steps))]
    assert [f"{losses[0]:.4f}", f"{losses[1]:.4f}"] == [start, first]
    raised = np.diff(losses)[np.diff(losses) > 0]
    assert len(raised) == int(up)
    assert np.median(raised) < 0.01
    (long,) = stated(FILE, "the very first step takes it to 10.6032")
    assert f"{walk(1, 1)[0]:.4f}" == long
    assert stated(QUIZ, "of the held-out images from 0.69 to 10.6") == ["0.69", "10.6"]
    assert stated(QUIZ, "With learning rate 0.01 the same step lowered it.") == ["0.01"]
    assert losses[1] < losses[0]
    stated(QUIZ, "A shorter step in the same direction helped both.")
    stated(QUIZ, "Every image of another class now gets a z far above zero")
    weights, intercepts = take_steps(all_scaled[:1], train_target[:1], 1)
    boot = train_target[0]
    others = all_scaled[-1000:][train_target[-1000:] != boot]
    assert (others @ weights[boot] + intercepts[boot]).min() > 5


def test_too_short_is_slow_and_too_long_jumps(all_scaled, train_target, held_out, walk):
    said = stated(FILE, "is 0.2465 with rate 0.001, 0.1505 with 0.01, and 0.3513 with 0.1")
    losses, rates = said[::2], said[1::2]
    for loss, rate in zip(losses, rates):
        parameters = take_steps(all_scaled[:1000], train_target[:1000], float(rate))
        assert f"{held_out(*parameters):.4f}" == loss
    stated(FILE, "Too short is slow, too long jumps.")
    (jumping,) = stated(FILE, "longer than the 0.1 whose curve jumped in StepLab")
    jumps = {rate: np.abs(np.diff(walk(rate, 100))).mean() for rate in (0.001, 0.01, 0.1)}
    assert jumps[0.001] < jumps[0.01] < jumps[float(jumping)] / 5
    stated(FILE, "Where a jumping curve ends depends on the last few images.")
    ends = {rate: walk(rate, 1000, start=950) for rate in (0.01, 0.1)}
    assert max(ends[0.1]) > 2 * min(ends[0.1])
    assert max(ends[0.01]) < 1.25 * min(ends[0.01])


def test_a_large_pixel_counts_in_the_step_and_again_in_z(all_scaled):
    said = stated(FILE, "Leave row 14 of the image unscaled, 28 of the 784 pixels")
    row = slice(int(said[0]) * 28, (int(said[0]) + 1) * 28)
    assert said[1:] == [str(row.stop - row.start), str(all_scaled.shape[1])]
    stated(FILE, "A large pixel counts twice: in the step, and again in z.")
    stated(FILE, "So the one row decides, whatever the others say.")
    pixels = all_scaled[0].copy()
    before = pixels[row] @ pixels[row]
    pixels[row] *= 255
    assert pixels[row] @ pixels[row] == pytest.approx(255**2 * before)
    assert pixels[row] @ pixels[row] > 0.99 * (pixels @ pixels)


def test_when_training_ends(all_scaled, train_target, capsys):
    stated(FILE, "tol (tolerance; tol=0.001 unless you say otherwise)")
    assert SGDClassifier().tol == 0.001
    stated(
        FILE,
        "if five passes in a row fail to bring loss plus penalty at least tol below the best so "
        "far, training ends.",
    )
    stated(FILE, "`n_iter_` counts the slowest equation's passes.")
    model = SGDClassifier(loss="log_loss", max_iter=1000, random_state=42, verbose=1)
    model.fit(all_scaled[:1000], train_target[:1000])
    equations = capsys.readouterr().out.split("-- Epoch 1\n")[1:]
    by_loss, by_both, made = [], [], []
    for said in equations:
        losses, both = (
            [float(number) for number in re.findall(rf"{name}: ([\d.]+)", said)]
            for name in ("loss", "Objective")
        )
        by_loss.append(_end(losses))
        by_both.append(_end(both))
        made.append(len(both))
    assert by_both == made
    assert len(made) == 10
    assert max(made) == model.n_iter_ > max(by_loss)  # the loss alone would have ended it sooner


def _end(values):
    """Return after how many passes five in a row have not come `tol` below the best."""
    best, failed = np.inf, 0
    for number, value in enumerate(values, start=1):
        failed = failed + 1 if value > best - 0.001 else 0
        best = min(best, value)
        if failed == 5:
            return number
    return None


# What the quiz supposes and concludes.


def test_a_step_with_target_0_makes_z_smaller(all_scaled):
    stated(QUIZ, "The target is 0: z has to become smaller.")
    trousers = np.array([1])
    weights, intercepts = take_steps(all_scaled[:1], trousers, 0.01)
    assert all_scaled[0] @ weights[9] + intercepts[9] < 0


def test_pixels_of_one_row_and_of_the_others(train_input):
    row, others = stated(QUIZ, "What hurt was that 28 features were large and 756 were small.")
    said = stated(QUIZ, "In that experiment the 28 large features drowned the 756 small ones.")
    assert said == [row, others] == [str(28), str(784 - 28)]
    said = stated(QUIZ, "256 different values stay 256 different values.")
    assert said == [str(len(np.unique(np.arange(256) / 255))) for _ in range(2)]


def test_two_settings_on_the_same_folds():
    one = np.array([0.80, 0.82, 0.84, 0.81, 0.83])
    other = np.array([0.81, 0.83, 0.85, 0.82, 0.84])
    said = stated(QUIZ, "Setting A: 0.80, 0.82, 0.84, 0.81, 0.83.")
    assert said == [f"{score:.2f}" for score in one]
    said = stated(QUIZ, "Setting B: 0.81, 0.83, 0.85, 0.82, 0.84.")
    assert said == [f"{score:.2f}" for score in other]
    gain = f"{(other - one).mean():.2f}"
    wrong = f"the means differ by {gain}, and the standard deviation of the folds is"
    assert f"{wrong} {one.std(ddof=1):.3f}." in (PROJECT / QUIZ).read_text(encoding="utf-8")
    stated(QUIZ, "That deviation is how far the folds lie apart, and it is the same for both")
    assert one.std() == pytest.approx(other.std())
    assert stated(QUIZ, "B scores 0.01 more on every fold") == [gain]
    assert (other - one).round(10).tolist() == [0.01] * 5
    stated(QUIZ, "A's best fold beats B's worst")
    assert one.max() > other.min()


# What varies.


def test_what_cross_validation_shares_out(train_target):
    stated(FILE, "each image is scored once, by a model that has not seen it")
    folds = list(StratifiedKFold(5).split(train_target, train_target))
    scored = np.concatenate([fold for _, fold in folds])
    assert np.array_equal(np.sort(scored), np.arange(len(train_target)))
    assert not any(np.isin(fold, learned).any() for learned, fold in folds)
    stated(QUIZ, "Two of its models have most of their training images in common.")
    stated(QUIZ, "two models share three folds, three quarters of what each learns from")
    one, other = folds[0][0], folds[1][0]
    assert np.isin(one, other).mean() == pytest.approx(3 / 4)
    all_of_them, each = stated(QUIZ, "Of 3,000 images, each of its models learns from 2,400.")
    few = train_target[: int(all_of_them.replace(",", ""))]
    assert f"{len(next(StratifiedKFold(5).split(few, few))[0]):,}" == each
    assert stated(QUIZ, "Four folds of 600.") == ["600"]


@pytest.mark.long
def test_an_unscaled_row_is_worse_than_no_scaling_at_all(all_scaled, train_input, train_target):
    images, targets = all_scaled[:3000], train_target[:3000]
    uneven = images.copy()
    uneven[:, 14 * 28 : 15 * 28] *= 255
    raw = train_input[:3000].reshape(-1, 784).astype(float)
    alone = uneven[:, 14 * 28 : 15 * 28]
    scaled, one_row, none, nothing_else = (
        folds_of(sgd(), each, targets).mean() for each in (images, uneven, raw, alone)
    )
    stated(QUIZ, "It changes by little, next to what the one row did.")
    assert stated(QUIZ, "brought the score of the 3,000 images far down") == [f"{len(images):,}"]
    assert scaled - one_row > 0.25
    assert abs(scaled - none) < 0.05
    stated(FILE, "Features should have like ranges, since a large one drowns the small ones")
    assert abs(one_row - nothing_else) < 0.05


def test_tol_ends_the_training_however_many_passes_are_allowed(all_scaled, train_target):
    (passes,) = stated(QUIZ, "It was tol that ended the training, after 107 passes")
    models = [
        sgd(max_iter=most).fit(all_scaled[:1000], train_target[:1000]) for most in (1000, 2000)
    ]
    assert [str(model.n_iter_) for model in models] == [passes, passes]
    stated(QUIZ, "Nothing: the weights come out the same.")
    assert np.array_equal(models[0].coef_, models[1].coef_)


def test_the_learning_rate_is_still_long_after_five_passes():
    (rate,) = stated(
        FILE,
        "After five passes over these images the learning rate of SGDClassifier is still about 0.2",
    )
    # As many images as five passes over four folds of 12,000 have, all white: they move no weight.
    # The next one moves it by learning rate times error times pixel.
    model = SGDClassifier(loss="log_loss", penalty=None, fit_intercept=False)
    model.partial_fit(np.zeros((5 * 9600, 1)), np.zeros(5 * 9600, int), classes=[0, 1])
    model.partial_fit(np.ones((1, 1)), np.ones(1, int))
    assert f"{model.coef_[0, 0] / 0.5:.1f}" == rate
    stated(
        FILE,
        "Left to itself it also shuffles, shortens its steps as it goes, and keeps weights small.",
    )
    settings = SGDClassifier()
    assert settings.shuffle
    assert settings.learning_rate == "optimal"
    assert settings.penalty == "l2"


@pytest.mark.long
def test_the_seed_moves_a_score_more_than_the_folds_differ(all_scaled, train_target, first_fold):
    scores = [first_fold(5, seed) for seed in SEEDS]
    said = stated(FILE, "From 0.73 to 0.82, and their standard deviation")
    assert said == [f"{min(scores):.2f}", f"{max(scores):.2f}"]
    stated(FILE, "their standard deviation is nearly eight times that of the five folds")
    images, targets = all_scaled[:12000], train_target[:12000]
    folds = {seed: cross_validate_sgd(images, targets, 5, seed)["test_score"] for seed in (42, 6)}
    assert 7.5 < np.std(scores, ddof=1) / folds[42].std(ddof=1) < 8
    stated(FILE, "Five folds so close to their mean look trustworthy.")
    assert folds[42].std() < 0.005
    said = stated(FILE, "No: they go from 0.7267 to 0.8133.")
    assert said == [f"{folds[6].min():.4f}", f"{folds[6].max():.4f}"]
    stated(FILE, "That the five folds lie so close together does not hold for every seed")
    assert folds[6].std() > 5 * folds[42].std()
    stated(
        FILE,
        "The standard deviation of five folds with one seed is not how far their mean would move.",
    )
    assert abs(folds[6].mean() - folds[42].mean()) > 5 * folds[42].std()
    stated(QUIZ, "scores of one fold with eight seeds lay much further apart than the five folds")
    stated(QUIZ, "In this chapter seeds alone moved a score by several points.")
    assert max(scores) - min(scores) > 0.05
    said = stated(QUIZ, "The seed was one: what it does can be larger than 0.01.")
    assert np.std(scores) > float(said[0])
    assert stated(QUIZ, "You report 0.81 for five passes with seed 42.") == [f"{folds[42][0]:.2f}"]
    assert stated(QUIZ, "on the same images and the same fold, and gets 0.75") == [
        f"{scores[0]:.2f}"
    ]


@pytest.mark.long
def test_scaling_helps_on_some_folds(all_scaled, train_input, train_target):
    gain = stated(FILE, "On three of five, by 0.0183 on average: nothing next to what the one")
    images, targets = all_scaled[:6000], train_target[:6000]
    raw = train_input[:6000].reshape(-1, 784).astype(float)
    gains = folds_of(sgd(), images, targets) - folds_of(sgd(), raw, targets)
    assert gain == [f"{gains.mean():.4f}"]
    assert np.sum(gains > 0) == 3


@pytest.mark.long
def test_more_passes_by_seed(first_fold):
    few, more, most = (np.array([first_fold(n, seed) for seed in SEEDS]) for n in (5, 9, 20))
    said = stated(FILE, "with 9 passes six of the eight seeds score more than with five")
    assert said == ["9"]
    assert np.sum(more > few) == 6
    said = stated(FILE, "with 20 passes seven of eight, both by nearly three points on average")
    assert said == ["20"]
    assert np.sum(most > few) == 7
    for gain in (more - few, most - few):
        assert 0.027 < gain.mean() < 0.03
    said = stated(FILE, "Folds and seeds point the same way: 20 passes help, and 9 most likely")
    assert said == ["20", "9"]


def test_more_passes_by_fold(prints):
    # The chapter prints them, and strict nbval trains them anew.
    printed = prints(FILE)
    five, nine, twenty = (
        float(re.search(rf"^ +{passes} +0\.\d+ +(0\.\d+) ", printed, re.MULTILINE)[1])
        for passes in (5, 9, 20)
    )
    up = dict(re.findall(r"^5 to (\d+) passes.*\n +(\d) of five up", printed, re.MULTILINE))
    said = stated(FILE, "9 passes score more on four of five folds, 20 on all five")
    assert said == list(up)
    assert list(up.values()) == ["4", "5"]
    stated(FILE, "Right for four images in five, where guessing gets one in ten.")
    assert round(5 * five) == 4
    said = stated(FILE, "20 on all five, by two and a half points on average")
    assert said == ["20"]
    assert f"{twenty - five:.3f}" == "0.025"
    said = stated(FILE, "By how much 9 do is open: one point here, three on 12,000 images.")
    assert said == ["9", "12,000"]
    assert f"{nine - five:.2f}" == "0.01"


@pytest.mark.long
def test_a_single_pass(fold_scores):
    (one,) = stated(
        FILE, "A single pass reaches 0.8121, with this seed not far below what five reach"
    )
    single, five = fold_scores(1).mean(), fold_scores(5).mean()
    assert f"{single:.4f}" == one
    assert 0 < five - single < 0.01


@pytest.mark.long
def test_quick_looks(all_scaled, train_target):
    sample = stratified_sample(train_target, 10_000)
    images, targets = all_scaled[sample], train_target[sample]
    _, *said = stated(
        FILE,
        "In a quick look at 10,000 images the means are lower: 0.7620 for one pass, 0.7677 for "
        "five, 0.8074 for 20.",
    )
    fifty = stated(FILE, "Fifty reach 0.8140 there.")
    means = {n: cross_validate_sgd(images, targets, n)["test_score"].mean() for n in (1, 5, 20, 50)}
    written = [f"{mean:.4f}" for mean in means.values()]
    assert [*said, *fifty] == [*written[:3], "20", written[3]]
    stated(FILE, "Less to learn from, fewer steps, the one seed: each may do its part.")
    assert len(sample) < len(train_target)
    of_all = {1: 0.8121, 5: 0.8194, 20: 0.8441}  # as the chapter prints them
    assert all(means[max_iter] < mean for max_iter, mean in of_all.items())
