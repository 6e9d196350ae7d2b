"""List search: many searches, read from a text file with one per line or a table with one per row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from archive.errors import UsageError
from archive.search.query_language.explanation import ENGLISH, Phrasing
from archive.search.request import MAX_LIMIT, SearchRequest
from archive.search.results import Hit
from archive.search.service import SearchService
from archive.serialization import Id, JsonAnswer, attr
from archive.system.tables import decoded, table_rows

MAX_LINES = 10_000
"""Most lines of a list. A longer one is refused, never truncated."""

_TABLES = (".csv", ".tsv")

_MOST_DIGITS = 9
"""Most digits of a column number."""


@dataclass(frozen=True, slots=True)
class ListLine:
    """One search. ``number`` is that of its line or table row, from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class SearchList:
    """The distinct searches of a list. ``blank`` and ``repeated`` lines are counted and not searched."""

    lines: tuple[ListLine, ...]
    blank: int
    repeated: int

    def summary(self, wording: Phrasing = ENGLISH) -> str:
        """Return ``3 searches; 1 blank line and 2 repeated lines passed over``."""
        say, plural = wording.say, wording.plural
        searches = plural("%(count)s search", "%(count)s searches", len(self.lines))
        blank = plural("%(count)s blank line", "%(count)s blank lines", self.blank) if self.blank else ""
        repeated = plural("%(count)s repeated line", "%(count)s repeated lines", self.repeated) if self.repeated else ""
        over = f" {say('and')} ".join(filter(None, (blank, repeated)))
        return say("%(searches)s; %(lines)s skipped", searches=searches, lines=over) if over else searches


def read_list(
    data: bytes, name: str = "", column: str | None = None, *, header: bool = False, most: int = MAX_LINES
) -> SearchList:
    """Parse the bytes of a list.

    A file whose ``name`` ends in .csv or .tsv is a table, and so is any other if ``column`` is given: the number of a
    column, from 1, or its heading; the first column by default. ``header``: the first row has headings, which a heading
    as ``column`` implies. Columns are separated by commas, semicolons, tabs or bars.

    :raises UsageError: it is not text, has no such column, is empty, or has more than ``most`` searches.
    """
    text = decoded(data, name)
    column = column.strip() if column else None
    if column or name.lower().endswith(_TABLES):
        cells = _cells(text, name, column or "1", header)
    else:
        cells = list(enumerate(text.splitlines(), start=1))
    return _searches(cells, name, most)


def _searches(cells: Iterable[tuple[int, str]], name: str, most: int) -> SearchList:
    first_lines: dict[str, int] = {}
    counts = Counter[str]()
    for number, cell in cells:
        text = " ".join(cell.split())
        if not text:
            counts["blank"] += 1
        elif first_lines.setdefault(text, number) != number:
            counts["repeated"] += 1
    if not first_lines:
        message = "%(name)s holds no search." if name else "The list holds no search."
        raise UsageError(message, "Write one on each line.", name=name)
    if len(first_lines) > most:
        raise UsageError(
            "%(name)s holds %(count)s searches; %(most)s are allowed."
            if name
            else "The list holds %(count)s searches; %(most)s are allowed.",
            "Divide it into several.",
            name=name,
            count=f"{len(first_lines):,}",
            most=f"{most:,}",
        )
    lines = tuple(ListLine(number, text) for text, number in first_lines.items())
    return SearchList(lines, counts["blank"], counts["repeated"])


def _cells(text: str, name: str, column: str, header: bool) -> list[tuple[int, str]]:
    rows = table_rows(text, name)
    headings = [heading.strip() for heading in rows[0]] if rows else []
    index = _column_index(column, headings, max(map(len, rows), default=0))
    first = 1 if header or not column.isdecimal() else 0
    return [
        (number, row[index] if index < len(row) else "") for number, row in enumerate(rows[first:], start=first + 1)
    ]


