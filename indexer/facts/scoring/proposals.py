"""The candidates of a document for each role, from rules and from readers of all that may be one."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache

from archive.model import Fact
from archive.procedures.numbers import key as reference_key
from archive.text.folding import fold
from indexer.facts import amounts, bids, buyer, dates, kind, municipality, reference
from indexer.facts.firms import end_of
from indexer.facts.places import pattern_of
from indexer.facts.scoring import candidates, money, names, relations
from indexer.facts.scoring.candidates import MENTIONS, Proposal
from indexer.facts.scoring.context import TextSurroundings, kind_features
from indexer.facts.scoring.model import Row, row
from indexer.facts.text import DocumentText, any_of, letters
from indexer.facts.vendors import vendor
from indexer.gazetteer import kinds_with, table

RuleFacts = dict[str, list[Fact]]
WithTables = Callable[[TextSurroundings, str | None, RuleFacts], RuleFacts]


def rule_facts(text: DocumentText, known_kind: str | None) -> dict[str, list[Fact]]:
    """Return the facts that rules find in a document of a kind, by field."""
    buyers, body = buyer.find(text, known_kind)
    dated = dates.find(text, known_kind)
    numbers = reference.find(text, known_kind)
    return {
        "buyer": buyers,
        "municipality": municipality.find(text, known_kind, body),
        "vendor": vendor.find(text, known_kind),
        "bidder": bids.find_bidders(text, known_kind),
        "date": [fact for fact in dated if fact.field == "date"],
        "year": [fact for fact in dated if fact.field == "year"],
        "amount": amounts.find(text, known_kind),
        "bids": bids.find_counts(text, known_kind),
        "reference": [fact for fact in numbers if fact.field == "reference"],
        "related": [fact for fact in numbers if fact.field == "related"],
    }


@dataclass(slots=True)
class ProposedFacts:
    """The candidates of a document by role, with the rows of their features.

    ``kind`` is the kind that was told, ``issuer`` the firm that heads a bill or an offer (``is_bill``).
    """

    context: TextSurroundings
    kind: str | None
    rules: dict[str, list[Fact]]
    by_role: dict[str, list[Proposal]]
    rows: dict[str, list[Row]]
    is_bill: bool = False
    issuer: Proposal | None = None

    def leave_out(self, role: str, without: Collection[Proposal]) -> None:
        """Take candidates away from those of a role."""
        kept = [place for place, each in enumerate(self.by_role[role]) if each not in without]
        self.by_role[role] = [self.by_role[role][place] for place in kept]
        self.rows[role] = [self.rows[role][place] for place in kept]


def kind_row(context: TextSurroundings, headings: Sequence[Fact]) -> Row:
    """Return the features for classifying the kind of a document."""
    return row(*kind_features(context, headings))


def propose(context: TextSurroundings, known_kind: str | None, with_tables: WithTables | None = None) -> ProposedFacts:
    """Return every candidate of a document of a kind."""
    text = context.text
    rules = rule_facts(text, known_kind)
    if with_tables is not None:
        rules = with_tables(context, known_kind, rules)
    rules["bidder"] = names.within_cells(context, rules["bidder"])
    firms = names.all_firms(context)
    by_role = {
        "amount": money.amounts(context, rules["amount"]),
        "firm": names.firm_candidates(context, firms, rules),
        "buyer": names.buyers(context, firms, rules["buyer"]),
        "date": candidates.dates(context, rules["date"]),
        "reference": candidates.references(context, rules["reference"], reference_key),
        "bids": candidates.counts(context, rules["bids"]),
        "year": candidates.years(context, rules["year"]),
        "municipality": [],
    }
    relations.mark(context, by_role["amount"], by_role["firm"])
    if rules["bidder"]:
        # That there was no bid is said of a lot.
        by_role["bids"] = [each for each in by_role["bids"] if each.key != "0"]
    rows = {role: [row(*each.features(context, known_kind)) for each in found] for role, found in by_role.items()}
    is_other = known_kind not in kinds_with("procurement") | kinds_with("contract")
    proposed = ProposedFacts(context, known_kind, rules, by_role, rows, is_other and kind.calls_itself(text, "bill"))
    # What sets a deadline was made before it.
    closing = {fact.value for fact in dates.find_deadline(text, known_kind)}
    proposed.leave_out("date", [each for each in by_role["date"] if each.key in closing])
    if known_kind in kinds_with("asks") and rules["buyer"]:
        # Who asks heads the letter; whom it is sent to was found.
        proposed.leave_out("buyer", [each for each in by_role["buyer"] if _is_sender(each)])
    sellers = {letters(fact.value) for fact in rules["vendor"] if fact.method == vendor.LETTER}
    proposed.leave_out("buyer", [each for each in by_role["buyer"] if letters(each.value) in sellers])
    if proposed.is_bill:
        _tell_sides(proposed)
    return proposed


def _tell_sides(found: ProposedFacts) -> None:
    """Tell who issues a bill, and who is to pay: the customer by its label; above it stands, or stamps what came in,
    nobody but the issuer or the customer."""
    named = sorted(found.by_role["buyer"], key=lambda each: (min(each.mentions)[0], -min(each.mentions)[1]))
    billed = [each for each in named if _is_billed(found.context, each)]
    first = next((each for each in named if each not in billed), None)
    is_firm = first is not None and {"firm", "body"} & first.about == {"firm"}
    if first is not None and (is_firm or billed):
        found.issuer = first if is_firm else None
        found.leave_out("buyer", [first])
    for each in billed[:1]:
        fact = found.context.text.fact("buyer", each.value, each.mentions[0], "buyer.label", BILLED)
        each.facts.setdefault("buyer", fact)
        # Another name of the issuer may stand beside, and a part of the customer's be read as a name.
        last = min(each.mentions)[1]
        found.leave_out("buyer", [other for other in named if other is not each and max(other.mentions)[0] <= last])


BILLED = 0.9
"""Confidence that whom a bill labels as the customer buys."""


@cache
def _billed() -> re.Pattern[str]:
    return re.compile(rf"{any_of((*table('roles')['customer'], 'primalac', 'bill to', 'customer'))}\s?:?\W*$")


def _is_billed(context: TextSurroundings, body: Proposal) -> bool:
    """Return whether the label of a customer stands above a mention in its column, or right before it and not over
    another column: who heads the bill is another."""
    return any(_is_below_label(context, first) for first, _ in body.mentions[:MENTIONS])


def _is_below_label(context: TextSurroundings, first: int) -> bool:
    text, start = context.text, context.text.starts[first]
    said = _billed().search(text.folded, max(0, start - 40), start)
    if not context.has_pages:
        return said is not None
    layout, page = context.layout_of(first)
    own, table = layout.cell(first - page), layout.table(first - page)
    if own is None or table is None:
        return said is not None
    label = layout.cell(text.word_at(said.start()) - page) if said else None
    if label in table.cells and label.row < own.row and label.column != own.column:
        return False
    over = (cell for cell in table.cells if (cell.row, cell.column) == (own.row - 1, own.column))
    head = next((" ".join(text.bare[page + word] for word in cell.words) for cell in over), "")
    return said is not None or _billed().match(head) is not None


SENDER_WORDS = 12
"""Words at the top in which a letter names who sends it."""


def _is_sender(body: Proposal) -> bool:
    return "buyer" not in body.facts and min(body.mentions)[0] < SENDER_WORDS and "local=True" not in body.about


def propose_places(found: ProposedFacts, bought: Proposal | None) -> None:
    """Add the places of a document, seen from the buyer: the seat of whoever sells is none, nor what stands in firms'
    names alone. A national body names places as others'."""
    places = candidates.municipalities(found.context, bought, found.rules["municipality"])
    found.by_role["municipality"] = places
    found.rows["municipality"] = [row(*each.features(found.context, found.kind)) for each in places]
    firms = [firm for firm in names.all_firms(found.context) if firm.formed]
    within = {word for firm in firms for word in range(firm.first, firm.last + 1)}
    short = {_two_words(found.context.text, firm.first) for firm in firms}
    found.leave_out(
        "municipality", [each for each in places if not _may_be_its_place(found, each, bought, within, short)]
    )


