"""The numbers with which clauses begin, and what only looks like one."""

from __future__ import annotations

import pytest

from indexer.clauses.markers import Marker, MarkerStyle, fits, read_marker
from indexer.facts.text import DocumentText
from tests.indexer.facts.conftest import DOCUMENT, reading_of, words_of


def marker_of(line: str) -> Marker | None:
    columns = [words_of(line)]
    text = DocumentText.of(DOCUMENT, reading_of(columns), columns)
    return read_marker(text, 0, len(text.words) - 1)


@pytest.mark.parametrize(
    ("line", "style", "number"),
    [
        ("Član 5.", MarkerStyle.ARTICLE, "5"),
        ("ČLAN 5", MarkerStyle.ARTICLE, "5"),
        ("Члан 12.", MarkerStyle.ARTICLE, "12"),
        ("Č l a n 7.", MarkerStyle.ARTICLE, "7"),
        ("Clan 5", MarkerStyle.ARTICLE, "5"),
        ("Član br. 5", MarkerStyle.ARTICLE, "5"),
        ("Član 5a", MarkerStyle.ARTICLE, "5a"),
        ("Član 31*", MarkerStyle.ARTICLE, "31"),
        ("Члан 118ђ)", MarkerStyle.ARTICLE, "118d"),
        ("Члан 5љ.", MarkerStyle.ARTICLE, "5lj"),
        ("Članak 3.", MarkerStyle.ARTICLE, "3"),
        ("Član 4. Predmet ugovora je isporuka kamera.", MarkerStyle.ARTICLE, "4"),
        ("ARTICLE IV", MarkerStyle.ARTICLE, "iv"),
        ("Article 1.Amendment", MarkerStyle.ARTICLE, "1"),
        ("Section 2.1 Term.", MarkerStyle.SECTION, "2.1"),
        ("§ 4 Delivery", MarkerStyle.SECTION, "4"),
        ("Schedule A", MarkerStyle.SCHEDULE, "a"),
        ('Exhibit "B"', MarkerStyle.SCHEDULE, "b"),
        ("Prilog br. 2", MarkerStyle.SCHEDULE, "2"),
        ("2.1.", MarkerStyle.DECIMAL, "2.1"),
        ("2.1.1 Izvršilac plaća", MarkerStyle.DECIMAL, "2.1.1"),
        ("6,1.", MarkerStyle.DECIMAL, "6.1"),
        ("3. Cena", MarkerStyle.NUMBER, "3"),
        ("3. Maja 24 kamere", MarkerStyle.NUMBER, "3"),
        ("3) kamere;", MarkerStyle.PAREN, "3"),
        ("(3) Kamere", MarkerStyle.BRACKET, "3"),
        ("б) камере", MarkerStyle.LETTER, "b"),
        ("(ii) cameras", MarkerStyle.ROMAN, "ii"),
        ("IV - Odmori", MarkerStyle.PART, "iv"),
        ("GLAVA II", MarkerStyle.PART, "ii"),
        ("– kamere", MarkerStyle.DASH, ""),
    ],
)
def test_what_a_clause_begins_with(line: str, style: MarkerStyle, number: str) -> None:
    marker = marker_of(line)
    assert marker is not None
    assert (marker.style, marker.number) == (style, number)


@pytest.mark.parametrize(
    "line",
    [
        "Član grupe ponuđača je dužan",
        "17. октобар 2016. године",
        "17. 10. 2016. godine",
        "Članovi odbora biraju predsednika",
        "Plan 5.",
        "člana 7. ovog ugovora",
        "d.o.o. Zrenjanin",
        "12.480.000,00 dinara",
        "3.300 EUR",
        "2024. godine",
        "A.D. Novi Sad",
        "i kupac",
        "6,5 evra",
    ],
)
def test_what_is_no_marker(line: str) -> None:
    assert marker_of(line) is None


@pytest.mark.parametrize("line", ["Član 5. stav 2. Zakona", "Član 5. Zakona o javnim nabavkama", "7.3 shall survive"])
def test_a_reference_is_not_plain(line: str) -> None:
    marker = marker_of(line)
    assert marker is not None
    assert not marker.is_plain


@pytest.mark.parametrize(
    ("line", "number"),
    [("Clen б.", "b"), ("lan 1.", "1"), ("Cian 3.", "3"), ("‘Glan 3.", "3"), ("„Član 14.", "14"), ("Član l1.", "l1")],
)
def test_a_misread_line_is_an_article_of_a_damaged_number(line: str, number: str) -> None:
    marker = marker_of(line)
    assert marker is not None
    assert marker.style is MarkerStyle.ARTICLE
    assert marker.number == number


@pytest.mark.parametrize(("read", "value"), [("б", 0), ("b", 6), ("l1", 11), ("1o", 10), ("z", 3), ("5", 5)])
def test_a_damaged_number_fits_what_it_looks_like(read: str, value: int) -> None:
    assert fits(read, value) == (value != 0)
    assert not fits(read, 4)
