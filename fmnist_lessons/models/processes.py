"""The processes that joblib starts, ended: chapter 2 has to fit beside its server."""

import contextlib
import multiprocessing.resource_tracker

from joblib.externals import loky
from joblib.externals.loky.backend import resource_tracker


@contextlib.contextmanager
def ending_processes():
    """End the processes that ``n_jobs`` started, and the two that watch over them.

    joblib lets them wait for more work, and keep memory. Chapter 2 uses it::

        with ending_processes():
            scores = cross_validate(sc, train_scaled, train_target, n_jobs=-1)
    """
    try:
        yield
    finally:
        executor = loky.get_reusable_executor(reuse=True)
        getattr(executor, "terminate", executor.shutdown)()  # joblib's own lets a folder go, too
    # After an error its traceback holds what is still to be reported to them.
    for module in (resource_tracker, multiprocessing.resource_tracker):
        # They begin anew when needed. Without a way to stop them, as on Windows, they stay.
        with contextlib.suppress(OSError):
            getattr(module._resource_tracker, "_stop", lambda: None)()
