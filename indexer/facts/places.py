"""Names of places in their grammatical cases, and the nouns of which names of public bodies are made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from archive.text.folding import fold
from indexer.facts.text import DocumentText, any_of
from indexer.gazetteer import Municipality, municipalities, settlements, table
from indexer.gazetteer.declension import albanian_forms, cases, forms


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A place name: first and last word, and the municipality that it is or, as a settlement, belongs to."""

    municipality: str
    first: int
    last: int
    is_settlement: bool = False


_Form = tuple[tuple[str, ...], str, bool]


@cache
def _forms() -> dict[str, tuple[_Form, ...]]:
    """Return the folded forms by first word, longest first: words, municipality, whether it is a settlement."""
    by_first: dict[str, dict[tuple[str, ...], _Form]] = {}

    def add(names: frozenset[str] | set[str], municipality: str, *, is_settlement: bool) -> None:
        for name in names:
            words = tuple(fold(name).split())
            by_first.setdefault(words[0], {}).setdefault(words, (words, municipality, is_settlement))

    def add_all(places: Iterable[Municipality]) -> None:
        for place in places:
            add(forms(place.name), place.name, is_settlement=False)
            own = (place.name,) if place.country in {"XK", "AL"} else ()
            for alias in (*own, *place.aliases):
                add(albanian_forms(alias), place.name, is_settlement=False)

    # A form shared by a settlement and a municipality means the municipality, but none of another country: "Negotina"
    # is a form of Negotin before it is one of Negotino.
    add_all(place for place in municipalities() if place.is_near)
    for settlement in settlements():
        add(forms(settlement.name), settlement.municipality, is_settlement=True)
    add_all(place for place in municipalities() if not place.is_near)
    return {first: tuple(sorted(found.values(), key=lambda form: -len(form[0]))) for first, found in by_first.items()}


def place_at(text: DocumentText, word: int, end: int | None = None) -> PlaceName | None:
    """Return the place whose capitalized name begins at ``word`` and ends before word ``end``, None without one."""
    candidates = _forms().get(text.bare[word])
    if candidates is None or not text.is_capitalised(word):
        return None
    end = len(text.words) if end is None else end
    for form, municipality, is_settlement in candidates:
        if word + len(form) <= end and text.bare[word : word + len(form)] == form:
            return PlaceName(municipality, word, word + len(form) - 1, is_settlement)
    return None


@cache
def _run_together() -> dict[str, str]:
    return {fold(place.name).replace(" ", ""): place.name for place in municipalities()}


def municipality_of_letters(letters: str) -> str | None:
    """Return the municipality whose folded name without spaces is ``letters``, as in letter-spaced print."""
    return _run_together().get(letters)


def places(text: DocumentText, first: int, end: int) -> Iterator[PlaceName]:
    """Yield every place named in the words from ``first`` up to, not including, ``end``."""
    word = first
    while word < end:
        found = place_at(text, word, end)
        if found is None:
            word += 1
        else:
            yield found
            word = found.last + 1


_GENDERS = ("feminine", "masculine", "neuter")


@dataclass(frozen=True, slots=True)
class Noun:
    """An inflected form of a noun in names of bodies."""

    gender: str
    case: int
    nominative: str
    is_weak: bool
    is_place: bool


@cache
def nouns() -> dict[str, tuple[Noun, ...]]:
    """Return the inflected forms of all nouns, folded, the nominative first."""
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
    """Return the noun phrases of other languages by their first word: their words, and whether a place follows."""
    listed = table("bodies")
    found: dict[str, list[tuple[tuple[str, ...], bool]]] = {}
    for key in ("of_place", "of_name"):
        for head in listed[key]:
            words = tuple(fold(head).split())
            found.setdefault(words[0], []).append((words, key == "of_place"))
    return {first: tuple(listing) for first, listing in found.items()}


@cache
def tails() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return the noun phrases that end names of bodies ("Borough Council") by their first word, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for tail in sorted(table("bodies")["after_name"], key=len, reverse=True):
        words = tuple(fold(tail).split())
        found.setdefault(words[0], []).append(words)
    return {first: tuple(listing) for first, listing in found.items()}


@cache
def words_of(key: str) -> frozenset[str]:
    """Return the folded words of a list of ``bodies.toml``."""
    return frozenset(fold(word) for word in table("bodies")[key])


@cache
def pattern_of(key: str) -> re.Pattern[str]:
    """Return the phrases of a list as a pattern, to be matched at the beginning of a folded name."""
    return re.compile(any_of(table("bodies")[key]))
