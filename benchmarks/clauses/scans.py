"""Ten texts of the corpus as scans: typeset, printed, laid on the glass askew, and saved as JPEG by a mean device.

The scanner is that of the specimens (:mod:`documents.scanning`): 200 dpi grey, skewed, blurred, unevenly lit, dusty.
"""

from __future__ import annotations

import io
import re
from html import escape
from pathlib import Path

import pymupdf

from documents.scanning import image_pdf, scan
from documents.source import Source
from documents.typesetting import A4, BODY, STYLE

SCANNED = ("vA001", "vA004", "vA009", "vA010", "vA012", "vA014", "vA030", "vA036", "vA037", "vA041")
"""The texts with articles that are shorter than five pages, and vA014 for its chapters."""

_CENTRED = re.compile(r"(?:Član \d+\.?|[IVX]+ [^.]{3,80})$")


def make_scan(text: Path, target: Path) -> Path:
    """The PDF of page images of a text, each line of which is a paragraph; made once."""
    pdf = target / f"{text.stem}.pdf"
    if not pdf.exists():
        target.mkdir(parents=True, exist_ok=True)
        source = Source(pdf.name, "sr-Latn", "serif", 11, True, pdf.name, {"skew": 0.5}, {}, ())
        typeset = _typeset(text.read_text("utf-8-sig").splitlines())
        image_pdf(scan(typeset, source), source).save(pdf)
    return pdf


def _typeset(lines: list[str]) -> pymupdf.Document:
    html = "".join(f'<p class="{_style(line)}">{escape(line)}</p>' for line in lines)
    story = pymupdf.Story(html, user_css=STYLE % {"font": "serif", "size": 11})
    buffer = io.BytesIO()
    writer = pymupdf.DocumentWriter(buffer)
    more = 1
    while more:
        device = writer.begin_page(pymupdf.Rect(0, 0, *A4))
        more, _ = story.place(BODY)
        story.draw(device)
        writer.end_page()
    writer.close()
    return pymupdf.open("pdf", buffer.getvalue())


def _style(line: str) -> str:
    """The style of a line: numbers of articles and chapters, and short lines without a full stop, are centred."""
    is_heading = len(line) < 70 and line[-1:].isalpha() and line[:1].isupper()
    return "clause" if is_heading or _CENTRED.match(line) else ""
