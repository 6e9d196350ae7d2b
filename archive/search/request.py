"""Search requests, the same for every engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, groupby
from types import MappingProxyType

from archive.errors import UsageError

FACETS = ("municipality", "vendor", "year", "kind", "language", "watch", "quality", "collection")
"""The facets of a search for documents."""

CLAUSE_FACETS = (*FACETS, "topic")
"""The facets of a search for clauses: those of their documents, and the topic."""

AMOUNT_FILTERS = ("amount_min", "amount_max")
"""Bounds of the amount that a document prints, without decimals, in any currency; each has one value."""

STORY = "story"
"""The filter by one story: its id, or another key of it for the reader."""

_NOT = "not_"

UNKNOWN = "unknown"
"""The facet value of a document in which the fact is unknown; counted and selectable like any other."""

SORTS = ("relevance", "newest", "oldest", "title")
MAX_QUERY_LENGTH = 2000
MAX_AMOUNT_DIGITS = 18
MAX_LIMIT = 1000

SNIPPET_PAGES = 10
"""Most pages of a hit that get a snippet. Every matching page is listed, but a common word is on each of a tender's
five hundred pages. A note says when the limit applies."""


class Unit(StrEnum):
    """The unit of search: documents or clauses."""

    DOCUMENTS = "documents"
    CLAUSES = "clauses"

    @property
    def noun(self) -> str:
        """The noun for one unit."""
        return self.value.removesuffix("s")

    @property
    def facets(self) -> tuple[str, ...]:
        """The facets of a search for this unit."""
        return CLAUSE_FACETS if self is Unit.CLAUSES else FACETS

    @property
    def filters(self) -> tuple[str, ...]:
        """The filters of a search for this unit: each facet and its exclusion, bounds of amounts, and a story."""
        return (*self.facets, *map(excluding, self.facets), *AMOUNT_FILTERS, STORY)


Filters = Mapping[str, tuple[str, ...]]
"""The selected values of each filter."""


class ResolvedFilters(Mapping[str, tuple[str, ...]]):
    """Filters whose values have the spelling of the facets.

    An unknown value is kept and matches nothing; ``unknown`` lists these with their facets
    (:func:`archive.search.filters.resolve_filters`). For a story, ``among`` are the ids of the units of its documents,
    and ``story_title`` is its title.
    """

    def __init__(
        self,
        values: Filters,
        unknown: frozenset[tuple[str, str]] = frozenset(),
        among: frozenset[str] | None = None,
        story_title: str = "",
    ) -> None:
        self._values = values
        self.unknown = unknown
        self.among, self.story_title = among, story_title

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def without(self, name: str, value: str) -> ResolvedFilters:
        """Return these filters without one value."""
        left = [(each, text) for each, of_it in self.items() for text in of_it if (each, text) != (name, value)]
        kept: dict[str, tuple[str, ...]] = {}
        for each, text in left:
            kept[each] = (*kept.get(each, ()), text)
        asked = {(excluded_facet(each) or each, text) for each, text in left}
        return ResolvedFilters(kept, self.unknown & asked, self.among if STORY in kept else None, self.story_title)


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A request: text, filters, sort order, slice and unit.

    ``filters`` maps a facet to the selected values: OR inside a facet, AND across facets. ``not_`` before a facet's
    name excludes values, and :data:`AMOUNT_FILTERS` are bounds. ``exact`` switches off inflected forms; script, case
    and diacritics are still ignored. ``look_alikes`` also matches OCR misreadings. An empty ``text`` matches every
    document. ``excerpts`` is the number of snippets per hit; they take most of the time of a search.
    """

    text: str = ""
    filters: Filters = field(default_factory=lambda: MappingProxyType({}))
    sort: str = "relevance"
    limit: int = 20
    offset: int = 0
    exact: bool = False
    look_alikes: bool = False
    excerpts: int = SNIPPET_PAGES
    unit: Unit = Unit.DOCUMENTS

    def __post_init__(self) -> None:
        if len(self.text) > MAX_QUERY_LENGTH:
            raise UsageError(
                "The query has %(count)s characters; %(most)s are allowed.",
                "Ask for fewer words.",
                count=len(self.text),
                most=MAX_QUERY_LENGTH,
            )
        if not all(map(_is_text, (self.text, *chain.from_iterable(self.filters.values())))):
            raise UsageError("The query has bytes that are not UTF-8 text.", "Type it again.")
        for name in self.filters:
            if name not in self.unit.filters:
                raise UsageError(
                    "There is no filter %(name)s in a search for %(our_unit)s.",
                    "Filters are: %(names)s; each also after not_; %(amounts)s.",
                    name=repr(name),
                    our_unit=self.unit,
                    names=", ".join(self.unit.facets),
                    amounts=", ".join(AMOUNT_FILTERS),
                )
        _check_amounts(self.filters)
        if len(self.filters.get(STORY, ())) > 1:
            raise UsageError("A search is within one story.", "Name one of them.")
        if self.sort not in SORTS:
            raise UsageError(
                "There is no order %(name)s.", "Orders are: %(names)s.", name=repr(self.sort), names=", ".join(SORTS)
            )
        if not 1 <= self.limit <= MAX_LIMIT:
            raise UsageError(
                "A search can return 1 to %(most)s %(our_unit)s at a time, not %(limit)s.",
                most=MAX_LIMIT,
                our_unit=self.unit,
                limit=self.limit,
            )
        if self.offset < 0:
            raise UsageError("Results are counted from 0, not %(offset)s.", offset=self.offset)
        if not 0 <= self.excerpts <= SNIPPET_PAGES:
            raise UsageError(
                "A hit can have 0 to %(most)s excerpts, not %(count)s.", most=SNIPPET_PAGES, count=self.excerpts
            )


