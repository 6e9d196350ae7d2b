"""The price of a procedure by the lines of its awards, on made-up papers; totals are those of their rows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.errors import UsageError
from archive.findings.definition import CountedUnit, Definition, FactSelection, Measure, VatBasis
from archive.findings.files import as_asked, load
from archive.findings.prices import price_of
from archive.findings.rates import Rate
from archive.findings.table import UNCLEAR, AsOf, Table
from archive.findings.tabulation import table
from archive.findings.units import Copies, Counted, units_of
from archive.model import Fact, FactStatus, Span, Vendor
from archive.procedures.papers import Paper, paper_of
from tests.paper_samples import document_id, fact, paper

PRICE = FactSelection("price", Measure.SUM, columns=("currency", "vat"))
WITHOUT, WITH = ("RSD", "without"), ("RSD", "with")


def line(name: str, vendors: str, amount: str, at: int = 0, vat: str = "without", **details: str) -> Fact:
    """A line of an award of the paper called ``name``."""
    told = {"vendor": vendors, "amount": amount, "currency": "RSD", "vat": vat, **details}
    span = Span(document_id(name), 1, 10 + at, 10 + at)
    return Fact("award", f"{vendors}, {amount} RSD", span, "award.test", 0.9, details=told)


def amount(name: str, value: str, vat: str = "without", role: str = "award", **details: str) -> Fact:
    """An amount of the paper called ``name``."""
    return fact(name, "amount", value, currency="RSD", vat=vat, role=role, **details)


def made(name: str, kind: str, vendors: tuple[str, ...], *facts: Fact, day: str = "2020-02-01") -> Paper:
    """A paper of one procedure that names these vendors."""
    one = paper(name, kind, "404-1/2020", day, more=facts)
    return paper_of(replace(one.known, vendors=tuple(map(Vendor, vendors))), one.facts)


def decision(*lines: Fact, vendors: tuple[str, ...] = ("Alfa", "Beta"), day: str = "2020-02-01") -> Paper:
    return made("decision", "award_decision", vendors, *lines, day=day)


def said(*papers: Paper, vat: VatBasis = VatBasis.PRINTED) -> dict[tuple[str, ...], Decimal]:
    """The price of one procedure by column."""
    says = price_of(Counted("one", "Bečej", None, papers), replace(PRICE, vat=vat))
    return {key: says.amount(key) for key in says.columns}


def test_equal_lots_count_each_and_the_amounts_of_the_paper_do_not_count_beside_them() -> None:
    lines = [line("decision", "Alfa", "100.00", at, lot=str(at)) for at in (1, 2)]
    assert said(decision(*lines, amount("decision", "100.00"), amount("decision", "200.00"))) == {WITHOUT: 200}


def test_lines_of_a_decision_are_all_on_the_basis_that_a_contract_tells_of_one() -> None:
    """The contract names its firm without the town, and no lot; else the sum of the other lots would be a part."""
    told = ("Alfa d.o.o. Ub", "300.00"), ("Beta d.o.o. Ruma", "50.00"), ("Gama d.o.o. Bor", "70.00")
    lines = [line("decision", who, sum_, at, "unknown", lot=str(at)) for at, (who, sum_) in enumerate(told, start=1)]
    decided = decision(*lines, vendors=tuple(who for who, _ in told))
    signed = made("contract", "contract", ("Beta d.o.o.",), amount("contract", "50.00", role="contract"),
                  amount("contract", "60.00", "with", "contract"), day="2020-03-01")  # fmt: skip
    assert said(decided, signed) == {WITHOUT: 420}


def test_a_paper_without_a_line_is_counted_by_its_amount() -> None:
    assert said(decision(amount("decision", "999.00"))) == {WITHOUT: 999}


def test_the_lines_are_not_the_price_where_a_lot_has_none() -> None:
    """The vendor of the third lot could not be read: half of a procedure's price is not its price."""
    lines = [line("decision", "Alfa", f"{at}00.00", at, lot=str(at)) for at in (1, 2)]
    third = amount("decision", "150.00")
    paid = decision(*lines, amount("decision", "100.00"), amount("decision", "240.00", "with"), third)
    says = price_of(Counted("one", None, None, (paid,)), PRICE)
    assert not says.columns
    assert [proof.fact for proof in says.unclear] == [third]


