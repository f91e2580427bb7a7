"""Run chapters from top to bottom and write them back, clean: what ``make notebooks`` does.

    python tests/tools/execute_chapters.py notebooks/01_look_at_the_data.ipynb ...

A chapter is written only when all of it ran.
"""

import os
import sys
import time
from pathlib import Path

import nbformat
from chapters import CELL_TIMEOUT, find_chapters, fresh_place
from nbclient import NotebookClient

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

# What a cell may carry: its tags; its place among the slides; that a solution starts folded.
CELL_METADATA = ("jupyter", "slideshow", "tags")


def clean(notebook):
    """Take out of an executed notebook what changes from run to run or place to place.

    Widget views go, since without their kernel JupyterLab shows an error in their place; the lab's
    picture stays. Of a traceback the last line stays: the others hold this machine's paths.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Changed in place.
    """
    notebook.metadata = {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata = {key: cell.metadata[key] for key in CELL_METADATA if key in cell.metadata}
        if "outputs" in cell:
            cell.outputs = _joined(cell.outputs)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
            if output.output_type == "error":
                output.traceback = [f"{output.ename}: {output.evalue}"]


def _joined(outputs):
    """Join what a slow cell printed line by line: in how many pieces it came, changes."""
    joined = []
    for output in outputs:
        if joined and "text" in output and output.get("name") == joined[-1].get("name"):
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def execute(path):
    """Run one chapter in a fresh kernel and write it back."""
    notebook = nbformat.read(path, as_version=4)
    with fresh_place() as (folder, environment):
        NotebookClient(
            notebook,
            timeout=CELL_TIMEOUT,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
        ).execute(env=environment)
    clean(notebook)
    temporary = path.with_suffix(".part")
    nbformat.write(notebook, temporary)
    os.replace(temporary, path)


def main(arguments):
    for path in [Path(argument).resolve() for argument in arguments] or find_chapters():
        start = time.perf_counter()
        execute(path)
        print(f"{path.name}: run and written, {time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
