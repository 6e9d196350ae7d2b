"""Where tables begin and end, on pages in layouts of our own: rows with much room, tables close to other columns."""

from __future__ import annotations

import pytest

from indexer.layout import page_layout
from tests.indexer.layout.test_page_layout import page_of, words_of

REGISTER = (
    ("R.br.", "Broj ugovora", "Dobavljac", "Datum", "Cena"),
    ("1.", "U-14/2031", "Zlatibor Staklo DOO", "03.02.2031.", "415.000,00"),
    ("2.", "U-15/2031", "Lim i Sinovi DOO", "19.02.2031.", "88.250,00"),
    ("3.", "U-22/2031", "Put Kosmaj DOO", "01.04.2031.", "2.004.100,00"),
    ("4.", "U-23/2031", "Zlatibor Staklo DOO", "07.04.2031.", "61.900,00"),
)
LEFTS = (60, 95, 190, 350, 450)

Pieces = list[tuple[float, float, str]]


def rows_at(
    top: float, step: float, rows: tuple[tuple[str, ...], ...] = REGISTER, lefts: tuple[int, ...] = LEFTS
) -> Pieces:
    return [
        (x, top + step * place, text)
        for place, row in enumerate(rows)
        for x, text in zip(lefts, row, strict=True)
        if text
    ]


def tables(*pieces: tuple[float, float, str]) -> list[list[list[str]]]:
    words = page_of(*pieces)
    found = []
    for table in page_layout(words).tables:
        grid = [[""] * table.columns for _ in range(table.rows)]
        for cell in table.cells:
            grid[cell.row][cell.column] = words_of(words, cell.words)
        found.append(grid)
    return found


@pytest.mark.parametrize("step", [14, 24, 45, 65, 100])
def test_rows_with_much_room_are_one_table(step: float) -> None:
    assert tables(*rows_at(120, step)) == [[list(row) for row in REGISTER]]


def test_a_row_with_much_room_may_have_cells_of_several_lines() -> None:
    more = [(190, 177, "u stecaju"), (95, 267, "aneks 1"), (190, 267, "sa ogrankom")]
    grid = tables(*rows_at(120, 45), *more)[0]
    assert [row[2] for row in grid[1:]] == [
        "Zlatibor Staklo DOO u stecaju", "Lim i Sinovi DOO", "Put Kosmaj DOO sa ogrankom", "Zlatibor Staklo DOO"
    ]  # fmt: skip
    assert grid[3][1] == "U-22/2031 aneks 1"


def test_what_stands_far_below_in_other_columns_is_another_table() -> None:
    signed = (("Sastavila", "", "M.P.", "", "Nacelnik"), ("Mira Lukic", "", "", "", "Ivan Savic"))
    found = tables(*rows_at(120, 20), *rows_at(300, 14, signed, (120, 0, 270, 0, 430)))
    assert found[0] == [list(row) for row in REGISTER]


BILL = (
    ("R.b.", "Naziv", "JM", "Kol.", "Cena", "Iznos"),
    ("1", "Klupa drvena sa naslonom", "kom", "14", "11.200,00", "156.800,00"),
    ("2", "Korpa za otpatke", "kom", "30", "4.150,00", "124.500,00"),
    ("3", "Prevoz i montaza", "pausal", "1", "38.000,00", "38.000,00"),
)
BILL_LEFTS = (60, 90, 270, 320, 370, 460)
SELLER: Pieces = [
    (60, 200, "Kupac: Opstina Brezovac, Trg kneza Milosa broj 1, 15999 Brezovac"), (400, 200, "Datum: 03.02.2031."),
    (60, 216, "PIB 100000008, maticni broj 07000006"), (400, 216, "Mesto prometa: Brezovac"),
    (60, 232, "Po ugovoru broj U-14/2031 od 03.01.2031. i aneksu broj 1 uz njega"), (400, 232, "Rok placanja: 45 dana"),
]  # fmt: skip
TOTALS: Pieces = [
    (230, 330, "Osnovica za obracun"), (460, 330, "319.300,00"),
    (230, 345, "Porez po stopi od 20%"), (460, 345, "63.860,00"),
    (230, 360, "Svega za uplatu"), (460, 360, "383.160,00"),
]  # fmt: skip


def test_rows_close_to_lines_in_other_columns_keep_their_own() -> None:
    found = tables(*SELLER, *rows_at(258, 18, BILL, BILL_LEFTS), *TOTALS)
    assert [list(row) for row in BILL] in found
    assert [row[-1] for row in found[-1]] == ["319.300,00", "63.860,00", "383.160,00"]


def test_a_list_below_rows_does_not_take_their_columns() -> None:
    list_below: Pieces = [
        (60, 342, "Komisija je utvrdila, a prisutni nisu imali primedbi:"),
        (60, 356, "- predstavnici su saglasni sa ovim zapisnikom;"),
        (60, 370, "- zapisnik je umnozen u cetiri istovetna primerka."),
        (70, 390, "Clanovi komisije:"), (400, 390, "Predsednik komisije"),
        (70, 406, "____________"), (400, 406, "Mira Lukic"),
    ]  # fmt: skip
    assert [list(row) for row in BILL] in tables(*rows_at(258, 18, BILL, BILL_LEFTS), *list_below)


def test_a_head_beside_the_numbers_below_it_is_not_joined_to_the_next() -> None:
    contents: Pieces = [
        (62, 120, "Poglavlje"), (230, 120, "Naziv"), (440, 120, "Strana"),
        *((70, 140 + 18 * at, str(at + 1)) for at in range(5)),
        *((140, 140 + 18 * at, text) for at, text in enumerate(
            ("Opsti podaci", "Tehnicka specifikacija", "Kriterijumi za izbor", "Obrazac cene", "Model ugovora")
        )),
        *((426, 140 + 18 * at, str(at + 2)) for at in range(5)),
    ]  # fmt: skip
    (grid,) = tables(*contents)
    assert grid[0] == ["Poglavlje", "Naziv", "Strana"]
    assert grid[3] == ["3", "Kriterijumi za izbor", "4"]


def test_columns_set_close_in_a_table_of_few_rows_are_columns() -> None:
    rows = (
        ("Rang", "Ponudjac", "Cijena (EUR)", "Rok (mj.)", "Ukupno"),
        ("1", "Kamen Primer DOO", "180.169,00", "60", "94,92"),
        ("2", "Lipa Primer DOO", "168.734,50", "24", "88,00"),
        ("3", "Brdo Primer DOO", "183.073,00", "36", "85,73"),
    )
    assert tables(*rows_at(200, 20, rows, (60, 110, 260, 320, 420))) == [[list(row) for row in rows]]


def test_prose_of_few_lines_is_no_table() -> None:
    lines = (
        "Ovaj ugovor se moze izmeniti u svako doba, ali izmena mora biti",
        "u pisanom obliku i potpisana od strane onoga protiv koga se",
        "izvodi, a ostale odredbe ugovora ostaju na snazi do isteka roka.",
    )
    assert tables(*((60, 200 + 13 * at, line) for at, line in enumerate(lines))) == []