@pytest.mark.parametrize(
    ("total", "is_part"),
    [
        pytest.param(amount("decision", "450.00"), True, id="a lot of 150 has no line"),
        pytest.param(amount("decision", "345.00", "with"), False, id="VAT of 10 and 20 %"),
        pytest.param(amount("decision", "450.00", ceiling="yes"), False, id="the most that may be paid"),
    ],
)
def test_the_lines_are_not_the_price_where_the_total_is_more(total: Fact, is_part: bool) -> None:
    lines = [line("decision", "Alfa", f"{at}00.00", at, lot=str(at)) for at in (1, 2)]
    says = price_of(Counted("one", None, None, (decision(*lines, total),)), PRICE)
    assert [proof.fact for proof in says.unclear] == [total] * is_part
    assert ({key: says.amount(key) for key in says.columns} == {WITHOUT: 300}) is not is_part


@pytest.mark.parametrize("written", ["many", "", "NaN", "Infinity", "1e999999", "-5.00", "9" * 40])
def test_a_line_whose_amount_no_one_can_read_leaves_the_price_unclear(written: str) -> None:
    bad = line("decision", "Alfa", written, lot="2")
    says = price_of(Counted("one", None, None, (decision(line("decision", "Alfa", "5.00"), bad),)), PRICE)
    assert not says.columns
    assert [proof.fact for proof in says.unclear] == [bad]


def test_another_decision_that_repeats_a_line_adds_nothing() -> None:
    one = decision(line("decision", "Alfa", "100.00", lot="1"), line("decision", "Beta", "50.00", 1, lot="2"))
    again = made("again", "award_decision", ("Alfa",), line("again", "Alfa", "120.00", vat="with"), day="2020-03-01")
    third = made("third", "award_decision", ("Beta",), line("third", "Beta", "7.00", lot="3"), day="2020-03-01")
    assert said(one, again) == {WITHOUT: 150}
    assert said(one, third) == {WITHOUT: 157}


def test_a_line_of_the_same_lot_and_sum_is_repeated_whoever_is_named() -> None:
    """A notice names the members of a group, and the decision its leader; without a lot it may be another contract."""
    one = decision(line("decision", "Alfa", "100.00", lot="1"), line("decision", "Beta", "50.00", 1, lot="2"))
    again = made(
        "again", "award_decision", ("Alfa", "Gama"), line("again", "Alfa; Gama", "100.00", lot="1"), day="2020-03-01"
    )
    assert said(one, again) == {WITHOUT: 150}
    other = made("again", "award_decision", ("Alfa", "Gama"), line("again", "Alfa; Gama", "100.00"), day="2020-03-01")
    assert said(one, other) == {WITHOUT: 250}
    # Of two decisions beside the contract of another lot, too.
    signed = made("contract", "contract", ("Beta",), amount("contract", "50.00", role="contract", lot="2"))
    assert said(one, again, signed) == {WITHOUT: 150}


def test_what_a_bid_came_to_is_not_added_to_a_limit() -> None:
    lots = decision(line("decision", "Alfa", "100.00", lot="1"), line("decision", "Beta", "50.00", 1, lot="2"))
    most = amount("contract", "120.00", role="contract", ceiling="yes", lot="1")
    framework = made("contract", "contract", ("Alfa",), most, day="2020-04-01")
    assert said(lots, framework) == {}


def test_of_a_decision_the_lots_count_that_no_contract_is_of() -> None:
    lots = decision(line("decision", "Alfa", "100.00", lot="1"), line("decision", "Beta", "50.00", 1, lot="2"))
    alfa = made("contract", "contract", ("Alfa",), amount("contract", "101.00", role="contract"), day="2020-04-01")
    assert said(lots, alfa) == {WITHOUT: 151}
    unknown = made("contract", "contract", ("Gama",), amount("contract", "70.00", role="contract"), day="2020-04-01")
    assert said(lots, unknown) == {}, "it is of none of the lots, whose prices would be missing"
    both = made("contract", "contract", ("Alfa", "Beta"), amount("contract", "155.00", role="contract"))
    assert said(lots, both) == {WITHOUT: 155}


