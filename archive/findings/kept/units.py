"""The current units, cached in a file across processes, and loaded only as far as they are counted.

The grouping of documents to units depends on all of them. It is computed when a document has changed, and stored in a
file (:mod:`archive.store.kept.units`), from which a process reads units, descriptions of documents and the facts of
counted fields.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import chain, islice
from operator import itemgetter
from typing import Any, NamedTuple

from archive.errors import ArchiveBusy
from archive.findings.definition import CountedUnit
from archive.findings.derived.requests import open_until
from archive.findings.units import (
    IN,
    Copies,
    Counted,
    CountedDocument,
    Disputed,
    most_frequent,
    place_key,
)
from archive.model import Description, Fact, FactStatus, Span
from archive.procedures.dependence import link_keys
from archive.procedures.papers import Paper, paper_of
from archive.store.catalog import Catalog
from archive.store.kept.units import KeptPaper, KeptUnit, KeptUnits, KeptUnitsLost, Within
from archive.store.sql.database import batches
from archive.system.kept_files import remove_database, source_version


def kept_units(catalog: Catalog) -> KeptUnits | None:
    """Return the file of a catalog view, one for each set of hidden collections; None if nothing is cached."""
    file = catalog.kept_file("units-*.sqlite", _version())
    return None if file is None else KeptUnits(file)


def past_units(catalog: Catalog, *of: str) -> KeptUnits:
    """Return the file of an earlier state, given its key; in memory if nothing is cached. The least recently used files
    are removed."""
    file = catalog.kept_file(_PAST, _version(), source_version("store/history.py", "findings/kept/past.py"), *of)
    if file is not None:
        with suppress(OSError):
            files = [one for one in file.parent.glob(_PAST) if one != file]
            for old in sorted(files, key=lambda one: one.stat().st_mtime)[: -_MOST_PAST + 1]:
                # A file that is being built is kept.
                with suppress(KeptUnitsLost), KeptUnits(old).alone(is_waiting=False):
                    remove_database(old)
    return KeptUnits(file)


_PAST, _MOST_PAST = "then-*.sqlite", 4


def _version() -> str:
    rules = ("procedures/*.py", "model/*.py", "text/*.py", "vendors/*.py", "*/near_duplicates.py")
    of_findings = (
        "findings/kept/units.py",
        "findings/kept/answers.py",
        "findings/kept/by_change.py",
        "findings/units.py",
        "findings/derived/requests.py",
        "findings/derived/periods.py",
    )
    return source_version(*rules, *of_findings, "store/kept/units.py", "store/kept/lines.py")


def changed() -> ArchiveBusy:
    """Return the error that the file is of another state by now."""
    return ArchiveBusy("The archive changed while this was read.", "Try again.")


@contextmanager
def reading_one_state() -> Iterator[None]:
    """Say that the archive changed where the file is lost while a state of it is read.

    :raises ArchiveBusy: the file was removed, or is of another state by now.
    """
    try:
        yield
    except KeptUnitsLost as error:
        raise changed() from error


class LightUnits:
    """The units of one state of the file. Documents have only the facts of the fields requested so far. Not
    thread-safe."""

    def __init__(self, file: KeptUnits, stamp: str) -> None:
        self._file, self.stamp = file, stamp
        self._papers: dict[str, Paper] = {}
        self._facts: dict[str, list[Fact]] = {}
        self._fields: set[str] = set()
        self._units: dict[CountedUnit, list[Counted]] = {}

    def units(self, counts: CountedUnit, fields: Collection[str]) -> list[Counted]:
        """Return every unit, its documents with the facts of these fields.

        :raises archive.store.kept.units.KeptUnitsLost: the file is of another state by now.
        """
        if not self._papers:
            for known in _descriptions(self._file.papers(self.stamp)):
                self._facts[known.id] = []
                self._papers[known.id] = paper_of(known, self._facts[known.id])
        if lacking := set(fields) - self._fields:
            for document, _, fact in unpacked(self._file.facts(sorted(lacking), self.stamp)):
                self._facts[document].append(fact)
            self._fields |= lacking
        if counts not in self._units:
            told = _read_units(self._file, self.stamp, self._file.units(counts, self.stamp))
            self._units[counts] = [_unit(one, self._papers) for one in told]
        return self._units[counts]


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A selection of units: those of a municipality, or those with one of some documents."""

    municipality: str = ""
    documents: frozenset[str] = frozenset()

    def has(self, unit: Counted) -> bool:
        """Return whether a unit is selected."""
        if self.municipality:
            return unit.municipality == self.municipality
        return any(paper.id in self.documents for paper in unit.papers)


