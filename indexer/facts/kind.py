"""The kind of a document, by its first known heading; an e-mail is classified by its subject."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
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
"""Header names of sender and subject in mail programs; a printed e-mail has the same header."""


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
    """Return whether a word is the label of the subject of a letter: "Predmet: odgovor na zahtev"."""
    return word >= 0 and text.bare[word] in SUBJECT and text.words[word].endswith(":")


def mail_subject(text: DocumentText) -> tuple[int, int] | None:
    """Return the words of the subject of an e-mail (first > last if empty or missing), None if it is not an e-mail."""
    lines = head_lines(text)
    if not lines.keys() & SENDER:
        return _subject_of_print(text)
    return _first_of(lines, SUBJECT) or (1, 0)


def _first_of(lines: dict[str, tuple[int, int]], names: Collection[str]) -> tuple[int, int] | None:
    """Return the first printed of the lines with one of some names."""
    return next((words for name, words in lines.items() if name in names), None)


RECEIVER = frozenset({"to", "za", "prima", "kome", "an"})
SENT = frozenset({"sent", "date", "poslato", "poslano", "datum", "gesendet"})

PRINT_WORDS = 80
"""Words within which the header of an e-mail printed from a web page begins, below what the page prints."""


def _subject_of_print(text: DocumentText) -> tuple[int, int] | None:
    """Return the words of the subject of a printed e-mail: those of its label, or the line above the sender."""
    lines: dict[str, tuple[int, int]] = {}
    first = 0
    while first < min(PRINT_WORDS, len(text.words)):
        last = text.line_end(first)
        if text.words[first].endswith(":"):
            lines.setdefault(text.fold_of(first), (first, last))
        first = last + 1
    sender = _first_of(lines, SENDER)
    if sender is None or not (lines.keys() & RECEIVER and lines.keys() & (SENT | SUBJECT)):
        return None
    named = _first_of(lines, SUBJECT)
    if named is not None:
        return named[0] + 1, named[1]
    return (text.line_start(sender[0] - 1), sender[0] - 1) if sender[0] else (1, 0)


HEAD_PAGES = 2
HEAD_WORDS = 500
"""Headings are on the first pages; later the same words refer to other documents."""


FORM_PAGES = 3
FORM_BLANKS = 5
BLANK_LENGTH = 6
"""Thresholds for blank forms: the Commissioner publishes each act as a form of one or two pages full of blanks."""

_REPLY = frozenset({"re", "odg", "ad", "aw", "odgovor", "obavestenje", "obavjestenje", "reply", "response"})
"""With what mail programs, and people, begin the subject of a reply."""


TITLED = 0.95
"""How surely a heading in capitals tells the kind."""


@dataclass(frozen=True, slots=True)
class _Marker:
    """The headings of one kind, with further conditions."""

    kind: str
    pattern: re.Pattern[str]
    anywhere: bool
    capitals: bool
    ends: bool
    needs: re.Pattern[str] | None


@cache
def _markers() -> tuple[re.Pattern[str], tuple[_Marker, ...]]:
    """Return one pattern with a numbered group per marker, and the markers in the same order."""
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
    """Return the kind of the document by its first known heading; [] without one."""
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
    """Return the kind of an e-mail by its subject: a request for information, a reply to one, or correspondence."""
    first, last = subject
    words = text.quote(first, last) if first <= last else ""
    request, about = _requests()
    asks = words and any(text.bare[word].startswith(_ASKED) for word in range(first, last + 1))
    told_within = min(len(text.words), last + MAIL_WORDS) if asks else last + 1
    if words and text.bare[first] in _REPLY and any(text.find(about, first, told_within)):
        return text.fact("kind", "foi_reply", subject, "kind.subject", 0.8)
    if words and any(text.find(request, first, last + 1)):
        return text.fact("kind", "foi_request", subject, "kind.subject", 0.8)
    return text.fact("kind", "correspondence", (0, max(0, last)), "kind.mail", 0.8)


_ASKED = ("zahtev", "zahtjev", "request")

MAIL_WORDS = 60
"""Words below its subject within which a reply to a "request" says of what: "u vezi sa zahtevom za pristup …"."""


@cache
def _requests() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of subjects of a request for information, and of mails about such a request."""
    kinds = table("kinds")
    return compiled(kinds["mail_request"]), compiled((*kinds["mail_request"], *kinds["mail_about_request"]))


