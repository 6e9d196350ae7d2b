"""Originals in an object store, ``s3://bucket/folder``, with the same names as in a folder of originals:
``ab/cd/<sha256>``.

All reads and additions go through a cache folder, in which the hash of every file was verified when it was stored. No
unverified bytes are returned, so a page or download that needs an original waits for all of it. After an upload the
metadata of the object is read, and from a server that does not report the expected checksum, all of its bytes.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO

from archive.errors import ArchiveError, OriginalDamaged
from archive.store.originals.bucket import PART_BYTES, Bucket, Kept
from archive.store.originals.files import AddedOriginal, Originals, changed, missing, relative_name
from archive.store.originals.source_file import opened
from archive.system.failpoints import passing
from archive.system.files import UNFINISHED, hashed

IN_USE_SECONDS = 15 * 60
"""Seconds after its last request for which a cached copy is kept even if the cache is full: it may be about to be
opened."""

STALE = timedelta(days=1)
"""Age at which an unfinished upload or copy is taken for interrupted."""


class ObjectStore:
    """An :class:`archive.store.originals.files.OriginalStore`. Threads and forked processes may share it."""

    def __init__(self, url: str, cache: Path, cache_bytes: int, part_bytes: int = PART_BYTES) -> None:
        """:param cache: the folder of copies, which may be emptied; its size is limited to about ``cache_bytes``.
        :param part_bytes: larger files are uploaded in parts of this size.
        :raises UsageError: ``url`` is not ``s3://bucket`` or ``s3://bucket/folder``.
        """
        self._bucket, self._cache, self._most = Bucket(url, part_bytes), cache, cache_bytes
        self._copies = Originals(cache)
        self._lock = threading.Lock()
        # Makes the first copy of a process trim what earlier processes left.
        self._untrimmed = cache_bytes
        self._is_swept = False
        with suppress(OSError):
            # Sandboxed reading processes see only folders that exist when they start. If it cannot be created, the
            # first copy reports why.
            cache.mkdir(parents=True, exist_ok=True)

    def where(self, sha256: str) -> str:
        """Return the address of these bytes."""
        return self._bucket.address(relative_name(sha256))

    def has(self, sha256: str) -> bool:
        """Return whether these bytes are stored."""
        return self._bucket.head(relative_name(sha256)) is not None

    def add(self, source: Path) -> AddedOriginal:
        """Store the bytes of a file; see :meth:`archive.store.originals.files.OriginalStore.add`."""
        with opened(source) as given:
            is_new = not self.has(given.sha256)
            if is_new:
                # The copy is uploaded, because it cannot change meanwhile.
                self._copies.keep(given)
                is_new = self._upload(given.sha256, given.size)
                self._trim(given.size)
            else:
                given.refuse_change()
        passing("original-kept")
        return AddedOriginal(given.sha256, given.size, is_new)

    def local(self, sha256: str, *, verifies: bool = False) -> Path:
        """Return a cached copy, downloaded if necessary; see
        :meth:`archive.store.originals.files.OriginalStore.local`."""
        path = self._copies.path(sha256)
        if verifies and path.exists():
            try:
                self._copies.verify(sha256)
            except OriginalDamaged:
                self._copies.discard(sha256)
        if path.exists():
            with suppress(OSError):
                # If the time cannot be set, the copy cannot be removed either; or it was removed just now.
                os.utime(path)
        if not path.exists():
            self._copies.put(sha256, partial(self._fetch, sha256))
            self._trim(path.stat().st_size)
        return path

    def verify(self, sha256: str) -> int:
        """Read the object and compare its hash; see :meth:`OriginalStore.verify`."""
        return self._fetch(sha256, None)

    def ids(self) -> Iterator[str]:
        """Yield the SHA-256 of all originals, in ascending order."""
        for name in self._bucket.names():
            id_ = name.rpartition("/")[2]
            with suppress(ValueError):
                if name == relative_name(id_):
                    yield id_

    def discard(self, sha256: str) -> None:
        """Delete bytes that never became a document. Missing bytes are no error."""
        self._bucket.delete(relative_name(sha256))
        self._copies.discard(sha256)

    def sweep(self, *, everywhere: bool = False) -> int:
        """Delete the unfinished files of interrupted runs in the cache; returns their number. Only old ones, because
        other processes may be writing now. Interrupted uploads are aborted by the next run that uploads."""
        return self._copies.sweep(STALE.total_seconds(), everywhere=everywhere)

    def _upload(self, sha256: str, size: int) -> bool:
        """Upload a copy, unless another process does, and verify the object; returns whether this process uploaded
        it."""
        if not self._is_swept:
            self._is_swept = True
            self._bucket.end_uploads(STALE)
        name = relative_name(sha256)
        checksum = self._bucket.upload(name, self._copies.path(sha256), sha256)
        if checksum is None:
            return False
        if self._is_kept(sha256, size, checksum):
            return True
        self.discard(sha256)
        raise ArchiveError(
            "The object store did not store %(address)s as it was sent.",
            "It was removed again. Check the store, then run the command again.",
            address=self.where(sha256),
        )

    def _is_kept(self, sha256: str, size: int, checksum: str) -> bool:
        if self._bucket.head(relative_name(sha256)) == Kept(size, checksum):
            return True
        # Some servers report no checksum, or another one for multipart uploads; then the bytes are read.
        try:
            return self.verify(sha256) == size
        except OriginalDamaged:
            return False

    def _fetch(self, sha256: str, copy: BinaryIO | None) -> int:
        """Read an object, optionally into a file, and verify its hash; returns its size in bytes."""
        try:
            found, size = hashed(self._bucket.read(relative_name(sha256)), copy)
        except FileNotFoundError as error:
            raise missing(sha256) from error
        if found != sha256:
            raise changed(sha256, found)
        return size

    def _trim(self, added: int) -> None:
        """Remove the least recently used copies above the limit of the cache."""
        with self._lock:
            self._untrimmed += added
            if self._untrimmed < self._most // 16:
                return
            self._untrimmed = 0
        copies = []
        for path in self._cache.glob("??/??/*"):
            if path.suffix != UNFINISHED:
                with suppress(FileNotFoundError):  # Another process has removed it meanwhile.
                    copies.append((path.stat().st_mtime, path.stat().st_size, path))
        total = sum(size for _, size, _ in copies)
        oldest_in_use = time.time() - IN_USE_SECONDS
        for moment, size, path in sorted(copies):
            if total <= self._most or moment > oldest_in_use:
                return
            path.unlink(missing_ok=True)
            total -= size
