"""Requests for information with what followed them: the reply, the decision, the appeal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from archive.procedures.bodies import by_body
from archive.procedures.grouping import Groups
from archive.procedures.linking import linked
from archive.procedures.papers import REQUEST_KINDS, Paper

LONGEST = {
    "foi_reply": timedelta(days=60),
    "foi_decision": timedelta(days=60),
    "foi_appeal": timedelta(days=90),
}
"""What may follow a request, and how long after it. The law gives a body 15 days, or 40 at most, and the applicant 15
for an appeal (Law on Free Access to Information of Public Importance, articles 16 and 22); bodies are late, and letters
take their time."""

_ANSWERS = ("foi_reply", "foi_decision")


def exchanges(papers: Iterable[Paper]) -> list[list[Paper]]:
    """The papers of each request for information, in the order of their dates.

    What bears one case number is of one request. A request bears none, so it goes with what followed it at the same
    body in time, where neither could belong to another.
    """
    groups = Groups(paper for paper in papers if paper.kind in REQUEST_KINDS)
    for together in linked(groups.papers.values()):
        groups.unite(together)
    named = [paper for paper in groups.papers.values() if paper.known.buyer or paper.known.municipality]
    for body in by_body(named, distinctive=False):
        requests = [paper for paper in body if paper.kind == "foi_request"]
        for kinds in (_ANSWERS, ("foi_appeal",)):
            for pair in _only_pairs(requests, [paper for paper in body if paper.kind in kinds]):
                groups.unite(pair)
    return groups.all()


def _only_pairs(requests: Sequence[Paper], others: Sequence[Paper]) -> list[tuple[Paper, Paper]]:
    pairs = [(request, other) for request in requests for other in others if _follows(request, other)]
    counts = Counter(paper.id for pair in pairs for paper in pair)
    return [pair for pair in pairs if all(counts[paper.id] == 1 for paper in pair)]


def _follows(request: Paper, other: Paper) -> bool:
    if request.date is None or other.date is None:
        return False
    return timedelta(0) <= other.date - request.date <= LONGEST[other.kind or ""]
