"""Where a query stands in documents: what its parts mean together, whatever tells where its words are."""

from __future__ import annotations

from functools import reduce
from typing import Protocol

import numpy as np

from archive.search.evaluating.places import NOWHERE, Documents, Places, member, near, together
from archive.search.evaluating.refining import PAGE_FIELDS
from archive.search.query import And, Carries, Fuzzy, Leaf, Near, Not, Or, Pattern, Phrase, Query, Range, Term

Unplaced = Leaf | Range | Carries
"""What holds in a document and stands at no word of it. A leaf is that if its field is no field of pages."""


class Standing(Protocol):
    """What tells where words are. ``among`` are documents, ascending."""

    def places_of(self, query: Leaf | Phrase, among: Documents) -> Places:
        """Where a leaf of the pages, or a phrase, stands in these documents."""

    def holding(self, query: Unplaced, among: Documents) -> Documents:
        """In which of these documents a query holds that stands nowhere."""


def placed(standing: Standing, query: Query, among: Documents) -> tuple[Documents, Places]:
    """In which of these ascending documents a query holds, and where it stands in them.

    What an exclusion is about stands nowhere, and a branch that does not hold in a document contributes nothing.
    """
    match query:
        case Term() | Pattern() | Fuzzy():
            if query.field not in PAGE_FIELDS:
                return standing.holding(query, among), NOWHERE
            found = standing.places_of(query, among)
        case Phrase():
            found = standing.places_of(query, among)
        case Near(left, right, distance):
            holding_left, places_left = placed(standing, left, among)
            _, places_right = placed(standing, right, holding_left)
            found = near(places_left, places_right, distance).distinct()
        case Range() | Carries():
            return standing.holding(query, among), NOWHERE
        case Not(part):
            holding, _ = placed(standing, part, among)
            return among[~member(among, holding)], NOWHERE
        case And(parts):
            every = [placed(standing, part, among) for part in parts]
            holding = reduce(common, (holding for holding, _ in every))
            return holding, together([places for _, places in every]).within(holding)
        case Or(parts):
            every = [placed(standing, part, among) for part in parts]
            holding = np.unique(np.concatenate([holding for holding, _ in every]))
            return holding, together([places for _, places in every])
    return found.counted()[0], found


def common(one: Documents, other: Documents) -> Documents:
    """The documents of both, ascending as they do."""
    smaller, larger = (one, other) if len(one) <= len(other) else (other, one)
    return smaller[member(smaller, larger)]
