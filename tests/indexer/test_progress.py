"""Progress: a bar for a person, silence for a program, and stdout untouched in both cases."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.ingest.bar import progress_bar
from indexer.ingest.progress import Estimate

ROOT = Path(__file__).parents[2]

SCRIPT = """
import sys
from indexer.ingest.bar import progress_bar
with progress_bar() as progress:
    progress.found(2)
    progress.page(1, 1)
    progress.document()
    progress.note("a [note] for people")
    print("data")
"""


def test_without_a_terminal_only_notes_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar() as progress:
        progress.found(3)
        progress.page(1, 1)
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
    assert "1/2 documents, 1 of about 2 pages" in shown
    assert re.search(r"a second, \d:\d\d:\d\d left", shown)
    assert "a [note] for people" in shown


def test_unopened_documents_count_as_the_mean_of_the_opened() -> None:
    estimate = Estimate(documents=4)
    assert estimate.pages == 0
    estimate.page(1, of=10)
    assert estimate.pages == 40
    estimate.done += 1  # one that was already there: it was never opened
    assert estimate.pages == 30
    for number in range(2, 11):
        estimate.page(number, of=10)
    estimate.done += 1
    estimate.page(1, of=2)
    assert estimate.pages == 18


def test_the_estimate_becomes_the_truth() -> None:
    estimate = Estimate(documents=2)
    for pages in (3, 7):
        for number in range(1, pages + 1):
            estimate.page(number, of=pages)
        estimate.done += 1
    assert estimate.pages == estimate.pages_read == 10
