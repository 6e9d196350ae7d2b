"""Rates of VAT and exchange that a document prints, and sums that are ceilings.

``vat_rate`` is a percentage beside the name of the tax. ``exchange_rate`` is the price of one currency in another; both
must be named. Neither is ever computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache

from archive.model import Fact
from indexer.facts.kind import calls_itself
from indexer.facts.scoring.money import is_with_vat
from indexer.facts.sums import currency_in
from indexer.facts.text import DocumentText, any_of, compiled
from indexer.gazetteer import table

_MOST_PERCENT = 30
"""Upper limit of plausible VAT rates."""

_CEILING_WITHIN = 60
"""Number of characters before a sum in which it may be called a maximum."""

_NUMBER = r"(?P<number>\d{1,4}(?:[.,]\d{1,6})?)"
_EQUATION = re.compile(rf"(?<![\d.,])1(?:[.,]0+)?\s?(?P<to>\w+|€)\s?=\s?{_NUMBER}\s?(?P<currency>\w+)")
_FOR_ONE = re.compile(
    rf"(?<![\d.,]){_NUMBER}\s?(?P<currency>\w+)\s?(?:za|po|/)\s?(?:(?:1|jedan|jedno)\s)?(?P<to>\w+|€)"
)


def find(text: DocumentText) -> Iterator[Fact]:
    """Yield each rate once, at its first mention."""
    found: dict[tuple[str, str, str], Fact] = {}
    for fact in (*_vat_rates(text), *_exchange_rates(text)):
        found.setdefault((fact.field, fact.value, fact.details.get("currency", "")), fact)
    yield from found.values()


def with_ceilings(text: DocumentText, facts: Sequence[Fact]) -> list[Fact]:
    """Return the facts, with the detail ``ceiling`` on sums that are maximum amounts, and on the same with VAT after
    them, or ``call_off`` on prices of what was called off under a framework agreement."""
    is_framework = calls_itself(text, "framework")
    if not is_framework and _call_off().search(text.folded, 0, _HEAD):
        facts = [_called_off(fact) for fact in facts]
    found: list[Fact] = []
    before: Fact | None = None
    for fact in facts:
        is_ceiling = False
        if fact.field == "amount":
            is_own = _is_ceiling(text, fact) or (is_framework and _is_value(text, fact))
            is_ceiling = is_own or (before is not None and is_with_vat(Decimal(before.value), Decimal(fact.value)))
            before = fact if is_own else None
        found.append(replace(fact, details={**fact.details, "ceiling": "yes"}) if is_ceiling else fact)
    return _of_framework(found) if is_framework else found


_HEAD = 1200
"""Characters at the beginning of a contract in which it says under which framework agreement it was called off."""


@cache
def _call_off() -> re.Pattern[str]:
    return compiled(table("money_terms")["framework"]["call_off"])


def _called_off(fact: Fact) -> Fact:
    is_price = fact.field == "amount" and fact.details.get("role") in {"contract", "award"}
    return replace(fact, details={**fact.details, "call_off": "yes"}) if is_price else fact


_VALUE_WITHIN = 300
_CLAUSE = r"(?:(?!\bponud[aeu]\b)[^.;\d]|\.(?=[a-z])|(?<=\.[a-z])\.)"
_VALUE = re.compile(
    rf"\b(?:sporazum\w*\s{_CLAUSE}{{0,60}}?zakljuc|zakljuc\w*\s{_CLAUSE}{{0,60}}?sporazum)\w*\s{_CLAUSE}{{0,160}}?"
    r"\b(?:na|do|u)\s(?:\w+\s){0,2}(?:iznos|vr(?:ij)?ednost)\w*\s(?:od\s)?$"
    r"|\bvr(?:ij)?ednost\w*\s(?:ovog\s|okvirn\w+\s){0,2}sporazum\w*\s(?:[^\W\d]+\s){0,3}$"
)
"""What says, before a sum in a framework agreement, that it is its value: "zaključuje se na iznos od"."""


def _is_value(text: DocumentText, fact: Fact) -> bool:
    assert fact.span is not None
    start = text.starts[fact.span.first]
    return _VALUE.search(text.folded, max(0, start - _VALUE_WITHIN), start) is not None


def _of_framework(facts: Sequence[Fact]) -> list[Fact]:
    """Return the facts of a framework agreement: its price is the most that may be paid; what the chosen bid was for,
    by assumed quantities, was awarded."""
    priced = [fact for fact in facts if fact.details.get("role") in {"contract", "award"}]
    if not any("ceiling" in fact.details for fact in priced):
        return list(facts)
    others = {id(fact) for fact in priced if "ceiling" not in fact.details}
    return [replace(fact, details={**fact.details, "role": "award"}) if id(fact) in others else fact for fact in facts]


def _is_ceiling(text: DocumentText, fact: Fact) -> bool:
    if fact.span is None:
        return False
    start = text.starts[fact.span.first]
    return _ceiling().search(text.folded, max(0, start - _CEILING_WITHIN), start) is not None


@cache
def _ceiling() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(table('money_terms')['ceiling']['words'])})\W{{0,3}}$")


def _vat_rates(text: DocumentText) -> Iterator[Fact]:
    if not any(sign in text.folded for sign in ("%", "posto", "odsto")):
        return
    for pattern in _vat():
        for match in text.find(pattern):
            percent = Decimal(match.match["number"].replace(",", "."))
            if 0 < percent <= _MOST_PERCENT:
                where = (match.first, match.last)
                yield text.fact("vat_rate", f"{percent.normalize():f}", where, "vat_rate.printed", 0.95)


@cache
def _vat() -> tuple[re.Pattern[str], ...]:
    words = table("money_terms")["vat"]
    name, between, before = (any_of(words[key]) for key in ("names", "between", "before"))
    number = r"(?P<number>\d{1,2}(?:[.,]\d{1,2})?)\s?(?:%|posto|odsto)"
    return (
        re.compile(rf"{name}\W{{1,3}}(?:{between})\W{{1,3}}{number}"),
        re.compile(rf"(?:{before})\W{{1,3}}{name}\W{{1,3}}(?:(?:{between})\W{{1,3}})?{number}"),
        re.compile(rf"(?<![\d.,]){number}\s?{name}"),
    )


def _exchange_rates(text: DocumentText) -> Iterator[Fact]:
    for pattern in (_EQUATION, _FOR_ONE) if "=" in text.folded else (_FOR_ONE,):
        for match in text.find(pattern):
            currency, to = (currency_in(match.match[name]) for name in ("currency", "to"))
            number = Decimal(match.match["number"].replace(",", "."))
            if currency and to and currency != to and number > 0:
                details = {"currency": currency, "to": to}
                where = (match.first, match.last)
                yield text.fact("exchange_rate", f"{number:f}", where, "exchange_rate.printed", 0.9, details=details)
