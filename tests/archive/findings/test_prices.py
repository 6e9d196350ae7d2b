"""What a piece cost and what an annex changed, on made-up papers."""

from __future__ import annotations

from decimal import Decimal

from archive.findings.definition import FactSelection
from archive.findings.derived.contracts import annex_amounts, annex_percent, price_each
from archive.findings.derived.value import NOTHING, DerivedValues
from archive.findings.units import Counted
from archive.procedures.papers import Paper
from tests.archive.findings.test_precedence import priced
from tests.paper_samples import document_id, fact, paper

ANY = FactSelection("price_each")


def unit(*papers: Paper) -> Counted:
    return Counted("one", "Bečej", None, papers)


def bought(name: str, value: str, pieces: str, *, what: str = "cameras", vat: str = "without") -> Paper:
    price = fact(name, "amount", value, currency="RSD", vat=vat, role="contract")
    return paper(name, "contract", "404-1/2020", "2020-02-01", more=(price, fact(name, "quantity", pieces, what=what)))


def told(made: DerivedValues) -> list[tuple[str, str]]:
    return [(str(one.number), "·".join(one.details.values())) for one in made.values]


def test_the_price_of_each_piece_is_rounded_to_cents() -> None:
    made = price_each(unit(bought("a", "100.00", "3")), ANY, NOTHING)
    assert told(made) == [("33.33", "cameras·RSD·without")]
    assert [proof.fact.field for proof in made.values[0].proofs if proof.fact] == ["amount", "quantity"]


def test_no_pieces_have_no_price_and_two_prices_leave_it_open() -> None:
    assert price_each(unit(bought("a", "100.00", "0")), ANY, NOTHING) == DerivedValues()
    assert price_each(unit(priced("a", "contract", "2020-01-01", "100.00")), ANY, NOTHING) == DerivedValues()
    two = bought("a", "100.00", "2")
    other = fact("a", "amount", "90.00", currency="RSD", vat="without", role="contract")
    made = price_each(unit(paper("a", "contract", "404-1/2020", "2020-02-01", more=(*two.facts, other))), ANY, NOTHING)
    assert (made.values, len(made.unclear)) == ((), 2)


def test_what_an_annex_added() -> None:
    papers = [
        priced("contract", "contract", "2020-02-01", "200.00"),
        priced("first", "contract_annex", "2020-03-01", "230.00"),
        priced("second", "contract_annex", "2020-05-01", "250.00"),
    ]
    made = annex_amounts(unit(*papers), ANY, NOTHING)
    assert told(made) == [
        ("200.00", "before·RSD·without"),
        ("250.00", "after·RSD·without"),
        ("50.00", "added·RSD·without"),
    ]
    assert {proof.document for proof in made.values[2].proofs} == {document_id("contract"), document_id("second")}
    assert told(annex_percent(unit(*papers), ANY, NOTHING)) == [("25.00", "raised·RSD")]


def test_an_annex_may_lower_the_price_or_leave_it() -> None:
    for value, expected in (("150.00", ("-25.00", "lowered·RSD")), ("200.00", ("0.00", "same·RSD"))):
        papers = [
            priced("contract", "contract", "2020-02-01", "200.00"),
            priced("annex", "contract_annex", "2020-03-01", value),
        ]
        assert told(annex_percent(unit(*papers), ANY, NOTHING)) == [expected]
    added = annex_amounts(unit(*papers), ANY, NOTHING).values[2]
    assert added.number == Decimal()


def test_without_the_contract_or_an_annex_that_states_a_price_nothing_changed() -> None:
    contract = priced("contract", "contract", "2020-02-01", "200.00")
    annex = priced("annex", "contract_annex", "2020-03-01", "230.00")
    silent = paper("annex", "contract_annex", "404-1/2020", "2020-03-01")
    for papers in ([annex], [contract], [contract, silent]):
        assert (
            annex_amounts(unit(*papers), ANY, NOTHING) == annex_percent(unit(*papers), ANY, NOTHING) == DerivedValues()
        )


def test_an_annex_that_could_be_of_two_contracts_leaves_it_unclear() -> None:
    contracts = [priced(name, "contract", f"2020-02-0{at}", f"{at}.00") for at, name in enumerate("ab", start=1)]
    made = annex_percent(unit(*contracts, priced("annex", "contract_annex", "2020-03-01", "9.00")), ANY, NOTHING)
    assert made.values == ()
    assert {proof.document for proof in made.unclear} == {document_id(name) for name in ("a", "b", "annex")}


def test_an_annex_to_what_was_called_off_does_not_change_the_most_under_the_framework() -> None:
    def most(name: str, kind: str, value: str) -> Paper:
        ceiling = fact(name, "amount", value, currency="RSD", vat="without", role="contract", ceiling="yes")
        return paper(name, kind, "404-1/2020", "2020-03-01", more=(ceiling,))

    frame = most("frame", "contract", "900.00")
    called_off = priced("annex", "contract_annex", "2020-04-01", "77.00")
    assert annex_amounts(unit(frame, called_off), ANY, NOTHING).values == ()
    raised = most("raised", "contract_annex", "950.00")
    assert told(annex_percent(unit(frame, raised), ANY, NOTHING)) == [("5.56", "raised·RSD")]
