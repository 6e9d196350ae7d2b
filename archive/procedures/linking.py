"""Which papers belong to one procurement: those of one body that share a number, unless their dates speak against it.

Three things keep papers apart that share a number: another body; the register that a bare ordinal was counted in (a
contract 12/2020 is not the procurement 12/2020); and a repetition, which keeps the number (:mod:`.rounds`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from archive.procedures.bodies import by_body
from archive.procedures.grouping import Groups
from archive.procedures.papers import CONTRACT_KINDS, PROCUREMENT, TENDER_KINDS, Mentioned, Paper

LATEST = {"contract": 4, "contract_annex": 10, "procurement_report": 5}
LATEST_OF_OTHERS = 2
"""Years after that of a number in which a paper may still be of its procedure, by kind; one year before will do, too.
Law on Public Procurement of 2012, article 115, and of 2019, articles 156 to 161: contracts change while they run."""

Series = tuple[str, str]
"""The register in which a number was counted, and the file that it names there."""


def procurements(papers: Iterable[Paper], copies: Mapping[str, Iterable[str]]) -> list[list[Paper]]:
    """The papers of procurements, those with one number together; who shares nothing stands alone.

    :param copies: the near-identical documents of each; they go together, whatever could be read on them.
    """
    groups = Groups(paper for paper in papers if paper.is_of_procurement)
    known = groups.papers
    for together in linked(known.values()):
        groups.unite(together)
    for id_ in copies.keys() & known.keys():
        same = [known[other] for other in copies[id_] if other in known and known[other].kind == known[id_].kind]
        groups.unite([known[id_], *same])
    return [group for group in groups.all() if any(map(_shows_procurement, group))]


def linked(papers: Iterable[Paper]) -> Iterator[list[Paper]]:
    """Papers of one body that share a number, for each number that several share."""
    bearers: dict[Series, list[tuple[Paper, Mentioned]]] = {}
    for paper in papers:
        for mentioned in paper.numbers:
            if series := series_of(paper, mentioned):
                bearers.setdefault(series, []).append((paper, mentioned))
    for bearing in bearers.values():
        distinct = {paper.id: paper for paper, _ in bearing}
        if len(distinct) < 2:
            continue
        distinctive = all(mentioned.number.has_class for _, mentioned in bearing)
        for body in by_body(distinct.values(), distinctive=distinctive):
            here = {paper.id for paper in body}
            yield from _by_act([(paper, mentioned) for paper, mentioned in bearing if paper.id in here])


def series_of(paper: Paper, mentioned: Mentioned) -> Series | None:
    """What two numbers must have in common to be of one procedure; None for a number that links nothing.

    A number without a class or without a year stands for little: only that of a procurement counts, in the year of its
    paper. Where it names a class, the register is the body's one, whatever is numbered.
    """
    number, year = mentioned.number, paper.year
    if not number.has_figures:
        return None
    if number.year:
        if year is not None and not -1 <= year - int(number.year) <= LATEST.get(paper.kind or "", LATEST_OF_OTHERS):
            return None
        return "" if number.has_class else mentioned.role, number.file
    if mentioned.role != PROCUREMENT:
        return None
    if number.has_class:
        return "", number.file
    return None if year is None else (PROCUREMENT, f"{number.file}/{year}")


def _by_act(bearing: Sequence[tuple[Paper, Mentioned]]) -> Iterator[list[Paper]]:
    """Papers with one file number. Where procurements are told apart by the act (404-1/2020-3 and 404-1/2020-4) and
    none goes by the file alone, the file is no procurement, but the register of several."""
    acts = {mentioned.number.act for _, mentioned in bearing if mentioned.role == PROCUREMENT}
    if len(acts) < 2 or () in acts:
        yield [paper for paper, _ in bearing]
        return
    for act in acts:
        yield [paper for paper, mentioned in bearing if mentioned.number.act == act]


def _shows_procurement(paper: Paper) -> bool:
    """Minutes and reports are of many things; a private contract is none of ours to say."""
    if paper.kind in TENDER_KINDS or any(mentioned.role == PROCUREMENT for mentioned in paper.numbers):
        return True
    return paper.kind in CONTRACT_KINDS and paper.known.buyer is not None
