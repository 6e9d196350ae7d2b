"""Making a packet."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.citing.annotation import as_annotation
from archive.citing.citation import Citation
from archive.citing.formats import FORMATS, default_style
from archive.citing.locators import ni_uri
from archive.errors import InputError, OriginalDamaged, UsageError
from archive.model import Document
from archive.model.rendering import ClipPage, MarkingRenderer
from archive.packet import layout
from archive.packet.bag import close_bag, digest_of, zip_bag
from archive.packet.contents import AGENT, Contents, NumberedPage, table
from archive.packet.gathering import CitedPage, Gathering, MaskedCitation
from archive.packet.log import as_lines
from archive.packet.page import guide, page
from archive.packet.staging import staged
from archive.store.catalog import Catalog
from archive.store.originals.files import OriginalStore

DPI = 200
"""Dots per inch of page images: what OCR reads best, and what a page printed again needs."""

MOST_PAGES = 1000
"""Of a packet. All of its images are bound to one PDF in memory."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a packet is made. ``prefix`` stands before the number of each page, ``masks`` hides personal numbers."""

    title: str
    prefix: str
    masks: bool = True
    originals: bool = True


@dataclass(frozen=True, slots=True)
class Made:
    """A packet that was made. ``seal`` is the hash of its tag manifest, which covers all of it."""

    path: Path
    seal: str
    contents: Contents


@dataclass(frozen=True, slots=True)
class PacketMaker:
    """The parts of an archive that making a packet takes."""

    catalog: Catalog
    originals: OriginalStore
    renderer: MarkingRenderer

    def make(self, citations: Sequence[Citation], wishes: Wishes, target: Path, made_at: datetime) -> Made:
        """Make a packet: a zip if the name of ``target`` ends in ``.zip``, else a folder.

        :raises UsageError: ``target`` exists, or too many pages are cited.
        :raises OriginalDamaged: an original is no longer what it was.
        :raises archive.errors.CatalogError: the event log is broken.
        """
        self.catalog.events.verify()
        gathering = Gathering(self.catalog, citations, masks=wishes.masks)
        if len(gathering.texts) > MOST_PAGES:
            raise UsageError(
                f"{len(gathering.texts)} pages are cited; a packet has room for {MOST_PAGES}.", "Make several packets."
            )
        is_zip = target.suffix.lower() == ".zip"
        with staged(target) as place:
            folder = place.with_suffix("") if is_zip else place
            contents = self._fill(folder, gathering, wishes, made_at)
            seal = close_bag(folder, _told(contents), made_at.date())
            if is_zip:
                zip_bag(folder, place)
        return Made(target, seal, contents)

    def _fill(self, folder: Path, gathering: Gathering, wishes: Wishes, made_at: datetime) -> Contents:
        for name in ("originals", "pages", "text", "citations"):
            (folder / layout.PAYLOAD / name).mkdir(parents=True)
        originals = {one.id: self._original(folder, at, one, wishes) for at, one in enumerate(gathering.documents, 1)}
        pages = tuple(self._draw(folder, gathering.pages, wishes.prefix))
        known = {document.id for document in gathering.documents}
        entries = self.catalog.events.entries(known)
        contents = Contents(
            wishes.title,
            wishes.prefix,
            made_at,
            wishes.masks,
            gathering,
            originals,
            {id_: self.catalog.documents.sources(id_) for id_ in known},
            pages,
            tuple(entry for entry in entries if entry.document in known),
            (entries[-1].number, entries[-1].hash),
        )
        self._write(folder, contents)
        return contents

    def _original(self, folder: Path, number: int, document: Document, wishes: Wishes) -> str | None:
        """Copy an original, comparing its bytes with its name; returns where it is in the packet, if it is to be."""
        if not wishes.originals:
            self.originals.verify(document.id)
            return None
        name = layout.original_file(number, document.filename)
        shutil.copyfile(self.originals.local(document.id), folder / name)
        if digest_of(folder / name) != document.id:
            raise OriginalDamaged(f"The original of {document.filename} has changed.", "Run: dosije check")
        return name

    def _draw(self, folder: Path, pages: Sequence[CitedPage], prefix: str) -> Iterator[NumberedPage]:
        """Write the images of pages; those that can be drawn are numbered."""
        count = 0
        for cited in pages:
            original = self.originals.local(cited.document.id)
            width = round(cited.page.width * DPI / 72)
            try:
                image = self.renderer.render_marked(
                    original, cited.document.media_type, cited.page.number, width, cited.marks, cited.masks
                )
            except InputError as error:
                yield NumberedPage(cited, None, error.message)
                continue
            count += 1
            stamp = f"{prefix}-{count:06}"
            (folder / layout.image_file(stamp)).write_bytes(image)
            yield NumberedPage(cited, stamp)

    def _write(self, folder: Path, contents: Contents) -> None:
        for number, citation in enumerate(contents.gathering.citations, start=1):
            for form in FORMATS:
                _put(folder / layout.citation_file(number, form), _cited(citation, form))
        for text in contents.gathering.texts:
            _put(folder / contents.text_file(text), text.words.text())
        drawn = [_clip_page(folder, one) for one in contents.pages if one.stamp]
        if drawn:
            (folder / layout.CLIP).write_bytes(self.renderer.clip(drawn, contents.title))
        _put(folder / layout.EVENTS, as_lines(contents.events, masks=contents.masks))
        _put(folder / layout.TABLE, json.dumps(table(contents), ensure_ascii=False, indent=2) + "\n")
        _put(folder / layout.GUIDE, guide())
        _put(folder / layout.PAGE, page(contents))


def _cited(citation: Citation, form: str) -> str:
    style = default_style(citation)
    if form == "annotation" and isinstance(citation, MaskedCitation):
        told = as_annotation(citation, style) | {"dosije:masked": True}
        return json.dumps(told, ensure_ascii=False, indent=2)
    return FORMATS[form](citation, style)


def _clip_page(folder: Path, page: NumberedPage) -> ClipPage:
    cited = page.cited
    caption = f"{cited.document.filename}, p. {cited.page.number} — SHA-256 {cited.document.id}"
    assert page.stamp is not None
    image = folder / layout.image_file(page.stamp)
    return ClipPage(image, cited.page.width, cited.page.height, page.stamp, caption, cited.words)


def _told(contents: Contents) -> Iterator[tuple[str, str]]:
    """What ``bag-info.txt`` says: what this is, and where the documents are from."""
    yield "External-Description", contents.title
    yield "Bag-Software-Agent", AGENT
    yield "Internal-Sender-Description", contents.notice
    for document in contents.gathering.documents:
        yield "External-Identifier", ni_uri(document.id)
        for source in contents.sources[document.id]:
            path = contents.gathering.shown(source.path)
            seen = source.seen_at.isoformat(timespec="seconds")
            yield "Dosije-Source", f"{document.filename}, SHA-256 {document.id}, from {path} at {seen}"


def _put(path: Path, text: str) -> None:
    # RIS has line ends of its own; the text of a page must stay as it is to the character.
    path.write_text(text, encoding="utf-8", newline="")
