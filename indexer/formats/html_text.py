"""The text of an HTML e-mail, line by line as a browser would break it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

_INVISIBLE = frozenset({"head", "script", "style", "template", "noscript"})
_BLOCKS = frozenset(
    {"address", "article", "aside", "body", "caption", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt"}
    | {"fieldset", "figcaption", "figure", "footer", "form", "header", "li", "main", "menu", "nav", "option", "pre"}
    | {"section", "summary", "tbody", "tfoot", "thead", "tr"}
)
_CELLS = frozenset({"td", "th"})
_PARAGRAPHS = frozenset({"p", "table", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr"})


_EDGE, _PARAGRAPH = "\0", "\f"
_PARAGRAPH_ENDS = re.compile(r"[ \0]*\f[ \0\f]*")
_LINE_ENDS = re.compile(r"(?: *\0)+")


def lines_of_html(markup: str) -> list[str]:
    """The lines of a page, an empty one between paragraphs. Whatever is wrong with it is repaired as browsers do."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    clean = markup.translate({ord(_EDGE): None, ord(_PARAGRAPH): " "})
    tree = etree.fromstring(clean.encode("utf-8", "replace"), parser) if clean.strip() else None
    if tree is None:
        return []
    text = _LINE_ENDS.sub("\n", _PARAGRAPH_ENDS.sub("\n\n", "".join(_pieces(tree))))
    return [" ".join(line.split()) for line in text.strip().split("\n")]


def _pieces(tree: etree._Element) -> Iterator[str]:
    """Text, and marks where an element ends a line or a paragraph. Walks without recursion: nesting may be deep."""
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            yield _mark(tag)
            if tag in _INVISIBLE:
                walk.skip_subtree()
            else:
                yield _on_one_line(element.text)
        else:
            yield "\n" if tag == "br" else _mark(tag)
            yield _on_one_line(element.tail)


def _on_one_line(text: str | None) -> str:
    """A line break in the markup is a space to a browser."""
    return (text or "").replace("\r", " ").replace("\n", " ")


def _mark(tag: object) -> str:
    """What an element does at either of its ends. One that browsers do not know does nothing."""
    if tag in _PARAGRAPHS:
        return _PARAGRAPH
    if tag in _CELLS:
        return " "
    return _EDGE if tag in _BLOCKS else ""
