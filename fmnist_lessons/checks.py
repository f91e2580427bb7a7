"""Checks of arguments, made before any work starts.

Every message names the argument, says what came and what is allowed, and how to mend it.
"""

import numbers
from dataclasses import dataclass

import numpy as np

IMAGE_SIDE = 28
PIXELS = IMAGE_SIDE * IMAGE_SIDE
CLASSES = 10
BACKENDS = ("tensorflow", "jax", "torch")  # of Keras; its others compute, but do not train
LARGEST_SEED = 2**32 - 1  # NumPy's, and so scikit-learn's and Keras's


@dataclass(frozen=True)
class Number:
    """One finite number in a range, both ends allowed; call it to check an argument.

    Parameters
    ----------
    smallest, largest : float
    whole : bool, default=False
        Whether it must be a whole number; then it is returned as an int, else as a float.
    """

    smallest: float = -np.inf
    largest: float = np.inf
    whole: bool = False

    @property
    def allowed(self):
        """What is allowed, in words."""
        kind = "a whole number" if self.whole else "a number"
        if self.largest == np.inf:
            return kind if self.smallest == -np.inf else f"{kind}, {_plain(self.smallest)} or more"
        return f"{kind} from {_plain(self.smallest)} to {_plain(self.largest)}"

    def __call__(self, value, name):
        """Return `value` as a Python number, or raise and say what is allowed as `name`."""
        kind = numbers.Integral if self.whole else numbers.Real
        if isinstance(value, np.ndarray) and value.ndim == 0:
            value = value[()]
        if isinstance(value, bool | np.bool_) or not isinstance(value, kind):
            raise TypeError(f"{name} must be {self.allowed}; got {shown(value)}.{self._mend(name)}")
        if not (self.smallest <= value <= self.largest and np.isfinite(value)):
            raise ValueError(f"{name} must be {self.allowed}; got {value}.{self._mend(name)}")
        return int(value) if self.whole else float(value)

    def _mend(self, name):
        example = min(max(self.smallest, 5), self.largest)
        return f" Write, for example, {name}={_plain(example)}."


@dataclass(frozen=True)
class OneOf:
    """One of a few values, all str or all whole numbers, beside which None may stand.

    Parameters
    ----------
    values : tuple
    hint : str, default=""
        A sentence to add to the message.
    """

    values: tuple
    hint: str = ""

    def __call__(self, value, name):
        """Return `value`, or raise and say what is allowed as `name`."""
        said = (
            f"{name} must be one of {', '.join(map(repr, self.values))}; got {shown(value)}. "
            f"{self.hint}"
        ).rstrip()
        kinds = tuple({type(each) for each in self.values})
        if isinstance(value, np.integer):
            value = int(value)
        if type(value) not in kinds:
            raise TypeError(said)
        if value not in self.values:
            raise ValueError(said)
        return value


def shown(value):
    """Return a value and its type in words, cut short, for a message."""
    return f"{value!r:.60} of type {type(value).__name__}"


def _plain(number):
    return str(number) if isinstance(number, int) else f"{number:g}"


def check_whole_number(value, name, *, smallest, largest=None):
    """Return `value` as an int, or say why it is not a whole number in the allowed range.

    Parameters
    ----------
    value : object
        What the caller passed. Python and NumPy integers are taken, booleans are not.
    name : str
        The argument's name, for the message.
    smallest : int
        Smallest value allowed.
    largest : int, optional
        Largest value allowed; no upper limit by default.

    Returns
    -------
    int

    Raises
    ------
    TypeError
        If `value` is not a whole number.
    ValueError
        If it is out of range.
    """
    allowed = f"a whole number, {smallest} or more"
    if largest is not None:
        allowed = f"a whole number from {smallest} to {largest}"
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Integral):
        raise TypeError(
            f"{name} must be {allowed}; got {value!r} of type {type(value).__name__}. "
            f"Write, for example, {name}={max(smallest, 5)}."
        )
    if value < smallest or (largest is not None and value > largest):
        raise ValueError(
            f"{name} must be {allowed}; got {value}. Write, for example, {name}={max(smallest, 5)}."
        )
    return int(value)


def check_images(images, name="images"):
    """Check that `images` is an array of pictures as Fashion MNIST has them.

    Parameters
    ----------
    images : object
        What the caller passed; right is an array of shape (n, 28, 28), n > 0, dtype uint8.
    name : str
        The argument's name, for the message.

    Raises
    ------
    TypeError
        If it is not an array of dtype uint8.
    ValueError
        If its shape is another.
    """
    _check_is_array(images, name)
    if images.dtype != np.uint8:
        raise TypeError(
            f"{name} must be whole pixel values from 0 to 255 (dtype uint8); got dtype "
            f"{images.dtype}. Pass the pictures as they were loaded, before any scaling."
        )
    if images.ndim != 3 or images.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE) or len(images) == 0:
        raise ValueError(
            f"{name} must have the shape (number of images, {IMAGE_SIDE}, {IMAGE_SIDE}), with one "
            f"image at least; got {images.shape}. For one image write {name}[:1], not {name}[0]."
        )


