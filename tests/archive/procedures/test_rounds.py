"""A repeated procedure keeps the number and is another procedure."""

from __future__ import annotations

from archive.procedures.papers import CONTRACT, Paper
from archive.procedures.stages import rounds
from tests.paper_samples import fact, paper

NUMBER = "1.2.3/2019"
FIRST = [
    paper("documents", "tender_documents", NUMBER, "2019-11-28"),
    paper("award", "award_decision", NUMBER, "2019-12-20"),
    paper("cancellation", "cancellation", NUMBER, "2019-12-27"),
]
SECOND = [
    paper("repeated", "tender_documents", NUMBER, "2020-01-06"),
    paper("second award", "award_decision", NUMBER, "2020-02-01"),
]


def titles(*papers: Paper) -> list[set[str]]:
    return [{paper.known.title for paper in group} for group in rounds([*FIRST, *SECOND, *papers])]


def test_a_round_begins_with_what_is_announced_after_a_cancellation() -> None:
    assert titles() == [{"documents", "award", "cancellation"}, {"repeated", "second award"}]


def test_without_a_cancellation_there_is_one_round() -> None:
    assert len(rounds([FIRST[0], FIRST[1], *SECOND])) == 1


def test_a_paper_without_a_date_goes_by_its_deadline_or_its_year() -> None:
    notice = paper("notice", "tender_notice", NUMBER, more=(fact("notice", "deadline", "2020-01-15"),))
    assert "notice" in titles(notice)[1]
    assert "undated" in titles(paper("undated", "tender_notice", NUMBER))[0]


def test_a_contract_follows_the_last_award_before_it() -> None:
    signed = paper("signed", "contract", NUMBER, "2020-01-10", role=CONTRACT)
    later = paper("later", "contract", NUMBER, "2020-02-10", role=CONTRACT)
    first, second = titles(signed, later)
    assert "signed" in first
    assert "later" in second
