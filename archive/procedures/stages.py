"""The stages of a procedure: their order, missing papers, and rounds of a repeated procedure.

The Law of 2012 is the Law on Public Procurement, Official Gazette of RS 124/12; that of 2019 its successor, 91/19. FOI
Law: the Law on Free Access to Information of Public Importance, 120/04. Procurement laws elsewhere in the region have
the same papers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from archive.procedures.papers import CONTRACT_KINDS, REQUEST_KINDS, TENDER_KINDS, Paper

STAGES = (
    "tender_notice",
    "tender_documents",
    "tender_amendment",
    "minutes",
    "award_decision",
    "cancellation",
    "contract",
    "contract_annex",
    "procurement_report",
    "foi_request",
    "foi_reply",
    "foi_decision",
    "foi_appeal",
)
"""Kinds of documents in the order of stages; other kinds come last."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A kind of document that must exist and is not in the archive, with the reason."""

    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: str
    applies: Callable[[Collection[str | None], bool], bool]
    why: str


def _has(*kinds: str) -> Callable[[Collection[str | None], bool], bool]:
    return lambda present, bid: any(kind in present for kind in kinds)


_PROCUREMENT = (
    _Rule(
        "tender_notice",
        _has(*TENDER_KINDS, "minutes", *CONTRACT_KINDS),
        "A procedure begins with a notice, unless it was negotiated without one (Law of 2012, articles 55 and 57).",
    ),
    _Rule(
        "tender_documents",
        _has(*TENDER_KINDS, "minutes", *CONTRACT_KINDS),
        "Bids are made on tender documents (Law of 2012, article 61).",
    ),
    _Rule(
        "minutes",
        lambda present, bid: _has("award_decision", *CONTRACT_KINDS, *(TENDER_KINDS if bid else ()))(present, bid),
        "The opening of bids is recorded (Law of 2012, article 104).",
    ),
    _Rule(
        "award_decision",
        _has(*CONTRACT_KINDS),
        "A contract follows a decision of award (Law of 2012, article 108; of 2019, article 146).",
    ),
    _Rule(
        "contract",
        _has("contract_annex"),
        "An annex changes a contract (Law of 2012, article 115; of 2019, article 156).",
    ),
)
_REQUESTS = (
    _Rule(
        "foi_request",
        _has(*REQUEST_KINDS),
        "A reply, a decision or an appeal follows a request (FOI Law, articles 15 and 16).",
    ),
)


def missing(present: Collection[str | None], *, received_bid: bool, is_request: bool) -> tuple[Missing, ...]:
    """Return the papers that must exist besides these kinds and are missing, in the order of stages.

    :param received_bid: a paper states that a bid was received, so that bids were opened.
    :param is_request: it is an information request, not a procurement.
    """
    rules = _REQUESTS if is_request else _PROCUREMENT
    return tuple(
        Missing(rule.kind, rule.why)
        for rule in rules
        if rule.kind not in present and rule.applies(present, received_bid)
    )


def place(kind: str | None) -> int:
    """Return the index of a kind of paper in the order of stages."""
    return STAGES.index(kind) if kind in STAGES else len(STAGES)


NOTHING_BESIDE: Mapping[str, str] = MappingProxyType({})

_OPENING = frozenset({"tender_notice", "tender_documents"})
"""Kinds that begin a procedure or a new round."""


def rounds(papers: Sequence[Paper], beside: Mapping[str, str] = NOTHING_BESIDE) -> list[list[Paper]]:
    """Return the papers of each round, sorted by date. A round begins with the first notice or tender documents after a
    cancellation.

    :param beside: undated papers, with the paper whose round they are in.
    """
    ordered = sorted(papers, key=lambda paper: paper.place_in_time)
    starts = _starts(ordered)
    by_date = {paper.id: _round_of(paper, ordered, starts) for paper in ordered}
    by_id = {paper.id: paper for paper in ordered}
    found: list[list[Paper]] = [[] for _ in range(len(starts) + 1)]
    for paper in ordered:
        other = _ruled_beside(paper, by_id)
        if other == paper.id and paper.date is None and beside.get(paper.id) in by_id:
            other = beside[paper.id]
        found[by_date[other]].append(paper)
    return [group for group in found if group]


def _ruled_beside(paper: Paper, group: Mapping[str, Paper]) -> str:
    """Return the paper whose round it is in: another one by a ruling, else itself."""
    passed = [paper.id]
    while True:
        beside = (ruling.other for ruling in group[passed[-1]].rulings if ruling.belongs)
        following = next((other for other in beside if other in group and other not in passed), None)
        if following is None:
            return passed[-1]
        passed.append(following)


def _starts(ordered: Sequence[Paper]) -> list[date]:
    starts: list[date] = []
    cancelled: date | None = None
    for paper in ordered:
        if paper.date is None:
            break
        if paper.kind == "cancellation":
            cancelled = paper.date
        elif cancelled and paper.kind in _OPENING and paper.date > cancelled:
            starts.append(paper.date)
            cancelled = None
    return starts


def _round_of(paper: Paper, ordered: Sequence[Paper], starts: Sequence[date]) -> int:
    """Return the round of a paper, by its date or deadline; without either, the first one of its year.

    A contract belongs to the round of the last award before it: contracts on lots awarded in one round are signed while
    others are repeated.
    """
    moment = paper.date or paper.deadline
    if moment is None:
        return next(
            (at for at, start in enumerate(starts) if paper.year is None or paper.year <= start.year), len(starts)
        )
    if paper.kind in CONTRACT_KINDS:
        awards = [other.date for other in ordered if other.kind == "award_decision" and other.date]
        moment = max((award for award in awards if award <= moment), default=moment)
    return bisect_right(starts, moment)
