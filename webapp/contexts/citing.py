"""What the pages of a citation and of a verification show."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.contexts.common import Link
from webapp.contexts.page import Rectangle
from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class Crop:
    """The strip of a page's image around cited words. ``view_box`` is SVG's; ``width`` and ``height`` those of the
    page, in points."""

    page: Link
    label: str
    image: str
    view_box: str
    width: float
    height: float
    marks: tuple[Rectangle, ...]


@dataclass(frozen=True, slots=True)
class CopyBlock:
    """The citation in one form, to be copied. ``is_open``: the block is not folded away."""

    name: str
    text: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """Where words stand, with what they are there."""

    page: Link
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict on a claim. ``is_good``: verified. ``differences`` are pairs: what is cited, what is archived.

    ``fields`` are differences in what is said of the words, each with the name of the field; ``alterations`` and
    ``warnings`` are sentences. ``answers`` are those to each of several claims, which ``quote`` tells apart.
    """

    verdict: str
    is_good: bool
    reason: str
    notes: tuple[str, ...]
    original: str | None
    differences: tuple[tuple[str, str], ...]
    places: tuple[FoundPlace, ...]
    fields: tuple[tuple[str, str, str], ...] = ()
    alterations: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    not_compared: tuple[tuple[str, str], ...] = ()
    quote: str = ""
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class CiteContext:
    """The page of a citation, which is its permalink. ``source`` and ``provenance`` are in the language of its style,
    ``source_language``."""

    state: SearchState
    title: str
    document: Link
    pages: tuple[Link, ...]
    source: str
    source_language: str
    provenance: str
    quote: str
    language: str | None
    notes: tuple[str, ...]
    answer: Answer
    crops: tuple[Crop, ...]
    styles: tuple[Link, ...]
    blocks: tuple[CopyBlock, ...]


@dataclass(frozen=True, slots=True)
class VerifyContext:
    """The page that verifies what is pasted into it. ``problem`` says why that could not be understood."""

    state: SearchState
    text: str
    problem: str | None
    answer: Answer | None
