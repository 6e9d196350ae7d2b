"""Documents, their pages and what is cited from them, as readers of Serbian see them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.webapp_html import text_of
from tests.webapp_samples import Sample

LATIN, CYRILLIC = {"Accept-Language": "sr-RS"}, {"Accept-Language": "sr-Cyrl"}


def shown(client: FlaskClient, path: str, language: dict[str, str]) -> str:
    """The text of a page in a language."""
    return text_of(client.get(path, headers=language, follow_redirects=True).text)


@pytest.mark.parametrize(
    ("words", "latin", "cyrillic"),
    [
        ("5-5", "Označena je 1 reč, ona", "Означена је 1 реч, она"),
        ("0-2", "Označene su 3 reči, one", "Означене су 3 речи, оне"),
        ("1-5", "Označeno je 5 reči, one", "Означено је 5 речи, оне"),
    ],
)
def test_marked_words_are_counted_in_three_forms(
    client: FlaskClient, sample: Sample, words: str, latin: str, cyrillic: str
) -> None:
    path = f"/documents/{sample.contract}/pages/1?words={words}"
    assert latin in shown(client, path, LATIN)
    assert cyrillic in shown(client, path, CYRILLIC)


@pytest.mark.parametrize(
    ("path", "latin", "cyrillic"),
    [
        ("/documents/{}?q=camera", "„camera”: 4 pogotka (2 strane).", "„camera”: 4 поготка (2 стране)."),
        ("/documents/{}", "Naslov Contract on video surveillance", "Наслов Contract on video surveillance"),
        ("/documents/{}", "Kako je pročitana svaka strana", "Како је прочитана свака страна"),
        ("/documents/{}/pages/2?find=roads", "„roads” nije nađeno", "„roads” није нађено"),
        ("/documents/{}/pages/2", "Strana 2 od 3", "Страна 2 од 3"),
        ("/documents/{}/pages/9", "broj strana je 3; strane 9 nema.", "број страна је 3; стране 9 нема."),
        ("/documents/{}/pages/2?size=giant", "Moguće veličine: fit, large", "Могуће величине: fit, large"),
        ("/documents/{}/cite?page=2&quote=camera", "Potvrđeno. ", "Потврђено. "),
        ("/verify?text=unheard", "Nije nađeno. ", "Није нађено. "),
        ("/compare", "Uporedi odredbe", "Упореди одредбе"),
        ("/templates", "Ugovori po istom obrascu", "Уговори по истом обрасцу"),
    ],
)
def test_documents_and_citations_are_told_in_serbian(
    client: FlaskClient, sample: Sample, path: str, latin: str, cyrillic: str
) -> None:
    assert latin in shown(client, path.format(sample.contract), LATIN)
    assert cyrillic in shown(client, path.format(sample.contract), CYRILLIC)


def test_doubtful_words_and_chosen_words_have_their_forms(client: FlaskClient, sample: Sample) -> None:
    page = client.get(f"/documents/{sample.scan}/pages/1", headers=LATIN).text
    assert "Za 4 reči pouzdanost OCR-a je manja od 60%; prikazane su bledo" in text_of(page)
    assert 'title="Pouzdanost OCR-a za ovu reč: 55%"' in page
    for form in ('one="Izabrana 1 reč"', 'few="Izabrane 2 reči"', 'other="Izabrano 5 reči"'):
        assert f"data-{form}" in page


def test_a_citation_keeps_its_forms_in_every_language(client: FlaskClient, sample: Sample) -> None:
    path = f"/documents/{sample.contract}/cite?page=2&quote=camera"
    in_english, in_serbian = (shown(client, path, {"Accept-Language": tag}) for tag in ("en", "sr"))
    for told in ("SHA-256 " + sample.contract, "reading 1 of ", "BibTeX", "Contract on video surveillance"):
        assert told in in_english
        assert told in in_serbian
