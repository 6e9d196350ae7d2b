"""Requests that change something, or cost much, are taken from our own pages and from programs, not from other sites.

A foreign page could ride on the cookie of whoever has logged in; and where nobody needs to, a reader's browser reaches
an address that the foreign page's owner does not: ``http://127.0.0.1:8000``. So every method but GET, HEAD and OPTIONS
must come from here, by what browsers say and pages cannot forge. That is enough without a secret in each form: no GET
changes anything, the cookie of a session is ``SameSite=Lax`` besides, and every browser of today sends ``Origin`` with
a form. This is the rule of Go 1.25's
``http.CrossOriginProtection``
(https://words.filippo.io/csrf/): ``Sec-Fetch-Site`` decides; where it is missing, as it is over plain HTTP from another
computer, ``Origin`` must name the host that was asked; a request with neither comes from no browser.

``Origin`` names a host only if the page that sends the form has a referrer policy that lets it: :mod:`webapp.delivery`.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.exceptions import Forbidden

from webapp.languages.translation import gettext

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def install(app: Flask) -> None:
    """Refuse what comes from elsewhere, before any view sees it."""
    app.before_request(_refuse_foreign)


def _refuse_foreign() -> None:
    if request.method in _SAFE_METHODS:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        is_ours = site in {"same-origin", "none"}
    else:
        is_ours = origin is None or urlsplit(origin).netloc == request.host
    if not is_ours:
        raise Forbidden(gettext("The request came from another site. Nothing was done."))
