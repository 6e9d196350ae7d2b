"""Narrowing a search in the reading room: values left out, amounts, bars of years, and the page of a facet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.webapp_html import html_of, links, text_of
from tests.webapp_own_room import OwnRoom
from tests.webapp_samples import LETTERS
from webapp.application import LIMITS
from webapp.links import search_url, search_urls_with
from webapp.pages.facets import (
    FOLDED_VALUES,
    HEIGHT,
    LEAST_HEIGHT,
    MOST_BARS,
    TOP_VALUES,
    YearBars,
    in_order,
    present_facets,
    with_part,
    year_bars,
)
from webapp.state import SearchState

DOCUMENTS = LETTERS + 3
TOWNS = 30


@pytest.fixture
def towns(room: OwnRoom) -> FlaskClient:
    """A client of an archive in which every document is of another town and prints another amount."""
    with room.archive.writing():
        for number in range(TOWNS):
            facts = {"municipality": (f"Čelarevo {number}", 0, 0), "year": (str(1990 + number), 0, 0)}
            room.filler.text(
                f"{number}.txt", [f"kamera po ceni od {number + 1}.000.000,00 dinara"], "sr-Latn", facts=facts
            )
        room.archive.indexing.index_due()
    return room.app.test_client()


Draw = Callable[[dict[str, int]], YearBars]


@pytest.fixture
def draw(app: Flask) -> Iterator[Draw]:
    """Draws counts by year."""

    def draw_(counts: dict[str, int]) -> YearBars:
        bars = year_bars(SearchState(), counts)
        assert bars is not None
        return bars

    with app.test_request_context():
        yield draw_


def test_a_year_of_an_address_that_no_calendar_has_is_not_drawn(draw: Callable[[dict[str, int]], YearBars]) -> None:
    """A bar for each year up to it would keep the room busy for minutes, and Python reads no number of 5,000 digits."""
    drawn = draw({"2019": 1, "2021": 2, "99999999": 0, "9" * 5000: 0, "²": 0})
    assert [bar.label for bar in drawn.bars] == ["2019", "2020", "2021"]


def test_a_value_left_out_takes_its_documents_away_and_stays_to_be_seen(client: FlaskClient) -> None:
    html = html_of(client, "/?not_year=2021")
    assert f"<strong>{DOCUMENTS - 1} documents</strong>" in html
    assert re.search(r'name="not_year" value="2021" checked', html)
    assert "Remove filter Year not 2021" in text_of(html)
    assert "not 2021 1" in text_of(html), "its count is of what would be there without the choice"
    assert "/" in links(html), "the chip leads back"


def test_a_value_written_otherwise_is_shown_as_it_was_meant(client: FlaskClient) -> None:
    html = html_of(client, "/?municipality=brezovac&not_kind=ugovor")
    shown = text_of(html)
    assert "Remove filter Municipality Brezovac" in shown
    assert "Remove filter Kind not Contract" in shown
    assert re.search(r'name="municipality" value="Brezovac" checked', html), "the facet knows that it is chosen"
    assert re.search(r'value="Brezovac" checked', html_of(client, "/facets/municipality?municipality=БРЕЗОВАЦ"))


def test_each_value_has_a_link_that_leaves_it_out(client: FlaskClient) -> None:
    html = html_of(client, "/?q=cameras")
    assert "/?q=cameras&not_municipality=Brezovac" in links(html)
    assert 'aria-label="Leave out Brezovac">' in html
    assert "/?q=cameras" in links(html_of(client, "/?q=cameras&not_municipality=Brezovac"))


@pytest.mark.parametrize(
    "state",
    [
        SearchState(),
        SearchState("ugovor & rok", {"vendor": ("A",), "year": ("2019", "2020", "2021")}, exact=True, results_page=3),
        SearchState("x", {"not_vendor": ("B c", "Č&d"), "not_year": ("2018",), "kind": ("contract",)}, sort="newest"),
    ],
)
def test_addresses_made_of_parts_are_those_of_the_search_they_ask_for(app: Flask, state: SearchState) -> None:
    for root in ("", "/room"):
        with app.test_request_context(environ_overrides={"SCRIPT_NAME": root}):
            for name in ("not_vendor", "not_municipality", "not_year"):
                made = search_urls_with(state, name)
                for value in ("2017", "Општина „Ужице”", "d.o.o. & co", "a/b?c=d#e+f"):
                    assert made(value) == search_url(state.with_filter(name, value))
                    assert made(value).startswith(f"{root}/?")


def test_choosing_and_leaving_out_exclude_each_other() -> None:
    chosen = SearchState().with_filter("year", "2021")
    assert chosen.with_filter("not_year", "2021").filters == {"not_year": ("2021",)}
    assert chosen.with_filter("not_year", "2021").with_filter("year", "2021").filters == chosen.filters


def test_amounts_are_typed_as_printed_and_bound_what_is_found(towns: FlaskClient) -> None:
    html = html_of(towns, "/?amount_min=28.000.000,00&amount_max=29 000 000")
    assert "<strong>2 documents</strong>" in html
    shown = text_of(html)
    assert "Amount at least 28,000,000" in shown
    assert "Amount at most 29,000,000" in shown
    assert 'value="28000000"' in html
    assert "/?q=kamera&amount_max=29000000" in links(html_of(towns, "/?q=kamera&amount_min=5&amount_max=29000000"))


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("amount_min=x", "amount_min must be one whole number"),
        ("amount_min=-5", "amount_min must be one whole number"),
        ("amount_min=1&amount_min=2", "amount_min must be one whole number"),
        ("amount_max=" + "9" * 19, "of at most 18 digits"),
        ("amount_min=٣", "amount_min must be one whole number"),
        ("amount_min=10&amount_max=5", "No amount is at least 10 and at most 5"),
    ],
)
def test_impossible_amounts_are_refused(client: FlaskClient, query: str, says: str) -> None:
    for path in (f"/?{query}", f"/facets/vendor?{query}", f"/export.csv?{query}"):
        response = client.get(path)
        assert response.status_code == 400
        assert says in unescape(response.text)


def test_as_many_are_in_the_order_of_the_readers_language(app: Flask) -> None:
    kinds = {"contract": 1, "unknown": 1, "tender_notice": 1, "foi_appeal": 1, "minutes": 2}
    orders = {
        "en": ["minutes", "contract", "foi_appeal", "tender_notice", "unknown"],
        "sr-Cyrl": ["minutes", "tender_notice", "contract", "foi_appeal", "unknown"],
    }
    for tag, order in orders.items():
        with app.test_request_context("/", headers={"Accept-Language": tag}):
            assert in_order("kind", kinds) == order


def test_a_facet_with_many_values_has_a_page_of_its_own(towns: FlaskClient) -> None:
    html = html_of(towns, "/?q=kamera")
    assert f"{FOLDED_VALUES} more of Municipality" in text_of(html)
    assert html.count('name="municipality"') == TOP_VALUES + FOLDED_VALUES
    assert "/facets/municipality?q=kamera" in links(html)
    page = html_of(towns, "/facets/municipality?q=kamera")
    assert page.count('name="municipality"') == TOWNS
    assert f"{TOWNS} values" in text_of(page)


def test_the_page_of_a_facet_finds_in_either_script(towns: FlaskClient) -> None:
    for find in ("celarevo 7", "ЧЕЛАРЕВО 7", "  Čelarevo   7 "):
        html = html_of(towns, f"/facets/municipality?find={find}")
        assert re.findall(r'name="municipality" value="([^"]*)"', html) == ["Čelarevo 7"]
    assert "No values contain that" in html_of(towns, "/facets/municipality?find=zzz")


def test_choices_that_are_not_on_the_page_are_kept(towns: FlaskClient) -> None:
    html = html_of(towns, "/facets/municipality?q=kamera&municipality=Čelarevo 7&municipality=Čelarevo 8&find=8")
    form = html.partition('<form id="values"')[2]
    assert '<input type="hidden" name="municipality" value="Čelarevo 7">' in form
    assert '<input type="hidden" name="municipality" value="Čelarevo 8">' not in form
    assert re.search(r'name="municipality" value="Čelarevo 8" checked', form)


@pytest.mark.parametrize("path", ["/facets/colour", "/facets/topic", "/facets/year?first=500"])
def test_a_facet_or_a_place_that_is_not_there_is_said(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_ten_thousand_values_are_listed_part_by_part(towns: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(towns.application.config, "FACET_VALUES", 20)
    first, second = (html_of(towns, f"/facets/municipality{part}") for part in ("", "?first=21"))
    shown = [set(re.findall(r'name="municipality" value="([^"]*)"', html)) for html in (first, second)]
    assert [len(values) for values in shown] == [20, TOWNS - 20]
    assert not shown[0] & shown[1]
    assert "/facets/municipality?first=21" in links(first)


def test_finding_among_very_many_values_keeps_their_order() -> None:
    found = with_part("vendor", {f"Vendor {n}": 1 for n in range(10_000)}, "vendor 99")
    assert found[:2] == ["Vendor 99", "Vendor 990"]
    assert len(found) == 111 < LIMITS["FACET_VALUES"]


def test_bars_of_years_are_links_and_a_table(client: FlaskClient) -> None:
    html = html_of(client, "/?q=2021 OR 2022")
    assert 'aria-label="2021: 1 document"' in html
    assert "/?q=2021+OR+2022&year=2021" in links(html)
    table = html.partition('id="year-table"')[2]
    assert "2021 1 document 2022 1 document" in text_of(table)
    assert 'id="year-table"' not in html_of(client, "/?q=cameras&kind=contract"), "one year is no row of bars"


def test_bars_are_as_high_as_their_counts_and_years_between_are_there(draw: Draw) -> None:
    bars = draw({"2018": 50, "2020": 100, "unknown": 7}).bars
    assert [(bar.label, bar.height) for bar in bars] == [("2018", HEIGHT / 2), ("2019", 0), ("2020", HEIGHT)]
    assert bars[1].url is None


def test_the_least_bar_can_be_seen(draw: Draw) -> None:
    assert draw({"2018": 1, "2019": 100_000}).bars[0].height == LEAST_HEIGHT


@pytest.mark.parametrize(("first", "last", "step"), [(1900, 2026, 10), (1, 9999, 1000), (2019, 2020, 1)])
def test_there_are_never_more_bars_than_fit(draw: Draw, first: int, last: int, step: int) -> None:
    drawn = draw({str(first): 3, str(last): 4})
    assert len(drawn.bars) == last // step - first // step + 1 <= MOST_BARS
    assert [bar.count for bar in drawn.bars if bar.url] == ["3 documents", "4 documents"]
    assert all(bar.x >= 0 and bar.x + bar.width <= drawn.width for bar in drawn.bars)


def test_a_bar_of_ten_years_chooses_those_that_are_there(draw: Draw) -> None:
    bar = draw({"1931": 1, "1938": 2, "2020": 3}).bars[0]
    assert (bar.label, bar.count) == ("1930–1939", "3 documents")
    assert bar.url == "/?year=1931&year=1938"


def test_a_bar_that_is_chosen_leads_back(client: FlaskClient) -> None:
    html = html_of(client, "/?year=2021")
    assert re.search(r'<a href="/" aria-label="2021: 1 document" class="chosen" aria-current="true">', html)
    assert "/?year=2022" in links(html), "another bar chooses another year"
    assert "/?year=2021" in links(html_of(client, "/?not_year=2021")), "a year left out can be chosen"


def test_a_facet_of_thousands_shows_what_all_in_order_would(app: Flask) -> None:
    """Only those that can be shown are put in order; which those are depends on no name."""
    named = [f"Firma {at % 700:03}-{at}" for at in range(3000)]
    values = {name: 1 + (at * 37) % 90 for at, name in enumerate(named)}
    chosen = (named[1234], named[2999])
    state = SearchState(filters={"vendor": chosen})
    with app.test_request_context():
        (group,) = (one for one in present_facets(state, {"vendor": values}) if one.name == "vendor")
        ordered = in_order("vendor", values)
    top = [value for at, value in enumerate(ordered) if at < TOP_VALUES or value in chosen]
    assert [one.value for one in group.top] == top
    assert [one.value for one in group.rest] == [value for value in ordered if value not in top][:FOLDED_VALUES]
    assert group.every is not None
    assert group.every.label == "3,000"
