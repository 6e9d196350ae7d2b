"""Paths of this computer in what programs and libraries say, which are nobody's business but its owner's."""

from __future__ import annotations

import os
import re
from typing import TypeVar

from archive.errors import DosijeError

Error = TypeVar("Error", bound=DosijeError)

_END = r"[^\s/'\"`,;:()<>\[\]]+"


# Looked at when this is loaded: later, a reading process may not.
_TOPS = "|".join(sorted(map(re.escape, os.listdir("/")), key=len, reverse=True))  # noqa: PTH208 - names only
_ABSOLUTE = re.compile(rf"(?<![\w./])/(?:{_TOPS})(?:/{_END})*/({_END})")


def without_folders(text: str) -> str:
    """A text with only the last part of each path of this computer."""
    return _ABSOLUTE.sub(r"\1", text)


def told(error: Error) -> Error:
    """An error as it is told to whoever may read the document, but not see where it lies."""
    return type(error)(without_folders(error.message), error.remedy and without_folders(error.remedy))
