"""Reading processes from the view of the parent: their confinement, and the validation of their answers.

Types, boxes, spans and word columns validate themselves. Checked here is what concerns an answer as a whole: the order
and number of pages, matching counts, spans inside the reading, and that unpacked members are regular files in the given
folder.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from pathlib import Path

import numpy as np

from archive.config import Settings
from archive.errors import Message
from archive.facts.values import LONGEST_VALUE, is_value
from archive.model import Clause, Fact, FactStatus, Page
from archive.model.fields import FIELDS
from archive.model.signatures import from_agent
from archive.model.words import NO_CONFIDENCE, Break, CellMark, Words
from archive.store.originals.files import LOCAL_FOLDERS
from archive.store.readings import refuse_contradictions
from archive.system.confinement import Confinement
from indexer.formats import FORMATS, LAYOUTS
from indexer.ingest.parts import DocumentRead, PageRead, Passed, ReadJob, ReadPart
from indexer.ingest.reading import Reader
from indexer.ingest.unpacking import Unpacked, UnpackLimits
from indexer.sandbox.workers import Check, Pool

_MOST_TEXT = 4096
"""Maximum length of a name, a reason or a note."""

_MOST_CONFIDENCE = 100

_FIRST_YEAR, _LAST_YEAR = 2000, 9000

_FILE = re.compile(r"\d{6,}")
"""File names of unpacked members."""


def reading_pool(reader: Reader, size: int, settings: Settings, home: Path, *writable: Path) -> Pool[ReadJob, ReadPart]:
    """Return a pool of ``size`` processes that read originals of the archive at ``home`` and write to ``writable``."""
    confinement = confinement_of(reader, settings, home, *writable)
    return Pool(reader, check_of(reader), size, settings.number("read_timeout"), confinement)


def confinement_of(reader: Reader, settings: Settings, home: Path, *writable: Path) -> Confinement:
    """Return the sandbox of a process that reads originals of the archive at ``home``; it may write to its caches."""
    caches = () if reader.cache is None else (reader.cache / "ocr", reader.cache / LAYOUTS)
    models = () if reader.tessdata is None else (reader.tessdata,)
    originals = (home / folder for folder in LOCAL_FOLDERS)
    return Confinement.of(settings, (*originals, *models), (*caches, *writable), home)


def check_of(reader: Reader) -> Check[ReadJob, ReadPart]:
    """Return the function that creates a validator for each job."""
    return lambda job: JobAnswer(job, reader.max_pages, reader.max_words).take


@dataclass(slots=True)
class JobAnswer:
    """The validation of the answer to one job. Each method raises :class:`ValueError` for an invalid part."""

    job: ReadJob
    max_pages: int
    max_words: int
    words: list[Words] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    members: int = 0
    unpacked: int = 0
    is_complete: bool = False

    def take(self, part: ReadPart) -> ReadPart:
        """Validate the next part and return it."""
        _require(not self.is_complete, "a message after the end")
        if isinstance(part, PageRead):
            self._page(part)
        elif isinstance(part, Unpacked):
            self._member(part)
        elif isinstance(part, Passed):
            _require(part.bytes >= 0, "fewer bytes than none")
        else:
            self._document(part)
        return part

    def _page(self, part: PageRead) -> None:
        _require(
            len(self.words) < part.of <= self.max_pages,
            Message("page %(page)s of %(filename)s", page=len(self.words) + 1, filename=part.of),
        )
        _require(sum(map(len, self.words)) + len(part.words) <= self.max_words, "more words than the limit")
        _check_words(part.words)
        self.words.append(part.words)

    def _member(self, part: Unpacked) -> None:
        room = self.job.room
        _require(room is not None and self.members <= room.members, "more files than the limit")
        assert room is not None
        self.members += 1
        self._look_at(part, room)
        self.names.add(part.path)

    def _look_at(self, part: Unpacked, room: UnpackLimits) -> None:
        _require(bool(part.path) and len(part.path) <= _MOST_TEXT, "a name above the maximum length")
        _require(part.path not in self.names, "two files with the same name")
        if part.file is None:
            _require(part.error is not None and part.size == 0, "a file that is neither there nor missing")
            return
        _require(part.file.parent == room.folder and bool(_FILE.fullmatch(part.file.name)), f"a file at {part.file}")
        _require(part.error is None and _size_of(part.file) == part.size, "a file of another size")
        self.unpacked += part.size
        _require(self.unpacked <= room.bytes, "more bytes than the limit")

    def _document(self, part: DocumentRead) -> None:
        reading, found = part.reading, part.extraction
        _require(part.media_type in FORMATS, f"a document of type {part.media_type[:40]!r}")
        _require((reading.document, reading.number) == (self.job.document, 1), "another document")
        _require(len(reading.pages) == len(self.words) > 0, "pages that differ from those sent")
        refuse_contradictions(reading, self.words, found.facts, found.clauses)
        _check_moment(reading.created_at)
        _check_texts(reading.language, *reading.agent, *reading.agent.values())
        from_agent(reading.agent)
        for page in reading.pages:
            _check_page(page)
        for fact in found.facts:
            _check_fact(fact)
        _check_clauses(found.clauses)
        self.is_complete = True


def _check_words(words: Words) -> None:
    edges = np.frombuffer(words.boxes, np.uint16).reshape(-1, 2, 2)
    _require(bool((edges[:, 0] <= edges[:, 1]).all()), "a box with negative size")
    _require(max(words.breaks, default=0) <= max(Break), "an unknown break")
    for number in set(words.cells) - {0}:
        CellMark.of(number)
    _require(set(words.confidences) <= {*range(_MOST_CONFIDENCE + 1), NO_CONFIDENCE}, "an impossible confidence")


def _check_page(page: Page) -> None:
    _require(0 <= page.width < inf and 0 <= page.height < inf, f"page {page.number} with an invalid size")
    _require(page.confidence is None or 0 <= page.confidence <= _MOST_CONFIDENCE, "an impossible confidence")
    _check_texts(page.language, page.script, page.reason, page.note)


def _check_moment(moment: datetime) -> None:
    """Raise an error for years at the limits of :class:`datetime`, which cannot be converted to UTC."""
    _require(_FIRST_YEAR <= moment.year <= _LAST_YEAR, f"a reading of the year {moment.year}")


def _check_texts(*texts: str | None) -> None:
    _require(all(text is None or len(text) <= _MOST_TEXT for text in texts), "a text above the maximum length")


def _check_fact(fact: Fact) -> None:
    """Raise an error unless this is a rule's fact in a known field with a valid value; readers of facts rely on it."""
    _require(fact.status is FactStatus.EXTRACTED, "a fact with the status of a person's decision")
    _require(fact.field in FIELDS, "a fact of an unknown field")
    _require(len(fact.value) <= LONGEST_VALUE, "a value above the maximum length")
    _check_texts(fact.method, *fact.details, *fact.details.values())
    _require(is_value(fact.field, fact.value), f"an invalid value of {fact.field}")


def _check_clauses(clauses: Sequence[Clause]) -> None:
    """Raise an error unless each clause follows its parent, so that none contains itself."""
    seen: set[str] = set()
    for clause in clauses:
        _check_texts(clause.eid, clause.label, clause.heading, clause.topic)
        _require(clause.parent is None or clause.parent in seen, "a clause before its parent")
        seen.add(clause.eid)


def _size_of(file: Path) -> int:
    """Return the size of a regular file; raise an error for a link."""
    try:
        about = file.lstat()
    except OSError as error:
        raise ValueError(f"a file that is not there ({error.strerror})") from error
    _require(stat.S_ISREG(about.st_mode) and about.st_nlink == 1, "a link in place of a file")
    return about.st_size


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)
