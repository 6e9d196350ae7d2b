"""Which contracts have clauses on a topic, and which lack them: counted by the database as far as what a document is
follows from what one rule said, and listed in parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from heapq import merge
from itertools import chain, islice

from archive.comparing.clauses import MOST_WORDS
from archive.comparing.templates import find_templates
from archive.comparing.topics import CONTRACTS, contracts_of
from archive.errors import UsageError
from archive.model import Clause, Description
from archive.model.clauses import path
from archive.store.catalog import Catalog
from archive.store.sql.database import batches
from archive.text.folding import fold

TABLES = ("penalty", "payment", "security", "warranty", "termination", "confidentiality", "data_protection", "damages",
          "disputes", "term")  # fmt: skip
"""The topics that tables are made for, as they are listed. Any other topic of clauses has a table, too."""

_PORTION = 200
"""Contracts that are read at once."""

_CALLED = {"penalties": "penalty", "guarantees": "security", "liability": "damages", "jurisdiction": "disputes",
           "duration": "term", "personal_data": "data_protection"}  # fmt: skip
_WITH = {"disputes": ("governing_law",)}


@dataclass(frozen=True, slots=True)
class TableFilters:
    """Which contracts are wanted: of a vendor, a municipality, a year, or made on one template with a document."""

    vendor: str | None = None
    municipality: str | None = None
    year: int | None = None
    template: str | None = None


@dataclass(frozen=True, slots=True)
class LackingContracts:
    """Contracts that lack something: how many they are and, once somebody asks, which, in the order of their titles.
    The database is asked for those that are not among the others."""

    count: int
    _catalog: Catalog
    _others: Sequence[tuple[str, str]]
    _asks: Callable[[int], Iterable[tuple[str, str]]]

    def ids(self, most: int | None = None) -> list[str]:
        """Return them, at most so many."""
        left = self.count - len(self._others)
        asked = self._asks(left if most is None else min(most, left)) if left else ()
        return [id_ for _, id_ in islice(merge(asked, self._others), most)]

    def described(self) -> Iterator[Description]:
        """Yield all of them, some read at a time."""
        for some in batches(self.ids(), _PORTION):
            yield from self._catalog.documents.descriptions(some).values()

    def part(self, first: int, most: int) -> Sequence[Description]:
        """Return some of them, from number ``first`` on."""
        ids = self.ids(first - 1 + most)[first - 1 :]
        return tuple(self._catalog.documents.descriptions(ids).values())


@dataclass(frozen=True, slots=True)
class TopicContracts:
    """Contracts by what they have on a topic: those ``on`` it with these clauses, others that have clauses
    (``without``) and those that have none at all (``unread``). ``unclear`` counts clauses of the ``contracts`` that no
    topic is known of: one of them may be on this. ``topics`` counts the contracts that have a clause on each topic."""

    topic: str
    on: Mapping[str, tuple[Description, Sequence[Clause]]]
    contracts: int
    without: LackingContracts
    unread: LackingContracts
    unclear: int
    topics: Mapping[str, int]


def topic_named(name: str) -> str:
    """Return the topic that somebody calls by one of its names."""
    plain = name.strip().casefold().replace(" ", "_").replace("-", "_")
    return _CALLED.get(plain, plain)


def count_topics(catalog: Catalog, asked: TableFilters) -> tuple[int, Mapping[str, int]]:
    """Return how many contracts there are, and in how many of them each topic is."""
    counts = _Counts(catalog)
    if asked == TableFilters():
        counts.add_all()
    else:
        counts.add(_contracts(catalog, asked))
    return counts.contracts, _ordered(counts.topics)


def _ordered(counts: Mapping[str, int]) -> Mapping[str, int]:
    """Return the topics of tables first, then the most frequent."""
    others = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return {name: counts.get(name, 0) for name in TABLES} | dict(others)


class _Counts:
    """Counts contracts and what they have clauses on. ``others`` are the titles of those that are counted one by one,
    by whether they have any."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self.contracts, self.unread, self.unclear, self.topics = 0, 0, 0, Counter[str]()
        self.others: dict[bool, dict[str, str]] = {True: {}, False: {}}

    def add_all(self) -> None:
        """Count all that there are. The database counts those of which nobody said more than one kind and title."""
        plain = self._catalog.clauses.count_topics(CONTRACTS)
        self.contracts, self.unread, self.unclear = plain.documents, plain.unread, plain.unclear
        self.topics = Counter(plain.topics)
        self.add(_described(self._catalog, plain.left))

    def add(self, portions: Iterable[Mapping[str, Description]]) -> None:
        """Count these."""
        for _ in self.passing(portions, frozenset()):
            pass

    def passing(
        self, portions: Iterable[Mapping[str, Description]], topics: Set[str]
    ) -> Iterator[dict[str, Description]]:
        """Yield, of contracts that are counted as they pass, those with a clause on one of these topics."""
        for portion in portions:
            clauses = self._catalog.clauses.topics_of(portion)
            self.contracts += len(portion)
            self.unread += len(portion) - len(clauses)
            self.unclear += self._catalog.clauses.count_unclear(portion)
            self.topics.update(topic for of_one in clauses.values() for topic in of_one if topic)
            for id_, one in portion.items():
                self.others[id_ in clauses][id_] = one.title
            yield {id_: one for id_, one in portion.items() if id_ in clauses and topics & clauses[id_].keys()}


