"""A small model that takes the place of a large one: whoever names the same thing means the same."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import numpy as np

from archive.search.passages.models import ModelIdentity, TextRole, Vectors
from archive.text.folding import fold

SIZE = 64

THINGS = (
    ("camera", "lens", "kamera", "objektiv"),
    ("price", "cost", "cena", "trosak"),
    ("dog", "hound", "pas", "kuce"),
)
"""Words for one thing, as a trained model knows them."""

_ENDINGS = "aeiosu"

SETTING = "tests.passage_samples:ThingModel"


class ThingModel:
    """Gives each word a place of its own, and words for one thing the same one."""

    identity = ModelIdentity("things", "1" * 64)

    def vectors(self, texts: Sequence[str], role: TextRole) -> Vectors:
        assert role in TextRole
        counts = np.full((len(texts), SIZE), 1e-3, np.float32)
        for row, text in zip(counts, texts, strict=True):
            for word in map(_thing, text.split()):
                row[sha256(word.encode()).digest()[0] % SIZE] += 1
        rows: Vectors = counts / np.linalg.norm(counts, axis=1, keepdims=True)
        return rows


class OtherModel(ThingModel):
    """Another one, whose vectors mean nothing to the first."""

    identity = ModelIdentity("other things", "2" * 64)

    def vectors(self, texts: Sequence[str], role: TextRole) -> Vectors:
        return super().vectors(texts, role)[:, ::-1].copy()


def _thing(word: str) -> str:
    stem = fold(word.strip(".,;:!?")).rstrip(_ENDINGS)
    return next((names[0] for names in THINGS if stem in {name.rstrip(_ENDINGS) for name in names}), stem)
