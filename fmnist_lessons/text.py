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
