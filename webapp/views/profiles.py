"""The pictures of profiles as files: ``/vendors/ID.svg?picture=network``, ``/places/NAME.svg?picture=procedures``."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from archive.errors import UsageError
from archive.profiles.vendor import vendor_profile
from webapp.files.masked import masked_page
from webapp.languages.translation import gettext
from webapp.pages.findings.picture import Picture
from webapp.pages.profiles import place, vendor
from webapp.room import asked_mask, current_room
from webapp.views.places import profile_of

blueprint = Blueprint("profile_pictures", __name__)


@blueprint.get("/vendors/<vendor_id>.svg")
def of_vendor(vendor_id: str) -> Response:
    """Send a picture of a vendor's profile: its rivals, the municipalities or the years of what it won."""
    name = _asked_picture(vendor.PICTURES)
    archive = current_room().archive
    profile = vendor_profile(archive.home, archive.catalog, archive.catalog.vendors.find(vendor_id))
    return _file(vendor.draw(profile, name), f"{profile.vendor.id}-{name}")


@blueprint.get("/places/<municipality>.svg")
def of_place(municipality: str) -> Response:
    """Send a picture of a municipality's profile: the papers of its procedures, or what it contracted by year."""
    name, vat = _asked_picture(place.PICTURES), request.args.get("vat", "")
    return _file(place.draw(profile_of(municipality, vat), name, vat), f"{municipality}-{name}")


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
    answer = Response(drawn, mimetype="image/svg+xml")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.svg")
    return answer
