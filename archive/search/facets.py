"""Facets: their values with labels and counts.

The rules (design, section 5): OR inside a facet, AND across facets, a facet's own selection excluded from its counts,
documents counted, "unknown" a value like any other, and a selected value always listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from archive.errors import Message
from archive.search.request import AMOUNT_FILTERS, UNKNOWN, excluded_facet
from archive.text.folding import NaturalKey, natural_key


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet: its filter value, its label, and the number of matching units that have it."""

    value: str
    label: str
    count: int


_LANGUAGES = {
    "bg": "Bulgarian", "bs": "Bosnian", "de": "German", "en": "English", "es": "Spanish", "fr": "French",
    "hr": "Croatian", "hu": "Hungarian", "it": "Italian", "mk": "Macedonian", "ro": "Romanian", "ru": "Russian",
    "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian", "tr": "Turkish",
}  # fmt: skip
_SCRIPTS = {"Cyrl": "%(our_language)s (Cyrillic)", "Latn": "%(our_language)s (Latin)"}


class FacetValues(Mapping[str, tuple[FacetValue, ...]]):
    """The values of each facet, from their counts. They are sorted on demand, because a page of results shows thirty of
    thousands."""

    def __init__(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        self.counts = counts
        self._listed: dict[str, tuple[FacetValue, ...]] = {}

    def __getitem__(self, facet: str) -> tuple[FacetValue, ...]:
        if facet not in self._listed:
            self._listed[facet] = list_values(facet, self.counts[facet])
        return self._listed[facet]

    def __iter__(self) -> Iterator[str]:
        return iter(self.counts)

    def __len__(self) -> int:
        return len(self.counts)

    def first(self, facet: str, number: int) -> tuple[FacetValue, ...]:
        """Return the first ``number`` values of a facet."""
        return list_values(facet, most_carried(self.counts.get(facet, {}), number))[:number]


def most_carried(counts: Mapping[str, int], number: int) -> Mapping[str, int]:
    """Return a superset of the first ``number`` values by count, including all ties."""
    if len(counts) <= number:
        return counts
    least = sorted(counts.values(), reverse=True)[number - 1]
    return {value: count for value, count in counts.items() if count >= least}


def list_values(facet: str, counts: Mapping[str, int]) -> tuple[FacetValue, ...]:
    """Return the values of a facet in display order: by count, then by label."""
    listed = [FacetValue(value, label(facet, value), count) for value, count in counts.items()]
    return tuple(sorted(listed, key=lambda value: (-value.count, _label_key(value.label), value.value)))


@lru_cache(maxsize=1 << 13)
def _label_key(text: str) -> NaturalKey:
    return natural_key(text.casefold())


def label(facet: str, value: str) -> str:
    """Return the label of a value of a facet or other filter."""
    if excluded := excluded_facet(facet):
        return f"not {label(excluded, value)}"
    if facet in AMOUNT_FILTERS:
        return f"{'at least' if facet == AMOUNT_FILTERS[0] else 'at most'} {int(value):,}"
    return _facet_label(facet, value)


def _facet_label(facet: str, value: str) -> str:
    if value == UNKNOWN:
        return "Unknown"
    if facet == "quality":
        return value.capitalize()
    if facet in {"topic", "procedure_type"}:
        return value.replace("_", " ").capitalize()
    if facet == "kind":
        words = value.replace("_", " ")
        return words.replace("foi ", "FOI ", 1) if words.startswith("foi ") else words.capitalize()
    if facet == "language":
        tag, _, script = value.partition("-")
        name = _LANGUAGES.get(tag, value)
        return Message(_SCRIPTS[script], our_language=name) if tag in _LANGUAGES and script in _SCRIPTS else name
    return value
