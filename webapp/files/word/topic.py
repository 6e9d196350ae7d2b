"""The table of a topic over all contracts."""

from __future__ import annotations

from typing import IO

from docx.enum.section import WD_ORIENT

from archive.comparing.topic_table import TopicTable
from archive.search.masking import Masking, beside, masked_value
from webapp.files.topics import cell_address, clauses_named
from webapp.files.word.parts import SMALL, add_link, add_small, as_printed, new_document, save, writable
from webapp.languages.translation import gettext
from webapp.pages.comparing.topics import cell_label, stated_columns, topic_summary, unknown_lines, usual_lines
from webapp.pages.wording import value_label


def write_topic(table: TopicTable, base: str, file: IO[bytes], *, mask: Masking | None) -> None:
    """Write the table of a topic, each cell with a link to its words; what departs from most is bold."""
    document = new_document(value_label("topic", table.topic))
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    document.add_paragraph(topic_summary(table))
    columns = stated_columns(table)
    grid = document.add_table(rows=1, cols=1 + len(columns), style="Light List")
    heads = [gettext("Contract"), *map(cell_label, columns)]
    for cell, head in zip(grid.rows[0].cells, heads, strict=True):
        cell.text = head

    for row in table.rows:
        hide = mask and beside(mask, [row.description.id])

        def shown(text: str, hide: Masking | None = hide) -> str:
            return writable(masked_value(text, hide))

        first, *cells = grid.add_row().cells
        first.text = shown(f"{row.description.title}\n")
        as_printed(first.paragraphs[0].add_run(shown(clauses_named(row))))
        for name, cell in zip(columns, cells, strict=True):
            if (found := row.cells.get(name)) is None:
                cell.text = gettext("unknown")
                continue
            as_printed(add_link(cell.paragraphs[0], shown(found.found.text), cell_address(found, base), SMALL))
            if found.departs:
                cell.paragraphs[0].add_run(gettext(" (departs)")).bold = True
    for line in (*usual_lines(table), *unknown_lines(table)):
        add_small(document, line)
    save(document, file)
