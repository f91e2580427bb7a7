"""The drift report: which lines moved, and whether only their numbers did."""

from drift_report import cells_compared, compared
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output


def chapter(*texts, tags=()):
    cells = [new_markdown_cell("## Train it")]
    for text in texts:
        printed = [new_output("stream", text=text)]
        cells.append(new_code_cell("", outputs=printed, metadata={"tags": list(tags)}))
    return new_notebook(cells=cells)


def test_a_number_that_moved_is_told_from_a_text_that_changed():
    assert list(compared(["mean 0.8194"], ["mean 0.8196"])) == [
        ("mean 0.8194", "mean 0.8196", True)
    ]
    assert list(compared(["mean 1"], ["error 1"])) == [("mean 1", "error 1", False)]
    assert list(compared(["a 1"], [])) == [("a 1", "", False)]
    assert list(compared(["a 1"], ["a 1"])) == []


def test_cells_are_named_by_their_section_and_ignored_where_they_say_so():
    before, after = chapter("loss 0.4444\n", "same\n"), chapter("loss 0.4445\n", "same\n")
    moved = [("Train it", "loss 0.4444", "loss 0.4445", True)]
    assert list(cells_compared(before, after)) == moved
    ignored = chapter("1\n", tags=["nbval-ignore-output"])
    assert list(cells_compared(ignored, chapter("2\n"))) == []
