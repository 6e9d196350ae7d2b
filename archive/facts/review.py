"""The review queue: doubtful facts, the most useful first.

Each doubt has a *doubt* between 0 and 1 (how likely something is wrong) and a *stake* (how much it would change); the
queue is ordered by their product, which is rounded and shown as ``score``.

* doubt: 1 - the probability that the fact is right; at least :data:`FLAGGED` where a rule flags its value (an id whose
  check digit fails, an amount whose words or sum differ) or two rules read different values of a field that has one;
  and :data:`MISSING` where a document of its kind lacks a field that those have.
* stake: the weight of the field (:data:`WEIGHTS`), times 1 + log10 of the number of documents in which rules read the
  same value (a wrong name that stands in 100 documents counts three times), times 1 + log10 of the document's largest
  amount divided by :data:`MONEY_SCALE` (a contract of 10 million counts 1.7 times). Currencies are not told apart.

What a person decided is not asked again. One name of a vendor, buyer or municipality that is doubted in several papers
of one buyer is asked once, where its doubt is worth most, and one answer may decide all of them. Papers of other buyers
in which the same name is doubted are named beside it; a person chooses them one by one.

A process keeps the queue of each catalog, in the order of its scores and without the facts, and brings it up to date by
the events that came since. A doubt that is shown is read when it is shown.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, count, islice
from threading import Lock
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

from archive.errors import Message
from archive.facts.evidence import EvidenceReader, spans_of
from archive.model import Description, Fact, FactStatus
from archive.model.decisions import Decision, DecisionAction, Recorded, of_field
from archive.model.fields import is_list
from archive.serialization import Id, JsonAnswer, Share, attr, serialize
from archive.store.catalog import Catalog
from archive.store.documents import Known
from archive.store.facts import FLAGS
from archive.store.sql.database import batches
from archive.text.folding import fold

SURE, SURE_BY_RULE = 0.95, 0.85
"""What is right with this probability needs no second look; nor does what a rule is this sure of, in fields that rules
alone read, whose figures are no probabilities."""

WEIGHED = frozenset(
    ("kind", "municipality", "buyer", "vendor", "bidder", "date", "year", "amount", "reference", "bids")
)
"""Fields whose facts carry a calibrated probability."""

FLAGGED, MISSING = 0.5, 0.4

MONEY_SCALE = 10

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"vendor": 3, "amount": 3, "municipality": 3, "buyer": 2, "kind": 2, "bids": 2, "year": 2, "date": 1.5}
)
"""How much a field matters: facets and sums of money before all else. The fields that are not here have 1."""

_PURCHASE = ("contract", "contract_annex", "award_decision")
NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"vendor": _PURCHASE, "municipality": _PURCHASE, "amount": ("contract", "award_decision")}
)
"""The kinds of documents that should have a field."""

COUNTED = ("vendor", "buyer", "municipality")
"""Fields of which a wrong value is wrong in many documents."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to look at. ``fact`` is None where a field is missing; ``known`` is what is known of the document.

    ``same`` are the other documents of which the same is asked, ``elsewhere`` those of other buyers in which the same
    name is doubted; ``others`` describes as many of both as were asked for.
    """

    document: str
    field: str
    fact: Fact | None
    reasons: tuple[str, ...]
    score: float
    known: Known
    same: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    others: tuple[Description, ...] = ()


Question = tuple[str, str, str]
"""A field, its value, and the buyer of the papers in which it is doubted."""


@dataclass(frozen=True, slots=True)
class QueuedDoubt:
    """A queued doubt: number ``ordinal`` of its document, on a ``value`` (``folded``: in any spelling) or, where it is
    None, on a field that is missing; ``weight`` and ``money`` make its score. ``question`` is equal where the same is
    asked, None where a doubt stands for itself."""

    document: str
    field: str
    ordinal: int
    value: str | None
    weight: float
    money: float
    question: Question | None = None
    folded: str | None = None

    def score(self, shared: Mapping[tuple[str, str], int]) -> float:
        """Its score, where so many documents share a value."""
        many = 1 if self.value is None else 1 + math.log10(shared.get((self.field, self.value), 1))
        return round(self.weight * many * self.money, 3)


@dataclass(frozen=True, slots=True)
class DoubtedValue:
    """A value of a field, in any spelling (None: missing), with every doubt on it, the most useful first."""

    field: str
    value: str | None
    doubts: tuple[QueuedDoubt, ...]


@dataclass(frozen=True)
class ReviewQueue:
    """The doubts of an archive after an event, the most useful first. Details are read when shown.

    ``every`` has all of them, ``places`` one of each question; ``asked`` has the documents that a question stands in,
    ``named`` those in which a name is doubted, of whatever buyer.
    """

    event: int
    every: tuple[QueuedDoubt, ...]
    places: tuple[QueuedDoubt, ...]
    shared: Mapping[tuple[str, str], int]
    of_field: Mapping[str, int]
    asked: Mapping[Question, tuple[str, ...]]
    named: Mapping[tuple[str, str], list[str]]

    @classmethod
    def of(cls, event: int, every: Sequence[QueuedDoubt], shared: Mapping[tuple[str, str], int]) -> ReviewQueue:
        """Queue doubts, which are in order: of one question the first."""
        asked: dict[Question, list[str]] = {}
        named: dict[tuple[str, str], list[str]] = {}
        first = []
        for place in every:
            if place.field in COUNTED and place.value is not None:
                named.setdefault((place.field, place.value), []).append(place.document)
            others = asked.setdefault(place.question, []) if place.question else []
            if not others:
                first.append(place)
            others.append(place.document)
        counts = Counter(place.field for place in first)
        papers_of = {each: tuple(papers) for each, papers in asked.items()}
        return cls(event, tuple(every), tuple(first), shared, counts, papers_of, named)

    def count(self, field: str | None = None) -> int:
        """How many there are, on one field if it is named."""
        return len(self.places) if field is None else self.of_field.get(field, 0)

    def doubts(
        self,
        catalog: Catalog,
        field: str | None = None,
        first: int = 0,
        most: int | None = None,
        others: int = 0,
    ) -> list[Doubt]:
        """Return at most so many doubts from number ``first`` (0..) on, without those decided meanwhile, each with at
        most so many ``others`` described."""
        chosen = (place for place in self.places if field in (None, place.field))
        return self.read(catalog, list(islice(chosen, first, None if most is None else first + most)), others)

    def read(self, catalog: Catalog, places: Sequence[QueuedDoubt], others: int = 0) -> list[Doubt]:
        """Return these doubts with what is known, as :meth:`doubts` does."""
        beside = {place: (self._same(place), self._elsewhere(place)) for place in places}
        named = {place: list(chain(*papers))[:others] for place, papers in beside.items()}
        known = catalog.documents.known(dict.fromkeys(chain((one.document for one in places), *named.values())))
        found = {id_: _listed(id_, known[id_]) for id_ in {one.document for one in places} if id_ in known}
        return [
            Doubt(
                place.document,
                place.field,
                fact,
                reasons,
                place.score(self.shared),
                known[place.document],
                *beside[place],
                tuple(known[paper].description for paper in named[place] if paper in known),
            )
            for place in places
            for _, fact, reasons in found.get(place.document, [])[place.ordinal :][:1]
        ]

    @cached_property
    def values(self) -> Mapping[tuple[str, str | None], DoubtedValue]:
        """Every doubted value by its field and its folded form, those first that change the most in all."""
        found: dict[tuple[str, str | None], list[QueuedDoubt]] = {}
        for place in self.every:
            found.setdefault((place.field, place.folded), []).append(place)
        worth = {key: sum(place.score(self.shared) for place in doubts) for key, doubts in found.items()}
        ordered = sorted(found, key=lambda key: (-worth[key], key[0], key[1] or ""))
        return {key: DoubtedValue(key[0], found[key][0].value, tuple(found[key])) for key in ordered}

    def of_value(self, field: str, value: str | None) -> tuple[QueuedDoubt, ...]:
        """Return every doubt on a value in any spelling, or on the missing of a field."""
        found = self.values.get((field, None if value is None else fold(value)))
        return found.doubts if found else ()

    def _same(self, place: QueuedDoubt) -> tuple[str, ...]:
        return self._others(place.question, place.document)

    def _elsewhere(self, place: QueuedDoubt) -> tuple[str, ...]:
        here = {place.document, *self._same(place)}
        return tuple(paper for paper in self.named.get((place.field, place.value or ""), ()) if paper not in here)

    def same(self, document: str, field: str, value: str) -> tuple[str, ...]:
        """Return the other documents in which a value of a field is doubted as in this one."""
        questions = (each for each, papers in self.asked.items() if each[:2] == (field, value) and document in papers)
        return self._others(next(questions, None), document)

    def _others(self, question: Question | None, document: str) -> tuple[str, ...]:
        return tuple(paper for paper in self.asked.get(question, ()) if paper != document) if question else ()


class _Kept:
    """The queue of one catalog, kept from one view to the next. Several threads may ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._places: dict[str, tuple[QueuedDoubt, ...]] = {}
        self._queue: ReviewQueue | None = None

    def queue(self, catalog: Catalog) -> ReviewQueue:
        """The queue now: what happened since it was made is looked at, and nothing else."""
        with self._lock:
            newest = catalog.events.newest()
            if self._queue is None or newest > self._queue.event:
                self._look_at(catalog, self._touched(catalog, newest))
                shared = catalog.facts.documents_by_value(COUNTED)
                every = [place for id_ in sorted(self._places) for place in self._places[id_]]
                every.sort(key=lambda place: (-place.score(shared), place.document, place.field))
                self._queue = ReviewQueue.of(newest, every, shared)
            return self._queue

    def last_count(self) -> int | None:
        """How many doubts there were when it was last asked for."""
        return None if self._queue is None else self._queue.count()

    def _touched(self, catalog: Catalog, newest: int) -> list[str]:
        """Return the documents to look at: at first those that may have doubts, then those with new events."""
        if self._queue is None:
            return catalog.facts.doubtful_documents(SURE, NEEDED)
        entries = catalog.events.between(self._queue.event, newest)
        return [entry.document for entry in entries if entry.document is not None]

    def _look_at(self, catalog: Catalog, touched: Iterable[str]) -> None:
        for ids in batches(touched):
            facts, decided = catalog.facts.by_document(ids), catalog.decisions.in_force(ids)
            for id_ in ids:
                places = tuple(place for place, _, _ in _doubts(id_, facts.get(id_, ()), decided.get(id_, ())))
                if places:
                    self._places[id_] = places
                else:
                    self._places.pop(id_, None)


