"""From the catalog to what an engine takes in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archive.description import Description
from archive.model import Reading
from archive.search.engine import Held, IndexEntry, IndexText
from archive.search.query import Field
from archive.store.catalog import Catalog
from archive.text.amounts import printed_amounts
from archive.text.analyzer import attribute_terms, reading_terms, reference_terms
from archive.text.natural import natural_form
from archive.text.vocabulary import Vocabulary

LARGE_VOCABULARY = 400_000
"""Words after which a new vocabulary is begun: some 300 MB. Analysing a word anew costs less than keeping millions."""


class Entries:
    """Makes the entries of documents. Batches share a vocabulary, so that most of their words are analysed once."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._vocabulary = Vocabulary()

    def of(
        self, ids: Sequence[str], revisions: Mapping[str, int], held: Mapping[str, Held] | None = None
    ) -> Iterator[IndexEntry]:
        """The entries of these documents at these revisions.

        :param held: what the index holds. Words that it has already are left out.
        """
        if len(self._vocabulary) > LARGE_VOCABULARY:
            self._vocabulary = Vocabulary()
        descriptions = self._catalog.documents.descriptions(ids)
        for id_, reading in self._catalog.readings.newest(ids).items():
            is_held = held is not None and id_ in held and held[id_].reading == reading.number
            yield index_entry(descriptions[id_], revisions[id_], None if is_held else self._text(reading))

    def _text(self, reading: Reading) -> IndexText:
        words = list(self._catalog.readings.all_words(reading.document, reading.number))
        languages = (page.language or reading.language for page in reading.pages)
        terms = reading_terms(zip(languages, words, strict=True), self._vocabulary)
        return IndexText(
            reading=reading.number,
            word_count=terms.word_count,
            occurrences=terms.occurrences,
            joined=terms.joined,
            pages=[page.texts for page in words],
            amounts=printed_amounts(terms.occurrences),
        )


def index_entry(described: Description, revision: int, text: IndexText | None) -> IndexEntry:
    """What an engine takes in of a document: what is known of it, and its words unless the engine holds them."""
    identifiers = [number for vendor in described.vendors for number in (vendor.pib, vendor.mb) if number]
    return IndexEntry(
        id=described.id,
        revision=revision,
        text=text,
        title=natural_form(described.title),
        date=described.date or (None if described.year is None else str(described.year)),
        terms={
            **attribute_terms([described.title], (Field.TITLE, Field.TITLE_STEM)),
            **attribute_terms(described.names_of_vendors(), (Field.VENDOR, Field.VENDOR_STEM)),
            Field.REFERENCE: reference_terms(described.reference or ""),
            Field.IDENTIFIER: {number: (at,) for at, number in enumerate(dict.fromkeys(identifiers))},
        },
        facets=described.facet_values(),
        shown=described.to_bytes(),
    )
