"""What accounts for the numbers and comparing words of a text, and for which nothing does."""

import functools
import re
import tomllib

import stated
from texts import (
    COMPARING,
    NUMBER,
    PROJECT,
    RATIO,
    SUM,
    is_printed,
    number_of,
    passages,
    plain,
    printed,
    result_of,
)

FACTS = stated.HERE / "facts.toml"
NO_CLAIM = stated.HERE / "no_claim.toml"
EVERYWHERE = "all"


@functools.cache
def facts():
    return tomllib.loads(FACTS.read_text(encoding="utf-8"))["fact"]


@functools.cache
def no_claim():
    return tomllib.loads(NO_CLAIM.read_text(encoding="utf-8"))


def chapter_of(file, passage, project=PROJECT):
    """Return the chapter whose cells print what a passage repeats, or None."""
    if file.endswith(".ipynb"):
        return file
    name = file.rsplit("/", 1)[-1].partition(".")[0]
    if file.endswith("teaching_guide.md"):
        heading = re.match(r"#+ Chapter (\d)", passage.place)
        name = f"0{heading[1]}_*" if heading else "(none)"
    elif "/exercises/" in file:
        name = f"0?_{name}"
    found = sorted((project / "notebooks").glob(f"{name}.ipynb"))
    return found[0].relative_to(project).as_posix() if len(found) == 1 else None


def unaccounted(file, project=PROJECT):
    """Return a message for each claim of a file that nothing accounts for."""
    ours = [(each, where) for of, each, where in stated.all_stated() if of == file]
    messages = [
        f"{where} states what does not stand there: {each}"
        for each, where in ours
        if not any(stated.find(file, each, project))
    ]
    listed = [each for of in (file, EVERYWHERE) for each in _phrases(no_claim().get(of, {}))]
    own = dict.fromkeys(_phrases(no_claim().get(file, {})), False)
    bare, phrases, places = set(), [], set()
    for fact in facts():
        if EVERYWHERE in fact["files"] or file in fact["files"]:
            bare.update(fact.get("numbers", ()))
            phrases += fact.get("phrases", ())
            places.update(fact.get("places", ()))
    texts = [each for each, _ in ours] + phrases

    inputs = _inputs(file, project)
    for passage in passages(file, project):
        if passage.place in places:
            continue
        spans = [span for each in texts for span in _find(passage, each)]
        spans += [match.span() for match in SUM.finditer(passage.prose) if _holds(match)]
        unclaimed = [(*span, each) for each in listed for span in _find(passage, each)]
        for match, what in _claims(file, passage):
            start, end = match.span()
            covers = [each for first, last, each in unclaimed if first <= start and end <= last]
            own.update((each, True) for each in covers if each in own)
            if covers or any(first <= start and end <= last for first, last in spans):
                continue
            if what == "number":
                number = number_of(match)
                free = bare | inputs.get(passage.place, set())
                if {number.digits, number.plain} & free or _is_printed(
                    file, passage, number, project
                ):
                    continue
            said = match[0].strip()
            messages.append(
                f"{passage.place}: {what} “{said}” in: {passage.sentence(match.start())}"
            )
    messages += [
        f"no_claim.toml lists for this file what it no longer says, or what is no claim: {each}"
        for each, used in own.items()
        if not used
    ]
    return messages


def _phrases(by_reason):
    return [phrase for phrases in by_reason.values() for phrase in phrases]


def _find(passage, phrase):
    wanted = plain(phrase)[0].replace("\n", " ").strip()
    words = passage.words.replace("\n", " ")
    return [match.span() for match in re.finditer(re.escape(wanted), words)]


def _claims(file, passage):
    def asks(match):
        return passage.sentence(match.start()).endswith("?")

    for match in NUMBER.finditer(passage.prose):
        # 0 and 1 are the ends of a range, true and false. A question gives what it asks about.
        if match["digits"] not in ("0", "1") and not (match["digits"].isdecimal() and asks(match)):
            yield match, "number"
    found = [(match, "ratio") for match in RATIO.finditer(passage.prose)]
    if file.startswith("notebooks/") or file.endswith(".json"):  # chapters, the guide, quizzes
        found += [(match, "comparison") for match in COMPARING.finditer(passage.prose)]
    yield from (each for each in found if not asks(each[0]))


def _holds(sum_):
    """Say whether a sum is right; one without a result claims nothing."""
    if not sum_["right"]:
        return True
    right = sum_["right"].replace(",", "")
    decimals = len(right.partition(".")[2])
    return abs(result_of(sum_["left"]) - float(right)) < 0.5000001 * 10**-decimals


def _inputs(file, project):
    """Return, for each question of a quiz, the whole numbers that it gives or that a sum of it has.

    A question may make up its own: "40 of 100 images", "batches of 64". What was measured has a
    decimal point.
    """
    found = {}
    if "/quizzes/" in file and file.endswith(".json"):
        for passage in passages(file, project):
            ours = found.setdefault(passage.place, None)
            if ours is None:  # the question comes first, in code too
                ours = set(re.findall(r"\d+", passage.words.replace(",", "")))
                found[passage.place] = ours
            for match in SUM.finditer(passage.prose):
                ours.add(f"{result_of(match['left']):.10g}")
    return found


def _is_printed(file, passage, number, project):
    chapter = chapter_of(file, passage, project)
    if chapter is None:
        return False
    section = passage.section if chapter == file else None
    return is_printed(number, section, printed(chapter, project))
