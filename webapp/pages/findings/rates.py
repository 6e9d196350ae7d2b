"""The page of exchange rates: which the archive has, and the form that loads a list of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from archive.findings.rate_files import LoadedRates
from archive.findings.rates import Rate
from webapp.languages.translation import gettext, number, plural
from webapp.pages.parts import Context


@dataclass(frozen=True, slots=True)
class RateRow:
    """The rates of one currency to another: how many, of which periods, and whose."""

    currencies: str
    count: str
    periods: str
    source: str


@dataclass(frozen=True, slots=True)
class RatesContext(Context):
    """``done`` says what was loaded just now, ``problem`` why nothing was."""

    rows: tuple[RateRow, ...]
    done: str | None
    problem: str | None


def present_rates(rates: Sequence[Rate], loaded: LoadedRates | None = None, problem: str | None = None) -> RatesContext:
    """The rates of an archive."""
    ordered = sorted(rates, key=_series)
    rows = tuple(_row(list(series)) for _, series in groupby(ordered, key=_series))
    return RatesContext(rows, None if loaded is None else _done(loaded), problem)


def _series(rate: Rate) -> tuple[str, str, bool]:
    return rate.currency, rate.to, rate.is_fixed


def _row(series: Sequence[Rate]) -> RateRow:
    periods = [rate.period for rate in series]
    sources = tuple(dict.fromkeys(rate.source for rate in series))
    return RateRow(
        currencies=f"{series[0].currency} → {series[0].to}",
        count=gettext("fixed") if series[0].is_fixed else number(len(series)),
        periods=" – ".join(dict.fromkeys((min(periods), max(periods)))),
        source=sources[0] if len(sources) == 1 else plural("%(count)s source", "%(count)s sources", len(sources)),
    )


def _done(loaded: LoadedRates) -> str:
    return gettext(
        "Rates read: %(all)s. New: %(new)s. In the place of others: %(replaced)s.",
        all=number(len(loaded.rates)),
        new=number(loaded.new),
        replaced=number(loaded.replaced),
    )