def test_a_contract_at_the_price_of_one_of_a_vendors_lots_is_of_that_lot() -> None:
    lots = decision(line("decision", "Alfa", "100.00", lot="1"), line("decision", "Alfa", "50.00", 1, lot="2"))
    signed = amount("contract", "120.00", vat="with", role="contract")
    alfa = made("contract", "contract", ("Alfa",), signed, amount("contract", "100.00"), day="2020-04-01")
    assert said(lots, alfa) == {WITHOUT: 150}
    annex = made("annex", "contract_annex", ("Alfa",), amount("annex", "109.00", role="contract"), day="2020-06-01")
    assert said(lots, alfa, annex) == {WITHOUT: 159}


def test_the_reader_chooses_the_vat_and_only_what_the_paper_prints_is_used() -> None:
    both = decision(line("decision", "Alfa", "100.00"), amount("decision", "120.00", "with"))
    assert said(both) == {WITHOUT: 100, WITH: 120}
    assert said(both, vat=VatBasis.WITH) == {WITH: 120}
    assert said(both, vat=VatBasis.WITHOUT) == {WITHOUT: 100}
    alone = decision(line("decision", "Alfa", "100.00"))
    assert said(alone, vat=VatBasis.WITH) == {WITHOUT: 100}
    rate = decision(line("decision", "Alfa", "100.00"), fact("decision", "vat_rate", "10"))
    assert said(rate, vat=VatBasis.WITH) == {WITH: 110}
    assert said(rate, vat=VatBasis.PRINTED) == {WITHOUT: 100}
    back = decision(line("decision", "Alfa", "100.00", vat="with"), fact("decision", "vat_rate", "20"))
    assert said(back, vat=VatBasis.WITHOUT) == {WITHOUT: Decimal("83.33")}
    rates = (fact("decision", "vat_rate", "10"), fact("decision", "vat_rate", "20"))
    assert said(decision(line("decision", "Alfa", "100.00"), *rates), vat=VatBasis.WITH) == {WITHOUT: 100}


def test_a_number_computed_by_a_printed_rate_leads_to_the_rate() -> None:
    printed = fact("decision", "vat_rate", "10")
    one = decision(line("decision", "Alfa", "100.00"), printed)
    says = price_of(Counted("one", None, None, (one,)), replace(PRICE, vat=VatBasis.WITH))
    assert [proof.fact for proof in says.columns[WITH]] == [one.facts_of("award")[0], printed]


def test_an_unknown_vat_is_that_of_an_amount_of_the_same_number() -> None:
    assert said(decision(line("decision", "Alfa", "100.00", vat="unknown"))) == {("RSD", "unknown"): 100}
    told = decision(line("decision", "Alfa", "100.00", vat="unknown"), amount("decision", "100.00", "with"))
    assert said(told) == {WITH: 100}


def test_what_a_person_gave_goes_before_the_one_line_that_a_rule_read() -> None:
    given = replace(amount("decision", "90.00"), status=FactStatus.CORRECTED)
    assert said(decision(line("decision", "Alfa", "100.00"), given)) == {WITHOUT: 90}
    joined = replace(line("decision", "Alfa", "100.00"), method="award.joined")
    assert said(decision(joined, amount("decision", "80.00"))) == {WITHOUT: 80}
    name = replace(fact("decision", "vendor", "Delta"), status=FactStatus.CORRECTED)
    one = decision(line("decision", "Alfa", "100.00"), name, vendors=("Delta",))
    rows = counted(load(Path("nowhere"), "vendors"), [one]).rows
    assert [row.key for row in rows] == [("Delta",)]


