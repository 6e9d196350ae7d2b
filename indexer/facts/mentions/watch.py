"""What the archive's owner watches for: terms of the watchlist, and how many of some things a document speaks of.

A phrase is found by the analysis that search has: a word by its stems, Serbian and English; a compound by its parts, so
that "video nadzor" finds "video-nadzora"; a word printed in pieces as a whole. A number is a quantity only where it
counts the thing ("24 nove IP kamere", "kom 24"): no resolution ("4 MP kamera"), no number of a place or a list
("lokacija 3", "1. Kamera"), no year, no limit ("do 8 kamera"), no capacity ("snimač za 16 kamera").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial

from archive.model import Fact
from archive.model.words import Words
from archive.text.analyzer import is_marked
from archive.text.folding import fold, latin
from archive.text.joining import joined_words
from archive.text.stemming import english_stem, serbian_stems
from indexer.facts.mentions.states import MentionState, detail_of, state_of
from indexer.facts.numerals import number_in_words, scales
from indexer.facts.text import DocumentText, any_of, compiled
from indexer.facts.watchlist import Watchlist, WatchlistEntry
from indexer.gazetteer import table

WORDS_KEPT = 1 << 16
"""Printed words whose stems are kept. Most of them are of no interest and share one empty answer: some 10 MB."""

_PART = re.compile(r"[^\W_]+")

Stems = frozenset[str]


@dataclass(frozen=True, slots=True)
class WatchHit:
    """An entry of the list, and the first and last word of the document it was found on."""

    entry: WatchlistEntry
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


class PhraseMatcher:
    """The phrases of a list, by the stems of their first word."""

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
        """Return every place where an entry stands, in the order of the document; of places of one entry that overlap,
        the longest of the first."""
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
        """Return the stems of each part of a word that a phrase has too; nothing if no part has any."""
        parts = tuple(_stems(part, is_bare) & self._known for part in _PART.findall(latin(word)))
        return parts if any(parts) else ()


@lru_cache(maxsize=4)
def matcher_of(watchlist: Watchlist) -> PhraseMatcher:
    """Return the matcher of a list, made once."""
    return PhraseMatcher(watchlist)


def _stems(part: str, is_bare: bool) -> Stems:
    return frozenset((*serbian_stems(part, bare=is_bare), english_stem(fold(part))))


def _runs(parts: Iterable[_Part]) -> Iterator[list[_Part]]:
    """Yield the stretches of words of which each is of interest: no phrase reaches beyond one."""
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
    """Yield the words of interest with those that are printed in pieces as wholes; of wholes that overlap, the
    first."""
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
"""Places of one term in one document that are facts; each state is counted apart. The last of them says in its
detail ``more`` how many further ones there are: a manual may have a brand on each of its thousand pages."""


def term_facts(text: DocumentText, hits: Sequence[WatchHit], kind: str | None) -> list[Fact]:
    """Return a fact for each place of each term, the first :data:`MOST_PLACES` of them of each state."""
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
"""The rule of a term in each state, and how sure it is."""


MOST = 100_000
"""No document of such an archive counts more; a larger number is an amount."""

YEARS = range(1990, 2100)
"""Written without a separator, such a number is a year."""

_MOST_BETWEEN = 4
_MOST_NUMBER_WORDS = 4
_CAPACITY_WITHIN = 6
_PIECES_WITHIN = 14
"""Words between a thing in a table or list and how many of it there are."""

_FIGURES = re.compile(r"[(„\"“–-]*(\d{1,3}(?:\.\d{3})+|\d{1,6})")
_HUNDRED = "sto"
"""Folded, it is also "što", which begins many a clause."""


@dataclass(frozen=True, slots=True)
class _Count:
    """A number and the words it stands on."""

    value: int
    first: int
    last: int
    rule: str


@cache
def _words(name: str) -> re.Pattern[str]:
    return compiled(table("watch_words")["quantity"][name])


@cache
def _limit() -> re.Pattern[str]:
    return re.compile(any_of(table("watch_words")["quantity"]["limits"]) + r"\W*$")


@cache
def _in_pieces() -> re.Pattern[str]:
    pieces = any_of(table("watch_words")["quantity"]["pieces"])
    return re.compile(rf"(?<![\w.,/-])(\d{{1,5}})\s?{pieces}|{pieces}\W{{0,3}}(\d{{1,5}})(?![\w/-]|[.,]\d)")


@cache
def _number_of() -> re.Pattern[str]:
    return re.compile(any_of(table("watch_words")["quantity"]["number_of"]) + r"(?:\s\w+)?\s$")


_STATED = re.compile(r"\S*?(?:\s?[:–-]\s?|\s(?:je|iznosi|is)\s(?:ukupno\s)?|\s)(\d{1,5})(?![\w/-]|[.,]\d)")


def quantity_facts(text: DocumentText, hits: Sequence[WatchHit], kind: str | None) -> list[Fact]:
    """Return each number of each thing, once; ``of`` tells with a smaller one the largest that the document gives.

    A number that is asked, denied or only possible is no smaller or larger one, unless no other is there.
    """
    found: dict[tuple[str, int], _Count] = {}
    states: dict[tuple[str, int], MentionState] = {}
    for hit in hits:
        for count in _counts(text, hit):
            key, state = (hit.entry.name, count.value), state_of(text, count.first, count.last, kind)
            if key not in found or (state is MentionState.ASSERTED and states[key] is not MentionState.ASSERTED):
                found[key], states[key] = count, state
    largest: dict[str, int] = {}
    for what, value in found:
        if states[what, value] is MentionState.ASSERTED:
            largest[what] = max(value, largest.get(what, 0))
    return [
        text.fact(
            "quantity",
            str(value),
            (count.first, count.last),
            count.rule,
            0.9 if value >= largest.get(what, 0) else 0.75,
            details={"what": what}
            | ({"of": str(largest[what])} if value < largest.get(what, 0) else {})
            | detail_of(states[what, value]),
        )
        for (what, value), count in found.items()
    ]


def _counts(text: DocumentText, hit: WatchHit) -> Iterator[_Count]:
    count = _in_table(text, hit) or _before(text, hit) or _number_after(text, hit)
    if count is not None and 0 < count.value <= MOST:
        yield count


def _before(text: DocumentText, hit: WatchHit) -> _Count | None:
    """Return the number right before the thing and what describes it."""
    at = _before_description(text, hit.first)
    if at < 0:
        return None
    again = None
    if text.words[at].endswith(")"):
        opening = next((word for word in range(at, max(-1, at - 5), -1) if text.words[word].startswith("(")), None)
        again = None if opening is None else _spelled(text, opening, at)
        at = opening - 1 if opening is not None and again else at
    found = _figures(text, at) or (None if again else _number_words(text, at))
    if found is None or at < 0:
        return None
    value, first = found
    if (again not in (None, value)) or _is_no_count(text, first, value, hit):
        return None
    return _Count(value, first, hit.last, "quantity.counted")


def _before_description(text: DocumentText, word: int) -> int:
    """Return the last word before ``word`` that does not describe the thing."""
    at = word - 1
    while at >= 0 and word - at <= _MOST_BETWEEN and _words("between").fullmatch(text.bare[at]):
        if text.words[at].endswith((",", ":", ";")):
            return -1
        at -= 1
    return at


def _figures(text: DocumentText, at: int) -> tuple[int, int] | None:
    match = _FIGURES.fullmatch(text.words[at]) if at >= 0 else None
    return (int(match[1].replace(".", "")), at) if match else None


def _spelled(text: DocumentText, first: int, last: int) -> int | None:
    """Return the number between brackets, in words or figures."""
    inside = " ".join(text.bare[first : last + 1])
    return int(inside) if inside.isdecimal() and len(inside) < 6 else number_in_words(inside)


def _number_words(text: DocumentText, at: int) -> tuple[int, int] | None:
    """Return the number in words that ends with a word: "dvadeset četiri". One is an article as often as a number."""
    first = at + 1
    while first > 0 and at - first < _MOST_NUMBER_WORDS and _is_number_word(text.bare[first - 1]):
        if first <= at and text.words[first - 1].endswith((".", ",", ";", ":", ")")):
            break
        first -= 1
    if first <= at and text.bare[first] == _HUNDRED and (first == at or latin(text.words[first]) != _HUNDRED):
        first += 1
    if first > at:
        return None
    written = " ".join(text.bare[first : at + 1])
    value = scales().get(written) or number_in_words(written)
    return (value, first) if value is not None and value > 1 else None


def _is_number_word(word: str) -> bool:
    return word in scales() or number_in_words(word) is not None


def _is_no_count(text: DocumentText, first: int, value: int, hit: WatchHit) -> bool:
    """Return whether a number before a thing is something else than how many there are."""
    if value in YEARS and text.bare[first].isdecimal():
        return True
    if text.begins_line(first):
        # "1 Kamera fiksna": the number of a row.
        return text.is_capitalised(first + 1) and first + 1 <= hit.last and not text.words[first + 1].isupper()
    before = text.folded[text.starts[max(0, first - _CAPACITY_WITHIN)] : text.starts[first]]
    is_in_brackets = text.words[first].startswith("(")
    if _limit().search(before) or (not is_in_brackets and _words("numbered").fullmatch(text.bare[first - 1])):
        return True
    return re.search(r"\b(?:za|do|for)\s$", before) is not None and _words("capacity").search(before) is not None


def _in_table(text: DocumentText, hit: WatchHit) -> _Count | None:
    """Return the number of pieces on the thing's line, where the line is about it: "kamera fiksna, kom 24"."""
    start = _before_description(text, hit.first) + 1
    line = text.line_start(hit.first)
    is_item = start <= line or (start == line + 1 and re.fullmatch(r"\W*\d+\W*|\W+", text.words[line]) is not None)
    end = min(text.line_end(hit.last), hit.last + (_PIECES_WITHIN if is_item else 2)) + 1
    if not is_item and not (hit.last + 1 < len(text.words) and text.words[hit.last + 1].startswith("(")):
        return None
    found = next(text.find(_in_pieces(), hit.last + 1, end), None) if end > hit.last + 1 else None
    if found is None:
        return None
    return _Count(int(found.match[1] or found.match[2]), hit.first, found.last, "quantity.pieces")


def _number_after(text: DocumentText, hit: WatchHit) -> _Count | None:
    """Return the number after "broj kamera:" or "number of cameras"."""
    before = text.folded[text.starts[max(0, hit.first - 4)] : text.starts[hit.first]]
    if not _number_of().search(before):
        return None
    found = text.match(_STATED, text.starts[hit.last])
    if found is None:
        return None
    said = found.match[0][: found.match.start(1) - found.match.start()]
    is_bare = not re.search(r"[:–-]|\w\s+\w", said)
    if is_bare and (text.line_end(hit.last) != found.last):
        return None
    return _Count(int(found.match[1]), hit.first, found.last, "quantity.number-of")


def find(text: DocumentText, pages: Sequence[Words], watchlist: Watchlist, kind: str | None = None) -> list[Fact]:
    """Return the terms of the list that stand in a document, and the quantities of the things on it.

    :param pages: the words of each page, for those that are printed in pieces.
    """
    hits = matcher_of(watchlist).find(text, pages)
    return [
        *term_facts(text, [hit for hit in hits if not hit.entry.is_counted], kind),
        *quantity_facts(text, [hit for hit in hits if hit.entry.is_counted], kind),
    ]
