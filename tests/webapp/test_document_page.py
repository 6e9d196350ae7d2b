"""The page of a document as HTML."""

from __future__ import annotations

from html import unescape

from flask.testing import FlaskClient

from tests.webapp_html import html_of, links, text_of
from tests.webapp_samples import Sample


def test_each_value_comes_with_the_words_that_prove_it(client: FlaskClient, sample: Sample) -> None:
    html = html_of(client, f"/documents/{sample.contract}?q=cameras&year=2021")
    shown = text_of(html)
    assert (
        "Vendor Providni Sistemi PIB 199000017 Correct Vendor: Providni Sistemi p. 1 Providni Sistemi 90% sure" in shown
    )
    assert "Date 9 March 2021 Correct Date: 9 March 2021 p. 1 9 March 2021" in shown
    evidence = f"/documents/{sample.contract}/pages/1?q=cameras&year=2021&reading=1&words=12-13#words"
    assert evidence in links(html)


def test_following_the_evidence_marks_its_words(client: FlaskClient, sample: Sample) -> None:
    html = html_of(client, f"/documents/{sample.contract}/pages/1?words=12-13")
    assert '<mark class="current">Providni Sistemi</mark>' in html
    assert "what a value of this document was read from" in text_of(html)


def test_pages_are_listed_with_source_confidence_and_trouble(client: FlaskClient, sample: Sample) -> None:
    shown = text_of(html_of(client, f"/documents/{sample.contract}"))
    assert "Page 2 Text of the file 16 words Good" in shown
    assert "Page 3 Not read Unreliable reading The page could not be read: its image is damaged." in shown
    assert "Page 1 OCR, 55% sure 4 words Unreliable" in text_of(html_of(client, f"/documents/{sample.scan}"))


def test_matching_pages_are_counted(client: FlaskClient, sample: Sample) -> None:
    html = html_of(client, f"/documents/{sample.contract}?q=camera")
    assert "“camera” matches 4 times on 2 pages." in text_of(html)
    assert f"/documents/{sample.contract}/pages/1?q=camera&match=1#match-1" in links(html)
    assert "does not match in this document" in html_of(client, f"/documents/{sample.contract}?q=roads")


def test_the_file_is_named_in_full(client: FlaskClient, sample: Sample) -> None:
    html = html_of(client, f"/documents/{sample.reply}")
    assert f"<code>{sample.reply}</code>" in html
    assert 'File name odgovor "o/kamerama".txt' in text_of(html)
    assert 'Came from /scans/odgovor "o/kamerama".txt' in text_of(html)


def test_a_flowing_page_has_no_thumbnail(client: FlaskClient, sample: Sample) -> None:
    assert "<img" not in html_of(client, f"/documents/{sample.reply}")
    assert html_of(client, f"/documents/{sample.contract}").count('loading="lazy"') == 3


def test_the_way_back_is_the_search_it_came_from(client: FlaskClient, sample: Sample) -> None:
    path = f"/documents/{sample.contract}?q=cameras&kind=contract&sort=newest&page=2"
    assert "/?q=cameras&kind=contract&sort=newest&page=2" in links(html_of(client, path))


def test_a_unique_prefix_leads_to_the_whole_id(client: FlaskClient, sample: Sample) -> None:
    for tail in ("", "/pages/2", "/original", "/pages/1/image"):
        response = client.get(f"/documents/{sample.contract[:8].upper()}{tail}?q=%22a&year=1")
        assert response.status_code == 302
        assert response.location == f"/documents/{sample.contract}{tail}?q=%22a&year=1"


def test_document_text_names_its_language(client: FlaskClient, sample: Sample) -> None:
    html = unescape(html_of(client, f"/documents/{sample.reply}/pages/1"))
    assert '<article class="text" aria-label="Text of the page" lang="sr-Cyrl">' in html
