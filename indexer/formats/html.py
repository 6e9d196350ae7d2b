"""HTML pages as files. Nothing in them is run, and nothing they name is fetched."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from archive.errors import Message, UnsupportedFormat
from indexer.formats.encoding import decode
from indexer.formats.flowing import FlowingSource
from indexer.formats.html_text import lines_of_html

MEDIA_TYPE = "text/html"

_BEGINNING = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)|<\?xml[^>]+encoding=[\"']([\w-]+)", re.IGNORECASE)

_DECLARED_WITHIN = 4096
"""Bytes searched for a declaration of the encoding; the HTML standard asks for it within 1,024."""


class HtmlSource(FlowingSource):
    """An HTML page; an :class:`indexer.formats.source.Source`."""

    agent: Mapping[str, str] = {"reader": f"HTML (lxml {etree.__version__})"}

    def __init__(self, path: Path, filename: str) -> None:
        """Read a page.

        :raises UnsupportedFormat: no encoding makes sensible text of its bytes.
        """
        text, note = _decoded(path.read_bytes(), filename)
        super().__init__([lines_of_html(text)], note)


def is_html(head: bytes) -> bool:
    """Whether a file that begins like this is an HTML page (or XHTML)."""
    return _BEGINNING.match(head) is not None


def _decoded(data: bytes, filename: str) -> tuple[str, str | None]:
    """The text, and a note if the page did not declare its encoding, or a wrong one."""
    declared = _declared(data)
    judged = decode(data)
    if judged is not None and (judged.is_certain or declared is None):
        return judged.text, None if judged.is_certain else Message(
            "Read as %(encoding)s, judged by its letters.", encoding=judged.encoding
        )
    try:
        return data.decode(declared or "ascii"), None
    except (LookupError, UnicodeError):
        pass
    if judged is None:
        raise UnsupportedFormat(
            "%(filename)s is an HTML page in an encoding that cannot be told.",
            "Save it as UTF-8 and add that.",
            filename=filename,
        )
    return judged.text, Message(
        "Read as %(encoding)s, judged by its letters; it declares %(declared)s, which is wrong.",
        encoding=judged.encoding,
        declared=declared,
    )


def _declared(data: bytes) -> str | None:
    found = _CHARSET.search(data[:_DECLARED_WITHIN])
    return (found[1] or found[2]).decode("ascii") if found else None
