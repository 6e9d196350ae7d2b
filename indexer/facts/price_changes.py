"""What an annex changes in the price of its contract: "cena se povećava za 1.200.000,00 dinara i iznosi 8.400.000,00".

Of the sums of an annex, the price that holds from now on is its ``contract`` price, and the price until then is
``other``: which is which is told by the nearest words before a sum, or right after it.

``price_change`` is by how much, a sum or a percentage as printed; whether it makes the price more or less is its
``direction``. What then holds is not computed here: the price before may be in another document. An annex that changes
a price to what could not be read has a ``price_change`` of the direction ``unknown``, so that nobody takes the price
before for the price.
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

_LINES = 2
"""Number of lines up to a sum in which it is said whether it is the price before or after."""

_NAMED_WITHIN = 28
"""Number of characters before a sum in which it is called a guarantee, an advance or a tax."""

_AGAIN_WITHIN = 60
"""Number of characters between a sum and the same with VAT."""

_VAT_SAID = re.compile(r"\b(?:bez|sa?)\s(?:\w+\s)?(?:pdv|porez)\S*")
_FROM, _TO = re.compile(r"\bsa\s(?:iznosa\s(?:od\s)?)?$"), re.compile(r"\bna\s(?:iznos\s(?:od\s)?)?\d")
_TO_HERE = re.compile(r"\bsa\s(?:iznosa\s(?:od\s)?)?\d.*\bna\s(?:iznos\s(?:od\s)?)?$", re.DOTALL)
_END = re.compile(r"(?<!\s\d)(?<!\s\d\d)[.;][\"'”“»]?\s(?=\D)|\n\s*\n|\bclan\s\d+")
_PERCENT = re.compile(r"(?<![\d.,])(\d{1,3}(?:[.,]\d{1,2})?)\s?(?:%|posto|odsto|procenata|per cent|percent)")
_RESULT = re.compile(r"\biznosi\b|\bnov[aei]\b|\bamounts to\b")


@dataclass(frozen=True, slots=True)
class _Number:
    value: Decimal
    currency: str | None
    start: int
    end: int


def with_changes(context: TextSurroundings, kind: str | None, facts: Sequence[Fact]) -> list[Fact]:
    """Return the facts, those of an annex with the roles of the prices before and after, and by how much it changes the
    price; such sums, and the price before, are not what holds then."""
    if kind != "contract_annex":
        return list(facts)
    known = _before_and_after(context, facts)
    changes = list(_changes(context))
    if not changes:
        return [*known, *_unread(context, known)]
    sums = {Decimal(fact.value) for fact in changes if "currency" in fact.details}
    first = min(fact.span.first for fact in changes if fact.span)
    return [*(_other(context, fact, sums, first) for fact in known), *changes]


def _before_and_after(context: TextSurroundings, facts: Sequence[Fact]) -> list[Fact]:
    """Return the facts, with the roles of sums that are the price before or after."""
    said: dict[int, bool] = {}
    last: Fact | None = None
    for fact in sorted((fact for fact in facts if _is_sum(fact)), key=_place):
        is_new = _is_new(context, fact)
        if is_new is None and last and _is_same(context, last, fact):
            is_new = said.get(_place(last))
        if is_new is not None:
            said[_place(fact)] = is_new
        last = fact
    if True not in said.values():
        return [_with_role(fact, "other") if _is_sum(fact) and _place(fact) in said else fact for fact in facts]
    return [
        _with_role(fact, "contract" if said.get(_place(fact)) else "other") if _is_sum(fact) else fact for fact in facts
    ]


def _is_sum(fact: Fact) -> bool:
    is_price = fact.details.get("role") in {"contract", "other"} and "unit_price" not in fact.details
    return fact.field == "amount" and fact.span is not None and is_price


def _place(fact: Fact) -> int:
    return fact.span.first if fact.span else 0


def _with_role(fact: Fact, role: str) -> Fact:
    return replace(fact, details={**fact.details, "role": role})


def _is_new(context: TextSurroundings, fact: Fact) -> bool | None:
    """Return whether a sum is the price after an annex, False if that before; None if neither is said."""
    start, end = _offsets(context, fact)
    # Of labels above each other, which a table is read as, the last line is that of the sum.
    before = "\n".join(_before(context, start).split("\n")[-_LINES:])
    after = context.text.folded[end : end + _AGAIN_WITHIN]
    after = re.split(r"\d|[;\n.]\s", after, maxsplit=1)[0]
    if _annex("unchanged").search(after):
        return True
    if _direction(before) is not None or _words("not_price").search(_VAT_SAID.sub(" ", before)[-_NAMED_WITHIN:]):
        return None
    is_from = _FROM.search(before) and _TO.search(context.text.folded, end, end + _SENTENCE)
    if _annex("old_after").search(after) or is_from:
        return False
    new, old = (max((found.end() for found in _annex(name).finditer(before)), default=-1) for name in ("new", "old"))
    if _TO_HERE.search(before):
        return True
    return None if new == old else new > old


def _offsets(context: TextSurroundings, fact: Fact) -> tuple[int, int]:
    assert fact.span is not None
    starts, last = context.text.starts, fact.span.last
    return starts[fact.span.first], starts[last + 1] - 1 if last + 1 < len(starts) else len(context.text.folded)


def _is_same(context: TextSurroundings, one: Fact, other: Fact) -> bool:
    """Return whether the next sum is the same price with VAT."""
    if not is_with_vat(Decimal(one.value), Decimal(other.value)):
        return False
    return _offsets(context, other)[0] - _offsets(context, one)[1] < _AGAIN_WITHIN


def _unread(context: TextSurroundings, facts: Sequence[Fact]) -> Iterator[Fact]:
    """Yield the change of a price whose new value was not read."""
    if any(fact.field == "amount" and fact.details.get("role") == "contract" for fact in facts):
        return
    for fact in facts:
        before = _before(context, _offsets(context, fact)[0]) if _is_sum(fact) else ""
        if _words("price").search(before) and _annex("changed").search(before):
            details = {"direction": "unknown", "currency": fact.details["currency"], "vat": fact.details["vat"]}
            yield replace(fact, field="price_change", method="price_change.unread", details=details)
            return


def _other(context: TextSurroundings, fact: Fact, sums: set[Decimal], first: int) -> Fact:
    """Return a fact, an amount as ``other`` if it is a change, or stands before all changes and is not called new."""
    if fact.field != "amount" or fact.details.get("role") != "contract" or fact.span is None:
        return fact
    start = context.text.starts[fact.span.first]
    is_before = fact.span.first < first and not is_changed(_before(context, start)) and not _is_new(context, fact)
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
def _annex(name: str) -> re.Pattern[str]:
    return compiled(table("money_terms")["annex"][name])


@cache
def _by() -> re.Pattern[str]:
    return re.compile(rf"{any_of(sorted(table('money_terms')['change']['by'], key=len, reverse=True))}\W{{1,3}}$")
