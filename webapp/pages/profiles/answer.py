"""The answer to a question about a municipality, above the results of a search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice

from archive.profiles.place import PlaceProfile
from archive.profiles.replies import ToldQuantity
from webapp.languages.translation import gettext
from webapp.links import document_url, evidence_url, place_url
from webapp.pages.findings.wording import SentencePart, group_value, shown_number
from webapp.pages.parts import Link
from webapp.pages.profiles.figures import Figure
from webapp.pages.profiles.place import (
    MONEY,
    QUANTITIES,
    VENDORS,
    SellerRow,
    other_findings,
    quantity_figures,
    sellers,
    sums,
    unknown_counts,
)
from webapp.pages.wording import day_of
from webapp.state import FindingState, SearchState

MOST_SELLERS = 3
"""Maximum vendors of an answer; the profile has the others."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the findings that a query asks for say of a municipality; ``unknown`` has the counts of others, ``unused``
    the words of the query that do not narrow these numbers."""

    place: Link
    figures: tuple[Figure, ...]
    sentences: tuple[tuple[SentencePart, ...], ...]
    unknown: tuple[Link, ...]
    unused: str


def present_answer(profile: PlaceProfile, reply: ToldQuantity | None, unused: Sequence[str]) -> Answer | None:
    """Return the answer by a profile that has only the findings asked for, None if none of them counts its papers.

    :param reply: the number of cameras that the municipality says it has; told where the finding counts another.
    """
    quantities = tuple(quantity_figures(profile))
    figures = {
        QUANTITIES: (*quantities, *_replied(reply, quantities)),
        MONEY: tuple(Figure(gettext("Contracts and awards"), one.amount) for one in sums(profile, FindingState(MONEY))),
        VENDORS: tuple(map(_sold, islice(sellers(profile, ""), MOST_SELLERS))),
    }
    told = {finding.url: several for finding, several in other_findings(profile)}
    silent = [name for name in profile.tables if not figures.get(name) and FindingState(name).url not in told]
    unknown = tuple(unknown_counts(profile, "", silent))
    if not (any(figures.values()) or told or unknown):
        return None
    place = Link(group_value("municipality", profile.municipality), place_url(profile.municipality))
    return Answer(place, tuple(chain(*figures.values())), tuple(chain(*told.values())), unknown, ", ".join(unused))


def _replied(reply: ToldQuantity | None, counted: Sequence[Figure]) -> Iterator[Figure]:
    if reply is None or not counted:
        return
    number = shown_number(Decimal(reply.value))
    if (gettext("Cameras"), number) in {(one.label, one.number.label) for one in counted}:
        return
    if reply.words and reply.page:
        url = evidence_url(reply.words, reply.page, SearchState())
    else:
        url = document_url(reply.document, SearchState())
    note = day_of(reply.date) if reply.date else None
    yield Figure(gettext("Cameras by its newest reply"), Link(number, url, note=note))


def _sold(row: SellerRow) -> Figure:
    return Figure(gettext("Procedures: %(firms)s", firms=", ".join(firm.label for firm in row.firms)), row.count)
