"""The head of an e-mail: the lines with which mail programs and printed messages begin."""

from __future__ import annotations

from archive.model.words import Break
from indexer.facts.text import DocumentText

SENDER = frozenset({"from", "od", "salje"})
SUBJECT = frozenset({"subject", "predmet", "naslov", "tema"})
"""What mail programs write before the sender and the subject. An e-mail that was printed has the same head."""


def head_lines(text: DocumentText) -> dict[str, tuple[int, int]]:
    """The lines of the first block that begin with a name and a colon: the words that follow, by the folded name."""
    lines: dict[str, tuple[int, int]] = {}
    first = 0
    while first < len(text.words) and (first == 0 or text.breaks[first] == Break.LINE):
        last = text.line_end(first)
        if text.words[first].endswith(":"):
            lines.setdefault(text.fold_of(first), (first + 1, last))
        first = last + 1
    return lines


def subject(text: DocumentText) -> tuple[int, int] | None:
    """The words of an e-mail's subject, first after last where it is empty or missing; None for anything else."""
    lines = head_lines(text)
    if not lines.keys() & SENDER:
        return None
    return next((lines[name] for name in lines.keys() & SUBJECT), (1, 0))
