"""The inbox: uploaded files, as they wait to be added.

::

    HOME/inbox/JOB/3/ugovor.pdf     the third file of a job, under a name that is safe
    HOME/inbox/.JOB/                one that is still being uploaded, or whose upload was interrupted

Files are on the disk, fsynced, before a job names them. What became a document is removed when its job ends; what
failed stays until somebody tries again or removes the job.

A job comes in one request (:meth:`Uploads.keep`), or piece by piece: each file grows by the parts that are appended to
it, and a sender whose connection broke is told how much of a file is here and goes on from there.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from archive.errors import Message, UnknownJob, UsageError, sentences, storage_error
from archive.model.queue import FileState, JobFile
from archive.system.files import rename, replacing, sync

LONGEST_NAME = 200
"""Bytes of a file's name in UTF-8; file systems take 255."""

STALE_SECONDS = 24 * 60 * 60
"""Age at which an upload that never ended is taken for interrupted."""

EMPTY = sentences(Message("The file is empty."), Message("Copy it again from where it came from."))

_CHUNK = 1 << 20
_SUM = "bytes"
"""In the folder of a job that is being uploaded: how many bytes its files have, or somewhat more."""

_UNNAMED = "unnamed"
_JOB_ID = re.compile("[0-9a-f]{32}")


