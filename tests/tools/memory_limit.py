"""Run a command, and all the processes it starts, under a memory limit.

    python tests/tools/memory_limit.py --mib 1024 COMMAND ...

The limit is a control group's, as a container's is: the kernel ends a process that goes over it,
and pages that can be read again from a file are given back first. Making a control group needs
rights; where they are missing the memory is only watched, and a loud line says so.
"""

import argparse
import contextlib
import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
MIB = 2**20
_numbers = itertools.count(1)  # of the groups of this process


class ControlGroup:
    """A control group with a memory limit, of version 1 or 2.

    Parameters
    ----------
    mib : int
        The limit in MiB, swap included.
    """

    def __init__(self, mib):
        name = f"fmnist-lessons-{os.getpid()}-{next(_numbers)}"
        self.version = 1 if (GROUPS / "memory").is_dir() else 2
        self.path = (GROUPS / "memory" if self.version == 1 else GROUPS) / name
        try:
            self.path.mkdir()
            limit = str(mib * MIB)
            if self.version == 1:
                (self.path / "memory.limit_in_bytes").write_text(limit)
                with contextlib.suppress(OSError):  # there only where swap is counted
                    (self.path / "memory.memsw.limit_in_bytes").write_text(limit)
            else:
                (self.path / "memory.max").write_text(limit)
                with contextlib.suppress(OSError):
                    (self.path / "memory.swap.max").write_text("0")
        except OSError:
            with contextlib.suppress(OSError):
                self.path.rmdir()
            raise

    def enter(self):
        """Move the calling process into the group; its children start there."""
        (self.path / "cgroup.procs").write_text(str(os.getpid()))

    def anonymous_bytes(self):
        """Return the memory that no file backs: what the limit is about."""
        name = "total_rss" if self.version == 1 else "anon"
        return self._number("memory.stat", name)

    def kills(self):
        """Return how many processes the kernel ended for going over the limit."""
        file = "memory.oom_control" if self.version == 1 else "memory.events"
        return self._number(file, "oom_kill")

    def remove(self):
        """End what is left in the group and remove it."""
        for _ in range(100):
            for pid in (self.path / "cgroup.procs").read_text().split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
            with contextlib.suppress(OSError):
                self.path.rmdir()
                return
            time.sleep(0.1)
        print(f"could not remove the control group {self.path}", file=sys.stderr)

    def _number(self, file, name):
        for line in (self.path / file).read_text().splitlines():
            key, _, value = line.partition(" ")
            if key == name:
                return int(value)
        return 0


def run_limited(command, mib, **options):
    """Run `command` under a limit of `mib` MiB; return its exit code and a line about the memory.

    Where no control group can be made, the memory is only watched, and going over the limit is
    still a failure.

    Parameters
    ----------
    command : list of str
    mib : int
    **options
        Passed on to ``subprocess.Popen``.

    Returns
    -------
    code : int
        The exit code; 137 if the command went over the limit.
    line : str
        The peak, and how the limit was kept.
    """
    try:
        group = ControlGroup(mib)
    except OSError as error:
        return _run_watched(command, mib, f"no control group could be made here ({error})", options)
    peak = 0
    # So that the group is removed, with all in it, when this process is told to end.
    before = {
        number: signal.signal(number, lambda number, _: sys.exit(128 + number))
        for number in (signal.SIGTERM, signal.SIGHUP)
    }
    try:
        process = subprocess.Popen(command, preexec_fn=group.enter, **options)
        while process.poll() is None:
            peak = max(peak, group.anonymous_bytes())
            time.sleep(0.05)
        killed = group.kills()
    finally:
        group.remove()
        for number, handler in before.items():
            signal.signal(number, handler)
    line = f"peak {peak / MIB:.0f} MiB of {mib} MiB (memory not backed by files, all processes)"
    if killed:
        return 137, f"OVER THE LIMIT: the kernel ended {killed} process(es); {line}"
    return process.returncode, line


def _run_watched(command, mib, why, options):
    import psutil  # only here, so that the command line needs nothing but Python

    peak = 0
    process = subprocess.Popen(command, **options)
    while process.poll() is None:
        total = 0
        with contextlib.suppress(psutil.Error):
            root = psutil.Process(process.pid)
            for each in (root, *root.children(recursive=True)):
                total += _anonymous_bytes(each)
        peak = max(peak, total)
        time.sleep(0.05)
    line = f"NOT LIMITED, only watched: {why}; peak {peak / MIB:.0f} MiB of {mib} MiB"
    return (137 if peak > mib * MIB else process.returncode), line


def _anonymous_bytes(process):
    memory = process.memory_info()
    # Linux tells which pages a file backs; elsewhere all of them are counted.
    return memory.rss - getattr(memory, "shared", 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mib", type=int, default=1024)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    command = arguments.command[arguments.command[:1] == ["--"] :]
    code, line = run_limited(command, arguments.mib)
    print(line, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
