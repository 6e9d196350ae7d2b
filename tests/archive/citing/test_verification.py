"""Verdicts: what is verified, moved, changed, missing, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from archive.citing.annotation import as_annotation
from archive.citing.claims import claims_in
from archive.citing.formats import FORMATS
from archive.citing.lookup import QuotationSearch
from archive.citing.quotation import Quotation
from archive.citing.styles import CitationStyle
from archive.citing.verdicts import Bytes, Verdict, Verification
from archive.citing.wording import RemarkKind
from archive.model.description import Description
from archive.store.documents import Documents
from tests.archive.citing.conftest import LINES, Contract

QUOTE = LINES[3]


def verify(contract: Contract, text: str) -> Verification:
    return contract.verifier.verify(claims_in(text))


def differences(answer: Verification) -> list[tuple[str, str]]:
    return [(one.quoted, one.archived) for one in answer.differences]


@pytest.mark.parametrize("form", list(FORMATS))
def test_a_citation_in_any_form_is_verified(contract: Contract, form: str) -> None:
    answer = verify(contract, FORMATS[form](contract.citation(), CitationStyle.SR_LONG))
    assert (answer.verdict, answer.original) == (Verdict.VERIFIED, Bytes.INTACT)
    assert answer.cited == answer.newest
    assert answer.cited is not None
    assert (answer.cited.span.first, answer.cited.span.last, answer.cited.page) == (20, 28, 1)


@pytest.mark.parametrize("form", ["text", "markdown", "annotation"])
def test_a_quotation_that_was_tampered_with_is_noticed(contract: Contract, form: str) -> None:
    """An annotation is asked by its selectors, which other programs show, and not by its body."""
    forged = FORMATS[form](contract.citation(), CitationStyle.SR_LONG).replace("24 kamere", "42 kamere")
    answer = verify(contract, forged)
    assert answer.verdict is Verdict.CHANGED
    assert differences(answer) == [("42", "24")]


def test_a_forged_hash_is_noticed(contract: Contract) -> None:
    citation = contract.citation()
    answer = verify(contract, citation.permalink.replace("?quote=", "?quote=0")[:-1])
    assert (answer.verdict, answer.cited) == (Verdict.CHANGED, None)
    assert "hash" in answer.reason
    annotation = as_annotation(citation, CitationStyle.EN) | {"dosije:quoteSha256": "0" * 64}
    assert verify(contract, json.dumps(annotation)).verdict is Verdict.CHANGED


def test_a_wrong_address_in_the_same_reading_is_moved(contract: Contract) -> None:
    annotation: dict[str, Any] = as_annotation(contract.citation(), CitationStyle.EN) | {"dosije:words": [2, 11]}
    answer = verify(contract, json.dumps(annotation))
    assert answer.verdict is Verdict.MOVED
    assert answer.newest is not None
    assert answer.newest.span == contract.citation().span


@pytest.mark.parametrize(
    ("lines", "verdict", "words", "differs"),
    [
        (LINES, Verdict.VERIFIED, (20, 28), []),
        (("PRVI", *LINES), Verdict.MOVED, (21, 29), []),
        ((*LINES[:3], QUOTE.replace("24 kamere", "24kamere")), Verdict.MOVED, (20, 27), []),
        ((*LINES[:3], QUOTE.replace("24", "21")), Verdict.CHANGED, (20, 28), [("24", "21")]),
        ((*LINES[:3], QUOTE.replace("č", "c")), Verdict.CHANGED, (20, 28), None),
        ((*LINES[:3], QUOTE.removesuffix(".")), Verdict.CHANGED, (20, 28), [("dana.", "dana")]),
        (LINES[:3], Verdict.MISSING, None, []),
    ],
    ids=["same", "other numbers", "other spaces", "other word", "no diacritics", "other punctuation", "gone"],
)
def test_a_later_reading_of_the_same_print(
    contract: Contract,
    lines: tuple[str, ...],
    verdict: Verdict,
    words: tuple[int, int] | None,
    differs: list[tuple[str, str]] | None,
) -> None:
    text = contract.citation().permalink
    contract.read_again(*lines)
    answer = verify(contract, text)
    assert answer.verdict is verdict
    assert answer.cited is not None
    assert (answer.cited.span.reading, " ".join(answer.cited.words)) == (1, QUOTE)
    found = answer.newest and (answer.newest.span.first, answer.newest.span.last)
    assert found == words
    assert differs is None or differences(answer) == differs


def test_addresses_that_lead_nowhere_say_why(contract: Contract) -> None:
    quoted = f"„{QUOTE}” /cite/{contract.id}"
    late = verify(contract, f"{quoted}/7/20-28")
    assert (late.verdict, "no reading 7" in late.reason) == (Verdict.MOVED, True)
    beyond = verify(contract, f"{quoted}/1/190-199")
    assert (beyond.verdict, "ends with word 28" in beyond.reason) == (Verdict.MOVED, True)
    unknown = verify(contract, f"„{QUOTE}” /cite/{'a' * 64}/1/20-28")
    assert (unknown.verdict, unknown.original) == (Verdict.MISSING, None)
    other = verify(contract, f"„Nešto sasvim drugo od toga” /cite/{contract.id}/1/20-24")
    assert (other.verdict, other.notes) == (
        Verdict.MISSING,
        ("What is there: Isporučilac isporučuje 24 kamere u",),
    )


@pytest.mark.parametrize(
    ("quotation", "altered"),
    [
        (QUOTE, []),
        ("isporučuje 24 kamere u roku", []),
        ("„isporučuje 24 kamere u roku”", []),
        ("u roku od 30 dana", [RemarkKind.EDGES]),
        ("Испоручилац испоручује 24 камере", [RemarkKind.SCRIPT]),
        ("isporučuje\n  24 kamere", []),
        ("isporu-\nčuje 24 kamere", [RemarkKind.HYPHEN]),
    ],
)
def test_a_copied_quotation_is_found_and_it_is_said_how(
    contract: Contract, quotation: str, altered: list[RemarkKind]
) -> None:
    answer = verify(contract, quotation)
    assert (answer.verdict, answer.original) == (Verdict.VERIFIED, Bytes.INTACT)
    assert [place.document.id for place in answer.places] == [contract.id]
    assert [one.kind for one in answer.alterations] == altered


@pytest.mark.parametrize(
    ("quotation", "differs"),
    [
        ("isporucuje 24 kamere", [("isporucuje", "isporučuje")]),
        ("Isporučilac isporu čuje 24 kamere u roku", [("isporu čuje", "isporučuje")]),
        ("Isporučilac isporučuje 24kamere u roku", [("24kamere", "24 kamere")]),
        ("Isporučilac isporučuje 42 kamere u roku", [("42", "24")]),
        ("cena iznosi 124.80.000,00 dinara", [("cena", "Cena"), ("124.80.000,00 dinara", "12.480.000,00 dinara.")]),
    ],
)
def test_a_copied_quotation_with_other_words_is_changed(
    contract: Contract, quotation: str, differs: list[tuple[str, str]]
) -> None:
    answer = verify(contract, quotation)
    assert answer.verdict is Verdict.CHANGED
    assert differences(answer) == differs
    assert answer.places


@pytest.mark.parametrize("quotation", ["dronovi", "Ovih reči nema ni u jednom dokumentu arhive", "24 dronova"])
def test_a_quotation_that_stands_nowhere_is_missing(contract: Contract, quotation: str) -> None:
    answer = verify(contract, quotation)
    assert (answer.verdict, answer.places) == (Verdict.MISSING, ())


def test_a_quotation_from_an_earlier_reading_is_known(contract: Contract) -> None:
    contract.read_again(*LINES[:3], QUOTE.replace("24", "21"))
    answer = verify(contract, QUOTE)
    assert answer.verdict is Verdict.CHANGED
    assert answer.cited is not None
    assert answer.cited.span.reading == 1
    assert differences(answer) == [("24", "21")]


def test_a_quotation_in_several_documents_lists_them(contract: Contract) -> None:
    with contract.archive.writing():
        other = contract.filler.text("aneks.txt", ["Aneks", QUOTE], "sr-Latn")
        contract.archive.indexing.index_due()
    answer = verify(contract, QUOTE)
    assert {place.document.id for place in answer.places} == {contract.id, other}
    assert "1 more place" in answer.reason


def test_a_document_is_described_once_however_often_a_quotation_stands_in_it(
    contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number that stood at thousands of places of a paper with thousands of facts kept the room busy for minutes."""
    with contract.archive.writing():
        contract.filler.text("spisak.txt", ["zumbul " * 40], "sr-Latn")
        contract.archive.indexing.index_due()
    described: list[object] = []
    describe = Documents.descriptions

    def noted(documents: Documents, ids: Iterable[str]) -> dict[str, Description]:
        described.append(ids)
        return describe(documents, ids)

    search = QuotationSearch(contract.archive.catalog, contract.archive.search)
    monkeypatch.setattr(Documents, "descriptions", noted)
    assert len(search.found(Quotation("zumbul"))) == 40
    assert len(described) == 1