_KEPT: WeakKeyDictionary[Catalog, _Kept] = WeakKeyDictionary()
_KEPT_LOCK = Lock()


def counted_doubts(catalog: Catalog) -> int | None:
    """How many doubts the queue of a catalog had when somebody last asked for it; None if nobody has yet. It asks the
    catalog nothing."""
    kept = _KEPT.get(catalog)
    return None if kept is None else kept.last_count()


def queue(catalog: Catalog) -> ReviewQueue:
    """The queue of an archive, as far as this catalog sees it."""
    with _KEPT_LOCK:
        kept = _KEPT.setdefault(catalog, _Kept())
    return kept.queue(catalog)


def doubts_in(catalog: Catalog, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the fields of each of these documents that there is grave doubt of, without making the queue of all. A
    value that is more likely right than not, and has no flag, is in none."""
    found = {}
    for some in batches(ids):
        facts, decided = catalog.facts.by_document(some), catalog.decisions.in_force(some)
        for id_ in some:
            doubts = [place for place, _, _ in _doubts(id_, facts.get(id_, ()), decided.get(id_, ()))]
            grave = (place.field for place in doubts if place.weight >= MISSING * WEIGHTS.get(place.field, 1))
            if fields := tuple(dict.fromkeys(grave)):
                found[id_] = fields
    return found


def _listed(document: str, known: Known) -> list[tuple[QueuedDoubt, Fact | None, tuple[str, ...]]]:
    return list(_doubts(document, known.facts, [one for one in known.decisions if one.undone_by is None]))


def _doubts(
    document: str, facts: Sequence[Fact], decided: Sequence[Recorded]
) -> Iterator[tuple[QueuedDoubt, Fact | None, tuple[str, ...]]]:
    """The doubts of a document, each with its fact and the reasons."""
    money = _money(facts)
    settled = {recorded.decision.field for recorded in decided if recorded.decision.clears}
    touched = {recorded.decision.field for recorded in decided}
    kinds = {fact.value for fact in of_field(facts, "kind")}
    buyer = next((fact.value for fact in of_field(facts, "buyer")), None)
    at = count()
    for field, of_kinds in NEEDED.items():
        if kinds.intersection(of_kinds) and not of_field(facts, field) and field not in touched:
            kind = min(kinds).replace("_", " ")
            place = QueuedDoubt(document, field, next(at), None, MISSING * WEIGHTS[field], money)
            yield place, None, (Message("none was found in this %(our_kind)s", our_kind=kind),)
    for fact in facts:
        of_same = of_field(facts, fact.field)
        # Of a field that has one value, the surest fact is what counts, and the only one to ask about.
        is_asked = is_list(fact.field) or fact is max(of_same, key=lambda other: other.confidence)
        if fact.status is not FactStatus.EXTRACTED or fact.field in settled or not is_asked:
            continue
        reasons, doubt = _reasons(fact, of_same)
        if reasons:
            weight = doubt * WEIGHTS.get(fact.field, 1)
            # What is wrong with the number beside a name is a matter of one paper.
            is_flagged = any(fact.details.get(name) for name in FLAGS)
            is_shared = fact.field in COUNTED and not is_flagged
            question = (fact.field, fact.value, buyer) if is_shared and buyer else None
            told = document, fact.field, next(at), fact.value, weight, money, question, fold(fact.value)
            yield QueuedDoubt(*told), fact, reasons


def _reasons(fact: Fact, others: Sequence[Fact]) -> tuple[tuple[str, ...], float]:
    reasons = []
    if fact.confidence < (SURE if fact.field in WEIGHED else SURE_BY_RULE):
        reasons.append(Message("the rule was %(share)s%% sure", share=f"{fact.confidence * 100:.0f}"))
    flags = [_flag(name, fact.details[name]) for name in FLAGS if fact.details.get(name)]
    values = [other.value for other in others if other.value != fact.value]
    if values and not is_list(fact.field):
        flags.append(Message("another rule says %(value)s", value=values[0]))
    doubt = 1 - fact.confidence
    return (*reasons, *flags), max(doubt, FLAGGED) if flags else doubt


def _flag(name: str, value: str) -> str:
    match name:
        case "check_failed":
            return Message("check failed: %(numbers)s", numbers=value)
        case "words_differ" if value == "yes":
            return Message("words differ: yes")
        case "sum_differs" if value == "yes":
            return Message("sum differs: yes")
        case _:
            return f"{name.replace('_', ' ')}: {value}"


def _money(facts: Sequence[Fact]) -> float:
    """1, or more for a document of much money."""
    amounts = [float(fact.value) for fact in of_field(facts, "amount")]
    return 1 + math.log10(max([1.0, *amounts])) / MONEY_SCALE


def for_all(
    catalog: Catalog, decision: Decision, value: str | None = None, papers: Collection[str] | None = None
) -> list[Decision]:
    """Return a decision, and the same for each other document of which the queue asks the same.

    The words that prove it elsewhere are those that its value in question was read from there.

    :param value: the value in question, where the decision does not name it; by default the only one of the field.
    :param papers: of which other documents, also of other buyers; by default all of the same buyer.
    """
    field, asked = decision.field, decision.old or value
    if decision.action is DecisionAction.ADD or (is_list(field) and decision.old is None):
        return [decision]
    asked = asked or next((fact.value for fact in of_field(catalog.facts.of(decision.document), field)), "")
    doubts = queue(catalog)
    others = doubts.same(decision.document, field, asked)
    if papers is not None:
        doubted = {*doubts.named.get((field, asked), ())} - {decision.document}
        others = tuple(paper for paper in dict.fromkeys(papers) if paper in doubted)
    known = catalog.facts.by_document(others)
    return [decision, *(_elsewhere(decision, each, asked, known.get(each, ())) for each in others)]


def _elsewhere(decision: Decision, document: str, asked: str, facts: Sequence[Fact]) -> Decision:
    span = next((fact.span for fact in of_field(facts, decision.field) if fact.value == asked), None)
    given = tuple(replace(fact, span=span if fact.span else None) for fact in decision.facts)
    return replace(decision, document=document, facts=given)


class DoubtAnswer(JsonAnswer):
    """A fact that a person should look at, or a field that is missing; its value is null then. ``same`` are the other
    documents of which the same is asked."""

    document: Id
    title: str
    field: str
    value: str | None = attr("fact.value")
    page: int | None
    quote: str | None
    method: str | None = attr("fact.method")
    confidence: Share | None = attr("fact.confidence")
    reasons: tuple[str, ...]
    score: float
    same: tuple[Id, ...]


def doubt_records(catalog: Catalog, doubts: Sequence[Doubt]) -> list[dict[str, Any]]:
    """Doubts as JSON, with the words that they are about."""
    reader = EvidenceReader(catalog)
    reader.read(spans_of(doubt.fact for doubt in doubts if doubt.fact is not None))
    records = []
    for doubt in doubts:
        fact, evidence = doubt.fact, None
        if fact is not None and fact.span is not None:
            evidence = reader.of(fact.span)
        records.append(
            serialize(
                DoubtAnswer,
                doubt,
                title=doubt.known.description.title,
                page=evidence and evidence.page.number,
                quote=evidence and evidence.quote,
            )
        )
    return records
