"""Quantities of countable things of the watchlist: how many cameras, in how many places.

A number is a quantity only if it counts the thing ("24 nove IP kamere", "kom 24", its row in a column "Količina"), not
if it is a resolution ("4 MP kamera"), a number in a list ("lokacija 3", "1. Kamera"), a year, a limit ("do 8 kamera")
or a capacity ("snimač za 16 kamera"). Sorts that are counted one by one are added ("22 fiksne i 6 pokretnih kamera"),
and so are the rows of a table. Quantities of lots have their number in the detail ``lot``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from archive.model import Fact
from archive.text.folding import ORDINALS, latin, ordinal_of
from indexer.facts.awards.grids import NO_HEAD, Cells, TableGrid, grids
from indexer.facts.lots import LOT, LOT_MARK, LOT_TITLE, lot_number
from indexer.facts.mentions.states import MentionState, detail_of, sentence_start, state_of, state_of_kind
from indexer.facts.mentions.watch import WatchHit
from indexer.facts.numerals import number_in_words, scales
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.text import DocumentText, any_of, compiled
from indexer.gazetteer import table

MOST = 100_000
"""Maximum plausible quantity; a larger number is an amount of money."""

YEARS = range(1990, 2100)
"""Numbers that are years if written without a separator."""

_MOST_BETWEEN = 4
_MOST_NUMBER_WORDS = 4
_CAPACITY_WITHIN = 6
_PIECES_WITHIN = 14
"""Maximum number of words between an item of a table or list and its quantity."""

_ADDED_WITHIN = 8
"""Maximum number of words before a quantity in which it is said to come in addition."""

_COLUMN, _ITEM = "quantity.column", "quantity.pieces"
_ITEMS_WITHIN = 60
"""Maximum number of words between two items of one list."""

_AND = frozenset({"i", "te", "and", "dhe"})
_JOINING = _AND | {"a", "dok", "odnosno"}
_OF = frozenset({"od", "toga", "cega", "kojih", "of"})
_PARTS_OF = _OF | {"je", "su", "se", "nije", "nisu", "ukupno", "is", "are"}
"""Words with which a number behind another is a part of it, or a statement of its own."""

_FIGURES = re.compile(r"[(„\"“–-]*(\d{1,3}(?:\.\d{3})+|\d{1,6})")
_MONEY = re.compile(r"\d{1,3}(?:[.,]?\d{3})*[.,]\d\d")
_CELL = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d{1,6})(?:[.,]0{1,2})?")
_HUNDRED = "sto"
""""Hundred"; folded, it is also "što", which begins many clauses."""


@dataclass(frozen=True, slots=True)
class _Count:
    """A quantity with its words and rule, and its lot, if it is of one."""

    value: int
    first: int
    last: int
    rule: str
    lot: str = ""


@cache
def _words(name: str) -> re.Pattern[str]:
    return compiled(table("watch_words")["quantity"][name])


@cache
def _limit() -> re.Pattern[str]:
    return re.compile(any_of(table("watch_words")["quantity"]["limits"]) + r"\W*$")


@cache
def _in_pieces() -> re.Pattern[str]:
    pieces = any_of(table("watch_words")["quantity"]["pieces"])
    return re.compile(rf"(?<![\w.,/-])(\d{{1,5}})\s?{pieces}|{pieces}\W{{0,3}}(\d{{1,5}})(?![\w/-]|[.,]\d)")


@cache
def _number_of() -> re.Pattern[str]:
    return re.compile(any_of(table("watch_words")["quantity"]["number_of"]) + r"(?:\s\w+)?\s$")


_STATED = re.compile(
    r"\S*?(?:\s?[:–-]\s?|(?:\s(?:po|u|iz)\s\w+)?\s(?:je|iznosi|is)\s(?:ukupno\s)?|\s)(\d{1,5})(?![\w/-]|[.,]\d)"
)


_CHANGED = re.compile(
    r"\S*\s(?:se\s)?(?:povecav|uvecav|smanjuj|umanjuj)\w*\s(?:se\s)?(?:za\s(?P<more>\w+)|sa?\s\w+\sna\s(?P<whole>\w+))(?!\w)"
)
"""What becomes of the number of a thing: "broj kamera povećava se za četiri", "sa 24 na 30"."""


def find(context: TextSurroundings, hits: Sequence[WatchHit], kind: str | None) -> list[Fact]:
    """Return each quantity of each thing and lot once; smaller ones have in their detail ``of`` the largest, or what
    those of several lots come to.

    Quantities that are not asserted are not compared, unless there are no others. What an annex adds to those of its
    contract has the detail ``added`` (more or less).
    """
    text = context.text
    found: dict[tuple[str, str, int], _Count] = {}
    states: dict[tuple[str, str, int], MentionState] = {}
    in_rows, in_heads = (list(find(context, hits)) if hits else [] for find in (_in_columns, _below_heads))
    in_tables = {hit for _, things in (*in_rows, *in_heads) for hit in things}
    told = [(things[0], count) for count, things in in_rows]
    told += _added_up(text, [(hit, count) for hit in hits if hit not in in_tables for count in _counts(text, hit)])
    # Words of a sentence prove the same number better.
    told += [(things[0], count) for count, things in in_heads]
    for hit, count in told:
        if 0 < count.value <= MOST:
            is_tabled = count.rule in (_COLUMN, _ITEM)
            key = hit.entry.name, count.lot, count.value
            state = (
                state_of_kind(kind) if is_tabled else state_of(text, count.first, count.last, kind, is_quantity=True)
            )
            if key not in found or (state is MentionState.ASSERTED and states[key] is not MentionState.ASSERTED):
                found[key], states[key] = count, state
    asserted = [key for key in found if states[key] is MentionState.ASSERTED]
    facts = []
    for (what, lot, value), count in found.items():
        most = _most([one for one in asserted if one[0] == what], lot)
        change = _change(text, count) if kind == "contract_annex" else {}
        details = {"what": what} | ({"lot": lot} if lot else {}) | ({"of": str(most)} if value < most else {}) | change
        confidence = 0.75 if value < most else 0.9
        words = count.first, count.last
        details |= detail_of(states[what, lot, value])
        facts.append(text.fact("quantity", str(value), words, count.rule, confidence, details=details))
    return facts


def _most(told: Sequence[tuple[str, str, int]], lot: str) -> int:
    """Return the quantity of which those of a lot, or without one, may be a part: the largest; but what is told of
    several lots is theirs, as long as no number of the whole exceeds what they come to."""
    of_lots: dict[str, int] = {}
    for _, of_lot, value in told:
        of_lots[of_lot] = max(value, of_lots.get(of_lot, 0))
    whole = of_lots.pop("", 0)
    if len(of_lots) < 2 or whole >= sum(of_lots.values()):
        return max((whole, *of_lots.values()))
    return of_lots.get(lot, 0) if lot else sum(of_lots.values())


_TITLE_WITHIN = 120
"""Maximum number of characters from the title of a lot to a quantity of it."""

_OF_LOT = re.compile(rf"[^\s.,:;)]+\s(?:\(|(?:za|u|iz|po|na|kod)\s){LOT_MARK.pattern}")
_ORDINAL = re.compile(rf"(?:^|[.;]\s)(?P<ordinal>{'|'.join(ORDINALS)})[ai]\s(?=\w)")
"""A lot by its ordinal, as the subject of a sentence: "Predmet čine dve partije. Prva obuhvata trgove"."""


def _lot_of(text: DocumentText, count: _Count) -> str:
    """Return the lot that is named right behind a quantity, before it in its sentence, or in a title above it."""
    behind = text.match(_OF_LOT, text.starts[count.last])
    if behind is not None:
        return lot_number(behind.match)
    start = text.starts[count.first]
    before = text.folded[max(0, start - _TITLE_WITHIN) : start]
    marks = list(LOT_MARK.finditer(text.folded[text.starts[sentence_start(text, count.first)] : start]))
    marks = marks or list(LOT_TITLE.finditer(before))
    if not marks and "partij" in text.folded[:start]:
        marks = list(_ORDINAL.finditer(before))
    return lot_number(marks[-1]) if marks else ""


def _change(text: DocumentText, count: _Count) -> dict[str, str]:
    """Return what a quantity changes, as a detail: "još dve kamere", "broj se smanjuje za 4"."""
    said = text.folded[text.starts[max(0, count.first - _ADDED_WITHIN)] : text.starts[count.last]]
    clause = re.split(r"[.;:]\s", said)[-1].replace("\n", " ")
    changes = [name for name in ("more", "less") if _words(name).search(clause)]
    return {"added": changes[0]} if changes else {}


def _counts(text: DocumentText, hit: WatchHit) -> list[_Count]:
    item = _of_item(text, hit)
    counts = [item] if item else _before(text, hit)
    after = None if counts else _number_after(text, hit)
    return [one if one.lot else replace(one, lot=_lot_of(text, one)) for one in ([after] if after else counts)]


def _added_up(text: DocumentText, told: Sequence[tuple[WatchHit, _Count]]) -> list[tuple[WatchHit, _Count]]:
    """Return the counts in text order, those that go together added."""
    found: list[tuple[WatchHit, _Count]] = []
    for what in dict.fromkeys(hit.entry.name for hit, _ in told):
        run: list[tuple[WatchHit, _Count]] = []
        for hit, count in told:
            if hit.entry.name == what:
                if run and not _go_together(text, run[-1][1], count):
                    found += _sum(text, run)
                    run = []
                run.append((hit, count))
        found += _sum(text, run)
    return sorted(found, key=lambda one: one[1].first)


def _sum(text: DocumentText, run: Sequence[tuple[WatchHit, _Count]]) -> Sequence[tuple[WatchHit, _Count]]:
    """Return a list as one count; as it is, if it ends without an "and"."""
    (hit, first), (_, last) = run[0], run[-1]
    if len(run) > 1 and last.rule != _ITEM and text.bare[last.first - 1] not in _AND:
        return run
    return [(hit, replace(first, value=sum(count.value for _, count in run), last=last.last))]


def _go_together(text: DocumentText, one: _Count, other: _Count) -> bool:
    """Return whether two counts are of items of one list ("Kamera fiksna, kom 24", below it "pokretna, kom 6"), or of a
    list in one sentence ("46 kamera po prvom i 12 kamera po drugom ugovoru"), and of one lot."""
    if one.lot != other.lot:
        return False
    if one.rule == other.rule == _ITEM:
        return other.first - one.last <= _ITEMS_WITHIN
    if not 1 <= other.first - one.last <= _LISTED_WITHIN or re.search("[.;:]", text.quote(one.last, other.first - 1)):
        return False
    between = text.bare[one.last + 1 : other.first]
    is_joined = text.bare[other.first - 1] in _AND or text.words[other.first - 1].endswith(",")
    is_place = not between or between[0] in _AND or between[0] in _PREPOSITIONS
    return is_joined and is_place and not _PARTS_OF.intersection(between) and _ends_as_listed(text, other)


def _ends_as_listed(text: DocumentText, count: _Count) -> bool:
    """Return whether a thing that is counted is followed by where it is or by the next, and by no verb."""
    following = text.bare[count.last + 1] if count.last + 1 < len(text.words) else ""
    return text.words[count.last][-1] in ".,;" or following in _PREPOSITIONS or following in {*_AND, ""}


_LISTED_WITHIN = 8
"""Maximum number of words from a count to another of the same list."""

_PREPOSITIONS = frozenset({"po", "na", "u", "za", "kod", "iz", "prema", "s", "sa", "bez", "pored", "uz"})


def _before(text: DocumentText, hit: WatchHit) -> list[_Count]:
    """Return the number before a thing and its attributes, with those of other sorts and parts."""
    at = _before_description(text, hit.first)
    if at < 0:
        return []
    again = None
    if text.words[at].endswith(")"):
        opening = next((word for word in range(at, max(-1, at - 5), -1) if text.words[word].startswith("(")), None)
        again = None if opening is None else _spelled(text, opening, at)
        at = opening - 1 if opening is not None and again else at
    found = _figures(text, at) or _number_words(text, at)
    if found is None or at < 0:
        return []
    value, first = found
    if (again not in (None, value)) or _is_no_count(text, first, value, hit):
        return []
    more, first = _of_other_sort(text, first)
    if more and _is_no_count(text, first, more, hit):
        return []
    count = _Count(value + more, first, hit.last, "quantity.counted")
    return [count] if more else _with_other_parts(text, _with_others_in_brackets(text, count))


_IN_BRACKETS = re.compile(r"\(\d{1,5}\s[^()\n]{3,40}\)(?:,?\s(?:i\s|te\s|and\s)?[^().;:]{2,60}\(\d{1,5}\))+")


def _with_others_in_brackets(text: DocumentText, count: _Count) -> _Count:
    """Return a count with those of a list that name the thing no more: "stanica (7 kamera), trg (6) i park (3)"."""
    found = text.match(_IN_BRACKETS, text.starts[count.first])
    if found is None:
        return count
    return replace(count, value=sum(map(int, re.findall(r"\((\d+)", found.match[0]))), last=found.last)


def _of_other_sort(text: DocumentText, first: int) -> tuple[int, int]:
    """Return how many of other sorts are counted before the number at ``first``, with their first word: 22 in "22
    fiksne i 6 pokretnih kamera"; 0 if none are."""
    at = first - 1
    if at < 0 or not (text.bare[at] in _AND or text.words[at].endswith(",")):
        return 0, first
    at -= text.bare[at] in _AND
    sort = at
    while sort >= 0 and at - sort < _MOST_BETWEEN and _words("sorts").fullmatch(text.bare[sort]):
        sort -= 1
    found = (_figures(text, sort) or _number_words(text, sort)) if sort < at else None
    if found is None:
        return 0, first
    more, begin = _of_other_sort(text, found[1])
    return found[0] + more, begin


