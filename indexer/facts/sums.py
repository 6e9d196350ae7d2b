"""Sums of money as printed: a number with its currency, its amount in words, or its table column.

The header of a table names the columns ("Cena bez PDV | Cena sa PDV"); a line belongs to the table if it has exactly as
many amounts. Such tables are bids, lines of a plan, contracts in a reply or an information booklet.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import pairwise

from archive.text.folding import fold
from indexer.facts.amount_context import vat_expression
from indexer.facts.lots import LOT
from indexer.facts.numerals import (
    Separators,
    adds_up,
    number_after,
    number_before,
    number_in_words,
    read_number,
    scales,
)
from indexer.facts.text import DocumentText, any_of, compiled, phrase
from indexer.gazetteer import table

_IN_WORDS = re.compile(
    r"(?:\W{0,3}\(|[^()\d;]{0,60}\(\W*(?:i\s)?(?=slovima|in\swords))\W*(?:i\s)?(?:slovima|in\swords)?\W*"
    r"([^()\d]{2,200}?)(?:\si\s\d\d?/100)?\W*\)"
)
_FEW_DECIMALS = re.compile(r"(\d{1,3})[.,](\d{1,2})")
_WITH_CENTS = re.compile(r"\d[.,]\d\d$")
_OVER_AGAIN = re.compile(r"^[^.;:]*\b(?:odnosno|to\sjest|tj)\b[^;:]*$")
OVER_AGAIN_WITHIN = 120
"""Maximum number of characters between a sum and the same sum with VAT."""

UNIT_WITHIN = 40
"""Number of characters after a currency in which "po kWh" marks a unit price."""


@dataclass(frozen=True, slots=True)
class Money:
    """A sum: its value, its ISO 4217 code if a currency is printed, and its offsets in the folded text.

    ``in_words`` is the value of the words in brackets, None without them. ``is_unit_price`` says that it is a price per
    kilowatt hour, litre or piece, ``in_thousands`` that it was printed as thousands.
    """

    value: Decimal
    currency: str | None
    start: int
    end: int
    in_words: Decimal | None = None
    is_unit_price: bool = False
    in_thousands: bool = False


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of a currency after an amount, of one before it, and of a scale ("miliona") after it.

    Groups are named by currency.
    """
    entries = table("currencies")["currency"]
    scale = "|".join(sorted(map(re.escape, scales()), key=len, reverse=True))
    after = "|".join(
        f"(?P<{entry['code']}>{_either([*entry['words'], *entry.get('capitals', ())])})" for entry in entries
    )
    before = "|".join(f"(?P<{entry['code']}>{_either(entry['before'])})" for entry in entries)
    spelled = r"(?:\((?P<words>[^()\d]{2,200}?)(?:\d\d?/100\W{0,2})?\)\s?)?"
    label = r"(?:valuta\W{1,3}|currency\W{1,3}|monedha\W{1,3})?"
    return (
        re.compile(
            rf"(?<=\d)(?:,oo)?[.,]?[-–=]{{0,2}}[”“\"]?\s?{spelled}(?:(?P<scale>{scale})\.?\s)?{label}(?:{after})(?!\w)"
        ),
        re.compile(rf"(?<!\w)(?:{before})\s?(?=\d)"),
        re.compile(rf"\s({scale})(?!\w)"),
    )


def _either(words: Sequence[str]) -> str:
    return "|".join(phrase(word) if word[0].isalpha() else re.escape(word) for word in words)


@cache
def _only_in_capitals() -> frozenset[str]:
    return frozenset(fold(word) for entry in table("currencies")["currency"] for word in entry.get("capitals", ()))


@cache
def _unit() -> re.Pattern[str]:
    return compiled(table("amount_roles")["unit"])


def sums(text: DocumentText, separators: Separators) -> list[Money]:
    """Return every number with a currency beside it, in text order.

    A currency between two numbers belongs to the first: "11.700 EUR 4) ...".
    """
    return text.once(("sums", separators), lambda: _sums(text, separators))


def _sums(text: DocumentText, separators: Separators) -> list[Money]:
    found = list(_with_currency_after(text, separators))
    ends = [money.end for money in found]
    for money in _with_currency_before(text, separators):
        near = bisect_right(ends, money.start)
        if near == len(ends) or found[near].start > money.end:
            found.append(money)
    return sorted(found, key=lambda money: money.start)


