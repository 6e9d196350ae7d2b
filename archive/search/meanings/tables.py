"""Readers of the text tables in this folder. ``#`` begins a comment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from archive.text.folding import script_of
from archive.text.forms import latin_word, word_form


def lines(name: str) -> Iterator[str]:
    """Yield the lines of a table without comments and blank lines."""
    text = files("archive.search.meanings").joinpath(name).read_text(encoding="utf-8")
    for line in text.splitlines():
        told = line.partition("#")[0].strip()
        if told:
            yield told


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(word for line in lines(name) for word in line.split())


def is_function_word(word: str) -> bool:
    """Return whether a typed word is a function word, which is optional. A single capital letter is a name: lot A, A.
    B."""
    is_name = len(word.rstrip(".")) == 1 and word.isupper()
    return not is_name and script_of(word) is not None and latin_word(word) in _words("function_words.txt")


def is_legal_form(word: str) -> bool:
    """Return whether a typed word is the legal form of a firm."""
    return latin_word(word) in _legal_forms()


def is_number_label(word: str) -> bool:
    """Return whether a typed word is the label of a number that follows."""
    return word_form(word) in _forms("number_labels.txt")


def is_behind_number(word: str) -> bool:
    """Return whether a typed word adds nothing to the number before it: year, percent."""
    return word_form(word) in _forms("behind_numbers.txt")


@cache
def _forms(name: str) -> frozenset[str]:
    return frozenset(map(word_form, _words(name)))


@cache
def _legal_forms() -> frozenset[str]:
    return frozenset(map(latin_word, _words("legal_forms.txt")))


@cache
def first_parts() -> frozenset[str]:
    """Return first parts of compounds that may also be written as two words, folded."""
    return frozenset(map(word_form, _words("first_parts.txt")))


@cache
def months() -> dict[str, int]:
    """Return the number of each month by folded name."""
    return {word_form(name): number for number, names in enumerate(month_names(), start=1) for name in names}


@cache
def month_names() -> tuple[tuple[str, ...], ...]:
    """Return the names of each month."""
    return tuple(tuple(line.split()) for line in lines("months.txt"))


@cache
def scales() -> dict[str, tuple[int, tuple[str, ...]]]:
    """Return the factor of each folded word for thousand, million or billion, and all words for it."""
    known = [tuple(map(word_form, line.split())) for line in lines("scales.txt")]
    return {word: (1000**power, words) for power, words in enumerate(known, start=1) for word in words}


@dataclass(frozen=True, slots=True)
class Spelling:
    """One spelling, as ``variants`` of the same words; ``is_short`` for an abbreviation."""

    variants: tuple[tuple[str, ...], ...]

    @property
    def is_short(self) -> bool:
        """Whether it is an abbreviation, which is matched exactly: ``čl.``, ``ZJN``, ``€``."""
        last = self.variants[0][-1]
        return last.endswith(".") or last.isupper() or not any(map(str.isalpha, last))


@dataclass(frozen=True, slots=True)
class Row:
    """Equivalent spellings. Those of ``one_way`` find the others and are not found by them."""

    both_ways: tuple[Spelling, ...]
    one_way: tuple[Spelling, ...]

    def others(self, typed: Spelling) -> tuple[Spelling, ...]:
        """Return the spellings to search for where this one was typed."""
        return tuple(spelling for spelling in self.both_ways if spelling != typed)


@cache
def rows(*names: str) -> tuple[Row, ...]:
    """Return the rows of the tables of spellings."""
    return tuple(_row(line) for name in names for line in lines(name))


def _row(line: str) -> Row:
    both, *one_way = line.split("<")
    return Row(tuple(map(_spelling, both.split("="))), tuple(map(_spelling, one_way)))


def _spelling(text: str) -> Spelling:
    *firsts, last = text.split("/")
    if not firsts:
        return Spelling((tuple(text.split()),))
    # Words after the last variant belong to all of them: zakon/zakona o radu.
    count = len(firsts[0].split())
    words = last.split()
    tail = words[count:]
    return Spelling((*((*first.split(), *tail) for first in firsts), tuple(words)))


def is_foreign_name(form: str) -> bool:
    """Return whether a folded word is a name of ``names.txt``, in either spelling."""
    return form in _foreign_names()


@cache
def _foreign_names() -> frozenset[str]:
    spelled = (spelling for row in rows("names.txt") for spelling in row.both_ways)
    return frozenset(form for spelling in spelled for words in spelling.variants for form in folded(words))


def folded(words: Sequence[str]) -> tuple[str, ...]:
    """Fold words for comparison."""
    return tuple(map(word_form, words))
