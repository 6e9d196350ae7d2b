"""Where a reader goes on after something was done for them: to a page of ours, whatever the address says."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import url_for


def own_page(asked: str) -> str:
    """The page that is asked for if it is one of ours, else the first one. ``//elsewhere`` and ``/\\elsewhere`` lead
    away."""
    try:
        parts = urlsplit(asked)
    except ValueError:
        return url_for("search.show")
    is_ours = not parts.scheme and not parts.netloc and asked.startswith("/") and not asked.startswith(("//", "/\\"))
    return asked if is_ours and asked.isprintable() else url_for("search.show")
