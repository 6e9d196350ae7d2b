"""The order of results, down to the last tie, so that page two never repeats page one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from archive.search.engine import EngineRequest
from archive.search.evaluating.places import Documents
from archive.search.whoosh_engine.question import Question
from archive.search.whoosh_engine.ranking import Ranking, Scores, Weights
from archive.search.whoosh_engine.snapshot import Snapshot

FEW = 4096
"""Documents whose ids are looked up one by one to break ties; for more the order of all documents is made once."""

Order = NDArray[np.int64]
"""Indexes into an array of documents, first result first."""


def ordered(
    question: Question, request: EngineRequest, documents: Documents, scores: Scores, weights: Weights
) -> tuple[Documents, Scores]:
    """The requested slice of the selected documents, which ascend, with their scores.

    Equally relevant documents come newest first, then by id.
    """
    end = request.offset + request.limit
    if request.sort != "relevance" or request.query is None:
        name = "newest" if request.sort == "relevance" else request.sort
        ranks = question.snapshot.ranks[name][documents]
        order = _least(ranks, end)
        order = order[np.argsort(ranks[order])][request.offset : end]
        return documents[order], scores[order]
    best = _best(question.snapshot, documents, scores, max(end, weights.looked_at))
    near_top = np.sort(best[: weights.looked_at])
    refined = scores.copy()
    refined[near_top] += Ranking(question, weights).refined(request.query, documents[near_top])
    top = _in_order(question.snapshot, documents, refined, near_top)
    order = np.concatenate([top, best[weights.looked_at :]])[request.offset : end]
    return documents[order], refined[order]


def _best(snapshot: Snapshot, documents: Documents, scores: Scores, count: int) -> Order:
    candidates = _least(-scores, count)
    return _in_order(snapshot, documents, scores, candidates)[:count]


def _least(values: NDArray[np.generic], count: int) -> Order:
    """Where the ``count`` least values are, and any that equal the greatest of those, in no particular order."""
    if len(values) <= count:
        return np.arange(len(values))
    return np.flatnonzero(values <= np.partition(values, count - 1)[count - 1])


def _in_order(snapshot: Snapshot, documents: Documents, scores: Scores, chosen: Order) -> Order:
    if len(chosen) > FEW:
        return chosen[np.lexsort((snapshot.ranks["newest"][documents[chosen]], -scores[chosen]))]
    dates, found = snapshot.dates[documents[chosen]], scores[chosen]
    order = np.lexsort((-dates, -found))
    tied = (np.diff(found[order]) == 0) & (np.diff(dates[order]) == 0)
    if not tied.any():
        return chosen[order]
    ids = np.array([snapshot.id_of(document) for document in documents[chosen].tolist()])
    return chosen[np.lexsort((ids, -dates, -found))]
