"""The words of a quotation beside those of the archive: what a citer may alter, and what makes other words of them."""

from __future__ import annotations

import pytest

from archive.citing.matching import Match, QuotationMatcher
from archive.citing.quotation import Quotation
from archive.citing.wording import RemarkKind

CLAUSE = (
    "Izvođač plaća „Vid” d.o.o. kaznu od 5‰ dnevno, najviše 12 500,50 € (ukupno), osim ako isporu- čuje −5 robe "
    "po članu 3. Kupac ne plaća ništa."
)


def match(quotation: str, text: str = CLAUSE) -> Match | None:
    found = QuotationMatcher(text.split()).matches(Quotation(quotation))
    return found[0] if found else None


def kinds(quotation: str, text: str = CLAUSE) -> list[RemarkKind]:
    found = match(quotation, text)
    assert found is not None
    return [remark.kind for remark in (*found.alterations, *found.warnings)]


@pytest.mark.parametrize(
    ("quotation", "altered"),
    [
        ("plaća „Vid” d.o.o. kaznu", []),
        ("plaća ’Vid’ d.o.o. kaznu", [RemarkKind.MARKS]),
        ("plaća \u201cVid\u201d d.o.o. kaznu", [RemarkKind.MARKS]),
        ("izvođač plaća", [RemarkKind.FIRST_LETTER]),
        ("[i]zvođač plaća", [RemarkKind.BRACKETED_LETTER]),
        ("... [I]zvođač plaća", [RemarkKind.BRACKETED_LETTER]),
        ("Kaznu od 5‰", [RemarkKind.FIRST_LETTER]),
        ("Извођач плаћа", [RemarkKind.SCRIPT]),
        ("ukupno), osim", [RemarkKind.EDGES]),
        ("dnevno", [RemarkKind.EDGES]),
        ("ako isporučuje", [RemarkKind.HYPHEN]),
        ("ako isporu-\nčuje", []),
        ("ako ispo-\nručuje", [RemarkKind.HYPHEN]),
        ("Izvo\u00adđač plaća", [RemarkKind.CHARACTERS]),
        ("12\u00a0500,50 €", []),
        ("12 500,50€", []),
        ("plaća [sic] „Vid”", [RemarkKind.SIC]),
        ("plaća [naime] „Vid”", [RemarkKind.INSERTION]),
        ("Kupac [ne] ne plaća", [RemarkKind.INSERTION, RemarkKind.INSERTED]),
        ("Izvođač plaća […] kaznu", [RemarkKind.OMISSION]),
        ("Izvođač plaća [...] kaznu", [RemarkKind.OMISSION]),
        ("Izvođač plaća (…) kaznu", [RemarkKind.OMISSION]),
        ("Izvođač plaća (...) kaznu", [RemarkKind.OMISSION]),
        ("Izvođač plaća … kaznu", [RemarkKind.OMISSION]),
        ("Izvođač plaća ... kaznu", [RemarkKind.OMISSION]),
        ("Izvođač plaća . . . kaznu", [RemarkKind.OMISSION]),
        ("Izvođač plaća […] kaznu … dnevno", [RemarkKind.EDGES, RemarkKind.OMISSION, RemarkKind.OMISSION]),
        ("dnevno, […] robe", [RemarkKind.OMISSION, RemarkKind.LEFT_OUT]),
        ("Kupac […] plaća", [RemarkKind.OMISSION, RemarkKind.LEFT_OUT]),
    ],
)
def test_what_a_citer_may_do_is_named(quotation: str, altered: list[RemarkKind]) -> None:
    assert sorted(kinds(quotation)) == sorted(altered)


@pytest.mark.parametrize(
    "quotation",
    [
        "kaznu od 5% dnevno",
        "kaznu od 5%",
        "kaznu od 5",
        "od 5‰‰",
        "12 500,50 $",
        "12 500,50 %",
        "12500,50 €",
        "125 00,50 €",
        "12 500.50 €",
        "5 robe po članu",
        "+5 robe po članu",
        "≥5 robe po članu",
        "Izvođačplaća",
        "Izvo đač plaća",
        "Izvođac plaća",
        "Izvođač Plaća",
        "Izvođač ne plaća",
        "Kupac plaća ništa",
        "Kupac ne plaća ništa?",
        "plaća kaznu",
        "Izvođač […] nikad […] kaznu",
        "kaznu […] Izvođač plaća",
        "Izvođač […] € […] kaznu",
        "Izvođač […] 5% […] dnevno",
        "Izvođač [plaća] kaznu",
        "dnevno najviše",
    ],
)
def test_what_makes_other_words(quotation: str) -> None:
    assert match(quotation) is None


@pytest.mark.parametrize(
    ("quotation", "text"),
    [
        ("kamere ...... 5", "kamere ...... 5"),
        ("vidi [1] ovde", "vidi [1] ovde"),
        ("reč [sic] dve", "reč [sic] dve"),
        ("tri … četiri", "tri … četiri"),
    ],
)
def test_dots_and_brackets_of_the_document_are_no_alterations(quotation: str, text: str) -> None:
    assert kinds(quotation, text) == []


def test_what_is_left_out_is_shown_with_its_words() -> None:
    found = match("dnevno, […] robe")
    assert found is not None
    assert found.alterations[0].archived == "najviše 12 500,50 € (ukupno), osim ako isporu- čuje −5"
    assert "osim ako" in found.warnings[0].archived


def test_the_nearest_pieces_are_taken() -> None:
    found = match("cena […] dinara", "cena je cena od dve stotine dinara")
    assert found is not None
    assert (found.first, found.last) == (2, 6)


@pytest.mark.parametrize(
    ("quotation", "is_whole"),
    [
        (CLAUSE, True),
        ("Izvođač plaća […] ne plaća ništa.", True),
        ("[…] Kupac ne plaća ništa.", True),
        ("Izvođač plaća […]", True),
        ("plaća […] ne plaća ništa.", False),
        ("Izvođač plaća […] ne plaća", False),
        ("Izvođač […] 50% […] ništa.", False),
    ],
)
def test_a_citation_of_ours_quotes_all_of_its_words(quotation: str, is_whole: bool) -> None:
    assert (QuotationMatcher(CLAUSE.split()).whole(Quotation(quotation)) is not None) is is_whole


@pytest.mark.parametrize(
    "turned", ["najviše \u202e12\u202c 500,50", "najviše 12\u200f 500,50", "najviše \u206712 500,50"]
)
def test_a_number_that_is_displayed_backwards_is_another(turned: str) -> None:
    assert match(turned) is None
    assert match(turned, CLAUSE.replace("najviše 12 500,50", turned)) is not None


TYPED = "(c) the Supplier pays one-half (1/2) of 21/2 -- at once -- on Form(TM) (r) --5 days"


@pytest.mark.parametrize(
    ("quotation", "altered"),
    [
        ("© the Supplier pays", [RemarkKind.CHARACTERS]),
        ("one-half (½) of", [RemarkKind.CHARACTERS]),
        ("of 21/2 — at once – on", [RemarkKind.DASHES]),
        ("of 2½", None),
        ("−5 days", None),
        ("-5 days", None),
    ],
)
def test_what_a_word_processor_makes_of_what_is_typed(quotation: str, altered: list[RemarkKind] | None) -> None:
    assert (kinds(quotation, TYPED) if match(quotation, TYPED) else None) == altered