def chosen_units(
    file: KeptUnits, stamp: str, kinds: Iterable[CountedUnit], choice: UnitChoice
) -> dict[CountedUnit, list[Counted]]:
    """Return the selected units of these kinds, their documents with all facts, read by index. Units of a kind that is
    not indexed by document are scanned in batches.

    :raises archive.store.kept.units.KeptUnitsLost: the file is of another state.
    """
    chosen = {}
    for counts in kinds:
        if choice.municipality or counts in _LEADING:
            told = (
                (told for *_, told in file.units_in(counts, choice.municipality, stamp))
                if choice.municipality
                else file.units_with(counts, choice.documents, stamp)
            )
            chosen[counts] = list(_units(file, stamp, _read_units(file, stamp, told)))
        else:
            chosen[counts] = list(filter(choice.has, units_at(file, stamp, file.order(counts, stamp))))
    return chosen


class UnitOfPlace(NamedTuple):
    """A unit of a municipality: its ``number`` and ``place`` in the order of units, its id, the year of its first
    document with one, and the kinds of documents that it lacks."""

    number: int
    place: str
    id: str
    year: int | None
    missing: Sequence[str]


def units_of_place(file: KeptUnits, stamp: str, counts: CountedUnit, municipality: str) -> list[UnitOfPlace]:
    """Return the units of a municipality; no document is read.

    :raises archive.store.kept.units.KeptUnitsLost: the file is of another state.
    """
    rows = file.units_in(counts, municipality, stamp)
    read = _read_all(told for *_, told in rows)
    return [
        UnitOfPlace(number, place, told[0], told[-1], told[_MISSING])
        for (number, place, _), told in zip(rows, read, strict=True)
    ]


def units_at(
    file: KeptUnits, stamp: str, numbers: Sequence[int], fields: Collection[str] | None = None
) -> Iterator[Counted]:
    """Yield units by number, in the order given, their documents with the facts of these fields, or of all.

    :raises archive.store.kept.units.KeptUnitsLost: the file is of another state, or has no such unit.
    """
    for at in range(0, len(numbers), _UNITS_AT_ONCE):
        some = numbers[at : at + _UNITS_AT_ONCE]
        told = {number: unit for number, _, unit in file.units_at(some, stamp)}
        if not told.keys() >= set(some):
            raise KeptUnitsLost
        waiting, papers = list[Any](), 0
        parts = (some[first : first + _PARSED_AT_ONCE] for first in range(0, len(some), _PARSED_AT_ONCE))
        for unit in chain.from_iterable(_read_units(file, stamp, (told[number] for number in part)) for part in parts):
            waiting.append(unit)
            papers += len(unit[_PAPERS])
            if papers >= _PAPERS_AT_ONCE:
                yield from _units(file, stamp, waiting, fields)
                waiting, papers = [], 0
        yield from _units(file, stamp, waiting, fields)


_UNITS_AT_ONCE, _PAPERS_AT_ONCE = 500, 2_000
_PARSED_AT_ONCE = 20
"""Units that are parsed together: one of a municipality may have ten thousand ids of documents."""


