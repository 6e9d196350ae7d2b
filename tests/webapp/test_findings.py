"""The pages and the command of findings, on the specimens."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from archive.home import Archive
from tests.webapp_html import html_of, links, text_of
from tests.webapp_samples import NoPicture
from webapp import create_app
from webapp.command_line.findings import findings_command


@pytest.fixture(scope="module")
def home(specimen_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the specimens' archive."""
    copy = tmp_path_factory.mktemp("findings") / "home"
    shutil.copytree(specimen_home, copy)
    return copy


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[FlaskClient]:
    with Archive.open(home) as archive:
        yield create_app(archive, NoPicture()).test_client()


def test_from_the_list_to_a_number_to_the_words_that_make_it(client: FlaskClient) -> None:
    assert "/findings/spending" in links(html_of(client, "/findings"))
    html = html_of(client, "/findings/spending")
    assert "13,728,000" in text_of(html)
    assert "It cannot know" in text_of(html)
    (path,) = [url for url in links(html) if "row=Be%C4%8Dej" in url and "without" in url and "RSD" in url]
    shown = html_of(client, path.replace("&amp;", "&"))
    assert "13.728.000,00" in text_of(shown)
    page = next(url for url in links(shown) if "/pages/" in url)
    assert "words=" in page


def test_rows_are_sorted_by_a_column_and_only_by_one_there_is(client: FlaskClient) -> None:
    text = text_of(html_of(client, "/findings/vendors?sort=EUR·without"))
    assert text.index("Treptaj Mreže") < text.index("Okolina Optik")
    assert client.get("/findings/vendors?sort=x").status_code == 400
    assert client.get("/findings/nothing").status_code == 404
    assert client.get("/findings/vendors/cell?row=Nobody&column=units").status_code == 404


def test_files_have_the_numbers_and_their_addresses(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/findings/spending.csv").text.removeprefix("\ufeff"))))
    (becej,) = [row for row in rows if row["municipality"] == "Bečej" and row["column"] == "RSD without VAT"]
    assert becej["number"] == "13728000"
    assert client.get(becej["address"].removeprefix("http://localhost")).status_code == 200
    record = client.get("/findings/spending.json").get_json()
    (evidence,) = record["rows"][0]["cells"]["RSD·without"]["evidence"]
    assert (evidence["value"], evidence["field"]) == ("13728000.00", "amount")
    assert record["as_of"]["event"] > 0
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/findings/spending.xlsx").data))
    assert book.sheet_names == ["Table", "Evidence", "Method"]
    assert 13728000.0 in book.get_sheet_by_name("Table").to_python()[1]


def test_a_wrong_file_is_named_in_the_list(client: FlaskClient, home: Path) -> None:
    file = home / "findings" / "wrong.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text('title = "x"\n', encoding="utf-8")
    try:
        assert "wrong.toml: 'about' has to be a text" in text_of(html_of(client, "/findings"))
        assert client.get("/findings/wrong").status_code == 400
    finally:
        file.unlink()


def test_the_command_prints_writes_and_makes_findings(home: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        done = CliRunner().invoke(findings_command, arguments, obj=home, catch_exceptions=False)
        assert done.exit_code == 0
        return done.stdout

    assert "spending" in run()
    assert "13728000" in run("spending")
    assert json.loads(run("spending", "--format", "json"))["name"] == "spending"
    run("spending", "--format", "xlsx", "--output", str(tmp_path / "out.xlsx"))
    assert (tmp_path / "out.xlsx").read_bytes()[:2] == b"PK"
    assert run("new", "mentions").strip().endswith("findings/mentions.toml")
    assert "face recognition" in run("mentions")
