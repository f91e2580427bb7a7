"""Part the lock in two, and write environment.yml and binder/environment.yml from the first part.

Run by `make lock`, after the lock itself:

    python tests/tools/write_environment.py

requirements-lock.txt is what a learner needs; requirements-dev-lock.txt is left with what else
`make test`, `make slides` and `make site` need. The pip block of both environment files repeats the
learner's part, so that conda and Binder install the versions that the tests ran with.
"""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ("environment.yml", "binder/environment.yml")
DEV_LOCK = "requirements-dev-lock.txt"

HEAD = """\
# Written by `make lock` (tests/tools/write_environment.py) from pyproject.toml and
# requirements-lock.txt: change those, not this file. binder/environment.yml is an identical
# copy, because repo2docker reads nothing outside binder/.
#
# Without Binder:
#   conda env create --file environment.yml
#   conda activate fmnist-lessons
#   python -m pip install --no-deps --editable .
name: fmnist-lessons
channels:
  - conda-forge
dependencies:
  - python=3.12  # one equals sign and two numbers: repo2docker ignores `>=`
  - pip
  - pip:
"""

LOCKED = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^\s;]+)(?: ; (?P<marker>.+))?")
DIRECT = re.compile(r'"(?P<requirement>[^"]+)",?\s*(?P<comment>#.*)?')


def normalised(name):
    """Return a package name as the lock spells it: ``lazy_loader`` becomes ``lazy-loader``."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_lock(text):
    """Read the pinned requirements of a lock file, without their hashes.

    Parameters
    ----------
    text : str
        Contents of requirements-lock.txt.

    Returns
    -------
    dict of str to list of str
        For each package its lines ``name==version`` or ``name==version ; marker``, in the lock's
        order; a package has several when its version depends on the system.

    Raises
    ------
    ValueError
        If a line is not of that form, or if there is none.
    """
    locked = {}
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.removesuffix("\\").strip()
        if not line or line.startswith(("#", "--hash=")):
            continue
        if not LOCKED.fullmatch(line):
            raise ValueError(
                f"requirements-lock.txt, line {number}: got {line!r}; allowed are "
                "'name==version' and 'name==version ; marker'. Run `make lock` again."
            )
        locked.setdefault(line.partition("==")[0], []).append(line)
    if not locked:
        raise ValueError("requirements-lock.txt: got no requirement. Run `make lock` again.")
    return locked


def read_direct(text, key):
    """Read one list of requirements from pyproject.toml, with the comments beside and above them.

    Parameters
    ----------
    text : str
        Contents of pyproject.toml.
    key : str
        Which list: "dependencies", or the name of an extra.

    Returns
    -------
    list of tuple of (str, str)
        ``(name, comment)`` for each requirement, in order; ``("", comment)`` for a comment that
        has a line of its own. Comments keep their ``#``; an absent one is ``""``.

    Raises
    ------
    ValueError
        If the list is not written with one requirement a line.
    """
    project = tomllib.loads(text)["project"]
    wanted = {"dependencies": project["dependencies"], **project["optional-dependencies"]}[key]
    block = re.search(rf"^{key} = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    lines, seen = [], []
    for line in block[1].splitlines() if block else []:
        match = DIRECT.fullmatch(line.strip())
        if match:
            seen.append(match["requirement"])
            name = re.match(r"[\w.-]+", match["requirement"])[0]
            lines.append((normalised(name), match["comment"] or ""))
        elif line.strip().startswith("#"):
            lines.append(("", line.strip()))
    if seen != wanted:
        raise ValueError(
            f"pyproject.toml, {key}: got {wanted}, of which {seen} stand alone on a line; "
            'allowed is one requirement a line, as `"name>=1.0",  # which chapter uses it`.'
        )
    return lines


def environment_text(pyproject, lock):
    """Return the text of environment.yml.

    Parameters
    ----------
    pyproject, lock : str
        Contents of pyproject.toml and requirements-lock.txt.

    Returns
    -------
    str
        The file: what the lessons import, then JupyterLab and TensorFlow, then what those need.

    Raises
    ------
    ValueError
        If either file cannot be read, or the lock lacks a requirement of pyproject.toml.
    """
    locked = read_lock(lock)
    sections = {
        "Imported by the lessons.": read_direct(pyproject, "dependencies"),
        "Where the chapters are read.": read_direct(pyproject, "jupyterlab"),
        "What Keras computes with.": read_direct(pyproject, "tensorflow"),
    }
    direct = {name for lines in sections.values() for name, _ in lines if name}
    missing = sorted(direct - set(locked))
    if missing:
        raise ValueError(
            f"requirements-lock.txt: got no version of {', '.join(missing)}, which pyproject.toml "
            "asks for. Run `make lock` again."
        )
    sections["Needed by the packages above."] = [(n, "") for n in locked if n not in direct]

    written = []
    for title, lines in sections.items():
        written += ["", f"# {title}"]
        for name, comment in lines:
            if not name:
                written.append(comment)
            for requirement in locked.pop(name, []):
                # Markers hold quotes and comparison signs: YAML needs them in quotes.
                entry = f'"{requirement}"' if ";" in requirement else requirement
                written.append(f"- {entry}  {comment}".rstrip())
    return HEAD + "".join(f"      {line}".rstrip() + "\n" for line in written[1:])


def without_first_part(lock, first):
    """Return a lock's entries, each with its hashes, but for those that the first part has.

    Whatever their markers: where the first part leaves a package out, TensorFlow does not run.
    """
    entries = re.split(r"^(?=\S)", lock, flags=re.MULTILINE)
    have = {line.split()[0] for line in first.splitlines() if line and not line[0].isspace()}
    return "".join(entry for entry in entries if entry and entry.split()[0] not in have)


def main():
    """Write all three files and say which ones changed."""
    pyproject, lock, rest = (
        (ROOT / name).read_text(encoding="utf-8")
        for name in ("pyproject.toml", "requirements-lock.txt", DEV_LOCK)
    )
    texts = dict.fromkeys(TARGETS, environment_text(pyproject, lock))
    texts[DEV_LOCK] = without_first_part(rest, lock)
    for target, text in texts.items():
        path = ROOT / target
        old = path.read_text(encoding="utf-8") if path.exists() else None
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{target}: {'unchanged' if old == text else 'written'}")


if __name__ == "__main__":
    main()
