"""The page of exchange rates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from archive.findings.rate_files import LoadedRates
from archive.findings.rates import Rate, RateSeries
from webapp.languages.translation import gettext, number, said
from webapp.pages.parts import Context
from webapp.pages.wording import day_of


@dataclass(frozen=True, slots=True)
class RateForm:
    """The values of the submitted form."""

    base: str = "RSD"
    date: str = ""
    source: str = ""
    to: str = "EUR"
    rate: str = ""


@dataclass(frozen=True, slots=True)
class RateRow:
    """The rates from one currency to another."""

    currencies: str
    count: str
    span: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SingleRate:
    """A rate and its source."""

    currencies: str
    day: str
    rate: str
    source: str


@dataclass(frozen=True, slots=True)
class RatesContext(Context):
    """The known rates; ``done`` is the result of loading a file, ``problem`` the error message."""

    form: RateForm
    rows: tuple[RateRow, ...]
    single: tuple[SingleRate, ...]
    cut: str | None
    problem: str | None
    done: str | None


_SOURCES_SHOWN, _RATES_SHOWN = 5, 100


def present_rates(
    series: Iterable[RateSeries],
    known: Iterable[Rate],
    form: RateForm,
    problem: str | None = None,
    loaded: LoadedRates | None = None,
) -> RatesContext:
    """Return the page: the known rates and the result of loading a file."""
    done = None
    if loaded is not None:
        done = gettext(
            "Rates read: %(read)s. New: %(new)s. Replaced: %(replaced)s.",
            read=number(len(loaded.rates)),
            new=number(loaded.new),
            replaced=number(loaded.replaced),
        )
    every = [rate for rate in known if not rate.is_fixed]
    newest = sorted(every, key=lambda rate: (rate.period, rate.currency, rate.to), reverse=True)[:_RATES_SHOWN]
    cut = gettext("The newest %(count)s are shown.", count=number(_RATES_SHOWN)) if len(every) > _RATES_SHOWN else None
    single = tuple(
        SingleRate(f"{one.currency} → {one.to}", day_of(one.period), f"{one.rate:f}", said(one.source))
        for one in newest
    )
    return RatesContext(form, tuple(map(_row, series)), single, cut, problem, done)


def _row(one: RateSeries) -> RateRow:
    count = gettext("fixed by law") if one.fixed else number(one.rates)
    span = " – ".join(dict.fromkeys(map(day_of, (one.first, one.last))))
    return RateRow(f"{one.currency} → {one.to}", count, span, tuple(map(said, one.sources[:_SOURCES_SHOWN])))
