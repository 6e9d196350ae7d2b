"""The frozen contract: commands, exit codes, JSON, the API's description and the addresses are as they were.

How a change that is meant comes in is told in ``tests/golden/answers.py``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.golden import answers
from tests.golden.home import GOLDEN

pytestmark = pytest.mark.usefixtures("warm_readers")


def golden(name: str) -> Any:
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


def test_commands_answer_as_they_did(tmp_path: Path) -> None:
    answered = answers.answered(tmp_path)
    expected = golden("answers.json")
    assert list(answered) == list(expected)
    for line, answer in answered.items():
        assert answer == expected[line], line


def test_the_reading_room_is_described_as_it_was(tmp_path: Path) -> None:
    for name, described in answers.described(tmp_path):
        assert described == golden(name), name
