"""tantivy with two indexes: one of whole documents for finding and counting, the other of their pages."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from benchmarks.search.engines.tantivy_engine import (
    Tantivy,
    TantivyIndex,
    all_documents,
    count_of,
    hits_of,
    make_document,
)
from benchmarks.search.feed import HITS, AnalysedDocument, Answer, Question


class TantivyTwo(Tantivy):
    """The adapter with an index of whole documents for totals and counts, and one of pages for hits."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._whole = TantivyIndex(folder / "documents", has_text=False)

    def build(self, documents: Iterable[AnalysedDocument]) -> float:
        """Build both indexes in one pass."""
        writer = self._whole.writer()

        def both() -> Iterable[AnalysedDocument]:
            for entry in documents:
                forms, stems = " ".join(entry.forms), " ".join(entry.stems)
                writer.add_document(make_document(entry.document.facets(), entry.number, forms, stems))
                yield entry

        super().build(both())
        writer.commit()
        writer.wait_merging_threads()
        return 0.0

    def open(self) -> None:
        """Open both indexes."""
        super().open()
        self._whole.index.reload()
        self._whole.searcher = self._whole.index.searcher()

    def matching(self, question: Question) -> Answer:
        """Rank documents and count, with the document index only."""
        total, numbers = self._best(question)
        return Answer(total, hits_of(numbers), self._whole.facets(question))

    def _best(self, question: Question) -> tuple[int, list[int]]:
        whole = self._whole
        result = whole.searcher.search(whole.filtered(whole.query(question), question.filters), HITS)
        return count_of(result), whole.numbers("number", [address for _, address in result.hits])

    def page(self, question: Question) -> Answer:
        """Return the same with their pages from the page index."""
        total, numbers = self._best(question)
        # A page may lack some of the words of its document.
        of_pages = Question(question.group, "or", stems=question.stems) if question.kind == "and" else question
        hits = self.hits(self.pages.query(of_pages), numbers, question)
        return Answer(total, hits, self._whole.facets(question))

    def documents(self, question: Question) -> set[str]:
        """Return the documents that match as a whole."""
        return all_documents(self._whole, question)
