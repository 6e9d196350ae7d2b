"""Requests for information, and what followed them."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from itertools import product

import pytest

from archive.procedures.links import LONGEST, _only_pairs, exchanges
from archive.procedures.papers import CASE, Paper
from tests.paper_samples import paper

REQUEST = paper("request", "foi_request", None, "2022-03-01")
REPLY = paper("reply", "foi_reply", "037-11/2022", "2022-03-14", role=CASE)


def titles(*papers: Paper) -> list[list[str]]:
    return [[paper.known.title for paper in group] for group in exchanges(papers)]


def test_a_reply_follows_the_only_request_to_its_body() -> None:
    assert titles(REPLY, REQUEST) == [["request", "reply"]]


def test_two_requests_or_two_answers_are_not_told_apart_by_guessing() -> None:
    second = paper("second", "foi_request", None, "2022-03-05")
    assert titles(REQUEST, second, REPLY) == [["request"], ["second"], ["reply"]]
    other = paper("other", "foi_decision", "037-12/2022", "2022-03-20", role=CASE)
    assert titles(REQUEST, REPLY, other) == [["request"], ["reply"], ["other"]]


def test_answers_come_after_the_request_in_time_and_from_its_body() -> None:
    early = paper("early", "foi_reply", "037-9/2022", "2022-02-20", role=CASE)
    late = paper("late", "foi_reply", "037-99/2022", "2022-09-01", role=CASE)
    elsewhere = paper("elsewhere", "foi_reply", "037-1/2022", "2022-03-10", buyer=None, municipality="Kladovo")
    assert len(exchanges([REQUEST, early, late, elsewhere])) == 4


@pytest.mark.parametrize("seed", range(20))
def test_pairs_are_those_that_comparing_each_with_each_leaves(seed: int) -> None:
    chance = random.Random(seed)

    def some(kind: str) -> list[Paper]:
        days = [chance.choice((None, f"2022-{chance.randint(1, 8):02d}-{chance.randint(1, 28):02d}")) for _ in range(6)]
        return [paper(f"{kind} {at}", kind, None, day) for at, day in enumerate(days)]

    requests, others = some("foi_request"), [*some("foi_reply"), *some("foi_appeal")]
    follows = [
        (one.id, other.id)
        for one, other in product(requests, others)
        if one.date and other.date and timedelta(0) <= other.date - one.date <= LONGEST[other.kind or ""]
    ]
    counts = Counter(id_ for pair in follows for id_ in pair)
    found = [(one.id, other.id) for one, other in _only_pairs(requests, others)]
    assert sorted(found) == sorted(pair for pair in follows if all(counts[id_] == 1 for id_ in pair))


def test_one_case_number_holds_answer_and_appeal_together() -> None:
    appeal = paper("appeal", "foi_appeal", None, "2022-03-25", cited=(("037-11/2022", CASE),))
    assert titles(REQUEST, REPLY, appeal) == [["request", "reply", "appeal"]]
