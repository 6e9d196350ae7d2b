"""The pages on which documents are added, facts reviewed, vendors and findings shown, as Serbian readers get them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.access.records import Collection
from tests.webapp_html import text_of
from webapp.pages.jobs import present_collections

LATIN, CYRILLIC = "sr-RS", "sr-Cyrl"


@pytest.mark.parametrize(
    ("path", "latin", "cyrillic"),
    [
        ("/add", "Izaberite fajlove ili ih prevucite ovamo", "Изаберите фајлове или их превуците овамо"),
        ("/jobs", "Još ništa nije poslato.", "Још ништа није послато."),
        ("/collections", "1 zbirka", "1 збирка"),
        ("/review", "Ispravite više njih iz tabele", "Исправите више њих из табеле"),
        ("/review/csv", "Obavezne su samo document i field", "Обавезне су само document и field"),
        ("/vendors", "Deo imena ili broj", "Део имена или број"),
        ("/vendors/candidates", "možda ista firma: 0 parova", "можда иста фирма: 0 парова"),
        ("/findings/competition", "Kako je brojano", "Како је бројано"),
        ("/findings/competition/cell?column=units", "ovde nije brojano: 0", "овде није бројано: 0"),
        ("/api", "Ono što ove strane prikazuju, kao JSON", "Оно што ове стране приказују, као JSON"),
    ],
)
def test_a_page_speaks_serbian_in_both_scripts(client: FlaskClient, path: str, latin: str, cyrillic: str) -> None:
    for language, words in ((LATIN, latin), (CYRILLIC, cyrillic)):
        response = client.get(path, headers={"Accept-Language": language})
        assert response.status_code == 200
        assert words in " ".join(text_of(response.text).replace(" .", ".").split())


def test_the_form_on_a_fact_speaks_serbian(client: FlaskClient, sample_contract: str) -> None:
    html = client.get(f"/documents/{sample_contract}/correct?field=kind", headers={"Accept-Language": LATIN}).text
    assert "Ispravka: Vrsta" in html
    assert ">Dokument to nema<" in html
    assert '<option value="contract" selected>Ugovor</option>' in html


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 zbirka"), (2, "2 zbirke"), (5, "5 zbirki"), (11, "11 zbirki"), (21, "21 zbirka"), (1004, "1.004 zbirke")],
)
def test_collections_are_counted_in_three_forms(app: Flask, count: int, words: str) -> None:
    one = Collection("vesti", 3, 1234, datetime(2023, 3, 9, tzinfo=UTC))
    with app.test_request_context("/collections", headers={"Accept-Language": LATIN}):
        page = present_collections([one] * count)
    assert page.count == words
    assert page.rows[0][1] == ("3 dokumenta", "1.234 strane", "poslednji: 9. mart 2023.")


@pytest.fixture
def sample_contract(client: FlaskClient) -> str:
    """The id of the contract of the sample."""
    found = client.get("/api/v1/search?q=cameras&limit=1").get_json()
    return str(found["hits"][0]["id"])
