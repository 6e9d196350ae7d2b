"""Relaxations: less strict searches for one that found nothing, with their hits."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from types import MappingProxyType

from archive.errors import QueryTooBroad, marked
from archive.search.did_you_mean import MOST_SEARCHES, Count
from archive.search.query_language.explanation import Phrasing
from archive.search.query_language.parsed_query import TypedWord, WordKind
from archive.search.request import MAX_QUERY_LENGTH, STORY, Filters, ResolvedFilters, SearchRequest

MOST_RELAXATIONS = 10 - MOST_SEARCHES
"""Most relaxed searches that are tried: ten, including corrected queries. If none of them finds anything, one more is
tried."""

_OPERATORS = re.compile(r"[():]|\b(?:AND|OR|NOT|NEAR/\d+)\b")
_QUOTES = "\"„“”«»‟＂'‘’‚‛″"

_LEAST_LETTERS = 4
"""Fewest letters of a word that may be searched for inside other words."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A relaxed search, and how it differs from the original.

    ``is_of_filter``: it differs in one filter, so it shows whether that filter excluded all hits.
    """

    label: str
    request: SearchRequest
    is_of_filter: bool = False


def wider(
    count: Count,
    request: SearchRequest,
    words: Sequence[TypedWord],
    missing: Collection[str],
    wording: Phrasing,
) -> tuple[tuple[Relaxation, int], ...]:
    """Return relaxed searches with their hits. ``missing`` are those of the ``words`` that no document has."""

    def total(other: SearchRequest) -> int:
        try:
            return count(other)
        except QueryTooBroad:
            return 0

    tried = islice(relaxations(request, words, wording), MOST_RELAXATIONS)
    found = [(relaxation, total(relaxation.request)) for relaxation in tried]
    last = None if any(some for _, some in found) else last_resort(request, words, missing, wording)
    return (*found, *([(last, total(last.request))] if last else ()))


def relaxations(request: SearchRequest, words: Sequence[TypedWord], wording: Phrasing) -> Iterator[Relaxation]:
    """Yield searches with one condition less, or one more way of matching: those that change least first.

    :param words: the words of the parsed query.
    """
    if request.exact:
        yield Relaxation(wording.say("with other forms of the words"), replace(request, exact=False))
    if not request.look_alikes and not request.exact and any(map(_is_plain, words)):
        yield Relaxation(wording.say("with words that OCR can take for these"), replace(request, look_alikes=True))
    for name, values in request.filters.items():
        for value in values:
            without = replace(request, filters=_without(request.filters, name, value))
            field, shown = wording.field(name), wording.value(name, value)
            label = wording.say("without %(field)s %(value)s", field=field, value=shown)
            if name == STORY:
                label = wording.say("in the whole archive")
            yield Relaxation(label, without, is_of_filter=True)
    yield from _phrases_as_words(request, words, wording)
    if not _OPERATORS.search(request.text):
        yield from _without_words(request, words, wording)
    yield from _inside_words(request, words, wording)


def last_resort(
    request: SearchRequest, words: Sequence[TypedWord], missing: Collection[str], wording: Phrasing
) -> Relaxation | None:
    """Return the search without any filter and without words that no document has, for when no single relaxation helps.

    None if that would be a single relaxation, or would leave nothing to search for.
    """
    asked = [word.text for word in words if not word.excluded]
    gone = [] if _OPERATORS.search(request.text) else [text for text in asked if text in missing]
    steps = sum(map(len, request.filters.values())) + len(gone)
    if steps < 2 or len(gone) == len(asked):
        return None
    text = request.text
    for word in words:
        if word.text in gone and not word.excluded:
            text = _replaced(text, word, "")
    any_filter = [wording.say("without any filter")] if request.filters else []
    less = (*any_filter, *(wording.say("without “%(word)s”", word=word) for word in gone))
    left = replace(request, filters=MappingProxyType({}), text=" ".join(text.split()))
    return Relaxation(f" {wording.say('and')} ".join(less), left)


def _without(filters: Filters, name: str, value: str) -> Filters:
    """Return the filters without one value."""
    if isinstance(filters, ResolvedFilters):
        return filters.without(name, value)
    left = {**filters, name: tuple(kept for kept in filters[name] if kept != value)}
    return MappingProxyType({each: values for each, values in left.items() if values})


def _is_plain(word: TypedWord) -> bool:
    return word.kind is WordKind.PLAIN and not word.excluded


def _phrases_as_words(request: SearchRequest, words: Sequence[TypedWord], wording: Phrasing) -> Iterator[Relaxation]:
    if any(word.kind is WordKind.PHRASE and not word.excluded for word in words):
        text = request.text.translate(str.maketrans(_QUOTES, " " * len(_QUOTES)))
        yield Relaxation(
            wording.say("with the words of the phrase anywhere"), replace(request, text=" ".join(text.split()))
        )


def _without_words(request: SearchRequest, words: Sequence[TypedWord], wording: Phrasing) -> Iterator[Relaxation]:
    """Yield searches with one word less; not if operators join the words, because removing one could change the meaning
    of others."""
    asked = sum(not word.excluded for word in words)
    for word in words:
        if word.excluded or asked > 1:
            shown = marked("without leaving out “%(word)s”") if word.excluded else marked("without “%(word)s”")
            label = wording.say(shown, word=word.text)
            yield Relaxation(label, replace(request, text=" ".join(_replaced(request.text, word, "").split())))


def _inside_words(request: SearchRequest, words: Sequence[TypedWord], wording: Phrasing) -> Iterator[Relaxation]:
    for word in words:
        if _is_plain(word) and len(word.text) >= _LEAST_LETTERS:
            pattern = f"*{word.text}*"
            label = wording.say("with “%(word)s” inside longer words", word=word.text)
            text = _replaced(request.text, word, pattern)
            if len(text) <= MAX_QUERY_LENGTH:
                yield Relaxation(label, replace(request, text=text))


def _replaced(text: str, word: TypedWord, by: str) -> str:
    """Replace the first occurrence of a typed word in ``text``, including its quotation marks and minus."""
    marks = f"[{_QUOTES}]*"
    typed = rf"(?<!\w)-?{marks}{re.escape(word.text)}{marks}(?!\w)"
    return re.sub(typed, by.replace("\\", r"\\"), text, count=1)
