"""A topic over all contracts, as readers meet it at a terminal, on its page, in files and in the API."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from archive.comparing.topic_contracts import TableFilters, count_topics
from archive.comparing.topic_table import topic_table
from archive.errors import UsageError
from archive.model import Fact, FactStatus
from archive.model.decisions import Decision, DecisionAction
from archive.store.catalog import CatalogLimits
from tests.contract_samples import VENDOR, Article, add_contract
from tests.webapp_html import html_of, links, text_of
from tests.webapp_own_room import OwnRoom, own_room
from webapp.commands.topics import topics_command

USUAL = "Za svaki dan docnje prodavac plaća kaznu od 0,2% ugovorene cene, a najviše 5% cene."
CYRILLIC = "За сваки дан доцње продавац плаћа казну од 2‰ уговорене цене, а највише 5% цене."
HARSH = "Za svaki dan docnje prodavac plaća kaznu od 2% ugovorene cene, a najviše 50% cene."
OWN = "Kupac može da naplati penale kada roba ne stigne na vreme."


@dataclass(frozen=True, slots=True)
class Shelf:
    room: OwnRoom
    client: FlaskClient
    ids: dict[str, str]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    room = own_room(tmp_path_factory.mktemp("topics"))
    catalog = room.archive.catalog
    told = {"usual": USUAL, "cyrillic": CYRILLIC, "harsh": HARSH, "own": OWN}
    with room.archive.writing():
        ids = {
            name: add_contract(catalog, name, [Article("Predmet je nabavka.", "subject"), Article(text, "penalty")])
            for name, text in told.items()
        }
        ids["other"] = add_contract(catalog, "other", [Article("Ne zna se.", None)], vendor="Drugi d.o.o. Bor")
        ids["bare"] = add_contract(catalog, "bare", [])
        year = Fact("year", "2021", None, "person", 1.0, FactStatus.CORRECTED)
        catalog.decisions.record([Decision(ids["harsh"], "year", DecisionAction.CORRECT, "Ana", (year,))])
        catalog.vendors.identify()
        room.archive.indexing.index_due()
    yield Shelf(room, room.app.test_client(), ids)
    room.archive.close()


def run(shelf: Shelf, *arguments: str) -> Result:
    return CliRunner().invoke(topics_command, list(arguments), obj=shelf.room.archive.home)


def test_each_contract_has_a_row_and_what_departs_is_marked(shelf: Shelf) -> None:
    told = json.loads(run(shelf, "penalty", "--json").stdout)
    rows = {row["document"]: row for row in told["rows"]}
    rates = {name: rows[shelf.ids[name]]["cells"]["rate"] for name in ("usual", "cyrillic", "harsh")}
    assert {name: (rate["text"], rate["value"], rate["departs"]) for name, rate in rates.items()} == {
        "usual": ("0,2%", "0.2%", False),
        "cyrillic": ("2‰", "0.2%", False),
        "harsh": ("2%", "2%", True),
    }
    assert rows[shelf.ids["usual"]]["cells"]["notice"] is None
    columns = {column["name"]: column for column in told["columns"]}
    assert (columns["rate"]["usual_count"], columns["notice"]["unknown"], columns["notice"]["usual"]) == (2, 4, None)
    assert (told["contracts"], told["without"], told["unread"]) == (6, [shelf.ids["other"]], [shelf.ids["bare"]])
    assert told["unclear"] == 1
    assert told["worded_alike"] == 3
    assert {row["document"] for row in told["rows"] if row["departs"]} == {shelf.ids["own"]}
    first, last = rates["harsh"]["words"]
    (page,) = shelf.room.archive.catalog.readings.all_words(shelf.ids["harsh"], 1)
    assert page.texts[first : last + 1] == ("2%",)


def test_the_names_of_a_topic_and_filters(shelf: Shelf) -> None:
    told = json.loads(run(shelf, "penalties", "--year", "2021", "--json").stdout)
    assert [row["document"] for row in told["rows"]] == [shelf.ids["harsh"]]
    told = json.loads(run(shelf, "penalty", "--vendor", "Drugi d.o.o. Bor", "--json").stdout)
    assert (told["rows"], told["contracts"]) == ([], 1)
    for wrong in (("penalty", "--year", "1999"), ("weather",), ("penalty", "--municipality", "Nigdina")):
        assert isinstance(run(shelf, *wrong).exception, UsageError)
    counts = json.loads(run(shelf, "--json").stdout)
    assert (counts["contracts"], counts["topics"]["penalty"], counts["topics"]["term"]) == (6, 4, 0)


def test_the_terminal_shows_unknown_and_counts_it(shelf: Shelf) -> None:
    shown = run(shelf, "penalty").stdout
    assert "rate      2% *  (page 1)" in shown
    assert "notice    unknown" in shown
    assert "1 contract without such a clause, 1 without clauses." in shown
    assert "1 clause of the contracts have no topic that is known." in shown


def test_the_page_leads_to_the_words(shelf: Shelf) -> None:
    page = html_of(shelf.client, "/topics/penalty")
    assert "4 of 6 contracts have a clause on this." in text_of(page)
    marked = [link for link in links(page) if "words=" in link]
    assert marked
    assert all(shelf.client.get(link).status_code == 200 for link in marked[:3])
    assert "/topics/penalty" in links(html_of(shelf.client, "/topics"))
    assert shelf.client.get("/topics/weather").status_code == 400
    assert shelf.client.get("/topics/penalty.csv?mask=fax").status_code == 400, (
        "files follow the classes of the address"
    )


def test_the_same_as_files(shelf: Shelf, tmp_path: Path) -> None:
    lines = list(csv.DictReader(io.StringIO(run(shelf, "penalty", "--format", "csv").stdout)))
    harsh = next(line for line in lines if line["document"] == shelf.ids["harsh"])
    assert (harsh["rate"], harsh["rate departs"], harsh["notice"]) == ("2%", "departs", "unknown")
    assert harsh["rate address"].endswith("#words")
    states = {line["document"]: line["clause"] for line in lines}
    assert (states[shelf.ids["other"]], states[shelf.ids["bare"]]) == ("no clause on it", "no clauses read")
    book = CalamineWorkbook.from_filelike(io.BytesIO(shelf.client.get("/topics/penalty.xlsx").data))
    rows = book.get_sheet_by_name("Table").to_python()
    assert "2% *" in next(row for row in rows if row[1] == shelf.ids["harsh"])
    word = docx.Document(io.BytesIO(shelf.client.get("/topics/penalty.docx").data))
    assert "(departs)" in "".join(cell.text for row in word.tables[0].rows for cell in row.cells)
    run(shelf, "penalty", "--format", "docx", "--output", str(tmp_path / "x.docx"))
    assert docx.Document(str(tmp_path / "x.docx")).tables
    assert isinstance(run(shelf, "penalty", "--format", "xlsx").exception, UsageError)


def test_the_api_gives_what_the_command_prints(shelf: Shelf) -> None:
    told = shelf.client.get("/api/v1/topics/penalty", query_string={"vendor": VENDOR}).get_json()
    assert told == json.loads(run(shelf, "penalty", "--vendor", VENDOR, "--json").stdout)


def test_topics_are_counted_in_the_contracts_that_persons_know_of(tmp_path: Path) -> None:
    room = own_room(tmp_path)
    catalog, articles = room.archive.catalog, [Article(USUAL, "penalty"), Article(OWN, "penalty")]

    def called(id_: str, kind: str) -> Decision:
        given = Fact("kind", kind, None, "person", 1.0, FactStatus.CORRECTED)
        return Decision(id_, "kind", DecisionAction.CORRECT, "Ana", (given,))

    with room.archive.writing():
        add_contract(catalog, "contract", articles)
        annex = add_contract(catalog, "annex", [*articles, Article("Cena je ista.", "price")], kind="contract_annex")
        report = add_contract(catalog, "report", articles, kind="report")
        other = add_contract(catalog, "other", articles)
        catalog.decisions.record([called(report, "contract"), called(other, "report")])
    contracts, topics = count_topics(catalog, TableFilters())
    assert (contracts, topics["penalty"], topics["price"]) == (3, 3, 1)
    catalog.decisions.record([called(annex, "contract")])
    assert count_topics(catalog, TableFilters()) == (3, topics)
    room.archive.close()


def test_a_table_of_a_municipality_has_all_its_spellings(tmp_path: Path) -> None:
    room = own_room(tmp_path)
    catalog = room.archive.catalog
    with room.archive.writing():
        for name, spelled in {"one": "Ruma", "two": "Рума", "three": "Bor"}.items():
            id_ = add_contract(catalog, name, [Article(USUAL, "penalty")])
            given = Fact("municipality", spelled, None, "person", 1.0, FactStatus.CORRECTED)
            catalog.decisions.record([Decision(id_, "municipality", DecisionAction.CORRECT, "Ana", (given,))])
    assert len(topic_table(catalog, "penalty", TableFilters(municipality="ruma")).rows) == 2
    assert len(topic_table(catalog, "penalty", TableFilters(municipality="Ruma")).rows) == 2
    with pytest.raises(UsageError, match=r"There are: Bor, Ruma, Рума\."):
        topic_table(catalog, "penalty", TableFilters(municipality="Niš"))
    room.archive.close()


def test_a_table_of_too_many_clauses_is_refused_before_all_are_read(shelf: Shelf) -> None:
    catalog = shelf.room.archive.catalog
    before, catalog.limits = catalog.limits, CatalogLimits(topic_clauses=2)
    try:
        with pytest.raises(UsageError, match="There are more clauses on 'penalty' than the 2 that are compared"):
            topic_table(catalog, "penalty", TableFilters())
    finally:
        catalog.limits = before


def test_a_long_list_of_contracts_without_the_clause_has_parts(tmp_path: Path) -> None:
    room = own_room(tmp_path)
    catalog, client = room.archive.catalog, room.app.test_client()
    with room.archive.writing():
        add_contract(catalog, "has it", [Article(USUAL, "penalty")])
        lacking = [add_contract(catalog, f"lacks {at:03}", [Article(OWN, "price")]) for at in range(103)]
    page = html_of(client, "/topics/penalty")
    assert "Contracts without such a clause: 103" in text_of(page)
    assert sum(f"/documents/{id_}" in links(page) for id_ in lacking) == 100
    assert "/topics/penalty/without" in links(page)
    first, last = (html_of(client, f"/topics/penalty/without{more}") for more in ("", "?first=101"))
    assert [f"/documents/{id_}" for id_ in lacking if f"/documents/{id_}" in links(first) + links(last)] == [
        f"/documents/{id_}" for id_ in lacking
    ]
    assert sum(f"/documents/{id_}" in links(last) for id_ in lacking) == 3
    assert "/topics/penalty/without?first=101" in links(first)
    assert client.get("/topics/penalty/without?first=104").status_code == 404
    assert client.get("/topics/penalty/unread").status_code == 200
    assert client.get("/topics/penalty/other").status_code == 404
    assert client.get("/api/v1/topics/penalty").get_json()["without"] == lacking
    assert client.get("/topics/penalty.csv").text.count("no clause on it") == 103
    room.archive.close()
