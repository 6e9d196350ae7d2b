"""Notes as persons write them, and what they may be on."""

from __future__ import annotations

import pytest

from archive.errors import UsageError
from archive.model import Box, Span
from archive.model.annotations import LONGEST_NOTE, Target, checked_note


def test_a_note_is_kept_without_the_space_around_its_lines() -> None:
    assert checked_note("  Proveriti.  \r\n\tgde je PDV? \n") == "Proveriti.\n\tgde je PDV?"


@pytest.mark.parametrize("text", ["", " \n ", "x" * (LONGEST_NOTE + 1), "a\x00b", "a\x1b[31mb"])
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        checked_note(text)


def test_a_note_is_on_words_or_on_a_box() -> None:
    document, box = "a" * 64, Box(0, 0, 1, 1)
    for span, on_box in ((None, None), (Span(document, 1, 0, 1), box)):
        with pytest.raises(ValueError, match="either on words or on a box"):
            Target(document, 1, 1, span, on_box, "")
