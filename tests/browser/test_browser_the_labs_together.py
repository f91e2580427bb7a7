"""All labs of a notebook at once, after each has been used: reopen, restart, begin again."""

import importlib
from pathlib import Path

from every_lab import LabsTogether
from shared_notebooks import ANSWERING, TRAINING

# Each of these modules says how its lab is used; pytest imports them only where it runs them.
for _path in Path(__file__).parent.glob("test_browser_*_lab.py"):
    importlib.import_module(_path.stem)
importlib.import_module("test_browser_log_view")


class TestAnsweringLabs(LabsTogether):
    shared = ANSWERING


class TestTrainingLabs(LabsTogether):
    shared = TRAINING
