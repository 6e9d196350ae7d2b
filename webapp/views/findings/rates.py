"""``/rates``: the rates of exchange by which findings convert amounts, and loading some from a file."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from archive.errors import UsageError
from archive.findings.rate_files import MOST_BYTES, keep_rates, rates_in
from archive.findings.rates import read_rates, series_of
from webapp.languages.translation import gettext, said_error
from webapp.pages.rates import RateForm, present_rates
from webapp.room import current_room

blueprint = Blueprint("rates", __name__)


@blueprint.get("/rates")
def show() -> str:
    """What rates are known, and the form."""
    known = series_of(read_rates(current_room().archive.home))
    return render_template("rates.html", page=present_rates(known, RateForm()))


@blueprint.post("/rates")
def load() -> ResponseReturnValue:
    """Load the rates of the ``file`` that is sent: the list of a national bank, or TOML."""
    request.max_content_length = MOST_BYTES
    home, uploaded = current_room().archive.home, request.files.get("file")
    form = RateForm(*(request.form.get(name, "").strip() for name in ("base", "date", "source")))
    try:
        if not uploaded or not uploaded.filename:
            raise UsageError(gettext("No file was sent."), gettext("Choose a list of rates."))
        read = rates_in(uploaded.read(), uploaded.filename, form.base or "RSD", _day(form.date), form.source)
        loaded = keep_rates(home, read)
    except UsageError as error:
        page = present_rates(series_of(read_rates(home)), form, said_error(error))
        return render_template("rates.html", page=page), error.http_status
    return render_template("rates.html", page=present_rates(series_of(read_rates(home)), RateForm(), loaded=loaded))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(
            gettext("%(value)s is no day.", value=repr(text[:20])), gettext("Write it so: 2020-02-03")
        ) from error
