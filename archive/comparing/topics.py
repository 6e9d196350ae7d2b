"""Comparison of the clauses on one topic in the contracts of a vendor with the usual wording.

It is computed on demand, within the limits of the catalog: each clause is compared with the usual wording once, which
takes milliseconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any

from archive.comparing.clauses import ClauseText, EntryAnswer, aligned_sentences, compare_clauses, with_words
from archive.comparing.sentences import SentencePair
from archive.comparing.templates import shared_pairs
from archive.comparing.tolerance import word_key
from archive.comparing.words import Comparison, DifferenceKind
from archive.errors import UsageError
from archive.model import Clause
from archive.model.clauses import path
from archive.search.facets import label
from archive.serialization import Id, JsonAnswer, Share, attr, rounded, serialize
from archive.store.catalog import Catalog
from archive.vendors.entities import Entity

CONTRACTS = ("contract", "contract_annex")
"""The kinds of documents that count as a vendor's contracts."""

DIFFERENCES = 12
"""Most differences of a clause that a record lists; ``more`` counts the others."""


@dataclass(frozen=True, slots=True)
class ComparedClause:
    """A clause, compared with the usual wording; equal to it if nothing differs. ``sentences`` are those of a reworded
    clause."""

    text: ClauseText
    comparison: Comparison
    sentences: tuple[SentencePair, ...] | None = None

    @property
    def differences(self) -> list[tuple[str, str]]:
        """Pairs of usual and actual words; one is empty if the other has no counterpart."""
        if self.sentences is None:
            return _differing(self.comparison)
        found = []
        for pair in self.sentences:
            if pair.comparison is not None:
                found += _differing(pair.comparison)
            else:
                usual, here = self.comparison.words, self.comparison.other_words
                found.append((_text_at(usual, pair.first), _text_at(here, pair.other)))
        return found

    @property
    def is_odd(self) -> bool:
        """Whether it differs from the usual wording."""
        return bool(self.comparison.of_kind(DifferenceKind.DIFFERENT))


def _differing(comparison: Comparison) -> list[tuple[str, str]]:
    return [comparison.texts(stretch) for stretch in comparison.of_kind(DifferenceKind.DIFFERENT)]


def _text_at(words: Sequence[str], place: tuple[int, int] | None) -> str:
    return "" if place is None else " ".join(words[slice(*place)])


@dataclass(frozen=True, slots=True)
class TopicComparison:
    """``usual`` is a clause with the most common wording, None if there is none on this topic. ``rows`` are sorted by
    difference, the largest first. ``contracts`` counts the vendor's contracts, ``without`` lists those that lack the
    topic. ``topics`` counts the clauses per topic, the most frequent first."""

    vendor: Entity
    topic: str
    usual: ClauseText | None
    rows: tuple[ComparedClause, ...]
    contracts: int
    without: tuple[str, ...]
    topics: Mapping[str, int]

    @property
    def usual_count(self) -> int:
        """The number of clauses with the usual wording."""
        return sum(1 for row in self.rows if not row.is_odd)


def contracts_of(catalog: Catalog, vendor: Entity) -> list[str]:
    """Return the ids of a vendor's contracts and annexes."""
    won = {mention.document for mention in vendor.mentions if mention.won}
    described = catalog.documents.descriptions(won)
    return sorted(id_ for id_ in won if described[id_].kind in CONTRACTS)


def compare_topic(catalog: Catalog, vendor: Entity, topic: str) -> TopicComparison:
    """Compare the clauses on ``topic`` in the contracts of a vendor.

    :raises UsageError: its contracts have clauses, but none on this topic; or there are too many.
    """
    contracts = contracts_of(catalog, vendor)
    clauses = catalog.clauses.by_document(contracts)
    known = _topics(clauses.values())
    if known and topic not in known:
        listed = ", ".join(known)
        raise UsageError(
            "No contract of %(vendor)s has a clause on %(topic)s.",
            "Topics in them are: %(topics)s.",
            vendor=vendor.name,
            topic=repr(topic),
            topics=listed,
        )
    texts = list(_texts(catalog, clauses, topic))
    if not texts:
        return TopicComparison(vendor, topic, None, (), len(contracts), tuple(contracts), known)
    usual = _usual(texts)
    rows = [_compared(usual, text) for text in texts]
    rows.sort(key=lambda row: (row.comparison.agreement, row.text.description.id))
    having = {text.description.id for text in texts}
    without = tuple(id_ for id_ in contracts if id_ not in having)
    return TopicComparison(vendor, topic, usual, tuple(rows), len(contracts), without, known)


