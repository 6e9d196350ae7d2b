"""What every catalog does with further readings of a document, whatever database is under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from archive.errors import UnknownDocument
from archive.model import Fact, FactStatus, Page, Reading, Span, TextSource
from archive.model.decisions import Decision, DecisionAction
from archive.model.quality import Quality
from archive.model.words import Word, Words
from archive.store.catalog import Catalog
from tests.store_samples import START, Sample, add_samples, sample


def next_reading(of: Sample, number: int = 2) -> tuple[Reading, list[Words]]:
    """A reading of two pages, one good and one that has no source of words."""
    words = [Words.of(Word(text) for text in ["Уговор", "о", "набавци", "камера"]), Words.of([])]
    pages = (
        Page(1, 0, 4, 595.3, 841.9, TextSource.TEXT, language="sr-Cyrl"),
        Page(2, 4, 0, 595.3, 841.9, TextSource.NONE, note="The page image is damaged."),
    )
    made = START + timedelta(days=number)
    return Reading(of.id, number, made, {"program": "dosije", "version": "0.2.0"}, "sr-Cyrl", pages), words


def extracted(reading: Reading) -> list[Fact]:
    return [
        Fact("kind", "contract", Span(reading.document, reading.number, 0, 0), "kind:heading", 0.9),
        Fact("year", "2022", Span(reading.document, reading.number, 2, 2), "year:number", 0.8),
    ]


def test_a_new_reading_is_the_newest_and_the_old_one_stays(catalog: Catalog) -> None:
    added = sample(1)
    added.add_to(catalog)
    reading, words = next_reading(added)
    catalog.readings.add(reading, words, extracted(reading))
    document = catalog.documents.find(added.id)
    assert (document.reading, document.revision, document.page_count, document.word_count) == (2, 2, 2, 4)
    assert catalog.readings.get(added.id) == catalog.readings.get(added.id, 2) == reading
    assert list(catalog.readings.all_words(added.id)) == words
    assert catalog.readings.get(added.id, 1) == added.reading
    assert list(catalog.readings.all_words(added.id, 1)) == added.words
    assert catalog.readings.words(added.id, 1, 1) == added.words[0]
    assert catalog.coverage.counts().pages == 2


def test_facts_of_rules_are_replaced_and_those_of_persons_survive(catalog: Catalog) -> None:
    added = sample(1)
    added.add_to(catalog)
    corrected = Fact("municipality", "Ниш", None, "person", 1.0, FactStatus.CORRECTED)
    confirmed = replace(added.facts[0], status=FactStatus.CONFIRMED)
    catalog.decisions.record(
        [
            Decision(added.id, "municipality", DecisionAction.CORRECT, "ana", (corrected,)),
            Decision(added.id, "year", DecisionAction.CONFIRM, "ana"),
        ]
    )
    reading, words = next_reading(added)
    catalog.readings.add(reading, words, extracted(reading))
    kind, _ = extracted(reading)
    assert catalog.facts.of(added.id) == (kind, confirmed, corrected), (
        "the rule's new year gives way to the confirmed one"
    )
    again = replace(reading, number=3)
    catalog.readings.add(again, words, extracted(again))
    assert catalog.facts.of(added.id) == (extracted(again)[0], confirmed, corrected)


def test_a_new_reading_is_due_for_the_index_and_is_an_event(catalog: Catalog) -> None:
    added = sample(1)
    added.add_to(catalog)
    catalog.indexing.mark("g", {added.id: 1})
    events = catalog.events.verify()
    reading, words = next_reading(added)
    catalog.readings.add(reading, words, [])
    assert list(catalog.indexing.due("g")) == [added.id]
    assert catalog.indexing.revisions() == {added.id: 2}
    assert catalog.events.verify() == events + 1


@pytest.mark.parametrize("number", [1, 3])
def test_numbers_of_readings_have_no_gaps(catalog: Catalog, number: int) -> None:
    added = sample(1)
    added.add_to(catalog)
    reading, words = next_reading(added, number)
    with pytest.raises(ValueError, match="does not follow reading 1"):
        catalog.readings.add(reading, words, [])
    assert catalog.documents.find(added.id) == added.document


def test_a_reading_of_an_unknown_document_is_refused(catalog: Catalog) -> None:
    reading, words = next_reading(sample(1))
    with pytest.raises(UnknownDocument):
        catalog.readings.add(reading, words, [])


def broken_parts(reading: Reading, words: list[Words]) -> Iterator[tuple[Reading, Sequence[Words], list[Fact]]]:
    fact = extracted(reading)[0]
    yield reading, words[:1], []
    yield replace(reading, created_at=reading.created_at.replace(tzinfo=None)), words, []
    yield reading, words, [replace(fact, span=Span(reading.document, 1, 0, 0))]
    yield reading, words, [replace(fact, span=Span(reading.document, 2, 0, 4))]
    yield reading, words, [replace(fact, details=cast("dict[str, str]", {"pib": object()}))]


@pytest.mark.parametrize("number", range(5))
def test_a_reading_that_cannot_be_kept_whole_changes_nothing(catalog: Catalog, number: int) -> None:
    """Words or facts of another reading, a moment without time zone, and a fact the database chokes on at the end."""
    added = sample(1)
    added.add_to(catalog)
    reading, words, facts = list(broken_parts(*next_reading(added)))[number]
    with pytest.raises(Exception, match=added.id if number < 4 else "not JSON serializable"):
        catalog.readings.add(reading, words, facts)
    assert catalog.documents.find(added.id) == added.document
    assert catalog.facts.of(added.id) == tuple(added.facts)
    assert catalog.readings.get(added.id) == added.reading


def test_descriptions_tell_the_quality_of_the_newest_reading(catalog: Catalog) -> None:
    """Of three pages one is unread: unreliable. A reading with good pages only makes the document good."""
    added = sample(1)
    added.add_to(catalog)
    assert catalog.documents.descriptions([added.id])[added.id].quality is Quality.UNRELIABLE
    reading, words = next_reading(added)
    catalog.readings.add(replace(reading, pages=reading.pages[:1]), words[:1], [])
    assert catalog.documents.descriptions([added.id])[added.id].quality is Quality.GOOD


def test_the_worst_pages_come_first_and_good_ones_not_at_all(catalog: Catalog) -> None:
    confidences = (95.0, 70.0, 85.5, 60.0)
    for number, confidence in enumerate(confidences):
        added = sample(number, page_count=2)
        first = replace(added.reading.pages[0], confidence=confidence)
        unread = added.reading.pages[1] if number == 2 else replace(added.reading.pages[1], source=TextSource.TEXT)
        replace(added, reading=replace(added.reading, pages=(first, unread))).add_to(catalog)
    poor = [(page.filename, page.page.number, page.page.confidence) for page in catalog.coverage.poor_pages(10)]
    assert poor == [
        ("ugovor 2.pdf", 2, None),
        ("ugovor 3.pdf", 1, 60.0),
        ("ugovor 1.pdf", 1, 70.0),
        ("ugovor 2.pdf", 1, 85.5),
    ]
    assert len(catalog.coverage.poor_pages(2)) == 2


def test_only_newest_readings_have_worst_pages(catalog: Catalog) -> None:
    [id_] = add_samples(catalog, [1])
    assert [page.document for page in catalog.coverage.poor_pages(10)] == [id_]
    reading, words = next_reading(sample(1))
    catalog.readings.add(replace(reading, pages=reading.pages[:1]), words[:1], [])
    assert catalog.coverage.poor_pages(10) == ()


def test_readings_and_pages_of_several_documents_are_had_at_once(catalog: Catalog) -> None:
    one, other = sample(1), sample(2)
    for added in (one, other):
        added.add_to(catalog)
    reading, words = next_reading(one)
    catalog.readings.add(reading, words, extracted(reading))
    named = [(one.id, 1), (one.id, 2), (other.id, 1)]
    assert catalog.readings.named([*named, (other.id, 2), ("f" * 64, 1)]) == dict(
        zip(named, (one.reading, reading, other.reading), strict=True)
    )
    places = [(one.id, 1, 1), (one.id, 2, 1), (other.id, 1, 2)]
    assert catalog.readings.words_of_pages([*places, (one.id, 2, 3)]) == dict(
        zip(places, (one.words[0], words[0], other.words[1]), strict=True)
    )
    assert catalog.readings.words_on(other.reading, [2, 1]) == {1: other.words[0], 2: other.words[1]}
    assert catalog.readings.words_on(other.reading, []) == {}
    assert catalog.documents.known([one.id])[one.id].facts == catalog.facts.of(one.id)


def test_each_document_has_the_language_of_its_own_newest_reading(catalog: Catalog) -> None:
    """Numbers of readings are those of one document: others have readings of the same numbers."""
    ids = []
    for number, language in enumerate(["sr-Latn", "en", None, "sq"]):
        one = sample(number)
        catalog.documents.add(one.document, replace(one.reading, language=language), one.words, one.facts, one.source)
        ids.append(one.id)
    described = catalog.documents.descriptions(ids)
    assert [described[id_].language for id_ in ids] == ["sr-Latn", "en", None, "sq"]
