"""Two clauses of documents: how they are named, and how they are compared."""

from __future__ import annotations

import pytest

from archive.comparing.clauses import MOST_WORDS, addressed, clause_text, compare_clauses, comparison_record
from archive.comparing.words import DifferenceKind
from archive.errors import UnknownDocument, UsageError
from archive.store.catalog import Catalog
from tests.contract_samples import Article, add_contract

ID = "1a2b3c4d5e6f"


@pytest.mark.parametrize(
    "text",
    [
        f"{ID}#art_5__para_2",
        f" {ID}/art_5__para_2 ",
        f"http://127.0.0.1:8000/documents/{ID}/clauses/art_5__para_2?q=kazna&reading=1",
        f"/documents/{ID}/clauses/art_5__para_2",
    ],
)
def test_a_clause_is_named_in_several_ways(text: str) -> None:
    assert addressed(text) == (ID, "art_5__para_2")


@pytest.mark.parametrize("text", ["", "art_5", ID, f"{ID}#", "1a2b#art_5", f"{ID}#art_5 art_6"])
def test_what_names_no_clause_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="names no clause"):
        addressed(text)


def test_the_label_is_not_compared_wherever_it_stands(catalog: Catalog) -> None:
    one = add_contract(catalog, "a", [Article("Kazna je 5% cene.")], first_number=7)
    other = add_contract(catalog, "b", [Article("x"), Article("Казна је 5‰ цене.")], first_number=10)
    texts = clause_text(catalog, one, "art_7"), clause_text(catalog, other, "art_11")
    comparison = compare_clauses(*texts)
    assert [comparison.texts(stretch) for stretch in comparison.of_kind(DifferenceKind.DIFFERENT)] == [("5%", "5‰")]
    record = comparison_record(*texts, comparison)
    (change,) = [change for change in record["changes"] if change["kind"] == "different"]
    assert change["words"] == [[5, 5], [8, 8]], "the words' numbers are those of the documents"
    assert [catalog.readings.words(id_, 1).texts[at] for id_, at in ((one, 5), (other, 8))] == ["5%", "5‰"]
    assert (record["agreement"], record["tolerated"]) == (0.75, {"script": 3})


def test_misread_letters_are_tolerated_where_ocr_read_one_of_the_two(catalog: Catalog) -> None:
    printed = add_contract(catalog, "a", [Article("Izvršilac daje modem Naručiocu.")])
    scanned = add_contract(catalog, "b", [Article("Izvršiiac daje rnodem Naručiocu.")], confidence=90)
    typed = add_contract(catalog, "c", [Article("Izvršiiac daje rnodem Naručiocu.")])
    here = clause_text(catalog, printed, "art_1")
    assert not compare_clauses(here, clause_text(catalog, scanned, "art_1")).of_kind(DifferenceKind.DIFFERENT)
    assert len(compare_clauses(here, clause_text(catalog, typed, "art_1")).of_kind(DifferenceKind.DIFFERENT)) == 2


def test_what_is_not_there_or_too_long_is_said(catalog: Catalog) -> None:
    id_ = add_contract(catalog, "a", [Article("reč " * MOST_WORDS)])
    with pytest.raises(UsageError, match="no clause 'art_9'"):
        clause_text(catalog, id_, "art_9")
    with pytest.raises(UsageError, match=r"has 5,002 words; 5,000 are compared"):
        clause_text(catalog, id_, "art_1")
    with pytest.raises(UnknownDocument):
        clause_text(catalog, "f" * 12, "art_1")
