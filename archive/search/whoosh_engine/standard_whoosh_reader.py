"""Readers for Whoosh's own queries and searcher, posting by posting.

Dosije does not use them. They make the index readable for other Whoosh tools.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec import base
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from archive.search.whoosh_engine.layout import ALIASES, PIECE_BITS
from archive.search.whoosh_engine.postings import SegmentTerms
from archive.text.vocabulary import IndexField

FieldTerm = tuple[str, bytes]


class ArrayTermsReader(base.TermsReader):  # type: ignore[misc]  # Whoosh has no types
    """The terms of a segment by field, alias fields included."""

    def __init__(self, terms: SegmentTerms) -> None:
        self._terms = terms

    def __contains__(self, term: FieldTerm) -> bool:
        return bool(len(self._terms.find(IndexField(term[0]), term[1].decode())))

    @cached_property
    def _sorted(self) -> dict[str, list[bytes]]:
        sorted_terms: dict[str, list[bytes]] = {}
        for field in sorted(IndexField):
            stored = self._terms.fields[self._terms.stored(field)].terms
            terms = stored.terms(0, len(stored))
            if field in ALIASES:
                alias = self._terms.alias(field)
                own = alias.own_among(np.arange(len(stored)))
                terms = sorted({*alias.terms.terms(0, len(alias.terms)), *(terms[at] for at in own.tolist())})
            sorted_terms[field] = terms
        return sorted_terms

    def indexed_field_names(self) -> list[str]:
        """Return the fields that have terms."""
        return list(self._sorted)

    def cursor(self, name: str, field: Any) -> ArrayCursor:
        """Return a cursor over the terms of a field."""
        return ArrayCursor(self, name, field, self._sorted[name])

    def terms(self) -> Iterator[FieldTerm]:
        """Return all terms of all fields."""
        return ((name, term) for name, terms in self._sorted.items() for term in terms)

    def terms_from(self, name: str, prefix: bytes) -> Iterator[FieldTerm]:
        """Yield the terms of a field from ``prefix`` on, and those of later fields."""
        for field, terms in self._sorted.items():
            if field >= name:
                first = bisect_left(terms, prefix) if field == name else 0
                yield from ((field, term) for term in terms[first:])

    def items(self) -> Iterator[tuple[FieldTerm, TermInfo]]:
        """Yield all terms with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, name: str, prefix: bytes) -> Iterator[tuple[FieldTerm, TermInfo]]:
        """Yield the terms of :meth:`terms_from` with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms_from(name, prefix))

    def term_info(self, name: str, term: bytes) -> TermInfo:
        """Return the statistics of a term.

        :raises TermNotFound: the term does not exist.
        """
        documents, positions = self._found(name, term)
        if not len(documents):
            raise TermNotFound(f"No term {name}:{term!r}")
        counts = np.diff(positions.starts)
        return TermInfo(
            weight=float(positions.starts[-1]),
            df=len(documents),
            minlength=1,
            maxlength=1,
            maxweight=float(counts.max()),
            minid=int(documents[0]),
            maxid=int(documents[-1]),
        )

    def frequency(self, name: str, term: bytes) -> float:
        """Return the frequency of a term in the segment, 0 if it does not occur."""
        return float(self._found(name, term)[1].starts[-1])

    def doc_frequency(self, name: str, term: bytes) -> int:
        """Return the document frequency of a term, including deleted documents."""
        return len(self._found(name, term)[0])

    def matcher(self, name: str, term: bytes, format_: Any, scorer: Any = None) -> ArrayMatcher:
        """Return a cursor over the documents of a term.

        :raises TermNotFound: the term does not exist.
        """
        info = self.term_info(name, term)
        documents, positions = self._found(name, term)
        positions.format = format_
        weights = np.diff(positions.starts).astype(float).tolist()
        return ArrayMatcher(documents.tolist(), weights, positions, format_, scorer, term=(name, term), terminfo=info)

    def _found(self, name: str, term: bytes) -> tuple[NDArray[Any], EncodedPositions]:
        field = IndexField(name)
        numbers = self._terms.find(field, term.decode())
        addresses = self._terms.addresses(self._terms.stored(field), numbers).astype(np.int64)
        of_address = self._terms.piece_document[addresses >> PIECE_BITS]
        documents, starts = np.unique(of_address, return_index=True)
        positions = addresses - (self._terms.first_piece[of_address].astype(np.int64) << PIECE_BITS)
        return documents, EncodedPositions(positions, np.append(starts, len(positions)))

    def close(self) -> None:
        """Do nothing: there are no open files."""


class EncodedPositions(Sequence[bytes]):
    """The positions of a term in each document, encoded for Whoosh on demand."""

    format: Any

    def __init__(self, positions: NDArray[np.int64], starts: NDArray[np.int64]) -> None:
        """:param starts: offsets of the positions of each document, and the end of the last."""
        self._positions, self.starts = positions, starts

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, at: Any) -> Any:
        return self.format.encode(self._positions[self.starts[at] : self.starts[at + 1]].tolist())


class ArrayMatcher(ListMatcher):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's list matcher with a faster ``skip_to``."""

    _ids: list[int]
    _i: int

    def skip_to(self, document: int) -> None:
        """Advance to the first document that is not before this one."""
        self._i = bisect_left(self._ids, document, self._i)


class ArrayCursor(base.FieldCursor):  # type: ignore[misc]  # Whoosh has no types
    """A cursor over the sorted terms of one field."""

    def __init__(self, reader: ArrayTermsReader, name: str, field: Any, terms: list[bytes]) -> None:
        self._reader, self._name, self._field, self._terms = reader, name, field, terms
        self._at = 0

    def first(self) -> str | None:
        """Move to the first term."""
        self._at = 0
        return self.text()

    def find(self, term: str | bytes) -> str | None:
        """Move to the first term that is not before this one."""
        self._at = bisect_left(self._terms, self._field.to_bytes(term))
        return self.text()

    def next(self) -> str | None:
        """Move to the next term."""
        self._at += 1
        return self.text()

    def text(self) -> str | None:
        """Return the current term, or None after the last."""
        return self._terms[self._at].decode() if self.is_valid() else None

    def term_info(self) -> TermInfo | None:
        """Return the statistics of the current term."""
        return self._reader.term_info(self._name, self._terms[self._at]) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Return whether there is a current term."""
        return self._at < len(self._terms)
