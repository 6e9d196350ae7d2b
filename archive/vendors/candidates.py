"""Merge candidates: pairs of vendors that may be one, but not certainly enough for the rules.

Two vendors are compared if they have a number in common (one whose check digit fails counts here), or names whose words
begin or end with the same four letters. Each pair has a *likelihood* between 0 and 1, by its reason:

======================================================================================  ==========================
:data:`AMBIGUOUS`: one name that fits several vendors                                    0.9
:data:`SHARED_NUMBER`: one number, printed with two more reliable ones or another name    0.8
:data:`SAME_NAME`: one name with another legal form or seat                               0.6
names that differ in a few letters, or that look alike in print in different             half of their similarity
scripts, with compatible legal form and seat
======================================================================================  ==========================

Vendors with the same name and different valid numbers are distinct and no candidates, nor are those that a person ruled
to be distinct.

The queue is ordered by likelihood times 1 + log10 of the documents of both, which is rounded and shown as ``score``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
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
"""Least similarity of two names in percent: one of ten letters may differ."""

MOST_SHARING = 60
"""Most vendors that share a four-letter block and are compared. Larger blocks are not significant (``komp``)."""

SUGGESTED = 3
"""Most names that are suggested for an unknown one."""

LIKE_ENOUGH = 60
"""Least similarity of a suggested name in percent."""

_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair of vendors that may be one, the one in more documents first, with reason and likelihood."""

    one: Entity
    other: Entity
    reason: str
    likelihood: float
    score: float


@dataclass(frozen=True, slots=True)
class Comparable:
    """A vendor with the data by which it is compared. ``numbers`` includes those with an invalid check digit."""

    id: str
    name: str
    documents: int
    shapes: frozenset[NameShape]
    cores: frozenset[tuple[str, ...]]
    printed: tuple[PrintedCore, ...]
    sure_numbers: frozenset[Number]
    numbers: frozenset[Number]

    @classmethod
    def of(
        cls,
        called: tuple[str, str],
        documents: int,
        names: Mapping[str, NameShape],
        sure: Iterable[Number],
        doubtful: Iterable[Number],
    ) -> Comparable:
        """Build from the id and name of a vendor and all printed names with their shapes."""
        printed = tuple(dict.fromkeys(printed_core(name, shape(name).core) for name in names))
        shaped, numbers = frozenset(names.values()), frozenset(sure)
        cores = frozenset(one.core for one in shaped)
        return cls(*called, documents, shaped, cores, printed, numbers, numbers.union(doubtful))

    @property
    def place(self) -> tuple[int, str]:
        """Sort key: the vendor in more documents first."""
        return -self.documents, self.name

    def blocks(self) -> set[str]:
        """Return the blocking keys of the vendor: numbers, names, and the first and last letters of the words of its
        names, of these concatenated, and of their outlines."""
        found = {f"number {register} {number}" for register, number in self.numbers}
        for core in self.cores:
            found.add("core " + "\x1f".join(core))
        for core in (*self.cores, *((one.outline,) for one in self.printed)):
            for word in (*core, "".join(core)):
                if len(word) >= _LETTERS:
                    found |= {f"begins {word[:_LETTERS]}", f"ends {word[-_LETTERS:]}"}
        return found


def candidates(entities: Sequence[Entity], rulings: Iterable[Ruling] = ()) -> list[Candidate]:
    """Return pairs that may be one vendor, the most useful first.

    :param rulings: the rulings in force. Vendors that they separate are no candidates.
    """
    shaped = shapes({name for entity in entities for name in entity.names})
    known = [comparable(entity, shaped) for entity in entities]
    found = []
    for at, other in sorted(_pairs(known) - _separated_pairs(entities, rulings)):
        one, two = sorted((at, other), key=lambda at: known[at].place)
        judged = judge(known[one], known[two])
        if judged is not None:
            reason, likelihood = judged
            score = score_of(likelihood, known[one].documents + known[two].documents)
            found.append(Candidate(entities[one], entities[two], reason, likelihood, score))
    return sorted(found, key=lambda pair: (-pair.score, pair.one.name, pair.other.name))


def score_of(likelihood: float, documents: int) -> float:
    """Return the score by which candidates are sorted."""
    return round(likelihood * (1 + math.log10(documents)), 3)


def comparable(entity: Entity, shaped: Mapping[str, NameShape]) -> Comparable:
    """Return the data by which an entity is compared.

    :param shaped: the shape of every name, parsed beside all others.
    """
    documents = len({mention.document for mention in entity.mentions})
    names = {name: shaped[name] for name in entity.names}
    return Comparable.of((entity.id, entity.name), documents, names, entity.numbers, entity.doubtful_numbers)


def _pairs(known: Sequence[Comparable]) -> set[tuple[int, int]]:
    """Return the index pairs of vendors with a common block."""
    sharing: dict[str, set[int]] = {}
    for at, vendor in enumerate(known):
        for key in vendor.blocks():
            sharing.setdefault(key, set()).add(at)
    few = (sorted(places) for places in sharing.values() if len(places) <= MOST_SHARING)
    return {pair for places in few for pair in combinations(places, 2)}


def _separated_pairs(entities: Sequence[Entity], rulings: Iterable[Ruling]) -> set[tuple[int, int]]:
    """Return the index pairs of vendors that a person separated."""
    telling = [ruling for ruling in rulings if ruling.action in (RulingAction.APART, RulingAction.SPLIT)]
    if not telling:
        return set()
    groups = MentionGroups(entity.mentions for entity in entities)
    found = ((groups.find(ruling.one), groups.find(ruling.other)) for ruling in telling)
    return {(min(one, other), max(one, other)) for one, other in found if one is not None and other is not None}


def judge(one: Comparable, other: Comparable) -> tuple[str, float] | None:
    """Return why two vendors may be one, and the likelihood; None if there is no reason."""
    shared = sorted(one.numbers & other.numbers)
    if shared:
        return Message(
            "both are printed with %(number)s", number=f"{shared[0][0].upper()} {shared[0][1]}"
        ), SHARED_NUMBER
    if at_odds(one.sure_numbers, other.sure_numbers):
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
    """Return the similarity of two names in percent, ignoring spaces and word order."""
    return fuzz.ratio("".join(one), "".join(other), score_cutoff=ALIKE)


def similar_names(name: str, known: Sequence[str]) -> list[str]:
    """Return the ``known`` names that ``name`` may mean, the most likely first."""
    near = process.extract(
        _plain(name), known, scorer=fuzz.WRatio, processor=_plain, limit=SUGGESTED, score_cutoff=LIKE_ENOUGH
    )
    return [found for found, _, _ in near]


def _plain(name: str) -> str:
    return " ".join(words(name))
