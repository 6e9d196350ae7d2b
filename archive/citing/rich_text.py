"""Rich text of word processors and browsers: its visible text, and the targets of its links.

Both are claims: a link with an altered target must not be verified by its visible text, nor vice versa, so both
versions of the text are verified.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_RICH = re.compile(
    r"\ufeff?\s*<(?:!doctype\s|(?:html|head|meta|body|div|p|blockquote|span|a|b|strong)\b[^<>]*>)", re.IGNORECASE
)
_BLOCKS = frozenset({
    "address", "blockquote", "body", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
    "ol", "p", "pre", "table", "td", "th", "tr", "ul",
})  # fmt: skip
_INVISIBLE_ELEMENTS = frozenset({"head", "script", "style", "template", "title"})
_LINK = re.compile(r"https?://|^/c(?:ite)?/")
_SPACES = re.compile(r"\s+")
_BLANK = re.compile(r"\n{2,}")


def is_rich(text: str) -> bool:
    """Return whether a text begins like HTML."""
    return bool(_RICH.match(text))


def readings_of(text: str) -> tuple[str, str]:
    """Return the visible text of HTML, and the same with each link replaced by its target."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return _lines(reader.shown), _lines(reader.targets)


def _lines(pieces: list[str]) -> str:
    lines = (line.strip() for line in "".join(pieces).split("\n"))
    return _BLANK.sub("\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    """Collects both versions. White space in the source is collapsed; blocks are paragraphs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown: list[str] = []
        self.targets: list[str] = []
        self._unseen = 0
        self._address = ""
        self._words: list[str] | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in _INVISIBLE_ELEMENTS:
            self._unseen += 1
        elif tag == "br":
            self._put("\n")
        elif tag in _BLOCKS:
            self._put("\n\n")
        elif tag == "a":
            self._end_link()
            self._address, self._words = (dict(attributes).get("href") or "").strip(), []

    def handle_endtag(self, tag: str) -> None:
        if tag in _INVISIBLE_ELEMENTS:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "br":
            self._put("\n")
        elif tag in _BLOCKS:
            self._put("\n\n")
        elif tag == "a":
            self._end_link()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._put(_SPACES.sub(" ", data))

    def close(self) -> None:
        super().close()
        self._end_link()

    def _put(self, text: str) -> None:
        if self._words is not None and text.strip("\n"):
            self._words.append(text)
        else:
            self.shown.append(text)
            self.targets.append(text)

    def _end_link(self) -> None:
        if self._words is None:
            return
        words, address = "".join(self._words), self._address
        self._words = None
        if _LINK.search(address):
            self.shown.append(words if _LINK.search(words) else f"{words} {address}")
            self.targets.append(address if _LINK.search(words) else f"{words} {address}")
        else:
            self._put(words)
