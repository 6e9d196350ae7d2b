"""The documents as findings count them: as they are now, or as they were after an earlier event or day.

What is known of a document changes only with its sequence number, so that of now is brought up to date by asking the
catalog for the documents that have another one, whoever wrote them. Its units are kept in a file, too (:mod:`.kept`).
An earlier state changes only with the collections that are private, and is in a file of its own. Each catalog object
has states of its own: one from which collections are hidden (:meth:`archive.store.catalog.Catalog.hiding`) knows fewer.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, partial
from threading import Lock, Thread
from time import monotonic
from weakref import WeakKeyDictionary

from archive.errors import DosijeError, FindingsBehind, Message, UsageError
from archive.findings.by_change import (
    CountedDocuments,
    PresentDocuments,
    Until,
    counted,
    fill,
    is_of_newer_state,
    keep,
    progress,
    update_by_change,
)
from archive.findings.definition import CountedUnit
from archive.findings.kept import (
    CountedDocument,
    LightUnits,
    UnitChoice,
    changed,
    chosen_units,
    documents_of,
    keep_whole,
    kept_units,
    past_units,
    read_documents,
    subjects_of,
)
from archive.findings.units import Copies, Counted, Disputed, units_of
from archive.procedures.lookup import Chained, chains_in_portions
from archive.procedures.papers import Paper
from archive.search.minhash import SKETCH_VERSION
from archive.search.near_duplicates import NearDuplicateLinker, near_identical
from archive.store.catalog import Catalog
from archive.store.events import LastEvent
from archive.store.history import StateStamp
from archive.store.kept_units import KeptUnits, KeptUnitsLost
from archive.store.near_duplicates import MISREAD_NUMBERS, Similarity

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
    """Documents in memory, after an event; None before the first."""

    event: LastEvent | None
    papers: Mapping[str, Paper]
    copies: Copies
    disputed: Mapping[str, Disputed]
    _units: dict[CountedUnit, list[Counted]] = field(default_factory=dict)

    @classmethod
    def of(cls, event: LastEvent | None, documents: Mapping[str, CountedDocument], copies: Copies) -> State:
        """Return the state of these documents, as if there were no others."""
        return cls(
            event,
            {id_: one.paper for id_, one in documents.items()},
            {id_: tuple(one for one in same if one in documents) for id_, same in copies.items()},
            {id_: one.disputed for id_, one in documents.items() if one.disputed},
        )

    def units(self, counts: CountedUnit) -> list[Counted]:
        """Return every unit of its documents."""
        if counts not in self._units:
            papers = [self.papers[id_] for id_ in sorted(self.papers)]
            procedures = self.units(CountedUnit.PROCEDURES) if counts is CountedUnit.PURCHASES else None
            self._units[counts] = list(units_of(papers, self.copies, counts, self.disputed, procedures))
        return self._units[counts]


class PastDocuments:
    """The documents after an earlier event, read for those who ask."""

    def __init__(self, catalog: Catalog, until: int) -> None:
        self._catalog, self._past = catalog, catalog.history.past(until)

    @cached_property
    def _same(self) -> Set[str]:
        """Those whose reading of then is still the newest."""
        return self._past.documents - self._past.reread.keys() if self._past.reread else self._past.documents

    @cached_property
    def _of_reread(self) -> Mapping[str, Sequence[Similarity]]:
        return NearDuplicateLinker(self._catalog).in_readings(self._past.reread, self._same)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._past.documents)

    @property
    def lost(self) -> int:
        """Of how many the facts of then were not kept."""
        return len(self._past.lost)

    @property
    def reread(self) -> Set[str]:
        """Those that were read again since."""
        return self._past.reread.keys()

    def all(self) -> Iterable[tuple[str, int]]:
        """See :class:`archive.findings.by_change.CountedDocuments`."""
        every = self._catalog.history.sequence_by_municipality()
        return ((id_, 0) for id_, _ in every if id_ in self._past.documents)

    def known(self, ids: Collection[str]) -> dict[str, CountedDocument]:
        """See :class:`archive.findings.by_change.CountedDocuments`."""
        return {id_: counted(known) for id_, known in self._past.known(ids).items()}

    def near_identical(self, ids: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """See :class:`archive.findings.by_change.CountedDocuments`."""
        links = self._catalog.near_duplicates.of([id_ for id_ in ids if id_ in self._same])
        likes = {id_: [like for like in of_one if like.document in self._same] for id_, of_one in links.items()}
        for id_ in ids:
            likes[id_] = [*likes.get(id_, ()), *self._of_reread.get(id_, ())]
        return near_identical(likes)


class PastUnits:
    """The units after an earlier event, in a file that is made of all documents of then, some at a time. It stays as it
    is, as long as the same collections are private."""

    def __init__(self, catalog: Catalog, until: int, hash_: str, private: Iterable[str]) -> None:
        # Links that are found later may be of documents of then.
        is_linked = next(catalog.near_duplicates.unlinked(SKETCH_VERSION), None) is None
        links = "" if is_linked else catalog.history.stamp()
        self._catalog, self._until, self._lock = catalog, until, Lock()
        self.file, self._is_in_memory = past_units(catalog, str(until), hash_, links, *sorted(private)), False
        self._documents: PastDocuments | None = None

    @property
    def documents(self) -> PastDocuments:
        """The documents of then."""
        if self._documents is None:
            self._documents = PastDocuments(self._catalog, self._until)
        return self._documents

    @property
    def name(self) -> str:
        """What tells it from others, and from itself once it is in memory."""
        return f"event {self._until} in memory" if self._is_in_memory else f"event {self._until}"

    @property
    def stamp(self) -> str | None:
        """The state of the file; None as long as it has not all documents."""
        stamp = self.file.stamp()
        return stamp if stamp is not None and stamp.startswith(_MADE) else None

    def make(self) -> bool:
        """Make the file, if it is not made; returns whether it is."""
        with self._lock:
            with suppress(KeptUnitsLost):
                if self._make():
                    return True
            # Nothing can be written where it would lie.
            self._go_into_memory()
            return self._make()

    def leave(self) -> None:
        """Go on without a file that was lost: one that somebody removed is made anew, one to which nothing can be
        written is left for memory."""
        if self.stamp is not None:
            self._go_into_memory()

    def _go_into_memory(self) -> None:
        if not self._is_in_memory:
            self.file, self._is_in_memory = KeptUnits(None), True

    def _make(self) -> bool:
        with self.file.alone():
            if self.stamp is None:
                # Some may have been read again since somebody asked for them.
                self._documents = None
                if self.file.stamp() != _MAKING:
                    self.file.begin(_MAKING)
                stamp = f"{_MADE} {self.documents.lost}"
                if fill(self.documents, self.file, self._catalog.limits.kept_portion):
                    self.file.finish(_MAKING, lambda _: stamp)
                else:
                    keep_state(self.file, stamp, self.documents)
        return self.stamp is not None

    def of(self, ids: Collection[str]) -> dict[str, CountedDocument]:
        """Return some of the documents."""
        with _reading():
            return documents_of(self.file, self.stamp or "", ids)

    def copies(self, ids: Collection[str]) -> Copies:
        """Return the copies of each of these documents that has any."""
        with _reading():
            return self.file.copies(ids, self.stamp or "")

    def subjects(self, counts: CountedUnit, ids: Collection[str]) -> dict[str, str]:
        """Return what the units of these ids are about, those of which a paper says so."""
        with _reading():
            return subjects_of(self.file, self.stamp or "", counts, ids)

    def chained(self) -> Chained:
        """Return every chain of then."""

        def papers(ids: Collection[str]) -> dict[str, Paper]:
            return {id_: one.paper for id_, one in self.of(ids).items()}

        with _reading():
            every = self.file.ids(self.stamp or "")
        return Chained(chains_in_portions(every, papers, self.copies), papers)

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be had as it was then."""
        lost = int((self.stamp or _MADE).removeprefix(_MADE) or 0)
        if not lost:
            return ()
        told = Message(
            "Documents whose facts of that time were not kept: %(count)s. They count with the "
            "oldest facts that rules read in them and that are kept.",
            count=lost,
        )
        return (told,)