def _units(
    file: KeptUnits, stamp: str, told: Sequence[Any], fields: Collection[str] | None = None
) -> Iterator[Counted]:
    """Yield units in the order of their serialized forms."""
    wanted = sorted({document for one in told for document in one[_PAPERS]})
    facts: dict[str, list[tuple[int, Fact]]] = {id_: [] for id_ in wanted}
    rows = file.facts_of(wanted, stamp, fields)
    for document, ordinal, fact in unpacked(row for row in rows if row[0] != _DISPUTED):
        facts[document].append((ordinal, fact))
    papers = {
        known.id: paper_of(known, [fact for _, fact in sorted(facts[known.id], key=_BY_ORDINAL)])
        for known in _descriptions(file.papers_of(wanted, stamp))
    }
    return (_unit(one, papers) for one in told)


class CountedMunicipality(NamedTuple):
    """A municipality without its documents: the key by which they are found, and how many they are."""

    municipality: str | None
    buyer: str | None
    key: str
    documents: int


def municipalities_at(file: KeptUnits, stamp: str, numbers: Sequence[int]) -> Iterator[tuple[int, CountedMunicipality]]:
    """Yield units of municipalities by number; no document is read.

    :raises archive.store.kept.units.KeptUnitsLost: the file is of another state.
    """
    for number, _, told in file.units_at(numbers, stamp):
        _, municipality, buyer, key, *_ = json.loads(told)
        yield number, CountedMunicipality(municipality, buyer, key, file.count_within(key, stamp))


def _read_units(file: KeptUnits, stamp: str, told: Iterable[str]) -> list[Any]:
    """Parse units; those of municipalities are given their documents, and what is disputed of these."""
    every = _read_all(told)
    for one in every:
        if isinstance(one[_PAPERS], str):
            one[_PAPERS] = file.documents_within(one[_PAPERS], stamp)
            disputed = _read(file.facts_of(one[_PAPERS], stamp, (_DISPUTED,)), _DISPUTED)
            one[_DOUBTS] = [(document, *doubt) for document, doubts in zip(*disputed, strict=True) for doubt in doubts]
    return every


class Procedure(NamedTuple):
    """A procedure by the ids of its papers: ``papers`` are its own ones, ``copies`` others with what they are copies
    of."""

    id: str
    number: str | None
    buyer: str | None
    papers: Sequence[str]
    copies: Mapping[str, str]

    @classmethod
    def of(cls, unit: Counted) -> Procedure:
        """Return that of a unit."""
        return cls(unit.id, unit.number, unit.buyer, [paper.id for paper in unit.papers], dict(unit.copies))


def procedures_in(file: KeptUnits, stamp: str) -> Iterator[Procedure]:
    """Yield every procedure, in the order of their ids.

    :raises archive.store.kept.units.KeptUnitsLost: the file is of another state.
    """
    every = file.each_by_id(CountedUnit.PROCEDURES, stamp)
    while some := list(islice(every, _UNITS_AT_ONCE)):
        for id_, _, buyer, papers, *_, number, copies, _ in _read_all(some):
            yield Procedure(id_, number, buyer, papers, dict(copies))


def subjects_of(file: KeptUnits, stamp: str, counts: CountedUnit, ids: Iterable[str]) -> dict[str, str]:
    """Return the subjects of the units with these ids; units without one are omitted.

    :raises archive.store.kept.units.KeptUnitsLost: the file is of another state.
    """
    told = _read_all(file.units_by_id(counts, ids, stamp))
    return {one[0]: _fact(*one[_SUBJECT]).value for one in told if one[_SUBJECT]}


_DISPUTED = ""
"""Pseudo field under which the disputed facts are stored."""


def read_documents(file: KeptUnits) -> dict[str, CountedDocument]:
    """Return every stored document, with all of its facts.

    :raises archive.store.kept.units.KeptUnitsLost: the file does not exist.
    """
    return _documents(file.papers(), file.all_facts())


def documents_of(file: KeptUnits, stamp: str, ids: Collection[str]) -> dict[str, CountedDocument]:
    """Return some of the stored documents, with all of their facts.

    :raises archive.store.kept.units.KeptUnitsLost: the file is of another state.
    """
    return _documents(file.papers_of(ids, stamp), file.facts_of(ids, stamp))


