"""The parts of the view of a page: what stands on it, the strip of pages, finding in the document, size and turn."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from archive.model import Clause, ClauseLevel, Span
from archive.model.clauses import units
from tests.webapp_html import html_of, links, text_of
from tests.webapp_own_room import OwnRoom
from tests.webapp_samples import Sample, read_again
from webapp.pages.document.page_parts import first_from, strip_pages

CLAUSES = [
    ["Article 1. Subject", "The town buys cameras.", "1) eleven of them;"],
    ["and more of it.", "Article 2. Price"],
]


def image_of(html: str) -> str:
    """The SVG of the page's image."""
    return html[html.index('<svg class="page-image"') :].partition("</svg>")[0]


def part(html: str, start: str, end: str) -> str:
    return html[html.index(start) :].partition(end)[0]


def clause(document: str, eid: str, label: str, first: int, last: int, **more: str) -> Clause:
    level = ClauseLevel.POINT if "point" in eid else ClauseLevel.ARTICLE
    parent, heading = more.get("parent"), more.get("heading")
    return Clause(eid, label, heading, more.get("topic"), parent, Span(document, 1, first, last), level, 0.9)


@pytest.fixture
def contract(room: OwnRoom) -> str:
    """Two pages; the first article runs over onto the second."""
    with room.archive.writing():
        id_ = room.filler.pdf("two.pdf", CLAUSES, "en", facts={"kind": ("contract", 3, 6)})
        found = [
            clause(id_, "art_1", "Article 1.", 0, 14, heading="Subject", topic="subject"),
            clause(id_, "art_1__point_1", "1)", 7, 14, parent="art_1"),
            clause(id_, "art_2", "Article 2.", 15, 17, heading="Price"),
        ]
        catalog = room.archive.catalog
        catalog.facts.replace_extracted(id_, 1, catalog.facts.extracted(id_), found)
    return id_


def test_the_clauses_and_facts_of_the_page_lead_to_their_words(room: OwnRoom, contract: str) -> None:
    assert [unit.eid for unit in units(room.archive.catalog.clauses.of(contract, 1))] == ["art_1", "art_2"]
    client = room.app.test_client()
    html = html_of(client, f"/documents/{contract}/pages/1")
    assert "On this page: 2 clauses and 1 fact" in text_of(html)
    assert "Article 2" not in part(html, '<details class="on-page', "</details>"), "it stands on the next page"
    show = f"/documents/{contract}/pages/1?reading=1&words=0-14#words"
    assert show in links(html)
    assert f"/documents/{contract}/pages/1?reading=1&words=3-6#words" in links(html)
    assert f"/documents/{contract}/clauses/art_1" in links(html)
    assert re.search(r'class="depth-1"><a href="[^"]*words=7-14', html), "a point stands under its article"
    marked = html_of(client, show)
    assert 'lang="en" aria-current="true">Article 1' in marked
    assert "What is marked is what is here of: Article 1. – Subject." in text_of(marked)
    assert image_of(marked).count("<rect") == 3, "one for each of its lines on this page"


def test_a_clause_from_the_page_before_is_marked_as_far_as_it_stands_here(room: OwnRoom, contract: str) -> None:
    html = html_of(room.app.test_client(), f"/documents/{contract}/pages/2?words=0-14")
    assert "On this page: 3 clauses" in text_of(html)
    assert "and more of it." in re.sub("<[^>]*>", "", part(html, "<mark", "</p>"))
    assert image_of(html).count("<rect") == 1


def test_words_that_are_no_clause_and_no_fact_are_counted(client: FlaskClient, sample: Sample) -> None:
    html = html_of(client, f"/documents/{sample.contract}/pages/1?words=0-1")
    assert "Marked: 2 words that the address names." in text_of(html)


def test_a_page_without_clauses_and_facts_has_no_list_of_them(client: FlaskClient, sample: Sample) -> None:
    assert "On this page:" not in html_of(client, f"/documents/{sample.contract}/pages/2")


def test_the_strip_shows_pages_with_their_marks(client: FlaskClient, sample: Sample) -> None:
    html = html_of(client, f"/documents/{sample.contract}/pages/1?q=cameras&find=town")
    strip = part(html, '<nav class="strip"', "</nav>")
    assert strip.count("<img") == 3
    assert re.findall(r'class="hits">(\d)<', strip) == ["2", "3"], "match and found of page 1, the matches of page 2"
    assert strip.count("<rect") == 5
    assert strip.count('class="found"') == 1
    assert re.search(r'pages/1\?q=cameras&amp;find=town" aria-current="page"', strip)
    assert '<nav class="strip"' not in html_of(client, f"/documents/{sample.scan}/pages/1"), "one page is no strip"


@pytest.mark.parametrize(
    ("number", "count", "shown"),
    [(1, 3, (1, 3)), (1, 500, (1, 9)), (5, 500, (1, 9)), (6, 500, (2, 10)), (500, 500, (492, 500)), (9, 9, (1, 9))],
)
def test_the_strip_has_nine_pages_where_there_are_so_many(number: int, count: int, shown: tuple[int, int]) -> None:
    pages = strip_pages(number, count)
    assert (pages[0], pages[-1]) == shown


def test_matches_beyond_the_strip_are_told_of(room: OwnRoom) -> None:
    with room.archive.writing():
        lines = [[f"page {number}", "camera" if number in (1, 2, 13) else "road"] for number in range(1, 15)]
        id_ = room.filler.pdf("long.pdf", lines, "en")
        room.archive.indexing.index_due()
    html = html_of(room.app.test_client(), f"/documents/{id_}/pages/8?q=camera")
    assert "← 2 matches on 2 earlier pages" in text_of(html)
    assert "1 match on 1 later page →" in text_of(html)
    assert {f"/documents/{id_}/pages/2?q=camera", f"/documents/{id_}/pages/13?q=camera"} <= set(links(html))


