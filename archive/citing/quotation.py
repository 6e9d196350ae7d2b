"""Parsing of quotations: quotation marks, ellipses and brackets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from archive.citing.wording import BRACKETED, QUOTATION_MARKS

MOST_PIECES = 40
"""Most pieces of one quotation between ellipses."""

_ELLIPSIS = re.compile(r"[\[(<{/]\s?(?:…|\.(?:\s?\.){1,5})\s?[\])>}/]|…(?:\s?[….])*|\.(?:\s?\.){2,}")
_SIC = re.compile(r"[\[(]\s?sic\s?!?\s?[\])]", re.IGNORECASE)
_LETTER = re.compile(r"\[([^\W\d_])\](?=[^\W\d_])")
_INSERTION = re.compile(r"\[[^\[\]]{1,300}\]")
TYPED = {"©": "(c)", "®": "(r)", "™": "(tm)", "½": "1/2", "¼": "1/4", "¾": "3/4"}
"""What word processors turn into one sign while it is typed."""

_AUTOCORRECTED = re.compile("[©®™]|(?<![0-9])[½¼¾](?![0-9])")
_INSERTED = "[]"
"""Placeholder of an insertion until the text is split."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One interpretation of a quotation. ``open_start`` and ``open_end``: it begins or ends with an ellipsis;
    ``begun_apart`` and ``ended_apart``: the indices of pieces with an insertion before or after them;
    ``autocorrected`` are signs in the place of what was typed."""

    pieces: tuple[tuple[str, ...], ...]
    inserted: tuple[str, ...] = ()
    sic: tuple[str, ...] = ()
    open_start: bool = False
    open_end: bool = False
    begun_apart: frozenset[int] = frozenset()
    ended_apart: frozenset[int] = frozenset()
    autocorrected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Quotation:
    """The text between quotation marks."""

    text: str

    @cached_property
    def words(self) -> tuple[str, ...]:
        """All quoted words, without ellipses."""
        return tuple(_ELLIPSIS.sub(" ", self.text).split())

    def wordings(self) -> Iterator[Wording]:
        """Yield interpretations, the most literal first: dots and brackets may be the document's own, and a sign may be
        what a word processor made of them."""
        yield from _wordings(self.text)
        if signs := tuple(dict.fromkeys(_AUTOCORRECTED.findall(self.text))):
            typed = _AUTOCORRECTED.sub(lambda match: TYPED[match[0]], self.text)
            yield from (replace(wording, autocorrected=signs) for wording in _wordings(typed))


def _wordings(quoted: str) -> Iterator[Wording]:
    text = _LETTER.sub(rf"{BRACKETED}\1", quoted)
    text, begins, ends = _without_ends(text)
    is_open = begins, ends
    yield Wording((tuple(text.split()),), (), (), *is_open)
    if _ELLIPSIS.search(text):
        yield _split(text, (), (), *is_open)
    without = _SIC.sub(" ", text)
    sic = tuple(match[0] for match in _SIC.finditer(text))
    elided = _ELLIPSIS.sub(" … ", without)
    inserted = tuple(match[0][1:-1] for match in _INSERTION.finditer(elided))
    if sic:
        yield _split(elided, (), sic, *is_open)
    if inserted:
        bare = _INSERTION.sub(lambda match: f" {_INSERTED} " if _stands_apart(match) else "", elided)
        read = _split(bare, inserted, sic, *is_open)
        # The few words around brackets do not prove a text that consists mostly of brackets.
        if _count_words(" ".join(inserted).split()) <= sum(map(_count_words, read.pieces)):
            yield read


def _count_words(words: Iterable[str]) -> int:
    return sum(any(map(str.isalnum, word)) for word in words)


def _without_ends(text: str) -> tuple[str, bool, bool]:
    """Strip ellipses at the beginning and end; return whether there were any."""
    text = text.strip()
    places = [match.span() for match in _ELLIPSIS.finditer(text)]
    begins, ends = bool(places) and places[0][0] == 0, bool(places) and places[-1][1] == len(text)
    first = places[0][1] if begins else 0
    last = max(first, places[-1][0]) if ends else len(text)
    return text[first:last], begins, ends


def _stands_apart(match: re.Match[str]) -> bool:
    before = match.string[match.start() - 1 : match.start()]
    return not before.isalnum()


def _split(
    text: str, inserted: tuple[str, ...], sic: tuple[str, ...], is_open_start: bool, is_open_end: bool
) -> Wording:
    marked = [piece.split() for piece in _ELLIPSIS.split(text)]
    marked = [words for words in marked if _has_meaning(tuple(words))]
    return Wording(
        tuple(tuple(word for word in words if word != _INSERTED) for words in marked),
        inserted,
        sic,
        is_open_start,
        is_open_end,
        frozenset(number for number, words in enumerate(marked) if words[0] == _INSERTED),
        frozenset(number for number, words in enumerate(marked) if words[-1] == _INSERTED),
    )


def _has_meaning(piece: tuple[str, ...]) -> bool:
    """Return whether a piece is more than punctuation: a significant sign between ellipses must be matched, too."""
    return any(sign.isalnum() or sign not in ".,;:!?\"'„“”«»()[]-–—" for sign in "".join(piece))


def has_ellipsis(text: str) -> bool:
    """Return whether a text leaves something out."""
    return _ELLIPSIS.search(text) is not None


_SIGNS = frozenset(QUOTATION_MARKS) | frozenset("§%€$£#@&+±−≤≥")


def outermost_quotations(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of the (opening, closing) marks of outermost quotations.

    The closing mark of English is an opening mark of Serbian, so an opening mark is one with a word after it and none
    before. A quotation without a closing mark ends with the last mark of its paragraph.
    """
    depth, start, last = 0, 0, -1
    for at, sign in enumerate(text):
        if depth and sign == "\n" and text[at + 1 : at + 2].strip() == "" and last > start:
            yield start, last
            depth = 0
        if sign not in QUOTATION_MARKS:
            continue
        if _opens(text, at):
            if depth == 0:
                start, last = at, -1
            depth += 1
        elif depth:
            depth, last = depth - 1, at
            if depth == 0:
                yield start, at
    if depth:
        yield start, last if last > start else len(text)


def _is_sign(character: str) -> bool:
    """Return whether a character may precede a word: a currency sign, a bullet, or one of the private use area."""
    return bool(character) and (character in _SIGNS or unicodedata.category(character) in ("Sc", "Sm", "So", "Co"))


def _opens(text: str, at: int) -> bool:
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 3]
    if before and before in QUOTATION_MARKS:
        return after[:1].isalnum()
    begins = after[:1].isalnum() or after[:1] in ("(", "[", "…", "-", "–", "<") or after == ".." or _is_sign(after[:1])
    return begins and (not before or before.isspace() or before in "([—–-/:")
