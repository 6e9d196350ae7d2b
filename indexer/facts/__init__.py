"""First facts: what a document says about itself, by small rules that each name their evidence.

A rule that is not sure finds nothing: an empty facet value costs a reporter a minute, a wrong one costs the story.
Rules read folded text, so one rule serves both scripts; the word lists are data, in :mod:`indexer.gazetteer`.
"""

from __future__ import annotations

from collections.abc import Sequence

from archive.model import Fact, Reading
from archive.words import Words
from indexer.facts import dates, kind, municipality, parties, title
from indexer.facts.text import DocumentText


def extract(document: str, reading: Reading, words: Sequence[Words], filename: str) -> tuple[Fact, ...]:
    """The facts of a document: at most one each of title, kind, municipality, date and year, and any number of vendors.

    ``words`` holds the words of each page of ``reading`` in turn. ``filename`` is no evidence, so no
    rule reads it yet.
    """
    text = DocumentText.of(document, reading, words)
    kinds = kind.find(text)
    known_kind = kinds[0].value if kinds else None
    return (
        *title.find(text),
        *kinds,
        *municipality.find(text, known_kind),
        *parties.find(text, known_kind),
        *dates.find(text, known_kind),
    )