def _is_blank_form(text: DocumentText) -> bool:
    """Return whether this is a form that was not filled in: it has blanks and no date."""
    if len(text.page_ends) > FORM_PAGES:
        return False
    blanks = sum(1 for word in text.words if len(word) >= BLANK_LENGTH and not word.strip("_.…"))
    return blanks >= FORM_BLANKS and next(text.find(any_date()), None) is None


def headings(text: DocumentText) -> Iterator[tuple[str, TextMatch]]:
    """Yield the known headings on the first pages in text order, each with its kind."""
    return iter(text.once("headings", lambda: _headings(text)))


def _headings(text: DocumentText) -> Iterator[tuple[str, TextMatch]]:
    end = text.words_of_pages(HEAD_PAGES, HEAD_WORDS)
    return merge(_plain(text, end), _spaced(text, end), key=lambda heading: heading[1].first)


CALLED_WITHIN = 120
"""Words in which a price list or a bill calls itself so."""


def calls_itself(text: DocumentText, name: str) -> bool:
    """Return whether a paper is titled as one of those called ``name`` in ``money_terms.toml``."""
    return where_called(text, name) is not None


def where_called(text: DocumentText, name: str) -> int | None:
    """Return the first word of the title by which a paper is one of those called ``name``; None without."""
    for match in text.find(_called(name), end=min(CALLED_WITHIN, len(text.words))):
        # In small letters it begins a line by chance, where a sentence is broken.
        begins = text.begins_line(match.first) and text.is_capitalised(match.first) and not _says_more(text, match)
        if begins or text.quote(match.first, match.last).isupper():
            return match.first
    return None


_VERB = re.compile(
    r"(?:je|se|nije|ce|mora\w*|moze|mogu|treba|ima|vaz[ei]|sadrzi|glasi|obuhvata|predstavlja|izdaj\w+|(?:ispo|do)stavlja\w*)\b"
)
"""The verb of a sentence whose subject is the name of a paper."""


def _says_more(text: DocumentText, title: TextMatch) -> bool:
    """Return whether a title is the subject of a sentence within a paragraph: "Narudžbenica sadrži vrstu usluge"."""
    following = title.last + 1
    if following >= len(text.words) or text.begins_line(following):
        return False
    return text.continues_block(title.first) and _VERB.match(text.folded, text.starts[following]) is not None


@cache
def _called(name: str) -> re.Pattern[str]:
    return compiled(table("money_terms")[name]["words"])


SPACED_LETTERS = 4
"""Minimum number of one-letter words in a row that form a letter-spaced word: "O D L U K A"."""

SPACED_WORDS = 40
"""Maximum number of words, mostly letters, in a letter-spaced heading and its continuation."""


@cache
def _closed_up() -> tuple[tuple[_Marker, re.Pattern[str]], ...]:
    """Return the headings of each kind as patterns without spaces."""
    entries = zip(_markers()[1], table("kinds")["marker"], strict=True)
    return tuple((marker, re.compile("|".join(map(_compact, entry["phrases"])))) for marker, entry in entries)


def _compact(phrase: str) -> str:
    """Return the regular expression for the letters of a phrase; ``*`` matches any letters."""
    return "[a-z]*?".join(map(letters, phrase.split("*")))


def _spaced(text: DocumentText, end: int) -> Iterator[tuple[str, TextMatch]]:
    """Yield letter-spaced headings, with their continuation on the next lines."""
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
    for found in _at_capitals(text, pattern, end):
        listed = (found.match.lastindex or 1) - 1
        for marker in markers[listed:]:
            # A heading that fails the conditions of one kind may be of another: "Rešenje" of an authority or a court.
            here = found if marker is markers[listed] else text.match(marker.pattern, found.match.start())
            if here is None or not _is_heading(text, here, marker):
                continue
            if marker.needs is None or any(text.find(marker.needs, 0, end)):
                yield marker.kind, here
                break


