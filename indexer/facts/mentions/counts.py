"""The numbers that count a thing of the watchlist in running text and in the items of a list.

A number counts the thing if it stands before it ("24 nove IP kamere"), on its line ("kom 24") or behind "broj kamera";
not if it is a resolution ("4 MP kamera"), a number in a list ("lokacija 3", "1. Kamera"), a year, a limit ("do 8
kamera") or a capacity ("snimač za 16 kamera"). Sorts and parts that are counted one by one are added ("22 fiksne i 6
pokretnih kamera"); those of lots are apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from archive.text.folding import ORDINALS, latin, ordinal_of
from indexer.facts.lots import LOT, LOT_MARK, LOT_TITLE, lot_number
from indexer.facts.mentions.states import sentence_start
from indexer.facts.mentions.watch import WatchHit
from indexer.facts.numerals import number_in_words, scales
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

ITEM = "quantity.pieces"
"""The rule of the quantity of an item of a list."""

AND = frozenset({"i", "te", "and", "dhe"})
_JOINING = AND | {"a", "dok", "odnosno"}
OF = frozenset({"od", "toga", "cega", "kojih", "of"})
PREPOSITIONS = frozenset({"po", "na", "u", "za", "kod", "iz", "prema", "s", "sa", "bez", "pored", "uz"})

_FIGURES = re.compile(r"[(„\"“–-]*(\d{1,3}(?:\.\d{3})+|\d{1,6})")
_MONEY = re.compile(r"\d{1,3}(?:[.,]?\d{3})*[.,]\d\d")
_HUNDRED = "sto"
""""Hundred"; folded, it is also "što", which begins many clauses."""


@dataclass(frozen=True, slots=True)
class Count:
    """A quantity with its words and rule, and its lot, if it is of one."""

    value: int
    first: int
    last: int
    rule: str
    lot: str = ""


@cache
def words_of(name: str) -> re.Pattern[str]:
    """Return the pattern of the words of this name in ``watch_words.toml``, [quantity]."""
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


def counts_of(text: DocumentText, hit: WatchHit) -> list[Count]:
    """Return the numbers that count a thing, each with its lot."""
    item = _of_item(text, hit)
    counts = [item] if item else _before(text, hit)
    after = None if counts else _number_after(text, hit) or _in_all(text, hit)
    return [one if one.lot else replace(one, lot=lot_of(text, one)) for one in ([after] if after else counts)]


_TITLE_WITHIN = 120
"""Maximum number of characters from the title of a lot to a quantity of it."""

_OF_LOT = re.compile(rf"[^\s.,:;)]+\s(?:\(|(?:za|u|iz|po|na|kod)\s){LOT_MARK.pattern}")
_ORDINAL = re.compile(rf"(?:^|[.;]\s)(?P<ordinal>{'|'.join(ORDINALS)})[ai]\s(?=\w)")
"""A lot by its ordinal, as the subject of a sentence: "Predmet čine dve partije. Prva obuhvata trgove"."""


def lot_of(text: DocumentText, count: Count) -> str:
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


def _before(text: DocumentText, hit: WatchHit) -> list[Count]:
    """Return the number before a thing and its attributes, with those of other sorts and parts."""
    at = _before_description(text, hit.first)
    if at < 0:
        return []
    again = None
    if text.words[at].endswith(")"):
        opening = next((word for word in range(at, max(-1, at - 5), -1) if text.words[word].startswith("(")), None)
        again = None if opening is None else _spelled(text, opening, at)
        at = opening - 1 if opening is not None and again else at
    found = _figures(text, at) or _numberwords_of(text, at)
    if found is None or at < 0:
        return []
    value, first = found
    if (again not in (None, value)) or _is_no_count(text, first, value, hit):
        return []
    more, first = _of_other_sort(text, first)
    if more and _is_no_count(text, first, more, hit):
        return []
    count = Count(value + more, first, hit.last, "quantity.counted")
    return [count] if more else _with_other_parts(text, _with_others_in_brackets(text, count))


_IN_BRACKETS = re.compile(r"\(\d{1,5}\s[^()\n]{3,40}\)(?:,?\s(?:i\s|te\s|and\s)?[^().;:]{2,60}\(\d{1,5}\))+")


def _with_others_in_brackets(text: DocumentText, count: Count) -> Count:
    """Return a count with those of a list that name the thing no more: "stanica (7 kamera), trg (6) i park (3)"."""
    found = text.match(_IN_BRACKETS, text.starts[count.first])
    if found is None:
        return count
    return replace(count, value=sum(map(int, re.findall(r"\((\d+)", found.match[0]))), last=found.last)


def _of_other_sort(text: DocumentText, first: int) -> tuple[int, int]:
    """Return how many of other sorts are counted before the number at ``first``, with their first word: 22 in "22
    fiksne i 6 pokretnih kamera"; 0 if none are."""
    at = first - 1
    if at < 0 or not (text.bare[at] in AND or text.words[at].endswith(",")):
        return 0, first
    at -= text.bare[at] in AND
    sort = at
    while sort >= 0 and at - sort < _MOST_BETWEEN and words_of("sorts").fullmatch(text.bare[sort]):
        sort -= 1
    found = (_figures(text, sort) or _numberwords_of(text, sort)) if sort < at else None
    if found is None:
        return 0, first
    more, begin = _of_other_sort(text, found[1])
    return found[0] + more, begin


