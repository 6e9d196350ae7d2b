"""Lines of awards: to whom a contract or a lot of it goes, for how much, of how many bids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from archive.model import Fact
from indexer.facts import bids, parties
from indexer.facts.awards import joined, registers, sentences
from indexer.facts.awards.lines import AwardLine, Part, fact_of, merged
from indexer.facts.firms import Firm
from indexer.facts.scoring.candidates import _currency_of, _monies, all_firms
from indexer.facts.scoring.context import DocumentContext
from indexer.facts.sums import Money
from indexer.facts.text import DocumentText
from indexer.gazetteer import kinds_with

__all__ = ["find"]


FEWEST_OF_REGISTER = 3
"""Lines from which a paper that looks like a contract is a register of contracts."""


def find(context: DocumentContext, kind: str | None, facts: Sequence[Fact]) -> list[Fact]:
    """The lines of a document's awards; ``facts`` are those found before, of which a paper of one contract has its."""
    text = context.text
    told = _told(context)
    if kind in kinds_with("contract") and len(told) < FEWEST_OF_REGISTER:
        # A contract speaks of other contracts, too.
        told = []
    lines = told or _alone(text, facts)
    return [fact_of(text, line) for line in lines]


def _alone(text: DocumentText, facts: Sequence[Fact]) -> list[AwardLine]:
    line = joined.line(text, facts)
    return [line] if line is not None and line.money is not None and line.money.currency else []


def _told(context: DocumentContext) -> list[AwardLine]:
    """The lines that sentences and forms tell, or the rows of a register if those are far more."""
    text = context.text
    every = [firm for firm in all_firms(context) if not parties.is_public_body(text, firm)]
    monies = _monies(text)
    printed = [money.currency for money in monies if money.currency]
    unnamed = max(set(printed), key=printed.count) if printed else _currency_of(text)
    counts = [Part(str(count), found.first, found.last) for found, count in bids.counts_in(text)]
    told = [line for line in merged(sentences.lines(text, every, monies, counts)) if line.money is not None]
    rows = registers.lines(context, every, monies, unnamed)
    return [_with_currency(line, unnamed) for line in (rows if len(rows) > 2 * len(told) else told)]


def _with_currency(line: AwardLine, currency: str) -> AwardLine:
    assert line.money is not None
    return line if line.money.currency else replace(line, money=replace(line.money, currency=currency))
