"""Mask classes. Personal numbers are always masked; the others are optional."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from archive.errors import UsageError


class MaskClass(StrEnum):
    """The class of a mask."""

    PERSONAL_NUMBER = "personal-number"
    PHONE = "phone"
    EMAIL = "email"
    ACCOUNT = "account"
    ID_CARD = "id-card"
    PASSPORT = "passport"
    PLATE = "plate"
    ADDRESS = "address"
    BIRTH_DATE = "birth-date"
    NAME = "name"
    """Names on the archive's own list."""
    PERSON = "person"
    """Unlisted names of natural persons: proposed by given names and context."""
    OTHER = "other"
    """Masked by a person for another reason."""


CHOSEN = tuple(one for one in MaskClass if one not in (MaskClass.PERSONAL_NUMBER, MaskClass.OTHER))
"""The optional classes."""

ALWAYS = frozenset({MaskClass.PERSONAL_NUMBER})

_LABELS = {
    MaskClass.PERSONAL_NUMBER: ("personal number", "personal numbers"),
    MaskClass.PHONE: ("phone number", "phone numbers"),
    MaskClass.EMAIL: ("e-mail address", "e-mail addresses"),
    MaskClass.ACCOUNT: ("bank account", "bank accounts"),
    MaskClass.ID_CARD: ("identity card", "identity cards"),
    MaskClass.PASSPORT: ("passport", "passports"),
    MaskClass.PLATE: ("licence plate", "licence plates"),
    MaskClass.ADDRESS: ("home address", "home addresses"),
    MaskClass.BIRTH_DATE: ("date of birth", "dates of birth"),
    MaskClass.NAME: ("listed name", "listed names"),
    MaskClass.PERSON: ("proposed name", "proposed names"),
    MaskClass.OTHER: ("other place", "other places"),
}


def classes_named(text: str) -> frozenset[MaskClass]:
    """Parse a list of classes separated by commas or spaces; ``all`` stands for all. Mandatory classes are added.

    :raises UsageError: one of them is unknown.
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
    """Return classes in display order."""
    return sorted(classes, key=list(MaskClass).index)


def told(counts: Mapping[MaskClass, int]) -> str:
    """Describe what was masked: ``2 personal numbers, 1 phone number``."""
    parts = (f"{counts[one]:,} {_LABELS[one][counts[one] != 1]}" for one in in_order(counts) if counts[one])
    return ", ".join(parts) or "nothing"


def plain_counts(counts: Counter[MaskClass], classes: Collection[MaskClass]) -> dict[str, int]:
    """Return the counts by class name, with 0 for a class without matches."""
    return {str(one): counts[one] for one in in_order({*classes, *counts})}
