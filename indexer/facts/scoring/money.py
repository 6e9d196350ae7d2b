"""Every number of a document that may be a sum, with its printed or likely currency."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache

from archive.model import Fact
from indexer import gazetteer
from indexer.facts.amount_context import AmountContext
from indexer.facts.amount_context import context as amount_context
from indexer.facts.firms import end_of
from indexer.facts.numerals import Separators, printed, read_number
from indexer.facts.places import places
from indexer.facts.scoring.candidates import Mentions, Proposal, ranges
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.sums import NO_SUM, Money, currency_in, sums, sums_with_vat, unit_prices_joined, vat_in
from indexer.facts.text import DocumentText
from indexer.layout import PageLayout, PageTable

_NUMBER = re.compile(
    r"(?<![\w.,/:-])"
    # A number and a dot that end a line are those of an item or a place: "2. / 871 000,00".
    r"(?:\d{1,3}(?:\. ?| )\d{3}(?:(?:\.\s?| )\d{3})*,\s?\d{2}"
    r"|\d{1,3}(?:\. ?|,\s?)\d{3}(?:[.,]\s?\d{3})*(?:[.,;]\s?\d{2})?|\d+[.,]\d{2}|\d{4,9})"
    rf"(?![\w/%:-])(?![.,;]\d){NO_SUM}"
)
_ADDED = re.compile(r"\d\s?\+\s?[a-z]+\s$")
"""What stands before the second of two kinds of points: "(cena 90,00 + kvalitet 7,50)"."""

_STRAY = re.compile(r"\d[:;!|*]$")
_THOUSAND = r"(?:hiljad\w*|tisuc\w*|hilj\.?|tis\.?|iljadi|(?<![\d.,])000)"
_OF_MONEY = r"(?:din\w*|rsd|kn|kuna|eur\w*|evra|km|bam|den\w*|mkd)\b"
_IN_ALL = (
    rf"\b(?:in\sthousands?\b(?!\sof\s(?!{_OF_MONEY}|us\b|usd\b|dollars|pounds))"
    r"|(?:iznosi|vrednosti|vrijednosti|podaci|sume)\s(?:su\s)?(?:iskazan\w\s)?(?:u|vo)\s(?:hiljad|tisuc|iljad))"
)
_THOUSANDS = re.compile(rf"\b{_THOUSAND}\s?{_OF_MONEY}|{_IN_ALL}")
_ALL_IN_THOUSANDS = re.compile(rf"\b(?:u|vo)\s{_THOUSAND}\s?{_OF_MONEY}|{_IN_ALL}")
_MAY_BE_IN_THOUSANDS = re.compile(r"hilj|tisuc|\btis\b|iljadi|thousand|(?<![\d.,])000\s?(?:din|rsd|kn|eur|km|bam|den)")
_SMALL = re.compile(r"\d{1,3}(?:,\d)?|\d{1,3}\.\d{3},\d")
"""A number of a table that would be no sum, were it not of thousands."""

_CENTS = re.compile(r"[.,;] ?[0-9]{2}(?![0-9])")
_YEARLIKE = re.compile(r"(?:19|20)\d\d")


UNCLEAR = "currency unclear"
"""Feature of a sum without a currency in a document with several currencies, or with that of another country."""


def amounts(context: TextSurroundings, rules: Sequence[Fact]) -> list[Proposal]:
    """Return every number that may be a sum as a candidate, with a currency beside it, its column or the document."""
    text = context.text
    found = Mentions()
    monies = all_monies(context)
    usual, is_unclear = usual_currency(context)
    pairs, with_vat = _converted(monies), vat_pairs(context)
    largest = max((money.value for money in monies), default=None)
    for money in monies:
        first, last = text.word_at(money.start), text.word_at(max(money.start, money.end - 1))
        if _STRAY.search(text.folded, max(0, money.start - 2), money.start):
            continue
        own = money.currency
        head = "" if own else column_head(context, first)
        told = currency_in(head) or pairs.get(money.value)
        currency = own or told or usual
        candidate = found.add(f"{money.value:.2f} {currency}", f"{money.value}", money, first, last)
        candidate.about |= {f"cur={own or 'no'}", f"size={int(math.log10(money.value)) if money.value >= 1 else -1}"}
        candidate.about |= _looks(text, money)
        if own is None and is_unclear and not told:
            candidate.about.add(UNCLEAR)
        if money.start in with_vat:
            candidate.about.add(f"beside={with_vat[money.start]}")
        if money.value == largest:
            candidate.about.add("largest")
        if own and candidate.source.currency is None:
            candidate.source = money
    for candidate in found.listed():
        candidate.about.add(f"many={len(found.by_key).bit_length()}")
    found.of_rules(rules, lambda fact: f"{float(fact.value):.2f} {fact.details.get('currency')}")
    return found.listed()


def told_in_thousands(context: TextSurroundings, facts: Iterable[Fact]) -> Iterator[Fact]:
    """Yield facts of sums as rules read them, those that stand in thousands with their whole value."""
    whole = {context.text.word_at(each.start): each.value for each in all_monies(context) if each.in_thousands}
    for fact in facts:
        value = whole.get(fact.span.first) if fact.span is not None else None
        is_part = value is not None and Decimal(fact.value) * 1000 == value
        yield replace(fact, value=printed(value)) if is_part and value is not None else fact


def pages_in_thousands(context: TextSurroundings) -> Mapping[int, int]:
    """Return the pages that state "in thousands", each with the last word that does."""
    if "thousands" not in context.kept:
        text = context.text
        may_be = _MAY_BE_IN_THOUSANDS.search(text.folded) is not None
        said = (found.last for found in text.find(_ALL_IN_THOUSANDS)) if may_be else ()
        pages = {context.page_index(word): word for word in said}
        context.kept["thousands"] = {**_that_go_on(context, pages), **pages} if pages else pages
    known: Mapping[int, int] = context.kept["thousands"]
    return known


def _that_go_on(context: TextSurroundings, pages: Mapping[int, int]) -> Mapping[int, int]:
    """Return the pages that begin with the table of a page in thousands, under the same head."""
    found: dict[int, int] = {}
    above = ""
    for page, (start, _, layout) in enumerate(context.layouts()):
        heads = ["|".join(context.text.bare[start + word] for word in _words_of_head(each)) for each in layout.tables]
        if heads and heads[0] and heads[0] == above:
            found[page] = start - 1
        is_one = heads and (
            page in found or (page in pages and min(layout.tables[-1].cells[0].words) + start > pages[page])
        )
        above = heads[-1] if is_one else ""
    return found


def _words_of_head(table: PageTable) -> list[int]:
    return [word for cell in table.cells if cell.row < table.head_rows for word in cell.words]


def _stands_in_thousands(context: TextSurroundings, pages: Mapping[int, int], word: int) -> bool:
    """Return whether a sum is in a table below the statement that its page is in thousands."""
    if not pages or pages.get(context.page_index(word), word) >= word:
        return False
    layout, start = context.layout_of(word)
    return layout.cell(word - start) is not None


VAT_RATES = (1.2, 1.18, 1.25, 1.17, 1.21, 1.22, 1.19, 1.1, 1.08)
"""Ratios of a sum with VAT to the sum without it, in the countries of the corpus since 2005."""


def vat_pairs(context: TextSurroundings) -> Mapping[int, str]:
    """Return the sums of which the other with or without VAT stands beside them, by their first character, and which
    of the two each is. In two rows without the VAT between them, such sums are two sums."""
    return {start: said for pair in paired(context) for start, said in zip(pair, ("without", "with"), strict=True)}


def paired(context: TextSurroundings) -> Sequence[tuple[int, int]]:
    """Return the first characters of sums without VAT and of the same with it: in one row, or with the VAT itself
    between them."""
    if "VAT pairs" not in context.kept:
        monies = all_monies(context)
        near = ((one, other) for at, one in enumerate(monies) for other in monies[at + 1 : at + 1 + PAIRED_WITHIN])
        ordered = [(one, other) if one.value <= other.value else (other, one) for one, other in near]
        between = {
            (less.start, more.start)
            for less, tax, more in zip(monies, monies[1:], monies[2:], strict=False)
            if less.value + tax.value == more.value
        }
        context.kept["VAT pairs"] = tuple(
            (less.start, more.start)
            for less, more in ordered
            if is_with_vat(less.value, more.value)
            and (
                (less.start, more.start) in between
                or _in_one_row(context, *(context.text.word_at(each.start) for each in (less, more)))
            )
        )
    known: Sequence[tuple[int, int]] = context.kept["VAT pairs"]
    return known


def is_with_vat(net: Decimal, gross: Decimal) -> bool:
    """Return whether one sum is the other with VAT; most pairs are outside of the range of rates."""
    less, more = float(net), float(gross)
    if not less * min(VAT_RATES) - ROUNDED < more < less * max(VAT_RATES) + ROUNDED:
        return False
    return any(abs(less * rate - more) < ROUNDED for rate in VAT_RATES)


def _in_one_row(context: TextSurroundings, one: int, other: int) -> bool:
    if context.line(one) == context.line(other):
        return True
    if context.page_index(one) != context.page_index(other):
        return False
    layout, start = context.layout_of(one)
    cell, beside = layout.cell(one - start), layout.cell(other - start)
    return cell is not None and beside is not None and cell.row == beside.row


PAIRED_WITHIN = 3
"""Maximum distance in sums between a net and a gross sum: the VAT and a quantity may be between them."""

KUNA_IN_EURO = Decimal("7.5345")
"""The rate of conversion of Croatia; its documents of 2022 and 2023 print sums in both currencies."""

ROUNDED = 0.006
LEAST_CONVERTED = 100
"""Minimum sum in euro; smaller numbers match by chance."""


def _converted(monies: Sequence[Money]) -> dict[Decimal, str]:
    """Return the currencies of sums that are printed in both kuna and euro."""
    values = sorted({money.value for money in monies if money.currency in {None, "HRK", "EUR"}})
    found: dict[Decimal, str] = {}
    for kuna in values:
        euro = kuna / KUNA_IN_EURO
        near = bisect_left(values, euro - Decimal(ROUNDED))
        if euro >= LEAST_CONVERTED and abs(values[near] - euro) <= ROUNDED:
            found |= {kuna: "HRK", values[near]: "EUR"}
    return found


def usual_currency(context: TextSurroundings) -> tuple[str, bool]:
    """Return the currency assumed for sums without one, and whether it is unclear."""
    if "currency" not in context.kept:
        context.kept["currency"] = _usual_currency(context.text, all_monies(context))
    known: tuple[str, bool] = context.kept["currency"]
    return known


def _usual_currency(text: DocumentText, monies: Sequence[Money]) -> tuple[str, bool]:
    told = printed_currencies(monies)
    if len(set(told)) > 1 or len(told) == len(monies):
        return most_printed(told), True
    local = currency_of(text)
    return (told[0], told[0] != local) if told else (local, False)


LEAST_TELLING = 10
"""Minimum sum whose currency may be that of others: "1 evro" may be a lot, and the first word of a fuel."""


def printed_currencies(monies: Iterable[Money]) -> list[str]:
    """Return the currencies printed beside sums, each as often as it is."""
    return [money.currency for money in monies if money.currency and money.value >= LEAST_TELLING]


def most_printed(currencies: Iterable[str]) -> str:
    """Return the currency printed most often, of several the first; "" without one."""
    return next((currency for currency, _ in Counter(currencies).most_common(1)), "")


EURO_IN_CROATIA = 2023
"""The year in which Croatia introduced the euro."""

_SIGNS = {
    "BA": re.compile(r"bih\b|bosn[ae] i hercegovin|jib\b|idb\b|konvertibiln|republik[ae] srpsk"),
    "ME": re.compile(r"crn[ae] gor[ae]\b|sl\w*\.? list\w* cg\b"),
    "XK": re.compile(r"komuna\b|kosov"),
    "HR": re.compile(
        r"oib\b|urbroj|narodne novine|republik[ae] hrvatsk|hrvatske\b"
        r"|nabav[aeiu]\b|nabavom|ponuditelj|narucitelj|izvjesc"
    ),
    "MK": re.compile(r"denari\b|makedonij|sluzben vesnik\b|embs\b"),
    "AL": re.compile(r"leke\b|nipt\b|bashki|shqiperi"),
    "SI": re.compile(r"ddv\b|republik[ae] sloven|narocnik|ponudnik|uradni list\b"),
    "BG": re.compile(r"dds\b|balgari|eik\b|vazlozitel"),
    "RS": re.compile(r"glasnik rs\b|republik[ae] srbij|pib\b|vojvodin"),
}
_CURRENCIES = {
    "BA": "BAM", "ME": "EUR", "XK": "EUR", "RS": "RSD", "MK": "MKD", "AL": "ALL", "SI": "EUR", "BG": "BGN"
}  # fmt: skip
"""The currency of each country, by words that are typical of its documents."""

PLACE_WEIGHT = 2
"""Votes of a municipality name for its country; a word has one."""


@cache
def _countries() -> Mapping[str, str]:
    return {place.name: place.country for place in gazetteer.municipalities()}


def currency_of(text: DocumentText) -> str:
    """Return the currency of the country of a document that prints none."""
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
    """Count the words that begin with a match of a pattern; a literal prefix makes the search fast."""
    return sum(not text.folded[match.start() - 1].isalnum() for match in pattern.finditer(text.folded))


def all_monies(context: TextSurroundings) -> list[Money]:
    """Return every number that may be a sum, with its currency if one is printed beside it."""
    if "monies" not in context.kept:
        monies = [_within_cell(context, money) for money in _monies(context.text)]
        is_of_thousands = _MAY_BE_IN_THOUSANDS.search(context.text.folded) is not None
        context.kept["monies"] = _of_thousands(context, monies) if is_of_thousands else monies
    return list(context.kept["monies"])


def _of_thousands(context: TextSurroundings, monies: Sequence[Money]) -> list[Money]:
    """Return the sums, those that the head of a column or a line of the page says to be of thousands with their whole
    value."""
    pages = pages_in_thousands(context)
    found = []
    for read in monies:
        word = context.text.word_at(read.start)
        is_part = read.currency is None and (
            _stands_in_thousands(context, pages, word) or _THOUSANDS.search(column_head(context, word)) is not None
        )
        found.append(replace(read, value=read.value * 1000, in_thousands=True) if is_part else read)
    found += _small_of_thousands(context, {context.text.word_at(read.start) for read in found})
    return sorted(found, key=lambda read: read.start)


def _small_of_thousands(context: TextSurroundings, taken: Collection[int]) -> Iterator[Money]:
    """Yield the numbers of up to three figures that fill a cell of a table of thousands, but those of its rows."""
    text = context.text
    pages = pages_in_thousands(context)
    for start, _, layout in context.layouts():
        for cell in (cell for table in layout.tables for cell in table.cells if cell.column and len(cell.words) == 1):
            word = start + cell.words[0]
            printed_word = text.words[word]
            if word in taken or not _SMALL.fullmatch(printed_word):
                continue
            if _stands_in_thousands(context, pages, word) or _THOUSANDS.search(column_head(context, word)):
                value = Decimal(printed_word.replace(".", "").replace(",", ".")) * 1000
                end = text.starts[word] + len(printed_word)
                yield Money(value, None, text.starts[word], end, in_thousands=True)


CAPTION = 200
"""Number of characters above a table in which its caption may speak of VAT and of the currency."""

_CAPTION = re.compile(r"\b(?:iznos\w*|vrednost\w*|vrijednost\w*|dinar\w*|rsd|eur\w*|kn|km|denar\w*|amounts)\b[^\n]*$")


def vat_of_caption(context: TextSurroundings, word: int) -> str:
    """Return the status of VAT that the caption of a word's table states: "(u dinarima, bez PDV)"."""
    layout, start = context.layout_of(word)
    if layout.cell(word - start) is None:
        return "unknown"
    key = f"captions {start}"
    if key not in context.kept:
        context.kept[key] = list(_captions(context.text, layout, start))
    told = [vat for first, vat in context.kept[key] if first <= word]
    return str(told[-1]) if told else "unknown"


