"""One module a page or a kind of file that is served. This is the table of them."""

from __future__ import annotations

from webapp.views import (
    annotation,
    api,
    beside,
    certificate,
    cite,
    clause,
    compare,
    document,
    health,
    image,
    lists,
    original,
    page,
    saved,
    search,
    vendors,
    verify,
)

BLUEPRINTS = tuple(
    view.blueprint
    for view in (
        search,
        certificate,
        document,
        clause,
        compare,
        beside,
        page,
        annotation,
        image,
        original,
        lists,
        saved,
        vendors,
        cite,
        verify,
        api,
        health,
    )
)
