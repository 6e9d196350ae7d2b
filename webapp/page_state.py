"""How a reader looks at the pages of a document, as the URL says it: what stays the same from page to page.

It stands in the URL beside the search (:mod:`webapp.search_state`). What is default does not stand there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from werkzeug.datastructures import MultiDict

from archive.errors import UsageError
from archive.search.request import SearchRequest
from webapp.languages.translation import gettext

_TURNS = ("0", "90", "180", "270")


class Size(StrEnum):
    """How large the image of a page is shown: beside the text, as wide as the window, or twice as wide."""

    FIT = "fit"
    LARGE = "large"
    HUGE = "huge"


@dataclass(frozen=True, slots=True)
class PageState:
    """``turn`` is in degrees, clockwise. ``find`` is looked for in the document, apart from the search."""

    size: Size = Size.FIT
    turn: int = 0
    find: str = ""

    @classmethod
    def from_arguments(cls, arguments: MultiDict[str, str]) -> PageState:
        """Read the parameters of a URL.

        :raises UsageError: a value is impossible.
        """
        turn = arguments.get("turn") or "0"
        if turn not in _TURNS:
            message = gettext("A page cannot be turned by '%(turn)s' degrees.", turn=turn[:20])
            raise UsageError(message, gettext("Turns are: %(turns)s.", turns=", ".join(_TURNS)))
        find = arguments.get("find", "").strip()
        SearchRequest(find)  # It knows how long a query may be.
        return cls(_size(arguments.get("size") or Size.FIT), int(turn), find)

    def parameters(self) -> dict[str, str]:
        """The parameters of this state's URL, always in the same order."""
        size = {} if self.size is Size.FIT else {"size": str(self.size)}
        turn = {"turn": str(self.turn)} if self.turn else {}
        find = {"find": self.find} if self.find else {}
        return {**size, **turn, **find}

    def step(self, by: int) -> PageState | None:
        """One size larger (1) or smaller (-1); None where there is none."""
        sizes = list(Size)
        at = sizes.index(self.size) + by
        return replace(self, size=sizes[at]) if 0 <= at < len(sizes) else None

    def turned(self, by: int) -> PageState:
        """Turned by degrees, clockwise."""
        return replace(self, turn=(self.turn + by) % 360)

    def without_find(self) -> PageState:
        """Looking for nothing in the document."""
        return replace(self, find="")


PLAIN = PageState()
"""A page beside its text, upright, with nothing looked for."""


def _size(text: str) -> Size:
    try:
        return Size(text)
    except ValueError as error:
        message = gettext("There is no size '%(size)s'.", size=text[:20])
        raise UsageError(message, gettext("Sizes are: %(sizes)s.", sizes=", ".join(Size))) from error
