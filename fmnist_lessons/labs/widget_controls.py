"""Controls of the labs that ipywidgets does not have: sliders that screen readers can name."""

import anywidget
import ipywidgets
import traitlets

_SLIDER_JAVASCRIPT = """
function render({ model, el }) {
  const input = document.createElement("input");
  input.type = "range";
  input.style.cssText = "width: 300px; max-width: calc(100% - 24px); margin: 6px 12px;" +
    " vertical-align: middle";
  const show = () => {
    // The range first: a browser clamps the value to it.
    for (const name of ["min", "max", "step", "disabled", "value"]) input[name] = model.get(name);
    input.setAttribute("aria-label", model.get("label"));
    input.title = model.get("label");
  };
  const names = ["min", "max", "step", "disabled", "value", "label"];
  for (const name of names) model.on(`change:${name}`, show);
  input.addEventListener("input", () => {
    model.set("value", Number(input.value));
    model.save_changes();
  });
  show();
  el.append(input);
  return () => names.forEach((name) => model.off(`change:${name}`, show));
}
export default { render };
"""


class NamedSlider(anywidget.AnyWidget):
    """A slider for whole numbers, the browser's own, with a name that screen readers read.

    The handle of ``ipywidgets.IntSlider`` has none. Like that one, it moves by arrow keys, Page Up,
    Page Down, Home and End, and keeps its value within its range.

    Parameters
    ----------
    label : str
        The name.
    value, min, max : int
        Where it stands, and its range.
    step : int, default=1
    disabled : bool, default=False
    """

    _esm = _SLIDER_JAVASCRIPT

    label = traitlets.Unicode().tag(sync=True)
    min = traitlets.Int(0).tag(sync=True)
    max = traitlets.Int(100).tag(sync=True)
    step = traitlets.Int(1).tag(sync=True)
    value = traitlets.Int(0).tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)

    @traitlets.validate("value")
    def _keep_in_range(self, proposal):
        return min(max(proposal["value"], self.min), self.max)

    @traitlets.observe("min", "max")
    def _keep_in_new_range(self, _):
        self.value = self.value  # which validates it


class NamedFloatSlider(NamedSlider):
    """The same for numbers with a decimal point."""

    min = traitlets.CFloat(0.0).tag(sync=True)
    max = traitlets.CFloat(1.0).tag(sync=True)
    step = traitlets.CFloat(0.01).tag(sync=True)
    value = traitlets.CFloat(0.0).tag(sync=True)


# As ipywidgets builds a number box, so that it looks like the others. It tells which slider was
# moved, and not where all of them stand: the kernel may have moved the others in the meantime.
# Moves that come while the kernel is busy with the ones before go together.
_SLIDERS_JAVASCRIPT = """
function render({ model, el }) {
  el.classList.add("fmnist-sliders");
  let moves = {}, sent = null; // where to, by number; still here, and on the way
  const send = () => {
    [sent, moves] = [moves, {}];
    const done = (message) => {
      if (message.content.execution_state !== "idle") return;
      sent = null;
      if (Object.keys(moves).length) send();
      show();
    };
    model.send({ moved: sent }, { iopub: { status: done } });
  };
  const move = (number, value, [box, slider]) => {
    value = Math.min(Math.max(value, model.get("min")), model.get("max"));
    box.value = slider.value = String(value);
    shown[number] = value;
    moves[number] = value;
    if (!sent) send();
  };
  const rows = model.get("labels").map((label, number) => {
    const [row, part, words, box, slider] = ["div", "div", "label", "input", "input"].map(
      (tag) => document.createElement(tag),
    );
    part.className = "jupyter-widgets widget-inline-hbox widget-text";
    words.className = "widget-label";
    words.textContent = words.title = slider.title = label;
    words.htmlFor = box.id = `fmnist-${Math.random().toString(36).slice(2)}`;
    box.type = "number";
    slider.type = "range";
    slider.setAttribute("aria-label", label);
    box.addEventListener("keydown", (event) => event.stopPropagation());
    box.addEventListener("change", () => {
      if (box.value === "") box.value = shown[number]; // nothing, or no number
      else move(number, Number(box.value), [box, slider]);
    });
    slider.addEventListener("input", () => move(number, Number(slider.value), [box, slider]));
    part.append(words, box);
    row.append(part, slider);
    el.append(row);
    return [box, slider];
  });
  const shown = [];
  const show = () => rows.forEach(([box, slider], number) => {
    // The range first: a browser clamps the value to it.
    for (const input of [box, slider])
      for (const name of ["min", "max", "step"]) input[name] = model.get(name);
    if (number in moves || (sent && number in sent)) return; // it stands where it was moved to
    const value = model.get("values")[number];
    slider.value = String(value);
    if (value !== shown[number]) box.value = String(value); // else leave what is half typed
    shown[number] = value;
  });
  const names = ["min", "max", "step", "values"];
  for (const name of names) model.on(`change:${name}`, show);
  show();
  return () => names.forEach((name) => model.off(`change:${name}`, show));
}
export default { render };
"""

_SLIDERS_STYLE = """
.fmnist-sliders { display: flex; flex-wrap: wrap; }
.fmnist-sliders > div { display: flex; align-items: center; }
.fmnist-sliders .widget-text { width: 170px; }
.fmnist-sliders .widget-label { width: 82px; }
.fmnist-sliders input[type="range"] { width: 100px; margin: 6px 12px; }
"""