def unit_prices_joined(text: DocumentText, monies: Sequence[Money]) -> list[Money]:
    """Return the sums, with those marked as unit prices that are repeated as one.

    Example: "1.210,00 dinara bez PDV, odnosno 1.452,00 dinara sa PDV po učeniku".
    """
    joined = list(monies)
    for at in range(len(joined) - 2, -1, -1):
        this, following = joined[at], joined[at + 1]
        between = text.folded[this.end : following.start]
        if following.is_unit_price and len(between) <= OVER_AGAIN_WITHIN and _OVER_AGAIN.search(between):
            joined[at] = replace(this, is_unit_price=True)
    return joined


def _with_currency_after(text: DocumentText, separators: Separators) -> Iterator[Money]:
    for match in _patterns()[0].finditer(text.folded):
        code = match.lastgroup or ""
        if match[code] in _only_in_capitals() and not text.words[text.word_at(match.end() - 1)].isupper():
            continue
        number = number_before(text.folded, match.start())
        if number is None or _begins_name(text, text.word_at(match.start(code))):
            continue
        is_unit = _unit().search(text.folded, match.end(), match.end() + UNIT_WITHIN) is not None
        value = _scaled(number[1], match["scale"], separators, is_unit_price=is_unit)
        if value is not None:
            spelled = match["words"] or _words_after(text.folded, match.end())
            yield Money(value, code, number[0], match.end(), _spelled(spelled), is_unit)


_FUELS = frozenset({"dizel", "dizela", "diesel", "premium", "premijum", "bmb", "super"})
"""What stands after "evro" in the name of a fuel."""


def _begins_name(text: DocumentText, word: int) -> bool:
    """Return whether what reads like a currency begins a name: "3 Euro Pumpa d.o.o.", "2 evro dizel"."""
    printed = text.words[word]
    if word + 1 < len(text.words) and text.bare[word + 1] in _FUELS:
        return True
    is_title = printed[:1].isupper() and printed[1:2].islower()
    return is_title and word + 1 < len(text.words) and text.is_capitalised(word + 1)


def _with_currency_before(text: DocumentText, separators: Separators) -> Iterator[Money]:
    _, pattern, scale_pattern = _patterns()
    for match in pattern.finditer(text.folded):
        number = number_after(text.folded, match.end())
        if number is None:
            continue
        end, written = number
        scale = scale_pattern.match(text.folded, end)
        value = _scaled(written, scale[1] if scale else None, separators)
        if value is not None:
            end = scale.end() if scale else end
            start = match.start(match.lastgroup or 0)
            yield Money(value, match.lastgroup, start, end, _spelled(_words_after(text.folded, end)))


def _vat_phrases() -> str:
    vat = table("amount_roles")["vat"]
    named = re.compile("|".join(vat["names"]))
    listed = any_of(words for words in (*vat["without"], *vat["with"]) if named.search(words))
    return rf"(?:{any_of((*vat['before_without'], *vat['before_with']))}[\W_]{{1,3}}{any_of(vat['names'])}|{listed})"


@cache
def _vat_after() -> re.Pattern[str]:
    return re.compile(rf"(?<=\d\d)\W{{1,2}}{_vat_phrases()}")


@cache
def _vat_before() -> re.Pattern[str]:
    return re.compile(rf"{_vat_phrases()}(?:-\w{{1,2}})?\W{{1,3}}(?=\d)")


def sums_with_vat(text: DocumentText, separators: Separators) -> Iterator[Money]:
    """Yield numbers with cents that have "bez PDV" or the like instead of a currency.

    If the words are between two numbers, they belong to the second if the first such number of the line has them before
    it: "bez PDV 500.000,00 sa PDV 600.000,00".
    """
    yield from text.once(("with VAT", separators), lambda: _sums_with_vat(text, separators))


def _sums_with_vat(text: DocumentText, separators: Separators) -> Iterator[Money]:
    taken = -1
    for match in _vat_before().finditer(text.folded):
        number = number_after(text.folded, match.end())
        first = number_before(text.folded, match.start())
        is_after = first is not None and taken != first[0]
        if number is not None and not is_after and _WITH_CENTS.search(number[1]):
            value = read_number(number[1], separators)
            if value is not None:
                taken = match.end()
                yield Money(value, None, match.end(), number[0])
    for match in _vat_after().finditer(text.folded):
        number = number_before(text.folded, match.start())
        if number is not None and _WITH_CENTS.search(number[1]):
            value = read_number(number[1], separators)
            if value is not None:
                yield Money(value, None, number[0], match.start())


