"""``/places``: the municipalities of the archive, by what findings say of them."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from archive.findings.files import readable
from archive.findings.kept_sentences import kept_findings
from archive.search.request import SearchRequest
from webapp.links import places_url
from webapp.pages.front.places import in_order, present_places
from webapp.room import current_room

blueprint = Blueprint("places", __name__)


@blueprint.get("/places", endpoint="show_all")
def show_all() -> str:
    """All municipalities, with the answers to a ``question``. What findings say is not counted here (``/findings``)."""
    archive = current_room().archive
    definitions, _ = readable(archive.home)
    kept = zip(definitions, kept_findings(definitions, archive.catalog, archive.engine), strict=True)
    papers = archive.search.search(SearchRequest(limit=1), may_be_partial=True).facets["municipality"]
    page = present_places(request.args.get("question", ""), papers, in_order(kept), places_url)
    return render_template("places.html", page=page)
