"""``dosije vendors``, as a person at a terminal uses it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from archive.archive import Archive
from archive.command_line.vendors import vendors_group
from archive.config import Settings
from archive.errors import UsageError
from archive.search.request import SearchRequest
from tests.vendor_samples import come_in, naming

RUMA, NIS, SLIP = "„Primerak” d.o.o. Ruma", "Primerak d.o.o. Niš", "Prmierak d.o.o. Niš"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with Archive.open(tmp_path / "home", Settings()) as archive:
        come_in(archive, naming(1, RUMA, pib="100000001"), naming(2, NIS), naming(3, SLIP), naming(4, NIS))
    return tmp_path / "home"


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(vendors_group, arguments, obj=home)


def answer(home: Path, *arguments: str) -> Any:
    result = run(home, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def facet(home: Path) -> dict[str, int]:
    with Archive.open(home) as archive:
        return {value.value: value.count for value in archive.search.search(SearchRequest()).facets["vendor"]}


def test_vendors_are_listed_and_looked_for(home: Path) -> None:
    listed = answer(home)
    assert (listed["total"], [vendor["name"] for vendor in listed["vendors"]]) == (3, [NIS, RUMA, SLIP])
    assert [vendor["id"] for vendor in answer(home, "100000001")["vendors"]] == ["pib-100000001"]
    assert answer(home, "list", "merge")["total"] == 0
    shown = run(home, "рума")
    assert shown.stdout == f"{RUMA}  [pib-100000001]\n    vendor in 1 document, PIB 100000001\n"
    assert "2 more vendors; to see them: --limit 3" in run(home, "--limit", "1").stderr
    assert "No vendor has that" in run(home, "zzz").stderr


def test_candidates_say_why(home: Path) -> None:
    found = answer(home, "candidates")
    assert [(pair["one"]["name"], pair["other"]["name"], pair["reason"]) for pair in found["candidates"]] == [
        (NIS, RUMA, "one name, with another seat or legal form"),
        (NIS, SLIP, "the names are alike (88%)"),
    ]
    shown = run(home, "candidates", "--limit", "1")
    lines = shown.stdout.splitlines()
    assert lines[:2] == [
        "0.89  one name, with another seat or legal form",
        "      Primerak d.o.o. Niš  [primerak-nis]  vendor in 2 documents",
    ]
    assert "1 more pair; to see them: --limit 2" in shown.stderr


def test_merge_split_undo_and_history(home: Path) -> None:
    merged = run(home, "merge", "primerak doo niš", SLIP, "--by", "Ana")
    assert merged.stdout.startswith(f"{NIS} | {SLIP} → {NIS}  [event ")
    assert facet(home) == {NIS: 3, RUMA: 1}
    again = run(home, "merge", NIS, SLIP, "--by", "Ana")
    assert (again.exit_code, "nothing was recorded" in again.stderr) == (0, True)
    apart = answer(home, "split", NIS, "ПРМИЕРАК ДОО Ниш", "--by", "Bora")
    assert {vendor["name"] for vendor in apart["after"]} == {NIS, SLIP}
    assert facet(home) == {NIS: 2, SLIP: 1, RUMA: 1}
    assert run(home, "undo", "--by", "Ana").exit_code == 0
    assert facet(home) == {NIS: 3, RUMA: 1}
    first, second = answer(home, "history")
    assert (first["action"], first["by"], first["undone_by"]) == ("merge", "Ana", None)
    assert (second["action"], second["by"]) == ("split", "Bora")
    assert f"(undone: event {second['undone_by']})" in run(home, "history").stdout
    assert run(home, "undo", str(first["event"]), "--by", "Ana").exit_code == 0
    assert facet(home) == {NIS: 2, SLIP: 1, RUMA: 1}


def test_a_pair_that_is_told_apart_is_no_candidate(home: Path) -> None:
    assert run(home, "apart", NIS, SLIP, "--by", "Ana").stdout.startswith(f"{NIS} | {SLIP} → {NIS} | {SLIP}  [event ")
    assert answer(home, "candidates")["total"] == 1
    (told,) = answer(home, "history")
    assert (told["action"], told["one"], told["other"]) == ("apart", NIS, SLIP)
    assert run(home, "undo", "--by", "Ana").exit_code == 0
    assert answer(home, "candidates")["total"] == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("apart", NIS, NIS), "name one vendor"),
        (("merge", "Nobody", NIS), "No vendor is called 'Nobody'."),
        (("split", NIS, RUMA), "is nowhere printed as"),
        (("split", NIS, NIS), "nothing would be left of it"),
        (("undo", "1"), "There is no decision 1 on vendors that could be undone. There are no rulings"),
        (("undo",), "There are no rulings on vendors yet."),
        (("merge", NIS, SLIP, "--by", " "), "A person's name has"),
    ],
)
def test_what_cannot_be_is_said(home: Path, arguments: tuple[str, ...], message: str) -> None:
    error = run(home, *arguments).exception
    assert isinstance(error, UsageError)
    assert message in str(error)
    assert facet(home) == {NIS: 2, SLIP: 1, RUMA: 1}
