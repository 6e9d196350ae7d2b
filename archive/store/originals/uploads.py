"""The inbox: uploaded files that wait to be added.

::

    HOME/inbox/JOB/3/2023/ugovor.pdf    the third file of a job, below its folders, under safe names
    HOME/inbox/.JOB/                    a job that is being uploaded, or whose upload was interrupted

Files are fsynced before a job refers to them. Files that became documents are removed when the job ends; failed ones
stay until somebody retries or removes the job.

A job is uploaded in one request (:meth:`Uploads.keep`) or in parts: parts are appended to each file, and a sender whose
connection broke gets the current size of the file and resumes there.
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
"""Most bytes of a file's name in UTF-8; file systems allow 255."""

MOST_FOLDERS = 8
"""Most folders that are kept of a file's path."""

STALE_SECONDS = 24 * 60 * 60
"""Age at which an unfinished upload is taken for interrupted."""

EMPTY = sentences(Message("The file is empty."), Message("Copy it again from where it came from."))

_CHUNK = 1 << 20
_SUM = "bytes"
"""File in the folder of an unfinished job: an upper bound of the bytes uploaded so far."""

_UNNAMED = "unnamed"
_JOB_ID = re.compile("[0-9a-f]{32}")


class Uploads:
    """The folder of uploads. Any number of threads and processes may add files."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def folder(self, job_id: str) -> Path:
        """Return the folder of the files of a job."""
        return self._root / job_id

    def keep(self, uploads: Iterable[tuple[str, BinaryIO]]) -> tuple[str, list[JobFile]]:
        """Store uploaded files, each with its original name; returns the id of a job and its files.

        An empty file is not stored; it is listed as failed.

        :raises DiskFull: the disk is full. No file is stored.
        :raises ArchiveError: they cannot be written. No file is stored.
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
            # If all were stored, the folder was renamed.
            shutil.rmtree(unfinished, ignore_errors=True)
        return job_id, files

    def begin(self) -> str:
        """Begin a job that is uploaded in parts; return its id, which is secret to its sender."""
        job_id = uuid.uuid4().hex
        try:
            self._unfinished(job_id).mkdir(parents=True)
        except OSError as error:
            raise storage_error(error) from error
        return job_id

    def append(self, job_id: str, ordinal: int, name: str, offset: int, part: bytes, most: int) -> int:
        """Append a part to file ``ordinal`` (1..) of an unfinished job if the file's size is ``offset``; returns its
        size now. A repeated or premature part changes nothing. ``name`` is its name, below the folders it was in.

        :raises UnknownJob: no such job is being uploaded.
        :raises UsageError: the files of the job would have more than ``most`` bytes together.
        :raises DiskFull: the disk is full.
        """
        folder = self._unfinished(job_id)
        if not folder.is_dir():
            raise UnknownJob("No such upload is under way.", "Send the files again.")
        target = folder / str(ordinal) / safe_path(name)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
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
        """Finish an unfinished job whose files have these sizes; returns its files. Other files of the job are deleted,
        because its sender gave them up. Idempotent.

        :raises UnknownJob: no such job is being uploaded.
        :raises UsageError: a file is missing or incomplete.
        """
        unfinished, folder = self._unfinished(job_id), self.folder(job_id)
        try:
            if not folder.is_dir():
                if not unfinished.is_dir():
                    raise UnknownJob("No such upload is under way.", "Send the files again.")
                found = {_ordinal(file): file for file in _files_in(unfinished)}
                if not sizes or any(at not in found or found[at].size != size for at, size in sizes.items()):
                    raise UsageError("Not all of the files are here.", "Send what is missing.")
                for at, file in found.items():
                    if at not in sizes:
                        shutil.rmtree(unfinished / str(at))
                        continue
                    path = unfinished / file.path
                    while path != unfinished:
                        sync(path)
                        path = path.parent
                (unfinished / _SUM).unlink(missing_ok=True)
                sync(unfinished)
                rename(unfinished, folder)
            return _files_in(folder)
        except OSError as error:
            raise storage_error(error) from error

    def _unfinished(self, job_id: str) -> Path:
        """Return the folder of an unfinished job.

        :raises UnknownJob: this is no id of a job.
        """
        if not _JOB_ID.fullmatch(job_id):
            raise UnknownJob("No such upload is under way.", "Send the files again.")
        return self._root / f".{job_id}"

    def discard(self, job_id: str, path: str) -> None:
        """Delete a file of a job. A missing file is no error."""
        shutil.rmtree(self.folder(job_id) / path.partition("/")[0], ignore_errors=True)

    def discard_job(self, job_id: str) -> None:
        """Delete all files of a job."""
        shutil.rmtree(self.folder(job_id), ignore_errors=True)

    def jobs(self) -> set[str]:
        """Return the ids of jobs with files in this folder; other servers of the archive may have others."""
        with suppress(FileNotFoundError):
            return {folder.name for folder in self._root.iterdir() if _JOB_ID.fullmatch(folder.name)}
        return set()

    def sweep(self, known: Callable[[set[str]], set[str]]) -> int:
        """Delete uploads that were interrupted long ago, and files of jobs that are not ``known``; returns their
        number."""
        ids, count = self.jobs(), 0
        forgotten = [self.folder(id_) for id_ in ids - known(ids)]
        for unfinished in (*self._root.glob(".*"), *forgotten):
            with suppress(FileNotFoundError):  # It has become a job's meanwhile, or another server has removed it.
                if time.time() - unfinished.stat().st_mtime > STALE_SECONDS:
                    shutil.rmtree(unfinished, ignore_errors=True)
                    count += 1
        return count


def safe_name(name: str) -> str:
    """Return a safe file name: without folders, invisible characters and leading dots, and of limited length.

    Letters of every script are kept; a name that is too long keeps its extension.
    """
    base = name.replace("\\", "/").rpartition("/")[2].encode("utf-8", "replace").decode("utf-8")
    shown = "".join(letter if letter.isprintable() else "_" for letter in base).strip().lstrip(".").strip()
    stem, dot, ending = shown.rpartition(".")
    if not dot or len(ending.encode()) > LONGEST_NAME // 4:
        stem, dot, ending = shown, "", ""
    room = LONGEST_NAME - len(f"{dot}{ending}".encode())
    cut = stem.encode()[:room].decode("utf-8", "ignore").rstrip()
    return f"{cut}{dot}{ending}" or _UNNAMED


def safe_path(path: str) -> str:
    """Return the safe form of a file's name below its folders, of which the last ones are kept.

    A folder never ends like the path of a container (``mail.eml!/``).
    """
    *folders, name = path.replace("\\", "/").split("/")
    kept = [safe_name(folder).rstrip("!") or _UNNAMED for folder in folders if folder.strip(". ")][-MOST_FOLDERS:]
    return "/".join((*kept, safe_name(name)))


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
    """Append a part to a file of this size, all or nothing; returns the new size."""
    try:
        file.write(part)
        file.flush()
    except OSError:
        file.truncate(size)
        raise
    return len(part)


def _files_in(folder: Path) -> list[JobFile]:
    found = ((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file())
    files = [JobFile(name, path.stat().st_size) for name, path in found if name != _SUM]
    return sorted(files, key=_ordinal)


def _ordinal(file: JobFile) -> int:
    return int(file.path.partition("/")[0])


def _reserve(folder: Path, count: int, most: int) -> None:
    """Add the size of a part to the sum of a job before it is written. A process that is killed in between leaves a sum
    that is too large, so the files are summed again before a part is refused, and only then.

    :raises UsageError: the sum would exceed ``most``.
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
