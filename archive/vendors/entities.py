"""The vendors of an archive: the firms behind the names that its documents print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from archive.vendors.identity import Mention, Number, groups, surest_first
from archive.vendors.names import words
from archive.vendors.rulings import Anchor, Groups, Ruling

NO_NUMBER = "no number known"
"""What tells a vendor from its namesakes with numbers."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A firm. ``name`` is the one that most documents print, with its number where another firm is printed the same;
    ``id`` is made of its surest number, or else of its name, and of letters, digits and dashes.

    ``names`` are all that documents print, those in most documents first.
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


def entities(mentions: Iterable[Mention], rulings: Iterable[Ruling] = ()) -> list[Entity]:
    """The firms behind these mentions, by name. The same mentions and rulings give the same firms, whatever their order
    and whatever was known before; rulings are laid over the mentions in their own order."""
    return ruled(groups(mentions), rulings)


def ruled(known: Iterable[Sequence[Mention]], rulings: Iterable[Ruling]) -> list[Entity]:
    """The firms that rulings make of groups of mentions, over which earlier rulings may be laid already."""
    laid = Groups(known)
    for ruling in rulings:
        laid.apply(ruling)
    found = [named("", "", group) for group in laid.all()]
    found.sort(key=lambda entity: (entity.name, entity.mentions[0].document, entity.mentions[0].name))
    return _with_ids(_told_apart(found))


def named(id_: str, name: str, group: Iterable[Mention]) -> Entity:
    """The firm of these mentions, with the id and the name that :func:`entities` gave it."""
    mentions = tuple(sorted(group, key=lambda mention: (mention.document, mention.name)))
    documents = Counter(mention.name for mention in mentions)

    def rank(printed: str) -> tuple[int, bool, int, str]:
        """Of names printed equally often: one in small letters, then a short one."""
        return -documents[printed], printed.isupper(), len(printed), printed

    names = tuple(sorted(documents, key=rank))
    return Entity(id_, name or names[0], names, mentions)


def _told_apart(found: Sequence[Entity]) -> list[Entity]:
    """Entities whose names have the same words get their numbers into them."""
    namesakes = Counter(words(entity.name) for entity in found)
    return [
        replace(entity, name=f"{entity.name} ({_number(entity)})") if namesakes[words(entity.name)] > 1 else entity
        for entity in found
    ]


def _number(entity: Entity) -> str:
    return " ".join((entity.numbers[0][0].upper(), entity.numbers[0][1])) if entity.numbers else NO_NUMBER


def _with_ids(found: Sequence[Entity]) -> list[Entity]:
    """Entities with ids. Namesakes get their legal form into it, and where that does not help they are counted."""
    plain = [_slug(entity, with_form=False) for entity in found]
    shared = Counter(plain)
    told = [
        slug if shared[slug] == 1 else _slug(entity, with_form=True) for slug, entity in zip(plain, found, strict=True)
    ]
    taken: Counter[str] = Counter()
    with_ids = []
    for slug, entity in zip(told, found, strict=True):
        taken[slug] += 1
        with_ids.append(replace(entity, id=slug if taken[slug] == 1 else f"{slug}-{taken[slug]}"))
    return with_ids


def _slug(entity: Entity, *, with_form: bool) -> str:
    if entity.numbers:
        return "-".join(entity.numbers[0])
    return "-".join(word.strip("[]") for word in words(entity.names[0]) if with_form or word[0] != "[") or "vendor"