def _with_other_parts(text: DocumentText, count: _Count) -> list[_Count]:
    """Return a count with those of other parts before it: 34 and 18 in "u prvoj partiji 34, a u drugoj 18 kamera".
    Those of lots are apart, others added up."""
    parts, begins = [count], [_phrase(text, count.first)]
    while (begin := begins[-1]) is not None:
        at = begin - 1 - (text.bare[begin - 1] in _JOINING)
        is_joined = at < begin - 1 or text.words[at].endswith(",")
        found = (_figures(text, at) or _number_words(text, at)) if is_joined and at >= 0 else None
        before = _phrase(text, found[1]) if found else None
        if found is None or before is None or text.bare[before - 1] in _OF:
            break
        parts.append(_Count(found[0], found[1], at, count.rule))
        begins.append(before)
    first = begins[-1]
    if len(parts) < 2 or first is None:
        return [count]
    phrases = [text.bare[begin : each.first] for begin, each in zip(begins, parts, strict=True)]
    lots = [next(filter(None, map(ordinal_of, phrase)), 0) for phrase in phrases]
    if all(lots) and any(re.match(LOT, word) for phrase in phrases for word in phrase):
        return [replace(each, lot=str(lot)) for each, lot in zip(parts, lots, strict=True)]
    return [_Count(sum(each.value for each in parts), first, count.last, count.rule)]


