"""Findings as JSON, and the evidence of a number: the facts behind it, each with its words.

A number of procedures or documents counts documents, not facts. Its evidence are the facts that place each document in
its row (municipality, buyer, vendor, year), the number that assigns it to its procedure, and those that state its kind
and subject.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from archive.facts.evidence import Evidence, EvidenceReader, fact_id, spans_of
from archive.findings.counting import RULES
from archive.findings.definition import PROCEDURE, Definition
from archive.findings.joined import Joining
from archive.findings.kept.as_of import past_units_of
from archive.findings.measures import TOGETHER
from archive.findings.municipalities import POPULATION_SOURCE
from archive.findings.precedence import Proof
from archive.findings.sentences import told
from archive.findings.table import Column, Table, TableRow
from archive.model import Fact, FactStatus
from archive.model.description import Description
from archive.model.fields import NUMBER_FIELDS
from archive.procedures.papers import PROCUREMENT
from archive.search.request import UNKNOWN
from archive.serialization import Id, JsonAnswer, LazyList, WordSpan, attr, serialize
from archive.store.catalog import Catalog
from archive.vendors.names import words

CellAddress = Callable[[TableRow, Column], str]
"""Returns the address of the evidence of a number, by row and column."""

NumberAddress = Callable[[Joining], str]
"""Returns the address of the evidence of a number in a sentence."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A proof with its document's description and evidence; no evidence for a person's correction.

    ``placing`` are the facts that place the document of a proof without a fact (:func:`placed`).
    """

    proof: Proof
    known: Description
    evidence: Evidence | None
    placing: tuple[tuple[Fact, Evidence | None], ...] = ()

    @property
    def in_words(self) -> Shown:
        """Itself, or, if a document is counted, the same with the evidence of its first placing fact."""
        first = next(((fact, evidence) for fact, evidence in self.placing if evidence is not None), None)
        if first is None or self.proof.fact is not None:
            return self
        return replace(self, proof=replace(self.proof, fact=first[0]), evidence=first[1])


def shown(catalog: Catalog, proofs: Iterable[Proof]) -> Iterator[Shown]:
    """Yield proofs with their evidence, in the order given, read in batches."""
    remaining = iter(proofs)
    while listed := list(islice(remaining, _PROOFS_AT_ONCE)):
        described = catalog.documents.descriptions({proof.document for proof in listed})
        reader = EvidenceReader(catalog)
        reader.read(spans_of(proof.fact for proof in listed if proof.fact is not None))
        for proof in listed:
            span = proof.fact.span if proof.fact else None
            yield Shown(proof, described[proof.document], None if span is None else reader.of(span))


_PROOFS_AT_ONCE = 500


def rows_with_proofs(
    catalog: Catalog, rows: Iterable[TableRow]
) -> Iterator[tuple[TableRow, Sequence[Iterator[Shown]]]]:
    """Yield rows with the proofs of each of their cells, which must be consumed in this order: those of small rows are
    read together, those of a large one in batches."""
    waiting: list[TableRow] = []
    count = 0
    for row in rows:
        of_row = sum(len(cell.proofs) for cell in row.cells)
        if count + of_row > _PROOFS_AT_ONCE:
            yield from _with_proofs(catalog, waiting)
            waiting, count = [], 0
        waiting.append(row)
        count += of_row
    yield from _with_proofs(catalog, waiting)


def _with_proofs(catalog: Catalog, rows: Sequence[TableRow]) -> Iterator[tuple[TableRow, Sequence[Iterator[Shown]]]]:
    cells = [cell for row in rows for cell in row.cells]
    if source := next((cell.proofs.source for cell in cells if cell.proofs.source), None):
        source.prepare({unit for cell in cells for unit in cell.proofs.units})
    proofs = shown(catalog, chain.from_iterable(cell.proofs for cell in cells))
    for row in rows:
        yield row, [islice(proofs, len(cell.proofs)) for cell in row.cells]


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
    table: Table,
    catalog: Catalog,
    address: CellAddress,
    number_address: NumberAddress,
    mask: Callable[[Any], Any] = lambda value: value,
) -> dict[str, Any]:
    """Return a finding with every number and its facts, which are read while the JSON is written
    (:func:`archive.serialization.json_pieces`). An unknown value of a group is null. ``mask`` masks texts."""
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
    made: dict[str, Any] = mask(serialize(FindingAnswer, table, sentences=sentences, rows=(), shared=None, total={}))
    rows, shared, total = (
        _rows(some, table, catalog, address, mask) for some in (table.rows, filter(None, [table.shared]), [table.total])
    )
    return made | {"rows": LazyList(rows), "shared": next(shared, None), "total": next(total)}


def _rows(
    rows: Iterable[TableRow], table: Table, catalog: Catalog, address: CellAddress, mask: Callable[[Any], Any]
) -> Iterator[dict[str, Any]]:
    for row, proofs in rows_with_proofs(catalog, rows):
        key = {} if row.is_shared else dict(zip(table.definition.group, row.key, strict=False))
        cells = {
            column.id: mask(serialize(CellAnswer, cell, evidence=(), url=address(row, column)))
            | {"evidence": LazyList(mask(serialize(EvidenceAnswer, one)) for one in of_cell)}
            for column, cell, of_cell in zip(table.columns, row.cells, proofs, strict=True)
        }
        yield mask(serialize(RowAnswer, row, key=key, cells={})) | {"cells": cells}


def plain(number: Decimal | None) -> int | float | None:
    """Return a number for JSON and sheets, as an integer if possible."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def key_in_address(key: Sequence[str | None]) -> list[str]:
    """Return the key of a row for URLs, with a name for an unknown value."""
    return [UNKNOWN if value is None else value for value in key]


