"""The table of doubts: many are decided at once and undone at once, or none is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.model import Fact, FactStatus, Span
from tests.store_samples import sample
from tests.webapp_html import html_of, links, text_of
from tests.webapp_own_room import OwnRoom, own_room
from webapp.pages.review.many import ROWS, VALUES


@pytest.fixture
def room(tmp_path: Path) -> Iterator[OwnRoom]:
    made = own_room(tmp_path)
    yield made
    made.archive.close()


@pytest.fixture
def reader(room: OwnRoom) -> FlaskClient:
    return room.app.test_client()


def papers(room: OwnRoom, *values: tuple[str, str, float] | None) -> list[str]:
    """A contract for each, with a value that a rule was unsure of, or with none at all."""
    ids = []
    with room.archive.writing():
        for number, told in enumerate(values):
            plain = sample(number)
            facts = [Fact("kind", "report", Span(plain.id, 1, 0, 0), "kind.test", 0.99)]
            if told:
                field, value, sure = told
                facts.append(Fact(field, value, Span(plain.id, 1, 1, 2), f"{field}.test", sure))
            else:
                facts[0] = Fact("kind", "contract_annex", Span(plain.id, 1, 0, 0), "kind.test", 0.99)
                facts.append(Fact("municipality", "Niš", Span(plain.id, 1, 0, 0), "municipality.test", 0.99))
            room.archive.catalog.documents.add(plain.document, plain.reading, plain.words, facts, plain.source)
            ids.append(plain.id)
        room.archive.indexing.index_due()
    return ids


def rows(html: str) -> list[dict[str, str]]:
    """What each row of the table sends, by the name without the number."""
    found: dict[str, dict[str, str]] = {}
    for name, at, value in re.findall(r'<input [^>]*?name="(\w+)-(\d+)" value="([^"]*)"', html):
        found.setdefault(at, {})[name] = unescape(value)
    return [found[at] for at in sorted(found, key=int)]


def decide(reader: FlaskClient, html: str, action: str, chosen: dict[int, str | None], **data: str) -> tuple[int, str]:
    """Press a button for the rows of these numbers, with what is written in their boxes instead of what stands there.
    Returns the status and the page that follows."""
    sent: dict[str, str | list[str]] = {"action": action, "by": "Ana", "row": [str(at) for at in chosen], **data}
    sent |= dict(re.findall(r'<input type="hidden" name="(back|field|value|first)" value="([^"]*)"', unescape(html)))
    for at, row in enumerate(rows(html)):
        sent |= {f"{name}-{at}": value for name, value in row.items()}
        if (typed := chosen.get(at)) is not None:
            sent[f"value-{at}"] = typed
    answer = reader.post("/review/many", data=sent)
    return answer.status_code, html_of(reader, answer.location) if answer.location else answer.text


def known(room: OwnRoom, ids: list[str], field: str) -> list[list[tuple[str, FactStatus]]]:
    facts = [room.archive.catalog.facts.of(id_) for id_ in ids]
    return [[(fact.value, fact.status) for fact in of if fact.field == field] for of in facts]


def undo(reader: FlaskClient, html: str) -> str:
    form = html[html.index('class="note decided"') :]
    target = re.search(r'action="([^"]+)"', form)
    assert target
    fields = re.findall(r'name="(\w+)" value="([^"]*)"', form[: form.index("</form>")])
    answer = reader.post(target[1], data={name: unescape(value) for name, value in fields})
    assert answer.status_code == 303, answer.text
    return html_of(reader, answer.location)


def test_one_decision_on_many_papers_is_one_undo(room: OwnRoom, reader: FlaskClient) -> None:
    ids = papers(room, *[("vendor", "Primer doo", 0.5)] * 4)
    html = html_of(reader, "/review/many?field=vendor&value=Primer+doo")
    assert "Vendor: Primer doo, in 4 papers" in text_of(html)
    assert sorted(row["document"] for row in rows(html)) == sorted(ids)
    status, after = decide(reader, html, "confirm", {0: None, 1: None, 3: None})
    assert status == 303
    left = rows(html)[2]["document"]
    assert [row["document"] for row in rows(after)] == [left]
    assert sum(of == [("Primer doo", FactStatus.CONFIRMED)] for of in known(room, ids, "vendor")) == 3
    again = undo(reader, after)
    assert known(room, ids, "vendor") == [[("Primer doo", FactStatus.EXTRACTED)]] * 4
    assert "in 4 papers" in text_of(again), "whoever undoes comes back to the same table"


def test_what_is_written_in_a_box_is_right_and_an_empty_one_says_that_there_is_none(
    room: OwnRoom, reader: FlaskClient
) -> None:
    ids = papers(room, ("vendor", "Primar doo", 0.5), ("year", "2031", 0.5), None)
    html = html_of(reader, "/review/many")
    at = {row["field"] + row.get("old", ""): number for number, row in enumerate(rows(html))}
    chosen: dict[int, str | None] = {at["vendorPrimar doo"]: "Primer doo", at["year2031"]: "2021", at["vendor"]: ""}
    status, after = decide(reader, html, "confirm", chosen)
    assert status == 303
    assert known(room, ids[:1], "vendor") == [[("Primer doo", FactStatus.CORRECTED)]]
    assert known(room, ids[1:2], "year") == [[("2021", FactStatus.CORRECTED)]]
    assert known(room, ids[2:], "vendor") == [[]]
    assert "Review: 0 doubts" in text_of(after), "also that there is none was said"
    undo(reader, after)
    assert known(room, ids, "vendor") == [[("Primar doo", FactStatus.EXTRACTED)], [], []]


@pytest.mark.parametrize("is_flowing", [True, False])
def test_a_doubt_without_words_shows_the_first_page_where_there_is_an_image_of_it(
    room: OwnRoom, reader: FlaskClient, is_flowing: bool
) -> None:
    plain = sample(0)
    size = (0.0, 0.0) if is_flowing else (595.0, 842.0)
    pages = tuple(replace(page, width=size[0], height=size[1]) for page in plain.reading.pages)
    facts = [Fact("kind", "contract_annex", Span(plain.id, 1, 0, 0), "kind.test", 0.99)]
    with room.archive.writing():
        room.archive.catalog.documents.add(
            plain.document, replace(plain.reading, pages=pages), plain.words, facts, plain.source
        )
        room.archive.indexing.index_due()
    html = html_of(reader, "/review/many?field=vendor")
    assert ('class="thumbnail"' in html) is not is_flowing


def test_a_refused_value_is_none_of_the_papers(room: OwnRoom, reader: FlaskClient) -> None:
    ids = papers(room, *[("vendor", "Član 3", 0.5)] * 2)
    status, _ = decide(reader, html_of(reader, "/review/many"), "refuse", {0: None, 1: None})
    assert status == 303
    assert known(room, ids, "vendor") == [[], []]


def test_one_value_is_put_in_all_chosen_papers(room: OwnRoom, reader: FlaskClient) -> None:
    ids = papers(room, ("buyer", "OPŠTINA UB", 0.5), ("buyer", "Opstina Ub", 0.5))
    html = html_of(reader, "/review/many?field=buyer&value=Opština+Ub")
    assert len(rows(html)) == 2, "spellings of one value stand together"
    status, _ = decide(reader, html, "set", {0: None, 1: None}, all="Opština Ub")
    assert status == 303
    assert known(room, ids, "buyer") == [[("Opština Ub", FactStatus.CORRECTED)]] * 2
    proofs = [fact.span for id_ in ids for fact in room.archive.catalog.facts.of(id_) if fact.field == "buyer"]
    assert all(proofs), "the words prove another spelling of the same"


def test_if_one_row_cannot_be_none_is_decided_and_what_was_written_stands_there(
    room: OwnRoom, reader: FlaskClient
) -> None:
    ids = papers(room, ("year", "2019", 0.5), ("year", "2020", 0.5))
    html = html_of(reader, "/review/many")
    wrong = next(at for at, row in enumerate(rows(html)) if row["old"] == "2019")
    status, page = decide(reader, html, "confirm", {0: None, 1: None, wrong: "twenty"})
    assert status == 400
    assert "Nothing was decided" in text_of(page)
    assert 'value="twenty"' in page
    assert page.count(" checked") == 2, "the choice stays"
    assert known(room, ids, "year") == [[("2019", FactStatus.EXTRACTED)], [("2020", FactStatus.EXTRACTED)]]


def test_what_makes_no_sense_is_said(room: OwnRoom, reader: FlaskClient) -> None:
    papers(room, None)
    html = html_of(reader, "/review/many")
    assert decide(reader, html, "confirm", {})[0] == 400
    status, page = decide(reader, html, "refuse", {0: None})
    assert (status, "Nothing was found here that could be refused" in page) == (400, True)
    assert decide(reader, html, "shred", {0: None})[0] == 400
    assert reader.get("/review/many?field=colour").status_code == 400
    assert reader.get("/review/values?field=colour").status_code == 400
    assert reader.get("/review/many?first=0").status_code == 400


def test_an_undo_that_cannot_be_changes_nothing(room: OwnRoom, reader: FlaskClient) -> None:
    ids = papers(room, *[("vendor", "Primer doo", 0.5)] * 2)
    _, after = decide(reader, html_of(reader, "/review/many"), "confirm", {0: None, 1: None})
    form = after[after.index('class="note decided"') :]
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))
    target = re.search(r'action="([^"]+)"', form)
    assert target
    first = target[1].split("/")[2]
    other = next(id_ for id_ in ids if id_ != first)
    room.archive.catalog.decisions.undo(other, None, "Bora")
    assert reader.post(target[1], data=sent).status_code == 400
    assert known(room, [first], "vendor") == [[("Primer doo", FactStatus.CONFIRMED)]]


def test_the_table_and_the_values_come_in_parts_and_behind_the_end_stands_the_last(
    room: OwnRoom, reader: FlaskClient
) -> None:
    count = VALUES + 3
    papers(room, *[("reference", f"404-{number}/2020", 0.5) for number in range(count)])
    first = html_of(reader, "/review/many")
    assert len(rows(first)) == ROWS
    assert f"1 to {ROWS} of {count}" in text_of(first)
    assert f"/review/many?first={ROWS + 1}" in links(first)
    last = html_of(reader, "/review/many?first=999999")
    assert len(rows(last)) == count % ROWS
    values = html_of(reader, "/review/values")
    assert f"{count} doubted values" in text_of(values)
    assert values.count("/review/many?field=reference&amp;value=") == VALUES
    assert html_of(reader, "/review/values?first=999999").count("/review/many?field=reference&amp;value=") == 3


def test_readers_of_an_empty_queue_are_told(room: OwnRoom, reader: FlaskClient) -> None:
    for path in ("/review/many", "/review/values", "/review/many?field=vendor&value=X"):
        assert "No doubts left" in text_of(html_of(reader, path))
