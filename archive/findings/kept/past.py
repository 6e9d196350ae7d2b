"""What findings counted after an earlier event or day: the documents of then, and the file of their units.

Such a state changes only with the collections that are private.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from threading import Lock

from archive.errors import Message, UsageError
from archive.findings.definition import CountedUnit
from archive.findings.kept.by_change import CountedDocuments, counted, fill, go_back
from archive.findings.kept.units import (
    Procedure,
    documents_of,
    keep_whole,
    past_units,
    procedures_in,
    reading_one_state,
    subjects_of,
)
from archive.findings.units import Copies, CountedDocument, State
from archive.procedures.papers import Paper
from archive.search.minhash import SKETCH_VERSION
from archive.search.near_duplicates import NearDuplicateLinker, near_identical
from archive.store.catalog import Catalog
from archive.store.kept.units import KeptUnits, KeptUnitsLost
from archive.store.near_duplicates import Similarity

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
            "%(value)s is not a point in time.",
            "Name a day, such as 2026-11-01, or an event by its number.",
            value=repr(text[:40]),
        ) from error
    if day == date.max:
        raise UsageError("%(value)s has not come yet.", "Name an earlier day.", value=text)
    return catalog.events.at(datetime.combine(day + timedelta(days=1), time(), UTC)).number


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
    def ids(self) -> Set[str]:
        """Their ids."""
        return self._past.documents

    def changed(self) -> set[str]:
        """Return those of which something else may be known now."""
        return self._past.changed()

    @property
    def lost(self) -> int:
        """Of how many the facts of then were not kept."""
        return len(self._past.lost)

    @property
    def reread(self) -> Set[str]:
        """Those that were read again since."""
        return self._past.reread.keys()

    def all(self) -> Iterable[tuple[str, int, str | None]]:
        """See :class:`archive.findings.kept.by_change.CountedDocuments`."""
        every = self._catalog.history.sequence_by_municipality()
        return ((id_, 0, place) for id_, _, place in every if id_ in self._past.documents)

    def known(self, ids: Collection[str]) -> dict[str, CountedDocument]:
        """See :class:`archive.findings.kept.by_change.CountedDocuments`."""
        return {id_: counted(known) for id_, known in self._past.known(ids).items()}

    def near_identical(self, ids: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """See :class:`archive.findings.kept.by_change.CountedDocuments`."""
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
        self._is_linked = next(catalog.near_duplicates.unlinked(SKETCH_VERSION), None) is None
        links = "" if self._is_linked else catalog.history.stamp()
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

    @property
    def done(self) -> int:
        """How many documents the file has; none, while those of now are in it."""
        return 0 if self.file.stamp() == _BACK else self.file.count()

    def make(self, now: KeptUnits | None) -> bool:
        """Make the file, if it is not made, from that of now, or of all documents; returns whether it is."""
        with self._lock:
            with suppress(KeptUnitsLost):
                if self._make(now):
                    return True
            # Nothing can be written where it would lie.
            self._go_into_memory()
            return self._make(now)

    def leave(self) -> None:
        """Go on without a file that was lost: one that somebody removed is made anew, one to which nothing can be
        written is left for memory."""
        if self.stamp is not None:
            self._go_into_memory()

    def _go_into_memory(self) -> None:
        if not self._is_in_memory:
            self.file, self._is_in_memory = KeptUnits(None), True

    def _make(self, now: KeptUnits | None) -> bool:
        with self.file.alone():
            if self.stamp is None:
                # Some may have been read again since somebody asked for them.
                self._documents = None
                stamp = f"{_MADE} {self.documents.lost}"
                if now is not None and self._is_linked:
                    # That of now may be lost or locked meanwhile.
                    with suppress(KeptUnitsLost):
                        if self._go_back(now):
                            self.file.finish(_BACK, lambda _: stamp)
                            return True
                if self.file.stamp() != _MAKING:
                    self.file.begin(_MAKING)
                if fill(self.documents, self.file, self._catalog.limits.kept_portion):
                    self.file.finish(_MAKING, lambda _: stamp)
                else:
                    _keep_state(self.file, stamp, self.documents)
        return self.stamp is not None

    def _go_back(self, now: KeptUnits) -> bool:
        """Make the file from that of now by what changed since; returns whether that was few enough."""
        self.file.copy(now, _BACK)
        there, documents = self.file.ids(_BACK), self.documents
        # Another process may have begun that of now again, so that it has not all documents.
        changed, gone = documents.changed() | (documents.ids - there), there - documents.ids
        limits = self._catalog.limits
        if len(changed) + len(gone) > len(there) // limits.anew_share:
            return False
        return go_back(documents, self.file, changed, gone, limits.kept_portion)

    def of(self, ids: Collection[str]) -> dict[str, CountedDocument]:
        """Return some of the documents."""
        with reading_one_state():
            return documents_of(self.file, self.stamp or "", ids)

    def copies(self, ids: Collection[str]) -> Copies:
        """Return the copies of each of these documents that has any."""
        with reading_one_state():
            return self.file.copies(ids, self.stamp or "")

    def subjects(self, counts: CountedUnit, ids: Collection[str]) -> dict[str, str]:
        """Return what the units of these ids are about, those of which a paper says so."""
        with reading_one_state():
            return subjects_of(self.file, self.stamp or "", counts, ids)

    def papers(self, ids: Collection[str]) -> dict[str, Paper]:
        """Return some of the documents as papers."""
        return {id_: one.paper for id_, one in self.of(ids).items()}

    def procedures(self) -> Iterator[Procedure]:
        """Yield every procedure, in the order of their ids."""
        with reading_one_state():
            yield from procedures_in(self.file, self.stamp or "")

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


_BACK, _MAKING, _MADE = "back", "making", "made"
"""The stamp of a file that is made from that of now, and of one that has not all documents yet; how it begins of one
that is made."""


def _keep_state(file: KeptUnits, stamp: str, documents: CountedDocuments) -> None:
    """Make a file of all documents at once, where too many hang together."""
    ids = [id_ for id_, *_ in documents.all()]
    known, copies = documents.known(ids), documents.near_identical(ids)
    state = State.of(None, known, copies)
    keep_whole(file, stamp, known, {counts: state.units(counts) for counts in CountedUnit}, copies)
