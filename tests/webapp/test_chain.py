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
    section = html[html.index('id="chain-1"') : html.index('id="selection"')]
    shown = text_of(section)
    assert "Tender notice, 10 May 2021" in shown
    assert f"/documents/{room.ids['ivanjica-2021-javni-poziv.pdf']}?q=kamera" in links(section)
    assert "this document ivanjica-2021-ugovor.pdf number 404-27/2021-9" in shown
    assert "Award decision: not in the archive A contract follows a decision of award" in shown
    assert shown.index("Contract, 15 July 2021") < shown.index("FOI appeal, 4 April 2022")


def test_the_subject_leads_to_its_words(room: Room) -> None:
    (chain,) = room.client.get(f"/api/v1/documents/{room.ids['becej-2020-ugovor.pdf']}/chain").get_json()
    subject, notice = chain["subject"], room.ids["becej-2020-javni-poziv.pdf"]
    assert (subject["value"], subject["document"]) == ("Sistem video-nadzora javnih površina u Bečeju", notice)
    html = html_of(room.client, f"/documents/{room.ids['becej-2020-ugovor.pdf']}")
    section = html[html.index('id="chain-1"') : html.index('id="selection"')]
    (link,) = [each for each in links(section) if f"{notice}/pages/{subject['page']}" in each and "number" not in each][
        :1
    ]
    assert subject["value"] in text_of(section)
    assert "video-nadzora" in text_of(html_of(room.client, link.partition("#")[0]))
    assert subject["value"] in terminal(room, room.ids["becej-2020-ugovor.pdf"])


def test_the_number_leads_to_its_words(room: Room) -> None:
    html = html_of(room.client, f"/documents/{room.ids['becej-2020-ugovor.pdf']}")
    section = html[html.index('id="chain-1"') : html.index('id="selection"')]
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
    assert lines[1] == "  набавка и уградња опреме за видео-надзор – 10 (десет) камера на 4 локације"
    assert lines[4].startswith("> 2019-09-09  Contract")
    assert lines[4].endswith("kladovo-2019-ugovor.pdf  [404-51/2019-8]")
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


@pytest.fixture
def own(specimen_home: Path, tmp_path: Path) -> Iterator[Room]:
    """An archive of one's own, in which people may rule."""
    shutil.copytree(specimen_home, tmp_path / "home")
    with Archive.open(tmp_path / "home") as archive:
        ids = {document.filename: document.id for document in archive.catalog.documents.newest_first()}
        yield Room(archive, create_app(archive, NoPicture()).test_client(), ids)


def section_of(room: Room, document: str) -> str:
    html = html_of(room.client, f"/documents/{document}")
    return html[html.index('id="chains"') : html.index('id="selection"')]


def files_of(room: Room, document: str) -> list[set[str]]:
    answer = room.client.get(f"/api/v1/documents/{document}/chain").get_json()
    return [{paper["filename"] for paper in chain["documents"]} for chain in answer]


def test_a_person_takes_a_paper_out_on_the_page_and_takes_that_back(own: Room) -> None:
    notice, contract = own.ids["becej-2020-javni-poziv.pdf"], own.ids["becej-2020-ugovor.pdf"]
    before = files_of(own, contract)
    sent = {"paper": notice, "belongs": "no", "by": "Ana"}
    answer = own.client.post(f"/documents/{contract}/procedure", data=sent)
    assert (answer.status_code, answer.location) == (303, f"/documents/{contract}#chains")
    assert files_of(own, contract) == [before[0] - {"becej-2020-javni-poziv.pdf"}]
    assert files_of(own, notice) == [{"becej-2020-javni-poziv.pdf"}]
    told = "becej-2020-javni-poziv.pdf does not belong to the procedure of becej-2020-ugovor.pdf"
    for page in (notice, contract):
        assert "Ana, " in text_of(section_of(own, page))
        assert told in text_of(section_of(own, page))
    (ruling,) = own.client.get(f"/api/v1/documents/{contract}/chain").get_json()[0]["rulings"]
    assert (ruling["by"], ruling["document"], ruling["other"], ruling["belongs"]) == ("Ana", notice, contract, False)
    back = {"event": str(ruling["event"]), "on": ruling["document"], "by": "Ana"}
    assert own.client.post(f"/documents/{contract}/procedure/withdraw", data=back).status_code == 303
    assert files_of(own, contract) == before
    assert told not in text_of(section_of(own, contract))


def test_the_document_itself_is_taken_out_with_regard_to_another_paper(own: Room) -> None:
    contract, notice = own.ids["becej-2020-ugovor.pdf"], own.ids["becej-2020-javni-poziv.pdf"]
    sent = {"paper": contract, "other": notice, "belongs": "no", "by": "Ana"}
    assert own.client.post(f"/documents/{contract}/procedure", data=sent).status_code == 303
    assert files_of(own, contract) == [{"becej-2020-ugovor.pdf"}]


def test_an_address_names_the_paper_that_belongs_and_nonsense_names_none(own: Room) -> None:
    agreement, contract = own.ids["kladovo-2020-sporazum-o-saradnji.pdf"], own.ids["kladovo-2019-ugovor.pdf"]
    sent = {"paper": f"http://127.0.0.1:8000/documents/{agreement}?q=x", "belongs": "yes", "by": "Ana"}
    assert own.client.post(f"/documents/{contract}/procedure", data=sent).status_code == 303
    assert "here because a person said so" in text_of(section_of(own, agreement))
    assert {"kladovo-2020-sporazum-o-saradnji.pdf", "kladovo-2019-ugovor.pdf"} <= files_of(own, agreement)[0]
    for paper, belongs in (("nothing", "yes"), ("00000000", "yes"), (agreement, "perhaps"), (contract, "yes")):
        wrong = {"paper": paper, "belongs": belongs, "by": "Ana"}
        assert own.client.post(f"/documents/{contract}/procedure", data=wrong).status_code in (400, 404), paper


def test_the_api_and_the_terminal_rule_and_take_back_too(own: Room) -> None:
    agreement, contract = own.ids["kladovo-2020-sporazum-o-saradnji.pdf"], own.ids["kladovo-2019-ugovor.pdf"]
    before = files_of(own, contract)
    sent = {"other": contract, "said": "belongs", "by": "Ana"}
    answer = own.client.post(f"/api/v1/documents/{agreement}/procedure", data=sent)
    assert answer.status_code == 200
    (chain,) = answer.get_json()
    (there,) = [paper for paper in chain["documents"] if paper["id"] == agreement]
    assert there["reason"] == {"by": "ruling", "text": "a person said so"}
    out = terminal(own, contract, "--apart", agreement[:10], "--by", "Iva")
    assert f"Iva, {chain['rulings'][0]['at'][:10]}: {agreement[:12]} does not belong with {contract[:12]}" in out
    assert files_of(own, contract) == before
    terminal(own, agreement, "--withdraw", contract, "--by", "Iva")
    assert "kladovo-2020-sporazum-o-saradnji.pdf" in files_of(own, contract)[0], "Ana's word holds again"
    answer = own.client.post(f"/api/v1/documents/{agreement}/procedure", data={**sent, "said": "withdraw"})
    assert files_of(own, contract) == before
    for wrong in ({**sent, "said": "withdraw"}, {**sent, "said": "maybe"}, {**sent, "other": agreement}):
        assert own.client.post(f"/api/v1/documents/{agreement}/procedure", data=wrong).status_code == 400
