"""Mappings of the OpenSearch indexes, and bulk lines of entries (an action, and the document).

The mappings have a version: an index of another version is rebuilt.
"""

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
from archive.search.opensearch_engine.encoding import ANYTHING, POSITION, SAME, TextTerms, shortened, token_text
from archive.search.request import CLAUSE_FACETS, UNKNOWN
from archive.text.analyzer import ANALYSIS_VERSION
from archive.text.folding import fold
from archive.text.vocabulary import IndexField, Vocabulary

_LONGEST_ID = 512
_MOST_REMEMBERED = 2_000_000
"""Entries of the index of words that are known to be sent, about 200 MB. Sending one again does no harm."""


def key_of(id_: str) -> str:
    """Return the OpenSearch id of a document: its own id, or a digest if that is too long."""
    if len(id_.encode()) <= _LONGEST_ID:
        return id_
    return blake2b(id_.encode(), digest_size=32).hexdigest()


class Sources:
    """Builds the bulk lines of entries. It tracks which words were sent, so it belongs to one generation."""

    def __init__(self) -> None:
        self._spelled: WeakKeyDictionary[Vocabulary, list[str]] = WeakKeyDictionary()
        self._seen: WeakKeyDictionary[Vocabulary, set[int]] = WeakKeyDictionary()
        self._sent: set[bytes] = set()

    def terms(self, text: IndexText) -> TextTerms:
        """Return the packed words of a text."""
        return TextTerms.of(text, self._spellings(text.occurrences.vocabulary))

    def _spellings(self, vocabulary: Vocabulary) -> list[str]:
        spelled = self._spelled.setdefault(vocabulary, [])
        spelled.extend(map(shortened, vocabulary.words[len(spelled) :]))
        return spelled

    def words(self, text: IndexText) -> Iterator[bytes]:
        """Yield the entries of the index of words for words of a text that were not sent yet."""
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
        """Yield the entry of a word of a vocabulary, unless it was sent for another vocabulary."""
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


def document(entry: IndexEntry, terms: TextTerms, printed: bytes) -> bytes:
    """Return the lines that index a document, or replace it.

    :param printed: its printed words, packed by :func:`printed_words`.
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
        PLACES: encoded(terms.places()),
        TERMS: encoded(terms.pack()),
        PRINTED: encoded(printed),
        SHOWN: encoded(entry.shown),
    }
    return _action("index", key_of(entry.id), source)


def printed_words(pages: Sequence[Sequence[str]]) -> bytes:
    """Pack the printed words of a document."""
    return pack(pages, plain=False)


def removal(id_: str) -> bytes:
    """Return the line that removes a document."""
    return json.dumps({"delete": {"_id": key_of(id_)}}).encode() + b"\n"


def days(date: str | None) -> tuple[int, int]:
    """Return the first and last day that a date may mean, as YYYYMMDD; an unknown day or month is 0 in the first and 99
    in the last. 0 for no date."""
    if not date:
        return 0, 0
    year, month, day, *_ = [*(int(part) for part in date.split("-")), 0, 0]
    first = (year * 100 + month) * 100 + day
    return first, first + (9_999 if not month else 99 if not day else 0)


def encoded(data: bytes) -> str:
    """Encode bytes for OpenSearch, in Base64."""
    return base64.b64encode(data).decode()


def decoded(text: str) -> bytes:
    """Decode bytes from OpenSearch: standard Base64 from scripts, URL-safe without padding from doc values."""
    return base64.b64decode(text + "==", b"-_" if "-" in text or "_" in text else None)


def _action(what: str, id_: str, source: dict[str, Any]) -> bytes:
    line = json.dumps(source, ensure_ascii=False, separators=(",", ":")).encode()
    return json.dumps({what: {"_id": id_}}).encode() + b"\n" + line + b"\n"


INDEX_VERSION = f"4.{ANALYSIS_VERSION}"

WORDS_INDEX = "-words"
"""Suffix of the name of an index of words."""

WORDS = "words"
"""The field of the words on pages, with positions."""

ALIASES = (IndexField.FORM, IndexField.STEM, IndexField.BARE_STEM, IndexField.LOOK_ALIKE)
"""Fields whose terms stand for words; only the index of words has them."""

KNOWN = tuple(field for field in IndexField if field not in (*ALIASES, IndexField.WORD))
"""Fields of facts about a document: terms without positions."""

PLACES, TERMS, PRINTED, SHOWN = "places", "terms", "printed", "shown"
"""Stored data: positions of words, the rest that is needed to reindex them, packed printed words, and the stored data
of the entry. They are doc values, because scripts read these, each column separately."""

MOST_LISTED = 200_000
"""Most entries that a lookup in the index of words may return."""

REFRESHED = "60s"
"""Refresh interval of the servers, which releases files that were merged. A writer refreshes explicitly."""

Json = dict[str, Any]


def facet_field(facet: str) -> str:
    """Return the name of the field of a facet's values."""
    return f"facet_{facet}"


