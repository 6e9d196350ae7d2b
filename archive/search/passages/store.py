"""Storage of passages and their vectors, beside the index: derived data that may be deleted and is built again.

::

    index/meaning/current          names the current folder; replaced atomically
    index/meaning/lock             held by the process that builds passages
    index/meaning/made-5e21…/      the passages of one model
        made.json                  the model, the length of its vectors, and the name for the catalog's records
        runs                       40 bytes each: a document, its reading, and the number of its passages
        passages                   16 bytes each: page, first word, last word, and the scale of the vector
        vectors                    a row of bytes each; times the scale, they are the vector
        committed                  the committed lengths of the three files, with checksums; replaced atomically

Files are append-only, and the next writer truncates what is behind the committed part, so a killed process loses only
uncommitted passages. A long document has several runs. Runs of older readings are dead; when there are many, the others
are copied to a new folder (compaction).
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from archive.errors import IndexDamaged, storage_error
from archive.search.index_state import PASSAGES
from archive.search.passages.cutting import CutPassage
from archive.search.passages.models import MeaningModel, ModelIdentity, TextRole, Vectors
from archive.store.sql.locks import FileLock
from archive.system.failpoints import passing
from archive.system.files import make_folders, replace_text, sync

RECIPE = 1
"""Version of splitting and of the model's input. A new number makes all passages due."""

_RUN = np.dtype([("document", "V32"), ("reading", "<u4"), ("count", "<u4")])
_PASSAGE = np.dtype([("page", "<u4"), ("first", "<u4"), ("last", "<u4"), ("scale", "<f4")])
_POINTER, _MADE, _COMMITTED = "current", "made.json", "committed"
_FILES = ("runs", "passages", "vectors")
_PREFIX = "made-"

_DEAD = 4
"""A store is compacted when more than one in this many passages is dead."""

_COPIED = 4096
"""Runs that are copied at once."""

_BLOCK = 4096
"""Vectors that are multiplied at once, so that their 32-bit floats fit into the processor's cache."""

REMEDY = "Nothing is lost; the passages are made again by the reading room, or at once by: dosije reindex --meaning"


@dataclass(frozen=True, slots=True)
class PassageRun:
    """Passages of a reading that were built together, with their vectors."""

    document: str
    reading: int
    passages: Sequence[CutPassage]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class Made:
    """The content of ``made.json``: the model, the length of its vectors, the version of splitting, and the name of the
    store."""

    model: str
    sha256: str
    size: int
    recipe: int
    store: str

    def is_of(self, identity: ModelIdentity) -> bool:
        """Return whether the vectors are of this model, with the current version of splitting."""
        return (self.model, self.sha256, self.recipe) == (identity.name, identity.sha256, RECIPE)


@dataclass(frozen=True, slots=True)
class _Committed:
    runs: int
    passages: int
    checksums: dict[str, int]


