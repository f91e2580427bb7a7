"""The texts that a learner or a teacher reads, as plain words, and what in them may be a claim."""

import ast
import functools
import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = "fmnist_lessons"
CODE = "\0"  # stands for each character of code in `Passage.prose`


@dataclass(frozen=True)
class Passage:
    """A piece of text, and where it stands.

    Attributes
    ----------
    place : str
        The id of its cell, the key of a declaration, or the number of its line.
    words : str
        The text without markup. Paragraphs are parted by a line break, words by one space.
    prose : str
        The same, as long, with code spans and references such as "chapter 4" blotted out.
    section : int
        Of a chapter: which heading it stands under.
    """

    place: str
    words: str
    prose: str
    section: int = 0

    def sentence(self, place):
        """Return the sentence around a place, for a message."""
        ends = [match.end() for match in re.finditer(r"[.?!:;] |\n", self.words)]
        start = max((end for end in ends if end <= place), default=0)
        end = min((end for end in ends if end > place), default=len(self.words))
        return self.words[start:end].replace(CODE, "…").strip()


# ---------------------------------------------------------------------------------- plain words

_FENCE = re.compile(r"^ *(```+|~~~+).*?^ *\1[^\n]*$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_RAW = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_TOKEN = re.compile(
    r"(?P<ticks>`+)(?P<code>.+?)(?P=ticks)"
    r"|\$\$(?P<display>.+?)\$\$|\$(?P<math>[^$\n]+)\$"
    r"|(?P<tag></?[a-zA-Z][^<>]*>)"
    r"|(?P<mark>\*+|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)|\\(?=[\\`*_|$]))"
    r"|(?P<end>\n(?=\s*(?:\n|[-+*|>#]|\d+\. )))|(?P<space>\s+)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r'\b(?:alt|title|aria-label|placeholder)="([^"]*)"')
_INLINE_TAGS = re.compile(r"</?(?:a|abbr|b|code|em|i|kbd|span|strong|sub|sup)\b")

# What is code, or the name of a part of the lessons, though nothing marks it as such.
_BLOTTED = [
    re.compile(pattern)
    for pattern in (
        r"(?m)^#+ \d+\.",  # the number in a chapter's title
        r"(?m)^\s*(?:> )?\d+\. ",  # of a list
        r"(?m)^\| \d+ \|",  # the key of a row
        r"(?m)^\|? ?Time \|[^\n]*",  # how long a chapter takes its reader
        r"\b\d+ min\b",
        r"\b(?i:chapter|note|lab|exercise|question|quiz|seed|class|python|notebook)(?:e?s)?[ /]"
        r"\d+(?:\.\d+)*(?:(?:,| and| or| to|, and|–|…) ?\d+(?:\.\d+)*(?![\d%]| %))*",
        r"\((?:[a-z\d]+, ?)+[a-z\d]*\)",  # a shape, a tuple
        r"\b(?i:image|picture)s? \d\d?(?![\d,.]\d)",  # a button of a lab
        r"[\w.]*\w[\[(][^()\[\]]*[\])]",  # a call, an index
        r"[\w.]*\w ?==? ?[\w.]+",  # an argument, a comparison
    )
]


def _title_pattern():
    titles = []
    for path in sorted((PROJECT / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        source = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
        titles += re.findall(r"^# (\d+\. .+)", source)
    return re.compile("|".join(map(re.escape, titles)) or "(?!)")


@functools.cache
def _blotted():
    return (*_BLOTTED, _title_pattern())


def plain(markup):
    """Return the words of some Markdown or HTML, and the same with code blotted out."""
    markup = _RAW.sub(" ", _LINK.sub(r"\1", _FENCE.sub(f"\n\n{CODE}\n\n", markup)))
    words, prose = [], []

    def add(text, shown=None):
        words.append(text)
        prose.append(text if shown is None else shown)

    position = 0
    for token in _TOKEN.finditer(markup):
        add(markup[position : token.start()])
        position = token.end()
        formula = token["display"] or token["math"]
        if token["code"]:
            code = " ".join(token["code"].split())
            add(code, CODE * len(code))
        elif formula:  # its whole numbers are indices and exponents
            formula = " ".join(formula.split())
            shown = re.sub(r"\d+\.\d+|[^\0]", lambda m: m[0] if "." in m[0][1:] else CODE, formula)
            add(formula, shown)
        elif token["tag"]:
            said = " ".join(_ATTRIBUTE.findall(token["tag"]))
            if said or not _INLINE_TAGS.match(token["tag"]):
                add(f"\n{said}\n")
        elif token["end"]:
            add("\n")
        elif token["space"]:
            add(" ")
    add(markup[position:])
    words, prose = "".join(words), "".join(prose)
    for pattern in _blotted():
        for match in pattern.finditer(prose):
            start, end = match.span()
            prose = prose[:start] + re.sub(r"\S", CODE, prose[start:end]) + prose[end:]
    return _squeezed(words, prose)


def _squeezed(words, prose):
    """Make one space or one line break of white space, in both alike."""
    pieces = [], []
    for run in re.finditer(r"\s+|\S+", words):
        text = run[0]
        if text.isspace():
            text = "\n" if "\n" in text else " "
            pieces[0].append(text)
            pieces[1].append(text)
        else:
            pieces[0].append(text)
            pieces[1].append(prose[run.start() : run.end()])
    return "".join(pieces[0]), "".join(pieces[1])


# ---------------------------------------------------------------------------------- the files


def text_files():
    """Return the names of all files whose texts are held, relative to the project."""
    patterns = (
        "notebooks/[0-9][0-9]_*.ipynb",
        "*.md",
        "notebooks/*.md",
        f"{PACKAGE}/quizzes/[0-9][0-9]_*.json",
        f"{PACKAGE}/quizzes/README.md",
        f"{PACKAGE}/exercises/**/*.toml",
        f"{PACKAGE}/exercises/README.md",
        f"{PACKAGE}/*/templates/*.j2",
        f"{PACKAGE}/*.py",
        f"{PACKAGE}/*/*.py",
        f"{PACKAGE}/figures/static/*.svg",
        f"{PACKAGE}/publishing/templates/**/*.md.j2",
    )
    paths = (path for pattern in patterns for path in sorted(PROJECT.glob(pattern)))
    return [path.relative_to(PROJECT).as_posix() for path in paths]


@functools.cache
def passages(file, project=PROJECT):
    """Return the passages of a file."""
    path = Path(project, file)
    text = path.read_text(encoding="utf-8")
    read = {
        ".ipynb": _of_notebook,
        ".md": _of_markdown,
        ".json": _of_quiz,
        ".toml": _of_exercises,
        ".py": _of_literals,
        ".j2": _of_template,
        ".svg": _of_drawing,
    }[path.suffix]
    return [
        Passage(place, *plain(markup), *section)
        for place, markup, *section in read(text)
        if markup.strip()
    ]


def _of_notebook(text):
    section = 0
    for cell in json.loads(text)["cells"]:
        if cell["cell_type"] == "markdown":
            # A cell may hold several headings; then each part belongs to its own.
            source = _FENCE.sub(lambda m: m[0].replace("#", " "), "".join(cell["source"]))
            for part in re.split(r"(?m)^(?=#{1,4} )", source):
                section += part.startswith("#")
                yield cell["id"], part, section


def _of_markdown(text):
    for part in re.split(r"(?m)^(?=#{1,3} )", _FENCE.sub("", text)):
        yield (part.strip().splitlines() or [""])[0], part


def _of_drawing(text):
    yield "drawing", text


def _of_quiz(text):
    """What a wrong answer says is no claim; what is said to it is one."""
    for question in json.loads(text):
        yield question["id"], question["question"]
        for answer in question["answers"]:
            if answer.get("correct"):
                yield question["id"], str(answer.get("answer", answer.get("value", "")))
            yield question["id"], answer.get("feedback", "")


def _of_exercises(text):
    for name, exercise in tomllib.loads(text).items():
        said = [exercise.get(key, "") for key in ("task", "does", "closing")]
        said += exercise.get("hints", [])
        for key in ("mistakes", "wrong_if"):
            said += exercise.get(key, {}).values()
        for each in said:
            yield name, str(each)


def _of_literals(text):
    """The sentences among a module's strings, without docstrings."""
    tree = ast.parse(text)
    inside, docstrings = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            docstrings.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            inside.update(id(part) for part in ast.walk(node) if part is not node)
    for node in ast.walk(tree):
        if id(node) in docstrings | inside:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else CODE for part in node.values]
            said = "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            said = re.sub(r"\{[^{}]*\}", CODE, node.value)
        else:
            continue
        if re.search(r"[^\W\d_] .*[^\W\d_]", said) and "</" not in said:
            yield f"line {node.lineno}", said


def _of_template(text):
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{%.*?%\}", "\n", text, flags=re.DOTALL)
    yield "template", re.sub(r"\{\{.*?\}\}", CODE, text, flags=re.DOTALL)


# ---------------------------------------------------------------------------------- what is found

NUMBER = re.compile(
    r"(?<![\w.,\0])(?P<sign>(?<![^\s(\[:])[+−-])?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)*(?:e[−-]?\d+)?)(?![\w\0])"
    r"(?P<percent>[  ]?%)?"
)
_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|"
    r"forty|fifty|sixty|a hundred|a thousand|\d+(?:,\d{3})*)"
)
_PART = r"(?:third|quarter|fifth|sixth|seventh|eighth|ninth|tenth|twentieth|hundredth|thousandth)"
RATIO = re.compile(
    rf"\b{_WORD} (?:(?!are |is |was |were |in )\w+ ){{0,2}}in (?:every )?{_WORD}\b"
    rf"|\b(?!one of (?:the )?(?:ten|two)\b)(?:{_WORD}|all|none) (?:out )?of "
    rf"(?:the |its |these |those |our )?{_WORD}\b"
    rf"|\b{_WORD} times (?:as|the|that|more|less|(?!over)\w+er)\b"
    r"|\b(?:twice|thrice)\b|\b(?:half|halves|halved|double[sd]?|tripled?)\b|\b\w+fold (?:more|as)\b"
    rf"|\b(?:an?|one|two|three|four|five|six|seven|eight|nine) {_PART}s?\b",
    re.IGNORECASE,
)
_THAN = (
    r"better|worse|higher|lower|larger|smaller|greater|fewer|faster|slower|surer|harder|easier"
    r"|stronger|weaker|further|closer|nearer|sharper|clearer|darker|brighter|safer|shorter"
    r"|(?<!no )longer|rarer|commoner|likelier|steeper|flatter"
)
_OF_ALL = r"best|worst|surest|hardest|easiest|commonest"
_SAID_BY_ITSELF = (
    r"(?<!at )most(?! \w+ly\b)|mostly|mainly|luck|lucky|by chance|noise|overconfident"
    r"|too (?:sure|modest|bold)|beats?|beaten|outperforms?|wins?|improve[sd]?|gain(?:s|ed)"
    r"|hardly|barely|ahead|significant|reliabl[ey]|calibrated|(?-i:real)"
)
_NEUTRAL = r"(?! (?:z|value|values|probability|probabilities|number|pixel)\b)"
COMPARING = re.compile(
    rf"\b(?:{_THAN}|more|less) (?:\w+ ){{0,3}}than\b"
    rf"|\b(?:{_THAN}|{_OF_ALL}|{_SAID_BY_ITSELF})\b"
    rf"|\b(?:highest|lowest|largest|smallest)\b{_NEUTRAL}"
    r"|\b(?:more|less) (?:sure|accurate|often|modest|certain)\b"
    r"|\b(?:is|are|were|was|draws?) (?:about |nearly )?level\b"
    r"|\b(?:about|nearly|almost|exactly) (?:the same|as \w+ as|equal|always|all|every|none|never)\b"
    r"|\bthe same (?:class|classes|images|mistakes|score|accuracy|result)\b"
    r"|\bas (?:good|bad|often|sure|far|fast|much|many|high|low) as\b(?! (?:you|before)\b)",
    re.IGNORECASE,
)
# A sum that a text does: "4 × 5 + 5 = 25".
SUM = re.compile(
    r"(?<![\w.,\0])(?P<left>[\d.,]*\d(?: ?[×·*/+−] ?[\d.,]*\d)+)(?: = (?P<right>[\d.,]*\d))?(?!\w)"
)


def result_of(left):
    """Work out the left side of a `SUM`."""
    python = left.translate(str.maketrans("×·−", "**-", ","))
    return eval(python, {"__builtins__": {}})  # digits and four signs, as SUM has matched them


@dataclass(frozen=True)
class Number:
    """A number in a text: its sign ("+", "-" or ""), its digits, and whether a % follows."""

    sign: str
    digits: str
    percent: bool

    @property
    def plain(self):
        return self.digits.replace(",", "").replace("−", "-")

    @property
    def decimals(self):
        return len(self.plain.partition(".")[2])

    @property
    def is_long(self):
        """Whether two numbers are unlikely to agree in all these digits by chance."""
        return len(re.sub(r"\D", "", self.plain).lstrip("0")) >= 3


def number_of(match):
    """Return the `Number` that a match of `NUMBER` found."""
    sign = (match["sign"] or "").replace("−", "-")
    return Number(sign, match["digits"], bool(match["percent"]))


def numbers_in(prose):
    """Return the numbers of a text in order, as they are written; a minus sign as a hyphen."""
    found = map(number_of, NUMBER.finditer(prose))
    return [number.sign + number.digits.replace("−", "-") for number in found]


# ---------------------------------------------------------------------------------- what is printed


@dataclass(frozen=True)
class Printed:
    """What the code of one section of a chapter prints, and the numbers that its code has."""

    outputs: tuple
    code: tuple


# These print sentences that were typed, in a quiz or an exercise: they cannot prove themselves.
_PRINTS_TYPED_TEXT = re.compile(r"^\s*(?:Quiz\(|check_\w+\()", re.MULTILINE)


@functools.cache
def printed(file, project=PROJECT):
    """Return a `Printed` for each section of a chapter, in order; `Passage.section` counts so."""
    cells = json.loads(Path(project, file).read_text(encoding="utf-8"))["cells"]
    found = {0: ([], [])}
    section = 0
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            section += len(re.findall(r"(?m)^#{1,4} ", _FENCE.sub("", source)))
        outputs, code = found.setdefault(section, ([], []))
        if cell["cell_type"] != "code":
            continue
        code += _numbers(re.sub(r"#.*|(?<=\d)_(?=\d)", "", source))
        for output in cell["outputs"]:
            text = "".join(output.get("text", ""))
            if not _PRINTS_TYPED_TEXT.search(source):
                text += " " + "".join(output.get("data", {}).get("text/plain", ""))
            text += " " + str(output.get("evalue", ""))
            outputs += _numbers(text)
    last = max(found)
    return [Printed(*map(tuple, found.get(number, ([], [])))) for number in range(last + 1)]


def _numbers(text):
    """Return the numbers of a text in which a comma may stand right between two of them."""
    return map(number_of, NUMBER.finditer(re.sub(r",(?!\d{3}\b)", " ", text)))


def is_printed(number, section, sections):
    """Say whether a chapter prints a number beside the text that has it.

    Beside it is in the same section, from one heading to the next: there, a rounding of what is
    printed will do too, and so will a number of the code that runs. One of three digits or more may
    stand anywhere in its chapter, as in a recap, since no other would agree in all of them by
    chance. A short one may not: some 5 is printed in every chapter. Where a text has no section of
    its own in the chapter (a quiz; `section` is None), two decimals are enough.
    """
    everywhere = [other for each in sections for other in (*each.outputs, *each.code)]
    if section is None:
        far = number.is_long or number.decimals >= 2
        return far and any(_same(number, other) for other in everywhere)
    here = sections[section]
    if any(_agrees(number, other) for other in here.outputs):
        return True
    near = everywhere if number.is_long else [*here.outputs, *here.code]
    return any(_same(number, other) for other in near)


def _same(number, other):
    return number.plain == other.plain and number.sign in ("", other.sign)


def _agrees(number, other):
    if _same(number, other):
        return True
    if number.sign not in ("", other.sign) or "e" in number.plain or "e" in other.plain:
        return False
    try:
        value, theirs = float(number.plain), float(other.plain)
    except ValueError:  # a version
        return False
    decimals, more = number.decimals, other.decimals
    if number.percent and not other.percent:
        theirs, more = theirs * 100, max(more - 2, 0)
    whole = number.plain.replace(".", "").lstrip("0")
    return more >= decimals and len(whole) >= 2 and abs(value - theirs) < 0.5000001 * 10**-decimals
