"""Amounts: what was estimated, offered, awarded and contracted.

Documents are full of fees, fines, guarantees, thresholds and unrelated prices. Outside of contracts an amount is a fact
only if the words before it, or its column header, give it a role that documents of this kind have.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from archive.model import Fact
from indexer.facts.amount_context import AmountContext, context, is_never_a_fact, last_said, says, vat_of
from indexer.facts.lots import ANY_LOT, LOT, last_lot
from indexer.facts.numerals import Separators, adds_up, number_after, printed, read_number
from indexer.facts.sums import Money, entries, sums, sums_with_vat, unit_prices_joined
from indexer.facts.text import DocumentText, any_of
from indexer.gazetteer import kinds_with, table

OFFERED_WITHIN = 40
"""Number of characters before an amount in which "najviša" or "najniža" makes it an offer."""

_TELLING = {"foi_reply": "spent", "minutes": "offer"}
"""Role of amounts by document kind, whatever the wording: a reply tells what was spent, minutes what was offered."""

_REASONS = re.compile(r"\n\W*(?:o\s?b\s?r\s?a\s?z\s?l\s?o\s?z\s?e\s?nj?\s?j?\s?e|razlozi(?=\s?[:\n]))")
_ORDER = re.compile(
    r"\bobavezuj\w+\sse\b|\bse\sobavezuj\w+|\b(?:(?:usvaja|odbija)\w*\sse|se\s(?:usvaja|odbija)\w*)\b[^.;]*\b(?:zaht|predlog|prijedlog)"
)
_CONTRACT = re.compile(r"\bugovor|\bcontract\b")
_CONCLUDED = re.compile(r"\b(?:zakljuc\w+|dodel\w+|dodijel\w+)\W+(?:\w+\W+){0,3}?ugovor")
_COSTS_AFTER = re.compile(r"\W*(?:na\sime\s)(?:\w+\s){0,2}trosk")
_OWN_LINE = re.compile(rf"(?:^|\n|[,;]\s)\W*(?:{ANY_LOT}\W{{1,3}})?$")


@dataclass(frozen=True, slots=True)
class RoleContext:
    """What the roles of all amounts of a document depend on: its kind, and offsets in its folded text.

    ``granted`` is the range of the ruling of a decision, empty without one; ``reasons`` is the start of the reasons, or
    the end of the text; ``is_form`` says that the document is a form that prints all labels before all values.
    """

    kind: str
    granted: tuple[int, int]
    reasons: int
    is_form: bool

    @classmethod
    def of(cls, text: DocumentText, kind: str) -> RoleContext:
        """Return the context of a document."""
        verb = _award_verb().search(text.folded) if kind == "award_decision" else None
        reasons = _REASONS.search(text.folded, verb.end() if verb else 0)
        granted = (verb.end(), reasons.start()) if verb and reasons else (0, 0)
        is_form = kind in kinds_with("labels_first") and _form_label(kind).search(text.folded) is not None
        return cls(kind, granted, reasons.start() if reasons else len(text.folded), is_form)


def role_of(setting: RoleContext, money: Money, around: AmountContext) -> str | None:
    """Return the role of an amount by the words before it, None if it is not a fact.

    The role ``budget`` is for the caller: only the first sum of a budget, its total, is a fact.
    """
    kind = setting.kind
    if setting.is_form and _OWN_LINE.search(around.before):
        return _in_form(kind, around)
    said = last_said(("estimated", "contract", "price"), around.before)
    if said == "estimated":
        # A rule book tells by what value another procedure holds: "do 1.500,00", "od 1.500,01 do 5.000,00".
        return None if kind == "regulation" and _RANGE.search(around.since_last) else "estimated"
    if kind in kinds_with("contract"):
        return _in_contract(kind, money, around, said)
    if kind == "award_decision":
        return None if said is None else _in_decision(money, around, said, setting.granted)
    if kind == "judgment":
        return "other" if _is_judged(money, around, setting.reasons) else None
    return _elsewhere(kind, around, said)


@cache
def _award_verb() -> re.Pattern[str]:
    return re.compile(any_of(table("amount_roles")["award"]))


def _in_contract(kind: str, money: Money, around: AmountContext, said: str | None) -> str | None:
    """Return ``contract`` for the price, ``other`` for others; an annex repeats the old price before the new one."""
    if kind == "contract_annex" and _NOW.search(around.before):
        return "contract"
    is_price = said == "contract" or (said == "price" and says("contract", around.before))
    if is_price and not says("part", around.before):
        return "contract" if kind == "contract" or is_changed(around.before) else "other"
    # English contracts set out limits, thresholds and examples by the dozen.
    is_english = money.currency in {"USD", "GBP"}
    return "other" if not is_english or says("paid", around.before) else None


_NOW = re.compile(r"\b(?:c(?:ij)?en|vr(?:ij)?edn)\w*\b[^;]*\bsada\siznosi\W{1,3}(?:ukupno\s)?$")
_CHANGED = re.compile(r"\b(?:povecav|uvecav|smanjuj|umanjuj)\w*\W.{1,140}\biznosi\W*$", re.DOTALL)


def is_changed(before: str) -> bool:
    """Return whether the price that holds from now on follows: "povećava se za 300,00 dinara i iznosi 1.500,00"."""
    return says("as_changed", before) or _CHANGED.search(before) is not None


def _in_decision(money: Money, around: AmountContext, said: str, granted: tuple[int, int]) -> str:
    if granted[0] <= money.start < granted[1] or says("award", around.before):
        return "award"
    is_of_bids = says("offered", around.since_last[-OFFERED_WITHIN:])
    return "contract" if said == "contract" and not is_of_bids else "other"


def _is_judged(money: Money, around: AmountContext, reasons: int) -> bool:
    """Return whether an amount is the subject of a judgment, or ordered to be paid; costs do not count."""
    if money.start > reasons:
        return False
    is_said = says("stated", around.before) or (says("ordered", around.before) and _ORDER.search(around.before))
    return bool(is_said) and not says("costs", around.before) and not _COSTS_AFTER.match(around.after)


def _elsewhere(kind: str, around: AmountContext, said: str | None) -> str | None:
    if kind in kinds_with("estimates"):
        return None
    is_budget = says("budget", around.before) or (kind == "regulation" and says("revenue", around.before))
    if kind in {"regulation", "report"} and is_budget and says("budgeted", around.before):
        return "budget"
    if kind == "regulation" and said == "price" and says("loan", around.before):
        return "other"
    if kind in {"regulation", "other"} and says("stated", around.before) and not says("parts", around.before):
        return "other"
    if kind in kinds_with("contract_values") and (said == "contract" or _is_worth_of_contract(kind, around, said)):
        return "contract"
    is_told = (said is not None and kind in kinds_with("prices")) or (
        kind in _TELLING and says(_TELLING[kind], around.before)
    )
    return "other" if is_told else None


def _is_worth_of_contract(kind: str, around: AmountContext, said: str | None) -> bool:
    """Return whether a reply or report states the value of a contract: "ugovor br. 404-1, vrednost 1.200.000"."""
    is_worth = says("worth", around.since_last)
    if kind == "foi_reply":
        return is_worth and _CONTRACT.search(around.before) is not None
    # Reports also state which contracts a bidder must have had.
    return (
        kind in kinds_with("report") and (is_worth or said == "price") and _CONCLUDED.search(around.before) is not None
    )


def _in_form(kind: str, around: AmountContext) -> str:
    """Return the role of an amount on its own line in a form that prints all labels before all values.

    The standard form of a cancellation has the estimated value; that of a contract has its value, then the highest and
    the lowest offer.
    """
    if kind == "cancellation":
        return "estimated"
    return "other" if says("offered", around.since_last[-OFFERED_WITHIN:]) else "contract"


@cache
def _form_label(kind: str) -> re.Pattern[str]:
    """Return the pattern of a label without a value on its line, followed by another label."""
    name = "form_estimated" if kind == "cancellation" else "form_contract"
    return re.compile(rf"\n{any_of(table('amount_roles')[name])}:\s?\n[^\n\d]{{3,120}}:")


_RANGE = re.compile(r"\b(?:do|od|preko|iznad)\W*$")

WITHOUT_CURRENCY = 60
"""Maximum number of characters between a label and its number, where no currency is printed."""

_SERBIAN = re.compile(r"\b(?:vrednost|cen[aeu]\b)")
"""Words spelt so only in Serbia; Bosnia and Montenegro, with other currencies, write "vrijednost", "cijena"."""

_WITH_PARAS = re.compile(r"\d[.,]\d{3}[.,]\d\d$")
_HAS_THOUSANDS = re.compile(r"\d[.,]\d{3}")
_ROW_OF_LOT = re.compile(rf"\W*(?:\d{{1,3}}(?:\.\d{{1,3}})*\b|{LOT}|ukupno|svega)")
_CONTRACT_LINE = re.compile(r"\W*(?:\d+\W+)?ugovor")
_OPENING = re.compile(r"\botvaranj\w+\sponuda|\bopening\sof\s(?:bids|tenders)")


@dataclass(frozen=True, slots=True)
class _Amount:
    """An amount with its role, VAT status, rule and confidence; ``end`` is the offset where its evidence ends."""

    money: Money
    role: str
    vat: str
    rule: str
    confidence: float
    end: int
    lot: str | None = None
    sum_differs: bool = False


def find(text: DocumentText, kind: str | None) -> list[Fact]:
    """Return the amounts of a document as facts, each value once per role."""
    kind = kind or "other"
    if not _has_amounts(text, kind):
        return []
    separators = Separators.of(text.folded)
    monies = unit_prices_joined(text, sums(text, separators))
    printed_currencies = {money.currency for money in monies if money.currency}
    currency = printed_currencies.pop() if len(printed_currencies) == 1 else None
    is_serbian = _SERBIAN.search(text.folded) is not None
    unnamed = currency or ("RSD" if is_serbian else None)
    # In a Serbian document with foreign sums, a price without a currency is ambiguous.
    if unnamed is not None and (unnamed == "RSD" or not is_serbian):
        monies += [replace(money, currency=unnamed) for money in sums_with_vat(text, separators)]
        monies.sort(key=lambda money: money.start)
    found = list(_in_sentences(text, kind, monies))
    if kind in kinds_with("tables") | kinds_with("lot_tables") | kinds_with("vat_tables"):
        found += _in_tables(text, kind, separators, unnamed)
    if kind not in kinds_with("tables") | {"regulation", "other", "correspondence"}:
        found += _without_currency(text, separators, monies, currency)
    if kind in kinds_with("no_currency") and currency in (None, "RSD"):
        in_table = {amount.money.start for amount in found}
        found += (amount for amount in _priced(text, kind, separators, monies) if amount.money.start not in in_table)
    found = _checked(sorted(found, key=lambda amount: amount.money.start))
    return [_fact(text, amount) for amount in _each_once(found)]


def _has_amounts(text: DocumentText, kind: str) -> bool:
    if kind == "minutes":
        return _OPENING.search(text.folded) is not None
    return kind in kinds_with("amounts")


def _in_sentences(text: DocumentText, kind: str, monies: Sequence[Money]) -> Iterator[_Amount]:
    setting = RoleContext.of(text, kind)
    last_end, has_budget = 0, False
    for money in monies:
        around = context(text.folded, money.start, money.end, last_end)
        last_end = money.end
        vat, length = vat_of(around)
        role = (
            None
            if is_never_a_fact(around, kind in kinds_with("contract") | {"judgment"})
            else role_of(setting, money, around)
        )
        if role == "budget":
            role, has_budget = None if has_budget else "other", True
        if role is not None:
            is_tax = vat == "tax"
            # A unit price is not the value of a contract, but an award may state nothing else.
            role = "other" if is_tax or (money.is_unit_price and role != "award") else role
            lot = last_lot(around.before) if kind not in kinds_with("contract") else None
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
    """Yield estimated values printed without a currency.

    Under Serbian procurement law they are in dinars; elsewhere they are in the only ``currency`` of the document.
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
    """Yield prices printed without a currency in a Serbian document: dinars, if they have thousands and cents."""
    setting = RoleContext.of(text, kind)
    starts = [money.start for money in monies]
    for match in _price_label().finditer(text.folded):
        number = number_after(text.folded, match.end())
        before = bisect_right(starts, match.end()) - 1
        is_known = before >= 0 and match.end() < monies[before].end
        if number is None or is_known or not _SERBIAN.search(match[0]) or not _WITH_PARAS.search(number[1]):
            continue
        value = read_number(number[1], separators)
        around = context(text.folded, match.end(), number[0], 0)
        if value is None or is_never_a_fact(around, kind in kinds_with("contract")):
            continue
        money = Money(value, "RSD", match.end(), number[0])
        role = role_of(setting, money, around)
        if role is not None:
            vat, length = vat_of(around)
            yield _Amount(money, role, vat, f"amount.{role}-label", 0.85, money.end + length)