def _two_words(text: DocumentText, first: int) -> str:
    return text.folded[text.starts[first] : end_of(text, min(first + 1, len(text.words) - 1))]


_LETTERS = kinds_with("foi") | {"correspondence", None}
"""Kinds in which a national body names the places of those to whom it writes."""


def _may_be_its_place(
    found: ProposedFacts, place: Proposal, bought: Proposal | None, within: Collection[int], short: Collection[str]
) -> bool:
    if "in-buyer" in place.about:
        return True
    if bought is not None and found.kind in _LETTERS and pattern_of("national").match(fold(bought.value)):
        return False
    if found.kind == "judgment" and any(_is_court_at(found.context.text, first) for first, _ in place.mentions):
        return False
    if found.issuer is not None and (
        fold(place.key) == getattr(found.issuer.source, "town", "") or _is_of_issuer(found.context.text, place)
    ):
        return False
    # A firm may also be called by the first two words of its name.
    return "municipality" in place.facts or not all(
        first in within or any(_two_words(found.context.text, word) in short for word in (max(0, first - 1), first))
        for first, _ in place.mentions
    )


_MADE_OUT = re.compile(r"\bmj?est\w*(?:\s\w+){0,3}\s?:\W*$")


def _is_of_issuer(text: DocumentText, place: Proposal) -> bool:
    """Return whether a bill names a place above its title, where who issues it stands, and as where it was made out."""
    title = kind.where_called(text, "bill") or 0
    starts = (text.starts[first] for first, _ in place.mentions if first >= title)
    return all(_MADE_OUT.search(text.folded, max(0, start - 40), start) for start in starts)


_COURT = re.compile(r"\bsud[aeu]?(?:\s\w+)?\su\s$")
"""What stands before the seat of a court, which is no place of what it judges."""


def _is_court_at(text: DocumentText, place: int) -> bool:
    return _COURT.search(text.folded, max(0, text.starts[place] - 40), text.starts[place]) is not None


def backed(proposed: Sequence[Proposal], role: str) -> list[bool]:
    """Return, for each candidate, whether a rule accepts it."""
    return [role in each.facts for each in proposed]


def as_fact(text: DocumentText, chosen: Proposal, field: str, sure: float, **details: str) -> Fact:
    """Return a candidate as a fact: the result of a rule, or its value at its first mention."""
    by_rule = chosen.facts.get(field)
    if by_rule is not None:
        return replace(by_rule, confidence=sure, details={**by_rule.details, **details})
    return text.fact(field, chosen.value, chosen.mentions[0], f"{field}.scored", sure, details=details)
