"""Clauses: the tree of articles, paragraphs and points of a contract, regulation or judgment.

Rules over the words of a reading, as with facts: a number that may be something else is no clause, and a clause names
the words it covers. See :mod:`indexer.clauses.units` for what is a clause and :mod:`indexer.clauses.body` for how
stavovi are counted.
"""

from __future__ import annotations

from collections.abc import Sequence

from archive.model import Clause, Span
from archive.model.words import Words
from indexer.clauses.headings import is_heading
from indexer.clauses.layout import Paragraph, paragraphs
from indexer.clauses.markers import Style
from indexer.clauses.topics import topic_of
from indexer.clauses.tree import build, with_ids
from indexer.clauses.units import find_units
from indexer.facts.text import DocumentText

KINDS_WITH_CLAUSES = frozenset({"contract", "contract_annex", "regulation"})
"""Kinds in which numbers alone ("1. Predmet", "1.1") are clauses; in others they are items of a form or a list."""

KINDS_WITHOUT_CLAUSES = frozenset({"tender_notice", "award_decision", "cancellation"})
"""Forms and decisions whose parts may be numbered like articles ("NENI I" of the Kosovo notices) and are none."""


def find(text: DocumentText, words: Sequence[Words], kind: str | None) -> tuple[Clause, ...]:
    """The clauses of a document in the order of their first words, each after the clause around it.

    ``words`` holds the words of each page of the reading in turn, ``kind`` is the document kind if it is known.
    """
    if kind in KINDS_WITHOUT_CLAUSES:
        return ()
    found = paragraphs(text, words)
    units = find_units(found, _has_bare_numbers(found, kind))
    return tuple(
        Clause(
            eid=eid,
            label=node.label,
            heading=node.heading.text if node.heading else None,
            topic=topic_of(text, node),
            parent=parent,
            span=Span(text.document, text.reading, node.first, node.last),
            level=node.level,
            confidence=node.confidence,
            counted=node.is_counted,
        )
        for eid, parent, node in with_ids(build(found, units))
    )


def _has_bare_numbers(found: Sequence[Paragraph], kind: str | None) -> bool:
    """Whether clauses may be named by numbers alone; without a known kind, decimals and headings must show it."""
    if kind is not None:
        return kind in KINDS_WITH_CLAUSES
    numbered = [each for each in found if each.marker is not None and each.marker.style is Style.NUMBER]
    has_decimals = any(each.marker is not None and each.marker.style is Style.DECIMAL for each in found)
    return has_decimals and sum(map(is_heading, numbered)) > len(numbered) / 2