def documents_without_facts(file: KeptUnits, stamp: str, ids: Collection[str]) -> dict[str, CountedDocument]:
    """Return some of the stored documents, without facts.

    :raises archive.store.kept.units.KeptUnitsLost: the file is of another state.
    """
    return _documents(file.papers_of(ids, stamp), file.facts_of(ids, stamp, (_DISPUTED,)))


def papers_in(file: KeptUnits, stamp: str) -> Iterator[Paper]:
    """Yield all documents without facts, in batches.

    :raises archive.store.kept.units.KeptUnitsLost: the file is of another state.
    """
    for some in batches(sorted(file.ids(stamp)), _PAPERS_AT_ONCE):
        yield from (paper_of(known, ()) for known in _descriptions(file.papers_of(some, stamp)))


def _documents(
    papers: Sequence[tuple[str, int, bytes]], rows: Sequence[tuple[str, str, str]]
) -> dict[str, CountedDocument]:
    facts: dict[str, list[tuple[int, Fact]]] = {}
    disputed: dict[str, Disputed] = {}
    for document, told in zip(*_read(rows, _DISPUTED), strict=True):
        disputed[document] = frozenset((name, value) for name, value in told)
    for document, ordinal, fact in unpacked(row for row in rows if row[0] != _DISPUTED):
        facts.setdefault(document, []).append((ordinal, fact))
    found = {}
    for (id_, sequence, _), known in zip(papers, _descriptions(papers), strict=True):
        of_document = [fact for _, fact in sorted(facts.get(id_, ()), key=_BY_ORDINAL)]
        found[id_] = CountedDocument(sequence, paper_of(known, of_document), disputed.get(id_, frozenset()))
    return found


_BY_ORDINAL = itemgetter(0)


def _descriptions(papers: Iterable[tuple[str, int, bytes]]) -> Iterator[Description]:
    # One call of the JSON parser for all is several times as fast as one per document.
    return map(Description.from_values, json.loads(b"[" + b",".join(told for _, _, told in papers) + b"]"))


def _read_all(told: Iterable[str]) -> list[Any]:
    return list(json.loads(f"[{','.join(told)}]"))


def _read(rows: Sequence[tuple[str, str, str]], field: str) -> tuple[list[str], list[Any]]:
    """Return the documents with facts of a field, and the parsed facts of each."""
    mine = [(document, told) for one, document, told in rows if one == field]
    return [document for document, _ in mine], _read_all(told for _, told in mine)


def keep_whole(
    file: KeptUnits,
    stamp: str,
    documents: Mapping[str, CountedDocument],
    units: Mapping[CountedUnit, list[Counted]],
    copies: Copies,
) -> None:
    """Store a state: documents that changed, all units and copies. Documents that the state lacks are removed from the
    file."""
    before: dict[str, int] = {}
    with suppress(KeptUnitsLost):
        before = {id_: sequence for id_, sequence, _ in file.papers()}
    changed = (kept_paper(id_, one) for id_, one in documents.items() if before.get(id_) != one.sequence)
    kinds = (counts for counts in units if counts is not CountedUnit.MUNICIPALITIES)
    every = {str(counts): units_to_keep(counts, units[counts]) for counts in kinds}
    file.write(stamp, changed, every, copies, municipality_of, gone=before.keys() - documents.keys())


def kept_paper(id_: str, document: CountedDocument) -> KeptPaper:
    """Serialize a document for the file."""
    paper = document.paper
    place, keys = place_key(paper.known), link_keys(paper)
    return KeptPaper(id_, document.sequence, paper.known.to_bytes(), place, packed(document), keys)


_LEADING = (CountedUnit.PROCEDURES, CountedUnit.REQUESTS, CountedUnit.DOCUMENTS)