MOST_YEARS = 300
"""Most years that a URL can select."""

FEWEST_YEARS = 3
"""Fewest consecutive years that a URL writes as a range: 2019-2021."""

_RANGE = re.compile(r"([0-9]{4})-([0-9]{4})")


def all_years(values: Iterable[str]) -> tuple[str, ...]:
    """Expand ranges such as ``2019-2021`` in selected years; other values are unchanged."""
    years: list[str] = []
    for value in values:
        found = _RANGE.fullmatch(value)
        first, last = map(int, found.groups()) if found else (1, 0)
        years += [f"{year:04}" for year in range(first, last + 1)] if first <= last < first + MOST_YEARS else [value]
    return tuple(dict.fromkeys(years))


def years_in_rows(years: Sequence[str]) -> tuple[str, ...]:
    """Contract consecutive years to ranges, for URLs, of which a page has hundreds."""
    if len(years) < FEWEST_YEARS or not all(year.isascii() and year.isdecimal() and len(year) == 4 for year in years):
        return tuple(years)
    written: list[str] = []
    for _, row in groupby(enumerate(sorted(map(int, years))), key=lambda pair: pair[1] - pair[0]):
        numbers = [f"{year:04}" for _, year in row]
        written += numbers if len(numbers) < FEWEST_YEARS else [f"{numbers[0]}-{numbers[-1]}"]
    return tuple(written)


def excluding(facet: str) -> str:
    """Return the name of the filter that excludes values of this facet."""
    return _NOT + facet


def excluded_facet(name: str) -> str | None:
    """Return the facet of an excluding filter; None for another kind of filter."""
    return name.removeprefix(_NOT) if name.startswith(_NOT) else None


def _check_amounts(filters: Mapping[str, tuple[str, ...]]) -> None:
    bounds = []
    for name in AMOUNT_FILTERS:
        for value in filters.get(name, ()):
            if len(filters[name]) > 1 or not (value.isascii() and value.isdigit() and len(value) <= MAX_AMOUNT_DIGITS):
                raise UsageError(
                    "%(name)s must be one whole number of at most %(most)s digits, not %(value)s.",
                    "Write it without a currency, such as 1000000.",
                    name=name,
                    most=MAX_AMOUNT_DIGITS,
                    value=repr(value[:40]),
                )
            bounds.append(int(value))
    if len(bounds) == 2 and bounds[0] > bounds[1]:
        raise UsageError(
            "No amount is at least %(least)s and at most %(most)s.",
            "Swap the two.",
            least=f"{bounds[0]:,}",
            most=f"{bounds[1]:,}",
        )


def _is_text(value: str) -> bool:
    """Return whether a text can be encoded. Terminal bytes that are not UTF-8 arrive as lone surrogates."""
    return not any("\ud800" <= character <= "\udfff" for character in value)
