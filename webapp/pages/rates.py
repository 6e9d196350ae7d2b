"""The page of the rates of exchange."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from archive.findings.rate_files import LoadedRates
from archive.findings.rates import RateSeries
from webapp.languages.translation import gettext, number, said
from webapp.pages.parts import Context
from webapp.pages.wording import day_of


@dataclass(frozen=True, slots=True)
class RateForm:
    """What the form was filled in with."""

    base: str = "RSD"
    date: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class RateRow:
    """The rates of one currency to another."""

    currencies: str
    count: str
    span: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RatesContext(Context):
    """What rates are known; ``done`` says what was loaded, ``problem`` why nothing was."""

    form: RateForm
    rows: tuple[RateRow, ...]
    problem: str | None
    done: str | None


_SOURCES_SHOWN = 5


def present_rates(
    known: Iterable[RateSeries], form: RateForm, problem: str | None = None, loaded: LoadedRates | None = None
) -> RatesContext:
    """The page: what is known, and what came of loading a file."""
    done = None
    if loaded is not None:
        done = gettext(
            "Rates read: %(read)s. New: %(new)s. In the place of others: %(replaced)s.",
            read=number(len(loaded.rates)),
            new=number(loaded.new),
            replaced=number(loaded.replaced),
        )
    return RatesContext(form, tuple(map(_row, known)), problem, done)


def _row(one: RateSeries) -> RateRow:
    count = gettext("fixed by law") if one.fixed else number(one.rates)
    span = " – ".join(dict.fromkeys(map(day_of, (one.first, one.last))))
    return RateRow(f"{one.currency} → {one.to}", count, span, tuple(map(said, one.sources[:_SOURCES_SHOWN])))
