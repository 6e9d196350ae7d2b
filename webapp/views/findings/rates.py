"""``/rates``: exchange rates for converting amounts in findings; they are loaded from a file or entered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from archive.errors import UsageError
from archive.findings.rate_files import MOST_BYTES, LoadedRates, keep_rates, rates_in, typed_rate
from archive.findings.rates import Rate, read_rates, series_of
from webapp.languages.translation import gettext, said_error
from webapp.pages.rates import RateForm, present_rates
from webapp.room import current_room

blueprint = Blueprint("rates", __name__)


@blueprint.get("/rates")
def show() -> str:
    """Show the known rates and the forms."""
    return _page(RateForm())


@blueprint.post("/rates")
def load() -> ResponseReturnValue:
    """Load the rates of the uploaded ``file`` (a list of a national bank, or TOML), or the one entered as ``rate``.

    A known rate of the same day is replaced.
    """
    request.max_content_length = MOST_BYTES
    home, uploaded = current_room().archive.home, request.files.get("file")
    form = RateForm(*(request.form.get(name, "").strip() for name in ("base", "date", "source", "to", "rate")))
    try:
        if "rate" in request.form:
            read: Sequence[Rate] = [
                typed_rate(home, form.base.upper(), form.to.upper(), form.rate, form.date, form.source)
            ]
        elif not uploaded or not uploaded.filename:
            raise UsageError(gettext("No file was sent."), gettext("Choose a list of rates."))
        else:
            read = rates_in(uploaded.read(), uploaded.filename, form.base or "RSD", _day(form.date), form.source)
        loaded = keep_rates(home, read)
    except UsageError as error:
        return _page(form, said_error(error)), error.http_status
    return _page(RateForm(), loaded=loaded)


def _page(form: RateForm, problem: str | None = None, loaded: LoadedRates | None = None) -> str:
    known = read_rates(current_room().archive.home)
    return render_template("rates.html", page=present_rates(series_of(known), known, form, problem, loaded))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(
            gettext("%(value)s is not a day.", value=repr(text[:20])), gettext("Write it as 2020-02-03")
        ) from error
