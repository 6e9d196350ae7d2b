"""Repair text layers with systematically wrong letters: legacy code pages, and glyph numbers taken for characters.

The tables are data (``code_pages.toml``). A table is applied only if the page proves it: with its letters replaced,
enough of the affected words become known. If the file declares glyphs as unmapped (U+FFFD), one such word is enough,
and only the unmapped glyphs are replaced.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from archive.text.known_words import ENGLISH, SERBIAN, is_word
from indexer.layers.plausibility import ADDRESS, UNMAPPED, WordShape, shape_of

_LEAST = 3
_MOST = 0.4
_HEALED = 0.2
"""Minimum number of repaired words, their minimum share of affected words, and its minimum increase.

Measured: of 116 Serbian pages rewritten with the tables 112 pass, and the rest are read by OCR; on 1,215 good pages no
table reaches three known words with that increase.
"""

_LETTERS = re.compile(r"[^\W\d_]{2}")
_CONTROL = re.compile("[\u0080-\u0084\u0086-\u009f]")


@dataclass(frozen=True, slots=True)
class CodePage:
    """A table of ``code_pages.toml``:

    replacements of letters, those for unmapped glyphs only, and letters that suggest it.
    """

    name: str
    letters: Mapping[str, str]
    unmapped: Mapping[str, str]
    evidence: re.Pattern[str]

    def translate(self, word: str) -> str:
        """Return a word with its letters replaced; addresses (e-mail, web) are returned unchanged."""
        return word if ADDRESS.search(word) else "".join(self.letters.get(sign, sign) for sign in word)


@dataclass(frozen=True, slots=True)
class RepairedWords:
    """The words after repair, the name of the table, and the number of words that became known."""

    texts: tuple[str, ...]
    code_page: str
    healed: int


def repair(texts: Sequence[str], glyphs: Sequence[str] | None = None) -> RepairedWords | None:
    """Return the repaired words of a page, None if no table is certain.

    ``texts`` are the words as in the file, control characters included. ``glyphs`` are the same words with glyph
    numbers in place of U+FFFD.
    """
    if glyphs is not None:
        return _by_numbers(texts, glyphs)
    best: RepairedWords | None = None
    letters = "".join(texts)
    for page in code_pages():
        found = _by_letters(texts, page) if page.evidence.search(letters) else None
        # Both YUSCII fonts encode š as {; only words with q, w or x show that it is the Cyrillic one.
        if found is not None and (best is None or found.healed >= best.healed + _LEAST):
            best = found
    return best


def hides_letters(texts: Sequence[str]) -> bool:
    """Return whether words contain control characters from U+0080 to U+009F, š and ž in code page 1250.

    They are invisible, and the words may be known without them.
    """
    return _CONTROL.search("".join(texts)) is not None


@cache
def code_pages() -> tuple[CodePage, ...]:
    """Return the tables in the order of the file."""
    return tuple(map(_code_page, tomllib.loads((files(__package__) / "code_pages.toml").read_text("utf-8")).values()))


def _code_page(entry: Mapping[str, Any]) -> CodePage:
    letters = dict(zip(entry["reads"], entry["means"], strict=True))
    extra = entry.get("unmapped", {"reads": "", "means": ""})
    unmapped = letters | dict(zip(extra["reads"], extra["means"], strict=True))
    signs = "".join(map(re.escape, entry.get("evidence", entry["reads"])))
    return CodePage(entry["name"], letters, unmapped, re.compile(f"[{signs}]"))


def _by_letters(texts: Sequence[str], page: CodePage) -> RepairedWords | None:
    touched = [text for text in texts if page.evidence.search(text) and _LETTERS.search(text)]
    if len(touched) < _LEAST:
        return None
    known = sum(_is_known(page.translate(text)) for text in touched)
    healed = known - sum(map(_is_known, touched))
    if known < max(_LEAST, _MOST * len(touched)) or healed < _HEALED * len(touched):
        return None
    return RepairedWords(tuple(_mend(text, page) for text in texts), page.name, known)


def _mend(text: str, page: CodePage) -> str:
    """Return a word repaired; English words on a page in a Cyrillic font are kept, since they were in another font."""
    mended = page.translate(text)
    return text if is_word(text, ENGLISH) and not is_word(mended, SERBIAN) else mended


def _is_known(word: str) -> bool:
    return shape_of(word)[0] is WordShape.KNOWN


def _by_numbers(texts: Sequence[str], glyphs: Sequence[str]) -> RepairedWords | None:
    if len(texts) != len(glyphs):
        return None
    best: RepairedWords | None = None
    for page in code_pages():
        mended = [_fill(text, numbers, page.unmapped) for text, numbers in zip(texts, glyphs, strict=True)]
        touched = [new for text, new in zip(texts, mended, strict=True) if UNMAPPED in text and _LETTERS.search(new)]
        healed = sum(map(_is_known, touched))
        if healed and healed >= _MOST * len(touched) and (best is None or healed > best.healed):
            best = RepairedWords(tuple(mended), page.name, healed)
    return best


def _fill(text: str, numbers: str, letters: Mapping[str, str]) -> str:
    """Return a word with its unmapped glyphs replaced, as far as the table has them."""
    if UNMAPPED not in text or len(text) != len(numbers):
        return text
    return "".join(
        letters.get(number, sign) if sign == UNMAPPED else sign for sign, number in zip(text, numbers, strict=True)
    )
