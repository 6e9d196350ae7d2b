"""Updating of the cached file of doubts: from changed documents, or initially from all documents in batches.

Each batch is one transaction of the file, which records its progress. So an update that was killed is resumed, and
concurrent processes take turns by batches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock
from weakref import WeakKeyDictionary

from archive.facts.doubts import COUNTED, FoundDoubt, doubts_of, score
from archive.model.decisions import settled
from archive.store.catalog import Catalog
from archive.store.history import NewestChange
from archive.store.kept.doubt_rows import CountedValue, DoubtedPaper, NewDoubt
from archive.store.kept.doubts import DoubtsLost, FieldCounts, KeptDoubts, Place
from archive.store.sql.database import newest_state
from archive.system.kept_files import source_version
from archive.text.folding import fold

ANEW_SHARE = 4
"""The file is rebuilt after many changes (:class:`archive.store.catalog.CatalogLimits`), if they are at least one in
this many documents."""

MISSED = ""
"""The spelling of a missing field's value."""


def spelled(value: str | None) -> str:
    """Return the normalized form of a value, equal for all its spellings."""
    return MISSED if value is None else f"={fold(value)}"


class _Files:
    """The file of each catalog of this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._files: WeakKeyDictionary[Catalog, tuple[KeptDoubts, Lock]] = WeakKeyDictionary()

    def of(self, catalog: Catalog) -> tuple[KeptDoubts, Lock]:
        """Return the file, and the lock of threads that update it."""
        with self._lock:
            if catalog not in self._files:
                rules = ("facts/doubts.py", "facts/kept_doubts.py", "store/kept/doubt*.py", "text/folding.py")
                version = source_version(*rules, "model/decisions.py", "model/fields.py")
                self._files[catalog] = KeptDoubts(catalog.kept_file("doubts-*.sqlite", version)), Lock()
            return self._files[catalog]

    def of_process(self, catalog: Catalog) -> KeptDoubts:
        """Return a file in memory, for when none can be written."""
        with self._lock:
            made = KeptDoubts(None)
            self._files[catalog] = made, self._files[catalog][1]
            return made


_FILES = _Files()


def kept_doubts(catalog: Catalog) -> KeptDoubts:
    """Return the updated file of the doubts of a catalog view.

    :raises archive.errors.ArchiveBusy: another process updates it for long.
    """
    file, lock = _FILES.of(catalog)
    with lock:
        try:
            _bring_up_to_date(catalog, file)
        except DoubtsLost:
            file.remove()
            try:
                _bring_up_to_date(catalog, file)
            except DoubtsLost:
                file = _FILES.of_process(catalog)
                _bring_up_to_date(catalog, file)
    return file


def last_counts(catalog: Catalog) -> Mapping[str, FieldCounts] | None:
    """Return the counts of doubts at the last update, by field; None if there was none, or if the file is locked. Does
    not read the catalog."""
    file, _ = _FILES.of(catalog)
    return file.last_counts()


_END = "~"
"""Sorts after the id of every document."""


def _bring_up_to_date(catalog: Catalog, file: KeptDoubts) -> None:
    while True:
        # In this order, so that the catalog is at least as new as the file.
        place = file.place()
        if place is None or not place.is_whole:
            with file.alone():
                _process_batch(catalog, file, file.place())
        elif _process_batch(catalog, file, place):
            return


def _process_batch(catalog: Catalog, file: KeptDoubts, place: Place | None) -> bool:
    """Process a batch; returns whether it was the last one."""
    with newest_state():
        newest = catalog.history.newest()
        if place is None or not catalog.history.has_been_at(place.sequence, place.event, place.hash):
            file.start(_start(newest), place)
        elif (place.sequence, place.document, place.is_whole) == (newest.sequence, _END, True):
            return True
        elif place.is_whole:
            _follow(catalog, file, place, newest)
        else:
            portion = catalog.limits.kept_portion
            ids = catalog.history.ids_after(place.document, portion)
            is_last = len(ids) < portion
            there = place._replace(document=_END if is_last else ids[-1], is_whole=is_last)
            file.write(there, _papers(catalog, ids), score, place)
    return False


def _start(newest: NewestChange) -> Place:
    return Place(newest.sequence, "", newest.event, newest.hash, is_whole=False)


def _follow(catalog: Catalog, file: KeptDoubts, place: Place, newest: NewestChange) -> None:
    """Process a batch of changes."""
    here, portion = (place.sequence, place.document), catalog.limits.kept_portion
    due = catalog.history.changes(here, portion)
    if len(due) == portion:
        count = catalog.history.count_changes(here)
        if count >= max(catalog.limits.doubts_anew, catalog.documents.count() // ANEW_SHARE):
            file.start(_start(newest), place)
            return
    there = due[-1] if len(due) == portion else (newest.sequence, _END)
    papers = _papers(catalog, [id_ for _, id_ in due])
    file.write(Place(*there, newest.event, newest.hash, is_whole=True), papers, score, place)


def _papers(catalog: Catalog, ids: Sequence[str]) -> list[DoubtedPaper]:
    """Return the data of these documents for the file."""
    papers = []
    for id_, (read, decided) in catalog.facts.read_and_decided(ids).items():
        doubts = tuple(map(_new, doubts_of(settled(read, decided), decided)))
        values = frozenset(CountedValue(fact.field, fact.value) for fact in read if fact.field in COUNTED)
        papers.append(DoubtedPaper(id_, values, doubts))
    return papers


def _new(found: FoundDoubt) -> NewDoubt:
    value = None if found.fact is None else found.fact.value
    is_counted = value is not None and found.field in COUNTED
    return NewDoubt(found.field, value, spelled(value), found.weight, found.money, is_counted, found.buyer)
