"""Rates of exchange, as the owner of an archive states them in ``HOME/rates.toml``; none are shipped, none are guessed.

::

    [[rate]]
    currency = "RSD"       # amounts in this currency
    to = "EUR"             # are told in this one:
    rate = "117.5785"      # so many RSD were one EUR
    date = "2020-02-03"    # on this day; or "2020-02", a mean of the month; or "2020", of the year
    source = "National Bank of Serbia, middle rate"
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from archive.findings.toml_sections import Section

FILE = "rates.toml"
CURRENCY = re.compile("[A-Z]{3}")
"""A currency by its code (ISO 4217)."""

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Rate:
    """So many units of ``currency`` were one of ``to``, on a day, or on average in a month or a year: ``period``."""

    currency: str
    to: str
    period: str
    rate: Decimal
    source: str

    def converted(self, amount: Decimal) -> Decimal:
        """An amount in the other currency, to the cent."""
        return (amount / self.rate).quantize(_CENT)

    def __str__(self) -> str:
        return f"{self.rate} {self.currency} = 1 {self.to} ({self.period}, {self.source})"


def read_rates(home: Path) -> tuple[Rate, ...]:
    """The rates of an archive; none if it has no file of them.

    :raises archive.errors.UsageError: something in the file is wrong; the error names the line.
    """
    file = home / FILE
    if not file.exists():
        return ()
    top = Section.of_file(file)
    found: dict[tuple[str, str, str], Rate] = {}
    for section in top.sections("rate"):
        rate = _rate(section)
        key = rate.currency, rate.to, rate.period
        if key in found:
            raise section.wrong(
                "date",
                "%(our_where)s: %(our_key)s has two rates of %(currency)s to %(to)s: %(period)s.",
                currency=rate.currency,
                to=rate.to,
                period=rate.period,
            )
        found[key] = rate
    top.finish()
    return tuple(found.values())


def rate_for(rates: Iterable[Rate], currency: str, to: str, day: date | None, year: int | None) -> Rate | None:
    """The rate for a day: its own, or that of its month, or of its year; for a year alone, that of the year."""
    periods = [day.isoformat(), day.isoformat()[:7]] if day else []
    periods += [str(year)] if year else []
    known = {rate.period: rate for rate in rates if (rate.currency, rate.to) == (currency, to)}
    return next((known[period] for period in periods if period in known), None)


def _rate(section: Section) -> Rate:
    currency, to = _currency(section, "currency"), _currency(section, "to")
    if currency == to:
        raise section.wrong("to", "%(our_where)s: %(our_key)s is the same as currency.")
    text = section.text("rate")
    try:
        rate = Decimal(text)
    except InvalidOperation:
        rate = Decimal()
    if not rate.is_finite() or rate <= 0:
        raise section.wrong(
            "rate",
            "%(our_where)s: %(our_key)s has to be a number above 0, and is %(value)s.",
            'Write it so: "117.5785".',
            value=repr(text),
        )
    made = Rate(currency, to, _period(section), rate, section.text("source"))
    section.finish()
    return made


def _currency(section: Section, key: str) -> str:
    code = section.text(key)
    if not CURRENCY.fullmatch(code):
        raise section.wrong(
            key,
            "%(our_where)s: %(our_key)s has to be the code of a currency, and is %(value)s.",
            "Such as RSD or EUR.",
            value=repr(code),
        )
    return code


def _period(section: Section) -> str:
    period = section.text("date")
    try:
        if re.fullmatch(r"\d{4}(-\d\d){0,2}", period):
            date.fromisoformat(period + "-01" * (2 - period.count("-")))
            return period
    except ValueError:
        pass
    raise section.wrong(
        "date",
        "%(our_where)s: %(our_key)s is no day, month or year: %(value)s.",
        'Write "2020-02-03", "2020-02" or "2020".',
        value=repr(period),
    )
