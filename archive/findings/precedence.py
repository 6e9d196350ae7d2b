"""Source precedence: the documents whose facts count for a unit. One procedure has one price, however often it is
printed.

Of the kinds in a definition's ``speaks``, only the first that states a wanted fact counts. Several documents of this
kind count together if their vendors differ, as with awards and contracts of lots; of one vendor's, the newest award
counts, and all contracts. A contract and its annexes are one kind: the newest annex that states the fact replaces the
contract whose number it cites, or else whose price it prints, or else that of its vendors, so a raised price is not
added to it. If it is ambiguous what counts, the unit is *unclear* and is counted nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from decimal import Decimal
from types import MappingProxyType

from archive.findings.definition import MISSING, VALUE, FactSelection
from archive.findings.rates import Rate
from archive.findings.units import Counted
from archive.model import Fact
from archive.procedures.papers import CONTRACT, CONTRACT_KINDS, PROCEDURE_KINDS, TENDER_KINDS, Paper


@dataclass(frozen=True, slots=True)
class Proof:
    """A fact behind a number, with its document; no fact if the document itself is counted.

    ``is_disputed``: see :mod:`archive.findings.units`. ``number`` is the summand if it is not the value, ``vendors``
    are those concerned if not all of the document. ``rate`` is that of a converted amount.
    """

    unit: str
    document: str
    fact: Fact | None = None
    is_disputed: bool = False
    rate: Rate | None = None
    number: Decimal | None = None
    vendors: frozenset[str] | None = None

    @property
    def amount(self) -> Decimal:
        """The summand; None unless the value is a number."""
        stated = self.number
        if stated is None:
            stated = Decimal(self.fact.value) if self.fact else Decimal()
        return stated if self.rate is None else self.rate.converted(stated)


def proof_of(unit: Counted, document: str, fact: Fact | None) -> Proof:
    """Build the proof of a unit from a fact of one of its documents, or from the document itself."""
    is_disputed = fact is not None and (document, fact.field, fact.value) in unit.disputed
    return Proof(unit.id, document, fact, is_disputed)


Key = tuple[str, ...]
"""The values that identify a column; a missing one is empty."""


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """The facts of a unit that count, by column. ``unclear`` are ambiguous facts.

    ``papers`` are the documents with precedence. ``numbers`` are derived ones: see :mod:`archive.findings.derived`.
    """

    papers: tuple[Paper, ...]
    columns: Mapping[Key, tuple[Proof, ...]]
    unclear: tuple[Proof, ...] = ()
    numbers: Mapping[Key, Decimal] = dataclass_field(default_factory=lambda: MappingProxyType({}))

    @property
    def proofs(self) -> tuple[Proof, ...]:
        """The facts that count, of all columns."""
        return tuple(proof for of_column in self.columns.values() for proof in of_column)

    def where(self, is_kept: Callable[[Proof], bool]) -> UnitFacts:
        """Filter the proofs; return the facts of a unit that remain."""
        kept = {key: of_them for key, proofs in self.columns.items() if (of_them := tuple(filter(is_kept, proofs)))}
        return replace(self, columns=kept)

    def amount(self, key: Key) -> Decimal:
        """Return the sum, or the derived number, of a column."""
        if key in self.numbers:
            return self.numbers[key]
        return sum((proof.amount for proof in self.columns[key]), Decimal())


def unit_facts(unit: Counted, wanted: FactSelection) -> UnitFacts:
    """Return the facts of a unit that count."""
    if wanted.field == MISSING:
        papers = unit.papers
        documents = tuple(Proof(unit.id, paper.id) for paper in papers)
        return UnitFacts(papers, {(kind,): documents for kind in unit.missing})
    said = {paper.id: _chosen(paper, wanted) for paper in unit.papers}
    able = {
        id_: whole for id_, facts in said.items() if (whole := [fact for fact in facts if ADDED not in fact.details])
    }
    heard = [paper for paper in unit.papers if paper.id in able]
    speakers = speakers_of(heard, wanted.speaks) if wanted.speaks else heard
    if speakers is None:
        return UnitFacts((), {}, tuple(proof_of(unit, id_, fact) for id_, facts in able.items() for fact in facts))
    proofs = [[proof_of(unit, paper.id, fact) for fact in able[paper.id]] for paper in speakers]
    if wanted.measure.is_of_numbers:
        says = _with_other_lots(unit, wanted, able, added(speakers, proofs, wanted))
        return _with_additions(unit, wanted, said, says)
    return _counted(speakers, [proof for of_paper in proofs for proof in of_paper], wanted)


ADDED = "added"
"""Detail of what an annex adds to what its contract states, ``more`` or ``less``."""


def _with_additions(
    unit: Counted, wanted: FactSelection, said: Mapping[str, Sequence[Fact]], says: UnitFacts
) -> UnitFacts:
    """Return the facts of a unit with what annexes add or take away; unclear where it is not known to what. A later
    annex that states the whole includes what earlier ones added."""
    annexes = [paper for paper in unit.papers if paper.kind == "contract_annex"]
    whole = [paper for paper in says.papers if paper.kind == "contract_annex"]
    columns, unclear, papers = dict(says.columns), list(says.unclear), list(says.papers)
    for annex in annexes:
        more = [fact for fact in said[annex.id] if ADDED in fact.details]
        if not more or any(age(paper) >= age(annex) for paper in whole):
            continue
        papers.append(annex)
        for fact in more:
            proof, key = proof_of(unit, annex.id, fact), column_of(fact, wanted)
            if fact.details[ADDED] == "less":
                proof = replace(proof, number=-Decimal(fact.value))
            if key in columns:
                columns[key] = (*columns[key], proof)
            else:
                unclear.append(proof)
    return UnitFacts(tuple(papers), columns, tuple(unclear))


def _with_other_lots(
    unit: Counted, wanted: FactSelection, told: Mapping[str, Sequence[Fact]], says: UnitFacts
) -> UnitFacts:
    """Return the facts of contracts with those that decisions tell of lots without a contract in the archive. A
    contract that may be of any of them leaves all out."""
    contracts = [paper for paper in unit.papers if paper.kind == "contract" and paper.id in told]
    others = (kind for kind in wanted.speaks if kind in PROCEDURE_KINDS - CONTRACT_KINDS)
    by_kind = ([paper for paper in unit.papers if paper.kind == kind and paper.id in told] for kind in others)
    decisions = sorted(next(filter(None, by_kind), ()), key=age) if contracts else ()
    columns, papers = dict(says.columns), {paper.id: paper for paper in says.papers}
    for key, proofs in says.columns.items():
        lots = dict[str, tuple[Paper, Fact]]()
        for paper in decisions:
            of_lots = [fact for fact in told[paper.id] if "lot" in fact.details and column_of(fact, wanted) == key]
            own = {fact.details["lot"]: (paper, fact) for fact in of_lots}
            # Of a lot with two numbers it is not known which holds.
            lots = lots | own if len(own) == len(of_lots) else {}
        for paper in contracts:
            facts = [fact for fact in told[paper.id] if column_of(fact, wanted) == key]
            signed = [_lot_signed(fact, {lot: fact for lot, (_, fact) in lots.items()}) for fact in facts]
            lots = {} if None in signed else {lot: one for lot, one in lots.items() if lot not in signed}
        papers |= {paper.id: paper for paper, _ in lots.values()}
        columns[key] = (*proofs, *(proof_of(unit, paper.id, fact) for paper, fact in lots.values()))
    return replace(says, papers=tuple(papers.values()), columns=columns)


def _lot_signed(fact: Fact, lots: Mapping[str, Fact]) -> str | None:
    """Return the lot of what a contract tells: its own, or one of which a decision tells the same; None if unknown."""
    return fact.details.get("lot") or next((lot for lot, other in lots.items() if other.value == fact.value), None)


_SOURCES = {
    "contracts": CONTRACT_KINDS,
    "awards": frozenset({"award_decision", "procurement_report", "minutes"}),
    "tenders": TENDER_KINDS - {"award_decision"},
    "replies": frozenset({"foi_reply", "foi_decision"}),
    "requests": frozenset({"foi_request", "foi_appeal"}),
}
"""Kinds of documents that share a column by source; all others are ``others``."""


def with_papers(unit: Counted, says: UnitFacts) -> UnitFacts:
    """Return the facts of a unit with additional columns by kind of source document."""
    kinds = {
        paper.id: next((name for name, kinds in _SOURCES.items() if paper.kind in kinds), "others")
        for paper in unit.papers
    }
    columns, numbers = dict(says.columns), dict(says.numbers)
    for key, proofs in says.columns.items():
        for kind in dict.fromkeys(kinds[proof.document] for proof in proofs):
            columns[(*key, kind)] = tuple(proof for proof in proofs if kinds[proof.document] == kind)
    return replace(says, columns=columns, numbers=numbers)


def _chosen(paper: Paper, wanted: FactSelection) -> list[Fact]:
    return [
        fact
        for fact in paper.facts_of(wanted.field)
        if all(fact.details.get(name) in values for name, values in wanted.details.items())
        and not any(name in fact.details for name in wanted.lacks)
    ]


def speakers_of(heard: Sequence[Paper], speaks: Sequence[str]) -> list[Paper] | None:
    """Return the documents that count; None if that is ambiguous."""
    for kind in speaks:
        kinds = CONTRACT_KINDS & set(speaks) if kind in CONTRACT_KINDS else {kind}
        if papers := [paper for paper in heard if paper.kind in kinds]:
            if kind in CONTRACT_KINDS:
                return _of_contracts(papers)
            # What a body states of all that it has is in its newest document, whoever delivered it.
            return newest_of_each_vendor(papers) if kind in PROCEDURE_KINDS else [max(papers, key=age)]
    return []


def newest_of_each_vendor(papers: Iterable[Paper]) -> list[Paper]:
    """Return the newest document of each vendor, or of each group of joint vendors."""
    return [max(group, key=age) for group in _by_vendor(papers).values()]


def _of_contracts(papers: Sequence[Paper]) -> list[Paper] | None:
    """Return the contracts and annexes that count: of a contract with annexes the newest of these; None if it is
    ambiguous which contract an annex changes."""
    contracts = _once([paper for paper in papers if paper.kind == "contract"])
    changes: dict[str, list[Paper]] = {}
    alone: list[Paper] = []
    for annex in (paper for paper in papers if paper.kind == "contract_annex"):
        changed = contracts_of(annex, contracts)
        if len(changed) > 1 or (not changed and contracts and not vendors_of(annex)):
            return None
        if changed:
            changes.setdefault(changed[0].id, []).append(annex)
        else:
            alone.append(annex)
    if not all(map(vendors_of, alone)) and len(_by_vendor(alone)) > 1:
        return None
    return [max(changes.get(paper.id, [paper]), key=age) for paper in contracts] + newest_of_each_vendor(alone)


def contracts_of(annex: Paper, contracts: Sequence[Paper]) -> list[Paper]:
    """Return the contracts that an annex may change: the one whose number it cites, or else whose price it prints, or
    else those of its vendors, or of a group that one of them is in."""
    for is_named in (cites, prints_price_of):
        named = [paper for paper in contracts if is_named(annex, paper)]
        if len(named) == 1:
            return named
    own, among = vendors_of(annex), named or contracts
    same = [paper for paper in among if vendors_of(paper) == own]
    return same or [paper for paper in among if vendors_of(paper) & own] or named


def cites(paper: Paper, contract: Paper) -> bool:
    """Return whether a paper cites the number of a contract."""
    cited = [mentioned.number for mentioned in paper.numbers if not mentioned.own]
    return any(one.own and one.role == CONTRACT and one.number in cited for one in contract.numbers)


def prints_price_of(annex: Paper, contract: Paper) -> bool:
    """Return whether an annex prints a price of a contract: the one before the change."""
    printed = {(fact.value, fact.details.get("currency")) for fact in annex.facts_of("amount")}
    return any(
        (fact.value, fact.details.get("currency")) in printed
        for fact in contract.facts_of("amount")
        if fact.details.get("role") == "contract"
    )


def _by_vendor(papers: Iterable[Paper]) -> dict[frozenset[str], list[Paper]]:
    groups: dict[frozenset[str], list[Paper]] = {}
    for paper in papers:
        groups.setdefault(vendors_of(paper), []).append(paper)
    return groups


def vendors_of(paper: Paper) -> frozenset[str]:
    """Return the vendors of a document, by displayed name."""
    return frozenset(paper.known.facet_values()["vendor"])


def _once(contracts: Iterable[Paper]) -> list[Paper]:
    """Drop repetitions among each vendor's contracts: those with the same day and amounts."""
    found: dict[tuple[object, ...], Paper] = {}
    for paper in contracts:
        amounts = frozenset(fact.value for fact in paper.facts_of("amount") if fact.details.get("role") == "contract")
        found.setdefault((vendors_of(paper), paper.date, amounts) if amounts else (paper.id,), paper)
    return list(found.values())


