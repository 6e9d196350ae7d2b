"""What kind of document is this? Its first heading says so, or nothing does. An e-mail has a subject instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from heapq import merge

from archive.model import Fact
from archive.model.words import Break
from indexer.facts.calendar import any_date
from indexer.facts.text import DocumentText, TextMatch, any_of, beginning, compiled, letters
from indexer.gazetteer import kinds_with, table

SENDER = frozenset({"from", "od", "salje"})
SUBJECT = frozenset({"subject", "predmet", "naslov", "tema"})
"""What mail programs write before the sender and the subject. An e-mail that was printed has the same head."""


def head_lines(text: DocumentText) -> dict[str, tuple[int, int]]:
    """Return the lines of the first block that begin with a name and a colon: the words that follow, by the folded
    name. The subject may stand in a block of its own below."""
    lines: dict[str, tuple[int, int]] = {}
    first = 0
    while first < len(text.words) and (first == 0 or text.breaks[first] == Break.LINE or _is_subject(text, first)):
        last = text.line_end(first)
        if text.words[first].endswith(":"):
            lines.setdefault(text.fold_of(first), (first + 1, last))
        first = last + 1
    return lines


def _is_subject(text: DocumentText, word: int) -> bool:
    return text.bare[word] in SUBJECT and text.words[word].endswith(":")


def mail_subject(text: DocumentText) -> tuple[int, int] | None:
    """Return the words of an e-mail's subject, first after last where it is empty or missing; None for anything
    else."""
    lines = head_lines(text)
    if not lines.keys() & SENDER:
        return None
    return next((lines[name] for name in lines.keys() & SUBJECT), (1, 0))


HEAD_PAGES = 2
HEAD_WORDS = 500
"""A heading stands on the first pages; further on, the same words are talk about other documents."""


FORM_PAGES = 3
FORM_BLANKS = 5
BLANK_LENGTH = 6
"""The Commissioner publishes every act under the information law as a form of a page or two, full of long blanks."""

_REPLY = frozenset({"re", "odg", "ad", "aw", "odgovor", "obavestenje", "obavjestenje", "reply", "response"})
"""With what mail programs, and people, begin the subject of a reply."""


TITLED = 0.95
"""How surely a heading in capitals tells the kind."""


@dataclass(frozen=True, slots=True)
class _Marker:
    """The headings of one kind and what they need beside their words."""

    kind: str
    pattern: re.Pattern[str]
    anywhere: bool
    capitals: bool
    ends: bool
    needs: re.Pattern[str] | None


@cache
def _markers() -> tuple[re.Pattern[str], tuple[_Marker, ...]]:
    """Return one expression with a numbered group for each marker, and the markers in the same order."""
    entries = table("kinds")["marker"]
    every = beginning(phrase for entry in entries for phrase in entry["phrases"])
    pattern = re.compile(every + "(?:" + "|".join(f"({any_of(entry['phrases'])})" for entry in entries) + ")")
    markers = tuple(
        _Marker(
            kind=entry["kind"],
            pattern=compiled(entry["phrases"]),
            anywhere=entry.get("anywhere", False),
            capitals=entry.get("capitals", False),
            ends=entry.get("ends", False),
            needs=compiled(entry["needs"]) if "needs" in entry else None,
        )
        for entry in entries
    )
    return pattern, markers


def find(text: DocumentText) -> list[Fact]:
    """Return the kind of the document, from the heading that comes first; none where no heading is known."""
    subject = mail_subject(text)
    if subject is not None:
        return [_of_mail(text, subject)]
    heading = next(headings(text), None)
    if heading is None:
        return []
    kind, found = heading
    where = (found.first, found.last)
    if kind in kinds_with("foi") and _is_blank_form(text):
        return [text.fact("kind", "form", where, "kind.blank-form", 0.8)]
    return [text.fact("kind", kind, where, "kind.heading", TITLED if _in_capitals(text, found) else 0.85)]


def _of_mail(text: DocumentText, subject: tuple[int, int]) -> Fact:
    """Return the kind of an e-mail: correspondence, or the request for information, or the reply to one, that its
    subject names."""
    first, last = subject
    words = text.quote(first, last) if first <= last else ""
    request, about = _requests()
    if words and text.bare[first] in _REPLY and any(text.find(about, first, last + 1)):
        return text.fact("kind", "foi_reply", subject, "kind.subject", 0.8)
    if words and any(text.find(request, first, last + 1)):
        return text.fact("kind", "foi_request", subject, "kind.subject", 0.8)
    return text.fact("kind", "correspondence", (0, max(0, last)), "kind.mail", 0.8)


@cache
def _requests() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what the subject of a request for information says, and what one about such a request says."""
    kinds = table("kinds")
    return compiled(kinds["mail_request"]), compiled((*kinds["mail_request"], *kinds["mail_about_request"]))


def _is_blank_form(text: DocumentText) -> bool:
    """Return whether this is a printed form that nobody has filled in: lines to write on, and no date."""
    if len(text.page_ends) > FORM_PAGES:
        return False
    blanks = sum(1 for word in text.words if len(word) >= BLANK_LENGTH and not word.strip("_.…"))
    return blanks >= FORM_BLANKS and next(text.find(any_date()), None) is None


