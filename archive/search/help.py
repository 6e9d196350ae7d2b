"""What helps a reader understand a search, and search better: computed beside the results, never mixed into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from archive.search.clauses.results import ClauseResults
from archive.search.engine import SearchEngine
from archive.search.expansion import Expansion, found_as
from archive.search.parser import parse
from archive.search.request import SearchRequest
from archive.search.results import SearchResults
from archive.search.suggestions import Suggestion, did_you_mean, missing_words

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

    def as_json(self) -> dict[str, Any]:
        """The keys that go beside those of the results."""
        return {
            "found_as": [
                {"typed": word.typed, "forms": word.forms, "more": word.more, "look_alikes": word.look_alikes}
                for word in self.found_as
            ],
            "missing": self.missing,
            "did_you_mean": self.suggestion and {"query": self.suggestion.text, "total": self.suggestion.total},
        }


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


def answer_as_json(
    service: Searcher, engine: SearchEngine, request: SearchRequest, results: SearchResults | ClauseResults
) -> Mapping[str, Any]:
    """The JSON of a search, the same for the command line and for the web: the results, and the help with them."""
    return results.as_json() | search_help(service, engine, request, results.total).as_json()
