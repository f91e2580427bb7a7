"""What shows the session's log: a table, a picture, and a file to download and to load again."""

import base64
import logging
import os
from html import escape
from pathlib import Path

import ipywidgets

from ..figures import plot_session_log
from ..log.file import (
    LARGEST_FILE,
    check_file_size,
    read_file,
    read_log,
    save_text,
    shortened,
)
from ..log.session import SessionLog
from ..text import say_count
from .background import BackgroundWork
from .file_chooser import FileChooser, check_readable
from .widget_controls import row
from .widget_lab import Lab

FILE_NAME = "fmnist-lessons-log.json"

_CELL = "padding:2px 8px;vertical-align:top"
_WIDE = "min-width:11em;overflow-wrap:anywhere"
_LINK_STYLE = """<style>
.fmnist-lab a.fmnist-lab-download {
  display: inline-block; padding: 0 12px; line-height: 28px;
  color: var(--jp-ui-font-color1, #212121); background: var(--jp-layout-color2, #eee);
  text-decoration: none; white-space: nowrap;
}
.fmnist-lab a.fmnist-lab-download:hover { background: var(--jp-layout-color3, #ddd); }
.fmnist-lab a.fmnist-lab-download:focus-visible,
.fmnist-lab .fmnist-lab-scroll:focus-visible { outline: 3px solid #0072B2; outline-offset: -3px; }
</style>"""