def headings(text: DocumentText) -> Iterator[tuple[str, TextMatch]]:
    """Return every known heading on the first pages, with the kind it announces, in the order of the text."""
    end = text.words_of_pages(HEAD_PAGES, HEAD_WORDS)
    return merge(_plain(text, end), _spaced(text, end), key=lambda heading: heading[1].first)


CALLED_WITHIN = 120
"""Words in which a price list or a bill calls itself so."""


def calls_itself(text: DocumentText, name: str) -> bool:
    """Return whether a paper is titled as one of those called ``name`` in ``money_terms.toml``."""
    for match in text.find(_called(name), end=min(CALLED_WITHIN, len(text.words))):
        # In small letters it begins a line by chance, where a sentence is broken.
        begins = text.begins_line(match.first) and text.is_capitalised(match.first)
        if begins or text.quote(match.first, match.last).isupper():
            return True
    return False


@cache
def _called(name: str) -> re.Pattern[str]:
    return compiled(table("money_terms")[name]["words"])


SPACED_LETTERS = 4
"""So many words of one letter in a row are a word printed with spaces between its letters: "O D L U K A"."""

SPACED_WORDS = 40
"""Words, mostly letters, that a spaced heading and what it goes on with may have."""


@cache
def _closed_up() -> tuple[tuple[_Marker, re.Pattern[str]], ...]:
    """Return the headings of each kind without the spaces between their words and letters."""
    entries = zip(_markers()[1], table("kinds")["marker"], strict=True)
    return tuple((marker, re.compile("|".join(map(_compact, entry["phrases"])))) for marker, entry in entries)


def _compact(phrase: str) -> str:
    """Return the expression for the letters of a phrase; a star stands for any."""
    return "[a-z]*?".join(map(letters, phrase.split("*")))


def _spaced(text: DocumentText, end: int) -> Iterator[tuple[str, TextMatch]]:
    """Yield headings printed with spaces between their letters, with what follows in the next lines."""
    word = 0
    while word < end:
        last = word
        while last < end and len(text.bare[last]) <= len("nj") and text.bare[last].isalpha():
            last += 1
        if last - word >= SPACED_LETTERS and (text.begins_line(word) or text.words[word].isupper()):
            closed = "".join(text.bare[word : min(end, word + SPACED_WORDS)])
            for marker, pattern in _closed_up():
                found = pattern.match(closed)
                if found and (marker.needs is None or any(text.find(marker.needs, 0, end))):
                    yield marker.kind, TextMatch(word, last - 1, found)
                    break
        word = max(last, word + 1)


def _plain(text: DocumentText, end: int) -> Iterator[tuple[str, TextMatch]]:
    pattern, markers = _markers()
    for found in text.find(pattern, 0, end):
        listed = (found.match.lastindex or 1) - 1
        for marker in markers[listed:]:
            # A heading that lacks what one kind needs may be another's: "Rešenje" is an authority's or a court's.
            here = found if marker is markers[listed] else text.match(marker.pattern, found.match.start())
            if here is None or not _is_heading(text, here, marker):
                continue
            if marker.needs is None or any(text.find(marker.needs, 0, end)):
                yield marker.kind, here
                break


def _is_heading(text: DocumentText, found: TextMatch, marker: _Marker) -> bool:
    """Return whether the words stand as a heading: a capital first, at the beginning of a line or all in capitals.

    One word in capitals may be a quotation within a sentence, so what is before it on its line must be in capitals
    too. A contract or judgment named as evidence ("Dokaz: ...") is another document.
    """
    if not text.is_capitalised(found.first) or (found.first and text.bare[found.first - 1] == "dokaz"):
        return False
    if marker.ends and not _is_last_of_capitals(text, found.last):
        return False
    line = text.line_start(found.first)
    if _in_capitals(text, found) and (found.last > found.first or _begins_in_capitals(text, line, found.first)):
        return True
    if marker.capitals:
        return False
    near_start = found.first - line <= 1
    return near_start or (marker.anywhere and _words_are_titled(text, found))


def _begins_in_capitals(text: DocumentText, line: int, word: int) -> bool:
    """Return whether the line up to ``word``, or at least the word right before it, is in capitals."""
    before = text.words[word - 1] if word > line else ""
    return text.quote(line, word).isupper() or (before.isupper() and len(before) > 2)


_GOES_ON = frozenset({"no", "number", "for", "of", "on", "between", "by", "with", "among", "ref"})


def _is_last_of_capitals(text: DocumentText, word: int) -> bool:
    """Return whether a title in capitals ends with ``word``, or goes on with a number or with what it is about."""
    if word + 1 >= len(text.words) or text.begins_line(word + 1) or not text.words[word].isupper():
        return True
    following = text.words[word + 1]
    return not (following.isupper() and len(following) > 2) or text.bare[word + 1] in _GOES_ON


def _in_capitals(text: DocumentText, found: TextMatch) -> bool:
    return text.quote(found.first, found.last).isupper()


def _words_are_titled(text: DocumentText, found: TextMatch) -> bool:
    return all(text.is_capitalised(word) for word in range(found.first, found.last + 1))