@contextmanager
def _reading() -> Iterator[None]:
    """:raises ArchiveBusy: somebody removed the file since it was made."""
    try:
        yield
    except KeptUnitsLost as error:
        raise changed() from error


_MAKING, _MADE = "making", "made"
"""How the stamp of a file begins that has not all documents yet, and of one that has."""


def keep_state(file: KeptUnits, stamp: str, documents: CountedDocuments) -> None:
    """Make a file of all documents at once, where too many hang together."""
    ids = [id_ for id_, _ in documents.all()]
    known, copies = documents.known(ids), documents.near_identical(ids)
    state = State.of(None, known, copies)
    keep_whole(file, stamp, known, {counts: state.units(counts) for counts in CountedUnit}, copies)


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
        self._failed: set[str] = set()
        self._errors: dict[str, DosijeError] = {}

    def begin(self, name: str, work: Callable[[], bool]) -> None:
        """Have ``work`` of this name done, which says whether it could be; it is not done twice.

        :raises archive.store.kept_units.KeptUnitsLost: it was tried, and cannot be done.
        :raises archive.errors.DosijeError: the catalog failed when it was done before.
        """
        with self._lock:
            if name in self._failed:
                raise KeptUnitsLost
            if name in self._errors:
                raise self._errors.pop(name)
            self._works.setdefault(name, work)
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._do, daemon=True)
                self._thread.start()

    def _do(self) -> None:
        while name := self._next():
            error, is_lost = None, False
            try:
                is_lost = not self._works[name]()
            except DosijeError as failed:
                # A catalog that fails is for whoever asks to be told of.
                error = failed
            except KeptUnitsLost:
                is_lost = True
            with self._lock:
                del self._works[name]
                if is_lost:
                    self._failed.add(name)
                elif error is not None:
                    self._errors[name] = error

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
            if keep(catalog, file, until):
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
        self._then: dict[tuple[int, str, frozenset[str]], PastUnits] = {}
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
            total = catalog.documents.count()
            if total > catalog.limits.units_in_memory and not catalog.limits.is_awaiting_units:
                with suppress(KeptUnitsLost):
                    self.aside.begin(f"units after {past.name}", past.make)
                    raise behind(past.file.count(), total)
            past.make()
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

    :raises archive.store.kept_units.KeptUnitsLost: it was tried, and cannot be done.
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


def _at(state: State, event: LastEvent | None) -> State:
    """Return the same state after an event that changed nothing of it."""
    return replace(state, event=event)


def _among(catalog: Catalog, documents: Collection[str]) -> State:
    present = PresentDocuments(catalog)
    known = present.known(documents)
    return State.of(None, known, present.near_identical(known))