def _with_other_parts(text: DocumentText, count: Count) -> list[Count]:
    """Return a count with those of other parts before it: 34 and 18 in "u prvoj partiji 34, a u drugoj 18 kamera".
    Those of lots are apart, others added up."""
    parts, begins = [count], [_phrase(text, count.first)]
    while (begin := begins[-1]) is not None:
        at = begin - 1 - (text.bare[begin - 1] in _JOINING)
        is_joined = at < begin - 1 or text.words[at].endswith(",")
        found = (_figures(text, at) or _numberwords_of(text, at)) if is_joined and at >= 0 else None
        before = _phrase(text, found[1]) if found else None
        if found is None or before is None or text.bare[before - 1] in OF:
            break
        parts.append(Count(found[0], found[1], at, count.rule))
        begins.append(before)
    first = begins[-1]
    if len(parts) < 2 or first is None:
        return [count]
    phrases = [text.bare[begin : each.first] for begin, each in zip(begins, parts, strict=True)]
    lots = [next(filter(None, map(ordinal_of, phrase)), 0) for phrase in phrases]
    if all(lots) and any(re.match(LOT, word) for phrase in phrases for word in phrase):
        return [replace(each, lot=str(lot)) for each, lot in zip(parts, lots, strict=True)]
    return [Count(sum(each.value for each in parts), first, count.last, count.rule)]


def _phrase(text: DocumentText, end: int) -> int | None:
    """Return the preposition of the phrase before a word: "u drugoj partiji"; None without one."""
    for at in range(end - 1, max(0, end - 1 - _MOST_BETWEEN), -1):
        if text.bare[at] in PREPOSITIONS:
            return at if at < end - 1 else None
        if not text.bare[at].isalpha() or text.words[at][-1] in ".,;:":
            return None
    return None


def _before_description(text: DocumentText, word: int) -> int:
    """Return the last word before ``word`` that is not an attribute of the thing."""
    at = word - 1
    while at >= 0 and word - at <= _MOST_BETWEEN and words_of("between").fullmatch(text.bare[at]):
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


def _numberwords_of(text: DocumentText, at: int) -> tuple[int, int] | None:
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
    before = number_in_words(text.bare[first - 2]) if first > 1 and text.bare[first - 1] in AND else None
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
    if _limit().search(before) or (not is_apart and words_of("numbered").fullmatch(text.bare[first - 1])):
        return True
    return re.search(r"\b(?:za|do|for)\s$", before) is not None and words_of("capacity").search(before) is not None


def _of_item(text: DocumentText, hit: WatchHit) -> Count | None:
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
    if found is None or is_whole(text, hit, int(found.match[1] or found.match[2])):
        return None
    return Count(int(found.match[1] or found.match[2]), hit.first, found.last, ITEM)


def _multiplied(text: DocumentText, hit: WatchHit) -> Count | None:
    """Return the number on the line of an item with which the price of one comes to another: "6 200,00 1.200,00"."""
    line = range(hit.last + 1, text.line_end(hit.last) + 1)
    cents = {word: int(re.sub(r"\D", "", text.words[word])) for word in line if _MONEY.fullmatch(text.words[word])}
    for word in line[:-2]:
        each = cents.get(word + 1)
        if each and text.words[word].isdecimal() and len(text.words[word]) <= len(str(MOST)):
            value = int(text.words[word])
            is_product = any(value * each == total for at, total in cents.items() if at > word + 1)
            if is_product and not is_whole(text, hit, value):
                return Count(value, hit.first, word, ITEM)
    return None


def _number_after(text: DocumentText, hit: WatchHit) -> Count | None:
    """Return the number after "broj kamera:" or "number of cameras", None without one."""
    before = text.folded[text.starts[max(0, hit.first - 4)] : text.starts[hit.first]]
    if not _number_of().search(before):
        return None
    changed = text.match(_CHANGED, text.starts[hit.last])
    if changed is not None:
        printed = changed.match["more"] or changed.match["whole"]
        value = int(printed) if printed.isdecimal() else number_in_words(printed)
        return None if value is None else Count(value, hit.first, changed.last, "quantity.number-of")
    found = text.match(_STATED, text.starts[hit.last])
    if found is None:
        return None
    said = found.match[0][: found.match.start(1) - found.match.start()]
    is_bare = not re.search(r"[:–-]|\w\s+\w", said)
    if is_bare and (text.line_end(hit.last) != found.last):
        return None
    return Count(int(found.match[1]), hit.first, found.last, "quantity.number-of")


_PIECES_IN_ALL = re.compile(r"\S*(?P<between>\s[^.;:]{0,60}?)\b(?:ukupno|svega)\s(?P<count>\d{1,5})\s?kom")


def _in_all(text: DocumentText, hit: WatchHit) -> Count | None:
    """Return the number of pieces that is told of a thing further on: "kamere za partiju 1, ukupno 9 kom"; None if
    another number stands between."""
    found = text.match(_PIECES_IN_ALL, text.starts[hit.last])
    if found is None or re.search(r"\d", LOT_MARK.sub(" ", found.match["between"])):
        return None
    return Count(int(found.match["count"]), hit.first, found.last, "quantity.counted")


def is_whole(text: DocumentText, thing: WatchHit, value: int) -> bool:
    """Return whether an item is one whole of several things: "Kamere i oprema, prva rata", 1."""
    return value == 1 and not text.bare[thing.last].endswith("a")
