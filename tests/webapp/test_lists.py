"""List search in the reading room, and the tables that it makes."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from urllib.parse import quote_plus

import pytest
import python_calamine
from flask.testing import FlaskClient

from archive.errors import IndexDamaged, UsageError
from archive.search.lists import MAX_LINES, LineResult, ListLine
from archive.search.request import SearchRequest
from archive.search.spreadsheets import (
    HIT_COLUMNS,
    LINE_COLUMNS,
    LONGEST_CELL,
    PARTLY_COLUMN,
    Cell,
    Linked,
    csv_rows,
    write_sheets,
    write_table,
    write_xlsx,
)
from archive.system.terminal import visible
from tests.webapp_html import html_of, links, scripts, text_of
from tests.webapp_own_room import own_room
from tests.webapp_samples import LETTERS, Sample

QUERIES = ["cameras", "letter", "zzzz", '"public places"']


def post(client: FlaskClient, lines: str, **fields: str) -> str:
    response = client.post("/lists", data={"lines": lines, **fields})
    assert response.status_code == 200, response.text
    return response.text


def rows_of(html: str) -> list[str]:
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    return [text_of(row) for row in body.split("</tr>")[:-1]]


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_every_line_has_its_count_and_a_link_to_all_of_it(client: FlaskClient) -> None:
    html = post(client, "\n".join(QUERIES))
    for query, row in zip(QUERIES, rows_of(html), strict=True):
        count = re.search(r"<strong>([\d,]+ documents?)</strong>", html_of(client, f"/?q={quote_plus(query)}"))
        assert count is not None
        assert f"{query} {count[1]}" in row
    assert "/?q=letter" in links(html)
    assert f"and {LETTERS - 3} more" in rows_of(html)[1]
    assert "Every line was searched." in html


def test_hits_lead_to_their_page_and_are_never_markup(client: FlaskClient, sample: Sample) -> None:
    html = post(client, "ZorKam\n<script>alert(1)</script>")
    assert f"/documents/{sample.contract}/pages/2?q=ZorKam" in links(html)
    assert "<b>" not in html
    assert scripts(html) == ["keys.js", "last.js", "story.js", "unsent.js", "offline.js"]


def test_what_is_passed_over_is_counted_and_lines_keep_their_numbers(client: FlaskClient) -> None:
    html = post(client, "cameras\r\n\r\ncameras\r\nletter\r\n")
    assert "2 searches; 1 blank line and 1 repeated line skipped." in text_of(html)
    assert [row.partition(" ")[0] for row in rows_of(html)] == ["1", "4"]


def test_the_filters_of_the_address_go_for_every_line(client: FlaskClient) -> None:
    form = html_of(client, "/lists?year=2021&kind=contract&exact=1")
    assert '<input type="hidden" name="year" value="2021">' in form
    assert 'name="exact" value="1" checked' in form
    assert "/lists?kind=contract&exact=1" in links(form), "a chip takes its filter away"
    html = post(client, "cameras\nletter", year="2021", kind="contract")
    assert ["1 document" in row for row in rows_of(html)] == [True, False]
    assert "/?q=letter&year=2021&kind=contract" in links(html)


def test_a_column_of_an_uploaded_table_is_searched(client: FlaskClient) -> None:
    data = "Ime;Broj\nZorKam;1\nzzzz;2\n".encode("utf-8-sig")
    fields = {"file": (io.BytesIO(data), "firme.csv"), "column": "ime", "lines": ""}
    html = client.post("/lists", data=fields, content_type="multipart/form-data").text
    assert [row.split()[:2] for row in rows_of(html)] == [["2", "ZorKam"], ["3", "zzzz"]]
    assert ">ZorKam\nzzzz</textarea>" in html, "so that the same can be had as a file"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"lines": " \n"}, "holds no search"),
        ({"lines": "a;b\n1;2", "column": "c"}, "There is no column"),
        ({"lines": "\n".join(map(str, range(MAX_LINES + 1)))}, "10,000 are allowed"),
    ],
)
def test_a_list_that_makes_no_sense_comes_back_with_the_reason(
    client: FlaskClient, fields: dict[str, str], says: str
) -> None:
    response = client.post("/lists", data=fields)
    assert response.status_code == 400
    assert says in response.text
    assert f">{fields['lines'].strip()[:9]}" in response.text.replace("> ", ">"), "what was typed is not lost"


def test_a_format_that_there_is_not_is_refused(client: FlaskClient) -> None:
    response = client.post("/lists", data={"lines": "cameras", "format": "pdf"})
    assert response.status_code == 400
    assert "Formats are: csv, xlsx." in response.text


@pytest.mark.parametrize("form", ["", "csv", "xlsx"])
def test_an_index_that_cannot_answer_is_an_error_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    def damaged(request: SearchRequest, **_: bool) -> None:
        raise IndexDamaged("The index cannot be read.", "Run: dosije reindex")

    room = own_room(tmp_path)
    with room.archive:
        monkeypatch.setattr(room.archive.search, "search", damaged)
        response = room.app.test_client().post("/lists", data={"lines": "cameras", "format": form})
        assert response.status_code == 503
        assert "dosije reindex" in response.text


def test_look_alikes_go_for_every_line_and_its_links(client: FlaskClient) -> None:
    html = post(client, "cameras", look_alikes="1")
    assert "/?q=cameras&look_alikes=1" in links(html)
    assert "OCR may have made" in rows_of(html)[0]
    assert re.search(r'name="look_alikes" value="1" checked', html)


def test_a_list_as_long_as_allowed_is_taken_and_a_longer_body_is_not(client: FlaskClient) -> None:
    long_lines = "\n".join(f"{'реч' * 40}{number}" for number in range(300))
    assert len(long_lines.encode()) > 64 * 1024
    assert len(rows_of(post(client, long_lines))) == 300
    assert client.post("/lists", data={"lines": "x" * (5 << 20)}).status_code == 413
    assert client.post("/saved", data={"name": "x" * 70_000}).status_code == 413


def test_the_csv_has_a_row_for_each_document_listed(client: FlaskClient, sample: Sample) -> None:
    response = client.post("/lists", data={"lines": "\n".join(QUERIES), "format": "csv"})
    assert response.mimetype == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]
    rows = table(response.data)
    assert tuple(rows[0]) == (*LINE_COLUMNS, *HIT_COLUMNS, PARTLY_COLUMN)
    assert [row["text"] for row in rows] == ["cameras"] * 2 + ["letter"] * 5 + ["zzzz"] + ['"public places"']
    zorkam = rows[-1]
    assert (zorkam["id"], zorkam["page"], zorkam["documents"], zorkam["pages"]) == (sample.contract, "2", "1", "1")
    assert (rows[-2]["documents"], rows[-2]["id"]) == ("0", "")


def test_the_workbook_says_the_same(client: FlaskClient) -> None:
    data = {"lines": "\n".join(QUERIES)}
    rows = table(client.post("/lists", data={**data, "format": "csv"}).data)
    book = client.post("/lists", data={**data, "format": "xlsx"}, buffered=True)
    sheets = python_calamine.load_workbook(io.BytesIO(book.data))
    lines = sheets.get_sheet_by_name("Lines").to_python()
    assert [row[1] for row in lines[1:]] == QUERIES
    assert [row[3] for row in lines[1:]] == [2, LETTERS, 0, 1]
    hits = sheets.get_sheet_by_name("Documents").to_python()
    assert [row[3] for row in hits[1:]] == [row["id"] for row in rows if row["id"]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_text_that_begins_like_a_formula_does_not_run(tmp_path: Path, start: str) -> None:
    evil = f'{start}HYPERLINK("http://x.example","y")'
    result = LineResult(ListLine(1, evil), evil, None, None, (), (), evil)
    (row,) = table("".join(csv_rows([result])).encode())
    assert [row[name] for name in ("text", "query", "note")] == [f"'{visible(evil)}"] * 3
    path = tmp_path / "list.xlsx"
    with path.open("wb") as file:
        write_xlsx([result], file)
    _, cells = python_calamine.load_workbook(path).get_sheet_by_name("Lines").to_python()
    assert str(cells[1]).strip() == evil.strip()
    assert isinstance(cells[1], str), "text, and neither a formula nor a link"


def test_text_in_a_csv_file_does_not_command_a_terminal(tmp_path: Path) -> None:
    evil = "kamera\x1b[2J\x1b]0;x\x07 \x9b31m \u202e12\nred"
    result = LineResult(ListLine(1, evil), evil, None, None, (), (), evil)
    (row,) = table("".join(csv_rows([result])).encode())
    assert row["note"] == "kamera\\u001b[2J\\u001b]0;x\\u0007 \\u009b31m \\u202e12\nred"


def test_text_that_no_cell_can_hold_is_cut_and_not_lost(tmp_path: Path) -> None:
    result = LineResult(ListLine(1, "я" * 40_000), "", None, None, (), ())
    path = tmp_path / "list.xlsx"
    with path.open("wb") as file:
        write_xlsx([result], file)
    _, cells = python_calamine.load_workbook(path).get_sheet_by_name("Lines").to_python()
    assert cells[1] == "я" * LONGEST_CELL


def test_what_has_more_rows_than_a_sheet_is_refused_and_not_cut() -> None:
    rows = [("one",), ("two",)]
    write_table("Two", ["name"], [9], rows, io.BytesIO(), most_rows=3)
    with pytest.raises(UsageError, match="3 rows at most"):
        write_table("Three", ["name"], [9], [*rows, ("three",)], io.BytesIO(), most_rows=3)
    with pytest.raises(UsageError, match="3 rows at most"):
        write_sheets({"Few": rows, "Many": [*rows, *rows]}, io.BytesIO(), most_rows=3)


def test_a_number_beyond_the_last_link_of_a_sheet_is_there_without_one() -> None:
    file = io.BytesIO()
    rows: list[tuple[Cell | Linked, ...]] = [
        ("a", "b"),
        (Linked(1, "http://x.example/1"), Linked(2, "http://x.example/2")),
    ]
    write_sheets({"Numbers": rows}, file, most_links=1)
    file.seek(0)
    assert python_calamine.load_workbook(file).get_sheet_by_index(0).to_python() == [["a", "b"], [1, 2]]
    with zipfile.ZipFile(file) as packed:
        targets = packed.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
    assert re.findall("http://x.example/.", targets) == ["http://x.example/1"]
