"""What every catalog does with persons' notes, whatever database is under it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from archive.errors import UnknownAnnotation, UsageError
from archive.model import Box, Page, Reading, Span, TextSource
from archive.model.annotations import AnnotationAction, How, Target
from archive.model.words import Word, Words
from archive.store.catalog import Catalog
from tests.store_samples import START, add_samples

BOX = Box(0.1, 0.7, 0.5, 0.9)


@pytest.fixture
def id_(catalog: Catalog) -> str:
    return add_samples(catalog, [1])[0]


def on_words(id_: str, first: int = 10, last: int = 12) -> Target:
    return Target(id_, 1, 1, Span(id_, 1, first, last), None, "nadzorne kamere за")


def on_box(id_: str) -> Target:
    return Target(id_, 1, 2, None, BOX, "")


def read_again(catalog: Catalog, id_: str, number: int, *pages: str, width: float = 595.3) -> Sequence[str]:
    """Add a reading whose pages hold these words; returns the notes of which nothing was found in it."""
    words = [Words.of(Word(text) for text in page.split()) for page in pages]
    made: list[Page] = []
    for at, of_page in enumerate(words, start=1):
        first = sum(page.word_count for page in made)
        made.append(Page(at, first, len(of_page), width, width * 1.414, TextSource.TEXT))
    reading = Reading(id_, number, START + timedelta(days=number), {"program": "x"}, "sr-Latn", tuple(made))
    return [annotation.note for annotation in catalog.readings.add(reading, words, []).notes_left]


def test_notes_come_back_in_the_order_in_which_they_stand(catalog: Catalog, id_: str) -> None:
    box = catalog.annotations.add(on_box(id_), "Pečat", "bora")
    late = catalog.annotations.add(on_words(id_), "Koliko?\nI gde?", "ana")
    early = catalog.annotations.add(on_words(id_, 2, 4), "Prvo", "ana")
    assert catalog.annotations.all(id_) == (early, late, box) == catalog.annotations.all()
    assert catalog.annotations.get(box.id[:8]) == catalog.annotations.get(box.id) == box
    assert (box.target, late.target, late.made_on) == (on_box(id_), on_words(id_), on_words(id_))
    (other,) = add_samples(catalog, [2])
    assert catalog.annotations.all(other) == ()


def test_every_change_is_an_event_that_tells_what_was_before(catalog: Catalog, id_: str) -> None:
    events = catalog.events.verify()
    made = catalog.annotations.add(on_words(id_), "Koliko?", "ana")
    edited = catalog.annotations.edit(made.id, "Koliko košta?", "bora")
    assert (edited.note, edited.by, edited.changed_by) == ("Koliko košta?", "ana", "bora")
    assert catalog.annotations.edit(made.id, "Koliko košta?", "ceca") == edited, "nothing new was said"
    removed = catalog.annotations.remove(made.id[:12], "ceca")
    assert (removed.removed_by, catalog.annotations.all(id_)) == ("ceca", ())
    assert catalog.annotations.get(made.id) == removed
    changes = catalog.annotations.changes(removed)
    assert [(one.action, one.by, one.note) for one in changes] == [
        (AnnotationAction.ANNOTATE, "ana", "Koliko?"),
        (AnnotationAction.EDIT, "bora", "Koliko košta?"),
        (AnnotationAction.REMOVE, "ceca", None),
    ]
    assert catalog.events.verify() == events + 3 == changes[-1].event
    assert catalog.decisions.history(id_) == (), "that is the history of facts"


def test_what_is_not_there_is_said(catalog: Catalog, id_: str) -> None:
    made = catalog.annotations.add(on_words(id_), "Koliko?", "ana")
    for key in ("ffffffff", made.id[:7], "", "%" * 8, "________"):
        with pytest.raises(UnknownAnnotation, match="There is no annotation"):
            catalog.annotations.get(key)
    catalog.annotations.remove(made.id, "ana")
    with pytest.raises(UsageError, match=r"was removed by ana"):
        catalog.annotations.edit(made.id, "x", "ana")
    with pytest.raises(UsageError, match=r"was removed by ana"):
        catalog.annotations.remove(made.id, "ana")


def test_a_note_follows_its_words_into_later_readings(catalog: Catalog, id_: str) -> None:
    made = catalog.annotations.add(on_words(id_), "Koliko?", "ana")
    assert read_again(catalog, id_, 2, "Nešto pre toga nadzorne kamere za opštinu", "", "") == []
    (second,) = catalog.annotations.all(id_)
    assert (second.target.span, second.target.quote, second.how) == (
        Span(id_, 2, 3, 5),
        "nadzorne kamere za",
        How.SCRIPT,
    )
    assert second.made_on == made.made_on
    assert read_again(catalog, id_, 3, "x", "nadzorne kamere за", "") == []
    (third,) = catalog.annotations.all(id_)
    assert (third.target.page, third.target.span, third.how) == (2, Span(id_, 3, 1, 3), How.EXACT)


def test_a_note_whose_words_are_gone_stays_where_it_was_and_is_found_again_later(catalog: Catalog, id_: str) -> None:
    catalog.annotations.add(on_words(id_), "Koliko?", "ana")
    removed = catalog.annotations.add(on_words(id_), "Staro", "ana")
    catalog.annotations.remove(removed.id, "ana")
    assert read_again(catalog, id_, 2, "sasvim drugo", "", "") == ["Koliko?"]
    (left,) = catalog.annotations.all(id_)
    assert (left.target, left.how) == (on_words(id_), None)
    assert read_again(catalog, id_, 3, "sve nadzorne kamere за", "", "") == []
    assert catalog.annotations.all(id_)[0].target.span == Span(id_, 3, 1, 3)


def test_a_box_stays_where_it_is_on_its_page(catalog: Catalog, id_: str) -> None:
    catalog.annotations.add(on_box(id_), "Pečat", "bora")
    assert read_again(catalog, id_, 2, "a", "b") == []
    (carried,) = catalog.annotations.all(id_)
    assert (carried.target.reading, carried.target.page, carried.target.box, carried.how) == (2, 2, BOX, None)
    assert read_again(catalog, id_, 3, "only one page") == ["Pečat"]
    assert read_again(catalog, id_, 4, "flowing", "text", width=0) == ["Pečat"]
    assert catalog.annotations.all(id_)[0].target.reading == 2
