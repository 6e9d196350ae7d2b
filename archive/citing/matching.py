"""Matching of a quotation against words: its pieces in order, and negations or conditions around it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from archive.citing.quotation import MOST_PIECES, TYPED, Quotation, Wording
from archive.citing.wording import Remark, RemarkKind, compare
from archive.text.alignment import Lettered, letters

AROUND = 12
"""Words on each side of a quotation that are checked, within the sentence."""

SHOWN = 40
"""Words of an omission that are shown at its beginning and at its end."""

_DENYING = """
    ne nije nisu nisam nisi nismo niste nece necu neces necemo necete nema nemaju nemam nemamo nemate nemoj nemojte
    nemojmo ni niti niko nista nikad nikada nikako nigde nigdje nikoji nikakav nikakva nikakvo nikakve nikakvi
    nikakvog nikakvu nijedan nijedna nijedno nijednog nijednu nijednom nikom nikome nikoga nicim bez osim sem izuzev
    izuzetno izuzimajuci iskljucivo ukoliko ako samo jedino dok uslovno uslovljeno uvjetno suprotno zabranjeno
    zabranjuje zabranjen zabranjena nemoguce nistav nistava nistavo nevazeci nevazece prestaje odbija odbijen odbijena
    odbijeno nego vec inace ukinuto ukinut ukinuta
    not no never nor neither none nothing nobody nowhere cannot without unless except excepting excluding save if only
    until provided conditional conditioned notwithstanding however but otherwise prohibited void hardly rejected
    dont doesnt didnt isnt arent wasnt werent wont wouldnt cant couldnt shouldnt hasnt havent hadnt neednt mustnt
