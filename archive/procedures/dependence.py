"""On which other papers it depends what procedure or request a paper belongs to: on those that have a key of it.

Two papers that have no key in common, and none with others that lead from one to the other, never change what the
other belongs to (:mod:`archive.procedures.links`, :mod:`archive.procedures.similarity`). Keys may say too much: not all
papers that have one belong together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from archive.model import Description, Fact, FactStatus
from archive.procedures.bodies import ids_of
from archive.procedures.links import series_of
from archive.procedures.papers import REQUEST_KINDS, Paper, paper_of
from archive.procedures.similarity import Key, keys_of
from archive.text.folding import fold

NUMBER, SUM, COUNTED, REQUEST, RULING = "n", "s", "c", "q", "r"
"""How keys begin: a number, a sum or code by which papers are found, the same to be counted, a paper of a request (by
which none is found, but which tells of it), the document that a ruling names."""

ANYWHERE = ""
"""The place of a request whose municipality is not known: it may be of the body of any other."""


def link_keys(paper: Paper) -> frozenset[str]:
    """Return the keys of a paper."""
    return frozenset(_keys(paper))


def key_of(similar: Key, begins: str = SUM) -> str:
    """Return a sum or code as a key."""
    return "\t".join((begins, *similar))


def similar_of(key: str) -> Key:
    """Return the sum or code that :func:`key_of` made a key."""
    return tuple(key.split("\t")[1:])


def requests_of(place: str) -> str:
    """Return how the keys of papers of requests of a place begin."""
    return f"{REQUEST}{place}\t"


class RequestPaper(NamedTuple):
    """What the key of a paper of a request tells: its place, date (or nothing) and kind, and whose it is."""

    id: str
    place: str
    date: str
    kind: str
    whose: str

    @classmethod
    def of(cls, key: str, document: str) -> RequestPaper:
        """Return that of a key."""
        return cls(document, *key.removeprefix(REQUEST).split("\t", 3))

    def as_paper(self, *, is_dated: bool) -> Paper:
        """Return a paper that says no more than this."""
        buyer, ids = json.loads(self.whose)
        known = Description(
            id=self.id, filename="", collection="", title="", kind=self.kind, language=None,
            municipality=self.place or None, buyer=buyer, vendors=(), year=None, reference=None,
            date=self.date if is_dated and self.date else None, quality=None, page_count=0,
        )  # fmt: skip
        given = [Fact("buyer", buyer or self.whose, None, "", 1.0, FactStatus.CORRECTED, ids)] if ids else ()
        return paper_of(known, given)


def _keys(paper: Paper) -> Iterator[str]:
    for mentioned in paper.numbers:
        series = series_of(paper, mentioned)
        for file in {*mentioned.number.files, *(series[1:] if series else ())}:
            # Ids of procedures are made of these words.
            yield f"{NUMBER}{'-'.join(re.findall('[a-z0-9]+', fold(file)))}"
    for similar in keys_of(paper):
        yield key_of(similar)
    for fact in paper.facts:
        if fact.field == "amount":
            yield key_of((fact.value,), COUNTED)
        elif fact.field == "cpv":
            yield key_of((fact.value, paper.known.municipality or ""), COUNTED)
    if paper.kind in REQUEST_KINDS and (paper.known.municipality or paper.known.buyer):
        says = json.dumps([paper.known.buyer, ids_of(paper)], ensure_ascii=False)
        yield f"{requests_of(paper.known.municipality or ANYWHERE)}{paper.known.date or ''}\t{paper.kind}\t{says}"
    for ruling in paper.rulings:
        yield f"{RULING}{ruling.other}"
