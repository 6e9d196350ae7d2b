"""The words that names of public bodies are made of, from the gazetteer, folded and in every case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from archive.text.folding import fold
from indexer.facts.phrases import any_of
from indexer.gazetteer import table
from indexer.gazetteer.declension import cases

_GENDERS = ("feminine", "masculine", "neuter")


@dataclass(frozen=True, slots=True)
class Noun:
    """A form of a noun that bodies are called by."""

    gender: str
    case: int
    nominative: str
    is_weak: bool
    is_place: bool


@cache
def nouns() -> dict[str, tuple[Noun, ...]]:
    """The forms of all nouns, folded, the nominative first."""
    listed = table("bodies")
    found: dict[str, list[Noun]] = {}
    for weak in ("", "weak_"):
        for gender in _GENDERS:
            for noun in listed[weak + gender]:
                for case, form in enumerate(cases(noun)):
                    found.setdefault(fold(form), []).append(Noun(gender, case, noun, bool(weak), is_place=False))
    for noun in listed["place"]:
        gender = "feminine" if noun.endswith("a") else "masculine"
        for case, form in enumerate(cases(noun)):
            found.setdefault(fold(form), []).append(Noun(gender, case, noun, is_weak=False, is_place=True))
    return {form: tuple(sorted(listing, key=lambda noun: noun.case)) for form, listing in found.items()}


@cache
def heads() -> dict[str, tuple[tuple[tuple[str, ...], bool], ...]]:
    """The heads of other languages by their first word: their words, and whether a place follows."""
    listed = table("bodies")
    found: dict[str, list[tuple[tuple[str, ...], bool]]] = {}
    for key in ("of_place", "of_name"):
        for head in listed[key]:
            words = tuple(fold(head).split())
            found.setdefault(words[0], []).append((words, key == "of_place"))
    return {first: tuple(listing) for first, listing in found.items()}


@cache
def words_of(key: str) -> frozenset[str]:
    """The folded words of a list of ``bodies.toml``."""
    return frozenset(fold(word) for word in table("bodies")[key])


@cache
def pattern_of(key: str) -> re.Pattern[str]:
    """The phrases of a list, to be matched at the beginning of a folded name."""
    return re.compile(any_of(table("bodies")[key]))
