"""The documents as findings count them: as they are now, or as they were after an earlier event or day.

What is known of a document changes only with its sequence number, so that of now is brought up to date by asking the
catalog for the documents that have another one, whoever wrote them. Its units are kept in a file, too (:mod:`.kept`).
An earlier state changes only with the collections that are private. Each catalog object has states of its own: one from
which collections are hidden (:meth:`archive.store.catalog.Catalog.hiding`) knows fewer.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from threading import Lock, Thread
from time import monotonic
from weakref import WeakKeyDictionary

from archive.errors import ArchiveBusy, DosijeError, FindingsBehind, Message, UsageError
from archive.findings.by_change import Until, is_of_newer_state, keep, progress, update_by_change
from archive.findings.definition import CountedUnit
from archive.findings.kept import (
    CountedDocument,
    LightUnits,
    UnitChoice,
    chosen_units,
    keep_whole,
    kept_units,
    read_documents,
    subjects_of,
)
from archive.findings.units import Copies, Counted, Disputed, disputed, units_of
from archive.procedures.papers import Paper, paper_of
from archive.search.near_duplicates import NearDuplicateLinker, near_identical
from archive.store.catalog import Catalog
from archive.store.documents import Known
from archive.store.events import LastEvent
from archive.store.history import StateStamp
from archive.store.kept_units import KeptUnits, KeptUnitsLost
from archive.store.near_duplicates import MISREAD_NUMBERS

_MOST_DIGITS = 18
"""Of the number of an event. What is longer, no database counts to."""


def event_at(catalog: Catalog, text: str) -> int:
    """Return the number of this event, or of the last one up to the end of a day (UTC).

    :raises UsageError: it names no moment, nothing had happened by then, or there is no such event yet.
    """
    if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
        return catalog.events.at(int(text)).number
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            "%(value)s is no moment.",
            "Name a day, such as 2026-11-01, or an event by its number.",
            value=repr(text[:40]),
        ) from error
    if day == date.max:
        raise UsageError("%(value)s has not come yet.", "Name an earlier day.", value=text)
    return catalog.events.at(datetime.combine(day + timedelta(days=1), time(), UTC)).number


_STATES_KEPT = 2
"""Earlier states that one catalog keeps: as many as a comparison takes."""


@dataclass(frozen=True, slots=True)
class State:
    """The archive after an event, None before the first. ``notes`` say what could not be had as it was then.

    ``reread`` are documents that were read again since.
    """

    event: LastEvent | None
    papers: Mapping[str, Paper]
    copies: Copies
    disputed: Mapping[str, Disputed]
    notes: tuple[str, ...] = ()
    reread: frozenset[str] = frozenset()
    _units: dict[CountedUnit, list[Counted]] = field(default_factory=dict)

    def within(self, documents: Collection[str]) -> State:
        """Return the same with these documents alone, as if the archive held no others."""
        wanted = frozenset(documents)
        return State(
            self.event,
            {id_: paper for id_, paper in self.papers.items() if id_ in wanted},
            {id_: tuple(one for one in same if one in wanted) for id_, same in self.copies.items() if id_ in wanted},
            {id_: found for id_, found in self.disputed.items() if id_ in wanted},
            self.notes,
            self.reread & wanted,
        )

    def units(self, counts: CountedUnit) -> list[Counted]:
        """Return every unit of its documents."""
        if counts not in self._units:
            papers = [self.papers[id_] for id_ in sorted(self.papers)]
            procedures = self.units(CountedUnit.PROCEDURES) if counts is CountedUnit.PURCHASES else None
            self._units[counts] = list(units_of(papers, self.copies, counts, self.disputed, procedures))
        return self._units[counts]


_SECONDS_UNWRITTEN = 60.0
"""Seconds after writing the file in which a process that has all in memory does not write it again: whoever opens the
archive meanwhile brings it up to date in memory, from the file and the few documents that changed."""


def behind(done: int, total: int) -> FindingsBehind:
    """Return the error that says how far it has come what findings count: so many documents, or units, of so many."""
    return FindingsBehind(
        "What findings count is being brought up to date: %(share)s is done.",
        "Try again in a moment. Documents can be read and searched meanwhile.",
        share=f"{100 * done // max(total, 1)} %",
    )


class _Aside:
    """Brings a file up to date beside those who ask, in one thread, one piece of work after another."""

    def __init__(self) -> None:
        self._thread: Thread | None = None
        self._lock = Lock()
        self._works: dict[str, Callable[[], bool]] = {}
        self._has_failed = False

    def begin(self, name: str, work: Callable[[], bool]) -> None:
        """Have ``work`` of this name done, which says whether it could be; it is not done twice.

        :raises archive.store.kept_units.KeptUnitsLost: something was tried, and cannot be done.
        """
        if self._has_failed:
            raise KeptUnitsLost
        with self._lock:
            self._works.setdefault(name, work)
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._do, daemon=True)
                self._thread.start()

    def _do(self) -> None:
        while name := self._next():
            # A catalog that fails is for whoever asks to be told of.
            with suppress(DosijeError):
                self._has_failed = not self._works[name]()
            with self._lock:
                del self._works[name]

    def _next(self) -> str | None:
        """Return the name of the next piece of work. Where there is none, work that comes from now on has a thread of
        its own."""
        with self._lock:
            name = next(iter(self._works), None)
            if name is None:
                self._thread = None
            return name


def keep_units(catalog: Catalog, until: Until | None = None) -> bool:
    """Bring the file of units up to date with all that changed, some documents at a time; returns whether it is
    (:func:`archive.findings.by_change.keep`)."""
    file = kept_units(catalog)
    while file is not None:
        before = file.stamp(), file.count()
        try:
            if keep(catalog, file, _document, until):
                return True
            # Where too many papers hang together, they are read at once, and let go again.
            return until is None and _Kept(file).keep_whole(catalog)
        except KeptUnitsLost:
            # Where somebody else wrote the file meanwhile, it is gone on with that; else nothing can be written.
            if until is not None or (file.stamp(), file.count()) == before:
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
        self._then: dict[tuple[int, frozenset[str]], State] = {}
        self._among: tuple[tuple[str, frozenset[str]], State] | None = None
        self.aside = _Aside()

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

    def _update_file(self, catalog: Catalog, stamp: str) -> bool:
        """Bring the file up to date by what changed, if anything did; returns whether it is."""
        if self._file is None or self._file.stamp() == stamp:
            return self._file is not None
        with suppress(KeptUnitsLost):
            if update_by_change(catalog, self._file, stamp, _document):
                return self._file.stamp() == stamp
            if StateStamp.of(stamp).documents > catalog.limits.units_in_memory:
                if is_of_newer_state(catalog, self._file, stamp):
                    raise ArchiveBusy("The archive changed while this was read.", "Try again.")
                if not catalog.limits.is_awaiting_units:
                    self.aside.begin("units", partial(keep_units, catalog))
                    raise behind(*progress(catalog, self._file))
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
            self._documents[id_] = _document(known)
        if self._now is None or present.changed or copies != self._now.copies:
            papers = {id_: one.paper for id_, one in self._documents.items()}
            disputes = {id_: one.disputed for id_, one in self._documents.items() if one.disputed}
            self._now = State(present.event, papers, copies, disputes)
        elif self._now.event != present.event:
            self._now = _at(self._now, present.event)
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

    def then(self, catalog: Catalog, event: LastEvent) -> State:
        with self._lock, _uncollected(is_first=False):
            until = catalog.history.known_until(event.number)
            # What a firm was called then is told with regard to who may know it now.
            key = until, frozenset(one.name for one in catalog.collections.sharings() if one.is_private)
            if key not in self._then:
                while len(self._then) >= _STATES_KEPT:
                    del self._then[next(iter(self._then))]
                self._then[key] = _past(catalog, event, until)
            return _at(self._then[key], event)


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


def state(catalog: Catalog, event: int | None = None) -> State:
    """Return the archive now, or after an earlier event.

    :raises archive.errors.UsageError: there is no such event.
    """
    kept = _kept(catalog)
    return kept.now(catalog) if event is None else kept.then(catalog, catalog.events.at(event))


def state_of(catalog: Catalog, documents: Collection[str], event: int | None = None) -> State:
    """Return the archive now, or after an earlier event, as if it held these documents alone; of now, no other is read.

    :raises archive.errors.UsageError: there is no such event.
    """
    if event is not None:
        return state(catalog, event).within(documents)
    return _at(_kept(catalog).among(catalog, frozenset(documents)), catalog.events.last())


def units_now(catalog: Catalog, counts: CountedUnit, fields: Collection[str]) -> list[Counted]:
    """Return every unit as of now, with no more of the archive in memory than these fields need, if nothing has changed
    since somebody asked before."""
    return _kept(catalog).units(catalog, counts, fields)


def file_now(catalog: Catalog) -> tuple[KeptUnits, str] | None:
    """Return the file of units as of now, with the stamp of its state; None where there is none."""
    return _kept(catalog).file(catalog)


def aside(catalog: Catalog, name: str, work: Callable[[], bool]) -> None:
    """Have work of this name done on what is kept, beside those who ask; one piece at a time.

    :raises archive.store.kept_units.KeptUnitsLost: something was tried, and cannot be done.
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


