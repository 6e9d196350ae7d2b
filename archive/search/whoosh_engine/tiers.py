"""Which segments are merged, and when."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from archive.search.whoosh_engine.codec import ArraySegment
from archive.search.whoosh_engine.layout import MAX_PIECES
from archive.search.whoosh_engine.merging import Source, merge

MERGE_FACTOR = 10
"""Segments of one order of magnitude that are tolerated. Whoosh's own policy can rewrite the whole index at any commit;
with this one a document is rewritten once for every tenfold growth of the index."""


def merge_tiers(storage: Any, segments: Iterable[ArraySegment]) -> list[ArraySegment]:
    """Rewrite segments of whose words half are deleted, and tiers that have grown too many segments.

    Returns the segments of the index from now on. No segment gets more pieces than it can have, and one that has more
    than half of them is left alone while it is not wasteful.
    """
    tiers: dict[int, list[tuple[ArraySegment, Source]]] = {}
    kept: list[ArraySegment] = []
    rewritten: list[tuple[ArraySegment, Source]] = []
    for segment in segments:
        source = Source(storage, segment)
        if source.is_wasteful:
            rewritten.append((segment, source))
        elif source.pieces > MAX_PIECES // 2:
            kept.append(segment)
        else:
            tiers.setdefault(int(math.log(len(source.live), MERGE_FACTOR)), []).append((segment, source))
    for tier in tiers.values():
        if len(tier) < MERGE_FACTOR:
            kept.extend(segment for segment, _ in tier)
        else:
            rewritten.extend(tier)
    return [*kept, *_rewritten(storage, rewritten)]


def merge_all(storage: Any, segments: Iterable[ArraySegment]) -> list[ArraySegment]:
    """Rewrite the segments as the fewest that hold them, for an index that is built at once.

    A question asks every segment, and each has a vocabulary of its own: on 100,000 pages, one segment instead of five
    answers a tenth to a quarter sooner.
    """
    return list(_rewritten(storage, [(segment, Source(storage, segment)) for segment in segments]))


def _rewritten(storage: Any, segments: Iterable[tuple[ArraySegment, Source]]) -> Iterator[ArraySegment]:
    for group in _groups(segments):
        if len(group) == 1 and not group[0][1].is_wasteful:
            yield group[0][0]
        else:
            yield merge(storage, [source for _, source in group])


def _groups(segments: Iterable[tuple[ArraySegment, Source]]) -> Iterator[list[tuple[ArraySegment, Source]]]:
    """Those with any live document, in groups that fit into one segment."""
    group: list[tuple[ArraySegment, Source]] = []
    pieces = 0
    for segment, source in segments:
        if not source.pieces:
            continue
        if group and pieces + source.pieces > MAX_PIECES:
            yield group
            group, pieces = [], 0
        group.append((segment, source))
        pieces += source.pieces
    if group:
        yield group