def _captions(text: DocumentText, layout: PageLayout, start: int) -> Iterator[tuple[int, str]]:
    """Yield the status of VAT that captions on a page state, each with the first word of its table; it holds of the
    tables below, too, that have no such caption."""
    low = 0
    for numbers in sorted([number for cell in each.cells for number in cell.words] for each in layout.tables):
        first, last = start + min(numbers), start + max(numbers)
        end = text.starts[first]
        lines = text.folded[max(low, end - CAPTION) : end].split("\n")
        told = {vat_in(line) for line in lines if _CAPTION.search(line)} - {"unknown"}
        if len(told) == 1:
            yield first, told.pop()
        low = end_of(text, last)


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
        if value is not None and not _ADDED.search(text.folded, max(0, match.start() - 30), match.start()):
            monies.append(Money(value, None, match.start(), match.end()))
    return sorted(monies, key=lambda money: money.start)


def _within_cell(context: TextSurroundings, money: Money) -> Money:
    """Return a sum without the numbers of the columns before, which a space joined to it: "9.600   210,00"."""
    text = context.text
    words = range(text.word_at(money.start), text.word_at(money.end - 1) + 1)
    figures = [word for word in words if text.bare[word][:1].isdigit()]
    own = next((word for word in reversed(figures[1:]) if context.begins_column(word)), None)
    number = None if own is None else _NUMBER.match(text.folded, text.starts[own], money.end)
    value = None if number is None else read_number(number[0], Separators.of(text.folded))
    return money if own is None or value is None else replace(money, value=value, start=text.starts[own])


