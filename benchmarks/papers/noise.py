"""Simulated OCR errors: confused glyphs, lost diacritics, split and joined words, lost lines, specks.

The rates and the confusions are those observed in Tesseract's output for scans of the corpus.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from random import Random

from benchmarks.papers.layout import PrintedWord
from benchmarks.papers.marks import ANY, plain

_TABLE = tomllib.loads(Path(__file__).with_name("noise.toml").read_text(encoding="utf-8"))
_SPECKS: list[str] = _TABLE["specks"]


def scanned(pages: list[list[PrintedWord]], random: Random, script: str) -> list[list[PrintedWord]]:
    """Return the pages with OCR errors. Signs of marks stay with their words."""
    strength = random.choice((0.15, 0.3, 0.3, 0.6, 1.0, 1.6))
    skew = random.gauss(0, 0.004)
    return [_page(page, random, script, strength, skew) for page in pages]


def _page(page: list[PrintedWord], random: Random, script: str, strength: float, skew: float) -> list[PrintedWord]:
    read: list[PrintedWord] = []
    lost = False
    for word in page:
        if word.broken:
            lost = random.random() < 0.006 * strength
        x0, y0, x1, y1 = word.box
        box = (x0, y0 + skew * x0, x1, y1 + skew * x0)
        if lost:
            continue
        if word.broken and random.random() < 0.02 * strength:
            read.append(
                PrintedWord(random.choice(_SPECKS), (max(0, x0 - 12), box[1], max(1, x0 - 4), box[3]), word.broken)
            )
        text = _misread(word.signs, random, script, strength)
        text = text if plain(text) else word.signs
        draw = random.random()
        if read and not word.broken and draw < 0.006 * strength:
            last = read[-1]
            last.signs += text
            last.box = (*last.box[:2], box[2], box[3])
        elif draw > 1 - 0.006 * strength and len(bare := plain(text)) > 5:
            at = text.index(bare[2:4]) + random.randint(0, 2) if bare[2:4] in text else len(text) // 2
            middle = x0 + (x1 - x0) * at / len(text)
            read += [
                PrintedWord(text[:at], (x0, box[1], middle, box[3]), word.broken),
                PrintedWord(text[at:], (middle, box[1], x1, box[3]), 0),
            ]
        else:
            broken = 2 if word.broken == 1 and random.random() < 0.1 else word.broken
            read.append(PrintedWord(text, box, broken))
    return read


def _misread(signs: str, random: Random, script: str, strength: float) -> str:
    """Return a word with the errors of its script."""
    bare = ANY.sub("", signs)
    if not bare:
        return signs
    figures = sum(sign.isdigit() for sign in bare) * 2 > len(bare)
    latin = sum("a" <= sign.lower() <= "ž" for sign in bare)
    if script == "Cyrl" and latin > 1 and random.random() < 0.3 + 0.3 * strength:
        return _mapped(signs, _TABLE["latin_as_cyrillic"], random, 0.9)
    if figures:
        read = _mapped(signs, _TABLE["figures"], random, 0.004 * strength)
        if random.random() < 0.004 * strength:
            read = (
                read[0] + random.choice(_TABLE["before_figures"]) + read[1:]
                if ANY.match(read)
                else random.choice(_TABLE["before_figures"]) + read
            )
        return read
    table = _TABLE["cyrillic"] if script == "Cyrl" and not latin else _TABLE["latin"]
    read = _mapped(signs, table, random, 0.03 * strength)
    if script != "Cyrl":
        read = _mapped(read, _TABLE["marks"], random, 0.05 * strength)
    return read


def _mapped(signs: str, table: dict[str, list[str]], random: Random, rate: float) -> str:
    return "".join(random.choice(table[sign]) if sign in table and random.random() < rate else sign for sign in signs)
