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
"""What tells a vendor from its namesakes with numbers."""

_COUNTS = re.compile(r"(-\d{1,6})+$")

LONGEST_ID = 300
"""Characters that an id takes from a name. PostgreSQL's indexes take 2,704 bytes of it and of a key together."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A firm. ``name`` is the one that most documents print, with its number where another firm is printed the same;
    ``id`` is made of its surest number, or else of its name, and of letters, digits and dashes.

    ``names`` are all that documents print, those in most documents first. What only documents of private collections
    print comes last, and gives no name, number or id to a firm that others name, too.
    """

    id: str
    name: str
    names: tuple[str, ...]
    mentions: tuple[Mention, ...]

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Its numbers whose check digit agrees, the surest first."""
        return tuple(sorted({number for one in self.mentions for number in one.sure_numbers}, key=surest_first))

    @property
    def doubtful_numbers(self) -> tuple[Number, ...]:
        """Those printed with it whose check digit fails."""
        doubtful = {number for one in self.mentions for number in one.numbers if number[0] in one.failed}
        return tuple(sorted(doubtful, key=surest_first))

    @property
    def anchor(self) -> Anchor:
        """What it is found again by."""
        return Anchor(self.names[0], self.numbers[0] if self.numbers else None)

    @property
    def won(self) -> int:
        """Documents that name it as the vendor."""
        return len({mention.document for mention in self.mentions if mention.won})

    @property
    def bid(self) -> int:
        """Documents that name it as a bidder."""
        return len({mention.document for mention in self.mentions if mention.bid})

    @property
    def other_names(self) -> tuple[str, ...]:
        """Names printed for it that have other words than its own."""
        return other_names(self.names)


@dataclass(frozen=True, slots=True)
class ListedVendor:
    """A firm as a list shows it; all as for an :class:`Entity`."""

    id: str
    name: str
    names: tuple[str, ...]
    numbers: tuple[Number, ...]
    doubtful_numbers: tuple[Number, ...]
    won: int
    bid: int

    @classmethod
    def of(cls, entity: Entity) -> ListedVendor:
        """Return a firm of which all mentions are at hand."""
        return cls(**{name: getattr(entity, name) for name in cls.__match_args__})

    @property
    def other_names(self) -> tuple[str, ...]:
        """Names printed for it that have other words than its own."""
        return other_names(self.names)


@dataclass(frozen=True, slots=True)
class FirmNaming:
    """What the name and the id of a firm are made of. ``printed`` is the name that most documents print, ``number`` the
    one that tells it from namesakes, ``first`` the document and name of its first mention.

    A firm that documents of private collections alone name is not ``is_public``.
    """

    printed: str
    number: Number | None
    is_public: bool
    first: tuple[str, str]

    @property
    def slug(self) -> str:
        """What its id is, unless others have the same."""
        return self._slug(with_form=False)

    @property
    def slug_with_form(self) -> str:
        """The same with its legal form."""
        return self._slug(with_form=True)

    def _slug(self, *, with_form: bool) -> str:
        if self.number:
            return "-".join(self.number)
        slug = "-".join(word.strip("[]") for word in words(self.printed) if with_form or word[0] != "[")
        return slug[:LONGEST_ID] or "vendor"

    @property
    def told_name(self) -> str:
        """Its name with what tells it from namesakes."""
        number = f"{self.number[0].upper()} {self.number[1]}" if self.number else NO_NUMBER
        return f"{self.printed} ({number})"


def entities(
    mentions: Iterable[Mention], rulings: Iterable[Ruling] = (), private: AbstractSet[str] = frozenset()
) -> list[Entity]:
    """Return the firms of these mentions, by name. The result depends on mentions and rulings alone; rulings apply in
    their own order.

    :param private: the documents of private collections.
    """
    return ruled(groups(mentions), rulings, private)


def ruled(
    known: Iterable[Sequence[Mention]], rulings: Iterable[Ruling], private: AbstractSet[str] = frozenset()
) -> list[Entity]:
    """Apply rulings to groups of mentions that earlier rulings may have changed, and return the firms."""
    laid = MentionGroups(known)
    for ruling in rulings:
        laid.apply(ruling)
    found = [named("", "", group, private) for group in laid.all()]
    firms = [firm_of_entity(entity, private) for entity in found]
    names, ids = called(firms), ids_of(firms, slugs_of(firms))
    told = [replace(entity, id=ids[at], name=names[at]) for at, entity in enumerate(found)]
    return [told[at] for at in sorted(range(len(found)), key=lambda at: (firms[at].printed, firms[at].first))]


def named(id_: str, name: str, group: Iterable[Mention], private: AbstractSet[str] = frozenset()) -> Entity:
    """Return the firm of these mentions, with the id and the name that :func:`entities` gave it."""
    mentions = tuple(sorted(group, key=lambda mention: (mention.document, mention.name)))
    documents = Counter(mention.name for mention in mentions)
    public = {mention.name for mention in mentions if mention.document not in private}

    names = ranked_names(documents, public)
    return Entity(id_, name or names[0], names, mentions)


def ranked_names(documents: Mapping[str, int], public: AbstractSet[str]) -> tuple[str, ...]:
    """Return the names of a firm, that of most documents first.

    :param documents: how many documents print each.
    :param public: those that others than documents of private collections print.
    """

    def rank(printed: str) -> tuple[bool, int, bool, int, str]:
        """Rank names: the most often printed first, then one in small letters, then a short one."""
        return printed not in public, -documents[printed], printed.isupper(), len(printed), printed

    return tuple(sorted(documents, key=rank))


def other_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return those of a firm's names that have other words than the first, each of several with the same words once."""
    others = {words(name): name for name in reversed(names)}
    others.pop(words(names[0]), None)
    return tuple(reversed(others.values()))


