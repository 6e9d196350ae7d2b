"""DOC of Word 97 to 2003 on a machine that has no other program: its text, its tables, and what it says is not text."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from archive.errors import DamagedDocument, InputError, UnsupportedFormat
from indexer.formats import media_types
from indexer.formats.office import lost_words
from indexer.formats.sniffing import media_type_of
from indexer.formats.word97 import DocSource
from tests.indexer_samples import Read, flowing_pages
from tests.word97_sample import DELETED, ENDS_ROW, IN_TABLE, SYMBOL, Piece, word97_bytes

SAMPLES = Path(__file__).parent / "samples"

Saved = Callable[[bytes], Path]


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    def save(data: bytes) -> Path:
        path = tmp_path / "a.doc"
        path.write_bytes(data)
        return path

    return save


def lines(path: Path) -> list[list[str]]:
    """The lines of each page that hold anything."""
    return [
        [line for line in page.words.text().splitlines() if line] for page in flowing_pages(DocSource(path, path.name))
    ]


def text_of(saved: Saved, pieces: Sequence[Piece], **said: dict[str, bytes]) -> list[str]:
    (page,) = lines(saved(word97_bytes(pieces, **said)))  # type: ignore[arg-type] # which only names what may be said
    return page


def test_an_old_contract_is_read_with_its_table_header_and_footer() -> None:
    assert lines(SAMPLES / "ugovor.doc") == [
        [
            "Општина Брезовац",
            "Уговор о набавци камера",
            "Ставка Цена",
            "камера Dahua 1.250.000,00",
            "кабл 12.400,00",
            "Čuvati šest meseci.",
            "Образац 7",
        ]
    ]


def test_notes_boxes_fields_and_tables_in_tables_are_read_page_by_page() -> None:
    """Hidden text is read as in DOCX; what was deleted, and where a link leads, is not."""
    assert lines(SAMPLES / "zapisnik.doc") == [
        [
            "Општина Брезовац",
            "Записник о отварању понуда",
            "Komisija je videla ponudu skrivenu na portalu nabavki.",
            "Prijemni pečat 17/2024",
            "Ponude su otvorene 1. marta 2024.",
            "godine u 12 časova.",
            "Понуђач Износ без ПДВ Napomena",
            "„Камера плус“ д.о.о. Брезовац 1.250.000,00",
            "Kabl d.o.o. 1.300.000,00 rok 30 dana garancija 2 godine",
        ],
        ["Izveštaj na drugoj strani.", "Strana 2/4"],
        ["Prilog uz zapisnik", "Prilog na trećoj strani.", "Члан 12. Закона.", "Videti prilog."],
    ]


def test_cells_are_parted_and_a_row_is_a_line() -> None:
    rows = [line for line in DocSource(SAMPLES / "zapisnik.doc", "a.doc").text().splitlines() if "\t" in line]
    assert [row.split("\t") for row in rows] == [
        ["Понуђач", "Износ без ПДВ", "Napomena"],
        ["„Камера плус“ д.о.о. Брезовац", "1.250.000,00"],
        ["Kabl d.o.o.", "1.300.000,00", "rok 30 dana garancija 2 godine"],
    ]


def test_deletions_are_a_reason_against_a_layout() -> None:
    assert "tracked changes" in (DocSource(SAMPLES / "zapisnik.doc", "a.doc").layout_obstacle or "")
    assert DocSource(SAMPLES / "ugovor.doc", "a.doc").layout_obstacle is None


def test_a_bare_machine_reads_old_word_files(read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (page,) = read(SAMPLES / "ugovor.doc")
    assert page.words.texts[-2:] == ("Образац", "7")
    assert page.reason == "Read as flowing text, because LibreOffice is not installed."


def test_pieces_are_read_in_their_order_and_in_their_own_bytes(saved: Saved) -> None:
    pieces = [Piece("Rešenje broj "), Piece("“7” – Zemun", is_narrow=True), Piece(" и Бечеј 😀\r")]
    assert text_of(saved, pieces) == ["Rešenje broj “7” – Zemun и Бечеј 😀"]


def test_half_a_character_is_shown_as_lost(saved: Saved) -> None:
    assert text_of(saved, [Piece("a\ud83d b\r")]) == ["a\ufffd b"]


def test_what_a_piece_says_of_its_text_holds(saved: Saved) -> None:
    pieces = [Piece("cena "), Piece("900 ", changes=DELETED), Piece("800\r")]
    assert text_of(saved, pieces) == ["cena 800"]
    rows = [Piece("a\x07b\x07"), Piece("\x07", changes=IN_TABLE + ENDS_ROW), Piece("kraj\r")]
    assert text_of(saved, rows, paragraphs={"a\x07b\x07": IN_TABLE}) == ["a b", "kraj"]


def test_symbols_of_other_fonts_are_no_letters(saved: Saved) -> None:
    assert text_of(saved, [Piece("da ( ne (x)\r")], characters={"( n": SYMBOL}) == ["da e (x)"]


def test_rows_that_do_not_end_lose_nothing(saved: Saved) -> None:
    pieces = [Piece("a\x07b\x07kraj\r")]
    assert text_of(saved, pieces, paragraphs={"a\x07b\x07": IN_TABLE}) == ["a", "b", "kraj"]


def test_a_cell_that_holds_a_whole_text_keeps_its_paragraphs(saved: Saved) -> None:
    text = "".join(f"Član {number}.\r" for number in range(1, 8)) + "\x07"
    pieces = [Piece(text), Piece("\x07", changes=IN_TABLE + ENDS_ROW)]
    assert text_of(saved, pieces, paragraphs={text: IN_TABLE}) == [f"Član {number}." for number in range(1, 8)]


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("v. \x13 HYPERLINK x \x14portal\x15 a\r", "v. portal a"),
        ("v. \x13 DATE \x15a\r", "v. a"),
        ("\x13 IF \x13 PAGE \x142\x15 = 2 \x14prva \x13 REF y \x14druga\x15\x15\r", "prva druga"),
        ("\x13 nije polje\r", "nije polje"),
        ("polje\x15 se\x14 ne otvara\r", "polje se ne otvara"),
    ],
)
def test_of_fields_only_results_are_read(saved: Saved, stored: str, shown: str) -> None:
    assert text_of(saved, [Piece(stored)]) == [shown]


def test_word_6_is_left_to_another_program(saved: Saved) -> None:
    path = saved(word97_bytes([Piece("a\r")], kind=0xA5DC))
    with pytest.raises(UnsupportedFormat, match=r"a\.doc is a document of Word 6 or 95") as refused:
        DocSource(path, path.name)
    assert "libreoffice-writer-nogui" in (refused.value.remedy or "")


def test_a_file_that_lacks_text_is_damaged(saved: Saved) -> None:
    for data in (
        word97_bytes([Piece("a\r")], claimed=2),
        word97_bytes([Piece("a\r")], kind=1),
        word97_bytes([Piece("a\r")]).replace(b"1\0T\0a\0b\0l\0e", b"1\0T\0i\0b\0l\0e"),
    ):
        path = saved(data)
        with pytest.raises(DamagedDocument, match=r"a\.doc cannot be read as a Word document: it is cut off"):
            DocSource(path, path.name)


def test_holes_in_the_text_are_told(saved: Saved) -> None:
    path = saved(word97_bytes([Piece("cena \0\0\0 dinara\r")]))
    (page,) = flowing_pages(DocSource(path, path.name))
    assert page.words.text() == "cena dinara"
    assert page.note == "The file is damaged: 3 characters of its text are lost."


@pytest.mark.parametrize("seed", range(4))
def test_damage_is_told_and_ends_nothing(saved: Saved, seed: int) -> None:
    chance = random.Random(seed)
    whole = (SAMPLES / "zapisnik.doc").read_bytes()
    refused = 0
    for _ in range(100):
        data = bytearray(whole)
        for _ in range(chance.randrange(12)):
            data[chance.randrange(512, len(data))] = chance.choice([0, 255, chance.randrange(256)])
        path = saved(bytes(data[: chance.choice([len(data), chance.randrange(len(data))])]))
        try:
            media_type = media_type_of(path, path.name)
            source = DocSource(path, path.name) if media_type == media_types.DOC else None
        except InputError:
            refused += 1
            continue
        assert source is None or source.text()
    assert 20 < refused < 100


def test_page_numbers_are_no_lost_words() -> None:
    assert lost_words("Strana 27/29, broj 12/2024", "Strana 27/33, broj 12/2024") == []
    assert lost_words("broj 12/2024", "broj 12/2023") == ["2024"]
