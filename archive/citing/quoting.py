"""Quotation marks in a text: what stands between an opening mark and the closing one that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator

from archive.citing.wording import QUOTATION_MARKS

_SIGNS = frozenset(QUOTATION_MARKS) | frozenset("§%€$£#@&+±−≤≥")


def outermost_quotations(text: str) -> Iterator[tuple[int, int]]:
    """The places of opening and closing marks, of quotations that stand in no other one.

    English closes with the mark that Serbian writing opens with, so a mark is told by what stands beside it: an opening
    one has a word behind it and none before. Where a mark has no partner, a quotation ends with the last mark of its
    paragraph.
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


def _opens(text: str, at: int) -> bool:
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 3]
    if before and before in QUOTATION_MARKS:
        return after[:1].isalnum()
    begins = after[:1].isalnum() or after[:1] in ("(", "[", "…", "-", "–", "<") or after == ".." or after[:1] in _SIGNS
    return begins and (not before or before.isspace() or before in "([—–-/:")
