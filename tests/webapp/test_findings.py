"""The pages, the files and the command of findings: on the specimens, and on three made contracts for moments."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote_plus
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from archive.archive import Archive
from archive.config import Settings
from archive.errors import UsageError
from archive.findings.files import SHIPPED, load
from archive.model.decisions import DecisionAction
from archive.store.catalog import CatalogLimits
from archive.store.stories.story import StoryReader
from archive.stories.references import named
from tests.finding_samples import add, contract, counted, decide, price
from tests.webapp_html import html_of, links, text_of
from tests.webapp_samples import NoPicture
from webapp import create_app
from webapp.commands.findings import findings_command
from webapp.finding_tables import number_text, refuse_too_much
from webapp.pages.findings.picture import path_of
from webapp.pages.findings.picture_charts import YearNumber, year_columns


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


def drawn(html: str) -> dict[str, tuple[str, str, str]]:
    """The shapes of a page that lead somewhere: what each says of itself, its address, its shade and its outline."""
    link = r'<a href="([^"]*)" tabindex="-1" aria-label="[^"]*"><title>([^<]*)</title>'
    found = rf'{link}<path class="shade-(\w+)" [^>]*d="([^"]*)"'
    return {told: (unescape(url), shade, path) for url, told, shade, path in re.findall(found, html)}


def length(path: str) -> float:
    """How long a bar is, or how high a column."""
    return max(float(size) for size in re.findall(r"[hv]([\d.]+)", path))


def test_from_the_list_to_a_number_to_the_words_that_make_it(client: FlaskClient) -> None:
    assert "/findings/spending" in links(html_of(client, "/findings"))
    html = html_of(client, "/findings/spending")
    assert "13,728,000" in text_of(html)
    assert "What this cannot show" in text_of(html)
    units = client.get("/findings/spending.json").get_json()["total"]["cells"]["units"]["number"]
    assert re.search(rf"The value is known of \d+ of {units} procedures", text_of(html))
    (path, *_) = [url for url in links(html) if "row=Be%C4%8Dej" in url and "without" in url and "RSD" in url]
    shown = html_of(client, path.replace("&amp;", "&"))
    assert "13.728.000,00" in text_of(shown)
    assert "Opština Bečej, III-404-18/2020-9" in text_of(shown), "a procurement goes by its body and number"
    assert "Sistem video-nadzora javnih površina u Bečeju" in text_of(shown), "and by what it is about"
    page = next(url for url in links(shown) if "/pages/" in url)
    assert "words=" in page


def test_rows_are_sorted_by_a_column_and_only_by_one_there_is(client: FlaskClient) -> None:
    text = text_of(html_of(client, "/findings/vendors?sort=EUR·without"))
    assert text.index("Treptaj Mreže") < text.index("Okolina Optik")
    assert client.get("/findings/vendors?sort=x").status_code == 400


def test_firms_are_sorted_by_value_in_each_currency_and_by_name_on_request(client: FlaskClient) -> None:
    def table(query: str) -> str:
        html = html_of(client, f"/findings/vendors{query}")
        return html.partition('<div class="finding"')[2].partition("</tbody>")[0]

    by_value, by_name = table(""), text_of(table("?sort=vendor"))
    names = ["„Vidozor” d.o.o. Zrenjanin", "„Treptaj Mreže” d.o.o. Čačak", "„Okolina Optik” d.o.o. Kragujevac + "]
    places = [text_of(by_value).index(name) for name in names]
    assert places == sorted(places), "17,878,000, 10,080,000 and 8,120,500 RSD"
    assert by_name.index("Okolina Optik") < by_name.index("Treptaj Mreže") < by_name.index("Vidozor")
    assert 'href="/findings/vendors?sort=vendor"' in by_value
    assert by_value.count('aria-sort="descending"') == 1
    assert "aria-sort" not in by_value.partition('aria-sort="descending"')[2]
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
    (together,) = [vendor for vendor in numbers if " + " in vendor and numbers[vendor] == 9744600]
    assert sum(numbers.values()) == 2 * numbers["All"]
    shared = client.get("/api/v1/findings/vendors").get_json()["shared"]
    assert shared is None or shared["cells"]["RSD·with"]["number"] is None, "amounts add up without it"
    html = html_of(client, "/findings/vendors?columns=all")
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


def rows_of(html: str) -> list[str]:
    """The heads of the rows of a table."""
    return [text_of(head) for head in re.findall(r'<th scope="row"[^>]*>(.*?)</th>', html, re.DOTALL)]


def test_only_rows_whose_heads_have_the_words_are_shown(made: FlaskClient) -> None:
    html = html_of(made, "/findings/spending?only=ada")
    assert "1 row is hidden." in text_of(html)
    assert "Ada" in rows_of(html)
    assert "Bor" not in rows_of(html)
    assert "2 rows are hidden." in text_of(html_of(made, "/findings/spending?only=zrenjanin"))


def test_a_table_as_of_a_moment_and_its_numbers_and_files(made: FlaskClient) -> None:
    then = html_of(made, "/findings/spending?as_of=4")
    amount = r'<a class="number" href="[^"]*/cell[^"]*column=RSD[^"]*"[^>]*>([^<]*RSD)</a>'
    above, _, table = then.partition("<table")
    assert re.findall(amount, table) == ["200 RSD", "100 RSD", "300 RSD"], "Ada, Bor, all"
    assert re.findall(amount, above) == ["300 RSD", "300 RSD"], "the sentence, and the sentence with its source"
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
        ("/findings/spending?as_of=yesterday", 400, "not a point in time"),
        ("/findings/spending?as_of=99", 400, "no event 99"),
        ("/findings/spending.csv?as_of=99", 400, "no event 99"),
        ("/findings/spending/cell?as_of=99&column=units", 400, "no event 99"),
        ("/findings/spending/cell?column=nothing", 404, "no such row or column"),
        ("/findings/spending/changes", 400, "Nothing is named to compare with."),
        ("/findings/spending/changes?against=tomorrow", 400, "not a point in time"),
        ("/findings/foi-days.ocds", 400, "OCDS describes procurements"),
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


def test_bars_lead_to_the_facts_and_have_the_lengths_of_the_numbers(made: FlaskClient) -> None:
    bars = drawn(html_of(made, "/findings/spending?picture=bars"))
    (ada, _, long), (_, _, other) = (bars[f"{town} · 2020: {n}"] for town, n in (("Ada", 400), ("Bor", 100)))
    assert length(long) / length(other) == pytest.approx(4, rel=0.02)
    assert "400.00" in text_of(html_of(made, ada))


def test_a_map_shades_areas_by_their_numbers_and_names_them(made: FlaskClient) -> None:
    html = html_of(made, "/findings/spending?picture=map")
    areas = drawn(html)
    (ada, dark, _), (_, light, _) = areas["Ada: 400"], areas["Bor: 100"]
    assert dark > light
    assert "400.00" in text_of(html_of(made, ada))
    picture = text_of(html.partition('id="picture"')[2].partition("</figure>")[0])
    assert "Ada 400" in picture
    assert "Outline: Natural Earth." in picture
    assert "what lies nearest to its seat" in picture
    assert "no paper of it" in picture
    assert "Map" not in text_of(
        html_of(made, "/findings/vendors").partition('id="picture"')[2].partition("</figure>")[0]
    )


def test_years_have_the_heights_of_their_sums(made: FlaskClient) -> None:
    (year,) = drawn(html_of(made, "/findings/spending")).items()
    assert year[0] == "2020: 500", "both of that year"
    assert year[1][0] == "/findings/spending?only=2020"


def test_years_before_and_after_the_numbers_are_not_drawn() -> None:
    numbers = {2011: YearNumber(Decimal(), "/a"), 2020: YearNumber(Decimal(5), "/b"), 2025: YearNumber(Decimal(), "/c")}
    picture = year_columns("Money", numbers, "")
    assert picture is not None
    assert [text.text for text in picture.texts if text.kind == "axis"] == ["2020"]


def test_a_matrix_prints_each_number_and_shades_it(client: FlaskClient) -> None:
    html = html_of(client, "/findings/foi-outcomes")
    cells = drawn(html)
    record = client.get("/findings/foi-outcomes.json").get_json()
    own = [one["id"] for one in record["columns"] if one["id"] not in ("units", "documents", "absent", "unclear")]
    printed = {told.rpartition(": ")[2] for told in cells}
    assert len(cells) == sum(row["cells"][id_]["number"] > 0 for row in record["rows"] for id_ in own)
    assert printed == {str(row["cells"][id_]["number"]) for row in record["rows"] for id_ in own} - {"0"}
    url, _, _ = cells["Kladovo · Refused: 1"]
    assert "Kladovo · Refused: 1" in text_of(html_of(client, url))
    assert ">Granted in part</text>" in html, "the whole name"
    two = drawn(html_of(client, "/findings/vendors-by-municipality"))
    assert any(told.startswith("Bečej · ") for told in two)


def test_a_picture_is_a_file_of_its_own(client: FlaskClient) -> None:
    answer = client.get("/findings/competition.svg?picture=map")
    assert answer.mimetype == "image/svg+xml"
    root = ElementTree.fromstring(answer.data)
    texts = ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Competition: One bid" in texts
    assert "Kladovo 2" in texts
    assert any("event" in text for text in texts)
    assert not list(root.iter("{http://www.w3.org/2000/svg}a")), "away from the archive, nothing leads anywhere"
    assert client.get("/findings/competition?picture=pie").status_code == 400
    html = html_of(client, "/findings/competition")
    assert "/findings/competition.svg?picture=map" in links(html)


def test_no_number_no_picture(made: FlaskClient) -> None:
    assert 'id="picture"' not in html_of(made, "/findings/quantities")
    assert made.get("/findings/quantities.svg").status_code == 404


def competition(client: FlaskClient) -> str:
    """What the finding of that name says, by the numbers of its table."""
    cells = client.get("/findings/competition.json").get_json()["total"]["cells"]
    one, several = cells["One bid"]["number"], cells["Several bids"]["number"]
    return f"Only one bid came in {one} of {one + several} procedures whose bids are known."


def test_the_list_tells_each_finding_by_subject_with_its_headline_number(client: FlaskClient) -> None:
    html = html_of(client, "/findings")
    assert competition(client) in text_of(html)
    assert html.index('<h2 id="money"') < html.index(">Competition</a></h3>") < html.index('<h2 id="technology"')
    one = client.get("/findings/competition.json").get_json()["total"]["cells"]["One bid"]["number"]
    assert f'class="headline"><a href="/findings/competition/cell?column=One+bid">{one}</a>' in html
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
                told = f"{Decimal(number_text(Decimal(str(number['number'])))):,}"
                assert f": {told}</h1>" in html_of(client, path), (name, path)
                assert client.get(path.replace("/cell?", "/clip?")).status_code == 200
                opened += 1
    assert opened > 40


def test_several_columns_together_tell_what_they_count(client: FlaskClient) -> None:
    cells = client.get("/findings/competition.json").get_json()["total"]["cells"]
    one, other = cells["One bid"]["number"], cells["Several bids"]["number"]
    several = text_of(html_of(client, "/findings/competition/cell?column=One+bid&column=Several+bids"))
    assert f"All · One bid, Several bids: {one + other}" in several
    assert f"All · One bid, Several bids, beside Several bids: {one}" in text_of(
        html_of(client, "/findings/competition/cell?column=One+bid&column=Several+bids&not=Several+bids")
    )
    towns = text_of(html_of(client, "/findings/competition/cell?column=Several+bids&count=municipality"))
    rows = client.get("/findings/competition.json").get_json()["rows"]
    names = [row["key"]["municipality"] for row in rows if row["cells"]["Several bids"]["number"]]
    assert f"Municipality · Several bids: {len(names)}" in towns
    assert f"Municipality: {', '.join(names)}" in towns
    for wrong in ("column=One+bid&not=x", "column=One+bid&count=vendor", "column=One+bid&row=Bečej&count=municipality"):
        assert client.get(f"/findings/competition/cell?{wrong}").status_code == 404


def test_a_number_shows_the_cut_of_its_page(client: FlaskClient) -> None:
    page = html_of(client, "/findings/competition/cell?row=Kladovo&column=One+bid")
    assert page.count('<figure class="crop">') == 2, "each of its facts, for a reader without script"
    clip = html_of(client, "/findings/competition/clip?row=Kladovo&column=One+bid")
    assert clip.count('<figure class="crop">') == 1
    assert "<html" not in clip
    counted = html_of(client, "/findings/competition/clip?row=Kladovo&column=units")
    assert counted.count('<figure class="crop">') == 1, "of procedures, the words that place the first paper"
    assert "This number has no words on a page image" in html_of(
        client, "/findings/quantities/clip?row=Kanjiža&column=cameras·awards"
    )


def test_a_count_of_procedures_leads_to_the_words_by_which_each_paper_is_counted(client: FlaskClient) -> None:
    html = html_of(client, "/findings/competition/cell?row=Kladovo&column=units")
    text = text_of(html)
    assert "Municipality: Kladovo Кладово, p. 1" in text
    assert "Reference: 12/2019-U (procurement) 12/2019-У p. 1" in text
    assert "Kind: Tender notice ПОЗИВ ЗА ПОДНОШЕЊЕ ПОНУДА p. 1" in text
    quotes = [unescape(one) for one in re.findall("<q>(.*?)</q>", html)]
    opened = [unescape(one) for one in re.findall(r'</q> <a href="([^"]*words=[^"]*)"', html)]
    assert len(quotes) == len(opened) > 10
    for quote, path in zip(quotes, opened, strict=True):
        found = html_of(client, path)
        assert quote.split()[0].strip("„”,.:") in text_of(found[found.index('id="words"') :]), path


def numbers(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The numbers of the first row and of the total, and of each other row one that is not 0, the columns in turn."""
    first, *others = record["rows"] or [{"cells": {}}]
    yield from first["cells"].values()
    yield from record["total"]["cells"].values()
    for at, row in enumerate(others):
        cells = [cell for cell in row["cells"].values() if cell["number"]]
        yield from cells[at % len(cells) :][:1] if cells else ()


