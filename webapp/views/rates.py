"""``/findings/rates``: the exchange rates by which findings convert amounts, and the form that loads a list of them."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from archive.errors import UsageError
from archive.findings.rate_files import MOST_BYTES, keep_rates, rates_in
from archive.findings.rates import read_rates
from webapp.languages.translation import gettext, said_error
from webapp.pages.findings.rates import present_rates
from webapp.room import current_room

blueprint = Blueprint("rates", __name__)


@blueprint.get("/findings/rates")
def show() -> str:
    """The rates there are."""
    return render_template("rates.html", page=present_rates(read_rates(current_room().archive.home)))


@blueprint.post("/findings/rates")
def load() -> ResponseReturnValue:
    """Load the list in ``file``, told in the currency ``base``; ``day`` and ``source`` where it does not say them."""
    request.max_content_length = MOST_BYTES
    home = current_room().archive.home
    try:
        file = request.files.get("file")
        if file is None or not file.filename:
            raise UsageError(gettext("No file was chosen."), gettext("Choose the list, as the bank gives it."))
        source, base = request.form.get("source", "").strip(), request.form.get("base", "").strip() or "RSD"
        loaded = keep_rates(home, rates_in(file.read(), file.filename, base, _day(), source))
    except UsageError as error:
        page = present_rates(read_rates(home), problem=said_error(error))
        return render_template("rates.html", page=page), error.http_status
    return render_template("rates.html", page=present_rates(read_rates(home), loaded))


def _day() -> date | None:
    text = request.form.get("day", "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = gettext("%(value)s is no day.", value=repr(text[:20]))
        raise UsageError(message, gettext("Write it as 2026-11-01.")) from error
