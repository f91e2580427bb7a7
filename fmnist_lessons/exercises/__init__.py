"""Checks of the chapters' exercises: each looks at what a learner wrote, and answers in words.

A chapter's exercises stand in a TOML file, and in a module of the same name what they need beside.
README.md says how to add one. :mod:`~fmnist_lessons.exercises.feedback` has what checks share.
"""

from pathlib import Path

from .declared import read
from .feedback import Feedback

# By the name of what the learner writes: {"first_hundred": ..., ...}.
EXERCISES = {
    exercise.name: exercise
    for path in sorted(Path(__file__).parent.glob("*.toml"))
    for exercise in read(path)
}
_checks = {f"check_{name}": exercise.check() for name, exercise in EXERCISES.items()}
globals().update(_checks)
__all__ = ["Feedback", *_checks]
