"""Watched folders: every file is added once it is complete, and stays where it is.

A file is complete if its size and modification time are the same in two checks some seconds apart. Both are recorded
after it was added (:mod:`archive.store.exchange.taken`), so that a killed watch continues, and a file that
changes later is added again.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import watchfiles

from archive.archive import Archive
from archive.errors import ArchiveBusy, UsageError
from archive.store.exchange.taken import SeenFile
from indexer.ingest.inputs import source_of
from indexer.ingest.progress import NOTHING, AddOptions, FileReport, Progress, Summary
from indexer.ingest.run import add
from indexer.ingest.walk import walk

AT_ONCE = 50
"""Number of files added together; after a kill, at most these are hashed again."""

FULL_LOOK_SECONDS = 300
"""Seconds between full scans without any event: the system may lose some."""

LONGEST_PAUSE = 60.0

_UNFINISHED = re.compile(r"~\$|.*(\.part|\.partial|\.filepart|\.crdownload|\.download|\.tmp|~)$", re.IGNORECASE)
"""Names of files that programs are still writing."""


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """Options of a watch.

    ``settle`` is how long a file must be unchanged in seconds; ``poll`` is the interval of scans where the system
    reports no changes, None where it does.
    """

    adding: AddOptions
    settle: float
    poll: float | None


class FolderWatch:
    """A watch that adds new files of folders.

    ``report`` is called with the result for each file, ``tell`` with other messages, once per problem.

    :raises UsageError: a folder does not exist, contains the archive or is inside it.
    """

    def __init__(
        self,
        archive: Archive,
        folders: Sequence[Path],
        options: WatchOptions,
        report: Callable[[FileReport], None],
        tell: Callable[[str], None],
    ) -> None:
        self._archive, self._folders, self._options = archive, folders, options
        self._report, self._tell = report, tell
        self._pending: dict[Path, tuple[SeenFile, float]] = {}
        self._troubles: set[str] = set()
        self._busy: ArchiveBusy | None = None
        for folder in folders:
            refuse_unwatchable(folder, archive.home)
        if options.adding.retries:
            # Failed members are retried by adding their container again.
            failed = {one.path.partition("!/")[0] for one in archive.catalog.failures.all()}
            archive.catalog.watched_files.forget(failed)

    @property
    def is_waiting(self) -> bool:
        """Whether files were seen that may be incomplete."""
        return bool(self._pending)

    def once(self) -> Summary:
        """Add all complete files, report the others, and return the totals.

        :raises ArchiveBusy: another process is writing.
        """
        summary = self.look()
        if self.is_waiting:
            time.sleep(self._options.settle)
            summary += self.look()
        if self._busy:
            raise self._busy
        for path in self._pending:
            self._tell(f"{path} is still being written; the next run looks at it again.")
        return summary

    def forever(self, progress: Progress | None = None) -> None:
        """Add new files until the process is stopped."""
        for _ in self._triggers():
            self.look(progress)

    def look(self, progress: Progress | None = None) -> Summary:
        """Check all files once, and add those that are complete."""
        now, found = time.monotonic(), self._new_files()
        whole = []
        for path, state in found.items():
            before, since = self._pending.get(path, (None, now))
            if before != state:
                self._pending[path] = (state, now)
            elif now - since >= self._options.settle:
                whole.append(path)
        for gone in self._pending.keys() - found.keys():
            del self._pending[gone]
        if not self._options.settle:
            whole = list(found)
        summary = NOTHING
        for first in range(0, len(whole), AT_ONCE):
            some = {path: found[path] for path in whole[first : first + AT_ONCE]}
            added = self._add(some, progress)
            if added is None:
                break
            summary += added
        return summary

    def _add(self, files: dict[Path, SeenFile], progress: Progress | None) -> Summary | None:
        """Add files and record them; None if the archive is busy."""
        try:
            summary = add(self._archive, list(files), self._options.adding, self._report, progress or Progress())
        except ArchiveBusy as error:
            if self._busy is None:
                self._tell(str(error))
            self._busy = error
            return None
        self._busy = None
        if self._archive.index_trouble:
            self._tell(f"{self._archive.index_trouble} What was read is kept, and is indexed later.")
        self._archive.catalog.watched_files.record({source_of(path): state for path, state in files.items()})
        for path in files:
            self._pending.pop(path, None)
        return summary

    def _new_files(self) -> dict[Path, SeenFile]:
        """Return the files that are new or changed."""
        found: dict[Path, SeenFile] = {}
        walked = walk(self._folders, follows_links=self._options.adding.follow_links)
        troubles = {str(error) for _, error in walked.refused}
        troubles |= {f"There is no folder {folder} now." for folder in self._folders if not folder.is_dir()}
        for path in walked.files:
            if path in self._folders or _UNFINISHED.match(path.name):
                continue
            try:
                status = path.stat()
            except OSError as error:
                troubles.add(f"{path} cannot be looked at: {error.strerror}.")
                continue
            found[path] = SeenFile(status.st_size, status.st_mtime_ns)
        for trouble in sorted(troubles):
            self._report_once(trouble)
        self._troubles &= troubles
        known = self._archive.catalog.watched_files.known(map(source_of, found))
        return {path: state for path, state in found.items() if known.get(source_of(path)) != state}

    def _report_once(self, trouble: str) -> None:
        if trouble not in self._troubles:
            self._troubles.add(trouble)
            self._tell(trouble)

    def _triggers(self) -> Iterator[None]:
        """Yield whenever the folders are to be checked."""
        pause = 1.0
        while True:
            yield
            if self._options.poll is not None:
                time.sleep(min(self._options.poll, self._options.settle) if self.is_waiting else self._options.poll)
                continue
            try:
                yield from self._changes()
            except (OSError, RuntimeError) as error:
                # The folder is gone, such as that of an unplugged disk, or the system's limit of watches is reached.
                if pause == 1.0:
                    self._tell(f"The system does not tell of changes: {error}. Folders are looked at now and then.")
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def _changes(self) -> Iterator[None]:
        """Yield after each change, when pending files may be complete, and at regular intervals."""
        looked = time.monotonic()
        wait = round(1000 * max(self._options.settle, 0.5))
        heard = watchfiles.watch(
            *self._folders, watch_filter=None, rust_timeout=wait, yield_on_timeout=True, debounce=wait
        )
        for changes in heard:
            if changes or self.is_waiting or time.monotonic() - looked > FULL_LOOK_SECONDS:
                yield
                looked = time.monotonic()


def refuse_unwatchable(folder: Path, home: Path) -> None:
    """Raise an error for a folder that cannot be watched.

    :raises UsageError: it does not exist, contains the archive or is inside it.
    """
    place = folder.resolve()
    if not place.is_dir():
        raise UsageError("There is no folder %(folder)s.", "Make it, or name another.", folder=folder)
    if home.is_relative_to(place) or place.is_relative_to(home):
        raise UsageError(
            "The archive's own folder cannot be watched: %(folder)s and %(home)s.",
            "Watch a folder beside it.",
            folder=folder,
            home=home,
        )
