"""List search: many searches at once, one after the other, each as if it had been typed in the search box."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from archive.errors import UsageError
from archive.search.list_input import ListLine
from archive.search.request import MAX_LIMIT, SearchRequest
from archive.search.results import Hit
from archive.search.service import SearchService
from archive.serialization import Id, JsonAnswer, attr

FIRST_HITS = 5
"""Documents that are listed of each line."""

NotesOn = Callable[[SearchRequest], tuple[str, ...]]

_QUOTES = re.compile(r'["„“”«»‟″]')


@dataclass(frozen=True, slots=True)
class ListOptions:
    """How every line is searched. ``phrase`` takes a line for a quoted phrase, in whatever quotes it stands already;
    the others are those of :class:`archive.search.request.SearchRequest`."""

    phrase: bool = False
    exact: bool = False
    look_alikes: bool = False
    excerpts: int = 1
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def request(self, text: str) -> SearchRequest:
        """The request for one line.

        :raises UsageError: it makes no sense. A line without a word does not: it would find every document.
        """
        if not any(map(str.isalnum, text)):
            raise UsageError("There is no word in this line.")
        asked = f'"{" ".join(_QUOTES.sub(" ", text).split())}"' if self.phrase else text
        return SearchRequest(
            asked,
            self.filters,
            limit=FIRST_HITS,
            exact=self.exact,
            look_alikes=self.look_alikes,
            excerpts=self.excerpts,
        )


@dataclass(frozen=True, slots=True)
class LineResult:
    """What one line found: how many ``documents`` and matching ``pages`` in all, and the best ``hits``.

    ``asked`` is the query that was run. ``pages`` is None where they were not counted, because more than 1,000
    documents match. ``error`` says why the line could not be searched; the counts are None then.
    """

    line: ListLine
    asked: str
    documents: int | None
    pages: int | None
    hits: tuple[Hit, ...]
    notes: tuple[str, ...]
    error: str | None = None


class _LinePage(JsonAnswer):
    number: int
    snippet: str = attr("snippet.text")


class _LineHit(JsonAnswer):
    id: Id
    title: str = attr("description.title")
    pages: tuple[_LinePage, ...]


class LineAnswer(JsonAnswer):
    """What one line found."""

    line: int = attr("line.number")
    text: str = attr("line.text")
    query: str = attr("asked")
    documents: int | None
    pages: int | None
    notes: tuple[str, ...]
    error: str | None
    hits: tuple[_LineHit, ...]


def search_list(
    service: SearchService, lines: Iterable[ListLine], options: ListOptions, notes_on: NotesOn = lambda _: ()
) -> Iterator[LineResult]:
    """Search line by line, as the caller goes on. A line that cannot be searched says so, and the others go on.

    :param notes_on: says what is to be said of the values that a line asks fields for.
    :raises archive.errors.ArchiveError: the archive itself cannot answer.
    """
    for line in lines:
        try:
            yield _search_line(service, line, options, notes_on)
        except UsageError as error:
            yield LineResult(line, line.text, None, None, (), (), str(error))


def _search_line(service: SearchService, line: ListLine, options: ListOptions, notes_on: NotesOn) -> LineResult:
    request = options.request(line.text)
    results = service.search(request)
    pages: int | None = sum(len(hit.pages) for hit in results.hits)
    if results.total > MAX_LIMIT:
        pages = None
    elif results.total > FIRST_HITS:
        # Most lines of a list are names and numbers in few documents, so the rest is fetched only where there is one.
        rest = service.search(replace(request, limit=MAX_LIMIT, offset=FIRST_HITS, excerpts=0))
        pages = (pages or 0) + sum(len(hit.pages) for hit in rest.hits)
    notes = (*results.remarks, *notes_on(request))
    return LineResult(line, request.text, results.total, pages, results.hits, notes)
