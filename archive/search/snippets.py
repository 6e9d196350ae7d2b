"""Snippets: the excerpt of a page that shows best why it matched; two excerpts, if one does not show the whole
query."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, chain

from archive.search.results import Snippet
from archive.text.analyzer import found_by

SNIPPET_WORDS = 30
"""Words of a snippet; a longer match makes it longer, so that a quotation is not truncated."""

CONSIDERED = 100
"""Most matches of a page among which the best excerpt is searched for. Pages of text files can have thousands."""

_LEADING = 5
"""The share of words before the first match of an excerpt, as a divisor."""

_ELLIPSIS = "…"

Match = tuple[int, int]


def make_snippet(texts: Sequence[str], matches: Sequence[Match], alike: bool = False) -> Snippet:
    """Return a snippet of a page.

    :param texts: the words of the page.
    :param matches: (first, last) indices into ``texts``, ascending and none inside another. Without any, the snippet is
        the beginning of the page.
    :param alike: all matches of one printed word are equivalent, as in a query of one word; if all matches are such,
        only the words of the snippet are read.
    """
    shown: list[str] = []
    marked: list[Match] = []
    last = -1
    for first, last in _excerpts(texts, matches[:CONSIDERED], alike):
        shown += [_ELLIPSIS] if first else []
        shift = len(shown) - first
        marked += [(begin + shift, end + shift) for begin, end in matches if begin >= first and end <= last]
        shown += texts[first : last + 1]
    shown += [_ELLIPSIS] if last < len(texts) - 1 else []
    letters = list(accumulate(map(len, shown), initial=0))
    marks = ((letters[begin] + begin, letters[end + 1] + end) for begin, end in _merged(marked))
    return Snippet(" ".join(shown), tuple(marks))


def _excerpts(texts: Sequence[str], matches: Sequence[Match], alike: bool) -> list[Match]:
    """Return the first and last words of the excerpts to show, in order."""
    if not matches or len(texts) <= SNIPPET_WORDS:
        return [(0, min(SNIPPET_WORDS, len(texts)) - 1)]
    if (alike and all(first == last for first, last in matches)) or (
        len(matches) <= SNIPPET_WORDS and matches[-1][1] <= _end(matches[0], SNIPPET_WORDS)
    ):
        # No excerpt shows more of the query than another, or the first one shows every match.
        return [_densest(matches, len(texts))]
    asked = _asked(texts, matches)
    everything = frozenset().union(*asked)
    whole, shows = _best(matches, asked, SNIPPET_WORDS, len(texts))
    if shows == everything:
        return [whole]
    half = SNIPPET_WORDS // 2
    one, shows = _best(matches, asked, half, len(texts))
    other, _ = _best(matches, [words - shows for words in asked], half, len(texts))
    (first, end), (begin, last) = sorted((one, other))
    if begin > end + 1:
        return [(first, end), (begin, last)]
    first = max(0, min(first, len(texts) - SNIPPET_WORDS))
    return [(first, max(end, last, first + SNIPPET_WORDS - 1))]


def _best(
    matches: Sequence[Match], asked: Sequence[frozenset[int]], size: int, count: int
) -> tuple[Match, frozenset[int]]:
    """Return the excerpt of ``size`` words, of ``count``, that shows most of the query and then most matches, and the
    parts that it shows. Longer matches are not truncated."""
    lasts = [last for _, last in matches]
    best, chosen = (-1, -1), matches[0]
    for start, match in enumerate(matches):
        end = _end(match, size)
        stop = bisect_right(lasts, end, start, min(start + size, len(lasts)))
        # Sets are united only if they may exceed the best one so far.
        if (sum(map(len, asked[start:stop])), stop - start) > best:
            different = len(frozenset().union(*asked[start:stop]))
            if (different, stop - start) > best:
                best, chosen = (different, stop - start), (match[0], end)
    first, last = _extended(chosen, size, count)
    shown = (words for (begin, end), words in zip(matches, asked, strict=True) if begin >= first and end <= last)
    return (first, last), frozenset().union(*shown)


def _densest(matches: Sequence[Match], count: int) -> Match:
    """Return the excerpt with most matches, the first of several."""
    lasts = [last for _, last in matches]
    most, chosen = 0, matches[0]
    for start, match in enumerate(matches):
        if len(matches) - start <= most:
            break
        end = _end(match, SNIPPET_WORDS)
        shown = bisect_right(lasts, end, start, min(start + SNIPPET_WORDS, len(lasts))) - start
        if shown > most:
            most, chosen = shown, (match[0], end)
    return _extended(chosen, SNIPPET_WORDS, count)


def _extended(excerpt: Match, size: int, count: int) -> Match:
    """Extend an excerpt to ``size`` words, with some words before its first match, within ``count`` words."""
    first = max(0, min(excerpt[0] - size // _LEADING, count - size))
    return first, min(count - 1, max(excerpt[1], first + size - 1))


def _end(match: Match, size: int) -> int:
    """Return the last word of an excerpt of ``size`` words that begins with this match."""
    return max(match[1], match[0] + size - size // _LEADING - 1)


def _asked(texts: Sequence[str], matches: Sequence[Match]) -> list[frozenset[int]]:
    """Return, for each match, the parts of the query that it shows, as numbers: words with a common stem show the same
    part."""
    number_of: dict[str, int] = {}
    by_stem: dict[str, int] = {}
    words = [texts[first : last + 1] for first, last in matches]
    for text in dict.fromkeys(chain.from_iterable(words)):
        stems = found_by(text)
        number_of[text] = min((by_stem[stem] for stem in stems if stem in by_stem), default=len(number_of))
        by_stem.update(dict.fromkeys(stems - by_stem.keys(), number_of[text]))
    return [frozenset(map(number_of.__getitem__, of_match)) for of_match in words]


def _merged(matches: Sequence[Match]) -> list[Match]:
    """Merge matches that overlap, so that marks never do."""
    merged: list[Match] = []
    for begin, end in matches:
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged
