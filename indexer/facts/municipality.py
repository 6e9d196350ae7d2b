"""The municipality that a document belongs to.

The name or address of the buyer tells. Otherwise town names occur everywhere (of vendors, courts, the review body), so
one counts only beside words that make it the seat of the issuing body. Beograd, the seat of national bodies, needs the
most explicit of them. A settlement stands for its municipality, with less confidence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from archive.model import Fact
from indexer.facts.bodies import Body
from indexer.facts.places import PlaceName, places
from indexer.facts.text import DocumentText, any_of
from indexer.gazetteer import kinds_with, table

HEAD_PAGES = 3
HEAD_WORDS = 900
NEAR = 60
"""Number of characters of context before and after a name."""

CAPITAL = "Beograd"
SEAT_WORDS = 14
"""Maximum distance in words between a body and its address."""

SETTLEMENT_DOUBT = 0.05
"""Reduction of confidence for a settlement, compared with the name of the municipality."""


_LITIGANT = re.compile(r"\btuzi(?:lac|oc|lj)|\btuzen|\bprotiv\w*|\bpredlagac")
"""A municipality that is a party to a lawsuit did not issue the document."""

_ANYTHING = re.compile("")
_NUMBER_OF_HOUSE = re.compile(r"[a-z]\W{1,3}(?:br\W{1,2})?\d{1,3}[a-z]?,\W*$")
_LINE_ENDS = re.compile(r"^\W*(?:\n|$)")
"""An address as in a letterhead: "Vojvode Stepe br. 9, Pirot"."""


@dataclass(frozen=True, slots=True)
class _Context:
    """What must precede and follow a name; ``plain`` says that it names the municipality itself, not an address."""

    name: str
    before: str
    after: str
    confidence: float
    plain: bool = False


@cache
def _contexts() -> tuple[tuple[_Context, re.Pattern[str], re.Pattern[str]], ...]:
    """Return the contexts, the most reliable first, with their compiled expressions."""
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
        # A name in quotation marks is the school's, the town follows them.
        _Context("body", rf"{body}[^\n,:;]*[\"“”»«'’]\W*(?:u\s)?$", r"^(?![\"“”»«'’])", 0.9),
        _Context("post-code", r"\b[1-8]\d{4}\W+$", "", 0.8),
        _Context("post-code-after", "", r"^\W+[1-8]\d{4}\b", 0.8),
        _Context("place-and-date", rf"{line}$", r"^\W{0,3}(?:dana\s)?\d{1,2}\W{1,2}\w+\W{1,2}(?:19|20)\d\d", 0.8),
        _Context("place-and-month", rf"{line}$", r"^,\s?[a-z]+\s?/?\s?(?:19|20)\d\d", 0.75),
        _Context("street-and-place", r"\n[^\n]*\bul(?:ica)?\b[^\n]*,\W*$", r"^\W*(?:\n|$)", 0.75),
        _Context("place-and-street", r"(?<!\bu\s)$", r"^,\s?ul(?:ica)?\b", 0.7),
        _Context("place-and-blank", r"\n\W*u\s$", r"^\W{0,3}_{3,}", 0.7),
    )
    return tuple((context, re.compile(context.before), re.compile(context.after)) for context in contexts)


def find(text: DocumentText, kind: str | None, buyer: Body | None = None) -> list[Fact]:
    """Return the municipality of the buyer, or that of the most reliable context; of equals, the first."""
    if kind in kinds_with("no_author"):
        return []
    if buyer is not None:
        known = _of_buyer(text, buyer)
        if known is not None:
            return [known]
    best: Fact | None = None
    private = kind in kinds_with("private")
    for place in places(text, 0, text.words_of_pages(HEAD_PAGES, HEAD_WORDS)):
        doubt = SETTLEMENT_DOUBT if place.is_settlement else 0.0
        for context, before, after in _contexts():
            if context.plain:
                proper = not place.is_settlement and (_office_is_a_name(text, place.first) or not private)
                if not proper or (place.municipality == CAPITAL and not _office_is_a_name(text, place.first)):
                    continue
            elif place.municipality == CAPITAL or private:
                continue
            if best is not None and context.confidence - doubt <= best.confidence:
                break
            if _stands_in(text, place, before, after):
                best = _fact(text, place, context.name, context.confidence - doubt)
                break
    return [] if best is None else [best]


def _of_buyer(text: DocumentText, buyer: Body) -> Fact | None:
    """Return the municipality in the buyer's name, or in the address right after it; None without one."""
    if buyer.place is not None and (buyer.is_local or buyer.place.municipality != CAPITAL):
        return _fact(text, buyer.place, "buyer", 0.97)
    _, code, _ = next(entry for entry in _contexts() if entry[0].name == "post-code")
    for place in places(text, buyer.last + 1, min(buyer.last + 1 + SEAT_WORDS, len(text.words))):
        is_seat = _stands_in(text, place, code, _ANYTHING) or _stands_in(text, place, _NUMBER_OF_HOUSE, _LINE_ENDS)
        if place.municipality != CAPITAL and is_seat:
            return _fact(text, place, "buyer-seat", 0.93)
    return None


def _fact(text: DocumentText, place: PlaceName, rule: str, confidence: float) -> Fact:
    where = (place.first, place.last)
    return text.fact("municipality", place.municipality, where, f"municipality.{rule}", round(confidence, 2))


def _office_is_a_name(text: DocumentText, first: int) -> bool:
    """Return whether the office before a town is capitalized: "Opština Ub" is a party, "opština Ub" an address."""
    office = first - 2 if first >= 2 and text.fold_of(first - 1) == "of" else first - 1
    return office >= 0 and text.is_capitalised(office)


def _stands_in(text: DocumentText, place: PlaceName, before: re.Pattern[str], after: re.Pattern[str]) -> bool:
    start, last = text.starts[place.first], place.last
    stop = text.starts[last + 1] if last + 1 < len(text.starts) else len(text.folded)
    # Punctuation around a name is part of its context, so the name is stripped.
    name = text.folded[start:stop].rstrip(" \n.,;:!?)]\"“”»«'’_-–")
    lead = len(name) - len(name.lstrip("\"“”„»«'’(["))
    left = text.folded[max(0, start - NEAR) : start + lead]
    if _LITIGANT.search(left):
        return False
    right = text.folded[start + len(name) : start + len(name) + NEAR]
    return before.search(left) is not None and after.search(right) is not None
