"""Candidates for merging: vendors that the rules keep apart for lack of certainty.

Two vendors are compared if they have a number in common (one whose check digit fails counts here), or names whose
words begin or end with the same four letters. Each pair has a *likelihood* between 0 and 1, which is what its reason
is worth:

======================================================================================  ==========================
:data:`AMBIGUOUS`: one name, printed without what tells which of several it is           0.9
:data:`SHARED_NUMBER`: one number, printed with two surer ones or with another name       0.8
:data:`SAME_NAME`: one name with another legal form or seat                               0.6
names that differ in a few letters, or that look alike in print once letters of          half of what they share
the other script are taken for what they look like, with no other legal form or seat
======================================================================================  ==========================

Vendors of one name with different valid numbers are two, and are not offered; nor are those that a person said are two.

The queue is ordered by likelihood times 1 + log10 of the documents of both, which is rounded and shown as ``score``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz, process

from archive.errors import Message
from archive.vendors.entities import Entity
from archive.vendors.identity import Number, agree, at_odds
from archive.vendors.look_alikes import PrintedCore, printed_core, similarity_in_print
from archive.vendors.names import NameShape, shape, shapes, words
from archive.vendors.rulings import MentionGroups, Ruling, RulingAction

AMBIGUOUS, SHARED_NUMBER, SAME_NAME = 0.9, 0.8, 0.6

ALIKE = 85
"""Least likeness of two names in percent: of ten letters, one may be another one."""

MOST_SHARING = 60
"""Vendors that are compared because of four letters. More share them only where they say nothing (``komp``)."""

SUGGESTED = 3
"""Names suggested where none was found."""

LIKE_ENOUGH = 60
"""Percent of its letters that a suggested name shares with what was asked for."""

_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair of vendors that may be one, the one in more documents first, and why."""

    one: Entity
    other: Entity
    reason: str
    score: float


@dataclass(frozen=True, slots=True)
class _Known:
    """A vendor with what it is compared by."""

    entity: Entity
    shapes: frozenset[NameShape]
    cores: frozenset[tuple[str, ...]]
    printed: tuple[PrintedCore, ...]
    numbers: frozenset[Number]
    documents: int


def candidates(entities: Sequence[Entity], rulings: Iterable[Ruling] = ()) -> list[Candidate]:
    """Return pairs that may be one vendor, the most useful first.

    :param rulings: those that hold. Whom they tell apart is not offered.
    """
    shaped = shapes({name for entity in entities for name in entity.names})
    known = [_known(entity, {shaped[name] for name in entity.names}) for entity in entities]
    found = []
    for at, other in sorted(_pairs(known) - _told_apart(entities, rulings)):
        one, two = sorted((known[at], known[other]), key=lambda vendor: (-vendor.documents, vendor.entity.name))
        judged = _judged(one, two)
        if judged is not None:
            reason, likelihood = judged
            score = likelihood * (1 + math.log10(one.documents + two.documents))
            found.append(Candidate(one.entity, two.entity, reason, round(score, 3)))
    return sorted(found, key=lambda pair: (-pair.score, pair.one.name, pair.other.name))


def _known(entity: Entity, shaped: set[NameShape]) -> _Known:
    numbers = frozenset((*entity.numbers, *entity.doubtful_numbers))
    documents = len({mention.document for mention in entity.mentions})
    printed = tuple(dict.fromkeys(printed_core(name, shape(name).core) for name in entity.names))
    return _Known(entity, frozenset(shaped), frozenset(one.core for one in shaped), printed, numbers, documents)


def _pairs(known: Sequence[_Known]) -> set[tuple[int, int]]:
    """The places of vendors that have something in common."""
    sharing: dict[object, set[int]] = {}
    for at, vendor in enumerate(known):
        keys: Iterable[object] = (*vendor.numbers, *vendor.cores, *_letters(vendor))
        for key in keys:
            sharing.setdefault(key, set()).add(at)
    few = (sorted(places) for places in sharing.values() if len(places) <= MOST_SHARING)
    return {pair for places in few for pair in combinations(places, 2)}


def _told_apart(entities: Sequence[Entity], rulings: Iterable[Ruling]) -> set[tuple[int, int]]:
    """Return the places of vendors that a person ruled to be two."""
    telling = [ruling for ruling in rulings if ruling.action in (RulingAction.APART, RulingAction.SPLIT)]
    if not telling:
        return set()
    groups = MentionGroups(entity.mentions for entity in entities)
    found = ((groups.find(ruling.one), groups.find(ruling.other)) for ruling in telling)
    return {(min(one, other), max(one, other)) for one, other in found if one is not None and other is not None}


def _letters(vendor: _Known) -> Iterator[tuple[str, bool]]:
    """The first and the last letters of the words of its names, of all of them run together, and of their outlines."""
    for core in (*vendor.cores, *((one.outline,) for one in vendor.printed)):
        for word in (*core, "".join(core)):
            if len(word) >= _LETTERS:
                yield word[:_LETTERS], True
                yield word[-_LETTERS:], False


def _judged(one: _Known, other: _Known) -> tuple[str, float] | None:
    """Why two vendors may be one, and how likely that is; None where nothing says so."""
    shared = sorted(one.numbers & other.numbers)
    if shared:
        return Message(
            "both are printed with %(number)s", number=f"{shared[0][0].upper()} {shared[0][1]}"
        ), SHARED_NUMBER
    if at_odds(one.entity.numbers, other.entity.numbers):
        return None
    fits = agree(one.shapes, other.shapes)
    if one.cores & other.cores:
        if fits:
            return Message("the name fits this vendor and another one, too"), AMBIGUOUS
        return Message("one name, with another seat or legal form"), SAME_NAME
    alike = max(similarity_in_print(here, there) for here in one.printed for there in other.printed)
    if alike and fits:
        return Message("the names look alike in print (%(share)s%%)", share=f"{alike:.0f}"), alike / 200
    likeness = max(_similarity(here, there) for here in one.cores for there in other.cores)
    return (
        (Message("the names are alike (%(share)s%%)", share=f"{likeness:.0f}"), likeness / 200)
        if fits and likeness >= ALIKE
        else None
    )


def _similarity(one: Sequence[str], other: Sequence[str]) -> float:
    """How many letters of two names are the same, in percent; spaces and the order of words do not count."""
    return fuzz.ratio("".join(one), "".join(other), score_cutoff=ALIKE)


def similar_names(name: str, known: Sequence[str]) -> list[str]:
    """Return the ``known`` names that ``name`` may mean, the likeliest first."""
    near = process.extract(
        _plain(name), known, scorer=fuzz.WRatio, processor=_plain, limit=SUGGESTED, score_cutoff=LIKE_ENOUGH
    )
    return [found for found, _, _ in near]


def _plain(name: str) -> str:
    return " ".join(words(name))
