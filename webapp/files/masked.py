"""What pages show, without what a mask hides, where it leaves the archive as a file."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from archive.search.masking import Masking

_NO_TEXTS = frozenset({"asked", "url", "clip", "anchor", "path", "lines", "shade", "kind"})
"""Fields of pages and pictures with addresses, outlines and what the style sheet is asked for. All others are texts."""


def masked_page(shown: Any, mask: Masking | None) -> Any:
    """Return a page, or a part of one, without what ``mask`` hides in any of its texts. Addresses stay: they have to
    lead somewhere."""
    if mask is None or isinstance(shown, Enum):
        return shown
    if isinstance(shown, str):
        return mask(shown)
    if isinstance(shown, tuple):
        return tuple(masked_page(part, mask) for part in shown)
    if is_dataclass(shown) and not isinstance(shown, type):
        texts = (field.name for field in fields(shown) if field.name not in _NO_TEXTS)
        return replace(shown, **{name: masked_page(getattr(shown, name), mask) for name in texts})
    return shown
