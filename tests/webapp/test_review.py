"""The queue of doubts in the browser: each decision counts at once, the next doubt follows, and it can be undone."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.model import Fact, FactStatus, Span
from tests.webapp_html import html_of, links, text_of
from tests.webapp_own_room import OwnRoom, add_nothing, filled_room
from tests.webapp_samples import CONTRACT, REPLY

VENDOR, PLACE = "Providni Sistemi", "Brezovac"


def unsure(room: OwnRoom, id_: str, *facts: tuple[str, str, int, int, float]) -> None:
    """The facts that rules read in a document, each with its words and how sure the rule was."""
    read = [
        Fact(field, value, Span(id_, 1, first, last), f"{field}.test", sure)
        for field, value, first, last, sure in facts
    ]
    room.archive.catalog.facts.replace_extracted(id_, 1, read)
    assert room.archive.settle()


def add_contract(room: OwnRoom) -> None:
    with room.archive.writing():
        id_ = room.filler.pdf("contract.pdf", CONTRACT, "en")
    unsure(
        room,
        id_,
        ("kind", "contract", 0, 0, 0.96),
        ("vendor", VENDOR, 12, 13, 0.5),
        ("municipality", PLACE, 6, 6, 0.7),
        ("amount", "1000.00", 15, 15, 0.95),
    )


@pytest.fixture
def room(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[OwnRoom]:
    """With a contract for who asks for it."""
    with filled_room(tmp_path, add_contract if "contract" in request.fixturenames else add_nothing) as room:
        yield room


@pytest.fixture
def contract(room: OwnRoom) -> str:
    return room.only


@pytest.fixture
def reader(room: OwnRoom) -> FlaskClient:
    return room.app.test_client()


def send(reader: FlaskClient, html: str, action: str, **data: str | list[str]) -> TestResponse:
    """Press a button of the form that decides, with its fields as they are but for ``data``, and no box ticked."""
    assert "checked" not in html
    form = html[html.index('<form class="decision"') :]
    form = form[: form.index("</form>")]
    fields = {
        name: unescape(value)
        for name, value in re.findall(r'<input [^>]*?name="(\w+)" value="([^"]*)"', form)
        if name not in {"page", "paper", "prove"}
    }
    target = re.search(r'action="([^"]+)"', form)
    assert target
    return reader.post(target[1], data={**fields, "by": "Ana", **data, "action": action})


def undo(reader: FlaskClient, html: str) -> TestResponse:
    """Press “Undo”."""
    form = html[html.index('class="note decided"') :]
    form = form[: form.index("</form>")]
    fields = {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)}
    target = re.search(r'action="([^"]+)"', form)
    assert target
    return reader.post(target[1], data=fields)


def known(room: OwnRoom, id_: str, field: str) -> list[tuple[str, FactStatus]]:
    return [(fact.value, fact.status) for fact in room.archive.catalog.facts.of(id_) if fact.field == field]


def test_the_most_useful_doubt_comes_first_with_its_words(reader: FlaskClient, contract: str) -> None:
    html = html_of(reader, "/review")
    shown = text_of(html)
    assert "Review: 2 doubts" in shown
    assert f"Vendor: {VENDOR} the rule was 50% sure" in shown
    assert "Number 1 of 2" in shown
    assert 'viewBox="0 ' in html, "the page's picture stands beside it"
    assert f'aria-label="Page 1, at the words: {VENDOR}"' in html
    assert {"/review?field=vendor", "/review?at=2"} <= set(links(html))
    assert f"Municipality: {PLACE}" in text_of(html_of(reader, "/review?at=2"))
    assert "No doubts left after those you skipped." in text_of(html_of(reader, "/review?at=3"))
    assert "1 doubt " in text_of(html_of(reader, "/review?field=municipality"))


def test_a_decision_names_only_the_value_it_is_about(room: OwnRoom, reader: FlaskClient, contract: str) -> None:
    both = [Fact("vendor", name, Span(contract, 1, 12, 13), "vendor.test", 0.5) for name in (VENDOR, "Drugi d.o.o.")]
    room.archive.catalog.facts.replace_extracted(contract, 1, both)
    for action, said in (("confirm", f"{VENDOR}, confirmed"), ("remove", f"{VENDOR}, removed")):
        sent = {"field": "vendor", "old": VENDOR, "by": "Ana", "action": action}
        answer = reader.post(f"/documents/{contract}/correct", data=sent)
        assert f"Vendor of contract: {said} (Ana)" in text_of(html_of(reader, answer.location))
    sent = {"field": "vendor", "value": "Treći d.o.o.", "by": "Ana", "action": "correct", "add": "1"}
    answer = reader.post(f"/documents/{contract}/correct?add=1", data=sent)
    assert "Vendor of contract: Treći d.o.o., added (Ana)" in text_of(html_of(reader, answer.location))


def test_the_number_that_is_doubted_is_shown(room: OwnRoom, reader: FlaskClient, contract: str) -> None:
    flagged = {"mb": "65292013", "check_failed": "mb"}
    fact = Fact("vendor", VENDOR, Span(contract, 1, 12, 13), "vendor.test", 0.9, details=flagged)
    room.archive.catalog.facts.replace_extracted(contract, 1, [fact])
    assert "check digit wrong: MB MB 65292013" in text_of(html_of(reader, "/review"))


def test_a_field_of_few_values_offers_them_in_words(room: OwnRoom, reader: FlaskClient, contract: str) -> None:
    html = html_of(reader, f"/documents/{contract}/correct?field=kind")
    assert '<option value="contract" selected>Contract</option>' in html
    html = html_of(reader, f"/documents/{contract}/correct?field=procedure_type")
    assert '<option value="small_value">Small value</option>' in html
    assert "selected>" in html[: html.index("small_value")], "nothing is chosen where nothing is known"


def test_a_confirmed_fact_makes_place_for_the_next(room: OwnRoom, reader: FlaskClient, contract: str) -> None:
    answer = send(reader, html_of(reader, "/review"), "confirm")
    assert answer.status_code == 303
    html = html_of(reader, answer.location)
    shown = text_of(html)
    assert f"Vendor of Contract, Brezovac: {VENDOR}, confirmed (Ana)" in shown
    assert f"Municipality: {PLACE}" in shown
    assert "Review: 1 doubt" in shown
    assert 'name="by" value="Ana"' in html, "the name is not asked for again"
    assert known(room, contract, "vendor") == [(VENDOR, FactStatus.CONFIRMED)]


def test_one_answer_decides_all_papers_of_which_the_same_is_asked(room: OwnRoom, reader: FlaskClient) -> None:
    papers = []
    with room.archive.writing():
        for name, words in (
            ("one.pdf", CONTRACT),
            ("two.pdf", (*CONTRACT, ["Two"])),
            ("three.pdf", (*CONTRACT, ["Three"])),
        ):
            papers.append(room.filler.pdf(name, words, "en"))
    for id_ in papers:
        unsure(room, id_, ("buyer", PLACE, 6, 6, 0.99), ("vendor", VENDOR, 12, 13, 0.5))
    html = html_of(reader, "/review")
    assert "Review: 1 doubt" in text_of(html)
    assert "The same in 2 other papers: decide for all" in text_of(html)
    others = {link for link in links(html) if "facts" in link and link.startswith("/documents/")}
    assert sum(any(id_ in link for link in others) for id_ in papers) == 2
    assert html.count('name="paper"') == html.count(" checked") - 1 == 2
    shown = re.findall(r'name="paper" value="(\w+)"', html)
    left_out, *taken = shown
    answer = send(reader, html.replace(" checked", ""), "confirm", same="1", paper=taken)
    assert known(room, left_out, "vendor") == [(VENDOR, FactStatus.EXTRACTED)]
    undo(reader, html_of(reader, answer.headers["Location"]))
    answer = send(reader, html.replace(" checked", ""), "confirm", same="1", paper=shown)
    after = html_of(reader, answer.headers["Location"])
    assert [known(room, id_, "vendor") for id_ in papers] == [[(VENDOR, FactStatus.CONFIRMED)]] * 3
    assert "; the same in 2 other papers" in text_of(after)
    undo(reader, after)
    assert [known(room, id_, "vendor") for id_ in papers] == [[(VENDOR, FactStatus.EXTRACTED)]] * 3
    alone = html_of(reader, "/review").replace(" checked", "").replace('name="same" value="1"', "")
    send(reader, alone, "confirm")
    assert sorted(known(room, id_, "vendor")[0][1] for id_ in papers) == ["confirmed", "extracted", "extracted"]


def test_papers_of_other_buyers_are_named_and_taken_in_by_a_person_alone(room: OwnRoom, reader: FlaskClient) -> None:
    with room.archive.writing():
        here, there = (room.filler.pdf(f"{at}.pdf", (*CONTRACT, [f"Number {at}"]), "en") for at in range(2))
    for id_, buyer in ((here, "Opština Ub"), (there, "Grad Niš")):
        unsure(room, id_, ("buyer", buyer, 6, 6, 0.99), ("vendor", VENDOR, 12, 13, 0.5))
    html = html_of(reader, "/review")
    (other,) = re.findall(r'name="paper" value="(\w+)"', html)
    assert {other} < {here, there}
    assert " checked" not in html, "of another buyer nothing is chosen"
    first = next(iter({here, there} - {other}))
    send(reader, html, "confirm", same="1", paper=["0" * 64])
    assert known(room, first, "vendor") == [(VENDOR, FactStatus.CONFIRMED)]
    assert known(room, other, "vendor") == [(VENDOR, FactStatus.EXTRACTED)]
    room.archive.catalog.decisions.undo(first, None, "Ana")
    send(reader, html, "confirm", same="1", paper=[other])
    assert known(room, other, "vendor") == [(VENDOR, FactStatus.CONFIRMED)]


def test_a_right_value_counts_at_once(room: OwnRoom, reader: FlaskClient, contract: str) -> None:
    html = html_of(reader, "/review?field=municipality")
    answer = send(reader, html, "correct", value="Bečej")
    html = html_of(reader, answer.location)
    assert "Review: 0 doubts" in text_of(html)
    assert "Brezovac → Bečej (Ana)" in text_of(html)
    found = reader.get("/api/v1/search?municipality=Bečej").get_json()
    assert found["total"] == 1
    assert [value["value"] for value in found["facets"]["municipality"]] == ["Bečej"]
    assert undo(reader, html).status_code == 303
    assert known(room, contract, "municipality") == [(PLACE, FactStatus.EXTRACTED)]
    assert reader.get("/api/v1/search?municipality=Bečej").get_json()["total"] == 0


@pytest.mark.parametrize(
    ("value", "sent", "kept"),
    [
        ("Bečej", {}, False),
        ("Bečej", {"prove": "1"}, True),
        ("Bečej", {"prove": "1", "words": ""}, False),
        (PLACE, {}, True),
        ("БРЕЗОВАЦ", {}, True),
    ],
)
def test_words_prove_another_value_than_they_were_read_as_only_if_a_person_says_so(
    room: OwnRoom, reader: FlaskClient, contract: str, value: str, sent: dict[str, str], kept: bool
) -> None:
    html = html_of(reader, "/review?field=municipality")
    assert f"They were read as: {PLACE}. Another value has them as its proof only if" in text_of(html)
    send(reader, html, "correct", value=value, **sent)
    (fact,) = (fact for fact in room.archive.catalog.facts.of(contract) if fact.field == "municipality")
    assert fact.status is FactStatus.CORRECTED
    assert fact.span == (Span(contract, 1, 6, 6) if kept else None)


def test_a_value_of_a_list_is_replaced_or_removed_alone(room: OwnRoom, reader: FlaskClient, contract: str) -> None:
    vendor = ("vendor", VENDOR, 12, 13, 0.5)
    unsure(room, contract, ("kind", "contract", 0, 0, 0.96), vendor, ("vendor", "Cameras", 15, 15, 0.9))
    html = html_of(reader, "/review?field=vendor")
    answer = send(reader, html, "correct", value="Providni d.o.o.", words="", quote="The supplier Providni", page="1")
    assert answer.status_code == 303
    assert known(room, contract, "vendor")[0] == ("Providni d.o.o.", FactStatus.CORRECTED)
    assert room.archive.catalog.facts.of(contract)[1].span == Span(contract, 1, 10, 12)
    undo(reader, html_of(reader, answer.location))
    send(reader, html, "remove")
    assert known(room, contract, "vendor") == [("Cameras", FactStatus.EXTRACTED)]


def test_a_field_that_is_missing_is_given_or_said_to_be_empty(
    room: OwnRoom, reader: FlaskClient, contract: str
) -> None:
    unsure(room, contract, ("kind", "contract", 0, 0, 0.96))
    html = html_of(reader, "/review?field=amount")
    assert "Amount: none none was found in this contract" in text_of(html)
    assert 'value="confirm"' not in html
    assert f'src="/documents/{contract}/pages/1/image' in html, "its first page is shown"
    send(reader, html, "correct", value="1.200,50")
    assert known(room, contract, "amount") == [("1200.50", FactStatus.CORRECTED)]
    send(reader, html_of(reader, "/review?field=vendor"), "none")
    assert known(room, contract, "vendor") == []
    assert "Review: 1 doubt" in text_of(html_of(reader, "/review")), "what a person said is not asked again"


def test_the_words_of_a_flowing_page_are_shown_as_text(room: OwnRoom, reader: FlaskClient) -> None:
    id_ = room.come_in("odgovor.txt", *REPLY, language="sr-Cyrl")
    unsure(room, id_, ("municipality", "Bečej", 1, 1, 0.6))
    html = html_of(reader, "/review")
    assert "<mark>Бечеј</mark>" in html
    assert 'lang="sr-Cyrl"' in html


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"action": "correct", "value": "   "}, "does not say what is right"),
        ({"action": "nonsense"}, "does not say what is right"),
        ({"action": "correct", "value": "X", "by": " "}, "A person&#39;s name"),
        ({"action": "correct", "value": "X", "quote": "zebra"}, "is not in"),
        ({"action": "correct", "value": "X", "quote": "zebra", "page": "0"}, "must be a number"),
        ({"action": "correct", "value": "X", "words": "9-99999", "prove": "1"}, "are not words"),
        ({"action": "confirm", "old": "somebody else"}, "has no vendor"),
        ({"action": "correct", "value": "X" * 501}, "has 1 to 500 characters"),
    ],
    ids=str,
)
def test_what_cannot_be_is_said_above_the_form(
    room: OwnRoom, reader: FlaskClient, contract: str, data: dict[str, str], says: str
) -> None:
    sent = {"field": "vendor", "old": VENDOR, "by": "Ana", "queue": "all", "at": "1", **data}
    answer = reader.post(f"/documents/{contract}/correct", data=sent)
    assert (answer.status_code, says in answer.text) == (400, True), answer.text
    assert 'name="queue" value="all"' in answer.text, "the way back to the queue is kept"
    assert known(room, contract, "vendor") == [(VENDOR, FactStatus.EXTRACTED)]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/review?at=0", 400),
        ("/review?at=x", 400),
        ("/review?field=nonsense", 400),
        ("/review?at=9999999", 200),
        ("/review?done=x", 404),
        (f"/review?done={'0' * 64}/1", 404),
        ("/documents/00000000/correct", 404),
        ("/documents/{id}/correct?field=x", 400),
        ("/documents/{id}/correct?field=vendor&value=nobody", 200),
        ("/documents/{id}/correct", 200),
    ],
)
def test_nonsense_in_an_address_is_told(reader: FlaskClient, contract: str, path: str, status: int) -> None:
    assert reader.get(path.format(id=contract)).status_code == status


def test_forms_of_other_sites_change_nothing(room: OwnRoom, reader: FlaskClient, contract: str) -> None:
    data = {"field": "vendor", "old": VENDOR, "by": "Ana", "action": "confirm", "event": "1"}
    for path in (f"/documents/{contract}/correct", f"/documents/{contract}/undo", "/review/csv"):
        assert reader.post(path, data=data, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert known(room, contract, "vendor") == [(VENDOR, FactStatus.EXTRACTED)]


def test_each_fact_of_a_document_leads_to_its_form(room: OwnRoom, reader: FlaskClient, contract: str) -> None:
    html = html_of(reader, f"/documents/{contract}")
    (path,) = (link for link in links(html) if "correct?field=vendor" in link)
    form = html_of(reader, path)
    assert f'name="old" value="{VENDOR}"' in form
    assert f"/documents/{contract}/correct?field=vendor&add=1" in links(form)
    answer = send(reader, form, "none")
    html = html_of(reader, answer.location)
    assert f"Vendor of Contract, Brezovac: {VENDOR} → none (Ana)" in text_of(html)
    assert re.search(r"Decisions by people Ana, \d+ \w+ \d+: correct none", text_of(html))
    assert "/correct?field=vendor" in html_of(reader, f"/documents/{contract}"), "an emptied field can be filled again"
    added = send(reader, html_of(reader, f"/documents/{contract}/correct?field=vendor&add=1"), "correct", value="Novi")
    assert added.status_code == 303
    assert known(room, contract, "vendor") == [("Novi", FactStatus.CORRECTED)]


def test_while_documents_are_added_the_word_is_kept_and_search_follows(
    room: OwnRoom, reader: FlaskClient, contract: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(reader.application.config, "INDEX_WAIT", 0.2)
    html = html_of(reader, "/review?field=municipality")
    with room.archive.writing():
        answer = send(reader, html, "correct", value="Bečej")
        assert "Documents are being added." in text_of(html_of(reader, answer.location))
        assert known(room, contract, "municipality") == [("Bečej", FactStatus.CORRECTED)]
    assert room.archive.settle()
    assert reader.get("/api/v1/search?municipality=Bečej").get_json()["total"] == 1


def test_two_persons_at_once_are_both_heard_and_found(room: OwnRoom) -> None:
    ids = [room.come_in(f"{number}.txt", f"Letter {number} from Brezovac") for number in range(6)]
    for id_ in ids:
        unsure(room, id_, ("municipality", PLACE, 3, 3, 0.5))
    answers: list[Any] = []

    def decide(id_: str) -> None:
        data = {"field": "municipality", "old": PLACE, "value": "Bečej", "by": "Ana", "action": "correct"}
        answers.append(room.app.test_client().post(f"/documents/{id_}/correct", data=data))

    threads = [threading.Thread(target=decide, args=(id_,)) for id_ in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [303] * len(ids)
    assert not any("later" in answer.location for answer in answers)
    assert room.app.test_client().get("/api/v1/search?municipality=Bečej").get_json()["total"] == len(ids)


def table(reader: FlaskClient, text: str, **data: str) -> TestResponse:
    return reader.post("/review/csv", data={"table": text, "by": "Ana", **data})


def test_a_table_is_looked_at_first_and_then_made(room: OwnRoom, reader: FlaskClient, contract: str) -> None:
    text = f"document,field,value,by\n{contract[:12]},municipality,Бечеј,\n{contract[:12]},year,2021,Bora\n"
    looked = table(reader, text)
    assert looked.status_code == 200
    shown = text_of(looked.text)
    assert "2 corrections would be made; 0 say what is known already." in shown
    assert "Municipality: Brezovac → Bečej" in shown
    assert "Make these corrections, as Ana" in shown
    assert known(room, contract, "year") == [], "nothing is changed by looking"
    kept = re.search(r'<textarea name="table" hidden[^>]*>\n(.*?)</textarea>', looked.text, re.DOTALL)
    assert kept
    made = table(reader, unescape(kept[1]), apply="1")
    assert "2 corrections made." in text_of(made.text)
    assert known(room, contract, "year") == [("2021", FactStatus.CORRECTED)]
    assert reader.get("/api/v1/search?municipality=Bečej&year=2021").get_json()["total"] == 1
    again = text_of(table(reader, text).text)
    assert "0 corrections would be made; 2 say what is known already." in again
    assert "Make these corrections" not in again


def test_a_line_that_cannot_be_stops_the_table(room: OwnRoom, reader: FlaskClient, contract: str) -> None:
    text = f"document,field,value\n{contract},year,2021\n{contract},year,abc\nffffffff,year,2020\n"
    answer = table(reader, text, apply="1")
    assert answer.status_code == 400
    shown = text_of(answer.text)
    assert "2 lines cannot be; nothing was changed." in shown
    assert "is not a year between" in shown
    assert "Make these corrections" not in shown
    assert known(room, contract, "year") == []


@pytest.mark.parametrize("text", ["", "x", "document\n1", "document,field,nonsense\n1,2,3", "document,field\n"])
def test_what_is_no_table_is_said_and_stays_in_the_form(reader: FlaskClient, text: str) -> None:
    answer = table(reader, text)
    assert (answer.status_code, 'role="alert"' in answer.text) == (400, True)
    assert unescape(answer.text).count(text)


def test_a_file_that_is_no_text_is_refused(reader: FlaskClient) -> None:
    sent: dict[str, Any] = {"by": "Ana", "file": (BytesIO(b"PK\x03\x04\xff\xfe"), "a.xlsx")}
    answer = reader.post("/review/csv", data=sent)
    assert (answer.status_code, "a.xlsx is not UTF-8 text" in answer.text) == (400, True)