def _in_tables(text: DocumentText, kind: str, separators: Separators, default: str | None) -> Iterator[_Amount]:
    """Yield amounts in table columns, in the ``default`` currency where the header names none."""
    for entry in entries(text, separators):
        role = entry.column.role
        is_lot = role == "estimated" and entry.column.is_of_lots and _ROW_OF_LOT.match(entry.line)
        if kind in kinds_with("lot_tables") and not is_lot:
            continue
        if kind in kinds_with("vat_tables") and (entry.column.vat == "unknown" or entry.money.value < 1000):
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
    """Return the amounts, with ``sum_differs`` set where a price with VAT is not the sum of price and VAT beside it."""
    checked = list(amounts)
    for first in range(len(amounts) - 2):
        three = {_part(amount): first + number for number, amount in enumerate(amounts[first : first + 3])}
        if three.keys() == {"without", "tax", "with"}:
            without, tax, total = (amounts[three[name]] for name in ("without", "tax", "with"))
            is_of_one = without.role == total.role
            if is_of_one and not adds_up((without.money.value, tax.money.value), total.money.value):
                checked[three["with"]] = replace(total, sum_differs=True)
    return checked


def _part(amount: _Amount) -> str:
    return "tax" if amount.rule == "amount.tax" else amount.vat


def _each_once(amounts: list[_Amount]) -> list[_Amount]:
    """Return each value once per role and lot, at its first mention with a VAT status.

    An awarded or contracted price is not repeated as another sum.
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
