"""Facts: what a document says about itself, by small rules that each name their evidence.

A rule that is not sure finds nothing: an empty facet value costs a reporter a minute, a wrong one costs the story.
Rules read folded text, so one rule serves both scripts; the word lists are data, in :mod:`indexer.gazetteer`.
"""

from __future__ import annotations

from collections.abc import Sequence

from archive.facts.values import LONGEST_VALUE
from archive.model import Fact
from archive.model.words import Words
from indexer.facts import (
    amounts,
    awards,
    bids,
    buyer,
    cpv,
    dates,
    kind,
    municipality,
    parties,
    procedures,
    reference,
    title,
    watch,
)
from indexer.facts.scoring.context import DocumentContext
from indexer.facts.text import DocumentText
from indexer.facts.watchlist import Watchlist


def extract(text: DocumentText, words: Sequence[Words], watchlist: Watchlist) -> tuple[Fact, ...]:
    """The facts of a document. Vendors, bidders, amounts, CPV codes and related numbers may be many, others are one.

    ``words`` holds the words of each page of the reading in turn. The name of the file is no evidence, so no rule reads
    it. A value longer than a person could state is none: it is a row of letters that no space parts, and PostgreSQL
    could not keep it in an index.
    """
    found = _with_awards(DocumentContext(text, words), _found(text, words, watchlist))
    return tuple(fact for fact in found if len(fact.value) <= LONGEST_VALUE)


def _with_awards(context: DocumentContext, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts, and the lines of awards, which build on them."""
    kind = next((fact.value for fact in facts if fact.field == "kind"), None)
    return (*facts, *awards.find(context, kind, facts))


def _found(text: DocumentText, words: Sequence[Words], watchlist: Watchlist) -> tuple[Fact, ...]:
    kinds = kind.find(text)
    known_kind = kinds[0].value if kinds else None
    buyers, public_body = buyer.find(text, known_kind)
    return (
        *title.find(text),
        *kinds,
        *procedures.find(text, known_kind),
        *buyers,
        *municipality.find(text, known_kind, public_body),
        *parties.find(text, known_kind),
        *bids.find_bidders(text, known_kind),
        *dates.find(text, known_kind),
        *dates.find_deadline(text, known_kind),
        *dates.find_told(text, known_kind),
        *amounts.find(text, known_kind),
        *bids.find_counts(text, known_kind),
        *bids.find_offers(text, known_kind),
        *cpv.find(text, known_kind),
        *reference.find(text, known_kind),
        *procedures.find_outcome(text, known_kind),
        *watch.find(text, words, watchlist),
    )
