"""What every catalog does with the clauses of documents, whatever database is under it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.errors import UnknownDocument, UsageError
from archive.model import Clause, ClauseLevel, Span
from archive.store.catalog import Catalog
from tests.store_samples import Sample, sample


def clauses_of(document: str, reading: int = 1) -> tuple[Clause, ...]:
    def clause(eid: str, first: int, last: int, level: ClauseLevel, parent: str | None, heading: str | None) -> Clause:
        span = Span(document, reading, first, last)
        return Clause(eid, "Члан 1.", heading, None, parent, span, level, 0.75, counted=level is ClauseLevel.PARAGRAPH)

    return (
        clause("art_2", 0, 5, ClauseLevel.ARTICLE, None, "Предмет"),
        clause("art_2__para_1", 2, 5, ClauseLevel.PARAGRAPH, "art_2", None),
        clause("art_10", 6, 9, ClauseLevel.ARTICLE, None, None),
    )


def add(catalog: Catalog, number: int) -> Sample:
    made = sample(number)
    catalog.documents.add(
        made.document, made.reading, made.words, made.facts, made.source, clauses=clauses_of(made.document.id)
    )
    return made


def test_clauses_come_back_in_the_order_in_which_they_stand(catalog: Catalog) -> None:
    id_ = add(catalog, 1).document.id
    assert catalog.clauses.of(id_) == catalog.clauses.of(id_, 1) == clauses_of(id_)
    assert catalog.clauses.get(id_, "art_10") == clauses_of(id_)[2]


def test_clauses_with_some_of_the_words_come_with_those_around_them(catalog: Catalog) -> None:
    id_ = add(catalog, 1).document.id
    for words in ((0, 0), (3, 6), (5, 5), (0, 10_000), (9_000, 9_001)):
        expected = tuple(
            clause for clause in clauses_of(id_) if clause.span.first <= words[1] and clause.span.last >= words[0]
        )
        assert catalog.clauses.of(id_, words=words) == expected
        eids = {clause.eid for clause in expected}
        assert all(clause.parent in eids for clause in expected if clause.parent is not None)


def test_a_document_without_clauses_has_none(catalog: Catalog) -> None:
    id_ = sample(1).add_to(catalog)
    with_clauses = add(catalog, 2).document.id
    assert catalog.clauses.of(id_) == ()
    assert catalog.clauses.by_document([id_, with_clauses, "f" * 64]) == {with_clauses: clauses_of(with_clauses)}


def test_what_is_not_there_is_said(catalog: Catalog) -> None:
    id_ = add(catalog, 1).document.id
    with pytest.raises(UsageError, match=r"no clause 'art_3'"):
        catalog.clauses.get(id_, "art_3")
    with pytest.raises(UsageError):
        catalog.clauses.of(id_, 2)
    with pytest.raises(UnknownDocument):
        catalog.clauses.of("f" * 64)


def test_units_are_those_of_newest_readings(catalog: Catalog) -> None:
    first, second = add(catalog, 1), add(catalog, 2)
    id_ = first.document.id
    reading = replace(first.reading, number=2)
    catalog.readings.add(reading, first.words, (), clauses_of(id_, 2)[2:])
    assert catalog.clauses.unit_revisions() == {
        (id_, 6, "art_10"): 2,
        (second.document.id, 0, "art_2"): 1,
        (second.document.id, 6, "art_10"): 1,
    }
    assert catalog.clauses.of(id_, 1) == clauses_of(id_)


def test_clauses_that_rules_find_anew_take_the_place_of_the_old_and_revise_the_document(catalog: Catalog) -> None:
    made = add(catalog, 1)
    id_ = made.document.id
    assert not catalog.facts.replace_extracted(id_, 1, made.facts, clauses_of(id_))
    assert catalog.facts.replace_extracted(id_, 1, made.facts, clauses_of(id_)[:2])
    assert catalog.clauses.of(id_) == clauses_of(id_)[:2]
    assert catalog.documents.find(id_).revision == 2


def test_clauses_outside_of_their_reading_or_with_one_name_are_refused(catalog: Catalog) -> None:
    made = sample(1)
    outside = replace(clauses_of(made.document.id)[0], span=Span(made.document.id, 1, 0, 10_000))
    for wrong in ((outside,), clauses_of(made.document.id)[:1] * 2):
        with pytest.raises(ValueError, match=made.document.id):
            catalog.documents.add(made.document, made.reading, made.words, made.facts, made.source, clauses=wrong)
    assert not catalog.documents.has(made.document.id)
