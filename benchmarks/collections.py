"""Retrieval test collections, nDCG@10 on them, and plain BM25 as a baseline."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from archive.text.forms import word_form
from archive.text.stemming import english_stem

DEPTH = 10
K1, B = 1.2, 0.75
_DOCUMENT = re.compile(r"<docno>\s*(\d+)\s*</docno>\s*<title>(.*?)</title>.*?<text>(.*?)</text>", re.DOTALL)
_QUESTION = re.compile(r"<title>(.*?)</title>", re.DOTALL)

Ranker = Callable[[str], Sequence[str]]
"""A function from a query to document ids, best first."""


_RECORD = re.compile(r"^\.I (\d+)\s*\n(.*?)(?=^\.I |\Z)", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"^\.([A-Z])[^\S\n]*\n(.*?)(?=^\.[A-Z]\s|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Collection:
    """A test collection.

    ``documents`` maps ids to pages; ``relevant[n]`` are the documents relevant to ``questions[n]``. ``titles`` are
    those of some documents; their words are also on the first page.
    """

    documents: Mapping[str, Sequence[str]]
    titles: Mapping[str, str]
    questions: Sequence[str]
    relevant: Sequence[frozenset[str]]


def read_cranfield(folder: Path) -> Collection:
    """Return the Cranfield collection from its TREC files.

    Relevance judgments number the questions in the order of the file.
    """
    found = _DOCUMENT.findall(_read(folder / "cran.all.1400.xml"))
    texts = {number: text for number, _, text in found}
    questions = [" ".join(text.split()) for text in _QUESTION.findall(_read(folder / "cran.qry.xml"))]
    relevant: list[set[str]] = [set() for _ in questions]
    for line in _read(folder / "cranqrel.trec.txt").splitlines():
        question, _, document, grade = line.split()
        if int(grade) > 0 and document in texts:
            relevant[int(question) - 1].add(document)
    return Collection(
        {number: (text,) for number, text in texts.items()},
        {number: " ".join(title.split()) for number, title, _ in found},
        questions,
        [frozenset(of) for of in relevant],
    )


def read_cisi(folder: Path) -> Collection:
    """Return the CISI collection from the files of the SMART system: ``CISI.ALL``, ``CISI.QRY``, ``CISI.REL``.

    Titles (``.T``) begin the texts, as in Cranfield; authors and citations (``.A``, ``.X``) are left out.
    """
    found = _records(folder / "CISI.ALL")
    asked = _records(folder / "CISI.QRY")
    relevant: dict[str, set[str]] = {number: set() for number in asked}
    for line in _read(folder / "CISI.REL").splitlines():
        if line.strip():
            question, document, *_ = line.split()
            relevant[question].add(document)
    titles = {number: of.get("T", "") for number, of in found.items()}
    return Collection(
        {number: (f"{titles[number]} {of.get('W', '')}".strip(),) for number, of in found.items()},
        titles,
        [of["W"] for of in asked.values()],
        [frozenset(of) for of in relevant.values()],
    )


def _records(path: Path) -> dict[str, dict[str, str]]:
    """Return the fields of each record of a SMART file, each on one line."""
    return {
        number: {letter: " ".join(text.split()) for letter, text in _FIELD.findall(record)}
        for number, record in _RECORD.findall(_read(path))
    }


def bind(collection: Collection) -> Collection:
    """Return the collection with two thirds of the documents merged into longer ones without titles, as in archives."""
    dice = random.Random(3)
    ids = sorted(collection.documents, key=int)
    dice.shuffle(ids)
    loose, rest = ids[: len(ids) // 3], ids[len(ids) // 3 :]
    files = [[id_] for id_ in loose]
    while rest:
        size = dice.choice((5, 10, 20, 60))
        files.append(rest[:size])
        rest = rest[size:]
    of = {id_: str(number) for number, file in enumerate(files) for id_ in file}
    return Collection(
        {str(number): [collection.documents[id_][0] for id_ in file] for number, file in enumerate(files)},
        {of[id_]: collection.titles[id_] for id_ in loose},
        collection.questions,
        [frozenset(of[id_] for id_ in relevant) for relevant in collection.relevant],
    )


def score(ranker: Ranker, collection: Collection) -> list[float]:
    """Return the nDCG@10 of each question with a relevant document."""
    scores = []
    for question, relevant in zip(collection.questions, collection.relevant, strict=True):
        if relevant:
            gains = [1 / math.log2(rank + 2) for rank, id_ in enumerate(ranker(question)[:DEPTH]) if id_ in relevant]
            scores.append(sum(gains) / sum(1 / math.log2(rank + 2) for rank in range(min(DEPTH, len(relevant)))))
    return scores


def reference_ranker(collection: Collection) -> Ranker:
    """Return a BM25 ranker over the same stems, with the same IDF as the engine and Lucene."""
    counts = {id_: Counter(_stems(" ".join(pages))) for id_, pages in collection.documents.items()}
    having = Counter(stem for of in counts.values() for stem in of)
    lengths = {id_: sum(of.values()) for id_, of in counts.items()}
    average = mean(lengths.values())

    def rank(question: str) -> list[str]:
        scores: dict[str, float] = {}
        for stem in dict.fromkeys(_stems(question)):
            rarity = math.log(1 + (len(counts) - having[stem] + 0.5) / (having[stem] + 0.5))
            for id_, of in counts.items():
                if stem in of:
                    length = K1 * (1 - B + B * lengths[id_] / average)
                    scores[id_] = scores.get(id_, 0.0) + rarity * of[stem] * (K1 + 1) / (of[stem] + length)
        return sorted(scores, key=lambda id_: -scores[id_])[:DEPTH]

    return rank


def _stems(text: str) -> list[str]:
    return [english_stem(word_form(word)) for word in text.split()]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
