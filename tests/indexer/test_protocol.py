"""Whatever a reading process answers, one document fails or is stored; the run goes on, and so does the next."""

from __future__ import annotations

import fcntl
import io
import json
import os
import random
import socket
from array import array
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.archive import Archive
from archive.config import Settings
from archive.errors import ArchiveBusy, CatalogUnavailable, DamagedDocument, DataRefused, DiskFull, NotStored
from archive.model import Clause, ClauseLevel, Fact, Page, Reading, Span, TextSource
from archive.model.queue import FileState
from archive.model.words import Words
from archive.records import document_record
from archive.text.storable import is_storable, storable
from indexer.ingest.outcomes import Outcomes, storing
from indexer.ingest.parts import DocumentRead, Extraction, PageRead, ReadJob
from indexer.ingest.progress import AddOptions, FileReport, Progress
from indexer.ingest.readers import check_of
from indexer.ingest.reading import Reader
from indexer.ingest.run import Run
from indexer.ingest.unpacking import Unpacked, unpacking_folder
from indexer.queue import UploadQueue
from indexer.sandbox.messages import END, ENDED, ERROR, HEADER, MessageQueue, Outbox, encode
from indexer.sandbox.workers import Ended, Pool, Worker
from tests.conftest import Dosije
from tests.indexer.hostile import half_characters_pdf

HONEST = "pošten"
OPTIONS = AddOptions(1, "never", "main", retry_failed=False)

HALVES = "\ud800", "a\udfffb", "\udcff\udcfe"
TEXTS = st.sampled_from(
    [*HALVES, "\x00", "a\x00b", "\ufffe\uffff", "\U0010ffff", "", " ", "\u202e", "x" * 5000, "../a"]
)
NUMBERS = st.one_of(
    st.sampled_from([-1, 0, 1, 2, 101, 255, 2**31, 2**63, 2**64, 10**400, 1e308, -1e308, 5e-324]),
    st.sampled_from([float("nan"), float("inf"), float("-inf"), True, False]),
    st.integers(),
    st.floats(),
)
LEAVES = st.one_of(TEXTS, st.text(max_size=8), NUMBERS, st.none(), st.sampled_from(["year", "kind", "AAAA", "text"]))
ANYTHING = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=2))
DEEP = b"[" * 30_000 + b"]" * 30_000

Message = tuple[int, Any]
"""A message of a reading process: what it is, and what is to be its JSON."""


def parts_of(document: str) -> tuple[PageRead, Unpacked, DocumentRead]:
    """What an honest process finds: a document of two words and one member that could not be taken out."""
    words = Words((HONEST, "dopis"), array("H", [0, 0, 10, 10, 20, 0, 65535, 10]), b"", bytes(2))
    span = Span(document, 1, 0, 1)
    page = Page(1, 0, 2, 595.0, 842.0, TextSource.TEXT, None, "sr-Latn", "Latn", "Because.", "A note.")
    facts = (Fact("year", "2021", span, "rule", 0.9), Fact("vendor", "Firma", span, "r", 0.5, details={"pib": "1"}))
    clauses = (
        Clause("art_1", "Član 1.", "Predmet", None, None, span, ClauseLevel.ARTICLE, 0.8),
        Clause("art_1__para_1", "", None, None, "art_1", span, ClauseLevel.PARAGRAPH, 0.8, True),
    )
    reading = Reading(document, 1, datetime.now(UTC), {"reader": "MuPDF"}, "sr-Latn", (page,))
    missing = Unpacked("prilog.pdf", None, 0, DamagedDocument("prilog.pdf is damaged.", "Get it again."))
    return PageRead(words, 1), missing, DocumentRead("message/rfc822", reading, Extraction(facts, clauses))


def honest(document: str) -> list[Message]:
    """What an honest process says."""
    return [(Reader.parts.index(type(part)), json.loads(encode(part))) for part in parts_of(document)]


