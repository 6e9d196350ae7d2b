"""The trained scorer: linear models over hashed features, with calibrated probabilities.

``weights.npz`` holds the models and the SHA-256 of the training data. ``python -m benchmarks.training`` makes it; it is
data of this project and can be read with NumPy alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

Row = tuple[NDArray[np.int32], NDArray[np.int32]]
"""Feature buckets of a candidate itself, and of its context."""

Signs = tuple[float, float, float, float, float, float]
"""Signals of confidence of a candidate.

If no rule accepts it: score, margin, 1 if rules accept others, and three zeros. If a rule accepts it: three zeros,
score, margin and 1. The two cases have separate coefficients, because with the support of a rule the score matters
less.
"""

ABOUT = 0.5
"""Weight of a feature of the candidate itself; all context features together have weight 1 (L2)."""


def row(about: Iterable[int], around: Iterable[int]) -> Row:
    """Return features as two arrays of buckets."""
    return np.fromiter(about, dtype=np.int32), np.fromiter(around, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class RoleModel:
    """The model of one role.

    ``weights`` has a row per class and a column per bucket. ``calibration`` holds the coefficients of :data:`Signs` and
    an intercept of a logistic function fitted on sources not trained on (Platt 1999). ``threshold`` is the minimum
    probability of a value, ``agreed`` that of a value which a rule accepts.
    """

    classes: tuple[str, ...]
    weights: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    calibration: tuple[float, ...] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)
    threshold: float = 0.5
    agreed: float = 0.5

    def scores(self, rows: Sequence[Row]) -> NDArray[np.float64]:
        """Return the score of each class (columns) for each candidate (rows)."""
        return np.array(
            [
                ABOUT * self.weights[:, about].sum(axis=1)
                + self.weights[:, around].sum(axis=1) / np.sqrt(max(1, len(around)))
                + self.intercepts
                for about, around in rows
            ]
        )

    def probability(self, signs: Signs) -> float:
        """Return the probability that a candidate with these signals is right."""
        exponent = sum(factor * sign for factor, sign in zip(self.calibration, (*signs, 1.0), strict=True))
        return min(SUREST, round(float(1 / (1 + np.exp(-exponent))), 4))

    def is_shown(self, signs: Signs) -> bool:
        """Return whether the probability of these signals reaches the threshold."""
        return self.probability(signs) >= self.least(bool(signs[-1]))

    def least(self, is_backed: bool) -> float:
        """Return the threshold of a value, by whether a rule accepts it."""
        return self.agreed if is_backed else self.threshold


Models = Mapping[str, RoleModel]
"""The model of each role."""


SUREST = 0.99
"""Upper limit of probabilities: 1,174 of 1,186 predictions from .98 on were right."""

FLOOR = -6.0
"""The score assumed for the runner-up if there is none."""

FARTHEST = 12.0


def signs_of(score: float, following: float, backing: int) -> Signs:
    """Return the signals of a candidate.

    :param following: the score of the runner-up.
    :param backing: 1 if a rule accepts the candidate, -1 if rules accept only others, 0 if they accept none.
    """
    margin = min(score - following, FARTHEST)
    if backing > 0:
        return 0.0, 0.0, 0.0, score, margin, 1.0
    return score, margin, float(backing < 0), 0.0, 0.0, 0.0


LEVELS = 127
"""Number of quantization levels of a weight, denser near zero."""


def rounded(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return weights quantized as in the file."""
    scale = float(np.abs(weights).max())
    return _weights(_levels(weights, scale), scale) if scale else weights


def _levels(weights: NDArray[np.float32], scale: float) -> NDArray[np.int8]:
    return np.round(np.sign(weights) * LEVELS * np.sqrt(np.abs(weights) / scale)).astype(np.int8)


def _weights(levels: NDArray[np.generic], scale: float) -> NDArray[np.float32]:
    shares = levels.astype(np.float32) / LEVELS
    return (np.sign(shares) * shares**2 * np.float32(scale)).astype(np.float32)


@cache
def shipped() -> Mapping[str, RoleModel]:
    """Return the models that ship with the program, by role."""
    return load("indexer.facts.scoring", "weights.npz")


def load(package: str, name: str) -> dict[str, RoleModel]:
    """Return the models in a data file of a package."""
    with resources.files(package).joinpath(name).open("rb") as file:
        return unpacked(np.load(file))


def unpacked(arrays: Mapping[str, NDArray[np.generic]]) -> dict[str, RoleModel]:
    """Return the models from the arrays of :func:`packed`."""
    return {name.removesuffix(".values"): _unpacked(arrays, name[:-7]) for name in arrays if name.endswith(".values")}


def _unpacked(arrays: Mapping[str, NDArray[np.generic]], name: str) -> RoleModel:
    classes = tuple(str(each) for each in arrays[f"{name}.classes"])
    weights = np.zeros((len(classes), int(arrays["buckets"])), dtype=np.float32)
    steps = arrays[f"{name}.steps"].astype(np.int64) + (arrays[f"{name}.leaps"].astype(np.int64) << 8)
    weights.flat[np.cumsum(steps)] = _weights(arrays[f"{name}.values"], float(arrays[f"{name}.scale"]))
    *calibration, threshold, agreed = (float(each) for each in arrays[f"{name}.numbers"])
    intercepts = arrays[f"{name}.intercepts"].astype(np.float32)
    return RoleModel(classes, weights, intercepts, tuple(calibration), threshold, agreed)


def each_of(scores: NDArray[np.float64], rules: Sequence[bool]) -> list[Signs]:
    """Return the signals of each candidate of a many-valued role."""
    others = -1 if any(rules) else 0
    return [signs_of(score, score, 1 if rule else others) for score, rule in zip(scores, rules, strict=True)]


def packed(models: Mapping[str, RoleModel], trained_on: str) -> dict[str, NDArray[np.generic]]:
    """Return models as arrays for ``weights.npz``.

    Only non-zero weights are stored, in a byte each (:func:`rounded`), with the distance from the previous one.
    """
    arrays: dict[str, NDArray[np.generic]] = {"trained_on": np.array(trained_on)}
    for name, model in models.items():
        places = np.flatnonzero(model.weights)
        steps = np.diff(places, prepend=0)
        scale = float(np.abs(model.weights).max())
        arrays["buckets"] = np.array(model.weights.shape[1])
        arrays[f"{name}.classes"] = np.array(model.classes)
        arrays[f"{name}.steps"] = (steps & 0xFF).astype(np.uint8)
        arrays[f"{name}.leaps"] = (steps >> 8).astype(np.uint16)
        arrays[f"{name}.values"] = _levels(model.weights.flat[places], scale)
        arrays[f"{name}.scale"] = np.array(scale)
        arrays[f"{name}.intercepts"] = model.intercepts
        arrays[f"{name}.numbers"] = np.array([*model.calibration, model.threshold, model.agreed])
    return arrays
