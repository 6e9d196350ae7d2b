"""Helpers for Word documents, beside python-docx."""

from __future__ import annotations

import re
from functools import cache
from typing import IO, Any
from weakref import WeakKeyDictionary

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.parts.story import StoryPart
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from webapp.languages.scripts import in_script

SMALL = Pt(9)

_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot contain."""


def writable(text: str) -> str:
    """Return a text with characters that XML cannot contain replaced."""
    return _UNWRITABLE.sub("\ufffd", text)


def new_document(title: str, author: str = "Dosije") -> Document:
    """Return a new document with its title."""
    document = docx.Document()
    # For each paragraph it would go through all styles.
    document.part.get_style_id = cache(document.part.get_style_id)  # type: ignore[method-assign]
    document.core_properties.author = writable(author)
    document.core_properties.title = writable(title)
    document.add_heading(writable(title), 0)
    return document


def written(paragraph: Paragraph) -> Paragraph:
    """Mark all runs of a paragraph as quoted (:func:`as_printed`)."""
    for run in paragraph.runs:
        as_printed(run)
    return paragraph


def as_printed(run: Run) -> Run:
    """Mark a run as the words of a document or a person: its script is kept, and Word does not check its spelling."""
    run.font.no_proof = True
    return run


def save(document: Document, file: IO[bytes]) -> None:
    """Write a document, with everything that is not :func:`as_printed` in the script of the reader."""
    for element in document.element.body.iter(qn("w:r")):
        run = Run(element, document)
        if not run.font.no_proof:
            for text in element.iter(qn("w:t")):
                text.text = in_script(text.text or "")
    heading = document.paragraphs[0].runs
    if heading and not heading[0].font.no_proof:
        document.core_properties.title = in_script(document.core_properties.title)
    document.save(file)  # python-docx writes to any file


def add_small(document: Document, text: str) -> None:
    """Add a paragraph in small type."""
    document.add_paragraph().add_run(writable(text)).font.size = SMALL


_ADDRESSES: WeakKeyDictionary[StoryPart, dict[str, str]] = WeakKeyDictionary()
"""The relation of each address that a part of a document links to."""


def add_link(paragraph: Paragraph, text: str, address: str, size: Any = None) -> Run:
    """Add a link and return its run: python-docx has no links of its own, so it lies in an element."""
    # It would look for the address among those of all links so far.
    known = _ADDRESSES.setdefault(paragraph.part, {})
    relation = known.setdefault(address, f"link{len(known)}")
    if relation not in paragraph.part.rels:
        paragraph.part.rels.add_relationship(RELATIONSHIP_TYPE.HYPERLINK, address, relation, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    run = paragraph.add_run(writable(text))
    run.font.underline = True
    run.font.size = size
    link.append(run._r)
    paragraph._p.append(link)
    return run
