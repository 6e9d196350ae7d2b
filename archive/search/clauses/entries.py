"""From the clauses of the catalog to what an engine takes in: each unit as if it were a document of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby

from archive.body import body_in
from archive.clauses import units
from archive.description import Description
from archive.model import Clause, Reading
from archive.search.engine import IndexEntry, IndexText
from archive.search.entries import LARGE_VOCABULARY, index_entry
from archive.store.catalog import Catalog
from archive.text.amounts import printed_amounts
from archive.text.analyzer import reading_terms
from archive.text.running import RunningLines
from archive.text.vocabulary import Vocabulary
from archive.words import Words


@dataclass(frozen=True, slots=True)
class ShownClause:
    """What a hit says of its clause, beside the description of the document. Words and pages are the document's.
    ``left_out`` are the words in running lines, which no snippet shows."""

    eid: str
    label: str
    heading: str | None
    topic: str | None
    first_word: int
    last_word: int
    first_page: int
    left_out: Sequence[int] = ()

    def to_bytes(self, described: Description) -> bytes:
        """The clause and its document, for an index to keep beside the words."""
        return json.dumps(asdict(self), ensure_ascii=False).encode() + b"\n" + described.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> tuple[ShownClause, Description]:
        """What :meth:`to_bytes` wrote. JSON holds no bare line end, so the first one parts the two."""
        clause, _, described = data.partition(b"\n")
        return cls(**json.loads(clause)), Description.from_bytes(described)


def entry_id(document: str, first_word: int, eid: str) -> str:
    """What an index calls a clause. Engines list by these names what nothing else orders, so they are in the order in
    which the clauses stand: article 2 comes before article 10."""
    return f"{document}/{first_word:08}/{eid}"


def document_of(id_: str) -> str:
    """The id of the document that an entry's clause stands in."""
    return id_.partition("/")[0]


class ClauseEntries:
    """Makes the entries of clauses. Batches share a vocabulary, so that most of their words are analysed once."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._vocabulary = Vocabulary()

    def of(self, ids: Sequence[str], revisions: Mapping[str, int]) -> Iterator[IndexEntry]:
        """The entries of these clauses, by what the index calls them, at these revisions."""
        if len(self._vocabulary) > LARGE_VOCABULARY:
            self._vocabulary = Vocabulary()
        by_document = {document: set(listed) for document, listed in groupby(ids, document_of)}
        descriptions = self._catalog.documents.descriptions(by_document)
        clauses = self._catalog.clauses.by_document(by_document)
        for document, reading in self._catalog.readings.newest(by_document).items():
            words = list(self._catalog.readings.all_words(document, reading.number))
            by_page = dict(enumerate(words, start=1))
            running = RunningLines.of(by_page)
            for clause in units(clauses.get(document, ())):
                id_ = entry_id(document, clause.span.first, clause.eid)
                if id_ in by_document[document]:
                    said = {at for part in body_in(reading, clause.span, by_page, running) for at in part.numbers}
                    left_out = sorted(set(range(clause.span.first, clause.span.last + 1)) - said)
                    yield self._entry(descriptions[document], revisions[id_], clause, reading, words, left_out)

    def _entry(
        self,
        described: Description,
        revision: int,
        clause: Clause,
        reading: Reading,
        words: Sequence[Words],
        left_out: Sequence[int],
    ) -> IndexEntry:
        first_page = reading.page_of_word(clause.span.first).number
        last_page = reading.page_of_word(clause.span.last).number
        cut = [
            (page.language or reading.language, words[page.number - 1].between(*_on_page(clause, page.first_word)))
            for page in reading.pages[first_page - 1 : last_page]
        ]
        terms = reading_terms(cut, self._vocabulary)
        span = clause.span
        named = clause.eid, clause.label, clause.heading, clause.topic
        shown = ShownClause(*named, span.first, span.last, first_page, left_out)
        text = IndexText(
            reading=reading.number,
            word_count=terms.word_count,
            occurrences=terms.occurrences,
            joined=terms.joined,
            pages=[page.texts for _, page in cut],
            amounts=printed_amounts(terms.occurrences),
        )
        of_document = index_entry(replace(described, title=clause.heading or clause.label), revision, text)
        topic = () if clause.topic is None else (clause.topic,)
        return replace(
            of_document,
            id=entry_id(described.id, span.first, clause.eid),
            facets={**of_document.facets, "topic": topic},
            shown=shown.to_bytes(described),
        )


def _on_page(clause: Clause, first_word: int) -> tuple[int, int]:
    return max(0, clause.span.first - first_word), clause.span.last - first_word + 1