BRACKETS = "(d) The Supplier delivers on time [Redacted – Commercially Sensitive – Termination Timing] to the Buyer"


@pytest.mark.parametrize(
    "forged",
    [
        "(d) The Supplier delivers on time [Redacted – Commercially Sensible – Termination Timing]",
        "(d) The Supplier delivers on time [Redacted – Commercially Sensible] … to the Buyer",
        "[Redacted – Commercially – Termination Timing] to the Buyer",
        "to the [Commercially Sensitive – Termination Timing]",
    ],
)
@pytest.mark.parametrize("text", ["„{quotation}” {link}", "{link}\n{quotation}", "„{quotation}”"])
def test_brackets_of_the_document_are_no_insertion_of_the_citer(contract: Contract, text: str, forged: str) -> None:
    """Nor is a text that is little but brackets known by the words around them."""
    contract.read_again(f"1. {BRACKETS}")
    link = contract.citation(1, 16, reading=2).permalink
    assert verify(contract, text.format(quotation=BRACKETS, link=link)).verdict is Verdict.VERIFIED
    for honest in ("(d) The [Serbian] Supplier delivers on time", BRACKETS.replace("on time", "on [sic] time")):
        assert verify(contract, text.format(quotation=honest, link=link)).verdict is Verdict.VERIFIED
    assert verify(contract, text.format(quotation=forged, link=link)).verdict is not Verdict.VERIFIED


