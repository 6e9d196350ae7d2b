"""Counting by value."""

from __future__ import annotations

import pytest

from archive.search.facets import count_values, label, list_values, narrow
from archive.search.request import UNKNOWN


def test_filters_join_across_facets_and_spare_their_own_counts() -> None:
    narrowed = narrow({1, 2, 3, 4}, {"year": {1, 2, 9}, "kind": {2, 3}})
    assert narrowed.selected == {2}
    assert narrowed.counted["year"] == {2, 3}
    assert narrowed.counted["kind"] == {1, 2}
    assert narrowed.counted["vendor"] == {2}


def test_counts_are_of_documents_and_keep_what_was_chosen() -> None:
    values = [("Alfa", "Beta"), ("Alfa",), (UNKNOWN,)]
    assert count_values([0, 1, 2], values, ["Gama"]) == {"Alfa": 2, "Beta": 1, UNKNOWN: 1, "Gama": 0}


def test_values_come_by_count_then_label() -> None:
    listed = list_values("vendor", {"b": 1, "A": 1, "c": 2, "d": 0})
    assert [value.label for value in listed] == ["c", "A", "b", "d"]


@pytest.mark.parametrize(
    ("facet", "value", "shown"),
    [
        ("kind", "tender_notice", "Tender notice"),
        ("kind", "foi_request", "FOI request"),
        ("language", "sr-Cyrl", "Serbian (Cyrillic)"),
        ("language", "en", "English"),
        ("language", "zz", "zz"),
        ("municipality", "Čačak", "Čačak"),
        ("vendor", UNKNOWN, "Unknown"),
    ],
)
def test_labels(facet: str, value: str, shown: str) -> None:
    assert label(facet, value) == shown
