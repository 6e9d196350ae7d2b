"""The price of a procedure: the lines of its awards, or, for a document without lines, the amounts of its contract or
award.

Never both: the price of a document with lines is their sum, unless a person stated its one amount. It is unclear where
an amount is in none of several lines, or is a total that is more than they come to. Each line counts, also of two lots
with equal prices; a line that another decision repeats counts once. If contracts have precedence, lines of a decision
without a contract in the archive are added if another line of that decision has one, which proves that they are of
other lots.

A price may be printed with VAT, without, or both. The reader chooses which is counted (:class:`VatBasis`). Other prices
are converted only if the document prints exactly one rate of VAT, and else are in a separate column.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
from archive.findings.stated_prices import CEILING, CENT, VAT_RATES, Price, Sum, differ_by_vat, with_changes
from archive.findings.units import Counted
from archive.model import Fact, FactStatus
from archive.procedures.papers import CONTRACT_KINDS, Paper
from archive.vendors.names import words

SPEAKS = ("contract_annex", "contract", "award_decision")
"""Kinds of documents that state a price, unless a definition overrides them."""

_AMOUNTS = FactSelection(
    "amount",
    Measure.SUM,
    details={"role": ("contract", "award")},
    lacks=("unit_price",),
    columns=("currency", "vat"),
)
_OTHER = {VatBasis.WITH: "without", VatBasis.WITHOUT: "with"}


@dataclass(frozen=True, slots=True)
class _Told:
    """The prices in one document; ``unclear`` are ambiguous facts."""

    prices: tuple[Price, ...]
    unclear: tuple[Fact, ...] = ()


def price_of(unit: Counted, wanted: FactSelection) -> UnitFacts:
    """Return the price of a procedure, in the columns of a definition."""
    speaks = wanted.speaks or SPEAKS
    told = {paper.id: _told(unit, paper) for paper in unit.papers if paper.kind in speaks}
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
    prices, open_changes = with_changes(prices, unit.papers)
    columns: dict[Key, tuple[Proof, ...]] = {}
    held: list[set[Key]] = []
    for price in () if open_changes else _on_bases_of_all(prices):
        of_price = {_column(price.currency, vat, wanted): proofs for vat, proofs in _proofs(unit, price, wanted.vat)}
        held.append(set(of_price))
        for key, proofs in of_price.items():
            columns[key] = (*columns.get(key, ()), *proofs)
    unclear = [(paper, fact) for paper in speakers for fact in _open(told[paper.id], wanted.vat)]
    unclear += [(price.paper, fact) for price in doubtful for fact, _ in price.sums.values()]
    unclear += _unread_lots(unit, told.values())
    for key in _in_doubt(unclear, [fact for price in doubtful for fact, _ in price.sums.values()], wanted, columns):
        columns.pop(key, None)
    if any(keys.isdisjoint(columns) for keys in held):
        # A lot is in no column that is left, so these are of the others.
        columns.clear()
    unclear += open_changes
    speakers = [*speakers, *(paper for paper, _ in open_changes), *_changing(prices)]
    return UnitFacts(_each(speakers), columns, tuple(_open_proof(unit, paper, fact) for paper, fact in unclear))


def _on_bases_of_all(prices: Sequence[Price]) -> Iterator[Price]:
    """Yield the prices of each currency on the bases of VAT that all of them have: on others, the sum would be that of
    some lots. If they share none, each is on one basis, if it can that of most of them, so that none counts twice."""
    for currency in dict.fromkeys(price.currency for price in prices):
        own = [price for price in prices if price.currency == currency]
        bases = Counter(vat for price in own for vat in price.sums)
        shared = [vat for vat, count in bases.items() if count == len(own)]
        for price in own:
            kept = shared or [min(price.sums, key=lambda vat: (-bases[vat], _PREFERRED.index(vat)))]
            yield replace(price, sums={vat: price.sums[vat] for vat in kept})


_PREFERRED = ("without", "with", "unknown")


def _in_doubt(
    unclear: Iterable[tuple[Paper, Fact]], doubtful: Iterable[Fact], wanted: FactSelection, columns: Iterable[Key]
) -> Iterator[Key]:
    """Yield the columns that ambiguous facts make unknown: half of a price is not the price.

    On any basis of VAT it is half if a lot or its winner is missing, a line is ``doubtful``, a sum may be with VAT or
    without, or an annex is ambiguous: it prints what it changes on every basis, and others would keep the price before.
    """
    every = list(columns)
    doubtful_ids = {id(fact) for fact in doubtful}
    for paper, fact in unclear:
        currency, vat = fact.details.get("currency", ""), fact.details.get("vat", "unknown")
        if fact.field in _ONLY_A_PART:
            yield from every
        elif vat == "unknown" or paper.kind == "contract_annex" or id(fact) in doubtful_ids:
            yield from (_column(currency, basis, wanted) for basis in (*_OTHER, *_OTHER.values(), "unknown"))
        else:
            yield _column(currency, vat, wanted)


_ONLY_A_PART = ("vendor", "unread_lot")
"""Fields of facts that tell that the prices which were read are a part."""


def _unread_lots(unit: Counted, told: Iterable[_Told]) -> Iterator[tuple[Paper, Fact]]:
    """Yield the lots that decisions name and of which no paper tells the price, unless a person stated the price."""
    known = {price.lot for of_paper in told for price in of_paper.prices}
    for paper in unit.papers:
        if not _is_given(paper.facts_of("amount")):
            yield from ((paper, fact) for fact in paper.facts_of("unread_lot") if fact.value not in known)


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
    which they print beside their own price."""
    prices = {paper.id: _prices_in(paper) for paper in papers}
    ceilings = {
        paper.id: {fact.value for fact in paper.facts_of("amount") if CEILING in fact.details} for paper in papers
    }
    frameworks = {id_ for id_, facts in prices.items() if facts and all(CEILING in fact.details for fact in facts)}
    of_frameworks = {value for id_ in frameworks for value in ceilings[id_]}
    return [paper for paper in papers if paper.id in frameworks or not ceilings[paper.id] & of_frameworks]


