"""The prices that one document states: the lines of its awards, or without lines the amounts of its contract or award.

Never both: the price of a document with lines is their sum, unless a person stated its one amount. It is unclear where
an amount is in none of several lines, or is a total that is more than they come to. Each line counts, also of two lots
with equal prices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from archive.facts.values import is_value
from archive.findings.definition import FactSelection, Measure
from archive.findings.precedence import added, proof_of
from archive.findings.stated_prices import CEILING, Price, Sum
from archive.findings.units import Counted
from archive.model import Fact, FactStatus
from archive.model.vat import VAT_RATES, differ_by_vat
from archive.procedures.papers import Paper
from archive.vendors.names import words

_AMOUNTS = FactSelection(
    "amount",
    Measure.SUM,
    details={"role": ("contract", "award")},
    lacks=("unit_price",),
    columns=("currency", "vat"),
)


@dataclass(frozen=True, slots=True)
class ToldPrices:
    """The prices in one document; ``unclear`` are ambiguous facts."""

    prices: tuple[Price, ...]
    unclear: tuple[Fact, ...] = ()


def prices_in(paper: Paper) -> list[Fact]:
    """Return the prices in a document; of a framework agreement not what the bid was for, by assumed quantities."""
    prices = [fact for fact in paper.facts_of("amount") if _is_price(fact)]
    agreed = [fact for fact in prices if fact.details["role"] == "contract"]
    is_framework = paper.kind == "contract" and agreed and all(CEILING in fact.details for fact in agreed)
    return agreed if is_framework else prices


def prices_told(unit: Counted, paper: Paper) -> ToldPrices:
    """Return the prices that a document of a procedure states."""
    amounts = prices_in(paper)
    # An amount that was composed from facts of the document adds nothing to them, and is outdated if a person changed
    # them.
    lines = [fact for fact in paper.facts_of("award") if fact.method != "award.joined"]
    if lines and not (len(lines) == 1 and is_given(amounts) and not is_given(lines)):
        return _of_lines(paper, lines, amounts)
    # A ceiling is the price only if there is no other.
    exact = [fact for fact in amounts if CEILING not in fact.details] or amounts
    found = added([paper], [[proof_of(unit, paper.id, fact) for fact in exact]], _AMOUNTS)
    by_lot: dict[tuple[str, str], dict[str, Sum]] = {}
    for (currency, vat), of_column in found.columns.items():
        for proof in of_column:
            if proof.fact:
                lot = proof.fact.details.get("lot", "")
                by_lot.setdefault((currency, lot), {})[vat] = proof.fact, proof.amount
    prices = tuple(Price(paper, *key, None, sums) for key, sums in by_lot.items())
    priced = {price.currency for price in prices}
    pieces = (fact for fact in paper.facts_of("amount") if _is_likely_unit_price(fact))
    open_ = (
        *(proof.fact for proof in found.unclear if proof.fact),
        *(fact for fact in pieces if fact.details.get("currency", "") not in priced),
    )
    return ToldPrices(prices, open_)


def _is_price(fact: Fact) -> bool:
    return fact.details.get("role") in _AMOUNTS.details["role"] and "unit_price" not in fact.details


def _is_likely_unit_price(fact: Fact) -> bool:
    """Return whether a document prints this instead of its price, though it is probably a unit price."""
    return fact.details.get("unit_price") == "likely"


def is_given(facts: Iterable[Fact]) -> bool:
    """Return whether a person stated one of the facts."""
    return any(fact.status is FactStatus.CORRECTED for fact in facts)


def _of_lines(paper: Paper, lines: Sequence[Fact], amounts: Sequence[Fact]) -> ToldPrices:
    """Return the prices of the lines of a document. A printed sum beside a line on the other VAT basis is the same
    money; it counts only if each line has one."""
    prices, unclear = [], []
    # Of a single line, the vendors that a person stated are its vendors; of several, the assignment is unknown.
    is_named = len(lines) > 1 or not is_given(paper.facts_of("vendor"))
    for fact in lines:
        number = _number(fact.details.get("amount", ""))
        if number is None or _is_likely_unit_price(fact):
            unclear.append(fact)
            continue
        currency, vat = fact.details.get("currency", ""), _vat_of(fact, number, amounts)
        prices.append(
            Price(
                paper,
                currency,
                fact.details.get("lot", ""),
                _named(paper, fact.details.get("vendor", "")) if is_named else None,
                {vat: (fact, number)},
                is_line=True,
            )
        )
    beside = [_beside(price, amounts) for price in prices]
    unclear += [*_in_no_line(prices, amounts), *_without_line(paper, prices)]
    if all(beside):
        prices = [
            Price(price.paper, price.currency, price.lot, price.vendors, {**price.sums, **more}, is_line=True)
            for price, more in zip(prices, beside, strict=True)
        ]
    return ToldPrices(tuple(prices), tuple(unclear))


def _in_no_line(prices: Sequence[Price], amounts: Iterable[Fact]) -> Iterator[Fact]:
    """Yield the prices of a document with several lines that are neither one of them nor their total: those of lots
    whose vendor is not known, and a total that is more than the lines, which are then only a part."""
    known = [number for price in prices for _, number in price.sums.values()]
    total = sum(known, Decimal())
    for fact in amounts if len(prices) > 1 else ():
        value = Decimal(fact.value)
        is_known = any(value == one or differ_by_vat(value, one) for one in (*known, total))
        if not is_known and not (value > total and _is_no_total(fact, value / total)):
            yield fact


def _without_line(paper: Paper, prices: Sequence[Price]) -> Iterator[Fact]:
    """Yield who wins a lot of a decision, alone, whose line could not be read: the others are then only a part."""
    named = [name for price in prices for name in price.vendors or ()]
    if paper.kind != "award_decision" or not any(price.lot for price in prices) or not named:
        return
    for fact in paper.facts_of("vendor"):
        is_named = any(are_same(fact.value, name) for name in named)
        if not is_named and fact.details.get("role") != "consortium_member" and fact.confidence >= _SURELY_WON:
            yield fact


def are_same(one: str, other: str) -> bool:
    """Return whether two names are the same, one of them perhaps without the town."""
    shorter, longer = sorted((words(one), words(other)), key=len)
    return longer[: len(shorter)] == shorter


_SURELY_WON = 0.9
"""Minimum confidence of a winner that makes a decision's lines doubtful."""


