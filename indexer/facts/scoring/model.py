"""The trained scorer: linear models over hashed features, with calibrated probabilities.

``weights.npz`` holds the models and names the SHA-256 of what they were trained on. ``python -m benchmarks.training``
makes it; it is data of this project, and no other program is needed to read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

Row = tuple[NDArray[np.int32], NDArray[np.int32]]
"""The buckets of what a candidate is, and of its surroundings."""

Signs = tuple[float, float, float, float, float, float]
"""What tells how sure a choice is: score and distance to the next one of a candidate that no rule takes; 1 if rules
take others; score and distance of a candidate that a rule takes; 1 if one does. If one does, the score says less."""

ABOUT = 0.5
"""The weight of a feature of the candidate itself; its surroundings, of whatever number, weigh 1 together (L2)."""


def row(about: Iterable[int], around: Iterable[int]) -> Row:
    """Return features as two arrays of buckets."""
    return np.fromiter(about, dtype=np.int32), np.fromiter(around, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class RoleModel:
    """The model of one role.

    ``weights`` has a row for each of ``classes`` and a column for each bucket. ``calibration`` holds the factors of
    :data:`Signs` and a constant, of a logistic function fitted on sources not trained on (Platt 1999). Below
    ``threshold`` a value is not shown, below ``agreed`` neither if a rule takes it.
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
        """Return the probability that a candidate with these signs is right."""
        exponent = sum(factor * sign for factor, sign in zip(self.calibration, (*signs, 1.0), strict=True))
        return min(SUREST, round(float(1 / (1 + np.exp(-exponent))), 4))

    def is_shown(self, signs: Signs) -> bool:
        """Return whether a candidate with these signs is likely enough to be shown."""
        return self.probability(signs) >= (self.agreed if signs[-1] else self.threshold)


SUREST = 0.99
"""Nothing is said to be surer: 1,174 of 1,186 trials from .98 on were right."""

FLOOR = -6.0
"""The score that stands for the next candidate where there is none."""

FARTHEST = 12.0


def signs_of(score: float, following: float, backing: int) -> Signs:
    """Return the signs of a candidate.

    :param following: the score of the next candidate.
    :param backing: 1 where a rule would take the candidate, -1 where rules take only others, 0 where they take none.
    """
    margin = min(score - following, FARTHEST)
    if backing > 0:
        return 0.0, 0.0, 0.0, score, margin, 1.0
    return score, margin, float(backing < 0), 0.0, 0.0, 0.0


LEVELS = 127
"""Steps of size of a weight, closer together the smaller it is."""


def rounded(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return weights as the file keeps them."""
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
    """Return the models of a file of a package."""
    with resources.files(package).joinpath(name).open("rb") as file:
        return unpacked(np.load(file))


def unpacked(arrays: Mapping[str, NDArray[np.generic]]) -> dict[str, RoleModel]:
    """Return the models that :func:`packed` made arrays of."""
    return {name.removesuffix(".values"): _unpacked(arrays, name[:-7]) for name in arrays if name.endswith(".values")}


def _unpacked(arrays: Mapping[str, NDArray[np.generic]], name: str) -> RoleModel:
    classes = tuple(str(each) for each in arrays[f"{name}.classes"])
    weights = np.zeros((len(classes), int(arrays["buckets"])), dtype=np.float32)
    steps = arrays[f"{name}.steps"].astype(np.int64) + (arrays[f"{name}.leaps"].astype(np.int64) << 8)
    weights.flat[np.cumsum(steps)] = _weights(arrays[f"{name}.values"], float(arrays[f"{name}.scale"]))
    *calibration, threshold, agreed = (float(each) for each in arrays[f"{name}.numbers"])
    intercepts = arrays[f"{name}.intercepts"].astype(np.float32)
    return RoleModel(classes, weights, intercepts, tuple(calibration), threshold, agreed)


def packed(models: Mapping[str, RoleModel], trained_on: str) -> dict[str, NDArray[np.generic]]:
    """Return models as arrays for ``weights.npz``: only weights that are not zero, in a byte each (:func:`rounded`),
    and how many places after the one before each of them is."""
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
