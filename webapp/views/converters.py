"""What a part of a URL may be."""

from __future__ import annotations

from werkzeug.routing import BaseConverter


class PageNumber(BaseConverter):
    """The number of a page, written in one way only: no sign, no leading zero, no digits of other scripts."""

    regex = "[1-9][0-9]{0,6}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)
