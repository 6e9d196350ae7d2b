"""Building of index entries from the catalog: one per document, or one per clause."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from archive.body import body_in
from archive.model import Clause, Description, Reading, Words
from archive.model.clauses import units
from archive.search.engine import Held, IndexEntry, IndexText
from archive.search.results import ShownClause
from archive.store.catalog import Catalog
from archive.text.analyzer import attribute_terms, reading_terms, reference_terms
from archive.text.folding import natural_form
from archive.text.forms import printed_amounts
from archive.text.running_lines import RunningLines
from archive.text.vocabulary import IndexField, Vocabulary

if TYPE_CHECKING:
    from archive.store.vendors.indexed import IndexedVendor

_Known = tuple[Description, "Mapping[str, IndexedVendor]"]
"""The description of a document, and the index data of its vendors by printed name."""

LARGE_VOCABULARY = 400_000
"""Number of words at which a vocabulary is replaced by a new one, about 300 MB. Analysing words again costs less than
caching millions."""


PAGES_AT_ONCE = 100
"""Pages whose words are read with one query."""


class Entries:
    """Builds the entries of documents. Batches share a vocabulary, so that most words are analysed once."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._vocabulary = Vocabulary()

    def of(
        self, ids: Sequence[str], revisions: Mapping[str, int], held: Mapping[str, Held] | None = None
    ) -> Iterator[IndexEntry]:
        """Yield the entries of these documents at these revisions.

        :param held: what the index holds; words of an indexed reading are omitted.
        """
        self._bound_vocabulary()
        known = self._known(ids)
        readings = self._catalog.readings.newest(ids)
        has_words = {id_: of_it.reading for id_, of_it in (held or {}).items()}
        for id_, reading in readings.items():
            if has_words.get(id_) == reading.number:
                yield index_entry(*known[id_], revisions[id_], None)
        without = (reading for id_, reading in readings.items() if has_words.get(id_) != reading.number)
        for reading, words in self._with_words(without):
            yield index_entry(*known[reading.document], revisions[reading.document], self._text(reading, words))

    def _known(self, ids: Collection[str]) -> dict[str, _Known]:
        """Return what an entry needs of each document. Names of vendors are not included; they are looked up later."""
        vendors = self._catalog.vendors.indexed(ids)
        described = self._catalog.documents.descriptions(ids)
        return {id_: (_with_keys(one, vendors.get(id_, {})), vendors.get(id_, {})) for id_, one in described.items()}

    def _bound_vocabulary(self) -> None:
        if len(self._vocabulary) > LARGE_VOCABULARY:
            self._vocabulary = Vocabulary()

    def _with_words(self, readings: Iterable[Reading]) -> Iterator[tuple[Reading, list[Words]]]:
        """Yield readings with the words of their pages: short documents in batches, a long one alone."""
        for some in _batches(readings):
            pages = [(reading.document, reading.number, page.number) for reading in some for page in reading.pages]
            found = self._catalog.readings.words_of_pages(pages)
            for reading in some:
                yield reading, [found[reading.document, reading.number, page.number] for page in reading.pages]

    def _text(self, reading: Reading, words: Sequence[Words]) -> IndexText:
        languages = (page.language or reading.language for page in reading.pages)
        return self._analysed(reading, list(zip(languages, words, strict=True)))

    def _analysed(self, reading: Reading, pages: Sequence[tuple[str | None, Words]]) -> IndexText:
        """Return the analysed words of pages, each with its language."""
        terms = reading_terms(pages, self._vocabulary)
        return IndexText(
            reading=reading.number,
            word_count=terms.word_count,
            occurrences=terms.occurrences,
            joined=terms.joined,
            pages=[words.texts for _, words in pages],
            amounts=printed_amounts(terms.occurrences),
        )


def _with_keys(described: Description, vendors: Mapping[str, IndexedVendor]) -> Description:
    """Return a description for the index: vendors by key instead of by name."""
    keys = dict.fromkeys(vendors[one.name].key for one in described.vendors if one.name in vendors)
    return replace(described, vendor_entities=tuple(keys), vendor_names=())


