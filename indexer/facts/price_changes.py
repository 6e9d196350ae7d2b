"""By how much an annex changes the price of its contract: "vrednost se povećava za 1.200.000,00 dinara bez PDV".

``price_change`` is a sum, or a percentage, as printed; whether it makes the price more or less is its ``direction``.
What then holds is not computed here: the price before may be in another document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from archive.model import Fact
from indexer.facts.amounts import is_changed
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.scoring.money import all_monies, is_with_vat
from indexer.facts.sums import vat_in
from indexer.facts.text import any_of, compiled
from indexer.gazetteer import table

_SENTENCE = 220
"""Maximum number of characters from the beginning of a sentence to the number in it."""

_VAT_WITHIN = 45
"""Number of characters after a sum in which its VAT status stands."""

_AGAIN_WITHIN = 60
"""Number of characters between a sum and the same with VAT."""

_END = re.compile(r"(?<!\s\d)(?<!\s\d\d)[.;]\s(?=\D)|\n\s*\n|\bclan\s\d+")
_PERCENT = re.compile(r"(?<![\d.,])(\d{1,3}(?:[.,]\d{1,2})?)\s?(?:%|posto|odsto|procenata|per cent|percent)")
_RESULT = re.compile(r"\biznosi\b|\bnov[aei]\b|\bamounts to\b")


@dataclass(frozen=True, slots=True)
class _Number:
    value: Decimal
    currency: str | None
    start: int
    end: int


def with_changes(context: TextSurroundings, kind: str | None, facts: Sequence[Fact]) -> list[Fact]:
    """Return the facts, those of an annex with by how much it changes the price; such sums, and the price before, are
    not what holds then."""
    changes = list(_changes(context)) if kind == "contract_annex" else []
    if not changes:
        return list(facts)
    sums = {Decimal(fact.value) for fact in changes if "currency" in fact.details}
    first = min(fact.span.first for fact in changes if fact.span)
    return [*(_other(context, fact, sums, first) for fact in facts), *changes]


def _other(context: TextSurroundings, fact: Fact, sums: set[Decimal], first: int) -> Fact:
    """Return a fact, an amount as ``other`` if it is a change, or stands before all changes and is not called new."""
    if fact.field != "amount" or fact.details.get("role") != "contract" or fact.span is None:
        return fact
    start = context.text.starts[fact.span.first]
    is_before = fact.span.first < first and not is_changed(_before(context, start))
    is_old = Decimal(fact.value) in sums or is_before
    return replace(fact, details={**fact.details, "role": "other"}) if is_old else fact


def _changes(context: TextSurroundings) -> Iterator[Fact]:
    text = context.text
    numbers = [_Number(each.value, each.currency or "", each.start, each.end) for each in all_monies(context)]
    numbers = [each for each in numbers if each.currency]
    for found in _PERCENT.finditer(text.folded):
        numbers.append(_Number(Decimal(found[1].replace(",", ".")), None, found.start(), found.end()))
    told: list[tuple[_Number, str, str]] = []
    for each in sorted(numbers, key=lambda one: one.start):
        last = told[-1] if told else None
        if last and each.start - last[0].end < _AGAIN_WITHIN and is_with_vat(last[0].value, each.value):
            told[-1] = (last[0], last[1], "without")
            told.append((each, last[1], "with"))
        elif direction := _direction(_before(context, each.start)):
            after = _after(context, each.end)
            if each.currency or not _words("not_price").search(after):
                told.append((each, direction, vat_in(after)))
    for number, direction, vat in told:
        unit = {"currency": number.currency, "vat": vat} if number.currency else {"unit": "percent"}
        value = f"{number.value:.2f}" if number.currency else f"{number.value.normalize():f}"
        where = (text.word_at(number.start), text.word_at(number.end - 1))
        details = {"direction": direction, **unit}
        yield text.fact("price_change", value, where, "price_change.told", 0.9, details=details)


def _before(context: TextSurroundings, start: int) -> str:
    """Return the sentence up to an offset."""
    before = context.text.folded[max(0, start - _SENTENCE) : start]
    return before[max((found.end() for found in _END.finditer(before)), default=0) :]


def _after(context: TextSurroundings, end: int) -> str:
    """Return the words after a number, up to the next one."""
    after = context.text.folded[end : end + _VAT_WITHIN]
    return re.split(r"\d|[;\n]", after, maxsplit=1)[0]


def _direction(before: str) -> str | None:
    """Return whether a sentence up to a number says that a price gets ``more`` or ``less`` by it."""
    by = _by().search(before)
    if by is None or _words("price").search(before) is None or _words("not_price").search(before):
        return None
    verbs = [(found.end(), name) for name in ("more", "less") for found in _words(name).finditer(before, 0, by.start())]
    end, direction = max(verbs, default=(0, None))
    is_result = _RESULT.search(before, end) is not None or re.search(r"\d[\d.,]{3}", before[end:]) is not None
    return None if is_result else direction


@cache
def _words(name: str) -> re.Pattern[str]:
    return compiled(table("money_terms")["change"][name])


@cache
def _by() -> re.Pattern[str]:
    return re.compile(rf"{any_of(sorted(table('money_terms')['change']['by'], key=len, reverse=True))}\W{{1,3}}$")
