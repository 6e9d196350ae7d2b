"""``dosije cite`` and ``dosije verify``, as a person at a terminal uses them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pysqlite3 import dbapi2 as sqlite

from archive.citing.formats import FORMATS
from archive.command_line.citing import VERIFICATION_FAILED, cite_command, verify_command
from archive.errors import CatalogError, DosijeError, UnknownDocument, UsageError
from archive.model import Clause, ClauseLevel, Span
from tests.webapp_own_room import OwnRoom, filled_room
from tests.webapp_samples import flowing

TEXT = "UGOVOR o nabavci\n\nČlan 5.\n\nIsporučilac isporučuje 24 kamere u roku od 30 dana.\n"
QUOTE = "Isporučilac isporučuje 24 kamere u roku od 30 dana."


def add_contract(room: OwnRoom) -> None:
    """Add a contract whose second reading has the clauses art_5 and art_5__para_1."""
    id_ = room.come_in("ugovor.txt", *TEXT.splitlines())
    catalog, words = room.archive.catalog, [flowing(TEXT.splitlines())]
    reading = replace(catalog.readings.get(id_), number=2)
    clauses = [
        Clause("art_5", "Član 5.", None, None, None, Span(id_, 2, 3, 13), ClauseLevel.ARTICLE, 1.0),
        Clause("art_5__para_1", "", None, None, "art_5", Span(id_, 2, 5, 13), ClauseLevel.PARAGRAPH, 0.9, counted=True),
    ]
    catalog.readings.add(reading, words, [], clauses)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[OwnRoom]:
    with filled_room(tmp_path, add_contract) as room:
        yield room


@pytest.fixture
def contract(room: OwnRoom) -> str:
    return room.only


def cite(room: OwnRoom, *arguments: str) -> Result:
    return CliRunner().invoke(cite_command, arguments, obj=room.archive.home)


def verify(room: OwnRoom, *arguments: str | Path, stdin: str | None = None) -> Result:
    given = list(map(str, arguments))
    return CliRunner().invoke(verify_command, given, obj=room.archive.home, input=stdin, standalone_mode=False)


def test_a_clause_is_cited_by_its_eid_and_counting_is_said(room: OwnRoom, contract: str) -> None:
    run = cite(room, contract[:10], "--clause", "art_5__para_1", "--style", "sr-long")
    assert run.exit_code == 0, run.output
    assert f"član 5. stav 1., str. 1: „{QUOTE}”" in run.stdout
    assert "counted by machine" in run.stderr
    printed = cite(room, contract, "--clause", "art_5", "--style", "en")
    assert "Article 5, p. 1: “Član 5. Isporučilac" in printed.stdout
    assert printed.stderr == ""


def test_a_copy_for_a_letter_is_printed_and_verified(room: OwnRoom, contract: str, tmp_path: Path) -> None:
    run = cite(room, contract, "--clause", "art_5", "--format", "quotation", "--style", "sr-legal")
    assert run.exit_code == 0, run.output
    heading, quotation, told = run.stdout.strip().split("\n")
    assert (heading, quotation) == ("Član 5.", f"„{QUOTE}”")
    assert "čl. 5. st. 1., str. 1. http://127.0.0.1:8000/c/" in told
    assert told.endswith(" (veza radi samo na ovom računaru)")
    assert "counted by machine" in run.stderr
    assert verify(room, "-", stdin=run.stdout).return_value == 0
    rich = cite(room, contract, "--clause", "art_5", "--format", "html").stdout
    (tmp_path / "dopis.html").write_text(rich, encoding="utf-8")
    assert verify(room, tmp_path / "dopis.html").return_value == 0
    link = told.split()[-7]
    assert verify(room, link).return_value == 0
    assert verify(room, "/c/ZZZZZZ").return_value == VERIFICATION_FAILED
    forged = run.stdout.replace("st. 1.", "st. 2.")
    assert verify(room, "-", stdin=forged).return_value == VERIFICATION_FAILED


@pytest.mark.parametrize(
    "how", [["--quote", QUOTE], ["--quote", QUOTE, "--page", "1"], ["--words", "5-13"]], ids=["quote", "page", "words"]
)
def test_the_same_words_are_cited_in_three_ways(room: OwnRoom, contract: str, how: list[str]) -> None:
    annotation = json.loads(cite(room, contract, *how, "--format", "annotation").stdout)
    assert annotation["dosije:words"] == [5, 13]
    assert annotation["dosije:clause"] == "art_5__para_1"
    assert annotation["id"].startswith(f"http://127.0.0.1:8000/cite/{contract}/2/5-13?quote=")


def test_a_page_alone_is_all_of_its_words(room: OwnRoom, contract: str) -> None:
    assert "/2/0-13?quote=" in cite(room, contract, "--page", "1").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Say in one way"),
        (["--words", "1-2", "--quote", "x"], "Say in one way"),
        (["--words", "1-2", "--page", "1"], "Say in one way"),
        (["--words", "5-99"], "are not words"),
        (["--quote", "dronovi"], "is not"),
        (["--page", "2"], "there is no page 2"),
        (["--clause", "art_77"], "has no clause 'art_77'"),
    ],
)
def test_what_cannot_be_cited_is_refused(room: OwnRoom, contract: str, arguments: list[str], said: str) -> None:
    run = cite(room, contract, *arguments)
    assert isinstance(run.exception, UsageError)
    assert said in str(run.exception)
    assert isinstance(cite(room, "0" * 12, "--page", "1").exception, UnknownDocument)


@pytest.mark.parametrize("form", list(FORMATS))
def test_what_is_cited_is_verified(room: OwnRoom, contract: str, form: str, tmp_path: Path) -> None:
    path = tmp_path / "citation"
    path.write_text(cite(room, contract, "--words", "5-13", "--format", form).stdout, encoding="utf-8")
    run = verify(room, path)
    assert run.return_value == 0, run.output
    assert run.stdout.startswith("VERIFIED: The words are in reading 2, the newest, ")
    assert "The bytes of the original: intact." in run.stdout


def test_a_permalink_and_a_quotation_from_stdin(room: OwnRoom, contract: str) -> None:
    room.archive.settle()
    link = cite(room, contract, "--words", "5-13").stdout.split()[-1]
    assert json.loads(verify(room, link, "--json").stdout)["verdict"] == "verified"
    found = verify(room, "-", stdin="isporučuje 42 kamere u roku")
    assert found.return_value == VERIFICATION_FAILED
    assert "cited “42”, archived “24”" in found.stdout
    missing = verify(room, "-", "--json", stdin="ovoga nema nigde u arhivi")
    assert (missing.return_value, json.loads(missing.stdout)["verdict"]) == (VERIFICATION_FAILED, "missing")


def test_alterations_fields_and_warnings_are_printed(room: OwnRoom, contract: str) -> None:
    room.archive.settle()
    found = verify(room, "-", stdin="U članu 5. piše: „isporučuje 24 kamere […] 30 dana [ne]”")
    assert found.return_value == 0, found.output
    assert "The quotation leaves out: “u roku od”." in found.stdout
    assert "WARNING: Words that the citer inserted may deny or condition it: “ne”." in found.stdout
    assert "Not compared:\n  the words around it: U članu 5. piše:" in found.stdout
    forged = verify(room, "-", stdin="U članu 6. piše: „isporučuje 24 kamere”\n\n„ovo niko nije napisao nikada”")
    assert forged.return_value == VERIFICATION_FAILED
    assert forged.stdout.startswith("MISSING: 0 of 2 citations are verified.")
    assert "article: cited “članu 6”, archived “Član 5.”" in forged.stdout
    assert "2. “ovo niko nije napisao nikada”" in forged.stdout


def test_what_cannot_be_verified_is_refused(room: OwnRoom, contract: str, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7\xff\xfe")
    for argument, said in (("nema.txt", "cannot be read"), (tmp_path / "scan.pdf", "not UTF-8 text")):
        run = verify(room, argument)
        assert isinstance(run.exception, DosijeError)
        assert said in str(run.exception)
        assert run.exception.exit_code == 2


def test_a_broken_event_log_is_said_whatever_the_verdict(room: OwnRoom, contract: str) -> None:
    link = cite(room, contract, "--words", "5-13").stdout.split()[-1]
    with sqlite.connect(room.archive.home / "catalog.sqlite") as connection:
        connection.execute("UPDATE events SET detail = '{}' WHERE seq = 2")
    run = verify(room, link)
    assert run.stdout.startswith("VERIFIED")
    assert isinstance(run.exception, CatalogError)
    assert "broken at event 2" in str(run.exception)
