"""The price of a procedure: the lines of its awards, or, of a paper without any, the amounts of its contract or award.

Never both: a paper that has lines says its price by them, unless a person gave its one amount. Each line counts, also
one of two lots that cost the same; a line that another decision repeats counts once. Where contracts speak, the lines
of a decision for what is in no contract of the archive are added, if another line of that decision is in one: so it is
known to be of other lots.

A price may be printed with VAT, without, or both. The reader says which is counted (:class:`VatBasis`). What is not
printed so is computed only where the paper prints one rate of VAT, and stands apart otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from archive.facts.values import is_value
from archive.findings.definition import FactSelection, Measure, VatBasis
from archive.findings.precedence import (
    Key,
    Proof,
    UnitFacts,
    added,
    newest_of_each_vendor,
    proof_of,
    speakers_of,
    vendors_of,
)
from archive.findings.units import Counted
from archive.model import Fact, FactStatus
from archive.procedures.papers import CONTRACT_KINDS, Paper
from archive.vendors.names import words

SPEAKS = ("contract_annex", "contract", "award_decision")
"""The kinds of papers that tell a price, unless a definition says otherwise."""

_AMOUNTS = FactSelection(
    "amount",
    Measure.SUM,
    details={"role": ("contract", "award")},
    lacks=("unit_price",),
    columns=("currency", "vat"),
)
CEILING = "ceiling"
"""The detail of an amount that is the most that may be paid, as of a framework agreement with prices of pieces."""

_OTHER = {VatBasis.WITH: "without", VatBasis.WITHOUT: "with"}
_CENT = Decimal("0.01")
_VAT_PERCENTS = (5, 8, 10, 13, 17, 18, 19, 20, 21, 22, 23, 25)
"""Rates of VAT of the region, by which a sum with VAT is known to be that of a line without."""

_Sum = tuple[Fact, Decimal]


@dataclass(frozen=True, slots=True)
class Price:
    """What one paper says that one lot, or all of a contract, costs.

    ``sums`` are the same money by the VAT that is in it: ``with``, ``without`` or ``unknown``. ``is_line`` says that it
    is a line of an award.
    """

    paper: Paper
    currency: str
    lot: str
    vendors: frozenset[str] | None
    sums: Mapping[str, _Sum]
    is_line: bool = False

    def is_of_same(self, other: Price) -> bool:
        """Return whether both can be of the same lot and the same money."""
        return self.currency == other.currency and any(
            one == two or _differ_by_vat(one, two) for _, one in self.sums.values() for _, two in other.sums.values()
        )


@dataclass(frozen=True, slots=True)
class _Told:
    """What one paper tells; ``unclear`` are facts that leave a price open."""

    prices: tuple[Price, ...]
    unclear: tuple[Fact, ...] = ()


def price_of(unit: Counted, wanted: FactSelection) -> UnitFacts:
    """Return the price of a procedure, in the columns that a definition wants."""
    speaks = wanted.speaks or SPEAKS
    told = {paper.id: _told(unit, paper) for paper in unit.papers if paper.kind in speaks}
    heard = [paper for paper in unit.papers if paper.id in told and (told[paper.id].prices or told[paper.id].unclear)]
    speakers = speakers_of(heard, speaks)
    if speakers is None:
        facts = [(paper, fact) for paper in heard for fact in _facts_of(told[paper.id])]
        return UnitFacts((), {}, tuple(proof_of(unit, paper.id, fact) for paper, fact in facts))
    prices = _each_once(told[paper.id].prices for paper in sorted(speakers, key=lambda one: one.place_in_time))
    if any(paper.kind in CONTRACT_KINDS for paper in speakers):
        more = _in_no_contract(heard, told)
        prices += more
        speakers = [*speakers, *{price.paper.id: price.paper for price in more}.values()]
    columns: dict[Key, tuple[Proof, ...]] = {}
    for price in prices:
        for vat, proofs in _proofs(unit, price, wanted.vat):
            key = _column(price.currency, vat, wanted)
            columns[key] = (*columns.get(key, ()), *proofs)
    unclear = [(paper, fact) for paper in speakers for fact in _open(told[paper.id], wanted.vat)]
    for _, fact in unclear:
        # Half of a procedure's price is no price of it.
        columns.pop(_column(fact.details.get("currency", ""), fact.details.get("vat", ""), wanted), None)
    return UnitFacts(tuple(speakers), columns, tuple(proof_of(unit, paper.id, fact) for paper, fact in unclear))


def _column(currency: str, vat: str, wanted: FactSelection) -> Key:
    parts = {"currency": currency, "vat": vat}
    return tuple(parts[name] for name in wanted.columns)


def _facts_of(told: _Told) -> Iterator[Fact]:
    yield from (fact for price in told.prices for fact, _ in price.sums.values())
    yield from told.unclear


def _open(told: _Told, basis: VatBasis) -> Sequence[Fact]:
    """Return what leaves open the price that is asked for: a sum without VAT leaves none open that is printed with
    it."""
    if basis is VatBasis.PRINTED or not any(basis in price.sums for price in told.prices):
        return told.unclear
    return [fact for fact in told.unclear if fact.details.get("vat") == basis]


def _told(unit: Counted, paper: Paper) -> _Told:
    amounts = [fact for fact in paper.facts_of("amount") if _is_price(fact)]
    # What was only put together from the facts of a paper says no more than they do, and less if a person changed them.
    lines = [fact for fact in paper.facts_of("award") if fact.method != "award.joined" and not _is_proposed(fact)]
    if lines and not (len(lines) == 1 and _is_given(amounts) and not _is_given(lines)):
        return _of_lines(paper, lines, amounts)
    # The most that may be paid is the price only of what has no other.
    exact = [fact for fact in amounts if CEILING not in fact.details] or amounts
    found = added([paper], [[proof_of(unit, paper.id, fact) for fact in exact]], _AMOUNTS)
    by_lot: dict[tuple[str, str], dict[str, _Sum]] = {}
    for (currency, vat), of_column in found.columns.items():
        for proof in of_column:
            if proof.fact:
                lot = proof.fact.details.get("lot", "")
                by_lot.setdefault((currency, lot), {})[vat] = proof.fact, proof.amount
    prices = tuple(Price(paper, *key, None, sums) for key, sums in by_lot.items())
    open_ = (
        *(proof.fact for proof in found.unclear if proof.fact),
        *filter(_is_likely_unit_price, paper.facts_of("amount")),
    )
    return _Told(prices, open_)


def _is_price(fact: Fact) -> bool:
    return fact.details.get("role") in _AMOUNTS.details["role"] and "unit_price" not in fact.details


def _is_likely_unit_price(fact: Fact) -> bool:
    """Return whether a paper prints this in the place of its price, and it is likely a unit price."""
    return fact.details.get("unit_price") == "likely"


def _is_proposed(fact: Fact) -> bool:
    """Return whether a line is too unsure to count before somebody has looked at it."""
    return "proposed" in fact.details and fact.status is FactStatus.EXTRACTED


def _is_given(facts: Iterable[Fact]) -> bool:
    return any(fact.status is FactStatus.CORRECTED for fact in facts)


def _of_lines(paper: Paper, lines: Sequence[Fact], amounts: Sequence[Fact]) -> _Told:
    """Return the prices of the lines of a paper. A sum that it prints beside a line, with VAT if the line is without or
    the other way round, is the same money; so it counts only if each line has one."""
    prices, unclear = [], []
    # Of one line, a person's vendors are the vendors; of several, nobody knows whose place they take.
    is_named = len(lines) > 1 or not _is_given(paper.facts_of("vendor"))
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
    if all(beside):
        prices = [
            Price(price.paper, price.currency, price.lot, price.vendors, {**price.sums, **more}, is_line=True)
            for price, more in zip(prices, beside, strict=True)
        ]
    return _Told(tuple(prices), tuple(unclear))


def _number(text: str) -> Decimal | None:
    """Return the sum that a line states. A person's may be any text, and no sum that could be kept."""
    return Decimal(text) if is_value("amount", text) else None


