"""The conda environment, what Binder makes of binder/, and the workflows."""

import copy
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import fastjsonschema
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
BINDER = ROOT / "binder"
LOCK = (ROOT / "requirements-lock.txt").read_text(encoding="utf-8")
DEV_LOCK = (ROOT / "requirements-dev-lock.txt").read_text(encoding="utf-8")
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
ENVIRONMENT = (ROOT / "environment.yml").read_text(encoding="utf-8")
OVERRIDES = json.loads((BINDER / "overrides.json").read_text(encoding="utf-8"))

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="images run Linux")


def load_tool():
    """Import tests/tools/write_environment.py, which is in no package."""
    path = ROOT / "tests" / "tools" / "write_environment.py"
    spec = importlib.util.spec_from_file_location("write_environment", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = load_tool()


def locked_requirements(lock=LOCK):
    """Read the lock without the tool's help."""
    lines = [line for line in lock.splitlines() if line and not line[0].isspace()]
    return [Requirement(line.removesuffix("\\").strip()) for line in lines]


def pip_requirements():
    """Return the pip block of environment.yml."""
    return [Requirement(line) for line in yaml.safe_load(ENVIRONMENT)["dependencies"][-1]["pip"]]


def key(requirement):
    """Return what makes two pinned requirements the same."""
    return canonicalize_name(requirement.name), str(requirement.specifier), str(requirement.marker)


# environment.yml and the lock


def test_binder_has_an_identical_copy():
    copied = BINDER / "environment.yml"
    assert not copied.is_symlink()  # a link breaks in Windows checkouts and zip downloads
    assert copied.read_bytes() == (ROOT / "environment.yml").read_bytes()


def test_environment_is_what_the_tool_writes():
    assert tool.environment_text(PYPROJECT, LOCK) == ENVIRONMENT, "run `make lock`"


def test_pip_block_is_the_lock():
    locked = sorted(map(key, locked_requirements()))
    assert len(locked) > 100
    assert sorted(map(key, pip_requirements())) == locked


def test_every_version_is_pinned():
    for requirement in pip_requirements() + locked_requirements(LOCK + DEV_LOCK):
        assert [clause.operator for clause in requirement.specifier] == ["=="], requirement
        assert requirement.url is None, requirement


def wanted(*extras):
    """Return what pyproject.toml asks for: the package's own dependencies, and its extras'."""
    project = tomllib.loads(PYPROJECT)["project"]
    lists = [project["dependencies"], *map(project["optional-dependencies"].get, extras)]
    return [Requirement(line) for lines in lists for line in lines]


@pytest.mark.parametrize(
    ("lock", "extras"),
    [(LOCK, ["jupyterlab", "tensorflow"]), (LOCK + DEV_LOCK, ["site", "test"])],
)
def test_the_lock_satisfies_pyproject(lock, extras):
    versions = {canonicalize_name(r.name): str(r.specifier)[2:] for r in locked_requirements(lock)}
    for requirement in wanted(*extras):
        assert versions[canonicalize_name(requirement.name)] in requirement.specifier


def test_the_parts_of_the_lock_have_nothing_in_common():
    learner, rest = ({r.name for r in locked_requirements(lock)} for lock in (LOCK, DEV_LOCK))
    assert learner.isdisjoint(rest)
    assert {"jupyterlab", "keras", "scikit-learn", "tensorflow-cpu"} <= learner
    assert {"playwright", "pytest", "ruff", "sphinx"} <= rest
    assert tool.without_first_part(LOCK + DEV_LOCK, LOCK) == DEV_LOCK


def test_direct_dependencies_come_first_each_with_a_comment():
    block = ENVIRONMENT.partition("  - pip:\n")[2].partition("# Needed by")[0]
    entries = [line for line in block.splitlines() if line.strip().startswith("- ")]
    names = [canonicalize_name(r.name) for r in wanted("jupyterlab", "tensorflow")]
    assert len(entries) == len(names)
    for line, name in zip(entries, names, strict=True):
        assert line.strip().lstrip('- "').startswith(f"{name}==")
        # TensorFlow's two lines share the comment above them.
        assert "# " in line or name.startswith("tensorflow")
    assert re.search(r"#.*\n *- \"tensorflow-cpu", block)


@pytest.mark.parametrize(
    ("system", "machine", "expected"),
    [
        ("linux", "x86_64", ["tensorflow-cpu"]),
        ("linux", "aarch64", ["tensorflow"]),
        ("darwin", "arm64", ["tensorflow"]),
        ("win32", "AMD64", ["tensorflow"]),
    ],
)
def test_one_tensorflow_for_each_system(system, machine, expected):
    markers = {"sys_platform": system, "platform_machine": machine}
    tensorflows = [r for r in pip_requirements() if r.name.startswith("tensorflow")]
    assert [r.name for r in tensorflows if r.marker.evaluate(markers)] == expected


def test_python_in_the_form_repo2docker_reads():
    environment = yaml.safe_load(ENVIRONMENT)
    pythons = [d for d in environment["dependencies"] if str(d).startswith("python")]
    # Anything but one equals sign and two numbers may silently build an old Python.
    assert pythons == ["python=3.12"]
    assert "3.12" in SpecifierSet(tomllib.loads(PYPROJECT)["project"]["requires-python"])
    assert environment["name"] == "fmnist-lessons"
    assert environment["channels"] == ["conda-forge"]
    assert list(environment) == ["name", "channels", "dependencies"]
    assert environment["dependencies"][1] == "pip"


def test_no_address_and_no_local_path():
    assert "://" not in LOCK + DEV_LOCK
    assert "://" not in ENVIRONMENT
    # A path or an option such as `-e .` makes Binder rebuild everything at every commit.
    for entry in yaml.safe_load(ENVIRONMENT)["dependencies"][-1]["pip"]:
        assert re.match(r"[a-z0-9]", entry), entry
        assert not re.search(r"[/\\@]", entry), entry


def test_lock_has_a_hash_for_every_requirement():
    entries = re.split(r"^(?=\S)", LOCK + DEV_LOCK, flags=re.MULTILINE)[1:]
    assert len(entries) == len(locked_requirements(LOCK + DEV_LOCK))
    for entry in entries:
        assert "--hash=sha256:" in entry, entry


# write_environment.py


def test_the_tool_follows_the_lock():
    (numpy,) = (str(r.specifier) for r in locked_requirements() if r.name == "numpy")
    changed = tool.environment_text(PYPROJECT, LOCK.replace(f"numpy{numpy} ", "numpy==99.1 "))
    assert "- numpy==99.1  # every array\n" in changed
    assert changed != ENVIRONMENT


def test_the_tool_keeps_a_package_with_two_versions():
    markers = ("python_version < '3.12'", "python_version >= '3.12'")
    two = "".join(f"contourpy==1.{n} ; {marker} \\\n" for n, marker in enumerate(markers))
    text = tool.environment_text(PYPROJECT, LOCK + two)
    for n, marker in enumerate(markers):
        assert f'- "contourpy==1.{n} ; {marker}"\n' in text


@pytest.mark.parametrize(
    "line", ["numpy>=2", "numpy @ https://example.org/numpy.whl", "-e .", "--index-url x"]
)
def test_the_tool_refuses_a_lock_with_other_lines(line):
    with pytest.raises(ValueError, match=r"requirements-lock\.txt, line 1: got") as error:
        tool.environment_text(PYPROJECT, f"{line}\n{LOCK}")
    assert line in str(error.value)
    assert "make lock" in str(error.value)


def test_the_tool_refuses_a_lock_that_lacks_a_dependency():
    without = re.sub(r"^keras==.*\n", "", LOCK, flags=re.MULTILINE)
    with pytest.raises(ValueError, match="got no version of keras"):
        tool.environment_text(PYPROJECT, without)
    with pytest.raises(ValueError, match="got no requirement"):
        tool.environment_text(PYPROJECT, "")


def test_the_tool_refuses_two_requirements_on_a_line():
    joined = PYPROJECT.replace('"numpy>=2.0",', '"numpy>=2.0", "scipy",')
    assert joined != PYPROJECT
    with pytest.raises(ValueError, match="one requirement a line"):
        tool.environment_text(joined, LOCK)


def test_the_tool_writes_all_files(tmp_path, monkeypatch, capsys):
    (tmp_path / "binder").mkdir()
    for name in ("pyproject.toml", "requirements-lock.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / tool.DEV_LOCK).write_text(DEV_LOCK + LOCK, encoding="utf-8")
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    tool.main()
    assert capsys.readouterr().out.count(": written") == 3
    for target in tool.TARGETS:
        assert (tmp_path / target).read_text(encoding="utf-8") == ENVIRONMENT
    assert (tmp_path / tool.DEV_LOCK).read_text(encoding="utf-8") == DEV_LOCK
    tool.main()
    assert capsys.readouterr().out.count(": unchanged") == 3


# postBuild and start


@pytest.mark.parametrize("name", ["postBuild", "start"])
def test_scripts_can_be_run_and_stop_at_an_error(name):
    path = BINDER / name
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#!/bin/bash"
    commands = [line for line in lines if line and not line.startswith("#")]
    assert commands[0] == "set -euo pipefail"
    if os.name == "posix":
        assert path.stat().st_mode & 0o111 == 0o111
        assert b"\r" not in path.read_bytes()
        subprocess.run(["bash", "-n", path], check=True)


@pytest.fixture
def image(tmp_path):
    """Make a folder like the one postBuild runs in, with a python that only notes its calls."""
    shutil.copytree(BINDER, tmp_path / "repository" / "binder")
    for folder in ("build/lib", "build/bdist.linux-x86_64", "fmnist_lessons.egg-info"):
        (tmp_path / "repository" / folder).mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin" / "python"
    python.write_text(
        "#!/bin/bash\n"
        f'echo "$PWD: $*" >> "{tmp_path}/calls"\n'
        f'[[ "$*" != *sys.prefix* ]] || echo "{tmp_path}/prefix"\n'
        '[[ -z "${FAIL_AT:-}" || "$*" != *"$FAIL_AT"* ]]\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
    return tmp_path


def run_post_build(image, **variables):
    """Run postBuild from another folder and return its exit code and python's calls."""
    path = f"{image / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [image / "repository" / "binder" / "postBuild"],
        cwd=image,
        env={**os.environ, "PATH": path, **variables},
        check=False,
    )
    return done.returncode, (image / "calls").read_text(encoding="utf-8").splitlines()


@on_linux
def test_post_build_installs_the_package_and_the_settings(image):
    code, calls = run_post_build(image)
    assert code == 0
    repository = image / "repository"
    assert all(call.startswith(f"{repository}: ") for call in calls)
    (pip,) = (call for call in calls if "pip install" in call)
    assert {"--no-deps", "--no-cache-dir", "."} <= set(pip.split())
    assert "--editable" not in pip
    assert any("prepare_keras_cache()" in call for call in calls)
    assert sorted(path.name for path in repository.iterdir()) == ["binder"]
    installed = image / "prefix" / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    assert json.loads(installed.read_text(encoding="utf-8")) == OVERRIDES


@on_linux
def test_post_build_leaves_a_hub_where_make_hub_has_it(image):
    hub = image / "repository" / "build" / "hub"
    hub.mkdir()
    assert run_post_build(image)[0] == 0
    assert list(hub.parent.iterdir()) == [hub]


@on_linux
@pytest.mark.parametrize("step", ["pip install", "sys.prefix", "prepare_keras_cache"])
def test_post_build_fails_when_a_step_fails(image, step):
    code, calls = run_post_build(image, FAIL_AT=step)
    assert code != 0
    assert step in calls[-1]


THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)


def run_start(folder, files, cores=8, **variables):
    """Run start with a control group made of files and return the thread counts it sets."""
    group = folder / "cgroup"
    group.mkdir()
    for name, text in files.items():
        (group / name).parent.mkdir(exist_ok=True)
        (group / name).write_text(text, encoding="utf-8")
    path = os.environ["PATH"]
    if cores is not None:
        nproc = folder / "nproc"
        nproc.write_text(f"#!/bin/bash\necho {cores}\n", encoding="utf-8")
        nproc.chmod(0o755)
        path = f"{folder}{os.pathsep}{path}"
    kept = {name: value for name, value in os.environ.items() if name not in THREADS}
    done = subprocess.run(
        [
            BINDER / "start",
            sys.executable,
            "-c",
            "import json, os; print(json.dumps({**os.environ}))",
        ],
        env={**kept, "PATH": path, "FMNIST_LESSONS_CGROUP_ROOT": str(group), **variables},
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    environment = json.loads(done.stdout)
    return [environment[name] for name in THREADS]


def version_1(quota, period=100_000, folder="cpu"):
    """Return the two files of a version 1 control group."""
    return {
        f"{folder}/cpu.cfs_quota_us": f"{quota}\n",
        f"{folder}/cpu.cfs_period_us": f"{period}\n",
    }


@on_linux
@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"cpu.max": "100000 100000\n"}, 1, id="v2, one core"),
        pytest.param({"cpu.max": "50000 100000\n"}, 1, id="v2, half a core"),
        pytest.param({"cpu.max": "150000 100000\n"}, 2, id="v2, rounded up"),
        pytest.param({"cpu.max": "150000 50000\n"}, 3, id="v2, another period"),
        pytest.param({"cpu.max": "6400000 100000\n"}, 8, id="v2, more than the machine has"),
        pytest.param({"cpu.max": "max 100000\n"}, 8, id="v2, no limit"),
        pytest.param({"cpu.max": "200000 100000"}, 2, id="v2, no line end"),
        pytest.param({"cpu.max": ""}, 8, id="v2, empty"),
        pytest.param({"cpu.max": "x y\n"}, 8, id="v2, not numbers"),
        pytest.param({"cpu.max": "0 0\n"}, 8, id="v2, zeros"),
        pytest.param(version_1(100_000), 1, id="v1, one core"),
        pytest.param(version_1(20_000), 1, id="v1, a fifth of a core"),
        pytest.param(version_1(250_000), 3, id="v1, rounded up"),
        pytest.param(version_1(50_000, period=25_000), 2, id="v1, another period"),
        pytest.param(version_1(900_000), 8, id="v1, more than the machine has"),
        pytest.param(version_1(-1), 8, id="v1, no limit"),
        pytest.param(version_1(300_000, folder="cpu,cpuacct"), 3, id="v1, joint folder"),
        pytest.param({}, 8, id="no control group"),
    ],
)
def test_start_sets_threads_from_the_control_group(tmp_path, files, expected):
    assert run_start(tmp_path, files) == [str(expected)] * 5


