"""What stands beside the results: pictures, the preview, and what is done with chosen ones, without script."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.store.stories.story import StoryReader
from tests.webapp_html import html_of, links, text_of
from tests.webapp_own_room import OwnRoom, add_nothing, filled_room
from tests.webapp_samples import Sample


def add_letters(room: OwnRoom) -> None:
    """Add three letters that a search for cameras finds."""
    for at in range(3):
        room.come_in(f"pismo {at}.txt", f"Kamera broj {at} na trgu.")


@pytest.fixture
def room(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[OwnRoom]:
    """With the letters for who asks for them."""
    with filled_room(tmp_path, add_letters if "letters" in request.fixturenames else add_nothing) as room:
        yield room


@pytest.fixture
def letters(room: OwnRoom) -> list[str]:
    """Their ids, in the order of their numbers."""
    return [one.id for one in sorted(room.archive.catalog.documents.newest_first(), key=lambda one: one.filename)]


def picture(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    assert response.mimetype == "image/svg+xml"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; img-src data:"
    return response.text


def test_each_hit_has_a_picture_of_its_matching_page_of_known_size(client: FlaskClient, sample: Sample) -> None:
    html = html_of(client, "/?q=cameras")
    shown = re.findall(r'<img src="([^"]+)" alt="" width="72" height="102" loading="lazy" decoding="async">', html)
    assert f"/documents/{sample.contract}/pages/1/thumbnail?reading=1&amp;marks=16" in shown
    assert html.count('class="leaf"') == html.count('<li class="hit">') == len(shown)


def test_a_picture_holds_the_image_of_its_page_with_the_words_marked(client: FlaskClient, sample: Sample) -> None:
    path = f"/documents/{sample.contract}/pages/1/thumbnail"
    assert len(re.findall("<rect ", picture(client, f"{path}?reading=1&marks=0-3.15"))) == 2
    plain = picture(client, path)
    assert 'href="data:image/' in plain
    assert "<rect" not in plain
    assert "<rect" not in picture(client, f"{path}?marks=9000"), "a word of another page"


def test_a_page_without_an_image_is_drawn_as_lines(client: FlaskClient, sample: Sample) -> None:
    drawn = picture(client, f"/documents/{sample.reply}/pages/1/thumbnail?marks=5-6")
    plain, bright = re.findall(r'<path stroke="[^"]+"(?: stroke-width="15")? d="([^"]*)"/>', drawn)
    assert (plain.count("M"), bright.count("M")) == (8, 2)
    assert "href" not in drawn


def test_a_page_whose_image_is_not_at_hand_is_drawn_as_bars_and_not_kept(room: OwnRoom) -> None:
    with room.archive.writing():
        id_ = room.filler.pdf("ugovor.pdf", [["Kamera na trgu"]], "sr-Latn")
        room.archive.indexing.index_due()
    client, path = room.app.test_client(), f"/documents/{id_}/pages/1/thumbnail?marks=0"
    with room.app.extensions["dosije"].images._drawing:
        busy = client.get(path)
    room.archive.originals.local(id_).unlink()
    for response in (busy, client.get(path)):
        assert response.status_code == 200
        assert re.search(r'd="M60 \d+h\d+M\d+ \d+h\d+M\d+ \d+h\d+"', response.text)
        assert response.text.count("<rect x=") == 1
        assert "max-age=0" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("page", "marks", "status"), [(1, "x", 400), (1, ".".join("1" * 13), 400), (1, "3-", 400), (9, "1", 404)]
)
def test_impossible_marks_and_pages_are_refused(
    client: FlaskClient, sample: Sample, page: int, marks: str, status: int
) -> None:
    assert client.get(f"/documents/{sample.contract}/pages/{page}/thumbnail?marks={marks}").status_code == status


def test_a_word_deep_in_a_long_text_is_in_its_picture(room: OwnRoom) -> None:
    id_ = room.come_in("dugo.txt", " ".join(["reč"] * 30_000))
    drawn = picture(room.app.test_client(), f"/documents/{id_}/pages/1/thumbnail?marks=29000")
    assert drawn.count("M") < 1_000
    assert re.search(r'stroke-width="15" d="M\d', drawn)


def test_the_preview_is_a_part_of_a_page_at_its_match(client: FlaskClient, sample: Sample) -> None:
    part = html_of(client, f"/documents/{sample.contract}/pages/2/preview?q=camera")
    assert "<html" not in part
    assert part.count('class="current"') == 1
    assert "Page 2 of 3 · Match 2 of" in text_of(part)
    assert f"/documents/{sample.contract}/pages/1?q=camera&match=1#match-1" in links(part)
    left, _, width, _ = map(float, re.findall(r'viewBox="([^"]+)"', part)[0].split())
    assert left > 20, "without the blank margins of the page"
    assert width < 500
    plain = html_of(client, f"/documents/{sample.contract}/pages/1/preview")
    assert "<rect" not in plain
    assert "Match" not in text_of(plain)


def test_the_preview_of_a_long_text_is_cut_around_the_match(room: OwnRoom) -> None:
    id_ = room.come_in("dugo.txt", " ".join([*["reč"] * 20_000, "kamera", *["kraj"] * 20_000]))
    part = html_of(room.app.test_client(), f"/documents/{id_}/pages/1/preview?q=kamera")
    assert '<mark class="current">kamera</mark>' in part
    assert "A part of the page" in part
    assert len(part) < 10_000


def test_near_identical_papers_of_which_other_things_are_known_are_not_folded(room: OwnRoom) -> None:
    text = ["Ugovor o nabavci kamera", " ".join(f"reč{chr(97 + at % 26)}{chr(97 + at // 26)}" for at in range(200))]
    with room.archive.writing():
        for name, vendor, at in (("a.txt", "Vidozor", 0), ("b.txt", "Vidozor", 1), ("c.txt", "Okolina", 2)):
            lines = [f"{vendor} potpis", *text, *["kraj"] * at]
            room.filler.text(name, lines, "sr-Latn", facts={"vendor": (vendor, 0, 0)})
        room.archive.indexing.index_due()
    html = html_of(room.app.test_client(), "/?q=nabavci")
    cards = html.split('<li class="hit">')[1:]
    assert len(cards) == 2
    assert sorted(("Okolina" in card, "b.txt" in card and "a.txt" in card) for card in cards) == [
        (False, True),
        (True, False),
    ]


def sent(client: FlaskClient, path: str, items: list[str], **more: str) -> tuple[int, str]:
    chosen = [f"/documents/{id_}?q=kamera" for id_ in items]
    response = client.post(path, data={"item": chosen, **more})
    return response.status_code, response.headers.get("Location") or response.text


def test_chosen_results_are_cited_in_one_list(room: OwnRoom, letters: list[str]) -> None:
    status, html = sent(room.app.test_client(), "/chosen/cite", letters[:2])
    assert status == 200
    rich = html.partition('id="cited-html"')[2].partition("</div>")[0]
    assert [f"Kamera broj {at} na trgu." in text_of(rich) for at in range(3)] == [True, True, False]
    assert len(re.findall(r'<a href="[^"]+/cite/[0-9a-f]{64}/1/0-4\?quote=', rich)) == 2
    status, english = sent(room.app.test_client(), "/chosen/cite", letters[:2], style="en")
    assert "“Kamera broj 0 na trgu.”" in text_of(english) or "'Kamera broj 0 na trgu.'" in text_of(english)


def test_chosen_results_are_exported(room: OwnRoom, letters: list[str]) -> None:
    status, text = sent(room.app.test_client(), "/chosen/export.csv", letters[::-1])
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert status == 200
    assert [row["id"] for row in rows] == letters[::-1], "in the order in which they were chosen"
    assert rows[0]["snippet"] == "Kamera broj 2 na trgu."


def test_two_are_compared_and_no_other_number(room: OwnRoom, letters: list[str]) -> None:
    client = room.app.test_client()
    assert sent(client, "/chosen/compare", letters[:2]) == (303, f"/documents/{letters[0]}/beside/{letters[1]}")
    assert sent(client, "/chosen/compare", letters)[0] == 400


def test_a_packet_of_chosen_ones_is_offered(room: OwnRoom, letters: list[str]) -> None:
    status, html = sent(room.app.test_client(), "/packets/new", letters[:2])
    assert status == 200
    assert "It will hold 2 citations." in html
    assert len(re.findall(r'name="cite" value="/cite/', html)) == 2


def test_a_packet_takes_as_many_as_can_be_chosen_and_says_what_has_no_words(room: OwnRoom, letters: list[str]) -> None:
    client = room.app.test_client()
    blank = room.come_in("prazno.txt", " ")
    html = text_of(sent(client, "/packets/new", [*letters, blank])[1])
    assert "It will hold 3 citations; of 4 chosen results, 1 have no words." in html
    assert sent(client, "/packets/new", [blank])[0] == 400, "nothing of it can be cited"
    cites = re.findall(r'name="cite" value="([^"]+)"', sent(client, "/packets/new", letters)[1])
    room.app.config["CHOSEN"] = 2
    over = client.post("/packets", data={"cite": cites})
    assert over.status_code == 400
    assert "A packet takes 2 citations." in text_of(over.text)


def test_one_correction_of_many_is_shown_before_it_is_made(room: OwnRoom, letters: list[str]) -> None:
    client = room.app.test_client()
    status, html = sent(client, "/chosen/correct", letters)
    assert status == 200
    assert "Correct 3 documents" in text_of(html)
    status, html = sent(client, "/chosen/correct", letters, field="buyer", value="-Opština Bor", by="Ana")
    assert "3 corrections would be made" in text_of(html)
    assert all(not room.archive.catalog.facts.of(id_) for id_ in letters)
    table = re.findall(r'<textarea name="table"[^>]*>\n(.*?)</textarea>', html, re.DOTALL)[0]
    client.post("/review/csv", data={"table": table, "by": "Ana", "apply": "1"})
    assert [fact.value for id_ in letters for fact in room.archive.catalog.facts.of(id_)] == ["-Opština Bor"] * 3
    assert sent(client, "/chosen/correct", letters, field="year", value="x", by="Ana")[0] in (200, 400)


@pytest.mark.parametrize("path", ["cite", "export.csv", "compare", "correct"])
@pytest.mark.parametrize(("items", "status"), [([], 400), (["0" * 64], 404), (["x"], 400)])
def test_nothing_and_what_is_no_result_is_refused(room: OwnRoom, path: str, items: list[str], status: int) -> None:
    assert sent(room.app.test_client(), f"/chosen/{path}", items)[0] == status


def test_what_a_search_no_longer_finds_is_there_without_its_words(room: OwnRoom, letters: list[str]) -> None:
    item = f"/documents/{letters[0]}?q=slon"
    text = room.app.test_client().post("/chosen/export.csv", data={"item": item}).text
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["id"], row["matching pages"]) == (letters[0], "0")


def test_all_of_a_search_is_chosen_up_to_a_bound(room: OwnRoom, letters: list[str]) -> None:
    client = room.app.test_client()
    assert 'name="all" value="1"> All: 3 documents' in html_of(client, "/?q=kamera")
    client.post("/stories", data={"title": "Kamere", "by": "Ana", "all": "1", "search": "/?q=kamera&page=1"})
    (story,) = room.archive.catalog.stories.all(StoryReader("Ana", sees_all=True))
    assert story.count == 3
    room.app.config["CHOSEN"] = 2
    html = html_of(client, "/?q=kamera")
    assert 'name="all"' not in html
    assert "The search finds 3 documents; all can be chosen where it finds 2 at most." in text_of(html)
    over = client.post("/chosen/cite", data={"all": "1", "search": "/?q=kamera"})
    assert over.status_code == 400
    assert "This search finds 3 documents; at most 2 can be chosen at once." in text_of(over.text)
    assert sent(client, "/chosen/cite", letters)[0] == 400


def test_years_from_one_to_another_are_chosen(client: FlaskClient) -> None:
    for asked, leads_to in (
        ("from=2020&to=2022&q=2021+OR+2022", "/?q=2021+OR+2022&year=2020-2022"),
        ("from=2022&q=2021+OR+2022&year=2021", "/?q=2021+OR+2022&year=2022"),
        ("to=2021&from=&not_year=2021", "/?year=2021"),
        ("from=2019&to=2024&q=cameras&kind=contract", "/?q=cameras&year=2019-2024&kind=contract"),
        ("from=&to=&q=cameras&year=2021", "/?q=cameras"),
    ):
        assert client.get(f"/years?{asked}").headers["Location"] == leads_to
    for impossible in ("from=x", "from=0800&to=1810", "from=20211", "from=21"):
        assert client.get(f"/years?{impossible}").status_code == 400
