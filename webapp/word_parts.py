"""What documents for Word are made of, beside what python-docx has."""

from __future__ import annotations

from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

SMALL = Pt(9)


def add_small(document: Document, text: str) -> None:
    """Add a paragraph in small letters."""
    document.add_paragraph().add_run(text).font.size = SMALL


def add_link(paragraph: Paragraph, text: str, address: str, size: Any = None) -> None:
    """Add a link. python-docx has none of its own: it is a run inside an element that names a relationship."""
    relation = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    run = paragraph.add_run(text)
    run.font.underline = True
    run.font.size = size
    link.append(run._r)
    paragraph._p.append(link)