@on_linux
def test_start_reads_the_group_of_a_service_of_its_own(tmp_path):
    own = tmp_path / "own"
    own.write_text("0::/learner\n", encoding="utf-8")
    files = {"cpu.max": "max 100000\n", "learner/cpu.max": "300000 100000\n"}
    assert run_start(tmp_path, files, FMNIST_LESSONS_CGROUP_FILE=str(own)) == ["3"] * 5


@on_linux
@pytest.mark.parametrize(
    ("said", "expected"),
    [("2", 2), ("2.0", 2), ("0.5", 1), ("1.05", 2), ("16", 8), ("", 8), ("many", 8)],
)
def test_start_asks_the_hub_where_nothing_enforces_a_limit(tmp_path, said, expected):
    assert run_start(tmp_path, {"cpu.max": "max 100000\n"}, CPU_LIMIT=said) == [str(expected)] * 5
    (tmp_path / "1").mkdir()
    assert run_start(tmp_path / "1", version_1(-1), CPU_LIMIT=said) == [str(expected)] * 5


@on_linux
def test_start_believes_the_control_group_before_the_hub(tmp_path):
    assert run_start(tmp_path, {"cpu.max": "300000 100000\n"}, CPU_LIMIT="1") == ["3"] * 5


@on_linux
def test_start_keeps_what_the_user_set(tmp_path):
    variables = {"MKL_NUM_THREADS": "7", "TF_NUM_INTEROP_THREADS": "2", "OMP_NUM_THREADS": ""}
    threads = run_start(tmp_path, {"cpu.max": "300000 100000\n"}, **variables)
    assert threads == ["3", "3", "7", "3", "2"]


