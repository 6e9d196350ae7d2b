"""Which municipality's paper is this?

Names of towns stand everywhere: seats of vendors, of courts, of the review body. A name counts only beside words that
make it the place of the body that issued the document. Beograd, where national bodies sit, needs the plainest of
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from archive.model import Fact
from archive.text.folding import fold
from indexer.facts.phrases import any_of
from indexer.facts.text import DocumentText
from indexer.gazetteer import municipalities, table
from indexer.gazetteer.declension import forms

HEAD_PAGES = 3
HEAD_WORDS = 900
NEAR = 60
"""Characters of folded text before and after a name in which its context is looked for."""

CAPITAL = "Beograd"
PRIVATE_KINDS = frozenset({"contract", "contract_annex", "judgment"})
"""Kinds in which towns are mostly the seats of parties: only "Opština X" as a name of its own counts in them."""

_LITIGANT = re.compile(r"\btuzi(?:lac|oc|lj)|\btuzen|\bprotiv\w*|\bpredlagac")
"""A municipality that sues or is sued did not issue the document."""


@dataclass(frozen=True, slots=True)
class _Context:
    """What must stand before, and after, a name. ``plain``: it names the municipality itself and not a seat."""

    name: str
    before: str
    after: str
    confidence: float
    plain: bool = False


@cache
def _contexts() -> tuple[tuple[_Context, re.Pattern[str], re.Pattern[str]], ...]:
    """The contexts, surest first, with their compiled expressions."""
    body = any_of(
        (*table("roles")["public_body"], "ustanov*", "javno preduzeće", "predškolsk*", "jkp", "jp", "oš", "ju")
    )
    line = r"\n\W*(?:u\s)?"
    contexts = (
        _Context(
            "office", r"(?:\bopstin[aeiu]|\bopcin[aeiu]|\bgrada?|\bgradu|\bkomun\w+|\bobstina)\W+$", "", 0.96, True
        ),
        _Context("office-of", r"\b(?:municipality|city|town) of\W+$", "", 0.96, True),
        _Context("form-field", r"\b(?:mj?esto|qyteti|grad)\s?:\W*$", "", 0.95),
        _Context("body", rf"{body}[^\n,:;]*[\"“”»«'’]\W*(?:u\s)?$", "", 0.9),
        _Context("post-code", r"\b[1-8]\d{4}\W+$", "", 0.8),
        _Context("post-code-after", "", r"^\W+[1-8]\d{4}\b", 0.8),
        _Context("place-and-date", rf"{line}$", r"^\W{0,3}(?:dana\s)?\d{1,2}\W{1,2}\w+\W{1,2}(?:19|20)\d\d", 0.8),
        _Context("place-and-month", rf"{line}$", r"^,\s?[a-z]+\s?/?\s?(?:19|20)\d\d", 0.75),
        _Context("street-and-place", r"\n[^\n]*\bul(?:ica)?\b[^\n]*,\W*$", r"^\W*(?:\n|$)", 0.75),
        _Context("place-and-street", r"(?<!\bu\s)$", r"^,\s?ul(?:ica)?\b", 0.7),
        _Context("place-and-blank", r"\n\W*u\s$", r"^\W{0,3}_{3,}", 0.7),
    )
    return tuple((context, re.compile(context.before), re.compile(context.after)) for context in contexts)


@cache
def _names() -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """Every folded form, by its first word, longest first: the words of the form and the official name."""
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for place in municipalities():
        for form in forms(place.name) | set(place.aliases):
            words = tuple(fold(form).split())
            by_first.setdefault(words[0], []).append((words, place.name))
    return {first: tuple(sorted(found, key=lambda entry: -len(entry[0]))) for first, found in by_first.items()}


def find(text: DocumentText, kind: str | None) -> list[Fact]:
    """The municipality, by the surest context; the first in the text of equal ones."""
    best: Fact | None = None
    private = kind in PRIVATE_KINDS
    for name, first, last in _mentions(text, text.words_of_pages(HEAD_PAGES, HEAD_WORDS)):
        for context, before, after in _contexts():
            if not context.plain and (name == CAPITAL or private):
                continue
            if context.plain and not _office_is_a_name(text, first) and (private or name == CAPITAL):
                continue
            if best is not None and context.confidence <= best.confidence:
                break
            if _stands_in(text, first, last, before, after):
                best = text.fact(
                    "municipality", name, (first, last), f"municipality.{context.name}", context.confidence
                )
                break
    return [] if best is None else [best]


def _mentions(text: DocumentText, end: int) -> Iterator[tuple[str, int, int]]:
    """Every name of the gazetteer before word ``end`` that is printed with a capital: name, first word, last word."""
    names = _names()
    word = 0
    while word < end:
        found = None
        for form, name in names.get(text.fold_of(word), ()):
            fits = word + len(form) <= end
            if fits and all(text.fold_of(word + ahead) == part for ahead, part in enumerate(form)):
                found = (name, word, word + len(form) - 1)
                break
        if found is not None and text.is_capitalised(word):
            yield found
            word = found[2]
        word += 1


def _office_is_a_name(text: DocumentText, first: int) -> bool:
    """Whether the word for the office before a town has a capital: "Opština Ub" is a party, "opština Ub" an address."""
    office = first - 2 if first >= 2 and text.fold_of(first - 1) == "of" else first - 1
    return office >= 0 and text.is_capitalised(office)


def _stands_in(text: DocumentText, first: int, last: int, before: re.Pattern[str], after: re.Pattern[str]) -> bool:
    start = text.starts[first]
    stop = text.starts[last + 1] if last + 1 < len(text.starts) else len(text.folded)
    # The punctuation around a name belongs to its context, so the name is cut to its letters.
    name = text.folded[start:stop].rstrip(" \n.,;:!?)]\"“”»«'’_-–")
    lead = len(name) - len(name.lstrip("\"“”„»«'’(["))
    left = text.folded[max(0, start - NEAR) : start + lead]
    if _LITIGANT.search(left):
        return False
    right = text.folded[start + len(name) : start + len(name) + NEAR]
    return before.search(left) is not None and after.search(right) is not None
