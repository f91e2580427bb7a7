"""An experiment of one's own, from the question to the report (chapter 8)."""

from .changes import Blurred, Fewer, Shifted, WrongLabels
from .experiment import Experiment

__all__ = ["Blurred", "Experiment", "Fewer", "Shifted", "WrongLabels"]
