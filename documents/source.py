"""The sources of the specimens: TOML front matter between two ``+++`` lines, then pages in a small line markup.

Every line of the body is one block; what it starts with says which:

========  ==========================================================
``===``   a new page begins
``#``     title; ``##`` subtitle
``@``     number of a clause ("Član 5."); ``@@`` its heading
``-``     point of a clause or list, ``--`` point of a point; its number is part of the text
``|``     row of a table, cells divided by ``|``
``~``     two signature columns, divided by ``|``
``>``     right-aligned line; ``^`` centred line; ``%`` small print
========  ==========================================================

Any other line is a paragraph (in a clause: a *stav*). ``**bold**`` is the only mark inside a line.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

MARKERS: Mapping[str, str] = {
    "sr-Latn": "SPECIMEN – izmišljen dokument",
    "sr-Cyrl": "СПЕЦИМЕН – измишљен документ",
    "en": "SPECIMEN – invented document",
}
"""What every page says of itself, in the language of its document."""


class BlockKind(StrEnum):
    """What a line of a source is; the value is the mark it starts with."""

    TITLE = "#"
    SUBTITLE = "##"
    CLAUSE = "@"
    HEADING = "@@"
    POINT = "-"
    SUBPOINT = "--"
    ROW = "|"
    SIGNATURES = "~"
    RIGHT = ">"
    CENTRED = "^"
    SMALL = "%"
    PARAGRAPH = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a source. ``cells`` has one entry, or one per column of a table row or signature line."""

    kind: BlockKind
    cells: tuple[str, ...]

    @property
    def marked(self) -> str:
        """The cells as one line, bold marks kept."""
        return " ".join(cell for cell in self.cells if cell)

    @property
    def text(self) -> str:
        """The words as a reader sees them, without the marks."""
        return self.marked.replace("**", "")


@dataclass(frozen=True, slots=True)
class Source:
    """One specimen before it is typeset."""

    file: str
    language: str
    font: str
    size: float
    headings_before: bool
    paper: str
    scan: Mapping[str, Any] | None
    truth: Mapping[str, Any]
    pages: tuple[tuple[Block, ...], ...]

    @property
    def marker(self) -> str:
        """The SPECIMEN line of this document's language."""
        return MARKERS[self.language]

    @property
    def suffix(self) -> str:
        """The extension of the file that is made, which decides its format."""
        return Path(self.file).suffix

    def page_text(self, number: int) -> str:
        """The true text of one page, a block a line, as it stands between the running header and the folio."""
        return "\n".join(block.text for block in self.pages[number - 1])


def _block(line: str) -> Block:
    mark, _, rest = line.partition(" ")
    try:
        kind = BlockKind(mark)
    except ValueError:
        return Block(BlockKind.PARAGRAPH, (line,))
    if kind in {BlockKind.ROW, BlockKind.SIGNATURES}:
        return Block(kind, tuple(cell.strip() for cell in rest.split("|")))
    return Block(kind, (rest.strip(),))


def _pages(body: str) -> Iterator[tuple[Block, ...]]:
    for page in body.split("\n===\n"):
        yield tuple(_block(line) for line in page.splitlines() if line.strip())


def read_source(path: Path) -> Source:
    """Read one file of ``documents/sources``.

    A source with ``copy_of`` is the same paper as another source, scanned again: it has that one's pages, language and
    truth, and says only what differs.

    :raises ValueError: the front matter is missing or malformed.
    """
    _, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    head = tomllib.loads(front)
    if "copy_of" in head:
        paper = read_source(path.with_name(f"{head['copy_of']}.txt"))
        return replace(paper, file=head["file"], scan=head["scan"], truth={**paper.truth, **head["truth"]})
    return Source(
        file=head["file"],
        language=head["language"],
        font=head.get("font", "Times"),
        size=head.get("size", 11),
        headings_before=head.get("headings_before", False),
        paper=path.stem,
        scan=head.get("scan"),
        truth=head["truth"],
        pages=tuple(_pages(body)),
    )


def read_sources(folder: Path) -> list[Source]:
    """Every source of a folder, in the order of the files they make."""
    return sorted((read_source(path) for path in folder.glob("*.txt")), key=lambda source: source.file)
