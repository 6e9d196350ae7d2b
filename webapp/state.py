"""State in URLs: a search, the view of a page, and the options of a finding.

States are immutable; changing the query, the filters or the order returns a new one at the first page of results.
Defaults are left out of the URL, so that a search has one address.
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
"""Characters that Werkzeug does not encode in a query string, so that all URLs of a state are identical."""


@dataclass(frozen=True)
class SearchState:
    """The state of a search.

    ``results_page`` counts from 1. ``filters`` are those of :class:`archive.search.request.SearchRequest` that have
    values.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    sort: str = "relevance"
    exact: bool = False
    look_alikes: bool = False
    results_page: int = 1
    unit: Unit = Unit.DOCUMENTS

    @classmethod
    def from_arguments(cls, arguments: MultiDict[str, str]) -> SearchState:
        """Read the parameters of a URL; unknown names are ignored, because other pages add their own.

        :raises UsageError: a value is invalid.
        """
        unit = _unit(arguments.get("unit") or "documents")
        chosen = {name: tuple(dict.fromkeys(filter(None, arguments.getlist(name)))) for name in unit.filters}
        chosen["year"] = all_years(chosen["year"])
        # An amount may be entered as it is printed, with separators or with spaces.
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
        state.request(size=1)  # The request validates its values, so every page that reads an invalid URL rejects it.
        return state

    def request(self, size: int, excerpts: int = 0) -> SearchRequest:
        """Return the request for this page of results with ``size`` documents and ``excerpts`` of each."""
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
        """Return the parameters of the URL in a fixed order."""
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
        """Return the parameters with consecutive years written as a range, as in links."""
        years = self.filters.get("year", ())
        if len(years) < FEWEST_YEARS:
            return self.parameters()
        return {**self.parameters(), "year": years_in_rows(years)}

    @cached_property
    def query(self) -> str:
        """The query string of the URL, cached because a page has a hundred links with it."""
        return urlencode(self.in_address(), doseq=True, safe=LEFT_IN_QUERIES)

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return the parameters as (name, value) pairs for hidden form fields."""
        return tuple(
            (name, value)
            for name, values in self.parameters().items()
            for value in ((values,) if isinstance(values, str) else values)
        )

    def with_text(self, text: str) -> SearchState:
        """Return another query with the same filters."""
        return replace(self, text=text, results_page=1)

    def with_filter(self, name: str, value: str) -> SearchState:
        """Return the state with ``value`` added to a filter.

        A value cannot be both included and excluded, so it is removed from the opposite filter.
        """
        values = self.filters.get(name, ())
        if value in values:
            return self
        without = self.without_filter(excluded_facet(name) or excluding(name), value)
        return without.with_values(name, (*values, value))

    def without_filter(self, name: str, value: str) -> SearchState:
        """Return the state without this value of a filter."""
        if isinstance(self.filters, ResolvedFilters):
            return replace(self, filters=self.filters.without(name, value), results_page=1)
        return self.with_values(name, tuple(kept for kept in self.filters.get(name, ()) if kept != value))

    def without_filters(self) -> SearchState:
        """Return the same query without filters."""
        return replace(self, filters=MappingProxyType({}), results_page=1)

    def with_sort(self, sort: str) -> SearchState:
        """Return the same in another order."""
        return replace(self, sort=sort, results_page=1)

    def with_exact(self, exact: bool) -> SearchState:
        """Return the same with or without inflected forms."""
        return replace(self, exact=exact, results_page=1)

    def with_look_alikes(self, look_alikes: bool) -> SearchState:
        """Return the same with or without likely OCR misreadings of the query words."""
        return replace(self, look_alikes=look_alikes, results_page=1)

    def with_unit(self, unit: Unit) -> SearchState:
        """Return the same for documents or for clauses, without filters that the other unit lacks."""
        kept = MappingProxyType({name: values for name, values in self.filters.items() if name in unit.filters})
        return replace(self, unit=unit, filters=kept, results_page=1)

    def with_results_page(self, number: int) -> SearchState:
        """Return another page of the same results."""
        return replace(self, results_page=number)

    def with_values(self, name: str, values: tuple[str, ...]) -> SearchState:
        """Return the same with exactly these values of a filter, which may be empty."""
        filters = {**self.filters, name: values}
        kept = MappingProxyType({name: chosen for name, chosen in filters.items() if chosen})
        return replace(self, filters=kept, results_page=1)


def positive_number(name: str, text: str, digits: int = _DIGITS) -> int:
    """Return the value of parameter ``name`` as an integer from 1, of at most ``digits`` digits.

    :raises UsageError: the value is invalid.
    """
    if len(text) > digits or not _NUMBER.fullmatch(text):
        raise UsageError(gettext("%(name)s must be a number from 1, not %(value)s.", name=name, value=repr(text[:40])))
    return int(text)


def plain_number(text: str) -> str:
    """Return an amount without separators, spaces and decimals.

    Other text only loses its spaces and the part after a comma.
    """
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
    """The display size of a page image: beside the text, as wide as the window, or twice as wide."""

    FIT = "fit"
    LARGE = "large"
    HUGE = "huge"


@dataclass(frozen=True, slots=True)
class PageState:
    """The view of a page.

    ``turn`` is in degrees, clockwise. ``find`` is a search within the document. ``structure`` shows the layout of the
    page.
    """

    size: Size = Size.FIT
    turn: int = 0
    find: str = ""
    structure: bool = False

    @classmethod
    def from_arguments(cls, arguments: MultiDict[str, str]) -> PageState:
        """Read the parameters of a URL.

        :raises UsageError: a value is invalid.
        """
        turn = arguments.get("turn") or "0"
        if turn not in _TURNS:
            message = gettext("A page cannot be turned by '%(turn)s' degrees.", turn=turn[:20])
            raise UsageError(message, gettext("Turns are: %(turns)s.", turns=", ".join(_TURNS)))
        find = arguments.get("find", "").strip()
        SearchRequest(find)  # It validates the length.
        return cls(_size(arguments.get("size") or Size.FIT), int(turn), find, bool(arguments.get("structure")))

    def parameters(self) -> dict[str, str]:
        """Return the parameters of the URL in a fixed order."""
        size = {} if self.size is Size.FIT else {"size": str(self.size)}
        turn = {"turn": str(self.turn)} if self.turn else {}
        find = {"find": self.find} if self.find else {}
        structure = {"structure": "1"} if self.structure else {}
        return {**size, **turn, **find, **structure}

    def step(self, by: int) -> PageState | None:
        """Return the next larger (1) or smaller (-1) size; None where there is none."""
        sizes = list(Size)
        at = sizes.index(self.size) + by
        return replace(self, size=sizes[at]) if 0 <= at < len(sizes) else None

    def turned(self, by: int) -> PageState:
        """Return the same rotated by degrees, clockwise."""
        return replace(self, turn=(self.turn + by) % 360)

    def without_find(self) -> PageState:
        """Return the same without a search within the document."""
        return replace(self, find="")


PLAIN = PageState()
"""The default view: beside the text, upright, without a search within the document."""


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
    """The options of a finding's page, all in its URL.

    ``sort`` is the id of the column that orders rows and is drawn, or a group; ``only`` filters rows by words in heads;
    ``as_of`` is the day or event of the data, ``against`` an earlier one to compare with; ``first`` is the number of
    the first row shown. ``picture`` is the kind of picture; ``columns`` is ``all`` to show every column. ``vat`` and
    ``convert`` select the prices (:func:`archive.findings.files.as_asked`); ``story`` restricts the documents to those
    of a story.
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
        """Read the parameters of a URL.

        :raises archive.errors.UsageError: ``first`` is not a number, or ``picture`` or ``columns`` is unknown.
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
        """Return the same rows ordered by a column, or by their groups if it is empty."""
        return replace(self, sort=column, first=1)

    def from_row(self, first: int) -> FindingState:
        """Return the same rows from number ``first`` on."""
        return replace(self, first=first)

    def drawn_as(self, picture: str) -> FindingState:
        """Return the same with another kind of picture."""
        return replace(self, picture=picture)

    def with_columns(self, columns: str) -> FindingState:
        """Return the same with :data:`ALL_COLUMNS`, or with the main columns if it is empty."""
        return replace(self, columns=columns, first=1)

    def of_whole_archive(self) -> FindingState:
        """Return the same for all documents."""
        return replace(self, story="", first=1)

    def showing_only(self, words: str) -> FindingState:
        """Return only the rows with these words in their headings."""
        return replace(self, only=words, first=1)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The parameters as (name, value) pairs."""
        pairs = tuple((name, value) for name in _ASKED if (value := getattr(self, name)))
        return pairs if self.first == 1 else (*pairs, ("first", str(self.first)))

    @property
    def url(self) -> str:
        """The URL of the finding's page."""
        return self._at("", self.pairs)

    def file_url(self, form: str) -> str:
        """Return the URL of the finding in a file format."""
        return self._at(f".{form}", self._counted)

    def picture_url(self, kind: str) -> str:
        """Return the URL of the picture as a file."""
        drawn = (("picture", kind), ("sort", self.sort), ("only", self.only))
        return self._at(".svg", (*(pair for pair in drawn if pair[1]), *self._counted))

    def cell_url(self, row: TableRow, column: Column) -> str:
        """Return the URL of the facts of a cell."""
        return self.number_url(Joining(row.key, (column.id,)))

    def number_url(self, joining: Joining, place: str = "/cell") -> str:
        """Return the URL of the facts of a number, which is one cell or several joined."""
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
