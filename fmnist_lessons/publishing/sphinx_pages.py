"""A Sphinx extension for the site: formulas without scripts, and a launch button a chapter."""

from docutils import nodes

from .formulas import to_mathml


def jupyter_slug(heading):
    """Return a heading's anchor as JupyterLab makes it, so that links work in both places.

    Parameters
    ----------
    heading : str

    Returns
    -------
    str

    Examples
    --------
    >>> jupyter_slug("What shape is the data?")
    'What-shape-is-the-data?'
    """
    return heading.replace(" ", "-")


def _inline(translator, node):
    translator.body.append(to_mathml(node.astext()))
    raise nodes.SkipNode


def _block(translator, node):
    translator.body.append(f'<div class="math">{to_mathml(node.astext(), block=True)}</div>')
    raise nodes.SkipNode


def _add_launch_button(app, pagename, templatename, context, doctree):
    link = app.config.launch_links.get(pagename)
    if link:
        context["header_buttons"].insert(
            0,
            {
                "type": "link",
                "text": "Binder",
                "tooltip": "Open this chapter on Binder and run it",
                "icon": "fas fa-rocket",
                "url": link,
                "label": "launch-binder",
            },
        )


def setup(app):
    """Add it to Sphinx.

    Parameters
    ----------
    app : sphinx.application.Sphinx

    Returns
    -------
    dict
        What Sphinx asks of an extension.
    """
    app.add_config_value("launch_links", {}, "html")
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    # After the theme, which makes the list of buttons.
    app.connect("html-page-context", _add_launch_button, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
