"""The one analyzer chain: which index terms a word of a document stands for, and which a word of a query asks for.

A word is what stands between white space, and its number is its position. No word is dropped: "čl. 5" keeps its 5, and
a word of nothing but punctuation is a term of its own. Several terms may stand at one position
(:mod:`archive.text.forms`).

A word that is printed in pieces (:mod:`archive.text.joining`) is found by its pieces, each at its own number, and as a
whole. The whole has a number of its own, after those of all words: the k-th joined word of a document of n words has
position n + k, and ``joined[k]`` are the words it is printed on. So no word is renumbered, every position means one
thing, and a match of a joined word covers all of its pieces.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from archive.model.words import Words
from archive.text.aliases import distinct
from archive.text.forms import latin_word, with_number, with_parts, word_form, word_terms
from archive.text.joining import JoinedWord, joined_words
from archive.text.numbering import Table, numbering_of
from archive.text.stemming import english_stem, serbian_stems
from archive.text.terms import Field, Term
from archive.text.vocabulary import Occurrences, Vocabulary

__all__ = [
    "ANALYSIS_VERSION",
    "FORM_WEIGHT",
    "ReadingTerms",
    "attribute_query_terms",
    "attribute_terms",
    "is_marked",
    "query_terms",
    "reading_terms",
    "reference_terms",
    "word_form",
    "word_terms",
]

ANALYSIS_VERSION = 3
"""Grows whenever a word may yield other terms than before; an index of another version must be rebuilt."""

FORM_WEIGHT = 0.1
"""What the exact form of a word adds to the weight of its stem, which is 1; chosen on Cranfield."""

TEXT_GAP = 100
"""Positions between two texts of one attribute, so that no phrase and hardly a NEAR runs from one into the next."""

_MARKS = re.compile("[Ѐ-ӿčćšžđČĆŠŽĐ]|[csz]\u030c|c\u0301", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadingTerms:
    """The words of a document, each with the positions at which it stands.

    A position below ``word_count`` is the number of a word; position ``word_count + k`` is the joined word that is
    printed on the words ``joined[k]`` (first, last).
    """

    word_count: int
    occurrences: Occurrences
    joined: tuple[tuple[int, int], ...]


def reading_terms(pages: Iterable[tuple[str | None, Words]], vocabulary: Vocabulary) -> ReadingTerms:
    """The terms of a document, given the language (BCP 47) and the words of each of its pages.

    Words that ``vocabulary`` lacks are added to it.
    """
    numbering = numbering_of(vocabulary)
    numbers = array("I")
    joined: list[tuple[Table, int, JoinedWord]] = []
    for language, words in pages:
        table = numbering.table(language, words.texts)
        start = len(numbers)
        joined += [(table, start, word) for word in joined_words(words)]
        numbers.extend(map(table.__getitem__, words.texts))
    word_count = len(numbers)
    positions = array("I", range(word_count))
    parts = numbering.parts
    extra = [(part, at) for at, number in enumerate(numbers) if number in parts for part in parts[number]]
    for position, (table, _, word) in enumerate(joined, start=word_count):
        extra += [(number, position) for number in _joined_numbers(word, table, parts)]
    numbers.extend(number for number, _ in extra)
    positions.extend(position for _, position in extra)
    return ReadingTerms(
        word_count=word_count,
        occurrences=Occurrences(vocabulary, numbers, positions),
        joined=tuple((start + word.first, start + word.last) for _, start, word in joined),
    )


def _joined_numbers(word: JoinedWord, table: Table, parts: Mapping[int, tuple[int, ...]]) -> set[int]:
    """The words of a joined word. Of its hyphenated spelling only the whole is new: its parts are pieces."""
    whole = table[word.text]
    spelled = {whole, *parts.get(whole, ())}
    return spelled if word.hyphenated is None else spelled | {table.whole(word.hyphenated)}


def is_marked(text: str) -> bool:
    """Whether a query is typed in Cyrillic or with diacritics, so that letters without them are meant to be so."""
    return _MARKS.search(text) is not None


def query_terms(word: str, marked: bool, exact: bool) -> tuple[Term, ...]:
    """What a typed word asks for: any of these terms will do.

    :param marked: whether the query it is a word of is typed with diacritics (:func:`is_marked`).
    :param exact: whether the word must stand as typed, script, case and diacritics aside. An amount or a date
        may still be written with other separators.
    """
    form = word_form(word)
    if exact:
        return tuple(Term(Field.FORM, text) for text in with_number(form))
    stems = (*serbian_stems(latin_word(word), bare=not marked), english_stem(form))
    return (
        *(Term(Field.STEM, stem) for stem in stems),
        *(Term(Field.FORM, text, FORM_WEIGHT) for text in with_number(form)),
    )


def attribute_terms(texts: Iterable[str], fields: tuple[Field, Field]) -> dict[Field, dict[str, tuple[int, ...]]]:
    """The terms of a title, or of the names of the vendors, with their ascending positions.

    :param fields: the field of the exact forms, and the one of the stems, in which diacritics do not count.
    """
    exact, stemmed = fields
    terms: dict[Field, dict[str, list[int]]] = {exact: {}, stemmed: {}}
    position = 0
    for text in texts:
        for word in text.split():
            forms = with_parts(word_form(word))
            for field, found in ((exact, forms), (stemmed, distinct(stem for form in forms for stem in _stems(form)))):
                for term in found:
                    terms[field].setdefault(term, []).append(position)
            position += 1
        position += TEXT_GAP
    return {field: {term: tuple(at) for term, at in found.items()} for field, found in terms.items()}


def attribute_query_terms(word: str, fields: tuple[Field, Field]) -> tuple[Term, ...]:
    """What a word typed after ``title:`` or ``vendor:`` asks for: any of these terms will do."""
    exact, stemmed = fields
    form = word_form(word)
    return (*(Term(stemmed, stem) for stem in _stems(form)), Term(exact, form, FORM_WEIGHT))


@lru_cache(maxsize=1 << 15)
def found_by(word: str) -> frozenset[str]:
    """The stems of a printed word and of its parts. Two words that share one are mostly found by the same typed word,
    as Bečeju and www.becej.example are."""
    return frozenset(stem for form in with_parts(word_form(word)) for stem in _stems(form))


def _stems(form: str) -> tuple[str, ...]:
    return (*serbian_stems(form, bare=True), english_stem(form))


def reference_terms(text: str) -> dict[str, tuple[int, ...]]:
    """The terms of a reference number with their positions: 1312 finds A-1312/B, and 404-2d finds 404-2д."""
    terms: dict[str, list[int]] = {}
    for position, word in enumerate(text.split()):
        for term in with_parts(word_form(word)):
            terms.setdefault(term, []).append(position)
    return {term: tuple(at) for term, at in terms.items()}
