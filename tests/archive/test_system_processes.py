"""Tests that a process that is told to stop does, also where Python drops the exception that says so."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.waiting import PATIENCE

BEGIN = """
import os, signal, threading, time, weakref
from archive.system.processes import stop_on_sigterm
stop_on_sigterm(SystemExit, 2)
def told_to_stop(*_):
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(0)
"""
IN_ORDER = """
try:
    told_to_stop()
finally:
    os.kill(os.getpid(), signal.SIGTERM)
    print("put away", flush=True)
"""
DROPPED = """
class Anything: pass
thing = Anything()
gone = weakref.ref(thing, told_to_stop)
del thing
print("goes on", flush=True)
time.sleep(240)
"""
AT_THE_END = """
threading.Thread(target=time.sleep, args=(240,)).start()
try:
    told_to_stop()
finally:
    print("put away", flush=True)
"""


@pytest.mark.parametrize(
    ("script", "printed", "status"),
    [
        pytest.param(IN_ORDER, "put away\n", 0, id="a second signal amid the end is ignored"),
        pytest.param(DROPPED, "goes on\n", -signal.SIGALRM, id="raised in a callback of a weak reference"),
        pytest.param(AT_THE_END, "put away\n", -signal.SIGALRM, id="a thread does not end"),
    ],
)
def test_a_process_that_is_told_to_stop_ends(script: str, printed: str, status: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + script], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (done.stdout, done.returncode) == (printed, status)