def called(firms: Sequence[FirmNaming]) -> list[str]:
    """Return what firms are called: those whose names have the same words get their numbers into them.

    :param firms: for each one that is wanted, all with the same words.
    """
    namesakes = _Namesakes(firms, [words(firm.printed) for firm in firms])
    return [firm.told_name if namesakes.of(at) > 1 else firm.printed for at, firm in enumerate(firms)]


def slugs_of(firms: Sequence[FirmNaming]) -> list[str]:
    """Return what ids begin with. Namesakes get their legal form into it.

    :param firms: for each one that is wanted, all with the same :attr:`FirmNaming.slug`.
    """
    namesakes = _Namesakes(firms, [firm.slug for firm in firms])
    return [firm.slug if namesakes.of(at) == 1 else firm.slug_with_form for at, firm in enumerate(firms)]


def ids_of(firms: Sequence[FirmNaming], slugs: Sequence[str]) -> list[str]:
    """Return the ids of firms. Those for which the legal form did not help are counted.

    :param firms: for each one that is wanted, all with the same :func:`family` of ``slugs``.
    """
    counted, taken, ids = Counter[str](), set[str](), dict[int, str]()
    for at in sorted(range(len(firms)), key=lambda at: (not firms[at].is_public, firms[at].printed, firms[at].first)):
        slug = id_ = slugs[at]
        counted[slug] += 1
        while counted[slug] > 1 or id_ in taken:
            # A name may end like an id that is counted.
            id_ = f"{slug}-{max(counted[slug], 2)}"
            if id_ not in taken:
                break
            counted[slug] = max(counted[slug], 2) + 1
        taken.add(id_)
        ids[at] = id_
    return [ids[at] for at in range(len(firms))]


def family(slug: str) -> str:
    """Return what the ids that could be taken for each other begin with: it without numbers that may be counts."""
    return _COUNTS.sub("", slug)


class _Namesakes:
    """How many firms share something. Firms visible to everybody are compared only with such, so as to reveal no
    others."""

    def __init__(self, firms: Sequence[FirmNaming], shared: Sequence[object]) -> None:
        self._firms, self._shared = firms, shared
        self._all = Counter(shared)
        self._public = Counter(one for one, firm in zip(shared, firms, strict=True) if firm.is_public)

    def of(self, at: int) -> int:
        """Return how many share this with the firm at this place, itself included."""
        return (self._public if self._firms[at].is_public else self._all)[self._shared[at]]


def firm_of_entity(entity: Entity, private: AbstractSet[str]) -> FirmNaming:
    """Return what the name and id of an entity are made of."""
    public = tuple(mention for mention in entity.mentions if mention.document not in private)
    # A public firm is told by a public number.
    numbers = replace(entity, mentions=public or entity.mentions).numbers
    first = entity.mentions[0].document, entity.mentions[0].name
    return FirmNaming(entity.names[0], numbers[0] if numbers else None, bool(public), first)
