"""``/places``: the municipalities of the archive, ranked by findings, and the profile of each."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from archive.errors import FindingsBehind
from archive.findings.files import readable
from archive.findings.kept_sentences import kept_findings
from archive.findings.records import shown
from archive.profiles.place import PlaceProfile, place_profile
from archive.search.request import SearchRequest
from archive.search.results import SearchResults
from webapp.languages.translation import gettext, said_error
from webapp.links import place_url, places_url
from webapp.pages.front.places import in_order, present_places
from webapp.pages.profiles.place import present_place, present_place_without_profile
from webapp.pages.profiles.requests import request_proofs
from webapp.room import current_room

blueprint = Blueprint("places", __name__)


@blueprint.get("/places", endpoint="show_all")
def show_all() -> str:
    """Show all municipalities, with the answers to a ``question``.

    Findings are not computed here, but read from the cache (``/findings`` fills it).
    """
    archive = current_room().archive
    definitions, _ = readable(archive.home)
    kept = zip(definitions, kept_findings(definitions, archive.catalog, archive.engine), strict=True)
    papers = archive.search.search(SearchRequest(limit=1), may_be_partial=True).facets["municipality"]
    page = present_places(request.args.get("question", ""), papers, in_order(kept), places_url)
    return render_template("places.html", page=page)


@blueprint.get("/places/<municipality>")
def show(municipality: str) -> ResponseReturnValue:
    """Show the profile of a municipality with money on the VAT basis ``vat``.

    Any of its names redirects to the official one.
    """
    official = current_room().places.official(municipality)
    if official is not None and official != municipality:
        return redirect(place_url(official), code=302)
    papers = papers_of(municipality)
    if official is None and not papers.total:
        raise NotFound(gettext("No paper is of a municipality %(name)s.", name=repr(municipality[:80])))
    catalog, vat = current_room().archive.catalog, request.args.get("vat", "")
    try:
        profile = profile_of(municipality, vat)
    except FindingsBehind as error:
        return render_template("place.html", page=present_place_without_profile(municipality, said_error(error)))
    proved = shown(catalog, request_proofs(profile))
    words = {one.proof.fact.span: one for one in proved if one.proof.fact and one.proof.fact.span}
    return render_template("place.html", page=present_place(profile, papers, words, vat))


def papers_of(municipality: str) -> SearchResults:
    """Return the results of a search for all documents of a municipality, with facets."""
    request_ = SearchRequest(filters={"municipality": (municipality,)}, limit=1)
    return current_room().archive.search.search(request_, may_be_partial=True)


def profile_of(municipality: str, vat: str = "") -> PlaceProfile:
    """Return the profile of a municipality with money on a VAT basis."""
    archive = current_room().archive
    return place_profile(archive.home, archive.catalog, municipality, vat)
