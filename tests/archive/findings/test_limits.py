"""Values just under a limit, on made-up papers."""

from __future__ import annotations

import datetime
from itertools import combinations
from pathlib import Path

import pytest

from archive.findings.definition import FactSelection
from archive.findings.derived import periods
from archive.findings.derived.periods import limits_on, under_limit
from archive.findings.derived.value import NOTHING, DerivedValues
from archive.findings.units import Counted
from tests.paper_samples import fact, paper

SMALL, NONE = "small value, 5,000,000", "no procedure, 500,000"


def made(value: str, day: str | None, cpv: str | None = None, within: int | None = None, **told: str) -> DerivedValues:
    details = {"currency": "RSD", "vat": "without", "role": "estimated"} | told
    more = [fact("call", "amount", value, **details)]
    if cpv:
        more.append(fact("call", "cpv", cpv))
    papers = (paper("call", "tender_notice", "404-1/2019", day, more=tuple(more)),)
    return under_limit(Counted("one", "Bečej", None, papers), FactSelection("under_limit", within=within), NOTHING)


@pytest.mark.parametrize(
    ("value", "day", "near", "limit"),
    [
        ("4999999.99", "2019-01-01", "yes", SMALL),
        ("4500000.00", "2019-01-01", "yes", SMALL),
        ("4499999.00", "2019-01-01", "no", SMALL),
        ("5000000.00", "2019-01-01", "over", None),
        ("499000.00", "2019-01-01", "yes", NONE),
        ("500000.00", "2019-01-01", "no", SMALL),
        ("2900000.00", "2015-08-11", "yes", "small value, 3,000,000"),
        ("2900000.00", "2015-08-12", "no", SMALL),
    ],
)
def test_the_nearest_limit_above_is_that_of_the_day(value: str, day: str, near: str, limit: str | None) -> None:
    (one,) = made(value, day).values
    assert one.details.get("near") == near
    assert one.details.get("limit") == limit


def test_how_near_is_near_the_definition_says() -> None:
    (one,) = made("4200000.00", "2019-08-12", within=20).values
    assert (one.details, str(one.number)) == ({"near": "yes", "limit": SMALL}, "16.00")


def test_works_have_another_limit_than_goods_and_the_cpv_code_tells() -> None:
    (goods,) = made("950000.00", "2021-01-01", cpv="32323500").values
    assert goods.details == {"near": "yes", "limit": "law not applied, 1,000,000"}
    assert [proof.fact.field for proof in goods.proofs if proof.fact] == ["amount", "cpv"]
    (works,) = made("950000.00", "2021-01-01", cpv="45233000").values
    assert works.details == {"near": "no", "limit": "law not applied, 3,000,000"}
    unclear = made("950000.00", "2021-01-01")
    assert (unclear.values, len(unclear.unclear)) == ((), 1)
    (over,) = made("9000000.00", "2021-01-01").values
    assert over.details == {"near": "over"}


def test_what_has_no_limit_that_we_know_is_left_out() -> None:
    assert made("49000.00", "2021-01-01", currency="EUR") == DerivedValues()
    assert made("490000.00", "2012-01-01") == DerivedValues()
    assert made("490000.00", None) == DerivedValues()
    assert made("490000.00", "2019-01-01", vat="with") == DerivedValues()


def test_two_estimates_leave_it_open() -> None:
    details = {"currency": "RSD", "vat": "without", "role": "estimated"}
    more = tuple(fact("call", "amount", value, **details) for value in ("490000.00", "4900000.00"))
    papers = (paper("call", "tender_notice", "404-1/2019", "2019-01-01", more=more),)
    found = under_limit(Counted("one", "Bečej", None, papers), FactSelection("under_limit"), NOTHING)
    assert (found.values, len(found.unclear)) == ((), 2)


def test_every_limit_and_period_has_a_source_and_none_holds_twice() -> None:
    tables = periods.read(Path(periods.__file__).with_name("laws.toml"))
    for one in (*tables["limit"], *tables["period"]):
        assert one["source"].startswith("Law of ")
        assert one["from"] <= one.get("to", datetime.date.max)
    for one, other in combinations(tables["period"], 2):
        assert one["method"] != other["method"] or one["to"] < other["from"]
    for day in (datetime.date(2013, 4, 1), datetime.date(2015, 8, 12), datetime.date(2026, 1, 1)):
        names = [limit.name for limit in limits_on(day, "RSD", "goods")]
        assert names
        assert len(names) == len(set(names))
    assert limits_on(datetime.date(2013, 3, 31), "RSD", "goods") == ()
