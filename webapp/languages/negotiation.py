"""Which of our languages a reader gets: the one chosen, or else what the browser asks for."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import LanguageAccept


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the reading room. ``tag`` is its BCP 47 tag, ``name`` what its speakers call it, ``locale`` the
    name of its catalog and of its numbers and dates."""

    tag: str
    name: str
    locale: str


# British English writes the day before the month, as Serbian does and as our readers expect.
_TABLE = (
    Language("sr-Latn", "Srpski", "sr_Latn"),
    Language("sr-Cyrl", "Српски", "sr_Cyrl"),
    Language("en", "English", "en_GB"),
)

LANGUAGES = {language.tag: language for language in _TABLE}
"""Our languages by tag, in the order in which they are offered."""

DEFAULT = "en"
"""The language of readers whose browser asks for none of ours, and of programs."""

_READ_SERBIAN = frozenset({"sr", "bs", "hr", "sh", "cnr", "me"})
"""Languages whose speakers read Serbian. ``sh`` and ``me`` are old tags that browsers still send."""


def negotiate(asked: LanguageAccept, chosen: str | None) -> Language:
    """Return the language for a reader who chose ``chosen``, if any, and whose browser asks for ``asked``.

    Werkzeug's own ``best_match`` finds nothing for ``sr`` or ``sr-RS`` among tags with a script; so the script of a tag
    decides here, and Latin is meant where it names none.
    """
    if chosen in LANGUAGES:
        return LANGUAGES[chosen]
    for tag, quality in asked:
        ours = _ours(tag) if quality > 0 else None
        if ours is not None:
            return LANGUAGES[ours]
    return LANGUAGES[DEFAULT]


def _ours(tag: str) -> str | None:
    language, *rest = tag.replace("_", "-").casefold().split("-")
    if language in _READ_SERBIAN:
        return "sr-Cyrl" if "cyrl" in rest else "sr-Latn"
    return "en" if language == "en" else None
