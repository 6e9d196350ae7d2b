"""Checking the search indexes: all that can be looked at of them, and what they hold against the catalog."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from archive.checking.problems import Kind, Problem, Repair
from archive.errors import EngineUnavailable, IndexDamaged
from archive.home import Archive
from archive.search.clauses.entries import document_of, entry_id
from archive.search.clauses.indexing import INDEX as CLAUSES
from archive.search.engine import SearchEngine
from archive.search.standing import is_missing


@dataclass(frozen=True, slots=True)
class _Index:
    """An index: its engine, what its generation is recorded under, what it should hold by entry, and the document of an
    entry."""

    engine: SearchEngine
    prefix: str
    expected: Callable[[], Mapping[str, int]]
    document_of: Callable[[str], str]


def check_indexes(archive: Archive) -> Iterator[Problem]:
    """Check both indexes. What is due is no damage, and neither is what a writer changes meanwhile."""
    catalog = archive.catalog

    def units() -> Mapping[str, int]:
        return {entry_id(*unit): revision for unit, revision in catalog.clauses.unit_revisions().items()}

    yield from _check(archive, _Index(archive.engine, "", catalog.indexing.revisions, str))
    yield from _check(archive, _Index(archive.clause_engine, f"{CLAUSES}/", units, document_of))


def _check(archive: Archive, index: _Index) -> Iterator[Problem]:
    where = index.engine.where
    try:
        damages = [error.message for error in index.engine.damages()]
        if is_missing(archive.catalog, index.engine, index.prefix.rstrip("/") or None):
            damages = ["The index is gone; the catalog has documents recorded in it."]
        due, wrong = _compared(archive, index)
    except EngineUnavailable as error:
        yield Problem(Kind.INDEX_UNREACHABLE, where, error.message)
        return
    except IndexDamaged as error:
        due, wrong = 0, 0
        damages = damages or [error.message]
    for message in damages:
        yield Problem(Kind.INDEX_DAMAGED, where, message, repair=Repair.REBUILD_INDEX)
    if wrong and not damages:
        message = f"It differs from the catalog in {wrong} documents that are recorded as indexed."
        yield Problem(Kind.INDEX_DIFFERS, where, message, repair=Repair.REBUILD_INDEX)
    if due and not damages:
        message = f"{due} documents wait to be indexed."
        yield Problem(Kind.INDEX_BEHIND, where, message, repair=Repair.INDEX_DUE)


def _compared(archive: Archive, index: _Index) -> tuple[int, int]:
    """How many documents are due, and how many others the index holds otherwise than it is recorded.

    The catalog is asked first and last, because a writer may be at work: what it changed meanwhile is not compared.
    """
    before = archive.catalog.indexing.revisions()
    expected = index.expected()
    generation = index.engine.generation
    due = set(archive.catalog.indexing.due(f"{index.prefix}{generation}"))
    held = {id_: known.revision for id_, known in index.engine.held().items()}
    if index.engine.generation != generation:
        return _compared(archive, index)
    known = index.expected()
    after = archive.catalog.indexing.revisions()
    changed = {id_ for id_, _ in before.items() ^ after.items()}
    same = expected.items() & known.items()
    lacking = {index.document_of(id_) for id_, revision in same if held.get(id_, -1) < revision}
    strangers = {index.document_of(id_) for id_ in held.keys() - expected.keys() - known.keys()}
    return len(due), len((lacking | strangers) - due - changed)
