"""JSON of others is read strictly: what programs disagree about is refused in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.system.strict_json import LARGEST, MOST_NESTING, read_json
from tests.hostile_samples import HOSTILE_JSON

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST, LARGEST)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(VALUES, st.booleans())
def test_json_is_read_as_it_was_written(value: Any, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert read_json(text) == read_json(text.encode()) == value


@pytest.mark.parametrize("text", HOSTILE_JSON.values(), ids=HOSTILE_JSON)
def test_what_is_not_i_json_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(text)


def test_nesting_has_a_limit() -> None:
    assert read_json("[" * MOST_NESTING + "]" * MOST_NESTING)
    with pytest.raises(ValueError, match=f"more than {MOST_NESTING}"):
        read_json("[" * (MOST_NESTING + 2) + "]" * (MOST_NESTING + 2))
