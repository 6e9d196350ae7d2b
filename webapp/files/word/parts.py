"""What documents for Word are made of, beside what python-docx has."""

from __future__ import annotations

import re
from typing import Any

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

SMALL = Pt(9)

_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold."""


def writable(text: str) -> str:
    """Return a text of a document with a sign in the place of each character that XML cannot hold."""
    return _UNWRITABLE.sub("\ufffd", text)


def new_document(title: str, author: str = "Dosije") -> Document:
    """Begin a document with its title."""
    document = docx.Document()
    document.core_properties.author = writable(author)
    document.core_properties.title = writable(title)
    document.add_heading(writable(title), 0)
    return document


def add_small(document: Document, text: str) -> None:
    """Add a paragraph in small letters."""
    document.add_paragraph().add_run(writable(text)).font.size = SMALL


def add_link(paragraph: Paragraph, text: str, address: str, size: Any = None) -> None:
    """Add a link. python-docx has none of its own: it is a run inside an element that names a relationship."""
    relation = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    run = paragraph.add_run(writable(text))
    run.font.underline = True
    run.font.size = size
    link.append(run._r)
    paragraph._p.append(link)
