"""Choose the facts of a document among the candidates.

Of a single-valued field the most likely candidate is taken, of a many-valued field each above the threshold; nobody is
both buyer and vendor of one document. A fact has a calibrated probability. Thresholds are set per field so that 97 of
100 facts were right on documents from sources that the model had not seen, of names and sums 93 to 95, of reference
numbers 85 (``benchmarks/training/fitting.py``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from archive.model import Fact
from archive.model.documents import PROPOSED
from archive.model.fields import NUMBER_FIELDS
from archive.text.folding import fold
from indexer.facts import kind, reference, related
from indexer.facts.firms import canonical, words_of_names
from indexer.facts.kind import TITLED
from indexer.facts.scoring import names
from indexer.facts.scoring.amounts import decided_amounts
from indexer.facts.scoring.candidates import MENTIONS, Proposal
from indexer.facts.scoring.context import HEADING_LINES, TextSurroundings, title_features
from indexer.facts.scoring.model import FLOOR, Models, RoleModel, Signs, each_of, shipped, signs_of
from indexer.facts.scoring.proposals import (
    ProposedFacts,
    WithTables,
    as_fact,
    backed,
    kind_row,
    propose,
    propose_places,
)
from indexer.facts.text import DocumentText, compiled, letters
from indexer.facts.vendors import contracted, parties
from indexer.gazetteer import kinds_with, table


def decide(
    context: TextSurroundings, models: Models | None = None, with_tables: WithTables | None = None
) -> tuple[list[Fact], str | None]:
    """Return the facts that the scorer chooses or proposes, and the kind of the document; ``with_tables`` adds what
    tables tell to what the rules found."""
    models = shipped() if models is None else models
    text = context.text
    facts = _kind(context, models["kind"])
    known_kind = facts[0].value if facts else None
    # What else a letter holds is read as of a paper of no known kind: it may name its sender, and who is to pay.
    facts = facts or _letter(text)
    found = propose(context, known_kind, with_tables)
    bought, sure = _likeliest(found, "buyer", models)
    propose_places(found, bought)
    if bought is not None:
        facts.append(_buyer(text, bought, sure))
    facts += _single(text, found, "municipality", models)
    firms = _firms(text, found, models, bought)
    facts += [fact for fact in firms if not fact.is_proposed]
    facts += _dates(text, found, models)
    facts += decided_amounts(text, found, models)
    facts += _single(text, found, "reference", models)
    facts += _bids(text, found, models)
    if known_kind in kinds_with("contract") and _is_of_no_purchase(found, facts):
        facts = [fact for fact in facts if fact.field != "buyer" or fact.method != "buyer.scored"]
    facts += [fact for fact in firms if fact.is_proposed]
    if known_kind in kinds_with("contract") and _is_among_members(text):
        facts = [_as_other(fact) for fact in facts if fact.field not in {"buyer", "vendor"}]
    facts += [fact for fact in found.rules["related"] if not any(fact.value == each.value for each in facts)]
    facts += related.find(text, known_kind, [fact for fact in facts if fact.field in NUMBER_FIELDS])
    return facts, known_kind


def _is_of_no_purchase(found: ProposedFacts, facts: Sequence[Fact]) -> bool:
    """Return whether a contract names no firm and no sum, as of two public bodies that work together: nobody buys."""
    return not any(firm.formed for firm in names.all_firms(found.context)) and all(
        fact.field not in {"amount", "vendor"} for fact in facts
    )


HEAD = 500
"""Characters at the beginning of a contract in which its title stands."""


def _is_among_members(text: DocumentText) -> bool:
    """Return whether a contract is one among the members of a group, who share what another contract gives them."""
    return compiled(table("roles")["among_members"]).search(text.folded, 0, HEAD) is not None


def _as_other(fact: Fact) -> Fact:
    is_price = fact.field == "amount" and fact.details.get("role") in {"award", "contract"}
    return replace(fact, details={**fact.details, "role": "other"}) if is_price else fact


def _kind(context: TextSurroundings, model: RoleModel) -> list[Fact]:
    """Return the most likely kind; its evidence is a heading of that kind, or the most telling line."""
    by_rule = kind.find(context.text)
    scores = model.scores([kind_row(context, by_rule)])[0]
    place, value, signs = kind_choice(model, scores, by_rule)
    sure = model.probability(signs)
    if not context.line_count:
        return []
    if not model.is_shown(signs):
        return [each for each in by_rule if _is_plain(each, model, scores)]
    if by_rule and by_rule[0].value == value:
        return [replace(by_rule[0], confidence=sure)]
    told = next((found for name, found in kind.headings(context.text) if name == value), None)
    first, last = (told.first, told.last) if told else _telling_line(context, model, place)
    return [context.text.fact("kind", value, (first, last), "kind.scored", sure)]


NEARLY = 1.5
"""How far below the likeliest kind one may be that a heading in capitals names."""


def _is_plain(heading: Fact, model: RoleModel, scores: NDArray[np.float64]) -> bool:
    """Return whether a heading tells the kind where the scorer is unsure: the subject of an e-mail, or a title in
    capitals that it takes for nearly as likely."""
    is_near = heading.value in model.classes and scores[model.classes.index(heading.value)] > scores.max() - NEARLY
    return heading.method == "kind.subject" or (heading.confidence >= TITLED and is_near)


_SUBJECT = re.compile(r"\n\W*(?:predmet|subjekt[io]?|lenda|subject)\s?:\s[^\n]+")
_ADDRESSED = re.compile(r"\n\W*(?:postovan\w*|i nderuar\w*|e nderuar\w*|dear)\b")
LETTER = 0.7
"""Confidence that a paper with a subject and a salutation below it is a letter, where nothing else tells its kind."""


def _letter(text: DocumentText) -> list[Fact]:
    """Return the kind of a letter, by its subject with the salutation below."""
    subject = _SUBJECT.search(text.folded)
    if subject is None or _ADDRESSED.search(text.folded, subject.end(), subject.end() + HEAD) is None:
        return []
    where = (text.word_at(subject.start() + 1), text.word_at(subject.end() - 1))
    return [text.fact("kind", "correspondence", where, "kind.letter", LETTER)]


def kind_choice(model: RoleModel, scores: NDArray[np.float64], by_rule: Sequence[Fact]) -> tuple[int, str, Signs]:
    """Return the index of the most likely kind among the classes, its name and its signals."""
    order = np.argsort(scores)[::-1]
    place = int(order[0])
    value = model.classes[place]
    backing = 0 if not by_rule else 1 if by_rule[0].value == value else -1
    return place, value, signs_of(scores[place], scores[order[1]], backing)


def _telling_line(context: TextSurroundings, model: RoleModel, place: int) -> tuple[int, int]:
    """Return the line of the head whose words contribute most to a kind."""
    best, best_score = context.line_words(0), -np.inf
    for line in range(min(HEADING_LINES, context.line_count)):
        words = context.line_words(line)
        score = model.weights[place, title_features(context, words)].sum()
        if score > best_score:
            best, best_score = words, score
    return best.start, best.stop - 1


def _likeliest(found: ProposedFacts, role: str, models: Models) -> tuple[Proposal | None, float]:
    """Return the most likely candidate of a single-valued role (None below the threshold), and its probability."""
    rows, model = found.rows[role], models[role]
    if not rows:
        return None, 0.0
    scores, rules = model.scores(rows)[:, 0], backed(found.by_role[role], role)
    place, signs = likeliest(scores, rules)
    is_told = _is_told(found, role) or (role == "reference" and not model.is_shown(signs))
    if is_told and any(rules):
        # If the scorer cannot decide between several numbers, take the one that a label marks.
        place, signs = likeliest_of_rules(scores, rules)
    sure = model.probability(signs)
    return (found.by_role[role][place] if model.is_shown(signs) else None), sure


def _is_told(found: ProposedFacts, role: str) -> bool:
    """Return whether a rule tells the value, whatever else is likely: the number of a procurement in a paper that goes
    by it, the day on which an e-mail was sent, above which stands that on which it was printed."""
    if role == "reference" and found.kind in kinds_with("procurement_number"):
        return any(fact.method in reference.OWN_OF_PROCUREMENTS for fact in found.rules["reference"])
    return role in {"date", "year"} and kind.mail_subject(found.context.text) is not None


def likeliest(scores: NDArray[np.float64], rules: Sequence[bool]) -> tuple[int, Signs]:
    """Return the index of the candidate with the highest score, and its signals."""
    order = np.argsort(-scores, kind="stable")
    place = int(order[0])
    following = scores[order[1]] if len(order) > 1 else FLOOR
    return place, signs_of(scores[place], following, 1 if rules[place] else -1 if any(rules) else 0)


def likeliest_of_rules(scores: NDArray[np.float64], rules: Sequence[bool]) -> tuple[int, Signs]:
    """Return the index of the candidate with the highest score among those that a rule accepts, and its signals."""
    place = int(np.where(rules, scores, -np.inf).argmax())
    return place, signs_of(scores[place], scores.max(), 1)


def _single(text: DocumentText, found: ProposedFacts, role: str, models: Models) -> list[Fact]:
    best, sure = _likeliest(found, role, models)
    if best is None:
        return []
    fact = as_fact(text, best, role, sure)
    if role == "reference" and "role" not in fact.details:
        # A rule may know it as the number of something else.
        known = (one.details for one in found.rules["related"] if one.value == fact.value)
        fact = replace(fact, details={**fact.details, **next(known, {})})
    if (
        role == "reference"
        and fact.details.get("role") != "procurement"
        and found.kind in kinds_with("procurement_number")
    ):
        return [replace(fact, confidence=min(sure, OWN))]
    return [fact]


OWN = 0.9
"""Upper limit of the confidence of a paper's own number where it should go by that of its procurement."""


