"""Xapian, by Debian's python3-xapian: pages are documents, forms and stems two prefixes, facets value slots.

Runs under the system's Python, so it imports nothing but the standard library. Counts are of pages. Xapian 1.4 has no
wildcard inside a word and no fuzzy query.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import xapian

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

_NUMBER, _PAGE, _VENDOR = 0, 1, 10
_SLOTS = {"municipality": 2, "year": 3, "kind": 4, "language": 5, "vendor": _VENDOR}
_MOST_VENDORS = 3
_MOST_PAGES = 20_000
_FLUSH = "20000"

# Stems of ours have marks in them, at which Xapian would part them into words.
_STEM_MARKS = str.maketrans("@#", "ʔʕ")


class Xapian:
    """Forms have the prefix F, stems Z, document numbers Q, facet values X and the number of their slot."""

    def __init__(self, folder: Path) -> None:
        self._path = str(folder / "xapian")

    def build(self, documents: Iterable[AnalysedDocument]) -> float:
        """The default backend, flushed every 20,000 pages."""
        os.environ["XAPIAN_FLUSH_THRESHOLD"] = _FLUSH
        database = xapian.WritableDatabase(self._path, xapian.DB_CREATE_OR_OVERWRITE)
        generator = xapian.TermGenerator()
        for entry in documents:
            facets = entry.document.facets()
            for at, text in enumerate(entry.document.pages):
                page = xapian.Document()
                generator.set_document(page)
                generator.set_termpos(0)
                generator.index_text(entry.forms[at], 1, "F")
                generator.set_termpos(0)
                generator.index_text(entry.stems[at].translate(_STEM_MARKS), 1, "Z")
                page.set_data(text)
                page.add_boolean_term(f"Q{entry.number}")
                page.add_value(_NUMBER, xapian.sortable_serialise(entry.number))
                page.add_value(_PAGE, xapian.sortable_serialise(at + 1))
                for facet, slot in _SLOTS.items():
                    for place, value in enumerate(facets[facet]):
                        page.add_value(slot + place, value)
                        page.add_boolean_term(f"X{slot}{value}")
                database.add_document(page)
        database.commit()
        database.close()
        return 0.0

    def open(self) -> None:
        """Open the database."""
        self._database = xapian.Database(self._path)
        self._all = self._database.get_doccount()

    def page(self, question: Question) -> Answer:
        """Pages collapsed by document, spies on every facet, then the matching pages of those that are shown."""
        query = self._query(question)
        filtered = self._filtered(query, question, "")
        spies = {facet: self._spies(facet) for facet in FACETS}
        enquire = xapian.Enquire(self._database)
        enquire.set_query(filtered)
        enquire.set_collapse_key(_NUMBER)
        for facet in FACETS:
            if facet not in question.filters:
                for spy in spies[facet]:
                    enquire.add_matchspy(spy)
        matches = enquire.get_mset(0, HITS, self._all)
        for facet in question.filters:
            other = xapian.Enquire(self._database)
            other.set_query(self._filtered(query, question, facet))
            for spy in spies[facet]:
                other.add_matchspy(spy)
            other.get_mset(0, 0, self._all)
        counts = {facet: _counts(spies[facet]) for facet in FACETS}
        return Answer(matches.get_matches_estimated(), self._hits(filtered, matches, question), counts)

    def _hits(self, query: Any, matches: Any, question: Question) -> list[Hit]:
        spellings = frozenset(question.spellings)
        numbers = [_number(match.document) for match in matches]
        pages: dict[int, list[tuple[int, Any]]] = {number: [] for number in numbers}
        if numbers:
            among = xapian.Query(xapian.Query.OP_OR, [xapian.Query(f"Q{number}") for number in numbers])
            enquire = xapian.Enquire(self._database)
            enquire.set_weighting_scheme(xapian.BoolWeight())
            enquire.set_query(xapian.Query(xapian.Query.OP_FILTER, query, among))
            for match in enquire.get_mset(0, _MOST_PAGES):
                document = match.document
                page = int(xapian.sortable_unserialise(document.get_value(_PAGE)))
                pages[_number(document)].append((page, document))
        hits = []
        for number, found in pages.items():
            found.sort(key=lambda of: of[0])
            texts = [document.get_data().decode() for _, document in found[:EXCERPTS]]
            snippets = [snippet_of(text, spellings) for text in texts]
            hits.append(Hit(f"{number:064x}", [page for page, _ in found], snippets))
        return hits

    def documents(self, question: Question) -> set[str]:
        """The documents of all matching pages."""
        enquire = xapian.Enquire(self._database)
        enquire.set_weighting_scheme(xapian.BoolWeight())
        enquire.set_query(self._query(question))
        enquire.set_collapse_key(_NUMBER)
        return {f"{_number(match.document):064x}" for match in enquire.get_mset(0, self._all)}

    @staticmethod
    def _spies(facet: str) -> list[Any]:
        slots = range(_VENDOR, _VENDOR + _MOST_VENDORS) if facet == "vendor" else (_SLOTS[facet],)
        return [xapian.ValueCountMatchSpy(slot) for slot in slots]

    @staticmethod
    def _filtered(query: Any, question: Question, but: str) -> Any:
        for facet, values in question.filters.items():
            if facet != but:
                terms = [xapian.Query(f"X{_SLOTS[facet]}{value}") for value in values]
                query = xapian.Query(xapian.Query.OP_FILTER, query, xapian.Query(xapian.Query.OP_OR, terms))
        return query

    @staticmethod
    def _query(question: Question) -> Any:
        stems = [xapian.Query("Z" + stem.translate(_STEM_MARKS)) for stem in question.stems]
        forms = ["F" + form for form in question.forms]
        match question.kind:
            case "word":
                return stems[0]
            case "and":
                return xapian.Query(xapian.Query.OP_AND, stems)
            case "or":
                return xapian.Query(xapian.Query.OP_OR, stems)
            case "typed":
                form = xapian.Query(xapian.Query.OP_SCALE_WEIGHT, xapian.Query(forms[0]), 2.0)
                return xapian.Query(xapian.Query.OP_OR, stems[0], form)
            case "phrase":
                return xapian.Query(xapian.Query.OP_PHRASE, forms, len(forms))
            case "prefix":
                every = (0, xapian.Query.WILDCARD_LIMIT_ERROR, xapian.Query.OP_SYNONYM)
                return xapian.Query(xapian.Query.OP_WILDCARD, forms[0], *every)
        raise NoSuchQuery(question.kind)


def _number(document: Any) -> int:
    return int(xapian.sortable_unserialise(document.get_value(_NUMBER)))


def _counts(spies: list[Any]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for spy in spies:
        for item in spy.values():
            value = item.term.decode()
            counts[value] = counts.get(value, 0) + item.termfreq
    return counts
