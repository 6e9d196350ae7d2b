"""The documents as findings count them: as they are now, or as they were after an earlier event or day.

What is known of a document changes only with its sequence number, so that of now is brought up to date by asking the
catalog for the documents that have another one, whoever wrote them. Its units are kept in a file, too (:mod:`.units`);
those after an earlier event are in files of their own (:mod:`.past`). Each catalog object has states of its own: one
from which collections are hidden (:meth:`archive.store.catalog.Catalog.hiding`) knows fewer.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from threading import Lock
from time import monotonic
from weakref import WeakKeyDictionary

from archive.findings.definition import CountedUnit
from archive.findings.kept.background import Background, behind
from archive.findings.kept.by_change import (
    PresentDocuments,
    Until,
    counted,
    is_of_newer_state,
    keep,
    progress,
    update_by_change,
)
from archive.findings.kept.past import PastUnits
from archive.findings.kept.units import (
    LightUnits,
    UnitChoice,
    changed,
    chosen_units,
    keep_whole,
    kept_units,
    read_documents,
    subjects_of,
)
from archive.findings.units import Counted, CountedDocument, State
from archive.search.near_duplicates import near_identical
from archive.store.catalog import Catalog
from archive.store.events import LastEvent
from archive.store.history import StateStamp
from archive.store.kept.units import KeptUnits, KeptUnitsLost
from archive.store.near_duplicates import MISREAD_NUMBERS

_STATES_KEPT = 2
"""Earlier states that one catalog keeps: as many as a comparison takes."""

_SECONDS_UNWRITTEN = 60.0
"""Seconds after writing the file in which a process that has all in memory does not write it again: whoever opens the
archive meanwhile brings it up to date in memory, from the file and the few documents that changed."""


def keep_units(catalog: Catalog, until: Until | None = None) -> bool:
    """Bring the file of units up to date with all that changed, some documents at a time; returns whether it is
    (:func:`archive.findings.kept.by_change.keep`)."""
    file = kept_units(catalog)
    while file is not None:
        before = file.state()
        try:
            if keep(catalog, file, until):
                return True
            # Where too many papers hang together, they are read at once, and let go again.
            return until is None and _Kept(file).keep_whole(catalog)
        except KeptUnitsLost:
            # Where somebody else wrote the file meanwhile, it is gone on with that; else nothing can be written.
            if until is not None or file.state() == before:
                return False
    return False


class _Kept:
    """What is cached for one catalog. Several threads may ask."""

    def __init__(self, file: KeptUnits | None) -> None:
        self._lock = Lock()
        self._file = file
        self._documents: dict[str, CountedDocument] = {}
        self._now: State | None = None
        self._stamp = ""
        self._written = -_SECONDS_UNWRITTEN
        self._light: LightUnits | None = None
        self._then: dict[tuple[int, str, frozenset[str]], PastUnits] = {}
        self._among: tuple[tuple[str, frozenset[str]], State] | None = None
        self.aside = Background()

    def units(self, catalog: Catalog, counts: CountedUnit, fields: Collection[str]) -> list[Counted]:
        """Return every unit as of now; their papers have the facts of these fields, and may have others."""
        with self._lock, _uncollected(is_first=self._light is None and self._now is None):
            stamp = catalog.history.stamp()
            if self._now is None or self._stamp != stamp:
                with suppress(KeptUnitsLost):
                    self._update_file(catalog, stamp)
                    return self._light_of(stamp).units(counts, fields)
                self._light = None
                self._refresh(catalog)
            assert self._now is not None
            return self._now.units(counts)

    def file(self, catalog: Catalog) -> tuple[KeptUnits, str] | None:
        """Return the file of the state of now, and the stamp of it; None where it cannot be brought up to date."""
        with self._lock:
            if self._file is None:
                return None
            stamp = catalog.history.stamp()
            if self._update_file(catalog, stamp):
                return self._file, stamp
            with _uncollected(is_first=self._now is None):
                self._refresh(catalog)
            return (self._file, stamp) if self._file.stamp() == stamp else None

    def is_current(self, catalog: Catalog) -> bool:
        """Return whether the file is of the state of now."""
        return self._file is not None and self._file.stamp() == catalog.history.stamp()

    def _update_file(self, catalog: Catalog, stamp: str) -> bool:
        """Bring the file up to date by what changed, if anything did; returns whether it is."""
        if self._file is None or self._file.stamp() == stamp:
            return self._file is not None
        with suppress(KeptUnitsLost):
            if update_by_change(catalog, self._file, stamp):
                return self._file.stamp() == stamp
            if StateStamp.of(stamp).documents > catalog.limits.units_in_memory:
                if is_of_newer_state(catalog, self._file, stamp):
                    raise changed()
                if not catalog.limits.is_awaiting_units:
                    found = behind(*progress(catalog, self._file))
                    self.aside.begin("units", partial(keep_units, catalog))
                    raise found
                keep_units(catalog)
        # Others may have done it meanwhile.
        return self._file.stamp() == stamp

    def chosen(
        self, catalog: Catalog, kinds: Collection[CountedUnit], choice: UnitChoice
    ) -> dict[CountedUnit, list[Counted]]:
        """Return some of the units as of now, read by their keys where the file has them."""
        with self._lock:
            stamp = catalog.history.stamp()
            if self._now is None or self._stamp != stamp:
                with suppress(KeptUnitsLost):
                    if self._file is None:
                        raise KeptUnitsLost
                    self._update_file(catalog, stamp)
                    return chosen_units(self._file, stamp, kinds, choice)
                with _uncollected(is_first=self._now is None):
                    self._refresh(catalog)
            assert self._now is not None
            return {counts: [one for one in self._now.units(counts) if choice.has(one)] for counts in kinds}

    def now(self, catalog: Catalog) -> State:
        with self._lock, _uncollected(is_first=self._now is None):
            return self._refresh(catalog)

    def keep_whole(self, catalog: Catalog) -> bool:
        """Write the file of all documents as of now; returns whether it could be written."""
        self._refresh(catalog)
        return self._file is not None and self._file.stamp() == self._stamp

    def _light_of(self, stamp: str) -> LightUnits:
        if self._file is None or self._file.stamp() != stamp:
            raise KeptUnitsLost
        if self._light is None or self._light.stamp != stamp:
            self._light = LightUnits(self._file, stamp)
        return self._light

    def _refresh(self, catalog: Catalog) -> State:
        # The stamp is read first: what is kept may be newer than it says, and never older.
        stamp = catalog.history.stamp()
        if self._now is None and self._file is not None:
            with suppress(KeptUnitsLost):
                self._documents = read_documents(self._file)
        sequence = {id_: one.sequence for id_, one in self._documents.items()}
        present = catalog.history.present(sequence, 1 - MISREAD_NUMBERS)
        copies = near_identical(present.links)
        for id_ in self._documents.keys() - present.sequence.keys():
            del self._documents[id_]
        for id_, known in present.changed.items():
            self._documents[id_] = counted(known)
        if self._now is None or present.changed or copies != self._now.copies:
            self._now = State.of(present.event, self._documents, copies)
        elif self._now.event != present.event:
            self._now = self._now.at(present.event)
        if self._file is not None and monotonic() - self._written > _SECONDS_UNWRITTEN and self._file.stamp() != stamp:
            keep_whole(
                self._file,
                stamp,
                self._documents,
                {counts: self._now.units(counts) for counts in CountedUnit},
                self._now.copies,
            )
            self._written = monotonic()
        self._stamp = stamp
        return self._now

    def among(self, catalog: Catalog, documents: frozenset[str]) -> State:
        """Return the state of now as if there were these documents alone. The last one is kept: a page has many
        findings."""
        with self._lock:
            asked = catalog.history.stamp(), documents
            if self._among is None or self._among[0] != asked:
                self._among = asked, _among(catalog, documents)
            return self._among[1]

    def then(self, catalog: Catalog, event: LastEvent) -> PastUnits:
        with self._lock:
            until = catalog.history.known_until(event.number)
            # What a firm was called then is told with regard to who may know it now.
            key = until, event.hash, frozenset(one.name for one in catalog.collections.sharings() if one.is_private)
            if key not in self._then:
                while len(self._then) >= _STATES_KEPT:
                    del self._then[next(iter(self._then))]
                self._then[key] = PastUnits(catalog, *key)
            past = self._then[key]
        if past.stamp is None:
            kept, total = self.file(catalog), catalog.documents.count()
            make = partial(past.make, kept[0] if kept else None)
            if total > catalog.limits.units_in_memory and not catalog.limits.is_awaiting_units:
                with suppress(KeptUnitsLost):
                    self.aside.begin(f"units after {past.name}", make)
                    raise behind(past.done, total)
            make()
        return past


@contextmanager
def _uncollected(*, is_first: bool) -> Iterator[None]:
    """Have Python's collector of garbage rest while a million objects are made that stay, as it would walk over them
    again and again; after the first time, it need never look at them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_first:
            gc.freeze()
        if was_enabled:
            gc.enable()


