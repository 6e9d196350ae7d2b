"""Findings by municipality: one question at a time, as a ranking with a map."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from archive.findings.definition import CountedUnit, Definition
from archive.findings.joined import Joining
from archive.findings.kept_sentences import KeptFinding
from archive.findings.municipalities import COORDINATES
from archive.findings.table import UNITS
from archive.search.facets import FacetValue
from archive.search.request import UNKNOWN
from webapp.languages.translation import gettext, number, said
from webapp.links import place_url, places_url, search_url
from webapp.pages.findings.picture import Picture
from webapp.pages.findings.picture_map import MapNumber, map_of
from webapp.pages.findings.wording import group_value, shown_number
from webapp.pages.parts import Context, Link
from webapp.state import FindingState, SearchState

PAPERS = "papers"
"""The question without a finding: the number of documents per municipality."""


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A municipality in the ranking.

    The name links to its profile, the number to what makes it, with its base as a note; ``share`` is the length of its
    bar in per cent of the longest.
    """

    place: Link
    number: Link
    share: int


@dataclass(frozen=True, slots=True)
class PlacesContext(Context):
    """A question about municipalities.

    ``whole`` links to the finding; ``none`` are municipalities for which it is 0 or unknown, ``more`` links to the rest
    of the ranking.
    """

    questions: tuple[Link, ...]
    title: str
    whole: Link | None
    rows: tuple[PlaceRow, ...]
    none: tuple[Link, ...]
    more: Link | None
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class _Number:
    """A municipality with its number, the base of the number, and a link; ``is_known`` as in cached findings."""

    municipality: str
    number: Decimal
    of: str | None
    url: str
    is_known: bool = True


FIRST = "competition"
"""The finding shown first, which also ends the first sentence of the front page."""

Asked = Sequence[tuple[Definition, KeptFinding]]
"""Findings with their cached results."""


def in_order(kept: Iterable[tuple[Definition, KeptFinding | None]]) -> Asked:
    """Return the findings with a cached result, in display order."""
    known = [(definition, one) for definition, one in kept if one is not None]
    return sorted(known, key=lambda each: (each[0].name != FIRST, each[0].order))


def present_places(
    asked: str, papers: Sequence[FacetValue], findings: Asked, url: Callable[[str], str], most: int | None = None
) -> PlacesContext:
    """Return the context of the question ``asked``, or of the first with an answer.

    :param papers: the number of documents per municipality.
    :param url: returns the URL of a question.
    :param most: maximum length of the ranking; by default unlimited.
    """
    answered = {definition.name: (definition, kept) for definition, kept in findings if _has_numbers(kept)}
    chosen = asked if asked in answered or asked == PAPERS else next(iter(answered), PAPERS)
    questions = {name: _question(definition, kept.label) for name, (definition, kept) in answered.items()}
    questions[PAPERS] = gettext("Documents")
    numbers = _document_counts(papers) if chosen == PAPERS else _of_finding(*answered[chosen])
    ranked = sorted((one for one in numbers if one.number), key=lambda one: -one.number)
    title = questions[PAPERS] if chosen == PAPERS else said(answered[chosen][0].title)
    shown = ranked[:most]
    return PlacesContext(
        questions=tuple(Link(text, url(name), name == chosen) for name, text in questions.items()),
        title=title if title == questions[chosen] else f"{title}: {questions[chosen]}",
        whole=None if chosen == PAPERS else Link(gettext("The whole finding"), FindingState(chosen).url),
        rows=tuple(_row(one, ranked[0].number) for one in shown),
        none=tuple(_place(one.municipality) for one in numbers if not one.number),
        more=Link(gettext("All municipalities"), places_url(chosen)) if len(ranked) > len(shown) else None,
        picture=_picture(title, numbers) if ranked else None,
    )


def _has_numbers(kept: KeptFinding) -> bool:
    return any(one.number and one.municipality for one in kept.places)


def _question(definition: Definition, label: str) -> str:
    text = said(definition.title if definition.draw == UNITS else label)
    return text[:1].upper() + text[1:]


def _document_counts(papers: Sequence[FacetValue]) -> list[_Number]:
    return [
        _Number(one.value, Decimal(one.count), None, search_url(SearchState().with_filter("municipality", one.value)))
        for one in papers
        if one.value != UNKNOWN
    ]


def _of_finding(definition: Definition, kept: KeptFinding) -> list[_Number]:
    """Return the numbers of a finding, with the number of units as base if it counts some of them."""
    state, counts = FindingState(definition.name), definition.counts is not CountedUnit.MUNICIPALITIES
    is_part = counts and not definition.facts.measure.is_of_numbers and definition.draw != UNITS
    return [
        _Number(
            one.municipality,
            one.number,
            gettext("of %(count)s", count=number(one.units)) if is_part else None,
            state.number_url(Joining((one.municipality,), (definition.draw,))),
            one.is_known,
        )
        for one in kept.places
        if one.municipality
    ]


def _place(municipality: str) -> Link:
    return Link(group_value("municipality", municipality), place_url(municipality))


def _row(one: _Number, largest: Decimal) -> PlaceRow:
    share = max(1, round(100 * one.number / largest))
    return PlaceRow(_place(one.municipality), Link(shown_number(one.number), one.url, note=one.of), share)


def _picture(title: str, numbers: Sequence[_Number]) -> Picture | None:
    """Return the map of the municipalities that have documents, None without any."""
    drawn = [
        MapNumber(one.municipality, COORDINATES[one.municipality], one.number, one.url)
        for one in numbers
        if one.number and one.municipality in COORDINATES
    ]
    if not drawn:
        return None
    shades = {one.municipality: "zero" if one.is_known else "unknown" for one in numbers if not one.number}
    lost = [group_value("municipality", one.municipality) for one in numbers if one.municipality not in COORDINATES]
    return map_of(title, drawn, shades.get, lost)
