"""Similarity of papers of one procedure without a common number: the same body, and the same amounts with the same
subject, code or firm, or the same subject and code at about the same time.

A body buys coal each winter: subjects recur every year, and so do round amounts, which need more evidence. If two
procedures are similar, none is chosen.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from archive.errors import Message
from archive.model import Fact
from archive.procedures.bodies import are_one_body, words_of
from archive.procedures.papers import PROCEDURE_KINDS, PROCUREMENT, Paper
from archive.procedures.reasons import Ground, Reason
from archive.text.folding import fold

SUM_ROLES = frozenset({"contract", "award", "estimated"})
SMALLEST_SUM = 1_000
MOST_SUMS = 12
"""Most amounts of a paper by which candidates are found, the largest first."""

MOST_WITH_ONE_KEY = 50
"""Most papers with an amount, or a code at one place, that is used as a key; a more common one is not specific."""

Key = tuple[str, ...]
"""The key of candidates: an amount, or a CPV code with a municipality."""

ROUND = 10_000
FARTHEST, FARTHEST_IF_ROUND = 400, 120
"""Most days between two similar papers: with a specific amount, and with a round one or none."""

ALIKE_SUBJECTS = 0.6
"""Least share of common words in the shorter subject."""

STEM, LEAST_WORDS = 5, 2
"""Letters by which words are compared (they are inflected), and fewest common words of two subjects."""


@dataclass(frozen=True, slots=True)
class SimilarPaper:
    """The similarity of two papers. ``facts`` are the facts of the paper that prove it."""

    other: Paper
    weight: int
    reason: Reason


def sums_of(paper: Paper) -> dict[str, Fact]:
    """Return the amounts by which a paper is found: its largest that are contracted, awarded or estimated.

    An annex is found by all of its amounts: the price before it is no price of its own.
    """
    found = {
        fact.value: fact
        for fact in paper.facts
        if fact.field == "amount"
        and (fact.details.get("role") in SUM_ROLES or paper.kind == "contract_annex")
        and _size(fact.value) >= SMALLEST_SUM
    }
    largest = sorted(found, key=_size, reverse=True)[:MOST_SUMS]
    return {value: found[value] for value in largest}


def is_without_number(paper: Paper) -> bool:
    """Return whether no number links the paper to a procurement."""
    return paper.kind in PROCEDURE_KINDS and not any(one.role == PROCUREMENT for one in paper.numbers)


def keys_of(paper: Paper) -> set[Key]:
    """Return the keys by which similar papers are found; empty for other kinds, or without a known body."""
    if paper.kind not in PROCEDURE_KINDS or not (paper.known.buyer or paper.known.municipality):
        return set()
    place = paper.known.municipality
    codes = {(fact.value, place) for fact in paper.facts_of("cpv")} if place and paper.facts_of("subject") else set()
    return {(value,) for value in sums_of(paper)} | codes


def common_keys(papers: Iterable[Paper]) -> set[Key]:
    """Return the keys that are too common to be specific."""
    counts: Counter[Key] = Counter()
    for paper in papers:
        counts.update({(fact.value,) for fact in paper.facts_of("amount")})
        counts.update({(fact.value, paper.known.municipality or "") for fact in paper.facts_of("cpv")})
    return {key for key, count in counts.items() if count > MOST_WITH_ONE_KEY}


def similar_groups(groups: Sequence[Sequence[Paper]], common: AbstractSet[Key]) -> Iterator[tuple[Paper, SimilarPaper]]:
    """Yield the papers without a number that are similar to exactly one group, each with its most similar paper.

    :param common: keys that are too common.
    """
    place = {paper.id: at for at, group in enumerate(groups) for paper in group}
    by_key: defaultdict[Key, list[Paper]] = defaultdict(list)
    for group in groups:
        for paper in group:
            for key in keys_of(paper) - common:
                by_key[key].append(paper)
    for at, group in enumerate(groups):
        if not all(map(is_without_number, group)):
            continue
        for paper in group:
            near = {other.id: other for key in keys_of(paper) for other in by_key.get(key, ())}
            found = [one for other in near.values() if place[other.id] != at and (one := compare(paper, other))]
            if len({place[one.other.id] for one in found}) == 1:
                yield paper, max(found, key=lambda one: (one.weight, one.other.date or date.min, one.other.id))


def compare(paper: Paper, other: Paper) -> SimilarPaper | None:
    """Return the similarity of two papers, if it is sufficient for one procedure."""
    if other.kind not in PROCEDURE_KINDS:
        return None
    sums, theirs = sums_of(paper), sums_of(other)
    shared = [sums[value] for value in sums if value in theirs and _currency(sums[value]) == _currency(theirs[value])]
    told = list(_common_facts(paper, other))
    days = None if paper.date is None or other.date is None else abs((paper.date - other.date).days)
    is_annexed = {paper.kind, other.kind} == {"contract_annex", "contract"} and _is_specific(shared, days)
    if not (is_annexed or _sums_join(shared, told, days) or _subjects_join(paper, other, told, days)):
        return None
    if not (are_one_body(paper, other) if paper.known.buyer and other.known.buyer else _names_body(paper, other)):
        return None
    facts = (*shared, *(fact for _, fact in told))
    return SimilarPaper(other, len(shared) + len(told), Reason(Ground.SIMILARITY, _text(told, shared, days), facts))


def _names_body(paper: Paper, other: Paper) -> bool:
    """Return whether the subject of a paper without a known body names the body of another one at the same place."""
    if paper.known.buyer or not other.known.buyer or paper.known.municipality != other.known.municipality:
        return False
    place = fold(other.known.municipality or "")
    body = {word[:STEM] for word in words_of(other.known.buyer) if len(word) >= LEAST_LETTERS and word not in _FORMS}
    own = body - {place[:STEM]}
    return bool(own) and any(own <= _stems(fact.value) for fact in paper.facts_of("subject"))


_FORMS = frozenset({"opstina", "grad", "osnovna", "srednja", "skola", "dom", "zdravlja", "javno", "preduzece"})
"""Words that many bodies have in their names."""

LEAST_LETTERS = 4


def _sums_join(shared: Sequence[Fact], told: Sequence[tuple[str, Fact]], days: int | None) -> bool:
    """Return whether common amounts prove one procedure: a specific amount or several with one further similarity, a
    round one with two."""
    if not shared or not told:
        return False
    return _is_specific(shared, days) or (len(told) > 1 and days is not None and days <= FARTHEST_IF_ROUND)


def _is_specific(shared: Sequence[Fact], days: int | None) -> bool:
    """Return whether common amounts are several, or one that is not round; these alone tell the contract of an
    annex."""
    is_near = days is None or days <= FARTHEST
    return is_near and (len(shared) > 1 or any(_size(fact.value) % ROUND for fact in shared))


def _subjects_join(paper: Paper, other: Paper, told: Sequence[tuple[str, Fact]], days: int | None) -> bool:
    """Return whether two papers of different kinds with one subject and code belong to one procedure: within months, or
    with a subject that states its year."""
    if paper.kind == other.kind or not {"subject", "cpv"} <= {name for name, _ in told}:
        return False
    if days is not None:
        return days <= FARTHEST_IF_ROUND
    years, theirs = (set(_YEAR.findall(" ".join(f.value for f in p.facts_of("subject")))) for p in (paper, other))
    return bool(years) and years == theirs


_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")


def _text(told: Sequence[tuple[str, Fact]], shared: Sequence[Fact], days: int | None) -> Message:
    names, sums = _NAMES["-".join(name for name, _ in told)], len(shared)
    if days is None:
        return Message(
            "%(our_names)s are the same (equal sums: %(sums)s); no number says so", our_names=names, sums=sums
        )
    return Message(
        "%(our_names)s are the same (equal sums: %(sums)s; days between: %(days)s); no number says so",
        our_names=names,
        sums=sums,
        days=days,
    )


_NAMES = {
    "": Message("buyers"),
    "subject": Message("buyer and subject"),
    "cpv": Message("buyer and CPV code"),
    "vendor": Message("buyer and vendor"),
    "subject-cpv": Message("buyer, subject and CPV code"),
    "subject-vendor": Message("buyer, subject and vendor"),
    "cpv-vendor": Message("buyer, CPV code and vendor"),
    "subject-cpv-vendor": Message("buyer, subject, CPV code and vendor"),
}


def _common_facts(paper: Paper, other: Paper) -> Iterator[tuple[str, Fact]]:
    for field in ("subject", "cpv", "vendor"):
        for fact in paper.facts_of(field):
            if any(_are_alike(field, fact.value, theirs.value) for theirs in other.facts_of(field)):
                yield field, fact
                break


def _are_alike(field: str, value: str, other: str) -> bool:
    if field != "subject":
        return fold(value) == fold(other)
    words, others = _stems(value), _stems(other)
    both = len(words & others)
    return both >= LEAST_WORDS and both >= ALIKE_SUBJECTS * min(len(words), len(others))


@lru_cache(maxsize=1 << 14)
def _stems(subject: str) -> frozenset[str]:
    """Return the significant words of a subject, truncated."""
    return frozenset(word[:STEM] for word in re.findall(r"[a-z]{4,}", fold(subject)) if not word.startswith(_EMPTY))


_EMPTY = ("nabavk", "nabava", "nabave", "uslug", "dobara", "radov", "javn", "predmet", "postup")


def _size(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return 0.0


def _currency(fact: Fact) -> str | None:
    return fact.details.get("currency")
