"""What a user's own settings may not change: the chapters' numbers and pictures.

``import fmnist_lessons`` calls :func:`settle`, so this module imports nothing heavy.
"""

import contextlib
import importlib.util
import json
import os
import sys

BACKENDS = ("tensorflow", "jax", "torch")  # of Keras; its others compute, but do not train

_INLINE = "module://matplotlib_inline.backend_inline"
# What changes a number, with Keras's own value; a file of an older Keras may have another.
_KERAS_SETTINGS = {"floatx": "float32", "epsilon": 1e-7}


def settle():
    """Put right what the environment sets for TensorFlow, Keras and Matplotlib, for this process.

    A choice among what the lessons work with stays: of a backend, of another inline backend.
    """
    # TensorFlow reads these once, when it is imported. Its start-up log would land in a learner's
    # cell; and its oneDNN operations, besides logging, round differently from one processor to the
    # next. Whoever has set them keeps their choice.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    # In a notebook, plt.show() with a window's backend, or with Agg, shows no picture.
    shown_in = os.environ.get("MPLBACKEND", _INLINE)
    if "ipykernel" in sys.modules and not shown_in.startswith("module://"):
        os.environ["MPLBACKEND"] = _INLINE
    settings = _keras_json()
    if settings.get("backend", BACKENDS[0]) not in BACKENDS:
        os.environ.setdefault("KERAS_BACKEND", BACKENDS[0])
    if any(settings.get(name, own) != own for name, own in _KERAS_SETTINGS.items()):
        require_backend()
        import keras  # only here: Keras reads the file while it is imported, and no variable helps

        for name, own in _KERAS_SETTINGS.items():
            getattr(keras.config, f"set_{name}")(own)


def require_backend():
    """Raise a ModuleNotFoundError that says what to install, if Keras has nothing to compute with.

    The package brings no backend: a second TensorFlow beside a server's own would break both.
    """
    backend = os.environ.get("KERAS_BACKEND") or _keras_json().get("backend", BACKENDS[0])
    if importlib.util.find_spec(backend) is None:
        raise ModuleNotFoundError(
            f"Keras is to compute with {backend}, which is not installed: run `python -m pip "
            f"install {backend if backend in BACKENDS else BACKENDS[0]}`, or set the environment "
            f"variable KERAS_BACKEND to one of {', '.join(BACKENDS)} that is installed, and "
            "restart the kernel.",
            name=backend,
        )


def _keras_json():
    """Return what Keras will read from its keras.json; {} where there is none."""
    path = os.path.join(keras_folder(), "keras.json")
    with contextlib.suppress(OSError, ValueError), open(path) as file:
        found = json.load(file)
        return found if isinstance(found, dict) else {}
    return {}


def keras_folder():
    """Return the folder that Keras asks for: ``KERAS_HOME``, or ``.keras`` in one's own."""
    # os.path.expanduser, as Keras does: Path.home() raises where a container's user has no home.
    user = os.path.expanduser("~")
    home = os.path.join(user if os.access(user, os.W_OK) else "/tmp", ".keras")
    return os.path.expanduser(os.environ.get("KERAS_HOME", home))
