"""Chains: the papers of a procedure in the order of its stages, each with the reason of its membership.

The subject of a procedure is the best one that its papers print.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

from archive.model import Description, Fact, FactStatus, Quality
from archive.procedures.bodies import are_similar
from archive.procedures.links import by_series, exchanges, with_acts, with_similar
from archive.procedures.numbers import Number, parse
from archive.procedures.papers import CONTRACT, PROCUREMENT, REQUEST_KINDS, Mentioned, Paper, PaperRuling
from archive.procedures.reasons import Reason, by_date, by_number, by_ruling, same_words
from archive.procedures.similarity import Key, SimilarPaper
from archive.procedures.stages import Missing, missing, place, rounds
from archive.text.folding import fold

NOTHING_SIMILAR: Mapping[str, SimilarPaper] = MappingProxyType({})
_QUALITY_ORDER = {Quality.GOOD: 0, Quality.FAIR: 1, Quality.UNRELIABLE: 2, None: 3}


@dataclass(frozen=True, slots=True)
class ChainPaper:
    """A paper of a chain, with the ``reason`` of its membership; None if it is alone.

    ``link`` is the fact whose number links it; None if it is alone, or for another reason. ``copy_of`` is the paper
    that it is a near-identical copy of.
    """

    paper: Paper
    link: Fact | None
    copy_of: str | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """A procurement, or an information request that belongs to no known procurement.

    ``id`` is derived from body and number, and stable as long as these are. ``round`` numbers from 1 the repeated
    procedures with the same number; ``rounds`` is their count. ``requests`` are papers of information requests about
    it. ``rulings`` are those on its papers, each with its document, which may be in another chain. ``subject`` is the
    best fact on its subject.
    """

    id: str
    is_procurement: bool
    number: str | None
    buyer: str | None
    municipality: str | None
    round: int
    rounds: int
    members: tuple[ChainPaper, ...]
    requests: tuple[ChainPaper, ...]
    missing: tuple[Missing, ...]
    rulings: tuple[tuple[str, PaperRuling], ...] = ()
    subject: Fact | None = None

    @property
    def all_members(self) -> tuple[ChainPaper, ...]:
        """Its own papers, and those of information requests about it."""
        return self.members + self.requests

    def holds(self, document: str) -> bool:
        """Return whether a document is one of its papers."""
        return any(member.paper.id == document for member in self.all_members)


class OfOthers(NamedTuple):
    """What papers that are not all depend on: amounts and codes that are too ``common`` to be keys
    (:func:`archive.procedures.similarity.common_keys`), and ``pairs`` of requests and what follows them
    (:func:`archive.procedures.links.answered`)."""

    common: AbstractSet[Key]
    pairs: Collection[tuple[str, str]]


def chains(
    papers: Sequence[Paper], copies: Mapping[str, Iterable[str]], of_others: OfOthers | None = None
) -> list[Chain]:
    """Group papers to chains.

    :param copies: the near-identical documents of each.
    :param of_others: what these depend on beside each other, if they are not all papers.
    """
    common, pairs = of_others or (None, None)
    asked = exchanges(papers, pairs)
    by_file: dict[str, list[int]] = {}
    for at, exchange in enumerate(asked):
        for file in _files(exchange):
            by_file.setdefault(file, []).append(at)
    ruled = _RuledRequests(asked)
    attached: set[int] = set()
    found: list[Chain] = []
    groups, similar = with_similar(papers, copies, common)
    beside = {id_: one.other.id for id_, one in similar.items()}
    for group in groups:
        possible = {at for file in _files(group) for at in by_file.get(file, ())}
        fits = {at for at in possible if _may_be_of_one_body(asked[at], group)}
        about = sorted((fits | ruled.about(group)) - ruled.apart(group))
        attached.update(about)
        repeated = rounds(group, beside)
        for at, papers_of_round in enumerate(repeated, start=1):
            chain = _chain(papers_of_round, [asked[one] for one in about], copies, similar, is_procurement=True)
            found.append(replace(chain, id=_in_round(chain.id, at), round=at, rounds=len(repeated)))
    alone = (exchange for at, exchange in enumerate(asked) if at not in attached)
    found += (_chain(exchange, [], copies, {}, is_procurement=False) for exchange in alone)
    found = list(_with_distinct_ids(found))
    said = _rulings_by_paper(papers)
    return [replace(chain, rulings=_rulings_on(chain, said)) for chain in found] if said else found


def _with_distinct_ids(found: Sequence[Chain]) -> Iterator[Chain]:
    """Yield the chains with distinct ids: of those with equal body and number that are not rounds of one procedure, all
    but the one with the first paper get a paper's id appended."""
    first: dict[str, str] = {}
    for chain in found:
        least = min(member.paper.id for member in chain.members)
        first[chain.id] = min(first.get(chain.id, least), least)
    for chain in found:
        least = min(member.paper.id for member in chain.members)
        yield chain if first[chain.id] == least else replace(chain, id=f"{chain.id}-{least[:8]}")


