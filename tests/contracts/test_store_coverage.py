"""What every catalog says of the ground a search covers, whatever database is under it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from sqlalchemy import text

from archive.model import Page, TextSource
from archive.model.quality import Quality, page_quality
from archive.model.words import Words
from archive.store.catalog import Catalog
from archive.store.coverage import PageCounts
from archive.store.members import Failure
from tests.store_samples import START, Sample, add_samples, sample, sample_page, sample_words

GENERATION = "gen-000001"


def add_with_pages(catalog: Catalog, number: int, pages: list[Page], words: list[Words]) -> str:
    """A document of exactly these pages."""
    made = sample(number)
    count = sum(map(len, words))
    return replace(
        made,
        document=replace(made.document, page_count=len(pages), word_count=count),
        reading=replace(made.reading, pages=tuple(pages)),
        words=words,
        facts=[],
    ).add_to(catalog)


def test_an_empty_archive_covers_nothing(catalog: Catalog) -> None:
    found = catalog.coverage.survey(GENERATION)
    assert found.archive == PageCounts()
    assert (found.due, found.failures, found.due_members, found.last_event) == ((), (), 0, None)


def test_every_page_is_counted_under_what_can_be_said_of_its_words(catalog: Catalog) -> None:
    words = [sample_words(1, page) for page in range(1, 6)]
    starts = [sum(map(len, words[:at])) for at in range(5)]
    read = [sample_page(at + 1, starts[at], len(words[at])) for at in range(5)]
    end = sum(map(len, words))
    pages = [
        read[0],
        replace(read[1], confidence=84.0),
        replace(read[2], confidence=41.0),
        replace(read[3], source=TextSource.TEXT, confidence=None),
        replace(read[4], note="A line was lost."),
        replace(sample_page(6, end, 0), source=TextSource.OCR, note=None),
        sample_page(7, end, 0),
    ]
    id_ = add_with_pages(catalog, 1, pages, [*words, Words.of([]), Words.of([])])
    counts = catalog.coverage.survey(GENERATION).archive
    assert counts == PageCounts(documents=1, words=end, good=2, fair=2, doubtful=1, wordless=1, unreadable=1)
    assert counts.pages == len(pages)
    qualities = [page_quality(page) for page in pages]
    assert qualities.count(Quality.GOOD) == counts.good, "the same rule as everywhere"
    assert catalog.coverage.page_counts([id_]) == counts


def test_pages_can_be_counted_of_some_documents(catalog: Catalog) -> None:
    ids = add_samples(catalog, range(1, 4))
    some = catalog.coverage.page_counts([*ids[:2], "f" * 64])
    assert (some.documents, some.good, some.unreadable) == (2, 4, 2)
    assert catalog.coverage.page_counts([]) == PageCounts()
    assert catalog.coverage.survey(GENERATION).archive.documents == 3


def test_what_the_index_lacks_is_named_and_what_it_holds_in_part_is_told_apart(catalog: Catalog) -> None:
    ids = add_samples(catalog, range(1, 4))
    catalog.indexing.mark(GENERATION, {ids[0]: 1, ids[1]: 7})
    due = catalog.coverage.survey(GENERATION).due
    assert [(document.id, document.filename, document.is_held) for document in due] == [
        (ids[1], "ugovor 2.pdf", True),
        (ids[2], "ugovor 3.pdf", False),
    ]


def test_failures_and_members_that_wait_are_part_of_it(catalog: Catalog) -> None:
    made = sample(1)
    catalog.documents.add(made.document, made.reading, made.words, made.facts, made.source, ["a.txt", "b.pdf", "c.pdf"])
    failure = Failure("/mail.eml!/b.pdf", None, "It is encrypted.", None, START, container=made.id, member="b.pdf")
    catalog.failures.record(failure)
    catalog.members.add(made.id, sample(2).add_to(catalog), "c.pdf")
    found = catalog.coverage.survey(GENERATION)
    assert found.due_members == 1, "a.txt waits; b.pdf failed, and c.pdf was read"
    assert found.failures == (failure,)


def test_the_newest_event_is_the_head_of_the_chain(catalog: Catalog) -> None:
    add_samples(catalog, [1])
    before = catalog.coverage.survey(GENERATION).last_event
    add_samples(catalog, [2])
    after = catalog.coverage.survey(GENERATION).last_event
    assert before is not None
    assert after is not None
    assert (before.number, after.number) == (2, 4)
    assert before.hash != after.hash
    assert after.number == catalog.events.verify()


@pytest.mark.parametrize(
    ("catalog", "seed"),  # No life is lived on both databases.
    [("postgresql", 0), ("postgresql", 1), ("sqlite", 2), ("sqlite", 3)],
    indirect=["catalog"],
)
def test_what_is_kept_counted_is_what_there_is_whatever_happened(catalog: Catalog, seed: int) -> None:
    """Documents come in two collections and are read again with other pages: what is kept is right after each step,
    and those who do not see one collection are told of the other alone."""
    chance = random.Random(seed)
    known: dict[str, tuple[int, Sample]] = {}
    for number in range(12):
        if known and chance.random() < 0.5:
            id_, (reading, one) = chance.choice(sorted(known.items(), key=lambda item: item[0]))
            pages = [replace(page, confidence=chance.choice((None, 20.0, 85.0, 99.0))) for page in one.reading.pages]
            again = replace(one.reading, number=reading + 1, pages=tuple(pages))
            catalog.readings.add(again, one.words, [])
            known[id_] = reading + 1, one
        else:
            made = sample(number, page_count=chance.randint(2, 5))
            made = replace(made, document=replace(made.document, collection=chance.choice(("main", "tajna"))))
            known[made.add_to(catalog)] = 1, made
        assert catalog.coverage.are_as_counted()
        assert catalog.coverage.survey(GENERATION).archive == catalog.coverage.page_counts(known)
    counts, main = catalog.coverage.counts(), [one for _, one in known.values() if one.document.collection == "main"]
    assert counts.pages == sum(one.document.page_count for _, one in known.values())
    seen = catalog.hiding(frozenset({"tajna"})).coverage.counts()
    assert (seen.documents, seen.pages) == (len(main), sum(one.document.page_count for one in main))


def test_what_is_counted_wrong_is_noticed_and_counted_anew(catalog: Catalog) -> None:
    add_samples(catalog, range(3))
    with catalog._database.writing() as connection:
        connection.execute(text("UPDATE page_totals SET pages = pages + 1"))
    assert not catalog.coverage.are_as_counted()
    catalog.coverage.count_anew()
    assert catalog.coverage.are_as_counted()
