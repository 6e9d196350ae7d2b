"""The other numbers that a paper prints and that link it to the rest of its procedure, each with its class.

Beside the number that it goes by, a paper names the procurement in another writing (the file, the ordinal of the
plan), the acts of the same procedure ("Odluka o pokretanju postupka broj …"), contracts, the notice on the portal, and
in Croatia the KLASA. A paper that names many procurements is a list, and cites none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from archive.model import Fact
from archive.procedures.numbers import key, parse
from indexer.facts.reference import (
    BR,
    NUMBER,
    FoundNumber,
    found_number,
    of_procurement,
    related_fact,
)
from indexer.facts.text import DocumentText, any_of
from indexer.gazetteer import kinds_with, table

MOST_PROCUREMENTS = 3
"""Procurements that a paper of one of them may name; one that names more is a plan, a register or a report on many."""

HEAD_PAGES = 3
"""A paper says on its first pages what it rests on."""


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    acts = any_of(table("reference_labels")["procurement_acts"])
    # From the act to its number, over what it was about, but not over the end of a sentence or another label.
    number = rf"(?P<number>{NUMBER})"
    return {
        "act": re.compile(rf"{acts}[^.;:]{{0,120}}?\W(?:del\w*\.?\s?)?{BR}{number}"),
        "klasa": re.compile(r"\bklasa\s?[:.]?\s?(?P<number>\d{3}-\d{2}/\d{2}-\d{2}/\d{1,4})(?!\d)"),
        "portal": re.compile(r"(?<![\w/])(?P<number>20\d\d/s\s?[a-z]?\d{2,3}[\s-]{1,3}\d{6,7})(?!\d)"),
        "contract": re.compile(rf"(?<=\n)(?:broj|br\.?)\s(?:zakljucenog\s)?ugovora\s?[:.]?\s?{number}"),
    }


def find(text: DocumentText, kind: str | None, known: Sequence[Fact]) -> list[Fact]:
    """Return the numbers that are not among those ``known`` of it.

    :param known: the facts of its numbers, those that rules read and the scorer did not choose included.
    """
    seen = {key(fact.value) for fact in known}
    facts = []
    for found in _numbers(text, kind, [fact.value for fact in known]):
        if key(found.value) not in seen:
            seen.add(key(found.value))
            facts.append(related_fact(text, found))
    return facts


def _numbers(text: DocumentText, kind: str | None, known: Sequence[str]) -> Iterator[FoundNumber]:
    is_of_procurement = kind in kinds_with("procurement_number") or kind in kinds_with("contract")
    named = list(of_procurement(text))
    if len({parse(one.value).file for one in named}) > MOST_PROCUREMENTS:
        return
    if is_of_procurement:
        yield from _in_other_shape(named, known)
        yield from _cited(text, "act", "case", 0.8)
        yield from _cited(text, "contract", "contract", 0.8)
        yield from _cited(text, "portal", "portal", 0.9)
    yield from _cited(text, "klasa", "case", 0.9)


def _in_other_shape(named: Sequence[FoundNumber], known: Sequence[str]) -> Iterator[FoundNumber]:
    """Yield the procurement's number as a file (404-18/2020) beside its ordinal (12/2020), or the other way round. Of
    one shape, the number given most often is the procurement's, and another one a slip or another's."""
    shapes = {parse(value).has_class for value in known}
    others = [one for one in named if parse(one.value).has_class not in shapes]
    counts = Counter(key(one.value) for one in others)
    if others:
        yield max(others, key=lambda one: counts[key(one.value)])


def _cited(text: DocumentText, name: str, role: str, confidence: float) -> Iterator[FoundNumber]:
    for found in text.find(_patterns()[name], 0, text.words_of_pages(HEAD_PAGES)):
        number = found_number(text, found.match, role, name, confidence)
        if number is not None:
            yield number
