"""Contracts made on one template: documents most of whose clauses are worded alike, and the clauses that are not.

Of the documents that have classes of clauses in common (:mod:`archive.comparing.alike`), the one with most partners is
the *model* of a group; the others in it share half of their clauses with it, or more. Then every clause is compared
with those of the model directly, numbers aside: what has none like it there is odd.

All of it is computed when it is asked for, :data:`MOST_CLAUSES` says up to where, and kept until other words or
clauses come into the archive.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Annotated
from weakref import WeakKeyDictionary

from archive.clauses import units
from archive.comparing.alike import NEAR, Documents, Unit, classified, likeness, units_of
from archive.description import Description
from archive.errors import QueryTooBroad
from archive.model import Clause
from archive.serialization import Id, JsonAnswer, Share, attr, rounded
from archive.store.catalog import Catalog

SAME_TEMPLATE = 0.5
"""The share of the clauses of two documents that are worded alike, from which on they are made on one template: more
than half of them cannot be by chance or by law, and a contract with half of its clauses changed is another one."""

LEAST_SHARED = 3
"""Clauses that two documents have alike at least. Fewer are the final provisions that everybody copies."""

MOST_CLAUSES = 10_000
"""Clauses that are looked through at once. A clause of 285 words, as they are on average, takes
1.5 ms of processor time."""


@dataclass(frozen=True, slots=True)
class OddClause:
    """A clause that has none like it in the other document. ``nearest`` is the one there that shares most of its
    wording, ``likeness`` how much; None where it shares nothing."""

    clause: Clause
    nearest: Clause | None
    likeness: float


@dataclass(frozen=True, slots=True)
class Member:
    """A document made on a template. ``share`` is the share of its clauses and the model's that are worded alike;
    ``odd`` are its clauses that are not, ``missing`` the model's."""

    description: Description
    clauses: int
    share: float
    odd: tuple[OddClause, ...]
    missing: tuple[OddClause, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """Documents made on one template, those that depart most from it first. The ``model`` is the one that is like most
    of the others."""

    model: Description
    clauses: int
    members: tuple[Member, ...]


class _Kept:
    """The templates found last in one catalog, by the documents that were looked through; None are all. Several threads
    may ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: OrderedDict[frozenset[str] | None, tuple[Template, ...]] = OrderedDict()
        self._as_of = 0

    def templates(self, catalog: Catalog, ids: frozenset[str] | None) -> tuple[Template, ...]:
        with self._lock:
            newest = catalog.newest_read_event()
            if newest != self._as_of:
                self._found.clear()
                self._as_of = newest
            if ids not in self._found:
                self._found[ids] = _computed(catalog, ids)
                while len(self._found) > _RESULTS_KEPT:
                    self._found.popitem(last=False)
            self._found.move_to_end(ids)
            return self._found[ids]


_RESULTS_KEPT = 8
"""Sets of documents whose templates are kept; each has :data:`MOST_CLAUSES` clauses at most."""

_KEPT: WeakKeyDictionary[Catalog, _Kept] = WeakKeyDictionary()
_KEPT_LOCK = Lock()


def find_templates(catalog: Catalog, ids: Iterable[str] | None = None) -> tuple[Template, ...]:
    """The templates of these documents, or of all: those of most documents first. Documents on none are left out.

    :raises QueryTooBroad: they have too many clauses.
    """
    with _KEPT_LOCK:
        kept = _KEPT.setdefault(catalog, _Kept())
    found = kept.templates(catalog, None if ids is None else frozenset(ids))
    # What documents are called changes more often than what they say.
    described = catalog.describe({id_ for template in found for id_ in _documents_of(template)})
    return tuple(_described(template, described) for template in found)


def _documents_of(template: Template) -> list[str]:
    return [template.model.id, *(member.description.id for member in template.members)]


def _described(template: Template, described: Mapping[str, Description]) -> Template:
    members = tuple(replace(member, description=described[member.description.id]) for member in template.members)
    return replace(template, model=described[template.model.id], members=members)


def _computed(catalog: Catalog, ids: frozenset[str] | None) -> tuple[Template, ...]:
    wanted = [document.id for document in catalog.documents()] if ids is None else sorted(ids)
    found = catalog.clauses_of(wanted)
    count = sum(1 for clauses in found.values() for _ in units(clauses))
    if count > MOST_CLAUSES:
        raise QueryTooBroad(
            "There are %(count)s clauses; at most %(most)s are compared at once.",
            "Compare those of one vendor: dosije templates --vendor NAME",
            count=f"{count:,}",
            most=f"{MOST_CLAUSES:,}",
        )
    readings = catalog.readings(found)
    documents = {
        id_: list(units_of(clauses, readings[id_], list(catalog.all_words(id_, readings[id_].number))))
        for id_, clauses in sorted(found.items())
    }
    return _grouped(classified(documents), catalog.describe(found))


def _grouped(documents: Documents, described: dict[str, Description]) -> tuple[Template, ...]:
    partners = _partners(documents)
    groups: list[Template] = []
    left = set(documents)
    # A document that was a partner of one model may be the model of those that are left.
    for model in sorted(partners, key=lambda id_: (-len(partners[id_]), id_)):
        if model not in left:
            continue
        members = [
            member
            for id_ in sorted(partners[model] & left)
            if (member := _member(described[id_], documents[id_], documents[model]))
        ]
        if members:
            left -= {model, *(member.description.id for member in members)}
            members.sort(key=lambda member: (member.share, member.description.id))
            groups.append(Template(described[model], len(documents[model]), tuple(members)))
    return tuple(sorted(groups, key=lambda group: (-len(group.members), group.model.id)))


def _partners(documents: Documents) -> dict[str, set[str]]:
    """The documents that have half of their classes in common with each, or nearly so."""
    having: dict[int, set[str]] = defaultdict(set)
    for id_, listed in documents.items():
        for unit in listed:
            having[unit.kind].add(id_)
    kinds = {id_: {unit.kind for unit in listed} for id_, listed in documents.items()}
    partners: dict[str, set[str]] = {}
    for id_, of_document in kinds.items():
        shared = Counter(other for kind in of_document for other in having[kind] if other != id_)
        found = {
            other
            for other, count in shared.items()
            # Short clauses find their like only in the comparison that follows, so less than half is asked here.
            if count >= LEAST_SHARED and 2 * count / (len(of_document) + len(kinds[other])) >= SAME_TEMPLATE / 2
        }
        if found:
            partners[id_] = found
    return partners


def _member(described: Description, listed: Sequence[Unit], model: Sequence[Unit]) -> Member | None:
    """A document beside its model; None if too few of its clauses are worded alike."""
    odd, missing = tuple(_odd(listed, model)), tuple(_odd(model, listed))
    alike = len(listed) - len(odd)
    share = (alike + len(model) - len(missing)) / (len(listed) + len(model))
    if alike < LEAST_SHARED or share < SAME_TEMPLATE:
        return None
    return Member(described, len(listed), share, odd, missing)


def _odd(listed: Sequence[Unit], others: Sequence[Unit]) -> Iterator[OddClause]:
    """The clauses that have none like them among the others, the ones least like any first."""
    kinds = {unit.kind for unit in others}
    found = []
    for unit in listed:
        if unit.kind in kinds:
            continue
        share, nearest = max(((likeness(unit, other), other) for other in others), key=lambda pair: pair[0])
        if share < NEAR:
            found.append(OddClause(unit.clause, nearest.clause if share else None, share))
    yield from sorted(found, key=lambda one: (one.likeness, one.clause.span.first))


class _OddAnswer(JsonAnswer):
    """A clause that has none like it."""

    eid: str = attr("clause.eid")
    label: str = attr("clause.label")
    heading: str | None = attr("clause.heading")
    topic: str | None = attr("clause.topic")
    nearest: str | None = attr("nearest.eid")
    likeness: Annotated[Share, rounded(4)]


class _ModelAnswer(JsonAnswer):
    document: Id = attr("model.id")
    title: str = attr("model.title")
    clauses: int


class _MadeOnTemplate(JsonAnswer):
    document: Id = attr("description.id")
    title: str = attr("description.title")
    clauses: int
    share: Annotated[Share, rounded(4)]
    odd: tuple[_OddAnswer, ...]
    missing: tuple[_OddAnswer, ...]


class TemplateAnswer(JsonAnswer):
    """Documents made on one template, those that depart most from it first."""

    model: _ModelAnswer = attr(lambda template: template)
    documents: tuple[_MadeOnTemplate, ...] = attr("members")
