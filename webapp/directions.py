"""No text of a document turns the letters of a page around: where it would, an escape is shown."""

from __future__ import annotations

from markupsafe import Markup

from archive.system.terminal import without_turns


def with_visible_directions(value: object) -> object:
    """What a template prints; it is called with the value of every expression."""
    if not isinstance(value, str) or value.isascii():
        return value
    shown = without_turns(value)
    if shown == value:
        return value
    # An escape has no character that means something in HTML.
    return Markup(shown) if isinstance(value, Markup) else shown  # noqa: S704
