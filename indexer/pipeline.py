"""Adding documents: from the paths a person names to documents that can be found.

The order makes a run resumable at any moment: the bytes are kept, then read, then one transaction makes them a
document, then the index learns of it. Whatever a killed run left undone is done by the next, because nothing but the
catalog says that a document is there. The same holds for what lies in e-mails and archives: the transaction that makes
a container a document also says what it holds, and whatever of that has become neither a document nor a failure is
taken up by the next run.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from archive.home import Archive
from indexer.adding import Run
from indexer.facts.watch.watchlist import Watchlist
from indexer.progress import Progress
from indexer.reading import Reader
from indexer.reports import AddOptions, FileReport, Summary
from indexer.workers import Ended, Pool

__all__ = ["AddOptions", "FileReport", "Summary", "add"]


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
    reader = Reader.of(archive.settings, options.ocr, archive.cache, options.passwords, Watchlist.of(archive.home))
    with archive.writing(), _unpacking_folder(archive) as folder:
        run = Run(archive, options, report, progress, folder)
        run.expand(paths)
        confinement = reader.confinement(archive.settings, archive.home, folder)
        with Pool(reader, options.jobs, archive.settings.number("read_timeout"), confinement) as pool:
            # The last containers may hold more to read when all else has been handed out.
            while run.is_due:
                for message in pool.run(run.jobs()):
                    if isinstance(message, Ended):
                        run.end(message.job, message.error)
                    else:
                        run.take(message.job, message.part)
        archive.indexing.index_due()
        return run.summary()


@contextmanager
def _unpacking_folder(archive: Archive) -> Iterator[Path]:
    """An empty folder for what is taken out of containers, on the disk where it will be kept. A killed run leaves it
    behind; there is but one, since only one process writes."""
    folder = archive.cache / "unpacked"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
