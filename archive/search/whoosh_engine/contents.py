"""Reading an index's table of contents, which names its segments.

Whoosh writes the table as a pickle, and unpickling runs what the pickle names. The file may come from somebody else's
hand, so only our own classes are loaded (:meth:`archive.search.whoosh_engine.storage.MappedFile.read_pickle`), and the
segments are made anew from fields that were checked: their names become names of files.
"""

from __future__ import annotations

import re
from typing import Any

from whoosh.index import TOC

from archive.search.whoosh_engine.codec import ArrayCodec, ArraySegment
from archive.search.whoosh_engine.schema import INDEX_NAME, SCHEMA
from archive.search.whoosh_engine.storage import damaged

_SEGMENT_ID = re.compile("[0-9a-z]{1,64}")


def read_contents(storage: Any) -> TOC:
    """The newest table of contents in a folder.

    :raises whoosh.index.EmptyIndexError: there is none.
    :raises FileNotFoundError: a commit has just replaced it.
    :raises IndexDamaged: it is not as it was written, or holds what no table of ours holds.
    """
    toc = TOC.read(storage, INDEX_NAME, schema=SCHEMA)
    toc.segments = _checked(toc.segments, TOC._filename(INDEX_NAME, toc.generation))
    return toc


def _checked(told: Any, name: str) -> list[ArraySegment]:
    if type(told) is not list:
        raise damaged(name)
    return [_segment(each, name) for each in told]


def _segment(told: Any, name: str) -> ArraySegment:
    if type(told) is not ArraySegment:
        raise damaged(name)
    fields = vars(told)
    count, deleted, pieces = fields.get("_doccount"), fields.get("_deleted"), fields.get("pieces", 0)
    id_ = fields.get("segid")
    numbers = {count, pieces} if deleted is None else {count, pieces, *deleted} if type(deleted) is set else {None}
    if not (
        fields.get("indexname") == INDEX_NAME
        and type(id_) is str
        and _SEGMENT_ID.fullmatch(id_)
        and all(type(number) is int and number >= 0 for number in numbers)
        and (not deleted or max(deleted) < count)
    ):
        raise damaged(name)
    segment = ArraySegment(ArrayCodec(), INDEX_NAME, count, id_, deleted)
    segment.pieces = pieces
    return segment
