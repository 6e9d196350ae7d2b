"""Any XML as text: a line per element with text, in document order. Entities are not expanded, nothing is loaded."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from lxml import etree

from archive.errors import DamagedDocument, Message, TooLarge
from indexer.formats.flowing import FlowingSource

MOST_BYTES = 64 << 20
"""Maximum size of a file, which takes ten times as much memory; the largest real one has 2 MB."""

_BINARY = re.compile(r"(?=.{400})(?:[A-Za-z0-9+/]{40,} )*[A-Za-z0-9+/]+={0,2}")
"""Base64 data, such as a file or a signature: longer than any word."""

_ATTRIBUTES = etree.XPath("@*")
"""Goes through them once; lxml's own list looks for the value of each among all."""

_MARKS = {2: None, 3: None, 0xFEFF: None}


class XmlSource(FlowingSource):
    """An XML file; an :class:`indexer.formats.source.OpenedOriginal`."""

    agent: Mapping[str, str] = {"reader": f"XML (lxml {etree.__version__})"}

    def __init__(self, root: etree._Element) -> None:
        """Render a parsed file as text."""
        super().__init__([rendered(root)], entity_note(root))


def parsed(path: Path, filename: str) -> etree._Element:
    """Return the root of an XML file.

    :raises DamagedDocument: it is not well-formed.
    :raises TooLarge: it has more than :data:`MOST_BYTES`.
    """
    if path.stat().st_size > MOST_BYTES:
        raise TooLarge(
            "%(filename)s is XML of more than %(most)s MB.",
            "Save what matters of it as a table or as text, and add that.",
            filename=filename,
            most=MOST_BYTES >> 20,
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(path.read_bytes(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedDocument(
            "%(filename)s cannot be read as XML: %(error)s.", "Get the file again.", filename=filename, error=error
        ) from error


def entity_note(root: etree._Element) -> str | None:
    """Return a note if a file has entity references, which are not expanded; else None."""
    if next(root.iter(etree.Entity), None) is None:
        return None
    return Message("It names entities, which were not expanded; words may be missing.")


def rendered(root: etree._Element, used: Collection[etree._Element] = ()) -> list[str]:
    """Return the lines of a tree, without the elements in ``used``.

    The walk is not recursive: nesting may be deep.
    """
    return list(_lines(root, set(used)))


def _lines(root: etree._Element, used: Collection[etree._Element]) -> Iterator[str]:
    """Yield the lines; the name of a parent element is held back until a descendant has text."""
    waiting: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if not isinstance(element.tag, str):
            continue
        line = ""
        if event == "end":
            line = _one_line(element.tail)
            if len(element) and waiting and element not in used:
                waiting.pop()
        elif element in used:
            walk.skip_subtree()
        elif (text := _one_line(element.text)) or (element.attrib and not len(element)):
            line = _named(element, text)
            waiting += [""] * bool(len(element))
        elif len(element):
            waiting.append(_named(element, ""))
        if line:
            for name in filter(None, waiting):
                yield from ("", name)
            waiting = [""] * len(waiting)
            yield line


def _named(element: etree._Element, text: str) -> str:
    """Return the name of an element with its attributes and text, without namespace prefixes."""
    attributes = ", ".join(
        f"{etree.QName(one.attrname).localname} {_one_line(one)}"
        for one in _ATTRIBUTES(element)
        if not one.attrname.startswith("{http://www.w3.org/2001/XMLSchema-instance}")
    )
    name = etree.QName(element).localname
    return f"{name}{f' ({attributes})' if attributes else ''}{f': {text}' if text else ''}"


def _one_line(text: str | None) -> str:
    """Return a text on one line; "…" for base64 data."""
    line = " ".join((text or "").translate(_MARKS).split())
    return "…" if _BINARY.fullmatch(line) else line
