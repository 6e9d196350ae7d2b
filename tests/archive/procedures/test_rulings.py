"""A person's ruling on which papers belong together stands above every number."""

from __future__ import annotations

import random
from itertools import combinations

from archive.model import Fact
from archive.procedures.chains import Chain, chains
from archive.procedures.papers import CASE, CONTRACT, Paper
from tests.paper_samples import document_id, fact, paper

NUMBER = "404-18/2020"


def ruled(other: str, *, belongs: bool) -> tuple[Fact, ...]:
    return (fact("", "procedure", document_id(other), belongs="yes" if belongs else "no"),)


NOTICE = paper("notice", "tender_notice", NUMBER, "2020-02-03")
AWARD = paper("award", "award_decision", NUMBER, "2020-03-16")


def titles(*papers: Paper) -> list[set[str]]:
    found = chains(papers, {})
    return sorted(({member.paper.known.title for member in chain.members} for chain in found), key=sorted)


def holding(name: str, *papers: Paper) -> Chain:
    return next(chain for chain in chains(papers, {}) if chain.holds(document_id(name)))


def test_a_paper_with_another_number_belongs_where_a_person_says() -> None:
    contract = paper("contract", "contract", "7/2021", "2020-04-06", role=CONTRACT, more=ruled("award", belongs=True))
    assert titles(NOTICE, AWARD, contract) == [{"award", "contract", "notice"}]


def test_a_paper_of_any_kind_and_body_belongs_where_a_person_says() -> None:
    letter = paper("letter", "correspondence", buyer=None, municipality=None, more=ruled("notice", belongs=True))
    assert titles(NOTICE, letter) == [{"letter", "notice"}]


def test_a_paper_with_the_same_number_is_elsewhere_where_a_person_says() -> None:
    award = paper("award", "award_decision", NUMBER, "2020-03-16", more=ruled("notice", belongs=False))
    contract = paper("contract", "contract", NUMBER, "2020-04-06", role=CONTRACT)
    assert titles(NOTICE, award, contract) == [{"award"}, {"contract", "notice"}]


def test_two_papers_that_are_elsewhere_stay_together() -> None:
    apart = ruled("notice", belongs=False)
    award = paper("award", "award_decision", NUMBER, "2020-03-16", more=apart)
    contract = paper("contract", "contract", NUMBER, "2020-04-06", role=CONTRACT, more=apart)
    assert titles(NOTICE, award, contract) == [{"award", "contract"}, {"notice"}]


def test_two_procedures_of_one_body_and_number_have_ids_of_their_own() -> None:
    award = paper("award", "award_decision", NUMBER, "2020-03-16", more=ruled("notice", belongs=False))
    ids = {chain.id for chain in chains([NOTICE, award], {})}
    assert len(ids) == 2
    assert min(ids, key=len) in {chain.id for chain in chains([NOTICE], {})} | {
        chain.id for chain in chains([award], {})
    }


def test_a_ruled_paper_is_in_the_round_of_the_one_it_was_ruled_to_be_with() -> None:
    documents = paper("documents", "tender_documents", NUMBER, "2020-01-28")
    cancelled = paper("cancelled", "cancellation", NUMBER, "2020-02-27")
    again = paper("again", "tender_documents", NUMBER, "2020-03-06")
    undated = paper("undated", "tender_amendment", NUMBER)
    assert titles(documents, cancelled, again, undated) == [{"again"}, {"cancelled", "documents", "undated"}]
    moved = paper("undated", "tender_amendment", NUMBER, more=ruled("again", belongs=True))
    assert titles(documents, cancelled, again, moved) == [{"again", "undated"}, {"cancelled", "documents"}]


def test_a_request_is_about_a_procurement_where_a_person_says_and_not_where_one_says_so() -> None:
    reply = paper("reply", "foi_reply", "037-1/2022", "2022-03-14", role=CASE)
    assert len(chains([NOTICE, reply], {})) == 2
    named = paper("reply", "foi_reply", "037-1/2022", "2022-03-14", role=CASE, more=ruled("notice", belongs=True))
    assert [one.paper.id for one in holding("notice", NOTICE, named).requests] == [document_id("reply")]
    cites = paper("reply", "foi_reply", "037-1/2022", "2022-03-14", role=CASE, cited=((NUMBER, CONTRACT),))
    assert holding("notice", NOTICE, cites).requests
    apart = paper(
        "reply", "foi_reply", None, "2022-03-14", cited=((NUMBER, CONTRACT),), more=ruled("notice", belongs=False)
    )
    assert not holding("notice", NOTICE, apart).requests


def test_where_rulings_contradict_each_other_papers_stay_apart() -> None:
    both = ruled("notice", belongs=True) + ruled("award", belongs=False)
    contract = paper("contract", "contract", NUMBER, "2020-04-06", role=CONTRACT, more=both)
    assert titles(NOTICE, AWARD, contract) == [{"award"}, {"contract", "notice"}]


def test_no_two_papers_ruled_apart_are_together_and_no_order_matters() -> None:
    """The groups of twelve papers, with rulings thrown at them, whatever order the papers come in."""
    chance = random.Random(19)
    names = [f"p{at}" for at in range(12)]
    for _ in range(60):
        said: dict[str, tuple[Fact, ...]] = {}
        for one, other in chance.sample(list(combinations(names, 2)), 6):
            said[one] = said.get(one, ()) + ruled(other, belongs=chance.random() < 0.5)
        papers = [
            paper(name, "tender_notice", f"404-{at % 3 + 1}/2020", "2020-02-03", more=said.get(name, ()))
            for at, name in enumerate(names)
        ]
        found = titles(*papers)
        chance.shuffle(papers)
        assert titles(*papers) == found
        by_name = {name: group for group in found for name in group}
        assert sum(map(len, found)) == len(names)
        by_id = {one.id: one.known.title for one in papers}
        for ruled_paper in papers:
            for ruling in ruled_paper.rulings:
                assert ruling.belongs or by_id[ruling.other] not in by_name[ruled_paper.known.title]
