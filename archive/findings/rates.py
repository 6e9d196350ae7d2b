"""Exchange rates: those fixed by law, and those that the owner of an archive enters or imports.

``HOME/rates.toml`` has the owner's rates, which override imported ones in ``HOME/rates.csv``
(:mod:`archive.findings.rate_files`). Rates fixed by law (``fixed_rates.toml``, each with that law) have the lowest
precedence. No other rates are shipped, and none is estimated. ::

    [[rate]]
    currency = "RSD"       # amounts in this currency
    to = "EUR"             # are told in this one:
    rate = "117.5785"      # so many RSD were one EUR
    date = "2020-02-03"    # on this day; or "2020-02", a mean of the month; or "2020", of the year
    source = "National Bank of Serbia, middle rate"
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property
from pathlib import Path

from archive.errors import UsageError
from archive.findings.toml_sections import Section

FILE, LOADED = "rates.toml", "rates.csv"
CURRENCY = re.compile("[A-Z]{3}")
"""A currency code (ISO 4217)."""

COLUMNS = ("currency", "to", "date", "rate", "source")
"""The columns of :data:`LOADED`."""

_CENT = Decimal("0.01")
_FIXED = Path(__file__).parent / "fixed_rates.toml"
_DAYS_WITHOUT_LIST = 7
"""Most days between two lists, over weekends and holidays; a rate is valid until the next list."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of ``currency`` per unit of ``to``, on a day, or on average in a month or a year: ``period``.

    ``is_fixed``: fixed by law from that day on.
    """

    currency: str
    to: str
    period: str
    rate: Decimal
    source: str
    is_fixed: bool = False

    def converted(self, amount: Decimal) -> Decimal:
        """Return an amount in the other currency, to the cent."""
        return (amount / self.rate).quantize(_CENT)

    def __str__(self) -> str:
        period = f"fixed from {self.period}" if self.is_fixed else self.period
        return f"{self.rate} {self.currency} = 1 {self.to} ({period}, {self.source})"


class Rates(tuple[Rate, ...]):
    """Exchange rates, with lookup by currencies and time."""

    def rate(self, currency: str, to: str, day: date | None, year: int | None) -> Rate | None:
        """Return the rate for a day: of the day, its month, the last list before it, its year, or a fixed one; for a
        year alone, that of the year."""
        known = self._by_period.get((currency, to), {})
        periods = [day.isoformat(), day.isoformat()[:7]] if day else []
        if day:
            periods += [(day - timedelta(days=back)).isoformat() for back in range(1, _DAYS_WITHOUT_LIST)]
        periods += [str(year)] if year else []
        return next((known[period] for period in periods if period in known), known.get(""))

    @cached_property
    def _by_period(self) -> dict[tuple[str, str], dict[str, Rate]]:
        found: dict[tuple[str, str], dict[str, Rate]] = {}
        for rate in self:
            found.setdefault((rate.currency, rate.to), {})["" if rate.is_fixed else rate.period] = rate
        return found


def read_rates(home: Path) -> Rates:
    """Return the rates of an archive: the owner's override imported ones, and both override fixed ones.

    :raises archive.errors.UsageError: a file is invalid; the error names the line.
    """
    stated = read_toml(home / FILE) if (home / FILE).exists() else ()
    known = {_key(rate): rate for rate in (*read_loaded(home), *stated)}
    return Rates((*known.values(), *fixed_rates()))


@cache
def fixed_rates() -> tuple[Rate, ...]:
    """Return the rates fixed by law."""
    return tuple(replace(rate, is_fixed=True) for rate in read_toml(_FIXED))


def read_toml(file: Path, text: str | None = None) -> tuple[Rate, ...]:
    """Parse the rates of a TOML file; ``text`` is its content, if known.

    :raises archive.errors.UsageError: it is invalid; the error names the line.
    """
    top = Section.of_file(file, text)
    found: dict[tuple[str, str, str], Rate] = {}
    for section in top.sections("rate"):
        rate = _rate(section)
        if _key(rate) in found:
            raise section.wrong(
                "date",
                "%(our_where)s: %(our_key)s has two rates of %(currency)s to %(to)s: %(period)s.",
                currency=rate.currency,
                to=rate.to,
                period=rate.period,
            )
        found[_key(rate)] = rate
    top.finish()
    return tuple(found.values())


def read_loaded(home: Path) -> tuple[Rate, ...]:
    """Return the imported rates.

    :raises UsageError: the file is invalid.
    """
    file = home / LOADED
    if not file.exists():
        return ()
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        try:
            return tuple(Rate(r["currency"], r["to"], r["date"], Decimal(r["rate"]), r["source"]) for r in rows)
        except (KeyError, TypeError, InvalidOperation) as error:
            raise UsageError(
                "%(file)s, line %(line)s: this is not a rate.",
                "Load the rates again: dosije rates load FILE",
                file=file,
                line=rows.line_num,
            ) from error


@dataclass(frozen=True, slots=True)
class RateSeries:
    """The rates of one currency to another, from the period ``first`` to ``last``."""

    currency: str
    to: str
    rates: int
    fixed: bool
    first: str
    last: str
    sources: tuple[str, ...]


def series_of(rates: Iterable[Rate]) -> list[RateSeries]:
    """Group rates to series by currency, fixed ones separately."""
    by_pair: dict[tuple[str, str, bool], list[Rate]] = {}
    for rate in rates:
        by_pair.setdefault((rate.currency, rate.to, rate.is_fixed), []).append(rate)
    return [
        RateSeries(
            *pair[:2],
            len(several),
            pair[2],
            min(rate.period for rate in several),
            max(rate.period for rate in several),
            tuple(dict.fromkeys(rate.source for rate in several)),
        )
        for pair, several in sorted(by_pair.items())
    ]


def _key(rate: Rate) -> tuple[str, str, str]:
    return rate.currency, rate.to, rate.period


def rate_for(rates: Iterable[Rate], currency: str, to: str, day: date | None, year: int | None) -> Rate | None:
    """Return the rate for a day among these (:meth:`Rates.rate`)."""
    return (rates if isinstance(rates, Rates) else Rates(rates)).rate(currency, to, day, year)


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
            'Write it as "117.5785".',
            value=repr(text),
        )
    made = Rate(currency, to, _period(section), rate, section.text("source"))
    section.finish()
    return made


def is_period(text: str) -> bool:
    """Return whether a text is a day, a month or a year in ISO 8601."""
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text):
        return False
    try:
        date.fromisoformat(text + "-01" * (2 - text.count("-")))
    except ValueError:
        return False
    return True


def _currency(section: Section, key: str) -> str:
    code = section.text(key)
    if not CURRENCY.fullmatch(code):
        raise section.wrong(
            key,
            "%(our_where)s: %(our_key)s has to be the code of a currency, and is %(value)s.",
            "For example: RSD or EUR.",
            value=repr(code),
        )
    return code


def _period(section: Section) -> str:
    period = section.text("date")
    if is_period(period):
        return period
    raise section.wrong(
        "date",
        "%(our_where)s: %(our_key)s is not a day, month or year: %(value)s.",
        'Write "2020-02-03", "2020-02" or "2020".',
        value=repr(period),
    )
