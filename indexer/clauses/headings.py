"""Headings of clauses: on a line of their own above or below the number, or run in before the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from archive.text.folding import fold
from indexer.clauses.layout import Paragraph, ends_sentence, leads_on
from indexer.clauses.markers import DASHES, MarkerStyle
from indexer.clauses.markers import words as words_of

MAX_WORDS = 16
"""Maximum length of a heading in words, unless it is in capitals or title case."""

MAX_WORDS_IN_CAPITALS = 28
"""The same for a heading in capitals or title case."""

MAX_HEADINGS = 3
"""Maximum number of headings one below the other."""

RUN_IN_WORDS = 12
RUN_IN_CHARACTERS = 160
"""A run-in heading is shorter than these two limits."""

_CLEAN = " .,;:–—-|"
_QUOTES = "\"'“”„‘’«»"
_END_OF_RUN_IN = re.compile(r"(?P<end>[.:]|\s[-–—](?=\s))(?=\s|$)")
_DIRT = re.compile(r" [;,.'`*]$")
_SUM = re.compile(r"\d[.,]\d{3}[.,]\d\d\b")
_VOWELS = frozenset("aeiou")
_TWO_SENTENCES = re.compile(r"\w{4,}\. \w")
_ABBREVIATED = re.compile(r"(?:^|\s)\w(?:\.\w)*$|\b(?:Inc|Ltd|Corp|Co|No|br|čl|st|tač|Mr|Dr|ss)$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading and the words it stands on."""

    text: str
    first: int
    last: int


def is_heading(paragraph: Paragraph) -> bool:
    """Return whether a paragraph looks like a heading: short, capitalized, and without the end of a sentence.

    A heading in capitals or title case may end in a full stop.
    """
    text = _DIRT.sub("", paragraph.body.strip())
    words = text.split()
    if not words or len(words) > MAX_WORDS_IN_CAPITALS:
        return False
    is_title = text.isupper() or _is_title(words)
    if (len(words) > MAX_WORDS and not is_title) or not _begins_with_capital(text) or _TWO_SENTENCES.search(text):
        return False
    if text.endswith((",", ";", ":", "?")) or fold(words[-1]) in words_of("small"):
        return False
    if text.startswith(("[", "(")) or "__" in text or not _has_word(text):
        return False
    if not ends_sentence(text):
        return is_title or paragraph.is_centred or not _has_verb(words)
    return text.endswith(".") and is_title and not _has_verb(words) and (text.isupper() or len(words) <= 8)


_BRACKETED = re.compile(r"\(([^()]{3,100})\)\.?")


def in_brackets(paragraph: Paragraph) -> Heading | None:
    """Return the bracketed heading below an article number, as in Serbian contracts: "(Predmet ugovora)"."""
    found = _BRACKETED.fullmatch(paragraph.text.strip())
    if found is None or not _begins_with_capital(found[1]) or not _has_word(found[1]) or ends_sentence(found[1]):
        return None
    return Heading(found[1].strip(_CLEAN), paragraph.first, paragraph.last)


def own_heading(paragraph: Paragraph) -> Heading | None:
    """Return the heading that is a whole paragraph; None if nothing is left without its marker."""
    cleaned = paragraph.body.strip(_CLEAN)
    # An unpaired quotation mark is OCR noise.
    if sum(map(cleaned.count, _QUOTES)) == 1:
        cleaned = cleaned.strip(_QUOTES)
    if not cleaned:
        return None
    return Heading(cleaned, paragraph.body_first, paragraph.last)


def run_in(paragraph: Paragraph) -> Heading | None:
    """Return the run-in heading between number and text: "2. Term. This Agreement", "1.2 Naziv - Naziv je"."""
    if paragraph.marker is None:
        return None
    body = paragraph.body[:RUN_IN_CHARACTERS].lstrip("".join(DASHES) + " ")
    for match in _END_OF_RUN_IN.finditer(body):
        words = body[: match.start()].split()
        if not words or (match["end"] == "." and _ABBREVIATED.search(body[: match.start()])):
            continue
        following = body[match.end() :].lstrip(" -–—")
        if len(words) > RUN_IN_WORDS or not _begins_with_capital(words[0]) or not _may_follow(following):
            return None
        if _has_verb(words) or _is_cut(" ".join(words)) or not (_is_title(words) or len(words) <= 7):
            return None
        start = paragraph.body_first + len(paragraph.body[:RUN_IN_CHARACTERS].split()) - len(body.split())
        return Heading(" ".join(words), start, start + len(words) - 1)
    return None


def before(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Return the headings at the end of ``paragraphs`` that belong to the clause that follows; often none.

    The heading of a chapter, in capitals or numbered, may precede the clause's own.
    """
    found: list[Paragraph] = []
    for place in range(len(paragraphs) - 1, max(-1, len(paragraphs) - 1 - MAX_HEADINGS), -1):
        paragraph = paragraphs[place]
        style = paragraph.marker.style if paragraph.marker else None
        if style not in {None, MarkerStyle.NUMBER, MarkerStyle.PART}:
            break
        continues = place > 0 and leads_on(paragraphs[place - 1].text)
        if continues or not is_heading(paragraph) or paragraph.in_table or has_several_numbers(paragraph.body):
            break
        if found and not (style or paragraph.text.isupper()):
            break
        found.insert(0, paragraph)
    return found


def has_several_numbers(text: str) -> bool:
    """Return whether a text has several words with digits, or a sum: an address or table row, not a heading."""
    return sum(any(map(str.isdigit, word)) for word in text.split()) > 1 or _SUM.search(text) is not None


def _is_cut(text: str) -> bool:
    """Return whether a text has an unbalanced bracket or begins with a bracketed remark."""
    return text.startswith("[") or text.count("(") != text.count(")") or text.count("[") != text.count("]")


def _has_verb(words: Sequence[str]) -> bool:
    return bool(words_of("verbs") & {fold(word).rstrip(":") for word in words})


def _has_word(text: str) -> bool:
    """Return whether a text has at least three letters and a vowel, which OCR noise often lacks."""
    return sum(map(str.isalpha, text)) >= 3 and bool(_VOWELS & set(fold(text)))


def _begins_with_capital(text: str) -> bool:
    first = next((char for char in text if char.isalnum()), "")
    return first.isupper() or first.isdigit()


def _may_follow(text: str) -> bool:
    return text[:1] in {"", "("} or not next((char for char in text if char.isalnum()), "X").islower()


def _is_title(words: Sequence[str]) -> bool:
    """Return whether words are in title case, function words and one in four aside."""
    large = [word for word in words if fold(word) not in words_of("small") and any(map(str.isalpha, word))]
    capitals = sum(_begins_with_capital(word) for word in large)
    return bool(large) and capitals >= max(1, len(large) - len(large) // 4)
