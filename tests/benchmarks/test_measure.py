"""All benchmarks are run by one command, and each result is kept."""

from pathlib import Path

import pytest

from benchmarks.measure import PROGRAMS, ROOT, Places, Program, commit, main, summarize

MADE_ONCE = {"training", "papers", "collections", "ocr_pages", "measure"}
"""What is no measuring of the program: training, data, parts of others."""


def test_every_benchmark_is_run() -> None:
    """A module of benchmarks/ that can be called is measured, or makes what others need."""
    modules = {path.stem for path in (ROOT / "benchmarks").glob("*.py")}
    modules |= {path.parent.name for path in (ROOT / "benchmarks").glob("*/__main__.py")}
    callable_ones = {name for name in modules if not name.startswith(("__", "build_"))} - MADE_ONCE
    assert callable_ones == {program.module for program in PROGRAMS}


def test_what_a_program_prints_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And the summary has its command, how it ended, the machine and the commit."""
    assert main([str(tmp_path), "--work", str(tmp_path / "work"), "--only", "capacity"]) == 0
    [summary] = (tmp_path / "work").glob("*/summary.md")
    text = summary.read_text(encoding="utf-8")
    assert "| capacity | `python -m benchmarks.capacity` | 0 |" in text
    assert f"| {commit()} |" in text
    assert text in capsys.readouterr().out
    assert "pages" in (summary.parent / "capacity.txt").read_text(encoding="utf-8")


def test_a_program_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    """The corpus is empty: nothing can be judged, and capacity is reckoned all the same."""
    assert main([str(tmp_path), "--work", str(tmp_path / "work"), "--only", "ranking-quality", "capacity"]) == 1
    [summary] = (tmp_path / "work").glob("*/summary.md")
    rows = [line for line in summary.read_text(encoding="utf-8").splitlines() if "benchmarks." in line]
    assert [row.split("|")[3].strip() for row in rows] == ["0", "1"]


def test_what_is_run_later_that_day_joins_the_summary(tmp_path: Path) -> None:
    """In the order of the programs; one that is run again has one row."""
    file = tmp_path / "summary.md"
    for row in ("| capacity | 1 |", "| house | 2 |", "| capacity | 3 |"):
        summarize(file, row)
    assert file.read_text(encoding="utf-8").splitlines()[-2:] == ["| house | 2 |", "| capacity | 3 |"]


def test_a_server_that_is_lacking_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOSIJE_TEST_OPENSEARCH", raising=False)
    with pytest.raises(LookupError, match="DOSIJE_TEST_OPENSEARCH"):
        Places(tmp_path, tmp_path).filled(Program("engines", "engines", "{opensearch}"))