def _prices_in(paper: Paper) -> list[Fact]:
    """Return the prices in a document; of a framework agreement not what the bid was for, by assumed quantities."""
    prices = [fact for fact in paper.facts_of("amount") if _is_price(fact)]
    agreed = [fact for fact in prices if fact.details["role"] == "contract"]
    is_framework = paper.kind == "contract" and agreed and all(CEILING in fact.details for fact in agreed)
    return agreed if is_framework else prices


def _column(currency: str, vat: str, wanted: FactSelection) -> Key:
    parts = {"currency": currency, "vat": vat}
    return tuple(parts[name] for name in wanted.columns)


def _facts_of(told: _Told) -> Iterator[Fact]:
    yield from (fact for price in told.prices for fact, _ in price.sums.values())
    yield from told.unclear


def _open(told: _Told, basis: VatBasis) -> Sequence[Fact]:
    """Return the facts that make the requested price ambiguous: an ambiguous sum without VAT does not affect one with
    VAT."""
    if basis is VatBasis.PRINTED or not any(basis in price.sums for price in told.prices):
        return told.unclear
    return [fact for fact in told.unclear if fact.details.get("vat") == basis]


def _told(unit: Counted, paper: Paper) -> _Told:
    amounts = _prices_in(paper)
    # An amount that was composed from facts of the document adds nothing to them, and is outdated if a person changed
    # them.
    lines = [fact for fact in paper.facts_of("award") if fact.method != "award.joined"]
    if lines and not (len(lines) == 1 and _is_given(amounts) and not _is_given(lines)):
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
    open_ = (
        *(proof.fact for proof in found.unclear if proof.fact),
        *filter(_is_likely_unit_price, paper.facts_of("amount")),
    )
    return _Told(prices, open_)


def _is_price(fact: Fact) -> bool:
    return fact.details.get("role") in _AMOUNTS.details["role"] and "unit_price" not in fact.details


