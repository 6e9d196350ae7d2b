"""Which mentions are of one firm, and what the firm is called."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.store.catalog import Catalog
from archive.store.vendors.whole import rows_by_table
from archive.vendors.entities import Entity, entities
from archive.vendors.identity import Mention
from tests.archive.vendors.samples import mention, printed
from tests.vendor_samples import naming


def found(*mentions: Mention) -> list[set[str]]:
    return printed(entities(mentions))


def test_a_number_joins_whatever_the_name() -> None:
    assert len(found(mention(1, "Primer d.o.o.", pib="100000001"), mention(2, "Uzor a.d.", pib="100000001"))) == 1
    assert len(found(mention(1, "Primer", mb="07000001"), mention(2, "Uzor", mb="07000001", pib="100000001"))) == 1


def test_a_number_that_fails_its_check_joins_no_two_names() -> None:
    one, other = mention(1, "Primer d.o.o.", "pib", pib="1"), mention(2, "Uzor d.o.o.", "pib", pib="1")
    assert len(found(one, other)) == 2
    (same,) = entities([one, mention(3, "Primer doo", "pib", pib="2")])
    assert (same.numbers, same.doubtful_numbers) == ((), (("pib", "1"), ("pib", "2")))


def test_a_lesser_number_joins_no_two_surer_ones() -> None:
    one, other = mention(1, "Primer", pib="1", mb="7"), mention(2, "Uzor", pib="2", mb="7")
    assert len(found(one, other, mention(3, "Lik", mb="7"))) == 3
    assert len(found(one, other, mention(3, "Lik", mb="7"), mention(4, "Lik bis", mb="7"))) == 3


def test_one_name_with_two_numbers_is_two_firms_with_their_numbers_in_their_names() -> None:
    firms = entities(
        [
            mention(1, "Primer d.o.o.", pib="100000001"),
            mention(2, "ПРИМЕР ДОО", pib="100000002"),
            mention(3, "Primer DOO"),
        ]
    )
    assert {firm.name for firm in firms} == {
        "Primer d.o.o. (PIB 100000001)",
        "ПРИМЕР ДОО (PIB 100000002)",
        "Primer DOO (no number known)",
    }
    assert [firm.id for firm in firms if not firm.numbers] == ["primer"]


@pytest.mark.parametrize(
    ("names", "firms"),
    [
        (["„Primer” d.o.o. Ruma", "PRIMER DOO", "Пример д.о.о. Рума"], 1),
        (["Primer d.o.o. Ruma", "Primer d.o.o. Niš"], 2),
        (["Primer d.o.o. Ruma", "Primer d.o.o. Niš", "Primer d.o.o."], 3),
        (["Primer d.o.o.", "Primer a.d.", "Primer"], 3),
        (["Primer d.o.o.", "Primer a.d.", "Primer d.o.o. Ruma"], 2),
        (["JKP Vodovod Ruma", "JKP Vodovod Niš", "JKP „Vodovod” Ruma"], 2),
        (["Sistemi Primer d.o.o.", "Primer Sistemi d.o.o."], 1),
        (["Primer Ruma", "„Primer” d.o.o. Ruma"], 1),
    ],
)
def test_names_join_as_far_as_nothing_is_at_odds(names: list[str], firms: int) -> None:
    assert len(found(*(mention(at, name) for at, name in enumerate(names)))) == firms


def test_what_a_document_prints_without_number_is_what_it_prints_with_one() -> None:
    same = [mention(1, "„Primer” d.o.o.", pib="1"), mention(1, "Primer"), mention(2, "Primer DOO", pib="2")]
    assert found(*same) == [{"„Primer” d.o.o.", "Primer"}, {"Primer DOO"}]
    both = [mention(1, "„Primer” d.o.o.", pib="1"), mention(1, "Primer DOO", pib="2"), mention(1, "Primer")]
    assert len(found(*both)) == 3


def test_a_firm_of_two_names_is_not_joined_with_two_numbers_of_a_register() -> None:
    firms = entities(
        [
            mention(1, "Primer", pib="1"),
            mention(2, "Uzor", pib="1"),
            mention(3, "Primer", mb="7"),
            mention(4, "Uzor", mb="8"),
        ]
    )
    assert len(firms) == 2
    assert all(len([register for register, _ in firm.numbers if register == "mb"]) == 1 for firm in firms)


def test_the_name_is_the_one_that_most_documents_print() -> None:
    (firm,) = entities([mention(1, "PRIMER DOO"), mention(2, "„Primer” d.o.o."), mention(3, "„Primer” d.o.o.")])
    assert (firm.name, firm.names) == ("„Primer” d.o.o.", ("„Primer” d.o.o.", "PRIMER DOO"))
    assert (firm.won, firm.bid, firm.other_names) == (3, 3, ())
    (quiet,) = entities([mention(1, "PRIMER DOO"), mention(2, "Primer doo"), mention(2, "Primer doo Ruma")])
    assert (quiet.name, quiet.won, quiet.other_names) == ("Primer doo", 2, ("Primer doo Ruma",))


def test_ids_are_numbers_or_words_and_differ() -> None:
    firms = entities(
        [
            mention(1, "Primer d.o.o."),
            mention(2, "Primer a.d."),
            mention(3, "Đorđe i sin", "mb", mb="1"),
            mention(4, "Uzor", mb="07000001"),
            mention(5, "!!!"),
            mention(6, "???"),
        ]
    )
    ids = {"primer-doo", "primer-ad", "dorde-i-sin", "mb-07000001", "vendor", "vendor-2"}
    assert {firm.id for firm in firms} == ids


NAMES = ("Primer d.o.o.", "Primer d.o.o. Ruma", "Primer d.o.o. Niš", "„Primer” a.d.", "Primer", "Uzor d.o.o.", "УЗОР")
mentions = st.builds(
    lambda number, name, pib, mb, failed: mention(
        number, name, failed, **{k: v for k, v in (("pib", pib), ("mb", mb)) if v}
    ),
    st.integers(1, 4),
    st.sampled_from(NAMES),
    st.sampled_from(["", "", "1", "2"]),
    st.sampled_from(["", "", "7", "8"]),
    st.sampled_from(["", "", "pib", "pib mb"]),
)
lists = st.lists(mentions, max_size=12, unique_by=lambda one: (one.document, one.name))


@given(lists, st.randoms(use_true_random=False))
def test_the_order_of_mentions_changes_nothing(of: list[Mention], dice: random.Random) -> None:
    shuffled = list(of)
    dice.shuffle(shuffled)
    assert entities(of) == entities(shuffled)


@given(lists)
def test_what_holds_of_every_archive(of: list[Mention]) -> None:
    firms = entities(of)
    kept = [mention for firm in firms for mention in firm.mentions]
    assert (len(kept), set(kept)) == (len(of), set(of))
    assert len({firm.id for firm in firms}) == len({firm.name for firm in firms}) == len(firms)
    pibs: dict[str, Entity] = {}
    for firm in firms:
        for register, number in firm.numbers:
            assert register != "pib" or pibs.setdefault(number, firm) is firm
        assert len([1 for register, _ in firm.numbers if register == "pib"]) <= 1


@pytest.mark.parametrize("letter", ["ш", "\U00020000", "\ufdfa"])
def test_ids_and_keys_fit_into_an_index_however_long_a_name_is(letter: str, tmp_path: Path) -> None:
    """PostgreSQL's take 2,704 bytes; a fact has up to 500 characters, of four bytes, or of 18 letters in lower case."""
    with closing(Catalog.open(tmp_path / "catalog.sqlite")) as catalog:
        for at, end in enumerate((" a", " b")):
            naming(at, letter * 490 + end).add_to(catalog)
        with catalog._database.reading() as connection:
            tables = rows_by_table(connection)
    sizes = [len("".join(key).encode()) for rows in tables.values() for key in rows]
    assert len(sizes) > 20
    assert max(sizes) < 2600
