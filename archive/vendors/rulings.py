"""Rulings of persons on vendors: two are one, or distinct, or a name does not belong to a vendor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from archive.vendors.identity import Mention, Number
from archive.vendors.names import words


class RulingAction(StrEnum):
    """The effect of a ruling."""

    MERGE = "merge"
    SPLIT = "split"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The anchor of a vendor, by which it is found again after new documents or readings: its most reliable number, or
    its name."""

    name: str
    number: Number | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """A person's ruling; ``by`` names the person.

    MERGE: the vendors ``one`` and ``other`` are one. SPLIT: the name of ``other`` does not belong to ``one``. APART:
    ``one`` and ``other`` are distinct, as by the rules; it changes nothing, and a merge may follow.
    """

    action: RulingAction
    one: Anchor
    other: Anchor
    by: str


@dataclass(frozen=True, slots=True)
class RecordedRuling:
    """A ruling with the number and time of its event. ``undone_by`` is the number of the event that undid it, None if
    it is in force."""

    event: int
    at: datetime
    ruling: Ruling
    undone_by: int | None = None

    def held_at(self, event: int) -> bool:
        """Return whether it was in force after the event with this number."""
        return self.event <= event and (self.undone_by is None or self.undone_by > event)


class MentionGroups:
    """Groups of mentions, for finding vendors and applying rulings."""

    def __init__(
        self, groups: Iterable[Sequence[Mention]], alike: Mapping[tuple[str, str], int] = MappingProxyType({})
    ) -> None:
        """:param alike: the number of mentions that a mention represents, by document and name, if it is not one."""
        self._alike = alike
        self._members = [list(group) for group in groups]
        self._group = {mention: at for at, group in enumerate(self._members) for mention in group}
        self._by_number: dict[Number, list[Mention]] = {}
        self._by_words: dict[tuple[str, ...], list[Mention]] = {}
        for mention in self._group:
            self._by_words.setdefault(words(mention.name), []).append(mention)
            for number in mention.sure_numbers:
                self._by_number.setdefault(number, []).append(mention)

    def all(self) -> list[list[Mention]]:
        """Return every group."""
        return [group for group in self._members if group]

    def apply(self, ruling: Ruling) -> None:
        """Apply a ruling; without effect if its vendors do not exist."""
        one = self.find(ruling.one)
        if one is None or ruling.action is RulingAction.APART:
            return
        if ruling.action is RulingAction.MERGE:
            other = self.find(ruling.other)
            if other is not None:
                self._move(self._members[other], one)
            return
        apart = [mention for mention in self._members[one] if words(mention.name) == words(ruling.other.name)]
        if len(apart) < len(self._members[one]):
            self._members.append([])
            self._move(apart, len(self._members) - 1)

    def _move(self, mentions: Sequence[Mention], to: int) -> None:
        for mention in list(mentions):
            self._members[self._group[mention]].remove(mention)
            self._members[to].append(mention)
            self._group[mention] = to

    def find(self, anchor: Anchor) -> int | None:
        """Return the index of an anchor's group: of those with its number, the one with most mentions of its name; else
        one with its name, preferably without a number."""
        named = self._by_words.get(words(anchor.name), [])
        numbered = self._by_number.get(anchor.number, []) if anchor.number else []
        count: Counter[int] = Counter()
        for mention in named:
            count[self._group[mention]] += self._alike.get((mention.document, mention.name), 1)

        def rank(group: int) -> tuple[bool, int]:
            is_bare = anchor.number is None and not any(mention.sure_numbers for mention in self._members[group])
            return is_bare, count[group]

        # Ties are broken by the first document, independently of the order of groups.
        in_order = sorted(numbered or named, key=lambda mention: (mention.document, mention.name))
        return max((self._group[mention] for mention in in_order), key=rank, default=None)
