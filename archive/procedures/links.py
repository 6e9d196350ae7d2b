"""Grouping of papers to procurements and to information requests by shared numbers.

Papers with the same number are separated by: another body; the register of a bare ordinal (contract 12/2020 is not
procurement 12/2020); and a repetition of the procedure under the same number
(:func:`archive.procedures.stages.rounds`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from itertools import accumulate
from operator import itemgetter

from archive.procedures.bodies import by_body
from archive.procedures.groups import PaperGroups
from archive.procedures.papers import (
    CONTRACT_KINDS,
    PORTAL,
    PROCUREMENT,
    REQUEST_KINDS,
    TENDER_KINDS,
    Mentioned,
    Paper,
)
from archive.procedures.similarity import Key, SimilarPaper, common_keys, similar_groups

LATEST = {"contract": 4, "contract_annex": 10, "procurement_report": 5}
LATEST_OF_OTHERS = 2
"""Years after that of a number in which a paper may still belong to its procedure, by kind; one year before is also
possible. Law on Public Procurement of 2012, article 115, and of 2019, articles 156 to 161: contracts change while they
run."""

Series = tuple[str, str]
"""The register of a number, and the file that it identifies there."""


Bearer = tuple[Paper, Mentioned]
"""A paper with a number that it has or cites."""


def procurements(papers: Sequence[Paper], copies: Mapping[str, Iterable[str]]) -> list[list[Paper]]:
    """Group the papers of procurements by shared numbers; others join the only similar group, or are alone.

    :param copies: the near-identical documents of each, which are always grouped together.
    """
    return with_similar(papers, copies)[0]


def with_similar(
    papers: Sequence[Paper], copies: Mapping[str, Iterable[str]], common: AbstractSet[Key] | None = None
) -> tuple[list[list[Paper]], dict[str, SimilarPaper]]:
    """Return the groups (:func:`procurements`), and for papers that were joined by similarity, its reason.

    :param common: keys that are too common, if these are not all papers.
    """
    common = common_keys(papers) if common is None else common
    ruled = ruled_together(papers)
    groups = PaperGroups(paper for paper in papers if paper.is_of_procurement or paper.id in ruled)
    known = groups.papers
    for together in linked(known.values()):
        groups.unite(together)
    for id_ in copies.keys() & known.keys():
        same = [known[other] for other in copies[id_] if other in known and known[other].kind == known[id_].kind]
        groups.unite([known[id_], *same])
    similar = {paper.id: found for paper, found in similar_groups(groups.all(), common)}
    for id_, found in similar.items():
        groups.unite([known[id_], found.other])
    shown = [
        group
        for group in groups.all()
        if any(map(_shows_procurement, group)) or (len(group) > 1 and any(paper.id in ruled for paper in group))
    ]
    return shown, similar


def ruled_together(papers: Iterable[Paper]) -> set[str]:
    """Return the papers, except those of information requests, that a person ruled to be of one procedure with
    another."""
    known = {paper.id: paper for paper in papers if paper.kind not in REQUEST_KINDS}
    pairs = ((paper.id, ruling.other) for paper in known.values() for ruling in paper.rulings if ruling.belongs)
    return {id_ for pair in pairs if pair[1] in known for id_ in pair}


def linked(papers: Iterable[Paper]) -> Iterator[list[Paper]]:
    """Yield papers of one body with a common number, for each number that several share."""
    of_files, of_acts = by_series(papers)
    for series, bearing in of_files.items():
        acting = of_acts.get(series, [])
        distinct = {paper.id: paper for paper, _ in (*bearing, *acting)}
        if len(distinct) < 2:
            continue
        distinctive = all(mentioned.number.has_class for _, mentioned in bearing)
        for body in by_body(distinct.values(), distinctive=distinctive):
            here = {paper.id for paper in body}
            of_file, acts = ([one for one in some if one[0].id in here] for some in (bearing, acting))
            yield from _by_act([*of_file, *with_acts(of_file, acts)])


def by_series(papers: Iterable[Paper]) -> tuple[dict[Series, list[Bearer]], dict[Series, list[Bearer]]]:
    """Return the papers that have each number, and those that may have an act of it before the year
    (:func:`with_acts`)."""
    of_files: dict[Series, list[Bearer]] = {}
    of_acts: dict[Series, list[Bearer]] = {}
    for paper in papers:
        for mentioned in paper.numbers:
            if series := series_of(paper, mentioned):
                of_files.setdefault(series, []).append((paper, mentioned))
            if (act := mentioned.as_act) and (series := series_of(paper, act)):
                of_acts.setdefault(series, []).append((paper, act))
    return of_files, of_acts


def with_acts(of_file: Iterable[Bearer], of_acts: Sequence[Bearer]) -> Sequence[Bearer]:
    """Return the papers of one body whose numbers are acts of a file, with the act before the year (404-27-11/2024), if
    the file is the number of a procurement there (404-27/2024); none if one of them is itself the number of a
    procurement, for then the body's register has a class of two parts."""
    is_file = any(mentioned.role == PROCUREMENT for _, mentioned in of_file)
    return of_acts if is_file and all(mentioned.role != PROCUREMENT for _, mentioned in of_acts) else ()


