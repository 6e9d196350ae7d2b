"""Equivalent spellings, added to each typed word before it is interpreted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from archive.search.meanings import numbers, spellings
from archive.search.meanings.tables import is_function_word
from archive.search.query import Or, Query
from archive.search.query_language.tokens import TextToken, Token

_DATE_WORDS = (4, 3, 1)


def with_alternatives(tokens: Sequence[Token], marked: bool) -> list[Token]:
    """Return tokens with their equivalent spellings; dates, amounts with a word for thousand or
    million, and units of laws with their numbers become one token.

    :param marked: whether the query is typed with diacritics or in Cyrillic.
    """
    found: list[Token] = []
    run: list[TextToken] = []
    for token in tokens:
        if isinstance(token, TextToken) and not token.quoted and token.field is None:
            run += _parted(token)
            continue
        found += _of_run(run, marked)
        run = []
        found.append(_of_quoted(token) if isinstance(token, TextToken) and token.field is None else token)
    return [*found, *_of_run(run, marked)]


def _parted(token: TextToken) -> tuple[TextToken, ...]:
    """Split a unit of a law, or a label, from its number, if they are typed as one."""
    pieces = numbers.parted(token.text) or numbers.parted_label(token.text)
    return tuple(TextToken(piece, piece) for piece in pieces) if pieces else (token,)


def _of_quoted(token: TextToken) -> TextToken:
    """Interpret a quoted citation in any spelling, too: "čl. 35" is "član 35"."""
    words = token.text.split()
    is_citation = words and len(words) % 2 == 0 and all(map(numbers.is_unit, words[::2], words[1::2]))
    return replace(token, meaning=numbers.of_citation(words)) if is_citation else token


def _of_run(run: Sequence[TextToken], marked: bool) -> Iterator[TextToken]:
    words: list[TextToken] = []
    at = 0
    while at < len(run):
        merged = _citation(run, at) or _date(run, at) or _scaled(run, at) or _identifier(run, at)
        if merged:
            yield from _of_words(words, marked)
            yield from merged[1]
            words, at = [], merged[0]
        else:
            words.append(run[at])
            at += 1
    yield from _of_words(words, marked)


def _citation(run: Sequence[TextToken], at: int) -> tuple[int, list[TextToken]] | None:
    """Return the citation that begins here and its end: each unit of a law has to be near those before it."""
    words: list[str] = []
    units: list[TextToken] = []
    while at + 1 < len(run) and numbers.is_unit(run[at].text, run[at + 1].text):
        words += [run[at].text, run[at + 1].text]
        typed = f"{run[at].typed} {run[at + 1].typed}"
        units.append(TextToken(typed, typed, meaning=numbers.of_citation(words)))
        at += 2
    return (at, units) if units else None


def _date(run: Sequence[TextToken], at: int) -> tuple[int, list[TextToken]] | None:
    """Return the date that begins here, typed as three words, or four with its day in words, or as one."""
    for count in _DATE_WORDS:
        part = run[at : at + count]
        day = numbers.read_date([word for token in part for word in token.text.split()]) if len(part) == count else None
        if day:
            typed = " ".join(token.typed for token in part)
            return at + count, [TextToken(typed, typed, meaning=Or(tuple(dict.fromkeys(numbers.of_date(day)))))]
    return None


def _scaled(run: Sequence[TextToken], at: int) -> tuple[int, list[TextToken]] | None:
    """Return the amount that begins here, typed as a number and a word for thousand or million."""
    ways = tuple(numbers.of_scaled(*(token.text for token in run[at : at + 2]))) if at + 1 < len(run) else ()
    typed = " ".join(token.typed for token in run[at : at + 2])
    return (at + 2, [TextToken(typed, typed, meaning=Or(ways))]) if ways else None


def _identifier(run: Sequence[TextToken], at: int) -> tuple[int, list[TextToken]] | None:
    """Return the account or telephone number that begins here, typed as several words."""
    words = [token.text for token in run[at:]]
    count, ways = numbers.in_pieces(words)
    if not count:
        return None
    typed = " ".join(words[:count])
    return at + count, [TextToken(typed, typed, meaning=Or(tuple(dict.fromkeys(ways))))]


def _of_words(words: Sequence[TextToken], marked: bool) -> Iterator[TextToken]:
    others: list[list[Query]] = [
        [
            *spellings.of_word(token.text, marked=marked),
            *numbers.of_amount(token.text),
            *numbers.of_identifier(token.text),
        ]
        for token in words
    ]
    for first, end, written in spellings.of_phrases([token.text for token in words]):
        for at in range(first, end):
            others[at] += written
    for (at, one), (beside, other) in pairwise(enumerate(words)):
        if not (is_function_word(one.text) or is_function_word(other.text)):
            as_one = spellings.of_pair(one.text, other.text, marked=marked)
            others[at] += as_one
            others[beside] += as_one
    for token, found in zip(words, others, strict=True):
        yield replace(token, others=tuple(dict.fromkeys(found))) if found else token
