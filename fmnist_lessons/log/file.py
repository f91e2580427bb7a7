"""The file of a session's log: how it is written, and how it is read with care.

`schema.json` says what it may hold. A file may come from anywhere: it is parsed as JSON and
compared with the schema, nothing in it is executed, and it is taken as a whole or refused as a
whole, by a ValueError that says what is wrong, and where.
"""

import datetime
import functools
import json
import math
import re
from pathlib import Path

import fastjsonschema

SCHEMA = json.loads(Path(__file__).with_name("schema.json").read_text(encoding="utf-8"))
_PARTS = SCHEMA["$defs"]["log"]["properties"]
FORMAT = _PARTS["format"]["const"]
# A log without tries at exercises is of version 1, which earlier lessons read too.
FORMAT_VERSION = max(_PARTS["version"]["enum"])
MOST_RUNS = _PARTS["runs"]["maxItems"]
MOST_TRIES = _PARTS["tries"]["maxItems"]
LARGEST_FILE = 5_000_000  # bytes


# Writing.


def write_run(run):
    """Return a run, given as a dict as the file has it, as one line of JSON."""
    return json.dumps(run, allow_nan=False)


def write_log(runs, tries=()):
    """Return the text of a file, made of the lines that `write_run` returned."""
    version = FORMAT_VERSION if tries else 1
    head = f'{{"format": {json.dumps(FORMAT)}, "version": {version}, "runs": ['
    between = '\n], "tries": [' if tries else ""
    return f"{head}{_listed(runs)}{between}{_listed(tries)}\n]}}\n"


def _listed(lines):
    return "".join(f"\n{line}," for line in lines)[:-1]


def check_run(run, part="run"):
    """Check a run, or another part of a log, given as a dict as the file has it.

    Raise a TypeError or a ValueError if no file could hold it.
    """
    fault = _first_fault(run, part)
    if fault:
        said = _in_words(fault)
        if isinstance(fault.value, float) and not math.isfinite(fault.value):
            said += " Look for a division by zero, or for training that diverged."
        kind = TypeError if fault.rule == "type" else ValueError
        raise kind(f"{said} The run was not written into the log.")


# Reading.


def read_log(content):
    """Read a log's file, str or bytes of UTF-8: check all of it, then return its runs and tries.

    Both are lists of dicts with the names that the schema has.
    """
    try:
        log = _parse(_decode(content))
    except RecursionError:
        raise _refusal("its lists and objects are nested too deeply.") from None
    _check_it_is_a_log(log)
    fault = _first_fault(log, "log")
    if fault:
        raise _refusal(_in_words(fault))
    return log["runs"], log.get("tries", [])


def read_file(path):
    """Return the bytes of a file, and not many more of one that is too large to be a log."""
    with Path(path).open("rb") as file:
        return file.read(LARGEST_FILE + 1)


def check_file_size(size):
    """Raise a ValueError if no log has so many bytes."""
    if size > LARGEST_FILE:
        raise _refusal(f"it is larger than {LARGEST_FILE:,} bytes, which no log is.")


def _refusal(reason):
    return ValueError(f"This log cannot be loaded: {reason} Nothing was changed.")


def _decode(content):
    if not isinstance(content, str | bytes | bytearray | memoryview):
        raise TypeError(
            "A log to load must be the text or the bytes of a file that was downloaded or saved "
            f"from a log; got {type(content).__name__}."
        )
    try:
        content = content.encode("utf-8") if isinstance(content, str) else bytes(content)
        check_file_size(len(content))
        text = content.decode("utf-8-sig")  # some editors put a mark at the beginning
    except UnicodeError:
        raise _refusal("it is not text in UTF-8.") from None
    if not text.strip():
        raise _refusal("it is empty.")
    return text


def _parse(text):
    try:
        return json.loads(text, parse_int=_parse_int, object_pairs_hook=_parse_object)
    except json.JSONDecodeError as error:
        raise _refusal(f"it is not JSON, or was cut off: {error}.") from None


def _parse_int(digits):
    # Longer ones are no floating-point number, and slow to read.
    return int(digits) if len(digits) <= 310 else math.inf


def _parse_object(pairs):
    found = {}
    for name, value in pairs:
        if name in found:
            raise _refusal(f"the name {_excerpt(name)} stands twice in the same object.")
        found[name] = value
    return found


def _check_it_is_a_log(log):
    """Refuse foreign files with a word of their own, before the schema does."""
    if not isinstance(log, dict) or log.get("format") != FORMAT:
        raise _refusal(
            f'format must be "{FORMAT}", in an object. Another program wrote this file; choose '
            "one that you downloaded or saved from a log."
        )
    version = log.get("version")
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise _refusal(
            f"version must be {_PARTS['version']['description']}; got {_excerpt(version)}. A newer "
            "version of these lessons wrote it; load it there."
        )


# Comparing with the schema.


@functools.cache
def _validator(part):
    return fastjsonschema.compile(
        {**SCHEMA, "$ref": f"#/$defs/{part}"}, formats={"time in UTC": _is_time_in_utc}
    )


def _first_fault(value, part):
    """Return fastjsonschema's error if a value does not fit a part of the schema, else None."""
    try:
        _validator(part)(value)
    except fastjsonschema.JsonSchemaValueException as error:
        return error
    return None


def _is_time_in_utc(text):
    try:
        time = datetime.datetime.fromisoformat(text)
    except ValueError:
        return False
    return text.endswith("+00:00") and text == time.isoformat(timespec="seconds")


def _in_words(fault):
    """Say what is wrong, and where: the schema's description of a part says what is allowed."""
    where, part, value = _place(fault.name), fault.definition, fault.value
    if fault.rule == "required":
        missing = next(name for name in part["required"] if name not in value)
        return f"{_place(f'{fault.name}.{missing}')} is missing."
    if fault.rule == "additionalProperties" and "properties" in part:
        extra = next(name for name in value if name not in part["properties"])
        return f"{where} holds a name that no log has: {_excerpt(extra)}."
    if fault.rule == "additionalProperties":
        (pattern,) = part["patternProperties"]
        wrong = next(name for name in value if not re.search(pattern, name))
        return (
            f"A name in {where} must be text of 1 to 60 characters, none of them a control "
            f"character; got {_excerpt(wrong)}."
        )
    return f"{where} must be {part['description']}; got {_excerpt(value)}."


def _place(name):
    """Write fastjsonschema's ``data.runs[3].results.a b[0]`` as ``runs[3].results["a b"][0]``."""
    parts = re.fullmatch(
        r"data\.?((?:(?:runs|tries)\[\d+\])?\.?[a-z]*)(?:\.(.+?))?(\[\d+\])?", name, re.DOTALL
    )
    place, name, number = parts.groups("")
    if name:
        place += f".{name}" if name.isidentifier() else f"[{_excerpt(name)}]"
    return place + number or "the whole"


def _excerpt(value):
    """Return the beginning of a value as JSON writes it, fit for a message."""
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return f"an object with {len(value)} names"
    if not isinstance(value, str | int | float | None):
        return f"a value of type {type(value).__name__}"
    written = json.dumps(value, ensure_ascii=False)
    return shortened(written.encode("utf-8", "backslashreplace").decode("utf-8"))


def shortened(text, most=60):
    """Return text, or its beginning if it has more than `most` characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
