"""The award line: lot, vendors, sum, number of bids and tax number, each with its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from archive.model import Fact
from archive.model.documents import PROPOSED
from archive.model.vat import differ_by_vat
from indexer.facts import identifiers
from indexer.facts.firms import Firm, end_of
from indexer.facts.identifiers import TAX_REGISTERS
from indexer.facts.lots import LOT_CELL, LOT_MARK, lot_number, marks
from indexer.facts.numerals import printed
from indexer.facts.sums import Money
from indexer.facts.text import DocumentText

REGISTER = "award.register"
"""The rule of lines that are rows of a register."""

FRAMEWORK = "award.framework"
"""The rule of the line of a framework agreement with several suppliers, none of whom is a member of a group."""

SHOWN = 0.85
"""Minimum confidence of a line to count; a line below it is only proposed for review."""

OF_ALL = re.compile(
    r"\bsv(?:ih|im)\s(?:\w+\s)?(?:ugovor|partij)\w*|\b(?:ugovora|partij\w{1,3})\s(?:\w+\s)?(?:zajedno|ukupno)\b"
    r"|\bukupno\spo\spartijama\b|\bdodj?eljenih\sugovora\b"
)
"""What says before a sum that it is that of all contracts: "vrednost svih ugovora zajedno"."""

TOGETHER = 60
"""Maximum number of words of evidence that spans a whole line; of a longer one only the sum is the evidence."""


@dataclass(frozen=True, slots=True)
class AwardPart:
    """A value of a line with its first and last word."""

    value: str
    first: int
    last: int


def lot_part(text: DocumentText, mark: re.Match[str], offset: int = 0) -> AwardPart:
    """Return the lot of a mark, which was matched in the folded text from ``offset``."""
    at = text.word_at(offset + mark.start(mark.lastgroup or "lot"))
    return AwardPart(lot_number(mark), at, at)


def last_lot_part(text: DocumentText, low: int, stop: int, pattern: re.Pattern[str] = LOT_MARK) -> AwardPart | None:
    """Return the last lot that is named between two offsets of the folded text."""
    marks = list(pattern.finditer(text.folded, low, stop))
    return lot_part(text, marks[-1]) if marks else None


def lots_given(text: DocumentText, low: int, stop: int) -> list[AwardPart]:
    """Return the lots that the last mark between two offsets names: "partije 1 i 3" are two."""
    *_, mark = [None, *(mark for mark, _ in marks(text.folded, low, stop))]
    if mark is None or not mark["several"]:
        return [] if mark is None else [lot_part(text, mark)]
    each = re.compile(r"\d+").finditer(text.folded, *mark.span("several"))
    return [AwardPart(str(int(number[0])), at := text.word_at(number.start()), at) for number in each]


def leading_number(text: DocumentText, words: Sequence[int], pattern: re.Pattern[str] = LOT_CELL) -> AwardPart | None:
    """Return the number with which a cell begins, of a lot or a count: "2", "Partija 2", "2 – Kamere"; by another
    pattern, that which it finds in the cell."""
    said = " ".join(text.bare[word] for word in words)
    mark = pattern.search(said)
    at = None if mark is None else words[said.count(" ", 0, mark.start(mark.lastgroup or "lot"))]
    return None if mark is None or at is None else AwardPart(lot_number(mark), at, at)


@dataclass(frozen=True, slots=True)
class AwardLine:
    """An award line; ``number`` is the tax number of the (first) vendor, with its register, ``ids`` are all numbers of
    the cell of an only vendor."""

    vendors: tuple[Firm, ...]
    money: Money | None
    vat: str
    method: str
    confidence: float
    lot: AwardPart | None = None
    bids: AwardPart | None = None
    number: tuple[str, AwardPart] | None = None
    ids: Mapping[str, str] = field(default_factory=dict)

    @property
    def cores(self) -> frozenset[str]:
        """Normalized vendor names, equal for lines with the same vendors."""
        return frozenset(firm.core for firm in self.vendors)


def merged(lines: Iterable[AwardLine]) -> list[AwardLine]:
    """Return the lines without repetitions: a decision names the winner in its ruling and again in its reasons.

    Lines of different lots are never merged.
    """
    found: list[AwardLine] = []
    for line in lines:
        at = next((at for at, known in enumerate(found) if _is_again(known, line)), None)
        if at is None:
            found.append(line)
        else:
            found[at] = _joined(found[at], line)
    return found


def _is_again(one: AwardLine, other: AwardLine) -> bool:
    if one.lot and other.lot and one.lot.value != other.lot.value:
        return False
    if one.lot and other.lot and one.money and other.money and one.cores & other.cores:
        # The name of a member may be read in two ways; a lot has one price.
        return one.money.value == other.money.value or differ_by_vat(one.money.value, other.money.value)
    if not (one.cores == other.cores or one.cores < other.cores or other.cores < one.cores):
        return False
    if one.money is None or other.money is None:
        return True
    if one.money.value == other.money.value:
        return True
    return one.vat != other.vat and differ_by_vat(one.money.value, other.money.value)


def _joined(one: AwardLine, other: AwardLine) -> AwardLine:
    best, more = (other, one) if one.money is None and other.money is not None else (one, other)
    vendors = best.vendors if len(best.vendors) >= len(more.vendors) else more.vendors
    return replace(
        best,
        vendors=vendors,
        lot=best.lot or more.lot,
        bids=best.bids or more.bids,
        number=best.number or more.number,
        ids=best.ids or more.ids,
        vat=best.vat if best.vat != "unknown" or best.money != more.money else more.vat,
    )


def is_sum(text: DocumentText, money: Money) -> bool:
    """Return whether a number has a currency, cents or thousands separators or stands in thousands: so it is a sum. The
    day of "10.11. 2006", or of "10.11. u 12,30", has none, and the ends of a range are no price."""
    before = text.folded[max(0, money.start - RANGE) : money.start]
    is_of_range = _HIGHEST.search(before) or (_LOWEST.search(before) and _TO_HIGHEST.match(text.folded, money.end))
    if _DAY.match(text.folded, money.start) or is_of_range:
        return False
    return (
        money.currency is not None
        or money.in_thousands
        or _SUM.search(text.folded[money.start : money.end]) is not None
    )


RANGE = 40
_CURRENCY = r"(?:\s(?:rsd|din\w*|eur\w*|km)\.?)?"
_LOWEST = re.compile(r"\bod\s$")
_HIGHEST = re.compile(rf"\bod\s\d[\d.]*(?:,\d\d)?{_CURRENCY}\sdo\s$")
_TO_HIGHEST = re.compile(rf"{_CURRENCY}\sdo\s\d[\d.]*(?:,\d\d|\s(?:rsd|din|eur|km))")
"""What stands around the ends of a range: "od 118,00 do 205,00 dinara"; a day is none."""


def is_asked(text: DocumentText, money: Money) -> bool:
    """Return whether a sum stands in a question: a mail may quote what it answers."""
    return _ASKED_AFTER.match(text.folded, money.end) is not None


_ASKED_AFTER = re.compile(r"[^.!?]{0,200}\?")
_DAY = re.compile(r"\d{1,2}\.\d{1,2}\.(?:\s?(?:19|20)\d\d\b|(?!\d))")
_SUM = re.compile(r"\d[.,]\d\d$|^\d{1,3}(?:\.\d{3})+$")


def fact_of(text: DocumentText, line: AwardLine) -> Fact:
    """Return a line as a fact: a readable value, with each part and its words in the details."""
    assert line.money is not None
    names = "; ".join(firm.name for firm in line.vendors)
    money = (text.word_at(line.money.start), text.word_at(line.money.end - 1))
    details = {
        "vendor": names,
        "amount": f"{line.money.value:.2f}",
        "currency": line.money.currency or "",
        "vat": line.vat,
        "vendor_words": _words([(firm.first, firm.last) for firm in line.vendors]),
        "amount_words": _words([money]),
    }
    if line.confidence < SHOWN:
        details[PROPOSED] = "yes"
    register, number = line.number or ("", None)
    for name, part in (("lot", line.lot), ("bids", line.bids), (register, number)):
        if part is not None:
            details[name] = part.value
            details[f"{name}_words"] = _words([(part.first, part.last)])
    first = min(money[0], *(firm.first for firm in line.vendors))
    last = max(money[1], *(firm.last for firm in line.vendors))
    where = (first, last) if last - first < TOGETHER else money
    lot = f"{line.lot.value}: " if line.lot else ""
    value = f"{lot}{names}, {line.money.value:.2f} {line.money.currency}"
    return text.fact("award", value, where, line.method, line.confidence, details=details)


OWN_WITHIN = 40
"""Number of characters after a member's name in which its own number is printed."""