def known_field(field: IndexField) -> str:
    """Return the name of the field of the terms of a fact."""
    return f"known_{field.value}"


FREQUENCY = "return doc.freq * query.boost;"
"""The similarity script: the term frequency. That of a phrase is the sum over the tokens that the shard has; see
:func:`archive.search.opensearch_engine.scripts.saturated`.
"""

_KEYWORD = {"type": "keyword"}
_SEARCHED = {"type": "keyword", "doc_values": False}
_NUMBER = {"type": "long"}
_COUNTED = {"type": "long", "index": False}
_KEPT = {"type": "binary", "doc_values": True}


def documents_index(shards: int, replicas: int) -> Json:
    """Return settings and mappings of an index of documents or clauses."""
    analysis = {
        "tokenizer": {"lines": {"type": "simple_pattern_split", "pattern": POSITION}},
        "filter": {
            "same": {"type": "pattern_capture", "preserve_original": False, "patterns": [f"([^{SAME}]+)"]},
            # It leaves a gap in the positions where it removes a token.
            "anything": {"type": "stop", "stopwords": [ANYTHING]},
        },
        "analyzer": {
            "default": {"type": "custom", "tokenizer": "lines", "filter": ["same"]},
            "default_search": {"type": "custom", "tokenizer": "lines", "filter": ["same", "anything"]},
        },
    }
    similarity = {"default": {"type": "scripted", "script": {"source": FREQUENCY}}}
    properties = {
        "id": _KEYWORD,
        "revision": _COUNTED,
        "reading": _NUMBER,
        "word_count": _COUNTED,
        "page_count": _COUNTED,
        "title": {"type": "keyword", "index": False},
        "date": _NUMBER,
        "date_last": _NUMBER,
        "year": _NUMBER,
        "amounts": _NUMBER,
        **{facet_field(facet): _KEYWORD for facet in CLAUSE_FACETS},
        **{known_field(field): _SEARCHED for field in KNOWN},
        WORDS: {"type": "text", "index_options": "positions", "norms": False},
        PLACES: _KEPT,
        TERMS: _KEPT,
        PRINTED: _KEPT,
        SHOWN: _KEPT,
    }
    return _index(shards, replicas, properties, {"analysis": analysis, "similarity": similarity})


def words_index(replicas: int) -> Json:
    """Return settings and mappings of an index of words, with an entry for each spelling of a word."""
    aliases = {field.value: _KEYWORD for field in ALIASES}
    properties = {"word": _KEYWORD, "writing": _COUNTED, "joined": {"type": "boolean", "index": False}, **aliases}
    return _index(1, replicas, properties, {"max_result_window": MOST_LISTED})


def _index(shards: int, replicas: int, properties: Json, settings: Json) -> Json:
    return {
        "settings": {
            "index": {
                "number_of_shards": shards,
                "number_of_replicas": replicas,
                "refresh_interval": REFRESHED,
                **settings,
            }
        },
        "mappings": {
            "_meta": {"version": INDEX_VERSION},
            "dynamic": "strict",
            "_source": {"enabled": False},
            "properties": properties,
        },
    }
