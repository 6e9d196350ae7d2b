"""Choose the facts of a document among the candidates.

Of a single-valued field the most likely candidate is taken, of a many-valued field each above the threshold; nobody is
both buyer and vendor of one document. A fact has a calibrated probability. Thresholds are set per field so that 97 of
100 facts were right on documents from sources that the model had not seen.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache

import numpy as np
from numpy.typing import NDArray

from archive.model import Fact
from archive.model.fields import NUMBER_FIELDS
from archive.procedures.numbers import key as reference_key
from archive.text.folding import fold
from indexer.facts import amounts, bids, buyer, dates, kind, municipality, parties, reference, related
from indexer.facts.amount_context import AmountContext, is_never_a_fact, last_said, says, vat_of
from indexer.facts.firms import canonical, end_of, words_of_names
from indexer.facts.kind import TITLED
from indexer.facts.numerals import printed
from indexer.facts.places import pattern_of
from indexer.facts.scoring import candidates, money, names, relations
from indexer.facts.scoring.annexes import as_changed
from indexer.facts.scoring.candidates import MENTIONS, Proposal
from indexer.facts.scoring.context import HEADING_LINES, TextSurroundings, kind_features, title_features
from indexer.facts.scoring.model import FLOOR, RoleModel, Row, Signs, row, shipped, signs_of
from indexer.facts.text import DocumentText, any_of, letters
from indexer.gazetteer import kinds_with, table

Models = Mapping[str, RoleModel]

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
    counts = [fact for fact in rules["bids"] if "lot" not in fact.details]
    by_role = {
        "amount": money.amounts(context, rules["amount"]),
        "firm": names.firm_candidates(context, firms, rules),
        "buyer": names.buyers(context, firms, rules["buyer"]),
        "date": candidates.dates(context, rules["date"]),
        "reference": candidates.references(context, rules["reference"], reference_key),
        "bids": candidates.counts(context, counts),
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
    first = min(by_role["buyer"], key=lambda each: min(each.mentions), default=None)
    is_firm = first is not None and {"firm", "body"} & first.about == {"firm"}
    if proposed.is_bill and first is not None:
        billed = [each for each in by_role["buyer"] if each is not first and _is_billed(text, each)]
        if is_firm or billed:
            proposed.issuer = first if is_firm else None
            proposed.leave_out("buyer", [first])
        for each in billed[:1]:
            each.facts.setdefault("buyer", text.fact("buyer", each.value, each.mentions[0], "buyer.label", BILLED))
    return proposed


BILLED = 0.9
"""Confidence that whom a bill labels as the customer buys."""


@cache
def _billed() -> re.Pattern[str]:
    return re.compile(rf"{any_of((*table('roles')['customer'], 'primalac', 'bill to', 'customer'))}\s?:?\W*$")


def _is_billed(text: DocumentText, body: Proposal) -> bool:
    """Return whether the label of a customer stands right before a mention: who heads the bill is another."""
    starts = (text.starts[first] for first, _ in body.mentions[:MENTIONS])
    return any(_billed().search(text.folded, max(0, start - 40), start) for start in starts)


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
    if found.issuer is not None and fold(place.key) == getattr(found.issuer.source, "town", ""):
        return False
    # A firm may also be called by the first two words of its name.
    return "municipality" in place.facts or not all(
        first in within or any(_two_words(found.context.text, word) in short for word in (max(0, first - 1), first))
        for first, _ in place.mentions
    )


_COURT = re.compile(r"\bsud[aeu]?(?:\s\w+)?\su\s$")
"""What stands before the seat of a court, which is no place of what it judges."""


def _is_court_at(text: DocumentText, place: int) -> bool:
    return _COURT.search(text.folded, max(0, text.starts[place] - 40), text.starts[place]) is not None


def decide(
    context: TextSurroundings, models: Models | None = None, with_tables: WithTables | None = None
) -> tuple[list[Fact], str | None]:
    """Return the facts that the scorer chooses, and the kind of the document; ``with_tables`` adds what tables tell to
    what the rules found."""
    models = shipped() if models is None else models
    text = context.text
    facts = _kind(context, models["kind"])
    known_kind = facts[0].value if facts else None
    found = propose(context, known_kind, with_tables)
    bought, sure = _likeliest(found, "buyer", models)
    propose_places(found, bought)
    if bought is not None:
        facts.append(_buyer(text, bought, sure))
    facts += _single(text, found, "municipality", models)
    facts += _firms(text, found, models, bought)
    facts += _dates(text, found, models)
    facts += _amounts(text, found, models)
    facts += _single(text, found, "reference", models)
    facts += _bids(text, found, models)
    if known_kind in kinds_with("contract") and _is_of_no_purchase(found, facts):
        facts = [fact for fact in facts if fact.field != "buyer" or fact.method != "buyer.scored"]
    facts += [fact for fact in found.rules["related"] if not any(fact.value == each.value for each in facts)]
    facts += related.find(text, known_kind, [fact for fact in facts if fact.field in NUMBER_FIELDS])
    return facts, known_kind


def _is_of_no_purchase(found: ProposedFacts, facts: Sequence[Fact]) -> bool:
    """Return whether a contract names no firm and no sum, as of two public bodies that work together: nobody buys."""
    return not any(firm.formed for firm in names.all_firms(found.context)) and all(
        fact.field not in {"amount", "vendor"} for fact in facts
    )


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


def backed(proposed: Sequence[Proposal], role: str) -> list[bool]:
    """Return, for each candidate, whether a rule accepts it."""
    return [role in each.facts for each in proposed]


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


def each_of(scores: NDArray[np.float64], rules: Sequence[bool]) -> list[Signs]:
    """Return the signals of each candidate of a many-valued role."""
    others = -1 if any(rules) else 0
    return [signs_of(score, score, 1 if rule else others) for score, rule in zip(scores, rules, strict=True)]


def _single(text: DocumentText, found: ProposedFacts, role: str, models: Models) -> list[Fact]:
    best, sure = _likeliest(found, role, models)
    if best is None:
        return []
    fact = _fact(text, best, role, sure)
    if (
        role == "reference"
        and fact.details.get("role") != "procurement"
        and found.kind in kinds_with("procurement_number")
    ):
        return [replace(fact, confidence=min(sure, OWN))]
    return [fact]


OWN = 0.9
"""Upper limit of the confidence of a paper's own number where it should go by that of its procurement."""


