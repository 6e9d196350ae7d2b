"""The URL is the search: it can be read, changed and written, and nothing is lost on the way."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, url_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from archive.errors import UsageError
from archive.search.request import FACETS, SORTS, ResolvedFilters
from webapp.links import document_url, page_url, search_url
from webapp.state import SearchState

values = st.text(min_size=1, max_size=20)
states = st.builds(
    SearchState,
    text=st.text(max_size=40).map(str.strip),
    filters=st.dictionaries(st.sampled_from(FACETS), st.lists(values, min_size=1, max_size=3, unique=True).map(tuple)),
    sort=st.sampled_from(SORTS),
    exact=st.booleans(),
    results_page=st.integers(1, 5000),
)


def from_pairs(*pairs: tuple[str, str]) -> SearchState:
    return SearchState.from_arguments(MultiDict(pairs))


@given(states)
def test_a_state_survives_its_url(state: SearchState) -> None:
    assert from_pairs(*state.pairs()) == state


def test_one_search_has_one_address() -> None:
    """In whatever order the parameters came, they are written in the same one."""
    pairs = [("sort", "newest"), ("year", "2021"), ("q", "kamera"), ("municipality", "Bečej")]
    assert from_pairs(*pairs).pairs() == from_pairs(*reversed(pairs)).pairs()
    assert [name for name, _ in from_pairs(*pairs).pairs()] == ["q", "municipality", "year", "sort"]


@given(states, st.sampled_from(FACETS), values)
def test_choosing_and_unchoosing_a_value_leads_back(state: SearchState, facet: str, value: str) -> None:
    without = state.without_filter(facet, value)
    chosen = without.with_filter(facet, value)
    assert chosen.filters[facet][-1] == value
    assert chosen.without_filter(facet, value) == without
    assert without.results_page == chosen.results_page == 1
    assert value not in without.filters.get(facet, ())


def test_what_is_default_does_not_stand_in_the_url() -> None:
    assert SearchState().pairs() == ()
    assert from_pairs(("q", " "), ("sort", ""), ("page", "1"), ("vendor", ""), ("exact", "0")) == SearchState()


def test_changing_the_order_begins_at_the_first_page_of_results() -> None:
    state = from_pairs(("q", "kamera"), ("page", "4"))
    assert state.with_sort("newest").results_page == 1
    assert state.with_exact(True).results_page == 1
    assert state.with_results_page(5).text == "kamera"


def test_the_request_asks_for_this_page_of_results() -> None:
    request = from_pairs(("q", "kamera"), ("year", "2020"), ("year", "2021"), ("page", "3")).request(size=20)
    assert (request.offset, request.limit) == (40, 20)
    assert request.filters == {"year": ("2020", "2021")}


def test_unknown_names_are_passed_over() -> None:
    assert from_pairs(("q", "kamera"), ("match", "3"), ("utm_source", "x")) == SearchState("kamera")


@pytest.mark.parametrize(
    "pair",
    [
        ("page", "0"), ("page", "-1"), ("page", "x"), ("page", "1.5"), ("page", "٣"), ("page", "9" * 5000),
        ("sort", "random"), ("q", "x" * 2001),
    ],
)  # fmt: skip
def test_an_impossible_value_is_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(UsageError):
        from_pairs(pair)


def test_resolved_filters_stay_resolved_without_a_value() -> None:
    resolved = ResolvedFilters(
        {"vendor": ("A", "B"), "not_vendor": ("C",), "year": ("2020",)}, frozenset({("vendor", "C")})
    )
    without = SearchState(filters=resolved).without_filter("vendor", "A").filters
    assert isinstance(without, ResolvedFilters)
    assert dict(without) == {"vendor": ("B",), "not_vendor": ("C",), "year": ("2020",)}
    assert without.unknown == {("vendor", "C")}
    assert without.without("not_vendor", "C").unknown == frozenset()
    assert "year" not in without.without("year", "2020")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states)
def test_addresses_made_without_routes_are_those_of_the_routes(app: Flask, state: SearchState) -> None:
    """Results have hundreds of links, so those to searches, documents and pages are not asked of Flask."""
    asked: Any = state.parameters()
    with app.test_request_context(base_url="http://localhost/room"):
        made = (
            search_url(state),
            document_url("ab12", state, "pages", 2),
            page_url("ab12", 3, state, match=4, reading=1),
            page_url("ab12", 3, state),
        )
        assert made == (
            url_for("search.show", **asked),
            url_for("document.show", document_id="ab12", **asked, reading=2, _anchor="pages"),
            url_for("page.show", document_id="ab12", number=3, **asked, reading=1, match=4, _anchor="match-4"),
            url_for("page.show", document_id="ab12", number=3, **asked),
        )


def test_years_in_a_row_are_one_in_an_address() -> None:
    state = from_pairs(("year", "2019-2021"), ("year", "2024"))
    assert state.filters == {"year": ("2019", "2020", "2021", "2024")}
    assert state.in_address() == {"year": ("2019-2021", "2024")}
    assert state.pairs() == tuple(("year", year) for year in ("2019", "2020", "2021", "2024"))
    for as_written in (("2019", "2020"), ("unknown", "2019", "2020", "2021"), ("1000-9999",), ("2021-2019",)):
        state = from_pairs(*(("year", year) for year in as_written))
        assert state.filters["year"] == as_written
        assert state.in_address()["year"] == as_written