class Stored:
    """The passages of one commit, memory-mapped."""

    def __init__(self, folder: Path) -> None:
        """:raises archive.errors.IndexDamaged: files are shorter than committed, or invalid."""
        try:
            self.made = Made(**json.loads((folder / _MADE).read_text(encoding="ascii")))
            self.committed = _Committed(**json.loads((folder / _COMMITTED).read_text(encoding="ascii")))
            self.folder = folder
            self._runs = np.fromfile(folder / "runs", _RUN, self.committed.runs)
            self._passages = _mapped(folder / "passages", _PASSAGE, (self.count,))
            self._vectors = _mapped(folder / "vectors", np.dtype(np.int8), (self.count, self.made.size))
            ends = np.cumsum(self._runs["count"], dtype=np.int64)
            if len(self._runs) != self.committed.runs or (ends[-1] if len(ends) else 0) != self.count:
                raise ValueError("the runs are not those of the passages")
        except (OSError, ValueError, TypeError) as error:
            raise IndexDamaged("The passages at %(path)s cannot be read.", REMEDY, path=folder) from error
        self._starts = ends - self._runs["count"]
        ids, readings = self._runs["document"].tolist(), self._runs["reading"].tolist()
        self._readings: dict[bytes, int] = {}
        for id_, reading in zip(ids, readings, strict=True):
            self._readings[id_] = max(reading, self._readings.get(id_, 0))
        self._live_runs: dict[bytes, list[int]] = {}
        for run, (id_, reading) in enumerate(zip(ids, readings, strict=True)):
            if reading == self._readings[id_]:
                self._live_runs.setdefault(id_, []).append(run)

    @property
    def generation(self) -> str:
        """The name under which the catalog records the documents with passages."""
        return f"{PASSAGES}/{self.made.store}"

    @property
    def count(self) -> int:
        """The number of passages, including dead ones."""
        return self.committed.passages

    @property
    def documents(self) -> int:
        """The number of documents with passages."""
        return len(self._live_runs)

    @property
    def live(self) -> int:
        """The number of live passages."""
        return sum(rows.stop - rows.start for _, rows in self.live_runs())

    @property
    def size_on_disk(self) -> int:
        """The committed bytes."""
        return sum(size * count for size, count in self.sizes().values())

    def made_of(self, document: str) -> tuple[int, int]:
        """Return the newest reading of a document that has passages, and their number; 0 and 0 if there are none."""
        id_ = bytes.fromhex(document)
        runs = self._live_runs.get(id_, [])
        return self._readings.get(id_, 0), int(self._runs["count"][runs].sum())

    def live_runs(self) -> Iterator[tuple[bytes, slice]]:
        """Yield each live run as stored bytes, with the rows of its passages."""
        for run in (run for runs in self._live_runs.values() for run in runs):
            yield self._runs[run].tobytes(), self._rows(run)

    def _rows(self, run: int) -> slice:
        start = int(self._starts[run])
        return slice(start, start + int(self._runs["count"][run]))

    def rows(self, rows: slice) -> tuple[bytes, bytes]:
        """Return the stored bytes of passages and vectors."""
        return self._passages[rows].tobytes(), self._vectors[rows].tobytes()

    def nearest(self, question: Vectors) -> Iterator[tuple[str, int, CutPassage, float]]:
        """Yield each document with its passage closest to the question, the closest first: id, reading, passage, and
        the cosine of the vectors."""
        similar = self._similarities(question)
        filled = np.flatnonzero(self._runs["count"])
        best_of_run = np.full(len(self._runs), -np.inf, np.float32)
        if len(filled):
            best_of_run[filled] = np.maximum.reduceat(similar, self._starts[filled])
        documents = list(self._live_runs)
        best = np.array([best_of_run[self._live_runs[id_]].max() for id_ in documents], np.float32)
        for at in np.argsort(-best, kind="stable").tolist():
            id_ = documents[at]
            rows = self._rows(max(self._live_runs[id_], key=best_of_run.__getitem__))
            if rows.start < rows.stop:
                row = rows.start + int(similar[rows].argmax())
                page, first, last, _ = self._passages[row].tolist()
                yield id_.hex(), self._readings[id_], CutPassage(page, first, last), float(similar[row])

    def _similarities(self, question: Vectors) -> NDArray[np.float32]:
        similar = np.empty(self.count, np.float32)
        for start in range(0, self.count, _BLOCK):
            similar[start : start + _BLOCK] = self._vectors[start : start + _BLOCK].astype(np.float32) @ question
        similar *= self._passages["scale"]
        return similar

    def check(self) -> None:
        """Verify all files.

        :raises archive.errors.IndexDamaged: a checksum differs.
        """
        for name, (size, count) in self.sizes().items():
            if _checksum(self.folder / name, size * count) != self.committed.checksums[name]:
                raise IndexDamaged("%(path)s is not as it was written.", REMEDY, path=self.folder / name)

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Return, for each file, the bytes per entry and the committed number of entries."""
        return {
            "runs": (_RUN.itemsize, self.committed.runs),
            "passages": (_PASSAGE.itemsize, self.count),
            "vectors": (self.made.size, self.count),
        }


class PassageStore:
    """The passages of an archive, for all processes."""

    def __init__(self, root: Path) -> None:
        """:param root: the folder; it need not exist."""
        self.root = root
        self._seen: tuple[Any, Stored] | None = None

    def newest(self) -> Stored | None:
        """Return the newest commit; None where there is none.

        :raises archive.errors.IndexDamaged: it cannot be read.
        """
        try:
            folder = self.root / (self.root / _POINTER).read_text(encoding="ascii")
            state = (folder / _COMMITTED).stat()
        except FileNotFoundError:
            return None
        seen = (folder, state.st_ino, state.st_mtime_ns)
        if self._seen is None or self._seen[0] != seen:
            self._seen = (seen, Stored(folder))
        return self._seen[1]

    def forget(self) -> None:
        """Delete all passages, so that they are built again.

        :raises archive.errors.ArchiveBusy: another process builds passages.
        """
        with FileLock(self.root / "lock").held():
            (self.root / _POINTER).unlink(missing_ok=True)

    @contextmanager
    def writing(self, model: MeaningModel) -> Iterator[PassageWriter]:
        """Write passages of a model. Those of another model, or that cannot be read, are deleted first.

        :raises archive.errors.ArchiveBusy: another process does so.
        :raises archive.errors.DiskFull: the disk is full.
        """
        make_folders(self.root)
        with FileLock(self.root / "lock").held():
            try:
                yield PassageWriter(self, model)
            except OSError as error:
                raise storage_error(error) from error


class PassageWriter:
    """Appends runs to a store. Only the process that holds its lock may use it."""

    def __init__(self, store: PassageStore, model: MeaningModel) -> None:
        self._root, self._newest = store.root, store.newest
        try:
            stored = store.newest()
        except IndexDamaged:
            stored = None
        self.is_new = stored is None or not stored.made.is_of(model.identity)
        """Whether there are no passages of this model yet; those of another one were deleted."""
        if stored is None or self.is_new:
            size = model.vectors([""], TextRole.PASSAGE).shape[1]
            identity = model.identity
            stored = self._publish(
                self._create(Made(identity.name, identity.sha256, size, RECIPE, secrets.token_hex(8)))
            )
        self.stored = stored

    def add(self, runs: Sequence[PassageRun]) -> None:
        """Append runs, durably."""
        vectors = np.concatenate([run.vectors for run in runs])
        scales = np.abs(vectors).max(axis=1, initial=1e-9) / 127
        places = [(passage.page, passage.first, passage.last) for run in runs for passage in run.passages]
        heads = [(bytes.fromhex(run.document), run.reading, len(run.passages)) for run in runs]
        appended = {
            "runs": np.array(heads, _RUN).tobytes(),
            "passages": np.array(
                [(*place, scale) for place, scale in zip(places, scales.tolist(), strict=True)], _PASSAGE
            ).tobytes(),
            "vectors": np.rint(vectors / scales[:, None]).astype(np.int8).tobytes(),
        }
        _append(self.stored, appended)
        self.stored = self._current()
        if (self.stored.count - self.stored.live) * _DEAD > self.stored.count:
            self._copy_live()

    def _copy_live(self) -> None:
        folder = self._create(self.stored.made)
        live = self.stored.live_runs()
        while some := list(islice(live, _COPIED)):
            kept = [(head, *self.stored.rows(rows)) for head, rows in some]
            _append(Stored(folder), dict(zip(_FILES, map(b"".join, zip(*kept, strict=True)), strict=True)))
        self.stored = self._publish(folder)

    def _create(self, made: Made) -> Path:
        folder = self._root / f"{_PREFIX}{secrets.token_hex(8)}"
        folder.mkdir()
        replace_text(folder / _MADE, json.dumps(asdict(made)))
        for name in _FILES:
            (folder / name).touch()
        replace_text(folder / _COMMITTED, json.dumps(asdict(_Committed(0, 0, dict.fromkeys(_FILES, 0)))))
        sync(self._root)
        return folder

    def _publish(self, folder: Path) -> Stored:
        replace_text(self._root / _POINTER, folder.name)
        for other in self._root.glob(f"{_PREFIX}*"):
            if other != folder:
                shutil.rmtree(other)
        return self._current()

    def _current(self) -> Stored:
        stored = self._newest()
        assert stored is not None
        return stored


def _append(stored: Stored, appended: dict[str, bytes]) -> None:
    """Append bytes to the committed part of each file, and commit them."""
    counts, sums = {}, {}
    for name, (size, count) in stored.sizes().items():
        with (stored.folder / name).open("r+b") as file:
            file.truncate(size * count)
            file.seek(size * count)
            file.write(appended[name])
        sync(stored.folder / name)
        counts[name] = count + len(appended[name]) // size
        sums[name] = crc32(appended[name], stored.committed.checksums[name])
    passing("passages-written")
    told = _Committed(counts["runs"], counts["passages"], sums)
    replace_text(stored.folder / _COMMITTED, json.dumps(asdict(told)))


def _mapped(path: Path, kind: np.dtype[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    # An empty file cannot be mapped.
    return np.memmap(path, kind, "r", shape=shape) if shape[0] else np.empty(shape, kind)


def _checksum(path: Path, size: int) -> int:
    found = 0
    with path.open("rb") as file:
        while size and (data := file.read(min(size, 1 << 20))):
            found, size = crc32(data, found), size - len(data)
    return found if not size else -1
