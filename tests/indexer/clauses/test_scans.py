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


def test_the_word_for_an_article_without_its_number_is_an_article() -> None:
    found = scanned(clauses("članak", "članak 2.", "članak 3.", "članak", "članak 5.", left=0.46))
    assert found.at(*UNITS) == [f"art_{number}" for number in range(1, 6)]
    assert [found[f"art_{number}"].counted for number in (1, 2, 4)] == [True, False, True]


def test_a_chapter_that_lost_its_number_gives_no_heading_to_an_article() -> None:
    chapters = ("I. OPĆE ODREDBE", "II. NAČELA NABAVE", "PLANIRANJE NABAVE", "IV. ZAVRŠNE ODREDBE")
    lines = [line for number, chapter in enumerate(chapters, start=1) for line in chapter_of(number, chapter)]
    found = Outline([laid_out(lines, scanned=True)], kind="regulation")
    assert [clause.eid for clause in found.clauses if clause.level is ClauseLevel.PART] == [
        *("chp_I", "chp_II", "chp_III", "chp_IV")
    ]
    assert (found["art_3"].heading, found["art_3"].parent) == (None, "chp_III")
    assert (found["chp_III"].heading, found["chp_III"].counted) == ("PLANIRANJE NABAVE", True)


def chapter_of(number: int, heading: str) -> list[Line]:
    """A chapter with one article."""
    return [
        (0.05, ""),
        (0.05, heading),
        (0.05, ""),
        (0.46, f"članak {number}."),
        (0.05, ""),
        (0.05, BODY),
        (0.05, "Rok teče."),
    ]


def test_a_heading_in_capitals_before_numbered_stavovi_is_one_although_others_have_none(outline: Read) -> None:
    stavovi = "1) Kupac plaća cenu.\n\n2) Prodavac predaje kamere."
    found = outline(f"Član 1.\n\nUgovor važi.\n\nČlan 2.\n\nRok teče.\n\nČlan 3.\n\nPOSTUPAK NABAVE\n\n{stavovi}")
    assert found["art_3"].heading == "POSTUPAK NABAVE"
    assert found.at(ClauseLevel.PARAGRAPH)[2:] == ["art_3__para_1", "art_3__para_2"]


def test_a_stav_whose_number_is_lost_in_its_column_is_counted() -> None:
    long = "Kupac plaća ugovorenu cenu u roku od petnaest dana od dana prijema računa."
    stavovi = [long, long, "Cena je fiksna.", long, long]
    columns = in_columns(["1)", "2)", "3)", "5)"], stavovi)
    boxes = columns.boxes
    moved = array(
        "H", (boxes[at] + (round(0.02 * 65535) if 12 <= at < 16 and at % 2 else 0) for at in range(len(boxes)))
    )
    article = laid_out([(0.46, "Član 1.")], scanned=True)
    found = Outline([article, replace(columns, boxes=moved)])
    assert [(clause.eid, clause.counted) for clause in found.clauses if clause.level is ClauseLevel.PARAGRAPH] == [
        (f"art_1__para_{number}", number == 4) for number in range(1, 6)
    ]


def test_short_lines_after_a_colon_are_a_list_until_one_ends_a_sentence(outline: Read) -> None:
    found = outline(
        "Član 1.\n\nPostupak se sastoji od:\n\nPlaniranja nabave\n\nProvedbe postupka\n\nPohrane papira.\n\n"
        "Ugovor važi.\n\nČlan 2.\n\nRok teče."
    )
    assert [found.text(eid) for eid in found.at(ClauseLevel.PARAGRAPH)][1:] == ["Ugovor važi.", "Rok teče."]


def of_length(length: int, text: str, end: str = "") -> Line:
    """A line of so many characters that begins with a text."""
    return 0.05, f"{text} {'kamera ' * 12}"[: length - 1 - len(end)].rstrip().ljust(length - len(end), "a") + end


@pytest.mark.parametrize(
    ("inside", "stavovi"), [("Kupac", 9), ("Kupac plaća. Prodavac predaje.", 1)], ids=["one sentence each", "several"]
)
def test_a_sentence_that_ends_near_a_ragged_margin_ends_the_paragraph_if_most_do(inside: str, stavovi: int) -> None:
    lines = [(0.46, "Član 1.")]
    for length in (88, 84, 82, 85, 86, 81, 84, 82):
        lines += [of_length(length, f"Obaveštenjem {inside}"), of_length(80, "te", ".")]
    lines += [of_length(84, f"Obaveštenjem {inside}"), of_length(20, "te", ".")]
    assert len(Outline([laid_out(lines, scanned=True)]).at(ClauseLevel.PARAGRAPH)) == stavovi


def test_the_number_that_docusign_prints_on_a_page_is_no_text() -> None:
    pages = [
        laid_out([(0.05, stamp), (0.05, "")] + [(0.05, text) for text in body], scanned=True)
        for stamp, body in (
            ("DocuSign Envelope ID: 1A2B-3C4D", ("1. Fees", BODY, "Rok za to je")),
            ("DocuSIgn Enveiope 1D: lA2B-3C4D", ("petnaest dana.", "2. Term", BODY)),
        )
    ]
    found = Outline(pages)
    assert found.text("sec_1").endswith("Rok za to je DocuSIgn Enveiope 1D: lA2B-3C4D petnaest dana.")
    assert found.at(*UNITS, ClauseLevel.PARAGRAPH) == ["sec_1", "sec_2"]
