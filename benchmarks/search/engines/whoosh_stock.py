"""Stock Whoosh, as in its manual: pages are documents, facets are sortable columns counted by ``groupedby``.

``limit`` has no effect with groups, so all hits are ranked and sliced here.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from whoosh import fields, index, query, sorting
from whoosh.analysis import RegexTokenizer

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

_POOL_MEGABYTES = 512
_MOST_PAGES = 20_000


class StockWhoosh:
    """The adapter of stock Whoosh with one writer process and one segment."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "whoosh"

    def build(self, documents: Iterable[AnalysedDocument]) -> float:
        """Add all pages and commit once."""
        self._path.mkdir(exist_ok=True)
        words = RegexTokenizer(r"\S+")
        schema = fields.Schema(
            form=fields.TEXT(analyzer=words),
            stem=fields.TEXT(analyzer=words),
            text=fields.STORED,
            number=fields.NUMERIC(stored=True, sortable=True),
            page=fields.NUMERIC(stored=True),
            vendor=fields.KEYWORD(commas=True, sortable=True),
            **{facet: fields.ID(sortable=True) for facet in FACETS if facet != "vendor"},
        )
        writer = index.create_in(self._path, schema).writer(limitmb=_POOL_MEGABYTES)
        for entry in documents:
            facets = {facet: ",".join(values) for facet, values in entry.document.facets().items()}
            pages = zip(entry.document.pages, entry.forms, entry.stems, strict=True)
            for page, (text, forms, stems) in enumerate(pages, start=1):
                writer.add_document(form=forms, stem=stems, text=text, number=entry.number, page=page, **facets)
        writer.commit()
        return 0.0

    def open(self) -> None:
        """Open a searcher."""
        self._searcher = index.open_dir(self._path).searcher()

    def matching(self, question: Question) -> Answer:
        """Return hits grouped by every facet, collapsed."""
        total, best, counts = self._matching(question)
        return Answer(total, [Hit(f"{number:064x}", [], []) for number in best], counts)

    def page(self, question: Question) -> Answer:
        """Return the same with the matching pages of the documents shown."""
        total, best, counts = self._matching(question)
        return Answer(total, self._hits(self._query(question), best, question), counts)

    def _matching(self, question: Question) -> tuple[int, list[int], dict[str, dict[str, int]]]:
        asked = self._query(question)
        filters = {facet: query.Or([query.Term(facet, v) for v in vs]) for facet, vs in question.filters.items()}
        free = [facet for facet in FACETS if facet not in filters]
        found = self._search(asked, list(filters.values()), free)
        counts = {facet: dict(found.groups(facet)) for facet in free}
        for facet in filters:
            others = [part for name, part in filters.items() if name != facet]
            counts[facet] = dict(self._search(asked, others, [facet]).groups(facet))
        best: list[int] = []
        total = len({self._number(docnum) for docnum in found.docs()})
        for at in range(found.scored_length()):
            number = self._number(found.docnum(at))
            if number not in best:
                best.append(number)
                if len(best) == HITS:
                    break
        return total, best, counts

    def _search(self, asked: query.Query, filters: list[query.Query], facets: list[str]) -> Any:
        groups = sorting.Facets()
        for facet in facets:
            groups.add_facet(facet, sorting.FieldFacet(facet, allow_overlap=facet == "vendor", maptype=sorting.Count))
        only = query.And(filters) if filters else None
        return self._searcher.search(asked, limit=HITS, groupedby=groups, filter=only)

    def _number(self, docnum: int) -> int:
        if not hasattr(self, "_numbers"):
            self._numbers = self._searcher.reader().column_reader("number")
        return int(self._numbers[docnum])

    def _hits(self, asked: query.Query, best: list[int], question: Question) -> list[Hit]:
        among = query.Or([query.Term("number", number) for number in best])
        found = self._searcher.search(asked, limit=_MOST_PAGES, filter=among, scored=False) if best else ()
        pages: dict[int, list[tuple[int, str]]] = {number: [] for number in best}
        for hit in found:
            pages[hit["number"]].append((hit["page"], hit["text"]))
        return [
            Hit(
                f"{number:064x}",
                [page for page, _ in sorted(of_document)],
                [snippet_of(text, question) for _, text in sorted(of_document)[:EXCERPTS]],
            )
            for number, of_document in pages.items()
        ]

    def documents(self, question: Question) -> set[str]:
        """Return the documents of all matching pages."""
        return {f"{self._number(docnum):064x}" for docnum in self._query(question).docs(self._searcher)}

    @staticmethod
    def _query(question: Question) -> query.Query:
        stems = [query.Term("stem", stem) for stem in question.stems]
        forms = question.forms
        asked: query.Query
        match question.kind:
            case "word":
                asked = stems[0]
            case "and":
                asked = query.And(stems)
            case "or":
                asked = query.Or(stems)
            case "typed":
                asked = query.Or([stems[0], query.Term("form", forms[0], boost=2.0)])
            case "phrase":
                asked = query.Phrase("form", forms)
            case "prefix":
                asked = query.Prefix("form", forms[0])
            case "inside":
                asked = query.Wildcard("form", f"*{forms[0]}*")
            case "fuzzy":
                asked = query.FuzzyTerm("form", forms[0], maxdist=1)
            case _:
                raise NoSuchQuery(question.kind)
        return asked
