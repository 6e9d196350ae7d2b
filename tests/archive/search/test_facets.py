"""Counts of values in words."""

from __future__ import annotations

import pytest

from archive.search.facets import FacetValues, label, list_values
from archive.search.request import UNKNOWN


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


def test_the_first_values_are_those_of_the_whole_list() -> None:
    counts = {f"Firma {number}": 1 + number % 5 for number in range(40)}
    values = FacetValues({"vendor": counts, "kind": {}})
    assert values["vendor"] == list_values("vendor", counts)
    for number in (1, 7, 8, 9, 39, 40, 41):
        assert values.first("vendor", number) == values["vendor"][:number]
    assert values.first("kind", 5) == values.first("topic", 5) == ()
    assert dict(values) == {"vendor": values["vendor"], "kind": ()}
