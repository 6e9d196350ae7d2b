"""One module a page or a kind of file that is served. This is the table of them."""

from __future__ import annotations

from webapp.views import api, beside, certificate, document, health, image, lists, original, page, saved, search

BLUEPRINTS = tuple(
    view.blueprint for view in (search, certificate, document, beside, page, image, original, lists, saved, api, health)
)
