"""Documents that say nearly the same: what the page of a document says of them, and both beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.config import Settings
from archive.search.near_duplicates import NearDuplicateLinker
from tests.webapp_html import html_of, links, text_of
from tests.webapp_samples import Filler, NoPicture
from webapp import create_app

NOTICE = [
    "Town of Brezovac, office for public procurement",
    "On 9 March 2021 the town signed contract 404-2/2021 with <b>Providni Sistemi</b> for eleven cameras in public "
    "places, together with two recorders, a year of maintenance and the training of four members of its staff.",
    "Whoever took part in the procedure and holds that the award broke the law may complain to the commission within "
    "ten days of the day this notice was published, in writing and with proof that the fee was paid.",
]
LATER = [line.replace("9 March", "7 May").replace("404-2", "404-9").replace("eleven", "twelve") for line in NOTICE]


@dataclass(frozen=True, slots=True)
class Shelf:
    """A notice, its copy of two pages, a later notice on the same form, and a letter about something else."""

    client: FlaskClient
    notice: str
    copy: str
    later: str
    letter: str


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    folder = tmp_path_factory.mktemp("alike")
    with Archive.open(folder / "home", Settings()) as archive, archive.writing():
        filler = Filler(archive, folder)
        notice = filler.text("notice.txt", NOTICE, "en", facts={"date": ("2021-03-09", 8, 10)})
        copy = filler.pdf("<i>copy<i>.pdf", [_lines(NOTICE[:2]), _lines(NOTICE[2:])], "en")
        later = filler.text("later.txt", LATER, "en", facts={"date": ("2021-05-07", 8, 10)})
        letter = filler.text("letter.txt", ["A letter about roads"], "en")
        NearDuplicateLinker(archive.catalog).update()
        archive.indexing.index_due()
        yield Shelf(create_app(archive, NoPicture()).test_client(), notice, copy, later, letter)


def _lines(paragraphs: list[str]) -> list[str]:
    """Lines short enough for a drawn page."""
    words = " ".join(paragraphs).split()
    return [" ".join(words[at : at + 8]) for at in range(0, len(words), 8)]


def test_copies_and_other_documents_on_the_same_form_are_listed_apart(shelf: Shelf) -> None:
    html = html_of(shelf.client, f"/documents/{shelf.notice}?q=cameras")
    shown = text_of(html)
    copies, forms = shown.index("Near-identical documents"), shown.index("Same wording, other numbers")
    assert copies < shown.index("<i>copy<i>", copies) < forms < shown.index("later", forms)
    assert "100% of the wording is the same, and no number differs." in shown[copies:forms]
    assert "of the numbers differ" in shown[forms:]
    assert "Date: 7 May 2021, here 9 March 2021" in shown[forms:]
    assert "<i>" not in html, "a title is text"
    for other in (shelf.copy, shelf.later):
        assert f"/documents/{other}?q=cameras" in links(html)
        assert f"/documents/{shelf.notice}/beside/{other}?q=cameras" in links(html)


def test_a_document_like_no_other_says_nothing_of_it(shelf: Shelf) -> None:
    shown = text_of(html_of(shelf.client, f"/documents/{shelf.letter}"))
    assert "Near-identical" not in shown
    assert "Same wording" not in shown


def test_two_documents_stand_beside_each_other_page_by_page(shelf: Shelf) -> None:
    html = html_of(shelf.client, f"/documents/{shelf.notice}/beside/{shelf.copy}?q=cameras")
    shown = text_of(html)
    assert shown.count("eleven cameras") == 2
    assert "<b>Providni Sistemi</b>" in shown
    assert "Page 1 of 2" in shown
    following = f"/documents/{shelf.notice}/beside/{shelf.copy}?q=cameras&at=2"
    assert following in links(html)
    second = text_of(html_of(shelf.client, following))
    assert "This document has no such page." in second
    assert second.count("complain to the commission") == 1


def test_fields_that_differ_stand_out(shelf: Shelf) -> None:
    html = html_of(shelf.client, f"/documents/{shelf.notice}/beside/{shelf.later}")
    assert "Date 9 March 2021 7 May 2021" in text_of(html)
    assert html.count('<tr class="different">') == 1
    unknown = html_of(shelf.client, f"/documents/{shelf.notice}/beside/{shelf.copy}")
    assert "Date 9 March 2021 unknown" in text_of(unknown)
    assert '<tr class="different">' not in unknown, "what is unknown does not differ"


def test_words_that_differ_are_marked_on_both_sides(shelf: Shelf) -> None:
    html = html_of(shelf.client, f"/documents/{shelf.notice}/beside/{shelf.later}")
    assert re.findall("<mark>(.*?)</mark>", html) == [
        "9 March",
        "404-2/2021",
        "eleven",
        "7 May",
        "404-9/2021",
        "twelve",
    ]
    assert "Words found in only one of them on this page are marked." in text_of(html)
    same = html_of(shelf.client, f"/documents/{shelf.notice}/beside/{shelf.notice}")
    assert "<mark>" not in same
    assert "All words of this page are the same in both." in text_of(same)


def test_any_two_documents_can_be_compared(shelf: Shelf) -> None:
    shown = text_of(html_of(shelf.client, f"/documents/{shelf.notice}/beside/{shelf.letter}"))
    assert "These two documents are not known to be similar." in shown


@pytest.mark.parametrize(("at", "status"), [("3", 404), ("0", 400), ("x", 400)])
def test_a_page_that_neither_has_is_refused(shelf: Shelf, at: str, status: int) -> None:
    assert shelf.client.get(f"/documents/{shelf.notice}/beside/{shelf.copy}?at={at}").status_code == status


def test_an_unknown_document_is_not_found(shelf: Shelf) -> None:
    assert shelf.client.get(f"/documents/{shelf.notice}/beside/{'0' * 64}").status_code == 404


def test_the_record_names_them_with_their_likeness(shelf: Shelf) -> None:
    record: dict[str, Any] = shelf.client.get(f"/api/v1/documents/{shelf.notice}").get_json()
    copy, later = record["near_duplicates"]
    title = "<i>copy<i>"
    assert copy == {
        "id": shelf.copy, "title": title, "similarity": 1.0, "near_identical": True, "numbers_differing": 0.0,
    }  # fmt: skip
    assert (later["id"], later["near_identical"]) == (shelf.later, False)
    assert later["similarity"] >= 0.7
    assert later["numbers_differing"] > 0


def test_near_identical_documents_stand_folded_under_the_first_of_them(shelf: Shelf) -> None:
    html = html_of(shelf.client, "/?q=contract+Providni")
    hits = re.findall(r'<li class="hit">.*?(?=<li class="hit">|</ol>)', html, re.DOTALL)
    of_copies = [hit for hit in hits if shelf.notice in hit or shelf.copy in hit]
    assert len(of_copies) == 1
    assert "<strong>3 documents</strong>" in html, "each of them counts"
    assert re.search(
        r"1 near-identical document</a>: <a [^>]+>(notice\.txt|&lt;i&gt;copy&lt;i&gt;\.pdf)</a>", of_copies[0]
    )
    assert sum(shelf.later in hit for hit in hits) == 1, "a form filled in again is no copy"
