"""Rich text of word processors and browsers: its visible text, and the targets of its links.

Both are claims: a link with an altered target must not be verified by its visible text, nor vice versa, so both
versions of the text are verified. Words that a reader does not see, or sees struck through, are no words of the text;
an image or a field within it may show any word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser

from archive.citing.wording import TURNED

_RICH = re.compile(
    r"\ufeff?\s*<(?:!doctype\s|(?:html|head|meta|body|div|p|blockquote|span|a|b|strong)\b[^<>]*>)", re.IGNORECASE
)
_BLOCKS = frozenset({
    "address", "blockquote", "body", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
    "ol", "p", "pre", "table", "td", "th", "tr", "ul",
})  # fmt: skip
_HIDING_ELEMENTS = frozenset({"head", "script", "style", "template", "title", "del", "s", "strike"})
_VOID_ELEMENTS = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
})  # fmt: skip
_PICTURES = frozenset({"canvas", "embed", "iframe", "img", "input", "meter", "object", "select", "svg", "video"})
_PICTURE = "\ufffc"
"""Object replacement character, for what may show any words."""

_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0?\.?0*\s*(?:[;!%]|$)|mso-hide\s*:\s*all"
    r"|font-size\s*:\s*0*\.?0*[a-z%]*\s*(?:[;!]|$)|line-through|position\s*:\s*(?:absolute|fixed)|clip(?:-path)?\s*:"
    r"|(?<![\w-])color\s*:\s*transparent|text-indent\s*:\s*-"
    r"|^(?!.*background).*(?<![\w-])color\s*:\s*(?:white|#fff(?:fff)?\b|rgb\(255, ?255, ?255\))",
    re.IGNORECASE | re.DOTALL,
)
"""Declarations of CSS by which words are not seen, or struck through."""

_TURNED = re.compile(r"bidi-override|direction\s*:\s*rtl", re.IGNORECASE)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_CLASS = re.compile(r"\.([\w-]+)")
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
        self._open: list[tuple[str, bool]] = []
        """The open elements, and whether each hides its text."""
        self._hiding_classes: set[str] = set()
        self._address = ""
        self._words: list[str] | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        if tag not in _VOID_ELEMENTS:
            self._open.append((tag, self._hides(tag, values)))
        if tag in _PICTURES and not self._is_hidden():
            self._put(_PICTURE)
        elif _TURNED.search(values.get("style", "")) or values.get("dir", "").lower() == "rtl":
            self._put(TURNED)
        elif tag == "br":
            self._put("\n")
        elif tag in _BLOCKS:
            self._put("\n\n")
        elif tag == "a":
            self._end_link()
            self._address, self._words = values.get("href", "").strip(), []

    def handle_endtag(self, tag: str) -> None:
        while any(name == tag for name, _ in self._open) and self._open.pop()[0] != tag:
            pass
        if tag == "br":
            self._put("\n")
        elif tag in _BLOCKS:
            self._put("\n\n")
        elif tag == "a":
            self._end_link()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] == "style":
            rules = (rule.groups() for rule in _RULE.finditer(data))
            hiding = [selector for selector, declarations in rules if _HIDING.search(declarations)]
            self._hiding_classes.update(_CLASS.findall(" ".join(hiding)))
        elif not self._is_hidden():
            self._put(_SPACES.sub(" ", data))

    def close(self) -> None:
        super().close()
        self._end_link()

    def _hides(self, tag: str, values: Mapping[str, str]) -> bool:
        classes = self._hiding_classes.intersection(values.get("class", "").split())
        return tag in _HIDING_ELEMENTS or "hidden" in values or bool(classes or _HIDING.search(values.get("style", "")))

    def _is_hidden(self) -> bool:
        return any(hides for _, hides in self._open)

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
