"""A notebook on the screen: open it, run it, and find its labs."""

import json
import re

import nbformat
from lab_on_screen import LabOnScreen
from playwright.sync_api import expect

WIDE, NARROW = 1280, 768
_HEIGHT = 1000
_RUN_SECONDS = 900
_KERNEL_STATUS = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status"
_CELLS = "window.jupyterapp.shell.currentWidget.content"
_WAIT = 15_000  # milliseconds for anything else

# The app's own promise: the notebook is read, and its kernel answers.
_READY = """async () => {
  const panel = window.jupyterapp?.shell.currentWidget;
  if (!panel?.sessionContext) return false;
  await panel.context.ready;
  await panel.sessionContext.ready;
  return panel.sessionContext.session?.kernel?.connectionStatus === "connected";
}"""


def small_notebook(path, cells):
    """Write a notebook of code cells, as an author saves it before the first run."""
    notebook = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {
                "name": "python3",
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
            },
            "language_info": {"name": "python"},
        },
        cells=[nbformat.v4.new_code_cell(source) for source in cells],
    )
    nbformat.write(notebook, path)


class NotebookPage:
    """One notebook in a browser window of its own.

    Parameters
    ----------
    browser : playwright.sync_api.Browser
    server : serving.Server
    name : str
        A notebook in the server's root folder.

    Attributes
    ----------
    page : playwright.sync_api.Page
    errors : list of str
        Errors of the page itself, such as exceptions of its JavaScript.
    foreign_requests : list of str
        Addresses off this computer that the page asked for.
    """

    def __init__(self, browser, server, name):
        self._browser, self.server, self.name = browser, server, name
        self.errors, self.foreign_requests = [], []
        self.open()

    def open(self):
        """Open the notebook, in a new window."""
        self._context = self._browser.new_context(viewport={"width": WIDE, "height": _HEIGHT})
        self.page = self._context.new_page()
        self.page.set_default_timeout(_WAIT)
        self.page.on(
            "pageerror", lambda error: self.errors.append(f"{error}: {(error.stack or '')[:400]}")
        )
        self._context.on("request", self._note_request)
        self.page.goto(self.server.notebook_url(self.name))
        self.page.locator(".jp-NotebookPanel:visible").wait_for(timeout=60_000)
        self.page.wait_for_function(_READY, timeout=60_000)

    def _note_request(self, request):
        if not request.url.startswith((self.server.address, "data:", "blob:")):
            self.foreign_requests.append(request.url)

    def close(self):
        """Close the window; the kernel goes on, as when a person closes it."""
        self._context.close()

    def command(self, name, **arguments):
        """Run one of the app's commands, as its menu does; return when it has ended."""
        self.page.evaluate(
            "([name, arguments]) => window.jupyterapp.commands.execute(name, arguments).then()",
            [name, arguments],
        )

    def run_all(self):
        """Run all cells; return when the last has ended."""
        self._begin("notebook:run-all-cells")
        self._wait_for_end()

    def restart(self):
        """Restart the kernel, through the dialogue."""
        self._begin("notebook:restart-kernel")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.wait_for_function("window.fmnistEnded")
        self.page.wait_for_function(f"{_KERNEL_STATUS} === 'idle'", timeout=60_000)

    def restart_and_run_all(self):
        """Restart the kernel and run all cells, through the dialogue; return when all has ended."""
        self._begin("notebook:restart-run-all")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self._wait_for_end()

    def _begin(self, command):
        self.page.evaluate(
            """command => {
              window.fmnistEnded = false;
              const end = () => { window.fmnistEnded = true; };
              window.jupyterapp.commands.execute(command).then(end, end);
            }""",
            command,
        )

    def _wait_for_end(self):
        # Not in evaluate(), which would wait for ever.
        self.page.wait_for_function("window.fmnistEnded", timeout=_RUN_SECONDS * 1000)
        # JupyterLab says so at the first error, also of a cell that is meant to fail, while the
        # cells behind it go on. Idle several times in a row is the end.
        idle = 0
        for _ in range(_RUN_SECONDS * 2):
            idle = idle + 1 if self.page.evaluate(_KERNEL_STATUS) == "idle" else 0
            if idle == 4:
                return
            self.page.wait_for_timeout(500)
        raise AssertionError("the kernel does not come to an end")

    def cell(self, number):
        """Return a cell, counted from 0."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(number)

    def cells(self):
        """Return id and kind of all cells in their order, when each key pressed so far has acted.

        The last is Enter, on the active cell, which opens it.
        """
        self.page.evaluate(f"{_CELLS}.mode = 'command'; {_CELLS}.activeCell.node.focus()")
        self.page.keyboard.press("Enter")
        self.page.wait_for_function(f"{_CELLS}.mode === 'edit'")
        self.page.evaluate(f"{_CELLS}.mode = 'command'")
        return self.page.evaluate(f"Array.from({_CELLS}.model.cells, each => [each.id, each.type])")

    def run_cell(self, number, wait=True):
        """Run one cell by Control+Enter."""
        cell = self.cell(number)
        cell.locator(".jp-InputArea-editor").click()
        self.page.keyboard.press("Control+Enter")
        if wait:
            self.page.wait_for_timeout(100)
            prompt = cell.locator(".jp-InputPrompt")
            expect(prompt).to_have_text(re.compile(r"\[\d+\]"), timeout=120_000)

    def save(self):
        """Save the notebook and return it as it is on the disk."""
        self.command("docmanager:save")
        return nbformat.read(self.server.root / self.name, as_version=4)

    def is_saved_by_key(self):
        """Press Control+S where the focus is; return whether the file was written, in a while."""
        path = self.server.root / self.name
        before = path.stat().st_mtime_ns
        self.page.evaluate(f"{_CELLS}.model.sharedModel.setMetadata('pressed', {before})")
        self.page.keyboard.press("Control+s")
        for _ in range(60):
            if path.stat().st_mtime_ns != before:
                return True
            self.page.wait_for_timeout(500)
        return False

    def errors_of_cells(self):
        """Return id and message of each error output, text on stderr, and cell that did not run.

        A cell tagged ``raises-exception`` is there to show its error.
        """
        found = []
        for cell in self.save().cells:
            if cell.cell_type == "code" and cell.execution_count is None:
                found.append(f"{cell.id}: was not run")
            if "raises-exception" in cell.metadata.get("tags", []):
                continue
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    found.append(f"{cell.id}: {output.ename}: {output.evalue}")
                elif output.get("name") == "stderr":
                    found.append(f"{cell.id}: {output.text}")
        return found

    def wait_for_labs(self, count):
        """Wait until the page has so many labs."""
        expect(self.labs()).to_have_count(count)

    def labs(self):
        """Return the locator of all labs on the page."""
        return self.page.locator(".fmnist-lab")

    def lab(self, number=0):
        """Return one lab."""
        return LabOnScreen(self, number)

    def set_width(self, width):
        """Make the window so wide, and wait until it is drawn."""
        self.page.set_viewport_size({"width": width, "height": _HEIGHT})
        self._wait_for_layout()

    def set_pane(self, lab, width, height):
        """Make the window so large that the lab is so wide, and the notebook's pane so high."""
        for _ in range(2):  # toolbars may wrap, which changes the rest
            wide = lab.root.evaluate("lab => lab.parentElement.getBoundingClientRect().width")
            high = self.page.locator(".jp-NotebookPanel-notebook:visible").bounding_box()["height"]
            window = self.page.viewport_size
            self.page.set_viewport_size(
                {
                    "width": window["width"] + width - round(wide),
                    "height": window["height"] + height - round(high),
                }
            )
            self._wait_for_layout()

    def _wait_for_layout(self):
        self.page.evaluate(
            "new Promise(done => setTimeout(() => requestAnimationFrame(done), 150))"
        )

    def set_theme(self, name):
        """Change JupyterLab's theme, such as ``"JupyterLab Dark"``."""
        self.command("apputils:change-theme", theme=name)
        light = json.dumps("Dark" not in name)
        self.page.wait_for_function(f"document.body.dataset.jpThemeLight === '{light}'")
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")

    def forget_problems(self):
        """Begin again to look out for problems."""
        self.errors.clear()
        self.foreign_requests.clear()

    def problems(self):
        """Return what went wrong in the window, in words; an empty list if nothing did."""
        found = [f"page error: {error}" for error in self.errors]
        found += [f"request off this computer: {url}" for url in self.foreign_requests]
        missing = self.page.get_by_text("Error displaying widget")
        found += [f"on the page: {text}" for text in missing.all_inner_texts()]
        return found