class Uploads:
    """The folder of uploads. Any number of threads and processes may put files into it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def folder(self, job_id: str) -> Path:
        """Return the folder of the files of a job."""
        return self._root / job_id

    def keep(self, uploads: Iterable[tuple[str, BinaryIO]]) -> tuple[str, list[JobFile]]:
        """Keep uploaded files, each with the name it came under; returns the id of a job and its files.

        An empty one is not kept: it has failed.

        :raises DiskFull: there is no room for them. None is kept then.
        :raises ArchiveError: they cannot be written. None is kept then.
        """
        job_id = uuid.uuid4().hex
        unfinished = self._root / f".{job_id}"
        try:
            files = [_keep(unfinished, at, name, stream) for at, (name, stream) in enumerate(uploads, start=1)]
            unfinished.mkdir(parents=True, exist_ok=True)
            rename(unfinished, self.folder(job_id))
        except OSError as error:
            raise storage_error(error) from error
        finally:
            # It has another name by now if all were kept.
            shutil.rmtree(unfinished, ignore_errors=True)
        return job_id, files

    def begin(self) -> str:
        """Begin a job whose files come piece by piece; returns its id, which only its sender is told."""
        job_id = uuid.uuid4().hex
        try:
            self._unfinished(job_id).mkdir(parents=True)
        except OSError as error:
            raise storage_error(error) from error
        return job_id

    def append(self, job_id: str, ordinal: int, name: str, offset: int, part: bytes, most: int) -> int:
        """Append a part to file ``ordinal`` (1..) of a job that was begun, if that file ends at ``offset``; returns how
        many bytes of it are here now. A part that comes twice, or too soon, changes nothing.

        :raises UnknownJob: no such job is being uploaded.
        :raises UsageError: the files of the job would have more than ``most`` bytes together.
        :raises DiskFull: there is no room for it.
        """
        folder = self._unfinished(job_id)
        if not folder.is_dir():
            raise UnknownJob("No such upload is under way.", "Send the files anew.")
        target = folder / str(ordinal) / safe_name(name)
        try:
            target.parent.mkdir(exist_ok=True)
            with target.open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                size = os.fstat(file.fileno()).st_size
                if size == offset:
                    _reserve(folder, len(part), most)
                    size += _written(file, part, size)
            os.utime(folder)
        except OSError as error:
            raise storage_error(error) from error
        return size

    def finish(self, job_id: str, sizes: Mapping[int, int]) -> list[JobFile]:
        """End a job that was begun, whose files have these sizes; returns them. What else is here of it was given up by
        its sender and goes. Whoever asks again is told the same.

        :raises UnknownJob: no such job is being uploaded.
        :raises UsageError: a file is not here, or not whole.
        """
        unfinished, folder = self._unfinished(job_id), self.folder(job_id)
        try:
            if not folder.is_dir():
                if not unfinished.is_dir():
                    raise UnknownJob("No such upload is under way.", "Send the files anew.")
                found = {_ordinal(file): file for file in _files_in(unfinished)}
                if not sizes or any(at not in found or found[at].size != size for at, size in sizes.items()):
                    raise UsageError("Not all of the files are here.", "Send what is missing.")
                for at, file in found.items():
                    path = unfinished / file.path
                    if at not in sizes:
                        shutil.rmtree(path.parent)
                        continue
                    sync(path)
                    sync(path.parent)
                (unfinished / _SUM).unlink(missing_ok=True)
                sync(unfinished)
                rename(unfinished, folder)
            return _files_in(folder)
        except OSError as error:
            raise storage_error(error) from error

    def _unfinished(self, job_id: str) -> Path:
        """Return the folder of a job that is being uploaded.

        :raises UnknownJob: this is no id of a job.
        """
        if not _JOB_ID.fullmatch(job_id):
            raise UnknownJob("No such upload is under way.", "Send the files anew.")
        return self._root / f".{job_id}"

    def discard(self, job_id: str, path: str) -> None:
        """Remove a file of a job. One that is gone is no error."""
        shutil.rmtree(self.folder(job_id) / path.partition("/")[0], ignore_errors=True)

    def discard_job(self, job_id: str) -> None:
        """Remove all that is left of a job."""
        shutil.rmtree(self.folder(job_id), ignore_errors=True)

    def jobs(self) -> set[str]:
        """Return the jobs whose files are here. Another room of the archive may have those of others."""
        with suppress(FileNotFoundError):
            return {folder.name for folder in self._root.iterdir() if _JOB_ID.fullmatch(folder.name)}
        return set()

    def sweep(self, known: Callable[[set[str]], set[str]]) -> int:
        """Remove uploads that were interrupted long ago, and files of jobs that are not ``known`` any more; returns how
        many."""
        ids, count = self.jobs(), 0
        forgotten = [self.folder(id_) for id_ in ids - known(ids)]
        for unfinished in (*self._root.glob(".*"), *forgotten):
            with suppress(FileNotFoundError):  # It has just become a job's, or another room has removed it.
                if time.time() - unfinished.stat().st_mtime > STALE_SECONDS:
                    shutil.rmtree(unfinished, ignore_errors=True)
                    count += 1
        return count


def safe_name(name: str) -> str:
    """Return a file's name that can do no harm: no folders, nothing invisible, no dot before it, of moderate length.

    Letters of every script stay as they are; the ending stays if the name has to be cut.
    """
    base = name.replace("\\", "/").rpartition("/")[2].encode("utf-8", "replace").decode("utf-8")
    shown = "".join(letter if letter.isprintable() else "_" for letter in base).strip().lstrip(".").strip()
    stem, dot, ending = shown.rpartition(".")
    if not dot or len(ending.encode()) > LONGEST_NAME // 4:
        stem, dot, ending = shown, "", ""
    room = LONGEST_NAME - len(f"{dot}{ending}".encode())
    cut = stem.encode()[:room].decode("utf-8", "ignore").rstrip()
    return f"{cut}{dot}{ending}" or _UNNAMED


def _keep(folder: Path, ordinal: int, name: str, stream: BinaryIO) -> JobFile:
    path = f"{ordinal}/{safe_name(name)}"
    target = folder / path
    target.parent.mkdir(parents=True)
    with replacing(target) as file:
        shutil.copyfileobj(stream, file, _CHUNK)
        size = file.tell()
    if size == 0:
        shutil.rmtree(target.parent)
        return JobFile(path, 0, FileState.FAILED, reason=EMPTY)
    sync(folder)
    return JobFile(path, size)


def _written(file: BinaryIO, part: bytes, size: int) -> int:
    """Write a part at the end of a file of this size, or nothing of it; returns how many bytes it has."""
    try:
        file.write(part)
        file.flush()
    except OSError:
        file.truncate(size)
        raise
    return len(part)


def _files_in(folder: Path) -> list[JobFile]:
    found = (path for place in folder.iterdir() if place.name != _SUM for path in place.iterdir())
    files = [JobFile(f"{path.parent.name}/{path.name}", path.stat().st_size) for path in found]
    return sorted(files, key=_ordinal)


def _ordinal(file: JobFile) -> int:
    return int(file.path.partition("/")[0])


def _reserve(folder: Path, count: int, most: int) -> None:
    """Add what a part has to the sum of a job, before it is written: who is killed in between leaves a sum that is too
    large. So the files are counted before a part is refused, and only then.

    :raises UsageError: they would be more than ``most``.
    """
    with (folder / _SUM).open("a+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        told = file.read()
        known = int(told) if told else _bytes_in(folder)
        if known + count > most:
            known = _bytes_in(folder)
        if known + count > most:
            raise UsageError("That is more than may be sent at once.", "Send fewer files at a time.")
        file.truncate(0)
        file.write(str(known + count))


def _bytes_in(folder: Path) -> int:
    return sum(file.size for file in _files_in(folder))
