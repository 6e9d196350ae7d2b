"""The search that a request asks for, as the archive takes it."""

from __future__ import annotations

from archive.search.request import SearchRequest, Unit
from webapp.api.endpoint import Asked
from webapp.room import check


def search_request(asked: Asked, limit: int, offset: int = 0) -> SearchRequest:
    """The request for ``limit`` results from ``offset`` on.

    :raises archive.errors.UsageError: it makes no sense as a whole, or asks for a value that does not exist.
    """
    unit = Unit(asked.text("unit") or Unit.DOCUMENTS)
    filters = {name: values for name in Unit.CLAUSES.filters if (values := _values(asked, name))}
    request = SearchRequest(
        asked.text("q").strip(),
        filters,
        asked.text("sort") or "relevance",
        limit=limit,
        offset=offset,
        exact=asked.flag("exact"),
        look_alikes=asked.flag("look_alikes"),
        unit=unit,
    )
    check(request).raise_any()
    return request


def _values(asked: Asked, name: str) -> tuple[str, ...]:
    """The chosen values of a filter. An empty one, which forms send, chooses nothing."""
    value = asked.values.get(name, ())
    values = (value,) if isinstance(value, str) else value
    assert isinstance(values, tuple)
    return tuple(dict.fromkeys(filter(None, values)))
