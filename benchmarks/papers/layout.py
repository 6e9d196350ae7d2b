"""Layout of filled blocks into words with boxes on pages: wrapped lines, columns, labels and values, tables, folios.

Glyphs have the widths of a common serif font, accurate enough for the geometry that a reader of pages needs. Words are
in the order in which text layers and OCR return them, which for tables and forms is one of several.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from random import Random

from benchmarks.papers.grammar import Filled, Sort
from benchmarks.papers.marks import closing, opening, plain, turns

_WIDTHS = {
    **dict.fromkeys("iljtf.,:;'|!()[]/-І", 0.3),
    **dict.fromkeys("mwMWшщжюфыШЩЖЮФЉЊ@—%", 0.82),
    **dict.fromkeys("0123456789", 0.5),
}
_SPACE = 0.25
FIELD_WAYS = ("inline", "inline", "inline", "table", "stacked", "apart", "numbered", "numbered")
TABLE_WAYS = ("cells", "cells", "lines", "lines", "columns")


@dataclass(slots=True)
class PrintedWord:
    """A word on a page: its text with the signs of marks, its box in points, the break before it."""

    signs: str
    box: tuple[float, float, float, float]
    broken: int

    @property
    def text(self) -> str:
        """The text without signs."""
        return plain(self.signs)


@dataclass(frozen=True, slots=True)
class Look:
    """The page style of a document."""

    width: float
    height: float
    margin: float
    size: float
    leading: float
    gap: float
    justified: bool
    capitals: bool
    spaced: bool
    fields: str
    tables: str
    blocks: float
    folio: str
    running: bool
    flowing: bool

    @classmethod
    def drawn(cls, random: Random, blocks: Iterable[Filled], style: str) -> Look:
        """Return a random style; pages with wide tables are in landscape."""
        widest = max((len(block.cells) for block in blocks if block.sort is Sort.HEAD_ROW), default=0)
        across = widest > 7 or (widest > 5 and random.random() < 0.4)
        size = random.choice((9.0, 10.0, 10.0, 11.0, 11.0, 11.0, 12.0, 12.0, 12.5)) - (2 if widest > 6 else 0)
        return cls(
            *((595.0, 1e9) if style == "flowing" else (842.0, 595.0) if across else (595.0, 842.0)),
            margin=random.choice((42.0, 57.0, 71.0, 71.0)),
            size=size,
            leading=random.choice((1.12, 1.15, 1.2, 1.3, 1.5)),
            gap=random.choice((0.0, 0.2, 0.5, 0.8, 1.2)),
            justified=random.random() < 0.55,
            capitals=random.random() < 0.7,
            spaced=random.random() < 0.16,
            fields=random.choice(FIELD_WAYS),
            tables=random.choice(TABLE_WAYS),
            blocks=random.choice((1.0, 1.0, 0.8, 0.5)),
            folio=""
            if style == "flowing"
            else random.choice(("", "", "{n}", "{n}/{all}", "- {n} -", "Strana {n} od {all}", "{n} / {all}")),
            running=style != "flowing" and random.random() < 0.12,
            flowing=style == "flowing",
        )


def advance(text: str, size: float) -> float:
    """Return the width of a word."""
    return size * sum(_WIDTHS.get(sign, 0.66 if sign.isupper() else 0.47) for sign in plain(text))


@dataclass(slots=True)
class Setter:
    """A typesetter that places blocks on pages from top to bottom."""

    look: Look
    random: Random
    pages: list[list[PrintedWord]] = field(default_factory=lambda: [[]])
    y: float = 0.0

    def __post_init__(self) -> None:
        self.y = self.look.margin

    @property
    def _inner(self) -> float:
        return self.look.width - 2 * self.look.margin

    @property
    def _line(self) -> float:
        return self.look.size * self.look.leading

    def set(self, blocks: list[Filled]) -> list[list[PrintedWord]]:
        """Return the pages of a document."""
        for sort, group in groupby(blocks, key=lambda block: Sort.ROW if block.sort is Sort.HEAD_ROW else block.sort):
            run = list(group)
            if sort is Sort.ROW:
                for table in _tables(run):
                    self._table([block.cells for block in table], self.look.tables)
            elif sort is Sort.FIELD:
                self._fields([block.cells[0] for block in run])
            else:
                for block in run:
                    self._block(block)
        return [page for page in self.pages if page]

    def _block(self, block: Filled) -> None:
        text = block.cells[0]
        match block.sort:
            case Sort.NEW_PAGE:
                self._turn()
            case Sort.TITLE | Sort.SUBTITLE:
                title = block.sort is Sort.TITLE
                if title and self.look.capitals:
                    text = text.upper()
                if title and self.look.spaced and text == plain(text):
                    text = "  ".join(" ".join(word) for word in text.split())
                self._skip(0.6 if title else 0)
                self._text(text, self.look.size * (1.2 if title else 1.0), "centre", 0)
                self._skip(0.4)
            case Sort.CENTRED | Sort.HEADING:
                self._text(text, self.look.size, "centre", 0)
            case Sort.RIGHT:
                self._text(text, self.look.size, "right", 0)
            case Sort.POINT:
                mark = self.random.choice(("- ", "- ", "• ", "")) if not text[:2].strip(". )").isdigit() else ""
                self._text(mark + text, self.look.size, "left", 18)
            case Sort.SMALL:
                self._text(text, self.look.size * 0.85, "left", 0)
            case Sort.COLUMNS:
                self._table([block.cells], self.random.choice(("cells", "lines")), equal=True)
            case _:
                self._text(text, self.look.size, "justify" if self.look.justified else "left", 0)

    def _skip(self, lines: float) -> None:
        self.y += lines * self._line

    def _turn(self) -> None:
        if self.look.flowing:
            return
        self.pages.append([])
        self.y = self.look.margin

    def _room(self, height: float) -> None:
        if self.y + height > self.look.height - self.look.margin and self.pages[-1]:
            self._turn()

    def _text(self, text: str, size: float, align: str, indent: float) -> None:
        lines = wrap(text, self._inner - indent, size)
        for number, line in enumerate(lines):
            self._room(size * self.look.leading)
            first = number == 0 and (self.random.random() < self.look.blocks or not self.pages[-1])
            whole = align == "justify" and number < len(lines) - 1
            self._set_line(
                line,
                self.look.margin + indent,
                self._inner - indent,
                size,
                "justify" if whole else align,
                2 if first else 1,
            )
            self.y += size * self.look.leading
        self.y += self.look.gap * self._line

    def _set_line(
        self, words: list[str], left: float, width: float, size: float, align: str, broken: int, y: float | None = None
    ) -> list[PrintedWord]:
        natural = sum(advance(word, size) for word in words) + _SPACE * size * (len(words) - 1)
        space = _SPACE * size + (
            max(0.0, width - natural) / (len(words) - 1) if align == "justify" and len(words) > 1 else 0
        )
        x = left + {"centre": (width - natural) / 2, "right": width - natural}.get(align, 0)
        top = self.y if y is None else y
        made = []
        for number, word in enumerate(words):
            wide = advance(word, size)
            made.append(PrintedWord(word, (x, top, x + wide, top + size * 1.1), broken if number == 0 else 0))
            x += wide + space
        if y is None:
            self.pages[-1].extend(made)
        return made

    def _fields(self, texts: list[str]) -> None:
        """Place labels and values: "label :: value"."""
        pairs = [(text.partition(" ::")[0], text.partition(" ::")[2].strip()) for text in texts]
        way = self.look.fields
        colon = "" if self.random.random() < 0.15 else ":"
        match way:
            case "table" | "apart":
                self._table(
                    [(label + colon, value) for label, value in pairs],
                    "columns" if way == "apart" else self.look.tables,
                )
            case "stacked":
                for label, value in pairs:
                    self._text(label + colon, self.look.size, "left", 0)
                    if value:
                        self._text(value, self.look.size, "left", 0)
            case _:
                sign = self.random.choice(("{}. ", "{}) ", "• ")) if way == "numbered" else ""
                for number, (label, value) in enumerate(pairs, start=1):
                    self._text(f"{sign.format(number)}{label}{colon} {value}".strip(), self.look.size, "left", 0)

    def _table(self, rows: list[tuple[str, ...]], way: str, equal: bool = False) -> None:
        columns = max(map(len, rows))
        size = self.look.size * (0.9 if columns > 3 else 1.0)
        widths = _widths(rows, columns, self._inner, size, equal)
        lefts = [self.look.margin + sum(widths[:column]) for column in range(columns)]
        page: list[list[list[list[PrintedWord]]]] = []
        for row in rows:
            cells = [wrap(cell, widths[column] - 8, size) if cell else [] for column, cell in enumerate(row)]
            height = max(map(len, cells), default=1) * size * self.look.leading + 4
            if self.y + height > self.look.height - self.look.margin and (self.pages[-1] or page):
                self._pour(page, way)
                page = []
                self._turn()
            page.append(
                [
                    [
                        self._set_line(
                            line,
                            lefts[column] + 4,
                            widths[column] - 8,
                            size,
                            "left",
                            1,
                            self.y + 2 + number * size * self.look.leading,
                        )
                        for number, line in enumerate(lines)
                    ]
                    for column, lines in enumerate(cells)
                ]
            )
            self.y += height
        self._pour(page, way)
        self._skip(0.5)

    def _pour(self, rows: list[list[list[list[PrintedWord]]]], way: str) -> None:
        """Append the words of a table to the page in the given order: by cells of rows or of columns, or by lines."""
        stretches: list[tuple[int, list[PrintedWord]]] = []
        if way == "lines":
            for row in rows:
                for number in range(max(map(len, row), default=0)):
                    line = [word for cell in row if number < len(cell) for word in cell[number]]
                    stretches.append((1, line))
            if stretches:
                stretches[0] = (2, stretches[0][1])
        else:
            order = [cell for row in rows for cell in row]
            if way == "columns":
                order = [
                    row[column] for column in range(max(map(len, rows), default=0)) for row in rows if column < len(row)
                ]
            for cell in order:
                stretches += [(2 if number == 0 else 1, line) for number, line in enumerate(cell)]
        for broken, line in stretches:
            for number, word in enumerate(line):
                word.broken = broken if number == 0 else 0
            self.pages[-1].extend(line)


def _tables(run: list[Filled]) -> list[list[Filled]]:
    """Return the tables in a run of rows: a head row after other rows begins a new one."""
    tables: list[list[Filled]] = [[]]
    for block in run:
        if block.sort is Sort.HEAD_ROW and tables[-1] and tables[-1][-1].sort is Sort.ROW:
            tables.append([])
        tables[-1].append(block)
    return tables


def _widths(rows: list[tuple[str, ...]], columns: int, room: float, size: float, equal: bool) -> list[float]:
    """Return the widths of columns by their contents, between the longest word and a share of the page."""
    if equal:
        return [room / columns] * columns
    wants, needs = [], []
    for column in range(columns):
        cells = [row[column] for row in rows if column < len(row)]
        longest = max((advance(cell, size) for cell in cells), default=20.0)
        wants.append(min(longest + 10, room * 0.45))
        needs.append(
            min(max((advance(word, size) for cell in cells for word in cell.split()), default=10.0) + 10, room * 0.3)
        )
    spare, asked = room - sum(needs), sum(wants) - sum(needs)
    if spare <= 0:
        return [need * room / sum(needs) for need in needs]
    share = min(1.0, spare / asked) if asked > 0 else 1.0
    return [need + share * max(0.0, want - need) for need, want in zip(needs, wants, strict=True)]


def wrap(text: str, width: float, size: float) -> list[list[str]]:
    """Return the words of a text in lines; a token that only has signs is joined to the next one."""
    lines: list[list[str]] = [[]]
    room = width
    held = ""
    for token in text.split():
        word, held = held + token, ""
        if not plain(word):
            held = word
            continue
        wide = advance(word, size)
        if lines[-1] and wide > room:
            lines.append([])
            room = width
        lines[-1].append(word)
        room -= wide + _SPACE * size
    if held and lines[-1]:
        lines[-1][-1] += held
    return _marked_by_line([line for line in lines if line])


def _marked_by_line(lines: list[list[str]]) -> list[list[str]]:
    """Return the lines with marks that cross line ends closed and opened again."""
    going: list[int] = []
    for line in lines:
        begun = "".join(map(opening, going))
        for mark, begins in (turn for word in line for turn in turns(word)):
            going = [*going, mark] if begins else [other for other in going if other != mark]
        line[0] = begun + line[0]
        line[-1] += "".join(map(closing, reversed(going)))
    return lines


def furnished(pages: list[list[PrintedWord]], look: Look, running: str) -> list[list[PrintedWord]]:
    """Return the pages with running heads and folios."""
    for number, page in enumerate(pages, start=1):
        folio = look.folio.format(n=number, all=len(pages))
        for text, y, at in ((running if look.running else "", 20.0, 0), (folio, look.height - 30, len(page) + 20)):
            x = look.width / 2 - advance(text, 9) / 2
            made: list[PrintedWord] = []
            for word in text.split():
                made.append(PrintedWord(word, (x, y, x + advance(word, 9), y + 10), 0 if made else 2))
                x += advance(word, 9) + 3
            page[at:at] = made
    return pages
