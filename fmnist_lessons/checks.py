"""Checks of arguments: what is allowed is said once, and makes both the check and its message.

Declare an argument, then call the declaration with what came and the argument's name::

    Number(1, 50, whole=True)(epochs, "epochs")    # returns an int
    OneOf(("sgd", "adam"))(optimizer, "optimizer")
    Array("(n, 784)", np.floating, 0, 1)(scaled, "scaled")
    Names(10)(class_names, "class_names")          # returns a list of str
    ByKey(Number(1, whole=True), Number(0, 1), "{5: 0.82}")(published, "published")

Each returns the value as its caller goes on with it, or raises a TypeError (another kind of value)
or a ValueError (another value) that names the argument, what came, what is allowed and how to mend
it. The functions below declare what several modules share; `refusal` writes any other message.
"""

import difflib
import math
import numbers
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

IMAGE_SIDE = 28
PIXELS = IMAGE_SIDE * IMAGE_SIDE
CLASSES = 10
PLAIN = np.ndarray, np.memmap  # what else is of their kind counts or multiplies otherwise
LARGEST_SEED = 2**32 - 1  # NumPy's, and so scikit-learn's and Keras's


def refusal(kind, name, rule, came, mend=""):
    """Return an error of a kind that says by which rule an argument is wrong."""
    return kind(f"{name} must {rule}; got {came}. {mend}".rstrip())


@dataclass(frozen=True)
class Number:
    """One finite number from `smallest` to `largest`, or one `above` a limit.

    `whole` allows whole numbers only; `mend` replaces the example at the end of the message.
    """

    smallest: float = -math.inf
    largest: float = math.inf
    whole: bool = False
    above: float | None = None
    mend: str = ""

    @property
    def allowed(self):
        """What is allowed, in words."""
        if self.above is not None:
            return f"a number above {self.above}"
        return _in_words("a whole number" if self.whole else "a number", self)

    def __call__(self, value, name):
        """Return `value` as an int or a float."""
        value = _as_plain(value)
        smallest = self.smallest if self.above is None else math.nextafter(self.above, math.inf)
        example = 1 if self.above is not None else min(max(self.smallest, 5), self.largest)
        rule = f"be {self.allowed}"
        mend = self.mend or f"Write, for example, {name}={example}."
        kind = numbers.Integral if self.whole else numbers.Real
        if isinstance(value, bool) or not isinstance(value, kind):
            raise refusal(TypeError, name, rule, shown(value), mend)
        if not smallest <= value <= self.largest or value in (-math.inf, math.inf):
            raise refusal(ValueError, name, rule, f"{value!r:.60}", mend)
        return int(value) if self.whole else float(value)


@dataclass(frozen=True)
class OneOf:
    """One of a few values, all of one type, beside which None may stand.

    `hint` is a sentence to add to the message.
    """

    values: tuple
    hint: str = ""

    def __call__(self, value, name):
        """Return `value`."""
        value = _as_plain(value)
        rule, hint = f"be one of {', '.join(map(repr, self.values))}", self.hint
        if type(value) not in {type(each) for each in self.values}:
            raise refusal(TypeError, name, rule, shown(value), hint)
        if value not in self.values:
            words = [each for each in self.values if isinstance(each, str)]
            for near in difflib.get_close_matches(str(value).lower(), words, n=1, cutoff=0.5):
                hint = f"Did you mean {near!r}?"
            raise refusal(ValueError, name, rule, f"{value!r:.60}", hint)
        return value