def test_a_proposed_line_counts_once_a_person_has_confirmed_it() -> None:
    proposed = line("decision", "Alfa", "100.00", proposed="yes")
    assert said(decision(proposed, amount("decision", "80.00"))) == {WITHOUT: 80}
    confirmed = replace(proposed, status=FactStatus.CONFIRMED)
    assert said(decision(confirmed, amount("decision", "80.00"))) == {WITHOUT: 100}


MONEY = st.integers(1, 10**9).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")
VENDORS = st.sets(st.sampled_from(["Alfa", "Beta", "Gama"]), min_size=1, max_size=3).map(sorted)
LINES = st.lists(st.tuples(VENDORS, MONEY, st.sampled_from(["with", "without", "unknown"])), min_size=1, max_size=4)
PROCEDURES = st.lists(st.tuples(st.sampled_from(["Bor", "Bečej"]), LINES), min_size=1, max_size=4)


def procedure(at: int, town: str, lines: list[tuple[list[str], str, str]], name: str = "") -> Paper:
    name = name or f"decision{at}"
    facts = [
        line(name, "; ".join(vendors), value, lot, vat, lot=str(lot))
        for lot, (vendors, value, vat) in enumerate(lines, start=1)
    ]
    one = paper(name, "award_decision", f"404-{at}/2020", "2020-02-01", municipality=town, more=tuple(facts))
    every = sorted({vendor for vendors, _, _ in lines for vendor in vendors})
    return paper_of(replace(one.known, vendors=tuple(map(Vendor, every))), one.facts)


def counted(finding: Definition, papers: list[Paper], copies: Copies | None = None) -> Table:
    units = units_of(papers, copies or {}, CountedUnit.PROCEDURES)
    return table(finding, list(units), AsOf(0, None, None, "g"))


def sums(found: Table) -> dict[str, Decimal]:
    return {
        column.id: cell.number
        for column, cell in zip(found.columns, found.total.cells, strict=True)
        if column.is_sum and cell.number is not None
    }


@settings(max_examples=40, deadline=None)
@given(PROCEDURES, st.sampled_from(["spending", "vendors", "vendors-by-municipality"]), st.sampled_from(VatBasis))
def test_totals_are_those_of_their_rows(
    procedures: list[tuple[str, list[tuple[list[str], str, str]]]], name: str, vat: VatBasis
) -> None:
    finding = load(Path("nowhere"), name)
    finding = replace(finding, facts=replace(finding.facts, vat=vat))
    found = counted(finding, [procedure(at, *one) for at, one in enumerate(procedures)])
    clear = [lines for _, lines in procedures if len({basis for *_, basis in lines}) == 1]
    stated = sum((Decimal(value) for lines in clear for _, value, _ in lines), Decimal())
    assert sum(sums(found).values()) == stated
    assert found.total.cells[found.place_of(UNCLEAR) or 0].units == len(procedures) - len(clear)
    for at, column in enumerate(found.columns):
        if column.is_sum:
            of_rows = sum((row.cells[at].number or Decimal() for row in found.rows), Decimal())
            assert of_rows == found.total.cells[at].number, column.id
    for row in found.rows if "vendor" in finding.group else ():
        assert row.is_joint == (" + " in (row.key[-1] or ""))


@settings(max_examples=25, deadline=None)
@given(PROCEDURES)
def test_a_copy_changes_nothing(procedures: list[tuple[str, list[tuple[list[str], str, str]]]]) -> None:
    finding = load(Path("nowhere"), "vendors")
    papers = [procedure(at, *one) for at, one in enumerate(procedures)]
    copy = procedure(0, *procedures[0], name="decision0-second-scan")
    copies = {papers[0].id: (copy.id,), copy.id: (papers[0].id,)}
    before, after = counted(finding, papers), counted(finding, [*papers, copy], copies)
    assert sums(before) == sums(after)
    assert [row.key for row in before.rows] == [row.key for row in after.rows]


