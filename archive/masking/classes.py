"""The classes of what is masked. Personal numbers always are; the others are chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from archive.errors import UsageError


class MaskClass(StrEnum):
    """What a mask hides."""

    PERSONAL_NUMBER = "personal-number"
    PHONE = "phone"
    EMAIL = "email"
    ACCOUNT = "account"
    ID_CARD = "id-card"
    PASSPORT = "passport"
    ADDRESS = "address"
    BIRTH_DATE = "birth-date"
    NAME = "name"
    """Names of the archive's own list."""
    PERSON = "person"
    """Names of natural persons that nobody listed: proposed by given names and what stands around them."""
    OTHER = "other"
    """What a person masked for a reason of their own."""


CHOSEN = tuple(one for one in MaskClass if one not in (MaskClass.PERSONAL_NUMBER, MaskClass.OTHER))
"""Those that one can switch on."""

ALWAYS = frozenset({MaskClass.PERSONAL_NUMBER})

_LABELS = {
    MaskClass.PERSONAL_NUMBER: ("personal number", "personal numbers"),
    MaskClass.PHONE: ("phone number", "phone numbers"),
    MaskClass.EMAIL: ("e-mail address", "e-mail addresses"),
    MaskClass.ACCOUNT: ("bank account", "bank accounts"),
    MaskClass.ID_CARD: ("identity card", "identity cards"),
    MaskClass.PASSPORT: ("passport", "passports"),
    MaskClass.ADDRESS: ("home address", "home addresses"),
    MaskClass.BIRTH_DATE: ("date of birth", "dates of birth"),
    MaskClass.NAME: ("listed name", "listed names"),
    MaskClass.PERSON: ("proposed name", "proposed names"),
    MaskClass.OTHER: ("other place", "other places"),
}


def classes_named(text: str) -> frozenset[MaskClass]:
    """Return the classes that a list with commas or spaces names, with those that are always masked; ``all`` names all.

    :raises UsageError: one of them is none.
    """
    names = text.replace(",", " ").split()
    known = {str(one): one for one in CHOSEN}
    for name in names:
        if name != "all" and name not in known:
            raise UsageError(
                "There is no class %(name)s to mask.", "Classes are: %(names)s, all.",
                name=repr(name[:40]), names=", ".join(known),
            )  # fmt: skip
    return ALWAYS | (frozenset(CHOSEN) if "all" in names else {known[name] for name in names})


def class_named(name: str) -> MaskClass:
    """Return the class of this name.

    :raises UsageError: there is none.
    """
    try:
        return MaskClass(name)
    except ValueError as error:
        raise UsageError(
            "There is no class %(name)s to mask.", "Classes are: %(names)s.",
            name=repr(name[:40]), names=", ".join(MaskClass),
        ) from error  # fmt: skip


def in_order(classes: Iterable[MaskClass]) -> list[MaskClass]:
    """Return classes in the order in which they are told."""
    return sorted(classes, key=list(MaskClass).index)


def told(counts: Mapping[MaskClass, int]) -> str:
    """Return what was masked, counted: ``2 personal numbers, 1 phone number``."""
    parts = (f"{counts[one]:,} {_LABELS[one][counts[one] != 1]}" for one in in_order(counts) if counts[one])
    return ", ".join(parts) or "nothing"


def plain_counts(counts: Counter[MaskClass], classes: Collection[MaskClass]) -> dict[str, int]:
    """Return the counts by the names of the classes, with a zero for each that was looked for in vain."""
    return {str(one): counts[one] for one in in_order({*classes, *counts})}
