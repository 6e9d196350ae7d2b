"""What a reading process may say of a document, and what nobody believes."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.errors import DamagedDocument, DosijeError, EmptyInput
from archive.model import Clause, ClauseLevel, Fact, FactStatus, Page, Reading, Span, TextSource
from archive.model.words import Words
from indexer.ingest.parts import DocumentRead, Extraction, PageRead, Passed, ReadJob
from indexer.ingest.readers import JobAnswer
from indexer.ingest.unpacking import Unpacked, UnpackLimits
from indexer.sandbox.messages import decode, encode

pytestmark = pytest.mark.usefixtures("warm_readers")

ID = "a" * 64
WORDS = Words(("član", "1."), array("H", [0, 0, 10, 10, 20, 0, 65535, 10]), bytes((90, 255)), bytes((2, 0)))
SPAN = Span(ID, 1, 0, 1)
FACT = Fact("year", "2021", SPAN, "rule", 0.9, details={"note": "ж"})
CLAUSE = Clause("art_1", "Član 1.", None, None, None, SPAN, ClauseLevel.ARTICLE, 0.8)
PAGE = Page(1, 0, 2, 595.3, 842, TextSource.OCR, 90.5, "sr-Latn", "Latn", "OCR.", None)
READING = Reading(ID, 1, datetime(2026, 11, 25, tzinfo=UTC), {"reader": "MuPDF"}, None, (PAGE,))
DOCUMENT = DocumentRead("application/pdf", READING, Extraction((FACT,), (CLAUSE,)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "000001").write_bytes(b"123")
    (tmp_path / "000002").symlink_to("/etc/passwd")
    return tmp_path


@pytest.fixture
def answer(folder: Path) -> JobAnswer:
    return JobAnswer(
        ReadJob(ID, Path("original"), "dopis.pdf", UnpackLimits(folder, 1, 2, 1000, 10)), max_pages=3, max_words=5
    )


@pytest.mark.parametrize("value", [PageRead(WORDS, 1), DOCUMENT, Unpacked("a", Path("/x/000000"), 3, None)])
def test_what_is_sent_arrives_as_it_was(value: Any) -> None:
    assert decode(type(value), encode(value)) == value


def test_errors_arrive_with_their_remedy_and_only_those_that_are_expected() -> None:
    error = Unpacked("a", None, 0, EmptyInput("a is empty.", "Look again."))
    assert str(decode(Unpacked, encode(error)).error) == "a is empty. Look again."
    assert isinstance(decode(DosijeError, encode(DamagedDocument("broken"))), DamagedDocument)
    for wrong in (b'["SystemExit", "a", null]', b'["annotations", "a", null]', b'["DosijeError"]', b"{}"):
        with pytest.raises(ValueError, match=r"."):
            decode(DosijeError, wrong)


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b'[["a"], "", "", ""]',
        b'[["a"], "AAAAAAAAAAA=", "", "!"]',
        b'[["a b"], "", "", "AA=="]',
        b'[[1], "", "", "AA=="]',
        b'["ab", "", "", "AAA="]',
        b'[["a\\ud800"], "", "", "AA=="]',
        b'[["a\\u0000"], "", "", "AA=="]',
    ],
)
def test_what_is_no_page_of_words_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(Words, data)


def test_an_honest_answer_is_believed(answer: JobAnswer, folder: Path) -> None:
    for part in (Passed(7), PageRead(WORDS, 1), Unpacked("a.txt", folder / "000001", 3, None), DOCUMENT):
        assert answer.take(part) is part
    assert answer.is_complete


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (Passed(-1), "fewer bytes than none"),
        (PageRead(WORDS, 0), "page 1 of 0"),
        (PageRead(WORDS, 4), "page 1 of 4"),
        (PageRead(replace(WORDS, boxes=array("H", [9, 0, 1, 1, 0, 0, 1, 1])), 1), "negative size"),
        (PageRead(replace(WORDS, confidences=bytes((101, 0))), 1), "confidence"),
        (PageRead(replace(WORDS, breaks=bytes((3, 0))), 1), "break"),
        (PageRead(Words(("a",) * 6, array("H"), b"", bytes(6)), 1), "more words"),
        (DOCUMENT, "pages that differ"),
        (replace(DOCUMENT, media_type="text/x-evil"), "type"),
        (replace(DOCUMENT, reading=replace(READING, document="b" * 64)), "another document"),
        (replace(DOCUMENT, reading=replace(READING, number=2)), "another document"),
    ],
)
def test_a_lie_is_refused(answer: JobAnswer, part: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        answer.take(part)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda: replace(READING, pages=(replace(PAGE, word_count=3),)), "other words"),
        (lambda: replace(READING, pages=(replace(PAGE, width=-1.0),)), "invalid size"),
        (lambda: replace(READING, pages=(replace(PAGE, confidence=200.0),)), "confidence"),
        (lambda: replace(READING, pages=(replace(PAGE, note="x" * 5000),)), "maximum length"),
        (lambda: replace(READING, created_at=datetime(2026, 1, 1)), "time zone"),
        (lambda: replace(READING, created_at=datetime.max.replace(tzinfo=UTC)), "year 9999"),
        (lambda: replace(READING, agent={"reader": "x" * 5000}), "maximum length"),
        (lambda: replace(READING, language="x" * 5000), "maximum length"),
    ],
)
def test_a_reading_that_contradicts_its_pages_is_refused(
    answer: JobAnswer, change: Callable[[], Reading], reason: str
) -> None:
    answer.take(PageRead(WORDS, 1))
    with pytest.raises(ValueError, match=reason):
        answer.take(replace(DOCUMENT, reading=change()))


@pytest.mark.parametrize(
    "found",
    [
        Extraction((replace(FACT, span=Span(ID, 1, 0, 2)),)),
        Extraction((replace(FACT, span=Span("b" * 64, 1, 0, 1)),)),
        Extraction((), (CLAUSE, CLAUSE)),
        Extraction((replace(FACT, value="x" * 501),)),
        Extraction((replace(FACT, value="dve hiljade"),)),
        Extraction((replace(FACT, field="amount", value="mnogo"),)),
        Extraction((replace(FACT, field="age"),)),
        Extraction((replace(FACT, status=FactStatus.CONFIRMED),)),
        Extraction((replace(FACT, details={"note": "x" * 5000}),)),
        Extraction((), (replace(CLAUSE, parent="art_1"),)),
        Extraction((), (replace(CLAUSE, parent="art_2"), replace(CLAUSE, eid="art_2", parent="art_1"))),
    ],
)
def test_facts_and_clauses_outside_of_the_reading_are_refused(answer: JobAnswer, found: Extraction) -> None:
    answer.take(PageRead(WORDS, 1))
    lies = r"outside|same eid|maximum length|invalid value|unknown field|person|before its parent"
    with pytest.raises(ValueError, match=lies):
        answer.take(replace(DOCUMENT, extraction=found))


def test_nothing_follows_the_end(answer: JobAnswer) -> None:
    answer.take(PageRead(WORDS, 1))
    answer.take(DOCUMENT)
    with pytest.raises(ValueError, match="after the end"):
        answer.take(PageRead(WORDS, 1))


def test_only_plain_files_in_the_folder_that_was_given_are_taken(answer: JobAnswer, folder: Path) -> None:
    lies = {
        "a link": Unpacked("a", folder / "000002", 11, None),
        "a file at": Unpacked("a", Path("/etc/passwd"), 1, None),
        "another size": Unpacked("a", folder / "000001", 4, None),
        "not there": Unpacked("a", folder / "000009", 1, None),
        "neither there nor missing": Unpacked("a", None, 0, None),
        "maximum length": Unpacked("a" * 5000, folder / "000001", 3, None),
        "the same name": Unpacked("taken", folder / "000001", 3, None),
    }
    answer.names.add("taken")
    for reason, part in lies.items():
        answer.members = 0
        with pytest.raises(ValueError, match=reason):
            answer.take(part)
