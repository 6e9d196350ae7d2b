"""What a person types, and what it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.parser import parse
from archive.search.query import And, Field, Not, Or, Phrase, Prefix, Query, Term


def form(text: str) -> Query:
    """An exact word, as a query in exact mode means it."""
    return Term(Field.FORM, text)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("kamere", form("kamere")),
        ("kamere Надзор", And((form("kamere"), form("nadzor")))),
        ("a AND b", And((form("a"), form("b")))),
        ("a OR b", Or((form("a"), form("b")))),
        ("a b OR c", Or((And((form("a"), form("b"))), form("c")))),
        ("(a OR b) c", And((Or((form("a"), form("b"))), form("c")))),
        ("a -b", And((form("a"), Not(form("b"))))),
        ("a NOT b", And((form("a"), Not(form("b"))))),
        ("-a", Not(form("a"))),
        ("a -(b OR c)", And((form("a"), Not(Or((form("b"), form("c"))))))),
        ("(-a b)", And((Not(form("a")), form("b")))),
        ('a -"b c"', And((form("a"), Not(Phrase(("b", "c")))))),
        ('("a b" OR c)', Or((Phrase(("a", "b")), form("c")))),
        ("nabav*", Prefix(Field.FORM, "nabav")),
        ("НАБАВ*", Prefix(Field.FORM, "nabav")),
        ("and or not", And((form("and"), form("or"), form("not")))),
        ("5(2)", form("5(2")),
        ("12/2019-У", form("12/2019-u")),
        ("1.200.000,00", Or((form("1.200.000,00"), form("1200000")))),
        ("", None),
        ("  ", None),
        ('""', None),
    ],
)
def test_well_formed_queries(text: str, meaning: Query | None) -> None:
    parsed = parse(text, exact=True)
    assert (parsed.query, parsed.notes) == (meaning, ())


@pytest.mark.parametrize(
    "text", ['"javna nabavka"', "„јавна набавка“", "“javna nabavka”", "«Јавна, набавка»", "»javna nabavka«"]
)
@pytest.mark.parametrize("exact", [True, False])
def test_every_quotation_mark_makes_the_same_phrase_of_exact_forms(text: str, exact: bool) -> None:
    assert parse(text, exact).query == Phrase(("javna", "nabavka"))


def test_a_bare_word_asks_for_its_stems_or_its_form_and_prefers_the_form() -> None:
    query = parse("kamerama", exact=False).query
    assert isinstance(query, Or)
    assert all(isinstance(part, Term) for part in query.parts)
    weights = {(part.field, part.text): part.weight for part in query.parts if isinstance(part, Term)}
    assert weights[Field.STEM, "kamer"] < weights[Field.FORM, "kamerama"]


@pytest.mark.parametrize(
    ("text", "meaning", "said"),
    [
        ("(a", form("a"), "parenthesis was not closed"),
        ("a)", form("a"), "never opened"),
        ("a OR", form("a"), "lacks a word at the end"),
        ("OR a", form("a"), "lacks a word before “OR”"),
        ("OR", form("or"), "lacks a word"),
        ("a AND OR b", And((form("a"), form("b"))), "lacks a word"),
        ("()", None, "lacks a word"),
        ('"a', form("a"), "no partner"),
        ("a - b", And((form("a"), form("b"))), "only punctuation"),
        ("ab*", form("ab"), "too short for a wildcard"),
        ('"javna nabav*"', Phrase(("javna", "nabav")), "not a wildcard"),
    ],
)
def test_what_cannot_be_understood_is_searched_for_and_said(text: str, meaning: Query | None, said: str) -> None:
    parsed = parse(text, exact=True)
    assert parsed.query == meaning
    assert len(parsed.notes) == 1
    assert said in parsed.notes[0]


@pytest.mark.parametrize("nesting", ["(", "NOT ", "(-"])
def test_nesting_without_end_is_searched_for_as_words(nesting: str) -> None:
    parsed = parse(nesting * 600 + "kamera", exact=True)
    assert parsed.query == form("kamera")
    assert any("nested" in note for note in parsed.notes)


def test_punctuation_alone_is_searched_for() -> None:
    assert parse("§", exact=True).query == form("§")


@given(st.text(alphabet='ab*()-"„“ ORANDT§5/', max_size=30), st.booleans())
def test_parsing_never_fails_and_never_forgets_all_words(text: str, exact: bool) -> None:
    parsed = parse(text, exact)
    if parsed.query is None:
        assert not any(character.islower() or character.isdigit() for character in text)
