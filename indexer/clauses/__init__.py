"""Clauses: the tree of articles, paragraphs and points of a contract, regulation or judgment.

The rules work on the words of a reading. An ambiguous number is not taken for a clause; each clause knows the span of
words that it covers. The steps of :func:`find`:

1. :mod:`.layout` groups words into lines and paragraphs (:mod:`.sheets` corrects skew and noise of scans),
   :mod:`.markers` parses the marker at the beginning of each.
2. :mod:`.units` decides which of the numbers are clauses (:mod:`.sequence`), or which points of a decision
   (:mod:`.acts`).
3. In a scan, :mod:`.lost` restores the numbers that OCR missed, and step 2 is repeated.
4. Paragraphs in tables lose their markers (:func:`.layout.with_tables`), and step 2 is repeated.
5. In a scan, sections whose own number is lost are inferred from their subsections (:func:`.lost.implied`).
6. :mod:`.acts` inserts the titles of the acts where a file holds several.
7. :mod:`.tree` builds the tree with ids, :mod:`.headings` and, inside articles, stavovi and points (:mod:`.body`).
8. :mod:`.topics` classifies articles and sections by topic (price, payment, penalty ...).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from archive.model import Clause, ClauseLevel, Span
from archive.model.words import Words
from indexer.clauses.acts import decided, with_acts
from indexer.clauses.body import Node
from indexer.clauses.headings import is_heading
from indexer.clauses.layout import Paragraph, paragraphs, with_tables
from indexer.clauses.lost import implied, restored
from indexer.clauses.markers import MarkerStyle
from indexer.clauses.markers import words as words_of
from indexer.clauses.topics import topic_of
from indexer.clauses.tree import build, with_ids
from indexer.clauses.units import NumberedClause, find_units
from indexer.facts.text import DocumentText
from indexer.gazetteer import kinds_with


def find(text: DocumentText, words: Sequence[Words], kind: str | None) -> tuple[Clause, ...]:
    """Return the clauses of a document in document order, each parent before its children.

    ``words`` holds the words of each page of the reading in turn; ``kind`` is the document kind, None if unknown.
    """
    if kind in kinds_with("no_clauses") and kind not in kinds_with("points"):
        return ()
    every = paragraphs(text, words)
    found = [each for each in every if not each.is_scrap]
    units = _numbered(text, found, kind)
    is_scanned = any(page.confidences for page in words)
    if units and is_scanned and (again := restored(every, found, units)) != found:
        found, units = again, _numbered(text, again, kind)
    if units and (marked := with_tables(text, found, words)) != found:
        found, units = marked, _numbered(text, marked, kind)
    if units and is_scanned:
        units = implied(found, units)
    return tuple(
        Clause(
            eid=eid,
            label=node.label,
            heading=node.heading.text if node.heading else None,
            topic=_topic(text, node),
            parent=parent,
            span=Span(text.document, text.reading, node.first, node.last),
            level=node.level,
            confidence=node.confidence,
            counted=node.is_counted,
        )
        for eid, parent, node in with_ids(build(found, with_acts(found, units)))
    )


def _numbered(text: DocumentText, found: Sequence[Paragraph], kind: str | None) -> list[NumberedClause]:
    """Return the numbered clauses of a document; for a decision without articles, the points of its ruling."""
    units = [] if kind in kinds_with("no_clauses") else find_units(found, _has_bare_numbers(found, kind))
    if units or not (kind is None or kind in kinds_with("points")) or words_of("decides").isdisjoint(text.bare):
        return units
    inside = decided(found)
    points = find_units(found[inside.start : inside.stop], True)
    return [replace(unit, index=unit.index + inside.start) for unit in points]


def _has_bare_numbers(found: Sequence[Paragraph], kind: str | None) -> bool:
    """Return whether a bare number ("5.") may mark a clause; if the kind is unknown, decimals and headings decide."""
    if kind is not None:
        return kind in kinds_with("clauses")
    numbered = [each for each in found if each.marker is not None and each.marker.style is MarkerStyle.NUMBER]
    has_decimals = any(each.marker is not None and each.marker.style is MarkerStyle.DECIMAL for each in found)
    return has_decimals and sum(map(is_heading, numbered)) > len(numbered) / 2


_WITH_TOPIC = frozenset({ClauseLevel.ARTICLE, ClauseLevel.SECTION})


def _topic(text: DocumentText, node: Node) -> str | None:
    return topic_of(text, node) if node.level in _WITH_TOPIC else None
