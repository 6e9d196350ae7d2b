"""The pages, the files and the command of findings: on the specimens, and on three made contracts for moments."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from archive.archive import Archive
from archive.config import Settings
from archive.findings.files import SHIPPED
from archive.model.decisions import DecisionAction
from tests.finding_samples import add, contract, decide, price
from tests.webapp_html import html_of, links, text_of
from tests.webapp_samples import NoPicture
from webapp import create_app
from webapp.commands.findings import findings_command


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


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Bor is added by event 2, Ada by event 4, and by event 5 a person has said that Ada's is 400 and not 200."""
    with Archive.open(tmp_path_factory.mktemp("made") / "home", Settings()) as archive:
        add(archive, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")))
        ada = add(archive, "ada", contract("Ada", "404-2/2020", "Beta d.o.o.", price("200.00")))
        decide(archive, ada, DecisionAction.CORRECT, price("400.00"))
        own = archive.home / "findings" / "in-euros.toml"
        own.parent.mkdir()
        own.write_text(f'convert = "EUR"\n{(SHIPPED / "spending.toml").read_text("utf-8")}', encoding="utf-8")
        yield create_app(archive, NoPicture()).test_client()


def drawn(html: str, shape: str, size: str) -> dict[str, tuple[str, float]]:
    """The squares or dots of a page that lead somewhere: what each says of itself, its address, and its size."""
    found = rf'<a href="([^"]*)" tabindex="-1"><title>([^<]*)</title>\s*<{shape}[^>]* {size}="([\d.]+)"'
    return {told: (unescape(url), float(length)) for url, told, length in re.findall(found, html)}


def test_from_the_list_to_a_number_to_the_words_that_make_it(client: FlaskClient) -> None:
    assert "/findings/spending" in links(html_of(client, "/findings"))
    html = html_of(client, "/findings/spending")
    assert "13,728,000" in text_of(html)
    assert "What it cannot know" in text_of(html)
    assert "The value is known of 6 of 6 procedures" in text_of(html)
    (path, *_) = [url for url in links(html) if "row=Be%C4%8Dej" in url and "without" in url and "RSD" in url]
    shown = html_of(client, path.replace("&amp;", "&"))
    assert "13.728.000,00" in text_of(shown)
    assert "Opština Bečej, III-404-18/2020-9" in text_of(shown), "a procurement goes by its body and number"
    page = next(url for url in links(shown) if "/pages/" in url)
    assert "words=" in page


def test_rows_are_sorted_by_a_column_and_only_by_one_there_is(client: FlaskClient) -> None:
    rows = re.findall(r'scope="row">([^<]*)<', html_of(client, "/findings/vendors?sort=EUR·without"))
    assert rows[0].startswith("„Treptaj Mreže”")
    assert " + " not in rows[0]
    assert client.get("/findings/vendors?sort=x").status_code == 400
    assert client.get("/findings/nothing").status_code == 404
    assert client.get("/findings/vendors/cell?row=Nobody&column=units").status_code == 404


def test_files_have_the_numbers_and_their_addresses(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/findings/spending.csv").text.removeprefix("\ufeff"))))
    (becej,) = [row for row in rows if row["municipality"] == "Bečej" and row["column"] == "RSD without VAT"]
    assert becej["number"] == "13728000"
    assert client.get(becej["address"].removeprefix("http://localhost")).status_code == 200
    record = client.get("/findings/spending.json").get_json()
    (row,) = [row for row in record["rows"] if row["key"]["municipality"] == "Bečej"]
    (evidence,) = row["cells"]["RSD·without"]["evidence"]
    assert (evidence["value"], evidence["field"]) == ("13728000.00", "amount")
    assert record["as_of"]["event"] > 0
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/findings/spending.xlsx").data))
    assert book.sheet_names == ["Table", "Numbers", "Evidence", "Method"]
    assert any(13728000.0 in line and "Bečej" in line for line in book.get_sheet_by_name("Table").to_python())
    head, *facts = book.get_sheet_by_name("Evidence").to_python()
    becej_evidence = next(dict(zip(head, fact, strict=True)) for fact in facts if "Bečej" in fact)
    assert str(becej_evidence["address"]).startswith("http://localhost/documents/")


def test_what_vendors_won_together_has_a_row_on_the_page_and_in_files_so_that_they_add_up(client: FlaskClient) -> None:
    lines = list(csv.DictReader(io.StringIO(client.get("/findings/vendors.csv").text.removeprefix("\ufeff"))))
    of_column = [row for row in lines if row["column"] == "RSD with VAT"]
    numbers = {row["vendor"]: float(row["number"] or 0) for row in of_column}
    several = [vendor for vendor in numbers if " + " in vendor]
    assert {numbers[vendor] for vendor in several} == {9744600, 6480000}
    (together,) = [vendor for vendor in several if numbers[vendor] == 9744600]
    assert sum(numbers.values()) == 2 * numbers["All"]
    shared = client.get("/api/v1/findings/vendors").get_json()["shared"]["cells"]
    assert (shared["units"]["number"], shared["RSD·with"]["number"]) == (-1, None), "one procedure, two rows of it"
    html = html_of(client, "/findings/vendors")
    assert together in text_of(html)
    (address,) = [row["address"].removeprefix("http://localhost") for row in of_column if row["vendor"] == together]
    assert address in links(html)
    assert "9.744.600,00" in html_of(client, address)
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/findings/vendors.xlsx").data))
    head, *rows = book.get_sheet_by_name("Table").to_python()
    at = head.index("RSD with VAT")
    assert [row[at] for row in rows if row[0] == together] == [numbers[together]]
    assert together in [row[0] for row in book.get_sheet_by_name("Evidence").to_python()]


def test_files_say_how_many_facts_persons_have_spoken_of(made: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(made.get("/findings/spending.csv").text.removeprefix("\ufeff"))))
    marks = {
        row["municipality"]: (row["corrected"], row["confirmed"], row["disputed"])
        for row in rows
        if row["column"] == "RSD without VAT"
    }
    assert marks == {"Ada": ("1", "0", "0"), "Bor": ("0", "0", "0"), "All": ("1", "0", "0")}
    book = CalamineWorkbook.from_filelike(io.BytesIO(made.get("/findings/spending.xlsx").data))
    head, *numbers = book.get_sheet_by_name("Numbers").to_python()
    ada = [row for row in (dict(zip(head, cells, strict=True)) for cells in numbers) if row["municipality"] == "Ada"]
    assert [(row["number"], row["corrected"]) for row in ada if row["column"] == "RSD without VAT"] == [(400, 1)]


def test_a_workbook_says_in_its_method_what_is_not_as_it_should_be(made: FlaskClient) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(made.get("/findings/in-euros.xlsx").data))
    method = [line for (line,) in book.get_sheet_by_name("Method").to_python()]
    assert any("no rate" in str(line) for line in method), method


