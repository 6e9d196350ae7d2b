"""``/places``: the municipalities of the archive, by what findings say of them, and the profile of each; the
pictures of profiles of municipalities and vendors as files (``/places/NAME.svg``, ``/vendors/ID.svg``)."""

from __future__ import annotations

import io
from collections.abc import Iterable

from flask import Blueprint, Response, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from archive.errors import ArchiveBusy, UsageError
from archive.findings.files import readable
from archive.findings.kept_sentences import kept_findings
from archive.findings.records import shown
from archive.profiles.place import PlaceProfile, place_profile
from archive.profiles.vendor import vendor_profile
from archive.search.request import SearchRequest
from archive.search.results import SearchResults
from webapp.languages.translation import gettext, said_error
from webapp.links import place_url, places_url
from webapp.pages.findings.picture import Picture
from webapp.pages.places import in_order, present_places
from webapp.pages.profiles import place, vendor
from webapp.pages.profiles.place import present_place, present_place_without_profile
from webapp.pages.profiles.requests import request_proofs
from webapp.room import asked_mask, current_room, masked_page

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
        profile = _profile_of(municipality, vat)
        proved = shown(catalog, request_proofs(profile))
        words = {one.proof.fact.span: one for one in proved if one.proof.fact and one.proof.fact.span}
        page = present_place(profile, papers, words, vat)
    except ArchiveBusy as error:
        page = present_place_without_profile(municipality, said_error(error))
    return render_template("place.html", page=page)


def papers_of(municipality: str) -> SearchResults:
    """Return the results of a search for all documents of a municipality, with facets."""
    request_ = SearchRequest(filters={"municipality": (municipality,)}, limit=1)
    return current_room().archive.search.search(request_, may_be_partial=True)


def _profile_of(municipality: str, vat: str = "") -> PlaceProfile:
    """Return the profile of a municipality with money on a VAT basis."""
    archive = current_room().archive
    return place_profile(archive.home, archive.catalog, municipality, vat)


pictures = Blueprint("profile_pictures", __name__)


@pictures.get("/vendors/<vendor_id>.svg")
def of_vendor(vendor_id: str) -> Response:
    """Send a picture of a vendor's profile: its rivals, the municipalities or the years of what it won."""
    name = _asked_picture(vendor.PICTURES)
    archive = current_room().archive
    profile = vendor_profile(archive.home, archive.catalog, archive.catalog.vendors.listed(vendor_id))
    return _file(vendor.draw(profile, name), f"{profile.vendor.id}-{name}")


@pictures.get("/places/<municipality>.svg")
def of_place(municipality: str) -> Response:
    """Send a picture of a municipality's profile: the papers of its procedures, or what it contracted by year."""
    name, vat = _asked_picture(place.PICTURES), request.args.get("vat", "")
    return _file(place.draw(_profile_of(municipality, vat), name, vat), f"{municipality}-{name}")


def _asked_picture(allowed: Iterable[str]) -> str:
    """Return the picture that an address names; by default the first."""
    names = tuple(allowed)
    name = request.args.get("picture") or names[0]
    if name not in names:
        raise UsageError(
            gettext("There is no %(name)s %(value)s.", name="picture", value=repr(name[:40])),
            gettext("It may be: %(names)s.", names=", ".join(names)),
        )
    return name


def _file(picture: Picture | None, name: str) -> Response:
    if picture is None:
        raise NotFound(gettext("There is nothing to draw."))
    last = current_room().archive.catalog.events.last()
    drawn = render_template("finding.svg", picture=masked_page(picture, asked_mask()), event=last.number if last else 0)
    file = io.BytesIO(drawn.encode())
    return send_file(file, mimetype="image/svg+xml", as_attachment=True, download_name=f"{name}.svg")
