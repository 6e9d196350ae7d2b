"""The price that holds from an annex on: what was agreed before, less or more by what changes, is the new price.

The three stand in prose or in a table, in any words; that they add up tells which is which.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, pairwise, permutations

from archive.model import Fact
from indexer.facts.amount_context import says_tax
from indexer.facts.scoring import money
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.sums import Money, vat_in

MOST_SUMS = 60
"""Maximum sums of an annex or a contract that are compared, each with each; a longer one has price lists."""

MOST_CHANGED = Decimal("0.5")
"""Maximum share of a price by which an annex changes it: a law on procurement allows half (Serbia 2019, art. 157)."""


def as_changed(context: TextSurroundings, facts: Sequence[Fact]) -> list[Fact]:
    """Return the amounts of an annex: the new price is the contract's, with the same with VAT, and what it was made
    from is not. Without such sums all are returned as they are."""
    monies = money.all_monies(context)
    if len(monies) > MOST_SUMS:
        return list(facts)
    said = {Decimal(fact.value): fact.details.get("vat") for fact in facts}
    changed = [
        (old, by, new)
        for old, by, new in _changes([each for each in monies if not _is_tax(context, each)])
        # A fifth less is the new price with VAT, too.
        if (said.get(old), said.get(new)) != _STATUSES or not money.is_with_vat(old, new)
    ]
    new, parts = {result for *_, result in changed}, {part for *parts, _ in changed for part in parts}
    if not changed or new & parts:
        return list(facts)
    beside = [(less.value, more.value) for less, more in pairwise(monies) if money.is_with_vat(less.value, more.value)]
    vat = {value: said for pair in beside if pair[0] in new for value, said in zip(pair, _STATUSES, strict=True)}
    roles = {**dict.fromkeys(parts, "other"), **dict.fromkeys([*new, *vat], "contract")}
    return [_told(fact, roles.get(Decimal(fact.value)), vat.get(Decimal(fact.value))) for fact in facts]


_STATUSES = ("without", "with")


def _told(fact: Fact, role: str | None, vat: str | None) -> Fact:
    told = {"role": role, "vat": vat}
    return replace(fact, details={**fact.details, **{name: said for name, said in told.items() if said}})


def _is_tax(context: TextSurroundings, read: Money) -> bool:
    """Return whether a sum is the VAT, by the head of its column, the label of its row or the words before it."""
    layout, start = context.layout_of(word := context.text.word_at(read.start))
    label = " ".join(context.text.bare[start + each] for each in layout.row_head(word - start))
    said = (money.column_head(context, word), label, money.around(context, read).since_last)
    return any(says_tax(words) and vat_in(words) == "unknown" for words in said)


def _changes(monies: Sequence[Money]) -> Iterator[tuple[Decimal, Decimal, Decimal]]:
    """Yield what was agreed, by how much it changes, and what then holds, which is printed last."""
    last = {each.value: each.start for each in monies}
    for old, by in permutations(monies, 2):
        for new in (old.value + by.value, old.value - by.value):
            if 0 < by.value <= old.value * MOST_CHANGED and last.get(new, -1) > old.start:
                yield old.value, by.value, new


def without_shares(facts: Sequence[Fact]) -> list[Fact]:
    """Return the amounts of a contract; two that come to its price, printed after it, are shares of its members."""
    net = [(Decimal(fact.value), place) for place, fact in enumerate(facts) if fact.details.get("vat") != "with"]
    prices = [each for each in net if facts[each[1]].details["role"] == "contract"]
    if len(net) > MOST_SUMS:
        return list(facts)
    shares = {
        place
        for total, after in prices
        for (one, first), (other, second) in combinations((each for each in net if each[1] > after), 2)
        if one + other == total and not (money.is_with_vat(one, total) or money.is_with_vat(other, total))
        for place in (first, second)
    }
    return [
        replace(fact, details={**fact.details, "role": "other"}) if place in shares else fact
        for place, fact in enumerate(facts)
    ]