def contracts_by_topic(catalog: Catalog, name: str, asked: TableFilters) -> TopicContracts:
    """Return which contracts have clauses on a topic, and which lack them.

    :raises UsageError: no contract has a clause on it; a filter names what no contract is of; or there are too many,
        after which no further contract is read.
    """
    topic = topic_named(name)
    wanted = frozenset((topic, *_WITH.get(topic, ())))
    counts = _Counts(catalog)
    if asked == TableFilters():
        portions = catalog.clauses.documents_on(wanted, CONTRACTS, _PORTION)
        found = _on_topic(catalog, topic, wanted, chain.from_iterable(_described(catalog, some) for some in portions))
        counts.add_all()
    else:
        found = _on_topic(catalog, topic, wanted, counts.passing(_contracts(catalog, asked), wanted))
    topics = _ordered(counts.topics)
    if topic not in topics:
        raise UsageError(
            "No contract has a clause on %(topic)s.",
            "Topics of clauses are: %(topics)s.",
            topic=repr(name),
            topics=", ".join(topics),
        )
    on = {id_: (one, clauses) for id_, (one, clauses) in found.items() if clauses}
    # Those whose clauses on it are too long to be read are without, too.
    titles = {id_: one.title for id_, (one, _) in found.items()} | counts.others[True]

    def lacking(count: int, on_topics: Set[str], others: Mapping[str, str]) -> LackingContracts:
        known = sorted((others[id_], id_) for id_ in others.keys() - on.keys())
        return LackingContracts(count, catalog, known, partial(catalog.clauses.lacking, CONTRACTS, on_topics))

    without = lacking(counts.contracts - counts.unread - len(on), wanted, titles)
    unread = lacking(counts.unread, frozenset(), counts.others[False])
    return TopicContracts(topic, on, counts.contracts, without, unread, counts.unclear, topics)


def _on_topic(
    catalog: Catalog, topic: str, wanted: Set[str], portions: Iterable[Mapping[str, Description]]
) -> dict[str, tuple[Description, list[Clause]]]:
    """Return contracts, in the order of their titles, with those of their clauses on a topic that can be read, perhaps
    none.

    :raises UsageError: there are too many.
    """
    found: dict[str, tuple[Description, list[Clause]]] = {}
    for portion in portions:
        for id_, clauses in catalog.clauses.by_document(portion).items():
            found[id_] = portion[id_], list(_on(clauses, wanted))
        _check_count(catalog, topic, sum(len(clauses) for _, clauses in found.values()))
    return dict(sorted(found.items(), key=lambda item: (item[1][0].title, item[0])))


