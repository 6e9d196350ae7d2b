"""Forks of a warm process are to those who start them what other processes are."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tests.conftest import PATIENCE_MS
from tests.warm_processes import WarmScript, run_script


def state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]


def test_what_ended_keeps_its_number_until_it_was_waited_for() -> None:
    with WarmScript("raise SystemExit(3)") as script:
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while state_of(script.pid) != "Z":
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.killpg(script.pid, signal.SIGKILL)
        script.kill()
        assert script.wait() == 3
        script.kill()


def test_what_waits_for_a_test_that_failed_is_killed() -> None:
    with pytest.raises(ZeroDivisionError), WarmScript("import signal; signal.pause()") as script:
        raise ZeroDivisionError
    assert script.returncode == -signal.SIGKILL


def test_temporary_files_lie_where_the_environment_says(tmp_path: Path) -> None:
    assert run_script("import tempfile; print(tempfile.gettempdir())", TMPDIR=str(tmp_path)).stdout == f"{tmp_path}\n"
