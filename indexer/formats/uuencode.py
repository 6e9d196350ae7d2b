"""Files that old mail programs put between the lines of an e-mail's text (uuencode, POSIX.1-2017)."""

from __future__ import annotations

import binascii
import re

_FILE = re.compile(r"^begin [0-7]{3,4} (?P<name>[^\n]+)\n(?P<lines>(?:[ -`]*\n)*?)end[ \t]*(?:\n|\Z)", re.MULTILINE)


def take_out_uuencoded(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without the files in it, and the files with their names. What does not decode stays in the text."""
    files = []

    def take_out(found: re.Match[str]) -> str:
        try:
            content = b"".join(_decoded(line) for line in found["lines"].splitlines() if line)
        except binascii.Error:
            return found[0]
        files.append((found["name"].strip(), content))
        return ""

    return _FILE.sub(take_out, text.replace("\r\n", "\n")), files


def _decoded(line: str) -> bytes:
    data = line.encode("ascii")
    try:
        return binascii.a2b_uu(data)
    except binascii.Error:
        # Some programs fill up lines with garbage. The first character tells how many bytes a line stands for.
        return binascii.a2b_uu(data[: 1 + (((data[0] - 32) & 63) * 8 + 5) // 6])
