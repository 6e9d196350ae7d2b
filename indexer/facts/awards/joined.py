"""The award line of a document about one contract: its vendors and its only sum."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from archive.model import Fact
from archive.model.vat import differ_by_vat
from indexer.facts.awards.lines import AwardLine, AwardPart, lot_part, number_after
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

    Of a sum with VAT and without, the latter counts.
    """
    vendors = [fact for fact in facts if fact.field == "vendor" and fact.span is not None]
    own = _price(facts, is_contract=kind in kinds_with("contract"))
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
    of_price = OF_CONTRACT if kind == "contract" else JOINED
    lots = named(text.folded) if kind in kinds_with("contract") else {}
    confidence = min(own.confidence, *(fact.confidence for fact in vendors))
    return AwardLine(
        firms,
        money,
        own.details.get("vat", "unknown"),
        "award.joined" if is_price else "award.only-sum",
        round(confidence * (of_price if is_price else ONLY_SUM), 3),
        lot=lot_part(text, *lots.values()) if len(lots) == 1 else None,
        bids=next(iter(counts(facts)), None),
        number=number_after(text, end, end + NUMBER_WITHIN),
    )


def _price(facts: Sequence[Fact], *, is_contract: bool) -> Fact | None:
    """Return the only sum labelled as price, or in a contract the only sum; without VAT if both are given."""
    sums = [
        fact for fact in facts if fact.field == "amount" and fact.span is not None and "unit_price" not in fact.details
    ]
    own = [fact for fact in sums if fact.details.get("role") in ROLES]
    if not own and is_contract:
        own = [fact for fact in sums if fact.details.get("role") == "other" and fact.confidence >= SURE]
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
