"""Templates: contracts with mostly similar clauses, and the clauses that deviate from them.

Clauses are sketched by MinHash (:mod:`archive.search.minhash`), and those that share most of their wording form a
class. On the project's corpus, clauses of different documents share either under 0.25 of their wording (789 of 1,297)
or over 0.55 (485); the 23 between are boilerplate in other words. :data:`NEAR` stands at the upper end of that gap.

Of the documents that have classes of clauses in common, the one with most partners is the *model* of a group; the
others in it share half of their clauses with it, or more. Then every clause is compared with those of the model
directly, ignoring numbers: one without a similar clause there is odd. Numbers that differ in similar clauses are listed
separately (:mod:`.filled_numbers`).

Templates are computed on demand, within the limits of the catalog, and cached (across processes by
:mod:`.kept_templates`) until words or clauses in the archive change.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Annotated
from weakref import WeakKeyDictionary

from archive.body import body_in
from archive.comparing.clauses import LABEL_WITHIN, NamedClauseAnswer
from archive.comparing.filled_numbers import (
    NumberedText,
    NumberPlace,
    NumberPlaceAnswer,
    number_places,
    numbered,
    numberless,
)
from archive.comparing.kept_templates import (
    OddClause,
    Template,
    TemplateContract,
    keep_templates,
    read_templates,
)
from archive.errors import QueryTooBroad
from archive.model import Clause, Description, Reading, Words
from archive.model.clauses import units
from archive.search.minhash import Sketch, shared_wording, sketch
from archive.serialization import Id, JsonAnswer, Share, attr, rounded
from archive.store.catalog import Catalog
from archive.text.alignment import places_of
from archive.text.running_lines import RunningLines

NEAR = 0.6
"""Least share of common wording of two similar clauses."""

_BAND_BYTES = 4 * 3
"""Bytes of a band of three hashes: two clauses that share 0.6 of their wording have one of 42 bands in common, except
for one in 27,000."""


Wording = frozenset[tuple[str, str]]
"""Pairs of neighbouring words."""


@dataclass(frozen=True, slots=True)
class ComparableClause:
    """A clause prepared for comparison: its pairs of neighbouring words with a placeholder for numbers, its sketch
    (None without words), its words with their numbers, and the number of its class (-1: not classified)."""

    clause: Clause
    pairs: Wording
    sketch: Sketch | None
    text: NumberedText
    kind: int = -1


Documents = Mapping[str, Sequence[ComparableClause]]
"""The clauses of documents, by document id."""


def units_of(clauses: Sequence[Clause], reading: Reading, pages: Sequence[Words]) -> Iterator[ComparableClause]:
    """Yield the units of a document (:func:`archive.model.clauses.units`), prepared for comparison; ``pages`` are its
    words."""
    words = dict(enumerate(pages, start=1))
    running = RunningLines.of(words)
    for clause in units(clauses):
        found = body_in(reading, clause.span, words, running)
        parts = [part.cut() for part in found]
        listed = [each for part in found for each in zip(part.numbers, part.texts, strict=True)]
        label = next(places_of(clause.label, [text for _, text in listed[:LABEL_WITHIN]]), None)
        yield ComparableClause(
            clause, word_pairs(text for part in parts for text in part.texts), sketch(parts), numbered(listed, label)
        )


def word_pairs(texts: Iterable[str]) -> Wording:
    """Return the pairs of neighbouring words, with a placeholder for all numbers."""
    worded = list(filter(None, map(numberless, texts)))
    return frozenset(zip(["", *worded], worded, strict=False))


def classified(documents: Documents) -> dict[str, list[ComparableClause]]:
    """Return the clauses with the numbers of their classes."""
    classes = _Classes()
    return {id_: [replace(unit, kind=classes.number_of(unit)) for unit in listed] for id_, listed in documents.items()}


class _Classes:
    """Classes of clauses. A clause belongs to the class of the first similar one.

    Clauses that are too short for MinHash are similar if they differ by numbers only.
    """

    def __init__(self) -> None:
        self._leaders: list[Sketch | None] = []
        self._by_wording: dict[Wording, int] = {}
        self._by_band: dict[tuple[int, bytes], list[int]] = defaultdict(list)

    def number_of(self, unit: ComparableClause) -> int:
        """Return the number of a clause's class, a new one if there is no similar clause before it."""
        if unit.pairs not in self._by_wording:
            bands = _bands(unit.sketch) if unit.sketch else []
            number = self._similar(unit.sketch, bands)
            if number is None:
                number = len(self._leaders)
                self._leaders.append(unit.sketch)
                for band in bands:
                    self._by_band[band].append(number)
            self._by_wording[unit.pairs] = number
        return self._by_wording[unit.pairs]

    def _similar(self, made: Sketch | None, bands: Sequence[tuple[int, bytes]]) -> int | None:
        """Return the class whose first clause has most common wording, if that is enough."""
        candidates = {
            number: leader
            for number in sorted({number for band in bands for number in self._by_band[band]})
            if (leader := self._leaders[number])
        }
        if made is None or not candidates:
            return None
        share, number = max(zip(shared_wording(made, list(candidates.values())), candidates, strict=True))
        return number if share >= NEAR else None


