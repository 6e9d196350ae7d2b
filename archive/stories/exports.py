"""Export of stories: Markdown, and a CSV list of documents.

Texts of documents are masked by ``mask``; the reader's own texts are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from archive.archive import Archive
from archive.citing.citation import masked_citation
from archive.citing.formats import default_style
from archive.citing.prose import shortened, source
from archive.citing.styles import STYLES
from archive.findings.definition import CountedUnit
from archive.findings.sentences import ENGLISH
from archive.model import Description
from archive.search.masking import Masking, beside
from archive.search.request import STORY
from archive.search.spreadsheets import csv_row
from archive.store.stories.story import NOBODY, ItemKind, Story, StoryReader
from archive.stories.numbers import CountedNumber, words_behind
from archive.stories.shown_items import ShownItem, shown_items

PROOFS = 3
"""Most proofs of a number whose evidence is quoted."""

LOST = "(not in the archive, or not for you)"

_COLUMNS = ("id", "title", "kind", "municipality", "buyer", "vendors", "year", "date", "reference", "pages", "url")
_MARKS = re.compile(r"([\\`*_\[\]<>#|])")


def markdown_lines(
    archive: Archive, story: Story, base_url: str, mask: Masking, reader: StoryReader = NOBODY
) -> Iterator[str]:
    """Yield the paragraphs of a story in Markdown, for a reader, each followed by an empty line."""
    yield f"# {_escaped(story.title)}\n\n"
    for one in shown_items(archive, story.items, base_url, reader):
        yield f"{_paragraph(one, base_url, mask)}\n\n"
        if one.now is not None:
            yield from (f"  {line}\n\n" for line in _behind(archive, one, one.now, base_url, mask))
            if (change := change_text(one, reader)) is not None:
                yield f"  {change}\n\n"


def paper_rows(archive: Archive, story: Story, base_url: str, mask: Masking, _: StoryReader = NOBODY) -> Iterator[str]:
    """Yield the lines of a CSV file (RFC 4180): one for each document of a story, in its order."""
    known = [id_ for id_ in story.documents if archive.catalog.documents.has(id_)]
    described = archive.catalog.documents.descriptions(known)
    yield csv_row(_COLUMNS)
    for id_ in known:
        one = described[id_]
        told = (one.title, one.kind, one.municipality, one.buyer, "; ".join(vendor.name for vendor in one.vendors))
        more = (one.year, one.date, one.reference, one.page_count)
        shown = beside(mask, [id_])
        cells = [None if value is None else shown(str(value)) for value in (*told, *more)]
        yield csv_row((id_, *cells, f"{base_url}/documents/{id_}"))


def _behind(archive: Archive, one: ShownItem, now: CountedNumber, base_url: str, mask: Masking) -> Iterator[str]:
    """Yield what a number was counted from and cannot know, its first proofs with their places, and how many more there
    are."""
    definition, cell = now.table.definition, now.cell
    rest = "" if now.joining.count else f"; not counted here: {cell.unknown}"
    units = "" if definition.counts is CountedUnit.DOCUMENTS else f"{definition.counts}: {cell.units}; "
    yield f"From {units}documents: {cell.documents}{rest}."
    yield from (f"It cannot know: {line}" for line in definition.cannot)
    shown = 0
    for proof in words_behind(archive.catalog, now, PROOFS):
        span = proof.proof.fact.span if proof.proof.fact else None
        if span is not None and proof.evidence is not None:
            number = proof.evidence.page.number
            path = f"/documents/{span.document}/pages/{number}?reading={span.reading}&words={span.first}-{span.last}"
            hide = beside(mask, [span.document])
            quote, title = _escaped(hide(proof.evidence.quote)), _escaped(hide(proof.known.title))
            yield f"> „{quote}” — [{title}, p. {number}]({base_url}{path})"
            shown += 1
    if more := len(now.cell.proofs) - shown:
        yield f"[and {more} more behind it]({base_url}{one.path})"


def change_text(one: ShownItem, reader: StoryReader) -> str | None:
    """Return what a number was when it was added, if it is another now and the reader may know it."""
    value = one.value_when_added(reader)
    return None if value is None else f"It was {_number(value)} when it was added, {one.item.at:%Y-%m-%d}."


def _number(value: str) -> str:
    return ENGLISH.number(Decimal(value)) if value else "unknown"


def _paragraph(one: ShownItem, base_url: str, mask: Masking) -> str:
    said = one.item.content.said
    if one.kind is ItemKind.HEADING:
        return f"## {_escaped(said['text'])}"
    if one.kind is ItemKind.TEXT:
        return _escaped(said["text"])
    if one.is_lost:
        return f"- {one.kind} {LOST}"
    mask = beside(mask, [one.path])
    note = f"{_escaped(mask(one.note.note))}\n\n" if one.note else ""
    if one.citation is not None:
        # Masked before the middle is omitted, because half a number would not be recognized.
        citation, style = masked_citation(one.citation, mask), default_style(one.citation)
        words = _escaped(STYLES[style].quotation.format(shortened(citation)))
        return f"{note}> {words}\n>\n> — [{_escaped(mask(source(citation, style)))}]({citation.permalink})"
    return f"{note}- [{_escaped(mask(label(one)))}]({base_url}{one.path})"


def label(one: ShownItem) -> str:
    """Return the label of an item without a quotation."""
    said = one.item.content.said
    if one.vendor is not None:
        return one.vendor.name
    if one.now is not None:
        table = one.now.table.definition.title
        row = ", ".join(value or "unknown" for value in one.now.joining.key)
        return f"{table}: {', '.join(filter(None, (row, *one.now.columns)))}: {_number(one.now.value)}"
    if one.description is None:
        return " ".join(value for name, of_it in said["parameters"].items() if name != STORY for value in of_it)
    page = f", p. {said['page']}" if one.kind is ItemKind.PAGE else ""
    return f"{described(one.description)}{page}"


def described(known: Description) -> str:
    """Return a short description of a document."""
    return ", ".join(filter(None, (known.title, known.municipality, str(known.year or ""))))


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)