def age(paper: Paper) -> tuple[bool, object, str]:
    """Return a key by which documents are in the order of their dates, those without first."""
    return paper.date is not None, paper.place_in_time[1], paper.id


def column_of(fact: Fact, wanted: FactSelection) -> Key:
    """Return the column key of a fact."""
    return tuple(fact.value if name == VALUE else _detail_of(fact, name) for name in wanted.columns)


def _detail_of(fact: Fact, detail: str) -> str:
    """Return a detail of a fact. An older fact without a state is denied if it is marked as negated."""
    if detail == "state" and "state" not in fact.details and fact.details.get("negated") == "yes":
        return "denied"
    return fact.details.get(detail, "")


def added(speakers: Sequence[Paper], proofs: Sequence[Sequence[Proof]], wanted: FactSelection) -> UnitFacts:
    """Return the facts with one value per document and column, or one per lot. Further values make it unclear."""
    columns: dict[Key, tuple[Proof, ...]] = {}
    unclear: list[Proof] = []
    for of_paper in proofs:
        for key, candidates in _by_column(of_paper, wanted).items():
            whole = _values([proof for proof in candidates if proof.fact and "lot" not in proof.fact.details])
            lots = _lots(candidates)
            if len(whole) == 1 or (not whole and all(len(values) == 1 for values in lots)):
                counted = whole or [value for values in lots for value in values]
                columns[key] = (*columns.get(key, ()), *counted)
            else:
                unclear += candidates
    for key in {column_of(proof.fact, wanted) for proof in unclear if proof.fact}:
        # Half of a procedure's price is not its price.
        columns.pop(key, None)
    return UnitFacts(tuple(speakers), columns, tuple(unclear))