def _buyer(text: DocumentText, bought: Proposal, sure: float) -> Fact:
    details = {} if "buyer" in bought.facts else _ids(text, bought)
    fact = as_fact(text, bought, "buyer", sure, **details)
    return replace(fact, value=canonical(fact.value))


def _ids(text: DocumentText, chosen: Proposal, stops: Sequence[int] = ()) -> dict[str, str]:
    """Return the tax and register numbers after the first mention that has any, up to the next of some words in order:
    the numbers after another's name are the other's."""
    found = (
        parties.ids_after(text, last, next(iter(stops[(at := bisect_right(stops, last)) : at + 1]), None))
        for _, last in chosen.mentions[:MENTIONS]
    )
    return next(filter(None, found), {})


def _firms(text: DocumentText, found: ProposedFacts, models: Models, bought: Proposal | None) -> list[Fact]:
    """Return vendors and bidders, with proposed ones; the buyer is neither."""
    own = letters(bought.key) if bought else ""
    named = sorted(firm.first for firm in names.all_firms(found.context))
    stops = {"vendor": sorted([*named, *(first for first, _ in bought.mentions)] if bought else named), "bidder": named}
    every = [
        _firm(text, chosen, role, sure, stops[role], counts=sure >= models[role].least(role in chosen.facts))
        for role in ("vendor", "bidder")
        for chosen, sure in _likely_firms(found, role, models[role])
        if not (own and (chosen.key.startswith(own) or own.startswith(chosen.key)))
        and not (role == "vendor" and role not in chosen.facts and _is_turned_down(text, chosen))
        and not (role not in chosen.facts and _works_for_another(text, chosen))
    ]
    facts = [fact for fact in every if not fact.is_proposed]
    if found.kind == "award_decision":
        facts += _winners_that_bid(facts)
    issuer = found.issuer
    if issuer is not None and kind.calls_itself(text, "invoice") and not any(fact.field == "vendor" for fact in facts):
        details = {**_ids(text, issuer), "role": "supplier"}
        facts.append(text.fact("vendor", issuer.value, issuer.mentions[0], "vendor.issuer", ISSUER, details=details))
    return [*facts, *(fact for fact in every if fact.is_proposed)]


