"""The part of the catalog that keeps what was uploaded and is to be added, and knows the collections."""

from __future__ import annotations

from collections.abc import Collection as AnyCollection
from collections.abc import Sequence

from archive.jobs import Collection, Job, JobFile
from archive.store import jobs
from archive.store.sql.database import Database


class TakingIn:
    """Methods of :class:`archive.store.catalog.Catalog`, kept apart for their number.

    None of them needs the archive's writer lock: each is one short transaction of the database, so files can be
    uploaded while others are being added.
    """

    _database: Database

    def add_job(self, job_id: str, collection: str, by: str, files: Sequence[JobFile]) -> None:
        """Queue uploaded files for ``collection``."""
        with self._database.writing() as connection:
            jobs.add(connection, job_id, collection, by, files)

    def job(self, job_id: str) -> Job:
        """The job of this id.

        :raises UnknownJob: there is none.
        """
        with self._database.reading() as connection:
            return jobs.one(connection, job_id)

    def newest_jobs(self, limit: int) -> list[Job]:
        """The last jobs, the newest first."""
        with self._database.reading() as connection:
            return jobs.newest(connection, limit)

    def job_files(self, job_id: str) -> list[JobFile]:
        """The files of a job, and what was found in containers among them."""
        with self._database.reading() as connection:
            return jobs.files_of(connection, job_id)

    def take_job(self) -> Job | None:
        """The job to do next, which is running from now on. Only one process may take jobs."""
        with self._database.writing() as connection:
            return jobs.take(connection)

    def put_job_back(self, job_id: str, note: str) -> None:
        """Let a job that was taken wait once more."""
        with self._database.writing() as connection:
            jobs.put_back(connection, job_id, note)

    def tell_job_file(self, job_id: str, file: JobFile) -> None:
        """Record what became of a file of a job."""
        with self._database.writing() as connection:
            jobs.tell_file(connection, job_id, file)

    def tell_job_pages(self, job_id: str, pages_read: int) -> None:
        """Record how many pages of a job have been read."""
        with self._database.writing() as connection:
            jobs.tell_pages(connection, job_id, pages_read)

    def finish_job(self, job_id: str, reason: str) -> None:
        """End a job; whatever of it still waits has failed for ``reason``."""
        with self._database.writing() as connection:
            jobs.finish(connection, job_id, reason)

    def retry_job(self, job_id: str, paths: AnyCollection[str]) -> None:
        """Queue a job anew for those of these files that failed.

        :raises UnknownJob: there is no such job.
        :raises UsageError: it has not ended, or none of these files failed.
        """
        known = self.job(job_id)
        with self._database.writing() as connection:
            jobs.retry(connection, known.id, paths)

    def remove_job(self, job_id: str) -> None:
        """Forget a job; its documents stay. Errors as for trying again."""
        known = self.job(job_id)
        with self._database.writing() as connection:
            jobs.remove(connection, known.id)

    def collections(self) -> list[Collection]:
        """Every collection, by name."""
        with self._database.reading() as connection:
            return jobs.collections(connection)
