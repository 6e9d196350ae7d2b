"""Contracts made on one template: documents most of whose clauses are worded alike, and the clauses that are not.

Of the documents that have classes of clauses in common (:mod:`archive.comparing.alike`), the one with most partners is
the *model* of a group; the others in it share half of their clauses with it, or more. Then every clause is compared
with those of the model directly, numbers aside: what has none like it there is odd.

All of it is computed when it is asked for; :data:`MOST_CLAUSES` says up to where.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from archive.clauses import units
from archive.comparing.alike import NEAR, Documents, Unit, classified, likeness, units_of
from archive.description import Description
from archive.errors import QueryTooBroad
from archive.model import Clause
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


def find_templates(catalog: Catalog, ids: Iterable[str] | None = None) -> tuple[Template, ...]:
    """The templates of these documents, or of all: those of most documents first. Documents on none are left out.

    :raises QueryTooBroad: they have too many clauses.
    """
    wanted = [document.id for document in catalog.documents()] if ids is None else list(ids)
    found = catalog.clauses_of(wanted)
    count = sum(1 for clauses in found.values() for _ in units(clauses))
    if count > MOST_CLAUSES:
        raise QueryTooBroad(
            f"There are {count:,} clauses; at most {MOST_CLAUSES:,} are compared at once.",
            "Compare those of one vendor: dosije templates --vendor NAME",
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


def template_record(template: Template) -> dict[str, Any]:
    """A template in the JSON of ``dosije templates``."""
    return {
        "model": {"document": template.model.id, "title": template.model.title, "clauses": template.clauses},
        "documents": [
            {
                "document": member.description.id,
                "title": member.description.title,
                "clauses": member.clauses,
                "share": round(member.share, 4),
                "odd": [_odd_record(odd) for odd in member.odd],
                "missing": [_odd_record(odd) for odd in member.missing],
            }
            for member in template.members
        ],
    }


def _odd_record(odd: OddClause) -> dict[str, Any]:
    clause = odd.clause
    return {
        "eid": clause.eid,
        "label": clause.label,
        "heading": clause.heading,
        "topic": clause.topic,
        "nearest": odd.nearest and odd.nearest.eid,
        "likeness": round(odd.likeness, 4),
    }
