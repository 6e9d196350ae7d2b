"""Processes: how children start and end with their parents, and how any of them ends when told to."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import parent_process
from types import FrameType
from typing import NoReturn

SECONDS_TO_STOP = 15
"""How long a process that was told to stop may take."""


def stop_on_sigterm(raised: type[KeyboardInterrupt | SystemExit], seconds: int = SECONDS_TO_STOP) -> None:
    """Have SIGTERM raise an exception in the main thread, and the kernel end the process if that does not.

    Python drops what is raised amid a callback of a weak reference or of SQLite, and at its end waits for locks that
    threads may still hold. So a SIGALRM, whose default is to end the process, follows after ``seconds``.
    Further SIGTERMs are ignored: a service manager sends one to each process, and then a parent sends another.
    """

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds)
        raise raised

    signal.signal(signal.SIGTERM, stop)


def end_with_parent() -> None:
    """Have the kernel end this process when its parent is gone, even amid a call into a library that never returns.

    The parent holds one end of a pipe and never writes to it. When it dies, the other end becomes readable, and SIGIO,
    which we leave at its default of ending the process, is sent for that. PR_SET_PDEATHSIG would do the same when the
    *thread* that started us ends, which in a web server is no sign of anything.
    """
    parent = parent_process()
    assert parent is not None
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(parent.sentinel, fcntl.F_GETFL)
    fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)
    # Whoever died before we listened sends nothing.
    if not parent.is_alive():
        os._exit(1)


@contextmanager
def interruption_postponed() -> Iterator[None]:
    """Start child processes in this: a Ctrl-C, which goes to them too, waits here and in them.

    Otherwise a child that is still importing what it needs prints a traceback. It calls :func:`end_when_interrupted`
    once it is ready.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_when_interrupted() -> None:
    """Have a Ctrl-C end this child process without a word: its parent says what there is to say.

    Where it is ignored, as in what a shell script started in the background, it stays so: the parent goes on, too.
    """
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
