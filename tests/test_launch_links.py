"""Launch links: the pure functions, and the command in temporary git repositories."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from fmnist_lessons.publishing import launch_links
from fmnist_lessons.publishing.__main__ import main
from fmnist_lessons.publishing.chapters import PublishingError

FIRST = "01_look_at_the_data.ipynb"
SECOND = "02_logistic_regression.ipynb"


def git(folder, *arguments):
    """Run git with nothing of the user's own configuration."""
    subprocess.run(
        ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *arguments],
        cwd=folder,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
        check=True,
    )


def links(arguments, folder="notebooks"):
    """Run the command for the chapters in a folder below the current one."""
    return main(["links", "--from", str(Path.cwd() / folder), *arguments])


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Make a repository with a remote, one commit on branch main, and two chapters."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):  # set while a git hook runs
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "clone"
    notebooks = root / "notebooks"
    notebooks.mkdir(parents=True)
    for name in (SECOND, FIRST, "scratch.ipynb", "01_notes.txt"):
        (notebooks / name).write_text("{}", encoding="utf-8")
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "commit", "--quiet", "--allow-empty", "--message=start")
    git(root, "remote", "add", "origin", "git@github.com:ada/lessons.git")
    monkeypatch.chdir(root)
    return root


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/ada/lessons", ("github.com", "ada/lessons")),
        ("https://github.com/ada/lessons.git", ("github.com", "ada/lessons")),
        ("https://github.com/ada/lessons/", ("github.com", "ada/lessons")),
        ("https://GitHub.com/ada/lessons.git", ("github.com", "ada/lessons")),
        ("https://ada:secret@github.com/ada/lessons.git", ("github.com", "ada/lessons")),
        ("git@github.com:ada/lessons.git", ("github.com", "ada/lessons")),
        ("git@github.com:ada/lessons", ("github.com", "ada/lessons")),
        ("github.com:ada/my.github.io", ("github.com", "ada/my.github.io")),
        ("ssh://git@github.com/ada/lessons.git", ("github.com", "ada/lessons")),
        ("ssh://git@github.com:22/ada/lessons", ("github.com", "ada/lessons")),
        ("https://gitlab.com/ada/lessons.git", ("gitlab.com", "ada/lessons")),
        ("git@gitlab.com:school/physics/lessons.git", ("gitlab.com", "school/physics/lessons")),
    ],
)
def test_remotes_that_binder_knows(url, expected):
    assert launch_links.parse_remote(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/ada/lessons.git",
        "https://github.com.example.org/ada/lessons",
        "https://example.org/github.com/lessons",
        "git@example.org:ada/lessons.git",
        "https://github.com/ada",
        "https://github.com/ada/lessons/extra",
        "https://github.com//lessons",
        "https://github.com/ada/.git",
        "ftp://github.com/ada/lessons",
        "/srv/git/lessons.git",
        "../lessons",
        "",
    ],
)
def test_other_remotes_are_refused(url):
    with pytest.raises(PublishingError) as error:
        launch_links.parse_remote(url)
    assert repr(url) in str(error.value)
    assert "https://github.com/OWNER/REPO" in str(error.value)
    assert "--remote NAME" in str(error.value)


@pytest.mark.parametrize("password", ["secret", "p@secret", "secret@p"])
def test_an_error_does_not_show_a_password(password):
    with pytest.raises(PublishingError) as error:
        launch_links.parse_remote(f"https://ada:{password}@example.org/ada/lessons")
    assert "secret" not in str(error.value)
    assert "https://example.org/ada/lessons" in str(error.value)


def link(host, project, ref, name=FIRST, path="notebooks"):
    return launch_links.launch_link(launch_links.Repository(host, project, ref, path), name)


def test_link_for_github():
    assert link("github.com", "ada/lessons", "main") == (
        "https://mybinder.org/v2/gh/ada/lessons/main"
        "?urlpath=lab/tree/notebooks/01_look_at_the_data.ipynb"
    )


def test_link_for_gitlab_has_its_project_in_one_part():
    split = urlsplit(link("gitlab.com", "school/physics/lessons", "v1"))
    assert split.path == "/v2/gl/school%2Fphysics%2Flessons/v1"


@pytest.mark.parametrize("ref", ["v1.0", "feature/labs", "fix#12", "50%", "a+b", "naïve", "a&b=c"])
def test_refs_are_quoted(ref):
    split = urlsplit(link("github.com", "ada/lessons", ref, path=""))
    assert unquote(split.path) == f"/v2/gh/ada/lessons/{ref}"
    assert split.query == f"urlpath=lab/tree/{FIRST}"
    assert split.fragment == ""


@pytest.mark.parametrize("name", ["01_a b.ipynb", "01_a&b.ipynb", "01_50%.ipynb", "01_a?b#c.ipynb"])
def test_notebook_names_survive_both_unquotings(name):
    query = urlsplit(link("github.com", "ada/lessons", "main", name)).query
    # Binder takes off the first layer, and the address it then opens is unquoted by the server.
    address = parse_qs(query)["urlpath"][0]
    assert urlsplit(f"https://example.org/{address}").query == ""
    assert unquote(urlsplit(f"https://example.org/{address}").path) == f"/lab/tree/notebooks/{name}"


def test_links_for_each_place_on_github():
    repository = launch_links.Repository("github.com", "ada/lessons", "fix#1", "notebooks")
    links = launch_links.chapter_links(repository, "01_a b.ipynb")
    edition = "ada/lessons/blob/colab/01_a%20b.ipynb"
    assert links["Colab"] == f"https://colab.research.google.com/github/{edition}"
    assert links["Kaggle"] == (
        f"https://www.kaggle.com/kernels/welcome?src=https://github.com/{edition}"
    )
    assert links["Codespaces"] == "https://codespaces.new/ada/lessons/tree/fix%231?quickstart=1"


