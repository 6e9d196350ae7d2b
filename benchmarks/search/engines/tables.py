"""Facet columns for an engine that has none: ordinals in arrays, counts by numpy."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.search.feed import FACETS, CorpusDocument

Numbers = NDArray[np.int64]


class FacetTables:
    """The facet values of every document, numbered from 0, stored in one JSON file."""

    def __init__(self, ids: Sequence[str], rows: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self.ids = ids
        self._values: dict[str, list[str]] = {}
        self._starts: dict[str, Numbers] = {}
        self._ordinals: dict[str, Numbers] = {}
        for facet in FACETS:
            numbers: dict[str, int] = {}
            ordinals = [numbers.setdefault(value, len(numbers)) for values in rows[facet] for value in values]
            self._ordinals[facet] = np.array(ordinals, np.int64)
            self._starts[facet] = np.cumsum([0, *map(len, rows[facet])])
            self._values[facet] = list(numbers)

    @classmethod
    def read(cls, path: Path) -> FacetTables:
        """Read the tables written by :func:`write_tables`."""
        ids, rows = json.loads(path.read_text(encoding="utf-8"))
        return cls(ids, rows)

    def mask(self, facet: str, wanted: Iterable[str]) -> NDArray[np.bool_]:
        """Return which documents have one of the values of a single-valued facet."""
        numbers = [self._values[facet].index(value) for value in wanted if value in self._values[facet]]
        return np.isin(self._ordinals[facet], numbers)

    def counts(self, facet: str, documents: Numbers) -> dict[str, int]:
        """Return the number of documents of each value."""
        starts = self._starts[facet]
        lengths = starts[documents + 1] - starts[documents]
        into = np.repeat(starts[documents] - (np.cumsum(lengths) - lengths), lengths) + np.arange(lengths.sum())
        counted = np.bincount(self._ordinals[facet][into], minlength=len(self._values[facet]))
        values = self._values[facet]
        return {values[at]: int(counted[at]) for at in np.flatnonzero(counted)}


def write_tables(path: Path, documents: Iterable[CorpusDocument]) -> None:
    """Write ids and facet values."""
    ids: list[str] = []
    rows: dict[str, list[tuple[str, ...]]] = {facet: [] for facet in FACETS}
    for document in documents:
        ids.append(document.id)
        for facet, values in document.facets().items():
            rows[facet].append(values)
    path.write_text(json.dumps((ids, rows), ensure_ascii=False), encoding="utf-8")
