"""Making of packets, atomically: in a hidden folder beside the target, which is renamed at the end."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.annotations import annotation_record
from archive.citing.annotation import as_annotation
from archive.citing.citation import Citation, MaskedCitation
from archive.citing.formats import FORMATS, default_style
from archive.citing.locators import ni_uri
from archive.errors import ArchiveBusy, ArchiveError, InputError, OriginalDamaged, UsageError
from archive.masking.decisions import record_export
from archive.masking.masks import PERSONAL_NUMBERS, MaskRules
from archive.model import Document
from archive.model.annotations import Annotation
from archive.model.rendering import ClipPage, MarkingRenderer
from archive.packet import layout
from archive.packet.contents import AGENT, CitedPage, Gathering, NumberedPage, PackedNote, PacketContents, table
from archive.packet.layout import close_bag, zip_bag
from archive.packet.log import as_lines
from archive.packet.page import guide, page
from archive.store.catalog import Catalog
from archive.store.events import Events
from archive.store.originals.files import OriginalStore
from archive.system.files import rename, sha256_of, sync


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """Yield a temporary path that is renamed to ``target`` when the block succeeds, and deleted otherwise.

    Only a killed process leaves its hidden folder; the next one with this target deletes it.

    :raises UsageError: ``target`` exists, or its folder does not.
    :raises ArchiveBusy: another process makes the same target.
    :raises ArchiveError: it cannot be written, for example because the disk is full.
    """
    target = target.absolute()
    _refuse_existing(target)
    if not target.parent.is_dir():
        raise UsageError(f"There is no folder {target.parent}.", "Make it first.")
    try:
        with _hidden_folder(target) as folder:
            made = folder / target.name
            yield made
            _sync(made)
            _refuse_existing(target)
            rename(made, target)
    except OSError as error:
        raise ArchiveError(
            f"{target} cannot be written: {error.strerror}.",
            "Check that the disk has room and that Dosije can write there.",
        ) from error


def _refuse_existing(target: Path) -> None:
    if os.path.lexists(target):
        raise UsageError(f"{target} exists already.", "Give another name; a packet is never changed or overwritten.")


@contextmanager
def _hidden_folder(target: Path) -> Iterator[Path]:
    """Yield an exclusively locked folder. The lock is released when the process dies, so that the next one recognizes a
    remainder."""
    folder = target.with_name(f".{target.name}.part")
    folder.mkdir(exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveBusy(f"Another process is making {target}.", "Wait for it, or give another name.") from error
        try:
            _empty(folder)
            yield folder
        finally:
            shutil.rmtree(folder)
    finally:
        os.close(handle)


def _empty(folder: Path) -> None:
    for left in folder.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()


def _sync(made: Path) -> None:
    """Sync all files before the rename."""
    if made.is_dir():
        for above, folders, files in os.walk(made):
            for name in (*files, *folders):
                sync(Path(above, name))
    sync(made)


DPI = 200
"""Resolution of page images: the best for OCR, and sufficient for printing."""

MOST_PAGES = 1000
"""Most pages of a packet. All of its images are combined to one PDF in memory."""


@dataclass(frozen=True, slots=True)
class PacketOptions:
    """Options of a packet. ``prefix`` is the prefix of page numbers. ``masks`` applies the masks found by ``rules``. If
    classes are selected, the masks must be approved, and the unmasked originals are omitted. ``notes`` includes the
    annotations on cited documents."""

    title: str
    prefix: str
    masks: bool = True
    originals: bool = True
    rules: MaskRules = PERSONAL_NUMBERS
    notes: bool = False


@dataclass(frozen=True, slots=True)
class Packet:
    """A finished packet. ``seal`` is the hash of its tag manifest, which covers all of it."""

    path: Path
    seal: str
    contents: PacketContents


@dataclass(frozen=True, slots=True)
class PacketMaker:
    """The parts of an archive that making a packet needs. ``progress`` is called with the number of rendered pages and
    the total.

    The ``catalog`` may hide collections from the recipient; ``log`` is the unfiltered one, because only that can be
    verified.
    """

    catalog: Catalog
    originals: OriginalStore
    renderer: MarkingRenderer
    progress: Callable[[int, int], None] = lambda _done, _total: None
    log: Events | None = None

    def make(self, citations: Sequence[Citation], wishes: PacketOptions, target: Path, made_at: datetime) -> Packet:
        """Make a packet: a zip if the name of ``target`` ends in ``.zip``, else a folder.

        :raises UsageError: ``target`` exists, or too many pages are cited.
        :raises OriginalDamaged: an original has changed.
        :raises archive.errors.CatalogError: the event log is broken.
        """
        (self.log or self.catalog.events).verify()
        gathering = Gathering(self.catalog, citations, wishes.rules if wishes.masks else None)
        if len(gathering.texts) > MOST_PAGES:
            raise UsageError(
                f"{len(gathering.texts)} pages are cited; a packet has room for {MOST_PAGES}.", "Make several packets."
            )
        is_zip = target.suffix.lower() == ".zip"
        with staged(target) as place:
            folder = place.with_suffix("") if is_zip else place
            contents = self._fill(folder, gathering, wishes, made_at)
            seal = close_bag(folder, _bag_info(contents), made_at.date())
            if is_zip:
                zip_bag(folder, place)
        if gathering.has_chosen:
            record_export(self.catalog, f"packet {seal}", gathering.counts, gathering.classes)
        return Packet(target, seal, contents)

    def _fill(self, folder: Path, gathering: Gathering, wishes: PacketOptions, made_at: datetime) -> PacketContents:
        names = ("originals", "pages", "text", "citations", *(["notes"] if wishes.notes else []))
        for name in names:
            (folder / layout.PAYLOAD / name).mkdir(parents=True)
        originals = {one.id: self._original(folder, at, one, wishes) for at, one in enumerate(gathering.documents, 1)}
        pages = tuple(self._draw(folder, gathering.pages, wishes.prefix))
        known = {document.id for document in gathering.documents}
        entries = self.catalog.events.entries(known)
        contents = PacketContents(
            gathering.shown(wishes.title),
            wishes.prefix,
            made_at,
            wishes.masks,
            gathering,
            originals,
            {id_: self.catalog.documents.sources(id_) for id_ in known},
            pages,
            tuple(entry for entry in entries if entry.document in known),
            (entries[-1].number, entries[-1].hash),
            tuple(_packed_notes(self.catalog, gathering, masks=wishes.masks)) if wishes.notes else (),
        )
        self._write(folder, contents)
        return contents

    def _original(self, folder: Path, number: int, document: Document, wishes: PacketOptions) -> str | None:
        """Copy an original, verifying its hash; returns its file in the packet, or None if originals are omitted."""
        if not wishes.originals or wishes.rules.has_chosen:
            self.originals.verify(document.id)
            return None
        name = layout.original_file(number, document.filename)
        shutil.copyfile(self.originals.local(document.id), folder / name)
        if sha256_of(folder / name) != document.id:
            raise OriginalDamaged(f"The original of {document.filename} has changed.", "Run: dosije check")
        return name

    def _draw(self, folder: Path, pages: Sequence[CitedPage], prefix: str) -> Iterator[NumberedPage]:
        """Write the images of pages; those that can be rendered are numbered."""
        count = 0
        for at, cited in enumerate(pages):
            self.progress(at, len(pages))
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

    def _write(self, folder: Path, contents: PacketContents) -> None:
        for number, citation in enumerate(contents.gathering.citations, start=1):
            for form in layout.ENDINGS:
                _write_text(folder / layout.citation_file(number, form), _cited(citation, form))
        for text in contents.gathering.texts:
            _write_text(folder / contents.text_file(text), text.words.text())
        for number, note in enumerate(contents.notes, start=1):
            _write_text(folder / layout.note_file(number), json.dumps(note.told, ensure_ascii=False, indent=2))
        drawn = [_clip_page(folder, one) for one in contents.pages if one.stamp]
        if drawn:
            (folder / layout.CLIP).write_bytes(self.renderer.clip(drawn, contents.title))
        _write_text(folder / layout.EVENTS, as_lines(contents.events, contents.gathering.shown))
        _write_text(folder / layout.TABLE, json.dumps(table(contents), ensure_ascii=False, indent=2) + "\n")
        _write_text(folder / layout.GUIDE, guide())
        _write_text(folder / layout.PAGE, page(contents))


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


def _bag_info(contents: PacketContents) -> Iterator[tuple[str, str]]:
    """Yield the fields of ``bag-info.txt``: a description, and the sources of the documents."""
    yield "External-Description", contents.title
    yield "Bag-Software-Agent", AGENT
    yield "Internal-Sender-Description", contents.notice
    for document in contents.gathering.documents:
        yield "External-Identifier", ni_uri(document.id)
        for source in contents.sources[document.id]:
            path = contents.gathering.shown(source.path)
            seen = source.seen_at.isoformat(timespec="seconds")
            yield "Dosije-Source", f"{document.filename}, SHA-256 {document.id}, from {path} at {seen}"


def _write_text(path: Path, text: str) -> None:
    # RIS requires its own line ends; the text of a page must be exact to the character.
    path.write_text(text, encoding="utf-8", newline="")


def _packed_notes(catalog: Catalog, gathering: Gathering, *, masks: bool) -> Iterator[PackedNote]:
    """Yield the notes on the documents that are cited, by document, each as it stands now."""
    base = gathering.citations[0].base_url
    for document in gathering.documents:
        for note in catalog.annotations.all(document.id):
            quote, text = note.target.quote, note.note
            told = annotation_record(note, base)
            if masks:
                quote, text = gathering.shown(_masked_quote(catalog, gathering, document, note)), gathering.shown(text)
                # What it was made on has the words of an earlier reading, which are masked nowhere.
                told |= {"quote": quote or None, "note": text, "made_on": None}
            yield PackedNote(document.id, note.target.page, quote, text, note.by, note.created_at, told)


def _masked_quote(catalog: Catalog, gathering: Gathering, document: Document, note: Annotation) -> str:
    """Return the words of a note, masked among all words of their pages: a number may be quoted by half."""
    span = note.target.span
    if span is None:
        return ""
    shown: list[str] = []
    for on in catalog.readings.get(span.document, span.reading).pages:
        first, last = max(span.first, on.first_word), min(span.last, on.first_word + on.word_count - 1)
        if first <= last:
            texts = gathering.page(document, span.reading, on.number).words.texts
            shown += texts[first - on.first_word : last - on.first_word + 1]
    return " ".join(shown)