def _compared(usual: ClauseText, text: ClauseText) -> ComparedClause:
    comparison = compare_clauses(usual, text)
    return ComparedClause(text, comparison, aligned_sentences(usual, text, comparison))


class _VendorOfTopic(JsonAnswer):
    id: str
    name: str


class _UsualAnswer(EntryAnswer):
    text: str = attr(lambda clause: " ".join(clause.words.texts))


class _DifferenceAnswer(JsonAnswer):
    usual: str
    here: str


class _RowAnswer(EntryAnswer):
    agreement: Annotated[Share, rounded(4)]
    differences: tuple[_DifferenceAnswer, ...]
    more: int


class TopicAnswer(JsonAnswer):
    """The clauses on one topic in the contracts of a vendor, those that differ most from the usual wording first."""

    vendor: _VendorOfTopic
    topic: str
    label: str = attr(lambda found: label("topic", found.topic))
    contracts: int
    without: tuple[Id, ...]
    usual: _UsualAnswer | None
    usual_count: int
    clauses: tuple[_RowAnswer, ...] = attr(lambda found: map(_row_record, found.rows))


def topic_record(found: TopicComparison) -> dict[str, Any]:
    """Return the JSON of ``dosije compare --vendor NAME --topic TOPIC``."""
    return serialize(TopicAnswer, found)


def _row_record(row: ComparedClause) -> dict[str, Any]:
    differing = row.differences
    shown = differing[:DIFFERENCES]
    return serialize(
        _RowAnswer,
        row.text,
        agreement=row.comparison.agreement,
        differences=[{"usual": usual, "here": here} for usual, here in shown],
        more=len(differing) - len(shown),
    )


def _topics(found: Iterable[Sequence[Clause]]) -> dict[str, int]:
    counts = Counter(clause.topic for clauses in found for clause in _outermost(clauses, None) if clause.topic)
    return dict(counts.most_common())


def _texts(catalog: Catalog, contracts: Mapping[str, Sequence[Clause]], topic: str) -> Iterator[ClauseText]:
    described, readings = catalog.documents.descriptions(contracts), catalog.readings.newest(contracts)
    found = [(id_, clause) for id_, clauses in contracts.items() for clause in _outermost(clauses, topic)]
    if len(found) > (most := catalog.limits.topic_clauses):
        raise UsageError(
            "There are %(count)s clauses on %(topic)s; %(most)s are compared at once.",
            "Compare two of them: dosije compare ID#EID ID#EID",
            count=f"{len(found):,}",
            topic=repr(topic),
            most=f"{most:,}",
        )
    for id_, clause in found:
        yield with_words(catalog, described[id_], readings[id_], clause)


def _outermost(clauses: Sequence[Clause], topic: str | None) -> Iterator[Clause]:
    """Yield the clauses on a topic, or on any, that are not inside another one on the same topic."""
    for clause in clauses:
        if clause.topic is None or topic not in (None, clause.topic):
            continue
        if all(around.topic != clause.topic for around in path(clauses, clause)[:-1]):
            yield clause


def _usual(texts: Sequence[ClauseText]) -> ClauseText:
    """Return a clause with the most frequent wording; if all differ, the one with most wording in common with the
    others."""
    keys = ["".join(map(word_key, text.words.texts)) for text in texts]
    counts = Counter(keys)
    pairs = [frozenset(_pairs(text)) for text in texts]

    def weight(at: int) -> tuple[int, float]:
        return counts[keys[at]], sum(shared_pairs(pairs[at], other) for other in pairs)

    return texts[max(range(len(texts)), key=weight)]


def _pairs(text: ClauseText) -> Iterator[tuple[str, str]]:
    keys = [key for word in text.words.texts if (key := word_key(word))]
    return pairwise(keys)
