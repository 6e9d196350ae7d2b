"""Ranking on Cranfield: nDCG@10 of the archive's engine beside plain BM25, with the same analysis and the same harness.

Usage: ``python -m benchmarks.ranking_quality CRANFIELD_FOLDER [--tune]``

1,400 abstracts, 225 questions, of which any word will do (OR); judgments are binary, without the one that has no
document. Cranfield's documents are all one page long, so there is a second collection made of it: two thirds of the
abstracts are bound, in a random but fixed order, into files of 5 to 60 pages, and a file is as relevant as it has a
relevant page. The engine knows the titles of the abstracts, whose words begin their texts, but none of those files.
Plain BM25 (k1 1.2, b 0.75) over stems stands beside it twice: as a reference of its own here, and as the
engine without what it adds.

``--tune`` walks the parameters one at a time, chooses on one half of the questions and reports on the other.
"""

from __future__ import annotations

import argparse
import tempfile
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from statistics import mean

from archive.model.description import Description
from archive.model.words import Words
from archive.search.engine import EngineRequest, IndexText
from archive.search.entries import index_entry
from archive.search.matching.rescoring import WEIGHTS, Weights
from archive.search.query import Or, Query
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.text.analyzer import FORM_WEIGHT, query_terms, reading_terms
from archive.text.vocabulary import IndexField, Vocabulary
from benchmarks.cranfield import DEPTH, K1, B, Collection, Ranker, bind, read_cranfield, reference_ranker, score


@dataclass(frozen=True, slots=True)
class Parameters:
    """The engine's weights, and that of an exact form beside its stem (0: stems alone are asked for)."""

    weights: Weights
    form: float


OURS = Parameters(WEIGHTS, FORM_WEIGHT)
PLAIN = Parameters(replace(WEIGHTS, k1=K1, b=B, page=0.0, title=0.0, together=0.0), 0.0)
CHOICES = {
    "form": (0.0, 0.1, 0.25, 0.5, 1.0, 2.0),
    "k1": (0.9, 1.2, 1.6, 2.0, 2.5),
    "b": (0.3, 0.5, 0.65, 0.75, 0.9),
    "page": (0.0, 0.25, 0.5, 1.0, 2.0),
    "title": (0.0, 0.1, 0.2, 0.3, 0.5),
    "together": (0.0, 0.1, 0.2, 0.3, 0.5, 0.8),
    "reach": (3, 8, 20),
    "looked_at": (20, 50, 100, 200),
}


def main() -> None:
    """Measure both collections, and tune on request."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cranfield", type=Path)
    parser.add_argument("--tune", action="store_true")
    arguments = parser.parse_args()
    cranfield = read_cranfield(arguments.cranfield)
    collections = {"Cranfield": cranfield, "bound into files": bind(cranfield)}
    print(
        "| collection | reference BM25 | engine, plain BM25 | engine | engine / plain |\n"
        "| --- | --- | --- | --- | --- |"
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, collection in collections.items():
            path = Path(folder) / name
            fill(path, collection)
            reference = score(reference_ranker(collection), collection)
            plain, ours = (
                score(engine_ranker(path, parameters, collection), collection) for parameters in (PLAIN, OURS)
            )
            print(
                f"| {name} | {mean(reference):.4f} | {mean(plain):.4f} | {mean(ours):.4f} "
                f"| {mean(ours) / mean(plain):.3f} |"
            )
        if arguments.tune:
            tune(Path(folder), collections)


def fill(folder: Path, collection: Collection) -> None:
    """Index a collection."""
    vocabulary = Vocabulary()
    engine = WhooshEngine(folder)
    engine.add(
        index_entry(_description(id_, collection.titles.get(id_, "")), 1, _text(pages, vocabulary))
        for id_, pages in collection.documents.items()
    )
    engine.close()


def _text(pages: Sequence[str], vocabulary: Vocabulary) -> IndexText:
    words = [tuple(page.split()) for page in pages]
    columns = [Words(texts, array("H"), b"", bytes(len(texts))) for texts in words]
    terms = reading_terms([("en", page) for page in columns], vocabulary)
    return IndexText(1, terms.word_count, terms.occurrences, terms.joined, words, ())


def _description(id_: str, title: str) -> Description:
    return Description(id_, id_, "", title, None, "en", None, None, (), None, None, None, None, 1)


def engine_ranker(folder: Path, parameters: Parameters, collection: Collection) -> Ranker:
    """The engine, asked for any of the words. Every question is answered once."""
    engine = WhooshEngine(folder, parameters.weights)
    answers = {
        question: [
            hit.id
            for hit in engine.search(EngineRequest(asked(question, parameters.form), {}, "relevance", DEPTH, 0)).hits
        ]
        for question in collection.questions
    }
    engine.close()
    return answers.__getitem__


def asked(question: str, form: float) -> Query:
    """Any of the words, each as its stem or, better, its exact form. As typed, in either language."""
    words: dict[Query, None] = {}
    for word in question.split():
        terms = query_terms(word, marked=False, exact=False)
        stems = [term for term in terms if term.field is not IndexField.FORM]
        exact = [replace(term, weight=form) for term in terms if term.field is IndexField.FORM and form]
        words[Or((*stems, *exact))] = None
    return Or(tuple(words))


def tune(folder: Path, collections: Mapping[str, Collection]) -> None:
    """Choose on each half of the questions, report on the other, and then say what all of them choose."""
    known: dict[Parameters, list[float]] = {}

    def scores(parameters: Parameters) -> list[float]:
        if parameters not in known:
            of_each = [
                score(engine_ranker(folder / name, parameters, collection), collection)
                for name, collection in collections.items()
            ]
            known[parameters] = [mean(both) for both in zip(*of_each, strict=True)]
        return known[parameters]

    def value_on(questions: Iterable[int], parameters: Parameters) -> float:
        return mean(scores(parameters)[at] for at in questions)

    plain = scores(PLAIN)
    halves = [range(0, len(plain), 2), range(1, len(plain), 2)]
    for chosen_on, reported_on in (halves, halves[::-1]):
        best = _walk(partial(value_on, chosen_on))
        gain = mean(scores(best)[at] for at in reported_on) / mean(plain[at] for at in reported_on)
        print(f"chosen on one half: {_shown(best)}; on the other half {gain:.3f} x plain BM25")
    best = _walk(lambda parameters: mean(scores(parameters)))
    print(f"chosen on all: {_shown(best)}; {mean(scores(best)) / mean(plain):.3f} x plain BM25")
    print("| one parameter changed | x plain BM25 |\n| --- | --- |")
    for name, values in CHOICES.items():
        for value in values:
            ratio = mean(scores(_with(best, name, value))) / mean(plain)
            print(f"| {name} {value} | {ratio:.3f} |")


def _walk(value_of: Callable[[Parameters], float]) -> Parameters:
    """Change one parameter at a time as long as something gets better."""
    best = OURS
    while True:
        started = best
        for name, values in CHOICES.items():
            best = max((best, *(_with(best, name, value) for value in values)), key=value_of)
        if best == started:
            return best


def _with(parameters: Parameters, name: str, value: float) -> Parameters:
    if name == "form":
        return replace(parameters, form=value)
    changed = {field.name: getattr(parameters.weights, field.name) for field in fields(Weights)} | {name: value}
    return replace(parameters, weights=Weights(**changed))


def _shown(parameters: Parameters) -> str:
    return f"{parameters.weights}, form {parameters.form}"


if __name__ == "__main__":
    main()
