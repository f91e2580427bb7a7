"""Interrupt (*Kernel → Interrupt*, the toolbar's ■) while no cell runs: it stops what trains.

In a running cell Interrupt raises KeyboardInterrupt. Between cells the kernel ignores the signal;
so as long as a lab trains, the signal has a handler of ours there. The kernel puts its own in front
of it for each message and takes it away again, so ours is set and taken back by a callback of the
kernel's event loop, in the main thread, and only where the kernel's own stands.
"""

import contextlib
import signal
import threading
import weakref

from IPython import get_ipython

SECONDS_TO_THE_NEXT_LOOK = 0.2

_training = weakref.WeakSet()


def watch(lab):
    """Call ``lab.interrupt()`` at each Interrupt between cells, until `forget` is called."""
    _training.add(lab)
    _at_the_kernel(_arrange)


def forget(lab):
    """Leave Interrupt between cells to the kernel again, unless another lab is watched."""
    if lab in _training:
        _training.discard(lab)
        _at_the_kernel(_arrange)


def _at_the_kernel(callback):
    """Call ``callback(loop)`` on the event loop of the kernel, if there is one."""
    with contextlib.suppress(AttributeError, RuntimeError):  # no kernel, or one that is ending
        loop = get_ipython().kernel.io_loop.asyncio_loop
        # This one wakes a sleeping loop, also from within a signal's handler.
        loop.call_soon_threadsafe(callback, loop)


def _arrange(loop):
    if threading.current_thread() is not threading.main_thread():
        return
    ours, theirs = _stop_all, signal.SIG_IGN
    wanted, other = (ours, theirs) if _training else (theirs, ours)
    now = signal.getsignal(signal.SIGINT)
    if now == other:
        signal.signal(signal.SIGINT, wanted)
    elif now != wanted:  # a cell runs that waits for something, and has a handler of its own
        loop.call_later(SECONDS_TO_THE_NEXT_LOOK, _arrange, loop)


def _stop_all(signal_number, frame):
    for lab in list(_training):
        _at_the_kernel(lambda loop, lab=lab: lab.interrupt())
