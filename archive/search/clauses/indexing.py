"""Keeping the index of clauses in step with the catalog.

It follows the index of documents, in a folder of its own, and is recorded in the same way: the catalog knows which
revision of each document is in it. What was interrupted is made up for by the next call.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby

from archive.search.building import Progress
from archive.search.clauses.entries import ClauseEntries, document_of, entry_id
from archive.search.engine import SearchEngine
from archive.search.rebuilding import build, jobs_for
from archive.search.standing import is_missing
from archive.store.catalog import Catalog

INDEX = "clauses.2"
"""What the generations of this index are recorded under. A new number makes all clauses due: they are called or shown
otherwise than before."""


class ClauseIndexing:
    """Brings clauses into their index. Only the process that holds the archive's writer lock may use it."""

    def __init__(self, catalog: Catalog, engine: SearchEngine, commit_documents: int) -> None:
        """:param commit_documents: the clauses of how many documents go into one commit."""
        self._catalog = catalog
        self._engine = engine
        self._commit_documents = commit_documents

    @property
    def generation(self) -> str:
        """What the catalog calls the generation that answers searches."""
        return f"{INDEX}/{self._engine.generation}"

    def is_complete(self) -> bool:
        """Whether the index holds the clauses of all documents at their revisions."""
        return next(self._catalog.indexing.due(self.generation), None) is None

    def is_missing(self) -> bool:
        """Whether the catalog has clauses recorded in an index that is not there."""
        return is_missing(self._catalog, self._engine, INDEX)

    def index_due(self) -> None:
        """Index the clauses of every document that the index lacks or holds at another revision.

        :raises archive.errors.IndexDamaged: the index cannot be read.
        """
        self._index(list(self._catalog.indexing.due(self.generation)))

    def rebuild(self, progress: Progress | None = None, jobs: int = 1) -> None:
        """Build a new generation and swap it in; errors as in :meth:`archive.search.indexing.Indexing.rebuild`."""
        revisions = self._catalog.indexing.revisions()
        building = self._engine.rebuild()
        try:
            expected = self._expected()
            build(building, expected, self._catalog, ClauseEntries, jobs, progress)
            building.publish(expected)
        except BaseException:
            building.discard()
            raise
        self._catalog.indexing.mark(self.generation, revisions)
        self._catalog.indexing.forget_generations(keep=self.generation, index=INDEX)

    def reconcile(self) -> None:
        """Compare what the index holds with the catalog, and put right what differs.

        :raises archive.errors.IndexDamaged: the index cannot be read.
        """
        held = {id_: known.revision for id_, known in self._engine.held().items()}
        wrong = {document_of(id_) for id_, _ in held.items() ^ self._expected().items()}
        known = self._catalog.indexing.revisions()
        strangers = [id_ for id_ in held if document_of(id_) not in known]
        if strangers:
            self._engine.remove(strangers)
        self._index(sorted(wrong.intersection(known).union(self._catalog.indexing.due(self.generation))))

    def _expected(self) -> dict[str, int]:
        return {entry_id(*unit): revision for unit, revision in self._catalog.clauses.unit_revisions().items()}

    def _index(self, due: list[str]) -> None:
        if not due:
            return
        if self.is_missing():
            self.rebuild(jobs=jobs_for(len(due)))
            return
        # Revisions first: a document that is corrected between the two is due once more, and not taken for done.
        revisions, expected = self._catalog.indexing.revisions(), self._expected()
        by_document = {document: list(ids) for document, ids in groupby(expected, document_of)}
        held: dict[str, list[str]] = {}
        for id_ in self._engine.held():
            held.setdefault(document_of(id_), []).append(id_)
        entries, began_in = ClauseEntries(self._catalog), self.generation
        for start in range(0, len(due), self._commit_documents):
            batch = due[start : start + self._commit_documents]
            ids = [id_ for document in batch for id_ in by_document.get(document, ())]
            self._remove({id_ for document in batch for id_ in held.get(document, ())}.difference(ids))
            if ids:
                self._engine.add(entries.of(ids, expected))
            self._catalog.indexing.mark(self.generation, {document: revisions[document] for document in batch})
        if self.generation != began_in:
            # The first clause of all made the first generation; documents without clauses may have come before it.
            self._catalog.indexing.mark(self.generation, {document: revisions[document] for document in due})

    def _remove(self, ids: Collection[str]) -> None:
        if ids:
            self._engine.remove(ids)
