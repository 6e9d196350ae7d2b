"""To whom does a contract go? The firms that an award names as winners, and those an authority says it contracted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from indexer.facts.firms import names
from indexer.facts.firms.names import Firm
from indexer.facts.phrases import any_of
from indexer.facts.text import DocumentText
from indexer.gazetteer import table

TO_BIDDER = frozenset({"vendor.award-lot", "vendor.awarded-to-bidder", "vendor.chosen"})
"""The rules by whose words the winner is called a bidder."""


@dataclass(frozen=True, slots=True)
class Named:
    """A firm named as a vendor: by which rule, how surely, and as what."""

    firm: Firm
    rule: str
    confidence: float
    role: str = "supplier"


@cache
def _rules() -> tuple[tuple[str, re.Pattern[str], float], ...]:
    """The words after which the winner's name begins, the surest first."""
    words = table("awards")
    given, bidder, other = any_of(words["given"]), any_of(words["to_bidder"]), any_of(words["to_other"])
    form = rf"{any_of(words['form_heading'])}\W*{any_of(words['form_name'])}[:\s]*"
    lot = rf"partij\w*\W*\d+\W*(?:\([^()]*\))?\W*{bidder}[:\s]+"
    return (
        ("vendor.form", re.compile(form), 0.97),
        ("vendor.award-lot", re.compile(lot), 0.93),
        ("vendor.awarded-to-bidder", re.compile(rf"{given}[^\n.;]{{0,160}}?\n?\s?{bidder}[:\s]+"), 0.92),
        ("vendor.awarded-to", re.compile(rf"{given}[^\n.;]{{0,160}}?\n?\s?{other}[:\s]+"), 0.9),
        ("vendor.award-label", re.compile(rf"{any_of(words['labelled'])}\s?:\s*"), 0.9),
        ("vendor.chosen", re.compile(rf"{any_of(words['chosen'])}[:\s]+"), 0.9),
    )


def awarded(text: DocumentText) -> Iterator[Named]:
    """Every mention of a firm as the one to whom the contract goes."""
    for rule, pattern, confidence in _rules():
        for found in text.find(pattern):
            start = text.word_at(found.match.end())
            if rule == "vendor.form":
                named = names.in_field(text, start)
            elif re.compile(names.group_of_bidders()).match(text.folded, text.starts[start]):
                named = list(names.in_a_row(text, start))
            else:
                named = [firm for firm in [names.read(text, start)] if firm is not None]
            role = "consortium_member" if len(named) > 1 else "supplier"
            yield from (Named(firm, rule, confidence, role) for firm in named)


@cache
def _contracted() -> re.Pattern[str]:
    words = table("awards")
    concluded, contract, supplier = (any_of(words[key]) for key in ("concluded", "contract", "with_supplier"))
    return re.compile(rf"{concluded}[^.;]{{0,60}}?{contract}[^.;]{{0,60}}?\ssa?\s(?:istim\s)?{supplier}\W+")


def contracted_with(text: DocumentText) -> Iterator[Named]:
    """ "The municipality concluded a contract with the supplier X": an authority tells whom it contracted."""
    for found in text.find(_contracted()):
        firm = names.read(text, text.word_at(found.match.end()))
        if firm is not None:
            yield Named(firm, "vendor.contracted-with", 0.88)
