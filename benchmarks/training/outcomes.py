"""Train the classifier of request outcomes on generated documents, and evaluate it on held-out families.

``python -m benchmarks.training.outcomes [--papers N] [--seed N] [--write]``: cross-validation over families;
probabilities are calibrated on held-out predictions. ``--write`` writes the weights of the final model into the
package.
"""

from __future__ import annotations

import argparse
import hashlib
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
from indexer.facts.outcomes.features import BUCKETS, CLASSES, SAID
from indexer.facts.outcomes.reading import LEAST, Weights, by_phrases, sentence_scores, softmax
from indexer.facts.text import DocumentText

FOLDS = 4
SIGNS = 6
"""Number of calibration features of an outcome (:func:`indexer.facts.outcomes.features.signs`)."""
WEIGHTS = Path("indexer/facts/outcomes/weights.npz")


@dataclass(frozen=True, slots=True)
class Told:
    """A generated document: its sentences with their classes, and the outcome of the request."""

    family: str
    text: DocumentText
    kind: str | None
    parts: list[tuple[int, int]]
    said: list[int]
    outcome: int
    rows: list[NDArray[np.int32]]


def made(count: int, seed: int) -> list[Told]:
    """Return documents of all families of requests, in turn."""
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
    """Return the classifier of sentences."""
    rows = [row for paper in papers for row in paper.rows]
    columns = np.concatenate(rows)
    values = np.concatenate([np.full(len(row), 1 / np.sqrt(max(1, len(row)))) for row in rows])
    ends = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    matrix = csr_matrix((values, columns, ends), shape=(len(rows), BUCKETS))
    said = np.array([one for paper in papers for one in paper.said])
    # One sentence in ten states an outcome, so the classes are weighted.
    weight = np.where(said == 0, 1.0, 4.0)
    fitted = LogisticRegression(C=20, max_iter=400).fit(matrix, said, sample_weight=weight)
    return {
        "sentence": fitted.coef_.astype(np.float32),
        "sentence_intercepts": fitted.intercept_.astype(np.float32),
    }


def paper_signs(paper: Told, weights: Weights) -> NDArray[np.float64]:
    """Return the calibration features of a document (rows: outcomes)."""
    probabilities = softmax(np.vstack([sentence_scores(row, weights) for row in paper.rows]))
    phrase = by_phrases(paper.text, paper.kind)
    strengths = features.together(paper.text, paper.kind, probabilities)
    return features.signs(strengths, phrase[0] if phrase else None, paper.kind)


def fold_of(family: str, families: Sequence[str]) -> int:
    """Return the fold in which a family is held out; families of one outcome are in different folds."""
    return families.index(family) % FOLDS


def out_of_fold(papers: Sequence[Told], families: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.int_]]:
    """Return the calibration features of documents by sentence models without their families, and their folds."""
    folds = np.array([fold_of(paper.family, families) for paper in papers])
    found = np.zeros((len(papers), len(SAID), SIGNS))
    for fold in range(FOLDS):
        model = sentence_model([paper for paper, own in zip(papers, folds, strict=True) if own != fold])
        for at in map(int, np.flatnonzero(folds == fold)):
            found[at] = paper_signs(papers[int(at)], model)
    return found, folds


def sureness(found: NDArray[np.float64], truth: NDArray[np.int_]) -> LogisticRegression:
    """Return the model of the probability of an outcome."""
    right = (truth[:, None] == np.arange(1, len(CLASSES))[None, :]).ravel()
    return LogisticRegression(C=10, max_iter=1000).fit(found.reshape(-1, found.shape[2]), right)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training.outcomes")
    parser.add_argument("--papers", type=int, default=2600)
    parser.add_argument("--seed", type=int, default=19)
    parser.add_argument("--write", action="store_true", help="put the weights into the program")
    arguments = parser.parse_args()
    papers = made(arguments.papers, arguments.seed)
    families = list(dict.fromkeys(paper.family for paper in papers))
    truth = np.array([paper.outcome for paper in papers])
    found, folds = out_of_fold(papers, families)
    chances = np.zeros((len(papers), len(SAID)))
    for fold in range(FOLDS):
        model = sureness(found[folds != fold], truth[folds != fold])
        left = found[folds == fold]
        chances[folds == fold] = model.predict_proba(left.reshape(-1, SIGNS))[:, 1].reshape(-1, len(SAID))
    phrases = [by_phrases(paper.text, paper.kind) for paper in papers]
    print("phrases alone:")
    _report(papers, np.array([CLASSES.index(phrase[0]) if phrase else 0 for phrase in phrases]), truth)
    print("sentences and phrases:")
    _report(papers, np.where(chances.max(axis=1) >= LEAST, chances.argmax(axis=1) + 1, 0), truth)
    _reliability(chances, truth)
    if arguments.write:
        final = sureness(found, truth)
        weights = {
            **sentence_model(papers),
            "paper": final.coef_[0].astype(np.float32),
            "paper_intercept": final.intercept_.astype(np.float32),
        }
        _write(weights, f"benchmarks.papers requests, {arguments.papers} papers, seed {arguments.seed}")


def _write(weights: dict[str, Any], trained_on: str) -> None:
    sources = sorted((HERE / "requests").glob("*.txt"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    halves = {name: values.astype(np.float16) if values.ndim else values for name, values in weights.items()}
    # Tiny weights are set to zero, which compresses well.
    halves["sentence"] = np.where(np.abs(halves["sentence"]) < 0.02, np.float16(0), halves["sentence"])
    np.savez_compressed(WEIGHTS, trained_on=np.array(f"{trained_on}, sha256 {digest}"), **halves)
    print(f"{WEIGHTS}: {WEIGHTS.stat().st_size / 1000:.0f} kB")


def _report(papers: Sequence[Told], said: NDArray[np.int_], truth: NDArray[np.int_]) -> None:
    """Print right, wrong and missed outcomes of held-out families, by outcome and by family."""
    for at, name in enumerate(CLASSES):
        right = int(((said == at) & (truth == at)).sum())
        print(f"  {name:10} right {right:4} of {int((truth == at).sum()):4}, said {int((said == at).sum()):4}")
    told, right = said > 0, said == truth
    print(f"  precision {right[told].mean():.3f}, recall {(right & told).sum() / (truth > 0).sum():.3f}")
    wrong = Counter(
        (paper.family, CLASSES[one])
        for paper, one, true in zip(papers, said, truth, strict=True)
        if one not in (0, true)
    )
    for (family, name), count in wrong.most_common(8):
        print(f"    {family}: {count} said to be {name}")


def _reliability(chances: NDArray[np.float64], truth: NDArray[np.int_]) -> None:
    right = chances.argmax(axis=1) + 1 == truth
    for low, high in ((0.4, 0.6), (0.6, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01)):
        here = (chances.max(axis=1) >= low) & (chances.max(axis=1) < high)
        print(f"  said {low}-{high}: {int(right[here].sum())} of {int(here.sum())} right")


if __name__ == "__main__":
    main()