def _is_likely_unit_price(fact: Fact) -> bool:
    """Return whether a document prints this instead of its price, though it is probably a unit price."""
    return fact.details.get("unit_price") == "likely"


def _is_given(facts: Iterable[Fact]) -> bool:
    return any(fact.status is FactStatus.CORRECTED for fact in facts)


def _of_lines(paper: Paper, lines: Sequence[Fact], amounts: Sequence[Fact]) -> _Told:
    """Return the prices of the lines of a document. A printed sum beside a line on the other VAT basis is the same
    money; it counts only if each line has one."""
    prices, unclear = [], []
    # Of a single line, the vendors that a person stated are its vendors; of several, the assignment is unknown.
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
    unclear += [*_in_no_line(prices, amounts), *_without_line(paper, prices)]
    if all(beside):
        prices = [
            Price(price.paper, price.currency, price.lot, price.vendors, {**price.sums, **more}, is_line=True)
            for price, more in zip(prices, beside, strict=True)
        ]
    return _Told(tuple(prices), tuple(unclear))


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
    named = [words(name) for price in prices for name in price.vendors or ()]
    if paper.kind != "award_decision" or not any(price.lot for price in prices) or not named:
        return
    for fact in paper.facts_of("vendor"):
        own = words(fact.value)
        is_named = any(own[: len(name)] == name or name[: len(own)] == own for name in named)
        if not is_named and fact.details.get("role") != "consortium_member" and fact.confidence >= _SURELY_WON:
            yield fact


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
    is_of_lot = not (one.lot and other.lot) or one.lot == other.lot
    return is_of_lot and one.vendors == other.vendors and one.is_of_same(other)


def _in_no_contract(heard: Sequence[Paper], told: Mapping[str, _Told]) -> tuple[list[Price], list[Price]]:
    """Return the lines of decisions for lots without a contract, and those of which it is doubtful whether they have
    one: the decision has more sums, or of its several lines none is that of a contract."""
    signed = [paper for paper in heard if paper.kind in CONTRACT_KINDS]
    of_contracts = {vendors_of(paper) for paper in signed if paper.kind == "contract"}
    # An annex changes the price; the price of its contract identifies the lot of both.
    telling = [paper for paper in signed if paper.kind == "contract" or vendors_of(paper) not in of_contracts]
    contracts = [price for paper in telling for price in told[paper.id].prices]
    decisions = newest_of_each_vendor(paper for paper in heard if paper.kind not in CONTRACT_KINDS)
    found: list[Price] = []
    doubtful: list[Price] = []
    for paper in decisions:
        lines = [price for price in told[paper.id].prices if price.is_line]
        rest = [line for line in lines if not _is_signed(line, lines, contracts)]
        if len(rest) < len(lines) and not told[paper.id].unclear:
            found += rest
        elif len(lines) > 1:
            doubtful += rest
    return _each_once([found]), doubtful


def _is_signed(line: Price, lines: Sequence[Price], contracts: Iterable[Price]) -> bool:
    """Return whether a line has a contract. A contract without a lot number belongs to the line with its price, or, if
    there is none, to all lines of its vendor."""
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
    """Yield the VAT columns in which a price is counted, with the facts behind it."""
    if basis is VatBasis.PRINTED:
        yield from ((vat, _parts(unit, price, vat)) for vat in price.sums)
    elif basis in price.sums:
        yield basis, _parts(unit, price, basis)
    elif _OTHER[basis] in price.sums and (rate := _rate_of_vat(price.paper)):
        factor = 1 + Decimal(rate.value) / 100
        computed = _parts(unit, price, _OTHER[basis], factor if basis is VatBasis.WITH else 1 / factor)
        # The rate is one of the proofs, and adds nothing to the number.
        yield basis, (*computed, _proof(unit, price, price.paper, rate, Decimal()))
    else:
        vat = _OTHER[basis] if _OTHER[basis] in price.sums else "unknown"
        yield vat, _parts(unit, price, vat)


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