PLACING_FACTS = 4
"""Most facts that are shown for one document."""

_IDENTIFYING_FIELDS = ("kind", "subject", "title", "buyer", "municipality", "date", "year")
"""Fields that identify a document, the most significant first."""

_OF_YEAR = ("date", "year")
_ONE = {**dict.fromkeys(NUMBER_FIELDS, "number"), **dict.fromkeys(_OF_YEAR, "time")}
"""Fields of which one is enough, by group."""


@dataclass(frozen=True, slots=True)
class RowOf:
    """The row of a number: its key in a finding. ``count`` is the group whose values are counted, if any; ``event`` is
    the event as of which it is counted, None for now."""

    definition: Definition
    key: tuple[str | None, ...]
    count: str = ""
    event: int | None = None

    @property
    def counts_values(self) -> bool:
        """Whether the distinct values of a group are counted, instead of units."""
        return self.count in self.definition.group

    def places(self, proof: Proof) -> bool:
        """Return whether a proof needs the facts that place its document in the row."""
        return self.counts_values or proof.fact is None


def placed(catalog: Catalog, listed: Iterable[Shown], row: RowOf) -> list[Shown]:
    """Return the proofs; those without a fact get the facts that place their document in a row. If values of a group
    are counted, each proof gets the fact with its value."""
    return placed_in_rows(catalog, [(row, listed)])[0]


def placed_in_rows(catalog: Catalog, of_rows: Iterable[tuple[RowOf, Iterable[Shown]]]) -> list[list[Shown]]:
    """Apply :func:`placed` to several rows of one finding, with joint reads."""
    every = [(row, list(listed)) for row, listed in of_rows]
    wanted = [(row, {one.proof.document for one in listed if row.places(one.proof)}) for row, listed in every]
    ids = frozenset[str]().union(*(of_row for _, of_row in wanted))
    if not ids:
        return [listed for _, listed in every]
    facts = _facts(catalog, ids, every[0][0].event)
    names = _vendor_names(catalog, facts) if "vendor" in every[0][0].definition.group else {}
    found = [{id_: placing(facts.get(id_, ()), row, names) for id_ in of_row} for row, of_row in wanted]
    reader = EvidenceReader(catalog)
    reader.read(spans_of(fact for of_row in found for of_document in of_row.values() for fact in of_document))
    return [
        [
            replace(one, placing=_in_words(found_in_row[one.proof.document], reader)) if row.places(one.proof) else one
            for one in listed
        ]
        for (row, listed), found_in_row in zip(every, found, strict=True)
    ]


