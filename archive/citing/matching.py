"""Where a quotation stands among words: all of its pieces, in their order, each word for word or altered as allowed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from archive.citing.quotation import MOST_PIECES, Quotation, Wording
from archive.citing.remarks import Kind, Remark
from archive.citing.surroundings import inserted, left_out
from archive.citing.wording import compare
from archive.text.quoting import Lettered

MOST_PLACES = 500
"""Places of one piece that are looked at. A piece that stands at more is a word or two."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where a quotation stands: its first and its last word, with the alterations of its citer, and warnings."""

    first: int
    last: int
    alterations: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    first: int
    last: int
    remarks: tuple[Remark, ...]


class Matcher:
    """Finds quotations among some words."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._lettered = Lettered(words)

    def matches(self, quotation: Quotation, fits: Callable[[int, int], bool] | None = None) -> list[Match]:
        """Every place of a quotation, as its most literal wording that stands anywhere.

        :param fits: whether the pieces of one quotation may stand so far from each other.
        """
        for wording in quotation.wordings():
            if len(wording.pieces) <= MOST_PIECES and (found := list(self._of(wording, fits))):
                return found
        return []

    def whole(self, quotation: Quotation) -> Match | None:
        """The match that takes all of the words, from the first to the last; an ellipsis at an edge stands for some."""
        if quotation.words == tuple(self._words):
            return Match(0, len(self._words) - 1)
        for wording in quotation.wordings():
            for match in self._of(wording, None, to_end=not wording.open_end):
                begins = wording.open_start or not _has_letters(self._words[: match.first])
                ends = wording.open_end or not _has_letters(self._words[match.last + 1 :])
                if begins and ends:
                    return match
        return None

    def _of(
        self, wording: Wording, fits: Callable[[int, int], bool] | None, *, to_end: bool = False
    ) -> Iterator[Match]:
        if not wording.pieces:
            return
        places = [self._places(piece) for piece in wording.pieces]
        if not all(places):
            return
        starts = [[place.first for place in each] for each in places]
        for at, head in enumerate(places[0]):
            chain = [head]
            for number in range(1, len(places)):
                after = bisect_left(starts[number], chain[-1].last + 1)
                if to_end and number == len(places) - 1 and after < len(starts[number]):
                    after = len(starts[number]) - 1
                if after == len(starts[number]):
                    return
                chain.append(places[number][after])
            following = places[0][at + 1].first if at + 1 < len(places[0]) else None
            if len(chain) > 1 and following is not None and following < chain[1].first and not to_end:
                # A later place of the first piece is nearer to the second one.
                continue
            if fits is None or len(chain) == 1 or fits(head.first, chain[-1].last):
                yield self._match(wording, chain)

    def _places(self, piece: Sequence[str]) -> list[_Piece]:
        found = []
        for first, last in islice(self._lettered.places(" ".join(piece)), MOST_PLACES):
            remarks = compare(piece, self._words, first, last)
            if remarks is not None:
                found.append(_Piece(first, last, remarks))
        return found

    def _match(self, wording: Wording, chain: Sequence[_Piece]) -> Match:
        remarks = [remark for piece in chain for remark in piece.remarks]
        remarks += [Remark(Kind.SIC, text) for text in wording.sic]
        remarks += inserted(wording.inserted)
        for one, following in pairwise(chain):
            remarks += left_out(self._words[one.last + 1 : following.first])
        warnings = tuple(one for one in remarks if one.kind in (Kind.LEFT_OUT, Kind.INSERTED))
        alterations = tuple(one for one in remarks if one.kind not in (Kind.LEFT_OUT, Kind.INSERTED))
        return Match(chain[0].first, chain[-1].last, tuple(dict.fromkeys(alterations)), tuple(dict.fromkeys(warnings)))


def _has_letters(words: Sequence[str]) -> bool:
    return any(any(map(str.isalnum, word)) for word in words)
