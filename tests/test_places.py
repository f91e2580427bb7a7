"""Where the lessons are installed and run: beside a TensorFlow, with a user's own settings."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from unittest import mock

import nbclient
import nbformat
import pytest
from fmnist_lessons.figures import fonts
from fmnist_lessons.publishing import colab
from fmnist_lessons.publishing.__main__ import main
from fmnist_lessons.publishing.launch_links import Repository
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager, start_new_kernel
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


def installed(path, name, version, requires=()):
    """Put the record of an installed package into a folder, and one module of it."""
    record = path / f"{name.replace('-', '_')}-{version}.dist-info"
    record.mkdir(parents=True)
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {each}" for each in requires]
    (record / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (record / "INSTALLER").write_text("pip\n", encoding="utf-8")
    (record / "RECORD").write_text("", encoding="utf-8")


# What a hosted runtime had in 2025, and the small packages that such a runtime may lack.
PINS = (ROOT / "tests" / "hosted_runtime.txt").read_text(encoding="utf-8")
LACKING = {
    "anywidget": "0.9.18",
    "comm": "0.2.2",
    "fastjsonschema": "2.21.1",
    "lazy-loader": "0.4",
    "pooch": "1.8.2",
}
RUNTIME = dict(re.findall(r"^(.+)==(.+)$", PINS, re.MULTILINE)) | LACKING


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
    assert wanted - set(colab.SMALL) <= set(RUNTIME) - set(LACKING)


def test_a_lab_switches_the_widgets_of_colab_on(in_fresh_process):
    code = """
