"""HTML files, and the HTML bodies of e-mails. Scripts are not run, and references are not fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from lxml import etree

from archive.errors import Message, UnsupportedFormat
from archive.model.words import MOST_COLUMNS, CellStep
from indexer.formats.encoding import decode
from indexer.formats.flowing import FlowingSource, cell_mark

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


def lines_of_html(markup: str, has_cells: bool = False) -> list[str]:
    """Return the lines of a page, an empty one between paragraphs, with cell marks on request.

    Malformed markup is repaired as browsers do.
    """
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    clean = markup.translate({ord(_EDGE): None, ord(_PARAGRAPH): " ", 2: None, 3: None})
    tree = etree.fromstring(clean.encode("utf-8", "replace"), parser) if clean.strip() else None
    if tree is None:
        return []
    text = _LINE_ENDS.sub("\n", _PARAGRAPH_ENDS.sub("\n\n", "".join(_pieces(tree, has_cells))))
    return [" ".join(line.split()) for line in text.strip().split("\n")]


def _pieces(tree: etree._Element, has_cells: bool) -> Iterator[str]:
    """Yield text, and marks where an element ends a line or a paragraph.

    The walk is not recursive: nesting may be deep.
    """
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            yield _mark(tag)
            if tag in _INVISIBLE:
                walk.skip_subtree()
            else:
                if has_cells and tag in _CELLS:
                    yield _cell(element)
                yield _on_one_line(element.text)
        else:
            yield "\n" if tag == "br" else _mark(tag)
            if has_cells and tag == "table":
                yield cell_mark(CellStep.TEXT)
            yield _on_one_line(element.tail)


def _cell(cell: etree._Element) -> str:
    """Return the mark of a table cell; empty in a table with nested tables, which is used for page layout."""
    row = cell.getparent()
    table = None if row is None else next(row.iterancestors("table"), None)
    if row is None or table is None or next(table.iterdescendants("table"), None) is not None:
        return ""
    column = sum(_span(before) for before in cell.itersiblings(*_CELLS, preceding=True))
    is_first = column == 0 and next(table.iter("tr"), None) is row
    step = CellStep.CELL if column else CellStep.TABLE if is_first else CellStep.ROW
    return cell_mark(step, column, _span(cell))


def _span(cell: etree._Element) -> int:
    value = cell.get("colspan", "")
    return min(max(int(value), 1), MOST_COLUMNS) if value.isascii() and value.isdecimal() and len(value) < 5 else 1


def _on_one_line(text: str | None) -> str:
    """Replace line breaks in the markup by spaces, as a browser does."""
    return (text or "").replace("\r", " ").replace("\n", " ")


def _mark(tag: object) -> str:
    """Return the break at both ends of an element, empty for inline and unknown elements."""
    if tag in _PARAGRAPHS:
        return _PARAGRAPH
    if tag in _CELLS:
        return " "
    return _EDGE if tag in _BLOCKS else ""


_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)|<\?xml[^>]+encoding=[\"']([\w-]+)", re.IGNORECASE)

_DECLARED_WITHIN = 4096
"""Number of bytes searched for an encoding declaration; the HTML standard requires it within 1,024."""


class HtmlSource(FlowingSource):
    """An HTML page; an :class:`indexer.formats.source.OpenedOriginal`."""

    agent: Mapping[str, str] = {"reader": f"HTML (lxml {etree.__version__})"}
    has_cells = True

    def __init__(self, path: Path, filename: str) -> None:
        """Read a page.

        :raises UnsupportedFormat: no encoding fits its bytes.
        """
        text, note = decoded_html(path.read_bytes(), filename)
        super().__init__([lines_of_html(text, has_cells=True)], note)


def decoded_html(data: bytes, filename: str) -> tuple[str, str | None]:
    """Return the text of a page, and a note if it declares no encoding or a wrong one.

    :raises UnsupportedFormat: no encoding fits its bytes.
    """
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
            "%(filename)s is an HTML page in an unknown encoding.",
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
