"""Spreadsheets (XLSX, XLSB, ODS, XLS) through calamine: a sheet is a page with its name and its rows.

They get no rendered layout even if LibreOffice is installed: a printed sheet omits cells outside of the print range,
shows "###" for numbers in narrow columns, cuts long texts at the next cell and spreads a row over several pages.

calamine panics on some malformed XLS files. A Rust panic should not be caught: it ends the sandboxed process, and the
file is reported with its message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from archive.errors import DamagedDocument, EncryptedDocument, Message, TooLarge
from archive.model.words import CellStep
from indexer.formats.flowing import FlowingSource, cell_mark
from indexer.formats.packages import check_package

MAX_CELLS = 5_000_000
"""Maximum number of cells of a sheet, empty ones included, for which calamine allocates memory.

A list of all settlements of Serbia with 40 columns has 250,000.
"""

Value = int | float | str | bool | time | date | datetime | timedelta
"""The value of a cell; that of an empty one is ""."""


class SpreadsheetSource(FlowingSource):
    """A workbook; an :class:`indexer.formats.source.OpenedOriginal`."""

    agent: Mapping[str, str] = {"reader": f"python-calamine {version('python-calamine')}"}
    has_cells = True

    def __init__(self, path: Path, filename: str) -> None:
        """Read a workbook.

        :raises DamagedDocument: calamine cannot parse it, or it has no sheets.
        :raises EncryptedDocument: it needs a password.
        :raises TooLarge: a sheet has more than :data:`MAX_CELLS`, or it unpacks to more than the limit.
        """
        with path.open("rb") as file:
            is_package = file.read(2) == b"PK"
        if is_package:
            check_package(path, filename)
        try:
            with CalamineWorkbook.from_path(path) as workbook:
                sheets = [workbook.get_sheet_by_index(index) for index in range(len(workbook.sheet_names))]
                pages = [[" ".join(sheet.name.split()), "", *_rows(sheet, filename)] for sheet in sheets]
                hidden = [about.name for about in workbook.sheets_metadata if about.visible != SheetVisibleEnum.Visible]
        except PasswordError as error:
            raise EncryptedDocument(
                "%(filename)s needs a password.", "Save a copy without the password and add that.", filename=filename
            ) from error
        except (CalamineError, OSError, ValueError) as error:
            raise DamagedDocument(
                "%(filename)s cannot be opened as a spreadsheet: %(error)s.",
                "Open it in its program, save it, add that.",
                filename=filename,
                error=error,
            ) from error
        if not pages:
            raise DamagedDocument(
                "%(filename)s is a spreadsheet without sheets.", "It holds nothing to read.", filename=filename
            )
        super().__init__(
            pages,
            Message("Hidden sheets were read too: %(names)s.", names=", ".join(hidden)) if hidden else None,
            Message("Read cell by cell as flowing text, because a printed sheet can lack what its cells hold."),
        )


def _rows(sheet: CalamineSheet, filename: str) -> Iterator[str]:
    if sheet.height * sheet.width > MAX_CELLS:
        raise TooLarge(
            "Sheet %(sheet)s of %(filename)s has %(size)s cells; the limit is %(most)s.",
            "Delete the empty cells around its data, or save it as CSV and add that.",
            sheet=sheet.name,
            filename=filename,
            size=f"{sheet.height} x {sheet.width}",
            most=MAX_CELLS,
        )
    # An empty row separates two tables.
    step = CellStep.TABLE
    for row in sheet.to_python():
        line = _line(row, step)
        if line:
            yield line
        step = CellStep.ROW if line else CellStep.TABLE


def _line(row: Sequence[Value], step: CellStep) -> str:
    """Return the cells of a row on one line with their marks; line breaks within cells become spaces."""
    cells: list[str] = []
    for column, text in enumerate(map(_text, row)):
        if words := " ".join(text.split()):
            cells.append(f"{cell_mark(CellStep.CELL if cells else step, column)}{words}")
    return " ".join(cells)


def _text(value: Value) -> str:
    """Return a value in local notation; the number format of the sheet is not available."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        shown = f"{value:%d.%m.%Y.}"
        return shown if value.time() == time() else f"{shown} {value:%H:%M}"
    return f"{value:%d.%m.%Y.}" if isinstance(value, date) else str(value)