class LogView(Lab):
    """Show every run of the session, and keep them: download them, load them again.

    The table and the picture follow the log by themselves. Download hands out all runs as one JSON
    file; Load adds the runs of such a file. Chapters 2 and 4 use it.

    Without a screen, `save` and `load` do the same.

    Parameters
    ----------
    session_log : SessionLog, optional
        The log to show; the session's own by default.

    Raises
    ------
    TypeError
        If `session_log` is no `SessionLog`.
    """

    def __init__(self, session_log=None):
        if session_log is not None and not isinstance(session_log, SessionLog):
            raise TypeError(
                f"session_log must be a SessionLog; got {type(session_log).__name__}. Leave it out "
                "to see the log of this session."
            )
        self._download_link = ipywidgets.HTML()
        self._upload = FileChooser(
            accept=".json",
            description="Load",
            tooltip=f"Add the runs of a file {FILE_NAME}",
            largest=LARGEST_FILE,
        )
        self._picture = ipywidgets.HTML()
        self._table = ipywidgets.HTML()
        super().__init__(
            [row(self._download_link, self._upload)],
            [self._picture, self._table],
            session_log=session_log,
        )
        self._work = BackgroundWork(self._end_drawing, self._lock)
        self._reading = BackgroundWork(self._end_reading, self._lock)
        self._stale = False  # whether the log has changed since drawing began
        self._name_of_file = ""
        self._upload.observe(self._take_upload, names="value")
        self._show_runs()
        self._picture.value = self._picture_html()
        self.session_log.watch(self._refresh)
        self._refresh()  # a run may have ended in between
        self._ready(f"Ready. {_in_the_log(len(self.session_log))}")

    def picture(self):
        """Return the accuracy of every run in the order of the log, by lab."""
        return plot_session_log(self.session_log.runs)

    def save(self, path=FILE_NAME, *, overwrite=False):
        """Write the log to a file: Download without a screen.

        The file is complete or not there: it is written beside `path` and put in its place at the
        end.

        Parameters
        ----------
        path : str or os.PathLike, default="fmnist-lessons-log.json"
            Where to write.
        overwrite : bool, default=False
            Whether to replace a file that is not a log, or that holds runs which this log lacks.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        TypeError
            If `path` is no path.
        FileExistsError
            If there is such a file and `overwrite` is false.
        OSError
            If it cannot be written there; then nothing has changed.
        """
        path = _check_path(path)
        if path.exists() and not overwrite:
            _check_nothing_is_lost(path, self.session_log)
        runs = len(self.session_log)
        save_text(self.session_log.to_json(), path)
        self._say(f"Saved {say_count(runs, 'run')} to {_shown(path.name)}.")
        return path

    def load(self, path_or_text):
        """Add the runs of a file to the log: Load without a screen.

        Parameters
        ----------
        path_or_text : str, os.PathLike or bytes
            Where the file is, or what it holds: bytes, or text that begins with ``{``.

        Returns
        -------
        int
            The number of runs that were added. Runs that are in the log already are not doubled.

        Raises
        ------
        TypeError
            If it is none of these.
        OSError
            If there is no such file, or it cannot be read.
        ValueError
            If the file is not such a log; the message says what is wrong, and where. Nothing has
            changed then.
        """
        if isinstance(path_or_text, str) and path_or_text.lstrip("\ufeff \t\r\n").startswith("{"):
            content, name = path_or_text, "the text"
        elif isinstance(path_or_text, bytes | bytearray | memoryview):
            content, name = path_or_text, "the bytes"
        else:
            path = _check_path(path_or_text)
            content, name = read_file(path), _shown(path.name)
        try:
            added = self.session_log.load_json(content)
        except ValueError as error:
            self._say(f"{name}: {error}", error=True)
            raise
        self._say(self._summary_of_loaded(added, name))
        return added

    def _take_upload(self, change):
        """Read an uploaded file in the background, since reading may take a second."""
        if not change["new"]:
            return
        upload = change["new"][0]
        name = _shown(upload["name"])
        self._upload.value = ()  # so that the same file can be chosen again
        try:
            check_readable(upload)
            check_file_size(upload["size"])
        except ValueError as error:
            self._say(f"{name}: {error}", error=True)
            return
        content = bytes(upload["content"])
        with self._lock:
            if self._closed:
                return
            if self._reading.running:
                self._say("The file before is still being read. Load this one again afterwards.")
                return
            self._say(f"Reading {name} …")
            self._name_of_file = name
            self._reading.start(lambda stop, report: self.session_log.load_json(content))

    def _end_reading(self, added, error):
        if error is None:
            self._say(self._summary_of_loaded(added, self._name_of_file))
        else:
            self._say(f"{self._name_of_file}: {error}", error=True)
            if not isinstance(error, ValueError):  # not the file is wrong, but this code
                _log_error(error)

    def _summary_of_loaded(self, added, name):
        now = _in_the_log(len(self.session_log))
        if not added:
            return f"{name} holds no run that is not in the log already. {now}"
        return f"Loaded {say_count(added, 'run')} from {name}. {now}"

    # After each change of the log, in the thread that made it, which may hold its lab's lock: so
    # the table is written at once, and the picture, which takes longer, in a thread of its own.

    def _refresh(self):
        with self._lock:
            if not self._closed:
                runs = self._show_runs()
                if runs:
                    self._say(f"The latest run is of {runs[-1].lab}. {_in_the_log(len(runs))}")
                self._stale = True
                self._draw_if_stale()

    def _show_runs(self):
        runs = self.session_log.runs
        self._download_link.value = download_html(self.session_log.to_json(), len(runs))
        self._table.value = runs_html(runs)
        return runs

    def _draw_if_stale(self):
        if self._stale and not self._work.running:
            self._stale = False
            self._work.start(lambda stop, report: self._picture_html())

    def _end_drawing(self, html, error):
        if error is None:
            self._picture.value = html
            self._draw_if_stale()
        else:
            self._say(f"The picture could not be drawn: {error}", error=True)
            _log_error(error)

    def _described(self):
        # Not the number of runs: it differs when a cell above runs once more.
        return ""

    def _end_work(self):
        self.session_log.unwatch(self._refresh)
        self._work.stop()
        self._reading.stop()

    def _forget_data(self):
        self._upload.unobserve_all()


def download_html(text, count):
    """Return a link, in the shape of a button, that hands out the log as a file.

    Parameters
    ----------
    text : str
        The file.
    count : int
        How many runs are in it.

    Returns
    -------
    str
    """
    address = "data:application/json;base64," + base64.b64encode(text.encode()).decode("ascii")
    return (
        f'{_LINK_STYLE}<a class="fmnist-lab-download" download="{FILE_NAME}" href="{address}">'
        f"Download ({say_count(count, 'run')})</a>"
    )


