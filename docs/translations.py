"""Bring the catalogs of the reading room up to date: ``make translations``.

Texts are gathered from the code and the templates. ``sr_Latn`` is translated by people; ``sr_Cyrl`` is the same text in
the other script, so it is written here and never by hand. English is the source and has no catalog.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from archive.text.folding import to_cyrillic

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "webapp" / "translations"
LATIN, CYRILLIC = "sr_Latn", "sr_Cyrl"
_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_METHODS = [("webapp/templates/**.html", "jinja2"), ("webapp/**.py", "python")]
_OPTIONS = {"webapp/templates/**.html": {"trimmed": "true"}}
_SINGULAR, _PLURAL = None, (1, 2)
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": _SINGULAR,
    "gettext": _SINGULAR,
    "marked": _SINGULAR,
    "ngettext": _PLURAL,
    "plural": _PLURAL,
}

_KEPT = re.compile(
    r"<(code|kbd)>[^<]*</\1>|\bdosije [a-z].*|--[a-z][\w-]*"  # what a reader types
    r"|%%|%\(\w+\)s|</?\w[^>]*>|&\w+;|https?://\S+"  # places of values, markup, addresses
    r"|\b(?!(?:PDV|PIB|JIB|JMBG|MB)\b)(?:[A-Z][A-Z0-9]{1,}|[A-Za-z]+[0-9]\w*|\w*[qwxyQWXY]\w*)\b"  # PDF
    r"|\b[0-9][0-9a-f]*[a-f]\w*#\w+|\b\w*_\w*|\bsr-Latn\b|\bsr-(?=Cyrl)|\bcameras-by-year\b"  # examples of names
    r"|\b(?:Dosije|Whoosh|OpenSearch|Atom|Zotero|BibTeX|Markdown|Mirador|Word|Excel|PowerPoint|Outlook|OpenDocument|OpenAPI|mbox|hOCR|kB)\b"
    r"|\b(?:LibreOffice|Office|antiword|Tesseract|MuPDF|Debian|gzip|Web Annotation|Unicode Text|Cardinal)\b"
    r"|\b(?:Serbian|good|fair|unreliable|procedures|vat|eid|hosts)\b"  # words that queries and files are written in
)
"""What stays in Latin letters within Cyrillic text."""


@cache
def template() -> Catalog:
    """Every text that code and templates ask for, with where it stands."""
    catalog = _catalog(None)
    found = extract_from_dir(str(ROOT), _METHODS, _OPTIONS, _KEYWORDS)
    for filename, _, message, _, _ in sorted(found, key=lambda each: (each[0], each[1])):
        catalog.add(message, None, [(filename, None)])  # type: ignore[list-item]
    return catalog


@cache
def latin() -> Catalog:
    """The catalog in Latin as people translated it, with the texts there are now. What is gone is left out."""
    with _po(LATIN).open("rb") as file:
        known = read_po(file, locale=LATIN)
    catalog = _catalog(LATIN)
    for message in template():
        if message.id:
            old = known.get(message.id)
            catalog.add(message.id, old.string if old else "", message.locations, flags=message.flags)
    return catalog


def cyrillic(source: Catalog) -> Catalog:
    """The same catalog in the other script."""
    catalog = _catalog(CYRILLIC)
    for message in source:
        if message.id:
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            turned = tuple(in_cyrillic(str(string or "")) for string in strings)
            string = turned if isinstance(message.string, tuple) else turned[0]
            catalog.add(message.id, string, message.locations, flags=message.flags)
    return catalog


def in_cyrillic(text: str) -> str:
    """A text of ours in Cyrillic; places of values, markup and foreign names stay as they are."""
    kept = [match.span() for match in _KEPT.finditer(text)]
    edges = [0, *(edge for span in kept for edge in span), len(text)]
    pieces = [text[first:last] for first, last in pairwise(edges)]
    return "".join(piece if at % 2 else to_cyrillic(piece) for at, piece in enumerate(pieces))


def untranslated(catalog: Catalog) -> list[Message]:
    """Texts without a translation, or with one form of several missing."""
    return [
        message
        for message in catalog
        if message.id and not all(message.string if isinstance(message.string, tuple) else (message.string,))
    ]


def _catalog(locale: str | None) -> Catalog:
    header = "# The reading room in Serbian. Written by: make translations"
    about = {
        "last_translator": "Dosije",
        "project": "Dosije",
        "version": "1",
        "copyright_holder": "Dosije",
        "msgid_bugs_address": "none",
        "language_team": "Dosije",
    }
    # With the time of day in them, catalogs of the same texts would differ.
    dates = {"creation_date": _DAY, "revision_date": _DAY}
    return Catalog(locale, header_comment=header, charset="utf-8", fuzzy=False, **about, **dates)


def rendered() -> dict[Path, bytes]:
    """The files of both catalogs as they should be."""
    files: dict[Path, bytes] = {}
    source = latin()
    for name, catalog in ((LATIN, source), (CYRILLIC, cyrillic(source))):
        po, mo = BytesIO(), BytesIO()
        write_po(po, catalog, width=120, omit_header=False, include_lineno=False, sort_output=True)
        write_mo(mo, catalog)
        # Nor is a day that means nothing shown to people, or which Babel wrote it.
        text = re.sub(rb'"(POT-Creation-Date|PO-Revision-Date|Generated-By)[^\n]*\n', b"", po.getvalue())
        files[_po(name)] = text
        files[_po(name).with_suffix(".mo")] = mo.getvalue()
    return files


def _po(name: str) -> Path:
    return FOLDER / name / "LC_MESSAGES" / "messages.po"


if __name__ == "__main__":
    for path, content in rendered().items():
        path.write_bytes(content)
    missing = untranslated(latin())
    for message in missing:
        sys.stderr.write(f"not translated: {message.id!r}\n")
    sys.exit(1 if missing else 0)
