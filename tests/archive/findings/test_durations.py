"""How long a call and an answer took, on made-up papers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from archive.findings.definition import FactSelection
from archive.findings.derived.periods import days_to_deadline
from archive.findings.derived.requests import days_to_answer
from archive.findings.derived.value import NOTHING, DerivationContext, DerivedValues
from archive.findings.units import Counted
from archive.model import Fact
from archive.procedures.papers import Paper
from tests.paper_samples import document_id, fact, paper

PERIOD, ANSWER = FactSelection("days_to_deadline"), FactSelection("days_to_answer")


def dated(name: str, kind: str, day: str | None, *more: Fact) -> Paper:
    own = () if day is None else (fact(name, "date", day),)
    return paper(name, kind, "404-1/2019", day, more=(*own, *more))


def call(name: str, day: str, until: str, kind: str = "tender_notice", method: str | None = None) -> Paper:
    told = () if method is None else (fact(name, "procedure_type", method),)
    return dated(name, kind, day, fact(name, "deadline", until), *told)


def period(*papers: Paper) -> DerivedValues:
    return days_to_deadline(Counted("one", "Bečej", None, papers), PERIOD, NOTHING)


def answer(*papers: Paper, today: date | None = None) -> DerivedValues:
    return days_to_answer(Counted("one", "Bečej", None, papers), ANSWER, DerivationContext(today))


def test_an_amendment_puts_the_closing_date_off() -> None:
    papers = [call("notice", "2019-03-01", "2019-03-11"), call("more", "2019-03-05", "2019-04-01", "tender_amendment")]
    (made,) = period(*papers).values
    assert made.number == 31
    assert [proof.document for proof in made.proofs] == [document_id("notice"), document_id("more")]


def test_a_later_paper_tells_what_the_archive_lacks() -> None:
    told = (fact("award", "called", "2019-03-01"), fact("award", "closed", "2019-03-09"))
    (made,) = period(dated("award", "award_decision", "2019-04-01", *told)).values
    assert made.number == 8


def test_papers_that_tell_different_days_tell_none() -> None:
    papers = [
        dated(name, "minutes", "2019-04-01", fact(name, "called", day), fact(name, "closed", "2019-03-20"))
        for name, day in (("a", "2019-03-01"), ("b", "2019-03-02"))
    ]
    assert period(*papers) == DerivedValues()


def test_a_deadline_before_its_call_is_unclear() -> None:
    made = period(call("notice", "2019-03-11", "2019-03-01"))
    assert (made.values, len(made.unclear)) == ((), 2)


@pytest.mark.parametrize(
    ("method", "day", "until", "law"),
    [
        ("small_value", "2019-03-01", "2019-03-09", "met"),
        ("small_value", "2019-03-01", "2019-03-08", "below"),
        ("open", "2019-03-01", "2019-03-30", "below"),
        ("open", "2019-03-01", "2019-03-31", "met"),
        ("open", "2020-06-30", "2020-07-10", "below"),
        ("open", "2020-07-01", "2020-07-10", "unknown"),
        ("negotiated", "2019-03-01", "2019-03-05", "unknown"),
        (None, "2019-03-01", "2019-03-05", "unknown"),
    ],
)
def test_the_law_of_the_day_says_how_long_is_long_enough(method: str | None, day: str, until: str, law: str) -> None:
    (made,) = period(call("notice", day, until, method=method)).values
    assert made.details == {"law": law, "method": method or "unknown"}
    assert len(made.proofs) == (2 if method is None else 3)


def test_an_answer_is_counted_from_the_receipt() -> None:
    """15 days are in time, 16 are late; the receipt may be told by the answer itself."""
    for day, time in (("2022-03-17", "in_time"), ("2022-03-18", "late")):
        reply = dated("reply", "foi_reply", day, fact("reply", "received", "2022-03-02"))
        (made,) = answer(dated("request", "foi_request", "2022-02-20"), reply).values
        assert (made.number, made.details) == (
            Decimal((date.fromisoformat(day) - date(2022, 3, 2)).days),
            {"time": time, "from": "receipt"},
        )


def test_days_since_the_sending_may_be_too_many() -> None:
    for day, time in (("2022-03-16", "in_time"), ("2022-03-18", "unknown")):
        papers = [dated("request", "foi_request", "2022-03-01"), dated("reply", "foi_decision", day)]
        (made,) = answer(*papers).values
        assert made.details == {"time": time, "from": "sending"}


def test_silence_is_what_an_appeal_says_and_no_answer_is_what_the_archive_has() -> None:
    request = dated("request", "foi_request", "2022-03-01")
    appeal = dated("appeal", "foi_appeal", "2022-04-01", fact("appeal", "foi_outcome", "silent"))
    (silent,) = answer(request, appeal).values
    assert (silent.number, silent.details, silent.proofs[0].document) == (None, {"time": "silent"}, appeal.id)
    for today, time in ((date(2022, 3, 16), "running"), (date(2022, 3, 17), "no_answer")):
        (made,) = answer(request, today=today).values
        assert made.details == {"time": time}
    assert answer(request) == DerivedValues()


def test_an_answer_without_a_date_is_an_answer_all_the_same() -> None:
    papers = [dated("request", "foi_request", "2022-03-01"), dated("reply", "foi_reply", None)]
    assert answer(*papers, today=date(2026, 1, 1)) == DerivedValues()