class ClauseEntries(Entries):
    """Builds an entry of each clause that is a unit. Ids are those of :func:`entry_id`."""

    def of(
        self, ids: Sequence[str], revisions: Mapping[str, int], held: Mapping[str, Held] | None = None
    ) -> Iterator[IndexEntry]:
        """Yield the entries of these clauses at these revisions, always with their words."""
        self._bound_vocabulary()
        by_document = {document: set(listed) for document, listed in groupby(ids, document_of)}
        known = self._known(by_document)
        clauses = self._catalog.clauses.by_document(by_document)
        for reading, words in self._with_words(self._catalog.readings.newest(by_document).values()):
            document = reading.document
            by_page = dict(enumerate(words, start=1))
            running = RunningLines.of(by_page)
            for clause in units(clauses.get(document, ())):
                id_ = entry_id(document, clause.span.first, clause.eid)
                if id_ in by_document[document]:
                    kept = {at for part in body_in(reading, clause.span, by_page, running) for at in part.numbers}
                    left_out = sorted(set(range(clause.span.first, clause.span.last + 1)) - kept)
                    yield self._entry(known[document], revisions[id_], clause, reading, words, left_out)

    def _entry(
        self,
        known: _Known,
        revision: int,
        clause: Clause,
        reading: Reading,
        words: Sequence[Words],
        left_out: Sequence[int],
    ) -> IndexEntry:
        (described, vendors), span = known, clause.span
        first_page, last_page = (reading.page_of_word(at).number for at in (span.first, span.last))
        pages = [
            (
                page.language or reading.language,
                words[page.number - 1].between(max(0, span.first - page.first_word), span.last - page.first_word + 1),
            )
            for page in reading.pages[first_page - 1 : last_page]
        ]
        named = clause.eid, clause.label, clause.heading, clause.topic
        shown = ShownClause(*named, span.first, span.last, first_page, left_out)
        titled = replace(described, title=clause.heading or clause.label)
        entry = index_entry(titled, vendors, revision, self._analysed(reading, pages))
        return replace(
            entry,
            id=entry_id(described.id, span.first, clause.eid),
            facets={**entry.facets, "topic": () if clause.topic is None else (clause.topic,)},
            shown=shown.to_bytes(described),
        )


def _batches(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """Yield readings in lists of at most :data:`PAGES_AT_ONCE` pages, or of one reading."""
    some: list[Reading] = []
    count = 0
    for reading in readings:
        if some and count + len(reading.pages) > PAGES_AT_ONCE:
            yield some
            some, count = [], 0
        some.append(reading)
        count += len(reading.pages)
    if some:
        yield some


def index_entry(
    described: Description, vendors: Mapping[str, IndexedVendor], revision: int, text: IndexText | None
) -> IndexEntry:
    """Build the entry of a document: its facts, and its words unless the engine has them.

    :param vendors: the index data of its vendors, by printed name. A vendor that is not identified yet is indexed by
        that name.
    """
    from archive.store.vendors.indexed import IndexedVendor, words_of  # noqa: PLC0415 - a search makes no entry

    identifiers = [number for vendor in described.vendors for number in (vendor.pib, vendor.mb) if number]
    printed = (vendor.name for vendor in described.vendors)
    known = [vendors.get(one) or IndexedVendor(frozenset((one,)), words_of([one])) for one in printed]
    words = sorted({word for one in known for word in one.words})
    return IndexEntry(
        id=described.id,
        revision=revision,
        text=text,
        title=natural_form(described.title),
        date=described.date or (None if described.year is None else str(described.year)),
        terms={
            **attribute_terms([described.title], (IndexField.TITLE, IndexField.TITLE_STEM)),
            **attribute_terms(words, (IndexField.VENDOR, IndexField.VENDOR_STEM)),
            IndexField.REFERENCE: reference_terms(described.reference or ""),
            IndexField.IDENTIFIER: {number: (at,) for at, number in enumerate(dict.fromkeys(identifiers))},
        },
        facets={**described.facet_values(), "vendor": tuple(dict.fromkeys(one.key for one in known))},
        shown=described.to_bytes(),
    )


def entry_id(document: str, first_word: int, eid: str) -> str:
    """Return the id of a clause in an index. Ids sort in the order of clauses: article 2 before article 10."""
    return f"{document}/{first_word:08}/{eid}"


def document_of(id_: str) -> str:
    """Return the document of an entry's id."""
    return id_.partition("/")[0]
