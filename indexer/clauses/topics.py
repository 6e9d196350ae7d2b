"""What a clause is about: price, payment, penalty ... told by its heading, or by the words it begins with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from archive.model import ClauseLevel
from indexer.clauses.node import Node
from indexer.facts.phrases import any_of
from indexer.facts.text import DocumentText
from indexer.gazetteer import table

_WITH_TOPIC = frozenset({ClauseLevel.ARTICLE, ClauseLevel.SECTION})

OPENING_WORDS = 24
"""Without a heading, a topic is told by so many words at the beginning of a clause."""


def topic_of(text: DocumentText, node: Node) -> str | None:
    """The topic of an article or section: what its heading begins with, or the only one that its first words name.

    None where no rule knows it, and where the words speak of several.
    """
    if node.level not in _WITH_TOPIC:
        return None
    if node.heading is not None:
        found = next(_topics(text, "heading", node.heading.first, node.heading.last), None)
        return found[1] if found and found[0] <= node.heading.first + 1 else None
    topics = {topic for _, topic in _topics(text, "text", node.first, min(node.last, node.first + OPENING_WORDS))}
    return topics.pop() if len(topics) == 1 else None


def _topics(text: DocumentText, where: str, first: int, last: int) -> Iterator[tuple[int, str]]:
    """The topics that the words ``first`` to ``last`` name, in order, each with its first word."""
    names, pattern = _patterns(where)
    for found in text.find(pattern, first, last + 1):
        yield found.first, names[str(found.match.lastgroup)]


@cache
def _patterns(where: str) -> tuple[Mapping[str, str], re.Pattern[str]]:
    """One expression for all topics, and the topic of each of its groups."""
    topics = {f"t{place}": each for place, each in enumerate(table("clauses")["topic"]) if each.get(where)}
    pattern = "|".join(f"(?P<{group}>{any_of(each[where])})" for group, each in topics.items())
    return {group: each["name"] for group, each in topics.items()}, re.compile(pattern)