def _likely_firms(found: ProposedFacts, role: str, model: RoleModel) -> list[tuple[Proposal, float]]:
    """Return the firms that the scorer shows or proposes in a role, or words tell plainly, with how sure each is."""
    firms = found.by_role["firm"]
    if not found.rows["firm"]:
        return []
    signs = each_of(model.scores(found.rows["firm"])[:, 0], backed(firms, role))
    likely = [
        (chosen, TOLD if _is_told_plainly(chosen, role) and not model.is_shown(each) else model.probability(each))
        for chosen, each in zip(firms, signs, strict=True)
    ]
    return without_misread([(chosen, sure) for chosen, sure in likely if sure >= PROPOSED_FROM])


SUBCONTRACTOR_WITHIN = 30
"""Characters before a name in which it is called a subcontractor."""


def _works_for_another(text: DocumentText, chosen: Proposal) -> bool:
    """Return whether each mention of a firm calls it a subcontractor."""
    starts = [text.starts[first] for first, _ in chosen.mentions[:MENTIONS]]
    said = compiled(table("roles")["subcontractor"])
    return all(said.search(text.folded, max(0, start - SUBCONTRACTOR_WITHIN), start) for start in starts)


def _is_turned_down(text: DocumentText, chosen: Proposal) -> bool:
    """Return whether a mention says that a bid was turned down, or all that there is no contract."""
    firsts = [first for first, _ in chosen.mentions[:MENTIONS]]
    is_without = all(contracted.is_without_contract(text, first) for first in firsts)
    return is_without or any(contracted.is_turned_down(text, first) for first in firsts)


