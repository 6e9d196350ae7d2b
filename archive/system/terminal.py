"""Text on its way to a terminal or a log: characters that would command it, or turn its letters around, are shown as
escapes.

Names of files, titles and quotations come from strangers. Everything a command says goes through here, also JSON: the
escapes are those of JSON, so that a program still reads the very same text.
"""

from __future__ import annotations

import codecs
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast

_COMMANDS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029"
"""Control characters other than tab and the end of a line: with them a text could colour, move, hide or answer."""

DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""What turns letters around, so that "exe.fdp" ends in "pdf"."""

_HIDDEN = "\ufeff\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f"
"""What cannot be written, or is not seen at all."""

# A carriage return ends a line only before a line feed, as RIS and CSV end theirs; alone it would overwrite one.
_UNSHOWN = re.compile(f"[{_COMMANDS}{DIRECTIONS}{_HIDDEN}]|\r(?!\n)")
_TURNS = re.compile(f"[{DIRECTIONS}]")
_LINE_ENDS = re.compile("[\n\r]")


def visible(text: str) -> str:
    """Return the text with an escape in the place of each such character."""
    return _UNSHOWN.sub(lambda found: escaped(found[0]), text)


def without_turns(text: str) -> str:
    """Return the text with escapes in the place of what turns letters around; for pages, where the rest does no
    harm."""
    # In a page, which has none, each is looked for in a quarter of the time that an expression takes.
    if not any(turn in text for turn in DIRECTIONS):
        return text
    return _TURNS.sub(lambda found: escaped(found[0]), text)


def on_one_line(text: str) -> str:
    """Return the same, and ends of lines are escapes, too: what a stranger wrote cannot look like another line of
    ours."""
    return visible(_LINE_ENDS.sub(lambda found: "\\n" if found[0] == "\n" else "\\r", text))


def escaped(character: str) -> str:
    """Return a character as JSON escapes it."""
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))


def _encoding(stream: TextIO) -> str:
    """Return the encoding of a stream, which is made UTF-8 where it was ASCII for want of a locale."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    if codecs.lookup(encoding).name == "ascii" and isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="replace")
    return "utf-8" if codecs.lookup(encoding).name == "ascii" else encoding


class _Cleaned:
    """A stream whose text is made visible on the way. Bytes go past it by ``buffer``."""

    def __init__(self, stream: TextIO) -> None:
        self.uncleaned = stream
        # Click goes around a stream that knows no encoding, or only ASCII, to the bytes below it.
        self.encoding = _encoding(stream)
        self.errors = getattr(stream, "errors", None) or "strict"

    def write(self, text: str) -> int:
        self.uncleaned.write(visible(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.uncleaned, name)


def cleaned(stream: TextIO) -> TextIO:
    """Return the stream, cleaned."""
    return stream if isinstance(stream, _Cleaned) else cast("TextIO", _Cleaned(stream))


def uncleaned(stream: TextIO) -> TextIO:
    """Return the stream behind a cleaned one, for a progress bar that moves the cursor itself."""
    return stream.uncleaned if isinstance(stream, _Cleaned) else stream


def open_closed_streams() -> None:
    """Open those of stdin, stdout and stderr that whoever started us has closed, on nothing. Otherwise the next file
    that is opened takes their number, and what a library prints goes into it."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - it stays open
            os.set_inheritable(stream.fileno(), True)
            setattr(sys, name, stream)


@contextmanager
def cleaned_output() -> Iterator[None]:
    """Clean what is written to stdout and stderr in here."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = cleaned(sys.stdout), cleaned(sys.stderr)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
