"""Codes of the Common Procurement Vocabulary, beside other rows of eight digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from indexer.facts.cpv import check_digit

FactsOf = Callable[..., Any]


@pytest.mark.parametrize("code", ["32323500-8", "60130000-8", "45000000-7", "92500000-6", "42141500-4"])
def test_check_digits(code: str) -> None:
    """The published ones; the last is an exception to the rule."""
    assert check_digit(code[:8]) == int(code[9])


@pytest.mark.parametrize(
    "line",
    [
        "Oznaka iz opšteg rečnika nabavke: 32323500-8 – sistem za video-nadzor.",
        "Главна CPV ознака 32323500 – Систем",
        "ОРН 32323500 - систем",
        "(oprema za video-nadzor 32323500-8)",
    ],
)
def test_with_and_without_the_check_digit(facts_of: FactsOf, line: str) -> None:
    """Before and after its text, with its label or a check digit that is right."""
    assert facts_of(f"JAVNI POZIV\n{line}")["cpv"] == ["32323500"]


def test_several_codes_of_one_form(facts_of: FactsOf) -> None:
    """A form names the vocabulary in its labels; the codes follow in the block of values."""
    facts = facts_of(
        "ПОЗИВ ЗА ПОДНОШЕЊЕ ПОНУДЕ\nназив и ознака из општег речника набавке:\nВрста предмета:\nДобра\n"
        "(Месо 15100000\nВоће 15300000 и месо 15100000)"
    )
    assert facts["cpv"] == ["15100000", "15300000"]


def test_wrong_check_digit_is_flagged(facts_of: FactsOf) -> None:
    """With its label the code is kept, and doubted."""
    fact = facts_of("JAVNI POZIV\nCPV: 32323500-1").fact("cpv")
    assert (fact.value, dict(fact.details)) == ("32323500", {"check": "1", "check_failed": "yes"})


@pytest.mark.parametrize(
    "line",
    [
        "CPV je naveden. matični broj: 32323500",
        "CPV: vidi prilog. Telefoni: +383 38230900 Email: x",
        "CPV: 00123400",
        "račun 840-32323500-23",
        "Konto 426591 iznos 32323512",
    ],
)
def test_other_rows_of_digits(facts_of: FactsOf, line: str) -> None:
    """Registration numbers, telephones, accounts and impossible divisions."""
    assert facts_of(f"JAVNI POZIV\n{line}")["cpv"] == []


def test_a_law_buys_nothing(facts_of: FactsOf) -> None:
    """A code in a law is an example."""
    assert facts_of("ZAKON O JAVNIM NABAVKAMA\nCPV 32323500-8")["cpv"] == []


def test_a_code_of_the_vocabulary_before_needs_its_label(facts_of: FactsOf) -> None:
    """Kosovo still prints division 93, which is no longer there."""
    label = "Klasifikimi i Fjalorit të Përgjithshëm të Prokurimit (FPP)"
    assert facts_of(f"NJOFTIM PËR DHËNIE TË KONTRATËS\n{label}\n93000000-8")["cpv"] == ["93000000"]
    assert facts_of("NJOFTIM PËR DHËNIE TË KONTRATËS\nSasia\n93000000-8")["cpv"] == []
