"""Where the lessons are installed and run: beside a TensorFlow, with a user's own settings."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nbclient
import nbformat
import pytest
from fmnist_lessons.figures import fonts
from fmnist_lessons.publishing import colab
from fmnist_lessons.publishing.__main__ import main
from fmnist_lessons.publishing.launch_links import Repository
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]

WITHOUT_TENSORFLOW = """
import importlib.util, sys
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: (
    None if name == "tensorflow" else find_spec(name, package)
)
sys.modules["tensorflow"] = None
"""
NUMBERS = """
import numpy, fmnist_lessons as fl
(images, target), _ = fl.load_fashion_mnist()
scaled = fl.scale_and_flatten(images[:1000])
import keras
keras.utils.set_random_seed(1)
model = keras.Sequential([keras.layers.Input((784,)), keras.layers.Dense(10, "softmax")])
model.compile(loss="sparse_categorical_crossentropy")
model.fit(scaled, target[:1000], verbose=0)
run = fl.train_network(scaled, target[:1000], (scaled[:9], target[:9]), epochs=1, seed=1)
weights = model.get_weights()[0]
print(keras.config.backend(), weights.dtype, keras.config.epsilon(), float(weights.sum()), run)
print([float(snapshot.parameters[0].sum()) for snapshot in run.snapshots])
"""


# Installing


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel, as a release does."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    names = ("pyproject.toml", "README.md", "LICENSE", "fmnist_lessons")
    source.mkdir()
    for name in names:  # a build beside the code would leave files there
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, source / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", folder, source], check=True)
    (path,) = folder.glob("*.whl")
    return path


def installed(path, name, version, requires=()):
    """Put the record of an installed package into a folder, and one module of it."""
    record = path / f"{name.replace('-', '_')}-{version}.dist-info"
    record.mkdir(parents=True)
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {each}" for each in requires]
    (record / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (record / "INSTALLER").write_text("pip\n", encoding="utf-8")
    (record / "RECORD").write_text("", encoding="utf-8")


# What a hosted runtime had in 2025, of what the lessons import; anywidget comes with psygnal.
RUNTIME = {
    "anywidget": "0.9.18",
    "comm": "0.2.2",
    "fastjsonschema": "2.21.1",
    "ipython": "7.34.0",
    "ipywidgets": "7.7.1",
    "jinja2": "3.1.6",
    "joblib": "1.5.1",
    "keras": "3.8.0",
    "lazy-loader": "0.4",
    "markupsafe": "3.0.2",
    "matplotlib": "3.10.0",
    "numpy": "2.0.2",
    "pillow": "11.2.1",
    "pooch": "1.8.2",
    "requests": "2.32.3",
    "scikit-learn": "1.6.1",
    "scipy": "1.15.3",
    "tensorflow": "2.18.0",
}


def test_a_plain_install_replaces_nothing_of_a_runtime(wheel, tmp_path):
    # pip itself, in an environment of its own whose packages are those of a runtime: only their
    # records, since nothing is imported. Without an index, whatever pip would fetch is an error.
    runtime = tmp_path / "runtime"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", runtime], check=True)
    (site,) = runtime.glob("lib/python*/site-packages")
    for name, version in RUNTIME.items():
        installed(site, name, version)
    (site / "tensorflow").mkdir()
    (site / "tensorflow" / "__init__.py").write_text("# the server's own\n", encoding="utf-8")
    before = sorted((path, path.read_bytes()) for path in site.rglob("*.*") if path.is_file())
    pip = [sys.executable, "-m", "pip", "--python", runtime / "bin" / "python", "install"]
    command = [*pip, "--no-index", "--disable-pip-version-check", wheel]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Successfully installed fmnist-lessons-" in done.stdout
    assert "Uninstalling" not in done.stdout
    after = {path: path.read_bytes() for path in site.rglob("*.*") if path.is_file()}
    assert [(path, after[path]) for path, _ in before] == before
    # With its extra, the same command wants TensorFlow's other package: that is what the extra is.
    with_extra = [*command[:-1], "--dry-run", f"{wheel}[tensorflow]"]
    assert "tensorflow-cpu" in subprocess.run(with_extra, capture_output=True, text=True).stderr


def test_without_a_backend_one_sentence_says_what_to_install(in_fresh_process):
    code = f"""{WITHOUT_TENSORFLOW}
import fmnist_lessons as fl
fl.cross_validate_sgd  # needs none
for first in (lambda: fl.train_network, lambda: fl.EpochsLab, fl.prepare_keras_cache, fl.LossLab):
    try:
        first()
    except ModuleNotFoundError as error:
        print(error.name, error)
"""
    first, *others = in_fresh_process(code, KERAS_BACKEND="").splitlines()
    assert first.startswith(
        "tensorflow Keras is to compute with tensorflow, which is not installed"
    )
    assert "`python -m pip install tensorflow`" in first
    assert "KERAS_BACKEND to one of tensorflow, jax, torch" in first
    assert others == [first] * 3


def test_a_backend_that_there_is_not_is_refused(in_fresh_process):
    code = """
import fmnist_lessons
try:
    fmnist_lessons.train_network
except ModuleNotFoundError as error:
    print(error)
