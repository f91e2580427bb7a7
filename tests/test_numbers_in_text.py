"""Every number and every comparison that a text makes is printed, computed, or a listed fact."""

import json
import re
import shutil
import sys
from pathlib import Path

import fmnist_lessons.published
import pytest

sys.path.insert(0, str(Path(__file__).parent / "claims"))

import accounts
import stated
import texts

CHAPTERS = [file for file in texts.text_files() if file.endswith(".ipynb")]


@pytest.mark.parametrize("file", texts.text_files())
def test_every_claim_of_a_text_is_accounted_for(file):
    messages = accounts.unaccounted(file)
    assert not messages, "\n".join([f"{len(messages)} in {file}", *messages])


def test_the_lists_name_texts_that_there_are():
    named = {file for fact in accounts.facts() for file in fact["files"]}
    named |= {file for file, *_ in stated.all_stated()} | set(accounts.no_claim())
    assert named - {accounts.EVERYWHERE} <= set(texts.text_files())


def test_each_fact_has_a_source():
    for fact in accounts.facts():
        assert set(fact) <= {"numbers", "phrases", "places", "what", "source", "files"}
        assert fact["what"]
        assert fact["source"]
        assert fact["files"]


def test_each_fact_stands_where_it_belongs():
    for fact in accounts.facts():
        files = texts.text_files() if accounts.EVERYWHERE in fact["files"] else fact["files"]
        places = [each for file in files for each in texts.passages(file)]
        for phrase in fact.get("phrases", ()):
            assert any(accounts._find(each, phrase) for each in places), phrase


def test_published_values_are_the_published_ones():
    tables = [each for each in vars(fmnist_lessons.published).values() if isinstance(each, dict)]
    values = [value for each in tables for value in each.values() if isinstance(value, float)]
    for fact in accounts.facts():
        if fact["source"] == "fmnist_lessons.published":
            for number in fact["numbers"]:
                decimals = len(number.partition(".")[2])
                assert number in {f"{value:.{decimals}f}" for value in values}


def test_words_that_claim_nothing_are_listed_as_their_text_has_them():
    listed = accounts.no_claim()
    everything = [each for file in texts.text_files() for each in texts.passages(file)]
    for by_reason in listed.values():
        for reason, phrases in by_reason.items():
            assert len(reason.split()) >= 2, reason
            assert len(set(phrases)) == len(phrases), phrases
    for by_reason in [listed[accounts.EVERYWHERE]]:
        for phrase in accounts._phrases(by_reason):
            assert any(accounts._find(each, phrase) for each in everything), phrase


# ---------------------------------------------------------------- the test finds what is planted


@pytest.fixture
def copy_of_the_texts(tmp_path):
    """Return a copy of the chapters, which may be spoilt, and a function that spoils one."""
    shutil.copytree(texts.PROJECT / "notebooks", tmp_path / "notebooks")

    def spoil(file, cell_id, old, new):
        path = tmp_path / file
        notebook = json.loads(path.read_text(encoding="utf-8"))
        (cell,) = (each for each in notebook["cells"] if each["id"] == cell_id)
        source = "".join(cell["source"])
        assert old in source
        cell["source"] = source.replace(old, new)
        path.write_text(json.dumps(notebook), encoding="utf-8")
        return accounts.unaccounted(file, tmp_path)

    return spoil


def _printed_number(file):
    """Find a number in a chapter's prose that stands there because a cell prints it."""
    for passage in texts.passages(file):
        for match in texts.NUMBER.finditer(passage.prose):
            number = texts.number_of(match)
            sections = texts.printed(file)
            if number.is_long and texts.is_printed(number, passage.section, sections):
                return passage, number.digits
    return None


@pytest.mark.parametrize("file", CHAPTERS)
def test_a_wrong_digit_is_found(copy_of_the_texts, file):
    found = _printed_number(file)
    if found is None:
        pytest.skip("types no number of three digits")
    passage, digits = found
    wrong = digits[:-1] + str((int(digits[-1]) + 5) % 10)
    messages = copy_of_the_texts(file, passage.place, digits, wrong)
    said = [each for each in messages if f"number “{wrong}" in each]
    assert said
    assert said[0].startswith(f"{passage.place}: ")


_PAIRS = "better worse, more less, most few, above below, higher lower, larger smaller"
OPPOSITES = dict(pair.split() for pair in _PAIRS.split(", "))
OPPOSITES |= {other: one for one, other in OPPOSITES.items()}


@pytest.mark.parametrize("file", CHAPTERS)
def test_a_wrong_conclusion_is_found(copy_of_the_texts, file):
    for of, sentence, where in stated.all_stated():
        if of != file:
            continue
        for passage, *_ in stated.find(file, sentence):
            for word in re.findall(r"\w+", sentence):
                if word in OPPOSITES and f" {word} " in sentence:
                    old, new = f" {word} ", f" {OPPOSITES[word]} "
                    messages = copy_of_the_texts(file, passage.place, old, new)
                    said = f"{where} states what does not stand there"
                    assert any(each.startswith(said) for each in messages)
                    return
    pytest.skip("states nothing with one of these words")


