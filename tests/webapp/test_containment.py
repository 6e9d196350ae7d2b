"""What lies inside what, as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.config import Settings
from archive.store.members import Failure
from tests.webapp_html import html_of, links, text_of
from tests.webapp_samples import Filler, NoPicture
from webapp import create_app
from webapp.pages.document.document_parts import MEMBERS_SHOWN

READ, BROKEN, DUE = "ugovori/<b>ugovor</b>.txt", "oštećen.pdf", "kasnije.txt"
MANY = MEMBERS_SHOWN + 1


@dataclass(frozen=True, slots=True)
class Box:
    """An e-mail that holds a letter, a file that failed and one that is due; and a mailbox of very many letters."""

    client: FlaskClient
    mail: str
    mailbox: str
    letter: str


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    folder = tmp_path_factory.mktemp("box")
    with Archive.open(folder / "home", Settings()) as archive, archive.writing():
        filler = Filler(archive, folder)
        mail = filler.text("poruka.eml", ["The contract is attached"], "en", contents=(READ, BROKEN, DUE))
        names = tuple(f"{number}.txt" for number in range(1, MANY + 1))
        mailbox = filler.text("pošta.mbox", list(names), "en", contents=names)
        letter = filler.text("letter.txt", ["A letter about roads"], "en")
        archive.catalog.members.add(mail, letter, READ)
        archive.catalog.members.add(mailbox, letter, names[-1])
        reason = "oštećen.pdf is damaged."
        when = datetime(2026, 3, 9, tzinfo=UTC)
        archive.catalog.failures.record(
            Failure(f"/scans/poruka.eml!/{BROKEN}", None, reason, None, when, container=mail, member=BROKEN)
        )
        yield Box(create_app(archive, NoPicture()).test_client(), mail, mailbox, letter)


def test_a_container_lists_what_it_holds_in_its_order(box: Box) -> None:
    html = html_of(box.client, f"/documents/{box.mail}?q=contract")
    shown = text_of(html)
    assert "What it holds 3 files, 1 of them could not be read" in shown
    assert f"/documents/{box.letter}?q=contract" in links(html)
    assert shown.index(READ) < shown.index(BROKEN) < shown.index(DUE)
    assert f"{BROKEN} oštećen.pdf is damaged." in shown
    assert f"{DUE} Not read yet" in shown
    assert "<b>" not in html, "the name of a member is text"


def test_a_document_names_every_place_it_lies_in(box: Box) -> None:
    html = html_of(box.client, f"/documents/{box.letter}?q=roads")
    shown = text_of(html)
    assert f"Inside poruka as {READ}" in shown
    assert f"Inside pošta as {MANY}.txt" in shown
    for container in (box.mail, box.mailbox):
        assert f"/documents/{container}?q=roads" in links(html)
    assert 'id="contents"' not in html, "a letter is no container"


def test_a_long_list_comes_in_parts(box: Box) -> None:
    first = html_of(box.client, f"/documents/{box.mailbox}")
    following = f"/documents/{box.mailbox}?member={MANY}#contents"
    assert following in links(first)
    assert f"/documents/{box.letter}" not in links(first)
    last = html_of(box.client, following)
    assert f"/documents/{box.letter}" in links(last)
    assert f'?member={MANY}#contents" aria-current="true"' in last


@pytest.mark.parametrize(("first", "status"), [(str(MANY + 1), 404), ("0", 400), ("x", 400)])
def test_a_part_that_is_not_there_is_refused(box: Box, first: str, status: int) -> None:
    assert box.client.get(f"/documents/{box.mailbox}?member={first}").status_code == status
