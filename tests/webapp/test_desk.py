"""The clause desk: which contracts stand in it, what is marked, and what is done with chosen clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import pytest
from flask.testing import FlaskClient

from archive.model import Clause, ClauseLevel, Span
from archive.store.catalog import Catalog
from tests.contract_samples import Article, add_contract
from tests.webapp.test_statements import collected
from tests.webapp_html import html_of, links, text_of
from tests.webapp_own_room import OwnRoom, own_room

PENALTY = "Za svaki dan docnje prodavac plaća kaznu od {} ugovorene cene, a najviše 5% cene bez poreza."
OWN = "Kupac može da naplati penale kada roba ne stigne na vreme."
PRICE = "Cena iznosi {} dinara."


@dataclass(frozen=True, slots=True)
class Desk:
    room: OwnRoom
    client: FlaskClient
    ids: dict[str, str]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    room = own_room(tmp_path_factory.mktemp("desk"))
    catalog = room.archive.catalog
    told = {"usual": PENALTY.format("0,2%"), "harsh": PENALTY.format("2%"), "same": PENALTY.format("0,2%"), "own": OWN}
    with room.archive.writing():
        ids = {
            name: add_contract(
                catalog, name, [Article(PRICE.format(at), "price"), Article(text, "penalty")], vendor=f"Firma {name}"
            )
            for at, (name, text) in enumerate(told.items(), start=100)
        }
        ids["bare"] = add_contract(catalog, "bare", [])
        ids["other"] = add_contract(catalog, "other", [Article("Ne zna se.", None)])
        ids["minutes"] = add_contract(catalog, "minutes", [Article(OWN, "penalty")], kind="minutes")
        ids["nested"] = nested(catalog)
        for at in range(12):
            add_contract(catalog, f"long {at}", [Article("Spor rešava sud u Nišu.", "disputes")])
        room.archive.indexing.index_due()
    yield Desk(room, room.app.test_client(), ids)
    room.archive.close()


def nested(catalog: Catalog) -> str:
    """Add a contract whose only article has a paragraph of its own on a topic."""
    id_ = add_contract(catalog, "nested", [Article("Predmet su kamere. Rok je pet dana.", None)])
    (article,) = catalog.clauses.of(id_)
    inner = Span(id_, 1, article.span.last - 3, article.span.last)
    paragraph = Clause("art_1__para_1", "1.", None, "delivery", "art_1", inner, ClauseLevel.PARAGRAPH, 0.9)
    catalog.facts.replace_extracted(id_, 1, catalog.facts.extracted(id_), [article, paragraph])
    return id_


def row_of(page: str, id_: str) -> str:
    return next(row for row in page.split("<tr") if f"/documents/{id_}" in row.partition("</th>")[0])


def test_cells_have_the_words_and_say_what_is_wanting(desk: Desk) -> None:
    page = html_of(desk.client, "/desk?topic=price&topic=penalty")
    assert "4 contracts of 19 have such clauses." in text_of(page)
    assert "Cena iznosi 100 dinara." in text_of(row_of(page, desk.ids["usual"]))
    assert desk.ids["minutes"] not in page
    whole = page + html_of(desk.client, "/desk?topic=price&topic=penalty&first=11")
    assert text_of(row_of(whole, desk.ids["other"])).count("no such clause") == 2
    assert "no clauses were found in it" in text_of(row_of(whole, desk.ids["bare"]))


def test_differences_from_the_pinned_contract_are_marked_inside_the_words(desk: Desk) -> None:
    page = html_of(desk.client, f"/desk?topic=penalty&pinned={desk.ids['usual'][:12]}")
    assert page.index(desk.ids["usual"]) < page.index(desk.ids["harsh"])
    assert re.findall("<mark>(.*?)</mark>", row_of(page, desk.ids["harsh"])) == ["2%"]
    assert "the same wording" in row_of(page, desk.ids["same"])
    own = row_of(page, desk.ids["own"])
    assert "worded otherwise" in own
    assert "<mark>" not in own
    beside = next(link for link in links(row_of(page, desk.ids["harsh"])) if link.startswith("/compare?"))
    assert "2%" in text_of(html_of(desk.client, beside.replace("&amp;", "&")))
    # The pinned contract stands above every page.
    further = html_of(desk.client, f"/desk?topic=penalty&pinned={desk.ids['usual'][:12]}&first=11")
    assert "0,2%" in row_of(further, desk.ids["usual"])


def test_a_query_shows_the_clauses_that_it_finds(desk: Desk) -> None:
    page = html_of(desk.client, "/desk?q=naplati")
    assert "Kupac može da naplati penale" in text_of(row_of(page, desk.ids["own"]))
    assert desk.ids["usual"] not in page
    of_one = html_of(desk.client, "/desk?topic=penalty&vendor=Firma+harsh")
    assert desk.ids["usual"] not in of_one.partition("<tbody>")[2]
    assert desk.ids["harsh"] in of_one
    assert desk.client.get("/desk?topic=a&topic=b&topic=c&topic=d&topic=e").status_code == 400
    assert desk.client.get("/desk?pinned=ffffffffffff").status_code == 404


def test_chosen_clauses_are_cited_compared_and_packed(desk: Desk) -> None:
    page = html_of(desk.client, "/desk?topic=penalty")
    boxes = [unescape(value) for value in re.findall(r'name="item" value="([^"]+)"', page)]
    items = [next(one for one in boxes if desk.ids[name] in one) for name in ("usual", "harsh")]
    cited = desk.client.post("/chosen/cite", data={"item": items}).text
    assert text_of(cited).index("0,2%") < text_of(cited).index("od 2%")
    assert cited.count("<blockquote") == 2
    compared = desk.client.post("/chosen/compare", data={"item": items}, follow_redirects=True)
    assert "<mark>2%</mark>" in compared.text
    assert desk.client.post("/packets/new", data={"item": items}).text.count('name="cite"') == 2
    added = desk.client.post("/stories", data={"item": items, "title": "Kazne", "by": "Ana"}, follow_redirects=True)
    assert added.status_code == 200


def test_a_clause_inside_another_one_is_cited(desk: Desk) -> None:
    # No search finds it by itself: only whole articles are in the index of clauses.
    page = html_of(desk.client, "/desk?topic=delivery")
    (item,) = [unescape(value) for value in re.findall(r'name="item" value="([^"]+)"', page)]
    assert "art_1__para_1" in item
    cited = desk.client.post("/chosen/cite", data={"item": [item]}).text
    assert "Rok je pet dana." in text_of(cited)
    assert "Predmet su kamere." not in text_of(cited)


def test_the_picker_offers_the_same_topic_of_any_vendor(desk: Desk) -> None:
    page = html_of(desk.client, f"/compare?a={desk.ids['usual']}/art_2")
    offered = [link.replace("&amp;", "&") for link in links(page) if "b=" in link]
    others = [link.partition("b=")[2][:12] for link in offered]
    assert sorted(others) == sorted(desk.ids[name][:12] for name in ("same", "harsh", "own"))
    assert others[-1] == desk.ids["own"][:12], "worded least alike"
    assert all(desk.client.get(link).status_code == 200 for link in offered)
    found = html_of(desk.client, f"/compare?a={desk.ids['usual']}/art_2&q=sud")
    assert "Spor rešava sud" in text_of(found)


def test_more_contracts_are_no_more_questions(desk: Desk) -> None:
    def asked(url: str) -> int:
        desk.client.get(url)
        with collected() as statements:
            desk.client.get(url)
        return sum(one != "BEGIN" and not one.startswith("PRAGMA") for one in statements)

    one = asked("/desk?topic=penalty&vendor=Firma+harsh")
    assert asked("/desk?topic=penalty&topic=price") <= one
    assert one <= 8
