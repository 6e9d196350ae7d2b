"""Citations as people write them down, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.citing.citation import Citation
from archive.citing.copying import copied
from archive.citing.formats import FORMATS
from archive.citing.styles import CitationStyle
from archive.errors import UsageError
from archive.packet.selection import Selection
from tests.archive.packet.conftest import CONTRACT, FLOWING, Room

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def selection(room: Room) -> Iterator[Selection]:
    with Archive.open(room.home) as archive:
        yield Selection(archive.catalog, archive.settings, NOW)


@pytest.fixture
def clause(room: Room, selection: Selection) -> Citation:
    (cited,) = selection.citations([f"{room.ids[CONTRACT]}#art_5"])
    return cited


def test_each_form_is_understood(room: Room, selection: Selection) -> None:
    contract = room.ids[CONTRACT]
    asked = [f"{contract[:8].upper()}#art_5__para_2", f"{contract}:7", f"{contract}:7-9", f"{contract}@4"]
    clause, word, words, page = selection.citations(asked)
    assert clause.clauses[-1].eid == "art_5__para_2"
    assert (word.span.first, word.span.last, words.span.last) == (7, 7, 9)
    assert page.pages == (4, 4)
    assert len(page.words) == page.parts[0].page.word_count


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_what_cite_printed_is_understood(selection: Selection, clause: Citation, tmp_path: Path, form: str) -> None:
    """Every form holds a permalink; the annotation is a file of its own."""
    text = FORMATS[form](clause, CitationStyle.SR_LONG)
    if form == "annotation":
        (tmp_path / "one.json").write_text(text, encoding="utf-8")
        assert selection.citations([str(tmp_path / "one.json")]) == (clause,)
    else:
        assert selection.citations([text, clause.permalink, clause.address.path()]) == (clause,)


def test_a_short_link_and_what_was_copied_are_understood(
    selection: Selection, clause: Citation, tmp_path: Path
) -> None:
    """The packet has the permalink with its hashes, without the heading of the clause."""
    made = copied(selection.catalog, clause, "https://d.example")
    code = made.link.rpartition("/")[2]
    assert [one.span for one in selection.citations([made.link, f"/c/{code}"])] == [made.citation.span]
    file = tmp_path / "list.txt"
    file.write_text(f"{made.link}\n", encoding="utf-8")
    (packed,) = selection.citations([str(file)])
    assert (packed.span, packed.words) == (made.citation.span, made.citation.words)
    with pytest.raises(UsageError, match="is not a permalink of an archive"):
        selection.citations(["https://d.example/c/ZZZZZZ"])


def test_a_file_has_one_on_each_line(room: Room, selection: Selection, clause: Citation, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text(f"\ufeff{clause.permalink}\r\n\r\n{room.ids[FLOWING]}:0-3\n{clause.permalink}\n", encoding="utf-8")
    first, second = selection.citations([str(file)])
    assert (first, second.document.id) == (clause, room.ids[FLOWING])


def test_a_bad_line_is_named(room: Room, selection: Selection, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text(f"{room.ids[FLOWING]}:0-3\n{room.ids[FLOWING]}@9\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"Line 2 of .*list\.txt: .* there is no page 9"):
        selection.citations([str(file)])


def test_what_the_archive_does_not_say_is_not_packed(selection: Selection, clause: Citation, tmp_path: Path) -> None:
    """A permalink whose hash is of other words, and an annotation that quotes other words."""
    forged = clause.permalink.replace("quote=", "quote=0")[:-1]
    with pytest.raises(UsageError, match="The archive has other words at the address"):
        selection.citations([forged])
    told = json.loads(FORMATS["annotation"](clause, CitationStyle.EN))
    told["target"]["selector"]["refinedBy"][0]["exact"] += " i još nešto"
    (tmp_path / "one.json").write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(UsageError, match="The archive has other words at the address"):
        selection.citations([str(tmp_path / "one.json")])


@pytest.mark.parametrize("asked", ["nema.txt", "00000000@1", "kamere", "/cite/x", "", "\0", "."])
def test_what_is_no_citation_is_refused(selection: Selection, asked: str) -> None:
    with pytest.raises(UsageError):
        selection.citations([asked])


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{}", b"[", b"kamere\n"])
def test_a_file_that_has_none_is_refused(selection: Selection, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "list").write_bytes(content)
    with pytest.raises(UsageError):
        selection.citations([str(tmp_path / "list")])
