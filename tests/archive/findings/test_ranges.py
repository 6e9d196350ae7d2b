"""Lowest, median and highest; rows by procedure; the order of columns."""

from __future__ import annotations

import random
from array import array
from decimal import Decimal
from pathlib import Path

import pytest

from archive.findings.definition import Measure
from archive.findings.files import load, read
from archive.findings.kept.lines import _tallies
from archive.findings.kept.units import municipality_of
from archive.findings.measures import HIGHEST, LOWEST, MEDIAN, measured
from archive.findings.table import AsOf
from archive.findings.tabulation import table
from archive.findings.tallies import KeptTally, UnitTally
from archive.findings.units import Counted
from archive.store.kept.lines import KeptLine, KeptLines
from archive.store.kept.units import KeptUnits
from tests.archive.findings.test_precedence import priced
from tests.archive.findings.test_prices import bought

NOW = AsOf(0, None, None, "g")


def having(*numbers: int) -> UnitTally:
    places = array("i", range(len(numbers)))
    return UnitTally(places, [Decimal(number) for number in numbers], places, places)


@pytest.mark.parametrize(
    ("numbers", "statistic", "number", "units"),
    [
        ((3, 1, 2), LOWEST, 1, 1),
        ((3, 1, 2), MEDIAN, 2, 3),
        ((3, 1, 2), HIGHEST, 3, 1),
        ((1, 2), MEDIAN, Decimal("1.5"), 2),
        ((7, 7), HIGHEST, 7, 2),
        ((), MEDIAN, None, 0),
    ],
)
def test_a_number_of_a_range_and_the_units_that_make_it(
    numbers: tuple[int, ...], statistic: str, number: Decimal | None, units: int
) -> None:
    found, making = measured(Measure.RANGE, statistic, having(*numbers))
    assert (found, len(making.units)) == (number, units)


def test_sums_and_counts_of_nothing() -> None:
    assert measured(Measure.SUM, "", having()) == (None, having())
    assert measured(Measure.COUNT, "", having())[0] == 0
    assert measured(Measure.SUM, "", having(1, 2))[0] == 3


def test_the_highest_price_leads_to_the_contract_that_has_it(tmp_path: Path) -> None:
    units = [
        Counted(name, "Bečej", None, (bought(name, value, "2"),)) for name, value in (("a", "100.00"), ("b", "300.00"))
    ]
    found = table(load(tmp_path, "price-of-a-camera"), units, NOW)
    assert [column.label for column in found.columns[2:5]] == [
        f"A camera, RSD without VAT: {statistic}" for statistic in ("lowest", "median", "highest")
    ]
    lowest, middle, highest = found.total.cells[2:5]
    assert [cell.number for cell in (lowest, middle, highest)] == [50, 100, 150]
    assert {proof.unit for proof in highest.proofs} == {"b"}
    assert {proof.unit for proof in middle.proofs} == {"a", "b"}
    assert (highest.units, highest.unknown) == (1, 0)


def test_every_procedure_has_its_own_row(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        'title = "Own"\nabout = "Own."\ncounts = "procedures"\ngroup = ["procedure"]\n'
        '[facts]\nfield = "price_each"\nmeasure = "range"\ncolumns = ["what", "currency", "vat"]\n'
    )
    units = [Counted(name, "Bečej", None, (bought(name, "100.00", "2"),)) for name in ("b", "a")]
    assert [row.key for row in table(read(file), units, NOW).rows] == [("a",), ("b",)]


def test_columns_stand_in_the_order_of_the_labels(tmp_path: Path) -> None:
    papers = (
        priced("contract", "contract", "2020-02-01", "200.00"),
        priced("annex", "contract_annex", "2020-03-01", "230.00"),
    )
    found = table(load(tmp_path, "annexes"), [Counted("one", "Bečej", None, papers)], NOW)
    assert [column.label.partition(":")[0] for column in found.columns[2:5]] == ["Before", "After", "Added"]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", ["of one scale", "of two scales", "long", "whole", "none"])
def test_the_database_finds_the_same_range_as_all_amounts_do(seed: int, kind: str) -> None:
    chance, file = random.Random(seed), KeptUnits(None)
    file.write("now", (), {}, {}, municipality_of)
    lines = KeptLines(file, "now", "procedures", "asked", "rules")

    def amount() -> str | None:
        digits = chance.randint(-3, 9) * 10 ** chance.choice((0, 1))
        if kind == "whole":
            return str(digits)
        if kind == "long" and not chance.randint(0, 4):
            return f"{10**14 + digits}.00"
        scale = chance.randint(1, 2) if kind == "of two scales" else 2
        return None if kind == "none" else str(Decimal(digits).scaleb(-scale))

    told = [
        KeptLine(unit, f'["{chance.choice("ab")}"]', '["own", "x"]', chance.choice((1, 2, 3)), amount(), *counts)
        for unit in range(chance.choice((1, 2, 3, 40)))
        for counts in [[chance.randint(0, 2) for _ in range(5)]]
    ]
    lines.replace([], told, 1)
    tallies = _tallies(lines)
    for tally in (*(tally for row in tallies.rows.values() for tally in row.values()), *tallies.total.values()):
        assert isinstance(tally, KeptTally)
        whole = tally._read(None)
        assert repr(tally.spread) == repr(whole.spread)
        for one in tally.spread or ():
            same, known = tally.with_amount(one), whole.with_amount(one)
            assert (same.count, same.counts, list(same.units)) == (known.count, known.counts, list(known.units))
