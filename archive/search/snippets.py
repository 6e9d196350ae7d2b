"""The stretch of a page's words that best shows why the page matched."""

from __future__ import annotations

from collections.abc import Sequence

from archive.search.results import Snippet
from archive.text.analyzer import word_form

SNIPPET_WORDS = 30
"""Words of a snippet; a longer match makes a longer snippet rather than a cut quotation."""

_ELLIPSIS = "…"
_LEAD = 6


def make_snippet(texts: Sequence[str], matches: Sequence[tuple[int, int]]) -> Snippet:
    """A snippet of a page.

    :param texts: the words of the page.
    :param matches: (first, last) indexes into ``texts``, ascending and none inside another. Without any, the snippet
        is the page's beginning.
    """
    first, last = _stretch(texts, matches)
    shown = [match for match in matches if match[0] >= first and match[1] <= last]
    marks: list[tuple[int, int]] = []
    starts: list[int] = []
    text = f"{_ELLIPSIS} " if first > 0 else ""
    for index in range(first, last + 1):
        starts.append(len(text))
        text += texts[index] + (" " if index < last else "")
    for begin, end in _merged(shown):
        marks.append((starts[begin - first], starts[end - first] + len(texts[end])))
    if last < len(texts) - 1:
        text += f" {_ELLIPSIS}"
    return Snippet(text, tuple(marks))


def _stretch(texts: Sequence[str], matches: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The first and last word to show: around the match whose neighbourhood holds most different matched words."""
    if not matches:
        return 0, min(SNIPPET_WORDS, len(texts)) - 1
    best: tuple[int, int, int] | None = None
    for start, (begin, _) in enumerate(matches):
        end = max(matches[start][1], begin + SNIPPET_WORDS - _LEAD - 1)
        near = [match for match in matches[start : start + SNIPPET_WORDS] if match[1] <= end]
        different = len({word_form(texts[index]) for match in near for index in range(match[0], match[1] + 1)})
        candidate = (different, len(near), -start)
        if best is None or candidate > best:
            best = candidate
    assert best is not None
    begin, end = matches[-best[2]]
    first = max(0, min(begin - _LEAD, len(texts) - SNIPPET_WORDS))
    return first, min(len(texts) - 1, max(end, first + SNIPPET_WORDS - 1))


def _merged(matches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Matches that share words become one mark, so that marks never overlap."""
    merged: list[tuple[int, int]] = []
    for begin, end in matches:
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged
