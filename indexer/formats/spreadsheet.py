"""Spreadsheets (XLSX, XLSB, ODS and the old XLS) through calamine. A sheet is a page: its name, then row after row.

They get no layout even where LibreOffice is present. What a program prints of a sheet leaves out what lies outside of
a print range, shows "###" for numbers in narrow columns, cuts long texts at the next cell and spreads a row over
several pages, so rows would be lost or torn.

calamine panics on some broken XLS files. A panic is no exception that a program should catch: it ends the reading
process, which is there for that, and the file is reported with what the panic said.
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
"""Cells of a sheet, empty ones between the filled ones included, which the library makes room for. A list of every
settlement of Serbia with 40 columns has a quarter of a million."""

Value = int | float | str | bool | time | date | datetime | timedelta
"""What a cell holds; an empty one holds "". """


class SpreadsheetSource(FlowingSource):
    """A workbook; an :class:`indexer.formats.source.OpenedOriginal`."""

    agent: Mapping[str, str] = {"reader": f"python-calamine {version('python-calamine')}"}
    has_cells = True

    def __init__(self, path: Path, filename: str) -> None:
        """Read a workbook.

        :raises DamagedDocument: it makes no sense to the library, or it has no sheets.
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
                "%(filename)s is a spreadsheet without sheets.", "There is nothing to read in it.", filename=filename
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
    # An empty row parts two tables.
    step = CellStep.TABLE
    for row in sheet.to_python():
        line = _line(row, step)
        if line:
            yield line
        step = CellStep.ROW if line else CellStep.TABLE


def _line(row: Sequence[Value], step: CellStep) -> str:
    """Return the cells of a row on one line with their marks, a long text's own line breaks included."""
    cells: list[str] = []
    for column, text in enumerate(map(_text, row)):
        if words := " ".join(text.split()):
            cells.append(f"{cell_mark(CellStep.CELL if cells else step, column)}{words}")
    return " ".join(cells)


def _text(value: Value) -> str:
    """Return a value as people here write it. How its sheet would show it is not stored in it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        shown = f"{value:%d.%m.%Y.}"
        return shown if value.time() == time() else f"{shown} {value:%H:%M}"
    return f"{value:%d.%m.%Y.}" if isinstance(value, date) else str(value)
