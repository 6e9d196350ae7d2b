"""The structure of a page, from PDFs that are made here and read as documents are."""

from __future__ import annotations

from array import array

import pymupdf
from hypothesis import given
from hypothesis import strategies as st

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


def cells(words: Words) -> list[list[str]]:
    """The texts of the cells of the only table of a page, row after row."""
    (table,) = page_layout(words).tables
    grid = [[""] * table.columns for _ in range(table.rows)]
    for cell in table.cells:
        grid[cell.row][cell.column] = words_of(words, cell.words)
    return grid


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


WRAPPED = [
    (60, 200, "Br."), (110, 200, "Predmet nabavke"), (300, 200, "Procenjena"), (420, 200, "Rok"),
    (300, 212, "vrednost"),
    (60, 232, "1."), (110, 232, "Kamere za nadzor"), (300, 232, "900.000,00"), (420, 232, "30 dana"),
    (110, 244, "saobracaja u centru"), (110, 256, "grada"),
    (60, 272, "2."), (110, 272, "Odrzavanje opreme"), (300, 272, "120.000,00"), (420, 272, "12 meseci"),
    (110, 284, "za nadzor"),
    (60, 300, "3."), (110, 300, "Stubovi"), (300, 300, "44.000,00"), (420, 300, "10 dana"),
]  # fmt: skip


def test_a_row_goes_on_while_a_cell_does() -> None:
    assert cells(page_of(*WRAPPED)) == [
        ["Br.", "Predmet nabavke", "Procenjena vrednost", "Rok"],
        ["1.", "Kamere za nadzor saobracaja u centru grada", "900.000,00", "30 dana"],
        ["2.", "Odrzavanje opreme za nadzor", "120.000,00", "12 meseci"],
        ["3.", "Stubovi", "44.000,00", "10 dana"],
    ]


def test_a_head_over_columns_stands_above_both() -> None:
    heads = [(345, 288, "Vrednost ponude"), (300, 300, "bez PDV"), (420, 300, "sa PDV")]
    heads += [(60, 294, "Br."), (110, 294, "Naziv")]
    rows = [
        [(60, 320, "1."), (110, 320, "Stub"), (300, 320, "10,00"), (420, 320, "12,00")],
        [(60, 332, "2."), (110, 332, "Kabl"), (300, 332, "20,00"), (420, 332, "24,00")],
    ]
    words = page_of(*heads, *rows[0], *rows[1])
    layout = page_layout(words)
    assert words_of(words, layout.column_head(at(words, "24,00"))) == "Vrednost ponude sa PDV"
    assert words_of(words, layout.column_head(at(words, "20,00"))) == "Vrednost ponude bez PDV"
    assert words_of(words, layout.column_head(at(words, "Kabl"))) == "Naziv"
    assert words_of(words, layout.row_head(at(words, "24,00"))) == "Kabl"


def test_a_table_on_a_turned_page_is_read_in_its_own_direction() -> None:
    upright, turned = page_of(*WRAPPED), page_of(*WRAPPED, turn=90)
    assert turned.boxes != upright.boxes
    assert cells(turned) == cells(upright)


def test_a_list_and_columns_of_text_are_no_tables() -> None:
    points = [(60, 200 + 14 * at, f"{at})") for at in range(1, 7)]
    texts = [(90, 200 + 14 * at, "Ponudjac dostavlja dokaz o ispunjenosti uslova iz zakona") for at in range(1, 7)]
    assert page_layout(page_of(*points, *texts)).tables == ()
    text = "Na osnovu clana osamdeset sedam zakona o nabavkama"
    columns = [(x, 200 + 12 * at, text) for x in (40, 310) for at in range(12)]
    assert page_layout(page_of(*columns)).tables == ()


def test_rulings_that_ocr_took_for_words_are_in_no_cell() -> None:
    told = page_of(*table_pieces(), *((x, 300 + 20 * row, "|") for x in (90, 290) for row in range(4)))
    words = Words(told.texts, told.boxes, bytes([90]) * len(told), told.breaks)
    (table,) = page_layout(words).tables
    assert table.columns == 4
    assert all("|" not in words_of(words, cell.words) for cell in table.cells)


EDGE, TEXTS = st.integers(0, 65535), st.sampled_from(["1.", "12,50", "|", "Rok:", "ОДЛУКА"])


@given(st.lists(st.tuples(EDGE, EDGE, EDGE, EDGE, TEXTS), max_size=40))
def test_any_page_has_each_word_in_one_cell_at_most(drawn: list[tuple[int, int, int, int, str]]) -> None:
    boxes = array("H", [edge for x, y, w, h, _ in drawn for edge in (x, y, min(x + w, 65535), min(y + h, 65535))])
    texts = tuple(text for *_, text in drawn)
    words = Words(texts, boxes, b"", bytes(len(texts)))
    found = [word for table in page_layout(words).tables for cell in table.cells for word in cell.words]
    assert len(found) == len(set(found))
