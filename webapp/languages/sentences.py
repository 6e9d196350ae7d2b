"""What the archive says, in the language of the reader.

The archive knows no languages: its errors, notes and reasons are English sentences with names and numbers in them. A
catalog holds such a sentence with ``%(name)s`` where those stand; here it is recognised by the rest of its words. What
stands in a place whose name begins with ``our_`` are words of ours in their turn, and said, too. Where it begins with
``word_``, only words that are known fit, or a value without small letters, such as a currency.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from itertools import islice

from archive.errors import DosijeError
from webapp.languages.negotiation import DEFAULT
from webapp.languages.spoken_by_archive import SENTENCES
from webapp.languages.translation import gettext, number, voice

_PLACE = re.compile(r"%\((\w+)\)s")
_OURS, _KNOWN = "our_", "word_"
_SMALL = re.compile(r"[a-z]")
_JOINT = re.compile(r"(?<=[.!?]) |, ")
_MOST_JOINTS = 12
"""Places at which a text is tried for two sentences. The archive never puts so many together."""

_LONGEST = 1000
"""Characters of a text that is recognised. None of ours is as long; comparing one with all we have takes a while."""

_MEASURES = frozenset({"confidence", "degrees", "limit", "share"})
_FRACTION = re.compile(r"[0-9]+\.[0-9]+")
"""A number that we measured is written with the reader's decimal sign; one that somebody typed stays as he typed it."""

_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")


@dataclass(frozen=True, slots=True)
class Recognised:
    """A sentence as the catalogs have it, what stands in its places, and what joins it to the next one."""

    text: str
    values: Mapping[str, str]
    joint: str = ""


def said(sentence: str) -> str:
    """A sentence, several, or a word of the archive in the reader's language; what no catalog has stays as it is."""
    if not sentence or voice().locale.language == DEFAULT:
        return sentence
    # Other modules mark texts for the catalogs, too.
    translated = gettext(sentence)
    if translated != sentence:
        return translated
    return "".join(_said(each) + each.joint for each in recognise(sentence)) or sentence


def said_error(error: DosijeError) -> str:
    """What failed and what to try, in the reader's language."""
    return " ".join(said(each) for each in (error.message, error.remedy) if each)


@lru_cache(maxsize=4096)
def recognise(text: str) -> tuple[Recognised, ...]:
    """The sentences, or words with commas, that a text is made of; none if one of them is in no catalog."""
    if text in _texts():
        return (Recognised(text, {}),)
    if len(text) > _LONGEST:
        return ()
    # Pieces come before the whole: the last place of a sentence would swallow whatever follows.
    for joint in islice(_JOINT.finditer(text), _MOST_JOINTS):
        first = text[: joint.start()]
        found = Recognised(first, {}) if first in _texts() else _by_shape(first)
        if found and (rest := recognise(text[joint.end() :])):
            return (replace(found, joint=joint[0]), *rest)
    whole = _by_shape(text)
    return (whole,) if whole else ()


def _by_shape(sentence: str) -> Recognised | None:
    for pattern, text in _patterns():
        match = pattern.fullmatch(sentence)
        if match and all(_fits(name, value) for name, value in match.groupdict().items()):
            return Recognised(text, match.groupdict())
    return None


def _fits(name: str, value: str) -> bool:
    return not name.startswith(_KNOWN) or not _SMALL.search(value) or bool(recognise(value))


def _said(sentence: Recognised) -> str:
    translated = gettext(sentence.text)
    values = {name: _value(name, value) for name, value in sentence.values.items()}
    return translated % values if values else translated


def _value(name: str, value: str) -> str:
    if name.startswith((_OURS, _KNOWN)):
        return said(value)
    if name in _MEASURES and _FRACTION.fullmatch(value):
        return number(Decimal(value))
    return number(int(value.replace(",", ""))) if _GROUPED.fullmatch(value) else value


@cache
def _texts() -> frozenset[str]:
    return frozenset(text for text in SENTENCES if not _PLACE.search(text))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    # The sentence with most words of its own comes first, so that a general one never takes the place of a special one.
    with_places = sorted(filter(_PLACE.search, SENTENCES), key=lambda text: -len(_PLACE.sub("", text)))
    return tuple((_pattern(text), text) for text in with_places)


def _pattern(text: str) -> re.Pattern[str]:
    own, seen = [], set[str]()
    for at, piece in enumerate(_PLACE.split(text)):
        if at % 2 == 0:
            own.append(re.escape(piece.replace("%%", "%")))
        else:
            own.append(f"(?P={piece})" if piece in seen else f"(?P<{piece}>.+?)")
            seen.add(piece)
    return re.compile("".join(own), re.DOTALL)