def _values(proofs: Iterable[Proof]) -> list[Proof]:
    """Return the first proof of each distinct value."""
    found: dict[str, Proof] = {}
    for proof in proofs:
        if proof.fact:
            found.setdefault(proof.fact.value, proof)
    return list(found.values())


def _lots(proofs: Iterable[Proof]) -> list[list[Proof]]:
    lots: dict[str, list[Proof]] = {}
    for proof in proofs:
        if proof.fact and "lot" in proof.fact.details:
            lots.setdefault(proof.fact.details["lot"], []).append(proof)
    return [_values(of_lot) for of_lot in lots.values()]


def _by_column(proofs: Iterable[Proof], wanted: FactSelection) -> dict[Key, list[Proof]]:
    found: dict[Key, list[Proof]] = {}
    for proof in proofs:
        if proof.fact:
            found.setdefault(column_of(proof.fact, wanted), []).append(proof)
    return found


def _counted(speakers: Sequence[Paper], proofs: Sequence[Proof], wanted: FactSelection) -> UnitFacts:
    """Count a unit in each column of which it has a fact. With source precedence, there can be only one column."""
    found: dict[Key, list[Proof]] = {}
    if wanted.buckets:
        for proof in proofs:
            held = [bucket for bucket in wanted.buckets if proof.fact and bucket.holds(proof.fact.value)]
            if not held:
                # A known value outside of all buckets is neither unknown nor in a bucket.
                return UnitFacts(tuple(speakers), {}, tuple(proofs))
            for bucket in held:
                found.setdefault((bucket.label,), []).append(proof)
    else:
        found = _by_column(proofs, wanted)
    if wanted.speaks and len(found) > 1:
        return UnitFacts(tuple(speakers), {}, tuple(proofs))
    return UnitFacts(tuple(speakers), {key: tuple(of_key) for key, of_key in found.items()})
