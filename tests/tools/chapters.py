"""What the tools and tests share about the chapter notebooks."""

import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
NOTEBOOKS = PROJECT / "notebooks"
CELL_TIMEOUT = 900  # seconds; a slow computer needs minutes for max_iter=20

# What a user's or a hub's shell may have set, and must not reach into checks.
ODD = re.compile(
    "MPLBACKEND|KERAS_BACKEND|KERAS_HOME|PYTHONWARNINGS|PYTHONOPTIMIZE|(OMP|OPENBLAS|MKL)_NUM_THREADS|"
    "TF_NUM_INT(RA|ER)OP_THREADS|TF_ENABLE_ONEDNN_OPTS|JUPYTER_.*|JUPYTERHUB_.*|CPU_LIMIT|"
    "COLUMNS|LINES|NO_COLOR|FORCE_COLOR"
)


def drop_odd_variables(environment):
    """Take out of an environment, in place, what would change a number or a picture."""
    for name in filter(ODD.fullmatch, list(environment)):
        del environment[name]


def find_chapters():
    """Return the paths of all chapters; an empty list is an error, never a pass.

    Only files named as chapters are, ``01_….ipynb``: a learner's own notebook is not touched.
    """
    chapters = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    if not chapters:
        raise FileNotFoundError(f"no chapter notebooks in {NOTEBOOKS}")
    return chapters


def _copy_list_of_fonts(folder):
    """Take Matplotlib's list of fonts along: a slow machine that makes it says so in a cell."""
    import matplotlib.font_manager  # makes the list, where there is none

    folder.mkdir()
    for path in Path(matplotlib.get_cachedir()).glob("fontlist*.json"):
        shutil.copy(path, folder)


@contextmanager
def fresh_place():
    """Yield an empty folder and an environment that keep a chapter's run out of the user's home.

    The run starts in that folder, far from the project, since a chapter must work from any.
    """
    with tempfile.TemporaryDirectory(prefix="fmnist-lessons-") as folder:
        _copy_list_of_fonts(Path(folder, "matplotlib"))
        environment = dict(os.environ)
        drop_odd_variables(environment)
        environment.update(
            KERAS_HOME=f"{folder}/keras",
            MPLCONFIGDIR=f"{folder}/matplotlib",
            IPYTHONDIR=f"{folder}/ipython",
            PYTHONDONTWRITEBYTECODE="1",
        )
        yield folder, environment
