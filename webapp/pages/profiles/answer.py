"""The answer to a question about a municipality, above the results of a search."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from archive.profiles.place import PlaceProfile
from webapp.languages.translation import gettext
from webapp.links import place_url
from webapp.pages.findings.wording import SentencePart, group_value
from webapp.pages.parts import Link
from webapp.pages.profiles.figures import Figure
from webapp.pages.profiles.place import MONEY, other_findings, quantity_figures, sellers, sums, unknown_counts
from webapp.state import FindingState

MOST_SELLERS = 3
"""Maximum vendors of an answer; the profile has the others."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the findings that a query asks for say of a municipality, or of how much of it they do not know."""

    place: Link
    figures: tuple[Figure, ...]
    sentences: tuple[tuple[SentencePart, ...], ...]
    unknown: tuple[Link, ...]


def present_answer(profile: PlaceProfile) -> Answer | None:
    """Return the answer by a profile that has only the findings asked for, None if none of them counts its papers."""
    money = (Figure(gettext("Contracts and awards"), one.amount) for one in sums(profile, FindingState(MONEY)))
    sold = (
        Figure(gettext("Procedures: %(firms)s", firms=", ".join(firm.label for firm in one.firms)), one.count)
        for one in islice(sellers(profile, ""), MOST_SELLERS)
    )
    figures = (*quantity_figures(profile), *money, *sold)
    sentences = tuple(told for _, several in other_findings(profile) for told in several)
    unknown = () if figures or sentences else tuple(unknown_counts(profile, ""))
    if not (figures or sentences or unknown):
        return None
    place = Link(group_value("municipality", profile.municipality), place_url(profile.municipality))
    return Answer(place, figures, sentences, unknown)
