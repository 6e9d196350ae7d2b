"""Measure ranking on Cranfield and CISI: nDCG@10 of the archive's engine and of plain BM25 with the same analysis.

Usage: ``python -m benchmarks.ranking_quality CRANFIELD_FOLDER [--cisi CISI_FOLDER] [--tune]``

Cranfield has 1,400 abstracts and 225 queries, CISI 1,460 and 112; relevance is binary, queries without a relevant
document are left out. Their documents are all one page long, so a second collection is made of each: two thirds of the
abstracts are merged, in a random but fixed order, into files of 5 to 60 pages, and a file is relevant if it has a
relevant page. The engine has the titles of the abstracts, whose words begin their texts, but none of those files.

Plain BM25 (k1 1.2, b 0.75) over stems is measured twice: as a reference implementation, and as the engine without its
additions. Queries match any word ("any word"), or as in the search page, where documents with all words precede those
that lack some ("as typed"). Ranges are 95 % bootstrap intervals of the ratio, resampling queries.

``--tune`` varies the parameters one at a time, chooses on one half of the queries and reports on the other.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from statistics import mean, quantiles

from archive.model.description import Description
from archive.model.words import Words
from archive.search.engine import EngineRequest, IndexText
from archive.search.entries import index_entry
from archive.search.matching.rescoring import WEIGHTS, Weights
from archive.search.query import Or, Query, some_of
from archive.search.query_language.parser import parse
from archive.search.service import divided
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.text.analyzer import FORM_WEIGHT, query_terms, reading_terms
from archive.text.vocabulary import IndexField, Vocabulary
from benchmarks.collections import (
    DEPTH,
    K1,
    B,
    Collection,
    Ranker,
    bind,
    read_cisi,
    read_cranfield,
    reference_ranker,
    score,
)


@dataclass(frozen=True, slots=True)
class Parameters:
    """The engine's weights, and that of an exact form beside its stem (0: stems only)."""

    weights: Weights
    form: float


DRAWN = 2_000
"""Bootstrap samples for an interval."""

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
    parser.add_argument("--cisi", type=Path, help="folder of CISI.ALL, CISI.QRY and CISI.REL")
    parser.add_argument("--tune", action="store_true")
    arguments = parser.parse_args()
    cranfield = read_cranfield(arguments.cranfield)
    tuned = {"Cranfield": cranfield, "Cranfield, bound": bind(cranfield)}
    collections = dict(tuned)
    if arguments.cisi:
        cisi = read_cisi(arguments.cisi)
        collections |= {"CISI": cisi, "CISI, bound": bind(cisi)}
    print(
        "| collection | reference BM25 | engine, plain BM25 | any word | by plain | as typed | by plain |\n"
        "| --- | --- | --- | --- | --- | --- | --- |"
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, collection in collections.items():
            path = Path(folder) / name
            fill(path, collection)
            reference = score(reference_ranker(collection), collection)
            plain, ours = (
                score(engine_ranker(path, parameters, collection), collection) for parameters in (PLAIN, OURS)
            )
            typed = score(typed_ranker(path, collection), collection)
            print(
                f"| {name} | {mean(reference):.4f} | {mean(plain):.4f} | {mean(ours):.4f} | {ratio(ours, plain)} "
                f"| {mean(typed):.4f} | {ratio(typed, plain)} |"
            )
        if arguments.tune:
            tune(Path(folder), tuned)


def fill(folder: Path, collection: Collection) -> None:
    """Index a collection."""
    vocabulary = Vocabulary()
    engine = WhooshEngine(folder)
    engine.add(
        index_entry(_description(id_, collection.titles.get(id_, "")), {}, 1, _text(pages, vocabulary))
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
    """Return the ranker of the engine for any of the words. Every query is run once."""
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


def typed_ranker(folder: Path, collection: Collection) -> Ranker:
    """Return the ranker of the engine as in the search page.

    Documents with all words of the query precede those that lack some.
    """
    engine = WhooshEngine(folder)

    def first(query: Query | None) -> list[str]:
        return [hit.id for hit in engine.search(EngineRequest(query, {}, "relevance", DEPTH, 0)).hits]

    answers: dict[str, list[str]] = {}
    for question in collection.questions:
        parsed = parse(question, exact=False, look_alikes=False)
        wanted, others = divided(parsed)
        answers[question] = first(parsed.query)
        if len(wanted) > 1:
            answers[question] += first(some_of(tuple(factor.query for factor in wanted), others))
    engine.close()
    return answers.__getitem__


def ratio(ours: Sequence[float], plain: Sequence[float]) -> str:
    """Return the ratio of the mean scores, with its 95 % bootstrap interval."""
    dice = random.Random(1)
    drawn = []
    for _ in range(DRAWN):
        of = dice.choices(range(len(plain)), k=len(plain))
        drawn.append(sum(ours[at] for at in of) / sum(plain[at] for at in of))
    cuts = quantiles(drawn, n=40)
    return f"{mean(ours) / mean(plain):.3f} [{cuts[0]:.3f}, {cuts[-1]:.3f}]"


def asked(question: str, form: float) -> Query:
    """Return a query for any of the words, each as its stem or, with a higher score, its exact form."""
    words: dict[Query, None] = {}
    for word in question.split():
        terms = query_terms(word, marked=False, exact=False)
        stems = [term for term in terms if term.field is not IndexField.FORM]
        exact = [replace(term, weight=form) for term in terms if term.field is IndexField.FORM and form]
        words[Or((*stems, *exact))] = None
    return Or(tuple(words))


def tune(folder: Path, collections: Mapping[str, Collection]) -> None:
    """Choose on each half of the queries, report on the other, and then print the choice on all of them."""
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
    """Change one parameter at a time as long as the value improves."""
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
