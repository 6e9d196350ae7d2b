"""``/digests``: the reader's mail of saved searches, and the URL in each mail that unsubscribes."""

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
    """Return the key of the caller's mail; empty where there are no accounts."""
    user = caller().user
    return name_key(user.name) if user else ""


@blueprint.post("")
def keep() -> ResponseReturnValue:
    """Mail the new documents of ``search`` to ``address`` at each ``period``, or cancel the mail if it is ``never``."""
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
    # Searches of private collections that the caller may not see are ignored.
    seen = chosen & {saved.id for saved in current_room().archive.catalog.searches.all()}
    digests.keep(reader_key(), address, Period(period), spoken().tag, seen)
    return redirect(url_for("saved.show_all", _anchor="mail"), code=303)


@blueprint.get("/<secret>")
def show(secret: str) -> str:
    """Show the confirmation form to unsubscribe.

    Programs that follow links in mails open this page, so it changes nothing.
    """
    return render_template(
        "digest_stop.html", page=StopContext(whole_archive().catalog.digests.of_secret(secret).address)
    )


@blueprint.post("/<secret>")
def stop(secret: str) -> ResponseReturnValue:
    """Unsubscribe from the mail without a login, as mail programs do (RFC 8058)."""
    digests = whole_archive().catalog.digests
    digests.remove(digests.of_secret(secret).id)
    return render_template("digest_stop.html", page=StopContext(None))
