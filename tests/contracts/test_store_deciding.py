"""What every catalog does with persons' word on facts, whatever database is under it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from archive.errors import UsageError
from archive.model import Fact, FactStatus, Page, Reading, Span, TextSource
from archive.model.decisions import METHOD, Decision, DecisionAction, FieldChange
from archive.model.words import Word, Words
from archive.store.catalog import Catalog
from tests.store_samples import START, add_samples, sample


@pytest.fixture
def id_(catalog: Catalog) -> str:
    return add_samples(catalog, [1])[0]


def said(field: str, value: str, span: Span | None = None) -> Fact:
    return Fact(field, value, span, METHOD, 1.0, FactStatus.CORRECTED)


def correct(id_: str, field: str, *values: str, by: str = "ana", span: Span | None = None) -> Decision:
    return Decision(id_, field, DecisionAction.CORRECT, by, tuple(said(field, value, span) for value in values))


def decide(catalog: Catalog, *decisions: Decision) -> list[FieldChange]:
    outcomes = catalog.decisions.record(decisions)
    assert all(isinstance(outcome, FieldChange) for outcome in outcomes), outcomes
    return [outcome for outcome in outcomes if isinstance(outcome, FieldChange)]


def values(catalog: Catalog, id_: str, field: str) -> list[str]:
    return [fact.value for fact in catalog.facts.of(id_) if fact.field == field]


def test_a_decision_counts_at_once_and_is_an_event(catalog: Catalog, id_: str) -> None:
    catalog.indexing.mark("g", {id_: 1})
    events = catalog.events.verify()
    (change,) = decide(catalog, correct(id_, "kind", "minutes"))
    assert ([fact.value for fact in change.before], [fact.value for fact in change.after]) == (
        ["contract"],
        ["minutes"],
    )
    assert catalog.documents.descriptions([id_])[id_].kind == "minutes"
    assert list(catalog.indexing.due("g")) == [id_]
    assert change.event == catalog.events.verify() == events + 1
    (event,) = catalog.decisions.history(id_)
    assert (event.number, event.name) == (change.event, "metadata modification")
    assert {name: event.detail[name] for name in ("action", "field", "by")} == {
        "action": "correct",
        "field": "kind",
        "by": "ana",
    }
    assert [fact["value"] for fact in event.detail["before"] + event.detail["after"]] == ["contract", "minutes"]
    assert event.detail["before"][0]["words"] == [1, 0, 3]


def test_what_says_nothing_new_is_not_recorded(catalog: Catalog, id_: str) -> None:
    decide(catalog, correct(id_, "kind", "minutes"), correct(id_, "buyer"))
    events, revision = catalog.events.verify(), catalog.documents.find(id_).revision
    again = decide(catalog, correct(id_, "kind", "minutes"), correct(id_, "buyer"))
    assert [(change.is_news, change.event) for change in again] == [(False, None), (False, None)]
    assert (catalog.events.verify(), catalog.documents.find(id_).revision) == (events, revision)


def test_that_a_field_is_empty_is_news_once(catalog: Catalog, id_: str) -> None:
    """No rule found a buyer; a person says there is none. A rule that finds one later does not count."""
    (change,) = decide(catalog, correct(id_, "buyer"))
    assert (change.before, change.after, change.event is not None) == ((), (), True)
    found = Fact("buyer", "Opština", Span(id_, 1, 0, 1), "buyer.rule", 0.9)
    assert catalog.facts.replace_extracted(id_, 1, [*sample(1).facts, found])
    assert values(catalog, id_, "buyer") == []
    catalog.decisions.undo(id_, None, "ana")
    assert values(catalog, id_, "buyer") == ["Opština"]


def test_all_decisions_are_made_or_none(catalog: Catalog) -> None:
    ids = add_samples(catalog, range(3))
    before, events = catalog.facts.by_document(ids), catalog.events.verify()
    bad = Decision(ids[1], "vendor", DecisionAction.REMOVE, "ana", old="Nema")
    good = [correct(ids[0], "kind", "minutes"), correct(ids[2], "kind", "minutes")]
    outcomes = catalog.decisions.record([good[0], bad, good[1]])
    assert [isinstance(outcome, UsageError) for outcome in outcomes] == [False, True, False]
    assert (catalog.facts.by_document(ids), catalog.events.verify()) == (before, events)
    assert all(document.revision == 1 for document in catalog.documents.newest_first())
    decide(catalog, *good)
    assert [values(catalog, id_, "kind") for id_ in ids] == [["minutes"], ["contract"], ["minutes"]]


def test_trying_changes_nothing_and_sees_what_the_decisions_before_do(catalog: Catalog, id_: str) -> None:
    before = catalog.facts.of(id_)
    tried = catalog.decisions.record(
        [correct(id_, "vendor", "A"), Decision(id_, "vendor", DecisionAction.REMOVE, "ana", old="A")], try_only=True
    )
    assert [isinstance(one, FieldChange) and [fact.value for fact in one.after] for one in tried] == [["A"], []]
    assert (catalog.facts.of(id_), catalog.decisions.history(id_)) == (before, ())


def test_undoing_goes_back_step_by_step_to_exactly_what_was(catalog: Catalog, id_: str) -> None:
    states = [catalog.facts.of(id_)]
    steps = (
        correct(id_, "vendor", "A"),
        Decision(id_, "vendor", DecisionAction.ADD, "ana", (said("vendor", "B"),)),
        Decision(id_, "vendor", DecisionAction.REPLACE, "ana", (said("vendor", "C"),), "A"),
        Decision(id_, "year", DecisionAction.CONFIRM, "ana"),
        Decision(id_, "vendor", DecisionAction.REMOVE, "ana", old="B"),
        correct(id_, "kind"),
    )
    for step in steps:
        decide(catalog, step)
        states.append(catalog.facts.of(id_))
    assert len(set(map(str, states))) == len(states)
    for state in reversed(states[:-1]):
        catalog.decisions.undo(id_, None, "ana")
        assert catalog.facts.of(id_) == state
    with pytest.raises(UsageError, match="has no decision"):
        catalog.decisions.undo(id_, None, "ana")
    assert catalog.events.verify() == 2 + 2 * len(steps)


def test_a_named_decision_is_undone_if_no_later_one_stands_on_it(catalog: Catalog, id_: str) -> None:
    first, second, other = decide(
        catalog, correct(id_, "kind", "minutes"), correct(id_, "kind", "report"), correct(id_, "year", "2020")
    )
    with pytest.raises(UsageError, match=rf"has others after it. Undo those first.*: {second.event}\."):
        catalog.decisions.undo(id_, first.event, "bora")
    catalog.decisions.undo(id_, second.event, "bora")
    catalog.decisions.undo(id_, first.event, "bora")
    assert (values(catalog, id_, "kind"), values(catalog, id_, "year")) == (["contract"], ["2020"])
    with pytest.raises(UsageError, match=rf"There are: {other.event} \(year\)"):
        catalog.decisions.undo(id_, first.event, "bora")
    undone = catalog.decisions.history(id_)[-1].detail
    assert (undone["undoes"], undone["by"], undone["action"]) == (first.event, "bora", "undo")


def test_the_facts_of_rules_are_kept_under_a_decision(catalog: Catalog, id_: str) -> None:
    decide(catalog, correct(id_, "vendor", "A"))
    assert list(catalog.facts.extracted(id_)) == sample(1).facts


def again(id_: str, number: int, pages: Sequence[str]) -> tuple[Reading, list[Words]]:
    """A reading whose pages hold these words."""
    words = [Words.of(Word(text) for text in page.split()) for page in pages]
    made: list[Page] = []
    for at, of_page in enumerate(words, start=1):
        first = sum(page.word_count for page in made)
        made.append(Page(at, first, len(of_page), 595.3, 841.9, TextSource.TEXT))
    return Reading(id_, number, START + timedelta(days=number), {"program": "x"}, "sr-Latn", tuple(made)), words


@pytest.mark.parametrize(
    ("pages", "place"),
    [
        (["nešto UGOVOR o javnoj nabavci", ""], (2, 1, 3)),
        (["nešto", "pa Уговор о јавној"], (2, 2, 4)),
        (["Ugovor o javnoj Ugovor o javnoj", "x"], (2, 0, 2)),
        (["x", "Ugovor o javnoj Ugovor o javnoj"], (1, 0, 2)),
        (["sasvim drugo", ""], (1, 0, 2)),
    ],
    ids=["same page", "another page", "nearest on the page", "not the only one elsewhere", "gone"],
)
def test_the_words_behind_a_correction_are_found_again_or_stay(
    catalog: Catalog, id_: str, pages: list[str], place: tuple[int, int, int]
) -> None:
    before = catalog.facts.of(id_)
    decide(catalog, correct(id_, "kind", "minutes", span=Span(id_, 1, 0, 2)))
    carried = catalog.readings.add(*again(id_, 2, pages), [])
    (fact,) = catalog.facts.of(id_)
    assert (carried.count, carried.left) == ((1, ()) if place[0] == 2 else (0, (fact,)))
    assert fact.span == Span(id_, *place)
    assert fact.details.get("carried_from") == ("1" if place[0] == 2 else None)
    assert catalog.events.verify() == 4
    catalog.decisions.undo(id_, None, "ana")
    assert catalog.facts.of(id_) == ()
    catalog.facts.replace_extracted(id_, 2, [replace(fact, span=Span(id_, 2, 0, 0)) for fact in before])
    assert [fact.value for fact in catalog.facts.of(id_)] == [fact.value for fact in before]


def test_facts_of_an_old_reading_are_refused(catalog: Catalog, id_: str) -> None:
    catalog.readings.add(*again(id_, 2, ["a", "b"]), [])
    with pytest.raises(UsageError, match="already has a reading 2"):
        catalog.facts.replace_extracted(id_, 1, [])


def test_rules_that_find_the_same_change_nothing(catalog: Catalog, id_: str) -> None:
    events = catalog.events.verify()
    assert not catalog.facts.replace_extracted(id_, 1, catalog.facts.extracted(id_))
    assert (catalog.events.verify(), catalog.documents.find(id_).revision) == (events, 1)
    assert catalog.facts.replace_extracted(id_, 1, [])
    assert (catalog.events.verify(), catalog.documents.find(id_).revision) == (events + 1, 2)


def test_many_at_once_lose_no_decision(catalog: Catalog, id_: str) -> None:
    """Each adds a vendor; all are there afterwards, and the chain of events is whole."""

    def add(number: int) -> None:
        decide(catalog, Decision(id_, "vendor", DecisionAction.ADD, f"p{number}", (said("vendor", f"V{number}"),)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(24)))
    assert set(values(catalog, id_, "vendor")) == {"Камера 1 д.о.о.", *(f"V{number}" for number in range(24))}
    assert catalog.events.verify() == 26
    assert json.dumps([event.detail for event in catalog.decisions.history(id_)])