@on_linux
def test_start_never_asks_for_more_than_the_cores(tmp_path):
    cores = len(os.sched_getaffinity(0))
    files = {"cpu.max": f"{(cores + 3) * 100_000} 100000\n"}
    threads = run_start(tmp_path, files, cores=None, OMP_NUM_THREADS="1")
    assert threads == ["1"] + [str(cores)] * 4


@on_linux
def test_start_becomes_its_arguments():
    program = "import os, sys; print(os.getpid(), sys.argv[1:]); sys.exit(7)"
    arguments = ["two words", "", "*", "$HOME"]
    process = subprocess.Popen(
        [BINDER / "start", sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    output, _ = process.communicate(timeout=60)
    assert output == f"{process.pid} {arguments}\n"
    assert process.returncode == 7
    last = (BINDER / "start").read_text(encoding="utf-8").splitlines()[-1]
    assert last == 'exec "$@"'


FREE_A_HOLE = """
import numpy

def megabytes():
    lines = open("/proc/self/smaps_rollup").read().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Anonymous"))

numpy.ones(3_900_000)  # freed at once; by itself glibc keeps blocks of that size from now on
hole, pin = numpy.ones(3_000_000), [bytearray(100) for _ in range(100_000)]
before = megabytes()
del hole
print(before - megabytes() > 20)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps what was freed")
@pytest.mark.parametrize(("start", "given_back"), [([], "False"), ([BINDER / "start"], "True")])
def test_start_lets_freed_memory_go(start, given_back):
    command = [*start, sys.executable, "-c", FREE_A_HOLE]
    assert subprocess.run(command, capture_output=True, text=True).stdout == f"{given_back}\n"


# JupyterLab's settings


def schema_problem(plugin, name, value):
    """Check one setting against the installed JupyterLab; return what is wrong, or None."""
    extension, _, part = plugin.partition(":")
    path = Path(sys.prefix, "share", "jupyter", "lab", "schemas", extension, f"{part}.json")
    if not path.exists():
        return f"{plugin}: JupyterLab has no such plugin"
    schema = json.loads(path.read_text(encoding="utf-8"))
    if name not in schema["properties"]:
        return f"{plugin}: no setting {name}"
    default = schema["properties"][name]["default"]
    if value == default:
        return f"{name}: {value!r} is the default anyway"
    if isinstance(value, dict):
        unknown = sorted(set(value) - set(default))
        if unknown:
            return f"{name}: no entry {unknown}"
        wrong = [entry for entry in value if type(value[entry]) is not type(default[entry])]
        if wrong:
            return f"{name}: another type of value for {wrong}"
    try:
        fastjsonschema.validate(schema, {name: value}, use_default=False)
    except fastjsonschema.JsonSchemaValueException as error:
        return f"{name}: {error.message}"
    return None


SETTINGS = [(plugin, *item) for plugin, values in OVERRIDES.items() for item in values.items()]


@pytest.mark.parametrize(("plugin", "name", "value"), SETTINGS)
def test_settings_are_known_to_jupyterlab(plugin, name, value):
    assert schema_problem(plugin, name, value) is None


@pytest.mark.parametrize(
    ("plugin", "name", "value"),
    [
        ("@jupyterlab/apputils-extension:notifications", "fetchNews", "false"),
        ("@jupyterlab/apputils-extension:notification", "fetchnews", "false"),
        ("@jupyterlab/apputils-extension:notification", "fetchNews", False),
        ("@jupyterlab/apputils-extension:notification", "checkForUpdates", "false"),
        ("@jupyterlab/apputils-extension:notification", "checkForUpdates", True),
        ("@jupyterlab/apputils-extension:kernels-settings", "commsOverSubshells", "off"),
        ("@jupyterlab/notebook-extension:tracker", "codeCellConfig", {"linenumbers": True}),
        ("@jupyterlab/notebook-extension:tracker", "codeCellConfig", {"lineNumbers": "on"}),
    ],
)
def test_wrong_settings_would_be_found(plugin, name, value):
    assert schema_problem(plugin, name, value)


def test_settings_that_the_lessons_rely_on():
    settings = {name: value for _, name, value in SETTINGS}
    assert settings["commsOverSubshells"] == "disabled"
    assert settings["kernelShutdown"] is True
    assert settings["fetchNews"] == "false"
    assert settings["checkForUpdates"] is False


def test_jupyterlab_server_takes_the_settings_as_defaults():
    from jupyterlab_server.settings_utils import get_settings

    folder = Path(sys.prefix, "share", "jupyter", "lab", "schemas")
    for plugin, values in OVERRIDES.items():
        settings, _ = get_settings(
            "", str(folder), "", schema_name=plugin, overrides=copy.deepcopy(OVERRIDES)
        )
        for name, value in values.items():
            default = settings["schema"]["properties"][name]["default"]
            assert default == ({**default, **value} if isinstance(value, dict) else value)


# The workflows

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def steps(workflow, job):
    """Return the commands of one job, and the job."""
    path = ROOT / ".github" / "workflows" / workflow
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    return [step["run"].strip() for step in jobs[job]["steps"] if "run" in step], jobs[job]


def test_every_workflow_is_there():
    names = {path.stem for path in WORKFLOWS}
    assert {"test", "weekly", "pages", "release"} == names


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_are_pinned_bounded_and_may_little(path):
    text = path.read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    for line in text.splitlines():
        if "uses:" in line:
            assert re.search(r"uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line
    for name, job in workflow["jobs"].items():
        assert 0 < job["timeout-minutes"] <= 90, name
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False, name
        # What may write is done by jobs that run none of our code.
        if "permissions" in job:
            assert not any("run" in step for step in job["steps"]), name


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_name_files_and_targets_that_exist(path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    for name in re.findall(r"(?<![\w/$])(?:tests|notebooks|\.ci)/[\w./]+", text):
        assert (ROOT / name).exists(), name
    for targets in re.findall(r"run: make ([a-z ]+)", text):
        for target in targets.split():
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_workflow_runs_every_python_that_is_allowed():
    commands, job = steps("test.yml", "linux")
    assert commands == ["bash .ci/run"]
    allowed = SpecifierSet(tomllib.loads(PYPROJECT)["project"]["requires-python"])
    versions = [f"3.{n}" for n in range(8, 30) if f"3.{n}" in allowed]
    assert job["strategy"]["matrix"]["python"] == versions


def test_workflow_tries_the_command_for_windows():
    _, job = steps("test.yml", "other-systems")
    assert job["strategy"]["matrix"]["system"] == ["macos-latest", "windows-latest"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"{job['env']['LESSONS']} jupyter lab notebooks" in readme


def test_what_installs_without_the_lock_installs_all_that_tests_need():
    optional = tomllib.loads(PYPROJECT)["project"]["optional-dependencies"]
    wanted = {"jupyterlab", "tensorflow", "site", "test"} & set(optional)
    for workflow, job in [("weekly.yml", "newest"), ("test.yml", "lowest")]:
        commands, _ = steps(workflow, job)
        (install,) = (command for command in commands if "--editable" in command)
        extras = set(re.search(r"\[([\w,]+)\]", install)[1].split(","))
        assert wanted <= extras <= set(optional)
        assert not any("lock" in command for command in commands)
        assert any("-m pytest" in command for command in commands)
