"""Rates that a paper prints, and sums that are the most to be paid. Sentences are our own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.model import Fact, Span
from indexer.facts.printed_rates import find, with_ceilings
from indexer.facts.text import DocumentText

TextOf = Callable[..., DocumentText]


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("Cena sa obračunatim PDV-om po stopi od 20% iznosi 120.000,00 dinara.", ["20"]),
        ("Цена без ПДВ-а 100.000,00 динара, 20% ПДВ 20.000,00 динара.", ["20"]),
        ("Stopa PDV-a iznosi 10 %.", ["10"]),
        ("stopa poreza na dodatu vrednost je 8,5%", ["8.5"]),
        ("PDV od 20% i opet PDV od 20 %, a za hranu PDV od 10%", ["20", "10"]),
        ("Garancija u visini od 10% vrednosti ugovora bez PDV.", []),
        ("Avans 30% bez PDV, ponude sa PDV 2020.", []),
        ("PDV od 120%", []),
    ],
)
def test_rates_of_vat(text_of: TextOf, text: str, rates: list[str]) -> None:
    assert [fact.value for fact in find(text_of(text)) if fact.field == "vat_rate"] == rates


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("po srednjem kursu NBS 1 EUR = 117,5785 RSD", ("117.5785", "RSD", "EUR")),
        ("по курсу од 117,58 динара за 1 евро на дан уговора", ("117.58", "RSD", "EUR")),
        ("1 € = 1,95583 BAM", ("1.95583", "BAM", "EUR")),
        ("kurs 117,58", None),
        ("cena je 120 dinara za 1 komad", None),
        ("1 eur = 1 eur", None),
    ],
)
def test_rates_of_exchange_name_both_currencies(text_of: TextOf, text: str, rate: tuple[str, str, str] | None) -> None:
    found = [fact for fact in find(text_of(text)) if fact.field == "exchange_rate"]
    assert [(fact.value, fact.details["currency"], fact.details["to"]) for fact in found] == ([rate] if rate else [])


def test_a_rate_stands_on_its_words(text_of: TextOf) -> None:
    (fact,) = find(text_of("Obračunat je PDV po stopi od 20% ."))
    assert fact.span is not None
    assert (fact.span.first, fact.span.last) == (2, 6)


@pytest.mark.parametrize(
    ("text", "is_ceiling"),
    [
        ("Okvirni sporazum se zaključuje do iznosa od 9.000.000,00 dinara", True),
        ("Укупна вредност не може прећи износ од 9.000.000,00 динара", True),
        ("Вредност оквирног споразума износи 9.000.000,00 динара", True),
        ("utrošeno od vrednosti okvirnog sporazuma (9.000.000,00 dinara)", True),
        ("Vrednost ugovora iznosi 9.000.000,00 dinara", False),
        ("do iznosa od 100,00 dinara. Cena je 9.000.000,00 dinara", False),
    ],
)
def test_a_sum_that_is_the_most(text_of: TextOf, text: str, is_ceiling: bool) -> None:
    made = text_of(text)
    at = next(number for number, word in enumerate(made.words) if "9.000.000,00" in word)
    amount = Fact("amount", "9000000.00", Span(made.document, made.reading, at, at), "amount.test", 0.9)
    year = Fact("year", "2020", Span(made.document, made.reading, at, at), "year.test", 0.9)
    found, other = with_ceilings(made, [amount, year])
    assert (found.details.get("ceiling") == "yes") is is_ceiling
    assert other == year


def test_the_most_with_vat_is_the_most_too(text_of: TextOf) -> None:
    made = text_of("Vrednost okvirnog sporazuma iznosi 500,00 dinara bez PDV, odnosno 600,00 sa PDV; menica 50,00")
    at = {word: number for number, word in enumerate(made.words)}
    facts = [
        Fact("amount", value, Span(made.document, made.reading, at[word], at[word]), "amount.test", 0.9)
        for value, word in (("500.00", "500,00"), ("600.00", "600,00"), ("50.00", "50,00"))
    ]
    assert ["ceiling" in fact.details for fact in with_ceilings(made, facts)] == [True, True, False]


def test_the_price_of_a_framework_agreement_is_the_most_that_may_be_paid(text_of: TextOf) -> None:
    said = "u iznosu od 700.000,00 dinara. Ukupna vrednost ne može preći 900.000,00 dinara."

    def roles(title: str) -> list[str]:
        made = text_of(f"{title}\no nabavci peska\n\nIzabrana je ponuda {said}")
        sums = {
            value: made.words.index(printed)
            for value, printed in (("700000.00", "700.000,00"), ("900000.00", "900.000,00"))
        }
        facts = [
            made.fact("amount", value, (at, at), "a", 0.9, details={"role": "contract"}) for value, at in sums.items()
        ]
        return [fact.details["role"] for fact in with_ceilings(made, facts)]

    assert roles("OKVIRNI SPORAZUM") == ["award", "contract"]
    assert roles("UGOVOR") == ["contract", "contract"]


@pytest.mark.parametrize(
    ("head", "is_called_off"),
    [
        ("UGOVOR\nzaključen na osnovu okvirnog sporazuma broj 404-1/2020", True),
        ("POJEDINAČNI UGOVOR O NABAVCI", True),
        ("UGOVOR\nzaključen u otvorenom postupku", False),
        ("OKVIRNI SPORAZUM\nPojedinačni ugovori zaključuju se po njemu", False),
    ],
)
def test_the_price_of_what_is_called_off_says_so(text_of: TextOf, head: str, is_called_off: bool) -> None:
    made = text_of(f"{head}\n\nUgovorena cena je 500,00 dinara")
    at = made.words.index("500,00")
    price = made.fact("amount", "500.00", (at, at), "a", 0.9, details={"role": "contract"})
    (found,) = with_ceilings(made, [price])
    assert ("call_off" in found.details) is is_called_off
