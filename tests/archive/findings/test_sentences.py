"""What findings say in sentences: each number is one of the table, and nothing is said that the table has not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from babel.support import Translations
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import UsageError
from archive.findings.files import SHIPPED, load, read
from archive.findings.joined import Joining, amounts, joined, money_columns, row_of
from archive.findings.sentences import told
from archive.findings.table import AsOf, Table
from archive.findings.tabulation import table
from archive.findings.units import Counted
from archive.model import Fact, Span
from archive.procedures.papers import Paper
from tests.archive.findings.test_counting import won
from tests.archive.findings.test_precedence import priced

ROOT = Path(__file__).parents[3]
LATIN: Any = Translations.load(ROOT / "webapp/translations", ["sr_Latn"])
CYRILLIC: Any = Translations.load(ROOT / "webapp/translations", ["sr_Cyrl"])

TEXTS = sorted(sentence.text for file in SHIPPED.glob("*.toml") for sentence in read(file).sentences)
_PLACE = re.compile(r"\{(\w+)(\.name)?(?:\|([^{}]*))?\}")


def counted(name: str, units: Sequence[Counted]) -> Table:
    return table(load(Path("/nowhere"), name), units, AsOf(0, None, None, "g"))


def minutes(name: str, bids: str | None) -> Paper:
    made = priced(name, "minutes", "2020-02-01")
    fact = Fact("bids", bids or "0", Span(made.id, 1, 0, 0), "bids.rule", 0.9)
    return replace(made, facts=(fact,) if bids else ())


def money(name: str, *values: tuple[str, str, str], year: int = 2020) -> Paper:
    made = priced(name, "contract", f"{year}-02-01")
    details = [{"role": "contract", "currency": currency, "vat": vat} for _, currency, vat in values]
    facts = [
        Fact("amount", value, Span(made.id, 1, at, at), "amount.rule", 0.9, details=of)
        for at, ((value, _, _), of) in enumerate(zip(values, details, strict=True))
    ]
    return replace(made, facts=tuple(facts))


TOWNS = st.sampled_from(["Ada", "Bor", "Čoka", None])


@given(st.lists(st.tuples(TOWNS, st.sampled_from([None, "0", "1", "2", "7"])), max_size=12))
def test_the_numbers_of_sentences_are_those_of_the_table(procedures: list[tuple[str | None, str | None]]) -> None:
    units = [Counted(str(at), town, None, (minutes(f"p{at}", bids),)) for at, (town, bids) in enumerate(procedures)]
    found = counted("competition", units)
    sentences = told(found)
    known = [bids for _, bids in procedures if bids is not None]
    towns = {town for town, bids in procedures if town and bids == "1"}
    first = f"Only one bid came in {known.count('1')} of {len(known)} procedure"
    assert [sentence.text.startswith(first) for sentence in sentences[:1]] == ([True] if known else [])
    assert [f"in {len(towns)} municipalit" in sentence.text for sentence in sentences[1:]] == ([True] if towns else [])
    for sentence in sentences:
        for number in sentence.every_number:
            cell = joined(found, number.joining) if number.joining else None
            assert number.number == (cell.number if cell else 0)
            if cell and number.joining and not number.joining.count:
                assert cell.number == len({proof.unit for proof in cell.proofs}), (
                    "each leads to the units that it counts"
                )


AMOUNTS = st.tuples(
    st.sampled_from(["100.00", "25.50"]),
    st.sampled_from(["RSD", "EUR"]),
    st.sampled_from(["with", "without", "unknown"]),
)


@given(st.lists(st.lists(AMOUNTS, max_size=3, unique_by=lambda one: one[1:]), max_size=6))
def test_money_tells_each_procedure_once_in_a_currency(contracts: list[list[tuple[str, str, str]]]) -> None:
    units = [Counted(str(at), "Ada", None, (money(f"c{at}", *values),)) for at, values in enumerate(contracts)]
    found = counted("spending", units)
    for row in (*found.rows, found.total):
        for column in money_columns(found):
            shown = amounts(found, row, column)
            units_told = [(one.currency, proof.unit) for one in shown for proof in one.cell.proofs]
            assert len(units_told) == len(set(units_told))
            for one in shown:
                assert one.cell.number == sum(proof.amount for proof in one.cell.proofs)
                assert joined(found, one.joining) == one.cell
    currencies = {(currency, at) for at, values in enumerate(contracts) for _, currency, _ in values}
    told_of = {
        (one.currency, proof.unit)
        for c in money_columns(found)
        for one in amounts(found, found.total, c)
        for proof in one.cell.proofs
    }
    assert {(currency, str(at)) for currency, at in currencies} == told_of


YEARLY = st.tuples(TOWNS, st.integers(2019, 2021), st.lists(AMOUNTS, max_size=2, unique_by=lambda one: one[1:]))


@given(st.lists(YEARLY, max_size=8))
def test_the_rows_of_a_town_are_added_up_as_if_there_were_no_other(
    contracts: list[tuple[str | None, int, list[tuple[str, str, str]]]],
) -> None:
    units = [
        Counted(str(at), town, None, (money(f"c{at}", *values, year=year),))
        for at, (town, year, values) in enumerate(contracts)
    ]
    found = counted("spending", units)
    assert row_of(found, ()) == found.total
    for town in (None, "Ada", "Bor"):
        of_town = counted("spending", [unit for unit in units if unit.municipality == town])
        row = row_of(found, (town,))
        if row is None:
            assert not of_town.rows
            continue
        for at, column in enumerate(found.columns):
            place = of_town.place_of(column.id)
            expected = of_town.total.cells[place] if place is not None else None
            number, units_there, documents = row.cells[at].number, row.cells[at].units, row.cells[at].documents
            assert joined(found, Joining((town,), (column.id,))) == row.cells[at]
            if expected is None:
                assert not number
            else:
                assert (number, units_there, documents) == (expected.number, expected.units, expected.documents)
                assert row.cells[at].unknown == expected.unknown
                assert list(row.cells[at].proofs) == list(expected.proofs)


def test_a_largest_number_that_several_share_is_not_said() -> None:
    one, other = (won((name,), name, "10.00") for name in ("Alfa", "Beta"))
    shared = [Counted("1", "Ada", None, (one,)), Counted("2", "Bor", None, (other,))]
    assert "most often" not in " ".join(sentence.text for sentence in told(counted("vendors", shared)))


@pytest.mark.parametrize("text", TEXTS)
def test_a_translated_sentence_has_the_same_numbers_and_a_form_for_each(text: str) -> None:
    names = {(place[1], place[2]) for place in _PLACE.finditer(text) if place[3] is None}
    for catalog in (LATIN, CYRILLIC):
        translated = catalog.ugettext(text)
        assert translated != text
        places = list(_PLACE.finditer(translated))
        assert {(place[1], place[2]) for place in places if place[3] is None} == names
        assert all(place[3].count("|") == 2 for place in places if place[3] is not None)
    assert all(place[3].count("|") == 1 for place in _PLACE.finditer(text) if place[3] is not None)


def test_every_finding_that_comes_with_us_says_something_and_has_a_subject_and_a_picture() -> None:
    for file in SHIPPED.glob("*.toml"):
        definition = read(file)
        assert definition.sentences, file.name
        assert definition.picture, file.name
        assert definition.subject != "other", file.name


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (
            "{one} of",
            "{several} of",
            "line .*'text' of .sentence.* has a placeholder for an unknown number: several",
        ),
        ('needs = ["known"]', 'needs = ["nothing"]', "'needs' of .sentence. cannot be 'nothing'"),
        ('count = "municipality"', 'count = "towns"', "'count' of .towns. cannot be 'towns'"),
        ('subject = "competition"', 'subject = "sport"', "'subject' cannot be 'sport'"),
        ('picture = "map"', 'picture = "pie"', "'picture' cannot be 'pie'"),
    ],
)
def test_a_wrong_sentence_is_named_with_its_line(tmp_path: Path, old: str, new: str, error: str) -> None:
    file = tmp_path / "own.toml"
    text = (SHIPPED / "competition.toml").read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(UsageError, match=error):
        read(file)
