"""A person's word on who is who, laid over what the rules found."""

from __future__ import annotations

from archive.vendors.entities import entities
from archive.vendors.rulings import Anchor, Ruling, RulingAction
from tests.archive.vendors.samples import mention, printed

FIRMS = (
    mention(1, "Primer d.o.o.", pib="1"),
    mention(2, "„Primer” doo Ruma", pib="1"),
    mention(3, "Uzor d.o.o."),
    mention(4, "Lik a.d."),
)


def merge(one: str, other: str) -> Ruling:
    return Ruling(RulingAction.MERGE, anchor(one), anchor(other), "Ana")


def split(vendor: str, name: str) -> Ruling:
    return Ruling(RulingAction.SPLIT, anchor(vendor), Anchor(name), "Ana")


def apart(one: str, other: str) -> Ruling:
    return Ruling(RulingAction.APART, anchor(one), anchor(other), "Ana")


def anchor(name: str) -> Anchor:
    (found,) = (one for one in entities(FIRMS) if name in one.names)
    return found.anchor


def ruled(*rulings: Ruling) -> list[set[str]]:
    return printed(entities(FIRMS, rulings))


def test_merged_vendors_are_one_and_split_names_two() -> None:
    assert ruled(merge("Uzor d.o.o.", "Lik a.d.")) == [
        {"Lik a.d.", "Uzor d.o.o."},
        {"Primer d.o.o.", "„Primer” doo Ruma"},
    ]
    assert len(ruled(split("Primer d.o.o.", "PRIMER D.O.O. RUMA"))) == 4
    assert ruled(split("Uzor d.o.o.", "Uzor d.o.o.")) == ruled()


def test_what_is_told_apart_stays_as_it_was_and_can_be_merged_later() -> None:
    merged = merge("Uzor d.o.o.", "Lik a.d.")
    assert ruled(apart("Uzor d.o.o.", "Lik a.d.")) == ruled()
    assert ruled(apart("Uzor d.o.o.", "Lik a.d."), merged) == ruled(merged)


def test_rulings_are_laid_over_each_other_in_turn() -> None:
    apart = split("Primer d.o.o.", "„Primer” doo Ruma")
    again = Ruling(RulingAction.MERGE, Anchor("Primer d.o.o.", ("pib", "1")), Anchor("„Primer” doo Ruma"), "Ana")
    assert ruled(apart, again) == ruled()
    assert ruled(again, apart) == ruled(apart)


def test_a_ruling_finds_its_vendors_again_when_documents_come_and_go() -> None:
    merged = merge("Primer d.o.o.", "Uzor d.o.o.")
    later = [mention(9, "Primer Export d.o.o.", pib="1"), mention(8, "УЗОР ДОО"), FIRMS[3]]
    assert {"Primer Export d.o.o.", "УЗОР ДОО"} in printed(entities(later, [merged]))
    assert printed(entities([FIRMS[3]], [merged])) == [{"Lik a.d."}]


def test_a_vendor_without_number_is_not_taken_for_its_namesake_with_one() -> None:
    namesakes = [mention(1, "Primer", pib="1"), mention(2, "Primer", pib="2"), mention(3, "Primer"), mention(4, "Lik")]
    ruling = Ruling(RulingAction.MERGE, Anchor("Primer"), Anchor("Lik"), "Ana")
    (joined,) = (one for one in entities(namesakes, [ruling]) if "Lik" in one.names)
    assert (joined.numbers, [one.document[-1] for one in joined.mentions]) == ((), ["3", "4"])


def test_after_a_split_both_keep_the_number_that_is_printed_with_both() -> None:
    parts = [one for one in entities(FIRMS, [split("Primer d.o.o.", "Primer doo Ruma")]) if one.numbers]
    assert [(one.id, one.names) for one in parts] == [
        ("pib-1", ("Primer d.o.o.",)),
        ("pib-1-2", ("„Primer” doo Ruma",)),
    ]