def test_only_rows_whose_heads_have_the_words_are_shown(made: FlaskClient) -> None:
    html = html_of(made, "/findings/spending?only=ada")
    assert "1 row is hidden." in text_of(html)
    assert 'scope="row">Ada' in html
    assert 'scope="row">Bor' not in html
    assert "2 rows are hidden." in text_of(html_of(made, "/findings/spending?only=zrenjanin"))


def test_a_table_as_of_a_moment_and_its_numbers_and_files(made: FlaskClient) -> None:
    then = html_of(made, "/findings/spending?as_of=4")
    amounts = re.findall(r'<a class="number" href="[^"]*/cell[^"]*column=RSD[^"]*"[^>]*>([^<]*RSD)</a>', then)
    assert amounts == ["300 RSD", "200 RSD", "100 RSD", "300 RSD"], "the sentence, Ada, Bor, all"
    (ada,) = [url for url in links(then) if "row=Ada" in url and "RSD" in url and "tabindex" not in url][:1]
    assert "as_of=4" in ada
    assert "200.00" in text_of(html_of(made, ada))
    total = made.get("/findings/spending.json?as_of=2").get_json()["total"]["cells"]["RSD·without"]
    assert total["number"] == 100
    assert "as_of=2" in total["url"]


def test_what_changed_is_told_with_who_and_why(made: FlaskClient) -> None:
    told = text_of(html_of(made, "/findings/spending/changes?against=4"))
    assert "From event 4 to event 5." in told
    assert "200 → 400" in told
    assert re.search(r"Ana, [^:]*: Amount 200\.00 → 400\.00", told)
    earlier = text_of(html_of(made, "/findings/spending/changes?against=2&as_of=4"))
    assert "From event 2 to event 4." in earlier
    assert "added on" in earlier
    assert "Nothing changed." in text_of(html_of(made, "/findings/spending/changes?against=5"))


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/findings/spending?sort=nothing", 400, "has no column"),
        ("/findings/spending?as_of=yesterday", 400, "no moment"),
        ("/findings/spending?as_of=99", 400, "no event 99"),
        ("/findings/spending.csv?as_of=99", 400, "no event 99"),
        ("/findings/spending/cell?as_of=99&column=units", 400, "no event 99"),
        ("/findings/spending/cell?column=nothing", 404, "no such row or column"),
        ("/findings/spending/changes", 400, "Nothing is named to compare with."),
        ("/findings/spending/changes?against=tomorrow", 400, "no moment"),
        ("/findings/foi-days.ocds", 400, "OCDS tells of procurements"),
    ],
)
def test_what_cannot_be_asked_is_said(made: FlaskClient, path: str, status: int, words: str) -> None:
    answer = made.get(path)
    assert answer.status_code == status
    assert words in unescape(answer.text)


