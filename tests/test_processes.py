"""What joblib's processes leave behind when `ending_processes` ends them: nothing."""

import os
import subprocess
import sys

import joblib
import pytest
from fmnist_lessons import ending_processes
from joblib.externals.loky.backend import resource_tracker

USE_TWICE = """
import os, pathlib, joblib, numpy, psutil
from fmnist_lessons import ending_processes
for _ in range(2):
    with ending_processes():
        sums = joblib.Parallel(n_jobs=2)(
            joblib.delayed(numpy.sum)(numpy.ones(300_000)) for _ in range(4)
        )
        print(sums[0], len(psutil.Process().children()) >= 3)
    folders = pathlib.Path("/dev/shm").glob(f"joblib_memmapping_folder_{os.getpid()}_*")
    print(psutil.Process().children(), list(folders))
"""


@pytest.mark.skipif(os.name != "posix", reason="Windows needs none of these processes")
def test_no_process_and_no_folder_is_left_each_time():
    done = subprocess.run([sys.executable, "-c", USE_TWICE], capture_output=True, text=True)
    assert done.stdout == "300000.0 True\n[] []\n" * 2
    assert done.stderr == ""  # a process that tidies up would complain here of what it misses


def test_an_error_in_the_block_is_raised():
    with pytest.raises(ZeroDivisionError), ending_processes():
        joblib.Parallel(n_jobs=2)(joblib.delayed(divmod)(1, 0) for _ in range(2))


class NotOurs:
    def _stop(self):
        raise ChildProcessError


@pytest.mark.parametrize("tracker", [object(), NotOurs()])
def test_a_process_that_cannot_be_stopped_stays(monkeypatch, tracker):
    monkeypatch.setattr(resource_tracker, "_resource_tracker", tracker)
    with ending_processes():
        pass
