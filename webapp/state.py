"""What a URL says: a search, how a page is looked at, and what is asked of a finding.

A state never changes; narrowing, widening or sorting gives a new one, which begins at the first page of results.
What is default does not stand in the URL, so that one search has one address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from urllib.parse import quote, urlencode

from werkzeug.datastructures import MultiDict

from archive.errors import UsageError
from archive.findings.definition import PictureKind
from archive.findings.joined import Joining
from archive.findings.records import key_in_address
from archive.findings.table import Column, TableRow
from archive.search.request import (
    AMOUNT_FILTERS,
    FEWEST_YEARS,
    ResolvedFilters,
    SearchRequest,
    Unit,
    all_years,
    excluded_facet,
    excluding,
    years_in_rows,
)
from archive.text.forms import plain_amount
from webapp.languages.translation import gettext

_NUMBER = re.compile(r"[1-9][0-9]*")
_DIGITS = 7


LEFT_IN_QUERIES = "!$'()*,/:;?@"
"""What Werkzeug does not encode in a query, so that an address is the same whoever makes it."""


@dataclass(frozen=True)
class SearchState:
    """``results_page`` counts from 1. ``filters`` are those of :class:`archive.search.request.SearchRequest`, and hold
    only what has a value."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    sort: str = "relevance"
    exact: bool = False
    look_alikes: bool = False
    results_page: int = 1
    unit: Unit = Unit.DOCUMENTS

    @classmethod
    def from_arguments(cls, arguments: MultiDict[str, str]) -> SearchState:
        """Read the parameters of a URL; names we do not know are passed over, so that other pages may add theirs.

        :raises UsageError: a value is impossible.
        """
        unit = _unit(arguments.get("unit") or "documents")
        chosen = {name: tuple(dict.fromkeys(filter(None, arguments.getlist(name)))) for name in unit.filters}
        chosen["year"] = all_years(chosen["year"])
        # An amount may be typed as it is printed, with separators or with spaces.
        chosen |= {name: tuple(map(plain_number, chosen[name])) for name in AMOUNT_FILTERS}
        state = cls(
            text=arguments.get("q", "").strip(),
            filters=MappingProxyType({name: values for name, values in chosen.items() if values}),
            sort=arguments.get("sort") or "relevance",
            exact=arguments.get("exact", "") not in ("", "0"),
            look_alikes=arguments.get("look_alikes", "") not in ("", "0"),
            results_page=positive_number("page", arguments.get("page") or "1"),
            unit=unit,
        )
        state.request(size=1)  # The request knows what it may hold; a bad URL is refused by every page that reads it.
        return state

    def request(self, size: int, excerpts: int = 0) -> SearchRequest:
        """Return the request for this page of results, ``size`` documents long, with this number of excerpts of
        each."""
        return SearchRequest(
            self.text,
            self.filters,
            self.sort,
            limit=size,
            offset=(self.results_page - 1) * size,
            exact=self.exact,
            look_alikes=self.look_alikes,
            excerpts=excerpts,
            unit=self.unit,
        )

    def parameters(self) -> dict[str, str | tuple[str, ...]]:
        """Return the parameters of this state's URL, always in the same order."""
        parameters: dict[str, str | tuple[str, ...]] = {}
        if self.text:
            parameters["q"] = self.text
        if self.filters:
            parameters |= {name: self.filters[name] for name in Unit.CLAUSES.filters if name in self.filters}
        if self.sort != "relevance":
            parameters["sort"] = self.sort
        if self.exact:
            parameters["exact"] = "1"
        if self.look_alikes:
            parameters["look_alikes"] = "1"
        if self.results_page > 1:
            parameters["page"] = str(self.results_page)
        if self.unit is not Unit.DOCUMENTS:
            parameters["unit"] = str(self.unit)
        return parameters

    def in_address(self) -> dict[str, str | tuple[str, ...]]:
        """Return the same with years in a row written as one, as links have them."""
        years = self.filters.get("year", ())
        if len(years) < FEWEST_YEARS:
            return self.parameters()
        return {**self.parameters(), "year": years_in_rows(years)}

    @cached_property
    def query(self) -> str:
        """The same as the query of an address. A page has a hundred links that go on with its search."""
        return urlencode(self.in_address(), doseq=True, safe=LEFT_IN_QUERIES)

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return the same, as (name, value) pairs: what the hidden fields of a form hold."""
        return tuple(
            (name, value)
            for name, values in self.parameters().items()
            for value in ((values,) if isinstance(values, str) else values)
        )

    def with_text(self, text: str) -> SearchState:
        """Return another query with the same filters."""
        return replace(self, text=text, results_page=1)

    def with_filter(self, name: str, value: str) -> SearchState:
        """Choose ``value`` of a facet too, or leave it out if ``name`` says so; it can be one of the two only."""
        values = self.filters.get(name, ())
        if value in values:
            return self
        without = self.without_filter(excluded_facet(name) or excluding(name), value)
        return without.with_values(name, (*values, value))

    def without_filter(self, name: str, value: str) -> SearchState:
        """Ask no longer for ``value``."""
        if isinstance(self.filters, ResolvedFilters):
            return replace(self, filters=self.filters.without(name, value), results_page=1)
        return self.with_values(name, tuple(kept for kept in self.filters.get(name, ()) if kept != value))

    def without_filters(self) -> SearchState:
        """Choose nothing: the same text over everything."""
        return replace(self, filters=MappingProxyType({}), results_page=1)

    def with_sort(self, sort: str) -> SearchState:
        """Return the same in another order."""
        return replace(self, sort=sort, results_page=1)

    def with_exact(self, exact: bool) -> SearchState:
        """Return the same with or without inflected forms."""
        return replace(self, exact=exact, results_page=1)

    def with_look_alikes(self, look_alikes: bool) -> SearchState:
        """Return the same with or without words that OCR may have made of those asked for."""
        return replace(self, look_alikes=look_alikes, results_page=1)

    def with_unit(self, unit: Unit) -> SearchState:
        """Return the same for documents or for clauses. A filter that the other does not know falls away."""
        kept = MappingProxyType({name: values for name, values in self.filters.items() if name in unit.filters})
        return replace(self, unit=unit, filters=kept, results_page=1)

    def with_results_page(self, number: int) -> SearchState:
        """Return another page of the same results."""
        return replace(self, results_page=number)

    def with_values(self, name: str, values: tuple[str, ...]) -> SearchState:
        """Return the same with just these values of a filter, or with none."""
        filters = {**self.filters, name: values}
        kept = MappingProxyType({name: chosen for name, chosen in filters.items() if chosen})
        return replace(self, filters=kept, results_page=1)


def positive_number(name: str, text: str, digits: int = _DIGITS) -> int:
    """Return the whole number from 1, of so many digits at most, that parameter ``name`` must be.

    :raises UsageError: it is something else.
    """
    if len(text) > digits or not _NUMBER.fullmatch(text):
        raise UsageError(gettext("%(name)s must be a number from 1, not %(value)s.", name=name, value=repr(text[:40])))
    return int(text)


def plain_number(text: str) -> str:
    """Return an amount as it is typed, without separators, spaces and cents; other text stays as it is."""
    packed = "".join(text.split())
    return (plain_amount(packed) or packed).partition(",")[0]


def _unit(text: str) -> Unit:
    try:
        return Unit(text)
    except ValueError as error:
        raise UsageError(
            gettext("There is no unit %(name)s.", name=repr(text[:40])),
            gettext("Units are: %(names)s.", names=", ".join(Unit)),
        ) from error


_TURNS = ("0", "90", "180", "270")


class Size(StrEnum):
    """How large the image of a page is shown: beside the text, as wide as the window, or twice as wide."""

    FIT = "fit"
    LARGE = "large"
    HUGE = "huge"


@dataclass(frozen=True, slots=True)
class PageState:
    """``turn`` is in degrees, clockwise. ``find`` is looked for in the document, apart from the search. ``structure``
    shows what the page is made of."""

    size: Size = Size.FIT
    turn: int = 0
    find: str = ""
    structure: bool = False

    @classmethod
    def from_arguments(cls, arguments: MultiDict[str, str]) -> PageState:
        """Read the parameters of a URL.

        :raises UsageError: a value is impossible.
        """
        turn = arguments.get("turn") or "0"
        if turn not in _TURNS:
            message = gettext("A page cannot be turned by '%(turn)s' degrees.", turn=turn[:20])
            raise UsageError(message, gettext("Turns are: %(turns)s.", turns=", ".join(_TURNS)))
        find = arguments.get("find", "").strip()
        SearchRequest(find)  # It knows how long a query may be.
        return cls(_size(arguments.get("size") or Size.FIT), int(turn), find, bool(arguments.get("structure")))

    def parameters(self) -> dict[str, str]:
        """Return the parameters of this state's URL, always in the same order."""
        size = {} if self.size is Size.FIT else {"size": str(self.size)}
        turn = {"turn": str(self.turn)} if self.turn else {}
        find = {"find": self.find} if self.find else {}
        structure = {"structure": "1"} if self.structure else {}
        return {**size, **turn, **find, **structure}

    def step(self, by: int) -> PageState | None:
        """Return one size larger (1) or smaller (-1); None where there is none."""
        sizes = list(Size)
        at = sizes.index(self.size) + by
        return replace(self, size=sizes[at]) if 0 <= at < len(sizes) else None

    def turned(self, by: int) -> PageState:
        """Return the same turned by degrees, clockwise."""
        return replace(self, turn=(self.turn + by) % 360)

    def without_find(self) -> PageState:
        """Return the same looking for nothing in the document."""
        return replace(self, find="")


