"""Definitions of findings: what is counted, over which documents, grouped how (:mod:`archive.findings.files`).

A definition says what is wanted and has no code. How it is counted stands in :mod:`archive.findings.counting`.
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
"""What may stand in the place of a field: the kinds of documents that a procedure lacks."""

PROCEDURE = "procedure"
"""The group in which each procedure has a row of its own, named by its id."""

GROUPS = ("municipality", "buyer", "vendor", "year", "kind", "language", "collection", PROCEDURE)
"""What rows may be grouped by."""

VALUE = "value"
"""The column key that stands for the value of the fact; any other is the name of one of its details."""


class CountedUnit(StrEnum):
    """The unit that is counted once, however many documents it has."""

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
    """What a finding is about; findings of one subject stand together."""

    MONEY = "money"
    COMPETITION = "competition"
    TECHNOLOGY = "technology"
    REQUESTS = "requests"
    PAPERS = "papers"
    OTHER = "other"


class PictureKind(StrEnum):
    """How a finding is drawn: its rows as areas of a map, as ranked bars, by year, or its columns as a matrix."""

    MAP = "map"
    BARS = "bars"
    TIMELINE = "timeline"
    MATRIX = "matrix"


class Measure(StrEnum):
    """How a number is made: by counting units, adding up, or taking the lowest, median and highest."""

    COUNT = "count"
    SUM = "sum"
    RANGE = "range"

    @property
    def is_of_numbers(self) -> bool:
        """Whether it computes with values and does not only count them."""
        return self is not Measure.COUNT


class VatBasis(StrEnum):
    """Which price is counted of one that can be printed with VAT and without: each as it is printed, in columns of
    their own, or the one of the two that the reader chose."""

    PRINTED = "printed"
    WITH = "with"
    WITHOUT = "without"


@dataclass(frozen=True, slots=True)
class NumberRange:
    """A column of several values: the numbers whose whole part is ``least`` to ``most``, both included."""

    label: str
    least: int
    most: int | None = None

    def holds(self, value: str) -> bool:
        """Return whether a value belongs here."""
        try:
            whole = int(Decimal(value))
        except InvalidOperation:
            return False
        return self.least <= whole and (self.most is None or whole <= self.most)


@dataclass(frozen=True, slots=True)
class FactSelection:
    """Which facts are counted.

    ``speaks`` lists the kinds of documents whose facts count, in order of precedence; empty for all. A fact must have
    ``details`` and must not have ``lacks``. ``columns`` are :data:`VALUE` or names of details, ``buckets`` ranges in
    their place. ``within`` is the distance from a limit in percent, for :mod:`archive.findings.derived.periods`.
    ``vat`` says which of two prices counts, for :mod:`archive.findings.prices`. ``by_paper`` adds to each column those
    that tell from which kind of paper its facts are.
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
"""How a name ends that stands for every column of the finding itself, or for all that begin so."""


@dataclass(frozen=True, slots=True)
class NumberOf:
    """A number of a sentence, out of the table: of the units in any of ``columns``.

    ``count`` says what else is counted: the units of columns that are sums, or a group, of which it counts the values
    that have such units. ``is_top`` takes the row with the largest number, ``is_money`` the amounts of every currency.
    """

    columns: tuple[str, ...]
    count: str = ""
    is_top: bool = False
    is_money: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with places for numbers: ``{one}``, and words that follow a number: ``{one|bid|bids}``. It is said
    if its numbers are known, and those in ``needs`` are not 0 (:mod:`archive.findings.sentences`)."""

    text: str
    numbers: Mapping[str, NumberOf]
    needs: tuple[str, ...]


LAST = 100
"""The place of a finding whose file names none."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A finding.

    A unit must have a document of a kind in ``needs``. ``labels`` name values in the heads of columns,
    ``per_inhabitants`` adds rates, ``cannot`` says what the finding cannot know, ``absent`` names units without a fact.
    Amounts are converted to ``convert`` by the owner's ``rates``. ``place`` is where it stands among the findings of
    its subject, those without one last. ``picture`` is drawn by the numbers of the column
    ``draw``, or of the one in which most rows have a number.
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

    @property
    def order(self) -> tuple[int, int, str]:
        """What findings are sorted by where they stand together: subject, place, name."""
        return list(Subject).index(self.subject), self.place, self.name

    @property
    def is_of_units_alone(self) -> bool:
        """Whether it needs nothing beside the units: no search, and no other contracts to compare with. Its table stays
        as it is while all units do."""
        return self.request is None and self.facts.field != "odd_clauses"
