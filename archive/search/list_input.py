"""Reading a list of searches from a file: one a line, or one a row of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archive.errors import UsageError
from archive.separated import decoded, table_rows

MAX_LINES = 10_000
"""Lines of one list. A longer one is refused, never cut."""

_TABLES = (".csv", ".tsv")

_MOST_DIGITS = 9
"""Of the number of a column."""


@dataclass(frozen=True, slots=True)
class ListLine:
    """One search. ``number`` is that of its line, or of its row in a table, counted from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class SearchList:
    """The searches of a list, each text once. ``blank`` lines and ``repeated`` ones are counted and not searched."""

    lines: tuple[ListLine, ...]
    blank: int
    repeated: int

    @property
    def summary(self) -> str:
        """``3 searches; 1 blank line and 2 repeated ones passed over``."""
        searches = f"{len(self.lines):,} {'search' if len(self.lines) == 1 else 'searches'}"
        passed = [
            f"{count:,} {kind} {'line' if count == 1 else 'lines'}"
            for count, kind in ((self.blank, "blank"), (self.repeated, "repeated"))
            if count
        ]
        return f"{searches}; {' and '.join(passed)} passed over" if passed else searches


def read_list(
    data: bytes, name: str = "", column: str | None = None, *, header: bool = False, most: int = MAX_LINES
) -> SearchList:
    """The searches in a file's bytes.

    A file whose ``name`` ends in .csv or .tsv is a table, and so is any other if ``column`` is given: the number of a
    column, counted from 1, or its heading. Without it, a table's first column is taken. ``header`` says that the first
    row holds headings; a heading as ``column`` says so too. Commas, semicolons, tabs and bars may part the columns.

    :raises UsageError: it is no text, has no such column, holds nothing, or holds more than ``most`` searches.
    """
    text = decoded(data, name)
    column = column.strip() if column else None
    if column or name.lower().endswith(_TABLES):
        cells = _cells(text, name, column or "1", header)
    else:
        cells = list(enumerate(text.splitlines(), start=1))
    return _searches(cells, name, most)


def _searches(cells: Iterable[tuple[int, str]], name: str, most: int) -> SearchList:
    first_lines: dict[str, int] = {}
    counts = Counter[str]()
    for number, cell in cells:
        text = " ".join(cell.split())
        if not text:
            counts["blank"] += 1
        elif first_lines.setdefault(text, number) != number:
            counts["repeated"] += 1
    if not first_lines:
        message = "%(name)s holds no search." if name else "The list holds no search."
        raise UsageError(message, "Write one on each line.", name=name)
    if len(first_lines) > most:
        raise UsageError(
            "%(name)s holds %(count)s searches; %(most)s are allowed."
            if name
            else "The list holds %(count)s searches; %(most)s are allowed.",
            "Divide it into several.",
            name=name,
            count=f"{len(first_lines):,}",
            most=f"{most:,}",
        )
    lines = tuple(ListLine(number, text) for text, number in first_lines.items())
    return SearchList(lines, counts["blank"], counts["repeated"])


def _cells(text: str, name: str, column: str, header: bool) -> list[tuple[int, str]]:
    rows = table_rows(text, name)
    headings = [heading.strip() for heading in rows[0]] if rows else []
    index = _column_index(column, headings, max(map(len, rows), default=0))
    first = 1 if header or not column.isdecimal() else 0
    return [
        (number, row[index] if index < len(row) else "") for number, row in enumerate(rows[first:], start=first + 1)
    ]


def _column_index(column: str, headings: Sequence[str], width: int) -> int:
    if column.isdecimal():
        if len(column) > _MOST_DIGITS or not 1 <= int(column) <= width:
            raise UsageError(
                "There is no column %(number)s; there are %(count)s.",
                "Columns are counted from 1.",
                number=column[:40],
                count=width,
            )
        return int(column) - 1
    matching = [at for at, heading in enumerate(headings) if heading.casefold() == column.casefold()]
    if not matching:
        raise UsageError(
            "There is no column %(name)s.",
            "The first row has: %(our_names)s.",
            name=repr(column),
            our_names=", ".join(headings) or "nothing",
        )
    return matching[0]
