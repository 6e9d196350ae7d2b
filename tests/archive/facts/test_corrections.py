"""Corrections become decisions: values checked, evidence found, tables read."""

from __future__ import annotations

from typing import Any

import pytest

from archive.errors import UsageError
from archive.facts.corrections import Correction, Corrections, LineOutcome, decide_lines, read_lines
from archive.facts.evidence import fact_records
from archive.facts.values import Municipalities
from archive.model import Span
from archive.model.decisions import DecisionAction, FieldChange
from archive.store.catalog import Catalog
from tests.store_samples import add_samples

VENDOR = "Камера 1 д.о.о."


@pytest.fixture
def id_(catalog: Catalog) -> str:
    """A document of two pages of 17 words and an unread one."""
    return add_samples(catalog, [1])[0]


@pytest.fixture
def corrections(catalog: Catalog) -> Corrections:
    return Corrections(catalog, Municipalities([("Đurđevo", [])]))


def correct(
    id_: str, field: str, value: str | None, action: DecisionAction = DecisionAction.CORRECT, **more: Any
) -> Correction:
    return Correction(id_[:10], field, action, more.pop("by", "ana"), value, **more)


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        ({}, None),
        ({"words": "7"}, (7, 7)),
        ({"words": "20-22"}, (20, 22)),
        ({"quote": "opštinu ĐURĐEVO", "page": 1}, (13, 14)),
        ({"quote": "opštinu Đurđevo", "page": 2}, (30, 31)),
        ({"quote": "strana2"}, (33, 33)),
        ({"quote": "za opstinu djurdjevo dokument1 strana1"}, (12, 16)),
    ],
)
def test_evidence_is_named_by_numbers_or_by_a_quotation(
    corrections: Corrections, id_: str, evidence: dict[str, Any], words: tuple[int, int] | None
) -> None:
    (fact,) = corrections.decision(correct(id_, "municipality", "ĐURĐEVO", **evidence)).facts
    assert (fact.value, fact.span) == ("Đurđevo", words and Span(id_, 1, *words))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"quote": "opštinu Đurđevo"}, "on pages 1, 2. Name one of them"),
        ({"quote": "nema ovoga"}, "is not in ugovor 1.pdf. Copy it from: dosije show"),
        ({"quote": "strana2", "page": 1}, "is not on page 1"),
        ({"quote": "x", "page": 4}, "has 3 pages; there is no page 4"),
        ({"quote": "—", "page": 1}, "is not on page 1"),
        ({"page": 1}, "A page alone is not evidence"),
        ({"words": "5-2"}, "between 0 and 33"),
        ({"words": "30-34"}, "between 0 and 33"),
        ({"words": "x"}, "are not words of"),
        ({"words": "1", "quote": "x"}, "not by both"),
        ({"by": " "}, "A person's name"),
        ({"by": "a\nb"}, "A person's name"),
        ({"action": DecisionAction.ADD}, "A document has one kind"),
        ({"value": None, "action": DecisionAction.REPLACE, "old": "x"}, "no value to replace"),
        ({"field": "knd"}, "Did you mean kind"),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused(
    corrections: Corrections, id_: str, more: dict[str, Any], said: str
) -> None:
    asked = {"field": "kind", "value": "minutes"} | more
    with pytest.raises(UsageError, match=said):
        corrections.decision(correct(id_, **asked))


def test_an_old_value_is_found_however_it_is_written(corrections: Corrections, id_: str) -> None:
    for written in (VENDOR, "kamera 1 D.O.O.", "Kamera 1 d.o.o."):
        assert corrections.decision(correct(id_, "vendor", None, DecisionAction.REMOVE, old=written)).old == VENDOR


def test_facts_are_told_with_page_words_and_boxes(catalog: Catalog, corrections: Corrections, id_: str) -> None:
    catalog.decisions.record([corrections.decision(correct(id_, "title", "Ugovor", words="4-7"))])
    *_, vendor, title = fact_records(catalog, id_)
    assert (vendor["page"], vendor["quote"], vendor["details"]["pib"]) == (1, ": nadzorne", "100000001")
    assert vendor["boxes"] == [pytest.approx([0.45, 0.01, 0.55, 0.0223], abs=1e-4)]
    assert len(title["boxes"]) == 2, "a box for each line"
    assert len({record["id"] for record in fact_records(catalog, id_)}) == 4


def decide(catalog: Catalog, corrections: Corrections, table: str, *, tries: bool = False) -> list[LineOutcome]:
    return decide_lines(catalog, corrections, read_lines(table.encode(), "t.csv"), "bora", try_only=tries)


def test_lines_for_one_list_name_its_values_together(catalog: Catalog, corrections: Corrections, id_: str) -> None:
    lines = (f"{id_},vendor,A,,ana", "", f"{id_},vendor,B,,", f"{id_},vendor,A,,ana", f"{id_},bidder,C,add,")
    table = "document,field,value,action,by\n" + "\n".join(lines)
    first, second = decide(catalog, corrections, table)
    assert (first.numbers, second.numbers) == ((2, 4, 5), (6,))
    assert [(fact.field, fact.value) for fact in catalog.facts.of(id_)[2:]] == [
        ("vendor", "A"),
        ("vendor", "B"),
        ("bidder", "C"),
    ]
    assert [event.detail["by"] for event in catalog.decisions.history(id_)] == ["ana", "bora"]


def test_every_line_that_cannot_be_is_named(catalog: Catalog, corrections: Corrections, id_: str) -> None:
    lines = ("kind,minutes,,,", "kind,report,,,", "vendor,X,Nema,,", "vendor,,,confirm,", "year,2020,,smudge,")
    table = "document,field,value,old,action,page\n" + "".join(
        f"{id_},{line}\n" for line in (*lines, "year,2020,,,", "date,1.1.2020,,,x")
    )
    outcomes = decide(catalog, corrections, table)
    refused = {one.numbers[0]: str(one.outcome) for one in outcomes if isinstance(one.outcome, UsageError)}
    assert {number: text.split(".")[0] for number, text in refused.items()} == {
        3: "Line 2 corrects the kind of this document to something else",
        4: f"{id_[:12]} has no vendor 'Nema'",
        6: "'smudge' is not an action",
        8: "'x' is not a page number",
    }
    assert catalog.decisions.history(id_) == ()


def test_lines_confirm_empty_replace_and_remove(catalog: Catalog, corrections: Corrections, id_: str) -> None:
    table = "document;field;value;old;action\n" + "".join(
        f"{id_};{line}\n" for line in ("kind;;;confirm", "year;;;", f"vendor;X;{VENDOR};", "vendor;;X;", "title;T;;")
    )
    changes = [one.outcome for one in decide(catalog, corrections, table) if isinstance(one.outcome, FieldChange)]
    assert [[fact.value for fact in change.after] for change in changes] == [["contract"], [], ["X"], [], ["T"]]
    assert [fact.value for fact in catalog.facts.of(id_)] == ["contract", "T"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (b"field,value\nkind,contract", "no column 'document'"),
        (b"document,field,colour\na,b,c", "an unknown column 'colour'"),
        (b"document,field,field\na,b,c", "two columns of the same name"),
        (b"document,field\n", "has 0 lines"),
        (b"", "no column 'document'"),
        (b"document,field\n\xff,kind", "not UTF-8 text"),
        (b"document,field\n" + b"a,b\n" * 10_001, "10,001 lines"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(table: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_lines(table, "t.csv")
