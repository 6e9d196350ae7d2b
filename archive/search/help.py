"""Help with a search: the index words that each typed word matched, missing words, and suggested corrections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from archive.search.did_you_mean import Suggestion, did_you_mean, missing_words
from archive.search.engine import SearchEngine, WordCount
from archive.search.query import Leaf
from archive.search.query_language.explanation import ENGLISH, Phrasing
from archive.search.query_language.other_words import OtherWords, other_words
from archive.search.query_language.parsed_query import ParsedQuery, TypedWord, WordKind
from archive.search.request import Filters, SearchRequest, Unit
from archive.search.results import ClauseResultsAnswer, ClosePassages, ClosePassagesAnswer, ResultsAnswer, SearchResults
from archive.search.service import SearchService
from archive.serialization import JsonAnswer, SchemaKeywords, attr, serialize
from archive.text.folding import to_cyrillic
from archive.text.vocabulary import Writing

if TYPE_CHECKING:
    from archive.search.relaxations import Relaxation

MOST_WORDS = 1000
"""Most words of the index that are read for each term. Beyond it the number of further forms is a lower bound."""

_EXPANDED = frozenset({WordKind.PLAIN, WordKind.WILDCARD, WordKind.FUZZY})


@dataclass(frozen=True, slots=True)
class Expansion:
    """The words of the index that a typed word matches, the most frequent first.

    ``more`` counts those omitted, a lower bound beyond :data:`MOST_WORDS`. ``look_alikes`` match only as OCR
    misreadings.
    """

    typed: str
    forms: tuple[str, ...]
    more: int
    look_alikes: tuple[str, ...] = ()


def found_as(parsed: ParsedQuery, engine: SearchEngine, limit: int) -> tuple[Expansion, ...]:
    """Return the spellings that each word of a query matched, at most ``limit`` of each sort.

    Only words that matched another spelling are listed; never quoted words, numbers, excluded words, or words without a
    wildcard in an exact search.
    """
    typed = dict.fromkeys(word for word in parsed.words if _is_expanded(word))
    expansions = (_expansion(word, engine, limit) for word in typed)
    return tuple(expansion for expansion in expansions if expansion is not None)


def _is_expanded(word: TypedWord) -> bool:
    """Return whether the spellings of a word are shown. Those of a number differ in separators only."""
    return word.kind in _EXPANDED and not word.excluded and any(map(str.isalpha, word.text))


def _expansion(word: TypedWord, engine: SearchEngine, limit: int) -> Expansion | None:
    forms = spellings(word.leaves, engine)
    alike = [] if word.look_alike is None else spellings([word.look_alike], engine)
    known = {*forms, word.text.lower()}
    look_alikes = [spelling for spelling in alike if spelling not in known]
    if set(forms) <= {word.text.lower()} and not look_alikes:
        return None
    return Expansion(word.text, tuple(forms[:limit]), max(0, len(forms) - limit), tuple(look_alikes[:limit]))


def spellings(leaves: Iterable[Leaf], engine: SearchEngine) -> list[str]:
    """Return each distinct spelling that leaves match, in the scripts it occurs in, the most frequent first."""
    words: dict[str, WordCount] = {}
    for leaf in leaves:
        words |= {found.word: found for found in engine.words(leaf, MOST_WORDS)}
    ranked = sorted(words.values(), key=lambda found: (-found.documents, found.word))
    return list(dict.fromkeys(spelling for found in ranked for spelling in _written(found)))


def _written(found: WordCount) -> tuple[str, ...]:
    """Return the spellings of a word, which is indexed in Latin with a flag whether it also, or only, occurs in
    Cyrillic."""
    if Writing.CYRILLIC not in found.writing:
        return (found.word,)
    cyrillic = to_cyrillic(found.word)
    return (found.word, cyrillic) if Writing.LATIN in found.writing else (cyrillic,)


FORMS_SHOWN = 8
"""Most words of the index that are listed for each typed word."""


@dataclass(frozen=True, slots=True)
class SearchHelp:
    """Query expansion, typed words that no document has, and a corrected query; ``wider`` are less strict searches,
    with their hits, for one that found nothing. ``also`` are related words."""

    found_as: tuple[Expansion, ...] = ()
    missing: tuple[str, ...] = ()
    suggestion: Suggestion | None = None
    wider: tuple[tuple[Relaxation, int], ...] = ()
    also: tuple[OtherWords, ...] = ()


def search_help(
    service: SearchService,
    engine: SearchEngine,
    request: SearchRequest,
    results: SearchResults,
    wording: Phrasing = ENGLISH,
) -> SearchHelp:
    """Compute the help for a request with these results."""
    parsed, total = results.parsed, results.total
    request = replace(request, filters=results.filters)
    missing: tuple[str, ...] = ()
    less_demanding: tuple[tuple[Relaxation, int], ...] = ()
    if not total:
        from archive.search.relaxations import wider  # noqa: PLC0415 - most searches find something

        missing = missing_words(parsed.words, engine)
        less_demanding = wider(service.count, request, parsed.words, missing, wording)
    return SearchHelp(
        found_as=found_as(parsed, engine, FORMS_SHOWN),
        missing=missing,
        suggestion=did_you_mean(request, parsed.words, total, engine, service.count, results.misspelt),
        wider=less_demanding,
        also=() if request.exact else tuple(other_words(parsed.words, engine)),
    )


class _SuggestionAnswer(JsonAnswer):
    query: str = attr("text")
    total: int


class _WiderAnswer(JsonAnswer):
    label: str = attr(lambda pair: pair[0].label)
    total: int = attr(lambda pair: pair[1])
    query: str = attr(lambda pair: pair[0].request.text)
    filters: Filters = attr(lambda pair: pair[0].request.filters)
    exact: bool = attr(lambda pair: pair[0].request.exact)
    look_alikes: bool = attr(lambda pair: pair[0].request.look_alikes)


class _HelpAnswer(JsonAnswer):
    found_as: tuple[Expansion, ...]
    missing: tuple[str, ...]
    did_you_mean: _SuggestionAnswer | None
    wider: Annotated[
        tuple[_WiderAnswer, ...],
        SchemaKeywords(description="Where nothing was found, searches that ask less, with what they find."),
    ]
    also: Annotated[
        tuple[OtherWords, ...],
        SchemaKeywords(description="Other words for those of the query, which stand in the archive; not searched for."),
    ]


_CLOSE = "Null where the setting meaning is empty, and for exact words, no words, and results behind the first."


class SearchAnswer(_HelpAnswer, ResultsAnswer):
    """Documents."""

    close_in_meaning: Annotated[ClosePassagesAnswer | None, SchemaKeywords(description=_CLOSE)]

    order: ClassVar = ("query", "total", "took_ms", "notes", "not_searched", "facets", "hits")


class ClauseSearchAnswer(_HelpAnswer, ClauseResultsAnswer):
    """Clauses."""

    order: ClassVar = ("query", "unit", "total", "took_ms", "notes", "not_searched", "facets", "hits")


def search_record(results: SearchResults, help_: SearchHelp, close: ClosePassages | None = None) -> dict[str, Any]:
    """Return the JSON of a search, for the command line and the web: the results, the help, and passages close in
    meaning."""
    in_meaning = {"close_in_meaning": close} if results.unit is Unit.DOCUMENTS else {}
    return serialize(
        SearchAnswer if results.unit is Unit.DOCUMENTS else ClauseSearchAnswer,
        results,
        found_as=help_.found_as,
        missing=help_.missing,
        did_you_mean=help_.suggestion,
        also=help_.also,
        wider=[(relaxation, total) for relaxation, total in help_.wider if total],
        **in_meaning,
    )