def test_a_further_conclusion_is_found(copy_of_the_texts):
    file = CHAPTERS[0]
    text = next(each for each in texts.passages(file) if "baseline" in each.words)
    claim = "Three networks in four are better than this baseline, by 0.0417, which is no luck."
    messages = copy_of_the_texts(file, text.place, "baseline", f"baseline. {claim} The baseline")
    ours = [each for each in messages if claim in each]
    assert len(ours) == 4
    assert f"{text.place}: number “0.0417” in: {claim}" in ours
    assert f"{text.place}: ratio “Three networks in four” in: {claim}" in ours
    assert f"{text.place}: comparison “better than” in: {claim}" in ours
    assert f"{text.place}: comparison “luck” in: {claim}" in ours


# ------------------------------------------------------------------------------ how texts are read


@pytest.mark.parametrize(
    ("markup", "numbers"),
    [
        ("About **0.82**, or 82 %, of 60,000.", ["0.82", "82", "60,000"]),
        ("From −0.0062 to +0.0269; 0.809–0.836.", ["-0.0062", "+0.0269", "0.809", "0.836"]),
        ("`max_iter=5` gives 0.8194, see chapter 2, notes 003 and 004.", ["0.8194"]),
        ("Lab 2.1 and Exercises 3.1, 3.2 and 3.3; seeds 42 to 46; float64, x784.", []),
        ("Labs 2.1 to 2.3 reach 80 %, scikit-learn 1.5.2.", ["80", "1.5.2"]),
        ("In chapter 3 80 % are right.", ["80"]),
        ("1. First 5.\n2. Then 6.", ["5", "6"]),
        ("Shape (60000, 784), `x[5]`, mean(axis=0), and $z_1 = 0.25 x_2$.", ["0.25"]),
        ("```python\nx = 7\n```\nReads 8.", ["8"]),
        ("[2. Logistic regression](02_logistic_regression.ipynb) has 3 labs.", ["3"]),
        ('<img alt="9 bars" width="30">', ["9"]),
        ("1e-6, and 10 of 12.", ["1e-6", "10", "12"]),
    ],
)
def test_numbers_are_read_from_prose(markup, numbers):
    assert texts.numbers_in(texts.plain(markup)[1]) == numbers


@pytest.mark.parametrize(
    ("said", "of"),
    [
        ("three images in four", "three images in four"),
        ("twice as far", "twice"),
        ("eight times as good", "eight times as"),
        ("four of the five folds", "four of the five"),
        ("two thirds of it", "two thirds"),
        ("it chooses one of ten classes", None),
        ("five times over", None),
        ("in two places", None),
    ],
)
def test_ratios_in_words_are_read(said, of):
    match = texts.RATIO.search(said)
    assert (match and match[0]) == of


def _number(text):
    return texts.number_of(texts.NUMBER.search(text))


@pytest.mark.parametrize(
    ("said", "printed", "agree"),
    [
        ("0.82", "0.8194", True),
        ("82 %", "0.8194", True),
        ("81 %", "0.8194", False),
        ("0.8194", "0.82", False),
        ("+0.011", "-0.011", False),
        ("0.011", "-0.011", True),
        ("60,000", "60000", True),
        ("5", "4.8", False),
        ("1.5.2", "1.5", False),
    ],
)
def test_a_rounding_beside_what_is_printed_will_do(said, printed, agree):
    section = texts.Printed((_number(printed),), ())
    assert texts.is_printed(_number(said), 0, [section]) == agree


def test_a_short_number_has_to_be_printed_in_its_section():
    sections = [texts.Printed((_number("0.84"), _number("0.8194")), ()), texts.Printed((), ())]
    assert not texts.is_printed(_number("0.84"), 1, sections)
    assert texts.is_printed(_number("0.8194"), 1, sections)


def test_stated_reads_a_sentence_and_fails_when_it_is_gone():
    file = "README.md"
    passage = texts.passages(file)[0]
    sentence = passage.sentence(len(passage.words) - 2)
    assert stated.stated(file, f"**{sentence}**") == texts.numbers_in(texts.plain(sentence)[1])
    with pytest.raises(AssertionError, match=r"README\.md does not say: nothing of the kind"):
        stated.stated(file, "nothing of the kind")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('stated("README.md", sentence)', "takes a file and a sentence as literals"),
        ('stated("README.md", "5 images")', "nothing compares the numbers"),
        ('numbers = stated("README.md", "5 images")', "nothing compares the numbers"),
        ('(one, other) = stated("README.md", "5 of 6"); one', "nothing compares the numbers"),
    ],
)
def test_what_cannot_be_collected_is_an_error(tmp_path, source, said):
    (tmp_path / "test_claims_x.py").write_text(f"def test_x():\n    {source}\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=said):
        stated.all_stated(tmp_path)