def _in_words(facts: Iterable[Fact], reader: EvidenceReader) -> tuple[tuple[Fact, Evidence | None], ...]:
    return tuple((fact, None if fact.span is None else reader.of(fact.span)) for fact in facts)


def placing(facts: Sequence[Fact], row: RowOf, vendor_names: Mapping[str, Sequence[str]]) -> tuple[Fact, ...]:
    """Return the facts of a document that place it in a row, and those that identify it: one per field, and one per
    vendor of the row.

    :param vendor_names: displayed names of vendors by printed name.
    """
    chosen: dict[str, Fact] = {}
    for fact in _in_order(facts, row, vendor_names):
        chosen.setdefault(fact.value if fact.field == "vendor" else _ONE.get(fact.field, fact.field), fact)
    return tuple(chosen.values())[:PLACING_FACTS]


def _in_order(facts: Sequence[Fact], row: RowOf, vendor_names: Mapping[str, Sequence[str]]) -> Iterator[Fact]:
    for group, value in _groups(row):
        yield from _best(fact for fact in facts if _places(fact, group, value, vendor_names))
    if row.counts_values:
        return
    numbers = [fact for fact in facts if fact.field in NUMBER_FIELDS]
    yield from _best(fact for fact in numbers if fact.details.get("role") == PROCUREMENT)
    yield from _best(fact for fact in numbers if fact.field == "reference")
    yield from _best(numbers)
    for field in _IDENTIFYING_FIELDS:
        yield from _best(fact for fact in facts if fact.field == field)


def _groups(row: RowOf) -> Iterator[tuple[str, str]]:
    """Yield the groups that place documents in a row, with their values; the value is empty if each value is
    counted."""
    if row.counts_values or not row.key:
        yield from ((group, "") for group in ((row.count,) if row.counts_values else row.definition.group))
    else:
        for group, value in zip(row.definition.group, row.key, strict=False):
            yield from ((group, one) for one in (value or "").split(TOGETHER) if one)


def _best(facts: Iterable[Fact]) -> list[Fact]:
    """Return the best fact, if there is any, in an order of trust: a person's, one with evidence, the one with the
    highest confidence."""
    return sorted(facts, key=_trust)[-1:]


def _trust(fact: Fact) -> tuple[bool, bool, float]:
    return fact.status is not FactStatus.EXTRACTED, fact.span is not None, fact.confidence


def _places(fact: Fact, group: str, value: str, vendor_names: Mapping[str, Sequence[str]]) -> bool:
    """Return whether a fact places its document in the row with this value of a group; in any row, if the value is
    empty."""
    if group == "vendor":
        if fact.field != "vendor" or not value:
            return fact.field == "vendor"
        return words(value) in {words(name) for name in (fact.value, *vendor_names.get(fact.value, ()))}
    if group == "year":
        return fact.field in _OF_YEAR and fact.value[:4] == (value or fact.value[:4])
    return group != PROCEDURE and fact.field == group and fact.value == (value or fact.value)


def _facts(catalog: Catalog, ids: Iterable[str], event: int | None) -> Mapping[str, Sequence[Fact]]:
    if event is None:
        return catalog.facts.by_document(sorted(ids))
    return {id_: one.paper.facts for id_, one in past_units_of(catalog, event).of(list(ids)).items()}


def _vendor_names(catalog: Catalog, facts: Mapping[str, Sequence[Fact]]) -> dict[str, list[str]]:
    return catalog.vendors.names_for({fact.value for one in facts.values() for fact in one if fact.field == "vendor"})