def check_scaled(scaled, name="train_scaled"):
    """Check that `scaled` holds flattened images with pixels between 0 and 1.

    Parameters
    ----------
    scaled : object
        What the caller passed; right is an array of shape (n, 784), n > 0, of floating-point
        numbers from 0 to 1.
    name : str
        The argument's name, for the message.

    Raises
    ------
    TypeError
        If it is not an array of floating-point numbers.
    ValueError
        If its shape is another, a value is missing (NaN), or a value lies outside 0 to 1.
    """
    mend = f"Make {name} with scale_and_flatten(images)."
    _check_is_array(scaled, name)
    if scaled.dtype not in (np.float32, np.float64):
        raise TypeError(f"{name} must be of dtype float64 or float32; got {scaled.dtype}. {mend}")
    if scaled.ndim != 2 or scaled.shape[1] != PIXELS or len(scaled) == 0:
        raise ValueError(
            f"{name} must have the shape (number of images, {PIXELS}), with one image at least; "
            f"got {scaled.shape}. {mend}"
        )
    # NaN makes min() and max() NaN, so two passes find it without an array of flags as large as
    # the images are many.
    smallest, largest = scaled.min(), scaled.max()
    if np.isnan(smallest):
        raise ValueError(f"{name} must hold numbers from 0 to 1; got NaN among them. {mend}")
    if smallest < 0 or largest > 1:
        raise ValueError(
            f"{name} must hold numbers from 0 to 1; got values from {smallest:g} to {largest:g}. "
            f"{mend}"
        )


def check_target(target, length, name="train_target", images_name="train_scaled"):
    """Check that `target` holds one class number, 0 to 9, for each image.

    Parameters
    ----------
    target : object
        What the caller passed; right is an array of shape (length,) of integers from 0 to 9.
    length : int
        How many images there are.
    name, images_name : str
        Names of the two arguments, for the message.

    Raises
    ------
    TypeError
        If it is not an array of integers.
    ValueError
        If its shape or length is another, or a value lies outside 0 to 9.
    """
    _check_is_array(target, name)
    if target.dtype.kind not in "iu":
        raise TypeError(
            f"{name} must hold class numbers of an integer dtype; got dtype {target.dtype}. "
            "Pass the targets as they were loaded; one-hot targets become integers with "
            f"{name}.argmax(axis=1)."
        )
    if target.shape != (length,):
        raise ValueError(
            f"{name} must have one class number for each image in {images_name}, the shape "
            f"({length},); got {target.shape}. Split or slice both in the same way."
        )
    if target.min() < 0 or target.max() >= CLASSES:
        raise ValueError(
            f"{name} must hold class numbers from 0 to {CLASSES - 1}; got numbers from "
            f"{target.min()} to {target.max()}."
        )


def check_data_name(data):
    """Check that `data` can name a data set, in messages and in the session's log.

    Parameters
    ----------
    data : object
        What the caller passed; right is text of 1 to 40 printable characters.

    Returns
    -------
    str

    Raises
    ------
    TypeError
        If it is not a str.
    ValueError
        If it is empty, too long or not printable.
    """
    allowed = "data must be the name of a data set, 1 to 40 printable characters"
    mend = "Write, for example, data='MNIST digits'."
    if not isinstance(data, str):
        raise TypeError(f"{allowed}; got {type(data).__name__}. {mend}")
    if not 1 <= len(data) <= 40 or not data.isprintable() or not data.strip():
        raise ValueError(f"{allowed}; got {data[:60]!r}. {mend}")
    return str(data)


def check_class_names(class_names):
    """Return the ten class names as a list of str, or say what is wrong with them.

    Parameters
    ----------
    class_names : object
        What the caller passed; right is a sequence of ten str, in the order of the targets.

    Returns
    -------
    list of str

    Raises
    ------
    TypeError
        If it is not a sequence of str.
    ValueError
        If there are not ten.
    """
    if isinstance(class_names, str) or not hasattr(class_names, "__len__"):
        raise TypeError(
            f"class_names must be a list of {CLASSES} str; "
            f"got {type(class_names).__name__}. Pass all names in the order of the targets."
        )
    names = list(class_names)
    if len(names) != CLASSES:
        raise ValueError(
            f"class_names must have {CLASSES} names, one per class; got {len(names)}. "
            "Pass all of them in the order of the targets, 0 to 9."
        )
    if not all(isinstance(name, str) for name in names):
        raise TypeError(
            "class_names must hold str only; got "
            f"{sorted({type(name).__name__ for name in names})}. Convert each name with str()."
        )
    return names


def _check_is_array(value, name):
    if not isinstance(value, np.ndarray):
        raise TypeError(
            f"{name} must be a NumPy array; got {type(value).__name__}. "
            "Make one with numpy.asarray(...)."
        )