_KEPT: WeakKeyDictionary[Catalog, _Kept] = WeakKeyDictionary()
_KEPT_LOCK = Lock()


def state(catalog: Catalog) -> State:
    """Return the archive now, all of it in memory."""
    return _kept(catalog).now(catalog)


def past_units_of(catalog: Catalog, event: int) -> PastUnits:
    """Return the units after an earlier event.

    :raises archive.errors.UsageError: there is no such event.
    :raises archive.errors.FindingsBehind: they are being made.
    """
    return _kept(catalog).then(catalog, catalog.events.at(event))


def state_of(catalog: Catalog, documents: Collection[str], event: int | None = None) -> State:
    """Return the archive now, or after an earlier event, as if it held these documents alone; no other is read.

    :raises archive.errors.UsageError: there is no such event.
    """
    if event is not None:
        past = past_units_of(catalog, event)
        return State.of(catalog.events.at(event), past.of(documents), past.copies(documents))
    return _kept(catalog).among(catalog, frozenset(documents)).at(catalog.events.last())


def units_now(catalog: Catalog, counts: CountedUnit, fields: Collection[str]) -> list[Counted]:
    """Return every unit as of now, with no more of the archive in memory than these fields need, if nothing has changed
    since somebody asked before."""
    return _kept(catalog).units(catalog, counts, fields)


