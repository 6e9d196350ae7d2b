"""The mappings of the indexes on OpenSearch, with a version: an index of another version is rebuilt."""

from __future__ import annotations

from typing import Any

from archive.search.opensearch_engine.encoding import ANYTHING, POSITION, SAME
from archive.search.request import CLAUSE_FACETS
from archive.text.analyzer import ANALYSIS_VERSION
from archive.text.vocabulary import IndexField

INDEX_VERSION = f"2.{ANALYSIS_VERSION}"

WORDS = "words"
"""The field of the words on pages, at their positions."""

ALIASES = (IndexField.FORM, IndexField.STEM, IndexField.BARE_STEM, IndexField.LOOK_ALIKE)
"""Fields whose terms stand for words; only the index of words has them."""

KNOWN = tuple(field for field in IndexField if field not in (*ALIASES, IndexField.WORD))
"""Fields of what is known about a document: terms without positions."""

TERMS, PRINTED, SHOWN = "terms", "printed", "shown"
"""What comes back with a hit: packed words with their places, packed printed words, and what its entry gave."""

MOST_LISTED = 200_000
"""Entries that one look into the index of words may give."""

REFRESHED = "60s"
"""How often the servers look for what is new by themselves. Who writes asks for it at once; this lets go of files that
were rewritten meanwhile."""

Json = dict[str, Any]


def facet_field(facet: str) -> str:
    """The field of a facet's values."""
    return f"facet_{facet}"


def known_field(field: IndexField) -> str:
    """Return the field of the terms of a fact."""
    return f"known_{field.value}"


_KEYWORD = {"type": "keyword"}
_SEARCHED = {"type": "keyword", "doc_values": False}
_NUMBER = {"type": "long"}
_COUNTED = {"type": "long", "index": False}
_KEPT = {"type": "binary", "store": True}


def documents_index(shards: int, replicas: int) -> Json:
    """Settings and mapping of an index of documents, or of clauses."""
    analysis = {
        "tokenizer": {"lines": {"type": "simple_pattern_split", "pattern": POSITION}},
        "filter": {
            "same": {"type": "pattern_capture", "preserve_original": False, "patterns": [f"([^{SAME}]+)"]},
            # It leaves a gap where it takes a word out.
            "anything": {"type": "stop", "stopwords": [ANYTHING]},
        },
        "analyzer": {
            "default": {"type": "custom", "tokenizer": "lines", "filter": ["same"]},
            "default_search": {"type": "custom", "tokenizer": "lines", "filter": ["same", "anything"]},
        },
    }
    # The k1 of our own ranking; see archive.search.matching.rescoring.
    similarity = {"default": {"type": "BM25", "k1": 1.6, "b": 0.75}}
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
        WORDS: {"type": "text", "index_options": "positions"},
        TERMS: _KEPT,
        PRINTED: _KEPT,
        SHOWN: _KEPT,
    }
    return _index(shards, replicas, properties, {"analysis": analysis, "similarity": similarity})


def words_index(replicas: int) -> Json:
    """The same of an index of words, an entry for each way a word was written."""
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