def _column_index(column: str, headings: Sequence[str], width: int) -> int:
    if column.isdecimal():
        if len(column) > _MOST_DIGITS or not 1 <= int(column) <= width:
            raise UsageError(
                "There is no column %(number)s; there are %(count)s.",
                "Columns are counted from 1.",
                number=column[:40],
                count=width,
            )
        return int(column) - 1
    matching = [at for at, heading in enumerate(headings) if heading.casefold() == column.casefold()]
    if not matching:
        raise UsageError(
            "There is no column %(name)s.",
            "The first row has: %(our_names)s.",
            name=repr(column),
            our_names=", ".join(headings) or "nothing",
        )
    return matching[0]


FIRST_HITS = 5
"""Most documents that are listed per line."""

NotesOn = Callable[[SearchRequest], tuple[str, ...]]

_QUOTES = re.compile(r'["„“”«»‟″]')


@dataclass(frozen=True, slots=True)
class ListOptions:
    """Options of searching lines. ``phrase`` quotes each line; the others are those of
    :class:`archive.search.request.SearchRequest`.
    """

    phrase: bool = False
    exact: bool = False
    look_alikes: bool = False
    excerpts: int = 1
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def request(self, text: str) -> SearchRequest:
        """Return the request for one line.

        :raises UsageError: it is invalid, for example has no word, so that it would match every document.
        """
        if not any(map(str.isalnum, text)):
            raise UsageError("This line has no words.")
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
    """The result of one line: numbers of ``documents`` and matching ``pages``, and the best ``hits``.

    ``asked`` is the query that was run. ``pages`` is None beyond 1,000 documents. After an ``error`` the counts are
    None. ``partly`` are the best of ``total_partly`` documents that lack some words, up to the limit of hits; None if
    they were not searched for. ``is_likely`` as in :class:`archive.search.results.SearchResults`.
    """

    line: ListLine
    asked: str
    documents: int | None
    pages: int | None
    hits: tuple[Hit, ...]
    notes: tuple[str, ...]
    error: str | None = None
    partly: tuple[Hit, ...] = ()
    total_partly: int | None = None
    is_likely: bool = False


class _LinePage(JsonAnswer):
    number: int
    snippet: str = attr("snippet.text")


class _LineHit(JsonAnswer):
    id: Id
    title: str = attr("description.title")
    pages: tuple[_LinePage, ...]


class _PartlyLineHit(_LineHit):
    lacking: tuple[str, ...]


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
    total_partly: int | None
    partly: tuple[_PartlyLineHit, ...]


def search_list(
    service: SearchService, lines: Iterable[ListLine], options: ListOptions, notes_on: NotesOn = lambda _: ()
) -> Iterator[LineResult]:
    """Search line by line, lazily. A line that fails has an error; the others go on.

    :param notes_on: returns notes on the field values of a line.
    :raises archive.errors.ArchiveError: the archive itself cannot answer.
    """
    for line in lines:
        try:
            yield _search_line(service, line, options, notes_on)
        except UsageError as error:
            yield LineResult(line, line.text, None, None, (), (), str(error))


def _search_line(service: SearchService, line: ListLine, options: ListOptions, notes_on: NotesOn) -> LineResult:
    request = options.request(line.text)
    results = service.search(request, filled_up=True)
    pages: int | None = sum(len(hit.pages) for hit in results.hits)
    if results.total > MAX_LIMIT:
        pages = None
    elif results.total > FIRST_HITS:
        # Most lines are names and numbers in few documents, so hits are fetched only if there are any.
        rest = service.search(replace(request, limit=MAX_LIMIT, offset=FIRST_HITS, excerpts=0))
        pages = (pages or 0) + sum(len(hit.pages) for hit in rest.hits)
    notes = (*results.remarks, *notes_on(request))
    return LineResult(
        line,
        request.text,
        results.total,
        pages,
        results.hits,
        notes,
        partly=results.partly,
        total_partly=results.total_partly,
        is_likely=results.is_likely,
    )
