"""Papers that no number joins: the same body, sums and subject at about the same time, and only where one fits."""

from __future__ import annotations

from typing import Any

import pytest

from archive.model import Fact
from archive.procedures.chains import chains
from archive.procedures.papers import CONTRACT, Paper
from archive.procedures.reasons import Ground
from tests.paper_samples import document_id, fact, paper

HEATING = "nabavka peći na pelet za školu"


def told(
    subject: str | None = HEATING, cpv: str | None = "39715200", *sums: str, role: str = "estimated"
) -> tuple[Fact, ...]:
    facts = [fact("", "subject", subject)] if subject else []
    facts += [fact("", "cpv", cpv)] if cpv else []
    return (*facts, *(fact("", "amount", value, role=role, currency="RSD") for value in sums))


def notice(
    more: tuple[Fact, ...], name: str = "notice", number: str = "12/2020", date: str = "2020-02-03", **of: Any
) -> Paper:
    return paper(name, "tender_notice", number, date, more=more, **of)


def award(more: tuple[Fact, ...], date: str | None = "2020-03-01", **of: Any) -> Paper:
    return paper("award", "award_decision", None, date, more=more, **of)


def beside(*papers: Paper) -> list[set[str]]:
    return sorted(({one.paper.known.title for one in chain.members} for chain in chains(papers, {})), key=sorted)


def joined(*papers: Paper) -> bool:
    return any(len(group) > 1 for group in beside(*papers))


ODD, ROUND = "1234500.00", "1000000.00"


@pytest.mark.parametrize(
    ("more", "date", "joins"),
    [
        (told(HEATING, None, ODD), "2020-03-01", True),
        (told(None, "39715200", ODD), "2020-03-01", True),
        (told(None, None, ODD), "2020-03-01", False),
        (told(HEATING, None, ODD), None, True),
        (told(HEATING, None, ODD), "2021-06-01", False),
        (told(HEATING, None, ROUND), "2020-03-01", False),
        (told(HEATING, "39715200", ROUND), "2020-03-01", True),
        (told(HEATING, "39715200", ROUND), "2020-08-01", False),
        (told(HEATING, "39715200"), "2020-03-01", True),
        (told(HEATING, "39715200"), None, False),
        (told(HEATING, "39715200"), "2020-08-01", False),
        (told(HEATING, None), "2020-03-01", False),
        (told("nabavka hrane za užinu", "39715200"), "2020-03-01", False),
    ],
)
def test_what_two_papers_have_to_have_in_common(more: tuple[Fact, ...], date: str | None, joins: bool) -> None:
    assert joined(notice(told(HEATING, "39715200", ODD, ROUND)), award(more, date)) is joins


def test_a_subject_that_names_its_year_stands_for_a_date() -> None:
    subject = "izvođenje ekskurzije učenika za školsku 2019/2020. godinu"
    other = "izvođenje ekskurzije učenika za školsku 2020/2021. godinu"
    assert joined(notice(told(subject)), award(told(subject), None))
    assert not joined(notice(told(other)), award(told(subject), None))


def test_another_body_or_another_currency_is_another_procedure() -> None:
    school = award(told(HEATING, "39715200", ODD), buyer="Osnovna škola „Sever” Bečej")
    assert not joined(notice(told(HEATING, "39715200", ODD)), school)
    assert not joined(notice(told(HEATING, "39715200", ODD)), award(told(HEATING, "39715200", ODD), buyer=None))
    euros = (*told(HEATING, None), fact("", "amount", ODD, role="award", currency="EUR"))
    assert not joined(notice(told(HEATING, None, ODD)), award(euros))


def test_a_paper_whose_body_was_not_read_joins_the_body_that_its_subject_names() -> None:
    subject = "izvođenje ekskurzije učenika Osnovne škole „Sever” za školsku 2019/2020. godinu"
    school = notice(told(subject), buyer="Osnovna škola „Sever” Bečej")
    assert joined(school, award(told(subject), None, buyer=None))
    assert not joined(school, award(told(subject), None, buyer=None, municipality="Kladovo"))
    other = notice(told(subject), buyer="Osnovna škola „Jug” Bečej")
    assert not joined(other, award(told(subject), None, buyer=None))


def test_where_two_procedures_are_alike_none_is_chosen() -> None:
    """Coal of this winter and of the next."""
    papers = [notice(told()), notice(told(), "again", "13/2020", "2020-03-03")]
    assert beside(*papers, award(told())) == [{"again"}, {"award"}, {"notice"}]


def test_papers_with_a_number_of_their_own_are_never_joined_by_what_they_say() -> None:
    other = notice(told(HEATING, "39715200", ODD), "other", "13/2020", "2020-02-10")
    assert not joined(notice(told(HEATING, "39715200", ODD)), other)


def test_a_contract_with_a_number_of_its_own_register_joins_and_says_why() -> None:
    contract = paper(
        "contract",
        "contract",
        "77/2020",
        "2020-03-20",
        role=CONTRACT,
        more=told(HEATING, "39715200", ODD, role="contract"),
    )
    (chain,) = chains([notice(told(HEATING, "39715200", ODD)), contract], {})
    reasons = {one.paper.known.title: one.reason for one in chain.members}
    assert reasons["notice"] is None
    reason = reasons["contract"]
    assert reason
    assert reason.ground is Ground.SIMILARITY
    assert reason.text == (
        "buyer, subject and CPV code are the same (equal sums: 1; days between: 46); no number says so"
    )
    assert {one.field for one in reason.facts} == {"amount", "subject", "cpv"}


def test_an_annex_joins_the_contract_whose_price_it_prints() -> None:
    contract = paper("contract", "contract", "12/2020", "2020-02-03", more=told(None, None, ODD, role="contract"))

    def annex(before: str, **of: Any) -> Paper:
        more = (*told(None, None, before, role="other"), *told(None, None, "1300000.00", role="contract"))
        return paper("annex", "contract_annex", None, "2020-09-01", more=more, **of)

    (chain,) = chains([contract, annex(ODD)], {})
    reasons = {one.paper.known.title: one.reason for one in chain.members}
    assert reasons["annex"]
    assert reasons["annex"].text == "buyers are the same (equal sums: 1; days between: 211); no number says so"
    assert not joined(contract, annex(ROUND))
    assert not joined(contract, annex(ODD, buyer="Osnovna škola „Sever” Bečej"))
    assert not joined(notice(told(None, None, ODD)), annex(ODD)), "an estimate is no price before"


def test_a_person_stands_above_what_is_alike() -> None:
    ruling = fact("", "procedure", document_id("notice"), belongs="no")
    assert not joined(notice(told()), award((*told(), ruling)))


def test_an_undated_paper_is_in_the_round_of_the_one_it_is_alike() -> None:
    number = "1.2.3/2019"
    subject = told("izvođenje ekskurzije učenika za školsku 2019/2020. godinu")
    papers = [
        notice(subject, "first", number, "2019-11-28"),
        paper("cancelled", "cancellation", number, "2019-12-27"),
        notice(subject, "second", number, "2020-01-06"),
    ]
    assert {"award", "second"} in beside(*papers, award(subject, None))


def test_a_sum_that_too_many_papers_have_tells_nothing() -> None:
    many = [notice(told(None, None, ODD), f"of {at}", f"{at}/2020", buyer=f"Škola {at}") for at in range(60)]
    pair = [notice(told(HEATING, None, ODD), number="99/2020"), award(told(HEATING, None, ODD))]
    assert joined(*pair)
    assert not any({"notice", "award"} <= group for group in beside(*many, *pair))