def _at_capitals(text: DocumentText, pattern: re.Pattern[str], end: int) -> Iterator[TextMatch]:
    """Yield the matches that begin a capitalised word, the subject of a letter, or an act below its verb, in a quarter
    of the time of looking everywhere."""
    stop = len(text.folded) if end >= len(text.words) else text.starts[end] - 1
    last = -1
    for word in range(min(end, len(text.words))):
        if word > last and (text.is_capitalised(word) or _is_subject(text, word - 1) or _is_enacted(text, word)):
            match = pattern.match(text.folded, text.inside(word), stop)
            if match is not None:
                last = text.word_at(max(match.start(), match.end() - 1))
                yield TextMatch(word, last, match)


def _is_heading(text: DocumentText, found: TextMatch, marker: _Marker) -> bool:
    """Return whether the words are a heading: capitalized, at the beginning of a line or all in capitals.

    One word in capitals may be a quotation, so the text before it on its line must be in capitals, too. A contract or
    judgment named as evidence ("Dokaz: ...") is another document.
    """
    # In small letters it is a line of its own: else a sentence is broken there.
    if _is_enacted(text, found.first) and (
        text.words[found.first].isupper() or text.line_end(found.first) == found.last
    ):
        return True
    is_title = text.is_capitalised(found.first) or _is_subject(text, found.first - 1)
    if not is_title or (found.first and text.bare[found.first - 1] == "dokaz"):
        return False
    if marker.ends and not _is_last_of_capitals(text, found.last):
        return False
    line = text.line_start(found.first)
    if _in_capitals(text, found) and (found.last > found.first or _begins_in_capitals(text, line, found.first)):
        return True
    if marker.capitals or _TELLS.match(text.folded, found.match.end()):
        return False
    near_start = found.first - line <= 1
    return near_start or (marker.anywhere and _words_are_titled(text, found))


_ENACTS = re.compile(r"\b(?:donos[ei]m?|donije?l[aio]|done(?:o|l[aio])|izdaje|usvaja)\s(?:(?:je|su|sam)\s)?\W?$")
"""The verb before an act: "predsednik opštine donosi ODLUKU o dodeli ugovora"."""

_ENACTS_WITHIN = 20
"""Letters before an act in which its verb stands."""


def _is_enacted(text: DocumentText, word: int) -> bool:
    """Return whether a word follows the verb of an act, in capitals or on the next line."""
    start = text.starts[word]
    if word == 0 or not (text.words[word].isupper() or text.begins_line(word)):
        return False
    return _ENACTS.search(text.folded, max(0, start - _ENACTS_WITHIN), start) is not None


_TELLS = re.compile(r"(?:[^\n:]{0,30}\s)?(?:predvi(?:dj|d)\w+|je|nije|su|nisu)\s(?!odnos)")
"""A verb after the name of a paper: "Plan nabavki za 2022. predviđa …" begins a sentence."""


def _begins_in_capitals(text: DocumentText, line: int, word: int) -> bool:
    """Return whether the line up to ``word``, or at least the word right before it, is in capitals."""
    before = text.words[word - 1] if word > line else ""
    return text.quote(line, word).isupper() or (before.isupper() and len(before) > 2)


_GOES_ON = frozenset({"no", "number", "for", "of", "on", "between", "by", "with", "among", "ref"})


def _is_last_of_capitals(text: DocumentText, word: int) -> bool:
    """Return whether a title in capitals ends with ``word``, or continues with a number or its subject."""
    if word + 1 >= len(text.words) or text.begins_line(word + 1) or not text.words[word].isupper():
        return True
    following = text.words[word + 1]
    return not (following.isupper() and len(following) > 2) or text.bare[word + 1] in _GOES_ON


def _in_capitals(text: DocumentText, found: TextMatch) -> bool:
    return text.quote(found.first, found.last).isupper()


def _words_are_titled(text: DocumentText, found: TextMatch) -> bool:
    return all(text.is_capitalised(word) for word in range(found.first, found.last + 1))
