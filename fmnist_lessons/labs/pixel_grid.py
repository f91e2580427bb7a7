"""A control to paint on: 28 by 28 pixels, by mouse, finger or keyboard."""

import anywidget
import numpy as np
import traitlets

from ..checks import IMAGE_SIDE, PIXELS

LARGEST_BRUSH = 4

_JAVASCRIPT = """
const SIDE = 28, CELL = 16, MILLISECONDS = 50;
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function render({ model, el }) {
  const canvas = document.createElement("canvas");
  canvas.className = "fmnist-pixel-grid";
  canvas.width = canvas.height = SIDE * CELL;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  // JupyterLab has shortcuts of its own for the arrows, Enter and Space.
  canvas.dataset.lmSuppressShortcuts = "true";
  const place = document.createElement("div");
  place.className = "fmnist-pixel-grid-place";
  place.setAttribute("aria-live", "polite");
  el.append(canvas, place);

  const small = document.createElement("canvas");
  small.width = small.height = SIDE;
  const context = canvas.getContext("2d"), smallContext = small.getContext("2d");
  const shades = smallContext.createImageData(SIDE, SIDE);
  let pixels = new Uint8Array(SIDE * SIDE), row = 14, column = 14;
  let timer = 0, sentAt = 0, last = null;

  const clamp = (number) => Math.min(Math.max(number, 0), SIDE - 1);
  const corner = (number) => number - Math.floor((model.get("brush") - 1) / 2);

  const draw = () => {
    for (let i = 0; i < SIDE * SIDE; i++) {
      const shade = 255 - pixels[i];
      shades.data.set([shade, shade, shade, 255], 4 * i);
    }
    smallContext.putImageData(shades, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, SIDE * CELL, SIDE * CELL);
    if (document.activeElement !== canvas) return;
    // Black, white and black: seen on every shade.
    const size = model.get("brush") * CELL;
    const [x, y] = [corner(column) * CELL, corner(row) * CELL];
    for (const [colour, inset] of [["black", -1], ["white", 1], ["black", 3]]) {
      context.strokeStyle = colour;
      context.lineWidth = 2;
      context.strokeRect(x + inset, y + inset, size - 2 * inset, size - 2 * inset);
    }
  };
  const say = () => {
    place.textContent = `Row ${row}, column ${column}: ${pixels[row * SIDE + column]}`;
  };
  const show = () => {
    const value = model.get("pixels");
    clearTimeout(timer);
    timer = 0;
    pixels = new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
    draw();
    say();
  };
  const setLabel = () => canvas.setAttribute("aria-label", model.get("label"));

  const send = () => {
    timer = 0;
    sentAt = performance.now();
    model.set("pixels", new DataView(pixels.slice().buffer));
    model.save_changes();
  };
  const paint = (value) => {
    const size = model.get("brush");
    for (let i = corner(row); i < corner(row) + size; i++)
      for (let j = corner(column); j < corner(column) + size; j++)
        if (i >= 0 && i < SIDE && j >= 0 && j < SIDE) pixels[i * SIDE + j] = value;
    timer ||= setTimeout(send, Math.max(0, sentAt + MILLISECONDS - performance.now()));
  };
  const useTool = () => paint(model.get("tool") === "erase" ? 0 : 255);

  const pointerCell = (event) => {
    const box = canvas.getBoundingClientRect();
    return [
      clamp(Math.floor(((event.clientY - box.top) / box.height) * SIDE)),
      clamp(Math.floor(((event.clientX - box.left) / box.width) * SIDE)),
    ];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    last = [row, column] = pointerCell(event);
    useTool();
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    // All cells on the way: a quick hand leaves gaps between two events.
    const [fromRow, fromColumn] = last;
    last = pointerCell(event);
    const steps = Math.max(Math.abs(last[0] - fromRow), Math.abs(last[1] - fromColumn));
    for (let step = 1; step <= steps; step++) {
      row = Math.round(fromRow + ((last[0] - fromRow) * step) / steps);
      column = Math.round(fromColumn + ((last[1] - fromColumn) * step) / steps);
      useTool();
    }
    draw();
  });
  const lift = () => {
    if (!last) return;
    last = null;
    say();
  };
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, lift);

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const step = STEPS[event.key];
    if (step) {
      if (event.shiftKey) useTool();
      row = clamp(row + step[0]);
      column = clamp(column + step[1]);
      if (event.shiftKey) useTool();
    } else if (event.key === " " || event.key === "Enter") useTool();
    else if (event.key === "Delete" || event.key === "Backspace") paint(0);
    else return;
    event.preventDefault();
    event.stopPropagation();
    draw();
    say();
  });
  for (const name of ["focus", "blur"]) canvas.addEventListener(name, draw);

  const watched = [["pixels", show], ["brush", draw], ["label", setLabel]];
  for (const [name, react] of watched) model.on(`change:${name}`, react);
  setLabel();
  show();
  return () => {
    clearTimeout(timer);
    for (const [name, react] of watched) model.off(`change:${name}`, react);
  };
}
export default { render };
"""

_STYLE = """
.fmnist-pixel-grid {
  display: block; width: 224px; height: 224px; margin: 5px; box-sizing: border-box;
  border: 1px solid #999;
  background: white; cursor: crosshair; touch-action: none;
}
.fmnist-pixel-grid:focus { outline: 3px solid #D55E00; outline-offset: 1px; }
.fmnist-pixel-grid-place {
  width: 224px; height: 1.6em; margin: 0 5px; color: var(--jp-content-font-color1, inherit);
  font-variant-numeric: tabular-nums;
}
"""

_KEYS = (
    "Arrow keys move the cursor. Space or Enter paints or erases, as the tool says. Shift with an "
    "arrow does so while moving. Delete erases. Rows and columns go from 0 to 27."
)


class PixelGrid(anywidget.AnyWidget):
    """A picture of 28 by 28 pixels to paint on and erase.

    A drag of the mouse paints. With the keyboard, arrow keys move a cursor, Space or Enter paints,
    Shift with an arrow paints on the way, and Delete erases. A line below says row, column and
    value of the pixel at the cursor. While somebody paints, the kernel hears of it at most twenty
    times a second.

    Parameters
    ----------
    pixels : bytes, 784 of them
        The picture row by row, each pixel from 0 (white) to 255 (black).
    tool : {'paint', 'erase'}
    brush : int, default=2
        Side of the square that is painted at once, 1 to 4 pixels.
    label : str
        What screen readers say of it.
    """

    _esm = _JAVASCRIPT
    _css = _STYLE

    # The message from the browser carries a memoryview, which traitlets does not take for bytes.
    pixels = traitlets.Bytes(bytes(PIXELS)).tag(
        sync=True, from_json=lambda value, widget: bytes(value)
    )
    tool = traitlets.Enum(["paint", "erase"], "paint").tag(sync=True)
    brush = traitlets.Int(2, min=1, max=LARGEST_BRUSH).tag(sync=True)
    label = traitlets.Unicode(f"Picture to paint on. {_KEYS}").tag(sync=True)

    @traitlets.validate("pixels")
    def _check_pixels(self, proposal):
        if len(proposal["value"]) != PIXELS:
            raise traitlets.TraitError(
                f"pixels must be {PIXELS} bytes, one a pixel; got {len(proposal['value'])}."
            )
        return proposal["value"]

    @property
    def picture(self):
        """The pixels as an array of shape (28, 28), dtype uint8, read-only."""
        return np.frombuffer(self.pixels, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)

    def describe(self, name):
        """Say what the picture shows, for screen readers, before the keys."""
        self.label = f"{name}, to paint on. {_KEYS}"
