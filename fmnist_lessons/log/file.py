"""The file of a session's log: what it may hold, how it is written, how it is read with care.

A file may come from anywhere. It is parsed as JSON and compared with a schema; nothing in it is
executed, and it is refused as a whole or taken as a whole.
"""

import datetime
import functools
import json
import math
import os
import re
import secrets
import shutil
import sys
from pathlib import Path

FORMAT = "fmnist-lessons session log"
FORMAT_VERSION = 1
LARGEST_FILE = 5_000_000  # bytes
MOST_RUNS = 2_000

# No control characters, and no half of a surrogate pair, which UTF-8 cannot write. \Z, because $
# would let a newline pass at the end.
_PRINTABLE = "^[^\\x00-\\x1f\\x7f-\\x9f\ud800-\udfff]*\\Z"
_LARGEST_NUMBER = sys.float_info.max


def _text(most, least=0):
    between = f"{least} to {most}" if least else f"at most {most}"
    return {
        "type": "string",
        "minLength": least,
        "maxLength": most,
        "pattern": _PRINTABLE,
        "description": f"text of {between} characters, none of them a control character",
    }


def _names_to(value, most):
    return {
        "type": "object",
        "maxProperties": most,
        "propertyNames": _text(60, least=1),
        "additionalProperties": value,
        "description": f"an object with at most {most} names",
    }


def _number(**limits):
    return {"type": "number", "minimum": -_LARGEST_NUMBER, "maximum": _LARGEST_NUMBER, **limits}


def _object(description, properties):
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
        "description": description,
    }


# Each part says in its description what is allowed; a refusal repeats it.
_RUN_SCHEMA = _object(
    "an object that describes a run",
    {
        "lab": {
            "type": "string",
            "maxLength": 60,
            "pattern": r"^[A-Za-z][A-Za-z0-9_]*\Z",
            "description": "the name of a lab: at most 60 letters, digits and _, a letter first",
        },
        "parameters": _names_to(
            {
                **_text(200),
                **_number(),
                "type": ["number", "string", "boolean", "null"],
                "description": "a finite number, text of at most 200 characters without control "
                "characters, true, false or null",
            },
            most=40,
        ),
        "results": _names_to(
            {
                **_number(),
                "type": ["number", "array"],
                "minItems": 1,
                "maxItems": 200,
                "items": _number(description="a finite number"),
                "description": "a finite number, or a list of 1 to 200 of them",
            },
            most=40,
        ),
        "seconds": _number(minimum=0, description="a number, 0 or more"),
        "finished": {
            "type": "string",
            "format": "time in UTC",
            "description": 'a time such as "2026-01-31T12:00:00+00:00"',
        },
        "versions": _names_to(_text(60), most=20),
    },
)

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_object(
        "a JSON object with format, version and runs",
        {
            "format": {"const": FORMAT, "description": f'"{FORMAT}"'},
            "version": {"const": FORMAT_VERSION, "description": str(FORMAT_VERSION)},
            "runs": {
                "type": "array",
                "maxItems": MOST_RUNS,
                "items": _RUN_SCHEMA,
                "description": f"a list of at most {MOST_RUNS} runs",
            },
        },
    ),
}


# What JSON calls the types of Python.
_KINDS = {
    **{str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"},
    **{list: "array", dict: "object"},
}


# Writing.


def write_run(run):
    """Return a run, given as a dict as the file has it, as one line of JSON."""
    return json.dumps(run, allow_nan=False)


def write_log(lines):
    """Return the text of a file, made of the lines that `write_run` returned."""
    head = f'{{"format": {json.dumps(FORMAT)}, "version": {FORMAT_VERSION}, "runs": ['
    return head + "".join(f"\n{line}," for line in lines)[:-1] + "\n]}\n"


def check_run(run):
    """Check a run before it is written, by the same schema that files are checked by.

    Not with jsonschema: to load it takes a second, which the end of a training must not take. A run
    needs only the few words of the schema that are read here.

    Parameters
    ----------
    run : dict
        As the file has it. Its values are plain Python, or anything that is refused.

    Raises
    ------
    TypeError
        If a value is of a kind that the file cannot hold.
    ValueError
        If a number is not finite, or something is too long.
    """
    _check_part(run, [], _RUN_SCHEMA)


def _check_part(value, path, schema):
    kind = _KINDS.get(type(value))
    if kind not in ([schema["type"]] if isinstance(schema["type"], str) else schema["type"]):
        raise TypeError(_must_be(path, schema, value))
    fits = True
    if kind == "string":
        fits = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", math.inf)
        fits = fits and re.search(schema.get("pattern", ""), value)
    elif kind == "number":
        fits = schema["minimum"] <= value <= schema["maximum"]  # never true of NaN
    elif kind == "array":
        fits = schema["minItems"] <= len(value) <= schema["maxItems"]
    elif kind == "object":
        fits = len(value) <= schema.get("maxProperties", math.inf)
    if not fits:
        raise ValueError(_must_be(path, schema, value))
    for number, each in enumerate(value if kind == "array" else ()):
        _check_part(each, [*path, number], schema["items"])
    for name, each in value.items() if kind == "object" else ():
        if "propertyNames" in schema:
            _check_part(name, [*path, name], schema["propertyNames"])
        own_schema = schema.get("properties", {}).get(name) or schema["additionalProperties"]
        _check_part(each, [*path, name], own_schema)


def _must_be(path, schema, value):
    said = f"{_path(path)} must be {schema['description']}; got {_excerpt(value)}."
    if isinstance(value, float) and not math.isfinite(value):
        said += " Look for a division by zero, or for training that diverged."
    return f"{said} The run was not written into the log."


def save_text(text, path):
    """Write a text file so that the path holds all of it or what it held before.

    Parameters
    ----------
    text : str
    path : pathlib.Path

    Raises
    ------
    OSError
        If it cannot be written; then nothing has changed.
    """
    path = path.resolve()  # a link stays a link
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.parent} to write {path.name} into.")
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        with beside.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


