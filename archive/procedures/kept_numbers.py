"""Updating of the cached file of printed numbers, and what it spares a lookup: looking at all numbers.

SQL cannot tell which notations a number has (III-404-18/2020-7, 404-18/20), so they are kept by the file of the number.
The catalog is asked for these exactly, and by a pattern in the few documents that changed since.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from threading import Lock, Thread
from weakref import WeakKeyDictionary

from archive.errors import ArchiveBusy, DosijeError
from archive.model.fields import NUMBER_FIELDS
from archive.procedures.numbers import Number, parse
from archive.store.catalog import Catalog
from archive.store.facts import NumberQuery
from archive.store.kept.numbers import KeptNumbers, NumbersLost, NumbersPlace
from archive.store.sql.database import BATCH, newest_state
from archive.system.kept_files import source_version

_END = "~"
"""Sorts after the id of every document."""


class _Kept:
    """The file of a catalog, and the thread that updates it."""

    def __init__(self, file: KeptNumbers) -> None:
        self.file = file
        self._is_failed = False
        self._running = Lock()

    def begin(self, catalog: Catalog) -> None:
        """Update the file in the background, unless that is being done, or has failed."""
        if not self._is_failed and self._running.acquire(blocking=False):
            Thread(target=self._keep, args=(catalog,), daemon=True).start()

    def _keep(self, catalog: Catalog) -> None:
        try:
            # A failing catalog is reported with the next request.
            with suppress(DosijeError):
                self._is_failed = not keep_numbers(catalog)
        finally:
            self._running.release()


_KEPT: WeakKeyDictionary[Catalog, _Kept | None] = WeakKeyDictionary()


def _kept(whole: Catalog) -> _Kept | None:
    if whole not in _KEPT:
        rules = ("procedures/numbers.py", "procedures/kept_numbers.py", "store/kept/numbers.py", "model/fields.py")
        file = whole.kept_file("numbers-*.sqlite", source_version(*rules, "text/folding.py"))
        _KEPT.setdefault(whole, None if file is None else _Kept(KeptNumbers(file)))
    return _KEPT[whole]


def number_query(catalog: Catalog, numbers: Collection[Number]) -> NumberQuery:
    """Return how to find the documents with the files of these numbers, by the kept file as far as it has come.

    The file is not updated by this; where pages do not wait, that is begun.
    """
    patterns = {pattern for number in numbers for pattern in number.patterns()}
    whole = catalog.whole
    kept = _kept(whole) if numbers else None
    if kept is None:
        return NumberQuery(patterns)
    place, printed = None, list[str]()
    with suppress(NumbersLost, ArchiveBusy):
        place, printed = kept.file.printed({file for number in numbers for file in number.files})
    if not catalog.limits.is_awaiting_units and (place is None or place[:2] != _newest(whole)[:2]):
        kept.begin(whole)
    is_known = place is not None and len(printed) <= BATCH and _is_near(whole, place)
    return NumberQuery(patterns, printed, place[:2]) if place is not None and is_known else NumberQuery(patterns)


def _newest(whole: Catalog) -> NumbersPlace:
    newest = whole.history.newest()
    return NumbersPlace(newest.sequence, _END, newest.event, newest.hash)


def _is_near(whole: Catalog, place: NumbersPlace) -> bool:
    """Return whether so few documents changed after a place of this catalog that they may be looked at."""
    portion = whole.limits.kept_portion
    return place == _newest(whole) or (
        whole.history.has_been_at(place.sequence, place.event, place.hash)
        and len(whole.history.changes(place[:2], portion)) < portion
    )


def keep_numbers(catalog: Catalog) -> bool:
    """Update the file of numbers from the documents that changed, in batches; returns whether it could be done.

    Each batch is one transaction of the file, which records its progress, so an update that was killed is resumed.

    :raises archive.errors.ArchiveBusy: the file is being read for long.
    """
    whole = catalog.whole
    kept = _kept(whole)
    for _ in range(2):
        if kept is None:
            break
        # A damaged file is removed, and made again.
        with suppress(NumbersLost), kept.file.alone():
            while _process_batch(whole, kept.file):
                pass
            return True
    return False


def _process_batch(whole: Catalog, file: KeptNumbers) -> bool:
    """Process a batch; returns whether another one may be due."""
    # In this order, so that the catalog is at least as new as the file.
    place = file.place()
    with newest_state():
        newest, portion = _newest(whole), whole.limits.kept_portion
        here: tuple[int, str] = (0, "")
        if place is not None and whole.history.has_been_at(place.sequence, place.event, place.hash):
            here = place[:2]
        if here == newest[:2]:
            return False
        due = whole.history.changes(here, portion)
        there = due[-1] if len(due) == portion else newest[:2]
        values = whole.facts.values_of((id_ for _, id_ in due), *NUMBER_FIELDS)
    printed = {value for of_document in values.values() for value in of_document}
    numbers = [(file, one) for one in sorted(printed) if parse(one).has_figures for file in parse(one).files]
    file.write(NumbersPlace(*there, newest.event, newest.hash), numbers)
    return True
