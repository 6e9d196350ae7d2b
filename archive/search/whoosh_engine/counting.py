"""Facets: which documents carry a value, and how many of those found do, over whole columns at once.

The rules (design, section 5): OR inside a facet, AND across facets, a facet's own selection left out of its counts,
documents counted, "unknown" a value like any other, and a selected value always listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from archive.search.evaluating.places import Documents
from archive.search.whoosh_engine.schema import SEPARATOR


class FacetColumn:
    """The values of one facet. A document with several has a combination of them, and each combination an ordinal."""

    def __init__(self, ordinals: NDArray[np.int32], combinations: Sequence[str]) -> None:
        self._ordinals = ordinals
        parts = [combination.split(SEPARATOR) for combination in combinations]
        self._values = list(dict.fromkeys(value for part in parts for value in part))
        self._spelled = np.array(self._values, object)
        self._numbers = {value: number for number, value in enumerate(self._values)}
        self._lengths = np.array([len(part) for part in parts], np.int64)
        self._members = np.array([self._numbers[value] for part in parts for value in part], np.int64)
        self._combinations = len(parts)

    def mask(self, values: Iterable[str]) -> NDArray[np.bool_]:
        """Which documents carry at least one of these values."""
        wanted = [self._numbers[value] for value in values if value in self._numbers]
        of_combination = np.zeros(self._combinations, bool)
        owners = np.repeat(np.arange(self._combinations), self._lengths)
        of_combination[owners[np.isin(self._members, wanted)]] = True
        mask: NDArray[np.bool_] = of_combination[self._ordinals]
        return mask

    def count(self, documents: Documents, chosen: Iterable[str] = ()) -> dict[str, int]:
        """How many of these documents carry each value that any carries; ``chosen`` values are never left out."""
        of_combination = np.bincount(self._ordinals[documents], minlength=self._combinations)
        if len(self._members) == self._combinations:
            counts = of_combination
        else:
            weights = np.repeat(of_combination, self._lengths)
            counts = np.bincount(self._members, weights=weights, minlength=len(self._values)).astype(np.int64)
        carried = np.flatnonzero(counts)
        listed = dict(zip(self._spelled[carried].tolist(), counts[carried].tolist(), strict=True))
        for value in chosen:
            listed.setdefault(value, 0)
        return listed

    def numbers(self) -> NDArray[np.int64]:
        """The value of each document as a whole number, -1 where it is none: for ranges of years."""
        of_combination = [int(self._values[at]) if self._values[at].isdecimal() else -1 for at in self._first_members()]
        numbers: NDArray[np.int64] = np.array(of_combination, np.int64)[self._ordinals]
        return numbers

    def _first_members(self) -> list[int]:
        firsts: list[int] = self._members[np.cumsum(self._lengths) - self._lengths].tolist()
        return firsts
