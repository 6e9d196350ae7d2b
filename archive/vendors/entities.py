"""The vendors of an archive: the firms behind the names that its documents print."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from archive.vendors.identity import Mention, Number, groups, surest_first
from archive.vendors.names import words
from archive.vendors.rulings import Anchor, MentionGroups, Ruling

NO_NUMBER = "no number known"
"""Suffix that distinguishes a vendor from namesakes with numbers."""

_COUNTS = re.compile(r"(-\d{1,6})+$")

LONGEST_ID = 300
"""Most characters of a name in an id. PostgreSQL's indexes allow 2,704 bytes for it and a key together."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A firm. ``name`` is the most frequent printed one, with its number if another firm has the same; ``id`` is made
    of its most reliable number, or else of its name, in letters, digits and dashes.

    ``names`` are all printed ones, those in most documents first. Names in private collections only are last, and are
    not used for the name, number or id of a firm that others name, too.
    """

    id: str
    name: str
    names: tuple[str, ...]
    mentions: tuple[Mention, ...]

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Its numbers with a valid check digit, the most reliable register first."""
        return tuple(sorted({number for one in self.mentions for number in one.sure_numbers}, key=surest_first))

    @property
    def doubtful_numbers(self) -> tuple[Number, ...]:
        """Its printed numbers with an invalid check digit."""
        doubtful = {number for one in self.mentions for number in one.numbers if number[0] in one.failed}
        return tuple(sorted(doubtful, key=surest_first))

    @property
    def anchor(self) -> Anchor:
        """The anchor by which it is found again."""
        return Anchor(self.names[0], self.numbers[0] if self.numbers else None)

    @property
    def documents(self) -> int:
        """The number of documents that name it."""
        return len({mention.document for mention in self.mentions})

    @property
    def printed(self) -> Mapping[str, int]:
        """The number of documents that print each of its names."""
        return Counter(mention.name for mention in self.mentions)

    @property
    def won(self) -> int:
        """The number of documents that name it as the vendor."""
        return len({mention.document for mention in self.mentions if mention.won})

    @property
    def bid(self) -> int:
        """The number of documents that name it as a bidder."""
        return len({mention.document for mention in self.mentions if mention.bid})

    @property
    def other_names(self) -> tuple[str, ...]:
        """Printed names with other words than its own."""
        return other_names(self.names)


@dataclass(frozen=True, slots=True)
class ListedVendor:
    """A firm as lists and its page show it; attributes as in :class:`Entity`, whose mentions may be very many."""

    id: str
    name: str
    names: tuple[str, ...]
    printed: Mapping[str, int]
    numbers: tuple[Number, ...]
    doubtful_numbers: tuple[Number, ...]
    documents: int
    won: int
    bid: int

    @classmethod
    def of(cls, entity: Entity) -> ListedVendor:
        """Build from an entity with all mentions."""
        return cls(**{name: getattr(entity, name) for name in cls.__match_args__})

    @property
    def other_names(self) -> tuple[str, ...]:
        """Printed names with other words than its own."""
        return other_names(self.names)


@dataclass(frozen=True, slots=True)
class FirmNaming:
    """The sources of the name and id of a firm. ``printed`` is the most frequent printed name, ``number`` the one that
    distinguishes it from namesakes, ``first`` the document and name of its first mention.

    ``is_public`` is false if only documents of private collections name it.
    """

    printed: str
    number: Number | None
    is_public: bool
    first: tuple[str, str]

    @property
    def slug(self) -> str:
        """Its id, unless others have the same."""
        return self._slug(with_form=False)

    @property
    def slug_with_form(self) -> str:
        """The slug with the legal form."""
        return self._slug(with_form=True)

    def _slug(self, *, with_form: bool) -> str:
        if self.number:
            return "-".join(self.number)
        slug = "-".join(word.strip("[]") for word in words(self.printed) if with_form or word[0] != "[")
        return slug[:LONGEST_ID] or "vendor"

    @property
    def told_name(self) -> str:
        """Its name with what distinguishes it from namesakes."""
        number = f"{self.number[0].upper()} {self.number[1]}" if self.number else NO_NUMBER
        return f"{self.printed} ({number})"


def entities(
    mentions: Iterable[Mention], rulings: Iterable[Ruling] = (), private: AbstractSet[str] = frozenset()
) -> list[Entity]:
    """Return the firms of these mentions, sorted by name. The result depends on mentions and rulings only; rulings are
    applied in order.

    :param private: the documents of private collections.
    """
    return ruled(groups(mentions), rulings, private)


