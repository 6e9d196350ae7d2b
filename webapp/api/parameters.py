"""Parameters that several endpoints take."""

from __future__ import annotations

from archive.search.request import (
    AMOUNT_FILTERS,
    CLAUSE_FACETS,
    MAX_AMOUNT_DIGITS,
    MAX_QUERY_LENGTH,
    SORTS,
    Unit,
    excluding,
)
from webapp.api.endpoint import Parameter
from webapp.api.schema import Schema, choice

FARTHEST = 9_999_999
"""The largest number of a page, a reading, or a place in a list that can be asked for."""

LONGEST = 400
"""Characters that a name, an id or an address may have."""

_AMOUNTS = ("An amount of at least this is printed, in whatever currency.", "One of at most this is.")

SWITCH: Schema = {"type": "string", "enum": ["0", "1"], "default": "0"}


def counted(name: str, described: str, least: int = 1, most: int = FARTHEST, default: int | None = None) -> Parameter:
    """A whole number."""
    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Parameter(name, schema if default is None else {**schema, "default": default}, described)


def named(name: str, described: str, longest: int = LONGEST, *, required: bool = False) -> Parameter:
    """A text; one that is required is not empty."""
    schema = {"type": "string", "maxLength": longest}
    return Parameter(name, {**schema, "minLength": 1} if required else schema, described, required)


QUERY = named("q", "The query, as typed in the search box.", MAX_QUERY_LENGTH)
READING = counted("reading", "The number of a reading; the newest if it is left out.")
OFFSET = counted("offset", "How many to pass over.", 0, default=0)
VENDOR = named("vendor", "A vendor by its id, a number or a name.")

FILTERS = (
    *(
        Parameter(name, {"type": "array", "items": {"type": "string"}}, described.format(facet))
        for described, facet, name in (
            *(("Only with this {}; may be repeated.", facet, facet) for facet in CLAUSE_FACETS),
            *(("Nothing with this {}; may be repeated.", facet, excluding(facet)) for facet in CLAUSE_FACETS),
        )
    ),
    *(
        Parameter(name, {"type": "string", "pattern": f"^[0-9]{{0,{MAX_AMOUNT_DIGITS}}}$"}, described)
        for name, described in zip(AMOUNT_FILTERS, _AMOUNTS, strict=True)
    ),
)
DOCUMENT_FILTERS = tuple(parameter for parameter in FILTERS if not parameter.name.endswith("topic"))
SWITCHES = (
    Parameter("exact", SWITCH, "1: words stand as typed, without their inflected forms."),
    Parameter("look_alikes", SWITCH, "1: also words that OCR may have made of those asked for."),
)
UNIT = Parameter("unit", {**choice(Unit), "default": str(Unit.DOCUMENTS)}, "What is found and counted.")
SORT = Parameter("sort", {**choice(SORTS), "default": SORTS[0]}, "The order of what is found.")
SEARCH = (QUERY, UNIT, *FILTERS, *SWITCHES)
"""What is asked, without the order and the slice of the answer. ``topic`` goes with clauses only."""
