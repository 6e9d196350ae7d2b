"""The award line of a document about one contract: its vendors and its only sum."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from archive.model import Fact
from archive.model.vat import differ_by_vat
from indexer.facts.awards.blocks import BLOCK
from indexer.facts.awards.lines import FRAMEWORK, AwardLine, AwardPart, lot_part, own_number
from indexer.facts.awards.sentences import names_more
from indexer.facts.firms import Firm, end_of
from indexer.facts.lots import named
from indexer.facts.sums import Money
from indexer.facts.text import DocumentText, letters
from indexer.gazetteer import kinds_with

ROLES = ("contract", "award")

NUMBER_WITHIN = 300

MEMBERS_WITHIN = 90
"""Number of characters after a vendor in which another member of its consortium may be named."""


JOINED, ONLY_SUM, OF_CONTRACT = 0.75, 0.85, 0.95
"""Confidence that vendors and sum of a document belong together, if each is right (docs/measurements.md); those of a
contract and its price did in 18 of 19 papers."""

SURE = 0.9
"""Minimum confidence of the only sum of a contract that is not labelled as the price."""


def line(text: DocumentText, facts: Sequence[Fact], kind: str | None = None) -> AwardLine | None:
    """Return the award line of a document whose facts name one vendor or consortium and one sum, else None.

    Of a sum with VAT and without, the latter counts. A decision on several lots has a vendor and a sum for each.
    """
    vendors = [fact for fact in facts if fact.field == "vendor" and fact.span is not None]
    own = _price(facts, is_contract=kind in kinds_with("contract"))
    if not vendors or own is None or "currency" not in own.details:
        return None
    if len(vendors) > 1 and not all(fact.details.get("role") == "consortium_member" for fact in vendors):
        return None
    firms = tuple(map(_firm, vendors))
    money = _money(text, own)
    end = end_of(text, firms[0].last)
    lots = named(text.folded) if kind == "award_decision" or kind in kinds_with("contract") else {}
    if kind == "award_decision" and len(lots) > 1:
        return None
    if len(firms) == 1 and names_more(text, end, end + MEMBERS_WITHIN):
        return None
    is_price = own.details.get("role") in ROLES
    of_price = OF_CONTRACT if kind == "contract" else JOINED
    confidence = min(own.confidence, *(fact.confidence for fact in vendors))
    return AwardLine(
        firms,
        money,
        own.details.get("vat", "unknown"),
        "award.joined" if is_price else "award.only-sum",
        round(confidence * (of_price if is_price else ONLY_SUM), 3),
        lot=lot_part(text, next(iter(lots.values()))) if len(lots) == 1 else None,
        bids=next(iter(counts(facts)), None),
        number=own_number(text, firms, firms[0], NUMBER_WITHIN),
    )


SEVERAL = re.compile(r"\bsporazum\w*[^.;]{0,160}?\bsa?\s(?:svi\w+|sledec\w+|sljedec\w+|oba|dva|tri|cetiri|pet|vise)\b")
"""What says that a framework agreement is concluded with several, each of whom may have bid another price."""


def of_framework(
    text: DocumentText, facts: Sequence[Fact], told: Sequence[AwardLine], bidders: Iterable[Firm]
) -> list[AwardLine]:
    """Return the line of a decision on one framework agreement: its suppliers together, and the most that may be paid;
    what each bid was for is no price of it. Lines of lots stay; without that sum, those of several are proposals."""
    if len(named(text.folded)) > 1 or not told:
        return list(told)
    firms = {firm.core: firm for line in reversed(told) for firm in line.vendors}
    if SEVERAL.search(text.folded):
        firms = {firm.core: firm for firm in bidders} | firms
    most = {
        fact.value: fact
        for fact in reversed(facts)
        if fact.field == "amount" and "ceiling" in fact.details and fact.details.get("vat") != "with"
    }
    # Below a label that says so stands the value of the agreement, whatever the chosen bid came to.
    labelled = [line for line in told if line.method == BLOCK]
    if len(most) != 1 and len(firms) == len(labelled) == 1:
        return labelled
    if len(most) != 1:
        is_of_one = len(firms) == 1 or all(firms.keys() == line.cores for line in told)
        return list(told) if is_of_one else [replace(line, method=FRAMEWORK, confidence=JOINED) for line in told]
    (value,) = most.values()
    vendors = tuple(sorted(firms.values(), key=lambda firm: firm.first))
    rule = told[0].method if firms.keys() == told[0].cores else FRAMEWORK
    return [replace(told[0], vendors=vendors, money=_money(text, value), vat=value.details["vat"], method=rule)]


def _money(text: DocumentText, fact: Fact) -> Money:
    assert fact.span is not None
    first, last = fact.span.first, fact.span.last
    return Money(Decimal(fact.value), fact.details.get("currency"), text.starts[first], end_of(text, last))


def _price(facts: Sequence[Fact], *, is_contract: bool) -> Fact | None:
    """Return the only sum labelled as price, or in a contract the only sum; without VAT if both are given."""
    sums = [
        fact for fact in facts if fact.field == "amount" and fact.span is not None and "unit_price" not in fact.details
    ]
    own = [fact for fact in sums if fact.details.get("role") in ROLES]
    if not own and is_contract:
        own = [fact for fact in sums if fact.details.get("role") == "other" and fact.confidence >= SURE]
    # The value of a framework agreement is the most that may be paid, whatever the bid was for.
    own = [fact for fact in own if is_contract and "ceiling" in fact.details] or own
    if is_contract and len({fact.value for fact in own}) > 1:
        # Beside the price of the bid, that of the contract is told in its words.
        own = [fact for fact in own if fact.method == "amount.contract"] or own
    own.sort(key=lambda fact: ("without", "unknown", "with").index(fact.details.get("vat", "unknown")))
    values = {Decimal(fact.value) for fact in own}
    taxes = {gross - net for gross in values for net in values if differ_by_vat(net, gross) and gross > net}
    own = [fact for fact in own if Decimal(fact.value) not in taxes]
    others = [fact for fact in own[1:] if fact.value != own[0].value]
    if any(not differ_by_vat(Decimal(own[0].value), Decimal(other.value)) for other in others) or len(others) > 1:
        return None
    return own[0] if own else None


def _firm(fact: Fact) -> Firm:
    assert fact.span is not None
    core = letters(fact.value)
    return Firm(fact.value, fact.span.first, fact.span.last, core, formed=True, town="")


def counts(facts: Sequence[Fact]) -> list[AwardPart]:
    """Return the numbers of bids among the facts of a document, those of single lots excluded."""
    return [
        AwardPart(fact.value, fact.span.first, fact.span.last)
        for fact in facts
        if fact.field == "bids" and fact.span is not None and "lot" not in fact.details
    ]
