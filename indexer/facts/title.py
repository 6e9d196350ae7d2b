"""What the document calls itself: its heading, or the subject of an e-mail, as printed."""

from __future__ import annotations

from archive.model import Fact
from archive.words import Break
from indexer.facts.kind import headings
from indexer.facts.text import DocumentText

MAX_WORDS = 24
"""A title is a line or three; what runs on longer is text."""

LETTERHEAD_WORDS = 60
"""Without a known heading, a line in capitals this near to the beginning is taken for the title."""


_RUNS_ON = frozenset({"zakljucen", "zakljucena", "koji", "dana", "izmedu", "this", "between"})
"""Words with which the text goes on after a title on the same line."""

_SENDER = frozenset({"from", "od", "salje"})
_SUBJECT = frozenset({"subject", "predmet", "naslov", "tema"})
"""What mail programs write before the sender and the subject. An e-mail that was printed has the same head."""


def find(text: DocumentText) -> list[Fact]:
    """The subject of an e-mail. Of anything else, the first known heading with the lines in capitals that follow it, or
    the first line in capitals.

    An e-mail without a subject has no title: the headings in it are those of something it quotes.
    """
    head = _head_lines(text)
    if head.keys() & _SENDER:
        subjects = [head[name] for name in head.keys() & _SUBJECT if head[name][0] <= head[name][1]]
        return [text.fact("title", text.quote(*words), words, "title.subject", 0.95) for words in subjects[:1]]
    heading = next(headings(text), None)
    if heading is not None:
        first, last = heading[1].first, heading[1].last
        rule, confidence = "title.heading", 0.85
    else:
        line = _first_capitals(text)
        if line is None:
            return []
        first, last = line
        rule, confidence = "title.first-capitals", 0.5
    if text.quote(first, last).isupper():
        first, last = _line_start_in_capitals(text, first), _end_in_capitals(text, last)
    else:
        last = _end_of_line(text, first, last)
    return [text.fact("title", text.quote(first, last).strip(" ,;:–-_"), (first, last), rule, confidence)]


def _head_lines(text: DocumentText) -> dict[str, tuple[int, int]]:
    """The lines of the first block that begin with a name and a colon: the words that follow, by the folded name."""
    lines: dict[str, tuple[int, int]] = {}
    first = 0
    while first < len(text.words) and (first == 0 or text.breaks[first] == Break.LINE):
        last = text.line_end(first)
        if text.words[first].endswith(":"):
            lines.setdefault(text.fold_of(first), (first + 1, last))
        first = last + 1
    return lines


def _first_capitals(text: DocumentText) -> tuple[int, int] | None:
    """The first line of two or more words in capitals, near the beginning."""
    for first in range(min(LETTERHEAD_WORDS, text.words_of_pages(1))):
        last = text.line_end(first) if text.begins_line(first) else first
        if last > first and text.quote(first, last).isupper():
            return first, last
    return None


def _line_start_in_capitals(text: DocumentText, first: int) -> int:
    start = text.line_start(first)
    return start if text.quote(start, first).isupper() and first - start < MAX_WORDS // 2 else first


def _end_in_capitals(text: DocumentText, last: int) -> int:
    """The last word of the capitals that follow word ``last``, across lines, on its page."""
    heading_end = last
    end = min(last + MAX_WORDS, text.words_of_pages(text.page_of(last)) - 1)
    while last < end and not text.words[last].endswith((":", ";")):
        following = text.words[last + 1]
        has_letters = any(map(str.isalpha, following))
        goes_on = following.isupper() if has_letters else following.strip("–-().,/").isdigit() or following in "–-/"
        if not goes_on or text.fold_of(last + 1) in _RUNS_ON:
            break
        last += 1
    # A page number, or the single capital with which a sentence begins, is no part of the title.
    while last > heading_end and (text.words[last].isdigit() or len(text.words[last]) == 1):
        last -= 1
    return last


def _end_of_line(text: DocumentText, first: int, last: int) -> int:
    """The last word of a title that ends with its line, or where the sentence goes on; ``last`` on a long line."""
    line_end = text.line_end(last)
    for word in range(last + 1, min(line_end, first + MAX_WORDS) + 1):
        if text.fold_of(word) in _RUNS_ON:
            return word - 1
    return line_end if line_end - first < MAX_WORDS else last
