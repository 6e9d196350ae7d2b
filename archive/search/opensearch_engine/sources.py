"""Make the lines sent to OpenSearch from index entries: an action, and the document."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from archive.search.engine import IndexEntry, IndexText
from archive.search.matching.printed_words import pack
from archive.search.opensearch_engine.encoding import TextTerms, shortened, token_text
from archive.search.opensearch_engine.mapping import (
    ALIASES,
    KNOWN,
    PRINTED,
    SHOWN,
    TERMS,
    WORDS,
    facet_field,
    known_field,
)
from archive.search.request import CLAUSE_FACETS, UNKNOWN
from archive.text.folding import fold
from archive.text.vocabulary import Vocabulary

_LONGEST_ID = 512
_MOST_REMEMBERED = 2_000_000
"""Entries of the index of words that are remembered as sent, some 200 MB. Sending one again does no harm."""


def key_of(id_: str) -> str:
    """What OpenSearch calls a document: its id, unless that is longer than it takes."""
    if len(id_.encode()) <= _LONGEST_ID:
        return id_
    return blake2b(id_.encode(), digest_size=32).hexdigest()


class Sources:
    """Makes the lines of entries. It remembers which words were sent, so it belongs to one generation."""

    def __init__(self) -> None:
        self._spelled: WeakKeyDictionary[Vocabulary, list[str]] = WeakKeyDictionary()
        self._seen: WeakKeyDictionary[Vocabulary, set[int]] = WeakKeyDictionary()
        self._sent: set[bytes] = set()

    def terms(self, text: IndexText) -> TextTerms:
        """The words of a text, packed together."""
        return TextTerms.of(text, self._spellings(text.occurrences.vocabulary))

    def _spellings(self, vocabulary: Vocabulary) -> list[str]:
        spelled = self._spelled.setdefault(vocabulary, [])
        spelled.extend(map(shortened, vocabulary.words[len(spelled) :]))
        return spelled

    def words(self, text: IndexText) -> Iterator[bytes]:
        """The entries of the index of words that a text needs and that were not sent yet."""
        vocabulary = text.occurrences.vocabulary
        seen = self._seen.setdefault(vocabulary, set())
        numbers = np.frombuffer(text.occurrences.numbers, np.uint32).astype(np.int64)
        is_joined = np.frombuffer(text.occurrences.positions, np.uint32) >= text.word_count
        ways = np.zeros(2 * len(vocabulary), bool)
        ways[2 * numbers + is_joined] = True
        new = set(np.flatnonzero(ways).tolist()) - seen
        seen |= new
        for way in new:
            yield from self._word(vocabulary, way >> 1, bool(way & 1))

    def _word(self, vocabulary: Vocabulary, number: int, is_joined: bool) -> Iterator[bytes]:
        """The entry of a word of a vocabulary, unless it was sent because of another vocabulary."""
        word, writing = self._spellings(vocabulary)[number], vocabulary.writings[number]
        identity = blake2b(f"{writing}:{int(is_joined)}:{word}".encode(), digest_size=15).digest()
        if identity in self._sent:
            return
        if len(self._sent) >= _MOST_REMEMBERED:
            self._sent.clear()
        self._sent.add(identity)
        aliases = vocabulary.aliases[number]
        of_fields = {field.value: list(map(shortened, aliases.get(field, ()))) for field in ALIASES}
        told = {"word": word, "writing": writing, "joined": is_joined, **of_fields}
        yield _action("create", base64.urlsafe_b64encode(identity).decode(), told)


def document(entry: IndexEntry, terms: TextTerms, printed: str) -> bytes:
    """Return the lines that index a document, or replace it.

    :param printed: its printed words, as :func:`printed_words` gives them.
    """
    first, last = days(entry.date)
    facets = {facet: list(dict.fromkeys(entry.facets.get(facet, ()))) or [UNKNOWN] for facet in CLAUSE_FACETS}
    year = facets["year"][0]
    source = {
        "id": entry.id,
        "revision": entry.revision,
        "reading": terms.reading,
        "word_count": terms.word_count,
        "page_count": len(terms.first_words),
        "title": shortened(fold(entry.title)),
        **({"date": first, "date_last": last} if first else {}),
        **({"year": int(year)} if year.isdecimal() and len(year) < 18 else {}),
        "amounts": terms.amounts.tolist(),
        **{facet_field(facet): values for facet, values in facets.items()},
        **{known_field(field): list(map(shortened, entry.terms.get(field, ()))) for field in KNOWN},
        WORDS: token_text(terms),
        TERMS: encoded(terms.pack()),
        PRINTED: printed,
        SHOWN: encoded(entry.shown),
    }
    return _action("index", key_of(entry.id), source)


def printed_words(pages: Sequence[Sequence[str]]) -> str:
    """The printed words of a document, as the index keeps them."""
    return encoded(pack(pages))


def removal(id_: str) -> bytes:
    """The line that takes a document out."""
    return json.dumps({"delete": {"_id": key_of(id_)}}).encode() + b"\n"


def days(date: str | None) -> tuple[int, int]:
    """The first and last day that a date may mean, as YYYYMMDD; an unknown day or month counts as 0 in the first and as
    99 in the last. 0 for no date."""
    if not date:
        return 0, 0
    year, month, day, *_ = [*(int(part) for part in date.split("-")), 0, 0]
    first = (year * 100 + month) * 100 + day
    return first, first + (9_999 if not month else 99 if not day else 0)


def encoded(data: bytes) -> str:
    """Bytes as OpenSearch takes them in and gives them back."""
    return base64.b64encode(data).decode()


def decoded(text: str) -> bytes:
    """What :func:`encoded` encoded."""
    return base64.b64decode(text)


def _action(what: str, id_: str, source: dict[str, Any]) -> bytes:
    line = json.dumps(source, ensure_ascii=False, separators=(",", ":")).encode()
    return json.dumps({what: {"_id": id_}}).encode() + b"\n" + line + b"\n"