def _firm(text: DocumentText, chosen: Proposal, role: str, sure: float, stops: Sequence[int], *, counts: bool) -> Fact:
    """Return a vendor or bidder with its numbers; a vendor that a rule accepts has those of the rule. One that does not
    count is only proposed."""
    more = {} if counts else {PROPOSED: "yes"}
    if role == "vendor" and role in chosen.facts:
        return as_fact(text, chosen, role, sure, **more)
    if role == "vendor":
        more |= {"role": "supplier"}
    return as_fact(text, chosen, role, sure, **_ids(text, chosen, stops), **more)


PROPOSED_FROM = 0.3
"""Minimum confidence of a firm to be proposed: of those below what counts, 34 of 48 vendors and 20 of 27 bidders in 112
papers of four strangers were right."""

TOLD = 0.75
"""Confidence of a supplier that words tell plainly, where the scorer, which learned from other papers, doubts it."""

_PLAIN = frozenset({"vendor.contracted-with", "vendor.contract-label"})


def _is_told_plainly(firm: Proposal, role: str) -> bool:
    return role in firm.facts and firm.facts[role].method in _PLAIN and "formed=True" in firm.about


def _winners_that_bid(facts: Sequence[Fact]) -> list[Fact]:
    """Return the winners of a decision that tells who bid as bidders: whoever is chosen sent a bid."""
    known = [letters(fact.value) for fact in facts if fact.field == "bidder"]
    if not known:
        return []
    won = [
        (fact, letters(fact.value)) for fact in facts if fact.field == "vendor" and not fact.method.endswith(".scored")
    ]
    others = [fact for fact, own in won if not any(own in name or name in own for name in known)]
    return [replace(fact, field="bidder", method="bidder.winner", details={}) for fact in others]


ISSUER = 0.9
"""Confidence that who heads an invoice is paid by it."""


ALIKE, LEAST_ALIKE = 0.85, 8
"""Minimum similarity and length at which two names with the same digits are readings of one name."""


def without_misread(shown: Sequence[tuple[Proposal, float]]) -> list[tuple[Proposal, float]]:
    """Return the firms without misread variants: OCR may read one name in several ways."""
    kept: list[tuple[Proposal, float]] = []
    for chosen, sure in sorted(shown, key=lambda each: -each[1]):
        if not any(_is_reading_of(chosen.key, known.key) or _is_described(chosen, known) for known, _ in kept):
            kept.append((chosen, sure))
    names = {id(chosen) for chosen, _ in kept}
    return [(chosen, sure) for chosen, sure in shown if id(chosen) in names]


def _is_described(one: Proposal, other: Proposal) -> bool:
    """Return whether of two names one is the other after what the firm is: "Društvo za trgovinu Primer d.o.o."."""
    short, long = (one, other) if len(one.key) <= len(other.key) else (other, one)
    is_end = len(short.key) >= LEAST_ALIKE and long.key.endswith(short.key) and long.key != short.key
    return is_end and words_of_names()[1].match(fold(long.value)) is not None


def _is_reading_of(one: str, other: str) -> bool:
    if min(len(one), len(other)) < LEAST_ALIKE or re.findall(r"\d", one) != re.findall(r"\d", other):
        return False
    # The first two are upper bounds of the third, and quicker.
    matcher = SequenceMatcher(None, one, other)
    return all(ratio() >= ALIKE for ratio in (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio))


def _dates(text: DocumentText, found: ProposedFacts, models: Models) -> list[Fact]:
    """Return the date with its year, or only a year."""
    best, sure = _likeliest(found, "date", models)
    year, year_sure = _likeliest(found, "year", models)
    if best is not None:
        fact = as_fact(text, best, "date", sure)
        same = year is not None and year.value == fact.value[:4]
        return [fact, replace(fact, field="year", value=fact.value[:4], confidence=max(sure, year_sure if same else 0))]
    return [] if year is None else [as_fact(text, year, "year", year_sure)]


def _bids(text: DocumentText, found: ProposedFacts, models: Models) -> list[Fact]:
    if found.kind in kinds_with("asks") | {"report", None}:
        # A report counts the bids of many procurements.
        return []
    of_lots = [fact for fact in found.rules["bids"] if "lot" in fact.details]
    return _single(text, found, "bids", models) + of_lots
