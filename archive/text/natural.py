"""The order in which people list names with numbers in them: lot 2 before lot 10."""

from __future__ import annotations

import re
from typing import TypeAlias

_NUMBER = re.compile(r"([0-9]+)")


_DIGITS = 12
"""Digits to which numbers are filled up in a form that is compared letter by letter."""

NaturalKey: TypeAlias = tuple[tuple[int, str, str], ...]


def natural_key(text: str) -> NaturalKey:
    """What to sort texts by so that the numbers in them count as numbers."""
    # Every second piece is a number. The longer one is the greater one, and of any length.
    pieces = enumerate(_NUMBER.split(text))
    return tuple(
        (len(piece.lstrip("0")), piece.lstrip("0"), piece) if at % 2 else (-1, piece, "") for at, piece in pieces
    )


def natural_form(text: str) -> str:
    """A form of a text for engines, which compare letter by letter."""
    return _NUMBER.sub(lambda number: number[0].zfill(_DIGITS), text)
