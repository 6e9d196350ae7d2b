"""The procedure of a document: on its page, in the API and at the terminal."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.command_line.documents import chain_command
from archive.command_line.export import export_group, links_below
from archive.store.catalog import CatalogLimits
from tests.webapp_html import html_of, links, text_of
from tests.webapp_samples import NoPicture
from webapp import create_app


@dataclass(frozen=True, slots=True)
class Room:
    """The specimens' archive with a client, and the ids of the documents by their files."""

    archive: Archive
    client: FlaskClient
    ids: dict[str, str]


@pytest.fixture(scope="module")
def room(specimen_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    home = tmp_path_factory.mktemp("chain") / "home"
    shutil.copytree(specimen_home, home)
    with Archive.open(home) as archive:
        ids = {document.filename: document.id for document in archive.catalog.documents.newest_first()}
        yield Room(archive, create_app(archive, NoPicture()).test_client(), ids)


def terminal(room: Room, *arguments: str, command: Any = chain_command) -> str:
    run = CliRunner().invoke(command, arguments, obj=room.archive.home, catch_exceptions=False)
    assert run.exit_code == 0
    return run.stdout


def test_the_page_lists_the_others_and_names_what_is_missing(room: Room) -> None:
    html = html_of(room.client, f"/documents/{room.ids['ivanjica-2021-ugovor.pdf']}?q=kamera")
    section = html[html.index('id="chain-1"') : html.index('id="pages"')]
    shown = text_of(section)
    assert "Tender notice, 10 May 2021" in shown
    assert f"/documents/{room.ids['ivanjica-2021-javni-poziv.pdf']}?q=kamera" in links(section)
    assert "this document ivanjica-2021-ugovor.pdf number 404-27/2021-9" in shown
    assert "Award decision: not in the archive A contract follows a decision of award" in shown
    assert shown.index("Contract, 15 July 2021") < shown.index("FOI appeal, 4 April 2022")


def test_the_number_leads_to_its_words(room: Room) -> None:
    html = html_of(room.client, f"/documents/{room.ids['becej-2020-ugovor.pdf']}")
    section = html[html.index('id="chain-1"') : html.index('id="pages"')]
    (link,) = [each for each in links(section) if f"{room.ids['becej-2022-foi-odgovor.pdf']}/pages/" in each]
    assert "III-404-18/2020-7" in text_of(html_of(room.client, link.partition("#")[0]))
    assert "nearly the same as becej-2021-aneks.pdf: a copy, not another one" in text_of(section)
    assert "here because its body and its date fit" in text_of(section)


def test_a_document_of_no_procedure_has_no_section(room: Room) -> None:
    assert 'id="chain-1"' not in html_of(room.client, f"/documents/{room.ids['kladovo-2020-sporazum-o-saradnji.pdf']}")


def test_a_page_is_shown_even_if_its_number_is_too_common(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room.archive.catalog, "limits", CatalogLimits(procedure_papers=2))
    shown = text_of(html_of(room.client, f"/documents/{room.ids['becej-2020-ugovor.pdf']}"))
    assert "More than 2 documents have numbers like those of" in shown
    assert "UGOVOR O JAVNOJ NABAVCI" in shown


def test_api_and_terminal_give_the_same_chain(room: Room) -> None:
    id_ = room.ids["becej-2020-ugovor.pdf"]
    response = room.client.get(f"/api/v1/documents/{id_[:10]}/chain")
    assert response.status_code == 200
    (chain,) = response.get_json()
    assert [chain] == json.loads(terminal(room, id_[:8], "--json"))
    assert (chain["id"], chain["about"]) == ("opstina-becej-404-18-2020", "procurement")
    assert [paper["kind"] for paper in chain["requests"]] == ["foi_request", "foi_reply"]
    contract = next(paper for paper in chain["documents"] if paper["id"] == id_)
    assert contract["link"]["value"] == "III-404-18/2020-7"
    assert contract["link"]["page"] == 1
    assert room.client.get(f"/api/v1/documents/{id_}/chain?page=1").status_code == 400
    assert room.client.get("/api/v1/documents/00000000/chain").status_code == 404


def test_the_terminal_shows_a_line_for_each_paper(room: Room) -> None:
    lines = terminal(room, room.ids["kladovo-2019-ugovor.pdf"]).splitlines()
    assert lines[0] == "12/2019-У · Opština Kladovo"
    assert lines[3].startswith("> 2019-09-09  Contract")
    assert lines[3].endswith("kladovo-2019-ugovor.pdf  [404-51/2019-8]")
    assert [line.split()[1:3] for line in lines if line.startswith("  missing")] == [
        ["Tender", "documents"],
        ["Minutes", "The"],
    ]
    alone = terminal(room, room.ids["kladovo-2020-sporazum-o-saradnji.pdf"])
    assert alone == "It belongs to no procurement and to no request for information.\n"


def test_the_export_is_written_whole_and_its_links_lead_to_the_pages(room: Room, tmp_path: Path) -> None:
    output = tmp_path / "ocds.jsonl"
    terminal(room, "ocds", "--output", str(output), command=export_group)
    assert output.read_text(encoding="utf-8") == terminal(room, "ocds", command=export_group)
    assert list(tmp_path.iterdir()) == [output]
    releases = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert len(releases) == 8
    base = "http://127.0.0.1:8000"
    for release in releases:
        proof = release["tender"]["dosije:evidence"]["value" if "value" in release["tender"] else "id"]
        assert proof["url"].startswith(f"{base}/documents/")
        page = html_of(room.client, proof["url"].removeprefix(base).partition("#")[0])
        assert proof["quote"].split()[0] in text_of(page)


def test_permalinks_are_those_of_the_pages(room: Room) -> None:
    id_ = room.ids["becej-2020-ugovor.pdf"]
    fact = next(fact for fact in room.archive.catalog.facts.of(id_) if fact.field == "reference")
    assert fact.span
    page = links_below(room.archive.settings).page(fact.span, 1).removeprefix("http://127.0.0.1:8000")
    assert page in links(html_of(room.client, f"/documents/{id_}"))
