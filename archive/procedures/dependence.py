"""On which other papers it depends what procedure or request a paper belongs to: on those that have a key of it.

Two papers that have no key in common, and none with others that lead from one to the other, never change what the
other belongs to (:mod:`archive.procedures.links`, :mod:`archive.procedures.similarity`). Keys may say too much: not all
papers that have one belong together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.procedures.links import series_of
from archive.procedures.papers import REQUEST_KINDS, Paper
from archive.procedures.similarity import Key, keys_of
from archive.text.folding import fold

NUMBER, SUM, COUNTED, REQUEST, RULING = "n", "s", "c", "q", "r"
"""How keys begin: a number, a sum or code by which papers are found, the same to be counted, the place of a request,
the document that a ruling names."""

ANYWHERE = f"{REQUEST}*"
"""The key of a request whose municipality is not known: it may be of the body of any other."""


def link_keys(paper: Paper) -> frozenset[str]:
    """Return the keys of a paper."""
    return frozenset(_keys(paper))


def key_of(similar: Key, begins: str = SUM) -> str:
    """Return a sum or code as a key."""
    return "\t".join((begins, *similar))


def similar_of(key: str) -> Key:
    """Return the sum or code that :func:`key_of` made a key."""
    return tuple(key.split("\t")[1:])


def _keys(paper: Paper) -> Iterator[str]:
    for mentioned in paper.numbers:
        series = series_of(paper, mentioned)
        for file in {mentioned.number.file, *(series[1:] if series else ())}:
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
        yield f"{REQUEST}={paper.known.municipality}" if paper.known.municipality else ANYWHERE
    for ruling in paper.rulings:
        yield f"{RULING}{ruling.other}"
