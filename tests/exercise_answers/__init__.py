"""Answers to every exercise, for ``test_exercises.py``: a module a chapter.

``RIGHT`` holds, for each check, right answers in several styles, the one of the notebook's solution
among them. ``WRONG`` holds wrong ones, each with words that the feedback must say: what the check's
declaration does not list as a mistake, or makes in another way; a declaration that is only tried on
itself could not fail.
"""
