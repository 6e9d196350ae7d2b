"""Findings as JSON, and the evidence of a number: the facts that make it, each with its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any

from archive.facts.evidence import Evidence, EvidenceReader, fact_id, spans_of
from archive.findings.counting import RULES
from archive.findings.joined import Joining
from archive.findings.municipalities import POPULATION_SOURCE
from archive.findings.precedence import Proof
from archive.findings.sentences import told
from archive.findings.table import Column, Table, TableRow
from archive.model import Fact
from archive.model.description import Description
from archive.search.request import UNKNOWN
from archive.serialization import Id, JsonAnswer, WordSpan, attr, serialize
from archive.store.catalog import Catalog

Addresses = Mapping[tuple[tuple[str | None, ...], str], str]
"""Where the evidence of each number is to be read, by row and column."""


NumberAddress = Callable[[Joining], str]
"""Where the evidence of a number of a sentence is to be read."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A proof with its document's description, and the words that prove it; None for a person's correction.

    ``placing`` are the facts that place the document of a proof without a fact (:mod:`archive.findings.placing`).
    """

    proof: Proof
    known: Description
    evidence: Evidence | None
    placing: tuple[tuple[Fact, Evidence | None], ...] = ()

    @property
    def in_words(self) -> Shown:
        """Itself; of a document that is counted, with the first words that place it."""
        told = next(((fact, words) for fact, words in self.placing if words is not None), None)
        if told is None or self.proof.fact is not None:
            return self
        return replace(self, proof=replace(self.proof, fact=told[0]), evidence=told[1])


def shown(catalog: Catalog, proofs: Iterable[Proof]) -> Iterator[Shown]:
    """Proofs with their words, in the order given."""
    listed = list(proofs)
    described = catalog.documents.descriptions({proof.document for proof in listed})
    reader = EvidenceReader(catalog)
    reader.read(spans_of(proof.fact for proof in listed if proof.fact is not None))
    for proof in listed:
        known = described[proof.document]
        span = proof.fact.span if proof.fact else None
        yield Shown(proof, known, None if span is None else reader.of(span))


class ConvertedAnswer(JsonAnswer):
    """What an amount comes to in another currency, and by which rate."""

    amount: str = attr(lambda proof: str(proof.amount))
    currency: str = attr("rate.to")
    rate: str = attr(lambda proof: str(proof.rate.rate))
    date: str = attr("rate.period")
    source: str = attr("rate.source")


class EvidenceAnswer(JsonAnswer):
    """A fact that makes a number, or a document that has none. disputed: a person or a check speaks against it.
    adds: what it adds to the number, where that is not its value."""

    unit: str = attr("proof.unit")
    document: Id = attr("proof.document")
    fact: str | None = attr(lambda shown: shown.proof.fact and fact_id(shown.proof.fact))
    field: str | None = attr("proof.fact.field")
    value: str | None = attr("proof.fact.value")
    status: str | None = attr(lambda shown: shown.proof.fact and str(shown.proof.fact.status))
    disputed: bool = attr("proof.is_disputed")
    adds: str | None = attr(lambda shown: None if shown.proof.number is None else str(shown.proof.number))
    converted: ConvertedAnswer | None = attr(lambda shown: shown.proof if shown.proof.rate else None)
    page: int | None = attr("evidence.page.number")
    quote: str | None = attr("evidence.quote")
    words: WordSpan | None = attr("proof.fact.span")
    reading: int | None = attr("proof.fact.span.reading")


class CellAnswer(JsonAnswer):
    """A number. unknown: units of the row that it does not count; number is null where a sum has nothing known."""

    number: float | None = attr(lambda cell: plain(cell.number))
    units: int
    documents: int
    unknown: int
    per_inhabitants: float | None = attr(lambda cell: None if cell.per is None else round(float(cell.per), 4))
    by_persons: int = attr("persons")
    corrected: int
    confirmed: int
    disputed: int
    evidence: tuple[EvidenceAnswer, ...]
    url: str


class RowAnswer(JsonAnswer):
    """A row. An unknown value of its key is null; cells are by column."""

    key: Mapping[str, str | None]
    inhabitants: int | None
    cells: Mapping[str, CellAnswer]


class SentenceNumberAnswer(JsonAnswer):
    """A number of a sentence: that of these columns, beside the units in those of without; count names what is counted
    where the number is not the column's own. url is null for 0 of a column that no unit has."""

    number: float | None = attr(lambda told: plain(told.number))
    currency: str
    vat: str = attr("basis")
    columns: tuple[str, ...] = attr(lambda told: told.joining.columns if told.joining else ())
    without: tuple[str, ...] = attr(lambda told: told.joining.without if told.joining else ())
    count: str = attr(lambda told: told.joining.count if told.joining else "")
    url: str | None


