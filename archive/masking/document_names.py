"""The names of persons that a document makes known on any of its pages, so that each page is masked as if they all were
read at once: whoever is named in full on page 1 is known by each name alone on page 9."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from weakref import WeakKeyDictionary

from archive.masking.listed_names import KnownNames, NameToken, name_tokens, stem_of, stems_of
from archive.masking.lone_names import Outside, introduced_names
from archive.masking.name_words import ALSO_WORDS, given_of, is_role, is_sure, is_word_somewhere
from archive.masking.persons import LONGEST_INITIAL, FullNames, known_forms, parts_of
from archive.masking.places import prepared
from archive.model import Reading
from archive.store.catalog import Catalog

MOST_KEPT = 50_000
"""Names of documents that are kept at once; about 30 MB. A document with more is kept alone."""


_IN_ADDRESS = re.compile(r"[0-9]*[@._][\w@]")


@dataclass(frozen=True, slots=True)
class MadeKnown:
    """The folded names by which a page lets persons be called on the others: ``sure`` ones; ``likely`` ones, unless the
    document prints them in lower case; those of them that are ``evident``, since a given name has no other surname;
    and the ``words`` that the page prints in lower case."""

    sure: frozenset[str]
    likely: frozenset[str]
    evident: frozenset[str]
    words: frozenset[str]


def names_made_known(text: str) -> MadeKnown:
    """Return the names by which persons may be called on the other pages of a document."""
    here = FullNames(text)
    sure, likely, evident = set[str](), set[str](), set[str]()
    for begin, end in here.spans:
        tokens = [one for one in here.tokens[begin:end] if len(one.text) > LONGEST_INITIAL and not is_role(one)]
        is_evident, is_rare = any(map(_is_name, tokens)), not all(map(is_word_somewhere, tokens))
        for one in tokens:
            for part in parts_of(one):
                if is_evident or (is_rare and given_of(part.form)) or not is_word_somewhere(part):
                    (sure if _is_name(part) else likely).update(known_forms(part, tokens))
                if is_evident and not (_is_name(part) or any(is_sure(other) for other in tokens if other is not one)):
                    evident.update(known_forms(part, tokens))
    mailed = (token for begin, end in here.heads for token in name_tokens(text[begin:end]))
    for one in (*mailed, *introduced_names(text, here.tokens, Outside([*here.found, *here.titles]))):
        if not is_word_somewhere(one) or given_of(one.form):
            (sure if _is_name(one) else likely).update(known_forms(one, ()))
    words = (one for one in here.tokens if not one.is_capital and not _is_in_address(text, one))
    return MadeKnown(frozenset(sure), frozenset(likely), frozenset(evident), frozenset(one.form for one in words))


def _is_name(token: NameToken) -> bool:
    """Return whether a word is a name by itself: a surname by its form, or a given name that is no other word."""
    given = given_of(token.form)
    return is_sure(token) or bool(given and given not in ALSO_WORDS)


def _is_in_address(text: str, token: NameToken) -> bool:
    """Return whether a word is a part of an address of mail or of the web."""
    return _IN_ADDRESS.match(text, token.end) is not None or text[max(0, token.begin - 1) : token.begin] in tuple("@._")


def document_names(texts: Iterable[str]) -> KnownNames:
    """Return the names that the pages of one document, and no other, make known. What is likely one is none if
    the document also prints it in lower case, unless a given name has no other surname."""
    known, likely, evident, words = KnownNames(), set[str](), set[str](), set[str]()
    for text in texts:
        made = names_made_known(prepared(text))
        for name in made.sure:
            known.add(name)
        likely |= made.likely
        evident |= made.evident
        words |= made.words
    printed = {stem for word in words for stem in (word, *stems_of(word))} if likely else words
    for name in likely:
        is_word = not printed.isdisjoint({name, stem_of(name)})
        if is_word and name in evident:
            known.words.add(name)
        if name in evident or not is_word:
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
