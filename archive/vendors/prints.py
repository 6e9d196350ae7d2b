"""Prints: classes of equivalent mentions, so that vendors can be identified from one mention per class.

Mentions with the same name and numbers are of one firm in any document, unless they have no valid number and their
document has one for a name that may be the same: then those numbered mentions *beside* them matter, too. So
:func:`archive.vendors.identity.groups` gives the same result for all mentions as for the first one of each print
(:func:`samples`).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from archive.vendors.entities import FirmNaming, ranked_names
from archive.vendors.identity import Mention, Number, surest_first
from archive.vendors.look_alikes import printed_core, similarity_in_print
from archive.vendors.names import NameSpelling, shape


@dataclass(frozen=True)
class Print:
    """A name with the numbers printed with it. For one without a valid number, ``beside`` are the ids of numbered
    prints in the same document whose name may be the same."""

    name: str
    numbers: tuple[Number, ...]
    failed: frozenset[str]
    beside: tuple[str, ...] = ()

    @cached_property
    def id(self) -> str:
        """Its digest."""
        return digest(json.dumps([self.name, self.numbers, sorted(self.failed), self.beside]))

    @cached_property
    def sure_numbers(self) -> tuple[Number, ...]:
        """As in :class:`Mention`."""
        return self.mention("").sure_numbers

    def mention(self, document: str) -> Mention:
        """Return a mention of it in a document."""
        return Mention(document, self.name, numbers=self.numbers, failed=self.failed)


@dataclass(frozen=True, slots=True)
class CountedPrint:
    """A print with the number of its documents, of those outside of private collections, and the first one."""

    print: Print
    documents: int
    public: int
    first: str


def digest(text: str) -> str:
    """Return the digest of a text that may be too long for an index."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def prints_in(mentions: Sequence[Mention], spelled: Mapping[str, NameSpelling]) -> Iterator[tuple[Mention, Print]]:
    """Yield each mention of one document with its print."""
    sure = [(one, Print(one.name, one.numbers, one.failed)) for one in mentions if one.sure_numbers]
    yield from sure
    for one in mentions:
        if not one.sure_numbers:
            beside = {other.id for mention, other in sure if _may_be_same(one.name, mention.name, spelled)}
            yield one, Print(one.name, one.numbers, one.failed, tuple(sorted(beside)))


def _may_be_same(one: str, other: str, spelled: Mapping[str, NameSpelling]) -> bool:
    if spelled[one].core == spelled[other].core:
        return True
    here, there = (printed_core(name, shape(name).core) for name in (one, other))
    return bool(similarity_in_print(here, there))


def samples(counted: Mapping[str, CountedPrint]) -> dict[tuple[str, str], tuple[Mention, str]]:
    """Return the first mention of each print, with those beside it, by document and name; each with its print.

    :param counted: prints by id, including all that are beside one of them.
    """
    found = {}
    for id_, one in counted.items():
        for of_document in (id_, *one.print.beside):
            mention = counted[of_document].print.mention(one.first)
            found[mention.document, mention.name] = mention, of_document
    return found


def firm_of(counted: Iterable[CountedPrint]) -> tuple[FirmNaming, tuple[str, ...]]:
    """Return the sources of the name and id of the firm with these prints, and its names as in
    :class:`archive.vendors.entities.Entity`.
    """
    every = list(counted)
    documents: Counter[str] = Counter()
    for one in every:
        documents[one.print.name] += one.documents
    public = [one for one in every if one.public]
    names = ranked_names(documents, {one.print.name for one in public})
    numbers = {number for one in public or every for number in one.print.sure_numbers}
    first = min((one.first, one.print.name) for one in every)
    return FirmNaming(names[0], min(numbers, key=surest_first, default=None), bool(public), first), names


def numbers_of(counted: Iterable[CountedPrint]) -> tuple[set[Number], set[Number]]:
    """Return the numbers of a firm with a valid check digit, and those with an invalid one."""
    every = list(counted)
    doubtful = {number for one in every for number in one.print.numbers if number[0] in one.print.failed}
    return {number for one in every for number in one.print.sure_numbers}, doubtful
