"""Conversion of the ekavian Latin text of the templates to the dialect and script of a document."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

from archive.text.folding import to_cyrillic
from benchmarks.papers.marks import LATIN_OFF, LATIN_ON

_KEPT = re.compile(
    rf"{LATIN_ON}.*?{LATIN_OFF}|\S+@\S+|(?:www\.|https?:)\S+|\b[IVX]+\b(?!\.\s?D)|\bCPV\b|\be-mail\b|\bm[²23]\b",
    re.DOTALL,
)
_TWINS = str.maketrans("аеојсрхАЕОЈСРХМТКВН", "aeojcpxAEOJCPXMTKBH")


@cache
def _stems(dialect: str) -> tuple[re.Pattern[str], dict[str, str]] | None:
    table: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("dialects.toml").read_text("utf-8"))
    pairs: dict[str, str] = {}
    for name in {
        "ijekavian": ("ijekavian",),
        "croatian": ("ijekavian", "croatian"),
        "bosnian": ("ijekavian", "bosnian"),
    }.get(dialect, ()):
        pairs |= table[name]
    if not pairs:
        return None
    longest = sorted(pairs, key=len, reverse=True)
    ends = {"$": r"(?![^\W\d_])", "#": r"(?= \d)"}
    stems = "|".join(re.escape(stem.rstrip("$#")) + ends.get(stem[-1], "") for stem in longest)
    bare = {stem.rstrip("$#"): new for stem, new in pairs.items()}
    return re.compile(rf"(?<![^\W\d_])({stems})", re.IGNORECASE), bare


def in_dialect(text: str, dialect: str) -> str:
    """Return ``text`` with the stems of its words replaced by those of the dialect."""
    if (found := _stems(dialect)) is None:
        return text
    pattern, pairs = found

    def other(match: re.Match[str]) -> str:
        stem = match[1]
        new = pairs[stem.lower()]
        return new.upper() if stem.isupper() and len(stem) > 1 else new.capitalize() if stem[0].isupper() else new

    return _outside(text, lambda piece: pattern.sub(other, piece))


def in_script(text: str, script: str, random: Random, mixing: float = 0.0) -> str:
    """Return ``text`` in the script; ``mixing`` is the probability of a Latin homoglyph for a Cyrillic letter."""
    if script != "Cyrl":
        return text.replace(LATIN_ON, "").replace(LATIN_OFF, "")

    def cyrillic(piece: str) -> str:
        piece = to_cyrillic(piece)
        if not mixing:
            return piece
        return "".join(sign.translate(_TWINS) if random.random() < mixing else sign for sign in piece)

    return _outside(text, cyrillic).replace(LATIN_ON, "").replace(LATIN_OFF, "")


def _outside(text: str, change: Callable[[str], str]) -> str:
    """Return ``text`` changed everywhere but in parts that stay in Latin script."""
    pieces, last = [], 0
    for kept in _KEPT.finditer(text):
        pieces += [change(text[last : kept.start()]), kept[0]]
        last = kept.end()
    return "".join([*pieces, change(text[last:])])
