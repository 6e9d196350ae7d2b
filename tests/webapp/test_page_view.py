"""The view of one page as HTML."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.webapp_html import html_of, links, text_of
from tests.webapp_samples import Sample


def test_a_match_is_marked_in_the_text_and_on_the_image(client: FlaskClient, sample: Sample) -> None:
    html = html_of(client, f"/documents/{sample.contract}/pages/2?q=cameras")
    image = html[html.index('<svg class="page-image"') :].partition("</svg>")[0]
    assert len(re.findall("<mark", html)) == len(re.findall("<rect", image)) == 3
    assert f'<image href="/documents/{sample.contract}/pages/2/image?width=1200"' in html
    assert "3 matches on this page, 4 in the document" in text_of(html)


def test_matches_are_walked_through_across_pages(client: FlaskClient, sample: Sample) -> None:
    pages = f"/documents/{sample.contract}/pages"
    html = html_of(client, f"{pages}/1?q=cameras&match=1")
    assert "Match 1 of 4" in text_of(html)
    assert re.search(r'<rect [^>]*id="match-1" class="current"', html)
    assert f"{pages}/2?q=cameras&match=2#match-2" in links(html)
    html = html_of(client, f"{pages}/2?q=cameras&match=2")
    assert f"{pages}/1?q=cameras&match=1#match-1" in links(html)
    assert f"{pages}/2?q=cameras&match=3#match-3" in links(html)
    after = '<span class="button off" data-key="n"><span class="hidden">Match</span> →</span>'
    assert after in html_of(client, f"{pages}/2?q=cameras&match=4"), "after the last there is none"


def test_from_a_page_without_matches_the_nearest_are_reached(client: FlaskClient, sample: Sample) -> None:
    pages = f"/documents/{sample.contract}/pages"
    html = html_of(client, f"{pages}/3?q=cameras")
    assert f"{pages}/2?q=cameras&match=4#match-4" in links(html)


def test_what_ocr_may_have_misread_is_marked_when_it_was_asked_for(client: FlaskClient, sample: Sample) -> None:
    page = f"/documents/{sample.contract}/pages/2?q=carneras"
    assert "Not all words of “carneras” match in this document" in text_of(html_of(client, page)), "as the results say"
    assert html_of(client, f"{page}&look_alikes=1").count("<mark") == 1
    document = f"/documents/{sample.contract}?q=carneras&look_alikes=1"
    assert "“carneras” matches 2 times on 2 pages" in text_of(html_of(client, document))


def test_pages_lead_to_their_neighbours_and_keep_the_search(client: FlaskClient, sample: Sample) -> None:
    pages = f"/documents/{sample.contract}/pages"
    html = html_of(client, f"{pages}/2?q=roads&kind=contract&size=large")
    assert f"{pages}/1?q=roads&kind=contract&size=large" in links(html)
    assert f"{pages}/3?q=roads&kind=contract&size=large" in links(html)
    assert "“roads” does not match in this document." in text_of(html)
    for name, value in (("q", "roads"), ("kind", "contract"), ("size", "large")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in html


def test_the_form_jumps_to_a_page(client: FlaskClient, sample: Sample) -> None:
    pages = f"/documents/{sample.contract}/pages"
    response = client.get(f"{pages}?number=2&q=cameras&year=2021")
    assert (response.status_code, response.location) == (302, f"{pages}/2?q=cameras&year=2021")
    assert client.get(f"{pages}?number=9").status_code == 404
    for bad in ("", "0", "-1", "x", "2.0", "9" * 400):
        assert client.get(pages, query_string={"number": bad}).status_code == 400, bad


def test_a_page_that_could_not_be_read_says_why(client: FlaskClient, sample: Sample) -> None:
    shown = text_of(html_of(client, f"/documents/{sample.contract}/pages/3"))
    assert "The page could not be read: its image is damaged." in shown


def test_a_flowing_page_shows_its_text_alone(client: FlaskClient, sample: Sample) -> None:
    html = html_of(client, f"/documents/{sample.reply}/pages/1?q=kamere&match=1")
    assert "page-image" not in html
    assert '<mark id="match-1" class="current">Камере</mark>' in html
    assert "Општина Бечеј\nОдговор на захтев" in html


def test_doubtful_ocr_is_said_of_the_page_and_shown_on_its_words(client: FlaskClient, sample: Sample) -> None:
    html = html_of(client, f"/documents/{sample.scan}/pages/1?q=camera")
    shown = text_of(html)
    assert "OCR, 55% sure reading quality: unreliable 4 words English" in shown
    assert "OCR was unsure of this page" in shown
    assert "OCR was less than 60% sure of 4 words here, shown pale and dotted" in shown
    assert '<span class="doubtful" title="OCR was 55% sure of this word">old</span>' in html
    assert '<mark class="doubtful" title="OCR was 55% sure of this word">camera</mark>' in html


def test_a_text_layer_is_good_and_has_no_doubtful_words(client: FlaskClient, sample: Sample) -> None:
    html = html_of(client, f"/documents/{sample.contract}/pages/1")
    assert "Text of the file reading quality: good 19 words" in text_of(html)
    assert "OCR was" not in html
    assert "doubtful" not in html


@pytest.mark.parametrize(
    ("tail", "status"),
    [
        ("1?match=99&q=cameras", 400), ("1?match=0&q=cameras", 400), ("1?match=2&q=cameras", 400), ("1?match=1", 400),
        ("1?words=5", 400), ("1?words=9-2", 400), ("1?words=900-901", 400), ("1?words=-1-2", 400), ("1?page=x", 400),
        ("1?size=9", 400), ("1?turn=45", 400), ("1?turn=x", 400), ("1?found=1", 400), ("1?find=town&found=2", 400),
        ("1?find=" + "x" * 2001, 400), ("1?find=town&found=0", 400), ("2?find=town&found=1", 400),
        ("4", 404), ("0", 404), ("01", 404), ("x", 404), ("٢", 404), ("9" * 5000, 404),
    ],
)  # fmt: skip
def test_bad_parameters_are_answered_with_the_way_back(
    client: FlaskClient, sample: Sample, tail: str, status: int
) -> None:
    response = client.get(f"/documents/{sample.contract}/pages/{tail}")
    assert response.status_code == status
    assert 'href="/"' in response.text


def test_the_structure_of_a_page_is_drawn_when_it_was_asked_for(client: FlaskClient, sample: Sample) -> None:
    page = f"/documents/{sample.contract}/pages/1"
    plain, drawn = html_of(client, page), html_of(client, f"{page}?structure=1")
    assert 'class="part ' not in plain
    assert f"{page}?structure=1" in links(plain)
    kinds = set(re.findall('<rect [^>]*class="part ([a-z]+)"><title>', drawn))
    assert kinds
    assert set(re.findall('<li class="([a-z]+)">', drawn)) == kinds
    assert page in links(drawn)
