"""Keeping the index in step with the catalog.

The catalog is the truth. It records, for each index generation, which revision of each document is in it; the record is
written after the index is durable. Whatever is interrupted, the worst is that a document is indexed once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from archive.search.engine import IndexEntry, SearchEngine
from archive.store.catalog import Catalog
from archive.text.analyzer import entry_terms

Progress = Callable[[int, int], None]
"""Called with the number of documents done and the number of documents to do."""


class Indexing:
    """Brings documents into the index. Only the process that holds the archive's writer lock may use it."""

    def __init__(self, catalog: Catalog, engine: SearchEngine, commit_documents: int) -> None:
        """:param commit_documents: how many documents go into one commit; what an interruption can undo."""
        self._catalog = catalog
        self._engine = engine
        self._commit_documents = commit_documents

    def index_due(self, progress: Progress | None = None) -> int:
        """Index every document that the index lacks or holds at another revision; returns how many.

        :raises archive.errors.IndexDamaged: the index cannot be read.
        """
        due = list(self._catalog.due(self._engine.generation))
        revisions = self._catalog.revisions() if due else {}
        for batch in self._batches(due, progress):
            self._engine.add(self._entries(batch, revisions))
            # The first commit of all makes the first generation, so its name is asked for only now.
            self._catalog.mark_indexed(self._engine.generation, {id_: revisions[id_] for id_ in batch})
        return len(due)

    def rebuild(self, progress: Progress | None = None) -> str:
        """Build a new generation beside the current one, verify it against the catalog and swap it in.

        :returns: the name of the new generation. The old one is dropped only after the swap.
        :raises archive.errors.IndexDamaged: the new generation failed verification; the old one stays.
        """
        expected = self._catalog.revisions()
        building = self._engine.rebuild()
        try:
            for batch in self._batches(list(expected), progress):
                building.add(self._entries(batch, expected))
            building.publish(expected)
        except BaseException:
            building.discard()
            raise
        self._catalog.mark_indexed(building.generation, expected)
        self._catalog.forget_generations(keep=building.generation)
        return building.generation

    def reconcile(self) -> int:
        """Compare what the index holds with the catalog, put right what differs, and index what is due.

        Documents that the catalog does not know are taken out. Records of documents that the index does not hold, as
        after its loss, are dropped, so that those are indexed again.

        :returns: how many documents were indexed.
        :raises archive.errors.IndexDamaged: the index cannot be read.
        """
        held = self._engine.revisions()
        known = self._catalog.revisions()
        strangers = held.keys() - known.keys()
        if strangers:
            self._engine.remove(strangers)
        generation = self._engine.generation
        due = set(self._catalog.due(generation))
        right = {id_: revision for id_, revision in known.items() if held.get(id_) == revision}
        if known.keys() - due - right.keys():
            self._catalog.forget_generations(keep="")
            due = set(known)
        self._catalog.mark_indexed(generation, {id_: revision for id_, revision in right.items() if id_ in due})
        return self.index_due()

    def _batches(self, ids: Sequence[str], progress: Progress | None) -> Iterator[Sequence[str]]:
        for start in range(0, len(ids), self._commit_documents):
            batch = ids[start : start + self._commit_documents]
            yield batch
            if progress:
                progress(start + len(batch), len(ids))

    def _entries(self, ids: Sequence[str], revisions: dict[str, int]) -> Iterator[IndexEntry]:
        descriptions = self._catalog.describe(ids)
        for id_, reading in self._catalog.readings(ids).items():
            words = self._catalog.all_words(id_, reading.number)
            languages = (page.language or reading.language for page in reading.pages)
            terms = entry_terms(zip(languages, words, strict=True))
            described = descriptions[id_]
            yield IndexEntry(
                id=id_,
                revision=revisions[id_],
                reading=reading.number,
                title=described.title,
                date=described.date or (None if described.year is None else str(described.year)),
                word_count=terms.word_count,
                stems=terms.stems,
                forms=terms.forms,
                joined=terms.joined,
                facets=described.facet_values(),
            )
