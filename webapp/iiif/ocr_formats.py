"""The words of a page as hOCR and ALTO, for programs that process OCR.

hOCR 1.2 (https://kba.github.io/hocr-spec/1.2/) and ALTO 4 (https://www.loc.gov/standards/alto/). Boxes are in pixels of
the full page image, like the canvas of the page in IIIF. ``x_wconf`` is 0..100, ``WC`` 0..1; words of a text layer have
neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from archive.model import Box, Break, Description, Page, Words
from webapp.iiif.addresses import size

ALTO = "http://www.loc.gov/standards/alto/ns-v4#"
_SCHEMA = f"{ALTO} http://www.loc.gov/standards/alto/v4/alto-4-4.xsd"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_DOCTYPE = b"<!DOCTYPE html>\n"

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot represent, which occur in damaged text layers."""

Line = list[int]
"""The indexes of the words of a line on the page."""


def blocks(words: Words) -> Iterator[list[Line]]:
    """Yield the lines of each block of a page, in reading order."""
    block: list[Line] = []
    for at, before in enumerate(words.breaks):
        if before == Break.BLOCK and block:
            yield block
            block = []
        if before != Break.SPACE or not block:
            block.append([])
        block[-1].append(at)
    if block:
        yield block


def as_hocr(described: Description, page: Page, words: Words, language: str | None, program: str) -> bytes:
    """Return the page as hOCR, in XHTML."""
    html = Element("html", {"xmlns": "http://www.w3.org/1999/xhtml", **({"lang": language} if language else {})})
    head = SubElement(html, "head")
    SubElement(head, "title").text = _NOT_XML.sub("�", f"Page {page.number} – {described.title}")
    SubElement(head, "meta", {"name": "ocr-system", "content": program})
    SubElement(head, "meta", {"name": "ocr-capabilities", "content": "ocr_page ocr_carea ocr_line ocrx_word"})
    width, height = size(page)
    about = {"class": "ocr_page", "id": f"page_{page.number}"}
    body = SubElement(
        SubElement(html, "body"), "div", about | {"title": f"bbox 0 0 {width} {height}; ppageno {page.number - 1}"}
    )
    for number, block in enumerate(blocks(words), start=1):
        area = _titled(
            body, "div", "ocr_carea", f"block_{page.number}_{number}", _around(words, page, list(chain(*block)))
        )
        for line_number, line in enumerate(block, start=1):
            id_ = f"line_{page.number}_{number}_{line_number}"
            on_line = _titled(area, "span", "ocr_line", id_, _around(words, page, line))
            for at in line:
                confidence = words.confidence(at)
                title = _bbox(_around(words, page, [at])) + ("" if confidence is None else f"; x_wconf {confidence}")
                id_ = f"word_{page.first_word + at}"
                word = SubElement(on_line, "span", {"class": "ocrx_word", "id": id_, "title": title})
                word.text, word.tail = _NOT_XML.sub("�", words.texts[at]), " "
    written: bytes = tostring(html, encoding="utf-8", xml_declaration=True)
    declaration, rest = written.split(b"\n", 1)
    return declaration + b"\n" + _DOCTYPE + rest


def as_alto(described: Description, page: Page, words: Words, language: str | None, program: str) -> bytes:
    """Return the page as ALTO 4."""
    root = Element("alto", {"xmlns": ALTO, "xmlns:xsi": _INSTANCE, "xsi:schemaLocation": _SCHEMA})
    about = SubElement(root, "Description")
    SubElement(about, "MeasurementUnit").text = "pixel"
    source = SubElement(about, "sourceImageInformation")
    SubElement(source, "fileName").text = _NOT_XML.sub("�", described.filename)
    SubElement(source, "fileIdentifier").text = f"urn:sha256:{described.id}"
    processing = SubElement(about, "Processing", {"ID": "reading"})
    SubElement(SubElement(processing, "processingSoftware"), "softwareName").text = program
    width, height = size(page)
    edges = {"WIDTH": str(width), "HEIGHT": str(height)}
    number = {"ID": f"page_{page.number}", "PHYSICAL_IMG_NR": str(page.number)}
    sheet = SubElement(SubElement(root, "Layout"), "Page", number | edges)
    space = SubElement(sheet, "PrintSpace", {"HPOS": "0", "VPOS": "0", **edges})
    spoken = {"LANG": language} if language else {}
    for number_, block in enumerate(blocks(words), start=1):
        placed = _placed(_around(words, page, list(chain(*block))))
        area = SubElement(space, "TextBlock", {"ID": f"block_{page.number}_{number_}", **placed, **spoken})
        for line_number, line in enumerate(block, start=1):
            id_ = f"line_{page.number}_{number_}_{line_number}"
            on_line = SubElement(area, "TextLine", {"ID": id_, **_placed(_around(words, page, line))})
            for at in line:
                if at != line[0]:
                    SubElement(on_line, "SP")
                SubElement(on_line, "String", _string(words, page, at))
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


Edges = tuple[int, int, int, int]


def _string(words: Words, page: Page, at: int) -> dict[str, str]:
    confidence = words.confidence(at)
    sure = {} if confidence is None else {"WC": f"{confidence / 100:.2f}"}
    content = {"ID": f"word_{page.first_word + at}", "CONTENT": _NOT_XML.sub("�", words.texts[at])}
    return content | _placed(_around(words, page, [at])) | sure


def _around(words: Words, page: Page, indexes: list[int]) -> Edges:
    """Return left, top, right and bottom of the box around words, in pixels."""
    width, height = size(page)
    box = Box.around([box for at in indexes if (box := words.box(at))])
    return int(box.x0 * width), int(box.y0 * height), round(box.x1 * width), round(box.y1 * height)


def _bbox(edges: Edges) -> str:
    return "bbox " + " ".join(map(str, edges))


def _placed(edges: Edges) -> dict[str, str]:
    left, top, right, bottom = edges
    values = {"HPOS": left, "VPOS": top, "WIDTH": right - left, "HEIGHT": bottom - top}
    return {name: str(value) for name, value in values.items()}


def _titled(parent: Element, tag: str, kind: str, id_: str, edges: Edges) -> Element:
    return SubElement(parent, tag, {"class": kind, "id": id_, "title": _bbox(edges)})
