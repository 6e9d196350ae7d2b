"""What a command loads when it starts."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import click
import pytest

from dosije import COMMANDS, cli
from tests.conftest import ROOT

LOADED = """
import atexit, json, sys
atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))
import dosije
dosije.main()
"""

MOST_MODULES = 98
"""Modules of the archive that a search may load. To be lowered only."""


@cache
def modules(*arguments: str) -> set[str]:
    """The modules that a command has loaded when it ends."""
    run = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(json.loads(run.stderr.splitlines()[-1]))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_list_of_commands_says_what_each_says_itself(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.help is not None
    assert not command.short_help
    assert not command.hidden
    assert COMMANDS[name][1] == " ".join(command.help.partition("\n\n")[0].split())


def test_a_search_loads_no_web_and_no_reader_of_files(specimen_home: Path) -> None:
    loaded = modules("--home", str(specimen_home), "search", "kamera")
    assert "whoosh" in loaded
    assert not loaded & {"flask", "werkzeug", "jinja2", "flask_babel", "webapp", "indexer", "pymupdf", "lxml", "PIL"}
    assert not loaded & {
        "argon2",
        "concurrent.futures.process",
        "numpy.ma",
        "rapidfuzz",
        "tomllib",
        "sqlalchemy.dialects.postgresql",
    }


def test_a_search_loads_only_what_it_needs_of_the_archive(specimen_home: Path) -> None:
    ours = {name for name in modules("--home", str(specimen_home), "search", "kamera") if name.startswith("archive")}
    repositories = {"archive.store.events", "archive.store.indexing", "archive.store.near_duplicates"}
    repositories |= {"archive.store.checkpoints"}  # of what is due
    of_store = {name for name in ours if name.startswith("archive.store.") and name.count(".") == 2}
    assert of_store == repositories | {f"archive.store.{name}" for name in ("catalog", "originals", "sql")}
    assert "archive.search.indexing" not in ours
    assert len(ours) <= MOST_MODULES


def test_help_loads_no_command() -> None:
    loaded = modules("--help")
    assert "click" in loaded
    assert not loaded & {"webapp", "indexer", "archive.archive", "archive.command_line", "sqlalchemy", "numpy"}


def test_a_reading_process_loads_no_library_of_a_format_that_it_was_not_given() -> None:
    code = (
        "import sys; from indexer.ingest.reading import Reader; from indexer.formats import load_for; load_for('a.txt')"
    )
    run = subprocess.run(
        [sys.executable, "-c", f"{code}; print(*sys.modules)"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(run.stdout.split())
    assert "indexer.formats.text" in loaded
    assert not loaded & {"pymupdf", "docx", "pptx", "oxmsg", "pyzipper", "python_calamine", "lxml", "simplemma"}