def series_of(paper: Paper, mentioned: Mentioned) -> Series | None:
    """Return the key of a number, equal for numbers of one procedure; None for a number that links nothing.

    Without class or year, only the number of a procurement counts, in the year of its paper. A number with a class
    belongs to the body's main register.
    """
    number, year = mentioned.number, paper.year
    if not number.has_figures:
        return None
    if number.year:
        if year is not None and not -1 <= year - int(number.year) <= LATEST.get(paper.kind or "", LATEST_OF_OTHERS):
            return None
        return "" if number.has_class else mentioned.role, number.file
    if mentioned.role not in (PROCUREMENT, PORTAL):
        return None
    if number.has_class:
        return "", number.file
    return None if year is None else (PROCUREMENT, f"{number.file}/{year}")


def _by_act(bearing: Sequence[Bearer]) -> Iterator[list[Paper]]:
    """Group papers with one file number. If procurements differ by act (404-1/2020-3 and 404-1/2020-4) and none has
    what their acts begin with (404-31/2025-02 for 404-31/2025-02/7), the file is a register of several."""
    acts = {mentioned.number.act for _, mentioned in bearing if mentioned.role == PROCUREMENT}
    first = {act for act in acts if not any(act[:length] in acts for length in range(len(act)))}
    if len(first) < 2:
        yield [paper for paper, _ in bearing]
        return
    for act in first:
        yield [paper for paper, mentioned in bearing if mentioned.number.act[: len(act)] == act]


def _shows_procurement(paper: Paper) -> bool:
    """Return whether a paper alone proves a procurement. Minutes have many subjects, and a contract with an unknown
    buyer may be private: these need further signs."""
    if paper.kind in TENDER_KINDS or paper.kind == "procurement_report":
        return True
    if any(mentioned.role == PROCUREMENT for mentioned in paper.numbers):
        return True
    if paper.kind in CONTRACT_KINDS and paper.known.buyer is not None:
        return True
    signs = SIGNS if paper.kind in CONTRACT_KINDS else SIGNS_OF_MINUTES if paper.kind == "minutes" else ()
    return any(fact.field in signs for fact in paper.facts)


SIGNS = frozenset({"cpv", "procedure_type"})
SIGNS_OF_MINUTES = SIGNS | {"bidder", "bids", "offer"}
"""Fields that only papers of a procurement have."""

LONGEST = {"foi_reply": timedelta(days=60), "foi_decision": timedelta(days=60), "foi_appeal": timedelta(days=90)}
"""Kinds of papers that may follow an information request, with the longest delay. The law gives a body 15 days, or 40
at most, and the applicant 15 for an appeal (Law on Free Access to Information of Public Importance, articles 16 and
22); a tolerance is added for late answers and post."""

FARTHEST = max(LONGEST.values())
_ANSWERS = ("foi_reply", "foi_decision")


def exchanges(papers: Iterable[Paper], pairs: Iterable[tuple[str, str]] | None = None) -> list[list[Paper]]:
    """Return the papers of each information request, sorted by date.

    Papers with the same case number belong to one request. The request itself has none, so it is joined to a paper that
    follows it at the same body in time, if the pair is unambiguous.

    :param pairs: the ids of these (:func:`answered`), if these are not all papers.
    """
    groups = PaperGroups(paper for paper in papers if paper.kind in REQUEST_KINDS)
    for together in linked(groups.papers.values()):
        groups.unite(together)
    for pair in answered(groups.papers.values()) if pairs is None else pairs:
        groups.unite(groups.papers[id_] for id_ in pair)
    return groups.all()


def answered(papers: Iterable[Paper]) -> Iterator[tuple[str, str]]:
    """Yield the ids of each request that one paper alone can follow, and of that, if it can follow no other request.
    These have no more than :data:`FARTHEST` between them, and depend on no paper farther from one of them."""
    named = [paper for paper in papers if paper.known.buyer or paper.known.municipality]
    for body in by_body(named, distinctive=False):
        requests = [paper for paper in body if paper.kind == "foi_request"]
        for kinds in (_ANSWERS, ("foi_appeal",)):
            for request, other in _only_pairs(requests, [paper for paper in body if paper.kind in kinds]):
                yield request.id, other.id


def _only_pairs(requests: Iterable[Paper], others: Iterable[Paper]) -> list[tuple[Paper, Paper]]:
    """Return the requests that one of the others alone can follow, and that alone can precede it, with that."""
    known = sorted(((paper.date, paper) for paper in requests if paper.date), key=itemgetter(0))
    dates = [date for date, _ in known]
    spans = [
        (bisect_left(dates, other.date - LONGEST[other.kind or ""]), bisect_right(dates, other.date), other)
        for other in others
        if other.date
    ]
    begins, ends = (Counter(span[at] for span in spans) for at in (0, 1))
    following = list(accumulate(begins[at] - ends[at] for at in range(len(known))))
    return [(known[at][1], other) for at, end, other in spans if end - at == 1 and following[at] == 1]
