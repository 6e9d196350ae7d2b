"""The subject of a procurement: its name as printed, found by several patterns.

The name is in quotation marks, after a label, in the sentence of a contract, or after "javna nabavka".
"""

from __future__ import annotations

import re
from functools import cache

from archive.model import Fact
from archive.text.folding import fold
from indexer.facts.text import DocumentText, any_of
from indexer.gazetteer import kinds_with, table

PAGES = 3
"""The subject is stated on the first pages."""

MOST_WORDS = 40
"""A longer text is a description."""

LEAST_LETTERS = 4
"""A word up to this length may be an abbreviation, whose full stop ends no sentence."""

CPV_DIGITS = 8

_OPENING, _CLOSING = "„“”\"«»'‘", "”“\"«»'’"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    words = table("subjects")
    goods, verbs = any_of((*words["kinds_of_goods"], *words["kinds_of_procedure"])), any_of(words["verbs"])
    bought = rf"nabav\w{{1,2}}(?:\s{goods})*"
    item, label = r"(?<=\n)(?:\d+\.?\s){0,2}", any_of(words["labels"])
    # The plural occurs in names of a law, a portal or an office.
    public = r"\bjavn(?:a|e|oj|u|om)"
    return {
        "form": re.compile(r"\bii\.?1\.?1\)?\s\w+\s?:\s?(?=\w)"),
        "quoted": re.compile(rf"{public}\s{bought}[\s:–—-]{{1,3}}(?=[{_OPENING}]\w)"),
        "row": re.compile(rf"{item}{any_of(words['rows'])}\s(?=\w)"),
        "label": re.compile(rf"{item}{label}\s?[:–—-]\s?(?=\S)"),
        "dash": re.compile(rf"{public}\s{bought}\s?[–—-]\s?(?=\S)"),
        "sentence": re.compile(rf"{label}\s(?:{verbs}\s)+(?=\S)"),
        "named": re.compile(rf"{any_of(words['before'])}\s{public}\s{bought}\s(?=[a-z])"),
    }


_RULES = {"form": 0.95, "quoted": 0.93, "row": 0.9, "label": 0.9, "dash": 0.85, "sentence": 0.85, "named": 0.7}
"""Confidence by rule, in order of precedence."""


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(map(fold, table("subjects")[name]))


def find(text: DocumentText, kind: str | None) -> list[Fact]:
    """Return the subject of a procurement document or contract; [] if no rule matches."""
    if kind not in kinds_with("procurement_number") and kind not in kinds_with("contract"):
        return []
    end = text.words_of_pages(PAGES)
    for rule, confidence in _RULES.items():
        for match in text.find(_patterns()[rule], 0, end):
            first = min(text.word_at(match.match.end()), len(text.words) - 1)
            last = _closing(text, first) if rule == "quoted" else _end(text, first, commas=rule != "named")
            if last is not None and _is_name(text, first, last):
                value = text.quote(first, last).strip(f" ,;:.–—-{_OPENING}{_CLOSING}")
                return [text.fact("subject", value, (first, last), f"subject.{rule}", confidence)]
    return []


def _closing(text: DocumentText, first: int) -> int | None:
    """Return the word with the closing quotation mark, None if it is too far."""
    words = range(first, min(first + MOST_WORDS, len(text.words)))
    return next((word for word in words if text.words[word].rstrip(".,;:)")[-1:] in _CLOSING), None)


def _end(text: DocumentText, first: int, *, commas: bool) -> int | None:
    """Return the last word of a name: the end of its sentence or line, or the word before other information.

    :param commas: whether the name may contain commas.
    """
    is_open = False
    for word in range(first, min(first + MOST_WORDS, len(text.words))):
        printed = text.words[word]
        if word > first and not is_open and (_tells_other(text, word) or _begins_item(text, first, word)):
            return _trimmed(text, first, word - 1)
        is_open = (is_open or printed[0] in _OPENING) and printed.rstrip(".,;:)")[-1:] not in _CLOSING
        is_short = printed[:-1].isdigit() or len(printed) <= LEAST_LETTERS
        if printed.endswith((";", ":")) or (printed.endswith(".") and not is_short):
            return word
        if printed.endswith(",") and not commas:
            return word
    return None


def _tells_other(text: DocumentText, word: int) -> bool:
    bare, printed = text.fold_of(word), text.words[word]
    if printed[0] in "([":
        # 16 (šesnaest) kamera
        return not text.fold_of(word - 1).isdigit()
    return bare in _words("stops") or (bare[:8].isdigit() and len(bare) >= CPV_DIGITS)


def _begins_item(text: DocumentText, first: int, word: int) -> bool:
    """Return whether a word begins a line that is another item or label.

    Such a line begins with a number, a dash or, unless all is in capitals, with a capital.
    """
    printed = text.words[word]
    if not text.begins_line(word):
        return False
    if printed[0].isdigit() or printed[0] in "-–—•":
        return True
    runs_on = text.quote(first, word - 1).isupper() and printed.isupper()
    return printed[0].isupper() and not runs_on


def _trimmed(text: DocumentText, first: int, last: int) -> int:
    """Return the last word, trailing dashes, numbers and function words skipped."""
    while last > first and (not any(map(str.isalpha, text.words[last])) or text.fold_of(last) in _words("leading")):
        last -= 1
    return last


def _is_name(text: DocumentText, first: int, last: int) -> bool:
    bare = [text.fold_of(word) for word in range(first, last + 1)]
    if not bare[0].replace("-", "").isalpha() or bare[0] in _words("stops") | _words("leading"):
        return False
    return any(len(word) >= LEAST_LETTERS and word not in _words("empty") for word in bare)
