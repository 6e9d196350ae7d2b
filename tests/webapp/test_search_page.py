"""The search page as HTML."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.webapp_html import html_of, links, text_of
from tests.webapp_samples import LETTERS, RESULTS_PER_PAGE, Sample

DOCUMENTS = LETTERS + 3


def test_without_a_query_every_document_is_there(client: FlaskClient) -> None:
    assert f"<strong>{DOCUMENTS} documents</strong>" in html_of(client, "/")


def test_a_hit_shows_what_is_known_and_where_it_matched(client: FlaskClient, sample: Sample) -> None:
    html = html_of(client, "/?q=cameras")
    shown = text_of(html)
    assert "Contract on video surveillance" in shown
    assert "Contract, Brezovac, 2021 Brezovac Providni Sistemi 9 March 2021 p. 1" in shown
    assert "Contract on video surveillance 3 pages reading quality: unreliable contract.pdf" in shown
    assert "<mark>cameras</mark>" in html
    assert f"/documents/{sample.contract}/pages/2?q=cameras" in links(html)


def test_what_lacks_words_follows_below_a_line_with_those_struck_out(client: FlaskClient, sample: Sample) -> None:
    html = html_of(client, "/?q=cameras+elephants")
    assert "<strong>0 documents</strong>" in html
    assert 'href="#partly">only some of the words: 2 documents</a>' in html
    above, _, below = html.partition('id="partly"')
    assert f"/documents/{sample.contract}" not in above
    assert "<s>elephants</s>" in below
    assert f"/documents/{sample.contract}/pages/2?q=cameras+elephants" in links(below)
    assert "No documents match." in text_of(below)


@pytest.mark.parametrize("query", ["cameras+elephants", "camerass+elephants"])
def test_what_lacks_words_opens_at_those_it_has(client: FlaskClient, sample: Sample, query: str) -> None:
    html = html_of(client, f"/documents/{sample.contract}/pages/2?q={query}")
    assert "<mark>Cameras</mark>" in html
    assert "3 matches on this page, 4 in the document" in text_of(html)
    for address in (f"/documents/{sample.contract}", f"/documents/{sample.contract}/pages/2"):
        said = text_of(html_of(client, f"{address}?q={query}"))
        assert "Not all words of “" in said
        assert "matches 4 times" not in said
    assert "<mark" not in html_of(client, f"/documents/{sample.contract}/pages/2?find={query}"), "there all words count"


def test_a_word_that_is_in_no_document_is_told_once(client: FlaskClient) -> None:
    shown = text_of(html_of(client, "/?q=camerass+kxqzkxqz"))
    told = re.findall(r"\w+\W{1,3}is in no document", shown)
    assert [one.partition(" ")[0].strip("“”") for one in told] == ["camerass", "kxqzkxqz"], shown


def test_pages_of_results_go_on_through_what_lacks_words(client: FlaskClient) -> None:
    first = html_of(client, "/?q=letter+cameras")
    pages = links(first)
    assert any("page=2" in link for link in pages)
    assert client.get("/?q=letter+cameras&page=2").status_code == 200
    assert client.get("/?q=letter+cameras&page=99").status_code == 404


def test_a_snippet_is_text_and_never_markup(client: FlaskClient) -> None:
    html = html_of(client, "/?q=ZorKam")
    assert "<b>" not in html
    assert "&lt;b&gt;ZorKam&lt;/b&gt;" in re.sub("</?mark>", "", html)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'\"</title>"])
def test_a_query_is_text_and_never_markup(client: FlaskClient, text: str) -> None:
    html = client.get("/", query_string={"q": text, "vendor": text}).text
    assert "<script>" not in html
    assert "<img src=x" not in html
    assert text not in html


def test_what_turns_letters_around_is_shown_as_an_escape(client: FlaskClient) -> None:
    html = client.get("/", query_string={"q": "kamera \u202efdp.exe\u2069"}).text
    assert "kamera \\u202efdp.exe\\u2069" in html
    assert not {"\u202e", "\u2069"} & set(html)


def test_both_scripts_find_the_same(client: FlaskClient, sample: Sample) -> None:
    for query in ("камере бечеј", "kamere becej", "KAMERE BEČEJ"):
        html = html_of(client, f"/?q={query}")
        assert "<strong>1 document</strong>" in html
        assert any(sample.reply in link for link in links(html))
        assert 'lang="sr-Cyrl"' in html


def test_every_facet_counts_and_unknown_is_a_value(client: FlaskClient) -> None:
    html = html_of(client, "/")
    for name in ("municipality", "vendor", "year", "kind", "language"):
        assert f'name="{name}"' in html
    assert f"Unknown {DOCUMENTS - 2}" in text_of(html)


def test_towns_vendors_and_years_are_there_even_with_one_value(client: FlaskClient) -> None:
    html = html_of(client, "/?q=ZorKam")
    for name in ("municipality", "vendor", "year"):
        assert f'name="{name}"' in html
    for name in ("kind", "language", "quality"):
        assert f'name="{name}"' not in html, "a single value of it changes nothing"


def test_a_filter_without_values_is_shown_only_where_it_is_set(client: FlaskClient) -> None:
    assert re.findall(r"<legend>(\w+)", html_of(client, "/?q=zzzz")) == ["Amount"]
    assert re.findall(r"<legend>(\w+)", html_of(client, "/?q=zzzz&vendor=unknown")) == ["Vendor", "Amount"]


def test_without_words_the_newest_come_first_and_no_match_is_best(client: FlaskClient) -> None:
    orders = [
        text_of(html_of(client, path).partition('aria-label="Order"')[2].partition("</nav>")[0])
        for path in ("/", "/?q=kamere")
    ]
    assert orders == ["> Newest Oldest Title", "> Best match Newest Oldest Title"]


def test_how_many_words_were_found_is_folded(client: FlaskClient) -> None:
    """Three or more would stand before the results."""
    fold = '<details id="found-as">'
    assert fold not in html_of(client, "/?q=camer*+OR+road*")
    assert fold in html_of(client, "/?q=camer*+OR+road*+OR+contr*")


def test_reading_quality_is_a_facet_and_bad_reading_is_said_of_a_hit(client: FlaskClient, sample: Sample) -> None:
    assert 'name="quality" value="unreliable"' in html_of(client, "/")
    html = html_of(client, "/?quality=unreliable")
    assert "<legend>Reading quality</legend>" in html
    assert "reading quality: unreliable" in text_of(html)
    assert any(sample.scan in link for link in links(html))
    assert "reading quality: unreliable" not in html_of(client, "/?quality=good")


def test_values_of_one_facet_widen_and_facets_narrow(client: FlaskClient) -> None:
    assert "<strong>2 documents</strong>" in html_of(client, "/?year=2021&year=2022")
    assert "<strong>1 document</strong>" in html_of(client, "/?year=2021&year=2022&kind=contract")
    html = html_of(client, "/?year=2021")
    assert re.search(r'name="year" value="2021" checked', html)
    assert re.search(r'name="year" value="2022">', html), "other years stay to be chosen"


def test_each_chip_takes_its_filter_away_and_nothing_else(client: FlaskClient) -> None:
    html = html_of(client, "/?q=cameras&year=2021&kind=contract&page=1")
    chips = [unescape(chip) for chip in re.findall(r'<a href="([^"]*)"><span class="hidden">Remove filter', html)]
    assert [parse_qs(urlsplit(chip).query) for chip in chips] == [
        {"q": ["cameras"], "kind": ["contract"]},
        {"q": ["cameras"], "year": ["2021"]},
    ]


def test_pages_of_results_follow_each_other(client: FlaskClient) -> None:
    first = html_of(client, "/?sort=title")
    assert "/?sort=title&page=2" in links(first)
    second = html_of(client, "/?sort=title&page=2")
    shown = [re.findall(r'<h3[^>]*><a href="/documents/(\w+)', html) for html in (first, second)]
    assert [len(ids) for ids in shown] == [RESULTS_PER_PAGE, DOCUMENTS - RESULTS_PER_PAGE]
    assert not set(shown[0]) & set(shown[1])
    assert client.get("/?page=3").status_code == 404


def test_finding_nothing_says_what_would_find_something(client: FlaskClient) -> None:
    html = html_of(client, "/?q=cameras&year=2022&kind=contract")
    assert "<strong>0 documents</strong>" in html
    assert "without year 2022 1 document" in text_of(html)
    assert "/?q=cameras&kind=contract" in links(html)


def test_a_filter_that_is_not_the_reason_says_so_with_its_count(client: FlaskClient) -> None:
    shown = text_of(html_of(client, "/?q=zzzz+cameras&year=2022"))
    assert "without year 2022 0 documents" in shown
    assert "without any filter and without “zzzz” 2 documents" in shown


def test_look_alikes_are_switched_on_and_off(client: FlaskClient) -> None:
    with_them, without = "/?q=cameras&year=2021&look_alikes=1", "/?q=cameras&year=2021"
    assert with_them in links(html_of(client, without))
    html = html_of(client, with_them)
    assert without in links(html)
    assert "OCR may have made" in text_of(html)
    assert "look_alikes" not in html_of(client, "/"), "there is no word to take for another"
    assert without.replace("cameras", "zzzz") in links(html_of(client, with_them.replace("cameras", "zzzz")))


def test_exact_words_offer_their_other_forms(client: FlaskClient) -> None:
    html = html_of(client, "/?q=letters+roads&exact=1")
    assert f"with other forms of the words {LETTERS} documents" in text_of(html)
    assert "/?q=letters+roads" in links(html)


def test_the_form_keeps_order_and_exactness(client: FlaskClient) -> None:
    html = html_of(client, "/?q=camera&sort=newest&exact=1")
    assert '<input type="hidden" name="sort" value="newest">' in html
    assert '<input type="hidden" name="exact" value="1">' in html, "results have a link beside their words"
    assert '<input type="checkbox" name="exact" value="1">' in html_of(client, "/")


def test_notes_about_the_query_are_shown(client: FlaskClient) -> None:
    assert "partner" in text_of(html_of(client, "/?q=%22cameras"))
