"""Times and numbers as a person writes them, for tables, labs and text alternatives."""


def say_seconds(seconds):
    """Write a time: ``less than a second``, ``12 s``, ``2 min 5 s``."""
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


def format_number(value, digits=4):
    """Write `value` with `digits` digits after the point, or a dash for None."""
    return "–" if value is None else f"{value:.{digits}f}"


def format_difference(ours, published, digits=4):
    """Write the difference of the two numbers as rounded, with its sign; a dash if one is None."""
    if ours is None or published is None:
        return "–"
    return format_signed(round(ours, digits) - round(published, digits), digits)


def format_signed(value, digits=4):
    """Write `value` with its sign, and a real minus."""
    return f"{value:+.{digits}f}".replace("-", "−")


def say_value(value):
    """Write a run's parameter: a number with six digits at most."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def say_result(value):
    """Write a run's result; of several numbers the mean, the smallest and the largest."""
    if not isinstance(value, list):
        return _short(value)
    low, high = min(value), max(value)
    if len(value) == 1:
        return _short(low)
    if low == high:
        return f"{_short(low)} (each of {len(value)})"
    middle = sum(each / len(value) for each in value)  # each on its own, since a sum may overflow
    return f"{_short(middle)} (mean of {len(value)}, {_short(low)} to {_short(high)})"


def _short(value):
    """Write shares with four decimals, whole numbers without, and others with four digits."""
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    return f"{value:.4f}" if abs(value) < 10 else f"{value:.4g}"