def _fact(text: DocumentText, chosen: Proposal, field: str, sure: float, **details: str) -> Fact:
    """Return a candidate as a fact: the result of a rule, or its value at its first mention."""
    by_rule = chosen.facts.get(field)
    if by_rule is not None:
        return replace(by_rule, confidence=sure, details={**by_rule.details, **details})
    return text.fact(field, chosen.value, chosen.mentions[0], f"{field}.scored", sure, details=details)


def _buyer(text: DocumentText, bought: Proposal, sure: float) -> Fact:
    details = {} if "buyer" in bought.facts else _ids(text, bought)
    fact = _fact(text, bought, "buyer", sure, **details)
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
    """Return vendors and bidders; the buyer is neither."""
    own = letters(bought.key) if bought else ""
    stops = {
        "vendor": sorted(first for first, _ in bought.mentions) if bought else [],
        "bidder": sorted(firm.first for firm in names.all_firms(found.context)),
    }
    facts = [
        _firm(text, chosen, role, sure, stops[role])
        for role in ("vendor", "bidder")
        for chosen, sure in _likely_firms(found, role, models[role])
        if not (own and (chosen.key.startswith(own) or own.startswith(chosen.key)))
        and not (_is_unbacked(chosen, role) and _is_turned_down(text, chosen))
    ]
    if found.kind == "award_decision":
        facts += _winners_that_bid(facts)
    issuer = found.issuer
    if issuer is not None and kind.calls_itself(text, "invoice") and not any(fact.field == "vendor" for fact in facts):
        details = {**_ids(text, issuer), "role": "supplier"}
        facts.append(text.fact("vendor", issuer.value, issuer.mentions[0], "vendor.issuer", ISSUER, details=details))
    return facts


def _likely_firms(found: ProposedFacts, role: str, model: RoleModel) -> list[tuple[Proposal, float]]:
    """Return the firms that the scorer shows in a role, then those told plainly, with how sure each is."""
    firms = found.by_role["firm"]
    if not found.rows["firm"]:
        return []
    signs = each_of(model.scores(found.rows["firm"])[:, 0], backed(firms, role))
    shown = [
        (chosen, model.probability(each)) for chosen, each in zip(firms, signs, strict=True) if model.is_shown(each)
    ]
    doubted = (chosen for chosen, each in zip(firms, signs, strict=True) if not model.is_shown(each))
    return without_misread([*shown, *((chosen, TOLD) for chosen in doubted if _is_told_plainly(chosen, role))])


def _is_unbacked(chosen: Proposal, role: str) -> bool:
    """Return whether a vendor is one by the scorer alone."""
    return role == "vendor" and role not in chosen.facts


def _is_turned_down(text: DocumentText, chosen: Proposal) -> bool:
    return any(parties.is_turned_down(text, first) for first, _ in chosen.mentions[:MENTIONS])


def _firm(text: DocumentText, chosen: Proposal, role: str, sure: float, stops: Sequence[int]) -> Fact:
    """Return a vendor or bidder with its numbers; a vendor that a rule accepts has those of the rule."""
    if role == "vendor" and role in chosen.facts:
        return _fact(text, chosen, role, sure)
    more = {"role": "supplier"} if role == "vendor" else {}
    return _fact(text, chosen, role, sure, **_ids(text, chosen, stops), **more)


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
        fact = _fact(text, best, "date", sure)
        same = year is not None and year.value == fact.value[:4]
        return [fact, replace(fact, field="year", value=fact.value[:4], confidence=max(sure, year_sure if same else 0))]
    return [] if year is None else [_fact(text, year, "year", year_sure)]


def _amounts(text: DocumentText, found: ProposedFacts, models: Models) -> list[Fact]:
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
    return (as_changed if found.kind == "contract_annex" else _as_pairs)(found.context, facts)


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
    the like by the words before it. In a table those are of another cell."""
    if chosen.source is None or ("amount" in chosen.facts and not found.is_bill):
        return False
    around = money.around(found.context, chosen.source)
    if found.is_bill and says("capital", around.before):
        return True
    if "amount" in chosen.facts or _is_in_table(found, chosen):
        return False
    near = _on_its_line(found.context.text, chosen, around)
    return is_never_a_fact(near, is_paid=found.kind in kinds_with("contract") | {"judgment"})


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
        return _fact(text, chosen, "amount", sure, role=role)
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


def _bids(text: DocumentText, found: ProposedFacts, models: Models) -> list[Fact]:
    if found.kind in kinds_with("asks") | {"report", None}:
        # A report counts the bids of many procurements.
        return []
    of_lots = [fact for fact in found.rules["bids"] if "lot" in fact.details]
    return _single(text, found, "bids", models) + of_lots