def test_link_for_a_hub_survives_its_unquoting():
    repository = launch_links.Repository("gitlab.com", "school/lessons", "a&b", "notebooks")
    links = launch_links.chapter_links(repository, "01_a&b.ipynb", "https://example.org/jupyter/")
    assert list(links) == ["Binder", "JupyterHub"]  # GitLab's chapters open nowhere else
    split = urlsplit(links["JupyterHub"])
    assert split.path == "/jupyter/hub/user-redirect/git-pull"
    assert parse_qs(split.query) == {
        "repo": ["https://gitlab.com/school/lessons"],
        "branch": ["a&b"],
        "urlpath": ["lab/tree/lessons/notebooks/01_a&b.ipynb"],
    }


def test_a_hub_is_an_address(repository, capsys):
    assert links(["--hub", "https://hub.example.org"]) == 0
    assert capsys.readouterr().out.count("https://hub.example.org/hub/user-redirect/") == 2
    assert links(["--hub", "hub.example.org"]) == 2
    assert "--hub https://hub.example.org" in capsys.readouterr().err


def test_chapters_in_order_on_the_current_branch(repository, capsys):
    assert links([]) == 0
    start = "https://mybinder.org/v2/gh/ada/lessons/main?urlpath=lab/tree/notebooks"
    header, _, *rows = capsys.readouterr().out.splitlines()
    assert header == "| chapter | Binder | Colab | Kaggle | Codespaces |"
    assert rows[0].startswith(f"| Chapter 1: look at the data | [open]({start}/{FIRST}) | [open](")
    assert rows[1].startswith(f"| Chapter 2: logistic regression | [open]({start}/{SECOND}) | ")
    assert len(rows) == 2


def test_as_a_module_from_a_folder_below(repository):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "fmnist_lessons.publishing",
            "links",
            "--from",
            ".",
            "--format",
            "text",
            "--ref",
            "v2",
        ],
        cwd=repository / "notebooks",
        # Where the package is not installed, the folder these tests ran in must be found.
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stderr == ""
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    places = ["Binder", "Colab", "Kaggle", "Codespaces"]
    assert [line[:2] for line in lines] == [
        [title, place]
        for title in ("Chapter 1: look at the data", "Chapter 2: logistic regression")
        for place in places
    ]
    assert done.stdout.count("/gh/ada/lessons/v2?") == 2


def test_a_tag_at_head_goes_before_the_branch(repository):
    git(repository, "tag", "v1.9")
    git(repository, "tag", "v1.10")
    assert launch_links.find_repository(repository).ref == "v1.10"
    git(repository, "commit", "--quiet", "--allow-empty", "--message=more")
    assert launch_links.find_repository(repository).ref == "main"
    git(repository, "switch", "--quiet", "--create", "feature/labs")
    assert launch_links.find_repository(repository).ref == "feature/labs"


def test_a_given_ref_goes_before_a_tag(repository, capsys):
    git(repository, "tag", "v1.0")
    assert links(["--ref", "abc123"]) == 0
    assert capsys.readouterr().out.count("/gh/ada/lessons/abc123?") == 2


def test_another_remote(repository, capsys):
    git(repository, "remote", "add", "school", "https://gitlab.com/school/physics/lessons.git")
    assert links(["--remote", "school"]) == 0
    assert capsys.readouterr().out.count("/gl/school%2Fphysics%2Flessons/main?") == 2


def test_a_detached_head_needs_a_ref(repository, capsys):
    git(repository, "checkout", "--quiet", "--detach")
    assert links([]) == 2
    assert "--ref REF" in capsys.readouterr().err
    assert links(["--ref", "main"]) == 0


def test_no_such_remote(repository, capsys):
    assert links(["--remote", "school"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("error: git remote get-url school: ")
    assert "--remote NAME" in output.err


def test_no_remote_at_all(repository, capsys):
    git(repository, "remote", "remove", "origin")
    assert links([]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: git remote get-url origin: ")
    assert "git remote add origin https://github.com/OWNER/REPO" in error


def test_a_remote_elsewhere(repository, capsys):
    git(repository, "remote", "set-url", "origin", "https://example.org/ada/lessons")
    assert links([]) == 2
    assert "'https://example.org/ada/lessons'; supported are" in capsys.readouterr().err


def test_no_chapters(repository, capsys):
    for name in (FIRST, SECOND):
        (repository / "notebooks" / name).unlink()
    assert links([]) == 2
    assert "[0-9][0-9]_*.ipynb" in capsys.readouterr().err


def test_no_repository(tmp_path, monkeypatch, capsys):
    # Without the ceiling, git would find a repository around the temporary folder.
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / FIRST).touch()
    monkeypatch.chdir(tmp_path)
    assert links([], folder=".") == 2
    error = capsys.readouterr().err
    assert error.startswith("error: git rev-parse ")
    assert "Run this in a clone" in error


def test_no_git(repository, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(repository))
    assert links([]) == 2
    assert "Install git" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--format", "html"], ["extra"]])
def test_wrong_arguments(repository, arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        links(arguments)
    assert stop.value.code == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize("ref", ["", " "])
def test_an_empty_ref_is_not_the_default(repository, ref, capsys):
    assert links(["--ref", ref]) == 2
    assert f"ref: got {ref!r}; allowed is a branch" in capsys.readouterr().err
