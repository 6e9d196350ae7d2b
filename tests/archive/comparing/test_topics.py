"""The clauses on one topic in a vendor's contracts: the usual wording, and who departs from it."""

from __future__ import annotations

import pytest

from archive.comparing.topics import compare_topic, contracts_of, topic_record
from archive.errors import UsageError
from archive.store.catalog import Catalog, Limits
from tests.contract_samples import VENDOR, Article, add_contract

USUAL = "Za svaki dan docnje plaća se kazna od 0,2% cene, a najviše 5% cene."
CYRILLIC = "За сваки дан доцње плаћа се казна од 0,2% цене, а највише 5% цене."
HARSH = USUAL.replace("0,2%", "2%").replace("5%", "50%")


@pytest.fixture
def ids(catalog: Catalog) -> dict[str, str]:
    """Contracts of one vendor, and of another."""

    def penalty(text: str) -> list[Article]:
        return [Article("Predmet je nabavka.", "subject"), Article(text, "penalty")]

    made = {
        "harsh": add_contract(catalog, "harsh", penalty(HARSH)),
        "latin": add_contract(catalog, "latin", penalty(USUAL)),
        "cyrillic": add_contract(catalog, "cyrillic", penalty(CYRILLIC), first_number=6),
        "none": add_contract(catalog, "none", [Article("Predmet je nabavka.", "subject")], kind="contract_annex"),
        "decision": add_contract(catalog, "decision", penalty("Drugo."), kind="award_decision"),
        "other": add_contract(catalog, "other", penalty("Sasvim drugo."), vendor="Drugi d.o.o. Bor"),
    }
    catalog.vendors.identify()
    return made


def test_the_odd_one_stands_first_with_the_numbers_that_differ(catalog: Catalog, ids: dict[str, str]) -> None:
    found = compare_topic(catalog, catalog.vendors.find(VENDOR), "penalty")
    assert found.rows[0].text.description.id == ids["harsh"]
    assert {row.text.description.id for row in found.rows[1:]} == {ids["latin"], ids["cyrillic"]}
    assert [row.is_odd for row in found.rows] == [True, False, False]
    assert (found.usual_count, found.contracts, found.without) == (2, 4, (ids["none"],))
    record = topic_record(found)
    assert record["clauses"][0]["differences"] == [
        {"usual": "0,2%", "here": "2%"},
        {"usual": "5%", "here": "50%"},
    ]
    assert record["usual"]["document"] in (ids["latin"], ids["cyrillic"])


def test_only_contracts_and_annexes_count(catalog: Catalog, ids: dict[str, str]) -> None:
    vendor = catalog.vendors.find(VENDOR)
    assert set(contracts_of(catalog, vendor)) == {ids[name] for name in ("harsh", "latin", "cyrillic", "none")}
    assert compare_topic(catalog, vendor, "penalty").topics == {"subject": 4, "penalty": 3}


def test_a_topic_that_is_nowhere_is_said(catalog: Catalog, ids: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=r"has a clause on 'price'\. Topics in them are: subject, penalty\."):
        compare_topic(catalog, catalog.vendors.find(VENDOR), "price")


def test_contracts_without_any_clause_have_no_usual_wording(catalog: Catalog) -> None:
    id_ = add_contract(catalog, "bare", [])
    catalog.vendors.identify()
    found = compare_topic(catalog, catalog.vendors.find(VENDOR), "penalty")
    assert (found.usual, found.rows, found.without) == (None, (), (id_,))


def test_too_many_clauses_are_refused_and_not_cut(catalog: Catalog, ids: dict[str, str]) -> None:
    catalog.limits = Limits(topic_clauses=2)
    with pytest.raises(UsageError, match="There are 3 clauses on 'penalty'; 2 are compared at once"):
        compare_topic(catalog, catalog.vendors.find(VENDOR), "penalty")