def test_the_procurements_of_a_finding_as_ocds(client: FlaskClient) -> None:
    lines = [json.loads(line) for line in client.get("/findings/vendors.ocds").text.splitlines()]
    counted = client.get("/findings/vendors.json").get_json()["total"]["cells"]["units"]["number"]
    assert len({line["ocid"] for line in lines}) == counted == 6
    assert {line["buyer"]["name"] for line in lines} == {
        "Opština Bečej",
        "Opština Ivanjica",
        "Municipality of Ivanjica",
        "Opština Kladovo",
        "Opština Kanjiža",
        "OPŠTINA ADA",
    }


def test_squares_lead_to_the_facts_and_have_the_areas_of_the_numbers(made: FlaskClient) -> None:
    html = html_of(made, "/findings/spending")
    squares = drawn(html, "rect", "width")
    (ada, width), (_, other) = (
        squares[f"{town} · 2020 · RSD without VAT: {n}"] for town, n in (("Ada", 400), ("Bor", 100))
    )
    assert width**2 / other**2 == pytest.approx(4, rel=0.05)
    assert "400.00" in text_of(html_of(made, ada))


def test_dots_lead_to_the_facts_and_have_the_areas_of_the_numbers(made: FlaskClient) -> None:
    dots = drawn(html_of(made, "/findings/spending"), "circle", "r")
    (ada, radius), (_, other) = dots["Ada: 400"], dots["Bor: 100"]
    assert radius**2 / other**2 == pytest.approx(4, rel=0.05)
    assert "400.00" in text_of(html_of(made, ada))
    assert not drawn(html_of(made, "/findings/vendors"), "circle", "r")


def test_the_list_tells_each_finding_by_subject_with_its_headline_number(client: FlaskClient) -> None:
    html = html_of(client, "/findings")
    assert "Only one bid came in 3 of 8 procedures whose bids are known." in text_of(html)
    assert html.index('<h2 id="money"') < html.index(">Competition</a></h3>") < html.index('<h2 id="technology"')
    assert re.search(r'class="headline"><a href="/findings/competition/cell\?column=One\+bid">3</a>', html)
    silent = html[html.index('id="silent"') :]
    assert "/findings/odd-clauses" in links(silent), "what says nothing stands last"
    assert "/findings/competition" not in links(silent)


def test_every_number_of_every_sentence_opens_at_that_number(client: FlaskClient) -> None:
    opened = 0
    for name in (file.stem for file in SHIPPED.glob("*.toml")):
        record = client.get(f"/findings/{name}.json").get_json()
        for sentence in record["sentences"]:
            for number in sentence["numbers"]:
                if number["url"] is None:
                    assert number["number"] == 0
                    continue
                path = number["url"].removeprefix("http://localhost")
                told = f"{number['number']:,.2f}".removesuffix(".00")
                assert f": {told}</h1>" in html_of(client, path), (name, path)
                assert client.get(path.replace("/cell?", "/clip?")).status_code == 200
                opened += 1
    assert opened > 40


