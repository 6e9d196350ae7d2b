"""Mark unit prices among the amounts of a document, so that they are not added up as contract values."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from operator import add

from archive.model import Fact
from indexer.facts.kind import calls_itself
from indexer.facts.text import DocumentText
from indexer.gazetteer import kinds_with

LEAST_OF_ESTIMATE = Decimal("0.02")
"""Share of the estimated value below which a price is taken for a unit price.

Notices of framework agreements print the sum of unit prices in place of the contract value. Of 80 documents of the
corpus with both, 17 are below: from .0001 to .0141 of the estimate. The next ones are .025 to .06, calls for part of an
agreement.
"""

_PRICED = ("contract", "award")


def mark_unit_prices(text: DocumentText, kind: str | None, facts: Sequence[Fact]) -> list[Fact]:
    """Return the facts of a document; those of a price list without amounts.

    Those that a contract calls unit prices, and prices that add up to less than :data:`LEAST_OF_ESTIMATE` of the
    estimate, are marked as likely unit prices.
    """
    if _is_price_list(text, kind):
        return [fact for fact in facts if fact.field not in {"amount", "award"}]
    estimates = _added(facts, "amount", ("estimated",), max)
    prices = [_added(facts, "amount", _PRICED, add), _added(facts, "award", (None,), add)]
    of_units = {
        currency
        for currency, estimate in estimates.items()
        if max(of_field.get(currency, Decimal()) for of_field in prices) < LEAST_OF_ESTIMATE * estimate
    }
    largest = _added(facts, "amount", _PRICED, max) if kind in kinds_with("contract") else {}
    return [
        replace(fact, details={**fact.details, "unit_price": "likely"})
        if _is_of(fact, "amount", _PRICED, of_units)
        or _is_of(fact, "award", (None,), of_units)
        or _is_small(fact, largest)
        or (kind in kinds_with("contract") and _is_called_so(text, fact))
        else fact
        for fact in facts
    ]


def _is_small(fact: Fact, largest: Mapping[str, Decimal]) -> bool:
    """Return whether a price of a contract comes to next to nothing of its largest: a price list stands in it, too."""
    most = largest.get(fact.details.get("currency", ""), Decimal())
    return _is_of(fact, "amount", _PRICED) and Decimal(fact.value) < LEAST_OF_ESTIMATE * most


_CALLED = re.compile(r"\bjedinicn\w+\s(?:cen|cijen)\w*[^.;:\d]*$")
"""What calls the next sum a unit price: "jedinična cena po kameri iznosi"."""

_CALLED_WITHIN = 90
"""Number of characters before a sum in which it is called so."""


def _is_called_so(text: DocumentText, fact: Fact) -> bool:
    """Return whether a price of a contract is called a unit price."""
    start = text.starts[fact.span.first] if fact.span else 0
    before = text.folded[max(0, start - _CALLED_WITHIN) : start]
    return _is_of(fact, "amount", _PRICED) and _CALLED.search(before) is not None


def _added(
    facts: Sequence[Fact], field: str, roles: Collection[str | None], join: Callable[[Decimal, Decimal], Decimal]
) -> dict[str, Decimal]:
    """Return the amounts of a field and role, combined by currency."""
    found: dict[str, Decimal] = {}
    for fact in facts:
        if _is_of(fact, field, roles):
            number = Decimal(fact.details["amount"] if field == "award" else fact.value)
            currency = fact.details.get("currency", "")
            found[currency] = join(found.get(currency, Decimal()), number)
    return found


def _is_of(fact: Fact, field: str, roles: Collection[str | None], currencies: Collection[str] | None = None) -> bool:
    details = fact.details
    is_in = currencies is None or details.get("currency", "") in currencies
    return is_in and fact.field == field and details.get("role") in roles and "unit_price" not in details


def _is_price_list(text: DocumentText, kind: str | None) -> bool:
    """Return whether a document outside of a procurement calls itself a price list."""
    if kind in kinds_with("procurement_number") or kind in kinds_with("contract") or kind in kinds_with("plans"):
        return False
    return calls_itself(text, "price_list")
