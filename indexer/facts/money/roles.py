"""What an amount is in a document of a kind: estimated, awarded, contracted, another sum, or no fact of it at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from indexer.facts.money.context import Context, last_said, says
from indexer.facts.money.sums import Money
from indexer.facts.phrases import any_of
from indexer.facts.text import DocumentText
from indexer.gazetteer import table

CONTRACTS = frozenset({"contract", "contract_annex"})
NOTICES = frozenset({"tender_notice", "tender_documents", "tender_amendment", "procurement_plan"})
"""Kinds that only know what is estimated; every other amount in them is a fee, a threshold or an example."""

FORMS = frozenset({"award_decision", "cancellation"})
"""Kinds that have a standard form whose labels all stand before its values."""

OFFERED_WITHIN = 40
"""Characters before an amount in which "najviša" or "najniža" makes it an offer."""

TELLING_OF_CONTRACTS = frozenset(
    {"foi_reply", "foi_decision", "procurement_report", "report", "other", "correspondence"}
)
REPORTS = frozenset({"report", "procurement_report"})
TELLING_OF_PRICES = frozenset({"minutes", "cancellation", "foi_reply", "procurement_report"})

_TELLING = {"foi_reply": "spent", "minutes": "offer"}
"""What an answer says was paid, and minutes say was offered, whatever the words for it."""

_REASONS = re.compile(r"\n\W*o\s?b\s?r\s?a\s?z\s?l\s?o\s?z\s?e\s?nj?\s?j?\s?e")
_ORDER = re.compile(
    r"\bobavezuj\w+\sse\b|\bse\sobavezuj\w+|\b(?:(?:usvaja|odbija)\w*\sse|se\s(?:usvaja|odbija)\w*)\b[^.;]*\b(?:zaht|predlog|prijedlog)"
)
_CONTRACT = re.compile(r"\bugovor")
_CONCLUDED = re.compile(r"\b(?:zakljuc\w+|dodel\w+|dodijel\w+)\W+(?:\w+\W+){0,3}?ugovor")
_COSTS_AFTER = re.compile(r"\W*(?:na\sime\s)(?:\w+\s){0,2}trosk")
_OWN_LINE = re.compile(r"(?:^|\n|[,;]\s)\W*(?:partij\w*\W{0,2}\d{1,3}\W{1,3})?$")


@dataclass(frozen=True, slots=True)
class Setting:
    """What the roles of all amounts of a document hang on: its kind, and offsets in its folded text.

    ``granted`` is where a decision grants, empty where it has no part of that name; ``reasons`` is where the reasons
    begin, or the end; ``is_form`` tells that the labels of a form all stand before its values.
    """

    kind: str
    granted: tuple[int, int]
    reasons: int
    is_form: bool

    @classmethod
    def of(cls, text: DocumentText, kind: str) -> Setting:
        """Look the document over once."""
        verb = _award_verb().search(text.folded) if kind == "award_decision" else None
        reasons = _REASONS.search(text.folded, verb.end() if verb else 0)
        granted = (verb.end(), reasons.start()) if verb and reasons else (0, 0)
        is_form = kind in FORMS and _form_label(kind).search(text.folded) is not None
        return cls(kind, granted, reasons.start() if reasons else len(text.folded), is_form)


def role_of(setting: Setting, money: Money, around: Context) -> str | None:
    """The role of an amount by the words before it; None where it is no fact of the document.

    The role ``budget`` is for the caller: the first sum of a budget is its total, and the others are not facts.
    """
    kind = setting.kind
    if setting.is_form and _OWN_LINE.search(around.before):
        return _in_form(kind, around)
    said = last_said(("estimated", "contract", "price"), around.before)
    if said == "estimated":
        return "estimated"
    if kind in CONTRACTS:
        return _in_contract(kind, money, around, said)
    if kind == "award_decision":
        return None if said is None else _in_decision(money, around, said, setting.granted)
    if kind == "judgment":
        return "other" if _is_judged(money, around, setting.reasons) else None
    return _elsewhere(kind, around, said)


@cache
def _award_verb() -> re.Pattern[str]:
    return re.compile(any_of(table("amount_roles")["award"]))


def _in_contract(kind: str, money: Money, around: Context, said: str | None) -> str | None:
    """The price of a contract, or another sum of it. An annex repeats the old price before it sets the new one."""
    is_price = said == "contract" or (said == "price" and says("contract", around.before))
    if is_price and not says("part", around.before):
        return "contract" if kind == "contract" or says("as_changed", around.before) else "other"
    # English contracts set out limits, thresholds and examples by the dozen.
    is_english = money.currency in {"USD", "GBP"}
    return "other" if not is_english or says("paid", around.before) else None


def _in_decision(money: Money, around: Context, said: str, granted: tuple[int, int]) -> str:
    if granted[0] <= money.start < granted[1] or says("award", around.before):
        return "award"
    return "contract" if said == "contract" else "other"


def _is_judged(money: Money, around: Context, reasons: int) -> bool:
    """Whether an amount is what a judgment is about, or what it orders to be paid, costs aside."""
    if money.start > reasons:
        return False
    is_said = says("stated", around.before) or (says("ordered", around.before) and _ORDER.search(around.before))
    return bool(is_said) and not says("costs", around.before) and not _COSTS_AFTER.match(around.after)


def _elsewhere(kind: str, around: Context, said: str | None) -> str | None:
    if kind in NOTICES:
        return None
    is_budget = says("budget", around.before) or (kind == "regulation" and says("revenue", around.before))
    if kind in {"regulation", "report"} and is_budget and says("budgeted", around.before):
        return "budget"
    if kind == "regulation" and said == "price" and says("loan", around.before):
        return "other"
    if kind in {"regulation", "other"} and says("stated", around.before) and not says("parts", around.before):
        return "other"
    if kind in TELLING_OF_CONTRACTS and (said == "contract" or _is_worth_of_contract(kind, around, said)):
        return "contract"
    is_told = (said is not None and kind in TELLING_OF_PRICES) or (
        kind in _TELLING and says(_TELLING[kind], around.before)
    )
    return "other" if is_told else None


def _is_worth_of_contract(kind: str, around: Context, said: str | None) -> bool:
    """Whether an answer or report tells what a contract is worth: "ugovor br. 404-1, vrednost 1.200.000,00 dinara"."""
    is_worth = says("worth", around.since_last)
    if kind == "foi_reply":
        return is_worth and _CONTRACT.search(around.before) is not None
    # Reports also tell which contracts a bidder must have had.
    return kind in REPORTS and (is_worth or said == "price") and _CONCLUDED.search(around.before) is not None


def _in_form(kind: str, around: Context) -> str:
    """What an amount on a line of its own is in a form that prints all labels first and all values after them.

    The standard forms ask a cancelled procurement for its estimated value, and a contract for its value before the
    highest and the lowest offer.
    """
    if kind == "cancellation":
        return "estimated"
    return "other" if says("offered", around.since_last[-OFFERED_WITHIN:]) else "contract"


@cache
def _form_label(kind: str) -> re.Pattern[str]:
    """A label with no value on its line, and another label on the next one."""
    name = "form_estimated" if kind == "cancellation" else "form_contract"
    return re.compile(rf"\n{any_of(table('amount_roles')[name])}:\s?\n[^\n\d]{{3,120}}:")
