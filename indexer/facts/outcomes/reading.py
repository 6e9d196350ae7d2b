"""The outcome of a request for information: its sentence, its probability, and the legal ground of a refusal.

A linear model classifies each sentence; :func:`.features.together` combines the sentences, and a second model turns the
result and the set phrases into a probability. ``weights.npz`` holds both; ``python -m benchmarks.training.outcomes``
trains them on generated documents.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from re import Pattern

import numpy as np
from numpy.typing import NDArray

from archive.model import Fact
from indexer.facts.outcomes.features import SAID, SOME, about_paper, parts, sentence_features, signs, together
from indexer.facts.text import DocumentText, TextMatch, compiled
from indexer.gazetteer import kinds_with, table

Weights = Mapping[str, NDArray[np.float32]]

LEAST = 0.6
"""Minimum probability of an outcome that is reported."""

SUREST = 0.85
"""Upper limit of the confidence: of predictions at .9 and more on unseen wordings, 85 % were right."""

IN_PART = 0.7
"""Upper limit of the confidence of "in part" where only a set phrase says it, and the sentences grant."""

_ABOUT_REQUESTS = re.compile(r"informacij\w+ od javnog znacaja|pristup\w* informacij|freedom of information|poverenik")
_DECISION = re.compile(r"\n(?:r\s?e\s?s\s?e\s?nj?\s?e|z\s?a\s?k\s?lj?\s?u\s?c\s?a\s?k)(?=\n)")
"""The title of a decision, alone on its line."""

_ELSEWHERE = kinds_with("foi_outcome") | {"foi_appeal", "correspondence", None}
"""Kinds that may state an outcome; those outside of the FOI kinds only if they mention the law."""


@dataclass(frozen=True, slots=True)
class RequestOutcome:
    """The outcome of a request: its probability, and the first and last word of the sentence that states it.

    ``after`` is the silence or refusal that an order ends, if the document states it.
    """

    value: str
    probability: float
    first: int
    last: int
    after: str = ""


@cache
def shipped() -> Weights:
    """Return the weights that ship with the program."""
    with resources.files("indexer.facts.outcomes").joinpath("weights.npz").open("rb") as file:
        arrays = np.load(file)
        return {name: arrays[name].astype(np.float32) for name in arrays.files if name != "trained_on"}


def find(text: DocumentText, kind: str | None, weights: Weights | None = None) -> list[Fact]:
    """Return the outcome that a document states as a fact, [] below the threshold."""
    if kind not in _ELSEWHERE or not text.words:
        return []
    if kind not in kinds_with("foi") and not _ABOUT_REQUESTS.search(text.folded):
        return []
    if len(_DECISION.findall(text.folded)) > 1:
        # Several decisions in one file have no common outcome.
        return []
    found = outcome(text, kind, shipped() if weights is None else weights)
    if found is None or found.probability < LEAST:
        return []
    details = {"ground": ground} if (ground := _ground(text, found)) else {}
    if found.after:
        details["after"] = found.after
    where = (found.first, found.last)
    method = f"foi_outcome.{found.value}"
    return [text.fact("foi_outcome", found.value, where, method, found.probability, details=details)]


def outcome(text: DocumentText, kind: str | None, weights: Weights) -> RequestOutcome | None:
    """Return the most likely outcome of a document, None if it has no sentence."""
    said = parts(text)
    if not said:
        return None
    probabilities = sentence_probabilities(text, kind, said, weights)
    phrase = by_phrases(text, kind)
    strengths = together(text, kind, probabilities)
    exponents = signs(strengths, phrase[0] if phrase else None, kind) @ weights["paper"] + weights["paper_intercept"]
    best = int(exponents.argmax())
    value, probability = SAID[best], float(1 / (1 + np.exp(-exponents[best])))
    column = probabilities[:, best + 1]
    if value == "partly" and column.max() < SOME:
        # Granted and refused are in separate sentences; that of the refusal is the evidence.
        column = probabilities[:, SAID.index("refused") + 1]
    first, last = said[int(column.argmax())]
    if phrase and phrase[0] == "partly" and value == "granted":
        # What is exempt stands in a sentence of its own, below what is given.
        value, probability = "partly", min(probability, IN_PART)
    if phrase and phrase[0] == value:
        first, last = phrase[1].first, phrase[1].last
    after = ""
    if value == "ordered":
        before = {name: probabilities[:, SAID.index(name) + 1].max() for name in ("silent", "refused")}
        after = max(before, key=lambda name: before[name]) if max(before.values()) > SOME else ""
    return RequestOutcome(value, min(SUREST, round(probability, 4)), first, last, after)


def sentence_probabilities(
    text: DocumentText, kind: str | None, said: Sequence[tuple[int, int]], weights: Weights
) -> NDArray[np.float64]:
    """Return the probability of each class (columns) for each sentence."""
    about = about_paper(text, kind)
    return softmax(np.vstack([sentence_scores(sentence_features(text, part, about), weights) for part in said]))


def sentence_scores(buckets: NDArray[np.int32], weights: Weights) -> NDArray[np.float64]:
    """Return the score of each class for a sentence."""
    scores: NDArray[np.float64] = (
        weights["sentence"][:, buckets].sum(axis=1) / np.sqrt(max(1, len(buckets))) + weights["sentence_intercepts"]
    )
    return scores


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the scores of each row as probabilities."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)


_GROUND = re.compile(
    r"\bcl(?:an\w*)?\.?\s(9|10|12|13|14)(?!\d)\.?(?:\sst(?:av\w*)?\.?\s(\d))?\.?(?:\s?,?\s?tac(?:k\w+)?\.?\s(\d))?"
)
_SECTION = re.compile(r"\bsection\s(\d{2})(?:\s?\((\d)\))?")


def _ground(text: DocumentText, found: RequestOutcome) -> str:
    """Return the article of the law that a refusal cites:

    "9.1.5" is article 9, paragraph 1, point 5; empty without one.
    """
    if found.value not in ("refused", "partly"):
        return ""
    near = [*_GROUND.finditer(text.folded), *_SECTION.finditer(text.folded)]
    place = text.starts[found.first]
    best = min(near, key=lambda match: abs(match.start() - place), default=None)
    return ".".join(filter(None, best.groups())) if best else ""


APPEAL = "foi_appeal"
"""An appeal tells of silence, or of a decision which it attacks and which says more about itself."""


@cache
def _patterns() -> dict[str, Pattern[str]]:
    return {outcome: compiled(phrases) for outcome, phrases in table("foi_outcomes").items()}


def by_phrases(text: DocumentText, kind: str | None) -> tuple[str, TextMatch] | None:
    """Return the outcome that the phrases of a paper say, with their words. Several decisions together have none."""
    if kind not in kinds_with("foi_outcome") and kind != APPEAL:
        return None
    said = {outcome: first for outcome, pattern in _patterns().items() if (first := next(text.find(pattern), None))}
    if kind == APPEAL:
        return ("silent", said["silent"]) if "silent" in said else None
    said.pop("silent", None)
    if "partly" in said:
        return "partly", said["partly"]
    if {"granted", "refused"} <= said.keys():
        # A reply that gives one thing and refuses another grants in part; a decision that does is several decisions.
        return ("partly", said["refused"]) if kind == "foi_reply" else None
    return next(iter(said.items()), None)
