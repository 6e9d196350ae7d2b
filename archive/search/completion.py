"""Completion of a typed query from the words, vendors and municipalities of the archive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from archive.search.did_you_mean import spelled_like
from archive.search.engine import EngineRequest, SearchEngine, WordCount
from archive.search.filters import with_names
from archive.search.query import Pattern
from archive.search.request import UNKNOWN
from archive.store.catalog import Catalog
from archive.text.analyzer import is_marked, query_terms
from archive.text.forms import word_form
from archive.text.vocabulary import IndexField

LEAST_LETTERS = 2
"""Fewest letters that are completed: a single letter begins a large part of the dictionary."""

MOST = 50
"""Most completions per request."""

_LOOKED_AT = 200
_FACETS = ("vendor", "municipality")
_LAST_WORD = re.compile(r"(?<!\S)[^\w\s]*(\w\S*)$")
_PART = r"(?:[^\W\d_]+|\d+)"
_WORD = re.compile(rf"{_PART}(?:[-./]{_PART})*")
_QUOTES = re.compile('["„“”«»]')
_IN_NAME = re.compile(r"[\w.,&/'-]+")
_NOT_LITERAL = str.maketrans("", "", "*?")


class CompletionKind(StrEnum):
    """Kinds of completions."""

    WORD = "word"
    VENDOR = "vendor"
    MUNICIPALITY = "municipality"


@dataclass(frozen=True, slots=True)
class Completion:
    """``query`` is the typed text with its last word completed to ``text``, which occurs in ``documents`` documents."""

    kind: CompletionKind
    text: str
    query: str
    documents: int


def complete(catalog: Catalog, engine: SearchEngine, typed: str, limit: int) -> tuple[Completion, ...]:
    """Return completions of the last word of ``typed``: names first, then words, the most frequent first.

    Empty after white space, when no word is being typed.
    """
    before, last = _split(typed)
    beginning = word_form(last.translate(_NOT_LITERAL))
    if len(beginning) < LEAST_LETTERS:
        return ()
    is_quoted = len(_QUOTES.findall(before)) % 2 == 1
    names = [] if is_quoted else list(_names(catalog, engine, before, beginning))[: max(1, limit // 2)]
    words = list(_words(engine, before, last, beginning, is_marked(typed)))
    return (*names, *words)[:limit]


def _split(typed: str) -> tuple[str, str]:
    """Split a text before the first letter of its last word, which may be empty."""
    match = _LAST_WORD.search(typed)
    return (typed[: match.start(1)], match.group(1)) if match else (typed, "")


def _names(catalog: Catalog, engine: SearchEngine, before: str, beginning: str) -> Iterator[Completion]:
    """Yield facet values with a word that begins so, as queries for the field of the facet."""
    facets = with_names(catalog, engine.search(EngineRequest(None, {}, "relevance", 1, 0)).facets)
    found = [
        (count, facet, value)
        for facet in _FACETS
        for value, count in facets.get(facet, {}).items()
        if value != UNKNOWN and any(part.startswith(beginning) for part in map(word_form, value.split()))
    ]
    for count, facet, value in sorted(found, key=lambda name: (-name[0], _IN_NAME.findall(name[2]))):
        # Names contain quotation marks of any kind, which would end the quotation.
        words = " ".join(_IN_NAME.findall(value))
        yield Completion(CompletionKind(facet), value, f'{before}{facet}:"{words}"', count)


def _words(engine: SearchEngine, before: str, last: str, beginning: str, marked: bool) -> Iterator[Completion]:
    """Yield words that begin so, the most frequent of each stem, because a search finds its other forms, too."""
    by_stem: dict[str, WordCount] = {}
    for found in engine.words(Pattern(IndexField.FORM, f"{beginning}*"), _LOOKED_AT):
        if _WORD.fullmatch(found.word):
            by_stem.setdefault(query_terms(found.word, marked=False, exact=False)[0].text, found)
    for found in by_stem.values():
        text = spelled_like(found.word, last, marked=marked)
        yield Completion(CompletionKind.WORD, text, before + text, found.documents)