@settings(max_examples=25, deadline=None)
@given(VENDORS, st.integers(1, 10**7), st.integers(2, 6))
def test_equal_lots_change_only_how_many_there_are(vendors: list[str], cents: int, lots: int) -> None:
    finding = load(Path("nowhere"), "vendors")
    each, whole = (f"{number // 100}.{number % 100:02d}" for number in (cents, cents * lots))
    one = counted(finding, [procedure(1, "Bor", [(vendors, whole, "with")])])
    split = counted(finding, [procedure(1, "Bor", [(vendors, each, "with")] * lots)])
    assert sums(one) == sums(split) == {"RSD·with": Decimal(whole)}
    assert [row.key for row in one.rows] == [row.key for row in split.rows]
    place = one.place_of("RSD·with")
    assert place is not None
    assert [len(found.total.cells[place].proofs) for found in (one, split)] == [1, lots]


def test_the_table_says_how_many_prices_are_as_asked_and_how_many_are_computed() -> None:
    finding = load(Path("nowhere"), "spending")
    finding = replace(finding, facts=replace(finding.facts, vat=VatBasis.WITH))
    rate = fact("decision1", "vat_rate", "20")
    one = procedure(1, "Bor", [(["Alfa"], "100.00", "without")])
    papers = [
        paper_of(one.known, [*one.facts, rate]),
        procedure(2, "Bor", [(["Alfa"], "7.00", "with")]),
        procedure(3, "Bor", [(["Alfa"], "5.00", "without")]),
    ]
    found = counted(finding, papers)
    assert sums(found) == {"RSD·with": Decimal("127.00"), "RSD·without": 5}
    assert list(found.notes) == [
        "Prices with VAT: 1 as printed, 1 by the one rate of VAT that their paper prints.",
        "Not stated with VAT: 1 prices in columns of their own, whose papers print no such sum or rate.",
    ]


def test_the_most_that_may_be_paid_is_a_price_where_there_is_no_other_and_is_told() -> None:
    pieces = amount("decision", "11.00", unit_price="yes")
    ceiling = replace(amount("decision", "900.00", ceiling="yes"), span=Span(document_id("decision"), 1, 5, 5))
    assert said(decision(pieces, ceiling)) == {WITHOUT: 900}
    assert said(decision(pieces, ceiling, amount("decision", "700.00"))) == {WITHOUT: 700}
    found = counted(load(Path("nowhere"), "spending"), [decision(pieces, ceiling)])
    (note,) = found.notes
    assert note == "Prices that are the most that may be paid, and that nobody agreed on: 1."
    assert not counted(load(Path("nowhere"), "spending"), [decision(pieces)]).notes


def contracted(name: str, *facts: Fact, kind: str = "contract", day: str = "2020-02-01") -> Paper:
    return made(name, kind, ("Alfa",), *facts, day=day)


def test_what_is_called_off_is_part_of_a_framework_agreement() -> None:
    """The contract under it prints its value, or says so; alone in the archive, it counts by its own price."""
    agreed = contracted("agreed", amount("agreed", "900.00", role="contract", ceiling="yes"))
    own, ceiling = amount("call", "30.00", role="contract"), amount("call", "900.00", role="contract", ceiling="yes")
    called = contracted("call", own, ceiling, day="2020-06-01")
    raised = amount("raised", "950.00", role="contract", ceiling="yes")
    annex = contracted("raised", raised, kind="contract_annex", day="2020-07-01")
    assert said(agreed, called) == {WITHOUT: 900}
    assert said(agreed, called, annex) == {WITHOUT: 950}
    assert said(called) == {WITHOUT: 30}
    assert said(agreed, contracted("other", amount("other", "40.00", role="contract"))) == {WITHOUT: 940}
    told = contracted("told", amount("told", "40.00", role="contract", call_off="yes"))
    assert said(agreed, told) == {WITHOUT: 900}
    assert said(told) == {WITHOUT: 40}