class NamedFloatSliders(anywidget.AnyWidget):
    """Several sliders for numbers with a decimal point, each with its number box, as one widget.

    The browser draws the page anew for each widget that changes: twenty of them would take long.

    Parameters
    ----------
    labels : list of str
        What stands before each box, and what screen readers call the slider.
    values : list of float
        Where they stand, one a label; each is kept within the range.
    min, max : float, default=0.0, 1.0
        The range of all.
    step : float, default=0.01
    """

    _esm = _SLIDERS_JAVASCRIPT
    _css = _SLIDERS_STYLE

    labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    min = traitlets.CFloat(0.0).tag(sync=True)
    max = traitlets.CFloat(1.0).tag(sync=True)
    step = traitlets.CFloat(0.01).tag(sync=True)
    values = traitlets.List(traitlets.CFloat()).tag(sync=True)

    def __init__(self, labels, values, **options):
        super().__init__(labels=labels, values=values, **options)
        self.on_msg(self._take_moves)

    def show(self, values, smallest, largest):
        """Move all to these values, in this range, by one message to the browser."""
        with self.hold_sync():
            self.min, self.max = smallest, largest
            self.values = values

    def _take_moves(self, _, content, buffers):
        values = list(self.values)
        for number, value in content["moved"].items():
            values[int(number)] = value
        self.values = values

    @traitlets.validate("values")
    def _keep_in_range(self, proposal):
        values = proposal["value"]
        if len(values) != len(self.labels):
            raise traitlets.TraitError(
                f"values must be one number for each of the {len(self.labels)} labels; "
                f"got {len(values)}."
            )
        return [min(max(value, self.min), self.max) for value in values]

    @traitlets.observe("min", "max")
    def _keep_in_new_range(self, _):
        self.values = list(self.values)  # which validates them


_TYPING_JAVASCRIPT = """
const USE_KEYS = ".fmnist-lab select, .fmnist-lab input[type=range], .fmnist-lab [role=region]";
const NUMBER = "input[type=number]";
function initialize() {
  const keep = (event) => {
    if (event.target.matches(USE_KEYS)) {
      event.target.setAttribute("data-lm-suppress-shortcuts", "true");
    }
  };
  document.addEventListener("focusin", keep);
  return () => document.removeEventListener("focusin", keep);
}
// A number box takes the end of its range in place of a number beyond it, without a word, and some
// browsers drop a comma: 3,5 becomes 35.
function render({ model, el }) {
  const inLab = (target) =>
    target.matches(NUMBER) && el.closest(".fmnist-lab")?.contains(target);
  let typed = "", comma = null;
  const onKey = (event) => {
    if (event.key === "," && inLab(event.target)) comma = event.target;
  };
  const before = (event) => { typed = event.target.value; };
  const after = ({ target }) => {
    if (!inLab(target)) return;
    const dropped = comma === target && !typed.includes(".");
    comma = null;
    const bounded = typed !== "" && Number(typed) !== Number(target.value);
    if (!dropped && !bounded) return;
    const name = target.labels[0]?.innerText.trim() ?? "";
    model.send({ name, typed, taken: target.value, bounded, dropped });
  };
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("change", before, true);
  document.addEventListener("change", after); // when the box has done its part
  return () => {
    document.removeEventListener("keydown", onKey, true);
    document.removeEventListener("change", before, true);
    document.removeEventListener("change", after);
  };
}
export default { initialize, render };
"""


class TypingCare(anywidget.AnyWidget):
    """Sees to what is typed in a lab. Shows nothing.

    It keeps JupyterLab's shortcuts away from controls that need the same keys. In command mode the
    arrow keys choose a cell and B makes one, also while a menu, a slider or a scrolled table of a
    lab has the focus: then it would get none of these keys.

    And it tells which number was typed into a box, where the box has taken another.

    Parameters
    ----------
    on_other_number : callable
        Called as ``on_other_number(name, typed, taken, comma_dropped)``: the label of the box, what
        was typed if that is beyond its range, else None, what the box has taken, and whether a
        comma was typed that did not arrive.
    """

    _esm = _TYPING_JAVASCRIPT

    def __init__(self, on_other_number):
        super().__init__()
        self._on_other_number = on_other_number
        self.on_msg(self._tell)

    def _tell(self, _, content, buffers):
        name, typed, taken = (str(content.get(key, ""))[:40] for key in ("name", "typed", "taken"))
        self._on_other_number(
            name, typed if content.get("bounded") else None, taken, bool(content.get("dropped"))
        )


def labelled_slider(label, **options):
    """Return a slider for whole numbers and a number box that goes with it.

    The box carries the label in writing; moving one does not yet move the other.
    """
    return NamedSlider(label=label, **options), ipywidgets.BoundedIntText(
        description=label,
        style={"description_width": "initial"},
        layout={"width": "12em"},
        **options,
    )


def labelled_float_slider(label, **options):
    """Return a slider for numbers with a decimal point and a number box, as `labelled_slider`."""
    return NamedFloatSlider(label=label, **options), ipywidgets.BoundedFloatText(
        description=label,
        style={"description_width": "initial"},
        layout={"width": "13em"},
        **options,
    )


def number_box_range(widgets, name):
    """Return the range of the number box of that name, and whether it takes a decimal point.

    Parameters
    ----------
    widgets : iterable of ipywidgets.Widget
        Where to look for it.
    name : str
        What stands before the box.

    Returns
    -------
    tuple of (float, float, bool) or None
        None if there is no such box.
    """
    for widget in widgets:
        if isinstance(widget, NamedFloatSliders) and name in widget.labels:
            return widget.min, widget.max, True
        decimal = isinstance(widget, ipywidgets.BoundedFloatText)
        if (decimal or isinstance(widget, ipywidgets.BoundedIntText)) and (
            widget.description == name
        ):
            return widget.min, widget.max, decimal
    return None


def row(*widgets):
    """Return the widgets side by side, or below each other where the window is narrow."""
    return ipywidgets.HBox(widgets, layout={"flex_flow": "row wrap", "align_items": "center"})
