"""Building of passages and their vectors for new and changed documents.

The catalog records the revision of each document that passages were built from, as for an index, so only changed
documents are read. What was committed before a process was killed is not repeated, even within a long document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice
from operator import attrgetter

import numpy as np

from archive.search.index_state import PASSAGES, Progress
from archive.search.passages.cutting import passages
from archive.search.passages.models import MeaningModel, TextRole
from archive.search.passages.store import PassageRun, PassageStore, PassageWriter
from archive.store.catalog import Catalog
from archive.system.failpoints import passing

AT_ONCE = 8
"""Texts per call of the model."""

COMMIT_PASSAGES = 64
"""Passages per commit: half a minute of work of one processor."""


class PassageMaker:
    """Builds the due passages. Only one process per machine does so at a time."""

    def __init__(self, catalog: Catalog, store: PassageStore, model: MeaningModel) -> None:
        self._catalog, self._store, self._model = catalog, store, model

    def make(self, progress: Progress | None = None, until: Callable[[], bool] = lambda: False) -> int:
        """Build the due passages; returns the number of documents.

        :param until: polled whether to stop; what was built by then is kept.
        :raises archive.errors.ArchiveBusy: another process builds passages.
        :raises archive.errors.DiskFull: the disk is full.
        """
        done = 0
        with self._store.writing(self._model) as writer:
            batch = _Batch(self._catalog, writer)
            if writer.is_new:
                self._catalog.indexing.forget_generations(keep=batch.generation, index=PASSAGES)
            total = self._catalog.indexing.count_due(batch.generation)
            for document in self._catalog.indexing.due(batch.generation):
                for piece in self._pieces(document, writer, batch):
                    batch.take(piece)
                    if until():
                        batch.commit()
                        return done
                done += 1
                if progress:
                    progress(done, total)
            batch.commit()
        return done

    def _pieces(self, document: str, writer: PassageWriter, batch: _Batch) -> Iterator[PassageRun]:
        """Yield the missing passages of the newest reading in batches; then mark the document finished."""
        # Read the revision first, so that a document that changes meanwhile stays due.
        known = self._catalog.documents.find(document)
        reading, made = writer.stored.made_of(document)
        cut = passages(self._catalog.readings.all_words(document, known.reading))
        left = islice(cut, made if reading == known.reading else 0, None)
        while piece := list(islice(left, AT_ONCE)):
            vectors = self._model.vectors([text for _, text in piece], TextRole.PASSAGE)
            yield PassageRun(document, known.reading, [place for place, _ in piece], vectors)
        batch.finished[document] = known.revision


class _Batch:
    """Passages that are not committed yet."""

    def __init__(self, catalog: Catalog, writer: PassageWriter) -> None:
        self._catalog, self._writer = catalog, writer
        self._runs: list[PassageRun] = []
        self.generation = writer.stored.generation
        self.finished: dict[str, int] = {}
        """Documents whose passages are complete, with their revisions."""

    def take(self, run: PassageRun) -> None:
        """Add passages, and commit when there are enough."""
        self._runs.append(run)
        if sum(len(run.passages) for run in self._runs) >= COMMIT_PASSAGES:
            self.commit()

    def commit(self) -> None:
        """Commit the passages, and then record the finished documents."""
        if self._runs:
            self._writer.add([_joined(list(runs)) for _, runs in groupby(self._runs, attrgetter("document"))])
        passing("passages-committed")
        if self.finished:
            self._catalog.indexing.mark(self.generation, self.finished)
        self._runs, self.finished = [], {}


def _joined(runs: Sequence[PassageRun]) -> PassageRun:
    places = [place for run in runs for place in run.passages]
    return replace(runs[0], passages=places, vectors=np.concatenate([run.vectors for run in runs]))
