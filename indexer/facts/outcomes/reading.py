"""The outcome of a request for information, with the sentence that says so, a probability, and the ground of the law.

Two linear models read a paper: one tells of each sentence what it says became of the request, the other what the
sentences of the paper come to. ``weights.npz`` holds both; ``python -m benchmarks.training.outcomes`` makes it from
papers made by program.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from archive.model import Fact
from indexer.facts.outcomes.features import CLASSES, about_paper, paper_features, parts, sentence_features
from indexer.facts.text import DocumentText
from indexer.gazetteer import kinds_with

Weights = Mapping[str, NDArray[np.float32]]

LEAST = 0.6
"""Below this probability no outcome is told."""

SUREST = 0.99

_ABOUT_REQUESTS = re.compile(r"informacij\w+ od javnog znacaja|pristup\w* informacij|freedom of information|poverenik")
_ELSEWHERE = kinds_with("foi_outcome") | {"foi_appeal", "correspondence", None}
"""Kinds that may tell of an outcome; those outside the law's own only if they speak of it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the request: its probability, and the first and last word of the sentence that says it."""

    value: str
    probability: float
    first: int
    last: int


@cache
def shipped() -> Weights:
    """The weights that ship with the program."""
    with resources.files("indexer.facts.outcomes").joinpath("weights.npz").open("rb") as file:
        arrays = np.load(file)
        return {name: arrays[name].astype(np.float32) for name in arrays.files if name != "trained_on"}


def find(text: DocumentText, kind: str | None, weights: Weights | None = None) -> list[Fact]:
    """The outcome that a paper tells, if it is likely enough."""
    if kind not in _ELSEWHERE or not text.words:
        return []
    if kind not in kinds_with("foi") and not _ABOUT_REQUESTS.search(text.folded):
        return []
    found = outcome(text, kind, shipped() if weights is None else weights)
    if found is None or found.probability < LEAST:
        return []
    details = {"ground": ground} if (ground := _ground(text, found)) else {}
    where = (found.first, found.last)
    method = f"foi_outcome.{found.value}"
    return [text.fact("foi_outcome", found.value, where, method, found.probability, details=details)]


def outcome(text: DocumentText, kind: str | None, weights: Weights) -> Outcome | None:
    """The likeliest outcome of a paper; None where it tells none."""
    said = parts(text)
    if not said:
        return None
    about = about_paper(text, kind)
    sentences = np.vstack([sentence_scores(sentence_features(text, part, about), weights) for part in said])
    probabilities = softmax(sentences)
    features = paper_features(text, kind, said, probabilities)
    scores = weights["paper"] @ features + weights["paper_intercepts"]
    chances = softmax(scores[None, :] / float(weights["temperature"]))[0]
    best = int(chances.argmax())
    if best == 0:
        return None
    column = probabilities[:, best]
    if CLASSES[best] == "partly" and column.max() < 0.5:
        # What is granted and what is refused stand in sentences of their own; the refusal is what makes it a part.
        column = probabilities[:, CLASSES.index("refused")]
    first, last = said[int(column.argmax())]
    return Outcome(CLASSES[best], min(SUREST, round(float(chances[best]), 4)), first, last)


def sentence_scores(buckets: NDArray[np.int32], weights: Weights) -> NDArray[np.float64]:
    """The score of each class of a sentence."""
    scores: NDArray[np.float64] = (
        weights["sentence"][:, buckets].sum(axis=1) / np.sqrt(max(1, len(buckets))) + weights["sentence_intercepts"]
    )
    return scores


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores of each row as probabilities."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)


_GROUND = re.compile(
    r"\bcl(?:an\w*)?\.?\s(9|10|12|13|14)\.?(?:\sst(?:av\w*)?\.?\s(\d))?\.?(?:\s?,?\s?tac(?:k\w+)?\.?\s(\d))?"
)
_SECTION = re.compile(r"\bsection\s(\d{2})(?:\s?\((\d)\))?")


def _ground(text: DocumentText, found: Outcome) -> str:
    """The article of the law by which it was refused: "9.1.5" is article 9, paragraph 1, point 5."""
    if found.value not in ("refused", "partly"):
        return ""
    near = [match for match in (*_GROUND.finditer(text.folded), *_SECTION.finditer(text.folded))]
    place = text.starts[found.first]
    best = min(near, key=lambda match: abs(match.start() - place), default=None)
    return ".".join(filter(None, best.groups())) if best else ""
