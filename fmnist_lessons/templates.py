"""Jinja2's templates, read alike everywhere: what they name and nobody gives is an error."""

import jinja2


def environment(folder, **options):
    """Return the environment of the templates in a folder; `options` are Jinja2's own."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        **options,
    )
