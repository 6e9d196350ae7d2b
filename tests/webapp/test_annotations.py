"""Persons' notes as readers meet them: at a terminal, on pages, and as W3C Web Annotations."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from archive.citing.claims import claim_in
from archive.command_line.annotate import annotate_command, annotations_command
from archive.errors import DosijeError
from tests.webapp_html import html_of, links, text_of
from tests.webapp_own_room import OwnRoom
from tests.webapp_samples import CONTRACT, read_again

NOTE = "Koje kamere?\n<b>Proveriti</b> & pitati."


@pytest.fixture
def id_(room: OwnRoom) -> str:
    with room.archive.writing():
        return room.filler.pdf("contract.pdf", CONTRACT, "en")


@pytest.fixture
def reader(room: OwnRoom) -> FlaskClient:
    return room.app.test_client()


def note(reader: FlaskClient, id_: str, **data: str) -> str:
    """Send the form of a page; returns the path of the note that it makes."""
    sent = {"page": "1", "quote": "eleven cameras", "note": NOTE, "by": "Ana", **data}
    response = reader.post(f"/documents/{id_}/annotations", data=sent)
    assert response.status_code == 303, response.text
    return urlsplit(response.location).path


def run(room: OwnRoom, command: Any, *arguments: str) -> Result:
    result = CliRunner().invoke(command, arguments, obj=room.archive.home)
    if result.exception and not isinstance(result.exception, SystemExit | DosijeError):
        raise result.exception
    return result


def annotate(room: OwnRoom, *arguments: str) -> dict[str, Any]:
    result = run(room, annotate_command, *arguments, "--by", "Ana", "--json")
    assert result.exit_code == 0, result.output
    made: dict[str, Any] = json.loads(result.output)
    return made


def test_a_note_is_made_changed_and_removed_at_a_terminal(room: OwnRoom, id_: str) -> None:
    made = annotate(room, id_[:8], NOTE, "--quote", "ELEVEN cameras")
    assert (made["page"], made["quote"], made["note"], made["by"]) == (1, "eleven cameras", NOTE, "Ana")
    box = annotate(room, id_, "Pečat", "--page", "3", "--box", "0.1,0.7,0.5,0.9")
    assert (box["page"], box["words"], box["box"], box["quote"]) == (3, None, [0.1, 0.7, 0.5, 0.9], None)
    first, last = made["words"]
    same = annotate(room, id_, "Još jedna", "--words", f"{first}-{last}")
    assert same["quote"] == "eleven cameras"
    listed = run(room, annotations_command, id_[:8], "--json")
    assert [one["id"] for one in json.loads(listed.output)] == [made["id"], same["id"], box["id"]]
    assert annotate(room, "--edit", made["id"][:8], "Drugo")["note"] == "Drugo"
    assert annotate(room, "--remove", same["id"])["removed_by"] == "Ana"
    shown = run(room, annotations_command).output
    assert f"{made['id'][:12]}  {id_[:12]} p. 1 “eleven cameras”: Drugo  [Ana, " in shown
    assert "p. 3 a box: Pečat" in shown
    assert "Još jedna" not in shown


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("ID", "x"), "Say in only one way"),
        (("ID", "x", "--quote", "cameras", "--words", "1-2"), "Say in only one way"),
        (("ID", "x", "--words", "1-2", "--page", "1"), "Say in only one way"),
        (("ID", "x", "--quote", "zebra"), "is not in"),
        (("ID", "x", "--box", "0,0,1,1"), "Name it: --page"),
        (("ID", "x", "--box", "0,0,1,1", "--page", "9"), "no page 9"),
        (("ID", "x", "--box", "0,0,2,1", "--page", "1"), "is not a box"),
        (("ID", "x", "--box", "0.5,0,0.5,1", "--page", "1"), "is not a box"),
        (("ID", "x", "--box", "nan,0,1,1", "--page", "1"), "is not a box"),
        (("ID", " ", "--quote", "cameras", "--page", "2"), "A note has 1 to"),
        (("ID",), "Write: dosije annotate ID NOTE"),
        (("--edit", "ffffffff", "x", "--page", "1"), "one thing at a time"),
        (("--remove", "ffffffff"), "There is no annotation"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(room: OwnRoom, id_: str, arguments: tuple[str, ...], says: str) -> None:
    result = run(room, annotate_command, *(id_ if one == "ID" else one for one in arguments), "--by", "Ana")
    assert isinstance(result.exception, DosijeError)
    assert (result.exception.exit_code, says in str(result.exception)) == (2, True), result.exception
    assert room.archive.catalog.annotations.all() == ()


def test_a_note_is_marked_on_image_and_text_and_listed_beside(reader: FlaskClient, id_: str) -> None:
    path = note(reader, id_)
    anchor = f"note-{path.rpartition('/')[2][:12]}"
    html = html_of(reader, f"/documents/{id_}/pages/1?q=contract")
    assert '<mark class="noted">eleven cameras</mark>' in html
    assert re.search(rf'<rect [^>]*id="{anchor}" class="noted"/>', html)
    assert "&lt;b&gt;Proveriti&lt;/b&gt; &amp; pitati." in html, "a note is text"
    assert path in links(html)
    listed = html_of(reader, f"/documents/{id_}")
    assert f"/documents/{id_}/pages/1#{anchor}" in links(listed)
    assert "eleven cameras" in text_of(listed)
    assert 'class="noted"' not in html_of(reader, f"/documents/{id_}/pages/2")


def test_a_box_is_marked_on_the_image(reader: FlaskClient, id_: str) -> None:
    note(reader, id_, page="3", quote="", left="10", top="50", right="60,5", bottom="75")
    html = html_of(reader, f"/documents/{id_}/pages/3")
    place = 'x="59.5" y="421.0" width="300.5" height="210.5"'
    assert re.search(rf'<rect {place} rx="1.5" id="note-\w+" class="noted"/>', html)
    assert "a box on the image" in text_of(html)


def test_the_page_of_a_note_tells_its_history(reader: FlaskClient, id_: str) -> None:
    path = note(reader, id_)
    assert reader.post(path, data={"note": "Drugo", "by": "Bora"}).status_code == 303
    shown = text_of(html_of(reader, path))
    assert re.search(r"Changed by Bora, .* Drugo .*Made by Ana, .* Koje kamere\?", shown)
    assert reader.get(path[:-20]).location == path
    assert reader.post(f"{path}/remove", data={"by": "Ceca"}).status_code == 303
    gone = reader.get(path)
    assert (gone.status_code, "Ceca removed this note" in text_of(gone.text)) == (410, True)
    assert "Change this note" not in gone.text
    assert 'class="noted"' not in html_of(reader, f"/documents/{id_}/pages/1")
    assert reader.get("/annotations/ffffffff").status_code == 404


@pytest.mark.parametrize(
    "data",
    [
        {"quote": ""},
        {"quote": "zebra"},
        {"by": " "},
        {"note": ""},
        {"quote": "", "left": "10"},
        {"left": "1", "top": "1", "right": "5", "bottom": "5"},
        {"quote": "", "left": "1", "top": "1", "right": "500", "bottom": "5"},
        {"page": "0"},
    ],
    ids=str,
)
def test_a_form_that_makes_no_sense_is_refused(room: OwnRoom, reader: FlaskClient, id_: str, data: Any) -> None:
    sent = {"page": "1", "quote": "eleven cameras", "note": NOTE, "by": "Ana", **data}
    assert reader.post(f"/documents/{id_}/annotations", data=sent).status_code == 400
    assert room.archive.catalog.annotations.all() == ()


def test_a_note_that_another_person_changed_meanwhile_is_not_overwritten(
    room: OwnRoom, reader: FlaskClient, id_: str
) -> None:
    path = note(reader, id_, note="Prvo\n\ndrugi red")
    seen = {"was": "Prvo\r\n\r\ndrugi red"}
    assert reader.post(path, data={"note": "Urednica", "by": "Ana", **seen}).status_code == 303
    refused = reader.post(path, data={"note": "Reporter", "by": "Ivo", **seen})
    assert (refused.status_code, "It has changed meanwhile" in refused.text) == (409, True)
    assert reader.post(path, data={"note": "Urednica", "by": "Ivo", **seen}).status_code == 303, "both wrote the same"
    (kept,) = room.archive.catalog.annotations.all()
    assert (kept.note, kept.changed_by) == ("Urednica", "Ana")


def test_forms_of_other_sites_change_nothing(room: OwnRoom, reader: FlaskClient, id_: str) -> None:
    path = note(reader, id_)
    before = room.archive.catalog.annotations.all()
    for target in (path, f"{path}/remove", f"/documents/{id_}/annotations"):
        sent = {"note": "x", "by": "x", "page": "1", "quote": "eleven"}
        assert reader.post(target, data=sent, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert room.archive.catalog.annotations.all() == before


def test_a_note_says_how_it_came_into_a_later_reading(room: OwnRoom, reader: FlaskClient, id_: str) -> None:
    path, gone = note(reader, id_), note(reader, id_, quote="with recorders.", note="Izgubljeno")
    read_again(room.archive, id_, ["Some Eleven Cameras here"], ["x"], ["y"])
    shown = text_of(html_of(reader, path))
    assert "Made in reading 1; its words were found again but for case" in shown
    assert "p. 1 Eleven Cameras" in shown
    lost = text_of(html_of(reader, gone))
    assert "p. 1 of reading 1" in lost
    assert "its words were not found in reading 2, the newest" in lost
    page = html_of(reader, f"/documents/{id_}/pages/1")
    assert '<mark id="note-' in page, "the newest reading is flowing text, so the id is on the text"
    assert "Izgubljeno" not in page
    assert "Izgubljeno" in html_of(reader, f"/documents/{id_}/pages/1?reading=1")
    listed = run(room, annotations_command, id_)
    assert "its words were not found after reading 1" in listed.output


def test_notes_are_exported_as_web_annotations(room: OwnRoom, reader: FlaskClient, id_: str) -> None:
    """https://www.w3.org/TR/annotation-model/, sections 3 (model), 4.2 (selectors) and 5 (collections)."""
    path = note(reader, id_)
    note(reader, id_, page="3", quote="", left="10", top="50", right="60", bottom="75", note="Pečat")
    response = reader.get(f"/api/v1/documents/{id_}/annotations")
    assert response.content_type == 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
    collection = json.loads(response.text)
    assert (collection["type"], collection["total"]) == ("AnnotationCollection", 2)
    assert collection["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    page = collection["first"]
    assert (page["type"], page["partOf"], page["startIndex"]) == ("AnnotationPage", collection["id"], 0)
    words, box = page["items"]
    assert words["id"] == f"http://localhost{path}"
    assert words["creator"] == {"type": "Person", "name": "Ana"}
    assert words["body"] == {"type": "TextualBody", "purpose": "commenting", "format": "text/plain", "value": NOTE}
    selector = words["target"]["selector"]
    assert selector["value"] == "page=1"
    assert selector["refinedBy"][0]["exact"] == "eleven cameras"
    assert box["target"]["selector"]["refinedBy"]["value"] == "xywh=percent:10.00,50.00,50.00,25.00"
    alone = json.loads(reader.get(f"/api/v1{path}").text)
    assert {name: value for name, value in alone.items() if name != "@context"} == words
    assert json.loads(run(room, annotations_command, id_, "--w3c").output)["total"] == 2
    claim = claim_in(json.dumps(alone))
    assert claim.words == ("eleven", "cameras"), "a note can be verified like a citation"
