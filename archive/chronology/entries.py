"""A chronology: the dates of selected documents in order, each with its sentence, place, actor and act; as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any

from archive.chronology.acts import act
from archive.citing.dates import Precision, mentions
from archive.citing.locators import Address
from archive.errors import UsageError
from archive.model import Document, Fact, Span
from archive.procedures.lookup import chains_of
from archive.search.masking import Masking, beside
from archive.search.spreadsheets import Cell, csv_row, write_table
from archive.store.catalog import Catalog
from archive.text.running_lines import RunningLines

MOST_DOCUMENTS = 200
"""Most documents of a chronology, the first of those selected."""

MOST_PAGES = 2000
"""Most pages of these; more are refused."""

_NAMED = frozenset({"vendor", "bidder", "buyer"})
"""Facts whose words are names of possible actors."""


@dataclass(frozen=True, slots=True)
class ChronologyEntry:
    """A date in a document: ``date`` as far as stated, None for a relative term; ``said`` are its words. ``who`` and
    ``what`` are words of the sentence, None if unknown. ``span`` is the sentence."""

    date: str | None
    precision: Precision
    said: str
    who: str | None
    what: str | None
    sentence: str
    document: str
    title: str
    page: int
    span: Span

    @property
    def permalink(self) -> str:
        """The permalink of the sentence, as a path from the root of the web pages."""
        return Address(self.span).path()


@dataclass(frozen=True, slots=True)
class Chronology:
    """Entries in order, with the documents that were read, and the number of selected ones that were not."""

    entries: tuple[ChronologyEntry, ...]
    documents: tuple[str, ...]
    left_out: int

    def as_json(self, base: str) -> dict[str, Any]:
        """Return its JSON; permalinks begin with ``base``."""
        return {
            "documents": list(self.documents),
            "left_out": self.left_out,
            "entries": [_record(one, base) for one in self.entries],
        }

    def masked(self, mask: Masking | None) -> Chronology:
        """Mask the texts. An entry whose date is masked becomes undated."""
        if mask is None:
            return self
        return replace(self, entries=_in_order(_masked(one, mask) for one in self.entries))


def chronology(
    catalog: Catalog, ids: Sequence[str], found: int | None = None, most_pages: int = MOST_PAGES
) -> Chronology:
    """Return the chronology of documents, in their newest readings.

    :param found: the number of selected documents, if ``ids`` are not all of them.
    :raises UsageError: they have too many pages.
    """
    chosen = list(dict.fromkeys(ids))
    read = [catalog.documents.find(id_) for id_ in chosen[:MOST_DOCUMENTS]]
    pages = sum(document.page_count for document in read)
    if pages > most_pages:
        raise UsageError(
            "The papers have %(pages)s pages; a chronology reads %(most)s.",
            "Choose fewer, for example by a filter.",
            pages=f"{pages:,}",
            most=f"{most_pages:,}",
        )
    titles = {id_: one.title for id_, one in catalog.documents.descriptions([one.id for one in read]).items()}
    facts = catalog.facts.by_document([one.id for one in read])
    entries = _in_order(
        entry
        for document in read
        for entry in _entries(catalog, document, titles[document.id], facts.get(document.id, ()))
    )
    return Chronology(entries, tuple(one.id for one in read), max(len(chosen), found or 0) - len(read))


def _in_order(entries: Iterable[ChronologyEntry]) -> tuple[ChronologyEntry, ...]:
    # A partial date sorts before those that begin with it: "2013" before "2013-01-05".
    return tuple(sorted(entries, key=lambda one: (one.date is None, one.date or "")))


def papers_of_procedure(catalog: Catalog, document_id: str) -> list[str]:
    """Return the documents of the procedures that a document belongs to, including itself."""
    document = catalog.documents.find(document_id)
    chains = chains_of(catalog, document.id)
    members = (member.paper.id for chain in chains for member in (*chain.members, *chain.requests))
    return list(dict.fromkeys((*members, document.id)))


def _entries(catalog: Catalog, document: Document, title: str, facts: Sequence[Fact]) -> Iterator[ChronologyEntry]:
    reading = catalog.readings.get(document.id)
    names = [fact.span for fact in facts if fact.span and fact.field in _NAMED and fact.span.reading == reading.number]
    on_pages = catalog.readings.words_on(reading, range(1, len(reading.pages) + 1))
    lines = RunningLines(on_pages.__getitem__, len(reading.pages))
    for page in reading.pages:
        words, start = on_pages[page.number], page.first_word
        dates = list(mentions(words.texts))
        # Recognizing running lines takes longer than finding dates.
        running = lines.on(page.number) if dates else ()
        here = [(name.first - start, name.last - start) for name in names if start <= name.first < start + len(words)]
        for found in dates:
            if found.first in running:
                continue
            told = act(words, found.first, found.last, here)
            yield ChronologyEntry(
                date=found.value,
                precision=found.precision,
                said=" ".join(words.texts[found.first : found.last + 1]).strip(" ,;:()"),
                who=told.who,
                what=told.what,
                sentence=" ".join(words.texts[told.first : told.last + 1]),
                document=document.id,
                title=title,
                page=page.number,
                span=Span(document.id, reading.number, start + told.first, start + told.last),
            )


def _record(one: ChronologyEntry, base: str) -> Mapping[str, Any]:
    return {
        "date": one.date,
        "precision": str(one.precision),
        "said": one.said,
        "who": one.who,
        "what": one.what,
        "sentence": one.sentence,
        "document": one.document,
        "title": one.title,
        "page": one.page,
        "words": [one.span.first, one.span.last],
        "reading": one.span.reading,
        "permalink": base + one.permalink,
    }


def _masked(one: ChronologyEntry, mask: Masking) -> ChronologyEntry:
    mask = beside(mask, [one.document])
    sentence = mask(one.sentence)

    def shown(part: str) -> str:
        # A masked text is recognized by its context, which a part of the sentence lacks.
        at = one.sentence.find(part)
        return mask(part) if at < 0 else sentence[at : at + len(part)]

    said = shown(one.said)
    who, what = (part and shown(part) for part in (one.who, one.what))
    date = one.date if said == one.said else None
    return replace(one, date=date, said=said, sentence=sentence, title=mask(one.title), who=who, what=what)


COLUMNS = ("date", "precision", "said", "who", "what", "sentence", "title", "page", "document", "permalink")
_WIDTHS = (12, 10, 24, 28, 40, 80, 40, 6, 14, 60)


def chronology_csv(told: Chronology, base: str) -> Iterator[str]:
    """Yield the lines of a CSV file."""
    yield csv_row(COLUMNS)
    for cells in _file_rows(told.entries, base):
        yield csv_row(cells)


def write_chronology(told: Chronology, base: str, file: IO[bytes]) -> None:
    """Write a workbook."""
    write_table("Chronology", COLUMNS, _WIDTHS, _file_rows(told.entries, base), file)


def _file_rows(entries: Iterable[ChronologyEntry], base: str) -> Iterator[tuple[Cell, ...]]:
    for one in entries:
        where = one.title, one.page, one.document, base + one.permalink
        yield one.date, str(one.precision), one.said, one.who, one.what, one.sentence, *where
