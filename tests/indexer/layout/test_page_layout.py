"""The structure of a page, from PDFs that are made here and read as documents are."""

from __future__ import annotations

import pymupdf

from archive.model.words import Words
from indexer.formats.pdf_layer import TextLayer
from indexer.layout import PageLayout, page_layout

COLUMNS = (60, 100, 300, 420)
ROWS = (
    ("R.br.", "Naziv", "Ponuđač", "Cena"),
    ("1.", "Kamera", "Signal", "125.000,00"),
    ("2.", "Stub", "Optika", "48.500,00"),
    ("3.", "Kabl", "Signal", "9.900,00"),
)


def page_of(*pieces: tuple[float, float, str], turn: int = 0) -> Words:
    """The words of a page on which texts stand at places from the left and the top, in points."""
    document = pymupdf.open()
    page = document.new_page(width=595, height=842)
    for x, y, text in pieces:
        page.insert_text((x, y), text, fontsize=10, fontname="tiro", encoding=pymupdf.TEXT_ENCODING_LATIN)
    page.set_rotation(turn)
    return TextLayer(page).reading


def table_pieces(top: float = 300) -> list[tuple[float, float, str]]:
    return [
        (x, top + 20 * place, text.replace("đ", "dj").replace("č", "c"))
        for place, row in enumerate(ROWS)
        for x, text in zip(COLUMNS, row, strict=True)
    ]


def words_of(words: Words, numbers: tuple[int, ...]) -> str:
    return " ".join(words.texts[number] for number in numbers)


def at(words: Words, text: str) -> int:
    return words.texts.index(text)


def told(words: Words, layout: PageLayout, text: str) -> tuple[str, str]:
    """The heads above a word and before it."""
    number = at(words, text)
    return words_of(words, layout.column_head(number)), words_of(words, layout.row_head(number))


def test_a_word_of_a_table_knows_its_heads() -> None:
    words = page_of(*table_pieces())
    layout = page_layout(words)
    assert [(table.rows, table.columns, table.head_rows) for table in layout.tables] == [(4, 4, 1)]
    assert told(words, layout, "48.500,00") == ("Cena", "Stub")
    assert layout.zone(at(words, "Stub")) == "table"
    assert layout.column_head(at(words, "Cena")) == ()


def test_lines_and_blocks_hold_every_word_once() -> None:
    words = page_of((60, 60, "Opstina Brezovac"), (60, 200, "Na osnovu clana"), *table_pieces())
    layout = page_layout(words)
    for runs in (layout.lines, layout.blocks):
        assert [number for run in runs for number in run] == list(range(len(words)))


def test_a_label_is_told_by_its_colon() -> None:
    words = page_of((60, 200, "Narucilac: Opstina Brezovac"), (60, 220, "Na osnovu zakona doneta je odluka."))
    layout = page_layout(words)
    assert words_of(words, layout.label(at(words, "Brezovac"))) == "Narucilac:"
    assert layout.label(at(words, "odluka.")) == ()


def test_a_page_without_words_has_no_structure() -> None:
    layout = page_layout(Words.of([]))
    assert (layout.lines, layout.tables, layout.pairs) == ((), (), ())
