"""tantivy, by its Python binding: pages are documents, forms and stems two fields, facets string fast fields.

It has no collapsing, so more hits than are shown are fetched and collapsed here by a numeric fast field. Its counts are
of pages.
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
    """A tantivy index."""

    def __init__(self, folder: Path, has_text: bool) -> None:
        folder.mkdir(exist_ok=True)
        self.schema = _schema(has_text)
        self.index = tantivy.Index(self.schema, path=str(folder))
        spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self.index.register_tokenizer("spaces", spaces)
        self.searcher = self.index.searcher()

    def writer(self) -> tantivy.IndexWriter:
        """Return a writer with one thread."""
        return self.index.writer(heap_size=_HEAP, num_threads=1)

    def numbers(self, field: str, addresses: list[tantivy.DocAddress]) -> list[int]:
        """Return the values of a numeric fast field that every document has."""
        return [int(value) for value in self.searcher.fast_field_values(field, addresses) if value is not None]

    def query(self, question: Question) -> TantivyQuery:
        """Return the query without its filters."""
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
        """Return a query with its filters, except that of facet ``but``."""
        sets = [
            TantivyQuery.term_set_query(self.schema, facet, list(values))
            for facet, values in filters.items()
            if facet != but
        ]
        if not sets:
            return query
        return TantivyQuery.boolean_query([(Occur.Must, part) for part in (query, *sets)])

    def facets(self, question: Question) -> dict[str, dict[str, int]]:
        """Return the counts of every facet without its own filter.

        One pass counts the facets without a filter, one pass each of the others.
        """
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
    """The adapter with an index of pages.

    Totals are found by collapsing only as far as hits are shown; counts are of pages.
    """

    def __init__(self, folder: Path) -> None:
        self.pages = TantivyIndex(folder / "pages", has_text=True)

    def build(self, documents: Iterable[AnalysedDocument]) -> float:
        """Index with one writer thread, and wait for merges."""
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
        """Reload the index, which was opened with the adapter."""
        self.pages.index.reload()
        self.pages.searcher = self.pages.index.searcher()

    def matching(self, question: Question) -> Answer:
        """Rank pages, collapse them, and count."""
        total, best = self._best(question)
        return Answer(total, hits_of(best), self.pages.facets(question))

    def page(self, question: Question) -> Answer:
        """Return the same with the pages of the documents shown."""
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
        """Return these documents with all matching pages, the first of them with snippets."""
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
        """Return the documents of all matching pages."""
        return all_documents(self.pages, question)


def hits_of(numbers: list[int]) -> list[Hit]:
    """Return these documents without pages."""
    return [Hit(f"{number:064x}", [], []) for number in numbers]


def make_document(facets: dict[str, tuple[str, ...]], number: int, forms: str, stems: str) -> tantivy.Document:
    """Return the index document of a page or a document, with the fields of both indexes."""
    document = tantivy.Document()
    document.add_text("form", forms)
    document.add_text("stem", stems)
    document.add_unsigned("number", number)
    for facet, values in facets.items():
        for value in values:
            document.add_text(facet, value)
    return document


def count_of(result: tantivy.SearchResult) -> int:
    """Return the total of a result."""
    count: int = result.count  # type: ignore[attr-defined]  # missing from the stubs of tantivy-py
    return count


def within(index: TantivyIndex, query: TantivyQuery, numbers: list[int]) -> TantivyQuery:
    """Return a query restricted to documents with these numbers, which do not affect scores."""
    among = TantivyQuery.term_set_query(index.schema, "number", numbers)
    return TantivyQuery.boolean_query([(Occur.Must, query), (Occur.Must, TantivyQuery.const_score_query(among, 0.0))])


def all_documents(index: TantivyIndex, question: Question) -> set[str]:
    """Return the ids of all documents that match in an index."""
    found = index.searcher.search(index.query(question), _MAX_DOCUMENTS, order_by_field="number")
    return {f"{int(number):064x}" for number, _ in found.hits}
