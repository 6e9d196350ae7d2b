"""The models: what is stored is what is loaded, and probabilities grow with the signs."""

from __future__ import annotations

import io

import numpy as np
import pytest

from indexer.facts.scoring.context import BUCKETS
from indexer.facts.scoring.model import RoleModel, packed, rounded, row, shipped, signs_of, unpacked

ROLES = {
    "kind", "amount", "amount_role", "vendor", "bidder", "buyer", "municipality", "date", "year", "reference", "bids",
}  # fmt: skip


def test_every_role_ships_a_model() -> None:
    models = shipped()
    assert set(models) == ROLES
    for role, model in models.items():
        assert model.weights.shape == (len(model.classes), BUCKETS), role
        assert 0 < model.threshold <= 1


def test_models_are_stored_and_loaded() -> None:
    weights = np.zeros((2, BUCKETS), dtype=np.float32)
    weights[0, 5], weights[1, 70], weights[1, 30_000] = 1.5, -2.0, 0.02
    model = RoleModel(
        ("one", "two"),
        rounded(weights),
        np.array([0.5, -0.5], dtype=np.float32),
        (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0),
        0.7,
    )
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **packed({"role": model}, "a" * 64))
    file.seek(0)
    same = unpacked(np.load(file))["role"]
    assert same.classes == model.classes
    assert (same.weights == model.weights).all()
    assert same.calibration == model.calibration
    assert np.abs(same.weights - weights).max() < 0.02, "a byte for each weight is near enough"
    assert (same.threshold, same.agreed) == (model.threshold, model.agreed)


def test_scores_are_sums_of_weights() -> None:
    weights = np.zeros((1, BUCKETS), dtype=np.float32)
    weights[0, 1], weights[0, 2] = 4.0, 1.0
    model = RoleModel(("yes",), weights, np.array([0.25], dtype=np.float32))
    assert model.scores([row([1], [2, 3, 4, 5])])[0, 0] == pytest.approx(0.5 * 4 + 1 / 2 + 0.25)


@pytest.mark.parametrize("role", sorted(ROLES - {"amount_role"}))
def test_a_higher_score_is_surer(role: str) -> None:
    model = shipped()[role]
    chances = [model.probability(signs_of(score, -6.0, 0)) for score in (-4.0, 0.0, 4.0)]
    assert chances == sorted(chances)