def _phrase(text: DocumentText, end: int) -> int | None:
    """Return the preposition of the phrase before a word: "u drugoj partiji"; None without one."""
    for at in range(end - 1, max(0, end - 1 - _MOST_BETWEEN), -1):
        if text.bare[at] in _PREPOSITIONS:
            return at if at < end - 1 else None
        if not text.bare[at].isalpha() or text.words[at][-1] in ".,;:":
            return None
    return None


def _before_description(text: DocumentText, word: int) -> int:
    """Return the last word before ``word`` that is not an attribute of the thing."""
    at = word - 1
    while at >= 0 and word - at <= _MOST_BETWEEN and _words("between").fullmatch(text.bare[at]):
        if text.words[at].endswith((",", ":", ";")):
            return -1
        at -= 1
    return at


def _figures(text: DocumentText, at: int) -> tuple[int, int] | None:
    match = _FIGURES.fullmatch(text.words[at].rstrip(",")) if at >= 0 else None
    return (int(match[1].replace(".", "")), at) if match else None


def _spelled(text: DocumentText, first: int, last: int) -> int | None:
    """Return the number between brackets, in words or figures."""
    inside = " ".join(text.bare[first : last + 1])
    return int(inside) if inside.isdecimal() and len(inside) < 6 else number_in_words(inside)


