"""Facets: counting documents by value, and putting the counts in words.

The rules (design, section 5): OR inside a facet, AND across facets, a facet's own selection left out of its counts,
documents counted, "unknown" a value like any other, and a selected value always listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain

from archive.search.request import FACETS, UNKNOWN
from archive.search.results import FacetValue

_LANGUAGES = {
    "bg": "Bulgarian", "bs": "Bosnian", "de": "German", "en": "English", "es": "Spanish", "fr": "French",
    "hr": "Croatian", "hu": "Hungarian", "it": "Italian", "mk": "Macedonian", "ro": "Romanian", "ru": "Russian",
    "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian", "tr": "Turkish",
}  # fmt: skip
_SCRIPTS = {"Cyrl": "Cyrillic", "Latn": "Latin"}


@dataclass(frozen=True, slots=True)
class Narrowed:
    """``selected`` are the documents that pass every filter; ``counted`` those that each facet counts."""

    selected: Set[int]
    counted: Mapping[str, Set[int]]


def narrow(matching: Set[int], allowed: Mapping[str, Set[int]]) -> Narrowed:
    """Apply filters to the documents that match a query.

    :param allowed: for each facet with a selection, the documents that carry one of its selected values.
    """
    selected = set(matching)
    for documents in allowed.values():
        selected &= documents
    counted: dict[str, Set[int]] = dict.fromkeys(FACETS, selected)
    for facet in allowed:
        counted[facet] = set(matching)
        for other, documents in allowed.items():
            if other != facet:
                counted[facet] = counted[facet] & documents
    return Narrowed(selected, counted)


def count_values(documents: Iterable[int], values: Sequence[tuple[str, ...]], chosen: Iterable[str]) -> dict[str, int]:
    """How many of ``documents`` carry each value; ``values`` holds each document's, and ``chosen`` never go missing."""
    counts = Counter(chain.from_iterable(map(values.__getitem__, documents)))
    return dict(counts) | {value: counts[value] for value in chosen}


def list_values(facet: str, counts: Mapping[str, int]) -> tuple[FacetValue, ...]:
    """The values of a facet as they are shown: most documents first, then by label."""
    listed = [FacetValue(value, label(facet, value), count) for value, count in counts.items()]
    return tuple(sorted(listed, key=lambda value: (-value.count, value.label.casefold(), value.value)))


def label(facet: str, value: str) -> str:
    """How a value is shown to a reader."""
    if value == UNKNOWN:
        return "Unknown"
    if facet == "quality":
        return value.capitalize()
    if facet == "kind":
        words = value.replace("_", " ")
        return words.replace("foi ", "FOI ", 1) if words.startswith("foi ") else words.capitalize()
    if facet == "language":
        tag, _, script = value.partition("-")
        name = _LANGUAGES.get(tag, value)
        return f"{name} ({_SCRIPTS[script]})" if tag in _LANGUAGES and script in _SCRIPTS else name
    return value
