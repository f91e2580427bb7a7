"""What axe-core finds, of which screen readers and weak eyes would miss something."""

import importlib.resources

import axe_playwright_python

_AXE = importlib.resources.files(axe_playwright_python).joinpath("axe.min.js")

# Without `preload`, which would ask for the page's styles once more.
_RUN = """async part => (await axe.run(part, {preload: false, runOnly: [
    "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})).violations.map(
    v => `${v.id} (${v.impact}): ` + v.nodes.map(
    n => n.html.slice(0, 200) + " " + (n.any[0]?.message ?? "")).join(" | "))"""


def axe_violations(part):
    """Return what axe-core finds against WCAG 2.0 to 2.2, levels A and AA.

    Parameters
    ----------
    part : playwright.sync_api.Locator
        One element; ``page.locator("html")`` for a whole page.

    Returns
    -------
    list of str
    """
    if not part.page.evaluate("typeof window.axe === 'object'"):
        part.page.evaluate(_AXE.read_text(encoding="utf-8"))
    return part.evaluate(_RUN)
