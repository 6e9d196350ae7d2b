"""Parsing of text tables: detection of encoding and delimiter."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from itertools import islice

from archive.errors import UsageError

_DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 20
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decoded(data: bytes, name: str) -> str:
    """Decode text in UTF-8, or in UTF-16 with a byte order mark, as Excel's "Unicode text".

    :raises UsageError: it is not text.
    """
    encoding = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UsageError(
            "%(name)s is not UTF-8 text (byte %(byte)s)." if name else "The list is not UTF-8 text (byte %(byte)s).",
            "Save it as UTF-8. In Excel, choose “CSV UTF-8” or “Unicode Text”; a workbook itself is not read.",
            name=name,
            byte=f"{error.start:,}",
        ) from error
    if "\0" in text:
        message = "%(name)s is not text." if name else "The list is not text."
        raise UsageError(message, "Save it as text or CSV in UTF-8.", name=name)
    return text


def table_rows(text: str, name: str) -> list[list[str]]:
    """Parse the rows of a table with columns separated by commas, semicolons, tabs or bars.

    :raises UsageError: it is not a valid table.
    """
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, name)))
    except csv.Error as error:
        raise UsageError(
            "%(name)s cannot be read as a table: %(error)s."
            if name
            else "The list cannot be read as a table: %(error)s.",
            "Save it again as CSV.",
            name=name,
            error=error,
        ) from error


def _delimiter(text: str, name: str) -> str:
    """Return the delimiter that gives the most rows of equal width above 1, judged by the first rows."""
    if name.lower().endswith(".tsv"):
        return "\t"

    def fit(delimiter: str) -> tuple[int, int]:
        rows = islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), _SAMPLE_ROWS)
        width, count = Counter(len(row) for row in rows if row).most_common(1)[0] if text.strip() else (1, 0)
        return (count, width) if width > 1 else (0, 0)

    return max(_DELIMITERS, key=fit)
