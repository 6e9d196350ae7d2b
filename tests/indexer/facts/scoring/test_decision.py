"""What is decided of several candidates together."""

from __future__ import annotations

import pytest

from indexer.facts.scoring.candidates import Proposal
from indexer.facts.scoring.decision import without_misread


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        ({"energijagasandpower": 0.9, "energijagasandp0wer": 0.8}, ["energijagasandpower", "energijagasandp0wer"]),
        ({"energijagasandpovver": 0.8, "energijagasandpower": 0.9}, ["energijagasandpower"]),
        ({"vidozoroptika1": 0.9, "vidozoroptika2": 0.9}, ["vidozoroptika1", "vidozoroptika2"]),
        ({"vidra": 0.9, "vidro": 0.8}, ["vidra", "vidro"]),
    ],
)
def test_a_name_that_ocr_read_in_several_ways_is_one_firm(names: dict[str, float], kept: list[str]) -> None:
    """The likeliest reading stays. Other digits, or names too short to compare, are other firms."""
    shown = [(Proposal(name, name, None), sure) for name, sure in names.items()]
    assert [proposal.key for proposal, _ in without_misread(shown)] == kept
