"""Sentences of all findings, cached in a file across processes.

Sentences are cached with their numbers, keyed by the state of the documents, the definition and the source of the
rules. If any of these differs, the finding is counted again. The numbers of a finding per municipality are cached
beside its sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from archive.errors import DosijeError
from archive.findings.counting import run
from archive.findings.definition import Definition
from archive.findings.joined import Joining, own_columns
from archive.findings.sentences import SentenceNumber, ToldSentence, told
from archive.findings.table import UNITS, Table
from archive.search.engine import SearchEngine
from archive.search.service import SearchService
from archive.store.catalog import Catalog
from archive.system.kept_files import read_kept, source_version, write_kept

_RULES = tuple(f"{folder}/*.py" for folder in ("findings/**", "procedures", "comparing", "model", "text", "vendors"))
_RULES += ("findings/**/*.toml",)
"""Source files that the result of a finding depends on."""

_Kept = dict[str, dict[str, Any]]

_KEPT: WeakKeyDictionary[Catalog, tuple[int | None, _Kept]] = WeakKeyDictionary()
"""The sentences read from the file of each catalog, with the time of its last change in nanoseconds."""

_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class PlaceNumber:
    """The number of a municipality in the drawn column of a finding, with the number of units; ``is_known``: the
    finding has a number of it, if only in another column."""

    municipality: str | None
    number: Decimal
    units: int
    is_known: bool


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """The cached result of a finding: its sentences, and its numbers by municipality, if these are its rows; ``label``
    is that of the column, empty without ``places``."""

    sentences: tuple[ToldSentence, ...]
    label: str
    places: tuple[PlaceNumber, ...]


def kept_findings(
    definitions: Iterable[Definition], catalog: Catalog, engine: SearchEngine
) -> list[KeptFinding | None]:
    """Return the cached results of these findings, None for those that are outdated. Nothing is counted."""
    kept, state = _kept(catalog), _state_of(catalog, engine)
    found: list[KeptFinding | None] = []
    for definition in definitions:
        told_of_it = None
        with suppress(LookupError, TypeError, ValueError, ArithmeticError, DosijeError):
            known = kept[definition.name]
            if known["state"] == state(definition):
                label, rows = known["places"]
                sentences = tuple(_sentence(one, definition) for one in known["sentences"])
                places = tuple(PlaceNumber(name, Decimal(number), *rest) for name, number, *rest in rows)
                told_of_it = KeptFinding(sentences, label, places)
        found.append(told_of_it)
    return found


def _kept(catalog: Catalog) -> _Kept:
    # Another process may have counted. Where the file cannot be written, what this process counted stays.
    file, changed = _file(catalog), None
    with suppress(OSError):
        changed = file.stat().st_mtime_ns if file else None
    with _LOCK:
        known = _KEPT.get(catalog)
        if known is None or known[0] != changed:
            known = _KEPT[catalog] = changed, _read(catalog)
        return known[1]


def sentences_of_all(
    definitions: Iterable[Definition], catalog: Catalog, search: SearchService, engine: SearchEngine
) -> list[tuple[ToldSentence, ...] | DosijeError]:
    """Return the current sentences of each of these findings, or the error why it cannot be counted."""
    kept = _kept(catalog)
    state, is_new = _state_of(catalog, engine), False
    found: list[tuple[ToldSentence, ...] | DosijeError] = []
    for definition in definitions:
        known = kept.get(definition.name)
        try:
            now = state(definition)
            sentences = _known(known, definition) if known is not None and known["state"] == now else None
            if sentences is None:
                table = run(definition, catalog, search, engine)
                sentences = told(table)
                is_new = True
                kept[definition.name] = {
                    "state": now,
                    "sentences": [_sentence_record(one, definition) for one in sentences],
                    "places": _places(table),
                }
        except DosijeError as error:
            found.append(error)
        else:
            found.append(sentences)
    if is_new:
        with _LOCK:
            write_kept(_file(catalog), dict(kept))
    return found


def _known(kept: Mapping[str, Any], definition: Definition) -> tuple[ToldSentence, ...] | None:
    with suppress(LookupError, TypeError, ValueError, ArithmeticError):
        return tuple(_sentence(one, definition) for one in kept["sentences"])
    return None


def _places(table: Table) -> tuple[str, list[tuple[str | None, str, int, bool]]]:
    """Return the label of the drawn column, and its numbers by municipality; empty if rows are of another kind."""
    definition = table.definition
    at, units = table.place_of(definition.draw), table.place_of(UNITS)
    if definition.group != ("municipality",) or at is None or units is None:
        return "", []
    own = [table.columns.index(column) for column in own_columns(table)]
    return table.columns[at].label, [
        (
            row.key[0],
            str(row.cells[at].number or 0),
            int(row.cells[units].number or 0),
            not own or any(row.cells[each].number for each in own),
        )
        for row in table.rows
    ]


def _state_of(catalog: Catalog, engine: SearchEngine) -> Callable[[Definition], str]:
    """Return the function that computes the cache key of a finding."""
    newest, stamp, read = catalog.events.last(), catalog.history.stamp(), catalog.events.newest_read()

    def state(definition: Definition) -> str:
        parts = [source_version(*_RULES), repr(definition), stamp, str(newest and newest.at.date())]
        if definition.request is not None:
            parts += [engine.generation, str(newest and newest.number)]
        if definition.facts.field == "odd_clauses":
            parts.append(str(read))
        return sha256("\n".join(parts).encode()).hexdigest()

    return state


def _file(catalog: Catalog) -> Path | None:
    return catalog.kept_file("sentences-*.json")


def _read(catalog: Catalog) -> _Kept:
    kept = read_kept(_file(catalog))
    if isinstance(kept, dict) and all(isinstance(one, dict) and "state" in one for one in kept.values()):
        return kept
    return {}


def _sentence_record(one: ToldSentence, definition: Definition) -> dict[str, Any]:
    numbers = {name: [_number_record(number) for number in numbers] for name, numbers in one.numbers.items()}
    return {"place": definition.sentences.index(one.sentence), "numbers": numbers}


def _number_record(number: SentenceNumber) -> dict[str, Any]:
    joining = number.joining
    told_of_it = None if joining is None else [joining.key, joining.columns, joining.without, joining.count]
    return {
        "number": str(number.number),
        "joining": told_of_it,
        "currency": number.currency,
        "basis": number.basis,
        "name": number.name,
    }


def _sentence(kept: Mapping[str, Any], definition: Definition) -> ToldSentence:
    numbers = {name: tuple(map(_number, several)) for name, several in kept["numbers"].items()}
    return ToldSentence(definition.sentences[kept["place"]], numbers)


def _number(kept: Mapping[str, Any]) -> SentenceNumber:
    joining, name = kept["joining"], kept["name"]
    if joining is not None:
        key, columns, without, count = joining
        joining = Joining(tuple(key), tuple(columns), tuple(without), count)
    return SentenceNumber(
        Decimal(kept["number"]),
        joining,
        kept["currency"],
        kept["basis"],
        None if name is None else tuple(name),
    )
