"""Certificates: state what a search looked through, so that finding nothing can be checked.

A certificate says what was asked and how it was understood, how many documents and pages were searched and how well
they could be read, and what was not searched at all. It names the state of the index and the newest event of the
archive's log, whose hash covers everything done before it. A search that found something gets one too: it is the record
of that search.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from archive.search.engine import SearchEngine
from archive.search.filters import engine_request
from archive.search.query_language.explanation import explain
from archive.search.query_language.parser import parse
from archive.search.request import FACETS, UNKNOWN, SearchRequest, Unit
from archive.search.results import SearchResults
from archive.search.service import SearchService
from archive.store.catalog import Catalog
from archive.store.coverage import Coverage, PageCounts
from archive.text.analyzer import ANALYSIS_VERSION

NAMED = 1000
"""Documents and inputs that are named in a list of what was not searched. All are counted."""

_ALWAYS = "The same thing may also be written in other words, by hand, or in documents that are not in this archive."

_ATTEMPTS = 3
"""How often the archive is looked at until it stays the same while we look."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A search and what it covered.

    ``searched`` counts the documents of the index that pass the filters, ``unknown`` for each filter those it left out
    because the fact is not known. ``is_steady``: the archive did not change between the first count and the last.
    """

    request: SearchRequest
    results: SearchResults
    understood: str
    made_at: datetime
    generation: str
    searched: PageCounts
    unknown: Mapping[str, int]
    coverage: Coverage
    is_steady: bool

    @property
    def never_indexed(self) -> int:
        """Documents that the index does not hold at all."""
        return sum(not document.is_held for document in self.coverage.due)

    def statement(self) -> str:
        """Return in words what the search shows, and what it does not."""
        found, searched = self.results.total, self.searched
        ground = (
            f"{_counted(searched.documents, 'document')} with {_counted(searched.pages, 'page')} that were searched"
        )
        if found:
            verb = "matches" if found == 1 else "match"
            claim = f"Of the {ground}, {_counted(found, 'document')} {verb} the query as it was understood."
            limit = "This does not show that no other document holds what was asked for."
        else:
            claim = f"Of the {ground}, none matches the query as it was understood."
            limit = "This does not show that what was asked for does not exist."
        unseen = self._unseen()
        seen_badly = f" The search could not see, or not see well: {'; '.join(unseen)}." if unseen else ""
        return f"{claim} {limit}{seen_badly} {_ALWAYS}"

    def _unseen(self) -> list[str]:
        searched, missing = self.searched, self.never_indexed
        outdated = len(self.coverage.due) - missing
        inputs = len(self.coverage.failures) + self.coverage.due_members
        counts = [
            (searched.unreadable, "page", "that could not be read"),
            (searched.doubtful, "page", "read with many wrong words"),
            (searched.wordless, "page", "without words, blank or pictures"),
            (missing, "document", "not in the index yet"),
            (outdated, "document", "searched in the state before the last change"),
            (inputs, "file", "that could not be taken in, or still waiting"),
            *((count, "document", f"left out because the {name} is unknown") for name, count in self.unknown.items()),
        ]
        unseen = [f"{_counted(count, noun)} {what}" for count, noun, what in counts if count]
        return unseen if self.is_steady else [*unseen, "what was being changed in the archive during the search"]

    def as_json(self) -> dict[str, Any]:
        """One JSON value of text and whole numbers, with the SHA-256 of the rest of it (:func:`digest`) at its end."""
        record = {
            "kind": "search record" if self.results.total else "negative search result",
            "made_at": self.made_at.isoformat(),
            "program": {"name": "dosije", "version": _program_version(), "analysis_version": ANALYSIS_VERSION},
            "query": {
                "text": self.request.text,
                "exact": self.request.exact,
                "look_alikes": self.request.look_alikes,
                "understood": self.understood,
                "notes": list(self.results.notes),
            },
            "filters": {
                name: list(self.request.filters[name])
                for name in Unit.DOCUMENTS.filters
                if self.request.filters.get(name)
            },
            "found": self._found(),
            "searched": _pages_as_json(self.searched),
            "archive": _pages_as_json(self.coverage.archive),
            "not_searched": self._not_searched(),
            "index": {"generation": self.generation, "is_steady": self.is_steady},
            "last_event": self._last_event(),
            "statement": self.statement(),
        }
        return record | {"sha256": digest(record)}

    def _found(self) -> dict[str, Any]:
        listed = [
            {"id": hit.id, "title": hit.description.title, "pages": [page.number for page in hit.pages]}
            for hit in self.results.hits
        ]
        return {"documents": self.results.total, "listed_from": self.request.offset, "listed": listed}

    def _not_searched(self) -> dict[str, Any]:
        due, failures = self.coverage.due, self.coverage.failures
        return {
            "documents_not_indexed": self.never_indexed,
            "documents_indexed_as_they_were_before": len(due) - self.never_indexed,
            "documents": [asdict(document) for document in due[:NAMED]],
            "failed_inputs": len(failures),
            "inputs": [
                {"path": failure.path, "sha256": failure.sha256, "reason": failure.reason}
                for failure in failures[:NAMED]
            ],
            "members_not_read_yet": self.coverage.due_members,
            "left_out_for_an_unknown_fact": dict(self.unknown),
        }

    def _last_event(self) -> dict[str, Any] | None:
        event = self.coverage.last_event
        return {"number": event.number, "at": event.at.isoformat(), "hash": event.hash} if event else None


def certify(
    catalog: Catalog, engine: SearchEngine, search: SearchService, request: SearchRequest, notes: Iterable[str] = ()
) -> Certificate:
    """Run the search and record what it looked through.

    The hits of ``request`` are listed; its limit and offset affect nothing else.

    :param notes: what is to be said of the values that the request asks for.

    :raises archive.errors.QueryTooBroad: the query asks for more than the limits allow, so nothing can be stated.
    """
    for _ in range(_ATTEMPTS):
        before = catalog.coverage.survey(engine.generation)
        generation = engine.generation
        results = search.search(replace(request, excerpts=0))
        ground = replace(engine_request(catalog, request, None), limit=max(1, before.archive.documents), offset=0)
        within = engine.search(ground)
        searched = catalog.coverage.page_counts([hit.id for hit in within.hits])
        is_steady = engine.generation == generation and catalog.coverage.survey(generation) == before
        if is_steady:
            break
    return Certificate(
        request=request,
        results=replace(results, notes=tuple(dict.fromkeys((*results.notes, *notes)))),
        understood=explain(parse(request.text, request.exact, request.look_alikes).query),
        made_at=datetime.now(UTC).replace(microsecond=0),
        generation=generation,
        searched=searched,
        unknown={
            name: within.facets[name].get(UNKNOWN, 0)
            for name in FACETS
            if request.filters.get(name) and UNKNOWN not in request.filters[name]
        },
        coverage=before,
        is_steady=is_steady,
    )


def digest(record: Mapping[str, Any]) -> str:
    """The SHA-256 of a certificate's JSON, its own ``sha256`` left out, in the canonical form of RFC 8785.

    A certificate has no fractions, so that form is: names sorted, no white space, UTF-8.
    """
    told = {name: value for name, value in record.items() if name != "sha256"}
    canonical = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _pages_as_json(counts: PageCounts) -> dict[str, int]:
    return {
        "documents": counts.documents,
        "pages": counts.pages,
        "words": counts.words,
        "pages_read_well": counts.good,
        "pages_read_fairly": counts.fair,
        "pages_with_unreliable_words": counts.doubtful,
        "pages_without_words": counts.wordless,
        "pages_unreadable": counts.unreadable,
    }


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _program_version() -> str:
    try:
        return version("dosije")
    except PackageNotFoundError:  # It runs from its source tree.
        return "unknown"