def test_a_rate_that_the_paper_prints_converts_its_own_amounts_and_is_led_to() -> None:
    rate = fact("decision", "exchange_rate", "117.50", currency="RSD", to="EUR")
    other = made("other", "award_decision", ("Gama",), line("other", "Gama", "117.50"))
    other = paper_of(replace(other.known, reference="404-9/2020"), other.facts)
    finding = replace(load(Path("nowhere"), "spending"), convert="EUR")
    one = decision(line("decision", "Alfa", "235.00"), rate)
    found = counted(finding, [one])
    assert sums(found) == {"EUR·without": 2}
    place = found.place_of("EUR·without")
    assert place is not None
    assert [proof.fact.field for proof in found.total.cells[place].proofs if proof.fact] == ["award", "exchange_rate"]
    assert list(found.notes) == [
        "Converted: 1 amounts by 117.50 RSD = 1 EUR (2020-02-01, printed in the paper itself)."
    ]
    assert sums(counted(finding, [other])) == {"RSD·without": Decimal("117.50")}
    second = replace(rate, value="118.00")
    assert sums(counted(finding, [decision(line("decision", "Alfa", "235.00"), rate, second)])) == {"RSD·without": 235}
    stated = Rate("RSD", "EUR", "2020-02-01", Decimal(100), "the owner's")
    assert sums(counted(replace(finding, rates=(stated,)), [one])) == {"EUR·without": Decimal("2.35")}


@pytest.mark.parametrize(
    ("name", "vat", "convert", "wrong"),
    [
        ("competition", "with", "", "counts no prices"),
        ("competition", "", "EUR", "adds up no money"),
        ("spending", "both", "", "does not say which prices count"),
        ("spending", "", "euro", "is not a currency"),
    ],
)
def test_what_a_finding_cannot_be_asked_for_is_an_error(
    tmp_path: Path, name: str, vat: str, convert: str, wrong: str
) -> None:
    with pytest.raises(UsageError, match=wrong):
        as_asked(load(tmp_path, name), tmp_path, vat, convert)


def test_a_likely_unit_price_leaves_the_price_of_the_procedure_open() -> None:
    """A reader adds 39 EUR to nobody's contracts, and sees the words that say 39."""
    lines = [line("decision", "Alfa", "39.00", 1, unit_price="likely")]
    facts = [*lines, amount("decision", "39.00", unit_price="likely")]
    for told in (facts, facts[1:]):
        says = price_of(Counted("one", "Bečej", None, (decision(*told),)), PRICE)
        assert (says.columns, [each.fact for each in says.unclear]) == ({}, told[:1])


def test_a_likely_unit_price_beside_a_lot_of_known_price_leaves_both_open() -> None:
    lines = [line("decision", "Alfa", "100.00", 1), line("decision", "Beta", "2.00", 2, unit_price="likely")]
    assert said(decision(*lines)) == {}


def test_a_price_that_a_person_gave_in_its_place_counts() -> None:
    given = replace(amount("decision", "88000.00"), status=FactStatus.CORRECTED)
    assert said(decision(line("decision", "Alfa", "39.00", 1, unit_price="likely"), given)) == {WITHOUT: 88000}


def test_a_line_may_leave_out_the_town_of_its_vendor() -> None:
    lots = decision(line("decision", "Alfa", "100.00", lot="1"), line("decision", "Beta", "50.00", 1, lot="2"))
    signed = made(
        "contract", "contract", ("Alfa Ruma",), amount("contract", "100.00", role="contract"), day="2020-04-01"
    )
    full = made("decision", "award_decision", ("Alfa Ruma", "Beta Ruma"), *lots.facts_of("award"))
    assert said(full, signed) == {WITHOUT: 150}


def test_what_is_called_off_is_part_of_a_framework_whose_value_it_only_mentions() -> None:
    most = amount("frame", "900.00", role="contract", ceiling="yes")
    frame = made("frame", "contract", ("Alfa",), amount("frame", "850.00"), most, day="2020-03-01")
    mentioned = amount("annex", "900.00", role="other", ceiling="yes")
    annex = made("annex", "contract_annex", ("Alfa",), amount("annex", "77.00", role="contract"), mentioned)
    assert said(frame, annex) == {WITHOUT: 900}


