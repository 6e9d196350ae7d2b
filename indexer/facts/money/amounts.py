"""How much? The amounts that are facts of a document: what was estimated, bid, awarded and contracted.

Fees, fines, guarantees, thresholds and other people's prices stand all around, so outside of contracts an amount counts
only where the words before it, or the head of its column, give it a role that documents of its kind have.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from archive.model import Fact
from indexer.facts.money import tables
from indexer.facts.money.context import context, is_never_a_fact, lot_of, vat_of
from indexer.facts.money.numerals import Separators, adds_up, number_after, printed, read_number
from indexer.facts.money.roles import CONTRACTS, NOTICES, Setting, role_of
from indexer.facts.money.sums import Money, sums, sums_with_vat, unit_prices_joined
from indexer.facts.phrases import any_of
from indexer.facts.text import DocumentText
from indexer.gazetteer import table

TABLES = frozenset({"minutes", "procurement_plan", "foi_reply", "report"})
"""Kinds whose tables are read. Those of an award decision list the prices of losers and of single pieces."""

TABLES_OF_LOTS = frozenset({"tender_notice", "tender_documents", "tender_amendment", "award_decision", "cancellation"})
"""Kinds of whose tables only those are read that give the lots with what each is estimated at."""

REPORTS = frozenset({"procurement_report"})
"""Kinds of whose tables only prices are read whose head speaks of VAT: others hold points, shares and periods."""

OTHERS = frozenset(
    {"award_decision", "cancellation", "foi_decision", "procurement_report", "regulation", "judgment", "correspondence"}
    | {"other"}
)

WITHOUT_CURRENCY = 60
"""Characters between the name of a value and its number, where no currency is printed."""

PRICED = CONTRACTS | {"award_decision", "procurement_report"}
"""Kinds in which a price may be printed without its currency."""

_SERBIAN = re.compile(r"\b(?:vrednost|cen[aeu]\b)")
"""Words spelt so in Serbia only: Bosnia and Montenegro, with other currencies, write "vrijednost", "cijena"."""

_WITH_PARAS = re.compile(r"\d[.,]\d{3}[.,]\d\d$")
_HAS_THOUSANDS = re.compile(r"\d[.,]\d{3}")
_ROW_OF_LOT = re.compile(r"\W*(?:\d{1,3}(?:\.\d{1,3})*\b|partij|lot\b|ukupno|svega)")
_CONTRACT_LINE = re.compile(r"\W*(?:\d+\W+)?ugovor")
_OPENING = re.compile(r"\botvaranj\w+\sponuda|\bopening\sof\s(?:bids|tenders)")


@dataclass(frozen=True, slots=True)
class _Amount:
    """An amount with its role, how it stands to VAT and what to say about it. ``end`` is where its evidence ends."""

    money: Money
    role: str
    vat: str
    rule: str
    confidence: float
    end: int
    lot: str | None = None
    sum_differs: bool = False


def find(text: DocumentText, kind: str | None) -> list[Fact]:
    """The amounts of a document of a kind that has any, each value once in each role."""
    kind = kind or "other"
    if not _has_amounts(text, kind):
        return []
    separators = Separators.of(text.folded)
    monies = unit_prices_joined(text, sums(text, separators))
    printed_currencies = {money.currency for money in monies if money.currency}
    currency = printed_currencies.pop() if len(printed_currencies) == 1 else None
    is_serbian = _SERBIAN.search(text.folded) is not None
    unnamed = currency or ("RSD" if is_serbian else None)
    # In a Serbian document with foreign sums, a price without a currency may be in either.
    if unnamed is not None and (unnamed == "RSD" or not is_serbian):
        monies += [replace(money, currency=unnamed) for money in sums_with_vat(text, separators)]
        monies.sort(key=lambda money: money.start)
    found = list(_in_sentences(text, kind, monies))
    if kind in TABLES | TABLES_OF_LOTS | REPORTS:
        found += _in_tables(text, kind, separators, unnamed)
    if kind not in TABLES | {"regulation", "other", "correspondence"}:
        found += _without_currency(text, separators, monies, currency)
    if kind in PRICED and currency in (None, "RSD"):
        in_table = {amount.money.start for amount in found}
        found += (amount for amount in _priced(text, kind, separators, monies) if amount.money.start not in in_table)
    found = _checked(sorted(found, key=lambda amount: amount.money.start))
    return [_fact(text, amount) for amount in _each_once(found)]


def _has_amounts(text: DocumentText, kind: str) -> bool:
    if kind == "minutes":
        return _OPENING.search(text.folded) is not None
    return kind in NOTICES | CONTRACTS | TABLES | OTHERS


def _in_sentences(text: DocumentText, kind: str, monies: Sequence[Money]) -> Iterator[_Amount]:
    setting = Setting.of(text, kind)
    last_end, has_budget = 0, False
    for money in monies:
        around = context(text.folded, money.start, money.end, last_end)
        last_end = money.end
        vat, length = vat_of(around)
        role = None if is_never_a_fact(around, kind in CONTRACTS | {"judgment"}) else role_of(setting, money, around)
        if role == "budget":
            role, has_budget = None if has_budget else "other", True
        if role is not None:
            is_tax = vat == "tax"
            # What is paid for a piece is no value of a contract; what was awarded may be nothing but that price.
            role = "other" if is_tax or (money.is_unit_price and role != "award") else role
            lot = lot_of(around.before) if kind not in CONTRACTS else None
            yield _Amount(
                money,
                role,
                "unknown" if is_tax else vat,
                f"amount.{'tax' if is_tax else role}",
                0.92 if vat != "unknown" else 0.88,
                money.end + length,
                lot,
            )


@cache
def _estimated_label() -> re.Pattern[str]:
    return re.compile(any_of(table("amount_roles")["estimated"]) + rf"[^\d;]{{0,{WITHOUT_CURRENCY}}}?(?=\d)")


def _without_currency(
    text: DocumentText, separators: Separators, monies: Sequence[Money], currency: str | None
) -> Iterator[_Amount]:
    """An estimated value that is printed without its currency.

    In Serbian procurement law it is always in dinars; in other countries it has the one ``currency`` of the document.
    """
    starts = [money.start for money in monies]
    for match in _estimated_label().finditer(text.folded):
        number = number_after(text.folded, match.end())
        value = read_number(number[1], separators) if number and _HAS_THOUSANDS.search(number[1]) else None
        code = "RSD" if _SERBIAN.search(match[0]) else currency
        before = bisect_right(starts, match.end()) - 1
        is_known = before >= 0 and match.end() < monies[before].end
        if number is None or value is None or code is None or is_known:
            continue
        money = Money(value, code, match.end(), number[0])
        vat, length = vat_of(context(text.folded, money.start, money.end, 0))
        yield _Amount(money, "estimated", vat, "amount.estimated-label", 0.85, money.end + length)


@cache
def _price_label() -> re.Pattern[str]:
    return re.compile(any_of(table("amount_roles")["contract"]) + rf"[^\d;]{{0,{WITHOUT_CURRENCY}}}?(?=\d)")


def _priced(text: DocumentText, kind: str, separators: Separators, monies: Sequence[Money]) -> Iterator[_Amount]:
    """A price that is printed without its currency in a Serbian document: in dinars, if it has thousands and paras."""
    setting = Setting.of(text, kind)
    starts = [money.start for money in monies]
    for match in _price_label().finditer(text.folded):
        number = number_after(text.folded, match.end())
        before = bisect_right(starts, match.end()) - 1
        is_known = before >= 0 and match.end() < monies[before].end
        if number is None or is_known or not _SERBIAN.search(match[0]) or not _WITH_PARAS.search(number[1]):
            continue
        value = read_number(number[1], separators)
        around = context(text.folded, match.end(), number[0], 0)
        if value is None or is_never_a_fact(around, kind in CONTRACTS):
            continue
        money = Money(value, "RSD", match.end(), number[0])
        role = role_of(setting, money, around)
        if role is not None:
            vat, length = vat_of(around)
            yield _Amount(money, role, vat, f"amount.{role}-label", 0.85, money.end + length)


def _in_tables(text: DocumentText, kind: str, separators: Separators, default: str | None) -> Iterator[_Amount]:
    """Amounts in columns, in the ``default`` currency where their head names none."""
    for entry in tables.entries(text, separators):
        role = entry.column.role
        is_lot = role == "estimated" and entry.column.is_of_lots and _ROW_OF_LOT.match(entry.line)
        if kind in TABLES_OF_LOTS and not is_lot:
            continue
        if kind in REPORTS and (entry.column.vat == "unknown" or entry.money.value < 1000):
            continue
        if (kind == "procurement_plan" and role != "estimated") or (kind == "report" and role == "other"):
            continue
        if kind == "foi_reply" and role == "other" and _CONTRACT_LINE.match(entry.line):
            role = "contract"
        code = entry.money.currency or default
        if code is not None:
            money = replace(entry.money, currency=code)
            yield _Amount(money, role, entry.column.vat, "amount.column", 0.85, money.end, sum_differs=entry.differs)


def _checked(amounts: list[_Amount]) -> list[_Amount]:
    """The same amounts; a price with VAT that is not the price without it and the VAT beside them is flagged."""
    checked = list(amounts)
    for first in range(len(amounts) - 2):
        three = {_part(amount): first + number for number, amount in enumerate(amounts[first : first + 3])}
        if three.keys() == {"without", "tax", "with"}:
            without, tax, total = (amounts[three[name]] for name in ("without", "tax", "with"))
            if not adds_up((without.money.value, tax.money.value), total.money.value):
                checked[three["with"]] = replace(total, sum_differs=True)
    return checked


def _part(amount: _Amount) -> str:
    return "tax" if amount.rule == "amount.tax" else amount.vat


def _each_once(amounts: list[_Amount]) -> list[_Amount]:
    """Each value once in a role and lot, where it is first printed with its VAT.

    A price that is awarded or contracted is not repeated as another sum.
    """
    settled = {(each.money.value, each.money.currency) for each in amounts if each.role in {"award", "contract"}}
    of_lots = {(each.money.value, each.money.currency, each.role) for each in amounts if each.lot is not None}
    once: dict[tuple[object, ...], _Amount] = {}
    for amount in amounts:
        value = (amount.money.value, amount.money.currency)
        if amount.role == "other" and value in settled:
            continue
        if amount.lot is None and (*value, amount.role) in of_lots:
            continue
        key = (*value, amount.role, amount.lot)
        if key not in once or (once[key].vat == "unknown" and amount.vat != "unknown"):
            once[key] = amount
    return list(once.values())


def _fact(text: DocumentText, amount: _Amount) -> Fact:
    details = {"currency": amount.money.currency or "", "vat": amount.vat, "role": amount.role}
    if amount.lot is not None:
        details["lot"] = amount.lot
    if amount.money.is_unit_price:
        details["unit_price"] = "yes"
    if amount.money.in_words is not None and int(amount.money.value) != int(amount.money.in_words):
        details["words_differ"] = "yes"
    if amount.sum_differs:
        details["sum_differs"] = "yes"
    where = (text.word_at(amount.money.start), text.word_at(amount.end - 1))
    confidence = amount.confidence - (0.3 if "words_differ" in details or "sum_differs" in details else 0)
    return text.fact("amount", printed(amount.money.value), where, amount.rule, confidence, details=details)
