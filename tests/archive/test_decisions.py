"""What a person's decisions make of the facts that rules read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.errors import UsageError
from archive.model import Fact, FactStatus, Span
from archive.model.decisions import METHOD, Decision, DecisionAction, grounded, settled

ID = "a" * 64


def read(field: str, value: str, **details: str) -> Fact:
    return Fact(field, value, Span(ID, 1, 0, 2), f"{field}.rule", 0.8, details=details)


def said(field: str, value: str, **details: str) -> Fact:
    return Fact(field, value, None, METHOD, 1.0, FactStatus.CORRECTED, details)


KIND, YEAR = read("kind", "contract"), read("year", "2021")
FIRST, SECOND = read("vendor", "Prva d.o.o.", pib="100000001"), read("vendor", "Druga a.d.")
FACTS = (KIND, FIRST, SECOND, YEAR)


def decision(action: DecisionAction, field: str, *facts: Fact, old: str | None = None) -> Decision:
    return Decision(ID, field, action, "ana", facts, old)


def after(*decisions: Decision, facts: tuple[Fact, ...] = FACTS) -> tuple[Fact, ...]:
    return settled(facts, decisions)


def test_a_correction_leaves_nothing_else_in_the_field() -> None:
    third = said("vendor", "Treća d.o.o.")
    assert after(decision(DecisionAction.CORRECT, "vendor", third)) == (KIND, third, YEAR)
    assert after(decision(DecisionAction.CORRECT, "vendor")) == (KIND, YEAR)
    assert after(decision(DecisionAction.CORRECT, "date", said("date", "2021-03-09")))[-1].value == "2021-03-09"


def test_a_value_is_added_replaced_and_removed_among_others() -> None:
    third = said("vendor", "Treća d.o.o.")
    assert after(decision(DecisionAction.ADD, "vendor", third)) == (*FACTS, third)
    assert after(decision(DecisionAction.REPLACE, "vendor", third, old=FIRST.value)) == (KIND, third, SECOND, YEAR)
    assert after(decision(DecisionAction.REMOVE, "vendor", old=FIRST.value)) == (KIND, SECOND, YEAR)


def test_adding_what_a_rule_read_makes_it_the_persons() -> None:
    same = said("vendor", SECOND.value, pib="100000002")
    assert after(decision(DecisionAction.ADD, "vendor", same)) == (KIND, FIRST, same, YEAR)


def test_decisions_hold_over_whatever_rules_read_later() -> None:
    removed = decision(DecisionAction.REMOVE, "vendor", old=FIRST.value)
    moved = replace(FIRST, span=Span(ID, 2, 7, 9), confidence=0.99)
    assert after(removed, facts=(moved,)) == ()
    emptied = decision(DecisionAction.CORRECT, "vendor")
    assert after(emptied, facts=(read("vendor", "Sasvim nova d.o.o."),)) == ()


def test_the_last_decision_on_a_field_counts() -> None:
    first, second = said("kind", "minutes"), said("kind", "report")
    both = decision(DecisionAction.CORRECT, "kind", first), decision(DecisionAction.CORRECT, "kind", second)
    assert after(*both)[0] == second
    assert after(*reversed(both))[0] == first


def test_confirming_keeps_value_words_rule_and_details() -> None:
    firm = grounded(decision(DecisionAction.CONFIRM, "vendor", old=FIRST.value), FACTS)
    assert firm.facts == (replace(FIRST, status=FactStatus.CONFIRMED),)
    assert after(firm) == (KIND, replace(FIRST, status=FactStatus.CONFIRMED), SECOND, YEAR)
    assert after(firm, facts=()) == firm.facts, "what a person confirmed stays when no rule finds it any more"


def test_confirming_one_value_of_a_single_field_drops_the_others() -> None:
    other = read("kind", "minutes")
    firm = grounded(decision(DecisionAction.CONFIRM, "kind", old="minutes"), (KIND, other))
    assert [fact.value for fact in after(firm, facts=(KIND, other))] == ["minutes"]
    with pytest.raises(UsageError, match="several values of kind: 'contract', 'minutes'"):
        grounded(decision(DecisionAction.CONFIRM, "kind"), (KIND, other))


def test_confirming_a_whole_list_leaves_out_what_is_only_proposed_unless_nothing_else_is_there() -> None:
    proposed = read("vendor", "Treća d.o.o.", proposed="yes")
    whole = decision(DecisionAction.CONFIRM, "vendor")
    assert [fact.value for fact in grounded(whole, (*FACTS, proposed)).facts] == [FIRST.value, SECOND.value]
    assert [fact.value for fact in grounded(whole, (KIND, proposed)).facts] == [proposed.value]
    assert not after(grounded(whole, (KIND, proposed)), facts=(KIND, proposed))[-1].is_proposed


def test_confirming_a_whole_list_leaves_it_open_for_more() -> None:
    firm = grounded(decision(DecisionAction.CONFIRM, "vendor"), FACTS)
    later = read("vendor", "Treća d.o.o.")
    assert [fact.status for fact in after(firm, facts=(*FACTS, later)) if fact.field == "vendor"] == [
        FactStatus.CONFIRMED,
        FactStatus.CONFIRMED,
        FactStatus.EXTRACTED,
    ]


def test_a_right_value_keeps_what_the_wrong_one_was_for() -> None:
    wrong = read("amount", "1200.00", currency="RSD", role="contract", lot="2", words_differ="yes")
    right = said("amount", "12000.00", currency="EUR")
    firm = grounded(decision(DecisionAction.REPLACE, "amount", right, old="1200.00"), (wrong,))
    assert dict(firm.facts[0].details) == {"currency": "EUR", "role": "contract", "lot": "2"}


def test_the_numbers_of_a_firm_do_not_pass_to_another_one() -> None:
    firm = grounded(decision(DecisionAction.REPLACE, "vendor", said("vendor", "Treća"), old=FIRST.value), FACTS)
    assert dict(firm.facts[0].details) == {}


@pytest.mark.parametrize("action", [DecisionAction.REPLACE, DecisionAction.REMOVE, DecisionAction.CONFIRM])
def test_what_is_not_there_cannot_be_decided_on(action: DecisionAction) -> None:
    given = (said("vendor", "X"),) if action is DecisionAction.REPLACE else ()
    with pytest.raises(UsageError, match=r"no vendor 'Nema'. It has: 'Prva d.o.o.', 'Druga a.d.'"):
        grounded(decision(action, "vendor", *given, old="Nema"), FACTS)
    with pytest.raises(UsageError, match="No date of it is known"):
        grounded(decision(DecisionAction.CONFIRM, "date"), FACTS)