def _number_words(text: DocumentText, at: int) -> tuple[int, int] | None:
    """Return the number in words that ends at a word: "dvadeset četiri"; "one" is skipped as an article."""
    first = at + 1
    while first > 0 and at - first < _MOST_NUMBER_WORDS and _is_number_word(text.bare[first - 1]):
        if first <= at and text.words[first - 1].endswith((".", ",", ";", ":", ")")):
            break
        first -= 1
        first -= _goes_on(text, first, at)
    if first <= at and text.bare[first] == _HUNDRED and (first == at or latin(text.words[first]) != _HUNDRED):
        first += 1
    if first > at:
        return None
    written = " ".join(text.bare[first : at + 1])
    value = scales().get(written) or number_in_words(written)
    return (value, first) if value is not None and value > 1 else None


def _goes_on(text: DocumentText, first: int, last: int) -> bool:
    """Return whether the word before a number is the "i" of "dvadeset i šest", and not that of "pet i šest"."""
    before = number_in_words(text.bare[first - 2]) if first > 1 and text.bare[first - 1] in _AND else None
    units = number_in_words(" ".join(text.bare[first : last + 1]))
    if not before or not units or before % 10 or before == 10:
        return False
    return units < (10 if before % 100 else 100)


def _is_number_word(word: str) -> bool:
    return word in scales() or number_in_words(word) is not None


