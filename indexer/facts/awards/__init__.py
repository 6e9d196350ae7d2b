"""Award lines: which vendors get a contract or lot, at what price, out of how many bids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import accumulate

from archive.model import Fact
from archive.model.vat import differ_by_vat
from indexer.facts import bids, lots
from indexer.facts.awards import (
    bid_facts,
    bid_lists,
    bid_winners,
    blocks,
    contract_lists,
    joined,
    named,
    party_members,
    registers,
    sentences,
    short_names,
    tabled,
    unread_lots,
    winners,
)
from indexer.facts.awards.lines import FRAMEWORK, REGISTER, SHOWN, AwardLine, AwardPart, fact_of, merged, parts_of
from indexer.facts.firms import Firm
from indexer.facts.kind import calls_itself
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.scoring.money import all_monies, currency_of, most_printed, printed_currencies, told_in_thousands
from indexer.facts.scoring.names import all_firms
from indexer.facts.scoring.proposals import RuleFacts
from indexer.facts.sums import Money, currency_in
from indexer.facts.text import DocumentText, compiled, letters
from indexer.facts.vendors import contracted, parties
from indexer.gazetteer import kinds_with, table

__all__ = ["find", "lines", "with_lines", "with_tables"]


def with_tables(context: TextSurroundings, kind: str | None, rules: RuleFacts) -> RuleFacts:
    """Return the results of rules by field, with what tables tell: sums, bidders, winners, a buyer that is a firm."""
    every = all_firms(context)
    by_words = list(told_in_thousands(context, rules["amount"]))
    found = {
        **rules,
        "amount": tabled.joined(by_words, [*bid_facts.amounts(context, kind), *tabled.find(context, kind)]),
        "bidder": [*rules["bidder"], *named.bidders(context, kind, every), *bid_facts.bidders(context, kind)],
    }
    if not rules["vendor"] or kind not in kinds_with("contract"):
        found["vendor"] = [*rules["vendor"], *named.winners(context, kind, every)]
    if kind in kinds_with("contract"):
        found["vendor"] = [*found["vendor"], *party_members.find(context, found["vendor"])]
    if kind == "award_decision" and not found["vendor"]:
        found["vendor"] = named.in_operative_part(context, every)
    if kind in kinds_with("procurement") and all(fact.method == "buyer.only-one" for fact in rules["buyer"]):
        found["buyer"] = named.buyers(context, every) or rules["buyer"]
    return found


FEWEST_OF_REGISTER = 3
"""Minimum number of lines from which a document classified as a contract is a register of contracts."""


def find(context: TextSurroundings, kind: str | None, facts: Sequence[Fact]) -> list[Fact]:
    """Return the award lines of a document as facts."""
    return [fact_of(context.text, line) for line in lines(context, kind, facts)]


def lines(context: TextSurroundings, kind: str | None, facts: Sequence[Fact]) -> list[AwardLine]:
    """Return the award lines of a document; ``facts`` are the vendors and sums already found."""
    text = context.text
    is_order = kind not in kinds_with("awards") and (calls_itself(text, "order") or calls_itself(text, "bill"))
    if is_order or kind in kinds_with("no_awards") or _reviews().search(text.folded) is not None:
        return []
    told = _told(context, kind, facts)
    if kind in kinds_with("contract") and len(told) < FEWEST_OF_REGISTER:
        # A contract may mention other contracts.
        told = []
    told = list(_with_own_counts(_of_vendors(text, told, kind, facts)))
    if kind == "award_decision" and calls_itself(text, "framework"):
        bidders = [firm for bid in bid_lists.told(context, kind) if not bid.is_rejected for firm in bid.firms]
        left = [firm for firm in bidders if not contracted.is_turned_down(text, firm.first)]
        told = joined.of_framework(text, facts, told, left)
    elif kind == "award_decision":
        told = list(_uncontested(told))
    # A report on many contracts has no sum of its own.
    alone = None if told or kind == "report" else joined.line(text, facts, kind)
    return told if alone is None else [alone]


def with_lines(
    text: DocumentText, kind: str | None, facts: Sequence[Fact], told: Sequence[AwardLine]
) -> Iterator[Fact]:
    """Yield the facts, with the vendors and sums of award lines added.

    A row of a register states its supplier and currency, so it replaces other facts on the same words. Other lines are
    added only in documents that award, and their vendors only if there are none.
    """
    shown = [line for line in told if line.confidence >= SHOWN]
    rows = [fact for line in shown if line.method == REGISTER for fact in parts_of(text, line)]
    has_vendor = any(fact.field == "vendor" for fact in facts)
    is_of_lots = kind == "award_decision" and _are_of_lots(shown)
    awarding = [line for line in shown if line.method != REGISTER]
    others = [fact for line in awarding if kind in kinds_with("awards") for fact in parts_of(text, line)]
    listed = {contract_lists.LISTED} if kind in kinds_with("awards") else {contract_lists.LISTED, bid_winners.OF_BID}
    rows += [fact for line in awarding if line.method in listed for fact in parts_of(text, line)]
    suppliers = (line for line in told if line.method == FRAMEWORK and line not in shown)
    rows += [fact for line in suppliers for fact in parts_of(text, line) if fact.field == "vendor"]
    if kind is None or kind in kinds_with("account") | {"correspondence"}:
        parts = (fact for line in awarding for fact in parts_of(text, line))
        rows += [fact for fact in parts if fact.field == "vendor" and fact.confidence >= SURELY_TOLD]
    kept = [fact for fact in facts if not any(_is_same_place(fact, row) for row in rows)]
    if kind in kinds_with("awards"):
        kept = [_as_awarded(text, fact, told) for fact in kept]
    if kind == "award_decision" and unread_lots.are_all_read(text, shown):
        kept = [_as_no_award(fact, shown) for fact in kept if not (is_of_lots and _lost(fact, shown))]
    yield from kept
    known = {key for fact in kept for key in _keys(fact)}
    for fact in (*rows, *(each for each in others if each.field != "vendor" or not has_vendor or is_of_lots)):
        keys = list(_keys(fact))
        if keys[-1] not in known:
            known.update(keys)
            same = [each for each in facts if _is_same_place(each, fact)]
            ids = {name: value for each in same for name, value in each.details.items() if name in _IDS}
            sure = max([fact.confidence, *(each.confidence for each in same)])
            yield replace(fact, details={**ids, **fact.details}, confidence=sure)


_IDS = frozenset({"pib", "mb", "oib", "jib", "check_failed"})


def _as_awarded(text: DocumentText, fact: Fact, told: Sequence[AwardLine]) -> Fact:
    """Return an amount as awarded that is the sum of an award line, at its place, or the same with VAT."""
    if fact.field != "amount" or fact.details.get("role") != "other" or fact.span is None:
        return fact
    value = Decimal(fact.value)
    for line in told:
        if line.money is not None and line.confidence >= SHOWN:
            first = text.word_at(line.money.start)
            is_same = value == line.money.value and fact.span.first == first
            is_beside = 0 < fact.span.first - first <= BESIDE and differ_by_vat(line.money.value, value)
            if is_same or (is_beside and fact.details.get("vat") == "with"):
                return replace(fact, details={**fact.details, "role": "award"})
    return fact


def _as_no_award(fact: Fact, lines: Sequence[AwardLine]) -> Fact:
    """Return an amount that is said to be awarded as another, if it is that of no line, with VAT or without, nor their
    total: each lot has its own."""
    if fact.field != "amount" or fact.details.get("role") != "award":
        return fact
    values = [line.money.value for line in lines if line.money is not None]
    value = Decimal(fact.value)
    is_told = any(
        value == one or differ_by_vat(value, one) or differ_by_vat(one, value)
        for one in (*values, sum(values, Decimal()))
    )
    return fact if is_told else replace(fact, details={**fact.details, "role": "other"})


def _lost(fact: Fact, lines: Sequence[AwardLine]) -> bool:
    """Return whether a vendor that no words tell of won no lot, where each has its winner: it is one of the bidders."""
    named = letters(fact.value)
    is_winner = any(core in named or named in core for line in lines for core in line.cores)
    return fact.method == "vendor.scored" and not is_winner


SURELY_TOLD = 0.88
"""Minimum confidence of a sentence that tells of whom a body contracted by another paper."""

BESIDE = 12
"""Maximum distance in words between an awarded sum and the same with VAT."""


def _keys(fact: Fact) -> Iterator[tuple[str, str, str]]:
    """Yield what a fact is known by, its whole value last: a vendor also by its name before the town."""
    words = fact.value.split() if fact.field == "vendor" else [fact.value]
    for value in accumulate(words, "{} {}".format):
        yield fact.field, letters(value), fact.details.get("currency", "")


def _is_same_place(one: Fact, other: Fact) -> bool:
    """Return whether two facts of the same field overlap."""
    assert one.span is not None
    assert other.span is not None
    shares = one.span.first <= other.span.last and other.span.first <= one.span.last
    return shares and one.field == other.field


def _of_vendors(text: DocumentText, told: list[AwardLine], kind: str | None, facts: Sequence[Fact]) -> list[AwardLine]:
    """Return the lines of the vendors of a decision; all lines if it has no vendors.

    The reasons of a decision describe losing bids in the same words; the field of a form for the winner has no other.
    """
    vendors = [letters(fact.value) for fact in facts if fact.field == "vendor"]
    if not vendors or kind != "award_decision":
        return told
    of_lots = [line for line in told if line.lot is not None]
    is_only = len(of_lots) == 1 and len(lots.named(text.folded)) > 1
    sure = of_lots if is_only or _are_of_lots(of_lots) else []
    return [
        line
        for line in told
        if line in sure
        or line.method in {"award.form", blocks.BLOCK}
        or any(core in vendor for core in line.cores for vendor in vendors)
    ]


CONTESTED = 0.7
"""Confidence of a line beside which another firm won the same lot for another sum: one of them only bid for it."""


def _uncontested(told: Sequence[AwardLine]) -> Iterator[AwardLine]:
    """Yield the lines, those of one lot that different firms won for different sums as proposals."""
    for line in told:
        others = [other for other in told if other.lot and line.lot and other.lot.value == line.lot.value]
        is_contested = any(
            other.cores.isdisjoint(line.cores) and other.money and line.money and other.money.value != line.money.value
            for other in others
        )
        yield replace(line, confidence=min(line.confidence, CONTESTED)) if is_contested else line


def _are_of_lots(told: Sequence[AwardLine]) -> bool:
    """Return whether the lines are of several lots, each with one winner: nobody in them lost."""
    lots = [line.lot.value for line in told if line.lot is not None]
    return 1 < len(lots) == len(set(lots)) == len(told)


@cache
def _reviews() -> re.Pattern[str]:
    return compiled(table("award_lines")["review"])


def _told(context: TextSurroundings, kind: str | None, facts: Sequence[Fact]) -> list[AwardLine]:
    """Return the lines found in sentences, lists and forms, or the rows of a register if these are more than twice as
    many. Minutes tell who bid, and of no contract."""
    text = context.text
    every = short_names.with_short(text, all_firms(context))
    every = [firm for firm in every if not parties.is_public_body(text, firm)]
    monies = all_monies(context)
    listed = bid_lists.told(context, kind)
    lost = {first for first in bid_winners.who_lost(listed) if not winners.is_just_chosen(text, first)}
    counts = [AwardPart(str(count), found.last, found.last) for found, count in bids.counts_in(text)]
    of_words = [money for money in monies if not _is_below_head(context, money)]
    told = list(sentences.lines(text, every, of_words, counts or joined.counts(facts), lost))
    told = _in_lists(context, list(bid_winners.with_bids(told, listed)), every)
    told = [line for line in merged(told) if line.money is not None]
    if kind in kinds_with("awards"):
        vendors = [letters(fact.value) for fact in facts if fact.field == "vendor"]
        told += bid_winners.won(listed, told, vendors)
    else:
        told += bid_winners.marked(text, listed, told)
    of_tables = registers.lines(context, every, monies) if kind != "minutes" else []
    rows = _in_bands(text, [line for line in of_tables if line.vendors[0].first not in lost])
    found = rows if len(rows) > 2 * len(told) else told
    if kind == "award_decision":
        found = list(bid_winners.not_called_off(text, found))
    if all(line.money and line.money.currency for line in found):
        return found
    usual = most_printed(printed_currencies(monies)) or currency_of(text)
    return [_with_currency(line, usual) for line in found]


def _is_below_head(context: TextSurroundings, money: Money) -> bool:
    """Return whether a sum stands right of another number in a row: the head of its column tells what it is, not the
    sentence above."""
    first = context.text.word_at(money.start)
    return first > 0 and context.text.words[first - 1][-1:].isdigit() and context.begins_column(first)


def _in_lists(context: TextSurroundings, told: list[AwardLine], every: Sequence[Firm]) -> list[AwardLine]:
    """Return lines with those of lists of contracts and of blocks of labels added."""
    text = context.text
    told += [line for line in contract_lists.contracts(context) if not any(_has_sum_of(line, other) for other in told)]
    firms = {group[0].first: group for group in winners.groups(text, every)}
    return [*blocks.lines(context, firms, {text.word_at(each.start): each for each in all_monies(context)}), *told]


def _has_sum_of(line: AwardLine, other: AwardLine) -> bool:
    """Return whether two lines give one sum to different firms: the same was read twice, once without a member."""
    is_same = line.money is not None and other.money is not None and line.money.value == other.money.value
    return is_same and line.cores != other.cores


def _with_own_counts(told: Sequence[AwardLine]) -> Iterator[AwardLine]:
    """Yield the lines without a number of bids that several lots or contracts share; forms excepted."""
    lots: dict[int, set[str]] = {}
    for line in told:
        if line.bids is not None and line.method != "award.form":
            lots.setdefault(line.bids.first, set()).add(_contract_of(line))
    for line in told:
        is_shared = line.bids is not None and len(lots.get(line.bids.first, ())) > 1
        yield replace(line, bids=None) if is_shared else line


def _contract_of(line: AwardLine) -> str:
    """Return the lot of a line, or else the place of its sum."""
    return line.lot.value if line.lot is not None else str(line.money and line.money.start)


def _with_currency(line: AwardLine, currency: str) -> AwardLine:
    assert line.money is not None
    return line if line.money.currency else replace(line, money=replace(line.money, currency=currency))


_BAND = re.compile(r"\b(?:iznos\w*|vrednost\w*|vrijednost\w*|c(?:ij)?ene|amounts|values)\s(?:su\s)?((?:u|in)\s\w+)")
"""What stands over rows of a table in a currency of their own: "2022. godina (iznosi u kunama)"."""


def _in_bands(text: DocumentText, rows: list[AwardLine]) -> list[AwardLine]:
    """Return the rows, those without a currency with that of the last band above, if the bands name more than one."""
    bands = [(match.start(), code) for match in _BAND.finditer(text.folded) if (code := currency_in(match[1]))]
    if not len({code for _, code in bands}) > 1:
        return rows
    found = []
    for row in rows:
        above = [code for start, code in bands if row.money and start < row.money.start]
        found.append(_with_currency(row, above[-1]) if above else row)
    return found
