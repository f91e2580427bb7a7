"""A Sphinx extension for the site: formulas without scripts, and JupyterLab's own anchors."""

from docutils import nodes

from .formulas import to_mathml


def jupyter_slug(heading):
    """Return a heading's anchor as JupyterLab makes it, so that links work in both places."""
    return heading.replace(" ", "-")


def _inline(translator, node):
    translator.body.append(to_mathml(node.astext()))
    raise nodes.SkipNode


def _block(translator, node):
    translator.body.append(f'<div class="math">{to_mathml(node.astext(), block=True)}</div>')
    raise nodes.SkipNode


def setup(app):
    """Add it to Sphinx; return what Sphinx asks of an extension."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