PLAIN = PageState()
"""A page beside its text, upright, with nothing looked for."""


def _size(text: str) -> Size:
    try:
        return Size(text)
    except ValueError as error:
        message = gettext("There is no size '%(size)s'.", size=text[:20])
        raise UsageError(message, gettext("Sizes are: %(sizes)s.", sizes=", ".join(Size))) from error


ALL_COLUMNS = "all"
_ASKED = ("sort", "only", "as_of", "against", "picture", "columns", "vat", "convert", "story")


@dataclass(frozen=True, slots=True)
class FindingState:
    """The state of a finding's page, which is all in its address.

    ``sort`` is the id of the column by which rows are ordered and pictures drawn; ``only`` are words that the heads of
    shown rows have; ``as_of`` is the day or the event as of which it is counted; ``against`` an earlier one; ``first``
    is the number of the first row that is shown. ``picture`` is the kind of picture, ``columns`` is ``all`` to show
    every column of the table. ``vat`` and ``convert`` say which prices count
    (:func:`archive.findings.files.as_asked`); ``story`` names the one whose papers alone count.
    """

    name: str
    sort: str = ""
    only: str = ""
    as_of: str = ""
    against: str = ""
    first: int = 1
    picture: str = ""
    columns: str = ""
    vat: str = ""
    convert: str = ""
    story: str = ""

    @classmethod
    def from_arguments(cls, name: str, arguments: Mapping[str, str]) -> FindingState:
        """Return the state that an address has.

        :raises archive.errors.UsageError: ``first`` is no number, or ``picture`` or ``columns`` is none that there is.
        """
        asked = {one: arguments.get(one, "").strip() for one in _ASKED}
        for one, allowed in (("picture", tuple(PictureKind)), ("columns", (ALL_COLUMNS,))):
            if asked[one] and asked[one] not in allowed:
                raise UsageError(
                    gettext("There is no %(name)s %(value)s.", name=one, value=repr(asked[one][:40])),
                    gettext("It may be: %(names)s.", names=", ".join(allowed)),
                )
        return cls(name, first=positive_number("first", arguments.get("first") or "1"), **asked)

    def sorted_by(self, column: str) -> FindingState:
        """Return the same rows in the order of a column; by what they are grouped by, if it is empty."""
        return replace(self, sort=column, first=1)

    def from_row(self, first: int) -> FindingState:
        """Return the same rows from another one on."""
        return replace(self, first=first)

    def drawn_as(self, picture: str) -> FindingState:
        """Return the same with another kind of picture."""
        return replace(self, picture=picture)

    def with_columns(self, columns: str) -> FindingState:
        """Return the same with :data:`ALL_COLUMNS`, or with those that tell it, if it is empty."""
        return replace(self, columns=columns, first=1)

    def of_whole_archive(self) -> FindingState:
        """Return the same counted from all papers."""
        return replace(self, story="", first=1)

    def showing_only(self, words: str) -> FindingState:
        """Return the same only rows whose heads have these words."""
        return replace(self, only=words, first=1)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """What is asked, as pairs of name and value."""
        pairs = tuple((name, value) for name in _ASKED if (value := getattr(self, name)))
        return pairs if self.first == 1 else (*pairs, ("first", str(self.first)))

    @property
    def url(self) -> str:
        """The page of the finding."""
        return self._at("", self.pairs)

    def file_url(self, form: str) -> str:
        """Return the finding as a file."""
        return self._at(f".{form}", self._counted)

    def picture_url(self, kind: str) -> str:
        """Return the picture as a file."""
        drawn = (("picture", kind), ("sort", self.sort), ("only", self.only))
        return self._at(".svg", (*(pair for pair in drawn if pair[1]), *self._counted))

    def cell_url(self, row: TableRow, column: Column) -> str:
        """Return what makes the number of a row and a column."""
        return self.number_url(Joining(row.key, (column.id,)))

    def number_url(self, joining: Joining, place: str = "/cell") -> str:
        """Return what makes a number of one cell or of several."""
        key = (("row", value) for value in key_in_address(joining.key))
        columns = (("column", id_) for id_ in joining.columns)
        without = (("not", id_) for id_ in joining.without)
        count = (("count", joining.count),) if joining.count else ()
        return self._at(place, (*key, *columns, *without, *count, *self._counted))

    @property
    def _counted(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, value) for name in ("as_of", "vat", "convert", "story") if (value := getattr(self, name)))

    def _at(self, place: str, pairs: tuple[tuple[str, str], ...]) -> str:
        query = f"?{urlencode(pairs)}" if pairs else ""
        return f"/findings/{quote(self.name, safe='')}{place}{query}"
