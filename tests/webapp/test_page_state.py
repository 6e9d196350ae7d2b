"""The URL state of how pages are looked at."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from archive.errors import UsageError
from webapp.state import PLAIN, PageState, Size


def state_of(**arguments: str) -> PageState:
    return PageState.from_arguments(MultiDict(arguments))


def test_what_is_default_does_not_stand_in_the_url() -> None:
    assert state_of() == state_of(size="fit", turn="0", find="  ") == PLAIN
    assert PLAIN.parameters() == {}


def test_a_state_comes_back_from_its_own_parameters() -> None:
    state = PageState(Size.HUGE, 270, "rok isporuke", structure=True)
    assert state.parameters() == {"size": "huge", "turn": "270", "find": "rok isporuke", "structure": "1"}
    assert state_of(**state.parameters()) == state


def test_sizes_are_stepped_through_to_both_ends() -> None:
    larger = PLAIN.step(1)
    assert larger is not None
    assert larger.size is Size.LARGE
    assert larger.step(-1) == PLAIN
    assert PLAIN.step(-1) is None
    assert PageState(Size.HUGE).step(1) is None


def test_four_quarter_turns_come_back() -> None:
    turned = PLAIN
    for expected in (90, 180, 270, 0):
        turned = turned.turned(90)
        assert turned.turn == expected
    assert PLAIN.turned(-90).turn == 270


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"size": "9"}, "Sizes are: fit, large, huge"),
        ({"turn": "45"}, "Turns are: 0, 90, 180, 270"),
        ({"turn": "-90"}, "Turns are"),
        ({"find": "x" * 2001}, "Ask for fewer words"),
    ],
)
def test_what_is_impossible_is_refused_with_what_is_possible(arguments: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError) as refused:
        state_of(**arguments)
    assert says in f"{refused.value} {refused.value.remedy}"
