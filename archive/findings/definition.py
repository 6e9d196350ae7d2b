"""What a finding counts, over which documents, grouped by what. It is read from a file (:mod:`archive.findings.files`).

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
    """What is counted once, however many documents it has."""

    PROCEDURES = "procedures"
    REQUESTS = "requests"
    DOCUMENTS = "documents"


class Measure(StrEnum):
    """What a number is: how many units have the fact, what their facts add up to, or which are the lowest, the median
    and the highest of them."""

    COUNT = "count"
    SUM = "sum"
    RANGE = "range"

    @property
    def is_of_numbers(self) -> bool:
        """Whether it reckons with what the facts say, and does not only count them."""
        return self is not Measure.COUNT


@dataclass(frozen=True, slots=True)
class NumberRange:
    """A column of several values: the numbers whose whole part is ``least`` to ``most``, both included."""

    label: str
    least: int
    most: int | None = None

    def holds(self, value: str) -> bool:
        """Whether a value belongs here."""
        try:
            whole = int(Decimal(value))
        except InvalidOperation:
            return False
        return self.least <= whole and (self.most is None or whole <= self.most)


@dataclass(frozen=True, slots=True)
class Facts:
    """Which facts are counted.

    ``speaks`` are the kinds of documents that speak for a unit, the one that is heard first at the head; without any,
    all of its documents do. ``details`` are those that a fact must have, ``lacks`` those that it must not.
    ``columns`` are what makes columns: :data:`VALUE` or names of details. ``buckets`` take their place. ``within`` is
    how near a limit is near, in percent of it; only :mod:`archive.findings.derived.periods` asks for it.
    """

    field: str
    measure: Measure = Measure.COUNT
    speaks: tuple[str, ...] = ()
    details: Mapping[str, tuple[str, ...]] = dataclass_field(default_factory=lambda: MappingProxyType({}))
    lacks: tuple[str, ...] = ()
    columns: tuple[str, ...] = (VALUE,)
    buckets: tuple[NumberRange, ...] = ()
    within: int | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """A finding.

    ``needs`` are kinds of documents of which a unit must have one. ``labels`` say how values are called in the heads
    of columns. ``per_inhabitants`` asks for each number per so many inhabitants, too. ``cannot`` is what the finding
    cannot know. ``absent`` is what is said of units without such a fact. ``convert`` is the currency that amounts are
    converted to, by ``rates`` of the archive's owner.
    """

    name: str
    title: str
    about: str
    counts: CountedUnit
    group: tuple[str, ...]
    facts: Facts
    request: SearchRequest | None = None
    needs: tuple[str, ...] = ()
    labels: Mapping[str, str] = dataclass_field(default_factory=lambda: MappingProxyType({}))
    per_inhabitants: int | None = None
    cannot: tuple[str, ...] = ()
    absent: str = "Unknown"
    convert: str | None = None
    rates: tuple[Rate, ...] = ()
