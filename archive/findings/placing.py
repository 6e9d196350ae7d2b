"""The words by which a document is counted, where no fact of it makes the number.

A number of procedures, or of documents, is made of papers and not of what they say. The words that prove it are those
that place each paper in its row (the municipality, the buyer, the vendor, the year), the number that makes it a paper
of its procedure, and those that tell what kind of paper it is, and about what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from archive.facts.evidence import EvidenceReader, spans_of
from archive.findings.as_of import state
from archive.findings.definition import PROCEDURE, Definition
from archive.findings.measures import TOGETHER
from archive.findings.records import Shown
from archive.model import Fact, FactStatus
from archive.model.fields import NUMBER_FIELDS
from archive.procedures.papers import PROCUREMENT
from archive.store.catalog import Catalog
from archive.vendors.names import words

PLACING_FACTS = 4
"""Facts that are told of one document, at most."""

_TELLING = ("kind", "subject", "title", "buyer", "municipality", "date", "year")
"""Fields that tell what a document is, the most telling first."""

_OF_YEAR = ("date", "year")
_ONE = {**dict.fromkeys(NUMBER_FIELDS, "number"), **dict.fromkeys(_OF_YEAR, "time")}
"""Fields of which one is enough."""


@dataclass(frozen=True, slots=True)
class RowOf:
    """The row that a number is of: its key in a finding. ``count`` is the group whose values are counted, if those are;
    ``event`` is the moment of which it tells, None for now."""

    definition: Definition
    key: tuple[str | None, ...]
    count: str = ""
    event: int | None = None

    @property
    def counts_values(self) -> bool:
        """Whether values of a group are counted, and not what has them."""
        return self.count in self.definition.group


def placed(catalog: Catalog, listed: Iterable[Shown], row: RowOf) -> list[Shown]:
    """The same proofs; those that have no fact, with the facts that place their document in a row. Where the values of
    a group are counted, each is with the fact that has its value."""
    proofs = list(listed)
    wanted = {one.proof.document for one in proofs if row.counts_values or one.proof.fact is None}
    if not wanted:
        return proofs
    facts = _facts(catalog, wanted, row.event)
    names = _vendor_names(catalog, facts) if "vendor" in row.definition.group else {}
    found = {id_: placing(facts.get(id_, ()), row, names) for id_ in wanted}
    reader = EvidenceReader(catalog)
    reader.read(spans_of(fact for of_document in found.values() for fact in of_document))
    told = {
        id_: tuple((fact, None if fact.span is None else reader.of(fact.span)) for fact in of_document)
        for id_, of_document in found.items()
    }
    return [
        one if one.proof.fact and not row.counts_values else replace(one, placing=told[one.proof.document])
        for one in proofs
    ]


def placing(facts: Sequence[Fact], row: RowOf, vendor_names: Mapping[str, Sequence[str]]) -> tuple[Fact, ...]:
    """The facts of a document that place it in a row, and those that tell what it is. Each field is told once, but each
    of the vendors of a row.

    :param vendor_names: the names under which vendors are counted, by the name that is printed.
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
    for field in _TELLING:
        yield from _best(fact for fact in facts if fact.field == field)


def _groups(row: RowOf) -> Iterator[tuple[str, str]]:
    """What places documents in a row: the groups with their values, which are empty where each value is counted."""
    if row.counts_values or not row.key:
        yield from ((group, "") for group in ((row.count,) if row.counts_values else row.definition.group))
    else:
        for group, value in zip(row.definition.group, row.key, strict=True):
            yield from ((group, one) for one in (value or "").split(TOGETHER) if one)


def _best(facts: Iterable[Fact]) -> list[Fact]:
    """The fact that says it best, if one does: a person's word goes first, then what has words, then the surest."""
    return sorted(facts, key=_trust)[-1:]


def _trust(fact: Fact) -> tuple[bool, bool, float]:
    return fact.status is not FactStatus.EXTRACTED, fact.span is not None, fact.confidence


def _places(fact: Fact, group: str, value: str, vendor_names: Mapping[str, Sequence[str]]) -> bool:
    """Whether a fact puts its document into the row that has this value in a group; if that is empty, into any."""
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
    papers = state(catalog, event).papers
    return {id_: papers[id_].facts for id_ in ids}


def _vendor_names(catalog: Catalog, facts: Mapping[str, Sequence[Fact]]) -> dict[str, list[str]]:
    return catalog.vendors.names_for({fact.value for one in facts.values() for fact in one if fact.field == "vendor"})
