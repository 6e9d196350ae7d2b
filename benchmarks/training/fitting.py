"""Fit the models of the scorer, and calibrate them on held-out sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from indexer.facts.scoring.context import BUCKETS
from indexer.facts.scoring.model import ABOUT, RoleModel, Row, Signs, rounded

STRENGTH = 10.0
"""The inverse of the regularisation of the models (C of scikit-learn)."""

MADE_WEIGHT = 0.2
"""Weight of a candidate of a generated document.

One of a labelled document has a weight of 2 divided by the square root of its source's documents.
"""

SMALLEST = 0.02
"""Minimum absolute weight that is written to the file."""

ALWAYS = 4.0
"""Intercept of a class that all samples have."""

PRECISION = 0.97
"""Minimum precision of the values above a threshold."""

LESS_PRECISE = {"vendor": 0.95, "bidder": 0.93, "amount": 0.94, "reference": 0.85}
"""The same of fields of which papers of strange bodies would show too few values: .97 is reached by a third of their
names and sums, .93 by three quarters; of several numbers, people take now one for that of a paper and now another."""

AGREED_LESS = 0.025
"""How much lower the precision of values may be that a rule also extracts, on labelled documents only.

Half of these errors are misread names.
"""

LOWEST = 0.4
"""Minimum threshold, whatever the precision."""

LEAST_SURE = {"municipality": 0.7}
"""The same of a field: papers of law name many places that they are not of, and strangers' papers have hardly any."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Candidates of one role: features, targets, weights, and the folds they are tested in."""

    rows: Sequence[Row]
    targets: Sequence[str]
    weights: NDArray[np.float64]
    folds: Sequence[str]


def weights_of(sources: Sequence[str], papers: Mapping[str, int]) -> NDArray[np.float64]:
    """Return the weight of each candidate by its source; ``papers`` counts the documents of each source."""
    return np.array([MADE_WEIGHT if each.startswith("made/") else 2 / papers[each] ** 0.5 for each in sources])


def matrix(rows: Sequence[Row]) -> sparse.csr_matrix:
    """Return the feature matrix with the weighting of the model."""
    ends, columns, values = [0], [], []
    for about, around in rows:
        columns += [about, around]
        values += [np.full(len(about), ABOUT), np.full(len(around), 1 / np.sqrt(max(1, len(around))))]
        ends.append(ends[-1] + len(about) + len(around))
    shape = (len(rows), BUCKETS)
    return sparse.csr_matrix((np.concatenate(values), np.concatenate(columns), ends), shape=shape)


def fit_without(samples: Samples, folds: Iterable[str]) -> dict[str, RoleModel]:
    """Return a model without each fold, and under the name ``all`` the model of all samples."""
    features, targets = matrix(samples.rows), np.array(samples.targets)
    own = np.array(samples.folds)
    kept = {fold: np.flatnonzero(own != fold) for fold in folds} | {"all": np.arange(len(own))}
    return {fold: _fit(features[keep], targets[keep], samples.weights[keep]) for fold, keep in kept.items()}


def _fit(features: sparse.csr_matrix, targets: NDArray[np.str_], sample_weights: NDArray[np.float64]) -> RoleModel:
    """Fit a logistic regression for each class, or a single one for yes and no."""
    names = sorted(set(targets.tolist()) - {"no"})
    weights = np.zeros((len(names), features.shape[1]), dtype=np.float32)
    intercepts = np.full(len(names), ALWAYS, dtype=np.float32)
    for place, name in enumerate(names):
        if not (targets == name).all():
            model = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=100, tol=1e-3)
            model.fit(features, targets == name, sample_weight=sample_weights)
            weights[place], intercepts[place] = model.coef_[0], model.intercept_[0]
    weights[np.abs(weights) < SMALLEST] = 0
    return RoleModel(tuple(names), rounded(weights), intercepts)


@dataclass(frozen=True, slots=True)
class Trial:
    """A prediction for a held-out source: its signs, whether it is right, its weight.

    ``fold`` is that of the document; ``is_made``: the document is generated.
    """

    signs: Signs
    right: bool
    weight: float
    fold: str
    is_made: bool


def calibrate(model: RoleModel, trials: Sequence[Trial], precision: float, least: float = LOWEST) -> RoleModel:
    """Return a model with probabilities and a threshold fitted on its held-out predictions."""
    signs = np.array([each.signs for each in trials])
    right = np.array([float(each.right) for each in trials])
    weights = np.array([each.weight for each in trials])
    calibration = _line(signs, right, weights)
    sure = 1 / (1 + np.exp(-(signs @ calibration[:-1] + calibration[-1])))
    backed = np.array([bool(each.signs[-1]) for each in trials])
    real = np.array([not each.is_made for each in trials])
    tried = backed & real
    agreed = _threshold(sure[tried], right[tried], weights[tried], precision - AGREED_LESS)
    shown = tried & (sure >= agreed)
    before = (float((right * weights)[shown].sum()), float(weights[shown].sum()))
    alone = _threshold(sure[~backed], right[~backed], weights[~backed], precision)
    together = _threshold(sure[~backed], right[~backed], weights[~backed], precision, before)
    threshold = max(least, min(alone, together))
    return replace(model, calibration=calibration, threshold=threshold, agreed=agreed)


RISING = (0, 1, 3, 4)
"""Signs whose factors must not be negative: score and margin of a candidate, with a rule and without."""


def _line(signs: NDArray[np.float64], right: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[float, ...]:
    """Return the factors of the signs and the constant. A rising sign with a negative factor is dropped."""
    used = np.ones(signs.shape[1])
    while True:
        line = LogisticRegression(C=1000.0).fit(signs * used, right, sample_weight=weights)
        factors = line.coef_[0] * used
        falling = min(RISING, key=lambda place: factors[place])
        if factors[falling] >= 0:
            return (*map(float, factors), float(line.intercept_[0]))
        used[falling] = 0


def _threshold(
    sure: NDArray[np.float64],
    right: NDArray[np.float64],
    weight: NDArray[np.float64],
    wanted: float,
    before: tuple[float, float] = (0.0, 0.0),
) -> float:
    """Return the lowest probability from which on the precision is at least ``wanted``.

    :param before: the weight of right values, and of all, that are shown in addition to these.
    """
    order = np.argsort(sure)[::-1]
    precision = (before[0] + np.cumsum((right * weight)[order])) / (before[1] + np.cumsum(weight[order]))
    good = np.flatnonzero(precision >= wanted)
    if not len(good):
        return 1.0
    return LOWEST if good[-1] == len(order) - 1 else float(max(LOWEST, sure[order][good[-1]]))


def count_papers(sources: Iterable[str]) -> Mapping[str, int]:
    """Return the number of documents of each source."""
    return Counter(sources)
