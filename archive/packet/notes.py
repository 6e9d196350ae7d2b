"""The notes that persons wrote on the documents of a packet, masked as its citations are."""

from __future__ import annotations

from collections.abc import Iterator

from archive.annotations import annotation_record
from archive.model import Document
from archive.model.annotations import Annotation
from archive.packet.contents import Gathering, PackedNote
from archive.store.catalog import Catalog


def packed_notes(catalog: Catalog, gathering: Gathering, *, masks: bool) -> Iterator[PackedNote]:
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
    for page in catalog.readings.get(span.document, span.reading).pages:
        first, last = max(span.first, page.first_word), min(span.last, page.first_word + page.word_count - 1)
        if first <= last:
            texts = gathering.page(document, span.reading, page.number).words.texts
            shown += texts[first - page.first_word : last - page.first_word + 1]
    return " ".join(shown)
