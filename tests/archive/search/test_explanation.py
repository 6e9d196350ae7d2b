"""A query said in words says all of it, and nothing that it does not ask."""

from __future__ import annotations

import pytest

from archive.search.query import And, Carries, Fuzzy, Near, Not, NumericField, Or, Pattern, Phrase, Query, Range
from archive.search.query_language.explanation import explain
from archive.text.stemming import english_stem
from archive.text.vocabulary import IndexField, Term

KAMERE = Term(IndexField.FORM, "kamere", 2.0)
NADZOR = Term(IndexField.FORM, "nadzor")
STEM = Term(IndexField.STEM, "kamer")
DRONOVI = Phrase(("video", "nadzor"))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (None, "every document"),
        (KAMERE, "“kamere”"),
        (Or((STEM, KAMERE)), "“kamere” OR a word with the stem “kamer”"),
        (
            Or((Term(IndexField.BARE_STEM, "kamer"), KAMERE)),
            "“kamere” OR a word with the stem “kamer”, diacritics aside",
        ),
        (And((Or((STEM, KAMERE)), NADZOR)), "(“kamere” OR a word with the stem “kamer”) AND “nadzor”"),
        (And((KAMERE, Not(NADZOR))), "“kamere” AND NOT “nadzor”"),
        (Not(NADZOR), "every document AND NOT “nadzor”"),
        (And((Not(NADZOR), Not(KAMERE))), "every document AND NOT “nadzor” AND NOT “kamere”"),
        (And((KAMERE, Not(Or((NADZOR, DRONOVI))))), "“kamere” AND NOT (“nadzor” OR “video nadzor” word after word)"),
        (Or((And((KAMERE, NADZOR)), DRONOVI)), "(“kamere” AND “nadzor”) OR “video nadzor” word after word"),
        (Pattern(IndexField.FORM, "*ugosl*"), "a word like “*ugosl*”"),
        (Pattern(IndexField.VENDOR, "prov*"), "a word like “prov*” in a vendor's name"),
        (Fuzzy(IndexField.FORM, "kamare", 1), "a word that one letter parts from “kamare”"),
        (Fuzzy(IndexField.TITLE, "kamare", 2), "a word that at most 2 letters part from “kamare” in the title"),
        (Near(KAMERE, NADZOR, 5), "“kamere” with less than 5 words between it and “nadzor”"),
        (
            And((Near(KAMERE, Or((NADZOR, STEM)), 5), DRONOVI)),
            "(“kamere” with less than 5 words between it and (“nadzor” OR a word with the stem “kamer”)) AND "
            "“video nadzor” word after word",
        ),
        (Term(IndexField.IDENTIFIER, "199000017"), "a vendor's number (PIB or matični broj) “199000017”"),
        (Carries("kind", "foi_reply"), "kind “FOI reply”"),
        (Range(NumericField.YEAR, 2019, 2021), "year from 2019 up to 2021"),
        (Range(NumericField.YEAR, 2019, 2019), "year 2019"),
        (Range(NumericField.YEAR, None, 2015), "year up to 2015"),
        (Range(NumericField.DATE, 20200101, None), "date from 2020-01-01"),
        (Range(NumericField.AMOUNT, 1_000_000, None), "an amount from 1,000,000"),
    ],
)
def test_a_query_is_said_in_words(query: Query | None, said: str) -> None:
    assert explain(query) == said


@pytest.mark.parametrize("field", IndexField)
def test_every_field_has_words(field: IndexField) -> None:
    for leaf in (Term(field, "rec"), Pattern(field, "rec*"), Fuzzy(field, "rec", 1)):
        assert "rec" in explain(leaf)


def test_english_stems_are_told_apart() -> None:
    assert explain(Term(IndexField.STEM, english_stem("cameras"))) == "an English word with the stem “camera”"


def test_the_same_thing_is_said_once() -> None:
    assert explain(Or((KAMERE, Term(IndexField.FORM, "kamere"), STEM))) == "“kamere” OR a word with the stem “kamer”"
