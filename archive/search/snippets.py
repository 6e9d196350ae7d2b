"""The words of a page that best show why it matched: one stretch of it, or two where one does not show all."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, chain

from archive.search.results import Snippet
from archive.text.analyzer import found_by

SNIPPET_WORDS = 30
"""Words of a snippet; a longer match makes a longer snippet rather than a cut quotation."""

CONSIDERED = 100
"""Matches of a page among which the best stretch is looked for. Pages of text files can have thousands."""

_LEADING = 5
"""One in so many words of a stretch comes before its first match."""

_ELLIPSIS = "…"

Match = tuple[int, int]


def make_snippet(texts: Sequence[str], matches: Sequence[Match], alike: bool = False) -> Snippet:
    """Return a snippet of a page.

    :param texts: the words of the page.
    :param matches: (first, last) indexes into ``texts``, ascending and none inside another. Without any, the snippet
        is the page's beginning.
    :param alike: every match of one printed word answers the same, as in a query of one word; where all are such, only
        the words that are shown are read.
    """
    shown: list[str] = []
    marked: list[Match] = []
    last = -1
    for first, last in _stretches(texts, matches[:CONSIDERED], alike):
        shown += [_ELLIPSIS] if first else []
        shift = len(shown) - first
        marked += [(begin + shift, end + shift) for begin, end in matches if begin >= first and end <= last]
        shown += texts[first : last + 1]
    shown += [_ELLIPSIS] if last < len(texts) - 1 else []
    letters = list(accumulate(map(len, shown), initial=0))
    marks = ((letters[begin] + begin, letters[end + 1] + end) for begin, end in _merged(marked))
    return Snippet(" ".join(shown), tuple(marks))


def _stretches(texts: Sequence[str], matches: Sequence[Match], alike: bool) -> list[Match]:
    """Return the first and last words of the stretches to show, in order."""
    if not matches or len(texts) <= SNIPPET_WORDS:
        return [(0, min(SNIPPET_WORDS, len(texts)) - 1)]
    if (alike and all(first == last for first, last in matches)) or (
        len(matches) <= SNIPPET_WORDS and matches[-1][1] <= _end(matches[0], SNIPPET_WORDS)
    ):
        # No stretch shows more of the query than another, or the first one shows every match.
        return [_fullest(matches, len(texts))]
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
    """Return the stretch of ``size`` words, of ``count``, that shows most of the query and then most matches; and what
    it shows. Longer matches are not cut."""
    lasts = [last for _, last in matches]
    best, chosen = (-1, -1), matches[0]
    for start, match in enumerate(matches):
        end = _end(match, size)
        stop = bisect_right(lasts, end, start, min(start + size, len(lasts)))
        # Sets are put together only where they may come to more than was found by now.
        if (sum(map(len, asked[start:stop])), stop - start) > best:
            different = len(frozenset().union(*asked[start:stop]))
            if (different, stop - start) > best:
                best, chosen = (different, stop - start), (match[0], end)
    first, last = _placed(chosen, size, count)
    shown = (words for (begin, end), words in zip(matches, asked, strict=True) if begin >= first and end <= last)
    return (first, last), frozenset().union(*shown)


def _fullest(matches: Sequence[Match], count: int) -> Match:
    """Return the stretch of most matches, the first of several."""
    lasts = [last for _, last in matches]
    most, chosen = 0, matches[0]
    for start, match in enumerate(matches):
        if len(matches) - start <= most:
            break
        end = _end(match, SNIPPET_WORDS)
        shown = bisect_right(lasts, end, start, min(start + SNIPPET_WORDS, len(lasts))) - start
        if shown > most:
            most, chosen = shown, (match[0], end)
    return _placed(chosen, SNIPPET_WORDS, count)


def _placed(stretch: Match, size: int, count: int) -> Match:
    """Return a stretch that begins and ends with matches, with some words before it, within ``count`` words."""
    first = max(0, min(stretch[0] - size // _LEADING, count - size))
    return first, min(count - 1, max(stretch[1], first + size - 1))


def _end(match: Match, size: int) -> int:
    """Return the last word of a stretch of ``size`` words for whose sake one match stands in it."""
    return max(match[1], match[0] + size - size // _LEADING - 1)


def _asked(texts: Sequence[str], matches: Sequence[Match]) -> list[frozenset[int]]:
    """Return, of each match, what of the query its words answer, as numbers: words that share a stem answer the
    same."""
    number_of: dict[str, int] = {}
    by_stem: dict[str, int] = {}
    words = [texts[first : last + 1] for first, last in matches]
    for text in dict.fromkeys(chain.from_iterable(words)):
        stems = found_by(text)
        number_of[text] = min((by_stem[stem] for stem in stems if stem in by_stem), default=len(number_of))
        by_stem.update(dict.fromkeys(stems - by_stem.keys(), number_of[text]))
    return [frozenset(map(number_of.__getitem__, of_match)) for of_match in words]


def _merged(matches: Sequence[Match]) -> list[Match]:
    """Return matches that share words become one mark, so that marks never overlap."""
    merged: list[Match] = []
    for begin, end in matches:
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged
