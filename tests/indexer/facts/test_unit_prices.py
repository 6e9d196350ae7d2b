"""Unit prices are marked, so that they are not taken for what a contract is worth. Papers are our own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from archive.model import Fact, Span
from indexer.facts.text import DocumentText
from indexer.facts.unit_prices import mark_unit_prices
from tests.indexer.facts.conftest import DOCUMENT
from tests.paper_samples import fact

TextOf = Callable[..., DocumentText]


def amount(value: str, role: str, currency: str = "EUR", **details: str) -> Fact:
    return fact("a", "amount", value, currency=currency, vat="unknown", role=role, **details)


def award(value: str) -> Fact:
    return fact("a", "award", f"Kombi Test, {value} EUR", vendor="Kombi Test", amount=value, currency="EUR")


def marks(facts: Sequence[Fact]) -> list[str | None]:
    return [each.details.get("unit_price") for each in facts]


def test_what_is_next_to_nothing_of_the_estimate_is_likely_a_unit_price(text_of: TextOf) -> None:
    facts = [amount("88000.00", "estimated"), amount("39.00", "contract"), amount("72.00", "award"), award("39.00")]
    told = mark_unit_prices(text_of("Njoftim"), "award_decision", facts)
    assert marks(told) == [None, "likely", "likely", "likely"]
    assert [each.value for each in told] == [each.value for each in facts]


@pytest.mark.parametrize(
    "facts",
    [
        [amount("900000.00", "estimated"), amount("50342.90", "contract")],
        [amount("100.00", "estimated"), amount("2.00", "contract")],
        [amount("88000.00", "estimated", "RSD"), amount("39.00", "contract")],
        [amount("39.00", "contract"), award("39.00")],
        [amount("88000.00", "estimated"), amount("39.00", "other")],
        [amount("88000.00", "estimated"), amount("39.00", "contract"), amount("60000.00", "contract")],
        [amount("88000.00", "estimated"), amount("39.00", "contract"), award("60000.00")],
    ],
    ids=["part", "at the limit", "other currency", "no estimate", "no price", "a large lot", "a large line"],
)
def test_what_is_worth_something_is_not_marked(text_of: TextOf, facts: list[Fact]) -> None:
    assert mark_unit_prices(text_of("Njoftim"), "award_decision", facts) == facts


def test_what_the_paper_calls_a_unit_price_stays_so(text_of: TextOf) -> None:
    facts = [amount("88000.00", "estimated"), amount("39.00", "contract", unit_price="yes")]
    assert marks(mark_unit_prices(text_of("Njoftim"), "award_decision", facts)) == [None, "yes"]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Jedinična cena po kameri, sa ugradnjom, iznosi 390,00 dinara bez PDV.", "likely"),
        ("Јединична цена износи 390,00 динара.", "likely"),
        ("Jedinična cena je u ponudi. Ukupno 390,00 dinara.", None),
        ("Cena iznosi 390,00 dinara.", None),
    ],
)
def test_a_price_of_a_contract_that_is_called_a_unit_price(text_of: TextOf, text: str, mark: str | None) -> None:
    words = text_of(text)
    at = next(word for word, printed in enumerate(words.words) if printed[0].isdigit())
    told = replace(amount("390.00", "contract"), span=Span(DOCUMENT, 1, at, at))
    assert marks(mark_unit_prices(words, "contract", [told])) == [mark]


PRICES = [amount("0.05", "contract"), amount("350.00", "other"), award("9.00"), fact("a", "year", "2026")]


@pytest.mark.parametrize(
    "text",
    [
        "Sportski centar Test\nODLUKA O CENOVNIKU USLUGA",
        "О Д Л У К У\nО ЦЕНОВНИКУ УСЛУГА",
        "Komunalac Test d.o.o.\nCjenik usluga groblja",
        "LISTA E ÇMIMEVE",
    ],
)
def test_a_price_list_has_no_sums(text_of: TextOf, text: str) -> None:
    assert [each.field for each in mark_unit_prices(text_of(text), "other", PRICES)] == ["year"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("UGOVOR\nCenovnik je prilog ovog ugovora", "contract"),
        ("CENOVNIK kao deo ponude", "tender_documents"),
        ("Izveštaj\nprihodi po cenovniku iz 2020.", "report"),
        ("Odgovor na zahtev\nUsluga je plaćena po\ncenovniku iz 2020.", "foi_reply"),
        ("Izveštaj\n" + "prihodi " * 120 + "\nCENOVNIK", "report"),
    ],
)
def test_a_paper_that_speaks_of_a_price_list_is_none(text_of: TextOf, text: str, kind: str) -> None:
    assert mark_unit_prices(text_of(text), kind, PRICES) == PRICES


def test_a_price_list_within_a_contract_is_no_value_of_it(text_of: TextOf) -> None:
    """In an award, small lots stand beside large ones."""
    facts = [amount("468000.00", "contract"), amount("2.90", "contract")]
    assert marks(mark_unit_prices(text_of("UGOVOR O USLUGAMA"), "contract", facts)) == [None, "likely"]
    assert marks(mark_unit_prices(text_of("ODLUKA"), "award_decision", facts)) == [None, None]
