"""Matches of the watchlist: terms, and quantities of countable things.

Phrases are matched with the analysis of the search: words by their Serbian and English stems, compounds by their parts
("video nadzor" matches "video-nadzora"), split words as wholes. A number is a quantity only if it counts the thing ("24
nove IP kamere", "kom 24"), not if it is a resolution ("4 MP kamera"), a number in a list ("lokacija 3", "1. Kamera"), a
year, a limit ("do 8 kamera") or a capacity ("snimač za 16 kamera").
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
from indexer.facts.mentions.watchlist import Watchlist, WatchlistEntry
from indexer.facts.numerals import number_in_words, scales
from indexer.facts.text import DocumentText, any_of, compiled
from indexer.gazetteer import table

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


MOST = 100_000
"""Maximum plausible quantity; a larger number is an amount of money."""

YEARS = range(1990, 2100)
"""Numbers that are years if written without a separator."""

_MOST_BETWEEN = 4
_MOST_NUMBER_WORDS = 4
_CAPACITY_WITHIN = 6
_PIECES_WITHIN = 14
"""Maximum number of words between an item of a table or list and its quantity."""

_FIGURES = re.compile(r"[(„\"“–-]*(\d{1,3}(?:\.\d{3})+|\d{1,6})")
_HUNDRED = "sto"
""""Hundred"; folded, it is also "što", which begins many clauses."""


@dataclass(frozen=True, slots=True)
class _Count:
    """A quantity with its words and rule."""

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
    """Return each quantity of each thing once; smaller ones have the largest in their detail ``of``.

    Quantities that are not asserted are not compared, unless there are no others.
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
    """Return the number before a thing and its attributes, None without one."""
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
    """Return the last word before ``word`` that is not an attribute of the thing."""
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
    """Return the number in words that ends at a word: "dvadeset četiri"; "one" is skipped as an article."""
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
    """Return whether a number before a thing is not its quantity."""
    if value in YEARS and text.bare[first].isdecimal():
        return True
    if text.begins_line(first):
        # "1 Kamera fiksna": a row number.
        return text.is_capitalised(first + 1) and first + 1 <= hit.last and not text.words[first + 1].isupper()
    before = text.folded[text.starts[max(0, first - _CAPACITY_WITHIN)] : text.starts[first]]
    is_in_brackets = text.words[first].startswith("(")
    if _limit().search(before) or (not is_in_brackets and _words("numbered").fullmatch(text.bare[first - 1])):
        return True
    return re.search(r"\b(?:za|do|for)\s$", before) is not None and _words("capacity").search(before) is not None


def _in_table(text: DocumentText, hit: WatchHit) -> _Count | None:
    """Return the number of pieces on the line of an item: "kamera fiksna, kom 24"."""
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
    """Return the number after "broj kamera:" or "number of cameras", None without one."""
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
    """Return the watchlist terms that a document contains, and quantities of countable things.

    :param pages: the words of each page, to find split words.
    """
    hits = matcher_of(watchlist).find(text, pages)
    return [
        *term_facts(text, [hit for hit in hits if not hit.entry.is_counted], kind),
        *quantity_facts(text, [hit for hit in hits if hit.entry.is_counted], kind),
    ]