def units_to_keep(counts: CountedUnit, units: Iterable[Counted]) -> Iterator[KeptUnit]:
    """Serialize units for the file, but for those of municipalities (:func:`municipality_of`)."""
    leads = counts in _LEADING
    for one in units:
        papers = tuple(paper.id for paper in one.papers)
        unit = KeptUnit(one.id, one.place, one.municipality, _unit_json(one), papers, leads)
        if counts is CountedUnit.REQUESTS and (until := open_until(one)):
            unit = replace(unit, until=str(until))
        elif counts is CountedUnit.DOCUMENTS:
            unit = replace(unit, within=place_key(one.papers[0].known), buyer=one.buyer)
        yield unit


def municipality_of(key: str, place: str, documents: Sequence[Within]) -> KeptUnit:
    """Build the unit of a municipality from its documents. It has its key in the place of their ids, which are read
    when it is (:func:`_read_units`), so a change of one costs the same among any number."""
    id_ = min(one.id for one in documents)
    municipality = key.removeprefix(IN) if key.startswith(IN) else None
    buyer = most_frequent(Counter({one.buyer: one.documents for one in documents}).elements())
    told = id_, municipality, buyer, key, (), (), None, None, (), None
    return KeptUnit(id_, place, municipality, _ENCODER.encode(told), (), is_led_to=False, within=key)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_STATUSES = {str(status): status for status in FactStatus}


def packed(document: CountedDocument) -> dict[str, str]:
    """Serialize the facts of a document to JSON, by field."""
    by_field: dict[str, list[object]] = {}
    for ordinal, fact in enumerate(document.paper.facts):
        by_field.setdefault(fact.field, []).append(_fact_row(ordinal, fact))
    if document.disputed:
        by_field[_DISPUTED] = [*sorted(document.disputed)]
    return {field: _ENCODER.encode(told) for field, told in by_field.items()}


def _fact_row(ordinal: int, fact: Fact) -> tuple[object, ...]:
    span = None if fact.span is None else (fact.span.reading, fact.span.first, fact.span.last)
    return ordinal, fact.value, span, fact.method, fact.confidence, str(fact.status), dict(fact.details)


def _fact(field: str, document: str, told: Sequence[Any]) -> Fact:
    _, value, span, method, confidence, status, details = told
    words = Span(document, *span) if span else None
    return Fact(field, value, words, method, confidence, _STATUSES[status], details)


def unpacked(rows: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, int, Fact]]:
    """Parse rows (field, document, JSON) that :func:`packed` wrote; yield each fact with its document, and its rank
    among the document's facts."""
    listed = list(rows)
    for (field, document, _), facts in zip(listed, _read_all(told for _, _, told in listed), strict=True):
        for told in facts:
            yield document, told[0], _fact(field, document, told)


_MUNICIPALITY, _BUYER, _PAPERS, _MISSING, _DOUBTS, _SUBJECT, _YEAR = 1, 2, 3, 4, 5, 6, 9
"""Indices of the municipality, buyer, documents (of a municipality: its key), kinds that are missing, disputed facts,
subject and year of a unit in its serialized form."""


def _unit_json(unit: Counted) -> str:
    subject = unit.subject and (unit.subject.field, _subject_document(unit), _fact_row(0, unit.subject))
    told = (unit.id, unit.municipality, unit.buyer, [paper.id for paper in unit.papers], unit.missing,
            sorted(unit.disputed), subject, unit.number, unit.copies, unit.year)  # fmt: skip
    return _ENCODER.encode(told)


def _subject_document(unit: Counted) -> str:
    """Return the document whose fact is the subject of a unit; None for a person's without evidence."""
    assert unit.subject is not None
    if unit.subject.span is not None:
        return unit.subject.span.document
    return next((paper.id for paper in unit.papers if unit.subject in paper.facts), "")


def _unit(told: Sequence[Any], papers: Mapping[str, Paper]) -> Counted:
    id_, municipality, buyer, of_unit, missing, disputed, subject, number, copies, _ = told
    doubts = frozenset((document, field, value) for document, field, value in disputed)
    of_papers = tuple(papers[one] for one in of_unit)
    about = None if subject is None else _fact(*subject)
    of_others = tuple((id_, of) for id_, of in copies)
    return Counted(id_, municipality, buyer, of_papers, tuple(missing), doubts, about, number, of_others)
