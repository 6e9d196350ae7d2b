"""Values of filters are counted alike however many bytes the ordinals of their combinations take."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest

from archive.search.whoosh_engine.schema import SEPARATOR
from archive.search.whoosh_engine.snapshot import FacetColumn


@pytest.mark.parametrize("combinations", [1, 2, 255, 256, 257, 70_000])
def test_counts_masks_and_numbers_are_those_of_each_document(combinations: int) -> None:
    chance = random.Random(combinations)
    told = [SEPARATOR.join((str(at), *(["both"] if at % 3 else []))) for at in range(combinations)]
    of_documents = [*range(combinations), *(chance.randrange(combinations) for _ in range(100))]
    column = FacetColumn(np.array(of_documents, np.min_scalar_type(combinations)), told)
    parts = [told[at].split(SEPARATOR) for at in of_documents]
    some = sorted(chance.sample(range(len(parts)), len(parts) // 2))
    for chosen in (list(range(len(parts))), some):
        expected = Counter(value for at in chosen for value in parts[at])
        assert column.count(np.array(chosen, np.int32)) == expected
    for value in ("both", "0", str(combinations - 1), "none"):
        assert column.mask([value]).tolist() == [value in part for part in parts]
    assert column.numbers().tolist() == [int(part[0]) for part in parts]
