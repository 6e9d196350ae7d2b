"""Where the phrases of a watchlist stand in a document, by the analysis that search has.

A word is found by its stems, Serbian and English; a compound by its parts, so that "video nadzor" finds
"video-nadzora"; a word printed in pieces as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from archive.model.words import Words
from archive.text.analyzer import is_marked
from archive.text.folding import fold, latin
from archive.text.joining import joined_words
from archive.text.stemming import english_stem, serbian_stems
from indexer.facts.text import DocumentText
from indexer.facts.watch.watchlist import Entry, Watchlist

WORDS_KEPT = 1 << 16
"""Printed words whose stems are kept. Most of them are of no interest and share one empty answer: some 10 MB."""

_PART = re.compile(r"[^\W_]+")

Stems = frozenset[str]


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry of the list, and the first and last word of the document it was found on."""

    entry: Entry
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word that is printed in pieces, and the first and last of them."""

    text: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a word: its stems, and the words it is printed on."""

    stems: Stems
    first: int
    last: int


class Matcher:
    """The phrases of a list, by the stems of their first word."""

    def __init__(self, watchlist: Watchlist) -> None:
        self._phrases: dict[str, list[tuple[Entry, tuple[Stems, ...]]]] = {}
        for entry in watchlist.entries:
            for phrase in dict.fromkeys(entry.phrases):
                words = tuple(_stems(part, not is_marked(phrase)) for part in _PART.findall(latin(phrase)))
                for stem in words[0]:
                    self._phrases.setdefault(stem, []).append((entry, words))
        self._known = frozenset(
            stem for phrases in self._phrases.values() for _, words in phrases for each in words for stem in each
        )
        self._marked = lru_cache(maxsize=WORDS_KEPT)(partial(self._parts, is_bare=False))
        self._bare = lru_cache(maxsize=WORDS_KEPT)(partial(self._parts, is_bare=True))

    def find(self, text: DocumentText, pages: Sequence[Words]) -> list[Hit]:
        """Every place where an entry stands, in the order of the document; of places of one entry that overlap, the
        longest of the first."""
        read = self._marked if is_marked("\n".join(text.words)) else self._bare
        parts = {at: stems for at, stems in enumerate(map(read, text.words)) if stems}
        found = set(self._hits(_Part(stems, at, at) for at in parts for stems in parts[at]))
        joined = [piece for piece in _joined(pages) if read(piece.text)]
        if joined:
            found |= set(self._hits(_with_joined(parts, joined, read)))
        hits: list[Hit] = []
        ends: dict[Entry, int] = {}
        for hit in sorted(found, key=lambda hit: (hit.first, -hit.last)):
            if hit.first > ends.get(hit.entry, -1):
                hits.append(hit)
                ends[hit.entry] = hit.last
        return hits

    def _hits(self, parts: Iterable[_Part]) -> Iterator[Hit]:
        for run in _runs(parts):
            for at, part in enumerate(run):
                for stem in part.stems:
                    for entry, words in self._phrases.get(stem, ()):
                        end = at + len(words)
                        if end <= len(run) and not any(map(Stems.isdisjoint, words, (p.stems for p in run[at:end]))):
                            yield Hit(entry, part.first, run[end - 1].last)

    def _parts(self, word: str, is_bare: bool) -> tuple[Stems, ...]:
        """The stems of each part of a word that a phrase has too; nothing if no part has any."""
        parts = tuple(_stems(part, is_bare) & self._known for part in _PART.findall(latin(word)))
        return parts if any(parts) else ()


@lru_cache(maxsize=4)
def matcher_of(watchlist: Watchlist) -> Matcher:
    """The matcher of a list, made once."""
    return Matcher(watchlist)


def _stems(part: str, is_bare: bool) -> Stems:
    return frozenset((*serbian_stems(part, bare=is_bare), english_stem(fold(part))))


def _runs(parts: Iterable[_Part]) -> Iterator[list[_Part]]:
    """The stretches of words of which each is of interest: no phrase reaches beyond one."""
    run: list[_Part] = []
    for part in parts:
        if run and part.first > run[-1].last + 1:
            yield run
            run = []
        run.append(part)
    if run:
        yield run


def _joined(pages: Sequence[Words]) -> Iterator[_Piece]:
    start = 0
    for words in pages:
        yield from (_Piece(joined.text, start + joined.first, start + joined.last) for joined in joined_words(words))
        start += len(words)


def _with_joined(
    parts: Mapping[int, tuple[Stems, ...]], joined: Iterable[_Piece], read: Callable[[str], tuple[Stems, ...]]
) -> Iterator[_Part]:
    """The words of interest with those that are printed in pieces as wholes; of wholes that overlap, the first."""
    wholes: dict[int, _Piece] = {}
    for piece in joined:
        if not wholes.keys() & set(range(piece.first, piece.last + 1)):
            wholes |= dict.fromkeys(range(piece.first, piece.last + 1), piece)
    for at in sorted({*parts, *(piece.first for piece in wholes.values())}):
        whole = wholes.get(at)
        if whole is None:
            yield from (_Part(stems, at, at) for stems in parts[at])
        elif at == whole.first:
            yield from (_Part(stems, at, whole.last) for stems in read(whole.text))
