"""The line that a paper of one contract is: its vendors, and the one sum that it is for."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from archive.model import Fact
from indexer.facts.awards.lines import AwardLine, AwardPart, differ_by_vat, number_after
from indexer.facts.awards.sentences import names_more
from indexer.facts.firms import Firm, end_of
from indexer.facts.sums import Money
from indexer.facts.text import DocumentText, letters

ROLES = ("contract", "award")

NUMBER_WITHIN = 300

MEMBERS_WITHIN = 90
"""Characters after a vendor's name in which another member of its group may be named."""


JOINED, ONLY_SUM = 0.75, 0.85
"""How often the vendors and the sum of a paper belong together, where each is right (docs/measurements.md)."""

SURE = 0.9
"""How sure the only sum of a contract must be, where no words call it the price."""


def line(text: DocumentText, facts: Sequence[Fact], *, is_contract: bool = False) -> AwardLine | None:
    """Return the line of a document whose facts name one side of vendors and one sum, None where they name more.

    Of one sum with VAT and without, the latter counts.
    """
    vendors = [fact for fact in facts if fact.field == "vendor" and fact.span is not None]
    own = _price(facts, is_contract=is_contract)
    if not vendors or own is None or "currency" not in own.details:
        return None
    if len(vendors) > 1 and not all(fact.details.get("role") == "consortium_member" for fact in vendors):
        return None
    firms = tuple(map(_firm, vendors))
    assert own.span is not None
    money = Money(
        Decimal(own.value),
        own.details.get("currency"),
        text.starts[own.span.first],
        end_of(text, own.span.last),
    )
    end = end_of(text, firms[0].last)
    if len(firms) == 1 and names_more(text, end, end + MEMBERS_WITHIN):
        return None
    is_price = own.details.get("role") in ROLES
    confidence = min(own.confidence, *(fact.confidence for fact in vendors))
    return AwardLine(
        firms,
        money,
        own.details.get("vat", "unknown"),
        "award.joined" if is_price else "award.only-sum",
        round(confidence * (JOINED if is_price else ONLY_SUM), 3),
        bids=next(iter(counts(facts)), None),
        number=number_after(text, end, end + NUMBER_WITHIN),
    )


def _price(facts: Sequence[Fact], *, is_contract: bool) -> Fact | None:
    """Return the only sum that is called the price, or in a contract the only sum; of one with VAT and without, the
    latter."""
    sums = [
        fact for fact in facts if fact.field == "amount" and fact.span is not None and "unit_price" not in fact.details
    ]
    own = [fact for fact in sums if fact.details.get("role") in ROLES]
    if not own and is_contract:
        own = [fact for fact in sums if fact.details.get("role") == "other" and fact.confidence >= SURE]
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
    """Return the numbers of bids among the facts of a document, without those of single lots."""
    return [
        AwardPart(fact.value, fact.span.first, fact.span.last)
        for fact in facts
        if fact.field == "bids" and fact.span is not None and "lot" not in fact.details
    ]
