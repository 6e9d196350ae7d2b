"""Choose which sums of a document are facts, and what each is: a price, an estimate, with VAT or without."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from archive.model import Fact
from indexer.facts import kind
from indexer.facts.amount_context import AmountContext, is_never_a_fact, last_said, says, vat_of
from indexer.facts.numerals import printed
from indexer.facts.scoring import money
from indexer.facts.scoring.annexes import as_changed, without_shares
from indexer.facts.scoring.candidates import Proposal
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.scoring.model import Models, RoleModel, each_of
from indexer.facts.scoring.proposals import ProposedFacts, as_fact, backed
from indexer.facts.text import DocumentText
from indexer.gazetteer import kinds_with


def decided_amounts(text: DocumentText, found: ProposedFacts, models: Models) -> list[Fact]:
    """Return the sums that are facts, each with its role, in the order of the document."""
    model, roles = models["amount"], models["amount_role"]
    rows = found.rows["amount"]
    if not rows:
        return []
    facts = []
    sums = found.by_role["amount"]
    signs = each_of(model.scores(rows)[:, 0], backed(sums, "amount"))
    for chosen, each, scores, is_held in zip(sums, signs, roles.scores(rows), held_back(found), strict=True):
        if model.is_shown(each) and not is_held and not _is_never(found, chosen):
            sure = model.probability(each)
            if sure < LEAST_OF_COLUMN and _is_of_column(chosen):
                continue
            facts.append(_amount(text, found, chosen, sure, _role_of(chosen, roles, scores)))
    facts.sort(key=lambda fact: fact.span.first if fact.span else 0)
    # An annex that adds a tenth prints what looks like a price, its tax and both.
    told = (as_changed if found.kind == "contract_annex" else _as_pairs)(found.context, facts)
    return without_shares(told) if found.kind == "contract" else told


SURER = 2.0
"""How much likelier another role must be than that which a rule gives to a sum."""


def _role_of(chosen: Proposal, roles: RoleModel, scores: NDArray[np.float64]) -> str:
    """Return the role of a sum: that of a rule, unless the scorer is surer of another."""
    by_role = dict(zip(roles.classes, map(float, scores), strict=True))
    best = max(by_role, key=lambda role: by_role[role])
    by_rule = chosen.facts.get("amount")
    if by_rule is None:
        return best
    told = by_rule.details["role"]
    known = by_role.get("contract" if told in _PRICES else told, by_role[best])
    return told if by_role[best] - known < SURER else best


BY_HEAD = "amount.column"
"""The rule of sums that the head of a column tells."""

LEAST_OF_COLUMN = 0.6
"""Minimum probability of a price that only the head of its column tells: it may be that of one piece."""


def _is_of_column(chosen: Proposal) -> bool:
    by_rule = chosen.facts.get("amount")
    return by_rule is not None and by_rule.method == BY_HEAD and by_rule.details["role"] == "other"


_PRICES = ("award", "contract")


def _as_pairs(context: TextSurroundings, facts: Sequence[Fact]) -> list[Fact]:
    """Return the same amounts; of one without VAT and the same with it, each is told what it is by the other."""
    listed = list(facts)
    at_word = {fact.span.first: place for place, fact in enumerate(listed) if fact.span is not None}
    for pair in money.paired(context):
        places = [at_word.get(context.text.word_at(start)) for start in pair]
        roles = {listed[place].details["role"] for place in places if place is not None}
        role = next((each for each in _PRICES if roles == {each, "other"}), None)
        of_both = _vat_of_both(context, *map(context.text.word_at, pair))
        for place, said in zip(places, ("without", "with"), strict=True):
            if place is not None:
                details = dict(listed[place].details)
                told = {"role": role} if role else {}
                listed[place] = replace(listed[place], details=details | told | {"vat": of_both or said})
    return listed


def _vat_of_both(context: TextSurroundings, one: int, other: int) -> str | None:
    """Return the VAT status that two columns have each in a head of its own: an estimate and a price may differ by its
    rate. None if they have not, or different ones."""
    layout, start = context.layout_of(one)
    said = {money.vat_in_head(context, word) for word in (one, other)}
    is_own = layout.column_head(one - start) != layout.column_head(other - start)
    return said.pop() if len(said) == 1 and is_own and said != {"unknown"} else None


MANY_SUMS = 120
"""In a document with more sums, such as a budget, only those that rules accept are facts."""


def held_back(found: ProposedFacts) -> list[bool]:
    """Return, for each sum, whether it is excluded: accepted by no rule, and in a long list or of unclear currency."""
    sums = found.by_role["amount"]
    is_long = len(sums) > MANY_SUMS and found.kind not in _LISTING
    return [
        "amount" not in each.facts and (is_long or (money.UNCLEAR in each.about and each.source.currency is None))
        for each in sums
    ]


def _is_never(found: ProposedFacts, chosen: Proposal) -> bool:
    """Return whether a sum is the capital of who sends a bill or, accepted by no rule, a penalty, a guarantee, a fee or
    the like by the words before it. In a table those are of another cell. Points of bids are no sums."""
    if chosen.source is None:
        return False
    if _POINTS.search(money.column_head(found.context, chosen.mentions[0][0])):
        return True
    if "amount" in chosen.facts and not found.is_bill:
        return False
    around = money.around(found.context, chosen.source)
    if found.is_bill and says("capital", around.before):
        return True
    if "amount" in chosen.facts or _is_in_table(found, chosen):
        return False
    near = _on_its_line(found.context.text, chosen, around)
    return is_never_a_fact(near, is_paid=found.kind in kinds_with("contract") | {"judgment"})


_POINTS = re.compile(r"\bponder|\bbodov|\bpoen")
"""Heads of columns with the points that bids were given."""


def _is_in_table(found: ProposedFacts, chosen: Proposal) -> bool:
    layout, start = found.context.layout_of(chosen.mentions[0][0])
    return layout.cell(chosen.mentions[0][0] - start) is not None


def _on_its_line(text: DocumentText, chosen: Proposal, around: AmountContext) -> AmountContext:
    """Return the context of a sum, without what stands more than a line above it: in a bill no sentence ends."""
    line = text.line_start(chosen.mentions[0][0])
    if line and chosen.mentions[0][0] - line < 2:
        line = text.line_start(line - 1)
    said = around.before[max(0, len(around.before) - (chosen.source.start - text.starts[line])) :]
    return replace(around, before=said, since_last=said if len(said) < len(around.since_last) else around.since_last)


_LISTING = frozenset({"procurement_plan", "procurement_report", "award_decision", "contract"})
_AWARDING = frozenset({"award_decision", "procurement_report", "minutes"})


def _amount(text: DocumentText, found: ProposedFacts, chosen: Proposal, sure: float, role: str) -> Fact:
    by_rule = chosen.facts.get("amount")
    if role in _PRICES:
        is_told = by_rule is not None and by_rule.details["role"] in _PRICES
        is_order = found.kind == "other" and kind.calls_itself(text, "order")
        role = "award" if found.kind in _AWARDING and not is_told else role
        role = "other" if found.is_bill or is_order else role
    if by_rule is not None:
        return as_fact(text, chosen, "amount", sure, role=role)
    read = chosen.source
    around = money.around(found.context, read)
    vat, length = vat_of(around)
    if role in {"estimated", *_PRICES} and not _is_in_table(found, chosen) and _is_of_another(found, around):
        role = "other"
    if vat == "unknown":
        vat = money.vat_in_head(found.context, chosen.mentions[0][0])
    details = {"currency": chosen.key.split()[1], "vat": "unknown" if vat == "tax" else vat, "role": role}
    if read.is_unit_price:
        details["unit_price"] = "yes"
    where = (chosen.mentions[0][0], text.word_at(max(read.start, read.end + length - 1)))
    return text.fact("amount", printed(read.value), where, f"amount.{role}-scored", sure, details=details)


def _is_of_another(found: ProposedFacts, around: AmountContext) -> bool:
    """Return whether the words since the sum before tell of a bid, or of money set aside or paid, not of a price."""
    since = around.since_last
    if found.kind in kinds_with("procurement") and last_said(("bid", "paid_out"), since) == "bid":
        return False
    return last_said(("bid", "paid_out", "contract", "award"), since) in {"bid", "paid_out"}
