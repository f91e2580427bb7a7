"""The command line: ``python -m fmnist_lessons.publishing COMMAND``."""

import argparse
import errno
import importlib.util
import shutil
import sys
import tempfile
from pathlib import Path

from .chapters import NOTEBOOKS, PublishingError
from .launch_links import STYLES

# Each command's module and function, imported for itself alone, and what it needs of the extra.
COMMANDS = {
    "handout": ("handout", "write_handout", ()),
    "colab": ("colab", "write_colab", ()),
    "slides": ("slides", "write_slides", ("latex2mathml", "sphinx_revealjs")),
    "site": ("site", "write_site", ("latex2mathml", "myst_nb", "sphinx", "sphinx_book_theme")),
    "links": ("launch_links", "list_links", ()),
    "report": ("report", "write_report", ("nbformat",)),
}

_FROM = "where the chapters are; if not given, notebooks/ of the clone"
_ONLY = "chapters to publish; if not given, all"
_REF = "branch, tag or commit; if not given, the tag at HEAD, else the branch"
_REMOTE = "git's name of it; if not given, origin"
_A_NOTEBOOK = "a notebook; if not given, %(default)s"
_TO = "what to write, or write anew; if not given, its own folder in build/ beside the chapters'"


def main(arguments=None):
    """Read the arguments, by default those of the command line, and do what they say.

    Returned is 0, or 2 after an error, which is printed.
    """
    chosen = vars(_parser().parse_args(arguments))
    command = chosen.pop("command")
    module, function, needs = COMMANDS[command]
    missing = [name for name in needs if importlib.util.find_spec(name) is None]
    if missing:
        return _fail(
            f"{', '.join(missing)}: not installed. In a clone of the lessons, install the extra "
            '"site": python -m pip install --editable ".[site]"'
        )
    if chosen.get("target", ...) is None:
        chosen["target"] = chosen["source"].resolve().parent / "build" / command
    try:
        print(getattr(importlib.import_module(f".{module}", __package__), function)(**chosen))
    except PublishingError as error:
        return _fail(error)
    except OSError as error:
        path = error.filename or _fullest(chosen.get("target", chosen["source"]))
        said = f"{path} cannot be written to or read: {error.strerror}. Nothing was replaced."
        if error.errno == errno.ENOSPC:
            said += " Make room on the disk that holds it, or use another: --to FOLDER, or for "
            said += "temporary files the variable TMPDIR."
        return _fail(said)
    return 0


def _fullest(target):
    """Return which has less room, the folder to write or that for temporary files."""
    target = target.resolve()
    there = next(path for path in (target, *target.parents) if path.exists())
    room = {shutil.disk_usage(path).free: path for path in (tempfile.gettempdir(), there)}
    return room[min(room)]


def _fail(message):
    print(f"error: {message}", file=sys.stderr)
    return 2


def _parser():
    parser = argparse.ArgumentParser(prog="python -m fmnist_lessons.publishing")
    commands = parser.add_subparsers(dest="command", required=True)

    def add(name, description):
        command = commands.add_parser(name, help=description, description=description)
        folder = {"metavar": "FOLDER", "type": Path}
        if name == "report":
            command.add_argument("source", help="what came back, in folders or not", **folder)
        else:
            command.add_argument("--from", dest="source", default=NOTEBOOKS, help=_FROM, **folder)
        if name in ("handout", "slides", "site"):
            command.add_argument("--only", type=int, nargs="+", metavar="NUMBER", help=_ONLY)
        if name != "links":
            command.add_argument("--to", dest="target", help=_TO, **folder)
        if name in ("colab", "links"):
            command.add_argument("--ref", help=_REF)
            command.add_argument("--remote", default="origin", metavar="NAME", help=_REMOTE)
        return command.add_argument

    option = add("handout", "write the chapters without solutions and results: folder and zip")
    option("--notebooks-only", action="store_true", help="leave out the package")
    option("--nbgrader", action="store_true", help="write the exercises as nbgrader's assignments")
    add("slides", "write a deck of slides for each chapter, as HTML that needs no network")
    add("site", "write a site of all chapters, with their results, contents and search")
    option = add(
        "colab", "write the chapters for Colab and Kaggle, which install the package first"
    )
    option("--wheel", metavar="ADDRESS", help="a wheel; if not given, the tag's release")
    option = add("links", "print launch links: Binder, Colab, Kaggle, Codespaces, a JupyterHub")
    option("--hub", metavar="ADDRESS", help="of a JupyterHub that has nbgitpuller")
    option("--format", dest="style", default=STYLES[0], choices=STYLES, help="a table, or tabbed")
    option = add("report", "check what a class handed in again, and write who solved what")
    option("--seconds", type=int, default=60, help=f"of computing, {_A_NOTEBOOK}")
    option("--memory", type=int, default=2048, help=f"in MiB, {_A_NOTEBOOK}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
