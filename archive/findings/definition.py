"""Definitions of findings: what is counted, over which documents, and how it is grouped
(:mod:`archive.findings.files`).

A definition is declarative. :mod:`archive.findings.counting` evaluates it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType

from archive.findings.rates import Rate
from archive.search.request import SearchRequest

MISSING = "missing"
"""A pseudo field: the kinds of documents that a procedure lacks."""

PROCEDURE = "procedure"
"""The group with a row for each procedure, by id."""

GROUPS = ("municipality", "buyer", "vendor", "year", "kind", "language", "collection", PROCEDURE)
"""The possible groups of rows."""

VALUE = "value"
"""The column key for the value of a fact; any other is the name of a detail."""


class CountedUnit(StrEnum):
    """The unit that is counted once, for any number of documents."""

    PROCEDURES = "procedures"
    PURCHASES = "purchases"
    MUNICIPALITIES = "municipalities"
    REQUESTS = "requests"
    DOCUMENTS = "documents"

    @property
    def has_procurements(self) -> bool:
        """Whether its units are procurements, all or most of them."""
        return self in (CountedUnit.PROCEDURES, CountedUnit.PURCHASES)


class Subject(StrEnum):
    """The subject of a finding, by which findings are grouped."""

    MONEY = "money"
    COMPETITION = "competition"
    TECHNOLOGY = "technology"
    REQUESTS = "requests"
    PAPERS = "papers"
    OTHER = "other"


class PictureKind(StrEnum):
    """How a finding is drawn: rows as areas of a map, as ranked bars or by year, or columns as a matrix."""

    MAP = "map"
    BARS = "bars"
    TIMELINE = "timeline"
    MATRIX = "matrix"


class Measure(StrEnum):
    """How a number is computed: by counting units, summing, or taking the lowest, median and highest."""

    COUNT = "count"
    SUM = "sum"
    RANGE = "range"

    @property
    def is_of_numbers(self) -> bool:
        """Whether it computes with values instead of counting them."""
        return self is not Measure.COUNT


class VatBasis(StrEnum):
    """Which price is counted if it can be printed with VAT and without: each as printed, in separate columns, or the
    basis that the reader chose."""

    PRINTED = "printed"
    WITH = "with"
    WITHOUT = "without"


@dataclass(frozen=True, slots=True)
class NumberRange:
    """A column of several values: numbers whose integer part is ``least`` to ``most`` inclusive."""

    label: str
    least: int
    most: int | None = None

    def holds(self, value: str) -> bool:
        """Return whether a value is in the range."""
        try:
            whole = int(Decimal(value))
        except InvalidOperation:
            return False
        return self.least <= whole and (self.most is None or whole <= self.most)


@dataclass(frozen=True, slots=True)
class FactSelection:
    """The facts that are counted.

    ``speaks`` lists the kinds of documents whose facts count, in order of precedence; empty for all. A fact must have
    ``details`` and must not have ``lacks``. ``columns`` are :data:`VALUE` or names of details, ``buckets`` are ranges
    instead of these. ``within`` is the distance from a limit in percent, for :mod:`archive.findings.derived.periods`.
    ``vat`` selects one of two prices, for :mod:`archive.findings.prices`. ``by_paper`` adds columns by kind of source
    document.
    """

    field: str
    measure: Measure = Measure.COUNT
    speaks: tuple[str, ...] = ()
    details: Mapping[str, tuple[str, ...]] = dataclass_field(default_factory=lambda: MappingProxyType({}))
    lacks: tuple[str, ...] = ()
    columns: tuple[str, ...] = (VALUE,)
    buckets: tuple[NumberRange, ...] = ()
    within: int | None = None
    vat: VatBasis = VatBasis.PRINTED
    by_paper: bool = False


EVERY = "*"
"""Suffix of a name that stands for all of the definition's own columns with this prefix."""


@dataclass(frozen=True, slots=True)
class NumberOf:
    """A number in a sentence, taken from the table: of the units in any of ``columns``.

    ``count`` selects what is counted instead: the units of columns that are sums, or the distinct values of a group
    with such units. ``is_top`` takes the row with the largest number, ``is_money`` the amounts of every currency.
    """

    columns: tuple[str, ...]
    count: str = ""
    is_top: bool = False
    is_money: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with placeholders for numbers, ``{one}``, and plural forms after a number, ``{one|bid|bids}``. It is
    shown if its numbers are known, and those in ``needs`` are not 0 (:mod:`archive.findings.sentences`)."""

    text: str
    numbers: Mapping[str, NumberOf]
    needs: tuple[str, ...]


LAST = 100
"""The rank of a finding whose file states none."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A finding.

    A unit must have a document of a kind in ``needs``. ``labels`` are names of values in column headings,
    ``per_inhabitants`` adds rates, ``cannot`` states the limits of the finding, ``absent`` labels units without a fact.
    Amounts are converted to ``convert`` by the owner's ``rates``. ``place`` is its rank among the findings of its
    subject. ``picture`` is drawn from the column ``draw``, or from the one with numbers in most rows. A query with all
    words of one of ``asked`` is answered by it (:mod:`archive.profiles.questions`).
    """

    name: str
    title: str
    about: str
    counts: CountedUnit
    group: tuple[str, ...]
    facts: FactSelection
    request: SearchRequest | None = None
    needs: tuple[str, ...] = ()
    labels: Mapping[str, str] = dataclass_field(default_factory=lambda: MappingProxyType({}))
    per_inhabitants: int | None = None
    cannot: tuple[str, ...] = ()
    absent: str = "Unknown"
    convert: str | None = None
    rates: tuple[Rate, ...] = ()
    subject: Subject = Subject.OTHER
    place: int = LAST
    picture: PictureKind | None = None
    draw: str = ""
    sentences: tuple[Sentence, ...] = ()
    asked: tuple[str, ...] = dataclass_field(default=(), repr=False)

    @property
    def order(self) -> tuple[int, int, str]:
        """The sort key of findings: subject, rank, name."""
        return list(Subject).index(self.subject), self.place, self.name

    @property
    def is_of_units_alone(self) -> bool:
        """Whether it needs nothing beside the units: no search, and no other contracts to compare with. Its table stays
        as it is while all units do."""
        return self.request is None and self.facts.field != "odd_clauses"
