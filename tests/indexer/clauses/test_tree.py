"""Headings, regions and ends: what belongs to a clause."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Clause
from tests.indexer.clauses.conftest import Outline
from tests.indexer.facts.conftest import words_of

SIGNED = "Naručilac: Isporučilac:\n\n____________ ____________\n\nToza Izmišljeni, predsednik"


def test_headings_before_the_number(outline: Callable[..., Outline]) -> None:
    first = "Predmet ugovora\n\nČlan 1.\n\nIsporučuju se kamere."
    found = outline(f"{first}\n\nCena\n\nČlan 2.\n\nCena je 5 dinara.\n\nČlan 3.\n\nNema avansa.")
    assert [found[f"art_{number}"].heading for number in (1, 2, 3)] == ["Predmet ugovora", "Cena", None]
    assert found.text("art_2").startswith("Cena Član 2.")
    assert found.text("art_1").endswith("kamere.")


def test_what_goes_on_after_a_colon_is_no_heading(outline: Callable[..., Outline]) -> None:
    first = "Član 1.\n\nSedište je na adresi:\n\nZrenjanin, Izmišljena ulica 5"
    found = outline(f"{first}\n\nČlan 2.\n\nCena je 5 dinara.\n\nOPŠTE ODREDBE\n\nCena\n\nČlan 3.\n\nNema avansa.")
    assert found["art_2"].heading is None
    assert found.text("art_1").endswith("ulica 5")
    assert found["art_3"].heading == "Cena"
    assert found.text("art_3").startswith("OPŠTE ODREDBE Cena")


def test_headings_after_the_number(outline: Callable[..., Outline]) -> None:
    found = outline("Član 1.\n\nPredmet\n\nIsporučuju se kamere.\n\nČlan 2.\n\nCena\n\nCena je 5 dinara.\n\nZaključno.")
    assert [found[f"art_{number}"].heading for number in (1, 2)] == ["Predmet", "Cena"]
    assert found.text("art_2__para_1") == "Cena je 5 dinara."


def test_headings_on_the_line_of_the_number(outline: Callable[..., Outline]) -> None:
    found = outline("Član 1. - Predmet ugovora\n\nIsporučuju se kamere.\n\nČlan 2. – Cena\n\nCena je 5 dinara.")
    assert [found[f"art_{number}"].heading for number in (1, 2)] == ["Predmet ugovora", "Cena"]


def test_headings_run_into_the_text(outline: Callable[..., Outline]) -> None:
    found = outline(
        "1. Term. This contract ends soon.\n\n2. Governing Law. (a) It is that of Serbia.\n\n3. GENERAL.\n\nNothing."
    )
    assert [found[f"sec_{number}"].heading for number in (1, 2, 3)] == ["Term", "Governing Law", "GENERAL"]


def test_the_heading_of_the_document_is_not_that_of_its_first_article(outline: Callable[..., Outline]) -> None:
    found = outline("UGOVOR O NABAVCI KAMERA\n\nČlan 1.\n\nIsporučuju se kamere.\n\nČlan 2.\n\nCena je 5 dinara.")
    assert found["art_1"].heading is None
    assert found.text("art_1").startswith("Član 1.")


@pytest.mark.parametrize(
    "end", [SIGNED, "U Bečeju, dana 5. maja 2020. godine\n\nKupac", "IN WITNESS WHEREOF, signed.\n\nBy:"]
)
def test_the_last_article_ends_before_the_signatures(outline: Callable[..., Outline], end: str) -> None:
    found = outline(f"Član 1.\n\nIsporučuju se kamere.\n\nČlan 2.\n\nCena je 5 dinara.\n\n{end}")
    assert found.text("art_2") == "Član 2. Cena je 5 dinara."


def test_a_second_contract_begins_with_its_own_preamble(outline: Callable[..., Outline]) -> None:
    one = "Član 1.\n\nIsporučuju se kamere.\n\nČlan 2.\n\nCena je 5 dinara."
    found = outline(f"{one}\n\n{SIGNED}\n\nUgovor o održavanju\n\nOvaj ugovor zaključuju Prvi i Drugi.\n\n{one}")
    assert found.text("art_2") == "Član 2. Cena je 5 dinara."
    assert found["art_1-2"].heading is None
    assert "zaključuju" not in found.text("art_1-2")


def test_a_clause_may_run_over_pages(outline: Callable[..., Outline]) -> None:
    found = outline("Član 1.\n\nIsporučuju se kamere.", "Rok je mesec dana.\n\nČlan 2.\n\nCena je 5 dinara.")
    assert found.text("art_1").endswith("Rok je mesec dana.")
    assert found["art_1__para_2"].counted


def _children(clauses: tuple[Clause, ...], parent: str | None) -> list[Clause]:
    return [clause for clause in clauses if clause.parent == parent]


_PIECES = st.sampled_from(
    [
        *("Član 1.", "Član 2.", "Člen 3.", "„Član 3.", "Article IV", "Section 2.1 Term. It", "I Opšte odredbe", "II."),
        *("1. Predmet", "9.", "1.1", "1.1.1 i tako", "(1) Prvi.", "1) jedan;", "a) pod a;", "(i) one;", "- crta;"),
        *("Cena", "Kupac plaća cenu.", "Kupac plaća:", "bez tačke", "glasi:", "Prilog 1", "______", "Prodavac Kupac"),
    ]
)


@given(st.lists(_PIECES, max_size=14), st.sampled_from(["contract", "regulation", None]))
def test_any_tree_is_a_tree(pieces: list[str], kind: str | None) -> None:
    """Ids are unique, parents come first and hold their children, siblings never overlap."""
    clauses = Outline([words_of("\n\n".join(pieces))] if pieces else [], kind).clauses
    by_eid = {clause.eid: clause for clause in clauses}
    assert len(by_eid) == len(clauses)
    for clause in clauses:
        if clause.parent is not None:
            parent = by_eid[clause.parent]
            assert parent.span.first <= clause.span.first <= clause.span.last <= parent.span.last
            assert clauses.index(parent) < clauses.index(clause)
    for parent_eid in [None, *by_eid]:
        siblings = _children(clauses, parent_eid)
        for before, after in pairwise(siblings):
            assert before.span.last < after.span.first
