"""Translation of texts, numbers and dates to the language of the request; English outside of a request.

A text is written in English where it is used: ``gettext("Page %(number)s", number=4)``, ``plural("%(count)s page",
"%(count)s pages", count)``. A text in a table is ``marked`` there and translated when it is shown.

Messages of the archive go through ``said``. An error or note of this process is a :class:`~archive.errors.Message`: its
template is translated, then filled with its values. A message from the database or another process is an English
sentence. It is matched against the templates of the message catalog, which have the context ``ARCHIVE`` there, because
a compromised process can send any text, but no template.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_compact_decimal, format_percent
from babel.support import NullTranslations
from flask import g, has_request_context
from flask_babel import get_locale, get_translations

from archive import errors
from archive.errors import DosijeError, Message
from webapp.languages.negotiation import DEFAULT, LANGUAGES


@dataclass(frozen=True, slots=True)
class Voice:
    """A language for output: message catalog, locale, and number separators."""

    catalog: Any
    locale: Locale
    signs: dict[int, str]


marked = errors.marked


def gettext(text: str, **values: object) -> str:
    """Return ``text`` in the language of the reader, formatted with ``values``."""
    translated: str = voice().catalog.ugettext(text)
    return translated % values if values else translated


def form(one: str, many: str, count: int) -> str:
    """Return the plural form for ``count`` in the language of the reader; Serbian has three."""
    translated: str = voice().catalog.ungettext(one, many, count)
    return translated


def plural(one: str, many: str, count: int, **values: object) -> str:
    """Return the plural form for ``count``, formatted with the values; ``%(count)s`` is the number itself."""
    return form(one, many, count) % ({"count": number(count), **values} if values else {"count": number(count)})


def number(value: int | Decimal) -> str:
    """Return a formatted number with all of its decimals: ``1,234.50``, in Serbian ``1.234,50``."""
    if type(value) is int and -1000 < value < 1000:
        return str(value)  # No separators in any language.
    return f"{value:,}".translate(voice().signs)


def percent(share: float) -> str:
    """Return a fraction as a whole percentage: ``93%``."""
    return str(format_percent(share, locale=voice().locale))


def short_number(value: Decimal) -> str:
    """Return a large number in thousands or millions: ``1.2M``, in Serbian ``1,2 mil.``"""
    return str(format_compact_decimal(value, format_type="short", locale=voice().locale, fraction_digits=1))


def long_date(day: datetime.date) -> str:
    """Return ``9 March 2023``, in Serbian ``9. mart 2023.``"""
    return str(format_date(day, "long", locale=voice().locale))


def short_date(day: datetime.date) -> str:
    """Return ``9 Mar 2023``, in Serbian ``9. 3. 2023.``, where there is little room."""
    locale = voice().locale
    return str(format_date(day, "d MMM y" if locale.language == "en" else "medium", locale=locale))


def month_and_year(day: datetime.date) -> str:
    """Return ``March 2023``, in Serbian ``mart 2023.``"""
    return str(format_skeleton("yMMMM", day, locale=voice().locale))


def voice() -> Voice:
    """Return the language of the current request, from a cache: a page has 700 texts."""
    try:
        # The object itself, because the proxy would be used 400 times per page.
        found: Voice = g._get_current_object().voice
    except (AttributeError, RuntimeError):  # It is not cached yet, or there is no request.
        if not has_request_context():
            return _english()
        found = g.voice = _voice(get_translations(), get_locale())
    return found


@cache
def _english() -> Voice:
    return _voice(NullTranslations(), Locale.parse(LANGUAGES[DEFAULT].locale))


def _voice(catalog: Any, locale: Locale) -> Voice:
    symbols = locale.number_symbols["latn"]
    return Voice(catalog, locale, str.maketrans({",": symbols["group"], ".": symbols["decimal"]}))


ARCHIVE = "archive"
"""The gettext context of templates of the archive."""

_PLACE = re.compile(r"%\((\w+)\)s")
_OURS = "our_"
"""Prefix of placeholders whose values are translated, too."""

_JOINT = re.compile(r"(?<=[.!?]) |, ")
_MOST_JOINTS = 12
"""Maximum number of positions at which a text is split into sentences."""

_LONGEST = 1000
"""Maximum length of a text that is matched; none of ours is longer."""

_MEASURES = frozenset({"confidence", "degrees", "limit", "share"})
_FRACTION = re.compile(r"[0-9]+\.[0-9]+")
"""A measured number, which is shown with the decimal separator of the language; typed numbers are unchanged."""

_NUMBERS = frozenset({"byte", "count", "days", "done", "least", "limit", "most", "total"})
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")


def said(sentence: str) -> str:
    """Return a message or label of the archive in the language of the reader; unchanged if it has no translation."""
    if not sentence or voice().locale.language == DEFAULT:
        return sentence
    if isinstance(sentence, Message) and sentence.values:
        return _filled(sentence.template, sentence.values)
    translated = gettext(sentence)
    return translated if translated != sentence else _translated(sentence) or sentence


def said_error(error: DosijeError) -> str:
    """Return message and remedy of an error in the language of the reader."""
    return " ".join(said(each) for each in (error.message, error.remedy) if each)


def _filled(template: str, values: Mapping[str, str]) -> str:
    translated: str = voice().catalog.upgettext(ARCHIVE, template)
    return translated % {name: _value(name, value) for name, value in values.items()}


def _value(name: str, value: str) -> str:
    if name.startswith(_OURS) or isinstance(value, Message):
        return said(value)
    if name in _MEASURES and _FRACTION.fullmatch(value):
        return number(Decimal(value))
    is_number = name in _NUMBERS and _GROUPED.fullmatch(value)
    return number(int(value.replace(",", ""))) if is_number else value


def _translated(text: str) -> str | None:
    """Return the translated sentences of a text, None if one of them has no translation."""
    found = recognise(text, voice().catalog)
    return "".join(gettext(t) + joint if not values else _filled(t, values) + joint for t, values, joint in found)


@lru_cache(maxsize=4096)
def recognise(text: str, catalog: Any) -> tuple[tuple[str, Mapping[str, str], str], ...]:
    """Return the templates that a text was made from, each with its values and the separator after it.

    It is empty if a part matches no template.
    """
    if catalog.ugettext(text) != text:
        return ((text, {}, ""),)
    if len(text) > _LONGEST:
        return ()
    # Parts come before the whole: the last placeholder of a template would match everything after it.
    for joint in islice(_JOINT.finditer(text), _MOST_JOINTS):
        first = text[: joint.start()]
        if (found := _recognise_one(first, catalog)) and (rest := recognise(text[joint.end() :], catalog)):
            return ((*found, joint[0]), *rest)
    whole = _recognise_one(text, catalog)
    return ((*whole, ""),) if whole else ()


def _recognise_one(sentence: str, catalog: Any) -> tuple[str, Mapping[str, str]] | None:
    if catalog.ugettext(sentence) != sentence:
        return sentence, {}
    for own, template in _templates(catalog):
        # A substring test excludes most templates; regular expressions are slow.
        if all(words in sentence for words in own) and (match := _pattern(template).fullmatch(sentence)):
            return template, match.groupdict()
    return None


@cache
def _templates(catalog: Any) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return the templates of the archive with their literal parts, longest first: specific ones take precedence."""
    begin = f"{ARCHIVE}\x04"
    ids = [key.removeprefix(begin) for key in catalog._catalog if isinstance(key, str) and key.startswith(begin)]
    split = [(tuple(piece.replace("%%", "%") for piece in _PLACE.split(id_)[::2]), id_) for id_ in ids]
    return tuple(sorted(split, key=lambda each: -len("".join(each[0]))))


@cache
def _pattern(text: str) -> re.Pattern[str]:
    own, seen = [], set[str]()
    for at, piece in enumerate(_PLACE.split(text)):
        if at % 2 == 0:
            own.append(re.escape(piece.replace("%%", "%")))
        else:
            own.append(f"(?P={piece})" if piece in seen else f"(?P<{piece}>.+?)")
            seen.add(piece)
    return re.compile("".join(own), re.DOTALL)
