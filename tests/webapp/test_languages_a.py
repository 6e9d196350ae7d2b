"""Search, its certificate, list search and errors, as readers of Serbian see them."""

from __future__ import annotations

import base64
import json
import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from archive.search.query import Fuzzy, Pattern
from archive.search.query_language.explanation import explain
from archive.search.query_language.parser import parse
from archive.text.stemming import english_stem
from archive.text.vocabulary import IndexField, Term
from tests.webapp_html import text_of
from tests.webapp_samples import OpenPage
from webapp.pages.certificate import READERS

QUERIES = (
    'kamere "video nadzor" -policija',
    "-policija -nadzor",
    "(kamere OR cameras) NEAR/5 nabavka",
    "ugosl* kamare~ kamare~2 title:kamera",
    "vendor:Alfa reference:404-1 year:2019..2021 amount:1000000..",
    "year:..2015 year:2020 date:2020-01-01.. kind:foi_reply 199000017",
)
LATIN, CYRILLIC = {"Accept-Language": "sr-RS"}, {"Accept-Language": "sr-Cyrl"}


def shown(client: FlaskClient, path: str, language: dict[str, str]) -> str:
    """The text of a page in a language."""
    return text_of(client.get(path, headers=language).text)


@pytest.mark.parametrize(
    ("query", "latin", "cyrillic"),
    [
        ("kamere becej", "1 dokument", "1 документ"),
        ("kamere OR cameras OR camera", "3 dokumenta", "3 документа"),
        ("letter", "7 dokumenata", "7 докумената"),
    ],
)
def test_what_is_found_is_counted_in_three_forms(client: FlaskClient, query: str, latin: str, cyrillic: str) -> None:
    assert f"{latin} " in shown(client, f"/?q={query}", LATIN)
    assert f"{cyrillic} " in shown(client, f"/?q={query}", CYRILLIC)


def test_the_search_page_is_in_serbian(client: FlaskClient) -> None:
    latin = shown(client, "/?q=cameras&year=2021&exact=1", LATIN)
    for told in ("Pretraga", "Ukloni filter", "Godina 2021", "Opština", "Ugovor", "str. 2", "Zapisnik ove pretrage"):
        assert told in latin
    cyrillic = shown(client, "/?q=cameras&year=2021&exact=1", CYRILLIC)
    for told in ("Претрага", "Уклони филтер", "Година 2021", "стр. 2", "Contract on video surveillance", "word*"):
        assert (told in cyrillic) is (told != "word*")


def test_a_value_of_a_facet_is_found_by_its_serbian_name(client: FlaskClient) -> None:
    assert "1 vrednost " in shown(client, "/facets/kind?find=ugovor", LATIN)
    assert "1 вредност " in shown(client, "/facets/kind?find=уговор", CYRILLIC)


def test_finding_nothing_offers_less_and_a_certificate(client: FlaskClient) -> None:
    nothing = shown(client, "/?q=dronovi&year=2021", LATIN)
    assert "Nijedan dokument ne odgovara." in nothing
    assert "bez filtera „godina: 2021”" in nothing
    certificate = shown(client, "/certificate?q=dronovi", LATIN)
    assert "Pretraženo: 10 dokumenata, 12 strana. Nijedan dokument ne odgovara upitu" in certificate
    assert "1 strana koja nije mogla da se pročita" in certificate


@pytest.mark.parametrize("text", ["", *QUERIES])
def test_a_query_is_read_back_in_english_as_the_json_has_it(text: str) -> None:
    query = parse(text, exact=False, look_alikes=True).query
    assert explain(query, READERS) == explain(query)


@pytest.mark.parametrize("field", IndexField)
def test_every_field_is_read_back(field: IndexField) -> None:
    for leaf in (Term(field, "rec"), Term(field, english_stem("word")), Pattern(field, "rec*"), Fuzzy(field, "rec", 2)):
        assert explain(leaf, READERS) == explain(leaf)


def test_a_query_is_read_back_in_serbian(client: FlaskClient) -> None:
    read = shown(client, '/certificate?q="video nadzor" -year:2019..2021 vendor:prov*', LATIN)
    assert "„video nadzor” reč za rečju AND NOT godina od 2019 do 2021 AND reč kao „prov*” u imenu dobavljača" in read


@pytest.mark.parametrize("query", ["dronovi", "cameras", "letter"])
def test_the_certificate_says_in_english_what_its_json_says(client: FlaskClient, query: str) -> None:
    page = client.get(f"/certificate?q={query}").text
    (data,) = re.findall(r'href="data:application/json;base64,([^"]*)"', page)
    assert json.loads(base64.b64decode(unescape(data)))["statement"] in text_of(page)
    in_serbian = client.get("/certificate.json?q=letter", headers=LATIN).get_json()
    assert in_serbian["statement"].startswith("Of the 10 documents")


def test_the_lines_of_a_list_are_counted_in_serbian(client: FlaskClient) -> None:
    lines = {"lines": "letter\n\ncameras OR camera\n\nletter\n?!"}
    answer = text_of(client.post("/lists", data=lines, headers=LATIN).text)
    assert "3 pretrage; preskočeno: 2 prazna reda i 1 ponovljen red." in answer
    assert "7 dokumenata" in answer
    assert "There is no word" not in answer


def test_an_error_is_told_in_serbian_and_programs_are_told_in_english(client: FlaskClient) -> None:
    assert "page mora da bude broj od 1 naviše" in shown(client, "/?page=0", LATIN)
    assert "Rezultati se završavaju pre strane 99." in shown(client, "/?page=99", LATIN)
    answer = client.get("/certificate.json?page=0", headers=LATIN).get_json()
    assert answer["error"]["message"].startswith("page must be a number")


def test_the_languages_lead_to_the_results_that_a_script_put_in_place(open_page: OpenPage) -> None:
    page = open_page("/?q=camera", script=True)
    page.check("input[name=year][value='2021']")
    page.wait_for_url("**/?q=camera&year=2021")
    page.locator("#looks > summary").click()
    page.click("a[hreflang=sr-Cyrl]")
    assert urlsplit(page.url).query == "q=camera&year=2021"
    assert page.locator("html").get_attribute("lang") == "sr-Cyrl"
    assert "Година 2021" in " ".join(page.inner_text(".chips").split())