def _scaled(written: str, scale: str | None, separators: Separators, *, is_unit_price: bool = False) -> Decimal | None:
    """Return the value of figures and a scale: "1,5 miliona"; with a scale, one decimal is accepted."""
    few = _FEW_DECIMALS.fullmatch(written.strip()) if scale else None
    value = Decimal(f"{few[1]}.{few[2]}") if few else read_number(written, separators, is_unit_price=is_unit_price)
    return value if value is None or scale is None else value * scales()[scale]


def _words_after(folded: str, end: int) -> str | None:
    """Return the text in brackets after a sum, None without any."""
    match = _IN_WORDS.match(folded, end)
    return match[1] if match else None


@cache
def _currency_words() -> re.Pattern[str]:
    words = [word for entry in table("currencies")["currency"] for word in entry["words"]]
    return re.compile(rf"\b(?:{_either(words)})(?!\w)")


def _spelled(words: str | None) -> Decimal | None:
    """Return the value of an amount in words, the name of the currency removed."""
    if words is None:
        return None
    words = re.sub(r"^\W*(?:i\s)?(?:slovima|in\swords)\W*", "", _currency_words().sub(" ", words))
    number = number_in_words(words)
    return None if number is None else Decimal(number)


def currency_in(words: str) -> str | None:
    """Return the only currency that folded text names, such as a header "(u dinarima)"; None otherwise."""
    found = {match.lastgroup for match in _named_currency().finditer(words)}
    return found.pop() if len(found) == 1 else None


@cache
def _named_currency() -> re.Pattern[str]:
    entries = table("currencies")["currency"]
    return re.compile(
        "|".join(rf"(?P<{entry['code']}>(?<!\w)(?:{_either(entry['words'])})(?!\w))" for entry in entries)
    )


HEAD_LENGTH = 160
"""Maximum number of characters between two column headers."""

LINES_BETWEEN = 14
"""Maximum number of lines of names and descriptions between two lines of amounts."""

NO_SUM = (
    r"(?!\s?(?:cas(?:ova|a)?\b|sati\b|h\b|bod(?:a|ov\w+)?\b|poen|ponder)|\s(?:hiljad|tisuc|milion|milij)"
    r"|\s?\+\s?(?!p\.?d\.?v|ddv|tvsh|porez)[a-z]+\s\d)"
)
"""What may not follow a sum: "u 12,40 časova" is a time, "8.114 hiljada" is a thousand times as much, "97,50 bodova
(cena 90,00 + kvalitet 7,50)" are points."""

_ENTRY = re.compile(
    rf"(?<![\w.,/-])(?:\d{{1,3}}(?:[.,]\d{{3}})+(?:[.,;]\d{{2}})?|\d+[.,]\d{{2}})(?![\w/%-])(?![.,;]\d){NO_SUM}"
)
_TENTHS = re.compile(r"(?<![\w.,/-])\d{1,3}(?:\.\d{3})*,\d(?![\w.,/%-])")
"""A sum of thousands with one decimal: a row that has one has more sums than are read."""

_TELLS = re.compile(
    r"\b(?:iznos(?:i|ila|io)|je|nije|jeste|bila|bude|ostaje|is|was|iznesuva|znasa|betragt|eshte|prelaz\w+)\b"
)
TELLS_WITHIN = 60
"""Characters after the name of a column in which a verb makes it a part of a sentence: "procenjena vrednost iznosi"."""

_UNIT_PRICE = re.compile(r"\bpo\s(?!parti|lot)\w+|\bjed(?:inicn\w*)?\b|\bunit\b")
_LOTS = re.compile(rf"\n\W*(?:(?:broj\s)?{LOT}|r(?:ed)?\.?\s?br?|redni\sbroj)(?!\w)[^\n]*$")


@dataclass(frozen=True, slots=True)
class AmountColumn:
    """The meaning of a column of amounts: role and VAT status.

    ``is_of_lots`` says that the header begins with a column for lot or row numbers.
    """

    role: str
    vat: str
    is_of_lots: bool


@dataclass(frozen=True, slots=True)
class TableAmount:
    """An amount in a table, with its column and the folded text of its line before it."""

    money: Money
    column: AmountColumn
    line: str
    is_total: bool = False
    differs: bool = False


@cache
def _columns() -> re.Pattern[str]:
    roles = table("amount_roles")["columns"]
    return re.compile("|".join(f"(?P<{role}>{any_of(roles[role])})" for role in ("estimated", "contract", "other")))


