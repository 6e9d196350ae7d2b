"""What the page of a facet shows."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.contexts.common import Link
from webapp.contexts.search import FacetChoice
from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class FacetContext:
    """All values of a facet in a search. ``find`` is what they have to contain; ``parts`` lead to the rest of them.

    ``kept`` are the parameters of the search without the choices that stand on this page.
    """

    state: SearchState
    name: str
    label: str
    find: str
    count: str
    choices: tuple[FacetChoice, ...]
    parts: tuple[Link, ...]
    kept: tuple[tuple[str, str], ...]
    results: Link
