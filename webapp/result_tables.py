"""The results of a search as a table or as JSON, a row or a value for each document or clause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

from archive.search.clauses.results import ClauseHit, ClauseHitAnswer, ClauseResults
from archive.search.request import SearchRequest
from archive.search.results import Hit, HitAnswer, SearchResults, not_searched_note
from archive.serialization import serialize
from webapp.exports import Cell, csv_row, write_table

COLUMNS = (
    "number", "id", "title", "filename", "kind", "municipality", "buyer", "vendors", "year", "date", "reference",
    "language", "collection", "clause", "heading", "matching pages", "page", "snippet", "address", "note",
)  # fmt: skip
"""The columns of both kinds of results; ``page`` and ``snippet`` are the first match. Clauses alone have a clause.
``note`` says how many documents were not searched; where nothing was found, it has a row of its own."""

_WIDTHS = (8, 14, 50, 30, 18, 18, 30, 40, 7, 11, 18, 10, 14, 10, 30, 14, 6, 90, 60, 60)

_HITS = {Hit: HitAnswer, ClauseHit: ClauseHitAnswer}

Pieces = Sequence[SearchResults | ClauseResults]
Address = Callable[[str], str]
"""Where a document is to be read, by its id."""


def csv_lines(pieces: Pieces, address: Address) -> Iterator[str]:
    """The lines of a CSV file (RFC 4180)."""
    yield csv_row(COLUMNS)
    yield from map(csv_row, _rows(pieces, address))


def write_workbook(pieces: Pieces, address: Address, file: IO[bytes]) -> None:
    """Write a workbook of one sheet."""
    write_table("Results", COLUMNS, _WIDTHS, _rows(pieces, address), file)


def as_json(pieces: Pieces, request: SearchRequest) -> Mapping[str, Any]:
    """One JSON value: what was asked, and the hits as ``dosije search --json`` gives them."""
    return {
        "query": request.text,
        "unit": str(request.unit),
        "filters": {name: list(values) for name, values in request.filters.items()},
        "exact": request.exact,
        "look_alikes": request.look_alikes,
        "total": pieces[0].total,
        "not_searched": pieces[0].not_searched,
        "hits": [serialize(_HITS[type(hit)], hit) for piece in pieces for hit in piece.hits],
    }


def _rows(pieces: Pieces, address: Address) -> Iterator[tuple[Cell, ...]]:
    note = " ".join(not_searched_note(max(piece.not_searched for piece in pieces)))
    hits: Iterable[Hit | ClauseHit] = (hit for piece in pieces for hit in piece.hits)
    for number, hit in enumerate(hits, start=1):
        yield (*_cells(number, hit, address), note)
    if note and not pieces[0].total:
        yield (*(None for _ in COLUMNS[1:]), note)


def _cells(number: int, hit: Hit | ClauseHit, address: Address) -> tuple[Cell, ...]:
    described = hit.description
    clause = (hit.clause.label, hit.clause.heading) if isinstance(hit, ClauseHit) else (None, None)
    first = (hit.pages[0].number, hit.pages[0].snippet.text) if hit.pages else (None, None)
    return (
        number,
        described.id,
        described.title,
        described.filename,
        described.kind,
        described.municipality,
        described.buyer,
        "; ".join(vendor.name for vendor in described.vendors),
        described.year,
        described.date,
        described.reference,
        described.language,
        described.collection,
        *clause,
        len(hit.pages),
        *first,
        address(described.id),
    )
