"""Numbers, names and requests in English, as the commands print them."""

from __future__ import annotations

from archive.comparing.tolerance import Tolerated
from archive.search.facets import label
from archive.search.request import AMOUNT_FILTERS, SearchRequest, excluded_facet

_FIELDS = {"watch": "On the watchlist", "quality": "Reading quality", **dict.fromkeys(AMOUNT_FILTERS, "Amount")}
"""Filters that are not called by their own names."""

_TOLERATED = {
    Tolerated.SCRIPT: "the other script",
    Tolerated.CASE: "capitals",
    Tolerated.SPACING: "spaces",
    Tolerated.NUMBER_FORM: "the same number, written otherwise",
    Tolerated.LOOK_ALIKE: "letters that OCR takes for one another",
}


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """``1 page``, ``1,200 pages``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def percent(share: float) -> str:
    """``97%``. Only what is the same is called 100%, and only what has nothing in common 0%."""
    if share in (0.0, 1.0):
        return f"{share:.0%}"
    return f"{min(99, max(1, round(100 * share)))}%"


def tolerated(reason: Tolerated) -> str:
    """In what two words are printed otherwise."""
    return _TOLERATED.get(reason, str(reason))


def clause_title(number: str, heading: str | None) -> str:
    """``Član 5. – Garancija``; either alone where the other is missing."""
    return " – ".join(filter(None, (number, heading)))


def request_parts(request: SearchRequest) -> tuple[str, ...]:
    """The text of a request, each of its filters, and how words are matched."""
    filters = (
        f"{_field(name)}: {', '.join(label(name, value) for value in values)}"
        for name, values in request.filters.items()
    )
    exact = ("exact words only",) if request.exact else ()
    look_alikes = ("also look-alikes",) if request.look_alikes else ()
    return (request.text or "every document", *filters, *exact, *look_alikes)


def _field(name: str) -> str:
    field = excluded_facet(name) or name
    return _FIELDS.get(field, field.replace("_", " ").capitalize())
