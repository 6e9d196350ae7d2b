"""Public bodies as named in documents: grouping of papers by body, because numbers are unique per body only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from archive.procedures.papers import Paper
from archive.text.folding import fold

ALIKE = 0.8
"""Least letter similarity (0..1) of two words that may be equal with an OCR or typing error."""

SHORTEST = 4
"""Fewest letters of such a word."""

_WORD = re.compile("[a-z0-9]+")
_FORMS = (("opstin", "opstina"), ("municipality", "opstina"), ("grad", "grad"), ("city", "grad"))
"""Prefixes of words for a town itself: grada, gradska (uprava)."""

_TOWN = frozenset({"opstina", "grad"})
_SILENT = frozenset({"uprava", "uprave", "u", "of", "the", "i", "za", "ju", "javna", "ustanova"})
_SHORT = {
    "os": ("osnovna", "skola"),
    "ss": ("srednja", "skola"),
    "pu": ("predskolska",),
    "dz": ("dom", "zdravlja"),
    "zc": ("zdravstveni", "centar"),
    "mz": ("mesna", "zajednica"),
    "jp": ("javno", "preduzece"),
    "kp": ("komunalno", "preduzece"),
    "jkp": ("javno", "komunalno", "preduzece"),
    "kjp": ("javno", "komunalno", "preduzece"),
    "kjkp": ("kantonalno", "javno", "komunalno", "preduzece"),
    "jvp": ("javno", "vodoprivredno", "preduzece"),
    "jzu": ("zdravstvena",),
    "ou": ("opstina",),
    "gu": ("grad",),
}
"""Abbreviations of kinds of bodies, folded, with the words that tell them apart."""


@lru_cache(maxsize=1 << 16)
def words_of(name: str) -> frozenset[str]:
    """Return the folded distinctive words of a body's name."""
    words: set[str] = set()
    for word in _WORD.findall(fold(name)):
        form = next((form for start, form in _FORMS if word.startswith(start)), word)
        words.update(_SHORT.get(form, (form,)))
    return frozenset(words - _SILENT)


def by_body(papers: Iterable[Paper], *, distinctive: bool) -> list[list[Paper]]:
    """Group papers with one number by body.

    Papers without a body join the only possible one if the number is ``distinctive``; with a bare ordinal they stay
    separate.
    """
    named = [paper for paper in papers if paper.known.buyer]
    placed = [paper for paper in papers if not paper.known.buyer and paper.known.municipality]
    neither = [paper for paper in papers if not paper.known.buyer and not paper.known.municipality]
    bodies = _of_one_body(named)
    for paper in placed:
        _join(paper, [body for body in bodies if _may_be_in(body, paper)], bodies)
    for paper in neither:
        _join(paper, bodies if distinctive else [], bodies)
    return bodies


def _of_one_body(named: Iterable[Paper]) -> list[list[Paper]]:
    """Group papers that name their body. Equal names are compared once."""
    in_one_way: dict[object, list[Paper]] = {}
    for paper in sorted(named, key=lambda paper: paper.id):
        says_who = are_one_body(paper, paper)
        way = (paper.known.municipality, paper.known.buyer, frozenset(ids_of(paper).items())) if says_who else paper.id
        in_one_way.setdefault(way, []).append(paper)
    bodies: list[list[list[Paper]]] = []
    for papers in in_one_way.values():
        same = [body for body in bodies if any(are_one_body(papers[0], others[0]) for others in body)]
        bodies = [body for body in bodies if body not in same]
        bodies.append([papers, *(others for body in same for others in body)])
    return [[paper for papers in body for paper in papers] for body in bodies]


def _join(paper: Paper, possible: Sequence[list[Paper]], bodies: list[list[Paper]]) -> None:
    if len(possible) == 1:
        possible[0].append(paper)
    else:
        bodies.append([paper])


def _may_be_in(body: Sequence[Paper], paper: Paper) -> bool:
    return any(other.known.municipality == paper.known.municipality for other in body)


def are_one_body(one: Paper, other: Paper) -> bool:
    """Return whether two papers name one body, by numbers or names; of two municipalities they do not."""
    places = {one.known.municipality, other.known.municipality} - {None}
    if len(places) > 1:
        return False
    ids, other_ids = ids_of(one), ids_of(other)
    if any(ids[scheme] != other_ids[scheme] for scheme in ids.keys() & other_ids.keys()):
        return False
    if ids.items() & other_ids.items():
        return True
    return are_similar(*(_with_place(paper.known.buyer or "", *places) for paper in (one, other)))


def _with_place(name: str, place: str | None = None) -> str:
    """Return the name of a body with its municipality if it says no more than "the municipality"."""
    return f"{name} {place}" if place and frozenset() < words_of(name) <= _TOWN else name


def are_similar(name: str, other: str) -> bool:
    """Return whether two names may be of one body: one has all words of the other, possibly with an error.

    A town itself has no further words: an enterprise of the town of Bečej is another body than the town.
    """
    words, others = words_of(name), words_of(other)
    if not words or not others:
        return False
    if words <= others or others <= words:
        return words == others or not (min(words, others, key=len) & _TOWN)
    odd, other_odd = sorted(words - others), sorted(others - words)
    return len(odd) == len(other_odd) and all(map(_is_misspelt, odd, other_odd))


def _is_misspelt(word: str, other: str) -> bool:
    return (
        min(len(word), len(other)) >= SHORTEST
        and (word + other).isalpha()
        and SequenceMatcher(None, word, other).ratio() >= ALIKE
    )


def ids_of(paper: Paper) -> dict[str, str]:
    """Return the tax and registration number of the body that a paper names."""
    return {
        scheme: fact.details[scheme]
        for fact in paper.facts_of("buyer")
        for scheme in ("pib", "mb")
        if scheme in fact.details and scheme not in fact.details.get("check_failed", "").split()
    }
