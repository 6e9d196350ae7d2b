"""Progress: a bar for a person, silence for a program, and stdout untouched in both cases."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.progress import progress_bar

ROOT = Path(__file__).parents[2]

SCRIPT = """
import sys
from indexer.progress import progress_bar
with progress_bar() as progress:
    progress.found(2)
    progress.page()
    progress.document()
    progress.note("a [note] for people")
    print("data")
"""


def test_without_a_terminal_only_notes_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar() as progress:
        progress.found(3)
        progress.page()
        progress.document()
        progress.note("Passed over: .DS_Store")
    assert capsys.readouterr() == ("", "Passed over: .DS_Store\n")


def test_on_a_terminal_the_bar_goes_to_stderr_and_data_to_stdout() -> None:
    screen, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, stderr=terminal, env=environment, check=True
    )
    os.close(terminal)
    shown = os.read(screen, 1 << 16).decode()
    os.close(screen)
    assert run.stdout == b"data\n"
    assert "1/2" in shown
    assert "1 pages" in shown
    assert "a [note] for people" in shown
