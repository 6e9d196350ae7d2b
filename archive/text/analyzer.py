"""The one analyzer chain: which index terms a word of a document stands for, and which a word of a query asks for.

A word is what stands between white space, and its number is its position. No word is dropped: "čl. 5" keeps its 5, and
a word of nothing but punctuation is a term of its own. Several terms may stand at one position: a compound such as
12/2019-У is found whole, by each part, and by runs of its parts (12/2019); an amount is also found without its
separators.

A word that is printed in pieces (:mod:`archive.text.joining`) is found by its pieces, each at its own number, and as a
whole. The whole has a number of its own, after those of all words: the k-th joined word of a document of n words has
position n + k, and ``joined[k]`` are the words it is printed on. So no word is renumbered, every position means one
thing, and a match of a joined word covers all of its pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from archive.text.folding import fold
from archive.text.joining import JoinedWord, joined_words
from archive.text.stemming import english_stem, serbian_stem
from archive.words import Words

ANALYSIS_VERSION = 2
"""Grows whenever a word may yield other terms than before; an index of another version must be rebuilt."""

_SERBIAN_GROUP = frozenset({"sr", "hr", "bs", "sh", "cnr"})
_OUTER = re.compile(r"^[\W_]+|[\W_]+$")
_PART = re.compile(r"[^\W_]+")
_GROUPED = re.compile(r"(\d{1,3}(?:\.\d{3})+)(?:,(\d{1,2}))?|(\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?")
_PLAIN = re.compile(r"(\d+)[.,](\d{2})")

# Runs of parts are indexed for references (404-123/2021-02), but not for amounts, which are found as a whole, nor for
# paths, dotted lines and serial numbers, whose runs would grow with the square of their parts.
_MAX_PARTS_IN_RUNS = 5


@dataclass(frozen=True, slots=True)
class EntryTerms:
    """The terms of a document, each with the ascending positions at which it stands.

    A position below ``word_count`` is the number of a word; position ``word_count + k`` is the joined word that is
    printed on the words ``joined[k]`` (first, last).
    """

    stems: dict[str, tuple[int, ...]]
    forms: dict[str, tuple[int, ...]]
    word_count: int
    joined: tuple[tuple[int, int], ...]


@lru_cache(maxsize=1 << 17)
def word_form(word: str) -> str:
    """The exact form of a word: folded, without punctuation around it, unless it is nothing else."""
    folded = fold(word)
    return _OUTER.sub("", folded) or folded or word


@lru_cache(maxsize=1 << 17)
def word_forms(word: str) -> tuple[str, ...]:
    """Every exact term of a word in a document: its form first, then amount, parts and runs of parts."""
    form = word_form(word)
    terms = {form: None}
    amount = plain_amount(form)
    if amount is not None:
        terms[amount] = None
    parts = [(match.start(), match.end()) for match in _PART.finditer(form)]
    if len(parts) > 1:
        has_runs = len(parts) <= _MAX_PARTS_IN_RUNS and not _GROUPED.fullmatch(form)
        longest = len(parts) if has_runs else 1
        for length in range(1, longest + 1):
            for first in range(len(parts) - length + 1):
                terms[form[parts[first][0] : parts[first + length - 1][1]]] = None
    return tuple(terms)


def plain_amount(form: str) -> str | None:
    """An amount without group separators and without zero cents: 1.200.000,00 -> 1200000, or None for other words.

    Serbian and English separators are both understood; other cents stay, after a comma.
    """
    grouped = _GROUPED.fullmatch(form)
    if grouped:
        whole = re.sub(r"\D", "", grouped[1] or grouped[3])
        cents = grouped[2] or grouped[4]
    else:
        plain = _PLAIN.fullmatch(form)
        if not plain:
            return None
        whole, cents = plain[1], plain[2]
    return whole if not cents or int(cents) == 0 else f"{whole},{cents}"


@lru_cache(maxsize=1 << 17)
def word_stems(word: str, language: str | None) -> tuple[str, ...]:
    """Every stem term of a word on a page in ``language`` (BCP 47).

    Serbian, Croatian, Bosnian and Montenegrin cannot be told apart reliably and share one stemmer. A page of any
    other language, or of none that could be told, carries both stems: it is mostly a table or a poor scan of the
    two, and a language without a stemmer of ours is found by its exact forms.
    """
    return _stems_of(word_forms(word), language)


def _stems_of(forms: Iterable[str], language: str | None) -> tuple[str, ...]:
    primary = language.split("-")[0] if language else None
    stems: dict[str, None] = {}
    for form in forms:
        if primary != "en":
            stems[serbian_stem(form)] = None
        if primary not in _SERBIAN_GROUP:
            stems[english_stem(form)] = None
    return tuple(stems)


def query_forms(word: str) -> tuple[str, ...]:
    """The exact terms that a word of a query asks for: any of them will do."""
    form = word_form(word)
    amount = plain_amount(form)
    return (form,) if amount is None or amount == form else (form, amount)


def query_stems(word: str) -> tuple[str, ...]:
    """The stem terms that a word of a query asks for, in both languages: any of them will do."""
    form = word_form(word)
    return tuple(dict.fromkeys((serbian_stem(form), english_stem(form))))


def entry_terms(pages: Iterable[tuple[str | None, Words]]) -> EntryTerms:
    """The terms of a document, given the language and the words of each of its pages."""
    stems: dict[str, list[int]] = {}
    forms: dict[str, list[int]] = {}
    joined: list[tuple[str | None, int, JoinedWord]] = []
    number = 0
    for language, words in pages:
        joined += [(language, number, word) for word in joined_words(words)]
        for text in words.texts:
            for term in word_forms(text):
                forms.setdefault(term, []).append(number)
            for term in word_stems(text, language):
                stems.setdefault(term, []).append(number)
            number += 1
    for position, (language, _, word) in enumerate(joined, start=number):
        spelled = _joined_forms(word)
        for term in spelled:
            forms.setdefault(term, []).append(position)
        for term in _stems_of(spelled, language):
            stems.setdefault(term, []).append(position)
    return EntryTerms(
        stems={term: tuple(positions) for term, positions in stems.items()},
        forms={term: tuple(positions) for term, positions in forms.items()},
        word_count=number,
        joined=tuple((start + word.first, start + word.last) for _, start, word in joined),
    )


def _joined_forms(word: JoinedWord) -> tuple[str, ...]:
    """The exact terms of a joined word. Of its hyphenated spelling only the whole is new: its parts are pieces."""
    forms = word_forms(word.text)
    return forms if word.hyphenated is None else tuple(dict.fromkeys((*forms, word_form(word.hyphenated))))