@dataclass(frozen=True)
class Array:
    """A NumPy array that is not empty, of finite numbers.

    A subclass is refused, whose numbers mean something else: np.ma.MaskedArray hides some of them,
    the * of np.matrix is @. Only np.memmap is a plain array, elsewhere.

    Parameters
    ----------
    shape : str, default=""
        As messages show it, n for any length: ``"(n, 28, 28) or (n, 784)"``. By default any shape.
    dtype : type or tuple of type, default=(np.integer, np.floating)
        NumPy's types or kinds of types.
    smallest, largest : float
        The range of its numbers.
    lists : bool, default=False
        Whether what NumPy makes an array of is taken too, as scikit-learn does: lists, single
        numbers, a DataFrame, a tensor; it is returned as an array.
    mend : dict of str to str
        How to mend a fault, with ``{name}`` for the argument's name: by ``"type"``, ``"empty"``,
        ``"dtype"``, ``"shape"``, ``"range"`` or ``"finite"``, and by ``""`` for all others.
    """

    shape: str = ""
    dtype: type | tuple = (np.integer, np.floating)
    smallest: float = -math.inf
    largest: float = math.inf
    lists: bool = False
    mend: dict = field(default_factory=dict)

    def __call__(self, values, name):
        """Return `values` as an array."""
        fault = self._find_fault(values)
        if fault is None:
            return np.asarray(values)
        what, kind, rule, came = fault
        own = None if what == "subclass" else self.mend.get(what) or self.mend.get("")
        mend = own or _MEND.get(what, "")
        raise refusal(kind, name, rule, came, mend.format(name=name))

    def _find_fault(self, values):
        kind = type(values).__name__
        if isinstance(values, np.ndarray) and type(values) not in PLAIN:
            return "subclass", TypeError, "be a plain NumPy array", kind
        if not (self.lists or isinstance(values, np.ndarray)):
            return "type", TypeError, "be a NumPy array", kind
        try:
            array = np.asarray(values)
        except ValueError:
            return "", ValueError, "have rows of the same length", "rows that differ in length"
        except Exception as error:  # such as a tensor's that PyTorch still computes gradients of
            said = f"{kind}, of which NumPy makes none: {error!s:.90}"
            return "type", TypeError, "be an array", said
        if not array.size:
            return "empty", ValueError, "not be empty", f"none: its shape is {array.shape}"
        dtypes = self.dtype if isinstance(self.dtype, tuple) else (self.dtype,)
        if not any(np.issubdtype(array.dtype, each) for each in dtypes):
            rule = f"hold numbers of dtype {' | '.join(each.__name__ for each in dtypes)}"
            return "dtype", TypeError, rule, f"dtype {array.dtype} ({kind})"
        if not any(_fits(array.shape, shape) for shape in self.shape.split(" or ")):
            return "shape", ValueError, f"have the shape {self.shape}", array.shape
        # NaN makes both of them NaN, so it is found without an array of flags, which would be as
        # large as the images are many.
        low, high = array.min(), array.max()
        if low < self.smallest or high > self.largest:
            rule = f"hold {_in_words('numbers', self)}"
            return "range", ValueError, rule, f"values from {low:g} to {high:g}"
        if not (np.isfinite(low) and np.isfinite(high)):
            return "finite", ValueError, "hold finite numbers", "NaN or infinite ones among them"
        return None


_MEND = {
    "subclass": "Make one with numpy.asarray({name}), and if it is masked, with {name}.filled(...) "
    "of what is to stand for the masked values.",
    "type": "Make one with numpy.asarray(...).",
    "empty": "Check the slice that made it.",
    "dtype": "Convert it to numbers first.",
    "finite": "Look for a division by zero, or for training that diverged.",
}


@dataclass(frozen=True)
class Names:
    """A sequence of `count` str."""

    count: int

    def __call__(self, value, name):
        """Return the names as a list of str."""
        mend = "Pass the names of all, in their order."
        if isinstance(value, str) or not hasattr(value, "__len__"):
            raise refusal(TypeError, name, "be a list of str", shown(value), mend)
        for each in value:
            if not isinstance(each, str):
                raise refusal(TypeError, name, "hold str only", shown(each), mend)
        if len(value) != self.count:
            raise refusal(ValueError, name, f"have {self.count} names", len(value), mend)
        return list(value)


