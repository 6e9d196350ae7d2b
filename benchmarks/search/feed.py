"""The input and output of every engine."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from itertools import repeat
from pathlib import Path
from typing import Protocol

from archive.search.snippets import make_snippet

FACETS = ("municipality", "vendor", "year", "kind", "language")
QUESTIONS = "questions.json"
HITS = 20
EXCERPTS = 1
"""Maximum pages of a hit with a snippet, the first of those that match."""

_PUNCTUATION = ".,;"


@dataclass(frozen=True, slots=True)
class CorpusDocument:
    """A document of the corpus.

    ``pages`` are texts with single spaces between words.
    """

    id: str
    municipality: str
    vendors: list[str]
    year: int
    kind: str
    language: str
    pages: list[str]

    def facets(self) -> dict[str, tuple[str, ...]]:
        """Return the values of every facet."""
        return {
            "municipality": (self.municipality,),
            "vendor": tuple(self.vendors),
            "year": (str(self.year),),
            "kind": (self.kind,),
            "language": (self.language,),
        }


@dataclass(frozen=True, slots=True)
class AnalysedDocument:
    """A document with its analysis: for each page the exact forms and the stems of its words, separated by spaces."""

    number: int
    document: CorpusDocument
    forms: list[str]
    stems: list[str]


@dataclass(frozen=True)
class Question:
    """A query for all engines. ``kind`` is its type.

    ``stems`` are used by ``word``, ``and`` and ``or``; ``forms`` by ``phrase``, ``prefix``, ``inside``, ``fuzzy``. A
    ``typed`` word matches one stem or, with a higher score, one form. ``spellings`` are the lower-case words of the
    corpus that match, with which engines without positions find the words of a snippet without analysis: in a phrase
    one list for each word, otherwise one list for all.
    """

    group: str
    kind: str
    stems: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    filters: dict[str, list[str]] = field(default_factory=dict)
    spellings: list[list[str]] = field(default_factory=list)

    @cached_property
    def answering(self) -> list[frozenset[str]]:
        """The spellings as sets."""
        return [frozenset(words) for words in self.spellings]

    @property
    def alike(self) -> bool:
        """Whether it has only one word, so that an excerpt need not check which words it shows."""
        return self.kind in ("word", "typed")


@dataclass(frozen=True, slots=True)
class Hit:
    """A matching document.

    ``pages`` are its matching pages and ``snippets`` those of the first of them; both are empty in results of matching
    only.
    """

    id: str
    pages: list[int]
    snippets: list[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of results.

    ``total`` counts documents; facets count the engine's unit.
    """

    total: int
    hits: list[Hit]
    facets: dict[str, dict[str, int]]


class NoSuchQuery(Exception):
    """An engine has no query of this kind; the message names it."""


class Adapter(Protocol):
    """An engine under test, in a process of its own. It reads and writes in one folder."""

    def build(self, documents: Iterable[AnalysedDocument]) -> float:
        """Index the documents in order; return the CPU seconds of text analysis inside the engine."""

    def open(self) -> None:
        """Open the index."""

    def matching(self, question: Question) -> Answer:
        """Return the total, the facets, and the first documents, without pages and snippets."""

    def page(self, question: Question) -> Answer:
        """Return the whole page of results."""

    def documents(self, question: Question) -> set[str]:
        """Return the ids of all matching documents, without filters.

        :raises NoSuchQuery: the engine has no such query.
        """


class Feed:
    """Documents from a corpus and its analysis.

    ``seconds`` is the CPU time of reading the files. Without an analysis, forms and stems are empty, which is enough
    for an engine that analyses the texts itself.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.seconds = 0.0
        self.pages = 0
        self.text_bytes = 0

    def __iter__(self) -> Iterator[AnalysedDocument]:
        documents = self._documents()
        while True:
            # Thread time, because an engine may be indexing in threads of its own meanwhile.
            began = time.thread_time()
            document = next(documents, None)
            self.seconds += time.thread_time() - began
            if document is None:
                return
            self.pages += len(document.document.pages)
            self.text_bytes += sum(len(page.encode()) for page in document.document.pages)
            yield document

    def _documents(self) -> Iterator[AnalysedDocument]:
        with (self._folder / "corpus.jsonl").open(encoding="utf-8") as texts, ExitStack() as opened:
            analysis = self._folder / "analysis.jsonl"
            terms = opened.enter_context(analysis.open(encoding="utf-8")) if analysis.exists() else repeat("[[], []]")
            for number, (line, of_line) in enumerate(zip(texts, terms, strict=False)):
                forms, stems = json.loads(of_line)
                yield AnalysedDocument(number, CorpusDocument(**json.loads(line)), forms, stems)


def read_questions(folder: Path) -> list[Question]:
    """Return the queries of a work folder."""
    return [Question(**values) for values in json.loads((folder / QUESTIONS).read_text(encoding="utf-8"))]


def snippet_of(text: str, question: Question) -> str:
    """Return the best snippet of a page by the archive's own rule, for an engine without positions."""
    words = text.split()
    first, *others = question.answering or [frozenset()]
    at = [at for at, word in enumerate(words) if without_punctuation(word) in first]
    for shift, following in enumerate(others, 1):
        at = [at for at in at if at + shift < len(words) and without_punctuation(words[at + shift]) in following]
    return make_snippet(words, [(begin, begin + len(others)) for begin in at], question.alike).text


def without_punctuation(word: str) -> str:
    """Return a word normalised for comparison with spellings."""
    return word.lower().strip(_PUNCTUATION)


def folder_bytes(folder: Path) -> int:
    """Return the size of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
