"""The queue of doubtful facts: what is in it, in which order, and what leaves it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.facts.review import doubt_records, for_all, queue
from archive.model import Fact, FactStatus, Span
from archive.model.decisions import Decision, DecisionAction
from archive.store.catalog import Catalog
from tests.store_samples import sample

Read = tuple[str, str, float, dict[str, str]]


def add(catalog: Catalog, number: int, *facts: Read) -> str:
    added = sample(number)
    made = [
        Fact(field, value, Span(added.id, 1, 0, 2), f"{field}.rule", confidence, details=details)
        for field, value, confidence, details in facts
    ]
    return replace(added, facts=made).add_to(catalog)


CONTRACT: Read = ("kind", "contract", 0.95, {})
WHOLE: tuple[Read, ...] = (
    CONTRACT,
    ("vendor", "A", 0.96, {}),
    ("municipality", "Niš", 0.96, {}),
    ("amount", "500.00", 0.96, {}),
)


def found(catalog: Catalog, field: str | None = None) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(doubt.document, doubt.field, doubt.reasons) for doubt in queue(catalog).doubts(field)]


def test_sure_facts_of_a_whole_contract_are_no_doubt(catalog: Catalog) -> None:
    add(catalog, 1, *WHOLE)
    assert found(catalog) == []


def test_unsure_flagged_and_contradicting_facts_are(catalog: Catalog) -> None:
    unsure = add(catalog, 1, ("year", "2021", 0.6, {}))
    flagged = add(catalog, 2, ("vendor", "B", 0.95, {"check_failed": "pib"}))
    at_odds = add(catalog, 3, ("kind", "minutes", 0.9, {}), ("kind", "report", 0.95, {}))
    assert found(catalog) == [
        (flagged, "vendor", ("check failed: pib",)),
        (at_odds, "kind", ("another rule says minutes",)),
        (unsure, "year", ("the rule was 60% sure",)),
    ]
    assert found(catalog, "year") == [(unsure, "year", ("the rule was 60% sure",))]


def test_what_a_contract_lacks_is_asked_for_unless_a_person_said_it_is_not_there(catalog: Catalog) -> None:
    id_ = add(catalog, 1, *WHOLE[:1], *WHOLE[2:])
    assert found(catalog) == [(id_, "vendor", ("none was found in this contract",))]
    catalog.decisions.record([Decision(id_, "vendor", DecisionAction.CORRECT, "ana")])
    assert found(catalog) == []


def test_more_money_and_more_documents_come_first(catalog: Catalog) -> None:
    unsure: Read = ("vendor", "A", 0.6, {})
    small, large = (
        add(catalog, at, CONTRACT, unsure, ("municipality", "Niš", 0.96, {}), ("amount", amount, 0.96, {}))
        for at, amount in enumerate(("500.00", "90000000.00"))
    )
    alone = add(catalog, 5, CONTRACT, ("vendor", "Z", 0.6, {}), ("municipality", "Niš", 0.96, {}), WHOLE[3])
    assert [document for document, _, _ in found(catalog)] == [large, small, alone]


@pytest.mark.parametrize("action", [DecisionAction.CONFIRM, DecisionAction.CORRECT, DecisionAction.REMOVE])
def test_what_a_person_decided_is_not_asked_again_until_it_is_undone(catalog: Catalog, action: DecisionAction) -> None:
    id_ = add(catalog, 1, ("vendor", "A", 0.6, {}))
    before = found(catalog)
    assert len(before) == 1
    catalog.decisions.record(
        [Decision(id_, "vendor", action, "ana", old=None if action is DecisionAction.CORRECT else "A")]
    )
    assert found(catalog) == []
    catalog.decisions.undo(id_, None, "ana")
    assert found(catalog) == before


def test_a_doubt_comes_with_the_words_it_is_about(catalog: Catalog) -> None:
    id_ = add(catalog, 1, ("vendor", "A", 0.6, {}))
    (record,) = doubt_records(catalog, queue(catalog).doubts())
    assert (record["document"], record["page"], record["quote"]) == (id_, 1, "Уговор o javnoj")
    assert (record["value"], record["method"], record["score"]) == ("A", "vendor.rule", 1.2)


UB: Read = ("buyer", "Opština Ub", 0.99, {})
DOUBTED: Read = ("vendor", "Primer doo", 0.6, {})


def confirmed(catalog: Catalog, document: str) -> list[DecisionAction]:
    return [one.decision.action for one in catalog.decisions.in_force([document]).get(document, [])]


def test_a_name_doubted_in_several_papers_of_one_buyer_is_asked_once(catalog: Catalog) -> None:
    papers = [add(catalog, at, UB, DOUBTED) for at in range(3)]
    elsewhere = add(catalog, 4, ("buyer", "Grad Niš", 0.99, {}), DOUBTED)
    unknown = [add(catalog, at, DOUBTED) for at in (5, 6)]
    asked = {doubt.document: doubt.same for doubt in queue(catalog).doubts()}
    first = next(iter(asked.keys() & set(papers)))
    assert sorted([first, *asked[first]]) == sorted(papers)
    assert asked.keys() == {first, elsewhere, *unknown}, "papers of other and of unknown buyers stand for themselves"
    assert queue(catalog).count() == queue(catalog).count("vendor") == 4
    assert [record["same"] for record in doubt_records(catalog, queue(catalog).doubts())].count([]) == 3


def test_what_is_wrong_with_a_number_beside_the_name_is_asked_of_each_paper(catalog: Catalog) -> None:
    for at in range(2):
        add(catalog, at, UB, ("vendor", "Primer doo", 0.6, {"check_failed": "pib"}))
    assert [doubt.same for doubt in queue(catalog).doubts()] == [(), ()]


def test_one_answer_decides_all_papers_with_their_own_words(catalog: Catalog) -> None:
    papers = [add(catalog, at, UB, DOUBTED) for at in range(3)]
    decision = Decision(papers[1], "vendor", DecisionAction.CONFIRM, "ana", old="Primer doo")
    wanted = for_all(catalog, decision)
    assert wanted[0] is decision
    catalog.decisions.record(wanted)
    assert [confirmed(catalog, each) for each in papers] == [[DecisionAction.CONFIRM]] * 3
    assert queue(catalog).count() == 0
    words = Span(papers[0], 1, 0, 2)
    new = Fact("vendor", "Primer d.o.o.", words, "person", 1.0, FactStatus.CORRECTED)
    others = [add(catalog, at, UB, ("vendor", "Primar doo", 0.6, {})) for at in (7, 8)]
    replaced = Decision(others[0], "vendor", DecisionAction.REPLACE, "ana", (new,), "Primar doo")
    assert [each.facts[0].span for each in for_all(catalog, replaced)[1:]] == [Span(others[1], 1, 0, 2)]


def test_an_answer_that_names_no_value_of_a_list_is_of_one_paper(catalog: Catalog) -> None:
    papers = [add(catalog, at, UB, DOUBTED) for at in range(2)]
    nothing = Decision(papers[0], "vendor", DecisionAction.CORRECT, "ana")
    assert for_all(catalog, nothing) == [nothing]
    unsure = [add(catalog, at, ("buyer", "Opstina Ub", 0.7, {})) for at in (3, 4)]
    corrected = Decision(unsure[0], "buyer", DecisionAction.CORRECT, "ana")
    assert [each.document for each in for_all(catalog, corrected)] == unsure, "a field that has one value needs no name"


def test_of_what_is_only_proposed_the_likeliest_is_asked_first(catalog: Catalog) -> None:
    """It counts wrongly as far as it is right; what counts does as far as it is wrong."""
    likely, unlikely = (
        add(catalog, at, UB, ("vendor", f"Firma {at} doo", sure, {"proposed": "yes"}))
        for at, sure in enumerate((0.7, 0.3))
    )
    counted = add(catalog, 2, UB, ("vendor", "Firma 2 doo", 0.5, {}))
    assert [doubt.document for doubt in queue(catalog).doubts()] == [likely, counted, unlikely]
