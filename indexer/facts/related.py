"""Other numbers that link a document to its procedure, each with its role.

Beside its reference number, a document may cite the procurement in another notation (the file, the ordinal of the
plan), acts of the same procedure ("Odluka o pokretanju postupka broj …"), contracts, the notice on the portal and, in
Croatia, the KLASA. A document that names many procurements is a list, and nothing is taken from it.
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
    OF_CLASS_404,
    FoundNumber,
    found_number,
    of_procurement,
    related_fact,
)
from indexer.facts.text import DocumentText, any_of
from indexer.gazetteer import kinds_with, table

MOST_PROCUREMENTS = 3
"""Maximum number of procurements named by a document about one; beyond, it is a plan, register or report."""

HEAD_PAGES = 3
"""A document cites its basis on its first pages."""


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    acts = any_of(table("reference_labels")["procurement_acts"])
    # Between an act and its number may be its subject, but no sentence end and no other label.
    number = rf"(?P<number>{NUMBER})"
    return {
        "act": re.compile(rf"{acts}[^.;:]{{0,120}}?\W(?:del\w*\.?\s?)?{BR}{number}"),
        "act-of-class": re.compile(
            rf"\b(?:odluk\w+|odluci|resenj\w+)(?:\so)?(?:\s\w+){{0,2}}\s(?P<number>{OF_CLASS_404})(?![\w/-])"
        ),
        "klasa": re.compile(r"\bklasa\s?[:.]?\s?(?P<number>\d{3}-\d{2}/\d{2}-\d{2}/\d{1,4})(?!\d)"),
        "portal": re.compile(r"(?<![\w/])(?P<number>20\d\d/s\s?[a-z]?\d{2,3}[\s-]{1,3}\d{6,7})(?!\d)"),
        "contract": re.compile(rf"(?<=\n)(?:broj|br\.?)\s(?:zakljucenog\s)?ugovora\s?[:.]?\s?{number}"),
        "annexed": re.compile(
            rf"\b(?:aneks\w*|anex\w*)\b(?:\s(?:br(?:oj)?\.?\s?)?[\divx]+\.?)?\s(?:uz\s)?ugovora?\s{number}"
        ),
    }


def find(text: DocumentText, kind: str | None, known: Sequence[Fact]) -> list[Fact]:
    """Return the numbers that are not among ``known``.

    :param known: number facts of all rules, including those that the scorer did not choose.
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
        yield from _cited(text, "act-of-class", "case", 0.8)
        yield from _cited(text, "contract", "contract", 0.8)
        yield from _cited(text, "annexed", "contract", 0.85)
        yield from _cited(text, "portal", "portal", 0.9)
    yield from _cited(text, "klasa", "case", 0.9)


def _in_other_shape(named: Sequence[FoundNumber], known: Sequence[str]) -> Iterator[FoundNumber]:
    """Yield the number of the procurement in another notation: file (404-18/2020) or ordinal (12/2020).

    Of several in one notation, the most frequent is taken.
    """
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