def _rulings_by_paper(papers: Iterable[Paper]) -> dict[str, list[tuple[str, PaperRuling]]]:
    """Index rulings by both of their papers."""
    found: dict[str, list[tuple[str, PaperRuling]]] = {}
    for paper in papers:
        for ruling in paper.rulings:
            for id_ in (paper.id, ruling.other):
                found.setdefault(id_, []).append((paper.id, ruling))
    return found


def _rulings_on(
    chain: Chain, said: Mapping[str, Sequence[tuple[str, PaperRuling]]]
) -> tuple[tuple[str, PaperRuling], ...]:
    found = (one for member in chain.all_members for one in said.get(member.paper.id, ()))
    return tuple({(document, ruling.other): (document, ruling) for document, ruling in found}.values())


class _RuledRequests:
    """Information requests that a person ruled to belong to a procurement, or not."""

    def __init__(self, asked: Sequence[Sequence[Paper]]) -> None:
        self._at = {paper.id: at for at, exchange in enumerate(asked) for paper in exchange}
        self._said: dict[tuple[str, bool], set[int]] = {}
        for at, exchange in enumerate(asked):
            for paper in exchange:
                for ruling in paper.rulings:
                    self._said.setdefault((ruling.other, ruling.belongs), set()).add(at)

    def about(self, group: Sequence[Paper]) -> set[int]:
        """Return those that a person ruled to belong to a procurement."""
        return self._ruled(group, belongs=True)

    def apart(self, group: Sequence[Paper]) -> set[int]:
        """Return those that a person ruled not to."""
        return self._ruled(group, belongs=False)

    def _ruled(self, group: Sequence[Paper], *, belongs: bool) -> set[int]:
        said = {at for paper in group for at in self._said.get((paper.id, belongs), ())}
        others = {ruling.other for paper in group for ruling in paper.rulings if ruling.belongs is belongs}
        return said | {self._at[other] for other in others if other in self._at}


def _chain(
    papers: Sequence[Paper],
    requests: Sequence[Sequence[Paper]],
    copies: Mapping[str, Iterable[str]],
    similar: Mapping[str, SimilarPaper],
    *,
    is_procurement: bool,
) -> Chain:
    present = {paper.kind for paper in papers}
    bids = [fact for paper in papers for fact in paper.facts if fact.field in ("bidder", "bids")]
    received_bid = any(fact.value != "0" for fact in bids)
    lacking = list(missing(present, received_bid=received_bid, is_request=not is_procurement))
    for exchange in requests:
        lacking += missing({paper.kind for paper in exchange}, received_bid=False, is_request=True)
    number = _number(papers)
    buyer = _most_frequent(paper.known.buyer for paper in papers)
    return Chain(
        id=_id(papers, buyer, number),
        is_procurement=is_procurement,
        number=None if number is None else number.value,
        buyer=buyer,
        municipality=_most_frequent(paper.known.municipality for paper in papers),
        round=1,
        rounds=1,
        members=_members(papers, copies, similar=similar),
        requests=tuple(member for exchange in requests for member in _members(exchange, copies, _files(papers))),
        missing=tuple(dict.fromkeys(lacking)),
        subject=subject_of(papers),
    )


def _members(
    papers: Sequence[Paper],
    copies: Mapping[str, Iterable[str]],
    about: Collection[str] = (),
    similar: Mapping[str, SimilarPaper] = NOTHING_SIMILAR,
) -> tuple[ChainPaper, ...]:
    """:param about: the file numbers of the procurement that a request is about."""
    first = sorted(papers, key=_originality)
    copy_of: dict[str, str] = {}
    for at, paper in enumerate(first):
        near = set(copies.get(paper.id, ()))
        original = next(
            (o.id for o in first[:at] if o.id in near and o.kind == paper.kind and o.id not in copy_of), None
        )
        if original:
            copy_of[paper.id] = original
    links = _links(papers, about)
    writings: dict[str, set[tuple[str, Number]]] = {}
    for link in links.values():
        writings.setdefault(link.number.file, set()).add((link.role, link.number))
    named = {one.other for paper in papers for one in paper.rulings if one.belongs}
    members = []
    for paper in in_order(papers, copy_of):
        found = links.get(paper.id)
        reason = None if found is None else by_number(found, is_same=len(writings[found.number.file]) == 1)
        if len(papers) > 1 and any(one.belongs for one in paper.rulings):
            reason = by_ruling()
        elif reason is None and paper.id in copy_of:
            reason = same_words()
        elif reason is None and paper.id in similar and len(papers) > 1:
            reason = similar[paper.id].reason
        elif reason is None and paper.id in named and len(papers) > 1:
            reason = by_ruling()
        elif reason is None and len(papers) > 1 and paper.kind in REQUEST_KINDS:
            reason = by_date()
        members.append(ChainPaper(paper, found.fact if found else None, copy_of.get(paper.id), reason))
    return tuple(members)


