"""Keeping the index in step with the catalog.

The catalog is the truth. It records, for each index generation, which revision of each document is in it; the record is
written after the index is durable. Whatever is interrupted, the worst is that a document is indexed once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.errors import storage_error
from archive.failpoints import passing
from archive.search.alerts import Alerts
from archive.search.building import Building, Progress
from archive.search.clauses.indexing import ClauseIndexing
from archive.search.engine import SearchEngine
from archive.search.entries import Entries
from archive.search.near_duplicates import NearDuplicates
from archive.search.rebuilding import build, jobs_for
from archive.search.service import SearchService
from archive.search.standing import is_missing
from archive.store.catalog import Catalog


class Indexing:
    """Brings documents into the index. Only the process that holds the archive's writer lock may use it."""

    def __init__(
        self,
        catalog: Catalog,
        engine: SearchEngine,
        clause_engine: SearchEngine,
        commit_documents: int,
        building: Building,
    ) -> None:
        """:param commit_documents: how many documents go into one commit; what an interruption can undo.
        :param building: who is told how far it has come, where it takes a while.
        """
        self._catalog = catalog
        self._engine = engine
        self._clauses = ClauseIndexing(catalog, clause_engine, commit_documents)
        self._commit_documents = commit_documents
        self._building = building
        self._alerts = Alerts(catalog, SearchService(catalog, engine))
        self._near_duplicates = NearDuplicates(catalog)

    def index_due(self, progress: Progress | None = None, *, midway: bool = False) -> int:
        """Index every document that the index lacks or holds at another revision; returns how many.

        The words of a document that was only described anew are not read again. Saved searches are run on what came
        in, and near-duplicates linked.

        :param midway: more is to come soon. Vendors are found, and clauses indexed, only at the end: both look at
            all documents.
        :raises archive.errors.IndexDamaged: the index cannot be read.
        """
        if not midway:
            self._catalog.vendors.identify()
        due = list(self._catalog.indexing.due(self._engine.generation))
        if is_missing(self._catalog, self._engine):
            # Built as a whole: half of it would answer as if it were all.
            self.rebuild(progress, jobs_for(len(due)))
        elif due:
            with self._building.at_work(len(due), progress) as told:
                self._index(due, told)
        self.follow_up()
        if not midway:
            # Each time, it looks at the clauses of the whole archive.
            self._clauses.index_due()
        return len(due)

    def _index(self, due: Sequence[str], progress: Progress) -> None:
        revisions, held = self._catalog.indexing.revisions(), self._engine.held()
        entries = Entries(self._catalog)
        for batch in self._batches(due, progress):
            self._alerts.remember(self._engine.generation, batch)
            self._engine.add(entries.of(batch, revisions, held))
            # The first commit of all makes the first generation, so its name is asked for only now.
            passing("index-changed")
            self._catalog.indexing.mark(self._engine.generation, {id_: revisions[id_] for id_ in batch})
            passing("index-marked")
            self._alerts.check_due(self._engine.generation)

    def follow_up(self) -> None:
        """Make up for what follows the index and may have been interrupted: alerts and near-duplicates."""
        self._alerts.check_due(self._engine.generation)
        self._near_duplicates.update()

    def is_complete(self) -> bool:
        """Whether the indexes hold all that the catalog holds."""
        is_due = next(self._catalog.indexing.due(self._engine.generation), None) is not None
        return not is_due and self._clauses.is_complete() and self._catalog.vendors.are_identified()

    def is_missing(self) -> bool:
        """Whether the catalog has documents recorded in an index that is not there."""
        return is_missing(self._catalog, self._engine) or self._clauses.is_missing()

    def rebuild(self, progress: Progress | None = None, jobs: int = 1) -> str:
        """Build a new generation beside the current one, verify it against the catalog and swap it in.

        :param jobs: how many processes build it.
        :returns: the name of the new generation. The old one is dropped only after the swap.
        :raises archive.errors.IndexDamaged: the new generation failed verification; the old one stays.
        :raises archive.errors.IndexingStopped: a process died; the old generation stays.
        :raises archive.errors.DiskFull: there is no room for it; the old generation stays.
        """
        try:
            return self._rebuilt(progress, jobs)
        except OSError as error:
            raise storage_error(error) from error

    def _rebuilt(self, progress: Progress | None, jobs: int) -> str:
        self._catalog.vendors.identify()
        building = self._engine.rebuild()
        try:
            expected = self._catalog.indexing.revisions()
            with self._building.at_work(len(expected), progress) as told:
                build(building, expected, self._catalog, Entries, jobs, told)
            passing("generation-built")
            building.publish(expected)
            passing("generation-published")
        except BaseException:
            building.discard()
            raise
        self._catalog.indexing.mark(building.generation, expected)
        self._catalog.indexing.forget_generations(keep=building.generation)
        passing("generation-marked")
        self._clauses.rebuild(jobs=jobs)
        self.follow_up()
        return building.generation

    def reconcile(self, progress: Progress | None = None) -> int:
        """Compare what the index holds with the catalog, put right what differs, and index what is due.

        An index that is gone is built whole before it answers anything.

        Documents that the catalog does not know are taken out. Records of documents that the index does not hold, as
        after its loss, are dropped, so that those are indexed again.

        :returns: how many documents were indexed.
        :raises archive.errors.IndexDamaged: the index cannot be read.
        """
        # Vendors that are called otherwise give their documents a new revision; so they are found before anything else.
        self._catalog.vendors.identify()
        held = {id_: known.revision for id_, known in self._engine.held().items()}
        known = self._catalog.indexing.revisions()
        strangers = held.keys() - known.keys()
        if strangers:
            self._engine.remove(strangers)
        generation = self._engine.generation
        due = set(self._catalog.indexing.due(generation))
        right = {id_: revision for id_, revision in known.items() if held.get(id_) == revision}
        if known.keys() - due - right.keys():
            self._catalog.indexing.forget_generations(keep="")
            due = set(known)
        self._catalog.indexing.mark(generation, {id_: revision for id_, revision in right.items() if id_ in due})
        self._clauses.reconcile()
        return self.index_due(progress)

    def _batches(self, ids: Sequence[str], progress: Progress) -> Iterator[Sequence[str]]:
        for start in range(0, len(ids), self._commit_documents):
            batch = ids[start : start + self._commit_documents]
            yield batch
            progress(start + len(batch), len(ids))
