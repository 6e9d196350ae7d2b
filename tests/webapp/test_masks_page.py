"""The page of masks: what it shows to whom, what its forms do, and the page as it may be seen."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from archive.access.records import Right
from archive.access.rules import needed
from archive.archive import Archive
from archive.config import Settings
from tests.drawn_once import DrawnOnce
from tests.webapp_samples import Filler
from webapp import create_app

LINES = (["Zapisnik o kamerama", "Svedok Jovan Perin, tel. 063/123-4567", "Svedok je video kameru."], ["Potpisi"])


@pytest.fixture
def room(tmp_path: Path, drawn_once: DrawnOnce) -> Iterator[tuple[FlaskClient, str]]:
    with Archive.open(tmp_path / "home", Settings()) as archive:
        with archive.writing():
            paper = Filler(archive, tmp_path).pdf("zapisnik.pdf", LINES, "sr-Latn")
        yield create_app(archive, drawn_once).test_client(), paper


def forms(html: str) -> list[str]:
    return re.findall(r'name="name" value="([^"]+)"', html)


def approve(client: FlaskClient, paper: str) -> None:
    shown = client.get(f"/masks?document={paper}").text
    pages = re.findall(rf'name="page" value="({paper}:[^"]+)"', shown)
    assert len(pages) == 2
    sent = client.post(f"/masks/approve?document={paper}", data={"page": pages, "by": "Ana"})
    assert sent.status_code == 303


def test_each_mask_has_its_class_its_words_and_its_cut(room: tuple[FlaskClient, str]) -> None:
    client, paper = room
    html = client.get(f"/masks?document={paper}").text
    assert '<q lang="sr-Latn">Jovan Perin,</q>' in html
    assert '<q lang="sr-Latn">063/123-4567</q>' in html
    assert html.count('class="page-image cut"') == 2
    assert "phone: 1, proposed name: 1" in html
    assert html.count("Nobody has approved this page as it is now.") == 2
    only = client.get(f"/masks?document={paper}&page=1&mask=phone").text
    assert "Jovan Perin,</q>" not in only
    assert only.count('class="mask-page"') == 1


def test_a_mask_is_added_taken_away_and_put_back_by_forms(room: tuple[FlaskClient, str]) -> None:
    client, paper = room
    asked = f"document={paper}&page=1"
    sent = client.post(
        f"/documents/{paper}/masks?{asked}", data={"page": 1, "quote": "kameru", "class": "other", "by": "Ana"}
    )
    assert (sent.status_code, sent.location) == (303, f"/masks?{asked}#p-{paper[:12]}-1")
    html = client.get(f"/masks?{asked}").text
    assert "something else: 1" in html
    (phone,) = [name for name in forms(html) if name.startswith("phone")]
    client.post(f"/documents/{paper}/masks/remove?{asked}", data={"page": 1, "name": phone, "by": "Iva"})
    html = client.get(f"/masks?{asked}").text
    assert '<li class="gone">' in html
    assert "phone: 1" not in html
    client.post(f"/documents/{paper}/masks/remove?{asked}", data={"page": 1, "name": phone, "restore": 1, "by": "Iva"})
    assert "phone: 1" in client.get(f"/masks?{asked}").text


def test_the_page_as_it_may_be_seen_is_shown_after_it_was_approved(room: tuple[FlaskClient, str]) -> None:
    client, paper = room
    page = f"/documents/{paper}/pages/1/masked?mask=phone,person"
    assert client.get(page).status_code == 400
    assert client.get(page.replace("?", "/image?")).status_code == 400
    approve(client, paper)
    html = client.get(page).text
    assert "063/123" not in html
    assert "Jovan" not in html
    assert "kamerama" in html
    assert "Approved by Ana" in html
    seen = {}
    for address in (page.replace("?", "/image?"), f"/documents/{paper}/pages/1/image"):
        image = Image.open(io.BytesIO(client.get(address).data)).convert("L")
        # The line with the name and the number: 130 points from the top, 842 high.
        line = image.crop(
            (
                int(0.2 * image.width),
                int(124 / 842 * image.height),
                int(0.5 * image.width),
                int(132 / 842 * image.height),
            )
        )
        seen[address] = sum(line.histogram()[:32]) / (line.width * line.height)
    black, printed = seen.values()
    assert black > 0.75
    assert printed < 0.4
    # Another mask asks again.
    client.post(f"/documents/{paper}/masks?document={paper}", data={"page": 1, "quote": "kameru", "by": "Ana"})
    assert client.get(page).status_code == 400


def test_personal_numbers_alone_need_no_approval(room: tuple[FlaskClient, str]) -> None:
    client, paper = room
    html = client.get(f"/documents/{paper}/pages/1/masked").text
    assert "Jovan Perin" in html
    assert "Nothing is masked on this page." in html


def test_what_changed_since_the_page_was_opened_is_not_approved(room: tuple[FlaskClient, str]) -> None:
    client, paper = room
    stale = client.post(f"/masks/approve?document={paper}", data={"page": f"{paper}:1:0123456789abcdef", "by": "Ana"})
    assert (stale.status_code, "changed since" in stale.text) == (400, True)
    for data in ({}, {"page": "x"}, {"page": f"{paper}:7:0"}):
        assert client.post("/masks/approve", data={"by": "Ana", **data}).status_code in (400, 404)
    assert client.get("/masks").status_code == 400
    gone = client.post(
        f"/documents/{paper}/masks/remove?document={paper}", data={"page": 1, "name": "phone:0-0", "by": "A"}
    )
    assert gone.status_code == 400
    nothing = client.post(f"/documents/{paper}/masks?document={paper}", data={"page": 1, "by": "A"})
    assert nothing.status_code == 400


def test_only_editors_see_what_is_masked() -> None:
    for endpoint in ("masks.show", "masks.add", "masks.remove", "masks.approve_shown"):
        assert needed(endpoint, "GET" if endpoint == "masks.show" else "POST") is Right.EDIT
    assert needed("masked.show", "GET") is Right.READ