import sys, types
calls = []
sys.modules["google.colab.output"] = types.SimpleNamespace(
    enable_custom_widget_manager=lambda: calls.append("on"),
    _widgets=types.SimpleNamespace(_installed_url="https://example.org/manager"),
)
import fmnist_lessons as fl
lab = fl.LossLab()
_, metadata = lab._repr_mimebundle_()
print(calls, metadata["application/vnd.jupyter.widget-view+json"]["colab"], "image/png" in metadata)
"""
    manager = {"custom_widget_manager": {"url": "https://example.org/manager"}}
    assert in_fresh_process(code) == f"['on'] {manager} True"


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


# VS Code


def test_in_vs_code_a_lab_that_stays_empty_is_used_by_its_methods():
    # VS Code speaks to the kernel as any front end does: here jupyter_client, which answers no
    # widget. The README says what to do then.
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (in_words,) = re.findall(
        r"its methods do the same: `(lab\.run\(5\))` trains, and the lab itself", readme
    )
    cells = (
        "import fmnist_lessons as fl\n(images, target), _ = fl.load_fashion_mnist()\n"
        "part = fl.scale_and_flatten(images[:500]), target[:500]",
        "first = globals().get('lab')\nlab = fl.EpochsLab(*part, part)\nlab",
        in_words,
        "lab",
        "first.closed, lab.closed",
    )
    manager, client = start_new_kernel(startup_timeout=120)
    shown = []

    def answer(index):
        def hook(message):
            if message["msg_type"] in ("display_data", "execute_result", "error"):
                shown.append(message["content"])

        message = client.session.msg("execute_request", {"code": cells[index], "silent": False})
        message["metadata"] = {"cellId": f"vscode-notebook-cell:/a%20b/05.ipynb#{index}"}
        with mock.patch.object(client.session, "msg", return_value=message):
            reply = client.execute_interactive(cells[index], output_hook=hook, timeout=300)
        assert reply["content"]["status"] == "ok", shown[-1]
        return shown[-1]["data"] if shown else None

    try:
        answer(0)
        fresh = answer(1)
        answer(2)
        trained = answer(3)
        assert {"text/plain", "image/png", "text/html"} <= trained.keys()
        assert "<img alt=" in trained["text/html"]
        assert trained["image/png"] != fresh["image/png"]
        assert "epochs=5, runs=1" in trained["text/plain"]
        answer(1)  # run again: the lab before is closed
        assert answer(4)["text/plain"] == "(True, False)"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_each_place_of_the_readme_names_its_test():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("## Where it runs")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (?!where|-)(.+?) \| (.+) \|$", table, re.MULTILINE)
    assert len(rows) >= 15
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for place, shown in rows:
        named = re.findall(r"`([^`]+)`", shown)
        proofs = [name for name in named if name.startswith(("make ", "tests/"))]
        assert proofs or shown.startswith("not reached here"), place
        for name in named:
            if name.startswith("make "):
                assert name.removeprefix("make ") in targets, name
            elif "/" in name:
                assert (ROOT / name).is_file(), name


# A user's own settings

OLD_KERAS_JSON = json.dumps({"backend": "theano", "floatx": "float64", "epsilon": 0.1})


@pytest.mark.parametrize("content", ["not JSON", "[]", "null"])
def test_a_keras_json_that_is_none_is_left_to_keras(in_fresh_process, tmp_path, content):
    (tmp_path / "keras.json").write_text(content, encoding="utf-8")
    code = "import fmnist_lessons, sys; print('keras' in sys.modules)"
    assert in_fresh_process(code, KERAS_HOME=str(tmp_path)) == "False"


def test_a_backend_that_a_keras_json_chooses_stays(in_fresh_process, tmp_path):
    (tmp_path / "keras.json").write_text('{"backend": "torch"}', encoding="utf-8")
    code = "import fmnist_lessons, os; print(os.environ.get('KERAS_BACKEND'))"
    assert in_fresh_process(code, KERAS_HOME=str(tmp_path)) == "None"


# What may show neither another number nor another picture: images, figures, a training with Keras's
# own calls and with ours, a lab, a file that is written.
CELLS = (
    "import os, pathlib, fmnist_lessons as fl, keras\n"
    "assert fl.__file__.startswith(os.environ.get('LESSONS', ''))",
    "fl.prepare_keras_cache() and keras.datasets.fashion_mnist.load_data()[1][1].sum()",
    NUMBERS,
    "import matplotlib.pyplot as plt; plt.imshow(images[0]); plt.show()",
    "fl.figures.plot_learning_curves(run.history)",
    "lab = fl.EpochsLab(scaled, target[:1000], (scaled[:9], target[:9]))",
    "lab.run(1); lab",
    "lab.session_log.save(pathlib.Path('log.json'))",
)


@pytest.fixture(scope="module")
def run_cells(tmp_path_factory):
    """Return a function that runs `CELLS` in a kernel of its own.

    It returns what they show, without the ids of widgets, and what they write to stderr.
    """

    def run(prefix=(), environment=(), home=None, folder=None):
        argv = [*prefix, sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = tmp_path_factory.mktemp("kernels") / "test" / "kernel.json"
        spec.parent.mkdir()
        text = json.dumps({"argv": argv, "display_name": "test", "language": "python"})
        spec.write_text(text, encoding="utf-8")
        specs = KernelSpecManager(kernel_dirs=[str(spec.parents[1])])
        notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, CELLS)))
        folder = folder or tmp_path_factory.mktemp("folder")
        client = nbclient.NotebookClient(
            notebook,
            timeout=600,
            km=AsyncKernelManager(kernel_name="test", kernel_spec_manager=specs),
            resources={"metadata": {"path": str(folder)}},
        )
        home = home or tmp_path_factory.mktemp("home")
        # Windows asks USERPROFILE for the home.
        homes = {"HOME": str(home), "USERPROFILE": str(home)}
        client.execute(env={**os.environ, **homes, **dict(environment)})
        assert (folder / "log.json").is_file()
        outputs = [output for cell in notebook.cells for output in cell.outputs]
        complaints = "".join(each.text for each in outputs if each.get("name") == "stderr")
        # Matplotlib says that it makes its list of fonts, or keeps it elsewhere.
        complaints = [line for line in complaints.splitlines() if "atplotlib" not in line]
        shown = [
            each.get("data", each.get("text")) for each in outputs if each.get("name") != "stderr"
        ]
        for each in shown:
            if isinstance(each, dict):
                each.pop("application/vnd.jupyter.widget-view+json", None)
        return shown, complaints

    return run


@pytest.fixture(scope="module")
def plain(run_cells):
    shown, complaints = run_cells()
    assert str(shown).count("'image/png'") == 3
    assert "tensorflow float32 1e-07 " in str(shown)
    assert complaints == []
    return shown


def test_a_users_settings_change_neither_a_number_nor_a_picture(run_cells, plain, tmp_path):
    home = tmp_path / "home"
    (home / ".keras").mkdir(parents=True)
    old = home / ".keras" / "keras.json"
    old.write_text(OLD_KERAS_JSON, encoding="utf-8")
    # The package, and the learner's own folder, where a shell or a template would stumble.
    odd = tmp_path / "it's $HOME {x} 100 %"
    shutil.copytree(ROOT / "fmnist_lessons", odd / "fmnist_lessons")
    environment = {"MPLBACKEND": "Agg", "PYTHONPATH": str(odd), "LESSONS": str(odd)}
    assert run_cells(environment=environment, home=home, folder=odd) == (plain, [])
    assert old.read_text(encoding="utf-8") == OLD_KERAS_JSON


@pytest.mark.skipif(sys.platform != "linux", reason="made read-only by Linux's own tools")
def test_nor_does_a_home_that_is_read_only(run_cells, plain, tmp_path):
    tmp_path.chmod(0o500)
    # Root may write anywhere, but for this.
    root = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]
    prefix = root if os.geteuid() == 0 else []
    refused = subprocess.run([*prefix, "touch", tmp_path / "file"], capture_output=True, text=True)
    assert "Permission denied" in refused.stderr
    environment = {"MPLBACKEND": "nonsense"}
    assert run_cells(prefix, environment, home=tmp_path) == (plain, [])


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
