"""PPTX through python-pptx: a slide is a page, with its text, tables, charts and diagrams, then its notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pptx
from pptx.exc import PackageNotFoundError, PythonPptxError
from pptx.slide import Slide

from indexer.formats.flowing import SlidesSource, damaged_presentation
from indexer.formats.opendocument import parse_xml
from indexer.formats.packages import PACKAGE_ERRORS, check_package

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_PARAGRAPH, _TEXT, _BREAK, _VALUE = f"{_DRAWING}p", f"{_DRAWING}t", f"{_DRAWING}br", f"{_CHART}v"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

_PICTURED = ("/diagramData", "/chart")
"""Suffixes of the relationship types of diagrams and charts, which have text of their own."""

_ERRORS = (PackageNotFoundError, PythonPptxError, SyntaxError, AttributeError, *PACKAGE_ERRORS)
"""Errors that python-pptx raises on truncated or incomplete packages."""


class PptxSource(SlidesSource):
    """A PowerPoint presentation; an :class:`indexer.formats.source.OpenedOriginal`."""

    agent: Mapping[str, str] = {"reader": f"python-pptx {version('python-pptx')}"}

    def __init__(self, path: Path, filename: str) -> None:
        """Read a presentation.

        :raises archive.errors.DamagedDocument: its package or the XML in it is malformed, or it has no slides.
        :raises archive.errors.TooLarge: it unpacks to more than the limit.
        """
        check_package(path, filename)
        try:
            slides = list(pptx.Presentation(str(path)).slides)
            pages = [list(_lines_of_slide(slide)) for slide in slides]
            has_notes = any(slide.has_notes_slide for slide in slides)
            has_hidden = any(slide.element.get("show") in ("0", "false") for slide in slides)
        except _ERRORS as error:
            raise damaged_presentation(filename, error) from error
        super().__init__(pages, filename, has_notes=has_notes, has_hidden=has_hidden)


def _lines_of_slide(slide: Slide) -> Iterator[str]:
    yield from _lines(slide.element)
    for relationship in slide.part.rels.values():
        if relationship.reltype.endswith(_PICTURED) and not relationship.is_external:
            yield from _lines(parse_xml(relationship.target_part.blob))
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        yield from ("", *slide.notes_slide.notes_text_frame.text.splitlines())


def _lines(root: Any) -> Iterator[str]:
    """Yield a line for each paragraph and each chart value; ``iter`` is not recursive."""
    for element in root.iter(_PARAGRAPH, _VALUE):
        if next(element.iterancestors(_FALLBACK), None) is None:
            if element.tag == _VALUE:
                yield element.text or ""
            else:
                yield from ("", *_of_paragraph(element).split("\n"))


def _of_paragraph(paragraph: Any) -> str:
    return "".join("\n" if part.tag == _BREAK else part.text or "" for part in paragraph.iter(_TEXT, _BREAK))
