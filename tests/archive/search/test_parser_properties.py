"""What holds of the query language whatever is typed."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import QueryTooBroad
from archive.search.query import And, Carries, Near, Not, Or, Pattern, Phrase, Query, Range
from archive.search.query_language.interpreter import MAX_WORDS
from archive.search.query_language.parser import parse
from archive.text.vocabulary import IndexField, Term

PIECES = (
    *(
        "kamera",
        "Надзор",
        "čl.",
        "5",
        "200",
        "000",
        "AND",
        "OR",
        "NOT",
        "NEAR/3",
        "NEAR",
        "ILI",
        "*",
        "?",
        "~",
        "~2",
        ":",
    ),
    *(
        "(",
        ")",
        "-",
        '"',
        "„",
        "“",
        "’",
        "'",
        ",",
        "§",
        "\u200b",
        "\u0301",
        "\n",
        "٣",
        "²",
        "ß",
        "ﬁ",
        "𝔸",
        ">=",
        "2019..2021",
    ),
    *("title:", "naslov:(", "year:", "datum:", "amount:", "kind:", "pib:", "dobavljač:"),
)

typed = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join),
    st.text(alphabet='ab*?~()-"„“ ORANDTE/5:.', max_size=40),
    st.text(max_size=40),
)


@given(typed, st.booleans(), st.booleans())
def test_parsing_never_fails_and_says_only_what_can_be_printed(text: str, exact: bool, look_alikes: bool) -> None:
    parsed = parse(text, exact, look_alikes)
    for note in parsed.notes:
        assert note.encode("utf-8", "surrogatepass")
        assert note[-1] in ".?:"
    assert len(set(parsed.notes)) == len(parsed.notes)
    if parsed.query is None:
        assert parsed.words == ()


@given(st.text(alphabet='ab*()-"„“ ORANDT§5/', max_size=30), st.booleans())
def test_what_was_typed_is_never_forgotten_altogether(text: str, exact: bool) -> None:
    if parse(text, exact).query is None:
        assert not any(character.islower() or character.isdigit() for character in text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        ")" * 5000,
        "()" * 2500,
        "(a " * 1666,
        "NOT " * 500,
        "-(" * 1000,
        '"' * 2000,
        "'" * 2000,
        "' " * 1000,
        "*" * 2000,
        "a*" * 1000,
        "?" * 2000,
        "~" * 2000,
        "a~" * 1000,
        "a:" * 1000,
        "ab:c " * 400,
        "title:" * 333,
        "title:(" * 285,
        "a" * 2000,
        "!" * 2000,
        "._" * 1000,
        "1 " * 1000,
        "000 " * 500,
        "a OR " * 400,
        "a NEAR/9 " * 222,
        "(a b) NEAR/9 " * 153,
        "year:" + "9" * 1995,
        "date:" + "1." * 900,
        "amount:" + "1.000" * 300,
    ],
    ids=lambda text: text[:10],
)
def test_two_thousand_characters_of_anything_are_answered_or_refused_at_once(text: str) -> None:
    for exact in (True, False):
        started = time.process_time()
        with contextlib.suppress(QueryTooBroad):
            parse(text, exact)
        assert time.process_time() - started < 1


WORDS = ("kamera", "nadzor", "ugovor", "aneks", "dron")
words = st.sampled_from(WORDS).map(lambda word: Term(IndexField.FORM, word))
phrases = st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(lambda texts: Phrase(tuple(texts)))
on_pages: st.SearchStrategy[Query] = st.one_of(words, phrases, st.just(Pattern(IndexField.FORM, "kam*")))
facts: st.SearchStrategy[Query] = st.sampled_from(
    [Carries("kind", "contract"), Term(IndexField.IDENTIFIER, "100123456"), Term(IndexField.TITLE, "plan")]
)


def _several(parts: st.SearchStrategy[Query]) -> st.SearchStrategy[tuple[Query, ...]]:
    return st.lists(parts, min_size=2, max_size=3, unique=True).map(tuple)


near = st.builds(Near, on_pages, st.one_of(on_pages, _several(on_pages).map(Or)), st.integers(1, 999))
trees: st.SearchStrategy[Query] = st.recursive(
    st.one_of(on_pages, facts, near),
    lambda parts: st.one_of(_several(parts).map(And), _several(parts).map(Or), parts.map(Not)),
    max_leaves=8,
)


def written(query: Query) -> str:
    """A query as it is typed, in parentheses wherever they can stand."""
    match query:
        case Near(left, right, distance):
            return f"({written(left)} NEAR/{distance} {written(right)})"
        case And(parts):
            return f"({' '.join(map(written, parts))})"
        case Or(parts):
            return f"({' OR '.join(map(written, parts))})"
        case Not(part):
            return f"NOT {written(part)}"
        case _:
            return written_leaf(query)


def written_leaf(query: Query) -> str:
    names = {IndexField.FORM: "", IndexField.IDENTIFIER: "pib:", IndexField.TITLE: "title:"}
    match query:
        case Term(field, text) | Pattern(field, text):
            return names[field] + text
        case Phrase(terms):
            return f"„{' '.join(terms)}“"
        case Carries(facet, value):
            return f"{facet}:{value}"
        case _:
            raise AssertionError(query)


@given(trees)
def test_a_query_means_what_was_written(query: Query) -> None:
    parsed = parse(written(query), exact=True)
    assert (parsed.query, parsed.notes) == (query, ())


def leaves(query: Query) -> int:
    match query:
        case And(parts) | Or(parts):
            return sum(map(leaves, parts))
        case Not(part):
            return leaves(part)
        case Near(left, right):
            return leaves(left) + leaves(right)
        case _:
            return 1


@given(typed)
def test_a_query_is_not_much_larger_than_what_was_typed(text: str) -> None:
    query = parse(text, exact=True).query
    assert query is None or leaves(query) <= 40 * MAX_WORDS


def test_ranges_are_leaves() -> None:
    query = parse("year:2019", exact=True).query
    assert isinstance(query, Range)
    assert leaves(query) == 1
