"""A story as a Word document: headings and text of its author, quotations with source and short link."""

from __future__ import annotations

from dataclasses import replace
from typing import IO

from docx.document import Document

from archive.archive import Archive
from archive.citing.citation import masked_citation
from archive.citing.copying import copied, copied_lines
from archive.search.masking import Masking, beside
from archive.store.stories.story import NOBODY, ItemKind, Story, StoryReader
from archive.stories.exports import PROOFS
from archive.stories.numbers import CountedNumber, words_behind
from archive.stories.shown_items import ShownItem, shown_items
from webapp.files.word.parts import add_link, add_small, as_printed, new_document, save, writable, written
from webapp.languages.translation import gettext, said
from webapp.links import page_path
from webapp.pages.citation import usual_style
from webapp.pages.findings.wording import counted_from
from webapp.pages.stories.cards import change_text, item_label, label_language, more_behind
from webapp.pages.wording import page_short, shown_title


def write_story(
    archive: Archive, story: Story, base: str, file: IO[bytes], mask: Masking, reader: StoryReader = NOBODY
) -> None:
    """Write a story with ``mask`` applied to documents and notes, and links into the reading room at ``base``."""
    document = new_document(story.title, story.owner)
    written(document.paragraphs[0])
    for one in shown_items(archive, story.items, base, reader):
        _item(archive, document, one, base, mask)
        if (change := change_text(one, reader)) is not None:
            add_small(document, change)
    save(document, file)


def _item(archive: Archive, document: Document, one: ShownItem, base: str, mask: Masking) -> None:
    said, mask = one.item.content.said, beside(mask, [one.path])
    if one.kind is ItemKind.HEADING:
        written(document.add_heading(said["text"], 1))
    elif one.kind is ItemKind.TEXT:
        for line in said["text"].split("\n\n"):
            written(document.add_paragraph(line))
    elif one.is_lost:
        add_small(document, gettext("What was here is no longer in the archive, or not for you."))
    else:
        if one.note is not None:
            written(document.add_paragraph(writable(mask(one.note.note))))
        if one.citation is not None:
            _citation(archive, document, one, base, mask)
        else:
            label = add_link(document.add_paragraph(style="List Bullet"), mask(item_label(one)), base + one.path)
            if label_language(one) is not None:
                as_printed(label)
            if one.now is not None:
                _behind(archive, document, one.now, base + one.path, base, mask)


def _behind(archive: Archive, document: Document, now: CountedNumber, address: str, base: str, mask: Masking) -> None:
    """Write what a number was counted from and cannot know, and the words behind it: the first with their places, and
    how many more there are, at its address."""
    definition = now.table.definition
    add_small(document, " · ".join(counted_from(now.joining, now.cell, definition)))
    for line in definition.cannot:
        add_small(document, gettext("It cannot know: %(what)s", what=said(line)))
    shown = 0
    for proof in words_behind(archive.catalog, now, PROOFS):
        span = proof.proof.fact.span if proof.proof.fact else None
        if span is None or proof.evidence is None:
            continue
        paragraph, number = document.add_paragraph(style="List Bullet 2"), proof.evidence.page.number
        hide = beside(mask, [span.document])
        as_printed(paragraph.add_run(writable(f"„{hide(proof.evidence.quote)}”"))).italic = True
        paragraph.add_run(writable(f" — {hide(shown_title(proof.known).text)}, "))
        add_link(
            paragraph,
            page_short(number),
            base + page_path(span.document, number, (span.reading, span.first, span.last)),
        )
        shown += 1
    if (more := more_behind(now, shown)) is not None:
        add_link(document.add_paragraph(style="List Bullet 2"), more, address)


def _citation(archive: Archive, document: Document, one: ShownItem, base: str, mask: Masking) -> None:
    assert one.citation is not None
    copy = copied(archive.catalog, one.citation, base)
    citation = masked_citation(copy.citation, mask)
    if citation is not copy.citation:
        # A short link also contains a hash of the words.
        copy = replace(copy, citation=citation, link=citation.permalink)
    lines = copied_lines(copy, usual_style(one.citation))
    if lines.heading:
        as_printed(document.add_paragraph().add_run(writable(mask(lines.heading)))).bold = True
    written(document.add_paragraph(writable(lines.quotation), "Quote"))
    source = written(document.add_paragraph(writable(mask(lines.before))))
    as_printed(add_link(source, lines.link, lines.address))
    as_printed(source.add_run(lines.behind))