def file_now(catalog: Catalog) -> tuple[KeptUnits, str] | None:
    """Return the file of units as of now, with the stamp of its state; None where there is none."""
    return _kept(catalog).file(catalog)


def is_current(catalog: Catalog) -> bool:
    """Return whether a file has the units of now. Nothing is brought up to date."""
    return _kept(catalog).is_current(catalog)


def aside(catalog: Catalog, name: str, work: Callable[[], bool]) -> None:
    """Have work of this name done on what is kept, beside those who ask; one piece at a time.

    :raises archive.store.kept.units.KeptUnitsLost: it was tried, and cannot be done.
    """
    _kept(catalog).aside.begin(name, work)


def subjects_now(catalog: Catalog, counts: CountedUnit, ids: Collection[str]) -> dict[str, str]:
    """Return what the units of these ids are about, those of which a paper says so."""
    with suppress(KeptUnitsLost):
        if kept := file_now(catalog):
            return subjects_of(*kept, counts, ids)
    units = units_now(catalog, counts, ())
    return {one.id: one.subject.value for one in units if one.subject and one.id in ids}


def chosen_now(
    catalog: Catalog, kinds: Collection[CountedUnit], choice: UnitChoice
) -> dict[CountedUnit, list[Counted]]:
    """Return some of the units of these kinds as of now, with all facts of their papers. No other paper is read if
    nothing has changed since somebody asked for units before."""
    return _kept(catalog).chosen(catalog, kinds, choice)


def few_units(catalog: Catalog, kinds: Collection[CountedUnit], choice: UnitChoice) -> tuple[KeptUnits, str]:
    """Return a file in memory that has some of the units of now alone, with its stamp: for where no file is kept."""
    units = chosen_now(catalog, kinds, choice)
    papers = {paper.id: paper for of_kind in units.values() for unit in of_kind for paper in unit.papers}
    file = KeptUnits(None)
    keep_whole(file, "", {id_: CountedDocument(0, one, frozenset()) for id_, one in papers.items()}, units, {})
    return file, ""


def _kept(catalog: Catalog) -> _Kept:
    with _KEPT_LOCK:
        if catalog not in _KEPT:
            _KEPT[catalog] = _Kept(kept_units(catalog))
        return _KEPT[catalog]


def _among(catalog: Catalog, documents: Collection[str]) -> State:
    present = PresentDocuments(catalog)
    known = present.known(documents)
    return State.of(None, known, present.near_identical(known))