# Reading.


def read_log(content):
    """Read a log's file: check all of it, then return its runs.

    Parameters
    ----------
    content : str or bytes
        The file. Bytes must be UTF-8.

    Returns
    -------
    list of dict
        The runs, with the names that the schema has.

    Raises
    ------
    TypeError
        If `content` is neither text nor bytes.
    ValueError
        If the file is not such a log; the message says what is wrong, and where.
    """
    try:
        log = _parse(_decode(content))
        _check_it_is_a_log(log)
        error = next(_validator().iter_errors(log), None)
    except RecursionError:
        raise _refusal("its lists and objects are nested too deeply.") from None
    if error is not None:
        raise _refusal(_in_words(error))
    return log["runs"]


def read_file(path):
    """Return the bytes of a file, and not many more of one that is too large to be a log.

    Parameters
    ----------
    path : str or os.PathLike

    Returns
    -------
    bytes
    """
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
        if isinstance(content, str):
            content = content.encode("utf-8")
        content = bytes(content)
        check_file_size(len(content))
        text = content.decode("utf-8-sig")  # some editors put a mark at the beginning
    except UnicodeError:
        raise _refusal("it is not text in UTF-8.") from None
    if not text.strip():
        raise _refusal("it is empty.")
    return text


def _parse(text):
    try:
        return json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_int=_parse_int,
            parse_float=_parse_float,
            object_pairs_hook=_parse_object,
        )
    except json.JSONDecodeError as error:
        raise _refusal(
            f"it is not JSON, or was cut off: {error.msg} (line {error.lineno}, column "
            f"{error.colno})."
        ) from None


def _refuse_constant(name):
    raise _refusal(f"it holds {name}, and every number must be finite.")


def _parse_int(digits):
    # Longer ones are no floating-point number, and slow to read.
    if len(digits) > 310:
        raise _refusal(f"it holds a whole number of {len(digits)} digits.")
    return int(digits)


def _parse_float(digits):
    number = float(digits)
    if math.isinf(number):
        raise _refusal(f"it holds {shortened(digits)}, and every number must be finite.")
    return number


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
            f"version must be {FORMAT_VERSION}; got {_excerpt(version)}. A newer version of these "
            "lessons wrote it; load it there."
        )


@functools.cache
def _validator():
    import jsonschema  # takes a second, and is not needed before a file is loaded

    formats = jsonschema.FormatChecker(formats=())
    formats.checks("time in UTC", raises=ValueError)(_is_time_in_utc)
    return jsonschema.Draft202012Validator(SCHEMA, format_checker=formats)


def _is_time_in_utc(text):
    if not isinstance(text, str):
        return True  # the type is refused elsewhere
    right = re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+00:00\Z", text)
    return bool(right and datetime.datetime.fromisoformat(text))


def _in_words(error):
    """Say what the schema found, and where."""
    where = _path(error.absolute_path)
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        return f"{_path([*error.absolute_path, missing])} is missing."
    if error.validator == "additionalProperties":
        extra = next(name for name in error.instance if name not in error.schema["properties"])
        return f"{where} holds a name that no log has: {_excerpt(extra)}."
    if "propertyNames" in error.schema_path:
        where = f"A name in {where}"
    return f"{where} must be {error.schema['description']}; got {_excerpt(error.instance)}."


def _path(parts):
    """Write ``["runs", 3, "seconds"]`` as ``runs[3].seconds``."""
    written = ""
    for part in parts:
        if isinstance(part, str) and part.isidentifier() and len(part) <= 60:
            written += f".{part}" if written else part
        else:
            written += f"[{_excerpt(part)}]"
    return written or "the whole"


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
