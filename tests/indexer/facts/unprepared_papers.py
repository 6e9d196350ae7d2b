"""What is read of the short papers in ``unprepared_papers.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.model import Fact
from archive.model.words import Words
from indexer.facts.extraction import extract
from indexer.facts.mentions.watchlist import Watchlist
from indexer.facts.text import DocumentText
from tests.indexer.facts.conftest import DOCUMENT, reading_of, words_of


@dataclass(frozen=True)
class Told:
    """What is read of a paper: vendors, their numbers, lot, vendor and sum of each line, buyers, offers and bidders."""

    vendors: set[str]
    numbers: set[str]
    lines: set[tuple[str, str, str]]
    buyers: set[str]
    offers: set[str]
    bidders: set[str]


def facts_of(page: str | Words) -> tuple[Fact, ...]:
    """Read a paper with all rules and the scorer, as a document that comes in."""
    words = words_of(page) if isinstance(page, str) else page
    return extract(DocumentText.of(DOCUMENT, reading_of([words]), [words]), [words], Watchlist.shipped())


def told_of(page: str | Words) -> Told:
    """Return what is read of a paper and counts."""
    facts = [fact for fact in facts_of(page) if not fact.is_proposed]
    vendors = [fact for fact in facts if fact.field == "vendor"]
    return Told(
        {fact.value for fact in vendors},
        {fact.details[name] for fact in vendors for name in ("pib", "mb", "jib", "oib") if name in fact.details},
        {
            (fact.details.get("lot", ""), fact.details["vendor"], fact.details["amount"])
            for fact in facts
            if fact.field == "award"
        },
        {fact.value for fact in facts if fact.field == "buyer"},
        {fact.value for fact in facts if fact.field == "offer"},
        {fact.value for fact in facts if fact.field == "bidder"},
    )


def papers(name: str) -> list[dict[str, Any]]:
    """Return the papers of ``unprepared_papers.toml``: ``vendors``, ``lines``, ``lost`` or ``told``."""
    found: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())[name]
    return found
