r"""A quiz at the end of each chapter, answered by a click, with no kernel behind it.

A quiz is a file of questions in this folder, named as its chapter is: the questions of
``notebooks/01_look_at_the_data.ipynb`` are in ``01_look_at_the_data.json``. The chapter shows it by
a cell that ends with ``Quiz("01_look_at_the_data")``.

How to write one
----------------
The file is a list of five to eight questions in the format of jupyterquiz, each with an ``"id"``
besides. Three types are used here, and every file has one question at least that is ``numeric``::

    [
      {
        "id": "shape-of-one",
        "type": "multiple_choice",
        "question": "What is the shape of `train_input[0]`?",
        "answers": [
          {"answer": "`(28, 28)`", "correct": true,
           "feedback": "An index takes one picture out, and its dimension goes with it."},
          {"answer": "`(1, 28, 28)`", "correct": false,
           "feedback": "That is `train_input[:1]`: a slice keeps the dimension."}
        ]
      },
      {
        "id": "not-trained",
        "type": "many_choice",
        "question": "Which of these are learned from the training set?",
        "answers": ["... as above; two or more are right, and one at least is wrong"]
      },
      {
        "id": "parameters",
        "type": "numeric",
        "question": "How many weights does the layer have?",
        "answers": [
          {"type": "value", "value": 7840, "correct": true,
           "feedback": "784 for each of the ten units."},
          {"type": "range", "range": [7849, 7851], "correct": false,
           "feedback": "That counts the ten biases too."},
          {"type": "default", "feedback": "How many pixels, and how many units?"}
        ]
      }
    ]

- Every answer has feedback. That of a wrong one says *why* it is wrong. It need not begin with
  "Right" or "Wrong": the quiz puts these words in front.
- ``multiple_choice`` has one right answer, ``many_choice`` two or more, and the quiz says so behind
  the question. Answers are shuffled on the screen, so none may speak of "the answer above".
- A range includes its lower end and excludes its upper one. No two answers of a numeric question
  may both fit a number. ``default`` comes last and is shown for all other numbers.
- Texts are plain. Words between backticks are shown as code. There is no HTML and no formula.
  A question may have a block of code as ``"code"``.
- The right number of a numeric question is computed again by ``tests/test_quizzes.py``: a new
  question needs its line in the table there.

`check_questions` lists what is wrong with a file. The chapter has to be run again when its
questions change, since the saved output holds them.
"""

from .quiz import Quiz

__all__ = ["Quiz"]