def _numbers_of(text: DocumentText, line: AwardLine, firm: Firm) -> dict[str, str]:
    """Return the tax number of a vendor, with the register number that a sentence prints right after it."""
    own = line.number if len(line.vendors) == 1 else own_number(text, line.vendors, firm, OWN_WITHIN)
    if own is None:
        return {}
    end = end_of(text, own[1].last)
    starts = (text.starts[other.first] for other in line.vendors if other.first > firm.last)
    more = identifiers.printed(text.folded[end : min([end + OWN_WITHIN, *starts])]) if line.method != REGISTER else {}
    return {own[0]: own[1].value, **{name: number for name, number in more.items() if name == "mb"}}


def own_number(text: DocumentText, vendors: Sequence[Firm], firm: Firm, within: int) -> tuple[str, AwardPart] | None:
    """Return the tax number of one of the vendors of a line, printed before the next name."""
    end = end_of(text, firm.last)
    starts = (text.starts[other.first] for other in vendors if other.first > firm.last)
    return number_after(text, end, min([end + within, *starts]))


def parts_of(text: DocumentText, line: AwardLine) -> list[Fact]:
    """Return the vendors and the sum of a line as separate facts."""
    assert line.money is not None
    rule = "row" if line.method == REGISTER else "line"
    role = "consortium_member" if len(line.vendors) > 1 and line.method != FRAMEWORK else "supplier"
    ids = line.ids if len(line.vendors) == 1 else {}
    facts = [
        text.fact(
            "vendor",
            firm.name,
            (firm.first, firm.last),
            f"vendor.{rule}",
            line.confidence,
            details=identifiers.checked({**ids, **_numbers_of(text, line, firm)}) | {"role": role},
        )
        for firm in line.vendors
    ]
    where = (text.word_at(line.money.start), text.word_at(line.money.end - 1))
    details = {
        "currency": line.money.currency or "",
        "vat": line.vat,
        "role": "contract" if line.method == REGISTER else "award",
    }
    return [
        *facts,
        text.fact("amount", printed(line.money.value), where, f"amount.{rule}", line.confidence, details=details),
    ]


def _words(spans: Sequence[tuple[int, int]]) -> str:
    return " ".join(f"{first}-{last}" for first, last in spans)


def number_after(text: DocumentText, offset: int, end: int) -> tuple[str, AwardPart] | None:
    """Return the tax number between two offsets of the folded text with its register, None without one."""
    match = _NUMBER.search(text.folded, offset, end)
    if match is None:
        return None
    digits = re.sub(r"\D", "", match[1])
    register = TAX_REGISTERS.get(len(digits))
    if register is None:
        return None
    return register, AwardPart(digits, text.word_at(match.start(1)), text.word_at(match.end(1) - 1))


_NUMBER = re.compile(
    r"\b(?:pib|p\.i\.b|oib|jib|poresk\w+(?:\sidentifikacion\w+)?\sbroj|pdv\sbroj|id\W{0,2}(?:broj|br)|nui"
    r"|identifika(?:cioni|cijski|ciski)\sbroj|nacionalni\sregistracioni\sbroj|tax\s(?:identification\s)?number)"
    r"(?:\s\(\w+\))?\W{0,5}(\d{9,13})(?!\d)"
)