def _is_no_count(text: DocumentText, first: int, value: int, hit: WatchHit) -> bool:
    """Return whether a number before a thing is not its quantity."""
    if value in YEARS and text.bare[first].isdecimal():
        return True
    if text.begins_line(hit.first) and text.words[hit.first].istitle() and first < hit.first:
        return True  # A number ends a line, and another item begins.
    if text.begins_line(first):
        # "1 Kamera fiksna": a row number.
        return text.is_capitalised(first + 1) and first + 1 <= hit.last and not text.words[first + 1].isupper()
    before = text.folded[text.starts[max(0, first - _CAPACITY_WITHIN)] : text.starts[first]]
    is_in_brackets = text.words[first].startswith("(")
    is_apart = is_in_brackets or text.words[first - 1].endswith(",")
    if _limit().search(before) or (not is_apart and _words("numbered").fullmatch(text.bare[first - 1])):
        return True
    return re.search(r"\b(?:za|do|for)\s$", before) is not None and _words("capacity").search(before) is not None


def _of_item(text: DocumentText, hit: WatchHit) -> _Count | None:
    """Return the number of pieces on the line of an item: "kamera fiksna, kom 24"."""
    start = _before_description(text, hit.first) + 1
    line = text.line_start(hit.first)
    is_item = start <= line or (start == line + 1 and re.fullmatch(r"\W*\d+\W*|\W+", text.words[line]) is not None)
    end = min(text.line_end(hit.last), hit.last + (_PIECES_WITHIN if is_item else 2)) + 1
    if not is_item and not (hit.last + 1 < len(text.words) and text.words[hit.last + 1].startswith("(")):
        return None
    found = next(text.find(_in_pieces(), hit.last + 1, end), None) if end > hit.last + 1 else None
    if found is None and is_item:
        return _multiplied(text, hit)
    if found is None or _is_whole(text, hit, int(found.match[1] or found.match[2])):
        return None
    return _Count(int(found.match[1] or found.match[2]), hit.first, found.last, _ITEM)


def _multiplied(text: DocumentText, hit: WatchHit) -> _Count | None:
    """Return the number on the line of an item with which the price of one comes to another: "6 200,00 1.200,00"."""
    line = range(hit.last + 1, text.line_end(hit.last) + 1)
    cents = {word: int(re.sub(r"\D", "", text.words[word])) for word in line if _MONEY.fullmatch(text.words[word])}
    for word in line[:-2]:
        each = cents.get(word + 1)
        if each and text.words[word].isdecimal() and len(text.words[word]) <= len(str(MOST)):
            value = int(text.words[word])
            is_product = any(value * each == total for at, total in cents.items() if at > word + 1)
            if is_product and not _is_whole(text, hit, value):
                return _Count(value, hit.first, word, _ITEM)
    return None


def _number_after(text: DocumentText, hit: WatchHit) -> _Count | None:
    """Return the number after "broj kamera:" or "number of cameras", None without one."""
    before = text.folded[text.starts[max(0, hit.first - 4)] : text.starts[hit.first]]
    if not _number_of().search(before):
        return None
    changed = text.match(_CHANGED, text.starts[hit.last])
    if changed is not None:
        printed = changed.match["more"] or changed.match["whole"]
        value = int(printed) if printed.isdecimal() else number_in_words(printed)
        return None if value is None else _Count(value, hit.first, changed.last, "quantity.number-of")
    found = text.match(_STATED, text.starts[hit.last])
    if found is None:
        return None
    said = found.match[0][: found.match.start(1) - found.match.start()]
    is_bare = not re.search(r"[:–-]|\w\s+\w", said)
    if is_bare and (text.line_end(hit.last) != found.last):
        return None
    return _Count(int(found.match[1]), hit.first, found.last, "quantity.number-of")


