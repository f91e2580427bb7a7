"""Counts and times in words, as the figures' text alternatives and the labs say them."""


def say_count(count, noun):
    """Write how many there are of something: ``'1 epoch'``, ``'2 epochs'``, ``'1,000 epochs'``.

    Parameters
    ----------
    count : int
    noun : str
        In the singular; it takes an s in the plural.

    Returns
    -------
    str
    """
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def say_seconds(seconds):
    """Write a time as a person says it: ``'less than a second'``, ``'12 s'``, ``'2 min 5 s'``.

    Parameters
    ----------
    seconds : float

    Returns
    -------
    str
    """
    if seconds < 1:
        return "less than a second"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def format_z(value):
    """Write a z, or what ReLU makes of it, with two decimals and a real minus sign."""
    return f"{value:.2f}".replace("-", "−")


def format_share(value):
    """Write what softmax or sigmoid gave with four decimals; neither ever gives exactly 0."""
    return "<0.0001" if value < 0.00005 else f"{value:.4f}"
