"""Count what the table of contents keeps of a segment, so that a commit need not open it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from archive.search.whoosh_engine.codec import SegmentTotals
from archive.search.whoosh_engine.layout import FILES, TERMS, Sections
from archive.search.whoosh_engine.schema import COLUMNS
from archive.search.whoosh_engine.storage import open_mapped


class _Columns:
    """What is counted, document by document."""

    def __init__(self, storage: Any, segment: Any) -> None:
        columns = segment.codec().per_document_reader(storage, segment)
        self.serials, self.revisions, self.words = (
            columns.column_reader(name, COLUMNS[name]) for name in ("serial", "revision", "word_count")
        )
        terms = open_mapped(storage, segment.make_filename(TERMS))
        self.first_piece = Sections(terms.content, terms.name).lazy("first_piece")

    def less(self, totals: SegmentTotals, documents: Collection[int]) -> SegmentTotals:
        """Return the totals without some documents that they count as not deleted."""
        at = np.fromiter(documents, np.int64, len(documents))
        pieces = self.first_piece.pick(at + 1).astype(np.int64) - self.first_piece.pick(at)
        return totals._replace(
            revisions=totals.revisions - self.revisions.sum_of(at),
            live_words=totals.live_words - self.words.sum_of(at) - len(at),
            live_pieces=totals.live_pieces - int(pieces.sum()),
        )


def counted(storage: Any, segment: Any) -> SegmentTotals:
    """Count a segment of which nothing is known. Each of its files is opened.

    :raises FileNotFoundError: one is gone.
    :raises archive.errors.IndexDamaged: one is not as it was written.
    """
    columns, sizes = _Columns(storage, segment), []
    for name in map(segment.make_filename, FILES):
        content = open_mapped(storage, name).content
        Sections(content, name)
        sizes.append(len(content))
    words = int(columns.words.array.sum(dtype=np.int64)) + segment.doc_count_all()
    (pieces,) = columns.first_piece.take(segment.doc_count_all(), segment.doc_count_all() + 1).tolist()
    whole = SegmentTotals(columns.serials.sums[1], words, columns.revisions.sums[0], words, pieces, tuple(sizes))
    return columns.less(whole, list(segment.deleted_docs()))


def without(totals: SegmentTotals, storage: Any, segment: Any, documents: Collection[int]) -> SegmentTotals:
    """Return what is counted of a segment after the deletion of these documents."""
    return _Columns(storage, segment).less(totals, documents)