def _contracts(catalog: Catalog, asked: TableFilters) -> Iterator[dict[str, Description]]:
    """Yield the contracts that are asked for by their ids, some at a time.

    :raises UsageError: none is of what is asked for.
    """
    filters = [(field, value) for field in ("municipality", "year") if (value := getattr(asked, field)) is not None]
    values: dict[str, set[str]] = {field: set() for field, _ in filters}
    passed = set[str]()
    for portion in _described(catalog, _ids(catalog, asked)):
        found = portion
        for field, value in filters:
            values[field] |= {str(getattr(one, field)) for one in found.values() if getattr(one, field) is not None}
            found = {id_: one for id_, one in found.items() if _is(getattr(one, field), value)}
            passed |= {field} if found else set()
        yield found
    for field, value in filters:
        if field not in passed:
            raise _none_of(value, values[field])


def _none_of(value: str | int, values: Iterable[str]) -> UsageError:
    listed = ", ".join(sorted(values))
    return UsageError("No such contract is of %(value)s.", "There are: %(values)s.", value=value, values=listed)


def _ids(catalog: Catalog, asked: TableFilters) -> Iterable[str]:
    """Return the documents that may be asked for.

    :raises UsageError: nobody ever said of a contract what is asked for.
    """
    vendors = None if asked.vendor is None else contracts_of(catalog, catalog.vendors.find(asked.vendor))
    template = None if asked.template is None else _on_template(catalog, asked.template)
    if vendors is not None and template is not None:
        return set(vendors) & set(template)
    if vendors is not None or template is not None:
        return vendors or template or ()
    field = "year" if asked.municipality is None else "municipality"
    value: str | int = getattr(asked, field)
    spelled = catalog.facts.values_like(field, str(value), has_all=True)
    there = {id_ for one in spelled for id_ in catalog.facts.documents_of_kinds(CONTRACTS, (field, one))}
    if not there:
        said = catalog.facts.values_of(catalog.facts.documents_of_kinds(CONTRACTS), field)
        raise _none_of(value, {one for of_document in said.values() for one in of_document})
    return there


def _described(catalog: Catalog, ids: Iterable[str]) -> Iterator[dict[str, Description]]:
    """Yield those of these documents that are contracts, some at a time."""
    listed = sorted(ids)
    for at in range(0, len(listed), _PORTION):
        described = catalog.documents.descriptions(listed[at : at + _PORTION])
        yield {id_: one for id_, one in described.items() if one.kind in CONTRACTS}


def _is(has: str | int | None, wanted: str | int) -> bool:
    return has is not None and fold(str(has)) == fold(str(wanted))


def _on_template(catalog: Catalog, named: str) -> list[str]:
    """Return the documents made on one template with this one."""
    id_ = catalog.documents.find(named).id
    for template in find_templates(catalog):
        ids = [template.model.id, *(member.description.id for member in template.members)]
        if id_ in ids:
            return ids
    raise UsageError("Document %(id)s is on no template.", "See them with: dosije templates", id=id_[:12])


def _on(clauses: Sequence[Clause], topics: Set[str]) -> Iterator[Clause]:
    """Yield the clauses on these topics that are in no other such clause, and can be read whole."""
    for clause in clauses:
        is_read = clause.topic in topics and clause.span.last - clause.span.first < MOST_WORDS
        if is_read and all(around.topic not in topics for around in path(clauses, clause)[:-1]):
            yield clause


def _check_count(catalog: Catalog, topic: str, count: int) -> None:
    if count > (most := catalog.limits.topic_clauses):
        raise UsageError(
            "There are more clauses on %(topic)s than the %(most)s that are compared at once.",
            "Ask for a vendor, a municipality, a year or a template.",
            topic=repr(topic),
            most=f"{most:,}",
        )