def _bands(made: Sketch) -> list[tuple[int, bytes]]:
    whole = range(0, len(made.wording) - _BAND_BYTES + 1, _BAND_BYTES)
    return [(start, made.wording[start : start + _BAND_BYTES]) for start in whole]


def shared_pairs(some: Wording, others: Wording) -> float:
    """Return the Jaccard similarity of the wording of both, 0..1."""
    common = len(some & others)
    together = len(some) + len(others) - common
    return common / together if together else 0.0


SAME_TEMPLATE = 0.5
"""Least share of similar clauses of two documents made on one template: more than half cannot be by chance or by law,
and with half of the clauses changed a contract is another one."""

LEAST_SHARED = 3
"""Fewest similar clauses of two documents on one template. Fewer are the final provisions that everybody copies."""


class _Kept:
    """Cache of the latest templates of one catalog, by the set of documents; None means all. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: OrderedDict[frozenset[str] | None, tuple[Template, ...]] = OrderedDict()
        self._as_of = 0

    def templates(self, catalog: Catalog, ids: frozenset[str] | None) -> tuple[Template, ...]:
        with self._lock:
            newest = catalog.events.newest_read()
            if newest != self._as_of:
                self._found.clear()
                self._as_of = newest
            if ids not in self._found:
                kept = read_templates(catalog, ids, newest)
                if kept is None:
                    kept = _computed(catalog, ids)
                    keep_templates(catalog, ids, newest, kept)
                self._found[ids] = kept
                while len(self._found) > _RESULTS_KEPT:
                    self._found.popitem(last=False)
            self._found.move_to_end(ids)
            return self._found[ids]


_RESULTS_KEPT = 8
"""Most sets of documents whose templates are cached; each has at most as many clauses as the catalog allows."""

_KEPT: WeakKeyDictionary[Catalog, _Kept] = WeakKeyDictionary()
_KEPT_LOCK = Lock()


def find_templates(catalog: Catalog, ids: Iterable[str] | None = None) -> tuple[Template, ...]:
    """Return the templates of these documents, or of all, the largest first. Documents on no template are omitted.

    :raises QueryTooBroad: they have too many clauses.
    """
    with _KEPT_LOCK:
        kept = _KEPT.setdefault(catalog, _Kept())
    found = kept.templates(catalog, None if ids is None else frozenset(ids))
    # Descriptions change more often than words and clauses.
    described = catalog.documents.descriptions({id_ for template in found for id_ in _documents_of(template)})
    return tuple(_described(template, described) for template in found)


def _documents_of(template: Template) -> list[str]:
    return [template.model.id, *(member.description.id for member in template.members)]


def _described(template: Template, described: Mapping[str, Description]) -> Template:
    members = tuple(replace(member, description=described[member.description.id]) for member in template.members)
    return replace(template, model=described[template.model.id], members=members)


def comparable(catalog: Catalog, ids: Iterable[str] | None) -> set[str]:
    """Return which of these documents, or of all, have comparable clauses.

    :raises QueryTooBroad: they have too many clauses.
    """
    most = catalog.limits.template_clauses
    wanted = catalog.clauses.documents_of_units(ids, most)
    if wanted is None:
        raise QueryTooBroad(
            "There are more clauses than the %(most)s that are compared at once.",
            "Compare those of one vendor: dosije templates --vendor NAME",
            most=f"{most:,}",
        )
    return wanted


def _computed(catalog: Catalog, ids: frozenset[str] | None) -> tuple[Template, ...]:
    found = catalog.clauses.by_document(sorted(comparable(catalog, ids)))
    readings = catalog.readings.newest(found)
    documents = {
        id_: list(units_of(clauses, readings[id_], list(catalog.readings.all_words(id_, readings[id_].number))))
        for id_, clauses in sorted(found.items())
    }
    return _grouped(classified(documents), catalog.documents.descriptions(found))


def _grouped(documents: Documents, described: dict[str, Description]) -> tuple[Template, ...]:
    partners = _partners(documents)
    groups: list[Template] = []
    left = set(documents)
    # A partner of one model may be the model of the remaining documents.
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
            numbers = tuple(_numbers(model, documents, [member.description.id for member in members]))
            groups.append(Template(described[model], len(documents[model]), tuple(members), numbers))
    return tuple(sorted(groups, key=lambda group: (-len(group.members), group.model.id)))


def _partners(documents: Documents) -> dict[str, set[str]]:
    """Return the documents that have about half of their classes in common with each."""
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
            # Similar short clauses are found only by the following comparison, so the threshold here is lower.
            if count >= LEAST_SHARED and 2 * count / (len(of_document) + len(kinds[other])) >= SAME_TEMPLATE / 2
        }
        if found:
            partners[id_] = found
    return partners


def _member(
    described: Description, listed: Sequence[ComparableClause], model: Sequence[ComparableClause]
) -> TemplateContract | None:
    """Compare a document with its model; None if too few of its clauses are similar."""
    odd, missing = tuple(_odd(listed, model)), tuple(_odd(model, listed))
    alike = len(listed) - len(odd)
    share = (alike + len(model) - len(missing)) / (len(listed) + len(model))
    if alike < LEAST_SHARED or share < SAME_TEMPLATE:
        return None
    return TemplateContract(described, len(listed), share, odd, missing)


def _odd(listed: Sequence[ComparableClause], others: Sequence[ComparableClause]) -> Iterator[OddClause]:
    """Yield the clauses without a similar one among the others, the least similar first."""
    kinds = {unit.kind for unit in others}
    found = []
    for unit in listed:
        if unit.kind in kinds:
            continue
        share, nearest = max(((shared_pairs(unit.pairs, one.pairs), one) for one in others), key=lambda pair: pair[0])
        if share < NEAR:
            found.append(OddClause(unit.clause, nearest.clause if share else None, share))
    yield from sorted(found, key=lambda one: (one.similarity, one.clause.span.first))


def _numbers(model: str, documents: Documents, members: Sequence[str]) -> Iterator[NumberPlace]:
    """Yield the places of the model's clauses where similar clauses have other numbers."""
    for unit in documents[model]:
        if unit.text.runs:
            alike = {id_: other for id_ in members if (other := _alike(unit, documents[id_]))}
            yield from number_places(
                model, unit.clause, unit.text, {id_: (other.clause, other.text) for id_, other in alike.items()}
            )


def _alike(unit: ComparableClause, others: Sequence[ComparableClause]) -> ComparableClause | None:
    """Return the most similar clause; None if none is similar enough."""
    near = [other for other in others if other.kind == unit.kind] or others
    share, at = max((shared_pairs(unit.pairs, other.pairs), -at) for at, other in enumerate(near))
    return near[-at] if share >= NEAR or near is not others else None


class _OddAnswer(NamedClauseAnswer):
    """A clause that has none like it."""

    nearest: str | None = attr("nearest.eid")
    likeness: Annotated[Share, rounded(4)] = attr("similarity")


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
    numbers: tuple[NumberPlaceAnswer, ...]
