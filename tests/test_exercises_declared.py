"""Exercises as data: the how-to of their README, and slips in a declaration."""

import re
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pytest
from fmnist_lessons import exercises
from fmnist_lessons.exercises.declared import Declaration, read
from fmnist_lessons.exercises.feedback import CheckFailed, DeclarationError, read_mistakes

FOLDER = Path(exercises.__file__).parent
PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"


def blocks(language):
    """Return the README's blocks of code in a language, without their indentation."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    found = re.findall(rf"^   ```{language}\n(.*?)^   ```$", text, re.DOTALL | re.MULTILINE)
    return [re.sub("^   ", "", block, flags=re.MULTILINE) for block in found]


def test_readme_can_be_followed_to_the_letter(in_fresh_process, tmp_path):
    (declaration,), (stub,) = blocks("toml"), blocks("python")
    shutil.copytree(FOLDER, tmp_path / "fmnist_lessons" / "exercises")
    (tmp_path / "fmnist_lessons" / "__init__.py").touch()
    with open(tmp_path / "fmnist_lessons/exercises/look_at_the_data.toml", "a") as file:
        file.write(f"\n{declaration}")
    *cell, call = stub.strip().splitlines()
    lines = [f"import sys; sys.path.insert(0, {str(tmp_path)!r})", *cell, f"print({call})"]
    for answer in ("image.max(axis=0)", "image.max()"):
        lines += [f"def brightest(image):\n    return {answer}", f"print({call})"]
    printed = in_fresh_process("\n".join(lines))
    begun, wrong, right = re.split(r"\n(?=Not right yet: |Right\. )", printed)
    assert begun == (
        "Not begun yet: write your code where the dots are, then run the cell again.\n"
        "For a hint: check_brightest(brightest, hint=1)"
    )
    assert wrong.startswith("Not right yet: this is the largest value of each column.")
    assert right.startswith("Right. The largest value")


def test_readme_explains_every_key():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    first_column = "".join(re.findall(r"^\| (`.*?) \|", text, re.MULTILINE))
    explained = set(re.findall(r"`(\w+)`", first_column))
    assert explained == set(Declaration.__dataclass_fields__)


def test_declarations_and_readme_are_shipped():
    settings = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["tool"]["setuptools"]
    shipped = settings["package-data"]["fmnist_lessons.exercises"]
    files = {path for pattern in shipped for path in FOLDER.glob(pattern)}
    beside = {path for path in FOLDER.rglob("*.*") if path.suffix not in (".py", ".pyc")}
    assert files == beside


def test_no_exercise_is_declared_in_two_files():
    names = [
        name
        for path in FOLDER.glob("*.toml")
        for name in tomllib.loads(path.read_text(encoding="utf-8"))
    ]
    assert sorted(names) == sorted(exercises.EXERCISES)


GOOD = {
    "number": "9.1",
    "task": "a task",
    "parameters": "x, y",
    "does": "takes two numbers.",
    "hints": ["first", "second"],
    "closing": "Good.",
    "cases": ["1, 2", "3, 5"],
    "right": "double + y",
    "where.double": "2 * x",
    "mistakes": {"double": "y is missing."},
}


def declared(tmp_path, **changes):
    """Read one exercise from a file; keys of the value None are left out."""

    def toml(value):
        if isinstance(value, dict):
            return "{" + ", ".join(f"{toml(k)} = {toml(v)}" for k, v in value.items()) + "}"
        return str(value) if isinstance(value, float) else repr(value)

    path = tmp_path / "some_chapter.toml"
    keys = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    lines = [f"{key} = {toml(value)}" for key, value in keys.items()]
    path.write_text("\n".join(["[sums]", *lines]), encoding="utf-8")
    (exercise,) = read(path)
    return exercise.check()


def test_good_declaration_makes_a_check(tmp_path):
    check = declared(tmp_path)
    assert check(lambda x, y: 2 * x + y).right
    assert check(lambda x, y: 2 * x).message == "Not right yet: y is missing."
    assert check.__name__ == "check_sums"


def test_sign_of_a_mistake_may_name_what_where_works_out(tmp_path):
    words = "{result} is not twice {x}, {double}."
    check = declared(tmp_path, right=None, mistakes=None, wrong_if={"result != double": words})
    assert check(lambda x, y: np.arange(1) + 2 * x).right
    assert check(lambda x, y: 3 * x).message == "Not right yet: 3 is not twice 1, 2."


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"closing": None}, r"some_chapter.toml, sums: .*'closing'"),
        ({"closng": "Good."}, r"some_chapter.toml, sums: .*'closng'"),
        ({"hints": "one"}, r"some_chapter.toml, sums, hints: must be of type list"),
        ({"cases": None}, r"some_chapter.toml, sums: needs cases"),
        ({"right": None}, r"some_chapter.toml, sums: needs cases"),
        ({"right": "secret +"}, r"some_chapter.toml, sums, right: invalid syntax"),
        ({"where.double": "secret ("}, r"some_chapter.toml, sums, where.double: '\(' was never"),
        ({"mistakes": {"x": "w", "secret y": "w"}}, r"some_chapter.toml, sums, mistake 2: invalid"),
        ({"wrong_if": {"secret y": "w"}}, r"some_chapter.toml, sums, wrong_if 1: invalid"),
        ({"unchanged": "secret ="}, r"some_chapter.toml, sums, unchanged: invalid"),
        ({"further": "secret )"}, r"some_chapter.toml, sums, further: unmatched"),
        ({"number": 9.1}, r"some_chapter.toml, sums, number: must be of type str"),
        ({"mistakes": {"x": {"secret": "w"}}}, r"some_chapter.toml, sums, mistakes: write"),
    ],
)
def test_slip_in_a_declaration_names_its_place(tmp_path, changes, words):
    with pytest.raises(DeclarationError, match=words) as caught:
        declared(tmp_path, **changes)
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_slip_in_the_file_itself_names_its_line(tmp_path):
    path = tmp_path / "some_chapter.toml"
    path.write_text("[sums]\nright = secret\n")
    with pytest.raises(DeclarationError, match=r"^some_chapter.toml: .*at line 2") as caught:
        read(path)
    assert "secret" not in str(caught.value)


def test_slip_in_the_shared_file_names_its_place(tmp_path):
    path = tmp_path / "mistakes.toml"
    path.write_text('[off.wrong_if]\n"True" = "w"\n"secret y" = "w"\n')
    with pytest.raises(DeclarationError, match=r"mistakes.toml, off, wrong_if 2: inv") as caught:
        read_mistakes(path)
    assert "secret" not in str(caught.value)
    path.write_text('[off.wrong_if]\n"1 / 0" = "w"\n')
    ((sign, _),) = read_mistakes(path)["off"].values()
    with pytest.raises(ZeroDivisionError) as caught:
        eval(sign)
    assert caught.traceback[-1].frame.code.raw.co_filename == "<mistakes.toml, off, wrong_if 1>"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("right", "x / (y - y)"),
        ("mistake 1", {"x / (y - y)": "words"}),
        ("form", "1 / 0"),
        ("cases", ["1, 1 / 0"]),
        ("further", "1 / 0"),
    ],
)
def test_error_in_an_expression_names_its_place_when_it_comes_up(tmp_path, key, value):
    check = declared(tmp_path, **{"mistakes" if key == "mistake 1" else key: value})
    with pytest.raises(CheckFailed, match=rf"\(<some_chapter.toml, sums, {key}>, line \d\)"):
        check(lambda x, y: 2 * x + y)
