"""All labs of a notebook at once, after each has been used: reopen, restart, begin again."""

from every_lab import LabsTogether
from shared_notebooks import ANSWERING, TRAINING


class TestAnsweringLabs(LabsTogether):
    shared = ANSWERING


class TestTrainingLabs(LabsTogether):
    shared = TRAINING