@dataclass(frozen=True)
class ByKey:
    """A dict; `keys` and `values` are the checks of each of them, `example` shows one.

    `filled` says that it may not be empty.
    """

    keys: object
    values: object
    example: str
    filled: bool = False

    def __call__(self, value, name):
        """Return a dict of what the checks return, in the order of the keys."""
        if not isinstance(value, Mapping):
            raise refusal(TypeError, name, f"be a dict, such as {self.example}", shown(value))
        if self.filled and not value:
            mend = f"Write, for example, {self.example}."
            raise refusal(ValueError, name, "not be empty", repr(value), mend)
        checked = {self.keys(key, f"each key of {name}"): each for key, each in value.items()}
        return {key: self.values(checked[key], f"{name}[{key!r}]") for key in sorted(checked)}


SEED = Number(0, LARGEST_SEED, whole=True)


def shown(value):
    """Return a value and its type in words, cut short, for a message."""
    return f"{value!r:.60} of type {type(value).__name__}"


def check_finite(values, name):
    """Return a number, or a list or array of finite numbers, as a new array of float64."""
    return Array(lists=True)(values, name).astype(np.float64)


def check_temperature(temperature):
    """Return what z are divided by before a softmax: a float above 0."""
    return Number(above=0)(temperature, "temperature")


def check_images(images, name="images"):
    """Return images as they were loaded: shape (n, 28, 28), dtype uint8."""
    mend = {
        "dtype": "Pass the images as they were loaded, before any scaling.",
        "shape": "For one image write {name}[:1], not {name}[0].",
    }
    return Array(f"(n, {IMAGE_SIDE}, {IMAGE_SIDE})", np.uint8, mend=mend)(images, name)


def check_scaled(scaled, name="train_scaled", lists=False):
    """Return flattened images of pixels from 0 to 1: shape (n, 784), float64 or float32."""
    dtype, mend = (np.float64, np.float32), {"": "Make {name} with scale_and_flatten(images)."}
    return Array(f"(n, {PIXELS})", dtype, 0, 1, lists, mend)(scaled, name)


def check_target(target, length="n", name="train_target", images_name="train_scaled", lists=False):
    """Return class numbers from 0 to 9, one for each of `length` images."""
    mend = {
        "dtype": "One-hot targets become class numbers with {name}.argmax(axis=1).",
        "shape": f"There must be one class number for each image in {images_name}.",
    }
    return Array(f"({length},)", np.integer, 0, CLASSES - 1, lists, mend)(target, name)


def check_pair(value, name, example):
    """Return two arrays that belong together; `example` shows how they are written."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        rule = f"be a pair of arrays, such as {example}"
        raise refusal(TypeError, name, rule, type(value).__name__)
    return tuple(value)


def check_class_names(class_names):
    """Return the ten class names as a list of str."""
    return Names(CLASSES)(class_names, "class_names")


def check_data_name(data):
    """Return the name of a data set, for messages and the session's log: short and printable."""
    rule = "be the name of a data set, 1 to 40 printable characters"
    said = "data", rule, shown(data), "Write, for example, data='MNIST digits'."
    if not isinstance(data, str):
        raise refusal(TypeError, *said)
    if len(data) > 40 or not data.isprintable() or not data.strip():
        raise refusal(ValueError, *said)
    return str(data)


def _as_plain(value):
    """Return Python's own number for one of NumPy's, and its str for NumPy's."""
    is_one = type(value) in PLAIN or isinstance(value, np.number | np.bool_ | np.str_)
    is_one = is_one and value.ndim == 0
    return value.item() if is_one else value


def _in_words(noun, allowed):
    """Return ``a number from 0 to 1`` and the like, for a `Number` or an `Array`."""
    if allowed.largest < math.inf:
        return f"{noun} from {allowed.smallest:.10g} to {allowed.largest:.10g}"
    return noun if allowed.smallest == -math.inf else f"{noun}, {allowed.smallest:.10g} or more"


def _fits(shape, allowed):
    """Return whether a shape is as ``(n, 784)`` allows; an empty text allows any."""
    lengths = re.findall(r"\w+", allowed)
    return not allowed or (
        len(shape) == len(lengths)
        and all(said in ("n", str(length)) for said, length in zip(lengths, shape))
    )
