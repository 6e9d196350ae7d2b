"""Make the passages of documents that were added or read again, with their vectors.

The catalog records of which revision of each document passages were made, as it does for an index, so nothing is looked
at but what has changed. What was committed before a process was killed is not made again, even of a long document.
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
"""Texts that a model is given together."""

COMMIT_PASSAGES = 64
"""Passages after which they are committed: half a minute of work of one processor."""


class PassageMaker:
    """Makes passages that are due. Of the processes of a machine, only one makes them at a time."""

    def __init__(self, catalog: Catalog, store: PassageStore, model: MeaningModel) -> None:
        self._catalog, self._store, self._model = catalog, store, model

    def make(self, progress: Progress | None = None, until: Callable[[], bool] = lambda: False) -> int:
        """Make what is due; returns of how many documents.

        :param until: asked now and then whether to stop; what is made by then stays.
        :raises archive.errors.ArchiveBusy: another process makes passages.
        :raises archive.errors.DiskFull: there is no room.
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
        """Yield the passages of the newest reading that are not made yet, a few at a time; then its end is noted."""
        # The revision first: a document that changes meanwhile is due once more.
        known = self._catalog.documents.find(document)
        reading, made = writer.stored.made_of(document)
        cut = passages(self._catalog.readings.all_words(document, known.reading))
        left = islice(cut, made if reading == known.reading else 0, None)
        while piece := list(islice(left, AT_ONCE)):
            vectors = self._model.vectors([text for _, text in piece], TextRole.PASSAGE)
            yield PassageRun(document, known.reading, [place for place, _ in piece], vectors)
        batch.finished[document] = known.revision


class _Batch:
    """What is made and not committed."""

    def __init__(self, catalog: Catalog, writer: PassageWriter) -> None:
        self._catalog, self._writer = catalog, writer
        self._runs: list[PassageRun] = []
        self.generation = writer.stored.generation
        self.finished: dict[str, int] = {}
        """The documents of which all passages are made, with their revisions."""

    def take(self, run: PassageRun) -> None:
        """Take in passages, and commit when there are enough."""
        self._runs.append(run)
        if sum(len(run.passages) for run in self._runs) >= COMMIT_PASSAGES:
            self.commit()

    def commit(self) -> None:
        """Keep what was made, and then record which documents are finished."""
        if self._runs:
            self._writer.add([_joined(list(runs)) for _, runs in groupby(self._runs, attrgetter("document"))])
        passing("passages-committed")
        if self.finished:
            self._catalog.indexing.mark(self.generation, self.finished)
        self._runs, self.finished = [], {}


def _joined(runs: Sequence[PassageRun]) -> PassageRun:
    places = [place for run in runs for place in run.passages]
    return replace(runs[0], passages=places, vectors=np.concatenate([run.vectors for run in runs]))
