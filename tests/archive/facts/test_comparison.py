"""What is different between two states of facts."""

from __future__ import annotations

from dataclasses import replace

from archive.model import Fact, Span
from archive.model.decisions import FactDifferenceKind, compare

ID = "a" * 64


def fact(field: str, value: str, **details: str) -> Fact:
    return Fact(field, value, Span(ID, 1, 0, 1), f"{field}.rule", 0.9, details=details)


def differences(before: list[Fact], after: list[Fact]) -> list[tuple[str, str, str | None, str | None]]:
    return [
        (
            one.field,
            str(one.difference),
            one.before.value if one.before else None,
            one.after.value if one.after else None,
        )
        for one in compare(before, after)
    ]


def test_the_same_facts_in_another_order_are_no_difference() -> None:
    facts = [fact("vendor", "A"), fact("vendor", "B"), fact("year", "2021")]
    assert differences(facts, facts[::-1]) == []


def test_each_difference_is_called_what_it_is() -> None:
    before = [
        fact("kind", "contract"),
        fact("vendor", "A"),
        fact("vendor", "B"),
        fact("year", "2021"),
        fact("date", "x"),
    ]
    after = [
        fact("kind", "minutes"),
        fact("vendor", "A", pib="1"),
        fact("vendor", "C"),
        fact("vendor", "D"),
        replace(fact("year", "2021"), confidence=0.5),
        fact("buyer", "E"),
    ]
    assert differences(before, after) == [
        ("kind", FactDifferenceKind.CHANGED, "contract", "minutes"),
        ("vendor", FactDifferenceKind.CHANGED, "A", "A"),
        ("vendor", FactDifferenceKind.REMOVED, "B", None),
        ("vendor", FactDifferenceKind.ADDED, None, "C"),
        ("vendor", FactDifferenceKind.ADDED, None, "D"),
        ("year", FactDifferenceKind.EVIDENCE, "2021", "2021"),
        ("date", FactDifferenceKind.REMOVED, "x", None),
        ("buyer", FactDifferenceKind.ADDED, None, "E"),
    ]


def test_the_same_value_twice_is_paired_off_once() -> None:
    lots = [fact("bids", "3", lot="1"), fact("bids", "3", lot="2")]
    assert differences(lots, lots[:1]) == [("bids", FactDifferenceKind.REMOVED, "3", None)]
