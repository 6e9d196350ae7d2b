"""Tables whose columns are set close, and lists beside them."""

from __future__ import annotations

import pymupdf

from indexer.formats.pdf_layer import TextLayer
from indexer.layout import page_layout

CLOSE = 7
"""Distance of columns in points, of which ten are the size of the type."""


def test_columns_set_close_are_columns_and_bullets_are_none() -> None:
    """A table whose cells are as wide as their words has a gap of little more than a letter between them."""
    rows = [
        ("Osnov", "Dobavljac", "Iznos bez PDV"),
        ("Narudzbenica 311", "Okolina d.o.o. Nis", "489.600,00"),
        ("Narudzbenica 312", "Zvonolik d.o.o. Ub", "497.000,00"),
        ("Narudzbenica 313", "Vidozor d.o.o. Bor", "498.000,00"),
        ("Narudzbenica 314", "Okolina d.o.o. Nis", "491.000,00"),
    ]
    bullets = (
        "Preporuke:\n-   objediniti potrebe pri izradi plana,\n-   odrediti lice za kontrolu sprovodjenja ugovora."
    )
    second = 40 + max(pymupdf.get_text_length(row[0], "tiro", 10) for row in rows) + CLOSE
    third = second + max(pymupdf.get_text_length(row[1], "tiro", 10) for row in rows) + CLOSE
    page = pymupdf.open().new_page(width=640, height=842)
    for number, row in enumerate(rows):
        for x, cell in zip((40, second, third), row, strict=True):
            page.insert_text((x, 80 + 20 * number), cell, fontsize=10, fontname="tiro")
    for number, line in enumerate(bullets.splitlines()):
        page.insert_text((40, 195 + 14 * number), line, fontsize=10, fontname="tiro")
    table = page_layout(TextLayer(page).reading).tables[0]
    assert (table.columns, table.rows) == (3, 5)