def ruled(
    known: Iterable[Sequence[Mention]], rulings: Iterable[Ruling], private: AbstractSet[str] = frozenset()
) -> list[Entity]:
    """Apply rulings to groups of mentions to which earlier rulings may have been applied; return the firms."""
    laid = MentionGroups(known)
    for ruling in rulings:
        laid.apply(ruling)
    found = [named("", "", group, private) for group in laid.all()]
    firms = [firm_of_entity(entity, private) for entity in found]
    names, ids = called(firms), ids_of(firms, slugs_of(firms))
    told = [replace(entity, id=ids[at], name=names[at]) for at, entity in enumerate(found)]
    return [told[at] for at in sorted(range(len(found)), key=lambda at: (firms[at].printed, firms[at].first))]


def named(id_: str, name: str, group: Iterable[Mention], private: AbstractSet[str] = frozenset()) -> Entity:
    """Build the firm of these mentions, with the id and name that :func:`entities` assigned."""
    mentions = tuple(sorted(group, key=lambda mention: (mention.document, mention.name)))
    documents = Counter(mention.name for mention in mentions)
    public = {mention.name for mention in mentions if mention.document not in private}

    names = ranked_names(documents, public)
    return Entity(id_, name or names[0], names, mentions)


def ranked_names(documents: Mapping[str, int], public: AbstractSet[str]) -> tuple[str, ...]:
    """Sort the names of a firm, the most frequent first.

    :param documents: the number of documents that print each.
    :param public: the names that are printed outside of private collections.
    """

    def rank(printed: str) -> tuple[bool, int, bool, int, str]:
        """Rank names: the most frequent first, then one in lower case, then a short one."""
        return printed not in public, -documents[printed], printed.isupper(), len(printed), printed

    return tuple(sorted(documents, key=rank))


def other_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return a firm's names with other words than the first, one for each set of words."""
    others = {words(name): name for name in reversed(names)}
    others.pop(words(names[0]), None)
    return tuple(reversed(others.values()))


def called(firms: Sequence[FirmNaming]) -> list[str]:
    """Return the displayed names of firms: namesakes get their numbers added.

    :param firms: for each wanted firm, all firms with the same words.
    """
    namesakes = _Namesakes(firms, [words(firm.printed) for firm in firms])
    return [firm.told_name if namesakes.of(at) > 1 else firm.printed for at, firm in enumerate(firms)]


def slugs_of(firms: Sequence[FirmNaming]) -> list[str]:
    """Return the bases of ids. Namesakes get their legal form added.

    :param firms: for each wanted firm, all with the same :attr:`FirmNaming.slug`.
    """
    namesakes = _Namesakes(firms, [firm.slug for firm in firms])
    return [firm.slug if namesakes.of(at) == 1 else firm.slug_with_form for at, firm in enumerate(firms)]


def ids_of(firms: Sequence[FirmNaming], slugs: Sequence[str]) -> list[str]:
    """Return the ids of firms. Those with equal slugs get a numeric suffix.

    :param firms: for each wanted firm, all with the same :func:`family` of ``slugs``.
    """
    counted, taken, ids = Counter[str](), set[str](), dict[int, str]()
    for at in sorted(range(len(firms)), key=lambda at: (not firms[at].is_public, firms[at].printed, firms[at].first)):
        slug = id_ = slugs[at]
        counted[slug] += 1
        while counted[slug] > 1 or id_ in taken:
            # A name may end like a numeric suffix.
            id_ = f"{slug}-{max(counted[slug], 2)}"
            if id_ not in taken:
                break
            counted[slug] = max(counted[slug], 2) + 1
        taken.add(id_)
        ids[at] = id_
    return [ids[at] for at in range(len(firms))]


def family(slug: str) -> str:
    """Return the common base of ids that may collide: the slug without a numeric suffix."""
    return _COUNTS.sub("", slug)


class _Namesakes:
    """Counts of firms that share something. Public firms are compared with public ones only, so as not to reveal
    others."""

    def __init__(self, firms: Sequence[FirmNaming], shared: Sequence[object]) -> None:
        self._firms, self._shared = firms, shared
        self._all = Counter(shared)
        self._public = Counter(one for one, firm in zip(shared, firms, strict=True) if firm.is_public)

    def of(self, at: int) -> int:
        """Return the number of firms that share this with the firm at an index, including itself."""
        return (self._public if self._firms[at].is_public else self._all)[self._shared[at]]


def firm_of_entity(entity: Entity, private: AbstractSet[str]) -> FirmNaming:
    """Return the sources of the name and id of an entity."""
    public = tuple(mention for mention in entity.mentions if mention.document not in private)
    # A public firm is distinguished by a public number.
    numbers = replace(entity, mentions=public or entity.mentions).numbers
    first = entity.mentions[0].document, entity.mentions[0].name
    return FirmNaming(entity.names[0], numbers[0] if numbers else None, bool(public), first)