def test_every_number_that_counts_something_leads_to_words(client: FlaskClient) -> None:
    """Whatever is counted: procedures, requests, papers, municipalities, what is missing, and what is not known."""
    counted = 0
    for name in (file.stem for file in SHIPPED.glob("*.toml")):
        for cell in numbers(client.get(f"/findings/{name}.json").get_json()):
            path = cell["url"].removeprefix("http://localhost")
            html = html_of(client, path)
            if cell["number"]:
                assert "words=" in html, (name, path)
                counted += 1
    assert counted > 300


def test_a_number_of_vendors_leads_to_where_they_are_named(client: FlaskClient) -> None:
    rows = client.get("/findings/vendors.json").get_json()["rows"]
    key = next(row["key"]["vendor"] for row in rows if row["key"]["vendor"] and row["cells"]["units"]["number"])
    html = html_of(client, f"/findings/vendors/cell?row={quote_plus(key)}&column=units")
    assert "Vendor: " in text_of(html)
    towns = html_of(client, "/findings/competition/cell?column=One+bid&count=municipality")
    assert text_of(towns).count("Municipality: ") > 2, "each with the words that name its municipality"


def test_a_number_that_no_paper_tells_lists_the_papers_that_were_looked_at(client: FlaskClient) -> None:
    html = html_of(client, "/findings/quantities/cell?row=Kanjiža&column=cameras·awards")
    assert "No document gives this number." in text_of(html)
    assert "Municipality: Kanjiža" in text_of(html)
    assert "words=" in html