def _overlaps(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Return whether a range overlaps one of ``taken``, which are sorted and disjoint."""
    place = bisect_left(taken, (end, 0)) - 1
    return place >= 0 and taken[place][1] > start


def _looks(text: DocumentText, money: Money) -> set[str]:
    folded = text.folded[money.start : money.end]
    looks = {
        f"cents={bool(_CENTS.search(folded))}",
        f"groups={folded.count('.') + folded.count(',')}",
    }
    if money.is_unit_price:
        looks.add("unit")
    if money.in_words is not None:
        looks.add(f"words={int(money.in_words) == int(money.value)}")
    return looks


def column_head(context: TextSurroundings, word: int) -> str:
    """Return the folded header of a word's column."""
    layout, start = context.layout_of(word)
    return " ".join(context.text.bare[start + each] for each in layout.column_head(word - start))


def around(context: TextSurroundings, money: Money) -> AmountContext:
    """Return the words around a sum; those before another one that stands between are about that."""
    before = [other.end for other in all_monies(context) if other.end <= money.start]
    return amount_context(context.text.folded, money.start, money.end, max(before, default=0))


def vat_in_head(context: TextSurroundings, word: int) -> str:
    """Return the VAT status that the header of a word's column states: without, with, unknown."""
    return vat_in(column_head(context, word))