def test_finding_leads_to_the_first_place_from_here_on(client: FlaskClient, sample: Sample) -> None:
    pages = f"/documents/{sample.contract}/pages"
    for start, found, page in ((1, 1, 1), (2, 2, 2), (3, 1, 1)):
        response = client.get(f"{pages}?q=zorkam&find=cameras&from={start}")
        assert response.location == f"{pages}/{page}?q=zorkam&find=cameras&found={found}#found-{found}"
    html = html_of(client, f"{pages}/2?q=zorkam&find=cameras&found=2")
    assert "Found 2 of 4" in text_of(html)
    assert f"{pages}/1?q=zorkam&find=cameras&found=1#found-1" in links(html)
    assert f"{pages}/2?q=zorkam" in links(html), "away from what was found, the search stays"
    assert '<mark class="current found">' in html
    assert re.search(r'id="found-2" class="current found"', image_of(html))
    assert 'id="match-1"' in image_of(html), "what was searched for is marked as before"


def test_what_is_not_in_the_document_is_said(client: FlaskClient, sample: Sample) -> None:
    pages = f"/documents/{sample.contract}/pages"
    response = client.get(f"{pages}?find=bridge&from=2")
    assert response.location == f"{pages}/2?find=bridge"
    assert "“bridge” was not found in this document." in text_of(html_of(client, response.location))
    for bad in ("find=", "find=town&from=x", "find=town&from=0", "find=" + "x" * 2001):
        assert client.get(f"{pages}?{bad}").status_code == 400, bad
    assert client.get(f"{pages}?find=town&from=9").status_code == 404


def test_an_older_reading_is_not_searched_and_says_so(room: OwnRoom, contract: str) -> None:
    with room.archive.writing():
        read_again(room.archive, contract, ["Another town"], ["and another page"])
        room.archive.indexing.index_due()
    client = room.app.test_client()
    shown = text_of(html_of(client, f"/documents/{contract}/pages/1?reading=1&find=town"))
    assert "“town” was not found in an older reading, into which searches do not look." in shown
    assert 'class="found"' in html_of(client, f"/documents/{contract}/pages/1?find=town")


def test_the_page_of_the_document_can_be_searched_too(client: FlaskClient, sample: Sample) -> None:
    html = html_of(client, f"/documents/{sample.contract}?q=zorkam")
    form = part(html, '<div class="find">', "</form>")
    assert f'action="/documents/{sample.contract}/pages"' in form
    assert 'name="find"' in form
    assert '<input type="hidden" name="q" value="zorkam">' in form


def test_the_first_place_from_a_page_on() -> None:
    matches = {2: [(5, 5), (9, 9)], 4: [(20, 21)]}
    assert first_from(matches, 1) == (2, 1)
    assert first_from(matches, 3) == (4, 3)
    assert first_from(matches, 5) == (2, 1), "from the beginning again"
    assert first_from({}, 1) is None


def test_sizes_and_turns_are_addresses(client: FlaskClient, sample: Sample) -> None:
    pages = f"/documents/{sample.contract}/pages"
    html = html_of(client, f"{pages}/1?q=roads&turn=90")
    assert 'viewBox="0 0 842.0 595.0"' in image_of(html)
    assert 'transform="translate(842.0 0) rotate(90)"' in image_of(html)
    assert "width=1200" in image_of(html)
    for address in ("?q=roads&size=large&turn=90", "?q=roads", "?q=roads&turn=180"):
        assert f"{pages}/1{address}" in links(html)
    huge = html_of(client, f"{pages}/1?size=huge&turn=180")
    assert "width=3000" in image_of(huge)
    assert 'transform="translate(595.0 842.0) rotate(180)"' in image_of(huge)
    assert f"{pages}/2?size=huge&turn=180" in links(huge), "the next page is looked at in the same way"


def test_the_image_knows_where_its_words_stand(client: FlaskClient, sample: Sample) -> None:
    html = html_of(client, f"/documents/{sample.contract}/pages/2")
    words = sample.archive.catalog.readings.words(sample.contract, 2)
    first = sample.archive.catalog.readings.get(sample.contract).pages[1].first_word
    boxes = re.search(r'data-first="(\d+)" data-boxes="([\d ]+)"', image_of(html))
    assert boxes is not None
    assert int(boxes[1]) == first
    assert len(boxes[2].split()) == 4 * len(words)
    assert f'data-cite="/cite/{sample.contract}/1/A-B"' in html
    assert f'data-mark="/documents/{sample.contract}/pages/2?reading=1&amp;words=A-B#words"' in html


def test_a_note_is_kept_on_the_words_that_were_chosen(room: OwnRoom, contract: str) -> None:
    client = room.app.test_client()
    form = {"page": "1", "words": "5-6", "reading": "1", "quote": "", "note": "How many?", "by": "Ana"}
    response = client.post(f"/documents/{contract}/annotations", data=form)
    assert response.status_code == 303
    (kept,) = room.archive.catalog.annotations.all(contract)
    assert kept.target.quote == "buys cameras."
    again = client.post(f"/documents/{contract}/annotations", data={**form, "reading": "2"})
    assert again.status_code == 400
    assert "read again since" in again.text
    assert client.post(f"/documents/{contract}/annotations", data={**form, "words": "900-901"}).status_code == 400
