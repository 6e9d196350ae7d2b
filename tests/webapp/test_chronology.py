"""The chronology as a page, as files and at a terminal: of a search, of a procedure, of named papers."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import docx
import pytest
import python_calamine
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.chronology.entries import chronology
from archive.config import Settings
from archive.errors import UsageError
from tests.conftest import run_dosije
from tests.rights_samples import add
from tests.webapp_html import html_of, text_of
from tests.webapp_samples import NoPicture
from webapp import create_app

LETTER = (
    "Dopis o nabavci kamera iz 2020. godine",
    "Naručilac je 5. marta 2021. godine objavio poziv za podnošenje ponuda.",
    "Ponude su otvorene u aprilu 2021. godine.",
    "Račun se plaća u roku od 30 dana od dana prijema.",
)
OTHER = ("Ugovor o održavanju", "Ugovor je potpisan 1.2.2019. godine. JMBG 0101990710008.")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with Archive.open(tmp_path / "home", Settings()) as archive:
        add(archive, tmp_path, "dopis.txt", LETTER, [("kind", "correspondence", {})])
        add(archive, tmp_path, "ugovor.txt", OTHER, [("kind", "contract", {})])
        archive.settle()
    return tmp_path / "home"


@pytest.fixture
def client(home: Path) -> FlaskClient:
    return create_app(Archive.open(home, Settings()), NoPicture()).test_client()


def test_dates_stand_in_order_and_terms_behind_them(home: Path) -> None:
    with Archive.open(home, Settings()) as archive:
        told = chronology(archive.catalog, [one.id for one in archive.catalog.documents.newest_first()])
    assert [one.date for one in told.entries] == ["2019-02-01", "2020", "2021-03-05", "2021-04", None]
    assert told.entries[2].who == "Naručilac"
    assert told.entries[2].what == "objavio poziv za podnošenje ponuda"
    assert told.entries[-1].said == "u roku od 30 dana od dana prijema."
    assert told.left_out == 0


def test_the_page_of_a_search_and_the_way_to_it(client: FlaskClient) -> None:
    assert "/chronology?q=kamera" in html_of(client, "/?q=kamera")
    html = html_of(client, "/chronology?q=kamera")
    text = text_of(html)
    assert "3 dates and 1 term in 1 document" in text
    assert text.index("2020") < text.index("5 March 2021") < text.index("April 2021")
    assert '<time datetime="2021-03-05">' in html
    assert "<mark>5. marta 2021. godine</mark>" in html
    assert client.get("/chronology?q=kamera&kind=nothing").status_code == 400


def test_named_papers_and_a_procedure(client: FlaskClient) -> None:
    ids = [hit["id"] for hit in client.get("/api/v1/search").get_json()["hits"]]
    assert "4 dates and 1 term in 2 documents" in text_of(
        html_of(client, f"/chronology?document={ids[0]}&document={ids[1]}")
    )
    assert '<h1>Chronology: <span translate="no">2 documents</span></h1>' in html_of(
        client, f"/chronology?document={ids[0]}&document={ids[1]}"
    )
    assert "in 1 document" in text_of(html_of(client, f"/chronology?procedure={ids[0]}"))
    assert client.get(f"/chronology?document={'0' * 64}").status_code == 404


def test_files_say_the_same_and_hide_personal_numbers(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/chronology.csv").text.lstrip("\ufeff"))))
    assert [row["date"] for row in rows] == ["2019-02-01", "2020", "2021-03-05", "2021-04", ""]
    assert "0101990710008" not in rows[0]["sentence"]
    assert client.get(rows[0]["permalink"].removeprefix("http://localhost")).status_code == 302
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(client.get("/chronology.xlsx").data))
    assert [row[0] for row in book.get_sheet_by_index(0).to_python()[1:]] == [row["date"] for row in rows]
    document = docx.Document(io.BytesIO(client.get("/chronology.docx").data))
    dates, terms = document.tables
    assert [row.cells[0].text for row in dates.rows[1:]] == ["1 February 2019", "2020", "5 March 2021", "April 2021"]
    assert terms.rows[1].cells[0].text == rows[-1]["said"]


def test_a_date_that_is_masked_is_in_no_column(client: FlaskClient, home: Path, tmp_path: Path) -> None:
    with Archive.open(home, Settings()) as archive:
        add(archive, tmp_path, "lice.txt", ("O licu", "Svedok je rođen 7.8.1963. godine u Ubu."), [])
        archive.settle()
    assert "7.8.1963" in client.get("/chronology.csv").text
    text = client.get("/chronology.csv?mask=birth-date").text
    assert not re.search(r"\b1963\b", text)
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    assert [row["date"] for row in rows] == ["2019-02-01", "2020", "2021-03-05", "2021-04", "", ""]
    document = docx.Document(io.BytesIO(client.get("/chronology.docx?mask=birth-date").data))
    assert not re.search(
        r"\b1963\b", " ".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    )


def test_too_much_is_said_and_not_cut_off_in_silence(home: Path) -> None:
    with Archive.open(home, Settings()) as archive:
        ids = [one.id for one in archive.catalog.documents.newest_first()]
        assert chronology(archive.catalog, ids, found=7).left_out == 5
        with pytest.raises(UsageError, match="2 pages; a chronology reads 1"):
            chronology(archive.catalog, ids, most_pages=1)


def test_the_command(home: Path, tmp_path: Path) -> None:
    told = json.loads(run_dosije(home, "chronology", "--search", "kamera", "--json").stdout)
    assert [one["date"] for one in told["entries"]] == ["2020", "2021-03-05", "2021-04", None]
    assert told["entries"][1]["permalink"].startswith("http://127.0.0.1:8000/cite/")
    lines = run_dosije(home, "chronology", told["documents"][0]).stdout.splitlines()
    assert lines[1].startswith("2021-03-05  Naručilac: objavio poziv")
    for form in ("xlsx", "docx"):
        file = tmp_path / f"c.{form}"
        assert run_dosije(home, "chronology", "--kind", "contract", "--format", form, "--output", file).returncode == 0
        assert file.read_bytes().startswith(b"PK")
    assert run_dosije(home, "chronology", "--format", "docx", "--search", "kamera").returncode == 2
    assert run_dosije(home, "chronology").returncode == 2
    assert run_dosije(home, "chronology", told["documents"][0], "--search", "kamera").returncode == 2
