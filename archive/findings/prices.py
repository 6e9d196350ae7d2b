"""The price of a procedure, from the prices that its documents tell (:mod:`archive.findings.told_prices`).

A line that another decision repeats counts once. If contracts have precedence, lines of a decision without a contract
in the archive are added if another line of that decision has one, which proves that they are of other lots. A lot that
a decision names and of which no document tells the award makes the price unclear.

A price may be printed with VAT, without, or both. The reader chooses which is counted (:class:`VatBasis`). Other prices
are converted only if the document prints exactly one rate of VAT, and else are in a separate column.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product, starmap

from archive.findings.definition import FactSelection, VatBasis
from archive.findings.precedence import (
    Key,
    Proof,
    UnitFacts,
    newest_of_each_vendor,
    proof_of,
    speakers_of,
    vendors_of,
)
from archive.findings.stated_prices import CALL_OFF, CEILING, CENT, Price, with_changes
from archive.findings.told_prices import ToldPrices, are_same, is_given, prices_in, prices_told
from archive.findings.units import Counted
from archive.model import Fact
from archive.procedures.papers import CONTRACT_KINDS, Paper

SPEAKS = ("contract_annex", "contract", "award_decision")
"""Kinds of documents that state a price, unless a definition overrides them."""

_OTHER = {VatBasis.WITH: "without", VatBasis.WITHOUT: "with"}


def price_of(unit: Counted, wanted: FactSelection) -> UnitFacts:
    """Return the price of a procedure, in the columns of a definition."""
    speaks = wanted.speaks or SPEAKS
    told = {paper.id: prices_told(unit, paper) for paper in unit.papers if paper.kind in speaks}
    stating = [paper for paper in unit.papers if paper.id in told and (told[paper.id].prices or told[paper.id].unclear)]
    heard = _without_call_offs(stating)
    speakers = speakers_of(heard, speaks)
    if speakers is None:
        facts = [(paper, fact) for paper in heard for fact in _facts_of(told[paper.id])]
        return UnitFacts((), {}, tuple(proof_of(unit, paper.id, fact) for paper, fact in facts))
    doubtful: list[Price] = []
    prices = _each_once(told[paper.id].prices for paper in sorted(speakers, key=lambda one: one.place_in_time))
    if any(paper.kind in CONTRACT_KINDS for paper in speakers):
        more, doubtful = _in_no_contract(heard, told)
        prices += more
        speakers = [*speakers, *{price.paper.id: price.paper for price in (*more, *doubtful)}.values()]
    prices, open_changes = with_changes(_with_known_vat(prices, told.values()), unit.papers)
    columns: dict[Key, tuple[Proof, ...]] = {}
    held: list[set[Key]] = []
    for of_currency in () if open_changes else _by_currency(prices):
        on_bases = _on_bases_of_all(unit, of_currency, wanted.vat)
        of_bases = {_column(of_currency[0].currency, vat, wanted): proofs for vat, proofs in on_bases.items()}
        held.append(set(of_bases))
        doubtful += () if of_bases else of_currency
        for key, proofs in of_bases.items():
            columns[key] = (*columns.get(key, ()), *proofs)
    unclear = [(paper, fact) for paper in speakers for fact in _open(told[paper.id], wanted.vat)]
    unclear += [(price.paper, fact) for price in doubtful for fact, _ in price.sums.values()]
    unclear += _unread_lots(unit, told)
    for key in _in_doubt(unclear, [fact for price in doubtful for fact, _ in price.sums.values()], wanted, [*columns]):
        columns.pop(key, None)
    if any(keys.isdisjoint(columns) for keys in held):
        # A lot is in no column that is left, so these are of the others.
        columns.clear()
    unclear += open_changes
    speakers = [*speakers, *(paper for paper, _ in open_changes), *_changing(prices)]
    return UnitFacts(_each(speakers), columns, tuple(_open_proof(unit, paper, fact) for paper, fact in unclear))


def _with_known_vat(prices: Sequence[Price], told: Collection[ToldPrices]) -> list[Price]:
    """Return the prices, those of unknown VAT as another document states the same sum for the same lot or vendor, or
    another line of the same document: the lines of a decision are all with VAT or all without."""
    known: dict[tuple[str, Decimal], list[Price]] = {}
    for price in (price for of_paper in told for price in of_paper.prices):
        for vat, (_, number) in price.sums.items():
            if vat != "unknown":
                known.setdefault((price.currency, number), []).append(replace(price, sums={vat: price.sums[vat]}))
    bases: dict[str, set[str]] = {}
    for price in (price for of_paper in told for price in of_paper.prices if price.is_line):
        bases.setdefault(price.paper.id, set()).update(*(same.sums for same in _same(price, known)))
    return [next(_same(price, known), None) or _as_others_of_it(price, bases) for price in prices]


def _as_others_of_it(price: Price, bases: Mapping[str, Collection[str]]) -> Price:
    """Return a line of unknown VAT on the basis that other lines of its document are known to be on."""
    known = bases.get(price.paper.id, ())
    if not price.is_line or price.sums.keys() != {"unknown"} or len(known) != 1:
        return price
    return replace(price, sums=dict.fromkeys(known, price.sums["unknown"]))


def _same(price: Price, known: Mapping[tuple[str, Decimal], Sequence[Price]]) -> Iterator[Price]:
    if price.sums.keys() == {"unknown"}:
        for other in known.get((price.currency, price.sums["unknown"][1]), ()):
            own, others = (one.vendors or vendors_of(one.paper) for one in (price, other))
            is_of_lot = price.lot and price.lot == other.lot
            is_of_vendor = any(starmap(are_same, product(own, others))) and not (price.lot and other.lot)
            if is_of_lot or is_of_vendor:
                yield replace(price, paper=other.paper, sums=other.sums)


def _by_currency(prices: Sequence[Price]) -> list[list[Price]]:
    found: dict[str, list[Price]] = {}
    for price in prices:
        found.setdefault(price.currency, []).append(price)
    return list(found.values())


def _on_bases_of_all(unit: Counted, prices: Sequence[Price], basis: VatBasis) -> dict[str, list[Proof]]:
    """Return the proofs of prices of one currency on the bases of VAT that all of them have: on others the sum would
    be that of some lots. If they share none as printed, one that printed rates bring them to; else empty."""
    for each in dict.fromkeys((basis, VatBasis.WITHOUT, VatBasis.WITH)):
        found = [_proofs(unit, price, each) for price in prices]
        if shared := [vat for vat in found[0] if all(vat in one for one in found)]:
            break
    if basis is not VatBasis.PRINTED:
        shared = shared[:1]
    return {vat: [proof for one in found for proof in one[vat]] for vat in shared}


def _in_doubt(
    unclear: Iterable[tuple[Paper, Fact]], doubtful: Sequence[Fact], wanted: FactSelection, columns: Sequence[Key]
) -> Iterator[Key]:
    """Yield the columns that ambiguous facts make unknown: half of a price is not the price.

    On any basis of VAT it is half if a lot or its winner is missing, a line is ``doubtful``, a sum may be with VAT or
    without, or an annex is ambiguous: it prints what it changes on every basis, and others would keep the price before.
    """
    for paper, fact in unclear:
        currency, vat = fact.details.get("currency", ""), fact.details.get("vat", "unknown")
        if fact.field in _ONLY_A_PART:
            yield from columns
        elif vat == "unknown" or paper.kind == "contract_annex" or fact in doubtful:
            yield from (_column(currency, basis, wanted) for basis in (*_OTHER, *_OTHER.values(), "unknown"))
        else:
            yield _column(currency, vat, wanted)


_ONLY_A_PART = ("vendor", "unread_lot")
"""Fields of facts that tell that the prices which were read are a part."""


def _unread_lots(unit: Counted, told: Mapping[str, ToldPrices]) -> Iterator[tuple[Paper, Fact]]:
    """Yield the lots that decisions name and of which no paper tells the price, unless a person stated the price, or
    there are as many contracts as lots: these do not always have the number of theirs."""
    prices = [price for of_paper in told.values() for price in of_paper.prices]
    known = {price.lot for price in prices} - {""}
    contracts = {price.paper.id for price in prices if price.paper.kind == "contract"}
    for paper in unit.papers:
        if paper.id in told and not is_given(paper.facts_of("amount")):
            unread = [fact for fact in paper.facts_of("unread_lot") if fact.value not in known]
            lots = known | {fact.value for fact in unread}
            yield from ((paper, fact) for fact in unread if len(lots) > len(contracts))


def _open_proof(unit: Counted, paper: Paper, fact: Fact) -> Proof:
    """Return the proof that a price is unclear: a name and a percentage are no sums."""
    proof = proof_of(unit, paper.id, fact)
    return proof if "currency" in fact.details else replace(proof, number=Decimal())


def _changing(prices: Iterable[Price]) -> Iterator[Paper]:
    yield from (paper for price in prices for parts in price.changes.values() for paper, *_ in parts)


def _each(papers: Iterable[Paper]) -> tuple[Paper, ...]:
    return tuple({paper.id: paper for paper in papers}.values())


def _without_call_offs(papers: Sequence[Paper]) -> list[Paper]:
    """Leave out contracts under a framework agreement that is among the papers: what they cost is part of its value,
    which they print beside their own price, or say that they were called off."""
    prices = {paper.id: prices_in(paper) for paper in papers}
    ceilings = {
        paper.id: {fact.value for fact in paper.facts_of("amount") if CEILING in fact.details} for paper in papers
    }
    frameworks = {id_ for id_, facts in prices.items() if facts and all(CEILING in fact.details for fact in facts)}
    of_frameworks = {value for id_ in frameworks for value in ceilings[id_]}
    called = {id_ for id_, facts in prices.items() if frameworks and any(CALL_OFF in fact.details for fact in facts)}
    return [
        paper
        for paper in papers
        if paper.id in frameworks or not (paper.id in called or ceilings[paper.id] & of_frameworks)
    ]


def _column(currency: str, vat: str, wanted: FactSelection) -> Key:
    parts = {"currency": currency, "vat": vat}
    return tuple(parts[name] for name in wanted.columns)


def _facts_of(told: ToldPrices) -> Iterator[Fact]:
    yield from (fact for price in told.prices for fact, _ in price.sums.values())
    yield from told.unclear


def _open(told: ToldPrices, basis: VatBasis) -> Sequence[Fact]:
    """Return the facts that make the requested price ambiguous: an ambiguous sum without VAT does not affect one with
    VAT."""
    if basis is VatBasis.PRINTED or not any(basis in price.sums for price in told.prices):
        return told.unclear
    return [fact for fact in told.unclear if fact.details.get("vat") == basis]


def _each_once(papers: Iterable[Sequence[Price]]) -> list[Price]:
    """Return the prices of several documents, without lines that one of them repeats."""
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
    # A paper may name the members of a group, another its leader, and another may leave out the town.
    is_of_same_vendor = one.lot == other.lot if one.lot and other.lot else one.vendors == other.vendors
    return is_of_same_vendor and one.is_of_same(other)


def _in_no_contract(heard: Sequence[Paper], told: Mapping[str, ToldPrices]) -> tuple[list[Price], list[Price]]:
    """Return the lines of decisions for lots without a contract, and those of which it is doubtful whether they have
    one: the decision has more sums, or of its several lines none is that of a contract."""
    signed = [paper for paper in heard if paper.kind in CONTRACT_KINDS]
    of_contracts = {vendors_of(paper) for paper in signed if paper.kind == "contract"}
    # An annex changes the price; the price of its contract identifies the lot of both.
    telling = [paper for paper in signed if paper.kind == "contract" or vendors_of(paper) not in of_contracts]
    contracts = [price for paper in telling for price in told[paper.id].prices]
    decisions = newest_of_each_vendor(paper for paper in heard if paper.kind not in CONTRACT_KINDS)
    has_ceiling = any(CEILING in fact.details for price in contracts for fact, _ in price.sums.values())
    found: list[list[Price]] = []
    doubtful: list[Price] = []
    for paper in decisions:
        lines = [price for price in told[paper.id].prices if price.is_line]
        rest = [line for line in lines if not _is_signed(line, lines, contracts)]
        # What a bid came to is no limit, and is not added to one.
        is_known = len(rest) < len(lines) and not told[paper.id].unclear
        if is_known and not has_ceiling:
            found.append(rest)
        elif is_known or len(lines) > 1:
            doubtful += rest
    return _each_once(found), doubtful


def _is_signed(line: Price, lines: Sequence[Price], contracts: Iterable[Price]) -> bool:
    """Return whether a line has a contract. A contract without a lot number belongs to the line with its price, or, if
    there is none, to all lines of its vendor."""
    for contract in contracts:
        own = contract.vendors or vendors_of(contract.paper)
        # Papers name a group or its leader, with the town or without; the lot and its price say more.
        is_of_same = bool(line.lot) and line.lot == contract.lot and line.is_of_same(contract)
        if own and line.vendors and not (is_of_same or any(starmap(are_same, product(own, line.vendors)))):
            continue
        if contract.lot and line.lot:
            if contract.lot == line.lot:
                return True
        elif line.is_of_same(contract) or not any(other.is_of_same(contract) for other in lines):
            return True
    return False


def _proofs(unit: Counted, price: Price, basis: VatBasis) -> dict[str, tuple[Proof, ...]]:
    """Return the facts behind a price on each basis of VAT that it has, printed or computed; ``basis`` comes first."""
    found = {vat: _parts(unit, price, vat) for vat in price.sums}
    if basis in found:
        return {str(basis): found.pop(basis), **found}
    other = _OTHER.get(basis)
    if other in found and (rate := _rate_of_vat(price.paper)):
        factor = 1 + Decimal(rate.value) / 100
        computed = _parts(unit, price, other, factor if basis is VatBasis.WITH else 1 / factor)
        # The rate is one of the proofs, and adds nothing to the number.
        return {str(basis): (*computed, _proof(unit, price, price.paper, rate, Decimal())), **found}
    return found


def _parts(unit: Counted, price: Price, vat: str, factor: Decimal = Decimal(1)) -> tuple[Proof, ...]:
    """Return the facts that come to a price: its sum, and what annexes add to it, each times a factor."""
    parts = ((price.paper, *price.sums[vat]), *price.changes.get(vat, ()))
    return tuple(
        _proof(unit, price, paper, fact, number if factor == 1 else (number * factor).quantize(CENT))
        for paper, fact, number in parts
    )


def _proof(unit: Counted, price: Price, paper: Paper, fact: Fact, number: Decimal) -> Proof:
    made = proof_of(unit, paper.id, fact)
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
    """Return the one VAT rate that a document prints; None if it prints none or several."""
    printed = {fact.value: fact for fact in reversed(paper.facts_of("vat_rate"))}
    return next(iter(printed.values())) if len(printed) == 1 else None
