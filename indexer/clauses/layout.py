"""From words to lines and paragraphs: what a reader sees as one paragraph, whatever the layout made of it.

A PDF or a scan says where its lines and blocks end, and block is not paragraph: a paragraph may be cut by the end of a
page, and a block may hold several. A text file has only line feeds, which stand between lines in one file and between
paragraphs in another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from archive.model.words import Words
from indexer.clauses.lines import Line, lines_of
from indexer.clauses.markers import Marker, read_marker
from indexer.facts.text import DocumentText

_ENDS = re.compile(r"[.;:!?…][\"'“”„’»)\]]*(?: [^\d\s])?$")
"""A single sign after the end of a sentence is dirt that OCR took for one."""

_ENDED_BEFORE = re.compile(r"[.!?] \S$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: its first and last word, its text, and the number or mark that it begins with.

    ``body`` is the text after the marker, empty if that is nothing but signs.
    """

    first: int
    last: int
    text: str
    body: str
    marker: Marker | None

    @property
    def label(self) -> str:
        """The marker as printed, empty if there is none."""
        if self.marker is None:
            return ""
        label = " ".join(self.text.split()[: self.marker.last - self.first + 1])
        return label.removesuffix(self.marker.tail) if self.marker.tail else label

    @property
    def body_first(self) -> int:
        """The first word of the body."""
        if self.marker is None:
            return self.first
        return self.marker.last if self.marker.tail else self.marker.last + 1

    @property
    def is_alone(self) -> bool:
        """Whether the paragraph is a marker and nothing else."""
        return self.marker is not None and not self.body


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence or an item of a list does."""
    return bool(_ENDS.search(text))


def leads_on(text: str) -> bool:
    """Whether a text ends so that the next paragraph belongs to it: with a colon, a semicolon or a comma."""
    return text.endswith((":", ";", ",")) and not _ENDED_BEFORE.search(text)


def paragraphs(text: DocumentText, pages: Sequence[Words]) -> list[Paragraph]:
    """The paragraphs of a document without running heads, running feet and page numbers."""
    found: list[tuple[Marker | None, list[Line]]] = []
    for line in lines_of(text, pages):
        marker = read_marker(text, line.first, line.last)
        if found and not _begins(text, *found[-1], line, marker):
            found[-1][1].append(line)
        else:
            found.append((marker, [line]))
    return [_paragraph(text, lines[0].first, lines[-1].last, marker) for marker, lines in found]


def _paragraph(text: DocumentText, first: int, last: int, marker: Marker | None) -> Paragraph:
    body = text.quote(marker.last + 1 if marker else first, last)
    if marker and marker.tail:
        body = f"{marker.tail} {body}".strip()
    return Paragraph(first, last, text.quote(first, last), body if any(map(str.isalnum, body)) else "", marker)


def _begins(text: DocumentText, marker: Marker | None, lines: Sequence[Line], line: Line, own: Marker | None) -> bool:
    """Whether ``line``, with its ``own`` marker, begins a paragraph after the ``lines`` of one with ``marker``."""
    before = lines[-1]
    if marker is not None and marker.stands_alone and marker.last == before.last:
        return True
    ended = ends_sentence(text.quote(max(lines[0].first, before.last - 1), before.last))
    goes_on = not ended and _goes_on(text, line, own)
    if own is not None:
        return not goes_on or not (before.is_full or line.begins_block)
    # No paragraph begins with a small letter after a full line.
    if before.is_full and _goes_on(text, line, None):
        return False
    if line.begins_block:
        return ended or not (before.is_full or (goes_on and line.page > before.page))
    if not before.is_full or line.is_centred:
        return ended or not goes_on
    # The lines of an item of a list are all indented, those of a paragraph only where it begins.
    return ended and line.is_indented and marker is None


def _goes_on(text: DocumentText, line: Line, marker: Marker | None) -> bool:
    """Whether what a line begins with may stand in the middle of a sentence: a small letter, after a marker too."""
    word = text.words[marker.last + 1 if marker and marker.last < line.last else line.first]
    if marker is not None and marker.tail:
        word = marker.tail
    return next((char for char in word if char.isalnum()), "").islower()
