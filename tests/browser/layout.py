"""What a look at a lab would find: cut off, too wide, one upon the other, as JavaScript."""

# Whether it can be hit, by finger and by mouse (WCAG 2.5.8 asks for 24 px).
SMALL_TARGETS = """lab => [...lab.querySelectorAll("button, input, select, textarea, summary")]
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.width && (box.height < 24 || box.width < 24
    || (e.classList.contains("primary") && box.height < 44)))
  .map(([e, box]) => `${e.innerText || e.ariaLabel || e.name}: ${box.width} x ${box.height}`)
"""

# What scrolls sideways, but for tables.
SCROLLS_SIDEWAYS = """lab => [lab, ...lab.querySelectorAll("*")]
  .filter(e => e.scrollWidth > e.clientWidth + 1 && !e.closest("svg")
    && getComputedStyle(e).overflowX !== "visible" && !e.querySelector("table")
    && getComputedStyle(e).clipPath !== "inset(50%)") // which is for screen readers alone
  .map(e => `${e.localName}.${e.className}: ${e.scrollWidth} in ${e.clientWidth} px`)
"""

# What cannot be seen where Windows' high contrast has replaced the colours.
UNSEEN_IN_FORCED_COLOURS = """lab => {
  const style = (e) => getComputedStyle(e);
  const bars = [...lab.querySelectorAll(".meter i, .progress i")].filter(e => e.clientWidth > 2)
    .filter(e => style(e).backgroundColor === style(e.parentElement).backgroundColor);
  const chosen = [...lab.querySelectorAll("[aria-selected=true], [aria-pressed=true]")]
    .filter(e => style(e).outlineStyle === "none");
  const probe = document.createElement("i");
  probe.style.color = "CanvasText";
  lab.append(probe);
  const ink = style(probe).color;
  probe.remove();
  const pale = [...lab.querySelectorAll("svg text")].filter(e => style(e).fill !== ink);
  return [...bars, ...chosen, ...pale].map(e => e.outerHTML.slice(0, 80));
}"""

LAYOUT_PROBLEMS = """lab => {
  const found = [];
  const name = e => {
    const said = e.getAttribute("aria-label") || e.innerText || e.alt || "";
    return `<${e.tagName.toLowerCase()} class="${e.className}"> ${said.trim().slice(0, 50)}`;
  };
  const seen = e => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(e).visibility !== "hidden";
  };
  const inDetails = e => e.closest("details pre");
  const all = [...lab.querySelectorAll("*")].filter(e => seen(e) && !inDetails(e));
  const labBox = lab.getBoundingClientRect();

  // Text or pictures behind an edge, whether it scrolls or not.
  // A named part that keys can scroll shows all it has; a long table may be in one.
  const scrolls = e => e.matches("[role=region][tabindex='0'][aria-label]");
  for (const e of [lab, ...all]) {
    if (["INPUT", "SELECT", "TEXTAREA", "OPTION", "CANVAS"].includes(e.tagName)) continue;
    if (scrolls(e)) continue;
    const style = getComputedStyle(e);
    if (style.clipPath === "inset(50%)") continue; // for screen readers alone
    if (style.overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1)
      found.push(`cut off at the side (${e.scrollWidth} of ${e.clientWidth} px): ${name(e)}`);
    if (style.overflowY !== "visible" && e.scrollHeight > e.clientHeight + 1)
      found.push(`cut off below (${e.scrollHeight} of ${e.clientHeight} px): ${name(e)}`);
  }
  // What is written in a list or a box must fit into it.
  const pen = document.createElement("canvas").getContext("2d");
  for (const e of all.filter(e => e.matches("select, input[type=text], input[type=number]"))) {
    const style = getComputedStyle(e);
    pen.font = `${style.fontSize} ${style.fontFamily}`;
    const text = e.tagName === "SELECT" ? e.selectedOptions[0]?.text ?? "" : e.value;
    const room = e.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    if (pen.measureText(text).width > room + 1) found.push(`text is cut off: ${text}: ${name(e)}`);
  }
  // Nothing reaches out of the lab, nor the lab out of its notebook.
  const outside = e => {
    if (e.parentElement.closest("[role=region][tabindex='0'][aria-label]")) return false;
    const box = e.getBoundingClientRect();
    return box.right > labBox.right + 1 || box.left < labBox.left - 1;
  };
  for (const e of all) {
    const box = e.getBoundingClientRect();
    if (outside(e) && !outside(e.parentElement))
      found.push(`reaches out of the lab (${box.left}-${box.right} px): ${name(e)}`);
  }
  for (let e = lab.parentElement; e && !e.matches(".jp-NotebookPanel"); e = e.parentElement) {
    const box = e.getBoundingClientRect();
    if (labBox.right > box.right + 1 || labBox.left < box.left - 1)
      found.push(`the lab (to ${labBox.right} px) is wider than ${name(e)} (to ${box.right} px)`);
  }
  // Neighbours do not lie upon each other.
  const controls = all.filter(e =>
    e.matches("button, input, select, textarea, canvas, img, label, table, figcaption, summary"));
  // What scrolls is seen as far as it is within its part.
  const visible = e => {
    const box = e.getBoundingClientRect();
    const part = e.parentElement.closest("[role=region][tabindex='0'][aria-label]");
    const edge = part?.getBoundingClientRect() ?? box;
    return {
      left: Math.max(box.left, edge.left), right: Math.min(box.right, edge.right),
      top: Math.max(box.top, edge.top), bottom: Math.min(box.bottom, edge.bottom),
    };
  };
  const overlap = (a, b) => {
    const one = visible(a), two = visible(b);
    return Math.min(one.right, two.right) - Math.max(one.left, two.left) > 1
      && Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top) > 1;
  };
  controls.forEach((a, number) => {
    for (const b of controls.slice(number + 1)) {
      if (a.contains(b) || b.contains(a)) continue;
      if (a.tagName === "CANVAS" && b.tagName === "CANVAS") continue; // layers of one board
      if (overlap(a, b)) found.push(`${name(a)} overlaps ${name(b)}`);
    }
  });
  return found;
}"""
