"""Indexing: updating the indexes of documents and of clauses from the catalog.

The catalog is the truth. It records the indexed revision of each document per generation, after the index is durable.
An interruption at most causes a document to be indexed again. The index of clauses is updated after that of documents,
in its own folder, and is recorded in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from archive.errors import storage_error
from archive.search.engine import SearchEngine
from archive.search.entries import ClauseEntries, Entries, document_of, entry_id
from archive.search.index_state import (
    RECORDED_AS,
    Building,
    Progress,
    generation_of,
    is_as_recorded,
    is_complete,
    is_missing,
)
from archive.search.near_duplicates import NearDuplicateLinker
from archive.search.rebuilding import build, jobs_for
from archive.search.request import Unit
from archive.search.saved_searches import AlertRunner
from archive.search.service import SearchService
from archive.store.catalog import Catalog
from archive.system.failpoints import passing

OnBatch = Callable[[Sequence[str]], None]
"""Called with the ids of the documents of a batch."""


class UnitIndex:
    """The index of one unit. Only the process with the writer lock may change it."""

    def __init__(self, catalog: Catalog, engine: SearchEngine, unit: Unit, commit_documents: int) -> None:
        """:param commit_documents: documents (or documents whose clauses) per commit."""
        self._catalog = catalog
        self._engine = engine
        self._unit = unit
        self._commit_documents = commit_documents

    @property
    def generation(self) -> str:
        """The name under which the catalog records the current generation."""
        return generation_of(self._engine, self._unit)

    def is_complete(self) -> bool:
        """Return whether the index holds all documents, or all their clauses, at their current revisions."""
        return is_complete(self._catalog, self._engine, self._unit)

    def is_missing(self) -> bool:
        """Return whether the catalog records an index that does not exist."""
        return is_missing(self._catalog, self._engine, self._unit)

    def is_of_before(self) -> bool:
        """Return whether the index is of an older version, which must be rebuilt before it is changed."""
        return self._engine.is_of_before()

    def inspect(self) -> None:
        """Look whether the index can be opened, and at a portion of it: whoever writes would go on beside damage.

        :raises archive.errors.IndexDamaged: it cannot be read.
        """
        self._engine.inspect()

    def due(self) -> list[str]:
        """Return the documents that the index lacks or holds at another revision."""
        return list(self._catalog.indexing.due(self.generation))

    def expected(self, revisions: Mapping[str, int], documents: Collection[str] | None = None) -> dict[str, int]:
        """Return the entries, with revisions, that a complete index has of these documents (None: of all), grouped by
        document."""
        if self._unit is Unit.DOCUMENTS:
            return dict(revisions)
        units = self._catalog.clauses.unit_revisions(documents)
        return {entry_id(*unit): revision for unit, revision in units.items()}

    def is_as_recorded(self) -> bool:
        """Return whether the index, if there is one, has the fingerprint that the catalog recorded last."""
        return is_as_recorded(self._catalog, self._engine, self._unit)

    def compare(self) -> None:
        """Compare all entries with the catalog: entries of unknown documents are removed, and documents that differ
        become due. Indexed revisions are recorded, because saved searches need to know which ones they were run on."""
        held = {id_: known.revision for id_, known in self._engine.held().items()}
        known = self._catalog.indexing.revisions()
        if strangers := [id_ for id_ in held if document_of(id_) not in known]:
            self._engine.remove(strangers)
        if self._unit is Unit.DOCUMENTS:
            recorded = {id_: revision for id_, revision in held.items() if id_ in known}
        else:
            wrong = {document_of(id_) for id_, _ in held.items() ^ self.expected(known).items()}
            recorded = {id_: revision for id_, revision in known.items() if id_ not in wrong}
        self._catalog.indexing.forget(self.generation)
        self._catalog.indexing.mark(self.generation, recorded, self._engine.fingerprint())

    def index(self, due: Sequence[str], *, before: OnBatch = lambda _: None, after: OnBatch = lambda _: None) -> None:
        """Index these documents, commit by commit.

        :raises archive.errors.IndexDamaged: the index cannot be read.
        """
        entries, began_in, revisions = self._entries(self._catalog), self.generation, dict[str, int]()
        for start in range(0, len(due), self._commit_documents):
            batch = due[start : start + self._commit_documents]
            before(batch)
            # Revisions first: a document that is corrected between the two reads stays due.
            of_batch = self._catalog.indexing.revisions(batch)
            expected, held = self.expected(of_batch, batch), self._engine.held(batch)
            if gone := held.keys() - expected.keys():
                self._engine.remove(gone)
            if expected:
                self._engine.add(entries.of(list(expected), expected, held))
            # The first commit creates the first generation, so its name is read after it.
            passing("index-changed")
            self._catalog.indexing.mark(self.generation, of_batch, self._engine.fingerprint())
            passing("index-marked")
            revisions |= of_batch
            after(batch)
        if self._unit is Unit.CLAUSES and self.generation != began_in:
            # Documents without clauses may precede the first entry, which created the first generation.
            self._catalog.indexing.mark(self.generation, revisions, self._engine.fingerprint())

    def rebuild(self, progress: Progress | None = None, jobs: int = 1) -> str:
        """Build a new generation and swap it in; errors as for :meth:`Indexer.rebuild`."""
        # Revisions first, as above.
        revisions = self._catalog.indexing.revisions()
        expected, building = self.expected(revisions), self._engine.rebuild()
        try:
            build(building, expected, self._catalog, self._entries, jobs, progress)
            passing("generation-built")
            building.publish(expected)
            passing("generation-published")
        except BaseException:
            building.discard()
            raise
        self._catalog.indexing.mark(self.generation, revisions, self._engine.fingerprint())
        self._catalog.indexing.forget_generations(keep=self.generation, index=RECORDED_AS[self._unit])
        passing("generation-marked")
        return building.generation

    @property
    def _entries(self) -> type[Entries]:
        return ClauseEntries if self._unit is Unit.CLAUSES else Entries


class Indexer:
    """Updates the indexes. Only the process with the writer lock may use it."""

    def __init__(
        self,
        catalog: Catalog,
        engine: SearchEngine,
        clause_engine: SearchEngine,
        commit_documents: int,
        building: Building,
    ) -> None:
        """:param commit_documents: documents per commit, which an interruption can undo.
        :param building: publishes the progress of long runs.
        """
        self._catalog = catalog
        self._engine = engine
        self._documents = UnitIndex(catalog, engine, Unit.DOCUMENTS, commit_documents)
        self._clauses = UnitIndex(catalog, clause_engine, Unit.CLAUSES, commit_documents)
        self._building = building
        self._alerts = AlertRunner(catalog, SearchService(catalog, engine))
        self._near_duplicates = NearDuplicateLinker(catalog)

    def index_due(self, progress: Progress | None = None, *, midway: bool = False) -> int:
        """Index every due document: one that the index lacks or holds at another revision; returns their number.

        Words are not read again if only facts changed. Afterwards saved searches are run on the documents and
        near-duplicates linked.

        :param midway: more documents follow soon: vendors are identified and clauses indexed only at the end, for all
            at once.
        :raises archive.errors.IndexDamaged: the index cannot be read.
        """
        if not midway:
            self._catalog.vendors.identify()
        due = self._documents.due()
        if self._documents.is_missing():
            # Built as a whole, because a partial index would answer as if it were complete.
            self.rebuild(progress, jobs=None)
        elif due:
            with self._building.at_work(len(due), progress) as told:
                self._index(due, told)
            if self._documents.is_of_before():
                self.rebuild(progress, jobs=None)
        self.follow_up()
        if not midway:
            self._index_clauses(self._clauses.due())
        return len(due)

    def _index(self, due: Sequence[str], progress: Progress) -> None:
        done = 0

        def after(batch: Sequence[str]) -> None:
            nonlocal done
            self._alerts.check_due(self._engine.generation)
            done += len(batch)
            progress(done, len(due))

        self._documents.index(
            due, before=lambda batch: self._alerts.remember(self._engine.generation, batch), after=after
        )

    def _index_clauses(self, due: Sequence[str]) -> None:
        if due and (self._clauses.is_missing() or self._clauses.is_of_before()):
            self._clauses.rebuild(jobs=jobs_for(self._catalog.documents.count()))
        elif due:
            self._clauses.index(due)

    def follow_up(self) -> None:
        """Run saved searches and link near-duplicates, for what an interruption left undone."""
        self._alerts.check_due(self._engine.generation)
        self._near_duplicates.update()

    def is_complete(self) -> bool:
        """Return whether the indexes are up to date with the catalog."""
        are_complete = self._documents.is_complete() and self._clauses.is_complete()
        return are_complete and self._catalog.indexing.vendors_are_identified()

    def is_missing(self) -> bool:
        """Return whether the catalog records an index that does not exist."""
        return self._documents.is_missing() or self._clauses.is_missing()

    def rebuild(self, progress: Progress | None = None, jobs: int | None = 1) -> str:
        """Build a new generation beside the current one, verify it against the catalog and swap it in.

        :param jobs: number of building processes; None chooses it.
        :returns: the name of the new generation. The old one is dropped only after the swap.
        :raises archive.errors.IndexDamaged: the new generation failed verification; the old one stays.
        :raises archive.errors.IndexingStopped: a process died; the old generation stays.
        :raises archive.errors.DiskFull: the disk is full; the old generation stays.
        """
        try:
            return self._rebuilt(progress, jobs)
        except OSError as error:
            raise storage_error(error) from error

    def _rebuilt(self, progress: Progress | None, jobs: int | None) -> str:
        self._catalog.vendors.identify()
        count = self._catalog.documents.count()
        jobs = jobs_for(count) if jobs is None else jobs
        with self._building.at_work(count, progress) as told:
            generation = self._documents.rebuild(told, jobs)
        self._clauses.rebuild(jobs=jobs)
        self.follow_up()
        return generation

    def reconcile(self, progress: Progress | None = None) -> int:
        """Finish what an interrupted writer left, and index what is due.

        A missing index is rebuilt. One with another fingerprint than recorded is compared with the catalog entry by
        entry: entries of unknown documents are removed, and those that differ are indexed again.

        :returns: the number of indexed documents.
        :raises archive.errors.IndexDamaged: the index cannot be read.
        """
        # A renamed vendor gives its documents a new revision, so vendors are identified first.
        self._catalog.vendors.identify()
        for index in (self._documents, self._clauses):
            index.inspect()
            if not index.is_as_recorded():
                index.compare()
        return self.index_due(progress)
