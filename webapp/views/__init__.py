"""One module a page or a kind of file that is served. This is the table of them."""

from __future__ import annotations

from webapp.views import api, document, health, image, original, page, search

BLUEPRINTS = tuple(view.blueprint for view in (search, document, page, image, original, api, health))