def test_where_nothing_is_unclear_no_paper_is_asked_for(client: FlaskClient) -> None:
    cells = client.get("/findings/quantities.json").get_json()["total"]["cells"]
    assert cells["unclear"]["number"] == 0
    html = html_of(client, "/findings/quantities/cell?column=unclear")
    assert "No document gives this number." not in text_of(html)
    assert "What the paper says" not in text_of(html)


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
    folded = html_of(client, "/findings/capabilities").partition("</table>")[2].partition('<details class="folded">')[2]
    assert "without a number" in text_of(folded.partition("</summary>")[0])
    assert "<li>" in folded.partition("</details>")[0]


def test_what_is_not_known_leads_to_where_a_person_says_more(client: FlaskClient) -> None:
    made = html_of(client, "/findings/capabilities")
    cells = client.get("/findings/capabilities.json").get_json()["total"]["cells"]
    assert f"No mention: {cells['absent']['number']} of {cells['units']['number']} " in text_of(made)
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
    title, _, sentence, *_ = run("competition").splitlines()
    assert title == "Competition"
    assert re.fullmatch(r"Only one bid came in \d+ of \d+ procedures whose bids are known\.", sentence)
    assert json.loads(run("spending", "--format", "json"))["name"] == "spending"
    run("spending", "--format", "xlsx", "--output", str(tmp_path / "out.xlsx"))
    assert (tmp_path / "out.xlsx").read_bytes()[:2] == b"PK"
    assert run("new", "mentions").strip().endswith("findings/mentions.toml")
    assert "face recognition" in run("mentions")


