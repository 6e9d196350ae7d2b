"""SQLite FTS5: pages are rows, forms and stems two contentless columns, facets are counted by numpy.

Documents and counts are computed from the row ids of all matches; counting by SQL joins takes several times as long.
There is no fuzzy query; a wildcard inside a word is expanded by the vocabulary table into an OR.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pysqlite3 as sqlite3

from benchmarks.search.engines.tables import FacetTables, Numbers, write_tables
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
    snippet_of,
)

_SCHEMA = """
create table page(id integer primary key, document integer, number integer, text text);
create virtual table words using fts5(
    form, stem, content='', tokenize = "unicode61 remove_diacritics 0 tokenchars './,-@#'");
create virtual table vocabulary using fts5vocab(words, col);
"""


class Fts5:
    """The adapter of FTS5 in the SQLite that pysqlite3 bundles."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "fts5.sqlite"
        self._tables_path = folder / "facets.json"

    def build(self, documents: Iterable[AnalysedDocument]) -> float:
        """Index in one transaction, then ``optimize``."""
        connection = sqlite3.connect(self._path)
        connection.execute("pragma journal_mode=wal")
        connection.execute("pragma synchronous=normal")
        connection.execute("pragma cache_size=-200000")
        connection.executescript(_SCHEMA)
        connection.execute("begin")
        write_tables(self._tables_path, self._insert(connection, documents))
        connection.execute("insert into words(words) values('optimize')")
        connection.commit()
        connection.execute("pragma wal_checkpoint(truncate)")
        connection.close()
        return 0.0

    @staticmethod
    def _insert(connection: sqlite3.Connection, documents: Iterable[AnalysedDocument]) -> Iterator[CorpusDocument]:
        row = 0
        for entry in documents:
            pages = list(zip(entry.document.pages, entry.forms, entry.stems, strict=True))
            connection.executemany(
                "insert into page values(?, ?, ?, ?)",
                [(row + at, entry.number, at, page[0]) for at, page in enumerate(pages, start=1)],
            )
            connection.executemany(
                "insert into words(rowid, form, stem) values(?, ?, ?)",
                [(row + at, page[1], page[2]) for at, page in enumerate(pages, start=1)],
            )
            row += len(pages)
            yield entry.document

    def open(self) -> None:
        """Load the document and page number of each row, and the facets of each document."""
        self._connection = sqlite3.connect(self._path)
        self._connection.execute("pragma mmap_size=8000000000")
        self._connection.execute("pragma cache_size=-200000")
        self._tables = FacetTables.read(self._tables_path)
        rows = self._connection.execute("select document, number from page order by id").fetchall()
        columns = np.array([(0, 0), *rows], np.int64)
        self._document, self._number = columns[:, 0], columns[:, 1]

    def matching(self, question: Question) -> Answer:
        """Rank all matching rows, collapse them to documents, and count."""
        total, shown, _, facets = self._matching(question)
        return Answer(total, [Hit(self._tables.ids[document], [], []) for document in shown], facets)

    def page(self, question: Question) -> Answer:
        """Return the same with the snippets of the first pages."""
        total, shown, rows, facets = self._matching(question)
        return Answer(total, [self._hit(document, rows, question) for document in shown], facets)

    def _matching(self, question: Question) -> tuple[int, list[int], Numbers, dict[str, dict[str, int]]]:
        found = self._connection.execute(
            "select rowid, rank from words where words match ? and rank match 'bm25(2.0, 1.0)'",
            (self._match(question),),
        ).fetchall()
        array = np.array(found).reshape(-1, 2)
        rows, ranks = array[:, 0].astype(np.int64), array[:, 1]
        masks = {facet: self._tables.mask(facet, values) for facet, values in question.filters.items()}
        matching = np.unique(self._document[rows])
        facets = {
            facet: self._tables.counts(facet, _masked(matching, [masks[name] for name in masks if name != facet]))
            for facet in FACETS
        }
        for mask in masks.values():
            kept = mask[self._document[rows]]
            rows, ranks = rows[kept], ranks[kept]
        best = rows[np.argsort(ranks, kind="stable")]
        documents, first = np.unique(self._document[best], return_index=True)
        shown: list[int] = self._document[best[np.sort(first)[:HITS]]].tolist()
        return len(documents), shown, rows, facets

    def _hit(self, document: int, rows: Numbers, question: Question) -> Hit:
        low, high = np.searchsorted(self._document[1:], (document, document + 1)) + 1
        found = np.sort(rows[(rows >= low) & (rows < high)])
        texts = [
            self._connection.execute("select text from page where id = ?", (row,)).fetchone()[0]
            for row in found[:EXCERPTS].tolist()
        ]
        snippets = [snippet_of(text, question) for text in texts]
        return Hit(self._tables.ids[document], self._number[found].tolist(), snippets)

    def documents(self, question: Question) -> set[str]:
        """Return the documents of all matching rows."""
        rows = self._connection.execute("select rowid from words where words match ?", (self._match(question),))
        return {self._tables.ids[self._document[row]] for (row,) in rows}

    def _match(self, question: Question) -> str:
        stems = [f'stem: "{stem}"' for stem in question.stems]
        forms = question.forms
        match question.kind:
            case "word" | "and":
                return " AND ".join(stems)
            case "or":
                return " OR ".join(stems)
            case "typed":
                return f'{stems[0]} OR form: "{forms[0]}"'
            case "phrase":
                return f'form: "{" ".join(forms)}"'
            case "prefix":
                return f'form: "{forms[0]}" *'
            case "inside":
                terms = self._connection.execute(
                    "select term from vocabulary where col = 'form' and term glob ?", (f"*{forms[0]}*",)
                )
                return "form: (" + " OR ".join(f'"{term}"' for (term,) in terms) + ")"
        raise NoSuchQuery(question.kind)


def _masked(documents: Numbers, masks: list[np.ndarray[tuple[int], np.dtype[np.bool_]]]) -> Numbers:
    for mask in masks:
        documents = documents[mask[documents]]
    return documents
