"""Documents for an index, and its expected contents as plain dictionaries, which the arrays must equal."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from whoosh.index import TOC, FileIndex

from archive.search.engine import IndexEntry, IndexText
from archive.search.whoosh_engine.codec import ArraySegment
from archive.search.whoosh_engine.layout import EntryLocation
from archive.search.whoosh_engine.postings import SegmentTerms
from archive.search.whoosh_engine.schema import COLUMNS, INDEX_NAME, SCHEMA
from archive.search.whoosh_engine.storage import DurableStorage, MappedStorage
from archive.text.vocabulary import IndexField, Occurrences, Vocabulary, Writing

Postings = dict[str, dict[tuple[str, str], tuple[int, ...]]]
"""Term to ("text" or "facts", document id) to positions."""

ALIASES = (IndexField.FORM, IndexField.STEM, IndexField.BARE_STEM, IndexField.LOOK_ALIKE)


def aliases_of(word: str) -> dict[str, tuple[str, ...]]:
    """Return aliases as an analyzer might: some equal the word, some are shared, some words have several."""
    form = word.replace("č", "c").replace("š", "s")
    return {"form": (form,), "stem": (word[:3],), "bare_stem": (form[:3], form[:2]), "look_alike": (form[::2],)}


@dataclass
class Paper:
    """A document: its words, followed by the joined words of split ones, and its title."""

    id: str
    words: list[str]
    joined: list[tuple[str, tuple[int, int]]] = field(default_factory=list)
    title: str = "naslov"
    revision: int = 1
    reading: int = 1
    at: dict[int, list[str]] = field(default_factory=dict)
    """Further terms at a position."""

    def terms_at(self) -> Iterable[tuple[int, str]]:
        """Yield each position with each of its terms."""
        yield from enumerate([*self.words, *(word for word, _ in self.joined)])
        yield from ((position, term) for position, terms in self.at.items() for term in terms)

    def title_terms(self) -> dict[str, tuple[int, ...]]:
        """Return the terms of the title with their positions."""
        words = self.title.split()
        return {word: tuple(at for at, other in enumerate(words) if other == word) for word in words}

    def entry(self, vocabulary: Vocabulary, has_text: bool = True) -> IndexEntry:
        """Return the index entry."""
        facets = {"vendor": (f"firma {len(self.words) % 3}", "druga"), "year": ("2020",)}
        terms = {IndexField.TITLE: self.title_terms()}
        text = self._text(vocabulary) if has_text else None
        return IndexEntry(self.id, self.revision, text, self.title, "2020-05", terms, facets, self.title.encode())

    def _text(self, vocabulary: Vocabulary) -> IndexText:
        numbers, positions = array("I"), array("I")
        for position, term in self.terms_at():
            numbers.append(number_in(vocabulary, term, Writing.LATIN if position % 2 else Writing.CYRILLIC))
            positions.append(position)
        occurrences = Occurrences(vocabulary, numbers, positions)
        joined = tuple(extent for _, extent in self.joined)
        half = len(self.words) // 2
        pages = (self.words[:half], self.words[half:])
        return IndexText(self.reading, len(self.words), occurrences, joined, pages, (len(self.words), 1_200_000))


def number_in(vocabulary: Vocabulary, word: str, writing: Writing) -> int:
    """Return the number of a word with this writing in a vocabulary; it is added if missing."""
    numbers: dict[tuple[str, Writing], int] = vocabulary.__dict__.setdefault("numbers", {})
    if (word, writing) not in numbers:
        numbers[word, writing] = vocabulary.add(word, writing, aliases_of(word))
    return numbers[word, writing]


def entries(papers: Iterable[Paper]) -> list[IndexEntry]:
    """Return the entries of documents with one vocabulary."""
    vocabulary = Vocabulary()
    return [paper.entry(vocabulary) for paper in papers]


def create(path: Path) -> Path:
    """Create an empty index in a folder."""
    FileIndex.create(DurableStorage(path), SCHEMA)
    return path


class State:
    """The newest state of an index, read document by document, which is slow but simple."""

    def __init__(self, path: Path) -> None:
        storage = MappedStorage(path)
        self.segments: list[ArraySegment] = TOC.read(storage, INDEX_NAME, schema=SCHEMA).segments
        self.terms = [SegmentTerms.open(storage, segment) for segment in self.segments]
        self.columns = [segment.codec().per_document_reader(storage, segment) for segment in self.segments]
        self.places: dict[tuple[str, str], tuple[int, int]] = {}
        for at, segment in enumerate(self.segments):
            ids, readings = self.column(at, "id"), self.column(at, "reading")
            for number in range(segment.doc_count_all()):
                if not segment.is_deleted(number):
                    place = ("text" if readings[number] else "facts", bytes(ids[number]).decode())
                    assert place not in self.places, f"{place} is there twice"
                    self.places[place] = (at, number)

    def column(self, segment: int, name: str):  # type: ignore[no-untyped-def]  # Whoosh has no types
        """Return the reader of a column."""
        return self.columns[segment].column_reader(name, COLUMNS[name])

    def value(self, part: str, id_: str, name: str):  # type: ignore[no-untyped-def]  # Whoosh has no types
        """Return the value of a document in a column."""
        segment, number = self.places[part, id_]
        value = self.column(segment, name)[number]
        return bytes(value) if isinstance(value, memoryview) else value

    @property
    def next_serial(self) -> int:
        """A serial number above all others."""
        return (
            max((int(self.column(at, "serial").array.max(initial=0)) for at in range(len(self.terms))), default=0) + 1
        )

    def known(self, id_: str) -> EntryLocation | None:
        """Return the location of a document; None if it is not indexed."""
        if ("text", id_) not in self.places:
            return None
        (text_at, text), (facts_at, facts) = self.places["text", id_], self.places["facts", id_]
        names = [segment.segment_id() for segment in self.segments]
        return EntryLocation(self.value("text", id_, "serial"), (names[text_at], text), (names[facts_at], facts))

    def postings(self, stored: IndexField) -> Postings:
        """Return all live postings of a stored field."""
        found: Postings = {}
        parts = {place: key for key, place in self.places.items()}
        for at, terms in enumerate(self.terms):
            for number in range(len(terms.fields[stored].terms)):
                text = terms.text(stored, number)
                assert terms.find(stored, text).tolist() == [number]
                for document, positions in self._positions(terms, stored, number).items():
                    if (at, document) in parts:
                        found.setdefault(text, {})[parts[at, document]] = positions
        return found

    def _positions(self, terms: SegmentTerms, stored: IndexField, number: int) -> dict[int, tuple[int, ...]]:
        numbers = np.array([number])
        addresses = terms.addresses(stored, numbers).astype(np.int64)
        documents = terms.piece_document[addresses >> 16]
        positions = addresses - (terms.first_piece[documents].astype(np.int64) << 16)
        pieces, frequencies = terms.postings(stored, numbers)
        assert len(pieces) == terms.document_counts(stored, numbers)[0]
        assert np.array_equal(np.unique(addresses >> 16, return_counts=True)[1], frequencies)
        assert np.array_equal(np.unique(addresses >> 16), pieces)
        return {int(of): tuple(positions[documents == of].tolist()) for of in np.unique(documents)}


def model(papers: Iterable[Paper]) -> Postings:
    """Return the expected postings of the words of documents."""
    found: dict[str, dict[tuple[str, str], set[int]]] = {}
    for paper in papers:
        for position, term in paper.terms_at():
            found.setdefault(term, {}).setdefault(("text", paper.id), set()).add(position)
    return {
        term: {place: tuple(sorted(positions)) for place, positions in by_document.items()}
        for term, by_document in found.items()
    }


def title_model(papers: Iterable[Paper]) -> Postings:
    """Return the expected postings of the titles of documents."""
    expected: Postings = {}
    for paper in papers:
        for term, positions in paper.title_terms().items():
            expected.setdefault(term, {})["facts", paper.id] = positions
    return expected


def check(path: Path, papers: Mapping[str, Paper]) -> State:
    """Assert that an index has exactly these documents."""
    state = State(path)
    assert {id_ for _, id_ in state.places} == set(papers)
    assert len(state.places) == 2 * len(papers)
    assert state.postings(IndexField.WORD) == model(papers.values())
    assert state.postings(IndexField.TITLE) == title_model(papers.values())
    for id_, paper in papers.items():
        assert state.value("facts", id_, "serial") == state.value("text", id_, "serial")
        assert state.value("facts", id_, "revision") == paper.revision
        assert state.value("text", id_, "reading") == paper.reading
        assert state.value("text", id_, "word_count") == len(paper.words)
        assert state.value("facts", id_, "shown") == paper.title.encode()
    for terms in state.terms:
        check_aliases(terms)
    return state


def check_aliases(terms: SegmentTerms) -> None:
    """Assert that every alias of a segment maps to exactly the words that have it."""
    words = terms.fields[IndexField.WORD].terms
    spelled = [words.term(number) for number in range(len(words))]
    for alias_field in ALIASES:
        expected: dict[str, list[int]] = {}
        for number, word in enumerate(spelled):
            for alias in set(aliases_of(word)[alias_field]):
                expected.setdefault(alias, []).append(number)
        for alias in {*expected, "nema", *spelled}:
            assert terms.find(alias_field, alias).tolist() == expected.get(alias, [])