def _in_columns(context: TextSurroundings, hits: Sequence[WatchHit]) -> Iterator[tuple[_Count, Sequence[WatchHit]]]:
    """Yield what the things in rows beside a column of quantities come to, by table, with those things."""
    by_word = {hit.first: hit for hit in hits}
    for grid in grids(context, (_words("columns"),)):
        column = next((at for at in sorted(grid.heads) if _words("columns").search(grid.head(at))), None)
        if column is None:
            continue
        rows = [(hit, at) for row in grid.rows for hit, at in _counted_in(context.text, row, column, by_word)]
        for what in dict.fromkeys(hit.entry.name for hit, _ in rows):
            own = [(hit, at) for hit, at in rows if hit.entry.name == what]
            words = sorted(word for hit, at in own for word in (hit.first, hit.last, at))
            value = sum(_value(context.text.words[at]) for _, at in own)
            count = _Count(value, words[0], words[-1], _COLUMN)
            yield replace(count, lot=_lot_of(context.text, count)), [hit for hit, _ in own]


def _counted_in(
    text: DocumentText, row: Cells, column: int, by_word: dict[int, WatchHit]
) -> Iterator[tuple[WatchHit, int]]:
    """Yield the thing that begins a cell of a row, with the word of its quantity."""
    figures = [word for word in row.get(column, ()) if _CELL.fullmatch(text.words[word])]
    others = (cell for at, cell in sorted(row.items()) if at != column)
    things = [by_word[word] for cell in others for word in cell if word in by_word and _begins(text, cell, word)]
    if len(figures) == 1 and things and not _is_whole(text, things[0], _value(text.words[figures[0]])):
        yield things[0], figures[0]


def _below_heads(context: TextSurroundings, hits: Sequence[WatchHit]) -> Iterator[tuple[_Count, Sequence[WatchHit]]]:
    """Yield what the numbers below heads that name a thing come to, by table: "Lokacija | Broj kamera"."""
    text, by_word = context.text, {hit.first: hit for hit in hits}
    for grid in grids(context, (NO_HEAD,)):
        heads = {
            column: by_word[word]
            for row in grid.above
            for column, cell in row.items()
            for word in cell
            if word in by_word
        }
        for what in dict.fromkeys(hit.entry.name for hit in heads.values()):
            own = {
                column: hit
                for column, hit in heads.items()
                if hit.entry.name == what and all(map(_is_of_head, grid.head(column).split()))
            }
            own = {column: hit for column, hit in own.items() if _TOTAL.search(grid.head(column))} or own
            numbers = [word for column in own for word in _below(text, grid, column)]
            if numbers:
                words = sorted((*numbers, *(hit.first for hit in own.values())))
                count = _Count(sum(_value(text.words[word]) for word in numbers), words[0], words[-1], _COLUMN)
                yield replace(count, lot=_lot_of(text, count)), list(own.values())


_TOTAL = re.compile(r"\b(?:s?ve(?:ga|ukupno)|ukup\w+|zbir|total)\b")


def _is_of_head(word: str) -> bool:
    """Return whether a folded word may stand in the head of a column of quantities: "ukupan broj fiksnih kamera"."""
    patterns = (*map(_words, ("between", "sorts", "pieces", "number_of", "heads")), _TOTAL)
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


def _is_whole(text: DocumentText, thing: WatchHit, value: int) -> bool:
    """Return whether an item is one whole of several things: "Kamere i oprema, prva rata", 1."""
    return value == 1 and not text.bare[thing.last].endswith("a")


def _value(cell: str) -> int:
    found = _CELL.fullmatch(cell)
    return int(found[1].replace(".", "")) if found else 0


def _begins(text: DocumentText, cell: Sequence[int], word: int) -> bool:
    """Return whether a thing is what a cell names, after attributes and a number: not "Nosač kamere"."""
    before = [text.bare[each] for each in cell if each < word]
    agrees = _FEMININE if text.bare[word].endswith("a") else _words("between")
    return all(_words("between").fullmatch(each) or agrees.fullmatch(each) or not each.isalpha() for each in before)


_FEMININE = re.compile(r"(?!cena|cijena|zastita|nabava|oprava|postava)\w{3,}(?:n|t|v|c|sk)a")
"""An adjective that agrees with a thing in the nominative: "Nepokretna kamera", and no noun before its genitive."""
