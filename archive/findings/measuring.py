"""The number of a cell: how many units have a fact, what they add up to, or the lowest, median or highest of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from statistics import median

from archive.findings.definition import Measure
from archive.findings.speaking import Key, Said

LOWEST, MEDIAN, HIGHEST = "lowest", "median", "highest"

STATISTICS = (LOWEST, MEDIAN, HIGHEST)
"""The columns of a range. The median of two is what lies halfway between them."""


def measured(
    measure: Measure, statistic: str, key: Key, having: Sequence[Said]
) -> tuple[Decimal | None, Sequence[Said]]:
    """The number that units have in a column, and the units that make it: of a lowest one, those that have it.

    Numbers of nothing known are None; a count of nothing is 0.
    """
    if measure is Measure.COUNT:
        return Decimal(len(having)), having
    numbers = [one.amount(key) for one in having]
    if not numbers:
        return None, ()
    if measure is Measure.SUM:
        return sum(numbers, Decimal()), having
    if statistic == MEDIAN:
        return median(numbers), having
    number = min(numbers) if statistic == LOWEST else max(numbers)
    return number, [one for one in having if one.amount(key) == number]
