"""How far an index is behind the catalog. An answer that does not say so would be taken for one about all documents."""

from __future__ import annotations

from archive.errors import IndexBuilding, IndexMissing
from archive.search.building import Building
from archive.search.engine import SearchEngine
from archive.store.catalog import Catalog


def generation_of(engine: SearchEngine, index: str | None) -> str:
    """What the catalog calls the generation of ``engine`` that answers searches: that of documents has no prefix."""
    return f"{index}/{engine.generation}" if index else engine.generation


def is_missing(catalog: Catalog, engine: SearchEngine, index: str | None = None) -> bool:
    """Whether the catalog has documents recorded in an index that is not there."""
    generation = generation_of(engine, index)
    return (
        catalog.count_due(generation) > 0
        and catalog.is_indexed_elsewhere(generation, index)
        and engine.published() is None
    )


def count_not_searched(
    catalog: Catalog, engine: SearchEngine, index: str | None = None, building: Building | None = None
) -> int:
    """How many documents the index lacks, or holds as they were before they were changed.

    :param index: what the generations are recorded under; None for the index of documents.
    :raises archive.errors.IndexMissing: the catalog has documents recorded in an index, and there is none.
    :raises archive.errors.IndexBuilding: the same, and it is just being built.
    """
    due = catalog.count_due(generation_of(engine, index))
    if due and is_missing(catalog, engine, index):
        raise _missing(building.progress() if building else None)
    return due


def _missing(progress: tuple[int, int] | None) -> IndexMissing:
    if progress is None:
        return IndexMissing(
            "The search index is gone, so nothing can be said of what stands in the documents.",
            "Nothing is lost: a reading room that runs builds it anew by itself, and so does: dosije reindex",
        )
    done, total = progress
    return IndexBuilding(
        "The search index is being built: %(done)s of %(total)s documents are done.",
        "Try again in a moment. Documents can be read meanwhile.",
        done=f"{done:,}",
        total=f"{total:,}",
    )
