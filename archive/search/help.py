"""What helps a reader understand a search, and search better: computed beside the results, never mixed into them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

from archive.search.clauses.results import ClauseResults, ClauseResultsAnswer
from archive.search.engine import SearchEngine
from archive.search.expansion import Expansion, found_as
from archive.search.parser import parse
from archive.search.request import SearchRequest
from archive.search.results import ResultsAnswer, SearchResults
from archive.search.suggestions import Suggestion, did_you_mean, missing_words
from archive.serialization import JsonAnswer, attr, serialize

FORMS_SHOWN = 8
"""Words of the index named for each typed word."""


class Searcher(Protocol):
    """What answers requests, for documents or for clauses."""

    def search(self, request: SearchRequest, *, may_be_partial: bool = False) -> SearchResults | ClauseResults:
        """Answer a request."""


@dataclass(frozen=True, slots=True)
class SearchHelp:
    """What the typed words were found as, those of them that stand nowhere, and a corrected query."""

    found_as: tuple[Expansion, ...] = ()
    missing: tuple[str, ...] = ()
    suggestion: Suggestion | None = None


def search_help(service: Searcher, engine: SearchEngine, request: SearchRequest, total: int) -> SearchHelp:
    """Help with a request that found ``total`` documents or clauses."""
    parsed = parse(request.text, request.exact, request.look_alikes)

    def count(asked: SearchRequest) -> int:
        # Only the number matters, and which documents are the best costs a look at their words.
        return service.search(replace(asked, limit=1, offset=0, sort="newest"), may_be_partial=True).total

    return SearchHelp(
        found_as=found_as(parsed, engine, FORMS_SHOWN),
        missing=() if total else missing_words(parsed.words, engine),
        suggestion=did_you_mean(request, parsed.words, total, engine, count),
    )


class _ExpansionAnswer(JsonAnswer):
    typed: str
    forms: tuple[str, ...]
    more: int
    look_alikes: tuple[str, ...]


class _SuggestionAnswer(JsonAnswer):
    query: str = attr("text")
    total: int


class _HelpAnswer(JsonAnswer):
    found_as: tuple[_ExpansionAnswer, ...]
    missing: tuple[str, ...]
    did_you_mean: _SuggestionAnswer | None


class SearchAnswer(_HelpAnswer, ResultsAnswer):
    """Documents."""

    order: ClassVar = ("query", "total", "took_ms", "notes", "not_searched", "facets", "hits")


class ClauseSearchAnswer(_HelpAnswer, ClauseResultsAnswer):
    """Clauses."""

    order: ClassVar = ("query", "unit", "total", "took_ms", "notes", "not_searched", "facets", "hits")


def search_record(results: SearchResults | ClauseResults, help_: SearchHelp) -> dict[str, Any]:
    """Return the JSON of a search, the same for the command line and the web: the results, and the help with them."""
    return serialize(
        ClauseSearchAnswer if isinstance(results, ClauseResults) else SearchAnswer,
        results,
        found_as=help_.found_as,
        missing=help_.missing,
        did_you_mean=help_.suggestion,
    )