TRANSCRIPT = "20 “It is not for one of our states to be inhospitable to the others"
"""A mark that opens and is closed on another page."""


@pytest.mark.parametrize(
    "forged",
    [
        TRANSCRIPT.replace("20", "29"),
        TRANSCRIPT.replace("20", "−20"),
        f"to the others {TRANSCRIPT.removesuffix(' to the others')}",
        TRANSCRIPT.replace("others", "others” are 20 of 50").replace("20 “It", "30 “It"),
    ],
)
def test_what_was_altered_before_a_mark_of_the_document_under_a_link_is_noticed(
    contract: Contract, forged: str
) -> None:
    """What stands in the marks is left as it was, and is verified by itself."""
    contract.read_again(f"Mr. Kneedler last week. {TRANSCRIPT}")
    link = contract.citation(4, 18, reading=2).permalink
    assert verify(contract, f"{link}\n{TRANSCRIPT}").verdict is Verdict.VERIFIED
    assert verify(contract, f"{link}\n{forged}").verdict is Verdict.CHANGED


def test_words_in_marks_under_a_link_may_be_told_in_a_sentence(contract: Contract) -> None:
    """The words around them are the citer's."""
    link = contract.citation().permalink
    assert verify(contract, f"{link}\nU ugovoru piše: „{QUOTE}”, i to je sporno.").verdict is Verdict.VERIFIED


@pytest.mark.parametrize("sign", ["\uf0a3", "☐", "€", "©"])
def test_a_quotation_may_begin_with_a_sign(contract: Contract, sign: str) -> None:
    """Such as a box of a form, which fonts of symbols have among the private characters of Unicode."""
    contract.read_again(f"Obrazac {sign} Trajanje okvirnog sporazuma u mesecima 12")
    link = contract.citation(1, 7, reading=2).permalink
    text = f"Na strani 1. piše: „{sign} Trajanje okvirnog sporazuma u mesecima 12” {link}"
    assert verify(contract, text).verdict is Verdict.VERIFIED


def test_a_number_that_has_another_in_it_is_one_number(contract: Contract) -> None:
    """The number of a court's file has the word for a number in it."""
    lines = ("Zapisnik o glavnoj raspravi", "Rešenjem suda kamata nije ugovorena da teče za grejs period")
    facts = {"title": ("Zapisnik o glavnoj raspravi", 0, 3), "reference": ("IP 1 br. 116/07", 4, 4)}
    with contract.archive.writing():
        contract.filler.text("zapisnik.txt", lines, "sr-Latn", facts=facts)
        contract.archive.indexing.index_due()
    quoted = f"„{lines[1]}” (Zapisnik o glavnoj raspravi, {{}})"
    assert verify(contract, quoted.format("no. IP 1 br. 116/07")).verdict is Verdict.VERIFIED
    assert verify(contract, quoted.format("IP 1 br. 117/07")).verdict is Verdict.CHANGED
    assert verify(contract, quoted.format("IP 1 br. 116/075")).verdict is Verdict.CHANGED
