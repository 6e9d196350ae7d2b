"""The watchlist, what of it a document names, and whether it asserts, asks or denies it."""

from __future__ import annotations

from collections.abc import Sequence

from archive.model import Fact
from archive.model.words import Words
from indexer.facts.mentions import quantities, watch
from indexer.facts.mentions.watchlist import Watchlist
from indexer.facts.scoring.context import TextSurroundings


def find(context: TextSurroundings, pages: Sequence[Words], watchlist: Watchlist, kind: str | None) -> list[Fact]:
    """Return the watchlist terms that a document contains, and quantities of countable things.

    :param pages: the words of each page, to find split words.
    """
    hits = watch.matcher_of(watchlist).find(context.text, pages)
    return [
        *watch.term_facts(context.text, [hit for hit in hits if not hit.entry.is_counted], kind),
        *quantities.find(context, [hit for hit in hits if hit.entry.is_counted], kind),
    ]
