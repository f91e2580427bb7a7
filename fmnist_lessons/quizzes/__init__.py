"""A quiz at the end of each chapter; ``README.md`` in this folder says how to write one."""

from .quiz import Quiz

__all__ = ["Quiz"]
