"""Rebuilding of the whole index, by as many processes as there are processors.

Each process reads its documents from the catalog and writes its own segments, which are committed together. If one
process dies, the rebuild fails as a whole. If their parent is killed, all of them end.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from archive.errors import IndexingStopped
from archive.search.engine import IndexEntry, PartBuilder, Rebuild
from archive.search.index_state import Progress
from archive.store.catalog import Catalog
from archive.system.processes import end_when_interrupted, end_with_parent, interruption_postponed

PARTS = 4
"""Fewest batches per process, so that none is idle while another has long documents."""

FEWEST_DOCUMENTS, MOST_DOCUMENTS = 25, 2000
"""Documents per batch."""

WAITING = 2
"""Batches that are queued per process, so that none waits for the next."""


FEW = 1000
"""Number of documents up to which one process is faster than starting several."""


def jobs_for(documents: int) -> int:
    """Return the useful number of processes to index this many documents."""
    return 1 if documents < FEW else os.cpu_count() or 1


class EntrySource(Protocol):
    """Builds index entries."""

    def of(self, ids: Sequence[str], revisions: Mapping[str, int]) -> Iterator[IndexEntry]:
        """Return the entries of these ids at these revisions."""


MakeSource = Callable[[Catalog], EntrySource]
"""Makes a source over a catalog. Picklable."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """Documents or clauses for one process. ``first`` is the index of the first of them among all."""

    ids: Sequence[str]
    revisions: dict[str, int]
    first: int


def build(
    rebuild: Rebuild,
    expected: Mapping[str, int],
    catalog: Catalog,
    make_source: MakeSource,
    jobs: int,
    progress: Progress | None,
) -> None:
    """Index everything ``expected`` (id to revision) in a new generation.

    :param make_source: makes the source of the entries.
    :raises archive.errors.IndexingStopped: a process died.
    """
    ids = list(expected)
    size = min(MOST_DOCUMENTS, max(FEWEST_DOCUMENTS, len(ids) // (PARTS * jobs)))
    batches = (
        _Batch(part, {id_: expected[id_] for id_ in part}, first)
        for first in range(0, len(ids), size)
        if (part := ids[first : first + size])
    )
    done = 0
    with (
        rebuild.assembling() as assembly,
        closing(_built(batches, assembly.builder, catalog, make_source, jobs)) as built,
    ):
        for count, part in built:
            assembly.take(part)
            done += count
            if progress:
                progress(done, len(ids))


def _built(
    batches: Iterator[_Batch], builder: PartBuilder, catalog: Catalog, make_source: MakeSource, jobs: int
) -> Generator[tuple[int, Any], None, None]:
    """Yield the parts with their numbers of documents. Closing the generator stops all processes."""
    if jobs == 1:
        entries = make_source(catalog)
        for batch in batches:
            yield len(batch.ids), builder.build(entries.of(batch.ids, batch.revisions), batch.first)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, _start, (catalog.opener(), builder, make_source)) as pool:
        with interruption_postponed():
            working = {pool.submit(_work, batch) for batch in islice(batches, WAITING * jobs)}
        try:
            while working:
                finished, working = wait(working, return_when=FIRST_COMPLETED)
                working |= {pool.submit(_work, batch) for batch in islice(batches, len(finished))}
                for future in finished:
                    yield future.result()
        except BrokenProcessPool as error:
            raise IndexingStopped(
                "A process that was building the index died; the old index stays.",
                "Try again, with fewer processes if memory was short: dosije reindex --jobs 1",
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


_worker: tuple[EntrySource, PartBuilder] | None = None


def _start(reopen: Callable[[], Catalog], builder: PartBuilder, make_source: MakeSource) -> None:
    end_with_parent()
    end_when_interrupted()
    global _worker  # noqa: PLW0603  # A process of the pool works for one rebuild, and this is its only state.
    _worker = make_source(reopen()), builder


def _work(batch: _Batch) -> tuple[int, Any]:
    assert _worker is not None
    entries, builder = _worker
    return len(batch.ids), builder.build(entries.of(batch.ids, batch.revisions), batch.first)
