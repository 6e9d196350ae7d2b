"""Equivalent spellings of a typed word: abbreviations, transliterated names, words written as one or as two.

They are searched for besides the typed word, shown under "found as", and omitted from an exact search.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

from archive.search.meanings.tables import Row, Spelling, first_parts, folded, rows
from archive.search.query import Near, Or, Phrase, Query
from archive.text.analyzer import FORM_WEIGHT, query_terms
from archive.text.folding import latin
from archive.text.forms import word_form
from archive.text.stemming import serbian_stems
from archive.text.vocabulary import IndexField, Term

_TABLES = ("abbreviations.txt", "names.txt", "places.txt")

_SHORT = 2
"""Most letters of an abbreviation that must be typed with its full stop, or in capitals: g. is a year, g a gram."""

_LEAST_PART, _LEAST_LAST = 3, 4
"""Fewest letters of the first and the last of two words that may also be written as one."""

_LONGEST_ROW = 6
"""Words of the longest spelling."""


def of_word(word: str, *, marked: bool) -> Iterator[Query]:
    """Yield queries for the other spellings of one typed word.

    :param marked: whether the query is typed with diacritics or in Cyrillic.
    """
    for row, typed in _rows_of(word, marked=marked):
        yield from (found for other in row.others(typed) for found in asked_for(other))
    yield from _in_foreign_letters(word, marked=marked)
    yield from _in_two(word, marked=marked)


def of_pair(first: str, last: str, *, marked: bool) -> tuple[Query, ...]:
    """Return the queries for two neighbouring words as one: video nadzor as videonadzor."""
    if word_form(first) not in first_parts() or len(last) < _LEAST_LAST or not last.isalpha():
        return ()
    return tuple(_terms(latin(first + last), marked=marked))


def of_phrases(words: Sequence[str]) -> Iterator[tuple[int, int, tuple[Query, ...]]]:
    """Yield the (first, end) of each run of typed words that is a spelling, with the queries of its other spellings."""
    forms = folded(words)
    at = 0
    while at < len(forms):
        end, others = _longest(forms, at)
        if others:
            yield at, end, others
        at = max(end, at + 1)


def _longest(forms: Sequence[str], at: int) -> tuple[int, tuple[Query, ...]]:
    for count in range(min(_LONGEST_ROW, len(forms) - at), 1, -1):
        row = _phrases().get(tuple(forms[at : at + count]))
        if row:
            of, typed = row
            return at + count, tuple(found for other in of.others(typed) for found in asked_for(other))
    return at, ()


@cache
def asked_for(spelling: Spelling) -> tuple[Query, ...]:
    """Return the alternative queries of a spelling."""
    if len(spelling.variants[0]) > 1:
        return tuple(Phrase(folded(words)) for words in spelling.variants)
    (word,) = spelling.variants[0]
    if spelling.is_short:
        return (Term(IndexField.FORM, word_form(word)),)
    return query_terms(word, marked=True, exact=False)


def _rows_of(word: str, *, marked: bool) -> Iterator[tuple[Row, Spelling]]:
    form = word_form(word)
    is_written_short = word.endswith(".") or word.isupper() or len(form) > _SHORT or not form.isalpha()
    if is_written_short:
        yield from _short().get(form, ())
    found = (
        row for stem in serbian_stems(latin(word).strip(".,;:!?"), bare=not marked) for row in _full().get(stem, ())
    )
    yield from dict.fromkeys(found)


@cache
def _short() -> dict[str, list[tuple[Row, Spelling]]]:
    """Index the rows by their one-word abbreviations."""
    found = defaultdict(list)
    for row in rows(*_TABLES):
        for spelling in (*row.both_ways, *row.one_way):
            if len(spelling.variants[0]) == 1 and spelling.is_short:
                found[word_form(spelling.variants[0][0])].append((row, spelling))
    return found


@cache
def _full() -> dict[str, list[tuple[Row, Spelling]]]:
    """Index the rows by the stems of their full words."""
    found = defaultdict(list)
    for row in rows(*_TABLES):
        for spelling in (*row.both_ways, *row.one_way):
            if len(spelling.variants[0]) == 1 and not spelling.is_short:
                for stem in serbian_stems(latin(spelling.variants[0][0])):
                    found[stem].append((row, spelling))
    return found


@cache
def _phrases() -> dict[tuple[str, ...], tuple[Row, Spelling]]:
    """Index the rows by their spellings of several words."""
    return {
        folded(words): (row, spelling)
        for row in rows(*_TABLES)
        for spelling in (*row.both_ways, *row.one_way)
        for words in spelling.variants
        if len(words) > 1
    }


_FOREIGN = (("x", "ks"), ("ks", "x"), ("w", "v"), ("q", "k"))
"""Letters of foreign names and their Serbian substitutes. Of the reverse directions, only ks is rare enough."""

_OF_NAMES = (("ph", "f"), ("th", "t"), ("ck", "k"), ("y", "i"), ("y", "j"))
"""Substitutes that also occur in ordinary English words, so they apply to names only, and to no other form."""


def _in_foreign_letters(word: str, *, marked: bool) -> Iterator[Query]:
    plain = latin(word)
    if not plain.isalpha():
        return
    for foreign, serbian in _FOREIGN:
        if foreign in plain:
            yield from _terms(plain.replace(foreign, serbian), marked=marked)
    if word[0].isupper():
        forms = (plain.replace(foreign, serbian) for foreign, serbian in _OF_NAMES if foreign in plain)
        yield from (Term(IndexField.FORM, word_form(form)) for form in forms)


def _terms(word: str, *, marked: bool) -> Iterator[Term]:
    """Yield the terms of a word, analysed as Serbian if possible."""
    yield from (Term(IndexField.STEM, stem) for stem in serbian_stems(word, bare=not marked))
    yield Term(IndexField.FORM, word_form(word), FORM_WEIGHT)


def _in_two(word: str, *, marked: bool) -> Iterator[Query]:
    """Yield queries for a word with the first part of a compound, as two words and with a hyphen."""
    plain = latin(word)
    if not plain.isalpha():
        return
    for length in range(_LEAST_PART, len(plain) - _LEAST_LAST + 1):
        first, last = plain[:length], plain[length:]
        if word_form(first) in first_parts():
            yield from _terms(f"{first}-{last}", marked=marked)
            left, right = (Or(tuple(_terms(part, marked=marked))) for part in (first, last))
            yield Near(left, right, 1)
