"""The bar below the results: what is done with those that a reader chose."""

from __future__ import annotations

from dataclasses import dataclass

from archive.search.request import Unit
from webapp.languages.translation import gettext, number, plural
from webapp.pages.wording import counted_units
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class ChoosingBar:
    """``all`` offers to choose all results; where they are too many, ``too_many`` says so instead. ``counts`` are the
    sentence on how many are chosen, for one, for few and for many, with a number for each that a script replaces.
    ``of_search``: what is chosen from are the results of a search, which can be kept itself."""

    all: str | None
    too_many: str | None
    counts: tuple[tuple[str, str], ...]
    elsewhere: str
    of_search: bool


def choosing_bar(*, all_: str | None = None, too_many: str | None = None, of_search: bool = False) -> ChoosingBar:
    """Return the bar below things with boxes."""
    return ChoosingBar(
        all=all_,
        too_many=too_many,
        # Unicode CLDR: a number of each form that Serbian has.
        counts=tuple(
            (form, plural("%(count)s chosen", "%(count)s chosen", count))
            for form, count in (("one", 1), ("few", 2), ("other", 5))
        ),
        elsewhere=gettext("of them on other pages: %(count)s", count="#"),
        of_search=of_search,
    )


def present_choosing(state: SearchState, total: int, most: int, *, has_partly: bool) -> ChoosingBar | None:
    """Return the bar below ``total`` results, ``most`` of which can be chosen at once; none where there is nothing."""
    if not (total or has_partly):
        return None
    of_all = {
        Unit.DOCUMENTS: plural("All: %(count)s document", "All: %(count)s documents", total),
        Unit.CLAUSES: plural("All: %(count)s clause", "All: %(count)s clauses", total),
    }
    fits = 0 < total <= most
    told = gettext(
        "The search finds %(count)s; all can be chosen where it finds %(most)s at most.",
        count=counted_units(state.unit, total),
        most=number(most),
    )
    return choosing_bar(
        all_=of_all[state.unit] if fits else None, too_many=told if total > most else None, of_search=True
    )
