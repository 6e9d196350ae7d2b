"""Fit the models of the scorer, and calibrate them on sources that they were not trained on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from indexer.facts.scoring.context import BUCKETS
from indexer.facts.scoring.model import ABOUT, RoleModel, Row

STRENGTH = 60.0
"""The inverse of the regularisation of the models (C of scikit-learn)."""

MADE_WEIGHT = 0.3
"""The weight of a candidate of a made paper; one of a labelled document weighs 2 by the root of its source's papers."""

SMALLEST = 0.01
"""Weights below are left out of the file."""

PRECISION = 0.97
"""What a value must be right by, of all shown with at least its probability."""

LOWEST = 0.4
"""No threshold is lower, however precise the values were."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Candidates of one role: their features, what they are, how much they weigh and the fold they are tested in."""

    rows: Sequence[Row]
    targets: Sequence[str]
    weights: NDArray[np.float64]
    folds: Sequence[str]


def weights_of(sources: Sequence[str], papers: Mapping[str, int]) -> NDArray[np.float64]:
    """Return the weight of each candidate by its source; ``papers`` counts the documents of each source."""
    return np.array([MADE_WEIGHT if each.startswith("made/") else 2 / papers[each] ** 0.5 for each in sources])


def matrix(rows: Sequence[Row]) -> sparse.csr_matrix:
    """Return the features as the model weighs them."""
    ends, columns, values = [0], [], []
    for about, around in rows:
        columns += [about, around]
        values += [np.full(len(about), ABOUT), np.full(len(around), 1 / np.sqrt(max(1, len(around))))]
        ends.append(ends[-1] + len(about) + len(around))
    shape = (len(rows), BUCKETS)
    return sparse.csr_matrix((np.concatenate(values), np.concatenate(columns), ends), shape=shape)


def fit(samples: Samples, keep: NDArray[np.bool_]) -> RoleModel:
    """Fit a logistic regression for each class, or one where the classes are yes and no."""
    chosen = np.flatnonzero(keep)
    features = matrix([samples.rows[each] for each in chosen])
    targets = np.array([samples.targets[each] for each in chosen])
    names = sorted(set(targets) - {"no"})
    weights = np.zeros((len(names), BUCKETS), dtype=np.float32)
    intercepts = np.zeros(len(names), dtype=np.float32)
    for place, name in enumerate(names):
        if (targets == name).all():
            intercepts[place] = 4.0
            continue
        model = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=200)
        model.fit(features, targets == name, sample_weight=samples.weights[chosen])
        weights[place], intercepts[place] = model.coef_[0], model.intercept_[0]
    weights[np.abs(weights) < SMALLEST] = 0
    return RoleModel(tuple(names), weights, intercepts)


def calibrate(model: RoleModel, tried: Iterable[tuple[float, float, bool, float]]) -> RoleModel:
    """Return a model with probabilities and a threshold fitted on what it said of sources it had not seen.

    :param tried: score, distance to the next score, whether the value was right, and a weight, of each value.
    """
    values = np.array([(score, min(margin, 12.0), right, weight) for score, margin, right, weight in tried])
    line = LogisticRegression(C=1000.0).fit(values[:, :2], values[:, 2], sample_weight=values[:, 3])
    (of_score, of_margin), constant = line.coef_[0], line.intercept_[0]
    calibrated = replace(model, calibration=(float(of_score), float(of_margin), float(constant)))
    sure = 1 / (1 + np.exp(-(values[:, 0] * of_score + values[:, 1] * of_margin + constant)))
    return replace(calibrated, threshold=_threshold(sure, values[:, 2], values[:, 3]))


def _threshold(sure: NDArray[np.float64], right: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    """Return the least probability from which on the values are as precise as they must be."""
    order = np.argsort(sure)[::-1]
    precision = np.cumsum((right * weight)[order]) / np.cumsum(weight[order])
    good = np.flatnonzero(precision >= PRECISION)
    return float(max(LOWEST, sure[order][good[-1]])) if len(good) else 1.0


def count_papers(sources: Iterable[str]) -> Mapping[str, int]:
    """Return how many documents each source has."""
    return Counter(sources)
