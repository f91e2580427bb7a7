"""The boards of `DrawLab`: an ipycanvas to draw on, or 28 by 28 pixels where that is missing."""

import math
from types import MappingProxyType

import anywidget
import ipywidgets
import numpy as np
import traitlets
from PIL import Image

from ..checks import IMAGE_SIDE
from ..pictures.prepare import DRAWING_SIDE, Stroke, draw_strokes
from ..pictures.read import WHITE
from .pixel_grid import LARGEST_BRUSH, PixelGrid

BACKGROUND, CURSOR = 0, 1  # layers: what is drawn, and where the keyboard stands
_STEP, _SMALL_STEP = 10, 2
_ARROWS = {"ArrowLeft": (-1, 0), "ArrowRight": (1, 0), "ArrowUp": (0, -1), "ArrowDown": (0, 1)}
_SHORTEST = 2  # a mouse tells of each pixel; so many points would only take time

_LABEL = (
    f"Drawing board, {DRAWING_SIDE} by {DRAWING_SIDE}. Arrow keys move the pen, with Shift by "
    "small steps. Space puts it down and lifts it. Tab leaves the board."
)

# ipycanvas gives its canvas no name, keeps the Tab key and the mouse wheel to itself, and tells the
# kernel of every move of a mouse or a finger. A line that goes to the kernel and back comes late,
# and not at all while the kernel is busy. So a stroke is drawn here, on a canvas of our own above
# that of ipycanvas, and told as a whole when it ends. It stays there until the kernel has drawn it.
_JAVASCRIPT = """
const KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", " "];
const MOUSE_AND_TOUCH = [
  ...["mousedown", "mousemove", "mouseup", "mouseout"],
  ...["touchstart", "touchmove", "touchend", "touchcancel"],
];
const SHORTEST = 2; // as the kernel has it

function drawStroke(context, points, brush, shade) {
  const [first, ...others] = points;
  context.strokeStyle = context.fillStyle = `rgb(${shade},${shade},${shade})`;
  context.lineWidth = brush;
  context.lineCap = context.lineJoin = "round";
  context.beginPath();
  if (others.length) {
    context.moveTo(...first);
    for (const point of others) context.lineTo(...point);
    context.stroke();
  } else {
    context.arc(...first, brush / 2, 0, 2 * Math.PI);
    context.fill();
  }
}

function render({ model, el }) {
  el.style.display = "none";
  let timer = 0;
  const stop = new AbortController();
  const dress = (canvas) => {
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", model.get("label"));
    canvas.classList.add("fmnist-board-canvas");
    // JupyterLab has shortcuts of its own for the arrows and Space.
    canvas.dataset.lmSuppressShortcuts = "true";
    const keepFromIpycanvas = (name, unwanted = () => true) =>
      canvas.addEventListener(
        name,
        (event) => {
          if (unwanted(event)) event.stopImmediatePropagation();
          // As ipycanvas does: else a finger that rests opens a menu.
          if (name.startsWith("touch")) event.preventDefault();
        },
        { capture: true, passive: false, signal: stop.signal },
      );
    keepFromIpycanvas(
      "keydown",
      (event) => event.ctrlKey || event.altKey || event.metaKey || !KEYS.includes(event.key),
    );
    keepFromIpycanvas("wheel");
    MOUSE_AND_TOUCH.forEach((name) => keepFromIpycanvas(name));

    const above = document.createElement("canvas");
    above.className = "fmnist-board-stroke";
    above.setAttribute("aria-hidden", "true");
    [above.width, above.height] = [canvas.width, canvas.height];
    canvas.after(above);
    stop.signal.addEventListener("abort", () => above.remove());
    const context = above.getContext("2d");

    let pointer = null, points = []; // of the stroke that is being drawn
    let sent = 0; // strokes that the kernel has not drawn yet
    const take = ({ clientX, clientY }) => {
      const box = canvas.getBoundingClientRect();
      const point = [
        ((clientX - box.left) * canvas.width) / box.width,
        ((clientY - box.top) * canvas.height) / box.height,
      ];
      const last = points.at(-1);
      if (last && Math.hypot(point[0] - last[0], point[1] - last[1]) < SHORTEST) return;
      points.push(point);
      drawStroke(context, points.slice(-2), model.get("brush"), model.get("shade"));
    };
    const lift = () => {
      const drawn = (message) => {
        if (message.content.execution_state !== "idle") return;
        sent -= 1;
        // When the browser has shown what ipycanvas has drawn.
        requestAnimationFrame(() => requestAnimationFrame(() => {
          if (!sent && pointer === null) context.clearRect(0, 0, above.width, above.height);
        }));
      };
      sent += 1;
      model.send({ stroke: points }, { iopub: { status: drawn } });
      [pointer, points] = [null, []];
    };
    const on = (name, act) => canvas.addEventListener(name, act, { signal: stop.signal });
    on("pointerdown", (event) => {
      if (pointer !== null || event.button !== 0) return;
      // Else a finger that leaves the board would go on drawing.
      if (canvas.hasPointerCapture(event.pointerId)) canvas.releasePointerCapture(event.pointerId);
      [above.style.left, above.style.top] = [`${canvas.offsetLeft}px`, `${canvas.offsetTop}px`];
      pointer = event.pointerId;
      take(event);
    });
    on("pointermove", (event) => {
      if (event.pointerId !== pointer) return;
      if (!(event.buttons & 1)) return lift(); // the button went up where nothing was told of it
      const moves = event.getCoalescedEvents?.() ?? [];
      (moves.length ? moves : [event]).forEach(take);
    });
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
      on(name, (event) => {
        if (event.pointerId !== pointer) return;
        if (name === "pointerleave") take(event); // up to the edge
        lift();
      });
    }

    const tell = (focused) => { model.set("focused", focused); model.save_changes(); };
    on("focus", () => tell(true));
    on("blur", () => tell(false));
  };
  const find = () => {
    const canvas = el.closest(".fmnist-board")?.querySelector("canvas");
    if (canvas) dress(canvas);
    else timer = setTimeout(find, 30);
  };
  find();
  return () => { clearTimeout(timer); stop.abort(); };
}
export default { render };
"""

