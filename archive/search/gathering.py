"""All that a search finds, for an export: asked for piece by piece, and whole or not at all."""

from __future__ import annotations

from dataclasses import replace

from archive.errors import ArchiveBusy, UsageError
from archive.search.clauses.results import ClauseHit, ClauseResults
from archive.search.help import Searcher
from archive.search.request import MAX_LIMIT, SearchRequest
from archive.search.results import Hit, SearchResults

MOST_GATHERED = 10_000
"""Results that one export may have. Whoever finds more is told to narrow the search; nothing is cut off."""


def gather(
    service: Searcher, request: SearchRequest, most: int = MOST_GATHERED
) -> tuple[SearchResults | ClauseResults, ...]:
    """Every result of a search, whatever slice the request asks for, in pieces; at least one, which may have no hit.

    :raises archive.errors.UsageError: there are more than ``most``.
    :raises archive.errors.ArchiveBusy: documents came in between two pieces, so some could be missing or here twice.
    """
    first = service.search(replace(request, limit=min(most, MAX_LIMIT), offset=0))
    if first.total > most:
        raise UsageError(
            "The search finds %(total)s %(our_unit)s; an export has at most %(most)s.",
            "Narrow it by a filter, such as the year.",
            total=f"{first.total:,}",
            our_unit=request.unit,
            most=f"{most:,}",
        )
    pieces = [first]
    for offset in range(MAX_LIMIT, first.total, MAX_LIMIT):
        pieces.append(service.search(replace(request, limit=MAX_LIMIT, offset=offset)))
    if len({_identity(hit) for piece in pieces for hit in piece.hits}) != first.total:
        raise ArchiveBusy("The archive was changed while the results were gathered.", "Try again.")
    return tuple(pieces)


def _identity(hit: Hit | ClauseHit) -> tuple[str, str]:
    return hit.description.id, hit.clause.eid if isinstance(hit, ClauseHit) else ""
