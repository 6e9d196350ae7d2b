"""Clauses worded alike: classes of them by MinHash, and how alike two of them are, numbers aside.

Clauses are sketched by MinHash (:mod:`archive.search.sketching`), and those that share most of their wording form a
class. On the project's corpus, clauses of different documents share either under 0.25 of their wording (789 of 1,297)
or over 0.55 (485); the 23 between are boilerplate in other words. :data:`NEAR` stands at the upper end of that gap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from archive.body import body_in
from archive.comparing.tolerance import word_key
from archive.model import Clause, Reading
from archive.model.clauses import units
from archive.model.words import Words
from archive.search.sketching import Sketch, shared_wording, sketch
from archive.text.running import RunningLines

NEAR = 0.6
"""The share of their wording from which on two clauses are worded alike."""

_BAND_BYTES = 4 * 3
"""Of three hashes: of two clauses that share 0.6 of their wording, all but one in 27,000 have one of 42 bands alike."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A clause ready to be compared: its pairs of neighbouring words, with one sign for all numbers, its sketch (None
    without a word), and the number of its class (-1: not classified)."""

    clause: Clause
    pairs: frozenset[tuple[str, str]]
    sketch: Sketch | None
    kind: int = -1


Documents = Mapping[str, Sequence[Unit]]
"""The clauses of documents, by the documents' ids."""


def units_of(clauses: Sequence[Clause], reading: Reading, pages: Sequence[Words]) -> Iterator[Unit]:
    """The units of a document (:func:`archive.model.clauses.units`), ready to be compared; ``pages`` are its words."""
    words = dict(enumerate(pages, start=1))
    running = RunningLines.of(words)
    for clause in units(clauses):
        parts = [part.cut() for part in body_in(reading, clause.span, words, running)]
        yield Unit(clause, _pairs(parts), sketch(parts))


def _pairs(parts: Sequence[Words]) -> frozenset[tuple[str, str]]:
    """Every pair of neighbouring words, with one sign for all numbers: they are what is filled in."""
    worded = [form for part in parts for text in part.texts if (form := _numberless(text))]
    return frozenset(zip(["", *worded], worded, strict=False))


@lru_cache(maxsize=1 << 16)
def _numberless(word: str) -> str:
    key = word_key(word)
    return "#" if any(map(str.isdigit, key)) else key


def classified(documents: Documents) -> dict[str, list[Unit]]:
    """The same clauses, each with the number of its class."""
    classes = _Classes()
    return {id_: [replace(unit, kind=classes.number_of(unit)) for unit in listed] for id_, listed in documents.items()}


class _Classes:
    """Classes of clauses. A clause is of the class of the first one that is worded alike.

    Of clauses too short for a MinHash, those are alike that differ in nothing but numbers.
    """

    def __init__(self) -> None:
        self._leaders: list[Sketch | None] = []
        self._by_wording: dict[frozenset[tuple[str, str]], int] = {}
        self._by_band: dict[tuple[int, bytes], list[int]] = defaultdict(list)

    def number_of(self, unit: Unit) -> int:
        """The number of its class, a new one if it is like none before it."""
        if unit.pairs not in self._by_wording:
            bands = _bands(unit.sketch) if unit.sketch else []
            number = self._alike(unit.sketch, bands)
            if number is None:
                number = len(self._leaders)
                self._leaders.append(unit.sketch)
                for band in bands:
                    self._by_band[band].append(number)
            self._by_wording[unit.pairs] = number
        return self._by_wording[unit.pairs]

    def _alike(self, made: Sketch | None, bands: Sequence[tuple[int, bytes]]) -> int | None:
        """The class whose first clause shares most of its wording, if that is enough."""
        candidates = {
            number: leader
            for number in sorted({number for band in bands for number in self._by_band[band]})
            if (leader := self._leaders[number])
        }
        if made is None or not candidates:
            return None
        share, number = max(zip(shared_wording(made, list(candidates.values())), candidates, strict=True))
        return number if share >= NEAR else None


def _bands(made: Sketch) -> list[tuple[int, bytes]]:
    whole = range(0, len(made.wording) - _BAND_BYTES + 1, _BAND_BYTES)
    return [(start, made.wording[start : start + _BAND_BYTES]) for start in whole]


def likeness(unit: Unit, other: Unit) -> float:
    """The share of the wording of both that both have, 0..1, with one sign for all numbers."""
    together = len(unit.pairs | other.pairs)
    return len(unit.pairs & other.pairs) / together if together else 0.0
