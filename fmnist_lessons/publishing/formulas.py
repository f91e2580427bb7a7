"""Formulas as MathML, which browsers show and screen readers read without any script."""

import re

from .chapters import PublishingError


def to_mathml(tex, block=False):
    """Turn a formula from TeX, without the dollar signs around it, into MathML.

    `block` says that it stands on a line of its own. What is no formula is a PublishingError.
    """
    from latex2mathml.converter import convert  # of the extra `site`

    mend = "Mend it in its chapter; JupyterLab shows it in red."
    try:
        result = convert(tex.strip(), display="block" if block else "inline")
    except Exception as error:  # each rule of the converter has an exception of its own
        reason = f"{type(error).__name__} {error}".strip()
        raise PublishingError(f"formula {tex!r}: {reason}. {mend}") from None
    unknown = re.search(r"<mi>(\\\w+)", result)
    if unknown:
        raise PublishingError(f"formula {tex!r}: {unknown[1]} is not known. {mend}")
    return result
