"""A small valid archive, and functions that damage it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pysqlite3

from archive.archive import Archive
from archive.model import Clause, ClauseLevel, Span
from archive.model.annotations import Target
from archive.model.decisions import Decision, DecisionAction
from archive.upkeep.check import Report, check, record
from archive.upkeep.problems import Problem
from tests.made_once import copied
from tests.store_samples import sample

DOCUMENTS = 4
PERSON = "ana"


def fill(home: Path, numbers: Sequence[int] = range(DOCUMENTS)) -> list[str]:
    """Add documents with originals, clauses and a decision to an archive, index them, and return their ids."""
    if home.exists():
        return _fill(home, numbers)
    return [*copied(home.parent, _made, home.name, tuple(numbers))]


def _made(folder: Path, name: str, numbers: tuple[int, ...]) -> list[str]:
    return _fill(folder / name, numbers)


def _fill(home: Path, numbers: Sequence[int]) -> list[str]:
    ids = []
    with Archive.open(home) as archive, archive.writing():
        for number in numbers:
            one = sample(number)
            source = home.parent / f"{number}.txt"
            source.write_bytes(f"original {number}".encode())
            assert archive.originals.add(source).id == one.id
            clause = Clause("art_1", "Član 1.", None, None, None, Span(one.id, 1, 2, 9), ClauseLevel.ARTICLE, 0.9)
            archive.catalog.documents.add(one.document, one.reading, one.words, one.facts, one.source, (), [clause])
            ids.append(one.id)
        archive.catalog.decisions.record([Decision(ids[0], "year", DecisionAction.CONFIRM, PERSON)])
        archive.catalog.annotations.add(
            Target(ids[0], 1, 1, Span(ids[0], 1, 3, 4), None, "nabavci br."), "Koji broj?", PERSON
        )
        archive.indexing.index_due()
    return ids


def checked(home: Path, budget: float | None = None) -> Report:
    """Return the report of a check, recorded as by the command."""
    with Archive.open(home) as archive:
        report = check(archive, budget)
        record(archive, report)
    return report


def problems(home: Path) -> list[Problem]:
    return checked(home).problems


def execute(home: Path, *statements: str) -> None:
    """Change the catalog with SQL; each statement must change a row."""
    connection = pysqlite3.connect(str(home / "catalog.sqlite"))
    with connection:
        for statement in statements:
            assert connection.execute(statement).rowcount >= 1, statement
    connection.close()


def flip(path: Path, at: int) -> None:
    """Flip one bit of a file, which may be write-protected."""
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
