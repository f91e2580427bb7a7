"""A lab as a person meets it: by mouse, by keyboard, by eye and by screen reader."""

import contextlib
import re

from axe import axe_violations
from layout import LAYOUT_PROBLEMS
from playwright.sync_api import expect

_MOST_TABS = 60
# Which tells the page what to do: a button acts when it is let go.
_COMMANDS = ("click", "keydown", "input", "change")

# Which of the document's elements has the focus, and whether the lab holds it; without its icon.
_FOCUSED = r"""lab => {
  const element = document.activeElement;
  const said = element.cloneNode(true);
  for (const icon of said.querySelectorAll("[aria-hidden=true]")) icon.remove();
  for (const picture of said.querySelectorAll("img")) picture.replaceWith(picture.alt);
  return lab.contains(element) && {
    tag: element.tagName,
    role: element.getAttribute("role") || element.type || "",
    name: element.getAttribute("aria-label")
      || (element.labels && [...element.labels].map(l => l.innerText.trim()).join(" "))
      || said.textContent.trim() || element.title || "",
  };
}"""

# Keys of a notebook's command mode that cut, add, change or leave a cell, or undo that.
_CELL_KEYS = ("x", "d", "d", "m", "r", "1", "a", "b", "v", "z", "ArrowDown", "Enter")

# One control of each kind that can have the focus. A pixel's canvas is a control, too.
_KINDS = """lab => {
  const kinds = {};
  for (const each of lab.querySelectorAll("*"))
    if (each.tabIndex >= 0 && !each.disabled && each.checkVisibility())
      kinds[`${each.localName} ${each.getAttribute("role") ?? each.type ?? ""}`.trim()] ??= each;
  return kinds;
}"""

# Keeps what controls tell from the lab, until called once more.
_KEEP_UNTOLD = """lab => {
  const keep = (event) => {
    if (!lab.contains(event.target)) return;
    event.stopImmediatePropagation();
    event.preventDefault();
  };
  for (const kind of ["click", "input", "change", "fmnist-set"]) {
    if (window.fmnistKeep) removeEventListener(kind, window.fmnistKeep, true);
    else addEventListener(kind, keep, true);
  }
  window.fmnistKeep = window.fmnistKeep ? null : keep;
}"""

# The clock of the page itself: from the event of a key or a click to the frame after the change.
_START_CLOCK = """([lab, pattern, kinds]) => {
  const wanted = new RegExp(pattern, "s");
  const read = () => lab.querySelector(".fmnist-lab-status")?.innerText ?? "";
  // What the kernel sends; the controls themselves change as soon as they are touched.
  const answers = () =>
    [...lab.querySelectorAll("[data-part], .widget-html-content")]
      .map(view => view.innerHTML).join();
  const content = () => pattern ? wanted.test(read()) : answers() !== before;
  let begun, before;
  window.fmnistClock = new Promise((done, fail) => {
    setTimeout(() => fail(new Error(`in vain for /${pattern}/; it says: ${read()}`)), 15000);
    const begin = () => { begun ??= performance.now(); };
    for (const kind of kinds)
      document.addEventListener(kind, begin, {capture: true, once: true});
    const observer = new MutationObserver(() => {
      if (begun === undefined || !content()) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun), 0));
    });
    before = pattern ? null : answers();
    observer.observe(lab,
      {subtree: true, childList: true, characterData: true, attributes: true});
  });
}"""

# The lab's height in every frame, from now on.
_WATCH_HEIGHT = """lab => {
  const seen = window.fmnistHeights = new Set();
  const look = () => {
    if (window.fmnistHeights !== seen) return;
    seen.add(Math.round(lab.getBoundingClientRect().height));
    requestAnimationFrame(look);
  };
  look();
}"""
_END_WATCH = (
    "() => { const seen = [...window.fmnistHeights]; window.fmnistHeights = 0; return seen }"
)


