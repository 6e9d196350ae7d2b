"""Particulars by which lawyers cite a contract, judgment or act besides its facts, read from its first words.

Each is as printed, with its position; None if it is not printed there. Nothing is inflected or guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from archive.text.folding import to_latin

_NAME = r"[A-ZŠĐČĆŽ][\w-]+"
_ADJECTIVE = r"[A-ZŠĐČĆŽ]\w*(?:om|oj|em|im|OM|OJ|EM|IM)"
_PLACE = rf"(?:{_ADJECTIVE}\s{_NAME}|{_NAME})"
_MADE = re.compile(
    rf"\b(?:[Zz]aključ\w+|[Ss]ačinj\w+|[Pp]otpisan\w*|ZAKLJUČ\w+)\b[^;:]{{0,40}}?\s(?P<said>[uU]\s(?P<name>{_PLACE}))"
    rf"|\b(?:[Mm]ade|[Ss]igned|[Cc]oncluded)\b[^;:]{{0,30}}?\s(?:at|in)\s(?P<city>{_NAME}(?:\s{_NAME})?)"
)
_COURTS = (
    r"vrhovni|vrhovni kasacioni|ustavni|upravni|privredni|privredni apelacioni|trgovački|visoki trgovački|viši|osnovni"
    r"|apelacioni|prekršajni|prekršajni apelacioni|okružni|okružni privredni|viši privredni|opštinski|kantonalni"
    r"|županijski|općinski|visoki|visoki upravni"
)
_COURT = re.compile(
    rf"\b(?P<court>(?:{_COURTS})\s+sud(?:\s+(?:srbije|crne\s+gore|bosne\s+i\s+hercegovine|republike\s+\w+))?"
    r"(?:\s+u\s+(?:\w+(?:om|oj|em|im)\s+(?!broj\b|posl|presud|rešenj|ime\b|dana\b|sudij)[^\W\d]+|[^\W\d]+))?"
    r"|(?:supreme|high|district|commercial|constitutional|administrative)\s+court(?:\s+of\s+\w+)?"
    r"|court\s+of\s+appeals?(?:\s+of\s+\w+|\s+in\s+\w+)?)\b",
    re.IGNORECASE,
)
_CASE = re.compile(
    r"(?<![\w/.-])(?P<case>(?:[IVX]{1,4}[\s-])?(?:[0-9]{1,2}[\s-]?)?"
    r"(?:Pž|Gž|Kž|Už|Prž|Rž|Rev|Kzz|Kzp|Prev|Prz|Spp|St|Iv|Ž|P|K|U|I|R|O)(?:[a-z]{0,2}[0-9]{0,2})?\.?\s?(?:br\.\s?)?-?"
    r"[0-9]{1,6}/(?:[0-9]{4}|[0-9]{2}))(?![0-9/])"
)
_GAZETTE = re.compile(
    r"(?P<gazette>[\"„“”«»]?(?:Sl\.|Služb\.|Službeni|Službene|SLUŽBENI)\s(?:glasnik|list|novine|GLASNIK|LIST)"
    r"(?:\s(?!br)[^\W\d]+\.?){0,5}[\"„“”«»]?,?\s(?:br\.|broj:?|BROJ:?|br)\s"
    r"[0-9]{1,3}/[0-9]{2,4}(?:(?:,\s|\si\s|\s-\s)[0-9]{1,3}/[0-9]{2,4})*)"
)
_OF_ANOTHER = re.compile(r"\b(?:na\s+osnovu|u\s+skladu\s+sa?|shodno|prema|članom?|člana)\b", re.IGNORECASE)

BEGINNING = 160
"""Words of a document among which the place of a contract and the gazette of an act are searched for."""

HEAD = 60
"""Words of a judgment among which its court and case are searched for; later ones may be of other judgments."""

OF_KINDS = frozenset({"contract", "contract_annex", "judgment", "regulation"})
"""The kinds of documents with particulars."""


@dataclass(frozen=True, slots=True)
class Particular:
    """Words of a document, and their numbers."""

    text: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Particulars:
    """The particulars of a document. ``place`` includes its preposition: "u Brezovcu"; ``city`` is the bare name, if it
    is printed as such, as in English."""

    place: Particular | None = None
    city: Particular | None = None
    court: Particular | None = None
    case: Particular | None = None
    gazette: Particular | None = None


def particulars(kind: str | None, texts: Sequence[str]) -> Particulars:
    """Read the particulars of a document of this kind from its first words."""
    if kind == "judgment":
        head = texts[:HEAD]
        return Particulars(court=_found(_COURT, "court", head), case=_found(_CASE, "case", head))
    if kind == "regulation":
        return Particulars(gazette=_own_gazette(texts[:BEGINNING]))
    if kind in OF_KINDS:
        beginning = texts[:BEGINNING]
        return Particulars(
            place=_found(_MADE, "said", beginning),
            city=_found(_MADE, "city", beginning),
        )
    return Particulars()


def _own_gazette(texts: Sequence[str]) -> Particular | None:
    """Return where the act itself was published, not the one that it is based on."""
    found = _found(_GAZETTE, "gazette", texts)
    if found is None or _OF_ANOTHER.search(to_latin(" ".join(texts[: found.first]))):
        return None
    return found


def _found(pattern: re.Pattern[str], group: str, texts: Sequence[str]) -> Particular | None:
    """Return the words that a group of a pattern matches. Cyrillic is matched as Latin and returned as printed."""
    latin = [to_latin(text) for text in texts]
    match = pattern.search(" ".join(latin))
    if match is None or match[group] is None:
        return None
    ends = list(accumulate(len(text) + 1 for text in latin))
    first = next(at for at, end in enumerate(ends) if match.start(group) < end)
    last = next(at for at, end in enumerate(ends) if match.end(group) <= end)
    return Particular(" ".join(texts[first : last + 1]).strip(" .,;:()[]"), first, last)
