"""Names of the values of kind, language and quality."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from archive.model import KINDS, Quality
from archive.search.facets import label
from archive.search.request import UNKNOWN
from archive.text.folding import fold

_WORD = re.compile(r"(?:[^\W_]|[*?])+")
_CODE = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?", re.IGNORECASE)
_SCRIPTS = ("Cyrl", "Latn")

_SERBIAN_KINDS = {
    "javni poziv": "tender_notice",
    "konkursna dokumentacija": "tender_documents",
    "tenderska dokumentacija": "tender_documents",
    "izmena konkursne dokumentacije": "tender_amendment",
    "odluka o dodeli ugovora": "award_decision",
    "obustava postupka": "cancellation",
    "ugovor": "contract",
    "aneks": "contract_annex",
    "aneks ugovora": "contract_annex",
    "plan nabavki": "procurement_plan",
    "plan javnih nabavki": "procurement_plan",
    "izveštaj o nabavci": "procurement_report",
    "zahtev": "foi_request",
    "odgovor": "foi_reply",
    "rešenje": "foi_decision",
    "žalba": "foi_appeal",
    "zapisnik": "minutes",
    "propis": "regulation",
    "presuda": "judgment",
    "izveštaj": "report",
    "obrazac": "form",
    "dopis": "correspondence",
    "prepiska": "correspondence",
    "ostalo": "other",
}
_SERBIAN_LANGUAGES = {
    "bosanski": "bs", "bugarski": "bg", "engleski": "en", "francuski": "fr", "hrvatski": "hr", "italijanski": "it",
    "mađarski": "hu", "makedonski": "mk", "nemački": "de", "rumunski": "ro", "ruski": "ru", "slovački": "sk",
    "slovenački": "sl", "srpski": "sr", "španski": "es", "turski": "tr", "albanski": "sq",
}  # fmt: skip
_UNKNOWN = frozenset({UNKNOWN, "nepoznato"})


def is_unknown(text: str) -> bool:
    """Return whether a value means documents in which the fact is unknown."""
    return _key(text) in _UNKNOWN


def kinds_named(text: str) -> tuple[str, ...]:
    """Return the kinds that a key, a label or a Serbian name means; ``*`` and ``?`` are wildcards."""
    asked = _key(text)
    return tuple(dict.fromkeys(kind for name, kind in _KIND_NAMES.items() if fnmatchcase(name, asked)))


def languages_named(text: str) -> tuple[str, ...]:
    """Return the language tags that a tag or a name means; both scripts, if none is given."""
    code = LANGUAGE_NAMES.get(_key(text))
    if code is None and (match := _CODE.fullmatch(text.strip())):
        code = match[1].lower() + (f"-{match[2].title()}" if match[2] else "")
    if code is None or "-" in code:
        return () if code is None else (code,)
    return (code, *(f"{code}-{script}" for script in _SCRIPTS))


def qualities_named(text: str) -> tuple[str, ...]:
    """Return the reading quality with this name."""
    return tuple(quality.value for quality in Quality if quality == _key(text))


def _key(text: str) -> str:
    """Normalize a name: without differences of script, case, diacritics and underscores."""
    return " ".join(_WORD.findall(fold(text)))


_KIND_NAMES = (
    {_key(kind): kind for kind in KINDS}
    | {_key(label("kind", kind)): kind for kind in KINDS}
    | {_key(name): kind for name, kind in _SERBIAN_KINDS.items()}
)
LANGUAGE_NAMES = (
    {_key(label("language", code)): code for code in _SERBIAN_LANGUAGES.values()}
    | {_key(label("language", f"sr-{script}")): f"sr-{script}" for script in _SCRIPTS}
    | {_key(name): code for name, code in _SERBIAN_LANGUAGES.items()}
)
