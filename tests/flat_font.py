"""A font of the tests' own: flat, narrow letters, so that a target which is large enough in it is so in any font."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from io import BytesIO

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from playwright.sync_api import Page

UNITS, ASCENT, DESCENT, WIDTH = 1000, 700, 150, 380
"""Of fonts that people have, Liberation Sans is the flattest (1.12 of its size) and Noto Sans the narrowest."""

SHOW = """async (encoded) => {
  const font = new FontFace("Flat", Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0)));
  document.fonts.add(await font.load());
  for (const name of ["--sans", "--serif", "--mono"]) document.documentElement.style.setProperty(name, "Flat");
}"""


@cache
def flat_font() -> str:
    """The font as TrueType in base64. Each letter is the same box; spaces are narrower."""
    pen = TTGlyphPen(None)
    pen.moveTo((40, 0))
    for corner in ((40, 500), (WIDTH - 40, 500), (WIDTH - 40, 0)):
        pen.lineTo(corner)
    pen.closePath()
    box, none = pen.glyph(), TTGlyphPen(None).glyph()
    builder = FontBuilder(UNITS, isTTF=True)
    builder.setupGlyphOrder([".notdef", "box", "space"])
    builder.setupCharacterMap(dict.fromkeys(range(0x21, 0x2FFF), "box") | {0x20: "space", 0xA0: "space"})
    builder.setupGlyf({".notdef": box, "box": box, "space": none})
    builder.setupHorizontalMetrics({".notdef": (WIDTH, 40), "box": (WIDTH, 40), "space": (200, 0)})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=-DESCENT)
    builder.setupNameTable({"familyName": "Flat", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=ASCENT, sTypoDescender=-DESCENT, usWinAscent=ASCENT, usWinDescent=DESCENT)
    builder.setupPost()
    file = BytesIO()
    builder.save(file)
    return b64encode(file.getvalue()).decode()


def show_in_flat_font(page: Page) -> None:
    """Have every text of the page be set in the font."""
    page.evaluate(SHOW, flat_font())
