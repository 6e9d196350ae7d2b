"""Adding documents: from the paths a person names to documents that can be found.

The order makes a run resumable at any moment: the bytes are kept, then read, then one transaction makes them a
document, then the index learns of it. Whatever a killed run left undone is done by the next, because nothing but the
catalog says that a document is there. The same holds for what lies in e-mails and archives: the transaction that makes
a container a document also says what it holds, and whatever of that has become neither a document nor a failure is
taken up by the next run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from archive.errors import UsageError
from archive.home import Archive
from indexer.adding import Run
from indexer.facts.watch.watchlist import Watchlist
from indexer.outcomes import Outcomes
from indexer.progress import Progress
from indexer.reading import Reader, ReadJob
from indexer.reports import AddOptions, FileReport, Summary
from indexer.unpacking_folder import unpacking_folder
from indexer.workers import PAUSE, Ended, Pool

__all__ = ["AddOptions", "FileReport", "Summary", "add", "queue"]


def add(
    archive: Archive,
    paths: Sequence[Path],
    options: AddOptions,
    report: Callable[[FileReport], None],
    progress: Progress,
) -> Summary:
    """Take files and folders into the archive; without ``paths``, everything that failed before.

    ``report`` is called once for each file, as soon as it is known what became of it. A file that fails is recorded
    with its reason and never stops the others.

    :raises archive.errors.UsageError: OCR is wanted and its language data are not there, or the archive's own watchlist
        cannot be read.
    :raises archive.errors.ArchiveBusy: another process is writing.
    :raises archive.errors.ArchiveError: the archive cannot be written.
    """
    reader = reader_of(archive, options)
    with archive.adding() as claims, unpacking_folder(archive.cache) as folder:
        outcomes = Outcomes(archive, claims, report, progress)
        run = Run(archive, claims, options, outcomes, folder)
        run.expand(paths, progress)
        read(archive, reader, options.jobs, folder, run, _until_done(run), progress)
        archive.index(claims)
        return outcomes.summary()


def queue(
    archive: Archive,
    paths: Sequence[Path],
    options: AddOptions,
    report: Callable[[FileReport], None],
    progress: Progress,
) -> Summary:
    """Keep the bytes of files and folders, and queue them to be read by workers (:mod:`indexer.working`). How they are
    read is for the workers to say. Otherwise as :func:`add`.

    :raises archive.errors.UsageError: the catalog has no queue that several workers could share.
    """
    if not archive.catalog.tasks.has_queue:
        raise UsageError("A queue for several workers needs a catalog on PostgreSQL.", "Set catalog_url, or just add.")
    with archive.adding() as claims, unpacking_folder(archive.cache) as folder:
        outcomes = Outcomes(archive, claims, report, progress)
        run = Run(archive, claims, options, outcomes, folder)
        run.expand(paths, progress)
        while run.is_busy:
            for job in run.jobs():
                run.hand_over(job)
            if run.is_busy:
                # Another run is just reading the same bytes.
                time.sleep(PAUSE)
        return outcomes.summary()


def reader_of(archive: Archive, options: AddOptions) -> Reader:
    """What reads documents as the archive's settings and ``options`` say. Errors as for :func:`add`."""
    return Reader.of(archive.settings, options.ocr, archive.cache, options.passwords, Watchlist.of(archive.home))


def read(
    archive: Archive,
    reader: Reader,
    processes: int,
    folder: Path,
    run: Run,
    jobs: Iterable[ReadJob | None],
    progress: Progress,
) -> None:
    """Read what a run has to read, in so many processes, which write to ``folder``."""
    confinement = reader.confinement(archive.settings, archive.home, folder)
    with Pool(reader, processes, archive.settings.number("read_timeout"), confinement) as pool:
        for message in pool.run(jobs):
            if isinstance(message, Ended):
                run.end(message.job, message.error)
            else:
                run.take(message.job, message.part, progress)


def _until_done(run: Run) -> Iterator[ReadJob | None]:
    """All that a run has to read. Containers that are being read may hold more."""
    while run.is_busy:
        yield from run.jobs()
        yield None
