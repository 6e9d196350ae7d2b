"""The names of persons that a document makes known on any of its pages, so that each page is masked as if they all were
read at once: whoever is named in full on page 1 is known by each name alone on page 9."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime
from threading import Lock
from weakref import WeakKeyDictionary

from archive.masking.listed_names import KnownNames, stem_of, stems_of
from archive.masking.persons import names_made_known
from archive.masking.places import prepared
from archive.model import Reading
from archive.store.catalog import Catalog

MOST_KEPT = 50_000
"""Names of documents that are kept at once; about 30 MB. A document with more is kept alone."""


def document_names(texts: Iterable[str]) -> KnownNames:
    """Return the names that the pages of one document, and no other, make known. What is likely one is none if
    the document also prints it in lower case."""
    known, likely, words = KnownNames(), set[str](), set[str]()
    for text in texts:
        made = names_made_known(prepared(text))
        for name in made.sure:
            known.add(name)
        likely |= made.likely
        words |= made.words
    printed = {stem for word in words for stem in (word, *stems_of(word))} if likely else words
    for name in likely:
        if printed.isdisjoint({name, stem_of(name)}):
            known.add(name)
    return known


class KeptNames:
    """The names of the readings that were asked for last. A reading never changes, so they are never outdated."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        """:param most: names kept at once; a document with more is kept alone."""
        self._most = most
        self._names: OrderedDict[tuple[str, int, datetime], KnownNames] = OrderedDict()
        self._lock = Lock()

    def of(self, catalog: Catalog, reading: Reading) -> KnownNames:
        """Return them, from the cache or from the words of all pages, which are loaded a few at a time."""
        key = reading.document, reading.number, reading.created_at
        with self._lock:
            if key in self._names:
                self._names.move_to_end(key)
                return self._names[key]
        words = catalog.readings.all_words(reading.document, reading.number)
        names = document_names(" ".join(page.texts) for page in words)
        with self._lock:
            self._names[key] = names
            while len(self._names) > 1 and sum(1 + len(one) for one in self._names.values()) > self._most:
                self._names.popitem(last=False)
        return names


_kept: WeakKeyDictionary[Catalog, KeptNames] = WeakKeyDictionary()


def names_of(catalog: Catalog, reading: Reading) -> KnownNames:
    """Return the names of a reading; kept for as long as its archive is open."""
    return _kept.setdefault(catalog.whole, KeptNames()).of(catalog, reading)
