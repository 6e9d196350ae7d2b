"""What a clause is about: a trained classifier over its heading and words, with the rules among its features.

``topics.npz`` holds the model; ``python -m benchmarks.training.topics`` makes it. Features are hashed stems, pairs of
stems and groups of letters, all folded, so that both scripts, the standards of the language and English share one
model. A topic is given only if it is likely enough; a clause without one is unknown, which is no topic of its own.
"""

from __future__ import annotations

import re
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
"""Without a heading, a rule looks at so many words at the beginning of a clause."""

MOST_WORDS = 150
"""Words at the beginning of a clause that are looked at; what it is about stands there."""

OTHER = "no"
"""What the model calls a clause that is on none of our topics."""

_FIRST_WORDS = 10
_LETTERS = 4
_SHORT = 4
_SPLITS = 8
"""Eighths of a document: the first clauses name its subject, the last ones close it."""


@dataclass(frozen=True, slots=True)
class NamedTopics:
    """What the rules say of a clause: its ``topic``, which its heading begins with or which is the only one that its
    first words name, and all that are ``named``, in the heading or, without one, in the first words. One that
    ``is_short`` is left to the rules."""

    topic: str | None
    named: frozenset[str]
    has_heading: bool
    is_short: bool = False


UNRULED = NamedTopics(None, frozenset(), False)

FEWEST_WORDS = 6
"""With fewer words and no heading, a clause says too little for a model."""


def rule_on(text: DocumentText, first: int, last: int, heading: tuple[int, int] | None) -> NamedTopics:
    """Return what the rules say of a clause of these words."""
    if heading is not None:
        listed = list(_named(text, "heading", *heading))
        topic = listed[0][1] if listed and listed[0][0] <= heading[0] + 1 else None
        return NamedTopics(topic, frozenset(name for _, name in listed), True)
    named = frozenset(name for _, name in _named(text, "text", first, min(last, first + OPENING_WORDS)))
    return NamedTopics(next(iter(named)) if len(named) == 1 else None, named, False, last - first < FEWEST_WORDS)


def _named(text: DocumentText, where: str, first: int, last: int) -> Iterator[tuple[int, str]]:
    """Yield the topics that the words ``first`` to ``last`` name, in order, each with its first word."""
    names, pattern = _patterns(where)
    for found in text.find(pattern, first, last + 1):
        yield found.first, names[str(found.match.lastgroup)]


@cache
def _patterns(where: str) -> tuple[Mapping[str, str], re.Pattern[str]]:
    """Return one expression for all topics, and the topic of each of its groups."""
    topics = {f"t{place}": each for place, each in enumerate(table("clauses")["topic"]) if each.get(where)}
    pattern = "|".join(f"(?P<{group}>{any_of(each[where])})" for group, each in topics.items())
    return {group: each["name"] for group, each in topics.items()}, re.compile(pattern)


def topic_of(text: DocumentText, node: Node) -> str | None:
    """Return the topic of a clause; None where it is not sure enough."""
    heading = None if node.heading is None else (node.heading.first, node.heading.last)
    rule = rule_on(text, node.first, node.last, heading)
    if rule.is_short:
        return rule.topic
    return classify(_shipped(), features(text, node.first, node.last, heading, rule.topic), rule)


def features(text: DocumentText, first: int, last: int, heading: tuple[int, int] | None, rule: str | None) -> Row:
    """Return the features of a clause: what its heading says, and what its words say.

    :param heading: the first and the last word of its heading. What it says is left out of its words.
    """
    end = min(last, first + MOST_WORDS) + 1
    said = [text.bare[at] for at in range(first, end) if heading is None or not heading[0] <= at <= heading[1]]
    said = list(filter(None, said))
    named = [] if heading is None else list(filter(None, text.bare[heading[0] : heading[1] + 1]))
    return _row(named, said, first / max(1, len(text.words)), rule)


def _row(named: Sequence[str], said: Sequence[str], place: float, rule: str | None) -> Row:
    names, stems = list(map(stem, named)), list(map(stem, said))
    first, groups = stems[:_FIRST_WORDS], list(map(_group, stems))
    about = _buckets("h", names) | _buckets("i", _parts(named)) | _buckets("n", _pairs(names))
    about |= _buckets("r", [rule or ""]) | _buckets("p", [str(int(place * _SPLITS))])
    about |= _buckets("l", [str(len(said).bit_length())])
    around = _buckets("w", stems) | _buckets("v", (word[:_SHORT] for word in stems)) | _buckets("b", _pairs(stems))
    around |= _buckets("z", filter(None, groups)) | _buckets("y", filter(None, groups[:_FIRST_WORDS]))
    around |= _buckets("f", first) | _buckets("g", _pairs(first))
    return row(sorted(about), sorted(around))


def _pairs(stems: Sequence[str]) -> Iterator[str]:
    return map(" ".join, pairwise(stems))


@cache
def _groups() -> Mapping[str, str]:
    """Return what each beginning of a word speaks of."""
    return {begin: group for group, begins in table("clauses")["groups"].items() for begin in begins}


@lru_cache(maxsize=1 << 14)
def _group(begins: str) -> str | None:
    """Return what a stem speaks of, by its longest beginning that is known."""
    return next((_groups()[begins[:at]] for at in range(len(begins), 2, -1) if begins[:at] in _groups()), None)


def _parts(words: Sequence[str]) -> Iterator[str]:
    """Yield groups of letters of a heading, for letters that OCR misread and words run together."""
    for word in words:
        yield from (word[at : at + _LETTERS] for at in range(max(1, len(word) - _LETTERS + 1)))


def _buckets(kind: str, texts: Iterable[str]) -> set[int]:
    """Return the buckets of features of a kind."""
    begun = crc32(f"{kind} ".encode())
    return {crc32(text.encode(), begun) % BUCKETS for text in set(texts)}


def classify(model: RoleModel, found: Row, rule: NamedTopics) -> str | None:
    """Return the likeliest topic, if it is likely enough to be said, or else what the rules say.

    What a heading names after its first words, it does not say of the clause; and of first words that name several
    topics, none but these is believed.
    """
    topic, signs = choose(model, found, rule.topic)
    is_shown = topic != OTHER and not rule.is_short and model.is_shown(signs)
    if rule.topic is not None or not rule.named:
        return topic if is_shown else rule.topic
    is_believed = topic not in rule.named if rule.has_heading else topic in rule.named
    return topic if is_shown and is_believed else None


def choose(model: RoleModel, found: Row, rule: str | None) -> tuple[str, Signs]:
    """Return the likeliest topic and how sure it is. A rule that says the same makes it surer, one that says another
    less."""
    scores = model.scores([found])[0].tolist()
    (following, _), (best, topic) = sorted(zip(scores, model.classes, strict=True))[-2:]
    every = best + log(sum(exp(score - best) for score in scores))
    backing = 0 if rule is None else 1 if rule == topic else -1
    return topic, signs_of(best - every, following - every, backing)


@cache
def _shipped() -> RoleModel:
    return load("indexer.clauses", "topics.npz")["topic"]
