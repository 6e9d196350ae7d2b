"""The review queue: doubtful facts, the most useful first.

What is doubted, and how useful a look at it is: :mod:`archive.facts.doubts`. One name of a vendor, buyer or
municipality that is doubted in several papers of one buyer is asked once, where its doubt is worth most, and one answer
may decide all of them. Papers of other buyers in which the same name is doubted are named beside it; a person chooses
them one by one.

The queue is kept in a file (:mod:`archive.facts.kept_doubts`), in order and counted, so that a part of it costs the
same however long it is. It has no facts: those of a doubt are read when it is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

from archive.facts.doubts import FoundDoubt, doubts_of
from archive.facts.evidence import EvidenceReader, spans_of
from archive.facts.kept_doubts import kept_doubts, last_counts, spelled
from archive.model import Description, Fact
from archive.model.decisions import Decision, DecisionAction, of_field, settled
from archive.model.fields import is_list
from archive.serialization import Id, JsonAnswer, Share, attr, serialize
from archive.store.catalog import Catalog
from archive.store.documents import Known
from archive.store.kept.doubts import DoubtedValue, FieldCounts, KeptDoubts, QueuedDoubt
from archive.store.sql.database import batches


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to look at. ``fact`` is None where a field is missing; ``known`` is what is known of the document.

    ``same`` are the other documents of which the same is asked; ``others`` describes as many as were asked for of
    them, and of those of other buyers in which the same name is doubted.
    """

    document: str
    field: str
    fact: Fact | None
    reasons: tuple[str, ...]
    score: float
    known: Known
    same: tuple[str, ...] = ()
    others: tuple[Description, ...] = ()


class ReviewQueue:
    """The doubts of what a catalog shows, the most useful first: questions, each of which stands for all doubts of
    which the same is asked; every doubt; and the values that are doubted. Each is read a part at a time."""

    def __init__(self, catalog: Catalog, kept: KeptDoubts) -> None:
        self._catalog, self._kept = catalog, kept

    @cached_property
    def counts(self) -> Mapping[str, FieldCounts]:
        """How many there are, by field."""
        return self._kept.counts()

    @property
    def of_field(self) -> Mapping[str, int]:
        """How many questions are asked of each field."""
        return {field: counts.questions for field, counts in self.counts.items()}

    def count(self, field: str | None = None) -> int:
        """Return how many questions there are, of one field if it is named."""
        return _count(self.of_field, field)

    def doubts(self, field: str | None = None, first: int = 0, most: int | None = None, others: int = 0) -> list[Doubt]:
        """Return at most so many questions from number ``first`` (0..) on, without those decided meanwhile, each with
        at most so many ``others`` described."""
        places = self._kept.questions(field, first, most, self.count(field))
        return self._read(places, {place: self._kept.same(place) for place in places}, others)

    @property
    def every_of_field(self) -> Mapping[str, int]:
        """How many doubts there are on each field."""
        return {field: counts.doubts for field, counts in self.counts.items()}

    def count_every(self, field: str | None = None) -> int:
        """Return how many doubts there are, of one field if it is named."""
        return _count(self.every_of_field, field)

    def every(self, field: str | None, first: int, most: int | None = None) -> list[Doubt]:
        """Return doubts from number ``first`` (0..) on, of one field if it is named, each for itself."""
        return self._read(self._kept.doubts(field, None, first, most, self.count_every(field)))

    def count_of_value(self, field: str, value: str | None) -> int:
        """Return how many doubts there are on a value in any spelling, or on the missing of a field."""
        return self._kept.count_of_value(field, spelled(value))

    def of_value(self, field: str, value: str | None, first: int, most: int | None = None) -> list[Doubt]:
        """Return the doubts on a value in any spelling, or on the missing of a field, from number ``first`` on, each
        for itself."""
        total = self.count_of_value(field, value)
        return self._read(self._kept.doubts(field, spelled(value), first, most, total))

    @property
    def values_of_field(self) -> Mapping[str, int]:
        """How many values of each field are doubted."""
        return {field: counts.values for field, counts in self.counts.items()}

    def count_values(self, field: str | None = None) -> int:
        """Return how many values are doubted, of one field if it is named."""
        return _count(self.values_of_field, field)

    def values(self, field: str | None, first: int, most: int) -> list[DoubtedValue]:
        """Return doubted values from number ``first`` (0..) on, those first that change the most in all."""
        return self._kept.values(field, first, most, self.count_values(field))

    def same(self, document: str, field: str, value: str) -> tuple[str, ...]:
        """Return the other documents in which a value of a field is doubted as in this one."""
        for doubt in self._kept.of_document(document, field, value):
            if doubt.question is not None:
                return self._kept.same(doubt)
        return ()

    def named(self, field: str, value: str, documents: Collection[str]) -> list[str]:
        """Return those of these documents in which a name is doubted, of whatever buyer."""
        return self._kept.named(field, value, documents)

    def _read(
        self, places: Sequence[QueuedDoubt], same: Mapping[QueuedDoubt, tuple[str, ...]] = {}, others: int = 0
    ) -> list[Doubt]:
        named = {
            place: (*papers[:others], *self._kept.elsewhere(place, others - len(papers)))
            for place, papers in same.items()
        }
        ids = dict.fromkeys(chain((one.document for one in places), *named.values()))
        known = self._catalog.documents.known(ids)
        found = {id_: _found(known[id_]) for id_ in {one.document for one in places} if id_ in known}
        return [
            Doubt(
                place.document,
                place.field,
                doubt.fact,
                doubt.reasons,
                place.score,
                known[place.document],
                same.get(place, ()),
                tuple(known[paper].description for paper in named.get(place, ()) if paper in known),
            )
            for place in places
            for doubt in found.get(place.document, [])[place.ordinal :][:1]
            if (doubt.field, doubt.fact and doubt.fact.value) == (place.field, place.value)
        ]


def _count(of_field: Mapping[str, int], field: str | None) -> int:
    return sum(of_field.values()) if field is None else of_field.get(field, 0)


def _found(known: Known) -> list[FoundDoubt]:
    return list(doubts_of(known.facts, [one.decision for one in known.decisions if one.undone_by is None]))


def queue(catalog: Catalog) -> ReviewQueue:
    """Return the queue of an archive, as far as this catalog sees it: what changed since it was last asked for is
    looked at, and nothing else."""
    return ReviewQueue(catalog, kept_doubts(catalog))


def counted_doubts(catalog: Catalog) -> int | None:
    """Return how many questions the queue of a catalog had when it was last brought up to date; None if it never was,
    or if that cannot be told at once. It asks the catalog nothing."""
    counts = last_counts(catalog)
    return None if counts is None else sum(one.questions for one in counts.values())


def doubts_in(catalog: Catalog, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the fields of each of these documents that there is grave doubt of, without making the queue of all."""
    found = {}
    for some in batches(ids):
        for id_, (read, decided) in catalog.facts.read_and_decided(some).items():
            doubts = doubts_of(settled(read, decided), decided)
            if fields := tuple(dict.fromkeys(one.field for one in doubts if one.is_grave)):
                found[id_] = fields
    return found


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
        others = tuple(doubts.named(field, asked, [one for one in dict.fromkeys(papers) if one != decision.document]))
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
    """Return doubts as JSON, with the words that they are about."""
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