def test_a_winner_of_a_lot_without_a_line_makes_the_lines_a_part() -> None:
    lots = [line("decision", "Alfa", "100.00", 1, lot="1"), line("decision", "Beta Ruma", "50.00", 2, lot="3")]
    gamma = fact("decision", "vendor", "Gama d.o.o.", role="supplier")
    member = fact("decision", "vendor", "Delta d.o.o.", role="consortium_member")
    beta = fact("decision", "vendor", "Beta", role="supplier")
    paid = decision(*lots, gamma, vendors=("Alfa", "Beta Ruma", "Gama d.o.o."))
    says = price_of(Counted("one", "Bečej", None, (paid,)), PRICE)
    assert not says.columns
    assert [(proof.fact.field, proof.amount) for proof in says.unclear if proof.fact] == [("vendor", Decimal())]
    assert said(decision(*lots, member, beta, vendors=("Alfa", "Beta Ruma", "Delta d.o.o."))) == {WITHOUT: 150}
    signed = made("contract", "contract", ("Alfa",), amount("contract", "100.00", role="contract"), day="2020-03-01")
    assert said(paid, signed) == {}


def test_lots_that_are_named_and_not_read_make_the_price_unclear() -> None:
    """The lines that were read are the award of some lots, and were shown as that of all."""
    second = fact("decision", "unread_lot", "2")
    first = line("decision", "Alfa", "100.00", lot="1")
    says = price_of(Counted("one", None, None, (decision(first, second),)), PRICE)
    assert not says.columns
    assert [proof.fact for proof in says.unclear] == [second]
    notice = made("notice", "award_decision", ("Beta",), line("notice", "Beta", "30.00", lot="2"), day="2020-02-09")
    assert said(decision(first, second, vendors=("Alfa",)), notice) == {WITHOUT: 130}
    contract = made("contract", "contract", ("Alfa",), amount("contract", "100.00", role="contract"))
    assert said(decision(first, second), contract) == {}


def test_contracts_need_not_have_the_numbers_of_the_lots_of_their_decision() -> None:
    first, second = (fact("decision", "unread_lot", lot) for lot in "12")
    alfa = made("alfa", "contract", ("Alfa",), amount("alfa", "100.00", role="contract"))
    beta = made("beta", "contract", ("Beta",), line("beta", "Beta", "30.00", lot="2"), day="2020-02-09")
    named = decision(first, second)
    assert said(named, alfa, beta) == {WITHOUT: 130}
    assert said(named, alfa) == {}
    assert said(decision(first, second, fact("decision", "unread_lot", "3")), alfa, beta) == {}


def test_the_price_that_a_person_states_has_no_unread_lots() -> None:
    stated = replace(amount("decision", "900.00"), status=FactStatus.CORRECTED)
    assert said(decision(stated, fact("decision", "unread_lot", "2"))) == {WITHOUT: 900}


def test_an_ambiguous_annex_leaves_no_price_of_its_contract_on_another_basis() -> None:
    signed = made("signed", "contract", ("Alfa",), amount("signed", "120.00", "with", role="contract"))
    both = (amount("annex", value, role="contract") for value in ("150.00", "90.00"))
    later = made("annex", "contract_annex", (), *both, day="2020-06-01")
    assert said(signed, later) == {}


def test_a_basis_that_not_all_lots_have_is_not_the_price() -> None:
    """The contract of one lot prints both sums, the award of the other one: with VAT, the first alone would be told."""
    lines = (line("decision", "Alfa", "100.00", lot="1"), line("decision", "Beta", "30.00", 1, lot="2"))
    signed = (amount("signed", "110.00", role="contract"), amount("signed", "132.00", "with", role="contract"))
    contract = made("signed", "contract", ("Alfa",), *signed)
    assert said(decision(*lines), contract) == {WITHOUT: 140}


