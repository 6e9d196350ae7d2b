"""The stretch of a page's words that best shows why the page matched."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from archive.search.results import Snippet
from archive.text.analyzer import word_form

SNIPPET_WORDS = 30
"""Words of a snippet; a longer match makes a longer snippet rather than a cut quotation."""

CONSIDERED = 100
"""Matches of a page among which the best stretch is looked for. Pages of text files can have thousands."""

_ELLIPSIS = "…"
_LEAD = 6

Match = tuple[int, int]


def make_snippet(texts: Sequence[str], matches: Sequence[Match]) -> Snippet:
    """A snippet of a page.

    :param texts: the words of the page.
    :param matches: (first, last) indexes into ``texts``, ascending and none inside another. Without any, the snippet
        is the page's beginning.
    """
    first, last = _stretch(texts, matches[:CONSIDERED])
    words = texts[first : last + 1]
    before = f"{_ELLIPSIS} " if first > 0 else ""
    after = f" {_ELLIPSIS}" if last < len(texts) - 1 else ""
    shown = [(begin - first, end - first) for begin, end in matches if begin >= first and end <= last]
    marks = []
    for begin, end in _merged(shown):
        start = len(before) + sum(map(len, words[:begin])) + begin
        marks.append((start, start + sum(map(len, words[begin : end + 1])) + end - begin))
    return Snippet(f"{before}{' '.join(words)}{after}", tuple(marks))


def _stretch(texts: Sequence[str], matches: Sequence[Match]) -> Match:
    """The first and last word to show: around the match whose neighbourhood holds most different matched words."""
    if not matches:
        return 0, min(SNIPPET_WORDS, len(texts)) - 1
    lasts = [last for _, last in matches]
    best, chosen = (0, 0), matches[0]
    for start, match in enumerate(matches):
        end = max(match[1], match[0] + SNIPPET_WORDS - _LEAD - 1)
        stop = bisect_right(lasts, end, start, min(start + SNIPPET_WORDS, len(lasts)))
        words = sum(last - first + 1 for first, last in matches[start:stop])
        # Words are read only where there may be more different ones than found by now.
        if (words, stop - start) > best:
            different = 1 if words == 1 else _different(texts, matches[start:stop])
            if (different, stop - start) > best:
                best, chosen = (different, stop - start), (match[0], end)
    first = max(0, min(chosen[0] - _LEAD, len(texts) - SNIPPET_WORDS))
    return first, min(len(texts) - 1, max(chosen[1], first + SNIPPET_WORDS - 1))


def _different(texts: Sequence[str], matches: Sequence[Match]) -> int:
    return len({word_form(text) for first, last in matches for text in texts[first : last + 1]})


def _merged(matches: Sequence[Match]) -> list[Match]:
    """Matches that share words become one mark, so that marks never overlap."""
    merged: list[Match] = []
    for begin, end in matches:
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged
