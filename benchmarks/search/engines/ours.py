"""The archive's own engine through its interface: index documents are whole documents, and a hit has its pages.

It analyses the words itself, so it uses only the texts of the feed. It indexes more than the others: the words with
their diacritics, the parts of numbers and references, and their look-alikes.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from archive.model import Vendor
from archive.model.description import Description
from archive.search.engine import EngineHit, EngineRequest, IndexEntry, IndexText
from archive.search.entries import LARGE_VOCABULARY, index_entry
from archive.search.query import And, Fuzzy, Or, Pattern, Phrase, Query
from archive.search.rebuilding import MOST_DOCUMENTS
from archive.search.service import make_hit
from archive.search.whoosh_engine.engine import WhooshEngine, matched
from archive.search.whoosh_engine.question import Question as WhooshQuestion
from archive.text.analyzer import FORM_WEIGHT, reading_terms
from archive.text.forms import printed_amounts
from archive.text.vocabulary import IndexField, Term, Vocabulary
from benchmarks.search.analysis import page_words
from benchmarks.search.feed import (
    EXCERPTS,
    FACETS,
    HITS,
    AnalysedDocument,
    Answer,
    CorpusDocument,
    Hit,
    NoSuchQuery,
    Question,
)

_ALL = 10_000_000


class Ours:
    """The adapter of :class:`archive.search.whoosh_engine.engine.WhooshEngine` with the archive's analysis."""

    def __init__(self, folder: Path) -> None:
        self._engine = WhooshEngine(folder / "index")

    def build(self, documents: Iterable[AnalysedDocument]) -> float:
        """Index in batches of 2,000 documents with one commit, as ``dosije reindex --jobs 1`` does."""
        analysis = _Analysis()
        feed = iter(documents)
        rebuild = self._engine.rebuild()
        count = 0
        with rebuild.assembling() as assembly:
            for first in feed:
                batch = chain([first], islice(feed, MOST_DOCUMENTS - 1))
                assembly.take(assembly.builder.build(analysis.entries(batch), count))
                count += MOST_DOCUMENTS
        rebuild.publish(analysis.revisions)
        return analysis.seconds

    def open(self) -> None:
        """Do nothing: the engine opens its files at the first query."""

    def matching(self, question: Question) -> Answer:
        """Find, count and order, without pages."""
        snapshot = self._engine._follower.newest()
        found = matched(WhooshQuestion(snapshot), _request(question))
        hits = [Hit(snapshot.id_of(document), [], []) for document in found.shown.tolist()]
        return Answer(found.total, hits, {facet: dict(found.facets[facet]) for facet in FACETS})

    def page(self, question: Question) -> Answer:
        """Search, and make every hit as the archive's search service does."""
        found = self._engine.search(_request(question))
        facets = {facet: dict(found.facets[facet]) for facet in FACETS}
        return Answer(found.total, [_hit(hit, question.alike) for hit in found.hits], facets)

    def documents(self, question: Question) -> set[str]:
        """Return the ids of all hits."""
        found = self._engine.search(EngineRequest(_query(question), {}, "oldest", _ALL, 0))
        return {hit.id for hit in found.hits}


class _Analysis:
    """Makes index entries. ``seconds`` is the CPU time of the text analysis."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.revisions: dict[str, int] = {}
        self._vocabulary = Vocabulary()

    def entries(self, documents: Iterable[AnalysedDocument]) -> Iterator[IndexEntry]:
        """Yield an entry for each document; they share a vocabulary until it is large."""
        if len(self._vocabulary) > LARGE_VOCABULARY:
            self._vocabulary = Vocabulary()
        for analysed in documents:
            began = time.process_time()
            text = _text(analysed.document, self._vocabulary)
            self.seconds += time.process_time() - began
            self.revisions[analysed.document.id] = 1
            yield index_entry(_description(analysed.document), {}, 1, text)


def _text(document: CorpusDocument, vocabulary: Vocabulary) -> IndexText:
    pages = [page_words(page) for page in document.pages]
    terms = reading_terms([(document.language, page) for page in pages], vocabulary)
    return IndexText(
        reading=1,
        word_count=terms.word_count,
        occurrences=terms.occurrences,
        joined=terms.joined,
        pages=[page.texts for page in pages],
        amounts=printed_amounts(terms.occurrences),
    )


def _description(document: CorpusDocument) -> Description:
    return Description(
        id=document.id,
        filename=f"{document.id[-8:]}.pdf",
        collection="",
        title=f"{document.kind} {document.id[-8:]}",
        kind=document.kind,
        language=document.language,
        municipality=document.municipality,
        buyer=None,
        vendors=tuple(Vendor(name, None, None) for name in document.vendors),
        year=document.year,
        date=None,
        reference=None,
        quality=None,
        page_count=len(document.pages),
    )


def _hit(found: EngineHit, alike: bool) -> Hit:
    hit = make_hit(found, EXCERPTS, alike=alike)
    return Hit(hit.id, [page.number for page in hit.pages], [page.snippet.text for page in hit.pages[:EXCERPTS]])


def _request(question: Question) -> EngineRequest:
    filters = {facet: tuple(values) for facet, values in question.filters.items()}
    return EngineRequest(_query(question), filters, "relevance", HITS, 0, facets=FACETS)


def _query(question: Question) -> Query:
    stems = tuple(Term(IndexField.STEM, stem) for stem in question.stems)
    forms = question.forms
    query: Query
    match question.kind:
        case "word":
            query = stems[0]
        case "and":
            query = And(stems)
        case "or":
            query = Or(stems)
        case "typed":
            query = Or((stems[0], Term(IndexField.FORM, forms[0], FORM_WEIGHT)))
        case "phrase":
            query = Phrase(tuple(forms))
        case "prefix":
            query = Pattern(IndexField.FORM, f"{forms[0]}*")
        case "inside":
            query = Pattern(IndexField.FORM, f"*{forms[0]}*")
        case "fuzzy":
            query = Fuzzy(IndexField.FORM, forms[0], 1)
        case _:
            raise NoSuchQuery(question.kind)
    return query