"""
    said = in_fresh_process(code, KERAS_BACKEND="theano")
    assert said.startswith("Keras is to compute with theano, which is not installed")
    assert "install tensorflow`" in said


# Hosted runtimes


def test_each_chapter_for_colab_installs_the_lessons_first(tmp_path, capsys):
    wheel = "https://example.org/fmnist_lessons-1-py3-none-any.whl"
    assert main(["colab", "--to", str(tmp_path / "colab"), "--wheel", wheel]) == 0
    assert f"which install {wheel}" in capsys.readouterr().out
    chapters = sorted((ROOT / "notebooks").glob("0*.ipynb"))
    written = sorted((tmp_path / "colab").glob("*.ipynb"))
    assert [path.name for path in written] == [path.name for path in chapters]
    for path, original in zip(written, chapters, strict=True):
        notebook = nbformat.read(path, 4)
        nbformat.validate(notebook)
        text, code, *rest = notebook.cells
        assert rest == nbformat.read(original, 4).cells
        assert "1 MB" in text.source
        assert f'%pip install --quiet --no-deps "{wheel}"' in code.source.splitlines()


def test_a_release_is_installed_by_its_tag(tmp_path, monkeypatch, capsys):
    there = Repository("github.com", "ada/lessons", "v1.2.0", "notebooks")
    monkeypatch.setattr(colab, "find_repository", lambda *where: there)
    assert main(["colab", "--to", str(tmp_path / "colab")]) == 0
    assert "which install fmnist-lessons==1.2.0." in capsys.readouterr().out
    monkeypatch.setattr(colab, "find_repository", lambda *where: there._replace(ref="main"))
    assert main(["colab", "--to", str(tmp_path / "colab")]) == 2
    assert "ref: got 'main'; allowed is a release's tag" in capsys.readouterr().err


def test_what_a_runtime_may_lack_is_installed_there():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {Requirement(line).name for line in settings["project"]["dependencies"]}
    assert set(colab.SMALL) <= wanted
    lacking = {"anywidget", "comm", "fastjsonschema", "lazy-loader", "pooch"}
    assert wanted - set(colab.SMALL) <= set(RUNTIME) - lacking


def test_a_codespace_opens_chapter_1():
    text = (ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8")
    container = json.loads(text)
    (opened,) = container["customizations"]["codespaces"]["openFiles"]
    assert (ROOT / opened).is_file()
    assert container["postCreateCommand"] == "make .venv/ready"


def test_binder_has_fonts_for_hangul():
    packages = (ROOT / "binder" / "apt.txt").read_text(encoding="utf-8").split()
    assert packages == ["fonts-nanum"]  # Debian's and Ubuntu's; fonts.py looks for NanumGothic
    assert "NanumGothic" in fonts.FALLBACKS


# A user's own settings


def test_an_old_keras_json_changes_no_number(in_fresh_process, tmp_path):
    plain, old = tmp_path / "plain", tmp_path / "old"
    old.mkdir()
    text = json.dumps({"backend": "theano", "floatx": "float64", "epsilon": 0.1})
    (old / "keras.json").write_text(text, encoding="utf-8")
    expected = in_fresh_process(NUMBERS, KERAS_HOME=str(plain))
    assert expected.startswith("tensorflow float32 1e-07 ")
    assert in_fresh_process(NUMBERS, KERAS_HOME=str(old)) == expected
    assert (old / "keras.json").read_text(encoding="utf-8") == text


def test_a_keras_json_that_is_none_is_left_to_keras(in_fresh_process, tmp_path):
    (tmp_path / "keras.json").write_text("not JSON", encoding="utf-8")
    code = "import fmnist_lessons, sys; print('keras' in sys.modules)"
    assert in_fresh_process(code, KERAS_HOME=str(tmp_path)) == "False"


def test_a_backend_that_a_keras_json_chooses_stays(in_fresh_process, tmp_path):
    (tmp_path / "keras.json").write_text('{"backend": "torch"}', encoding="utf-8")
    code = "import fmnist_lessons, os; print(os.environ.get('KERAS_BACKEND'))"
    assert in_fresh_process(code, KERAS_HOME=str(tmp_path)) == "None"


def pictures(environment):
    """Run two cells in a real kernel with an environment, and return their pictures as base64."""
    cells = ["import fmnist_lessons", "import matplotlib.pyplot as plt; plt.plot([1, 2]);"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = nbclient.NotebookClient(notebook, timeout=120)
    with client.setup_kernel(env={**os.environ, **environment}):
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    return [output["data"]["image/png"] for output in outputs if "data" in output]


def test_a_users_matplotlib_backend_changes_no_picture():
    expected = pictures({"MPLBACKEND": ""})
    assert len(expected) == 1
    assert pictures({"MPLBACKEND": "Agg"}) == pictures({"MPLBACKEND": "nonsense"}) == expected


def test_in_a_program_matplotlibs_backend_stays(in_fresh_process):
    code = "import fmnist_lessons, os; print(os.environ['MPLBACKEND'])"
    assert in_fresh_process(code, MPLBACKEND="svg") == "svg"
    kernel = f"import sys; sys.modules['ipykernel'] = sys; {code}"
    assert in_fresh_process(kernel, MPLBACKEND="module://ipympl.x") == "module://ipympl.x"


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_a_folder_of_any_name_is_set_up_once(tmp_path):
    # With a python that only notes its calls and makes the folder that venv would make.
    folder = tmp_path / "it's $HOME, (a) 100 %"
    (folder / "binder").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "requirements-lock.txt", "binder/overrides.json"):
        shutil.copy(ROOT / name, folder / name)
    python = tmp_path / "bin" / "python3"
    python.parent.mkdir()
    python.write_text(
        '#!/bin/bash\necho "$*" >> "$CALLS"\n'
        'if [[ "$*" == *venv* ]]; then mkdir -p .venv/bin; cp "$0" .venv/bin/python; fi\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
    calls = tmp_path / "calls"
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    for _ in range(2):
        command = ["make", ".venv/ready"]
        environment = {**os.environ, "PATH": path, "CALLS": str(calls)}
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    said = calls.read_text(encoding="utf-8")
    assert said.count("-m venv --clear .venv") == 1
    assert (
        said.count("--require-hashes -r requirements-lock.txt\n") == 1
    )  # the learner's part alone
    assert "requirements-dev-lock" not in said