"""
_WORDS = frozenset(_DENYING.split())
_PHRASES = (
    ("pod", "uslovom"), ("pod", "uslovima"), ("pod", "uvjetom"), ("pod", "uvjetima"), ("uz", "uslov"), ("uz", "uvjet"),
    ("u", "slucaju"), ("subject", "to"), ("other", "than"), ("in", "case"), ("in", "the", "event"),
    ("to", "the", "extent"), ("on", "condition"), ("fail", "to"), ("fails", "to"), ("except", "for"),
)  # fmt: skip
_SENTENCE_END = re.compile(r"[.!?…][\"”“’»)\]]*$")
_ABBREVIATED = re.compile(r"^[\W_]*(?:[^\W\d_]{1,4}|[0-9]+|[IVXLC]+)\.[\"”“’»)\]]*$")
_BEGINS_EXCEPTION = 4
"""Words of the next sentence in which an exception may be announced."""


def denies(words: Sequence[str]) -> list[int]:
    """Return the indices of words that negate or condition."""
    folded = [letters(word) for word in words]
    found = {at for at, word in enumerate(folded) if word in _WORDS}
    for phrase in _PHRASES:
        size = len(phrase)
        found |= {at for at in range(len(folded) - size + 1) if tuple(folded[at : at + size]) == phrase}
    return sorted(found)


def outside(before: Sequence[str], after: Sequence[str], *, is_finished: bool) -> Remark | None:
    """Return a remark on negations or conditions in the rest of a quotation's sentence.

    :param before: words before it, the nearest last.
    :param is_finished: the quotation ends with its sentence; the next one may begin with an exception.
    """
    left = last_sentence(before[-AROUND:])
    right = list(after[:_BEGINS_EXCEPTION]) if is_finished else first_sentence(after[:AROUND])
    if not (denies(left) or denies(right)):
        return None
    return Remark(RemarkKind.OUTSIDE, "", " ".join((*left, "[…]", *right)))


def ends_sentence(word: str) -> bool:
    """Return whether a word ends a sentence; abbreviations and ordinals do not."""
    return bool(_SENTENCE_END.search(word)) and not _ABBREVIATED.match(word)


def last_sentence(words: Sequence[str]) -> list[str]:
    """Return the words after the last one that ends a sentence."""
    start = max((at + 1 for at, word in enumerate(words) if ends_sentence(word)), default=0)
    return list(words[start:])


def first_sentence(words: Sequence[str]) -> list[str]:
    """Return the words up to the first one that ends a sentence."""
    end = next((at + 1 for at, word in enumerate(words) if ends_sentence(word)), len(words))
    return list(words[:end])


def left_out(words: Sequence[str]) -> list[Remark]:
    """Return remarks on the words that an ellipsis hides, with a warning if they negate or condition."""
    if not words:
        return []
    is_long = len(words) > 2 * SHOWN
    shown = [*words[:SHOWN], "[…]", *words[-SHOWN:]] if is_long else words
    found = [Remark(RemarkKind.OMISSION, "", " ".join(shown))]
    if places := denies(words):
        found.append(Remark(RemarkKind.LEFT_OUT, "", _excerpts(words, places)))
    return found


def inserted(texts: Sequence[str]) -> list[Remark]:
    """Return remarks on insertions in brackets, with a warning if they negate or condition."""
    found = []
    for text in texts:
        found.append(Remark(RemarkKind.INSERTION, text))
        if denies(text.split()):
            found.append(Remark(RemarkKind.INSERTED, text))
    return found


def _excerpts(words: Sequence[str], places: Sequence[int]) -> str:
    """Return the first few indices with some words around each."""
    pieces, shown_to = [], 0
    for at in islice(places, 8):
        if at >= shown_to:
            shown_to = at + 6
            pieces.append(" ".join(words[max(0, at - 4) : shown_to]))
    return " … ".join(pieces)


def cut(words: Sequence[str], before: Sequence[str], after: Sequence[str]) -> Remark | None:
    """Return a remark if the quotation truncates a number, or omits the sign beside it."""
    shown: list[str] = []
    if before and words[0][:1].isdigit() and _belongs(before[-1], words[0]):
        shown += [before[-1], words[0]]
    if after and words[-1][-1:].isdigit() and _belongs(after[0], words[-1]):
        shown += [*(["…"] if shown else []), words[-1], after[0]]
    return Remark(RemarkKind.CUT, "", " ".join(shown)) if shown else None


def _belongs(beside: str, number: str) -> bool:
    """Return whether a word beside a number may be part of it: more digits, or a sign."""
    if beside.isdigit():
        return len(beside) <= 3 or len(number) <= 3
    return not any(map(str.isalnum, beside)) and any(sign in "%‰€$£¥<>≤≥±−-–+" for sign in beside)


MOST_PLACES = 500
"""Most places of one piece that are checked. A more frequent piece is a word or two."""


@dataclass(frozen=True, slots=True)
class Match:
    """The first and last word of a match, the alterations of the citer, and warnings."""

    first: int
    last: int
    alterations: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    first: int
    last: int
    remarks: tuple[Remark, ...]


class QuotationMatcher:
    """Matches quotations against words."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._lettered = Lettered(words)

    def matches(self, quotation: Quotation, fits: Callable[[int, int], bool] | None = None) -> list[Match]:
        """Return all matches of a quotation, in its most literal wording with any.

        :param fits: tells whether two pieces may belong to one quotation.
        """
        for wording in quotation.wordings():
            if len(wording.pieces) <= MOST_PIECES and (found := list(self._of(wording, fits))):
                return found
        return []

    def whole(self, quotation: Quotation) -> Match | None:
        """Return the match of all words, from first to last; an ellipsis at an edge stands for some."""
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
            if self._has_own_brackets(wording, chain):
                continue
            if fits is None or len(chain) == 1 or fits(head.first, chain[-1].last):
                yield self._match(wording, chain)

    def _has_own_brackets(self, wording: Wording, chain: Sequence[_Piece]) -> bool:
        """Return whether the words have brackets where the quotation has an insertion: then the brackets are the
        document's, and must be compared."""
        before = [self._words[max(0, chain[number].first - 1) : chain[number].first] for number in wording.begun_apart]
        behind = [self._words[chain[number].last + 1 : chain[number].last + 2] for number in wording.ended_apart]
        return any("]" in word for words in before for word in words) or any(
            "[" in word for words in behind for word in words
        )

    def _places(self, piece: Sequence[str]) -> list[_Piece]:
        found = []
        for first, last in islice(self._lettered.places(" ".join(piece)), MOST_PLACES):
            remarks = compare(piece, self._words, first, last)
            if remarks is not None:
                found.append(_Piece(first, last, remarks))
        return found

    def _match(self, wording: Wording, chain: Sequence[_Piece]) -> Match:
        remarks = [remark for piece in chain for remark in piece.remarks]
        remarks += [Remark(RemarkKind.SIC, text) for text in wording.sic]
        remarks += [Remark(RemarkKind.CHARACTERS, sign, TYPED[sign]) for sign in wording.autocorrected]
        remarks += inserted(wording.inserted)
        for one, following in pairwise(chain):
            remarks += left_out(self._words[one.last + 1 : following.first])
        warnings = tuple(one for one in remarks if one.kind in (RemarkKind.LEFT_OUT, RemarkKind.INSERTED))
        alterations = tuple(one for one in remarks if one.kind not in (RemarkKind.LEFT_OUT, RemarkKind.INSERTED))
        return Match(chain[0].first, chain[-1].last, tuple(dict.fromkeys(alterations)), tuple(dict.fromkeys(warnings)))


def _has_letters(words: Sequence[str]) -> bool:
    return any(any(map(str.isalnum, word)) for word in words)
