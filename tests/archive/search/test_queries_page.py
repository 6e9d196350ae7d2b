"""docs/queries.md: every example on it is parsed, and means what the page says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from archive.search.query_language.interpreter import MAX_WORDS
from archive.search.query_language.parsed_query import QueryNoteKind
from archive.search.query_language.parser import parse
from archive.search.request import MAX_QUERY_LENGTH
from archive.search.whoosh_engine import question
from dosije import cli

PAGE = (Path(__file__).parents[3] / "docs" / "queries.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(?P<typed>[^`]+)` \| (?P<finds>.+?) \|(?: (?P<note>.+) \|)?$", re.MULTILINE)
ROWS = list(ROW.finditer(PAGE))
EXAMPLES = [row for row in ROWS if not row["note"]]
SLIPS = [row for row in ROWS if row["note"]]
COMMANDS = re.findall(r"^dosije .+$", PAGE, re.MULTILINE)


def test_the_page_has_examples_of_every_sort() -> None:
    assert len(EXAMPLES) > 50
    assert len(SLIPS) > 10
    assert len(COMMANDS) > 4


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row["typed"])
@pytest.mark.parametrize("exact", [True, False])
def test_every_example_is_understood(row: re.Match[str], exact: bool) -> None:
    parsed = parse(row["typed"], exact)
    assert parsed.query is not None
    assert {remark.kind for remark in parsed.remarks} <= {QueryNoteKind.READ_AS}


@pytest.mark.parametrize("row", [row for row in EXAMPLES if row["finds"] == "the same"], ids=lambda row: row["typed"])
def test_what_is_called_the_same_is_the_same_search(row: re.Match[str]) -> None:
    """Words are compared exactly: in Cyrillic they are marked, and their stems are those of marked words."""
    above = EXAMPLES[EXAMPLES.index(row) - 1]
    while above["finds"] == "the same":
        above = EXAMPLES[EXAMPLES.index(above) - 1]
    found, expected = (parse(typed["typed"], exact=True) for typed in (row, above))
    if found.words and found.words[0].leaves:
        # A number typed in pieces is also asked for in pieces.
        assert {leaf.text for leaf in expected.words[0].leaves[-1:]} <= {leaf.text for leaf in found.words[0].leaves}
    if not any(digit in row["typed"] for digit in "0123456789"):
        assert found.query == expected.query


@pytest.mark.parametrize("row", SLIPS, ids=lambda row: row["typed"])
def test_every_slip_is_searched_for_and_noted_as_the_page_says(row: re.Match[str]) -> None:
    parsed = parse(row["typed"], exact=True)
    assert parsed.query == parse(row["finds"].strip("`"), exact=True).query
    assert parsed.notes == (row["note"],)


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_is_one(line: str) -> None:
    _, name, *arguments = shlex.split(line)
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    context = command.make_context(name, arguments)
    assert parse(context.params["query"], context.params["exact"]).notes == ()


def test_the_limits_are_those_in_force() -> None:
    for limit in (MAX_QUERY_LENGTH, MAX_WORDS, question.MOST_WORDS, round(question.MOST_SECONDS)):
        assert f" {limit:,} " in PAGE
