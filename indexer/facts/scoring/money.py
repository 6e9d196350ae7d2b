"""Every number of a document that can be a sum, with the currency it has or is likely to have."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from archive.model import Fact
from indexer import gazetteer
from indexer.facts.numerals import Separators, read_number
from indexer.facts.places import places
from indexer.facts.scoring.candidates import Mentions, Proposal, ranges
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.sums import Money, currency_in, sums, sums_with_vat, unit_prices_joined, vat_in
from indexer.facts.text import DocumentText

_NUMBER = re.compile(
    r"(?<![\w.,/:-])"
    r"(?:\d{1,3}(?:(?:\.\s?| )\d{3})+,\s?\d{2}|\d{1,3}(?:[.,]\s?\d{3})+(?:[.,;]\s?\d{2})?|\d+[.,]\d{2}|\d{4,9})"
    r"(?![\w/%:-])(?![.,;]\d)"
)
_STRAY = re.compile(r"\d[:;!|*]$")
_THOUSANDS = re.compile(r"\b(?:hiljadama|tisucama|hilj|000)\s?(?:din\w*|rsd|kn|eur\w*)\b")
_CENTS = re.compile(r"[.,;] ?[0-9]{2}(?![0-9])")
_YEARLIKE = re.compile(r"(?:19|20)\d\d")


UNCLEAR = "currency unclear"
"""Said of a sum without a currency in a paper that prints several, or one of another country."""


def amounts(context: TextSurroundings, rules: Sequence[Fact]) -> list[Proposal]:
    """Propose every number that can be a sum, with a currency beside it, in its column's head, or of the document."""
    text = context.text
    found = Mentions()
    monies = all_monies(context)
    usual, is_unclear = _usual_currency(text, monies)
    largest = max((money.value for money in monies), default=None)
    for money in monies:
        first, last = text.word_at(money.start), text.word_at(max(money.start, money.end - 1))
        if _STRAY.search(text.folded, max(0, money.start - 2), money.start):
            continue
        own = money.currency
        head = "" if own else _head(context, first)
        currency = own or currency_in(head) or usual
        read = replace(money, value=money.value * 1000) if _THOUSANDS.search(head) else money
        candidate = found.add(f"{read.value:.2f} {currency}", f"{read.value}", read, first, last)
        candidate.about |= {f"cur={own or 'no'}", f"size={int(math.log10(read.value)) if read.value >= 1 else -1}"}
        candidate.about |= _looks(text, read)
        if own is None and is_unclear and not currency_in(head):
            candidate.about.add(UNCLEAR)
        if money.value == largest:
            candidate.about.add("largest")
        if own and candidate.source.currency is None:
            candidate.source = read
    for candidate in found.listed():
        candidate.about.add(f"many={len(found.by_key).bit_length()}")
    found.of_rules(rules, lambda fact: f"{float(fact.value):.2f} {fact.details.get('currency')}")
    return found.listed()


def _usual_currency(text: DocumentText, monies: Sequence[Money]) -> tuple[str, bool]:
    """Return the currency of sums that have none beside them, and whether it is unclear."""
    printed = [money.currency for money in monies if money.currency]
    named = set(printed)
    if len(named) > 1 or len(printed) == len(monies):
        return max(named, key=printed.count, default=""), True
    local = currency_of(text)
    return (printed[0], printed[0] != local) if printed else (local, False)


EURO_IN_CROATIA = 2023
"""The year in which Croatia took the euro for the kuna."""

_SIGNS = {
    "BA": re.compile(r"bih\b|bosn[ae] i hercegovin|jib\b|idb\b|konvertibiln|republik[ae] srpsk"),
    "ME": re.compile(r"crn[ae] gor[ae]\b|sl\w*\.? list\w* cg\b"),
    "XK": re.compile(r"komuna\b|kosov"),
    "HR": re.compile(r"oib\b|urbroj|narodne novine|republik[ae] hrvatsk|hrvatske\b"),
    "RS": re.compile(r"glasnik rs\b|republik[ae] srbij|pib\b|vojvodin"),
}
_CURRENCIES = {"BA": "BAM", "ME": "EUR", "XK": "EUR", "RS": "RSD"}
"""How words by which papers of a country are known begin, and its currency."""

PLACE_WEIGHT = 2
"""The name of a municipality says more of the country than a word."""


@cache
def _countries() -> Mapping[str, str]:
    return {place.name: place.country for place in gazetteer.municipalities()}


def currency_of(text: DocumentText) -> str:
    """Return the currency of the country of a paper that prints none."""
    votes = Counter({country: _words_like(text, pattern) for country, pattern in _SIGNS.items()})
    for first, end in ranges(text):
        for place in places(text, first, end):
            votes[_countries()[place.municipality]] += PLACE_WEIGHT
    country, count = votes.most_common(1)[0]
    if country != "HR":
        return _CURRENCIES[country] if count else "RSD"
    years = [int(year) for year in re.findall(r"\b20\d\d\b", text.folded)]
    return "EUR" if years and max(set(years), key=years.count) >= EURO_IN_CROATIA else "HRK"


def _words_like(text: DocumentText, pattern: re.Pattern[str]) -> int:
    """Count the words that begin as a pattern does. A pattern that begins with letters is found fastest."""
    return sum(not text.folded[match.start() - 1].isalnum() for match in pattern.finditer(text.folded))


def all_monies(context: TextSurroundings) -> list[Money]:
    """Return every number that can be a sum, with its currency if one is printed beside it."""
    if "monies" not in context.kept:
        context.kept["monies"] = _monies(context.text)
    return list(context.kept["monies"])


def _monies(text: DocumentText) -> list[Money]:
    separators = Separators.of(text.folded)
    monies = unit_prices_joined(text, sums(text, separators))
    taken = sorted((money.start, money.end) for money in monies)
    for money in sums_with_vat(text, separators):
        if not _overlaps(taken, money.start, money.end):
            monies.append(money)
    taken = sorted((money.start, money.end) for money in monies)
    for match in _NUMBER.finditer(text.folded):
        if _YEARLIKE.fullmatch(match[0]) or _overlaps(taken, match.start(), match.end()):
            continue
        value = read_number(match[0], separators)
        if value is not None:
            monies.append(Money(value, None, match.start(), match.end()))
    return sorted(monies, key=lambda money: money.start)


def _overlaps(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a stretch overlaps one of those taken, which are in order and do not overlap each other."""
    place = bisect_left(taken, (end, 0)) - 1
    return place >= 0 and taken[place][1] > start


def _looks(text: DocumentText, money: Money) -> set[str]:
    printed = text.folded[money.start : money.end]
    looks = {
        f"cents={bool(_CENTS.search(printed))}",
        f"groups={printed.count('.') + printed.count(',')}",
    }
    if money.is_unit_price:
        looks.add("unit")
    if money.in_words is not None:
        looks.add(f"words={int(money.in_words) == int(money.value)}")
    return looks


def _head(context: TextSurroundings, word: int) -> str:
    """Return the head of a word's column, folded."""
    layout, start = context.layout_of(word)
    return " ".join(context.text.bare[start + each] for each in layout.column_head(word - start))


def vat_in_head(context: TextSurroundings, word: int) -> str:
    """Return how the amounts of a word's column stand to VAT, as its head says: without, with, unknown."""
    return vat_in(_head(context, word))