@cache
def _total() -> re.Pattern[str]:
    return compiled(table("amount_roles")["columns"]["total"])


def entries(
    text: DocumentText, separators: Separators, first: int = 0, end: int | None = None
) -> Iterator[TableAmount]:
    """Yield the amounts of every table with known column headers, from offset ``first`` up to ``end``."""
    yield from text.once(("entries", separators, first, end), lambda: _entries(text, separators, first, end))


def _entries(text: DocumentText, separators: Separators, first: int, end: int | None) -> Iterator[TableAmount]:
    stop = len(text.folded) if end is None else end
    heads = list(_columns().finditer(text.folded, first, stop))
    while heads:
        head = [heads.pop(0)]
        while (
            heads
            and heads[0].start() - head[-1].end() < HEAD_LENGTH
            and not _ENTRY.search(text.folded, head[-1].end(), heads[0].start())
        ):
            head.append(heads.pop(0))
        below = heads[0].start() if heads else stop
        words = [text.folded[a.start() : b.start()] for a, b in pairwise(head)]
        words.append(text.folded[head[-1].start() : _line_end(text, head[-1].end(), below)])
        line = text.folded.rfind("\n", 0, head[0].start()) + 1
        is_head = not _ENTRY.search(text.folded, line, _line_end(text, head[-1].end(), below))
        is_head = is_head and not _TELLS.search(text.folded, head[-1].end(), head[-1].end() + TELLS_WITHIN)
        if is_head and not any(map(_UNIT_PRICE.search, words)):
            of_lots = _LOTS.search(text.folded, max(0, head[0].start() - HEAD_LENGTH), head[0].start()) is not None
            columns = [
                AmountColumn(match.lastgroup or "other", vat_in(said), of_lots)
                for match, said in zip(head, words, strict=True)
            ]
            currency = currency_in(" ".join(words))
            yield from _rows(text, separators, columns, currency, head[-1].end(), below)


def vat_in(words: str) -> str:
    """Return the VAT status that a column header states: without, with, unknown."""
    match = _vat().search(words)
    return "unknown" if match is None else _CUT_OFF.get(match.lastgroup or "", match.lastgroup or "unknown")


_CUT_OFF = {"bare": "without", "cut": "with"}


@cache
def _vat() -> re.Pattern[str]:
    """Return the words of VAT in a column header, which may be cut off: "Cena bez", "Cijena sa uračunatim"."""
    return re.compile(
        rf"{vat_expression()}|(?P<bare>\b(?:bez|excl)\b|(?<![.@\w])net\b)|\b(?P<cut>sa?)(?=\s+(?:uracun|obracun)|\W*$)"
    )


def _line_end(text: DocumentText, offset: int, below: int) -> int:
    """Return the end of the last header line, including a line below it without amounts ("PDV", "(dinara)")."""
    end = text.folded.find("\n", offset, below)
    if end < 0:
        return below
    second = text.folded.find("\n", end + 1, below)
    second = below if second < 0 else second
    return end if _ENTRY.search(text.folded, end, second) or second - end > HEAD_LENGTH // 4 else second


def _rows(
    text: DocumentText,
    separators: Separators,
    columns: list[AmountColumn],
    currency: str | None,
    start: int,
    below: int,
) -> Iterator[TableAmount]:
    """Yield the lines below a header with one amount per column, until too many other lines have passed."""
    sums: list[list[Money]] = [[] for _ in columns]
    others, offset = 0, start
    while offset < below and others <= LINES_BETWEEN:
        line_end = text.folded.find("\n", offset, below)
        line_end = below if line_end < 0 else line_end
        found = list(_ENTRY.finditer(text.folded, offset, line_end))
        numbers = [read_number(match[0], separators) for match in found]
        if len(found) == len(columns) and None not in numbers and not _TENTHS.search(text.folded, offset, line_end):
            others = 0
            line = text.folded[offset : found[0].start()]
            is_total = _total().search(line) is not None
            for column, match, number, above in zip(columns, found, numbers, sums, strict=True):
                assert number is not None
                money = Money(number, currency, match.start(), match.end())
                differs = is_total and len(above) > 1 and not adds_up((each.value for each in above), number)
                yield TableAmount(money, column, line, is_total, differs)
                above.append(money)
            if is_total:
                return
        else:
            # A line with a different number of amounts may be part of a split row.
            others += not found
        offset = line_end + 1