def test_several_columns_together_tell_what_they_count(client: FlaskClient) -> None:
    several = text_of(html_of(client, "/findings/competition/cell?column=One+bid&column=Several+bids"))
    assert "All · One bid, Several bids: 8" in several
    assert "All · One bid, Several bids, beside Several bids: 3" in text_of(
        html_of(client, "/findings/competition/cell?column=One+bid&column=Several+bids&not=Several+bids")
    )
    towns = text_of(html_of(client, "/findings/competition/cell?column=Several+bids&count=municipality"))
    assert "Municipality · Several bids: 4" in towns
    assert "Municipality: Ada, Bečej, Ivanjica, Kanjiža" in towns
    for wrong in ("column=One+bid&not=x", "column=One+bid&count=vendor", "column=One+bid&row=Bečej&count=municipality"):
        assert client.get(f"/findings/competition/cell?{wrong}").status_code == 404


def test_a_number_shows_the_cut_of_its_page(client: FlaskClient) -> None:
    page = html_of(client, "/findings/competition/cell?row=Kladovo&column=One+bid")
    assert page.count('<figure class="crop">') == 2, "each of its facts, for a reader without script"
    clip = html_of(client, "/findings/competition/clip?row=Kladovo&column=One+bid")
    assert clip.count('<figure class="crop">') == 1
    assert "<html" not in clip
    assert "No words on an image" in html_of(client, "/findings/competition/clip?column=absent")


def test_money_stands_in_one_column_and_what_is_unknown_is_folded(client: FlaskClient) -> None:
    html = html_of(client, "/findings/spending")
    heads = re.findall(r'<th scope="col"[^>]*><a [^>]*>([^<]*)</a>', html)
    assert heads == ["Municipality", "Year", "Procedures", "Value"]
    assert "Amounts are without VAT unless they say otherwise." in text_of(html)
    table = text_of(html.partition('<div class="finding"')[2].partition("</table>")[0])
    assert "13,728,000 RSD" in table
    assert "16,473,600" not in table, "the same contract with VAT"
    whole = html_of(client, "/findings/spending?columns=all")
    assert "16,473,600" in text_of(whole)
    assert "RSD with VAT" in re.findall(r'<th scope="col"[^>]*><a [^>]*>([^<]*)</a>', whole)
    folded = html_of(client, "/findings/capabilities").partition('<details class="folded">')[2]
    assert "5 more rows, without a number" in text_of(folded)
    assert "Ražanj" in text_of(folded.partition("</details>")[0])


def test_what_is_not_known_leads_to_where_a_person_says_more(client: FlaskClient) -> None:
    html = html_of(client, "/findings/foi-outcomes")
    assert "What is not known" not in html
    made = html_of(client, "/findings/capabilities")
    assert "No mention: 5 of 12 municipalities" in text_of(made)
    path = next(url for url in links(made) if "column=absent" in url)
    assert any("/correct?field=watch" in url for url in links(html_of(client, path.replace("&amp;", "&"))))


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
    assert run("competition").splitlines()[:3] == [
        "Competition",
        "",
        "Only one bid came in 3 of 8 procedures whose bids are known.",
    ]
    assert json.loads(run("spending", "--format", "json"))["name"] == "spending"
    run("spending", "--format", "xlsx", "--output", str(tmp_path / "out.xlsx"))
    assert (tmp_path / "out.xlsx").read_bytes()[:2] == b"PK"
    assert run("new", "mentions").strip().endswith("findings/mentions.toml")
    assert "face recognition" in run("mentions")


def test_a_long_table_comes_in_parts(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(client.application.config, "FINDING_ROWS", 2)
    html = html_of(client, "/findings/competition")
    assert "/findings/competition?first=3" in links(html)
    assert 'scope="row">Ivanjica' not in html
    assert 'scope="row">Ivanjica' in html_of(client, "/findings/competition?first=3")
    assert client.get("/findings/competition?first=7").status_code == 404
    assert client.get("/findings/competition?first=x").status_code == 400
