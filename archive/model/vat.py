"""Rates of value-added tax."""

from __future__ import annotations

from decimal import Decimal

VAT_RATES = tuple(Decimal(percent) / 100 for percent in (5, 8, 10, 13, 17, 18, 19, 20, 21, 22, 23, 25))
"""Rates of the region, in ascending order."""

_TOLERANCE = Decimal("0.0005")


def differ_by_vat(one: Decimal, other: Decimal) -> bool:
    """Return whether the larger of two sums may be the smaller with VAT."""
    small, large = sorted((one, other))
    return small > 0 and any(abs(large / small - 1 - rate) < _TOLERANCE for rate in VAT_RATES)