class LabOnScreen:
    """One lab in a notebook page.

    Parameters
    ----------
    notebook : NotebookPage
    number : int
        Which of its labs, counted from 0.
    """

    def __init__(self, notebook, number):
        self.notebook, self._position = notebook, number

    @property
    def page(self):
        return self.notebook.page

    @property
    def root(self):
        """Return the lab's own element, in the window that is open now."""
        return self.notebook.labs().nth(self._position)

    # What stands in it.

    def button(self, name):
        # Its icon, a character of a private font, is part of its name.
        return self.root.get_by_role("button", name=re.compile(rf"^\W*{re.escape(name)}$"))

    def slider(self, name):
        return self.root.get_by_role("slider", name=name, exact=True)

    def number(self, name):
        """Return the box in which a number is typed."""
        return self.root.get_by_role("spinbutton", name=name, exact=True)

    def chooser(self, name):
        """Return the list from which one entry is chosen."""
        return self.root.get_by_role("combobox", name=name, exact=True)

    def status(self):
        """Return what the status line says."""
        return self.root.locator(".fmnist-lab-status").text_content()

    def wait_for_status(self, pattern, seconds=60):
        status = self.root.locator(".fmnist-lab-status")
        expect(status).to_have_text(re.compile(pattern), timeout=seconds * 1000)

    def wait_for_value(self, name, value):
        """Wait until the slider of that name, and the box beside it, have this value."""
        for control in (self.slider(name), self.number(name)):
            expect(control).to_have_value(re.compile(rf"^{re.escape(str(value))}(\.0+)?$"))

    @contextlib.contextmanager
    def records_runs(self, number=1):
        """Wait until what is done inside has put that many further runs into the table of runs."""
        # A run that still goes on would be counted among them.
        expect(self.button("Train")).to_be_enabled(timeout=60_000)
        rows = self.root.locator("table", has_text="Your runs beside").locator("tbody tr")
        before = rows.count()
        yield
        # Or more: a published run may come beside it.
        expect(rows.nth(before + number - 1)).to_be_attached(timeout=60_000)
        expect(self.button("Train")).to_be_enabled(timeout=60_000)

    def tables(self):
        """Return the text of each table, row by row, cell by cell."""
        return self.root.locator("table").evaluate_all(
            "all => all.map(t => [...t.rows].map(r => [...r.cells].map(c => c.innerText.trim())))"
        )

    def pictures(self):
        """Return the text alternatives of the pictures that are seen; None for a missing one."""
        seen = self.root.locator("img:visible, svg[role=img]:visible")
        return seen.evaluate_all("all => all.map(i => i.alt ?? i.getAttribute('aria-label'))")

    # What a person does.

    def type_number(self, name, value):
        """Type into a number box, and leave it by Tab."""
        box = self.number(name)
        box.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(str(value))
        self.page.keyboard.press("Tab")

    def drag(self, name, share):
        """Drag a slider by the mouse, to a share of its way from 0 to 1, in steps."""
        slider = self.slider(name)
        slider.scroll_into_view_if_needed()
        low, high, value = slider.evaluate("s => [s.min, s.max, s.value].map(Number)")
        box = slider.bounding_box()
        thumb = 16  # Chromium's; the way of its middle is that much shorter than the slider
        at = lambda part: box["x"] + thumb / 2 + (box["width"] - thumb) * part  # noqa: E731
        middle = box["y"] + box["height"] / 2
        mouse = self.page.mouse
        start = (value - low) / (high - low)
        mouse.move(at(start), middle)
        mouse.down()
        for step in range(1, 9):
            mouse.move(at(start + (share - start) * step / 8), middle)
        mouse.up()

    def choose_file(self, name, path):
        """Press the button of that name, and choose a file in the browser's dialogue."""
        with self.page.expect_file_chooser() as chosen:
            self.button(name).click()
        chosen.value.set_files(path)

    def tab_to(self, name, role=None):
        """Press Tab until the control of that name has the focus, as a person without a mouse."""
        passed = []
        for _ in range(_MOST_TABS):
            focused = self.focused()
            if focused and focused["name"] == name and role in (None, focused["role"]):
                return
            passed.append(focused and focused["name"])
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never comes to {name!r}; it came by {passed}")

    def focused(self):
        """Return role and name of the control with the focus; False if it is not in the lab."""
        return self.root.evaluate(_FOCUSED)

    def press_the_keys_of_cells(self):
        """Press what cuts or changes a cell, with the focus on one control of each kind in turn.

        The lab is told of nothing, so that nothing begins. Return the kinds, as words.
        """
        kinds = self.root.evaluate_handle(_KINDS).get_properties()
        self.root.evaluate(_KEEP_UNTOLD)
        for kind, handle in kinds.items():
            control = handle.as_element()
            control.scroll_into_view_if_needed()
            value = control.evaluate("c => { c.focus(); return c.value; }")
            for key in _CELL_KEYS:
                if not (key == "Enter" and kind.startswith("select")):  # opens a menu of the system
                    self.page.keyboard.press(key)
            has_focus = control.evaluate(
                """(control, value) => {
                  const has = document.activeElement === control;
                  if (value !== undefined) control.value = value;
                  control.blur();
                  return has;
                }""",
                value,
            )
            assert has_focus, f"{kind}: a key took the focus away"
        self.root.evaluate(_KEEP_UNTOLD)
        return list(kinds)

    def begin_by_keyboard(self):
        """Put the focus where a person without a mouse has it: on the cell of the lab."""
        cell = self.page.locator(".jp-CodeCell", has=self.page.locator(".fmnist-lab"))
        cell.nth(self._position).locator(".jp-InputArea-editor").click()
        self.page.keyboard.press("Escape")

    # What a person sees.

    @contextlib.contextmanager
    def timed(self, until="", begin=_COMMANDS):
        """Time what is done inside; yields a list that then holds the milliseconds.

        The clock is the page's own and runs from the first key, click or change of a control, or
        event of another kind `begin`, to the frame that shows the status line as the pattern
        `until` wants it, or, without one, any change of what the lab answers.
        """
        taken = []
        self.page.evaluate(_START_CLOCK, [self.root.element_handle(), until, list(begin)])
        yield taken
        taken.append(self.page.evaluate("window.fmnistClock"))

    @contextlib.contextmanager
    def keeps_its_height(self):
        """Check that the lab has one height in all frames of what is done inside."""
        self.root.evaluate(_WATCH_HEIGHT)
        yield
        self.page.evaluate(
            "new Promise(done => setTimeout(() => requestAnimationFrame(done), 200))"
        )
        heights = self.page.evaluate(_END_WATCH)
        assert max(heights) - min(heights) <= 1, f"the lab jumps: heights {heights}"

    @contextlib.contextmanager
    def in_a_small_window(self):
        """Show the lab at 1366 × 768 with the file browser open: in a pane of 934 × 646 pixels."""
        before = self.page.viewport_size
        self.page.set_viewport_size({"width": 1366, "height": 768})
        self.notebook.command("application:toggle-left-area")
        self.root.evaluate("lab => lab.scrollIntoView({block: 'start'})")
        try:
            yield
        finally:
            self.notebook.command("application:toggle-left-area")
            self.page.set_viewport_size(before)

    def height_from_to(self, *parts):
        """Return the height in pixels that shows all of these parts of the lab at once."""
        boxes = [part.bounding_box() for part in parts]
        bottom = max(box["y"] + box["height"] for box in boxes)
        return bottom - min(box["y"] for box in boxes)

    def layout_problems(self):
        """Return what is cut off or overlaps, in words."""
        return self.root.evaluate(LAYOUT_PROBLEMS)

    def axe_violations(self):
        """Return what axe-core finds against WCAG 2.0 to 2.2, levels A and AA."""
        return axe_violations(self.root)

    def take_picture(self, path):
        """Write a screenshot of the lab, in a window that is high enough for all of it."""
        window = self.page.viewport_size
        height = self.root.evaluate("lab => Math.ceil(lab.getBoundingClientRect().height)")
        high = {"width": window["width"], "height": max(height + 200, window["height"])}
        self.page.set_viewport_size(high)
        self.root.scroll_into_view_if_needed()
        self.root.screenshot(path=path, animations="disabled")
        self.page.set_viewport_size(window)