def test_what_is_left_of_a_lot_whose_own_sums_are_ambiguous_is_not_the_price() -> None:
    lines = (line("decision", "Alfa", "100.00", lot="1"), line("decision", "Beta", "30.00", 1, lot="2"))
    two = (amount("signed", value, role="contract") for value in ("110.00", "100.00"))
    contract = made("signed", "contract", ("Alfa",), *two, amount("signed", "132.00", "with", role="contract"))
    assert said(decision(*lines), contract) == {}


def test_the_price_of_lots_without_a_basis_in_common_is_unclear() -> None:
    """Each basis has the sum of some lots, which a sentence would tell as that of all."""
    lines = (line("decision", "Alfa", "100.00", lot="1"), line("decision", "Beta", "36.00", 1, "with", lot="2"))
    third = made("third", "contract", ("Gama",), amount("third", "10.00", role="contract"))
    both = (amount("signed", "100.00", role="contract"), amount("signed", "120.00", "with", role="contract"))
    signed = made("signed", "contract", ("Alfa",), *both)
    for basis in VatBasis:
        says = price_of(Counted("one", "Bečej", None, (decision(*lines), signed, third)), replace(PRICE, vat=basis))
        assert not says.columns
        assert {proof.fact.value for proof in says.unclear if proof.fact} >= {"100.00", "Beta, 36.00 RSD", "10.00"}


def test_lots_share_a_basis_that_the_rate_of_vat_of_one_makes_known() -> None:
    rate = fact("signed", "vat_rate", "20")
    signed = made("signed", "contract", ("Beta",), line("signed", "Beta", "36.00", 0, "with", lot="2"), rate)
    lots = decision(line("decision", "Alfa", "100.00", lot="1"), line("decision", "Beta", "36.00", 1, "with", lot="2"))
    for basis in VatBasis:
        assert said(lots, signed, vat=basis) == {WITHOUT: 130}
    says = price_of(Counted("one", "Bečej", None, (lots, signed)), PRICE)
    assert rate in [proof.fact for proof in says.proofs]


def test_a_sum_of_unknown_vat_is_as_another_paper_states_it() -> None:
    first = made("first", "award_decision", ("Alfa",), line("first", "Alfa", "100.00", lot="1"), day="2020-02-01")
    again = line("notice", "Alfa", "100.00", vat="unknown", lot="1")
    notice = made("notice", "award_decision", ("Alfa",), again, day="2020-03-01")
    assert said(first, notice) == {WITHOUT: 100}
    other = line("notice", "Alfa", "100.00", vat="unknown", lot="2")
    assert ("RSD", "unknown") in said(first, made("notice", "award_decision", ("Alfa",), other, day="2020-03-01"))


def test_the_price_of_a_piece_beside_the_price_is_not_ambiguous() -> None:
    piece = amount("signed", "8.50", role="contract", unit_price="likely")
    priced = (amount("signed", "100.00", role="contract"), piece)
    assert said(made("signed", "contract", ("Alfa",), *priced)) == {WITHOUT: 100}
    assert said(made("signed", "contract", ("Alfa",), piece)) == {}


def test_a_line_is_the_contracts_though_the_decision_leaves_out_the_town() -> None:
    lots = decision(
        line("decision", "Alfa doo", "100.00"), line("decision", "Beta", "200.00", 1), vendors=("Alfa doo", "Beta")
    )
    contract = made("contract", "contract", ("Alfa doo Bor",), line("contract", "Alfa doo Bor", "100.00"))
    assert said(lots, contract) == {WITHOUT: 300}
    other = made("contract", "contract", ("Alfatron doo Bor",), line("contract", "Alfatron doo Bor", "100.00"))
    assert said(lots, other) == {}


def test_a_lot_at_one_price_is_the_contracts_whoever_is_named() -> None:
    lots = decision(line("decision", "Alfa", "100.00", lot="1"), line("decision", "Beta", "200.00", 1, lot="2"))
    contract = made("contract", "contract", ("Gama",), line("contract", "Gama", "100.00", lot="1"))
    assert said(lots, contract) == {WITHOUT: 300}
    at_another = made("contract", "contract", ("Gama",), line("contract", "Gama", "170.00", lot="1"))
    assert said(lots, at_another) == {}