def runs_html(runs):
    """Return a table of runs, the latest first, in a region that scrolls.

    Parameters
    ----------
    runs : sequence of Run

    Returns
    -------
    str
        All text in it is escaped.
    """
    header = ("run", "from", "lab", "parameters", "results", "seconds", "ended (UTC)", "versions")
    sticky = "position:sticky;top:0;background:var(--jp-layout-color1, white)"
    head = "".join(
        f'<th scope="col" style="{_CELL};text-align:left;{sticky}">{name}</th>' for name in header
    )
    body = "".join(_row_html(number, run) for number, run in reversed(list(enumerate(runs, 1))))
    if not runs:
        body = f'<tr><td colspan="{len(header)}" style="{_CELL}">No run yet.</td></tr>'
    return (
        '<div class="fmnist-lab-scroll" role="region" tabindex="0" aria-label="Runs in the log" '
        'style="height:17em;overflow:auto;border:1px solid #999;'
        # As wide as its surroundings, however wide the table is.
        'width:0;min-width:100%;box-sizing:border-box">'
        '<table style="border-collapse:collapse;line-height:1.5;'
        'font-variant-numeric:tabular-nums">'
        '<caption style="text-align:left;font-weight:bold;padding:2px 8px">'
        f"All runs, the latest first: {len(runs)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row_html(number, run):
    settings = ", ".join(f"{name}={_value(value)}" for name, value in run.parameters.items())
    results = ", ".join(f"{name} {_result(value)}" for name, value in run.results.items())
    versions = "<br>".join(escape(f"{name} {is_}") for name, is_ in run.versions.items())
    cells = (
        f'<th scope="row" style="{_CELL};text-align:right">{number}</th>',
        _cell("a file" if run.loaded else "this session"),
        _cell(run.lab),
        _cell(settings, style=_WIDE),
        _cell(results, style=_WIDE),
        _cell(f"{run.seconds:.1f}" if run.seconds < 1e6 else f"{run.seconds:.3g}"),
        _cell(run.finished[:16].replace("T", " "), style="white-space:nowrap"),
        f'<td style="{_CELL}"><details><summary>show</summary>{versions}</details></td>',
    )
    return f"<tr>{''.join(cells)}</tr>"


def _cell(text, style=""):
    return f'<td style="{_CELL};{style}">{escape(text)}</td>'


def _value(value):
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _result(value):
    if not isinstance(value, list):
        return _number(value)
    low, high = min(value), max(value)
    if low == high:
        return f"{_number(low)} (each of {len(value)})" if len(value) > 1 else _number(low)
    middle = sum(each / len(value) for each in value)  # each on its own, since a sum may overflow
    return f"{_number(middle)} (mean of {len(value)}, {_number(low)} to {_number(high)})"


def _number(value):
    """Write shares with four decimals, whole numbers without, and others with four digits."""
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    return f"{value:.4f}" if abs(value) < 10 else f"{value:.4g}"


def _in_the_log(count):
    if not count:
        return "The log is empty: train in a lab, and the run appears here."
    return f"The log holds {say_count(count, 'run')}."


def _check_path(path):
    if not isinstance(path, str | os.PathLike) or not os.fspath(path):
        raise TypeError(
            f"path must say where the file is; got {path!r:.60}. Write, for example, {FILE_NAME!r}."
        )
    return Path(path)


def _shown(name):
    """Return the name of a file, fit to be sent to a browser."""
    return shortened(name.encode("utf-8", "replace").decode("utf-8"))


def _log_error(error):
    logging.getLogger(__name__).error("The view of the log failed.", exc_info=error)


def _check_nothing_is_lost(path, session_log):
    """Refuse to replace a file whose content is nowhere else."""
    advice = "Choose another name, or say overwrite=True."
    try:
        content = read_file(path)
        read_log(content)
    except ValueError:
        raise FileExistsError(f"{path} is there already, and is not a log. {advice}") from None
    merged = SessionLog()
    merged.load_json(session_log.to_json())
    missing = merged.load_json(content)
    if missing:
        raise FileExistsError(
            f"{path} holds {say_count(missing, 'run')} that this log lacks; replacing it would "
            f"lose them. Load it first. {advice}"
        )
