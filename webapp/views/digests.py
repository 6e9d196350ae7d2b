"""``/digests``: the mail of saved searches that a reader is sent, and the address in each mail that stops it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.access.records import checked_address, name_key
from archive.errors import UsageError
from archive.store.exchange.digests import Period
from webapp.access.callers import caller, whole_archive
from webapp.languages.speaking import spoken
from webapp.languages.translation import gettext
from webapp.pages.saved import StopContext
from webapp.room import current_room

blueprint = Blueprint("digests", __name__, url_prefix="/digests")

NEVER = "never"


def reader_key() -> str:
    """Return the key under which the caller's mail is kept; empty where nobody logs in."""
    user = caller().user
    return name_key(user.name) if user else ""


@blueprint.post("")
def keep() -> ResponseReturnValue:
    """Send the caller what these ``search``es find, to ``address``, each ``period``; or nothing, if that is never."""
    settings, digests = current_room().archive.settings, whole_archive().catalog.digests
    if not settings.text("smtp_host"):
        raise UsageError(gettext("No mail is sent from here."), gettext("An admin sets smtp_host."))
    period, chosen = request.form.get("period", ""), set(request.form.getlist("search"))
    if period == NEVER or not chosen:
        if known := digests.of_reader(reader_key()):
            digests.remove(known.id)
        return redirect(url_for("saved.show_all", _anchor="mail"), code=303)
    if period not in list(Period):
        raise UsageError(gettext("Mail is sent each day or each week."), gettext("Choose one of them."))
    address = checked_address(request.form.get("address", ""))
    # Those of others' private collections do not exist for the caller.
    seen = chosen & {saved.id for saved in current_room().archive.catalog.searches.all()}
    digests.keep(reader_key(), address, Period(period), spoken().tag, seen)
    return redirect(url_for("saved.show_all", _anchor="mail"), code=303)


@blueprint.get("/<secret>")
def show(secret: str) -> str:
    """Ask whether a mail is to be stopped. Programs that look at links in mails open this and stop nothing."""
    return render_template(
        "digest_stop.html", page=StopContext(whole_archive().catalog.digests.of_secret(secret).address)
    )


@blueprint.post("/<secret>")
def stop(secret: str) -> ResponseReturnValue:
    """Stop a mail; no log-in is needed, as for the button of mail programs (RFC 8058)."""
    digests = whole_archive().catalog.digests
    digests.remove(digests.of_secret(secret).id)
    return render_template("digest_stop.html", page=StopContext(None))
