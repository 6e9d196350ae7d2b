"""The vendors of an archive: the firms behind the names that its documents print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from archive.vendors.identity import Mention, Number, groups, surest_first
from archive.vendors.names import words
from archive.vendors.rulings import Anchor, MentionGroups, Ruling

NO_NUMBER = "no number known"
"""What tells a vendor from its namesakes with numbers."""

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
        others = {words(name): name for name in reversed(self.names)}
        others.pop(words(self.names[0]), None)
        return tuple(reversed(others.values()))


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
    found.sort(key=lambda entity: (entity.name, entity.mentions[0].document, entity.mentions[0].name))
    return _with_ids(_told_apart(found, private), private)


def named(id_: str, name: str, group: Iterable[Mention], private: AbstractSet[str] = frozenset()) -> Entity:
    """The firm of these mentions, with the id and the name that :func:`entities` gave it."""
    mentions = tuple(sorted(group, key=lambda mention: (mention.document, mention.name)))
    documents = Counter(mention.name for mention in mentions)
    public = {mention.name for mention in mentions if mention.document not in private}

    def rank(printed: str) -> tuple[bool, int, bool, int, str]:
        """Of names printed equally often: one in small letters, then a short one."""
        return printed not in public, -documents[printed], printed.isupper(), len(printed), printed

    names = tuple(sorted(documents, key=rank))
    return Entity(id_, name or names[0], names, mentions)


def _told_apart(found: Sequence[Entity], private: AbstractSet[str]) -> list[Entity]:
    """Entities whose names have the same words get their numbers into them."""
    namesakes = _Namesakes(found, [words(entity.name) for entity in found], private)
    return [
        replace(entity, name=f"{entity.name} ({_number(entity, private)})") if namesakes.of(at) > 1 else entity
        for at, entity in enumerate(found)
    ]


class _Namesakes:
    """How many entities share something. Entities visible to everybody are compared only with such, so as to reveal no
    others."""

    def __init__(self, found: Sequence[Entity], shared: Sequence[object], private: AbstractSet[str]) -> None:
        self._shared = shared
        self.is_public = [any(mention.document not in private for mention in entity.mentions) for entity in found]
        self._all = Counter(shared)
        self._public = Counter(one for one, is_public in zip(shared, self.is_public, strict=True) if is_public)

    def of(self, at: int) -> int:
        """Return how many share this with the entity at this place, itself included."""
        return (self._public if self.is_public[at] else self._all)[self._shared[at]]


def _number(entity: Entity, private: AbstractSet[str]) -> str:
    number = _telling_number(entity, private)
    return " ".join((number[0].upper(), number[1])) if number else NO_NUMBER


def _telling_number(entity: Entity, private: AbstractSet[str]) -> Number | None:
    """Return the number that identifies a firm: a public one, if the firm is public."""
    public = [mention for mention in entity.mentions if mention.document not in private]
    told = replace(entity, mentions=tuple(public or entity.mentions)).numbers
    return told[0] if told else None


def _with_ids(found: Sequence[Entity], private: AbstractSet[str]) -> list[Entity]:
    """Entities with ids. Namesakes get their legal form into it, and where that does not help they are counted."""
    plain = [_slug(entity, private, with_form=False) for entity in found]
    namesakes = _Namesakes(found, plain, private)
    told = [
        slug if namesakes.of(at) == 1 else _slug(found[at], private, with_form=True) for at, slug in enumerate(plain)
    ]
    taken: Counter[str] = Counter()
    ids = dict[int, str]()
    for at in sorted(range(len(found)), key=lambda at: not namesakes.is_public[at]):
        taken[told[at]] += 1
        ids[at] = told[at] if taken[told[at]] == 1 else f"{told[at]}-{taken[told[at]]}"
    return [replace(entity, id=ids[at]) for at, entity in enumerate(found)]


def _slug(entity: Entity, private: AbstractSet[str], *, with_form: bool) -> str:
    number = _telling_number(entity, private)
    if number:
        return "-".join(number)
    slug = "-".join(word.strip("[]") for word in words(entity.names[0]) if with_form or word[0] != "[")
    return slug[:LONGEST_ID] or "vendor"
