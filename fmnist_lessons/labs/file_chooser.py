"""A button that takes a file from the learner's computer, and never more than the kernel can."""

import anywidget
import traitlets
from ipywidgets.widgets.trait_types import TypedTuple

# ipywidgets' FileUpload sends whatever is chosen. Jupyter's server closes the connection on a
# message of more than 10 MiB, so a large file would be lost without a word.
_JAVASCRIPT = """
function render({ model, el }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "jupyter-widgets jupyter-button widget-button";
  button.style.width = "auto";
  button.title = model.get("tooltip");
  const icon = document.createElement("i");
  icon.className = "fa fa-upload";
  icon.setAttribute("aria-hidden", "true");
  button.append(icon, model.get("description"));
  const input = document.createElement("input");
  input.type = "file";
  input.accept = model.get("accept");
  input.hidden = true;
  button.addEventListener("click", () => input.click());
  // Else the same file, chosen once more, would be no change.
  input.addEventListener("click", () => { input.value = ""; });
  input.addEventListener("change", async () => {
    const file = input.files[0];
    if (!file) return;
    const chosen = { name: file.name, size: file.size, error: "", content: new ArrayBuffer(0) };
    try {
      if (file.size <= model.get("largest")) chosen.content = await file.arrayBuffer();
    } catch (error) {
      chosen.error = String(error.message ?? error);
    }
    model.set("value", [chosen]);
    model.save_changes();
  });
  el.append(button, input);
}
export default { render };
"""


class FileChooser(anywidget.AnyWidget):
    """A button that opens the browser's dialogue to choose one file.

    Parameters
    ----------
    description, tooltip : str
        What stands on the button, and what is said of it.
    accept : str
        Which files the dialogue offers, as HTML has it, such as ``".json"``.
    largest : int
        Files of more bytes are not sent.

    Attributes
    ----------
    value : tuple of dict
        Empty, or one file: its name, its size in bytes, its content, which is empty if the file is
        too large or could not be read, and in the latter case the browser's error. Whoever has
        taken it empties it, so that the same file can be chosen again.
    """

    _esm = _JAVASCRIPT

    description = traitlets.Unicode().tag(sync=True)
    tooltip = traitlets.Unicode().tag(sync=True)
    accept = traitlets.Unicode().tag(sync=True)
    largest = traitlets.Int().tag(sync=True)
    value = TypedTuple(traitlets.Dict()).tag(sync=True, echo_update=False)


def check_readable(file):
    """Raise a ValueError if the browser could not read a chosen file.

    Parameters
    ----------
    file : dict
        As `FileChooser.value` holds it.
    """
    if file.get("error"):
        raise ValueError(
            f"The browser could not read the file: {file['error'].rstrip('.')}. Choose it again."
        )
