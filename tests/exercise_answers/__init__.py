"""Answers to every exercise, for ``test_exercises.py``: a module a chapter.

``RIGHT`` holds, for each check, right answers in several styles, the one of the notebook's solution
among them. ``WRONG`` holds common wrong ones, each with words that the feedback must say.
``NOT_BEGUN`` holds stubs that have a line to change.
"""
