"""The report of an investigation: every number with its words, ticks that are kept and fall away, and its files."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.config import Settings
from archive.findings.files import load
from archive.findings.ticks import ticks
from archive.model.decisions import DecisionAction
from tests.finding_samples import add, contract, counted, decide, document_id, price, told
from tests.webapp_html import html_of, links, text_of
from tests.webapp_samples import NoPicture
from webapp import create_app
from webapp.commands.findings import findings_command
from webapp.pages.findings.report import too_many_facts

SPENDING = "/findings/report?finding=spending"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "home", Settings()) as archive:
        for town, number, vendor, value in (("Bor", 1, "Alfa d.o.o.", "100.00"), ("Ada", 2, "Beta d.o.o.", "200.00")):
            add(archive, town.lower(), contract(town, f"404-{number}/2020", vendor, price(value)))
        yield archive


@pytest.fixture
def client(archive: Archive) -> FlaskClient:
    return create_app(archive, NoPicture()).test_client()


def names(html: str) -> dict[str, str]:
    """What a report offers to tick: what each number is, with its name in the form."""
    found = r'name="number" value="([^"]*)"> <strong>([^<]*)</strong> <span>([^<]*)</span>'
    return {f"{value} {unescape(what)}": unescape(name) for name, value, what in re.findall(found, html)}


def tick(client: FlaskClient, *numbers: str, by: str = "Ana", path: str = SPENDING) -> str:
    answer = client.post(path, data={"number": list(numbers), "by": by}, follow_redirects=True)
    assert answer.status_code == 200, text_of(answer.text)
    return answer.text


def test_every_number_stands_with_its_words_and_all_links_lead_somewhere(client: FlaskClient) -> None:
    html = html_of(client, SPENDING)
    text = text_of(html)
    assert "The value is known of 2 of 2 procedures" in text
    assert "0 of 7 numbers are checked." in text
    assert {"200 Ada · 2020 · RSD without VAT", "300 All · RSD without VAT"} <= names(html).keys()
    assert re.search(r"p\. 1</a>: <q>ada6</q>", html), "the word that the price stands on"
    for url in {url for url in links(html) if url.startswith(("/findings", "/documents"))}:
        assert client.get(unescape(url)).status_code == 200, url


def test_a_tick_is_kept_with_who_and_when_and_can_be_taken_back(archive: Archive, client: FlaskClient) -> None:
    number = names(html_of(client, SPENDING))["200 Ada · 2020 · RSD without VAT"]
    html = tick(client, number)
    assert "1 number was checked off." in text_of(html)
    assert re.search(r"✓ checked by Ana, \d+ \w+ \d{4}", text_of(html))
    assert number not in names(html).values()
    (event,) = archive.catalog.events.between(archive.catalog.events.newest() - 1, archive.catalog.events.newest())
    assert (event.name, "Ana" in event.detail, "200.00" in event.detail) == ("validation", True, True)
    assert archive.catalog.events.verify() > 0
    address = number.partition("#")[0]
    back = client.post(SPENDING, data={"back": address, "by": "Ana"}, follow_redirects=True).text
    assert "checked by Ana" not in text_of(back)
    assert number in names(back).values()
    assert ticks(archive.catalog) == {}


def test_a_tick_falls_away_when_the_number_changes_and_says_so(archive: Archive, client: FlaskClient) -> None:
    every = names(html_of(client, SPENDING))
    tick(client, every["200 Ada · 2020 · RSD without VAT"], every["100 Bor · 2020 · RSD without VAT"])
    decide(archive, document_id("ada"), DecisionAction.CORRECT, price("400.00"))
    text = text_of(html_of(client, SPENDING))
    assert re.search(r"The check by Ana of [^,]*, at 200\.00, no longer holds: the number or its words changed\.", text)
    assert text.count("checked by Ana") == 1, "Bor's is as it was"
    then = text_of(html_of(client, f"{SPENDING}&as_of=4"))
    assert then.count("checked by Ana") == 2, "as of then, both hold"


def test_a_tick_falls_away_when_only_the_words_change(archive: Archive, client: FlaskClient) -> None:
    number = names(html_of(client, SPENDING))["2 All · Procedures"]
    tick(client, number)
    add(archive, "more", [*contract("Bor", "404-1/2020", "Alfa d.o.o."), told("bids", "1")])
    text = text_of(html_of(client, SPENDING))
    assert "2 All · Procedures" in text
    assert "no longer holds" in text


@pytest.mark.parametrize(
    ("number", "by", "words"),
    [
        ("", "Ana", "No number is chosen."),
        ("/findings/spending/cell?column=units#0000", "Ana", "A number changed since the report was shown"),
        ("/findings/spending/cell?column=nothing#0000", "Ana", "A number changed since the report was shown"),
        ("/findings/nothing/cell?column=units#0000", "Ana", "There is no finding 'nothing'."),
        ("nonsense", "Ana", "There is no finding 'nonsense'."),
        ("/findings/spending/cell?column=units#0000", "", "name"),
    ],
)
def test_what_cannot_be_ticked_is_said_and_nothing_is_kept(
    archive: Archive, client: FlaskClient, number: str, by: str, words: str
) -> None:
    before = archive.catalog.events.newest()
    answer = client.post(SPENDING, data={"number": [number] if number else [], "by": by})
    assert answer.status_code in (400, 404)
    assert words in text_of(answer.text)
    assert archive.catalog.events.newest() == before


def test_a_number_of_too_many_facts_cannot_be_checked_off(archive: Archive, client: FlaskClient) -> None:
    cell = counted(archive, load(archive.home, "spending")).total.cells[0]
    with client.application.test_request_context():
        assert too_many_facts(cell) is None
        assert too_many_facts(cell, most=1) == "More than 1 facts make it: too many to be checked off at once."


def test_a_report_as_of_a_day_has_what_was_known_then(client: FlaskClient) -> None:
    assert "The value is known of 1 of 1 procedure" in text_of(html_of(client, f"{SPENDING}&as_of=2"))
    assert client.get("/findings/report?as_of=99").status_code == 400
    assert client.get("/findings/report?finding=nothing").status_code == 404


def test_the_report_as_html_stands_alone(client: FlaskClient) -> None:
    assert SPENDING.replace("report?", "report.html?") in links(html_of(client, SPENDING))
    html = client.get(SPENDING.replace("report?", "report.html?")).text
    assert "<form" not in html
    assert "<link" not in html
    assert "<script" not in html
    assert "--paper: light-dark(#fbfaf7, #16191b)" in html
    assert all(url.startswith(("http://localhost/", "#")) for url in links(html))


def test_the_report_as_a_word_document_has_the_same_numbers(client: FlaskClient) -> None:
    document = docx.Document(io.BytesIO(client.get(SPENDING.replace("report?", "report.docx?")).data))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "The value is known of 2 of 2 procedures with a contract or an award." in text
    assert "200 – Ada · 2020 · RSD without VAT" in text
    assert "„ada6”" in text
    (table,) = document.tables
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    assert cells[0] == ["Municipality", "Year", "Procedures", "Value"]
    assert cells[1][:2] == ["Ada", "2020"]
    assert "200 RSD" in cells[1][3]
    targets = [one.target_ref for one in document.part.rels.values() if one.is_external]
    assert targets
    assert all(target.startswith("http://localhost/") for target in targets)


def test_the_command_writes_the_report(archive: Archive, tmp_path: Path) -> None:
    def run(*arguments: str, code: int = 0) -> str:
        done = CliRunner().invoke(findings_command, ["report", *arguments], obj=archive.home)
        assert done.exit_code == code, done.output
        return done.stdout

    assert "The value is known of" in text_of(run("--format", "html"))
    assert "of 1 procedure with" in text_of(run("--format", "html", "--as-of", "2"))
    run("--format", "docx", "--output", str(tmp_path / "out.docx"))
    assert docx.Document(str(tmp_path / "out.docx")).tables
    run("--format", "docx", code=1)
    run("--format", "csv", code=1)
