"""Fictitious documents with facts in a real catalog, for findings: each fact has a word of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from archive.archive import Archive
from archive.findings.counting import run
from archive.findings.definition import Definition
from archive.findings.table import Table
from archive.model import Document, Fact, FactStatus, Page, Reading, Span, TextSource
from archive.model.decisions import Decision, DecisionAction
from archive.model.words import Break, Word, Words

Told = tuple[str, str, dict[str, str]]
"""A field, its value and its details."""


def told(field: str, value: str, **details: str) -> Told:
    """Return a fact to add."""
    return field, value, details


def price(value: str, **details: str) -> Told:
    """Return a contract price, by default in dinars without VAT."""
    return told("amount", value, **{"role": "contract", "currency": "RSD", "vat": "without", **details})


def contract(town: str, number: str, vendor: str, *more: Told, day: str = "2020-02-03") -> list[Told]:
    """Return the facts of a contract."""
    body = [told("kind", "contract"), told("municipality", town), told("buyer", f"Opština {town}")]
    file = told("reference", number, role="procurement")
    return [*body, file, told("date", day), told("vendor", vendor), *more]


def document_id(name: str) -> str:
    """Return the id of the document with this name."""
    return sha256(name.encode()).hexdigest()


def facts_of(id_: str, reading: int, facts: Sequence[Told]) -> list[Fact]:
    """Return extracted facts, each on a word of its own."""
    return [
        Fact(field, value, Span(id_, reading, at, at), f"{field}.rule", 0.9, details=details)
        for at, (field, value, details) in enumerate(facts)
    ]


def reading_of(id_: str, number: int, words: Words) -> Reading:
    """Return a reading of one page."""
    page = Page(1, 0, len(words), 595, 842, TextSource.TEXT)
    return Reading(id_, number, datetime.now(UTC), {}, "sr-Latn", (page,))


def words_of(text: str) -> Words:
    """Return a page of words."""
    return Words.of(Word(word, before=Break.SPACE) for word in text.split())


def add(archive: Archive, name: str, facts: Sequence[Told], text: str = "", collection: str = "main") -> str:
    """Add a document, and return its id. Without a ``text``, its words are unique."""
    id_ = document_id(name)
    words = words_of(text or " ".join(f"{name}{at}" for at in range(40)))
    now = datetime.now(UTC)
    document = Document(id_, f"{name}.pdf", "application/pdf", 1, collection, now, 1, 1, 1, len(words))
    read = facts_of(id_, 1, facts)
    archive.catalog.documents.add(document, reading_of(id_, 1, words), [words], read, f"/made/{name}.pdf")
    return id_


def read_again(archive: Archive, id_: str, number: int, facts: Sequence[Told], text: str) -> None:
    """Add a reading to a document."""
    words = words_of(text)
    archive.catalog.readings.add(reading_of(id_, number, words), [words], facts_of(id_, number, facts))


def rules_again(archive: Archive, id_: str, facts: Sequence[Told]) -> None:
    """Replace the extracted facts of a document's first reading."""
    archive.catalog.facts.replace_extracted(id_, 1, facts_of(id_, 1, facts))


def decide(
    archive: Archive, id_: str, action: DecisionAction, given: Told, *, by: str = "Ana", old: str | None = None
) -> None:
    """Record a person's decision on a field."""
    field, value, details = given
    fact = Fact(field, value, None, "person", 1.0, FactStatus.CORRECTED, details)
    facts = () if action in (DecisionAction.CONFIRM, DecisionAction.REMOVE) else (fact,)
    archive.catalog.decisions.record([Decision(id_, field, action, by, facts, old)])


def counted(archive: Archive, definition: Definition, event: int | None = None) -> Table:
    """Return the table of a finding, current or as of an event."""
    return run(definition, archive.catalog, archive.search, archive.engine, event)


def numbers(table: Table) -> dict[str, dict[str, str]]:
    """Return the numbers that are not 0, by row and column."""
    return {
        " ".join(value or "?" for value in row.key) or "all": {
            column.id: str(cell.number) for column, cell in zip(table.columns, row.cells, strict=True) if cell.number
        }
        for row in (*table.rows, table.total)
    }
