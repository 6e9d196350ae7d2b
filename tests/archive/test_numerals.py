"""Arabic and Roman numbers of clauses."""

from __future__ import annotations

from archive.model.clauses import to_number, to_roman


def test_roman_numbers_are_read_and_written() -> None:
    assert [to_number(to_roman(value)) for value in range(1, 90)] == list(range(1, 90))
    assert [to_number(text) for text in ("iiii", "vx", "abc", "", "5a")] == [0, 0, 0, 0, 5]
    assert to_roman(90) == ""