def test_files_of_more_facts_than_one_answer_has_are_refused(home: Path, client: FlaskClient) -> None:
    with Archive.open(home) as archive, client.application.test_request_context():
        table = counted(archive, load(home, "spending"))
        count = sum(len(cell.proofs) for row in table.every_row for cell in row.cells)
        refuse_too_much(table, most=count)
        with pytest.raises(UsageError, match=f"{count} facts make these numbers; a file has at most {count - 1}"):
            refuse_too_much(table, most=count - 1)


def test_a_long_table_comes_in_parts(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(client.application.config, "FINDING_ROWS", 2)
    html = html_of(client, "/findings/competition")
    assert "/findings/competition?first=3" in links(html)
    assert "Ivanjica" not in rows_of(html)
    assert "Ivanjica" in rows_of(html_of(client, "/findings/competition?first=3"))
    assert client.get("/findings/competition?first=7").status_code == 404
    assert client.get("/findings/competition?first=x").status_code == 400


def test_rates_are_loaded_at_their_page_and_amounts_told_in_euros(made: FlaskClient) -> None:
    assert "BAM → EUR" in text_of(html_of(made, "/rates")), "what a law fixed"
    assert "no rate to EUR is known" in text_of(html_of(made, "/findings/spending?convert=EUR"))

    def load(text: str, **more: str) -> tuple[int, str]:
        file = (io.BytesIO(text.encode()), "kurs.csv")
        answer = made.post("/rates", data={"file": file, **more}, content_type="multipart/form-data")
        return answer.status_code, text_of(answer.text)

    listed = "Oznaka valute;Važi za;Srednji kurs\nEUR;1;117,5785\n"
    status, text = load(listed, date="2020-02-03", source="NBS")
    assert status == 200
    assert "NBS" in text
    for wrong, day in (("nothing", ""), (listed, ""), (listed, "3 February")):
        status, _ = load(wrong, date=day)
        assert status == 400
    assert made.post("/rates", data={}).status_code == 400
    html = html_of(made, "/findings/spending?convert=EUR")
    assert "4.25 EUR" in text_of(html), "500 dinars"
    (url,) = {unescape(url) for url in links(html) if "/cell?" in url and "row=Ada" in url and "column=EUR" in url}
    assert "convert=EUR" in url
    assert "at the rate 117.5785 of 2020-02-03 (NBS)" in text_of(html_of(made, url))


def test_an_outline_takes_few_letters() -> None:
    assert path_of([(10, 20.5), (10.5, 20), (0.3, 20), (-0.44, 30.06)]) == "M10 20.5l.5-.5-10.2 0-.7 10.1z"


def test_a_page_that_is_ahead_of_what_is_counted_says_how_far_that_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = list[Thread]()

    def noted(thread: Thread) -> None:
        begun.append(thread)

    monkeypatch.setattr(Thread, "start", noted)
    with Archive.open(tmp_path / "home", Settings()) as archive:
        add(archive, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")))
        limits = CatalogLimits(units_in_memory=0, is_awaiting_units=False)
        archive.catalog.limits = limits
        client = create_app(archive, NoPicture()).test_client()
        for path in ("/findings", "/findings/spending", "/findings/cooperation", "/api/v1/findings/spending"):
            answer = client.get(path)
            assert answer.status_code == 503, path
            assert answer.headers["Retry-After"] == "5"
            assert "0 % is done" in answer.text
        assert begun, "somebody else is to do it"
        begun[0].run()
        answer = client.get("/findings/spending")
        assert answer.status_code == 503
        assert "0 % is done" in answer.text, "its lines are not made"
        begun[-1].run()
        assert client.get("/findings/spending").status_code == 200


def test_a_story_a_vendor_and_a_place_open_while_what_is_counted_is_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Thread, "start", lambda _: None)
    ana = StoryReader("Ana")
    with Archive.open(tmp_path / "home", Settings()) as archive:
        add(archive, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")))
        stories = archive.catalog.stories
        story = stories.create("Nadzor", ana)
        stories.add(story.id, [named(archive, "/findings/spending/cell?column=units", ana)], ana)
        add(archive, "ada", contract("Ada", "404-2/2020", "Beta d.o.o.", price("200.00")))
        archive.settle()
        archive.catalog.limits = CatalogLimits(kept_portion=0, units_in_memory=0, is_awaiting_units=False)
        client = create_app(archive, NoPicture()).test_client()
        client.set_cookie("by", "Ana")
        (vendor,) = archive.catalog.vendors.search("Alfa")[1]
        for path in (f"/stories/{story.id}", f"/vendors/{vendor.id}", "/places/Bor"):
            html = html_of(client, path)
            assert "0 % is done" in html, path
            assert "What stood here" not in html, path
        assert "1 number with its words" in html_of(client, f"/stories/{story.id}/page")
        (item,) = client.get(f"/api/v1/stories/{story.id}").get_json()["items"]
        assert not item["lost"]
        assert "0 % is done" in item["content"]["trouble"]
        assert "value" not in item["content"]
        for form in ("md", "docx"):
            answer = client.get(f"/stories/{story.id}/story.{form}")
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), form
