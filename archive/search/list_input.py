"""Reading a list of searches from a file: one a line, or one a row of a table."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from archive.errors import UsageError

MAX_LINES = 10_000
"""Lines of one list. A longer one is refused, never cut."""

_TABLES = (".csv", ".tsv")
_DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 20
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


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
    text = _decoded(data, name)
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
        raise UsageError(f"{_named(name)} holds no search.", "Write one on each line.")
    if len(first_lines) > most:
        raise UsageError(
            f"{_named(name)} holds {len(first_lines):,} searches; {most:,} are allowed.", "Divide it into several."
        )
    lines = tuple(ListLine(number, text) for text, number in first_lines.items())
    return SearchList(lines, counts["blank"], counts["repeated"])


def _decoded(data: bytes, name: str) -> str:
    """Text in UTF-8, or in UTF-16 if it says so at its beginning, as Excel's "Unicode text" does."""
    encoding = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{_named(name)} is not text in UTF-8 (byte {error.start:,}).",
            "Save it as UTF-8. In Excel, choose “CSV UTF-8” or “Unicode Text”; a workbook itself is not read.",
        ) from error
    if "\0" in text:
        raise UsageError(f"{_named(name)} is not text.", "Save it as text or CSV in UTF-8.")
    return text


def _cells(text: str, name: str, column: str, header: bool) -> list[tuple[int, str]]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, name)))
    except csv.Error as error:
        raise UsageError(f"{_named(name)} cannot be read as a table: {error}.", "Save it as CSV anew.") from error
    headings = [heading.strip() for heading in rows[0]] if rows else []
    index = _column_index(column, headings, max(map(len, rows), default=0))
    first = 1 if header or not column.isdecimal() else 0
    return [
        (number, row[index] if index < len(row) else "") for number, row in enumerate(rows[first:], start=first + 1)
    ]


def _column_index(column: str, headings: Sequence[str], width: int) -> int:
    if column.isdecimal():
        if not 1 <= int(column) <= width:
            raise UsageError(f"There is no column {column}; there are {width}.", "Columns are counted from 1.")
        return int(column) - 1
    matching = [at for at, heading in enumerate(headings) if heading.casefold() == column.casefold()]
    if not matching:
        raise UsageError(f"There is no column {column!r}.", f"The first row has: {', '.join(headings) or 'nothing'}.")
    return matching[0]


def _delimiter(text: str, name: str) -> str:
    """What parts the columns: the character that gives the most rows of one width above 1, judged by the first rows."""
    if name.lower().endswith(".tsv"):
        return "\t"

    def fit(delimiter: str) -> tuple[int, int]:
        rows = islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), _SAMPLE_ROWS)
        width, count = Counter(len(row) for row in rows if row).most_common(1)[0] if text.strip() else (1, 0)
        return (count, width) if width > 1 else (0, 0)

    return max(_DELIMITERS, key=fit)


def _named(name: str) -> str:
    return name or "The list"
