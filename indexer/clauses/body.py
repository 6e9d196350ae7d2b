"""Inside an article: its paragraphs (stavovi), points (tačke), points of points (podtačke) and indents (alineje).

A stav is rarely numbered, so stavovi are counted as lawyers count them: a new stav is a paragraph without a list marker
that neither continues a sentence after a colon nor belongs to an open list item.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from archive.model import ClauseLevel
from archive.model.clauses import to_number
from indexer.clauses.headings import Heading, has_several_numbers
from indexer.clauses.layout import SHORT, Paragraph, ends_sentence, leads_on
from indexer.clauses.markers import LIST_STYLES, Marker, MarkerStyle


@dataclass(slots=True)
class Node:
    """A clause with its children; ``last`` grows as words and children are added, ``rank`` is set for parts only."""

    level: ClauseLevel
    number: str
    label: str
    first: int
    last: int
    confidence: float
    heading: Heading | None = None
    is_counted: bool = False
    rank: int = 0
    children: list[Node] = field(default_factory=list)
    _counts: Counter[ClauseLevel] = field(default_factory=Counter)

    def count(self, level: ClauseLevel) -> int:
        """Return the number of children at a level."""
        return self._counts[level]

    def add(self, child: Node) -> Node:
        """Append a child and return it; its confidence is capped by that of its parent."""
        child.confidence = min(child.confidence, self.confidence)
        self.children.append(child)
        self._counts[child.level] += 1
        return child

    def close(self) -> int:
        """Extend this clause and its descendants to the end of their last children; return the last word."""
        self.last = max([self.last, *(child.close() for child in self.children)])
        return self.last


COUNTED = 0.8
"""Confidence of a counted stav: its boundary comes from the layout, not from a printed number."""

PRINTED = 0.9
"""Confidence of a number printed inside a clause."""

LOOK_AHEAD = 100
"""Maximum number of paragraphs after which an open list may continue."""

_ITEMS = LIST_STYLES | {MarkerStyle.NUMBER, MarkerStyle.DECIMAL}
_ROMAN_LETTERS = frozenset("ivx")


@dataclass(slots=True)
class _Open:
    """An open list item, to which the next paragraph may belong."""

    style: MarkerStyle
    number: str
    node: Node


def read_body(parent: Node, paragraphs: Sequence[Paragraph]) -> None:
    """Parse ``paragraphs`` and add the clauses they hold as children of ``parent``."""
    if paragraphs:
        parent.last = max(parent.last, paragraphs[-1].last)
    _Body(parent, paragraphs).read()


class _Body:
    def __init__(self, parent: Node, paragraphs: Sequence[Paragraph]) -> None:
        self.parent = parent
        self.paragraphs = paragraphs
        self.stav_style = _style_of_stavovi(paragraphs)
        self.scraps = _scraps(paragraphs)
        self.stav: Node | None = None
        self.open: list[_Open] = []
        self.before_first: tuple[int, int] | None = None
        """First and last word before the first numbered stav; they become stav 1 if that one is numbered 2."""
        self.is_led_in = False
        """Whether an unmarked list is open: short lines after a colon, none of which ends a sentence."""

    def read(self) -> None:
        for index, paragraph in enumerate(self.paragraphs):
            marker = paragraph.marker
            if marker is None or marker.style not in _ITEMS or self._is_other(index, marker):
                self._plain(index, paragraph)
            elif marker.style is self.stav_style:
                self._stav(paragraph, marker)
            else:
                self._item(paragraph, marker)

    def _is_other(self, index: int, marker: Marker) -> bool:
        """Return whether a marker starts no item here: a decimal of another article, or a stray dash.

        A dash is stray if it is the only one and follows the end of a sentence.
        """
        if marker.style is MarkerStyle.DECIMAL and self.parent.level is ClauseLevel.ARTICLE:
            return to_number(marker.number) != to_number(self.parent.number)
        if (
            marker.style is not MarkerStyle.DASH
            or index == 0
            or any(each.style is MarkerStyle.DASH for each in self.open)
        ):
            return False
        following = self.paragraphs[index + 1].marker if index + 1 < len(self.paragraphs) else None
        after_sentence = self.paragraphs[index - 1].text.endswith(".")
        return after_sentence and (following is None or following.style is not MarkerStyle.DASH)

    def _stav(self, paragraph: Paragraph, marker: Marker | None) -> None:
        """Add a new stav, with the number of its marker or the next in the count."""
        counted = marker is None
        number = str(1 + self.parent.count(ClauseLevel.PARAGRAPH))
        if marker is not None:
            above, _, own = marker.number.rpartition(".")
            number = own if above in {"", self.parent.number} else marker.number
            if number == "2" and self.stav is None and self.before_first is not None:
                first, last = self.before_first
                self.parent.add(Node(ClauseLevel.PARAGRAPH, "1", "", first, last, COUNTED, is_counted=True))
        self.stav = self.parent.add(
            Node(
                ClauseLevel.PARAGRAPH,
                number,
                paragraph.label if marker else "",
                paragraph.first,
                paragraph.last,
                COUNTED if counted else PRINTED,
                is_counted=counted,
            )
        )
        self.open = []

    def _plain(self, index: int, paragraph: Paragraph) -> None:
        """Add a paragraph without a marker: as a new stav, or as more of the current clause."""
        previous = self.paragraphs[index - 1] if index else None
        holder = self.open[-1].node if self.open else self.stav
        is_short = paragraph.last - paragraph.first < SHORT
        was_led_in = self.is_led_in and is_short and not paragraph.text.endswith(":")
        self.is_led_in = False
        if holder is None or previous is None:
            if self.stav_style is None:
                self._stav(paragraph, None)
            else:
                first = self.before_first[0] if self.before_first else paragraph.first
                self.before_first = (first, paragraph.last)
        elif self._is_unmarked_item(previous, paragraph):
            parent = self.stav or self.parent
            number = str(1 + len(parent.children))
            item = Node(ClauseLevel.INDENT, number, "", paragraph.first, paragraph.last, COUNTED, is_counted=True)
            parent.add(item)
        elif (
            self.scraps[index]
            or _begins_small(paragraph)
            or was_led_in
            or (not self.open and leads_on(previous.text))
            or self._list_goes_on(index)
        ):
            holder.last = paragraph.last
            is_led_in = was_led_in or previous.text.endswith(":")
            self.is_led_in = is_led_in and is_short and not ends_sentence(paragraph.text)
        elif self.stav_style is None or self._is_numbered_apart(index):
            self._stav(paragraph, None)
        else:
            self.open = []
            if self.stav is not None:
                self.stav.last = paragraph.last

    def _is_numbered_apart(self, index: int) -> bool:
        """Return whether OCR read the stav numbers as a separate column and lost the number of this paragraph."""
        markers = (each.marker for each in self.paragraphs[index + 1 :])
        following = next((each for each in markers if each is not None and each.style is self.stav_style), None)
        number = 2 + self.parent.count(ClauseLevel.PARAGRAPH)
        return following is not None and bool(following.apart) and to_number(following.number) == number

    def _is_unmarked_item(self, previous: Paragraph, paragraph: Paragraph) -> bool:
        """Return whether a paragraph is an unmarked list item: in lower case, after a colon or another item."""
        if self.open or not leads_on(previous.text):
            return False
        return _begins_small(paragraph)

    def _item(self, paragraph: Paragraph, marker: Marker) -> None:
        """Add a list item: as sibling of the open item of the same style, or nested in the last open item."""
        style = self._style(marker)
        while any(each.style is style for each in self.open) and self.open[-1].style is not style:
            self.open.pop()
        if self.open and self.open[-1].style is style:
            self.open.pop()
        parent = self.open[-1].node if self.open else self.stav or self.parent
        dash = style is MarkerStyle.DASH
        level = ClauseLevel.INDENT if dash else ClauseLevel.SUBPOINT if self.open else ClauseLevel.POINT
        number = str(1 + parent.count(level)) if dash else marker.number
        node = Node(level, number, paragraph.label, paragraph.first, paragraph.last, PRINTED, is_counted=dash)
        self.open.append(_Open(style, marker.number, parent.add(node)))

    def _style(self, marker: Marker) -> MarkerStyle:
        """Return the style of a marker; "(i)" is a letter after "(h)" and a Roman numeral otherwise, "(I)" too."""
        lettered = marker.style in (MarkerStyle.LETTER, MarkerStyle.CAPITAL)
        if not lettered or not set(marker.number) <= _ROMAN_LETTERS:
            return marker.style
        letters = [each.number for each in self.open if each.style is marker.style]
        follows = bool(letters) and marker.number in _after(letters[-1])
        romans = [each.number for each in self.open if each.style is MarkerStyle.ROMAN]
        if (romans and to_number(marker.number) == to_number(romans[-1]) + 1) or (marker.number == "i" and not follows):
            return MarkerStyle.ROMAN
        return marker.style

    def _list_goes_on(self, index: int) -> bool:
        """Return whether an open list continues after ``index``; that paragraph then belongs to its last item."""
        for place in range(index + 1, min(len(self.paragraphs), index + LOOK_AHEAD)):
            marker = self.paragraphs[place].marker
            if marker is None or marker.style not in _ITEMS:
                continue
            if marker.style is self.stav_style:
                return False
            last = next((each for each in reversed(self.open) if each.style is marker.style), None)
            if last is None:
                continue
            if marker.style is MarkerStyle.DASH:
                return not self.paragraphs[place - 1].text.endswith(":")
            return _is_next(last.number, marker.number, marker.style)
        return False


def _begins_small(paragraph: Paragraph) -> bool:
    """Return whether the first letter is lower case, as in a continuation or an item without its marker."""
    return next((char for char in paragraph.text if char.isalpha()), "X").islower()


def _scraps(paragraphs: Sequence[Paragraph]) -> list[bool]:
    """Return, for each paragraph, whether it is a table cell, caption or letterhead and so not a stav."""
    loose = [
        each.in_table
        or (
            each.marker is None
            and each.last - each.first < SHORT
            and not ends_sentence(each.text)
            and not leads_on(each.text)
        )
        for each in paragraphs
    ]
    bare = [
        each.in_table or (is_loose and (each.text.isupper() or has_several_numbers(each.text)))
        for each, is_loose in zip(paragraphs, loose, strict=True)
    ]
    scraps: list[bool] = []
    for is_loose, run in groupby(range(len(paragraphs)), key=loose.__getitem__):
        places = list(run)
        is_run = is_loose and len(places) >= FEWEST_SCRAPS and any(bare[place] for place in places)
        scraps += [is_run or bare[place] for place in places]
    return scraps


FEWEST_SCRAPS = 3
"""Minimum number in a row, one of them in capitals or with several numbers, that counts as a table."""


def _style_of_stavovi(paragraphs: Sequence[Paragraph]) -> MarkerStyle | None:
    """Return the marker style of numbered stavovi, "5.1" or "(1)"; None where they are not numbered."""
    for index, paragraph in enumerate(paragraphs):
        marker = paragraph.marker
        if marker is None or marker.style not in _ITEMS:
            continue
        led_in = index > 0 and paragraphs[index - 1].text.endswith(":")
        if marker.style in {MarkerStyle.DECIMAL, MarkerStyle.BRACKET} and not led_in:
            return marker.style
        # Croatian acts number their paragraphs "1)", from the first words of the article on.
        if marker.style is MarkerStyle.PAREN and index == 0 and marker.number == "1":
            return marker.style
        return None
    return None


def _is_next(number: str, following: str, style: MarkerStyle) -> bool:
    if style in {MarkerStyle.LETTER, MarkerStyle.LETTER_DOT}:
        return following in _after(number)
    return to_number(following) == to_number(number) + 1


def _after(letter: str) -> set[str]:
    """Return the letters that may follow a folded letter in the English, Serbian Latin or Serbian Cyrillic alphabet."""
    orders = ("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnoprstuvz", "abvgdezijklmnoprstufhcs")
    return {order[order.index(letter) + 1] for order in orders if letter in order[:-1]}
