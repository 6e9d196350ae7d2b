"""A chronology: dates in order, and terms, each with its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Any

from archive.chronology.entries import Chronology, ChronologyEntry
from webapp.files.word.parts import SMALL, add_link, as_printed, new_document, save, writable
from webapp.languages.translation import gettext
from webapp.pages.chronology import when
from webapp.pages.wording import page_short


def write_chronology_document(told: Chronology, title: str, base: str, file: IO[bytes]) -> None:
    """Write a chronology: a table of dates, and one of terms behind it."""
    document = new_document(title)
    for dated, head in ((True, gettext("Date")), (False, gettext("Term"))):
        entries = [one for one in told.entries if (one.date is not None) is dated]
        if entries:
            table = document.add_table(1, 4, "Table Grid")
            heads = (head, gettext("Who"), gettext("What"), gettext("Quotation"))
            for cell, text in zip(table.rows[0].cells, heads, strict=True):
                cell.paragraphs[0].add_run(text).bold = True
            for one in entries:
                _entry(table.add_row().cells, one, base)
    save(document, file)


def _entry(cells: Sequence[Any], one: ChronologyEntry, base: str) -> None:
    runs = [
        cell.paragraphs[0].add_run(writable(text))
        for cell, text in zip(cells, (when(one), one.who or "", one.what or "", f"{one.sentence}\n"), strict=True)
    ]
    for run in runs:
        run.font.size = SMALL
    for run in (*runs[2:], *([] if one.date else runs[:1])):
        as_printed(run)
    paragraph = cells[3].paragraphs[0]
    add_link(paragraph, f"{one.title}, {page_short(one.page)}", base + one.permalink, SMALL)
