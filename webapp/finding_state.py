"""What a reader asked of a finding: how its rows are ordered, which are shown, and as of when it is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from archive.findings.records import key_in_address
from archive.findings.table import Column, TableRow
from webapp.search_state import positive_number


@dataclass(frozen=True, slots=True)
class FindingState:
    """The state of a finding's page, which is all in its address.

    ``sort`` is the id of the column by which rows are ordered and pictures drawn; ``only`` are words that the heads of
    shown rows have; ``as_of`` is the day or the event as of which it is counted; ``against`` an earlier one; ``first``
    is the number of the first row that is shown.
    """

    name: str
    sort: str = ""
    only: str = ""
    as_of: str = ""
    against: str = ""
    first: int = 1

    @classmethod
    def from_arguments(cls, name: str, arguments: Mapping[str, str]) -> FindingState:
        """The state that an address has.

        :raises archive.errors.UsageError: ``first`` is no number.
        """
        sort, only, as_of, against = (
            arguments.get(field, "").strip() for field in ("sort", "only", "as_of", "against")
        )
        first = positive_number("first", arguments.get("first") or "1")
        return cls(name, sort, only, as_of, against, first)

    def sorted_by(self, column: str) -> FindingState:
        """The same rows in the order of a column; by what they are grouped by, if it is empty."""
        return replace(self, sort=column, first=1)

    def from_row(self, first: int) -> FindingState:
        """The same rows from another one on."""
        return replace(self, first=first)

    def showing_only(self, words: str) -> FindingState:
        """Only rows whose heads have these words."""
        return replace(self, only=words, first=1)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """What is asked, as pairs of name and value."""
        asked = ("sort", self.sort), ("only", self.only), ("as_of", self.as_of), ("against", self.against)
        pairs = tuple((name, value) for name, value in asked if value)
        return pairs if self.first == 1 else (*pairs, ("first", str(self.first)))

    @property
    def url(self) -> str:
        """The page of the finding."""
        return self._at("", self.pairs)

    def file_url(self, form: str) -> str:
        """The finding as a file."""
        return self._at(f".{form}", self._moment)

    def cell_url(self, row: TableRow, column: Column) -> str:
        """What makes the number of a row and a column."""
        key = (("row", value) for value in key_in_address(row.key))
        return self._at("/cell", (*key, ("column", column.id), *self._moment))

    @property
    def _moment(self) -> tuple[tuple[str, str], ...]:
        return (("as_of", self.as_of),) if self.as_of else ()

    def _at(self, place: str, pairs: tuple[tuple[str, str], ...]) -> str:
        query = f"?{urlencode(pairs)}" if pairs else ""
        return f"/findings/{quote(self.name, safe='')}{place}{query}"
