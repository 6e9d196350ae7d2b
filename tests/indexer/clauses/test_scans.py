"""What scans do to clauses: numbers lost, spoiled or read as a column of their own, dirt, and pages that lie askew."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from archive.model import Box, ClauseLevel
from archive.model.clauses import NumberingProblem, irregular_numbers
from archive.model.words import Break, Word, Words
from tests.indexer.clauses.conftest import Line, Outline, laid_out

Read = Callable[..., Outline]

UNITS = (ClauseLevel.ARTICLE, ClauseLevel.SECTION)
BODY = "Kupac plaća ugovorenu cenu za predmet ovog ugovora u roku od petnaest dana od prijema računa."


def clauses(*numbers: str, left: float = 0.49) -> list[Line]:
    """A clause under each number, which stands in the middle of a line of its own; two empty lines above it."""
    return [
        line
        for number in numbers
        for line in ((0.05, ""), (0.05, ""), (left, number), (0.05, BODY))
        if line[1] or number
    ]


def scanned(lines: Sequence[Line]) -> Outline:
    return Outline([laid_out([(0.05, BODY), *lines], scanned=True)])


@pytest.mark.parametrize(
    "numbers",
    ["I Ц III М V", "I Il III lV V", "I II Ш IV Vv"],
    ids=["Cyrillic letters", "l for I", "the last one"],
)
def test_spoiled_roman_numbers_stand_where_the_sequence_lacks_them(numbers: str) -> None:
    found = scanned(clauses(*numbers.split()))
    assert found.at(*UNITS) == ["sec_I", "sec_II", "sec_III", "sec_IV", "sec_V"]
    assert all(found.text(eid).endswith("računa.") for eid in found.at(*UNITS))


def test_a_number_that_was_not_read_is_counted_and_doubted() -> None:
    found = scanned(clauses("I", "Ц", "III", "IV"))
    assert [(found[eid].counted, found[eid].label) for eid in ("sec_I", "sec_II")] == [(False, "I"), (True, "")]
    assert found["sec_II"].confidence <= 0.5 < found["sec_I"].confidence
    assert irregular_numbers(found.clauses) == {NumberingProblem.MISSING: ("2",)}


def test_room_for_a_lost_number_is_its_place() -> None:
    lost: list[Line] = [*[(0.05, "")] * 4, (0.05, BODY)]
    found = scanned([*clauses("I"), *lost, *clauses("III", "IV")])
    assert found.at(*UNITS) == ["sec_I", "sec_II", "sec_III", "sec_IV"]
    assert found.text("sec_II") == BODY


def test_more_places_than_numbers_tell_nothing() -> None:
    found = scanned(clauses("I", "М", "М", "III", "IV"))
    assert found.at(*UNITS) == ["sec_I", "sec_III", "sec_IV"]


def test_a_text_layer_loses_no_numbers(outline: Read) -> None:
    assert Outline([laid_out(clauses("I", "М", "III", "IV"))]).at(*UNITS) == ["sec_I", "sec_III", "sec_IV"]


def test_dirt_beside_a_number_is_no_text() -> None:
    found = scanned(clauses("Član 1.", ": Član 2.", "Član 3. '", left=0.46))
    assert found.at(*UNITS) == ["art_1", "art_2", "art_3"]


def test_a_section_whose_number_and_heading_are_lost_holds_its_subsections() -> None:
    lines = ["1. Prices", "1.1 The price is fixed.", "2. Term", "2.1 The term is a year.", "2.2 It may be extended."]
    lines += ["3.1 The courts are those of Serbia.", "3.2 The law is that of Serbia.", "4. Notices", "4.1 By post."]
    found = scanned([line for text in lines for line in ((0.05, text), (0.05, ""))])
    assert found["sec_3.1"].parent == found["sec_3.2"].parent == "sec_3"
    assert (found["sec_3"].label, found["sec_3"].counted) == ("", True)


def test_a_heading_without_its_number_is_that_of_the_missing_section() -> None:
    headings = ("1. PRICES", "TERM", "3. NOTICES", "4. LAW")
    found = scanned([(0.05, text) for heading in headings for text in ("", heading, "", BODY, "Rok teče od prijema.")])
    assert [found[eid].heading for eid in found.at(*UNITS)] == ["PRICES", "TERM", "NOTICES", "LAW"]


def in_columns(numbers: Sequence[str], lines: Sequence[str]) -> Words:
    """A page whose numbers OCR read before the lines that they stand beside."""
    words: list[Word] = []
    for column, left in ((numbers, 0.05), (lines, 0.12)):
        for row, line in enumerate(column):
            x, before = left, Break.LINE if row else Break.BLOCK
            for token in line.split():
                box = Box(x, 0.1 + 0.02 * row, x + 0.01 * len(token), 0.112 + 0.02 * row)
                words.append(Word(token, box, 95, before))
                x, before = box.x1 + 0.01, Break.SPACE
    return Words.of(words)


def test_numbers_in_a_column_of_their_own_belong_to_the_lines_beside_them() -> None:
    headings = ["Predmet ugovora", "Cena", "Rok", "Spor"]
    found = Outline([in_columns(["1.", "2.", "3.", "4;"], headings)])
    assert [(clause.eid, clause.label, clause.heading) for clause in found.clauses] == [
        (f"sec_{number}", f"{number}{';' if number == 4 else '.'}", heading)
        for number, heading in enumerate(headings, start=1)
    ]


def lean(boxes: Sequence[int], at: int) -> int:
    """How far an edge moves where a sheet of A4 lies askew by 1.8 degrees: margins to the left, lines down."""
    place = at - at % 4
    return round(0.063 * boxes[place + 1] if at % 2 == 0 else 0.031 * boxes[place])


def test_a_page_askew_has_the_same_paragraphs() -> None:
    short = "Cena je fiksna i ne menja se do kraja ugovora."
    text = [BODY, short] * 12
    straight = laid_out([(0.2, "Član 1."), *((0.05, line) for line in text)], scanned=True)
    boxes = straight.boxes
    leaning = array("H", (boxes[at] + (-1 if at % 2 == 0 else 1) * lean(boxes, at) for at in range(len(boxes))))
    askew = replace(straight, boxes=leaning)
    assert len(Outline([straight]).at(ClauseLevel.PARAGRAPH)) == 12
    assert Outline([askew]).at(ClauseLevel.PARAGRAPH) == Outline([straight]).at(ClauseLevel.PARAGRAPH)


def test_an_item_whose_mark_is_lost_is_no_stav(outline: Read) -> None:
    found = outline(
        "Član 1.\n\nUgovor uređuje:\n\n- cenu i rok\n\nprava kupca\n\nobaveze prodavca\n\nČlan 2.\n\nUgovor važi."
    )
    assert found.at(ClauseLevel.PARAGRAPH) == ["art_1__para_1", "art_2__para_1"]


def test_a_table_of_contents_with_spoiled_lines_gives_no_clauses(outline: Read) -> None:
    names = ["Subject", "Fees", "Term", "Notices", "Law", "Liability", "Taxes"]
    contents = [f"Section {number} {name}" for number, name in enumerate(names, start=1)]
    contents[3] = "Sect10n4; Not1ces cececscsc"
    text = [f"Section {number} {name}\n\nThe parties agree." for number, name in enumerate(names, start=1)]
    found = outline("\n\n".join([*contents, "The parties have agreed as follows.", *text]))
    assert found.at(*UNITS) == [f"sec_{number}" for number in range(1, 8)]
