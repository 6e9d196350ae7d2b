"""Incremental update of the cached file of units, for changed documents and those whose units depend on them.

Units are built by the same rules as all units (:mod:`archive.findings.units`), from the documents that are connected to
a changed one by keys, transitively (:mod:`archive.procedures.dependence`). No other document is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeGuard

from archive.findings.definition import CountedUnit
from archive.findings.kept.answers import Answers
from archive.findings.kept.units import (
    documents_of,
    documents_without_facts,
    kept_paper,
    municipality_of,
    units_to_keep,
)
from archive.findings.units import (
    IN,
    QUANTITY,
    Counted,
    CountedDocument,
    by_municipality,
    disputed,
    is_given,
    may_tell_of_purchase,
    names_quantity,
    place_key,
    units_of,
    with_disputes,
)
from archive.procedures.chains import OfOthers
from archive.procedures.dependence import COUNTED, REQUEST, RULING, SUM, link_keys, similar_of
from archive.procedures.papers import Paper, paper_of
from archive.procedures.similarity import MOST_WITH_ONE_KEY, Key
from archive.search.near_duplicates import NearDuplicateLinker
from archive.store.catalog import Catalog
from archive.store.documents import Known
from archive.store.history import StateStamp
from archive.store.kept.units import KeptUnits, KeptUnitsLost, UnitsBefore
from archive.store.sql.database import batches, newest_state

MOST_READ = 20_000
"""Most documents that an update reads; with more, units are built from all documents."""

_FILLING = "filling"
"""Prefix of the stamp of an incomplete file."""

_CHAINED = (CountedUnit.PROCEDURES, CountedUnit.REQUESTS, CountedUnit.DOCUMENTS)
"""Units that depend on keys and copies; purchases and municipalities depend on them."""


Until = Callable[[], bool]
"""Polled by a long update: whether to stop."""


def never() -> bool:
    """Never stop."""
    return False


class CountedDocuments(Protocol):
    """The documents of one state, as findings count them."""

    def all(self) -> Iterable[tuple[str, int, str | None]]:
        """Return every document with its sequence number and municipality, grouped by it; a document may occur
        again."""

    def known(self, ids: Collection[str]) -> dict[str, CountedDocument]:
        """Return some of the documents."""

    def near_identical(self, ids: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """Return the copies of each of these that has any."""


class PresentDocuments:
    """The current documents."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def all(self) -> Iterable[tuple[str, int, str | None]]:
        """See :class:`CountedDocuments`."""
        return self._catalog.history.sequence_by_municipality()

    def known(self, ids: Collection[str]) -> dict[str, CountedDocument]:
        """See :class:`CountedDocuments`."""
        return {id_: counted(known) for id_, known in self._catalog.documents.known(ids).items()}

    def near_identical(self, ids: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """See :class:`CountedDocuments`."""
        return NearDuplicateLinker(self._catalog).near_identical(ids)


def counted(known: Known) -> CountedDocument:
    """Build a document as findings count it."""
    return CountedDocument(
        known.sequence, paper_of(known.description, known.facts), disputed(known.facts, known.decisions)
    )


def update_by_change(catalog: Catalog, file: KeptUnits, stamp: str) -> bool:
    """Update the file incrementally to the state of ``stamp``; returns whether that was possible.

    :raises archive.store.kept.units.KeptUnitsLost: the file does not exist, or another process updated it.
    """
    kept = file.stamp()
    if not _is_whole(kept):
        return False
    now = StateStamp.of(stamp)
    with newest_state():
        is_of_another = not _is_earlier(catalog, StateStamp.of(kept))
    if is_of_another:
        file.begin(_filling(now))
        return False
    most = catalog.limits.kept_portion
    due = catalog.history.changed_after(_since(StateStamp.of(kept), now), most + 1)
    return len(due) <= most and _follow(catalog, file, kept, due, now)


def keep(catalog: Catalog, file: KeptUnits, until: Until | None) -> bool:
    """Update the file to the current documents in batches: incrementally, or from all documents if there is no file or
    most changed. Returns whether it is up to date. An update that was killed, or stopped by ``until``, is resumed.
    While another process updates the file, wait for it, unless ``until`` is given.

    :raises archive.store.kept.units.KeptUnitsLost: another process wrote the file meanwhile, or it cannot be written.
    """
    until, is_waiting = until or never, until is None
    with file.alone(is_waiting=is_waiting):
        passed = _Passed()
        while not until():
            with newest_state():
                stamp, kept = catalog.history.stamp(), file.stamp()
                if kept == stamp:
                    return True
                now = StateStamp.of(stamp)
                is_followed = (
                    _is_whole(kept)
                    and not _is_due_anew(catalog, StateStamp.of(kept), now)
                    and passed.go_on(catalog, file, kept, now)
                )
                if not is_followed and not _fill(catalog, file, now, until):
                    return False
    return False


def progress(catalog: Catalog, file: KeptUnits) -> tuple[int, int]:
    """Return the number of documents that the file is up to date with, and the total."""
    kept, total = file.stamp(), catalog.documents.count()
    if kept is None:
        return 0, total
    if not _is_whole(kept):
        return min(file.count(), total), total
    before, now = StateStamp.of(kept), StateStamp.of(catalog.history.stamp())
    return total - min(catalog.history.count_changes((_since(before, now), _END)), total), total


_END = "~"
"""Sorts after the id of every document."""


def _since(before: StateStamp, now: StateStamp) -> int:
    """Return the last change that the file takes into account, with all links of that document."""
    return before.sequence if before.links == now.links else min(before.sequence, before.linked)


def _filling(now: StateStamp) -> str:
    return f"{_FILLING} {now.linked} {now.links}"


def _is_whole(kept: str | None) -> TypeGuard[str]:
    return kept is not None and not kept.startswith(_FILLING)


def _is_earlier(catalog: Catalog, before: StateStamp) -> bool:
    """Return whether this catalog has been in a state, and was not replaced by an older copy since."""
    return catalog.history.has_been_at(before.sequence, before.event, before.hash)


def is_of_newer_state(catalog: Catalog, file: KeptUnits, stamp: str) -> bool:
    """Return whether the file is of a newer state because this thread reads an older snapshot."""
    kept = file.stamp()
    if not _is_whole(kept) or StateStamp.of(kept).sequence <= StateStamp.of(stamp).sequence:
        return False
    with newest_state():
        return StateStamp.of(catalog.history.stamp()).sequence >= StateStamp.of(kept).sequence


def _is_due_anew(catalog: Catalog, before: StateStamp, now: StateStamp) -> bool:
    """Return whether rebuilding the file is faster than updating it, or the catalog was replaced by an older copy."""
    if not _is_earlier(catalog, before):
        return True
    due = catalog.history.count_changes((_since(before, now), _END))
    return due > max(catalog.limits.kept_portion, now.documents // catalog.limits.anew_share)


def _fill(catalog: Catalog, file: KeptUnits, now: StateStamp, until: Until) -> bool:
    """Build the file from all documents (:func:`fill`); returns whether it was completed. Documents and links that
    change meanwhile are left for the next update."""
    filling = file.stamp()
    if filling is None or _is_whole(filling) or int(filling.split(" ")[1]) > now.linked:
        filling = _filling(now)
        file.begin(filling)
    if not fill(PresentDocuments(catalog), file, catalog.limits.kept_portion, until):
        return False
    _, linked, links = filling.split(" ", 2)
    file.finish(filling, lambda documents: str(replace(now, documents=documents, linked=int(linked), links=links)))
    return True


def fill(documents: CountedDocuments, file: KeptUnits, portion: int, until: Until = never) -> bool:
    """Add all documents that a file lacks, in batches, each together with those that it has by then; returns whether it
    was completed.

    Documents are grouped by municipality, because a change rebuilds the units of a municipality.
    """
    filling = file.stamp() or ""
    for some in _portions(documents.all(), portion):
        if until():
            return False
        kept = {id_: sequence for id_, sequence, _ in file.papers_of(some, filling)}
        changed = documents.known([id_ for id_, sequence in some.items() if kept.get(id_) != sequence])
        if changed and not _take(documents, file, filling, changed, filling):
            return False
    return True


def _portions(every: Iterable[tuple[str, int, str | None]], size: int) -> Iterator[dict[str, int]]:
    """Yield documents with their sequence numbers, ``size`` or more to the end of a municipality, unless it is large:
    for each portion all of its documents are read again."""
    some, last = dict[str, int](), None
    for id_, sequence, place in every:
        if len(some) >= size and (place is None or place != last or len(some) >= _MOST_OF_PLACE * size):
            yield some
            some = {}
        some[id_], last = sequence, place
    if some:
        yield some


_MOST_OF_PLACE = 8


def go_back(
    documents: CountedDocuments, file: KeptUnits, changed: Collection[str], gone: Collection[str], portion: int
) -> bool:
    """Have a file tell of an earlier state, in batches, whose documents are these where they are ``changed``, and has
    none that are ``gone``; returns whether the dependent ones were few enough.

    :raises archive.store.kept.units.KeptUnitsLost: it cannot be written.
    """
    stamp = file.stamp() or ""
    places = file.places_of((*changed, *gone), stamp)
    for some in batches(sorted({*changed, *gone}, key=lambda id_: (places.get(id_, ""), id_)), portion):
        lost = [id_ for id_ in some if id_ in gone]
        if not _take(documents, file, stamp, documents.known([id_ for id_ in some if id_ not in gone]), stamp, lost):
            return False
    return True


class _Passed:
    """Progress of an update in batches. Until its end, the stamp of the file has the last change up to which every
    document is taken into account, with the links of before."""

    def __init__(self) -> None:
        self._place, self._links = (0, ""), ""

    def go_on(self, catalog: Catalog, file: KeptUnits, kept: str, now: StateStamp) -> bool:
        """Process a batch; returns whether that was possible."""
        before, links = StateStamp.of(kept), f"{now.linked} {now.links}"
        if links != self._links:
            # Processed documents may have other links by now.
            self._place, self._links = (_since(before, now), _END), links
        due = catalog.history.changes(self._place, catalog.limits.kept_portion)
        ids = [id_ for _, id_ in due]
        if len(due) < catalog.limits.kept_portion:
            return _follow(catalog, file, kept, ids, now)
        self._place = due[-1]
        sequence = max(before.sequence, due[-1][0] - 1)
        partly = replace(before, sequence=sequence, event=now.event, hash=now.hash)
        return _follow(catalog, file, kept, ids, partly, is_part=True)


def _follow(
    catalog: Catalog,
    file: KeptUnits,
    kept: str,
    due: Sequence[str],
    there: StateStamp,
    *,
    is_part: bool = False,
) -> bool:
    """Process these documents and set the stamp ``there``; returns whether that was possible: not if documents of the
    file are no longer visible, or too many depend on the changed ones."""
    before = StateStamp.of(kept)
    if before.sequence > there.sequence:
        # The catalog was replaced by an older copy.
        return False
    present = PresentDocuments(catalog)
    changed = present.known(due)
    documents = before.documents + len(changed.keys() - file.places_of(changed, kept).keys())
    if not is_part and documents != there.documents:
        return False
    return _take(present, file, kept, changed, str(replace(there, documents=documents)))


def _take(
    state: CountedDocuments,
    file: KeptUnits,
    kept: str,
    changed: Mapping[str, CountedDocument],
    stamp: str,
    gone: Collection[str] = (),
) -> bool:
    """Process documents, and those that are ``gone``; returns whether the dependent ones are few enough.

    :raises archive.store.kept.units.KeptUnitsLost: another process wrote the file meanwhile, or it cannot be written.
    """
    with file.held():
        reach = _Reach(state, file, kept, changed, frozenset(gone))
        if not reach.read_all():
            return False
        update = _Update(file, kept, reach)
    if not update.write(stamp):
        raise KeptUnitsLost
    return True


@dataclass(slots=True)
class _Reach:
    """The changed documents, and all that depend on them, or on those that are ``gone``, or that they depend on.
    ``copies`` are those of each, ``pairs`` requests and their answers among them."""

    state: CountedDocuments
    file: KeptUnits
    stamp: str
    changed: Mapping[str, CountedDocument]
    gone: frozenset[str] = frozenset()
    documents: dict[str, CountedDocument] = field(default_factory=dict)
    copies: dict[str, tuple[str, ...]] = field(default_factory=dict)
    common: set[Key] = field(default_factory=set)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    _asked: set[str] = field(default_factory=set)
    _added: Counter[str] = field(default_factory=Counter)

    def read_all(self) -> bool:
        """Read the documents; returns whether they are few enough."""
        self.documents.update(self.changed)
        old = [key for _, key in self.file.keys_of((*self.changed, *self.gone), self.stamp)]
        new = [key for one in self.changed.values() for key in link_keys(one.paper)]
        self._added = Counter(key for key in new if key[0] == COUNTED)
        self._added.subtract(key for key in old if key[0] == COUNTED)
        # An amount that was too common to be a key may be significant now, or vice versa.
        flipped = [f"{SUM}{key[1:]}" for key in self._added if self._is_common(key) != self._was_common(key)]
        keys, reached = {*old, *flipped, *(f"{RULING}{id_}" for id_ in self.gone)}, set(self.changed)
        others = self.file.copies_of(self.gone, self.stamp)
        answers = Answers(self.file, self.stamp, {id_: one.paper for id_, one in self.changed.items()}, self.gone)
        others |= answers.moved()
        while reached or keys:
            linked = self._linked(reached)
            self.copies.update(linked)
            keys |= {key for id_ in reached for key in link_keys(self.documents[id_].paper)}
            pairs = answers.of([self.documents[id_].paper for id_ in reached])
            self.pairs |= pairs
            found = others.union(*linked.values(), *pairs)
            found |= self.file.copies_of(reached, self.stamp) | self._with(keys)
            found |= {key[1:] for key in keys if key[0] == RULING}
            found |= self._with({f"{RULING}{id_}" for id_ in reached})
            keys, wanted = set(), found - self.documents.keys() - self.gone
            if len(self.documents) + len(wanted) > MOST_READ:
                return False
            read = documents_of(self.file, self.stamp, wanted)
            self.documents.update(read)
            reached = set(read)
        return True

    def _linked(self, documents: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Return the copies of documents, stored or new."""
        linked = self.state.near_identical(documents)
        others = {other for same in linked.values() for other in same}
        others -= self.documents.keys() | self.gone
        here = self.documents.keys() | self.file.places_of(others, self.stamp).keys()
        return {id_: tuple(one for one in same if one in here) for id_, same in linked.items()}

    def _with(self, keys: Collection[str]) -> set[str]:
        """Return the documents with one of these keys; keys that are too common are ignored."""
        wanted = set()
        for key in set(keys) - self._asked:
            self._asked.add(key)
            if key[0] == SUM:
                counting = f"{COUNTED}{key[1:]}"
                is_common, was_common = self._is_common(counting), self._was_common(counting)
                if is_common:
                    self.common.add(similar_of(key))
                if is_common and was_common:
                    continue
            if key[0] not in (COUNTED, REQUEST):
                wanted.add(key)
        return {id_ for _, id_ in self.file.papers_with(wanted, self.stamp)}

    def _was_common(self, key: str) -> bool:
        return self.file.count_with(key, self.stamp) > MOST_WITH_ONE_KEY

    def _is_common(self, key: str) -> bool:
        return self.file.count_with(key, self.stamp) + self._added[key] > MOST_WITH_ONE_KEY


class _Update:
    """The new units, and those that they replace."""

    def __init__(self, file: KeptUnits, stamp: str, reach: _Reach) -> None:
        self._file, self._stamp, self._reach = file, stamp, reach
        self._disputed = {id_: one.disputed for id_, one in reach.documents.items() if one.disputed}
        papers = [reach.documents[id_].paper for id_ in sorted(reach.documents)]
        of_others = OfOthers(reach.common, reach.pairs)
        self._units: dict[CountedUnit, list[Counted]] = {
            counts: list(units_of(papers, reach.copies, counts, self._disputed, of_others=of_others))
            for counts in _CHAINED
        }
        before = (*reach.documents, *reach.gone)
        old = {counts: file.units_of(counts, before, stamp) for counts in _CHAINED}
        self._gone = {counts: {one.id for one in old.get(counts, ())} for counts in CountedUnit}
        self._was_counted = {one.document for one in old[CountedUnit.DOCUMENTS]}
        self._is_counted = _papers_of(self._units[CountedUnit.DOCUMENTS])
        self._members = _papers_of(self._units[CountedUnit.PROCEDURES])
        moved = self._members ^ {one.document for one in old[CountedUnit.PROCEDURES]}
        touched = {*reach.changed, *reach.gone, *(self._was_counted ^ self._is_counted), *moved}
        self._places = {place_key(reach.documents[id_].paper.known) for id_ in touched - reach.gone}
        self._places |= set(file.places_of(touched, stamp).values())
        self._towns = {one.municipality for one in old[CountedUnit.PROCEDURES]}
        self._towns |= {one.municipality for one in self._units[CountedUnit.PROCEDURES]}
        self._units[CountedUnit.PURCHASES] = list(self._purchases())

    def write(self, stamp: str) -> bool:
        """Write the units; returns whether that was possible."""
        changed = [kept_paper(id_, one) for id_, one in self._reach.changed.items()]
        units = {str(counts): list(units_to_keep(counts, every)) for counts, every in self._units.items()}
        ids = {
            counts: {*self._gone[CountedUnit(counts)], *(one.id for one in every)} for counts, every in units.items()
        }
        documents, gone = self._reach.documents, self._reach.gone
        before = UnitsBefore(self._stamp, ids, (*documents, *gone), sorted(self._places))
        return self._file.write(stamp, changed, units, self._reach.copies, municipality_of, before, gone)

    def _papers_in(self, place: str, field: str) -> list[Paper]:
        """Return the documents of a place without copies, or those of them with a fact of a field, in the order of
        time."""
        documents = self._reach.documents
        counted = set(self._file.documents_within(place, self._stamp, field))
        wanted = counted - self._reach.gone - documents.keys()
        found = documents_without_facts(self._file, self._stamp, wanted)
        here = [documents[id_] for id_ in self._is_counted if place_key(documents[id_].paper.known) == place]
        found |= {one.paper.id: one for one in here if not field or one.paper.facts_of(field)}
        self._disputed |= {id_: one.disputed for id_, one in found.items() if one.disputed}
        return sorted((one.paper for one in found.values()), key=lambda paper: paper.place_in_time)

    def _purchases(self) -> Iterator[Counted]:
        """Yield procedures with a contract, and for municipalities where none names a quantity, what other documents
        state."""
        procedures, purchases = CountedUnit.PROCEDURES, CountedUnit.PURCHASES
        given = [unit for unit in self._units[procedures] if is_given(unit)]
        yield from given
        self._gone[purchases] |= self._gone[procedures]
        towns = {place.removeprefix(IN) for place in self._places if place.startswith(IN)} | self._towns - {None}
        for town in sorted(filter(None, towns)):
            before, chains = (set(self._file.ids_in(one, town, self._stamp)) for one in (purchases, procedures))
            self._gone[purchases] |= before - chains
            of_town = [unit for unit in given if unit.municipality == town]
            if not self._is_named(town, of_town):
                field = QUANTITY if of_town or before & chains - self._gone[procedures] else ""
                telling = [paper for paper in self._papers_in(f"{IN}{town}", field) if may_tell_of_purchase(paper)]
                elsewhere = {one.id for one in telling} - self._reach.documents.keys()
                led = self._file.units_of(procedures, elsewhere, self._stamp)
                members = {*self._members, *(one.document for one in led)}
                made = by_municipality(paper for paper in telling if paper.id not in members)
                yield from with_disputes(made, self._disputed)

    def _is_named(self, town: str, given: Sequence[Counted]) -> bool:
        """Return whether a procedure with a contract in a municipality names a quantity: a new or a stored one."""
        if any(names_quantity(unit.papers) for unit in given):
            return True
        gone, kinds = self._gone[CountedUnit.PROCEDURES], (CountedUnit.PROCEDURES, CountedUnit.PURCHASES)
        stored = self._file.with_fact(kinds, town, QUANTITY, len(gone) + 1, self._stamp)
        return not gone.issuperset(stored)


def _papers_of(units: Iterable[Counted]) -> set[str]:
    return {paper.id for unit in units for paper in unit.papers}