def packed(messages: Sequence[Message]) -> list[bytes]:
    """Messages as they go through the pipe."""
    bodies = [(kind, json.dumps(value).encode()) for kind, value in messages]
    return [HEADER.pack(kind, len(body)) + body for kind, body in bodies]


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to everything in a value, itself included."""
    yield way
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*way, key))


def changed(value: Any, way: Sequence[Any], put: Any) -> Any:
    """A value with something else in one place; a list or a dictionary may lose the place itself."""
    if not way:
        return put
    key, *rest = way
    if isinstance(value, dict):
        return value | {key: changed(value[key], rest, put)}
    return [changed(one, rest, put) if index == key else one for index, one in enumerate(value)]


def without(value: Any, way: Sequence[Any]) -> Any:
    """A value that lacks what is in one place."""
    *around, key = way
    inner = value
    for step in around:
        inner = inner[step]
    kept = [one for index, one in enumerate(inner) if index != key] if isinstance(inner, list) else {}
    return changed(value, around, kept)


@st.composite
def answers(draw: st.DrawFn, document: str) -> list[bytes]:
    """All that a process says: an honest answer that was tampered with, or nonsense."""
    said = honest(document)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(said) - 1))
        kind, value = said[at]
        deed = draw(st.sampled_from(["change", "change", "change", "leave out", "twice", "drop", "kind", "error"]))
        way = draw(st.sampled_from(list(places(value))))
        if deed == "change":
            said[at] = kind, changed(value, way, draw(ANYTHING))
        elif deed == "leave out" and way:
            said[at] = kind, without(value, way)
        elif deed == "twice":
            said.insert(at, said[at])
        elif deed == "drop" and len(said) > 1:
            del said[at]
        elif deed == "kind":
            said[at] = draw(st.integers(0, 255)), value
        elif deed == "error":
            said.append((ERROR, [draw(st.sampled_from(["DamagedDocument", "DosijeError", "x"])), draw(TEXTS), None]))
    messages = packed(said)
    if draw(st.integers(0, 20)) == 0:
        body = draw(st.sampled_from([DEEP, b"", b"{", b'"\xff"', b"1" * 5000]))
        messages[0] = HEADER.pack(0, len(body)) + body
    return messages


class Scripted(Worker[ReadJob, Any]):
    """A worker whose process says what a test has prepared for each document, and ends."""

    script: dict[str, list[bytes]]

    def _spawn(self) -> None:
        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        self._control, self._inbox, self._theirs = Connection(ours.detach()), MessageQueue(reading), theirs
        self._writing = writing
        # All that is said has room in it, so that one thread can say it and then listen.
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 1 << 20)

    def start(self, job: ReadJob) -> None:
        super().start(job)
        for message in self.script[job.filename]:
            os.write(self._writing, message)
        os.close(self._writing)
        answers_of_it = Connection(self._theirs.detach())
        answers_of_it.recv()
        answers_of_it.send_bytes(END.pack(ENDED, 0, 0, 0, 0))
        answers_of_it.close()


class Room:
    """An archive, and how to add two files to it of which the first is hostile."""

    def __init__(self, archive: Archive, folder: Path) -> None:
        self.archive, self._folder, self._numbers = archive, folder, count()

    def files(self) -> tuple[Path, Path]:
        """A hostile file and an innocent one, both new."""
        number = next(self._numbers)
        hostile, innocent = (self._folder / f"{number} {name}.txt" for name in ("a hostile", "b innocent"))
        hostile.write_text(f"hostile {number}", encoding="utf-8")
        innocent.write_text(f"innocent {number}", encoding="utf-8")
        return hostile, innocent

    def add(self, script: dict[str, list[bytes]], *files: Path) -> dict[str, FileReport]:
        """Add files whose reading processes say what stands in the script; returns what became of each."""
        # Hypothesis begins each example with the same random numbers, and Whoosh names its files by them.
        random.seed(os.urandom(8))
        told: dict[str, FileReport] = {}
        reader = Reader.of(self.archive.settings, "never")
        with self.archive.adding() as claims, unpacking_folder(self.archive.cache) as folder:
            outcomes = Outcomes(self.archive, claims, lambda one: told.update({one.path: one}), Progress())
            run = Run(self.archive, claims, OPTIONS, outcomes, folder)
            run.expand(files, Progress())
            with Pool(reader, check_of(reader), 0, 60) as pool:
                worker = Scripted(reader, check_of(reader), 60)
                worker.script = script
                pool._workers = [worker]
                for message in pool.run(run.jobs()):
                    if isinstance(message, Ended):
                        run.end(message.job, message.error)
                    else:
                        run.take(message.job, message.part, Progress())
            self.archive.index(claims)
        return told


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with Archive.open(tmp_path_factory.mktemp("home"), Settings()) as archive:
        yield Room(archive, tmp_path_factory.mktemp("files"))


def sha(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_no_answer_ends_a_run_or_costs_another_document(room: Room, data: st.DataObject) -> None:
    hostile, innocent = room.files()
    script = {
        hostile.name: data.draw(answers(sha(hostile))),
        innocent.name: packed(honest(sha(innocent))),
    }
    told = room.add(script, hostile, innocent)
    assert told[str(innocent)].status == "added"
    report = told[str(hostile)]
    if report.status == "failed":
        assert report.reason
        assert is_storable(report.reason)
        assert room.archive.catalog.failures.get(str(hostile)) is not None
    else:
        assert json.dumps(document_record(room.archive.catalog, report.id or ""), ensure_ascii=False).encode()
        assert room.archive.catalog.clauses.of(report.id or "") is not None
    again = room.add(script, hostile, innocent)
    assert again[str(innocent)].status == "duplicate"


@pytest.mark.parametrize("half", HALVES)
def test_what_cannot_be_stored_is_escaped_where_it_is_said_and_refused_where_it_is_heard(half: str) -> None:
    assert is_storable(storable(half))
    assert storable("Član 5\ufffd") == "Član 5\ufffd"
    assert storable("a\udcffb\x00") == "a\\xffb\\x00"


def test_a_pdf_of_half_characters_is_added_beside_others_once_and_again(dosije: Dosije, tmp_path: Path) -> None:
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    (inputs / "a.pdf").write_bytes(half_characters_pdf())
    (inputs / "b.txt").write_text("pošten dopis o kamerama", encoding="utf-8")
    for status in ("added", "duplicate"):
        run = dosije("add", inputs, "--ocr", "never", "--json")
        assert run.returncode == 0, run.stderr
        told = [json.loads(line) for line in run.stdout.splitlines()][:-1]
        assert {Path(one["path"]).name: one["status"] for one in told} == {"a.pdf": status, "b.txt": status}
    shown = json.loads(dosije("show", told[0]["id"], "--json").stdout)
    (note,) = (page["note"] for page in shown["pages"] if page["note"])
    assert "cannot find XObject resource '\\xff\\xfe'" in note
    assert json.loads(dosije("search", "kamera", "--json").stdout)["total"] == 2


def test_a_pdf_of_half_characters_costs_no_other_upload(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "home", Settings()) as archive:
        files = [("a.pdf", half_characters_pdf()), ("b.txt", b"dopis o kamerama")]
        job, kept = archive.uploads.keep((name, io.BytesIO(data)) for name, data in files)
        archive.catalog.jobs.add(job, "poslato", "Ana", kept)
        assert UploadQueue(archive).work()
        assert archive.catalog.jobs.get(job).counts == {FileState.ADDED: 2}


@pytest.mark.parametrize("error", [DataRefused("UNIQUE constraint failed."), OverflowError("too large"), KeyError("x")])
def test_what_goes_wrong_while_a_document_is_stored_is_its_failure_alone(error: Exception) -> None:
    with (
        pytest.raises(NotStored, match=r"dopis\.pdf could not be stored.*(UNIQUE|too large|'x')"),
        storing("dopis.pdf"),
    ):
        raise error


@pytest.mark.parametrize("error", [DiskFull("full"), OSError("gone"), CatalogUnavailable("gone"), ArchiveBusy("busy")])
def test_a_failure_of_the_machine_is_no_document_s(error: Exception) -> None:
    with pytest.raises(type(error)), storing("dopis.pdf"):
        raise error


def test_a_row_that_the_database_refuses_leaves_nothing_of_its_document(room: Room) -> None:
    """Two members of one name, which only a gap in what is checked could let through."""
    hostile, innocent = room.files()
    with room.archive.adding() as claims, unpacking_folder(room.archive.cache) as folder:
        told: list[FileReport] = []
        run = Run(room.archive, claims, OPTIONS, Outcomes(room.archive, claims, told.append, Progress()), folder)
        run.expand([hostile, innocent], Progress())
        for job in filter(None, list(run.jobs())):
            member = Unpacked("prilog.pdf", None, 0, DamagedDocument("prilog.pdf is damaged."))
            page, _, document = parts_of(job.document)
            twice = [member, member] if job.filename == hostile.name else []
            parts: tuple[PageRead | DocumentRead | Unpacked, ...] = (page, *twice, document)
            for part in parts:
                run.take(job, part, Progress())
            run.end(job, None)
        room.archive.index(claims)
    assert [one.status for one in told] == ["failed", "added"]
    assert "could not be stored" in (told[0].reason or "")
    assert not room.archive.catalog.documents.has(sha(hostile))
    assert not room.archive.originals.has(sha(hostile))


def test_what_is_said_in_quick_succession_arrives_whole_and_in_order() -> None:
    """The first message goes at once, so that whoever hangs after it was heard."""
    reading, writing = os.pipe()
    inbox, outbox = MessageQueue(reading), Outbox(writing)
    outbox.put(0, b"first")
    assert inbox.fill()
    assert list(inbox.messages()) == [(0, b"first")]
    said = [(number % 3, bytes([number]) * number) for number in range(200)]
    for kind, data in said:
        outbox.put(kind, data)
    outbox.send()
    heard: list[tuple[int, bytes]] = []
    while inbox.fill():
        heard += inbox.messages()
    os.close(writing)
    inbox.close()
    assert heard == said
    assert inbox.is_empty
