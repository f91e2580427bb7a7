"""Importing the package: quick, light, and each module only from those below it."""

import ast
import tomllib
from pathlib import Path

import fmnist_lessons
import pytest

PACKAGE = Path(fmnist_lessons.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = ["tensorflow", "keras", "sklearn", "matplotlib", "ipywidgets", "IPython"]

# A module imports from lower layers only, or from its own folder.
LAYERS = {
    "environment": -1,
    "": 0,  # the package itself, which imports by lazy_loader
    "checks": 0,
    "files": 0,
    "templates": 0,
    "text": 0,
    "quizzes": 1,
    "progress": 1,
    "published": 1,
    "reference": 1,
    "data": 1,
    "log": 2,
    "models": 3,
    "pictures": 3,
    "figures": 4,
    "exercises": 4,
    "experiment": 5,
    "labs": 5,
    "publishing": 5,
}
LAB_LAYERS = {
    "": 0,
    "page": 0,
    "background": 0,
    "chart": 0,
    "controls": 0,
    "pixels": 0,
    "drawing_board": 0,
    "lab": 1,
    "learning_curves": 1,
    "max_iter_runs": 1,
    "run_settings": 1,
    "wrong_images": 1,
    "interrupts": 0,
    "job": 0,
    "training_lab": 2,
    "activation_lab": 3,
    "data_lab": 3,
    "draw_lab": 3,
    "epochs_lab": 3,
    "log_view": 3,
    "loss_lab": 3,
    "max_iter_lab": 3,
    "neuron_lab": 3,
    "step_lab": 3,
}


def dotted(path):
    """Return a file's parts below the package: ``['labs', 'html']``."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return [part for part in parts if part != "__init__"]


def imported_names(path):
    """List the full names that a file imports, also inside its functions."""
    folder = ["fmnist_lessons", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = folder[: len(folder) - node.level + 1] if node.level else []
            base = [*base, *([node.module] if node.module else [])]
            yield from (".".join([*base, alias.name]) for alias in node.names)


def imported_from_package(path):
    """List what a file imports from the package, each as its parts below it."""
    for name in imported_names(path):
        if name.split(".")[0] == "fmnist_lessons":
            yield name.split(".")[1:]


def modules_after(in_fresh_process, code):
    loaded = in_fresh_process(f"{code}\nimport sys\nprint(*sorted(sys.modules))").split()
    return set(loaded)


def test_import_takes_under_300_milliseconds(in_fresh_process):
    code = (
        "import time; start = time.perf_counter(); import fmnist_lessons; "
        "print(time.perf_counter() - start)"
    )
    assert min(float(in_fresh_process(code)) for _ in range(5)) < 0.3


def test_import_loads_nothing_heavy(in_fresh_process):
    loaded = modules_after(in_fresh_process, "import fmnist_lessons")
    assert loaded.isdisjoint(HEAVY)


def test_public_names_are_those_of_the_lessons():
    assert set(fmnist_lessons.__all__) == {
        "ActivationLab",
        "CLASS_NAMES",
        "DIGIT_NAMES",
        "DataLab",
        "DrawLab",
        "EpochsLab",
        "LogView",
        "LossLab",
        "MaxIterLab",
        "NeuronLab",
        "ProgressBarMeans",
        "Quiz",
        "SessionLog",
        "StepLab",
        "TrainingRun",
        "build_network",
        "compare_with_published",
        "cross_validate_sgd",
        "ending_processes",
        "figures",
        "load_fashion_mnist",
        "load_mnist",
        "prepare_keras_cache",
        "scale_and_flatten",
        "take_steps",
        "the_session_log",
        "train_network",
    }


@pytest.mark.parametrize("name", fmnist_lessons.__all__)
def test_public_name_resolves_and_is_listed(name):
    assert getattr(fmnist_lessons, name) is not None
    assert name in dir(fmnist_lessons)


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="load_letters"):
        fmnist_lessons.load_letters  # noqa: B018


def test_loading_the_data_imports_only_numpy(in_fresh_process):
    loaded = modules_after(
        in_fresh_process,
        "from fmnist_lessons import load_fashion_mnist, scale_and_flatten, CLASS_NAMES\n"
        "from fmnist_lessons import load_mnist, DIGIT_NAMES\n"
        "scale_and_flatten(load_fashion_mnist()[0][0][:10])\n"
        "scale_and_flatten(load_mnist()[0][0][:10])",
    )
    assert loaded.isdisjoint(HEAVY)
    assert "numpy" in loaded


def test_filling_keras_cache_does_not_import_keras(in_fresh_process, tmp_path):
    code = f"""
import os
os.environ["KERAS_HOME"] = {str(tmp_path)!r}
import fmnist_lessons
fmnist_lessons.prepare_keras_cache()"""
    assert modules_after(in_fresh_process, code).isdisjoint(HEAVY)


def test_cross_validation_and_figures_need_neither_tensorflow_nor_widgets(in_fresh_process):
    code = """
import fmnist_lessons as fl
(images, target), _ = fl.load_fashion_mnist()
scores = fl.cross_validate_sgd(fl.scale_and_flatten(images[:200]), target[:200], 2)
fl.figures.plot_cross_validation({2: scores["test_score"]})"""
    loaded = modules_after(in_fresh_process, code)
    assert loaded.isdisjoint({"tensorflow", "keras", "ipywidgets", "matplotlib.pyplot"})
    assert "sklearn" in loaded


def test_checks_of_exercises_import_only_numpy_until_they_run(in_fresh_process):
    code = """
from fmnist_lessons import exercises
for name in exercises.__all__:
    getattr(exercises, name)"""
    assert modules_after(in_fresh_process, code).isdisjoint(HEAVY)


def test_max_iter_lab_imports_neither_tensorflow_nor_pyplot(in_fresh_process):
    code = """
import fmnist_lessons as fl
(images, target), _ = fl.load_fashion_mnist()
lab = fl.MaxIterLab(fl.scale_and_flatten(images[:200]), target[:200])
lab.run(2)
lab._repr_mimebundle_()"""
    loaded = modules_after(in_fresh_process, code)
    assert loaded.isdisjoint({"tensorflow", "keras", "matplotlib.pyplot", "pylab"})
    assert {"ipywidgets", "matplotlib"} <= loaded


def test_epochs_lab_does_not_import_pyplot(in_fresh_process):
    # Keras imports it; from then on, nothing may.
    code = """
import sys
import fmnist_lessons as fl
import keras
sys.modules["matplotlib.pyplot"] = None
try:
    import matplotlib.pyplot
except ImportError:
    pass
else:
    raise AssertionError("pyplot is not locked away")
(images, target), _ = fl.load_fashion_mnist()
scaled = fl.scale_and_flatten(images[:200])
lab = fl.EpochsLab(scaled, target[:200], (scaled[:50], target[:50]))
lab.run(1)
lab.look_at(0)
lab._repr_mimebundle_()
print(lab, "Before training: accuracy" in lab.view)"""
    assert in_fresh_process(code) == "EpochsLab(epochs=1, runs=1) True"


def test_tensorflow_is_quiet_and_portable_unless_the_user_says_otherwise(in_fresh_process):
    code = (
        "import fmnist_lessons, os; "
        "print(os.environ['TF_CPP_MIN_LOG_LEVEL'], os.environ['TF_ENABLE_ONEDNN_OPTS'])"
    )
    unset = {"TF_CPP_MIN_LOG_LEVEL": "", "TF_ENABLE_ONEDNN_OPTS": ""}
    remove = "import os; os.environ.pop('TF_CPP_MIN_LOG_LEVEL', 0); "
    remove += "os.environ.pop('TF_ENABLE_ONEDNN_OPTS', 0); "
    assert in_fresh_process(remove + code, **unset) == "3 0"
    chosen = {"TF_CPP_MIN_LOG_LEVEL": "1", "TF_ENABLE_ONEDNN_OPTS": "1"}
    assert in_fresh_process(code, **chosen) == "1 1"


def test_each_file_beside_the_code_is_installed_with_it():
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]
    installed = {
        path
        for package, globs in patterns.items()
        for pattern in globs
        for path in PACKAGE.parent.joinpath(*package.split(".")).glob(pattern)
    }
    others = {path for path in PACKAGE.rglob("*.*") if path.suffix not in (".py", ".pyc")}
    assert others - installed == set()
    assert PACKAGE / "log" / "schema.json" in installed


def test_there_are_modules_to_look_at():
    assert {tuple(dotted(path)) for path in MODULES} >= {("data",), ("labs", "lab"), ()}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: ".".join(dotted(path)) or "package")
def test_module_imports_only_what_lies_below_it(path):
    own = dotted(path)
    own_top = own[0] if own else ""
    assert own_top in LAYERS, "a new module needs its place in LAYERS"
    for parts in imported_from_package(path):
        top = parts[0]
        if top == own_top and path.parent != PACKAGE:
            if top == "labs":
                inner = own[1] if len(own) > 1 else ""
                assert LAB_LAYERS[parts[1]] < LAB_LAYERS[inner], f"{own} imports {parts}"
        else:
            assert LAYERS[top] < LAYERS[own_top], f"{own} imports {parts}"


def test_arrows_are_found_where_there_are_some():
    found = {tuple(parts) for parts in imported_from_package(PACKAGE / "labs" / "epochs_lab.py")}
    assert {("models", "network", "train_network"), ("figures", "plot_learning_curves")} <= found
    assert ("training_lab", "TrainingLab") not in found
    assert ("labs", "training_lab", "TrainingLab") in found


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if dotted(path)[:1] != ["labs"]],
    ids=lambda path: ".".join(dotted(path)) or "package",
)
def test_nothing_below_the_labs_imports_widgets(path):
    tops = {name.split(".")[0] for name in imported_names(path)}
    # What publishes the chapters sets nbconvert's own options, which are traitlets.
    settings = set() if dotted(path)[:1] == ["publishing"] else {"traitlets"}
    assert tops.isdisjoint({"ipywidgets", "IPython", *settings})


@pytest.mark.parametrize("path", MODULES, ids=lambda path: ".".join(dotted(path)) or "package")
def test_nothing_imports_pyplot(path):
    assert not any("pyplot" in name for name in imported_names(path))
