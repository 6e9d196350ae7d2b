"""How a request for information ended, by the set phrases of ``foi_outcomes.toml``."""

from __future__ import annotations

from functools import cache
from re import Pattern

from indexer.facts.text import DocumentText, TextMatch, compiled
from indexer.gazetteer import kinds_with, table

APPEAL = "foi_appeal"
"""An appeal tells of silence, or of a decision which it attacks and which says more about itself."""


@cache
def _patterns() -> dict[str, Pattern[str]]:
    return {outcome: compiled(phrases) for outcome, phrases in table("foi_outcomes").items()}


def by_phrases(text: DocumentText, kind: str | None) -> tuple[str, TextMatch] | None:
    """Return the outcome that the phrases of a paper say, with their words. Several decisions together have none."""
    if kind not in kinds_with("foi_outcome") and kind != APPEAL:
        return None
    said = {outcome: first for outcome, pattern in _patterns().items() if (first := next(text.find(pattern), None))}
    if kind == APPEAL:
        return ("silent", said["silent"]) if "silent" in said else None
    said.pop("silent", None)
    if "partly" in said:
        return "partly", said["partly"]
    if {"granted", "refused"} <= said.keys():
        # A reply that gives one thing and refuses another grants in part; a decision that does is several decisions.
        return ("partly", said["refused"]) if kind == "foi_reply" else None
    return next(iter(said.items()), None)