def _is_no_total(fact: Fact, times: Decimal) -> bool:
    """Return whether an amount that is so many times all lines tells of no line more: it is a limit, or it includes VAT
    at rates that differ by lot."""
    return CEILING in fact.details or (fact.details.get("vat") == "with" and times <= 1 + VAT_RATES[-1])


def _number(text: str) -> Decimal | None:
    """Parse the sum of a line; None for a person's text that is not a valid amount."""
    return Decimal(text) if is_value("amount", text) else None


def _vat_of(line: Fact, number: Decimal, amounts: Iterable[Fact]) -> str:
    """Return the VAT basis of a line: as stated, or as stated of an amount with the same number."""
    vat = line.details.get("vat", "unknown")
    if vat != "unknown":
        return vat
    said = {fact.details.get("vat", "unknown") for fact in amounts if Decimal(fact.value) == number} - {"unknown"}
    return said.pop() if len(said) == 1 else "unknown"


def _beside(price: Price, amounts: Iterable[Fact]) -> dict[str, Sum]:
    ((vat, (_, number)),) = price.sums.items()
    for fact in amounts:
        other, value = fact.details.get("vat"), Decimal(fact.value)
        is_other = {vat, other} == {"with", "without"} and fact.details.get("currency", "") == price.currency
        if is_other and (value > number) == (other == "with") and differ_by_vat(number, value):
            return {str(other): (fact, value)}
    return {}


def _named(paper: Paper, names: str) -> frozenset[str] | None:
    """Return the vendors of a line, by displayed name; None if it names none."""
    printed = [vendor.name for vendor in paper.known.vendors]
    called = paper.known.facet_values()["vendor"]
    known = {words(name): name for name in called}
    if len(called) in (1, len(printed)):
        known |= {words(name): called[min(at, len(called) - 1)] for at, name in enumerate(printed)}
    found = [part.strip() for part in names.split(";") if part.strip()]
    return frozenset(_known_as(words(name), known) or name for name in found) or None


def _known_as(name: tuple[str, ...], known: Mapping[tuple[str, ...], str]) -> str | None:
    """Return the displayed name of a vendor; a line may leave out the town: the only one that goes on so."""
    longer = {shown for printed, shown in known.items() if printed[: len(name)] == name}
    return known.get(name) or (longer.pop() if len(longer) == 1 else None)
