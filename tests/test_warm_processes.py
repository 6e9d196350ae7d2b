"""Forks of a warm process are to those who start them what other processes are."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.waiting import state_of, wait_for
from tests.warm_processes import WarmScript, run_script


def test_what_ended_keeps_its_number_until_it_was_waited_for() -> None:
    with WarmScript("raise SystemExit(3)") as script:
        wait_for(lambda: state_of(script.pid) == "Z")
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
