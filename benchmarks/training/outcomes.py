"""Train the reading of outcomes of requests on papers made by program, and measure it on families left out.

``python -m benchmarks.training.outcomes [--papers N] [--seed N] [--write]``: each family of papers is left out once
(in folds); probabilities are calibrated on what was left out. ``--write`` puts the weights of all into the program.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from benchmarks.papers.grammar import HERE, Grammar
from benchmarks.papers.making import paper_record
from benchmarks.training.documents import paper_text
from indexer.facts.outcomes import features
from indexer.facts.outcomes.features import BUCKETS, CLASSES
from indexer.facts.outcomes.reading import LEAST, Weights, sentence_scores, softmax
from indexer.facts.text import DocumentText

FOLDS = 4
WEIGHTS = Path("indexer/facts/outcomes/weights.npz")


@dataclass(frozen=True, slots=True)
class Told:
    """A made paper: its sentences with what each says, and what became of the request."""

    family: str
    text: DocumentText
    kind: str | None
    parts: list[tuple[int, int]]
    said: list[int]
    outcome: int
    rows: list[NDArray[np.int32]]


def made(count: int, seed: int) -> list[Told]:
    """Papers of every family of requests, in turn."""
    grammar = Grammar.read((HERE / "wordings", HERE / "requests"))
    families = list(grammar.families.values())
    told = []
    for number in range(count):
        family = families[number % len(families)]
        told.append(_told(paper_record(grammar, family.name, f"{seed}-{number:05d}"), family.settings["outcome"]))
    return told


def _told(record: dict[str, Any], outcome: str) -> Told:
    text = paper_text(record)
    kind = str(record["truth"]["kind"])
    parts = features.parts(text)
    starts = [0, *text.page_ends]
    marks = {}
    for span in record["spans"]:
        if span["field"] == "foi_outcome":
            marks[starts[span["page"] - 1] + span["first"]] = CLASSES.index(span["role"])
    said = [next((marks[word] for word in range(first, last + 1) if word in marks), 0) for first, last in parts]
    about = features.about_paper(text, kind)
    rows = [features.sentence_features(text, part, about) for part in parts]
    return Told(record["family"], text, kind, parts, said, CLASSES.index(outcome), rows)


def sentence_model(papers: Sequence[Told]) -> dict[str, NDArray[np.float32]]:
    """The model of a sentence."""
    rows = [row for paper in papers for row in paper.rows]
    columns = np.concatenate(rows)
    values = np.concatenate([np.full(len(row), 1 / np.sqrt(max(1, len(row)))) for row in rows])
    ends = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    matrix = csr_matrix((values, columns, ends), shape=(len(rows), BUCKETS))
    said = np.array([one for paper in papers for one in paper.said])
    # One sentence in ten says anything; each says as much as all that say nothing.
    weight = np.where(said == 0, 1.0, 4.0)
    fitted = LogisticRegression(C=20, max_iter=400).fit(matrix, said, sample_weight=weight)
    return {
        "sentence": fitted.coef_.astype(np.float32),
        "sentence_intercepts": fitted.intercept_.astype(np.float32),
    }


def paper_rows(papers: Sequence[Told], weights: Weights) -> NDArray[np.float64]:
    """What the sentences of each paper come to."""
    return np.vstack(
        [
            features.paper_features(
                paper.text,
                paper.kind,
                paper.parts,
                softmax(np.vstack([sentence_scores(row, weights) for row in paper.rows])),
            )
            for paper in papers
        ]
    )


def fold_of(family: str, families: Sequence[str]) -> int:
    """The fold in which a family is left out: families of one outcome fall into different ones."""
    return families.index(family) % FOLDS


def out_of_fold(papers: Sequence[Told], families: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.int_]]:
    """The rows of papers by sentence models that never saw their families, with their folds."""
    folds = np.array([fold_of(paper.family, families) for paper in papers])
    rows: list[NDArray[np.float64]] = [np.empty(0)] * len(papers)
    for fold in range(FOLDS):
        model = sentence_model([paper for paper, own in zip(papers, folds, strict=True) if own != fold])
        here = [at for at, own in enumerate(folds) if own == fold]
        for at, row in zip(here, paper_rows([papers[at] for at in here], model), strict=True):
            rows[at] = row
    return np.vstack(rows), folds


def temperature(scores: NDArray[np.float64], truth: NDArray[np.int_]) -> float:
    """The number that scores are divided by so that probabilities are what they say (Guo and others, 2017)."""
    tried = np.linspace(0.5, 6, 56)
    losses = [-np.log(softmax(scores / each)[np.arange(len(truth)), truth] + 1e-9).mean() for each in tried]
    return float(tried[int(np.argmin(losses))])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training.outcomes")
    parser.add_argument("--papers", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=19)
    parser.add_argument("--write", action="store_true", help="put the weights into the program")
    arguments = parser.parse_args()
    papers = made(arguments.papers, arguments.seed)
    families = list(dict.fromkeys(paper.family for paper in papers))
    truth = np.array([paper.outcome for paper in papers])
    rows, folds = out_of_fold(papers, families)
    scores = np.zeros((len(papers), len(CLASSES)))
    for fold in range(FOLDS):
        fitted = LogisticRegression(C=1, max_iter=1000).fit(rows[folds != fold], truth[folds != fold])
        scores[folds == fold] = fitted.decision_function(rows[folds == fold])
    heat = temperature(scores, truth)
    print(f"temperature {heat:.1f}, likeliest right {(scores.argmax(axis=1) == truth).mean():.3f}")
    _report(papers, softmax(scores / heat), truth)
    if arguments.write:
        final = LogisticRegression(C=1, max_iter=1000).fit(rows, truth)
        weights = {
            **sentence_model(papers),
            "paper": final.coef_.astype(np.float32),
            "paper_intercepts": final.intercept_.astype(np.float32),
            "temperature": np.float32(heat),
        }
        _write(weights, f"benchmarks.papers requests, {arguments.papers} papers, seed {arguments.seed}")


def _write(weights: dict[str, Any], trained_on: str) -> None:
    sources = sorted((HERE / "requests").glob("*.txt"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    halves = {name: values.astype(np.float16) if values.ndim else values for name, values in weights.items()}
    # What weighs next to nothing is nothing, and packs to nothing.
    halves["sentence"] = np.where(np.abs(halves["sentence"]) < 0.02, np.float16(0), halves["sentence"])
    np.savez_compressed(WEIGHTS, trained_on=np.array(f"{trained_on}, sha256 {digest}"), **halves)
    print(f"{WEIGHTS}: {WEIGHTS.stat().st_size / 1000:.0f} kB")


def _report(papers: Sequence[Told], chances: NDArray[np.float64], truth: NDArray[np.int_]) -> None:
    """Right, wrong and missed outcomes of papers whose families were left out, by outcome and by family."""
    best = chances.argmax(axis=1)
    best[chances.max(axis=1) < LEAST] = 0
    for at, name in enumerate(CLASSES):
        right = int(((best == at) & (truth == at)).sum())
        print(f"{name:10} right {right:4} of {int((truth == at).sum()):4}, said {int((best == at).sum()):4}")
    wrong = Counter(
        (paper.family, CLASSES[said]) for paper, said, true in zip(papers, best, truth, strict=True) if said != true
    )
    sizes = Counter(paper.family for paper in papers)
    for (family, said), count in wrong.most_common(20):
        print(f"  {family}: {count} of {sizes[family]} said to be {said}")
    shown = best > 0
    for low, high in ((0.6, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01)):
        here = shown & (chances.max(axis=1) >= low) & (chances.max(axis=1) < high)
        print(f"  said {low}-{high}: {int((best == truth)[here].sum())} of {int(here.sum())} right")
    print(json.dumps({"papers": len(papers), "right": int((best == truth).sum())}))


if __name__ == "__main__":
    main()
