"""What several pages show: links, marked text, facts with their words, and the page of an error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from webapp.languages.translation import gettext, number
from webapp.links import search_url
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, marked or not. ``anchor`` is its id on the page; ``current`` is the mark the reader came for.

    ``doubt`` says how unsure OCR was of this word, where it was too unsure to be taken at its word. ``noted`` marks
    what a person's note is on, ``found`` what was looked for in this document alone.
    """

    text: str
    marked: bool = False
    anchor: str | None = None
    current: bool = False
    doubt: str | None = None
    noted: bool = False
    found: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A link. ``current`` says that it leads to where the reader is; ``note`` is said beside its label."""

    label: str
    url: str
    current: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class OlderReading:
    """What pages of a reading say that is no longer the newest, and where the newest is."""

    text: str
    newest: Link


@dataclass(frozen=True, slots=True)
class ErrorContext:
    """A page that says what failed and what to try."""

    status: int
    title: str
    message: str
    remedy: str | None
    state: SearchState


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A mark on a page image, in the units of the page. ``noted`` marks what a person's note is on, ``found`` what was
    looked for in this document alone."""

    x: float
    y: float
    width: float
    height: float
    anchor: str | None
    current: bool
    noted: bool = False
    found: bool = False


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
class EvidenceRow:
    """The words that prove a value, and where they can be seen. ``how`` names the rule and its confidence; it is empty
    where a person gave the value."""

    quote: str
    place: Link
    how: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """One value of a field. ``url`` leads to what it names, where that has a page; ``correct`` to the form that
    corrects it. ``is_title``: the value is the title, in the document's own language."""

    label: str
    value: str
    details: tuple[str, ...]
    evidence: tuple[EvidenceRow, ...]
    status: str | None
    url: str | None = None
    correct: str | None = None
    is_title: bool = False


def back_to_search(state: SearchState) -> Link:
    """The way back to the results, or to the search where there are none."""
    return Link(gettext("Results") if state.parameters() else gettext("Search"), search_url(state))


def part_links(total: int, size: int, first: int, url: Callable[[int], str]) -> tuple[Link, ...]:
    """Links to the parts of a long list, ``size`` things each, with ``first`` in the current one; none for a short
    list. ``url`` gives the address of the part that begins at a number."""
    if total <= size:
        return ()
    return tuple(
        Link(f"{number(start)}–{number(min(start + size - 1, total))}", url(start), start <= first < start + size)
        for start in range(1, total + 1, size)
    )