_STYLE = """
.fmnist-board { position: relative; }
.fmnist-board-stroke { position: absolute; pointer-events: none; }
.fmnist-board-canvas {
  background: white; outline: 1px solid #767676; cursor: crosshair; touch-action: none;
}
.fmnist-board-canvas:focus { outline: 3px solid #D55E00; }
"""


class CanvasCare(anywidget.AnyWidget):
    """Mends what the canvas beside it lacks: a name, a way out by Tab, strokes that come at once.

    Parameters
    ----------
    label : str
        What screen readers say of the canvas.
    brush, shade : int
        Of the next stroke, as `Stroke` has them.

    Attributes
    ----------
    focused : bool
        Whether the canvas has the keyboard.
    """

    _esm = _JAVASCRIPT
    _css = _STYLE

    label = traitlets.Unicode(_LABEL).tag(sync=True)
    brush = traitlets.Int(40).tag(sync=True)
    shade = traitlets.Int(0).tag(sync=True)
    # Of no use to another window, so nothing is sent back.
    focused = traitlets.Bool(False).tag(sync=True, echo_update=False)


class DrawingBoard(ipywidgets.VBox):
    """A white square of 280 by 280 to draw on with a round brush.

    Finished strokes are kept here, in the kernel, and the canvas only shows them. A stroke by
    mouse, finger or pen comes from the browser when it ends; one by keyboard is drawn here.

    Parameters
    ----------
    finished : callable
        Called without arguments when a stroke has ended.
    say : callable
        Called with a sentence for people who cannot see where the pen stands.

    Attributes
    ----------
    strokes : list of Stroke
        The finished strokes.
    brush, shade : int
        Of the next stroke, as `Stroke` has them.
    largest_brush : int
    shades : dict of str to int
        The grey values that it can paint with.

    Raises
    ------
    ImportError
        If ipycanvas is not installed.
    """

    largest_brush = 100
    shades = MappingProxyType(
        {"black": 0, "dark grey": 60, "grey": 110, "light grey": 180, "white (erases)": WHITE}
    )
    _canvas = None  # for close(), which Python also calls when there is no ipycanvas

    def __init__(self, finished, say):
        import ipycanvas  # optional: the chapters run without it

        self._hold = ipycanvas.hold_canvas
        self._finished, self._say = finished, say
        self.strokes = []
        self._points = None  # of the stroke that the keyboard is drawing
        self._cursor = (DRAWING_SIDE // 2, DRAWING_SIDE // 2)
        side = f"{DRAWING_SIDE}px"
        canvas = ipycanvas.MultiCanvas(
            2,
            width=DRAWING_SIDE,
            height=DRAWING_SIDE,
            layout={"width": side, "height": side, "margin": "4px", "flex": "none"},
        )
        self._canvas = canvas
        self._care = CanvasCare()
        self._cursor_shown = False
        super().__init__([canvas, self._care], layout={"overflow": "visible"})
        self.add_class("fmnist-board")

        canvas.on_client_ready(self._open)
        canvas.on_key_down(self._key)
        self._care.observe(self._leave, names="focused")
        self._care.on_msg(self._take_stroke)

    @property
    def brush(self):
        """Diameter of the next stroke, 1 to 100."""
        return self._care.brush

    @brush.setter
    def brush(self, brush):
        self._care.brush = brush

    @property
    def shade(self):
        """Grey value of the next stroke, 0 to 255."""
        return self._care.shade

    @shade.setter
    def shade(self, shade):
        self._care.shade = shade

    @property
    def pen_is_down(self):
        """Whether the keyboard is drawing a stroke."""
        return self._points is not None

    @property
    def is_empty(self):
        """Whether nothing was drawn."""
        return not self.strokes

    def picture(self):
        """Return the finished strokes as an array of shape (280, 280), dtype uint8, on white."""
        return draw_strokes(self.strokes)

    def replace(self, strokes):
        """Show these strokes in place of what was drawn."""
        self._points = None
        self.strokes = list(strokes)
        self.redraw()

    def _open(self):
        # ipycanvas says on which canvas it draws only when that changes, and this window is new.
        self._canvas[BACKGROUND]._canvas_manager._current_canvas = None
        self.redraw()

    def redraw(self):
        """Draw all strokes once more: a window that has just opened has none."""
        layer = self._canvas[BACKGROUND]
        with self._hold():
            layer.fill_style = "white"
            layer.fill_rect(0, 0, DRAWING_SIDE, DRAWING_SIDE)
            for stroke in self.strokes:
                self._paint(stroke.points, stroke.brush, stroke.shade)
            if self._points:
                self._paint(self._points, self.brush, self.shade)

    def close(self):
        """Close the layers too, which are no children of the board."""
        if self._canvas is not None:
            for layer in (self._canvas[0], self._canvas[1]):
                layer.layout.close()
                layer.close()
        super().close()

    def _paint(self, points, brush, shade):
        layer = self._canvas[BACKGROUND]
        colour = f"rgb({shade},{shade},{shade})"
        if len(points) == 1:
            layer.fill_style = colour
            layer.fill_circle(*points[0], brush / 2)
            return
        layer.stroke_style = colour
        layer.line_width = brush
        layer.line_cap = layer.line_join = "round"
        layer.stroke_lines(np.array(points, float))

    def _take_stroke(self, _, content, buffers):
        """Keep a stroke that was drawn in the browser by mouse, finger or pen."""
        self._lift()
        self._hide_cursor()
        start, *others = content["stroke"]
        points = [_inside(*start)]
        for x, y in others:
            _go_on(points, x, y)
        with self._hold():
            self._paint(points, self.brush, self.shade)
        self._keep(points)

    def _begin(self):
        self._points = [self._cursor]
        with self._hold():
            self._paint(self._points, self.brush, self.shade)

    def _move(self):
        if self._points is not None and _go_on(self._points, *self._cursor):
            with self._hold():
                self._paint(self._points[-2:], self.brush, self.shade)

    def _lift(self):
        if self._points is None:
            return
        points, self._points = self._points, None
        self._keep(points)

    def _keep(self, points):
        self.strokes.append(Stroke(tuple(points), self.brush, self.shade))
        self._finished()

    def _key(self, key, shift, control, meta):
        if key == " ":
            if self.pen_is_down:
                self._lift()
            else:
                self._begin()
                self._tell("Pen down")
        elif key in _ARROWS:
            step = _SMALL_STEP if shift else _STEP
            self._cursor = _inside(
                *(place + step * way for place, way in zip(self._cursor, _ARROWS[key]))
            )
            self._move()
            self._tell("Drawn" if self.pen_is_down else "Pen up, moved")
        else:
            return
        self._show_cursor()

    def _tell(self, done):
        x, y = self._cursor
        self._say(f"{done}: {x:g} from the left, {y:g} from the top.")

    def _leave(self, change):
        if not change["new"]:
            self._hide_cursor()
            self._lift()

    def _show_cursor(self):
        layer, (x, y) = self._canvas[CURSOR], self._cursor
        self._cursor_shown = True
        reach = 8
        lines = [((x - reach, y), (x + reach, y)), ((x, y - reach), (x, y + reach))]
        with self._hold():
            layer.clear()
            # White below vermilion: seen on every shade.
            for colour, width in (("white", 5), ("#D55E00", 2)):
                layer.stroke_style, layer.line_width = colour, width
                for start, end in lines:
                    layer.stroke_line(*start, *end)
                layer.stroke_circle(x, y, self.brush / 2)

    def _hide_cursor(self):
        if self._cursor_shown:
            self._cursor_shown = False
            self._canvas[CURSOR].clear()


def _go_on(points, x, y):
    """Let a stroke's points go on to a further one, unless it is too near; return whether."""
    point = _inside(x, y)
    far = math.dist(points[-1], point) >= _SHORTEST
    if far:
        points.append(point)
    return far


def _inside(x, y):
    return tuple(round(min(max(float(each), 0), DRAWING_SIDE), 1) for each in (x, y))


class PixelBoard(ipywidgets.VBox):
    """Stands in for `DrawingBoard` without ipycanvas: 28 by 28 pixels to paint on, black or white.

    It keeps pixels, no strokes, and takes the same arguments.
    """

    largest_brush = LARGEST_BRUSH
    shades = MappingProxyType({"black": 0, "white (erases)": WHITE})

    def __init__(self, finished, say):
        self._finished = finished
        self.grid = PixelGrid()
        super().__init__([self.grid])
        self.grid.observe(self._painted, names="pixels")
        self._quiet = False

    @property
    def brush(self):
        """Side of the square that is painted at once, 1 to 4."""
        return self.grid.brush

    @brush.setter
    def brush(self, brush):
        self.grid.brush = brush

    @property
    def shade(self):
        """0, which paints, or 255, which erases."""
        return WHITE if self.grid.tool == "erase" else 0

    @shade.setter
    def shade(self, shade):
        self.grid.tool = "erase" if shade == WHITE else "paint"

    @property
    def is_empty(self):
        """Whether nothing was painted."""
        return not any(self.grid.pixels)

    def picture(self):
        """Return the pixels as an array of shape (28, 28), dtype uint8, on white."""
        return WHITE - self.grid.picture

    def replace(self, strokes):
        """Show these strokes, as coarse as the pixels are, in place of what was painted."""
        drawn = Image.fromarray(draw_strokes(strokes))
        small = drawn.resize((IMAGE_SIDE, IMAGE_SIDE), Image.Resampling.BOX)
        self._quiet = True
        try:
            self.grid.pixels = (WHITE - np.asarray(small)).tobytes()
        finally:
            self._quiet = False

    def _painted(self, change):
        if not self._quiet:
            self._finished()
