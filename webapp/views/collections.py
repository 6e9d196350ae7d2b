"""``GET /collections``: the collections, each with the way to its documents."""

from __future__ import annotations

from flask import Blueprint, render_template

from webapp.presenters.jobs import present_collections
from webapp.room import current_room

blueprint = Blueprint("collections", __name__)


@blueprint.get("/collections")
def show_all() -> str:
    """All collections with their counts."""
    return render_template(
        "collections.html", page=present_collections(current_room().archive.catalog.collections.all())
    )
