"""Who sells, with which numbers, in papers of layouts and wordings that no rule was made for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.indexer.facts.unprepared_papers import papers, told_of


@pytest.mark.parametrize("paper", papers("vendors"), ids=lambda paper: paper["name"])
def test_who_sells_by_which_numbers(paper: dict[str, Any]) -> None:
    told = told_of(paper["text"])
    assert (told.vendors, told.numbers) == (set(paper["vendors"]), set(paper["numbers"]))
    assert paper.get("buyer") in {None, *told.buyers}
