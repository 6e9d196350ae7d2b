"""Texts, numbers and dates in the language of the request. Outside of a request, as on the command line, it is English.

A text is written in English where it is used: ``gettext("Page %(number)s", number=4)``, ``plural("%(count)s page",
"%(count)s pages", count)``. A text that stands in a table is ``marked`` there and translated when it is shown.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.support import NullTranslations
from flask import g, has_request_context
from flask_babel import get_locale, get_translations

from archive import errors
from webapp.languages.negotiation import DEFAULT, LANGUAGES


@dataclass(frozen=True, slots=True)
class Voice:
    """A language with what it takes to speak it: its catalog, its locale, and the signs of its numbers."""

    catalog: Any
    locale: Locale
    signs: dict[int, str]


marked = errors.marked


def gettext(text: str, **values: object) -> str:
    """``text`` in the language of the reader, with ``values`` in its places."""
    translated: str = voice().catalog.ugettext(text)
    return translated % values if values else translated


def form(one: str, many: str, count: int) -> str:
    """``one`` or ``many`` in the language of the reader, as ``count`` asks for; Serbian has three forms."""
    translated: str = voice().catalog.ungettext(one, many, count)
    return translated


def plural(one: str, many: str, count: int, **values: object) -> str:
    """The form that ``count`` asks for, with the values in its places; ``%(count)s`` is the number itself."""
    return form(one, many, count) % {"count": number(count), **values}


def number(value: int | Decimal) -> str:
    """A number with all of its decimals: ``1,234.50``, in Serbian ``1.234,50``."""
    return f"{value:,}".translate(voice().signs)


def long_date(day: datetime.date) -> str:
    """``9 March 2023``, in Serbian ``9. mart 2023.``"""
    return str(format_date(day, "long", locale=voice().locale))


def voice() -> Voice:
    """What speaks to the reader of this request. Flask-Babel would look it up anew for each of a page's 700 texts."""
    try:
        found: Voice = g.voice
    except (AttributeError, RuntimeError):  # It was not asked for yet, or there is no request.
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
