"""Which candidates are facts: the scorer's choice, one document at a time.

Of a single-valued field the likeliest candidate counts, of a many-valued one each that is likely enough; nobody is both
buyer and vendor of one paper. A fact carries its calibrated probability, and below the threshold of its field, at which
97 of 100 were right on documents of sources that the model had not seen, there is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from archive.model import Fact
from archive.model.words import Words
from archive.procedures.numbers import key as reference_key
from indexer.facts import amounts, bids, buyer, dates, kind, municipality, parties, reference
from indexer.facts.amount_context import context as amount_context
from indexer.facts.amount_context import vat_of
from indexer.facts.firms import canonical
from indexer.facts.numerals import printed
from indexer.facts.scoring import candidates as proposals
from indexer.facts.scoring.candidates import Candidate
from indexer.facts.scoring.context import DocumentContext
from indexer.facts.scoring.model import RoleModel, Row, row, shipped
from indexer.facts.text import DocumentText

Models = Mapping[str, RoleModel]


def rule_facts(text: DocumentText, known_kind: str | None) -> dict[str, list[Fact]]:
    """Return what the rules find in a document of a kind, by field."""
    buyers, body = buyer.find(text, known_kind)
    dated = dates.find(text, known_kind)
    numbers = reference.find(text, known_kind)
    return {
        "buyer": buyers,
        "municipality": municipality.find(text, known_kind, body),
        "vendor": parties.find(text, known_kind),
        "bidder": bids.find_bidders(text, known_kind),
        "date": [fact for fact in dated if fact.field == "date"],
        "year": [fact for fact in dated if fact.field == "year"],
        "amount": amounts.find(text, known_kind),
        "bids": bids.find_counts(text, known_kind),
        "reference": [fact for fact in numbers if fact.field == "reference"],
        "related": [fact for fact in numbers if fact.field == "related"],
    }


@dataclass(slots=True)
class Proposals:
    """The candidates of a document by role, with the rows of their features; ``kind`` is the kind that was told."""

    context: DocumentContext
    kind: str | None
    rules: dict[str, list[Fact]]
    by_role: dict[str, list[Candidate]]
    rows: dict[str, list[Row]]


def kind_row(context: DocumentContext, headings: Sequence[Fact]) -> Row:
    """Return the features by which the kind of a document is told."""
    return row(*proposals.kind_features(context, headings))


def propose(context: DocumentContext, known_kind: str | None) -> Proposals:
    """Return every candidate of a document of a kind."""
    text = context.text
    rules = rule_facts(text, known_kind)
    firms = proposals.all_firms(context)
    counts = [fact for fact in rules["bids"] if "lot" not in fact.details]
    by_role = {
        "amount": proposals.amounts(context, rules["amount"]),
        "firm": proposals.firm_candidates(context, firms, rules),
        "buyer": proposals.buyers(context, firms, rules["buyer"]),
        "date": proposals.dates(context, rules["date"]),
        "reference": proposals.references(context, rules["reference"], reference_key),
        "bids": proposals.counts(context, counts),
        "year": proposals.years(context, rules["year"]),
        "municipality": [],
    }
    rows = {role: [row(*each.features(context, known_kind)) for each in found] for role, found in by_role.items()}
    return Proposals(context, known_kind, rules, by_role, rows)


def propose_places(found: Proposals, bought: Candidate | None) -> None:
    """Add the places of a document, seen from the buyer."""
    places = proposals.municipalities(found.context, bought, found.rules["municipality"])
    found.by_role["municipality"] = places
    found.rows["municipality"] = [row(*each.features(found.context, found.kind)) for each in places]


def decide(text: DocumentText, pages: Sequence[Words], models: Models | None = None) -> tuple[list[Fact], str | None]:
    """Return the facts that the scorer chooses, and the kind of the document."""
    models = shipped() if models is None else models
    context = DocumentContext(text, pages)
    kinds = _kind(context, models["kind"])
    known_kind = kinds[0].value if kinds else None
    found = propose(context, known_kind)
    bought, sure = _likeliest(found, "buyer", models)
    propose_places(found, bought)
    facts = [*kinds]
    if bought is not None:
        facts.append(_buyer(text, bought, sure))
    facts += _municipality(text, found, models)
    facts += _firms(text, found, models, bought)
    facts += _dates(text, found, models)
    facts += _amounts(text, found, models)
    facts += _single(text, found, "reference", models)
    facts += _bids(text, found, models)
    facts += [fact for fact in found.rules["related"] if not any(fact.value == each.value for each in facts)]
    return facts, known_kind


def _kind(context: DocumentContext, model: RoleModel) -> list[Fact]:
    """The likeliest kind. Its words are the heading of that kind, or the line that speaks most for it."""
    headings = kind.find(context.text)
    row = kind_row(context, headings)
    scores = model.scores([row])[0]
    order = np.argsort(scores)[::-1]
    sure = model.calibrated(scores[order[0]], scores[order[0]] - scores[order[1]])
    value = model.classes[order[0]]
    if sure < model.threshold or not context.line_count:
        return []
    named = next((fact for fact in headings if fact.value == value), None)
    if named is not None:
        return [replace(named, confidence=sure)]
    told = next((found for name, found in kind.headings(context.text) if name == value), None)
    first, last = (told.first, told.last) if told else _telling_line(context, model, int(order[0]))
    return [context.text.fact("kind", value, (first, last), "kind.scored", sure)]


def _telling_line(context: DocumentContext, model: RoleModel, place: int) -> tuple[int, int]:
    """The line of the head whose words speak most for a kind."""
    best, best_score = context.line_words(0), -np.inf
    for line in range(min(proposals.HEADING_LINES, context.line_count)):
        words = context.line_words(line)
        score = model.weights[place, proposals.title_features(context, words)].sum()
        if score > best_score:
            best, best_score = words, score
    return best.start, best.stop - 1


def _likeliest(found: Proposals, role: str, models: Models) -> tuple[Candidate | None, float]:
    """The likeliest candidate of a single-valued role with its probability; None below the threshold."""
    rows, model = found.rows[role], models[role]
    if not rows:
        return None, 0.0
    scores = model.scores(rows)[:, 0]
    order = np.argsort(scores, kind="stable")[::-1]
    second = scores[order[1]] if len(order) > 1 else model.floor
    sure = model.calibrated(scores[order[0]], scores[order[0]] - second)
    return (found.by_role[role][order[0]], sure) if sure >= model.threshold else (None, sure)


def _single(text: DocumentText, found: Proposals, role: str, models: Models) -> list[Fact]:
    best, sure = _likeliest(found, role, models)
    return [] if best is None else [_fact(text, best, role, sure)]


def _fact(text: DocumentText, chosen: Candidate, field: str, sure: float, **details: str) -> Fact:
    """The fact that a candidate is: what a rule made of it, or else its value at its first mention."""
    by_rule = chosen.facts.get(field)
    if by_rule is not None:
        return replace(by_rule, confidence=sure, details={**by_rule.details, **details})
    return text.fact(field, chosen.value, chosen.mentions[0], f"{field}.scored", sure, details=details)


def _buyer(text: DocumentText, bought: Candidate, sure: float) -> Fact:
    ids = parties.ids_after(text, bought.mentions[0][1])
    fact = _fact(text, bought, "buyer", sure, **({} if "buyer" in bought.facts else ids))
    return replace(fact, value=canonical(fact.value))


def _municipality(text: DocumentText, found: Proposals, models: Models) -> list[Fact]:
    return _single(text, found, "municipality", models)


def _firms(text: DocumentText, found: Proposals, models: Models, bought: Candidate | None) -> list[Fact]:
    """Vendors and bidders, but for the buyer."""
    facts = []
    own = re.sub(r"\W", "", bought.key) if bought else ""
    for role in ("vendor", "bidder"):
        model = models[role]
        if not found.rows["firm"]:
            continue
        for chosen, score in zip(found.by_role["firm"], model.scores(found.rows["firm"])[:, 0], strict=True):
            sure = model.calibrated(score, score - model.floor)
            if sure < model.threshold or (own and (chosen.key.startswith(own) or own.startswith(chosen.key))):
                continue
            details = {} if role == "bidder" else {**parties.ids_after(text, chosen.mentions[0][1]), "role": "supplier"}
            by_rule = chosen.facts.get(role)
            facts.append(_fact(text, chosen, role, sure, **(details if by_rule is None else {})))
    return facts


def _dates(text: DocumentText, found: Proposals, models: Models) -> list[Fact]:
    """The date with its year, or a year alone."""
    best, sure = _likeliest(found, "date", models)
    year, year_sure = _likeliest(found, "year", models)
    if best is not None:
        fact = _fact(text, best, "date", sure)
        same = year is not None and year.value == fact.value[:4]
        return [fact, replace(fact, field="year", value=fact.value[:4], confidence=max(sure, year_sure if same else 0))]
    return [] if year is None else [_fact(text, year, "year", year_sure)]


def _amounts(text: DocumentText, found: Proposals, models: Models) -> list[Fact]:
    model, roles = models["amount"], models["amount_role"]
    rows = found.rows["amount"]
    if not rows:
        return []
    facts = []
    scores, named = model.scores(rows)[:, 0], roles.scores(rows)
    for chosen, score, each in zip(found.by_role["amount"], scores, named, strict=True):
        sure = model.calibrated(score, score - model.floor)
        if sure >= model.threshold:
            facts.append(_amount(text, found, chosen, sure, roles.classes[int(each.argmax())]))
    return sorted(facts, key=lambda fact: fact.span.first if fact.span else 0)


_AWARDING = frozenset({"award_decision", "procurement_report", "minutes"})


def _amount(text: DocumentText, found: Proposals, chosen: Candidate, sure: float, role: str) -> Fact:
    by_rule = chosen.facts.get("amount")
    if role == "contract" and found.kind in _AWARDING:
        role = "award"
    if by_rule is not None:
        told = by_rule.details.get("role")
        role = told if told in {"award", "contract"} and role in {"award", "contract"} else role
        return _fact(text, chosen, "amount", sure, role=role)
    money = chosen.source
    around = amount_context(text.folded, money.start, money.end, 0)
    vat, length = vat_of(around)
    if vat == "unknown":
        vat = proposals.vat_in_head(found.context, chosen.mentions[0][0])
    details = {"currency": chosen.key.split()[1], "vat": "unknown" if vat == "tax" else vat, "role": role}
    if money.is_unit_price:
        details["unit_price"] = "yes"
    where = (chosen.mentions[0][0], text.word_at(max(money.start, money.end + length - 1)))
    return text.fact("amount", printed(money.value), where, f"amount.{role}-scored", sure, details=details)


def _bids(text: DocumentText, found: Proposals, models: Models) -> list[Fact]:
    of_lots = [fact for fact in found.rules["bids"] if "lot" in fact.details]
    return _single(text, found, "bids", models) + of_lots
