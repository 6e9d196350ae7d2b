"""Grouping of mentions of vendors and bidders to firms, by numbers first, then by names.

A register number with an invalid check digit is ignored here: it is shown with a flag, and joins no mentions. An
ambiguous name is a group of its own, which :mod:`archive.vendors.candidates` presents to a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from archive.vendors.look_alikes import PrintedCore, printed_core, similarity_in_print
from archive.vendors.names import NameShape, shape, shapes

REGISTERS = ("pib", "mb", "jib")
"""The known registers, the most reliable first: the Serbian tax number and matični broj, the Bosnian JIB."""

Number = tuple[str, str]
"""A register and a number in it."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that a document prints as a vendor (``won``), as a bidder (``bid``) or as both.

    ``numbers`` are those printed with it; ``failed`` are the registers with an invalid check digit.
    """

    document: str
    name: str
    won: bool = False
    bid: bool = False
    numbers: tuple[Number, ...] = ()
    failed: frozenset[str] = frozenset()

    @property
    def sure_numbers(self) -> tuple[Number, ...]:
        """The numbers with a valid check digit, the most reliable register first."""
        return tuple(sorted((one for one in self.numbers if one[0] not in self.failed), key=surest_first))


def surest_first(number: Number) -> tuple[int, str]:
    """Return the sort key of a number by reliability."""
    return REGISTERS.index(number[0]), number[1]


def at_odds(ones: Iterable[Number], others: Iterable[Number]) -> bool:
    """Return whether two firms have different numbers in a register, and none in common there."""
    here, there = set(ones), set(others)
    shared = {register for register, _ in here} & {register for register, _ in there}
    return any(not any(number in there for number in here if number[0] == register) for register in shared)


def agree(ones: Iterable[NameShape], others: Iterable[NameShape]) -> bool:
    """Return whether the legal forms and qualifiers of two firms with the same name are compatible."""
    here, there = tuple(ones), tuple(others)
    return all(
        any(
            one <= other or other <= one
            for one in _aspect_values(here, aspect)
            for other in _aspect_values(there, aspect)
        )
        for aspect in ("forms", "qualifiers")
    )


def _aspect_values(known: Sequence[NameShape], aspect: str) -> set[frozenset[str]]:
    """Return the values of one aspect of names, without empty ones if there are others."""
    values: set[frozenset[str]] = {getattr(shape, aspect) for shape in known}
    return {one for one in values if one} or values


def groups(mentions: Iterable[Mention]) -> list[list[Mention]]:
    """Group mentions by firm. The result does not depend on their order.

    1. Mentions with the same number are of one firm, whatever its name. A number that is printed with two numbers of a
       more reliable register (a matični broj with two PIBs) joins neither: one of the two is an error.
    2. A mention without a number is of the firm for which the same document prints that name with a number; or, if
       there is none, of the only one there whose name looks alike in the other script.
    3. Mentions with the same name are of one firm, unless numbers, legal forms or seats conflict. An ambiguous name
       (without a seat, if there is one in Ruma and one in Niš) is a firm of its own.
    """
    ordered = sorted(mentions, key=lambda mention: (mention.document, mention.name))
    grouping = _Grouping(ordered)
    grouping.join_by_number()
    grouping.join_within_documents()
    grouping.join_by_name()
    found: dict[int, list[Mention]] = {}
    for at, mention in enumerate(ordered):
        found.setdefault(grouping.root(at), []).append(mention)
    return list(found.values())


class _Grouping:
    """Mentions, by index, while they are being grouped (union-find). A group is identified by its first mention."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self._mentions = mentions
        shaped = shapes({mention.name for mention in mentions})
        self._shapes = [shaped[mention.name] for mention in mentions]
        self._sure = [mention.sure_numbers for mention in mentions]
        self._above = list(range(len(mentions)))
        self._numbers = [set(sure) for sure in self._sure]

    def root(self, at: int) -> int:
        """Return the first mention of the group of a mention."""
        while self._above[at] != at:
            self._above[at] = self._above[self._above[at]]
            at = self._above[at]
        return at

    def _join(self, places: Sequence[int]) -> None:
        roots = sorted(map(self.root, places))
        for root in roots[1:]:
            self._above[root] = roots[0]
            self._numbers[roots[0]] |= self._numbers[root]

    def join_by_number(self) -> None:
        """Step 1, register by register."""
        printed: dict[Number, list[int]] = {}
        for at, numbers in enumerate(self._sure):
            for number in numbers:
                printed.setdefault(number, []).append(at)
        for number in sorted(printed, key=surest_first):
            alone = [at for at in printed[number] if self._sure[at][0] == number]
            owners = {self.root(at) for at in printed[number] if self._sure[at][0] != number}
            self._join(alone if len(owners) > 1 else printed[number])

    def join_within_documents(self) -> None:
        """Step 2."""
        known: dict[tuple[str, tuple[str, ...]], dict[int, list[NameShape]]] = {}
        in_document: dict[str, list[int]] = {mention.document: [] for mention in self._mentions}
        for at, mention in enumerate(self._mentions):
            if self._sure[at]:
                in_document[mention.document].append(at)
                of_name = known.setdefault((mention.document, self._shapes[at].core), {})
                of_name.setdefault(self.root(at), []).append(self._shapes[at])
        for at, mention in enumerate(self._mentions):
            if self._sure[at]:
                continue
            firms = known.get((mention.document, self._shapes[at].core)) or self._alike(
                at, in_document[mention.document]
            )
            if len(firms) == 1:
                ((firm, shaped),) = firms.items()
                if agree([self._shapes[at]], shaped):
                    self._join((firm, at))

    def _alike(self, at: int, numbered: Sequence[int]) -> dict[int, list[NameShape]]:
        """Return the firms of these mentions whose name looks like that of the mention at this index."""
        firms: dict[int, list[NameShape]] = {}
        mine = self._printed(at) if numbered else None
        for other in numbered:
            if mine and similarity_in_print(mine, self._printed(other)):
                firms.setdefault(self.root(other), []).append(self._shapes[other])
        return firms

    def _printed(self, at: int) -> PrintedCore:
        name = self._mentions[at].name
        return printed_core(name, shape(name).core)

    def join_by_name(self) -> None:
        """Step 3."""
        by_core: dict[tuple[str, ...], dict[object, list[int]]] = {}
        for at, named in enumerate(self._shapes):
            root = self.root(at)
            certain = root if self._numbers[root] else (named.qualifiers, named.forms)
            by_core.setdefault(named.core, {}).setdefault(certain, []).append(at)
        for nodes in by_core.values():
            for places in nodes.values():
                self._join(places)
            if len(nodes) == 1:
                continue
            for one, other in list(self._unambiguous(list(nodes.values()))):
                # Under another of its names, a firm may have got a conflicting number by now.
                if not at_odds(self._numbers[self.root(one)], self._numbers[self.root(other)]):
                    self._join((one, other))

    def _unambiguous(self, nodes: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
        """Yield compatible pairs of nodes, unless one of them is compatible with two conflicting nodes. Nodes are
        mentions of one name that are certainly of one firm; a pair is given by one mention of each."""
        shaped = [{self._shapes[at] for at in places} for places in nodes]
        numbers = [self._numbers[self.root(places[0])] for places in nodes]
        fitting: list[set[int]] = [set() for _ in nodes]
        for one, other in combinations(range(len(nodes)), 2):
            if agree(shaped[one], shaped[other]) and not at_odds(numbers[one], numbers[other]):
                fitting[one].add(other)
                fitting[other].add(one)
        clear = [all(two in fitting[one] for one, two in combinations(sorted(fits), 2)) for fits in fitting]
        for one, fits in enumerate(fitting):
            yield from ((nodes[one][0], nodes[other][0]) for other in sorted(fits) if clear[one] and clear[other])
