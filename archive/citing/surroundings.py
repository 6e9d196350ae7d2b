"""Words that deny or condition what a quotation says, where the quotation does not show them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from archive.citing.remarks import Kind, Remark
from archive.text.quoting import letters

AROUND = 12
"""Words on each side of a quotation that are looked at, within the sentence."""

SHOWN = 40
"""Words of what is left out that are shown at its beginning and at its end."""

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
"""Words of the next sentence in which an exception from the one before is announced."""


def denies(words: Sequence[str]) -> list[int]:
    """The places of words that deny or condition."""
    folded = [letters(word) for word in words]
    found = {at for at, word in enumerate(folded) if word in _WORDS}
    for phrase in _PHRASES:
        size = len(phrase)
        found |= {at for at in range(len(folded) - size + 1) if tuple(folded[at : at + size]) == phrase}
    return sorted(found)


def outside(before: Sequence[str], after: Sequence[str], *, is_finished: bool) -> Remark | None:
    """What denies or conditions a quotation in the rest of its sentence.

    :param before: words before it, the nearest last.
    :param is_finished: the quotation ends with its sentence; the next one may still begin with an exception.
    """
    left = _last_sentence(before[-AROUND:])
    right = list(after[:_BEGINS_EXCEPTION]) if is_finished else _first_sentence(after[:AROUND])
    if not (denies(left) or denies(right)):
        return None
    return Remark(Kind.OUTSIDE, "", " ".join((*left, "[…]", *right)))


def ends_sentence(word: str) -> bool:
    """Whether a sentence ends with a word; abbreviations and ordinals end none."""
    return bool(_SENTENCE_END.search(word)) and not _ABBREVIATED.match(word)


def _last_sentence(words: Sequence[str]) -> list[str]:
    start = max((at + 1 for at, word in enumerate(words) if ends_sentence(word)), default=0)
    return list(words[start:])


def _first_sentence(words: Sequence[str]) -> list[str]:
    end = next((at + 1 for at, word in enumerate(words) if ends_sentence(word)), len(words))
    return list(words[:end])


def left_out(words: Sequence[str]) -> list[Remark]:
    """The words that an ellipsis hides, and a warning where they deny or condition."""
    if not words:
        return []
    is_long = len(words) > 2 * SHOWN
    shown = [*words[:SHOWN], "[…]", *words[-SHOWN:]] if is_long else words
    found = [Remark(Kind.OMISSION, "", " ".join(shown))]
    if places := denies(words):
        found.append(Remark(Kind.LEFT_OUT, "", _excerpts(words, places)))
    return found


def inserted(texts: Sequence[str]) -> list[Remark]:
    """What a citer put into brackets, and a warning where it denies or conditions."""
    found = []
    for text in texts:
        found.append(Remark(Kind.INSERTION, text))
        if denies(text.split()):
            found.append(Remark(Kind.INSERTED, text))
    return found


def _excerpts(words: Sequence[str], places: Sequence[int]) -> str:
    """The first few places, with some words around each."""
    pieces, shown_to = [], 0
    for at in islice(places, 8):
        if at >= shown_to:
            shown_to = at + 6
            pieces.append(" ".join(words[max(0, at - 4) : shown_to]))
    return " … ".join(pieces)


def cut(words: Sequence[str], before: Sequence[str], after: Sequence[str]) -> Remark | None:
    """A number of which the quotation shows a part, or the sign that stands beside it in a word of its own."""
    shown: list[str] = []
    if before and words[0][:1].isdigit() and _belongs(before[-1], words[0]):
        shown += [before[-1], words[0]]
    if after and words[-1][-1:].isdigit() and _belongs(after[0], words[-1]):
        shown += [*(["…"] if shown else []), words[-1], after[0]]
    return Remark(Kind.CUT, "", " ".join(shown)) if shown else None


def _belongs(beside: str, number: str) -> bool:
    """Whether a word beside a number may be a part of it: more figures, or a sign."""
    if beside.isdigit():
        return len(beside) <= 3 or len(number) <= 3
    return not any(map(str.isalnum, beside)) and any(sign in "%‰€$£¥<>≤≥±−-–+" for sign in beside)
