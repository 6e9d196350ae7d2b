"""The title of a document: its heading, or the subject of an e-mail, as printed."""

from __future__ import annotations

from archive.model import Fact
from indexer.facts import kind
from indexer.facts.kind import headings
from indexer.facts.text import DocumentText

MAX_WORDS = 24
"""Maximum length of a title in words."""

LETTERHEAD_WORDS = 60
"""Without a known heading, a line in capitals within this many words is the title."""


_RUNS_ON = frozenset({"zakljucen", "zakljucena", "koji", "dana", "izmedu", "this", "between"})
"""Words with which the text continues after a title on the same line."""
_NUMBERED = frozenset({"broj", "br", "no", "number", "nr"})


def find(text: DocumentText) -> list[Fact]:
    """Return the title: the subject of an e-mail, the first known heading, or the first line in capitals.

    Lines in capitals below a heading belong to it. An e-mail without a subject has no title: headings in it are quoted.
    """
    subject = kind.mail_subject(text)
    if subject is not None:
        is_there = subject[0] <= subject[1]
        return [text.fact("title", text.quote(*subject), subject, "title.subject", 0.95)] if is_there else []
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
    # Skip a word of punctuation, which is OCR noise.
    while first < last and not any(map(str.isalnum, text.words[first])):
        first += 1
    return [text.fact("title", _without_dirt(text.quote(first, last)), (first, last), rule, confidence)]


def _without_dirt(title: str) -> str:
    """Return a title without surrounding punctuation and unpaired quotation marks."""
    title = title.strip(" ,;:–-_|•~")
    marks = sum(title.count(mark) for mark in '„“”"«»')
    return title.lstrip("„“”\"«»'‘’") if marks == 1 else title


def _first_capitals(text: DocumentText) -> tuple[int, int] | None:
    """Return the first line of two or more words in capitals near the beginning, None without one."""
    for first in range(min(LETTERHEAD_WORDS, text.words_of_pages(1))):
        last = text.line_end(first) if text.begins_line(first) else first
        if last > first and text.quote(first, last).isupper():
            return first, last
    return None


def _line_start_in_capitals(text: DocumentText, first: int) -> int:
    start = text.line_start(first)
    return start if text.quote(start, first).isupper() and first - start < MAX_WORDS // 2 else first


def _end_in_capitals(text: DocumentText, last: int) -> int:
    """Return the last word in capitals that follows word ``last``, across lines of the page."""
    heading_end = last
    end = min(last + MAX_WORDS, text.words_of_pages(text.page_of(last)) - 1)
    while last < end and not text.words[last].endswith((":", ";")):
        following = text.words[last + 1]
        has_letters = any(map(str.isalpha, following))
        goes_on = following.isupper() if has_letters else following.strip("–-().,/").isdigit() or following in "–-/"
        numbers_item = text.begins_line(last + 1) and following[:1].isdigit() and following.endswith((".", ")"))
        if not goes_on or numbers_item or text.fold_of(last + 1) in _RUNS_ON:
            break
        last += 1
    # A page number or a single capital at the beginning of a sentence is not part of the title.
    while last > heading_end and (text.words[last].isdigit() or len(text.words[last]) == 1):
        if text.bare[last - 1] in _NUMBERED:
            break
        last -= 1
    return last


def _end_of_line(text: DocumentText, first: int, last: int) -> int:
    """Return the last word of a title that ends with its line, or where a sentence goes on; ``last`` if it is long."""
    line_end = text.line_end(last)
    for word in range(last + 1, min(line_end, first + MAX_WORDS) + 1):
        if text.fold_of(word) in _RUNS_ON:
            return word - 1
    return line_end if line_end - first < MAX_WORDS else last
