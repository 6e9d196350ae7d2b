"""What the archive's owner watches for: terms of a list, and how many of some things a document speaks of."""

from __future__ import annotations

from collections.abc import Sequence

from archive.model import Fact
from archive.model.words import Words
from indexer.facts.text import DocumentText
from indexer.facts.watch import quantities, terms
from indexer.facts.watch.matching import matcher_of
from indexer.facts.watch.watchlist import Watchlist


def find(text: DocumentText, pages: Sequence[Words], watchlist: Watchlist) -> list[Fact]:
    """The terms of the list that stand in a document, and the quantities of the things on it.

    :param pages: the words of each page, for those that are printed in pieces.
    """
    hits = matcher_of(watchlist).find(text, pages)
    return [
        *terms.facts(text, [hit for hit in hits if not hit.entry.is_counted]),
        *quantities.facts(text, [hit for hit in hits if hit.entry.is_counted]),
    ]
