"""The review queue: doubtful facts, the most useful first.

Doubts and scores: :mod:`archive.facts.doubts`. A name of a vendor, buyer or municipality that is doubted in several
documents of one buyer is one question, at its highest score, and one answer may decide all of them. Documents of other
buyers with a doubt on the same name are listed beside it, to be selected one by one.

The queue is cached in a file (:mod:`archive.facts.kept_doubts`), sorted and counted, so that reading a page of it takes
the same time at any length. It has no facts; those of a doubt are read from the catalog.
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
    """A doubt to review. ``fact`` is None for a missing field; ``known`` is all that is known about the document.

    ``same`` are the other documents of the question; ``others`` are descriptions of some of them, and of documents of
    other buyers with a doubt on the same name.
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
    """The doubts of a catalog view, the most useful first: questions, each for all doubts that are answered together;
    single doubts; and doubted values. Each is read page by page."""

    def __init__(self, catalog: Catalog, kept: KeptDoubts) -> None:
        self._catalog, self._kept = catalog, kept

    @cached_property
    def counts(self) -> Mapping[str, FieldCounts]:
        """The counts by field."""
        return self._kept.counts()

    @property
    def of_field(self) -> Mapping[str, int]:
        """The number of questions of each field."""
        return {field: counts.questions for field, counts in self.counts.items()}

    def count(self, field: str | None = None) -> int:
        """Return the number of questions, optionally of one field."""
        return _count(self.of_field, field)

    def doubts(self, field: str | None = None, first: int = 0, most: int | None = None, others: int = 0) -> list[Doubt]:
        """Return at most ``most`` questions from index ``first`` (0..), without those decided meanwhile, each with at
        most ``others`` descriptions."""
        places = self._kept.questions(field, first, most, self.count(field))
        return self._read(places, {place: self._kept.same(place) for place in places}, others)

    @property
    def every_of_field(self) -> Mapping[str, int]:
        """The number of doubts of each field."""
        return {field: counts.doubts for field, counts in self.counts.items()}

    def count_every(self, field: str | None = None) -> int:
        """Return the number of doubts, optionally of one field."""
        return _count(self.every_of_field, field)

    def every(self, field: str | None, first: int, most: int | None = None) -> list[Doubt]:
        """Return single doubts from index ``first`` (0..), optionally of one field."""
        return self._read(self._kept.doubts(field, None, first, most, self.count_every(field)))

    def count_of_value(self, field: str, value: str | None) -> int:
        """Return the number of doubts on a value in any spelling, or on a missing field."""
        return self._kept.count_of_value(field, spelled(value))

    def of_value(self, field: str, value: str | None, first: int, most: int | None = None) -> list[Doubt]:
        """Return single doubts on a value in any spelling, or on a missing field, from index ``first``."""
        total = self.count_of_value(field, value)
        return self._read(self._kept.doubts(field, spelled(value), first, most, total))

    @property
    def values_of_field(self) -> Mapping[str, int]:
        """The number of doubted values of each field."""
        return {field: counts.values for field, counts in self.counts.items()}

    def count_values(self, field: str | None = None) -> int:
        """Return the number of doubted values, optionally of one field."""
        return _count(self.values_of_field, field)

    def values(self, field: str | None, first: int, most: int) -> list[DoubtedValue]:
        """Return doubted values from index ``first`` (0..), those with the highest total score first."""
        return self._kept.values(field, first, most, self.count_values(field))

    def same(self, document: str, field: str, value: str) -> tuple[str, ...]:
        """Return the other documents of the question on a value of a document."""
        for doubt in self._kept.of_document(document, field, value):
            if doubt.question is not None:
                return self._kept.same(doubt)
        return ()

    def named(self, field: str, value: str, documents: Collection[str]) -> list[str]:
        """Return those of these documents with a doubt on a name, whoever the buyer."""
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
    """Return the review queue of a catalog view, after updating it with the changes since the last call."""
    return ReviewQueue(catalog, kept_doubts(catalog))


def counted_doubts(catalog: Catalog) -> int | None:
    """Return the number of questions at the last update of the queue; None if there was none, or if the file is locked.
    Does not read the catalog."""
    counts = last_counts(catalog)
    return None if counts is None else sum(one.questions for one in counts.values())


def doubts_in(catalog: Catalog, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the gravely doubted fields of each of these documents, without updating the queue."""
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
    """Return a decision, and the same one for each other document of the question.

    Its evidence in another document is that of the doubted value there.

    :param value: the doubted value, if the decision does not name it; by default the only one of the field.
    :param papers: the other documents, also of other buyers; by default all of the same buyer.
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
    """Return doubts as JSON, with their evidence."""
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