def _kept(catalog: Catalog) -> _Kept:
    with _KEPT_LOCK:
        if catalog not in _KEPT:
            _KEPT[catalog] = _Kept(kept_units(catalog))
        return _KEPT[catalog]


def _document(known: Known) -> CountedDocument:
    paper = paper_of(known.description, known.facts)
    return CountedDocument(known.sequence, paper, disputed(known.facts, known.decisions))


def _at(state: State, event: LastEvent | None) -> State:
    """Return the same state after an event that changed nothing of it."""
    return replace(state, event=event)


def _among(catalog: Catalog, documents: Collection[str]) -> State:
    counted = {id_: _document(known) for id_, known in catalog.documents.known(documents).items()}
    copies = NearDuplicateLinker(catalog).near_identical(counted)
    return State(
        None,
        {id_: one.paper for id_, one in counted.items()},
        {id_: tuple(one for one in same if one in counted) for id_, same in copies.items()},
        {id_: one.disputed for id_, one in counted.items() if one.disputed},
    )


def _past(catalog: Catalog, event: LastEvent, until: int) -> State:
    past, links = catalog.history.past(until, 1 - MISREAD_NUMBERS)
    same = past.documents.keys() - past.reread.keys()
    likes = {id_: [like for like in links.get(id_, ()) if like.document in same] for id_ in same}
    for id_, more in NearDuplicateLinker(catalog).in_readings(past.reread, same).items():
        likes[id_] = [*likes.get(id_, ()), *more]
    documents = {id_: _document(known) for id_, known in past.documents.items()}
    notes = []
    if past.lost:
        notes.append(
            Message(
                "Documents whose facts of that time were not kept: %(count)s. They count with the "
                "oldest facts that rules read in them and that are kept.",
                count=len(past.lost),
            )
        )
    return State(
        event,
        {id_: one.paper for id_, one in documents.items()},
        near_identical(likes),
        {id_: one.disputed for id_, one in documents.items() if one.disputed},
        tuple(notes),
        frozenset(past.reread),
    )
