"""The quantities of things of the watchlist in tables: rows of things beside a column "Količina", and numbers below a
head that names the thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from indexer.facts.awards.grids import NO_HEAD, Cells, TableGrid, grids
from indexer.facts.mentions.counts import Count, is_whole, lot_of, words_of
from indexer.facts.mentions.watch import WatchHit
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.text import DocumentText

COLUMN = "quantity.column"
"""The rule of a quantity in a table."""

_CELL = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d{1,6})(?:[.,]0{1,2})?")


def in_rows(context: TextSurroundings, hits: Sequence[WatchHit]) -> Iterator[tuple[Count, Sequence[WatchHit]]]:
    """Yield what the things in rows beside a column of quantities come to, by table, with those things."""
    by_word = {hit.first: hit for hit in hits}
    for grid in grids(context, (words_of("columns"),)):
        column = next((at for at in sorted(grid.heads) if words_of("columns").search(grid.head(at))), None)
        if column is None:
            continue
        rows = [(hit, at) for row in grid.rows for hit, at in _counted_in(context.text, row, column, by_word)]
        for what in dict.fromkeys(hit.entry.name for hit, _ in rows):
            own = [(hit, at) for hit, at in rows if hit.entry.name == what]
            words = sorted(word for hit, at in own for word in (hit.first, hit.last, at))
            value = sum(_value(context.text.words[at]) for _, at in own)
            count = Count(value, words[0], words[-1], COLUMN)
            yield replace(count, lot=lot_of(context.text, count)), [hit for hit, _ in own]


def _counted_in(
    text: DocumentText, row: Cells, column: int, by_word: dict[int, WatchHit]
) -> Iterator[tuple[WatchHit, int]]:
    """Yield the thing that begins a cell of a row, with the word of its quantity."""
    figures = [word for word in row.get(column, ()) if _CELL.fullmatch(text.words[word])]
    others = (cell for at, cell in sorted(row.items()) if at != column)
    things = [by_word[word] for cell in others for word in cell if word in by_word and _begins(text, cell, word)]
    if len(figures) == 1 and things and not is_whole(text, things[0], _value(text.words[figures[0]])):
        yield things[0], figures[0]


def below_heads(context: TextSurroundings, hits: Sequence[WatchHit]) -> Iterator[tuple[Count, Sequence[WatchHit]]]:
    """Yield what the numbers below heads that name a thing come to, by table: "Lokacija | Broj kamera"; or its sorts,
    where the words right above the table name it: "kamere u selima: | Selo | Obične | Za tablice"."""
    text = context.text
    for grid in grids(context, (NO_HEAD,)):
        for own in _counted_below(grid, hits).values():
            chosen = {column: hit for column, hit in own.items() if _TOTAL.search(grid.head(column))} or own
            numbers = [word for column in chosen for word in _below(text, grid, column)]
            if numbers:
                words = sorted((*numbers, *(hit.first for hit in chosen.values())))
                count = Count(sum(_value(text.words[word]) for word in numbers), words[0], words[-1], COLUMN)
                yield replace(count, lot=lot_of(text, count)), list(chosen.values())


_ABOVE_WITHIN = 6
"""Maximum number of words between a thing and the table that counts its sorts."""


def _counted_below(grid: TableGrid, hits: Sequence[WatchHit]) -> dict[str, dict[int, WatchHit]]:
    """Return the columns of a table that count a thing, by its name, each with the word that names it."""
    by_word = {hit.first: hit for hit in hits}
    found: dict[str, dict[int, WatchHit]] = {}
    for column, cell in ((column, cell) for row in grid.above for column, cell in row.items()):
        for hit in (by_word[word] for word in cell if word in by_word):
            if all(map(_is_of_head, grid.head(column).split())):
                found.setdefault(hit.entry.name, {})[column] = hit
    first = min((word for row in grid.above for cell in row.values() for word in cell), default=0)
    above = [hit for hit in hits if 0 < first - hit.last <= _ABOVE_WITHIN + 1]
    sorts = [
        column
        for column, head in grid.heads.items()
        if head and all(map(words_of("sort_heads").fullmatch, head.split()))
    ]
    if not found and above and len(sorts) > 1:
        return {above[-1].entry.name: dict.fromkeys(sorts, above[-1])}
    return found


_TOTAL = re.compile(r"\b(?:s?ve(?:ga|ukupno)|ukup\w+|zbir|total)\b")


def _is_of_head(word: str) -> bool:
    """Return whether a folded word may stand in the head of a column of quantities: "ukupan broj fiksnih kamera"."""
    patterns = (*map(words_of, ("between", "sorts", "pieces", "number_of", "heads")), _TOTAL)
    return not word.isalpha() or any(pattern.fullmatch(word) for pattern in patterns)


def _below(text: DocumentText, grid: TableGrid, column: int) -> list[int]:
    """Return the numbers of a column, without those of its totals; none if they number the rows."""
    found: list[int] = []
    for row in grid.rows:
        figures = [word for word in row.get(column, ()) if _CELL.fullmatch(text.words[word])]
        is_total = any(_TOTAL.fullmatch(text.bare[word]) for cell in row.values() for word in cell)
        found += figures if len(figures) == 1 and not is_total else ()
    values = [_value(text.words[word]) for word in found]
    return [] if len(found) > 1 and values == list(range(1, len(found) + 1)) else found


def _value(cell: str) -> int:
    found = _CELL.fullmatch(cell)
    return int(found[1].replace(".", "")) if found else 0


def _begins(text: DocumentText, cell: Sequence[int], word: int) -> bool:
    """Return whether a thing is what a cell names, after attributes and a number: not "Nosač kamere"."""
    before = [text.bare[each] for each in cell if each < word]
    agrees = _FEMININE if text.bare[word].endswith("a") else words_of("between")
    return all(words_of("between").fullmatch(each) or agrees.fullmatch(each) or not each.isalpha() for each in before)


_FEMININE = re.compile(r"(?!cena|cijena|zastita|nabava|oprava|postava)\w{3,}(?:n|t|v|c|sk)a")
"""An adjective that agrees with a thing in the nominative: "Nepokretna kamera", and no noun before its genitive."""
