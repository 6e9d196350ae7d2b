"""Clauses beside each other, as readers meet them at a terminal and on pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from archive.command_line.compare import compare_command, templates_command
from archive.errors import DosijeError
from archive.model import Clause, ClauseLevel, Span
from tests.contract_samples import VENDOR, Article, add_contract
from tests.webapp_html import html_of, links, text_of
from tests.webapp_own_room import OwnRoom, own_room
from tests.webapp_samples import CONTRACT

FORM = [
    Article("Predmet ugovora je nabavka kamera & <b>opreme</b> za potrebe opštine, prema ponudi ponuđača.", "subject"),
    Article("Cena se plaća u roku od 45 dana od dana prijema računa na račun ponuđača.", "payment"),
    Article("Za svaki dan docnje plaća se kazna od 0,2% cene, a najviše 5% cene ugovora.", "penalty"),
    Article("Spor koji nastane iz ovog ugovora rešava nadležni sud u sedištu naručioca.", "disputes"),
]
CYRILLIC = [
    *FORM[:2],
    Article("За сваки дан доцње плаћа се казна од 2% цене, а највише 5% цене уговора.", "penalty"),
    Article("Potraživanja se mogu ustupiti trećem licu bez ikakve saglasnosti druge strane.", None),
]


@dataclass(frozen=True, slots=True)
class Shelf:
    """A contract, one of the same vendor that departs from it, a drawn one, and another vendor's on the same form with
    a clause of its own."""

    room: OwnRoom
    client: FlaskClient
    usual: str
    odd: str
    drawn: str
    changed: str


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    room = own_room(tmp_path_factory.mktemp("compare"))
    catalog = room.archive.catalog
    with room.archive.writing():
        usual, odd = add_contract(catalog, "usual", FORM), add_contract(catalog, "odd", CYRILLIC)
        changed = add_contract(catalog, "changed", [*FORM[:3], CYRILLIC[3]], vendor="Drugi d.o.o. Bor")
        drawn = room.filler.pdf("contract.pdf", CONTRACT, "en")
        first = catalog.readings.get(drawn).pages[1].first_word
        span = Span(drawn, 1, first, first + 10)
        article = Clause("art_5", "Article 5.", None, None, None, span, ClauseLevel.ARTICLE, 1)
        catalog.facts.replace_extracted(drawn, 1, catalog.facts.extracted(drawn), [article])
        room.archive.indexing.index_due()
    catalog.vendors.identify()
    yield Shelf(room, room.app.test_client(), usual, odd, drawn, changed)
    room.archive.close()


def run(shelf: Shelf, command: Any, *arguments: str) -> Result:
    result = CliRunner().invoke(command, arguments, obj=shelf.room.archive.home)
    if result.exception and not isinstance(result.exception, SystemExit | DosijeError):
        raise result.exception
    return result


def answer(shelf: Shelf, command: Any, *arguments: str) -> Any:
    result = run(shelf, command, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_two_clauses_are_compared_at_a_terminal(shelf: Shelf) -> None:
    named = f"{shelf.usual[:8]}#art_3", f"{shelf.odd[:8]}/art_3"
    shown = run(shelf, compare_command, *named).output
    assert "plaća se kazna od [-0,2%-] {+2%+}" in shown, "what is only in the other script is shown once"
    assert "93% of the words agree." in shown
    assert re.search(r"\d+ words: the other script", shown)
    record = answer(shelf, compare_command, *named)
    assert [change["b"] for change in record["changes"] if change["kind"] == "different"] == ["2%"]
    assert (record["a"]["eid"], record["a"]["topic"], record["b"]["document"]) == ("art_3", "penalty", shelf.odd)


def test_a_topic_is_compared_at_a_terminal(shelf: Shelf) -> None:
    shown = run(shelf, compare_command, "--vendor", VENDOR.upper(), "--topic", "penalty").output
    assert shown.startswith(f"Penalty: 2 clauses of {VENDOR}\n")
    assert shown.index("93%") < shown.index("the same")
    record = answer(shelf, compare_command, "--vendor", VENDOR, "--topic", "penalty")
    assert [len(row["differences"]) for row in record["clauses"]] == [1, 0]


def test_templates_are_listed_at_a_terminal(shelf: Shelf) -> None:
    shown = run(shelf, templates_command).output
    assert shown.startswith("3 documents like ")
    assert shown.count("75%") == shown.count("odd: art_4  Član 4.") == 2
    (template,) = answer(shelf, templates_command, "--vendor", VENDOR)
    assert {template["model"]["document"], template["documents"][0]["document"]} == {shelf.usual, shelf.odd}
    none = run(shelf, templates_command, "--vendor", "Drugi d.o.o. Bor")
    assert (none.stdout, none.stderr) == ("", "No two documents share half of their clauses.\n")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("x#art_1",),
        ("1a2b3c4d#art_1", "1a2b3c4d#art_1", "--vendor", "x", "--topic", "y"),
        ("--vendor", VENDOR),
        ("--topic", "penalty"),
        ("--vendor", "Niko", "--topic", "penalty"),
        ("--vendor", VENDOR, "--topic", "weather"),
        ("ffffffff#art_1", "ffffffff#art_1"),
    ],
    ids=str,
)
def test_what_cannot_be_compared_is_a_usage_error(shelf: Shelf, arguments: tuple[str, ...]) -> None:
    result = run(shelf, compare_command, *arguments)
    assert isinstance(result.exception, DosijeError)
    assert result.exception.exit_code == 2


def test_two_clauses_stand_side_by_side(shelf: Shelf) -> None:
    html = html_of(shelf.client, f"/compare?a={shelf.usual}/art_3&b={shelf.odd}/art_3")
    assert re.findall("<mark>(.*?)</mark>", html) == ["marked", "0,2%", "2%"]
    assert '<span class="tolerated" title="the other script">За сваки дан' in html
    shown = text_of(html)
    assert "93% of the words agree; they differ in 1 place." in shown
    assert "words (the other script)" in shown
    assert {f"/documents/{shelf.usual}/clauses/art_3", f"/documents/{shelf.odd}/clauses/art_3"} < set(links(html))
    topic = f"/compare/topic?vendor={shelf.room.archive.catalog.vendors.find(VENDOR).id}&topic=penalty"
    assert topic in links(html)


def test_the_same_clause_differs_nowhere_and_text_is_text(shelf: Shelf) -> None:
    html = html_of(shelf.client, f"/compare?a={shelf.usual}/art_1&b={shelf.odd}/art_1")
    assert "100% of the words agree; nothing differs." in text_of(html)
    assert "&lt;b&gt;opreme&lt;/b&gt;" in html


def test_the_page_of_a_clause_leads_to_a_form_that_asks_for_the_other(shelf: Shelf) -> None:
    asked = f"/compare?a={shelf.usual}/art_3"
    assert asked in links(html_of(shelf.client, f"/documents/{shelf.usual}/clauses/art_3"))
    html = html_of(shelf.client, asked)
    assert f'name="a" value="{shelf.usual}/art_3"' in html
    assert "<mark>" not in html
    assert html_of(shelf.client, "/compare")


def test_the_images_of_the_pages_are_beside_with_what_differs(shelf: Shelf) -> None:
    html = html_of(shelf.client, f"/compare?a={shelf.drawn}/art_5&b={shelf.usual}/art_1")
    assert f"/documents/{shelf.drawn}/pages/2/image" in html
    assert html.count("<svg") == 1, "flowing text has no image"
    assert len(re.findall('<rect [^>]*class="current"', html)) >= 1


def test_templates_show_the_clauses_that_depart(shelf: Shelf) -> None:
    html = html_of(shelf.client, "/templates")
    shown = text_of(html)
    assert "3 documents like “" in shown
    assert "75% of the clauses of both are alike Clauses found only here Član 4." in shown
    assert "Missing clauses Član 4." in shown
    assert any(link.endswith("/clauses/art_4") for link in links(html))
    assert "No two documents" in text_of(html_of(shelf.client, "/templates?vendor=Drugi+d.o.o.+Bor"))


def test_a_topic_across_contracts_shows_the_odd_one_first(shelf: Shelf) -> None:
    vendor = shelf.room.archive.catalog.vendors.find(VENDOR)
    html = html_of(shelf.client, f"/compare/topic?vendor={vendor.id}&topic=penalty")
    shown = text_of(html)
    assert "2 clauses in 2 contracts; 1 clause has the most common wording." in shown
    assert shown.index("93%") < shown.index("The same wording")
    assert re.findall("<(?:del|ins)[^>]*>(.*?)</", html) in (["0,2%", "2%"], ["2%", "0,2%"])
    disputes = text_of(html_of(shelf.client, f"/compare/topic?vendor={vendor.id}&topic=disputes"))
    assert "Contracts without such a clause odd" in disputes


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/compare?a=x", 400),
        ("/compare?a=ffffffff/art_1", 404),
        ("/compare/topic", 404),
        ("/compare/topic?vendor=Niko&topic=penalty", 404),
        ("/templates?vendor=Niko", 404),
    ],
)
def test_what_is_not_there_is_said(shelf: Shelf, path: str, status: int) -> None:
    assert shelf.client.get(path).status_code == status


def test_two_contracts_beside_each_other_lead_to_their_clauses_on_each_topic_of_both(shelf: Shelf) -> None:
    html = html_of(shelf.client, f"/documents/{shelf.usual}/beside/{shelf.odd}")
    pairs = [link for link in links(html) if link.startswith("/compare?")]
    assert len(pairs) == 3, "no dispute stands in the other"
    assert re.search("Clauses on the same topic ?: Subject Payment Penalty", text_of(html))
    penalty = text_of(html_of(shelf.client, pairs[-1]))
    assert "0,2%" in penalty
    assert "2%" in penalty
    alone = html_of(shelf.client, f"/documents/{shelf.usual}/beside/{shelf.drawn}")
    assert "Clauses on the same topic" not in alone
