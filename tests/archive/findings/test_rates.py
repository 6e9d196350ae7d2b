"""Amounts in another currency, by the rates that the owner states."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.config import Settings
from archive.errors import UsageError
from archive.findings.files import load
from archive.findings.rates import Rate, rate_for, read_rates
from archive.findings.records import finding_record
from archive.serialization import json_pieces
from tests.finding_samples import add, contract, counted, numbers, price

STATED = """
[[rate]]
currency = "RSD"
to = "EUR"
rate = "117.50"
date = "2020-02-03"
source = "made up"

[[rate]]
currency = "RSD"
to = "EUR"
rate = "118"
date = "2021"
source = "made up, a mean"
"""
DAY, MONTH, YEAR = (
    Rate("RSD", "EUR", period, Decimal(rate), "made up")
    for period, rate in (("2020-02-03", "117"), ("2020-02", "118"), ("2020", "119"))
)


@pytest.mark.parametrize(
    ("rates", "day", "expected"),
    [
        ((YEAR, MONTH, DAY), (2020, 2, 3), DAY),
        ((YEAR, MONTH, DAY), (2020, 2, 4), MONTH),
        ((YEAR, MONTH, DAY), (2020, 3, 3), YEAR),
        ((MONTH, DAY), (2020, 3, 3), None),
        ((YEAR,), (2021, 2, 3), None),
    ],
)
def test_the_rate_of_the_day_then_of_the_month_then_of_the_year(
    rates: tuple[Rate, ...], day: tuple[int, int, int], expected: Rate | None
) -> None:
    assert rate_for(rates, "RSD", "EUR", datetime.date(*day), day[0]) == expected
    assert rate_for(rates, "RSD", "USD", datetime.date(*day), day[0]) is None


def test_a_document_of_which_only_the_year_is_known_has_the_rate_of_the_year() -> None:
    assert rate_for((YEAR, MONTH, DAY), "RSD", "EUR", None, 2020) == YEAR
    assert rate_for((YEAR, MONTH, DAY), "RSD", "EUR", None, None) is None


def test_amounts_are_rounded_to_the_cent() -> None:
    assert DAY.converted(Decimal("100.00")) == Decimal("0.85")


def test_without_a_file_only_what_a_law_fixed_is_known(tmp_path: Path) -> None:
    assert all(rate.is_fixed for rate in read_rates(tmp_path))


@pytest.mark.parametrize(
    ("old", "new", "line", "wrong"),
    [
        ('"RSD"', '"din"', 3, "code of a currency"),
        ('to = "EUR"', 'to = "RSD"', 4, "same as currency"),
        ('"117.50"', '"117,50"', 5, "number above 0"),
        ('"117.50"', '"0"', 5, "number above 0"),
        ('"117.50"', '"inf"', 5, "number above 0"),
        ('"2020-02-03"', '"3.2.2020"', 6, "not a day, month or year"),
        ('"2020-02-03"', '"2020-02-30"', 6, "not a day, month or year"),
        ('source = "made up"', "", 2, "source"),
        ('source = "made up"', 'source = "x"\nsauce = "y"', 8, "not a known key"),
        ('"118"', '"nothing"', 12, "number above 0"),
        ('"2021"', '"2020-02-03"', 13, "two rates"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, wrong: str) -> None:
    (tmp_path / "rates.toml").write_text(STATED.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UsageError, match=wrong) as raised:
        read_rates(tmp_path)
    assert f"line {line}:" in raised.value.message


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    home = tmp_path / "home"
    home.mkdir()
    (home / "rates.toml").write_text(STATED, encoding="utf-8")
    with Archive.open(home, Settings()) as opened:
        yield opened


def test_what_has_a_rate_is_converted_and_the_rest_stands_apart_and_is_told(archive: Archive) -> None:
    add(archive, "one", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("117500.00")))
    with_vat = price("141000.00", vat="with")
    add(archive, "two", contract("Bor", "404-2/2021", "Alfa d.o.o.", price("118.00"), with_vat, day="2021-05-05"))
    add(archive, "three", contract("Bor", "404-3/2022", "Alfa d.o.o.", price("1000.00"), day="2022-05-05"))
    add(archive, "four", contract("Bor", "404-4/2020", "Alfa d.o.o.", price("5.00", currency="EUR")))
    finding = load(archive.home, "vendors")
    assert numbers(counted(archive, finding))["all"]["RSD·without"] == "118618.00"
    table = counted(archive, replace(finding, convert="EUR", rates=read_rates(archive.home)))
    total = numbers(table)["all"]
    assert (total["EUR·without"], total["RSD·without"], total["EUR·with"]) == ("1006.00", "1000.00", "1194.92")
    assert table.notes == (
        "Converted: 1 amounts by 117.50 RSD = 1 EUR (2020-02-03, made up).",
        "Converted: 2 amounts by 118 RSD = 1 EUR (2021, made up, a mean).",
        "Not converted: 1 amounts in RSD, for whose dates no rate to EUR is known.",
    )
    written = json_pieces(finding_record(table, archive.catalog, lambda *_: "", lambda _: ""))
    record = json.loads("".join(written))
    evidence = record["total"]["cells"]["EUR·without"]["evidence"]
    (first,) = [one for one in evidence if one["value"] == "117500.00"]
    assert first["converted"]["amount"] == "1000.00"
    assert first["converted"]["source"] == "made up"
    assert record["notes"] == list(table.notes)


def test_a_definition_asks_for_the_currency(archive: Archive) -> None:
    file = archive.home / "findings" / "in-euros.toml"
    file.parent.mkdir()
    shipped = Path("archive/findings/definitions/vendors.toml").read_text(encoding="utf-8")
    file.write_text(f'convert = "EUR"\n{shipped}', encoding="utf-8")
    add(archive, "one", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("117500.00")))
    assert numbers(counted(archive, load(archive.home, "in-euros")))["all"]["EUR·without"] == "1000.00"