def _vat_of(line: Fact, number: Decimal, amounts: Iterable[Fact]) -> str:
    """Return whether VAT is in a line: as it says, or else as an amount says that is the same number."""
    vat = line.details.get("vat", "unknown")
    if vat != "unknown":
        return vat
    said = {fact.details.get("vat", "unknown") for fact in amounts if Decimal(fact.value) == number} - {"unknown"}
    return said.pop() if len(said) == 1 else "unknown"


def _beside(price: Price, amounts: Iterable[Fact]) -> dict[str, _Sum]:
    ((vat, (_, number)),) = price.sums.items()
    for fact in amounts:
        other, value = fact.details.get("vat"), Decimal(fact.value)
        is_other = {vat, other} == {"with", "without"} and fact.details.get("currency", "") == price.currency
        if is_other and (value > number) == (other == "with") and _differ_by_vat(number, value):
            return {str(other): (fact, value)}
    return {}


def _differ_by_vat(one: Decimal, other: Decimal) -> bool:
    small, large = sorted((one, other))
    return small > 0 and any(abs(large / small - 1 - Decimal(rate) / 100) < Decimal("0.0005") for rate in _VAT_PERCENTS)


def _named(paper: Paper, names: str) -> frozenset[str] | None:
    """Return the vendors of a line, by the names that they are counted under; None, if it names none."""
    printed = [vendor.name for vendor in paper.known.vendors]
    called = paper.known.facet_values()["vendor"]
    known = {words(name): name for name in called}
    if len(called) in (1, len(printed)):
        known |= {words(name): called[min(at, len(called) - 1)] for at, name in enumerate(printed)}
    found = [part.strip() for part in names.split(";") if part.strip()]
    return frozenset(known.get(words(name), name) for name in found) or None


