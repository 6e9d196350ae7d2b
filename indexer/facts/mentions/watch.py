"""Matches of the watchlist in a document, and the facts of its terms (:mod:`.quantities` counts things).

Phrases are matched with the analysis of the search: words by their Serbian and English stems, compounds by their parts
("video nadzor" matches "video-nadzora"), split words as wholes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from archive.model import Fact
from archive.model.words import Words
from archive.text.analyzer import is_marked
from archive.text.folding import fold, latin
from archive.text.joining import joined_words
from archive.text.stemming import english_stem, serbian_stems
from indexer.facts.mentions.states import MentionState, detail_of, state_of
from indexer.facts.mentions.watchlist import Watchlist, WatchlistEntry
from indexer.facts.text import DocumentText

WORDS_KEPT = 1 << 16
"""Size of the cache of stems by printed word, some 10 MB; most words match nothing and share one empty value."""

_PART = re.compile(r"[^\W_]+")

Stems = frozenset[str]


@dataclass(frozen=True, slots=True)
class WatchHit:
    """A watchlist entry, and the first and last word where it matched."""

    entry: WatchlistEntry
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """A split word, with its first and last piece."""

    text: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a word: its stems, and the words it is printed on."""

    stems: Stems
    first: int
    last: int


class PhraseMatcher:
    """A matcher of the phrases of a watchlist, by the stems of their first word."""

    def __init__(self, watchlist: Watchlist) -> None:
        self._phrases: dict[str, list[tuple[WatchlistEntry, tuple[Stems, ...]]]] = {}
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

    def find(self, text: DocumentText, pages: Sequence[Words]) -> list[WatchHit]:
        """Return every match in document order; of overlapping matches of one entry, the longest of the first."""
        read = self._marked if is_marked("\n".join(text.words)) else self._bare
        parts = {at: stems for at, stems in enumerate(map(read, text.words)) if stems}
        found = set(self._hits(_Part(stems, at, at) for at in parts for stems in parts[at]))
        joined = [piece for piece in _joined(pages) if read(piece.text)]
        if joined:
            found |= set(self._hits(_with_joined(parts, joined, read)))
        hits: list[WatchHit] = []
        ends: dict[WatchlistEntry, int] = {}
        for hit in sorted(found, key=lambda hit: (hit.first, -hit.last)):
            if hit.first > ends.get(hit.entry, -1):
                hits.append(hit)
                ends[hit.entry] = hit.last
        return hits

    def _hits(self, parts: Iterable[_Part]) -> Iterator[WatchHit]:
        for run in _runs(parts):
            for at, part in enumerate(run):
                for stem in part.stems:
                    for entry, words in self._phrases.get(stem, ()):
                        end = at + len(words)
                        if end <= len(run) and not any(map(Stems.isdisjoint, words, (p.stems for p in run[at:end]))):
                            yield WatchHit(entry, part.first, run[end - 1].last)

    def _parts(self, word: str, is_bare: bool) -> tuple[Stems, ...]:
        """Return the stems of each part of a word that occur in phrases; () if no part has any."""
        parts = tuple(_stems(part, is_bare) & self._known for part in _PART.findall(latin(word)))
        return parts if any(parts) else ()


@lru_cache(maxsize=4)
def matcher_of(watchlist: Watchlist) -> PhraseMatcher:
    """Return the matcher of a watchlist, from a cache."""
    return PhraseMatcher(watchlist)


def _stems(part: str, is_bare: bool) -> Stems:
    return frozenset((*serbian_stems(part, bare=is_bare), english_stem(fold(part))))


def _runs(parts: Iterable[_Part]) -> Iterator[list[_Part]]:
    """Yield the runs of consecutive words with known stems; no phrase extends beyond one."""
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
    """Yield the words with known stems, split words as wholes; of overlapping wholes, the first."""
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


MOST_PLACES = 100
"""Maximum number of facts of one term and state in a document.

The detail ``more`` of the last one is the number of further places: a manual may have a brand on each of its thousand
pages.
"""


def term_facts(text: DocumentText, hits: Sequence[WatchHit], kind: str | None) -> list[Fact]:
    """Return a fact for each match of a term, up to :data:`MOST_PLACES` per state."""
    found: list[Fact] = []
    counts: Counter[tuple[str, MentionState]] = Counter()
    last: dict[tuple[str, MentionState], int] = {}
    for hit in hits:
        state = state_of(text, hit.first, hit.last, kind)
        key = (hit.entry.name, state)
        counts[key] += 1
        if counts[key] <= MOST_PLACES:
            last[key] = len(found)
            details = {"group": hit.entry.group} | detail_of(state)
            if state is MentionState.DENIED:
                details["negated"] = "yes"
            rule, confidence = _TOLD[state]
            where = (hit.first, hit.last)
            found.append(text.fact("watch", hit.entry.name, where, rule, confidence, details=details))
    for key, count in counts.items():
        if count > MOST_PLACES:
            fact = found[last[key]]
            found[last[key]] = replace(fact, details={**fact.details, "more": str(count - MOST_PLACES)})
    return found


_TOLD = {
    MentionState.ASSERTED: ("watch.term", 0.95),
    MentionState.DENIED: ("watch.negated", 0.8),
    MentionState.ASKED: ("watch.asked", 0.9),
    MentionState.CONDITIONAL: ("watch.conditional", 0.8),
}
"""Rule and confidence of a term by state."""
