"""tantivy, by its Python binding: pages are documents, forms and stems two fields, facets string fast fields.

It has no collapsing, so more hits than are shown are fetched and collapsed here, by a numeric fast field. Its counts
are of pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import tantivy
from tantivy import Occur, Order
from tantivy import Query as TantivyQuery

from benchmarks.search.feed import (
    EXCERPTS,
    FACETS,
    HITS,
    AnalysedDocument,
    Answer,
    Hit,
    NoSuchQuery,
    Question,
    snippet_of,
)

_HEAP = 256_000_000
_FETCHED = 200
_MOST_PAGES = 20_000
_BUCKETS = 3000
_MAX_DOCUMENTS = 10_000_000


def _schema(has_text: bool) -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("form", tokenizer_name="spaces")
    builder.add_text_field("stem", tokenizer_name="spaces")
    builder.add_unsigned_field("number", indexed=True, fast=True)
    builder.add_unsigned_field("page", fast=True)
    for facet in FACETS:
        builder.add_text_field(facet, fast=True, tokenizer_name="raw")
    if has_text:
        builder.add_bytes_field("text", stored=True)
    return builder.build()


class TantivyIndex:
    """One tantivy index."""

    def __init__(self, folder: Path, has_text: bool) -> None:
        folder.mkdir(exist_ok=True)
        self.schema = _schema(has_text)
        self.index = tantivy.Index(self.schema, path=str(folder))
        spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self.index.register_tokenizer("spaces", spaces)
        self.searcher = self.index.searcher()

    def writer(self) -> tantivy.IndexWriter:
        """A writer of one thread."""
        return self.index.writer(heap_size=_HEAP, num_threads=1)

    def numbers(self, field: str, addresses: list[tantivy.DocAddress]) -> list[int]:
        """The values of a numeric fast field that every document has."""
        return [int(value) for value in self.searcher.fast_field_values(field, addresses) if value is not None]

    def query(self, question: Question) -> TantivyQuery:
        """The question without its filters."""
        stems = [TantivyQuery.term_query(self.schema, "stem", stem) for stem in question.stems]
        forms = question.forms
        match question.kind:
            case "word":
                query = stems[0]
            case "and":
                query = TantivyQuery.boolean_query([(Occur.Must, stem) for stem in stems])
            case "or":
                query = TantivyQuery.boolean_query([(Occur.Should, stem) for stem in stems])
            case "typed":
                form = TantivyQuery.boost_query(TantivyQuery.term_query(self.schema, "form", forms[0]), 2.0)
                query = TantivyQuery.boolean_query([(Occur.Should, stems[0]), (Occur.Should, form)])
            case "phrase":
                words: list[str | tuple[int, str]] = [*forms]
                query = TantivyQuery.phrase_query(self.schema, "form", words)
            case "prefix":
                query = TantivyQuery.regex_query(self.schema, "form", re.escape(forms[0]) + ".*")
            case "inside":
                query = TantivyQuery.regex_query(self.schema, "form", ".*" + re.escape(forms[0]) + ".*")
            case "fuzzy":
                query = TantivyQuery.fuzzy_term_query(self.schema, "form", forms[0], distance=1)
            case _:
                raise NoSuchQuery(question.kind)
        return query

    def filtered(self, query: TantivyQuery, filters: Mapping[str, Sequence[str]], but: str = "") -> TantivyQuery:
        """A query with its filters, one facet's left out."""
        sets = [
            TantivyQuery.term_set_query(self.schema, facet, list(values))
            for facet, values in filters.items()
            if facet != but
        ]
        if not sets:
            return query
        return TantivyQuery.boolean_query([(Occur.Must, part) for part in (query, *sets)])

    def facets(self, question: Question) -> dict[str, dict[str, int]]:
        """Counts of every facet, its own selection left out: one pass for those without, one for each of the others."""
        query = self.query(question)
        passes: dict[str, list[str]] = {}
        for facet in FACETS:
            passes.setdefault(facet if facet in question.filters else "", []).append(facet)
        counts: dict[str, dict[str, int]] = {}
        for but, facets in passes.items():
            asked = {facet: {"terms": {"field": facet, "size": _BUCKETS}} for facet in facets}
            result = self.searcher.aggregate(self.filtered(query, question.filters, but), asked)
            for facet in facets:
                counts[facet] = {bucket["key"]: bucket["doc_count"] for bucket in result[facet]["buckets"]}
        return counts