def _each_once(papers: Iterable[Sequence[Price]]) -> list[Price]:
    """Return the prices of several papers, without the lines that one of them repeats of another."""
    kept: list[Price] = []
    for prices in papers:
        earlier = [price for price in kept if price.is_line]
        for price in prices:
            again = next((one for one in earlier if price.is_line and _is_repeated(one, price)), None)
            if again is None:
                kept.append(price)
            else:
                earlier.remove(again)
    return kept


def _is_repeated(one: Price, other: Price) -> bool:
    if one.paper.kind in CONTRACT_KINDS or other.paper.kind in CONTRACT_KINDS:
        return False
    is_of_lot = not (one.lot and other.lot) or one.lot == other.lot
    return is_of_lot and one.vendors == other.vendors and one.is_of_same(other)


def _in_no_contract(heard: Sequence[Paper], told: Mapping[str, _Told]) -> list[Price]:
    """Return the lines of decisions that are of other lots than the contracts."""
    signed = [paper for paper in heard if paper.kind in CONTRACT_KINDS]
    of_contracts = {vendors_of(paper) for paper in signed if paper.kind == "contract"}
    # An annex changes the price: by the price of its contract it is known of which lot both are.
    telling = [paper for paper in signed if paper.kind == "contract" or vendors_of(paper) not in of_contracts]
    contracts = [price for paper in telling for price in told[paper.id].prices]
    decisions = newest_of_each_vendor(paper for paper in heard if paper.kind not in CONTRACT_KINDS)
    found: list[Price] = []
    for paper in decisions:
        lines = [price for price in told[paper.id].prices if price.is_line]
        rest = [line for line in lines if not _is_signed(line, lines, contracts)]
        if len(rest) < len(lines) and not told[paper.id].unclear:
            found += rest
    return _each_once([found])


def _is_signed(line: Price, lines: Sequence[Price], contracts: Iterable[Price]) -> bool:
    """Return whether a contract is of a line. One that tells no lot and has the price of another line is of that one;
    one that has the price of none is of all lines of its vendor."""
    for contract in contracts:
        own = contract.vendors or vendors_of(contract.paper)
        if own and line.vendors and own.isdisjoint(line.vendors):
            continue
        if contract.lot and line.lot:
            if contract.lot == line.lot:
                return True
        elif line.is_of_same(contract) or not any(other.is_of_same(contract) for other in lines):
            return True
    return False


def _proofs(unit: Counted, price: Price, basis: VatBasis) -> Iterator[tuple[str, tuple[Proof, ...]]]:
    """Yield the columns of VAT that a price is counted in, with the facts that make it."""
    if basis is VatBasis.PRINTED:
        yield from ((vat, (_proof(unit, price, *one),)) for vat, one in price.sums.items())
    elif basis in price.sums:
        yield basis, (_proof(unit, price, *price.sums[basis]),)
    elif _OTHER[basis] in price.sums and (rate := _rate_of_vat(price.paper)):
        fact, number = price.sums[_OTHER[basis]]
        factor = 1 + Decimal(rate.value) / 100
        computed = number * factor if basis is VatBasis.WITH else number / factor
        # The rate adds nothing; it stands among what makes the number.
        yield (
            basis,
            (_proof(unit, price, fact, computed.quantize(_CENT)), _proof(unit, price, rate, Decimal())),
        )
    else:
        vat = _OTHER[basis] if _OTHER[basis] in price.sums else "unknown"
        yield vat, (_proof(unit, price, *price.sums[vat]),)


def _proof(unit: Counted, price: Price, fact: Fact, number: Decimal) -> Proof:
    made = proof_of(unit, price.paper.id, fact)
    is_value = fact.field == "amount" and Decimal(fact.value) == number
    return Proof(
        made.unit,
        made.document,
        fact,
        made.is_disputed,
        number=None if is_value else number,
        vendors=price.vendors,
    )


def _rate_of_vat(paper: Paper) -> Fact | None:
    """Return the one rate of VAT that a paper prints; None if it prints none or several."""
    printed = {fact.value: fact for fact in reversed(paper.facts_of("vat_rate"))}
    return next(iter(printed.values())) if len(printed) == 1 else None
