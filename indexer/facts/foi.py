"""What became of a request for information: granted, partly granted, refused, or left without a reply."""

from __future__ import annotations

from functools import cache
from re import Pattern

from archive.model import Fact
from indexer.facts.phrases import compiled
from indexer.facts.text import DocumentText, Found
from indexer.gazetteer import table

DECIDING = frozenset({"foi_reply", "foi_decision"})
"""Kinds that decide about a request."""

APPEAL = "foi_appeal"
"""An appeal tells of silence, or of a decision which it attacks and which says more about itself."""


@cache
def _patterns() -> dict[str, Pattern[str]]:
    return {outcome: compiled(phrases) for outcome, phrases in table("foi_outcomes").items()}


def find(text: DocumentText, kind: str | None) -> list[Fact]:
    """The outcome, where a reply, a decision or an appeal says one. Several decisions together have none."""
    if kind not in DECIDING and kind != APPEAL:
        return []
    said = {outcome: first for outcome, pattern in _patterns().items() if (first := _first(text, pattern)) is not None}
    if kind == APPEAL:
        return [_fact(text, "silent", said["silent"], 0.85)] if "silent" in said else []
    said.pop("silent", None)
    if "partly" in said:
        return [_fact(text, "partly", said["partly"], 0.85)]
    if {"granted", "refused"} <= said.keys():
        # A reply that gives one thing and refuses another grants in part; a decision that does is several decisions.
        return [_fact(text, "partly", said["refused"], 0.6)] if kind == "foi_reply" else []
    return [_fact(text, outcome, found, 0.9) for outcome, found in said.items()]


def _first(text: DocumentText, pattern: Pattern[str]) -> Found | None:
    return next(text.find(pattern), None)


def _fact(text: DocumentText, outcome: str, found: Found, confidence: float) -> Fact:
    return text.fact("foi_outcome", outcome, (found.first, found.last), f"foi_outcome.{outcome}", confidence)