class SentenceAnswer(JsonAnswer):
    """A sentence that the table bears out, with its numbers in order."""

    text: str
    numbers: tuple[SentenceNumberAnswer, ...]


class StateAnswer(JsonAnswer):
    """The archive's state."""

    event: int
    at: str | None = attr(lambda state: state.at and state.at.isoformat())
    hash: str | None
    index: str = attr("generation")


class FindingAnswer(JsonAnswer):
    """A finding, counted."""

    name: str = attr("definition.name")
    title: str = attr("definition.title")
    about: str = attr("definition.about")
    subject: str = attr(lambda table: str(table.definition.subject))
    sentences: tuple[SentenceAnswer, ...]
    counts: str = attr(lambda table: str(table.definition.counts))
    group: tuple[str, ...] = attr("definition.group")
    as_of: StateAnswer
    columns: tuple[Column, ...]
    rows: tuple[RowAnswer, ...]
    shared: RowAnswer | None
    total: RowAnswer
    rules: tuple[str, ...] = attr(lambda _: RULES)
    notes: tuple[str, ...]
    inhabitants: str | None = attr(lambda table: POPULATION_SOURCE if table.definition.per_inhabitants else None)
    cannot: tuple[str, ...] = attr("definition.cannot")


def finding_record(
    table: Table, catalog: Catalog, addresses: Addresses, number_address: NumberAddress
) -> dict[str, Any]:
    """Return a finding with every number and the facts that make it. An unknown value of a group is null."""
    sentences = [
        serialize(
            SentenceAnswer,
            sentence,
            numbers=[
                serialize(SentenceNumberAnswer, one, url=None if one.joining is None else number_address(one.joining))
                for one in sentence.every_number
            ],
        )
        for sentence in told(table)
    ]
    row = partial(_row, table=table, catalog=catalog, addresses=addresses)
    *rows, total = map(row, table.rows_to_read())
    shared = None if table.shared is None else rows.pop()
    return serialize(FindingAnswer, table, sentences=sentences, rows=rows, shared=shared, total=total)


def _row(row: TableRow, table: Table, catalog: Catalog, addresses: Addresses) -> dict[str, Any]:
    # One question to the catalog for the proofs of all cells, which share most of their documents.
    proofs = shown(catalog, [proof for cell in row.cells for proof in cell.proofs])
    cells = {
        column.id: serialize(
            CellAnswer, cell, evidence=islice(proofs, len(cell.proofs)), url=addresses[row.key, column.id]
        )
        for column, cell in zip(table.columns, row.cells, strict=True)
    }
    key = {} if row.is_shared else dict(zip(table.definition.group, row.key, strict=False))
    return serialize(RowAnswer, row, key=key, cells=cells)


def plain(number: Decimal | None) -> int | float | None:
    """A number for JSON and sheets: whole where it is."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def key_in_address(key: Sequence[str | None]) -> list[str]:
    """The key of a row as an address has it: an unknown value has a name."""
    return [UNKNOWN if value is None else value for value in key]
