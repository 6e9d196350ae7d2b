"""The thumbnail of a page beside a hit, as an SVG with its matches marked.

It shows the page image or, until that is rendered, the words as bars. A flowing page shows its lines as bars.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence

from archive.model import Break, Page, Words
from webapp.page_images import image_type
from webapp.pages.parts import Mark, rectangles

MOST_MARKED = 12
"""Maximum number of marked matches, which are in the URL."""

_LARGER = 5
"""Margin of a mark in points, so that it is visible at this size."""

_COLUMNS, _ROWS = 46, 40
"""Letters per line and lines of a page drawn as bars."""

_LETTER, _LINE, _EDGE = 10, 18, 64
"""Width of a letter, height of a line and margin of such a page, in units of its drawing."""

_WIDTH, _HEIGHT = 2 * _EDGE + _COLUMNS * _LETTER, 2 * _EDGE + _ROWS * _LINE
_ABOVE = 6
"""Number of lines shown above the first mark of such a page."""

_MOST_SKETCHED = 1_500
"""Maximum number of words drawn as bars; a table may have ten thousand."""

_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {:.1f} {:.1f}">'
_MARK = '<g fill="#ffb938" fill-opacity=".6" stroke="#8a4b00" stroke-width="2">{}</g>'


def marks_in_address(spans: Sequence[tuple[int, int]]) -> str:
    """Return word numbers as in the URL of a thumbnail: ``12-13.40``."""
    return ".".join(str(first) if first == last else f"{first}-{last}" for first, last in spans[:MOST_MARKED])


def sketch_of(words: Words, page: Page, marks: Sequence[Mark]) -> str:
    """Return the words of a page as bars with marks, for a page whose image is not rendered yet."""
    bars = (
        f"M{box.x0 * page.width:.0f} {(box.y0 + box.y1) / 2 * page.height:.0f}h{(box.x1 - box.x0) * page.width:.0f}"
        for index in range(min(len(words), _MOST_SKETCHED))
        if (box := words.box(index))
    )
    return (
        f'{_HEAD.format(page.width, page.height)}<rect width="100%" height="100%" fill="#fff"/>'
        f'<path fill="none" stroke="#b3b7ba" stroke-width="5" d="{"".join(bars)}"/>{_marked(words, page, marks)}</svg>'
    )


def _marked(words: Words, page: Page, marks: Sequence[Mark]) -> str:
    drawn = "".join(
        f'<rect x="{one.x - _LARGER:.1f}" y="{one.y - _LARGER:.1f}" width="{one.width + 2 * _LARGER:.1f}" '
        f'height="{one.height + 2 * _LARGER:.1f}"/>'
        for one in rectangles(words, page, marks)
    )
    return _MARK.format(drawn) if drawn else ""


def picture_of(image: bytes, words: Words, page: Page, marks: Sequence[Mark]) -> str:
    """Return the image of a page with the marks on it."""
    data = b64encode(image).decode("ascii")
    return (
        f"{_HEAD.format(page.width, page.height)}"
        f'<image href="data:{image_type(image)};base64,{data}" width="{page.width:.1f}" height="{page.height:.1f}" '
        f'preserveAspectRatio="none"/>{_marked(words, page, marks)}</svg>'
    )


def bars_of(words: Words, marks: Sequence[Mark]) -> str:
    """Return the lines of a flowing page as bars, from some lines above the first mark."""
    marked = {index for mark in marks for index in range(mark.first, mark.last + 1)}
    lines = list(_lines(words, stop_after=min(marked, default=0)))
    first = next((at for at, line in enumerate(lines) if any(index in marked for index, _, _ in line)), 0)
    plain: list[str] = []
    bright: list[str] = []
    for row, line in enumerate(lines[max(0, first - _ABOVE) :][:_ROWS]):
        for index, column, length in line:
            bar = f"M{_EDGE + column * _LETTER} {_EDGE + row * _LINE}h{length * _LETTER}"
            (bright if index in marked else plain).append(bar)
    return (
        f'{_HEAD.format(_WIDTH, _HEIGHT)}<rect width="100%" height="100%" fill="#fff"/>'
        f'<g fill="none" stroke-width="7"><path stroke="#c3c6c8" d="{"".join(plain)}"/>'
        f'<path stroke="#f0a41c" stroke-width="15" d="{"".join(bright)}"/></g></svg>'
    )


def _lines(words: Words, stop_after: int) -> Iterator[list[tuple[int, int, int]]]:
    """Yield the words of each line (index, column, length), until there are enough lines for the drawing."""
    line: list[tuple[int, int, int]] = []
    column, wanted = 0, _ROWS
    for index, text in _from(words, stop_after):
        length = min(len(text), _COLUMNS)
        if line and (words.breaks[index] != Break.SPACE or column + length > _COLUMNS):
            yield line
            line, column = [], 0
            wanted -= index > stop_after
            if not wanted:
                return
        line.append((index, column, length))
        column += length + 1
    yield line


def _from(words: Words, index: int) -> Iterable[tuple[int, str]]:
    """Yield words from far enough before ``index`` that the drawing can begin there."""
    start = max(0, index - _ABOVE * _COLUMNS)
    return enumerate(words.texts[start:], start=start)
