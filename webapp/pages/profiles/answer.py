"""The answer to a question about a municipality, above the results of a search."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice

from archive.profiles.place import PlaceProfile
from webapp.languages.translation import gettext
from webapp.links import place_url
from webapp.pages.findings.wording import SentencePart, group_value
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
from webapp.state import FindingState

MOST_SELLERS = 3
"""Maximum vendors of an answer; the profile has the others."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the findings that a query asks for say of a municipality; ``unknown`` has the counts of others."""

    place: Link
    figures: tuple[Figure, ...]
    sentences: tuple[tuple[SentencePart, ...], ...]
    unknown: tuple[Link, ...]


def present_answer(profile: PlaceProfile) -> Answer | None:
    """Return the answer by a profile that has only the findings asked for, None if none of them counts its papers."""
    figures = {
        QUANTITIES: tuple(quantity_figures(profile)),
        MONEY: tuple(Figure(gettext("Contracts and awards"), one.amount) for one in sums(profile, FindingState(MONEY))),
        VENDORS: tuple(map(_sold, islice(sellers(profile, ""), MOST_SELLERS))),
    }
    told = {finding.url: several for finding, several in other_findings(profile)}
    silent = [name for name in profile.tables if not figures.get(name) and FindingState(name).url not in told]
    unknown = tuple(unknown_counts(profile, "", silent))
    if not (any(figures.values()) or told or unknown):
        return None
    place = Link(group_value("municipality", profile.municipality), place_url(profile.municipality))
    return Answer(place, tuple(chain(*figures.values())), tuple(chain(*told.values())), unknown)


def _sold(row: SellerRow) -> Figure:
    return Figure(gettext("Procedures: %(firms)s", firms=", ".join(firm.label for firm in row.firms)), row.count)
