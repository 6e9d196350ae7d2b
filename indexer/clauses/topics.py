"""Topics of clauses: a trained classifier over heading and words, with the result of rules as features.

``topics.npz`` holds the model; ``python -m benchmarks.training.topics`` trains it. Features are hashed stems, pairs of
stems and character n-grams, all folded, so that both scripts, all standards of the language and English share one
model. Below a threshold the topic is None.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from math import exp, log
from zlib import crc32

from indexer.clauses.body import Node
from indexer.facts.scoring.context import BUCKETS, stem
from indexer.facts.scoring.model import RoleModel, Row, Signs, load, row, signs_of
from indexer.facts.text import DocumentText, any_of
from indexer.gazetteer import table

OPENING_WORDS = 24
"""Number of words at the beginning of a clause that the rules look at if it has no heading."""

MOST_WORDS = 100
"""Number of words at the beginning of a clause from which features are made."""

OTHER = "no"
"""Class of clauses that are on none of the topics."""

_FIRST_WORDS = 10
_LETTERS = 4
_SHORT = 4
_STEPS = (1, 2, 3, 4, 7, 11, 16)
"""Numbers of clauses are a feature in these steps: the subject comes first, closing clauses last."""

_MARKER_WORDS = 4
"""Number of words at the beginning of a clause among which its number is."""


@dataclass(frozen=True, slots=True)
class NamedTopics:
    """The result of the rules for a clause.

    ``topic`` is what its heading begins with, or the only topic its first words name. ``named`` are all topics named in
    the heading or, without one, in the first words. A clause that ``is_short`` is left to the rules.
    """

    topic: str | None
    named: frozenset[str]
    has_heading: bool
    is_short: bool = False


UNRULED = NamedTopics(None, frozenset(), False)

FEWEST_WORDS = 6
"""A clause with fewer words and no heading is too short for the model."""


def rule_on(text: DocumentText, first: int, last: int, heading: tuple[int, int] | None) -> NamedTopics:
    """Return the topics that the rules find in a clause."""
    if heading is not None:
        listed = list(_named(text, "heading", *heading))
        topic = listed[0][1] if listed and listed[0][0] <= heading[0] + 1 else None
        return NamedTopics(topic, frozenset(name for _, name in listed), True)
    named = frozenset(name for _, name in _named(text, "text", first, min(last, first + OPENING_WORDS)))
    return NamedTopics(next(iter(named)) if len(named) == 1 else None, named, False, last - first < FEWEST_WORDS)


def _named(text: DocumentText, where: str, first: int, last: int) -> Iterator[tuple[int, str]]:
    """Yield the topics named between the words ``first`` and ``last``, in order, each with the word where it begins."""
    names, pattern = _patterns(where)
    for found in text.find(pattern, first, last + 1):
        yield found.first, names[str(found.match.lastgroup)]


@cache
def _patterns(where: str) -> tuple[Mapping[str, str], re.Pattern[str]]:
    """Return one regular expression for all topics, and the topic of each of its groups."""
    topics = {f"t{place}": each for place, each in enumerate(table("clauses")["topic"]) if each.get(where)}
    pattern = "|".join(f"(?P<{group}>{any_of(each[where])})" for group, each in topics.items())
    return {group: each["name"] for group, each in topics.items()}, re.compile(pattern)


def topic_of(text: DocumentText, node: Node) -> str | None:
    """Return the topic of a clause, None below the threshold."""
    heading = None if node.heading is None else (node.heading.first, node.heading.last)
    rule = rule_on(text, node.first, node.last, heading)
    if rule.is_short:
        return rule.topic
    return classify(_shipped(), features(text, node.first, node.last, heading, rule.topic), rule)


def features(text: DocumentText, first: int, last: int, heading: tuple[int, int] | None, rule: str | None) -> Row:
    """Return the features of a clause.

    :param heading: the first and last word of its heading, which are not counted among the words of its body.
    """
    end = min(last, first + MOST_WORDS) + 1
    said = [text.bare[at] for at in range(first, end) if heading is None or not heading[0] <= at <= heading[1]]
    said = list(filter(None, said))
    named = [] if heading is None else list(filter(None, text.bare[heading[0] : heading[1] + 1]))
    return _row(named, said, rule)


def _row(named: Sequence[str], said: Sequence[str], rule: str | None) -> Row:
    names, stems = list(map(stem, named)), list(map(stem, said))
    first, groups = stems[:_FIRST_WORDS], list(map(_group, stems))
    about = _buckets("h", names) | _buckets("i", _parts(named)) | _buckets("n", _pairs(names))
    about |= _buckets("o", filter(None, map(_group, names))) | _buckets("r", filter(None, [rule]))
    about |= _buckets("k", map(str, _steps(said)))
    around = _buckets("w", stems) | _buckets("v", (word[:_SHORT] for word in stems))
    around |= _buckets("z", filter(None, groups)) | _buckets("y", filter(None, groups[:_FIRST_WORDS]))
    around |= _buckets("f", first) | _buckets("g", _pairs(first))
    return row(sorted(about), sorted(around))


def _steps(said: Sequence[str]) -> Iterator[int]:
    """Yield the step of the number of a clause, if it begins with one."""
    number = next((int(word) for word in said[:_MARKER_WORDS] if word.isdecimal() and word.isascii()), None)
    if number is not None:
        yield bisect_right(_STEPS, number)


def _pairs(stems: Sequence[str]) -> Iterator[str]:
    return map(" ".join, pairwise(stems))


@cache
def _groups() -> Mapping[str, str]:
    """Return the semantic group of each known prefix of a word."""
    return {begin: group for group, begins in table("clauses")["groups"].items() for begin in begins}


@lru_cache(maxsize=1 << 14)
def _group(begins: str) -> str | None:
    """Return the semantic group of a stem, by its longest known prefix."""
    return next((_groups()[begins[:at]] for at in range(len(begins), 2, -1) if begins[:at] in _groups()), None)


def _parts(words: Sequence[str]) -> Iterator[str]:
    """Yield the character n-grams of a heading, which survive misread letters and missing spaces."""
    for word in words:
        yield from (word[at : at + _LETTERS] for at in range(max(1, len(word) - _LETTERS + 1)))


def _buckets(kind: str, texts: Iterable[str]) -> set[int]:
    """Return the hash buckets of the features of a kind."""
    begun = crc32(f"{kind} ".encode())
    return {crc32(text.encode(), begun) % BUCKETS for text in set(texts)}


def classify(model: RoleModel, found: Row, rule: NamedTopics) -> str | None:
    """Return the most likely topic if its probability passes the threshold, else that of the rules.

    A topic that the heading names only after its first words is not believed; where the first words of a clause name
    several topics, only one of these is.
    """
    topic, signs = choose(model, found, rule.topic)
    is_shown = topic != OTHER and not rule.is_short and model.is_shown(signs)
    if rule.topic is not None or not rule.named:
        return topic if is_shown else rule.topic
    is_believed = topic not in rule.named if rule.has_heading else topic in rule.named
    return topic if is_shown and is_believed else None


def choose(model: RoleModel, found: Row, rule: str | None) -> tuple[str, Signs]:
    """Return the most likely topic and its signals, which tell whether the rule agrees with it."""
    scores = model.scores([found])[0].tolist()
    (following, _), (best, topic) = sorted(zip(scores, model.classes, strict=True))[-2:]
    every = best + log(sum(exp(score - best) for score in scores))
    backing = 0 if rule is None else 1 if rule == topic else -1
    return topic, signs_of(best - every, following - every, backing)


@cache
def _shipped() -> RoleModel:
    return load("indexer.clauses", "topics.npz")["topic"]