def in_order(papers: Iterable[Paper], copies: Collection[str]) -> list[Paper]:
    """Return the papers of a chain in the order of its stages, copies after others."""
    return sorted(papers, key=lambda paper: (place(paper.kind), paper.place_in_time[:2], paper.id in copies, paper.id))


def _originality(paper: Paper) -> tuple[int, int, str]:
    """Return the sort key of originality among copies: better reading quality, then the shorter name (scan-2 is a
    copy)."""
    return _QUALITY_ORDER[paper.known.quality], len(paper.known.filename), paper.id


def _links(papers: Sequence[Paper], about: Collection[str]) -> dict[str, Mentioned]:
    """Return the number that links each of these papers to another one or, if it is about a procurement, to that."""
    shared: dict[str, list[Mentioned]] = {}
    of_files, of_acts = by_series(papers)
    for series, of_file in of_files.items():
        bearing = [*of_file, *with_acts(of_file, of_acts.get(series, ()))]
        if len({paper.id for paper, _ in bearing}) > 1:
            for paper, mentioned in bearing:
                shared.setdefault(paper.id, []).append(mentioned)
    found: dict[str, Mentioned] = {}
    for paper in papers:
        cites = next((mentioned for mentioned in paper.numbers if mentioned.number.file in about), None)
        order = {mentioned.number: -at for at, mentioned in enumerate(reversed(paper.numbers))}
        link = cites or min(shared.get(paper.id, ()), key=lambda one: order.get(one.number, 1), default=None)
        if link is not None:
            found[paper.id] = link
    return found


def _files(papers: Iterable[Paper]) -> set[str]:
    """Return the file numbers that papers have or cite. A request may be years later, so dates are ignored, but the
    number must include its class."""
    return {mentioned.number.file for paper in papers for mentioned in paper.numbers if mentioned.number.has_class}


def _may_be_of_one_body(exchange: Sequence[Paper], procedure: Sequence[Paper]) -> bool:
    return any(_may_be_one_body(paper.known, other.known) for paper in exchange for other in procedure)


def _may_be_one_body(one: Description, other: Description) -> bool:
    if one.municipality and other.municipality:
        return one.municipality == other.municipality
    return bool(one.buyer and other.buyer and are_similar(one.buyer, other.buyer))


def _number(papers: Sequence[Paper]) -> Fact | None:
    """Return the number that identifies a chain: that of the procurement, or else of the first paper that has one."""
    mentioned = [m for paper in papers for m in paper.numbers]
    best = next((m for m in mentioned if m.role == PROCUREMENT), None)
    own = [m for paper in papers for m in paper.numbers if m.own]
    return best.fact if best else own[0].fact if own else None


def _most_frequent(values: Iterable[str | None]) -> str | None:
    """Return the most frequent value; in a tie, the shortest one."""
    counts = Counter(value for value in values if value)
    return min(counts, key=lambda value: (-counts[value], len(value), value), default=None)


def _id(papers: Sequence[Paper], buyer: str | None, number: Fact | None) -> str:
    if buyer is None or number is None:
        return min(paper.id for paper in papers)[:16]
    words = re.findall("[a-z0-9]+", fold(f"{buyer} {parse(number.value).file}"))
    of_contract = number.details.get("role") == CONTRACT
    return "-".join(("ugovor", *words) if of_contract else words)


def _in_round(id_: str, number: int) -> str:
    return id_ if number == 1 else f"{id_}-{number}"


SURE = 0.8
"""From this confidence on, it is the kind of paper that decides."""

_ORDER = ("tender_notice", "award_decision", "contract", "tender_documents", "procurement_report", "minutes",
          "cancellation", "tender_amendment", "contract_annex")  # fmt: skip
"""Kinds of papers, the one first whose name of the subject is the whole one."""


def subject_of(papers: Iterable[Paper]) -> Fact | None:
    """Return the fact that names what a procedure is about: a person's, else a sure one of the paper that names it
    best."""
    found = [(paper, fact) for paper in papers for fact in paper.facts_of("subject")]
    return min(found, key=_rank, default=(None, None))[1]


def _rank(named: tuple[Paper, Fact]) -> tuple[bool, bool, int, float, str]:
    paper, fact = named
    place = _ORDER.index(paper.kind) if paper.kind in _ORDER else len(_ORDER)
    return fact.status is FactStatus.EXTRACTED, fact.confidence < SURE, place, -fact.confidence, paper.id