class Tantivy:
    """Pages alone. Totals are found by collapsing only as far as hits are shown; counts are of pages."""

    def __init__(self, folder: Path) -> None:
        self.pages = TantivyIndex(folder / "pages", has_text=True)

    def build(self, documents: Iterable[AnalysedDocument]) -> float:
        """One writer thread, merges waited for."""
        writer = self.pages.writer()
        for entry in documents:
            facets = entry.document.facets()
            for number, text in enumerate(entry.document.pages, start=1):
                page = make_document(facets, entry.number, entry.forms[number - 1], entry.stems[number - 1])
                page.add_unsigned("page", number)
                page.add_bytes("text", text.encode())
                writer.add_document(page)
        writer.commit()
        writer.wait_merging_threads()
        return 0.0

    def open(self) -> None:
        """The index was opened with the adapter; this is its newest state."""
        self.pages.index.reload()
        self.pages.searcher = self.pages.index.searcher()

    def matching(self, question: Question) -> Answer:
        """Pages by score, collapsed; counts."""
        total, best = self._best(question)
        return Answer(total, hits_of(best), self.pages.facets(question))

    def page(self, question: Question) -> Answer:
        """The same, and the pages of the documents that are shown."""
        total, best = self._best(question)
        return Answer(total, self.hits(self.pages.query(question), best, question), self.pages.facets(question))

    def _best(self, question: Question) -> tuple[int, list[int]]:
        index = self.pages
        query = index.filtered(index.query(question), question.filters)
        best: list[int] = []
        fetched, total = _FETCHED, 1
        while len(best) < HITS and fetched < 50 * _FETCHED:
            result = index.searcher.search(query, fetched)
            numbers = index.numbers("number", [address for _, address in result.hits])
            best = list(dict.fromkeys(numbers))[:HITS]
            total = count_of(result)
            if total <= fetched:
                break
            fetched *= 5
        return total, best

    def hits(self, query: TantivyQuery, numbers: list[int], question: Question) -> list[Hit]:
        """These documents with all pages that a query finds in them, the first of them with their snippets."""
        pages: dict[int, list[tuple[int, tantivy.DocAddress]]] = {number: [] for number in numbers}
        if numbers:
            among = within(self.pages, query, numbers)
            found = self.pages.searcher.search(among, _MOST_PAGES, order_by_field="page", order=Order.Asc).hits
            addresses = [address for _, address in found]
            for number, (page, address) in zip(self.pages.numbers("number", addresses), found, strict=True):
                pages[number].append((int(page), address))
        return [
            Hit(
                f"{number:064x}",
                [page for page, _ in of_document],
                [snippet_of(self._text(address), question) for _, address in of_document[:EXCERPTS]],
            )
            for number, of_document in pages.items()
        ]

    def _text(self, address: tantivy.DocAddress) -> str:
        return bytes(self.pages.searcher.doc(address)["text"][0]).decode()

    def documents(self, question: Question) -> set[str]:
        """The documents of all matching pages."""
        return all_documents(self.pages, question)


def hits_of(numbers: list[int]) -> list[Hit]:
    """These documents and nothing about them."""
    return [Hit(f"{number:064x}", [], []) for number in numbers]


def make_document(facets: dict[str, tuple[str, ...]], number: int, forms: str, stems: str) -> tantivy.Document:
    """What both indexes know of a page or a document."""
    document = tantivy.Document()
    document.add_text("form", forms)
    document.add_text("stem", stems)
    document.add_unsigned("number", number)
    for facet, values in facets.items():
        for value in values:
            document.add_text(facet, value)
    return document


def count_of(result: tantivy.SearchResult) -> int:
    """How many were found in all."""
    count: int = result.count  # type: ignore[attr-defined]  # missing from the stubs of tantivy-py
    return count


def within(index: TantivyIndex, query: TantivyQuery, numbers: list[int]) -> TantivyQuery:
    """A query within documents of these numbers; being one of them adds nothing to a score."""
    among = TantivyQuery.term_set_query(index.schema, "number", numbers)
    return TantivyQuery.boolean_query([(Occur.Must, query), (Occur.Must, TantivyQuery.const_score_query(among, 0.0))])


def all_documents(index: TantivyIndex, question: Question) -> set[str]:
    """The ids of all documents that a question finds in an index."""
    found = index.searcher.search(index.query(question), _MAX_DOCUMENTS, order_by_field="number")
    return {f"{int(number):064x}" for number, _ in found.hits}
