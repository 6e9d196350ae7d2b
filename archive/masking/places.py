"""Places to mask in a text, by class.

Rules match a text of the same length in plain Latin letters, so that offsets agree. A number belongs to the first class
that matches it: part of an account number is not a phone number.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from archive.masking.births import births, births_of
from archive.masking.classes import MaskClass
from archive.masking.contacts import mails, phones
from archive.masking.holders import public_accounts
from archive.masking.homes import homes
from archive.masking.listed_names import KnownNames, ListedNames
from archive.masking.numbers import accounts, id_cards, passports, plates
from archive.masking.persons import NOBODY, persons
from archive.masking.villages import villages
from archive.text.folding import unmix
from archive.text.personal_numbers import MASK, personal_number_places


@dataclass(frozen=True, slots=True, order=True)
class MaskPlace:
    """A place of a text, from ``begin`` to before ``end``, and its content."""

    begin: int
    end: int
    kind: MaskClass


_FROM = "абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ" + "čćšžđČĆŠŽĐ–—‐‑−\n\t\u00a0"
_TO = "abvgddezzijkllmnnoprstcufhccdsABVGDDEZZIJKLLMNNOPRSTCUFHCCDS" + "ccszdCCSZD-----" + " " * 3
_FROM += "áéíóöőúüűëçäÁÉÍÓÖŐÚÜŰËÇÄðÐ"
_TO += "aeiooouuuecaAEIOOOUUUECAdD"
_PLAIN = str.maketrans(_FROM, _TO)

_UNHIDDEN = {0xAD: "-", 0xA0: " ", 0x2011: "-"}
"""Soft hyphens, which some faces print for hyphens."""

_READERS: dict[MaskClass, Callable[[str], Iterator[tuple[int, int]]]] = {
    MaskClass.EMAIL: mails,
    MaskClass.ACCOUNT: accounts,
    MaskClass.ID_CARD: id_cards,
    MaskClass.PASSPORT: passports,
    MaskClass.PLATE: plates,
    MaskClass.BIRTH_DATE: births,
    MaskClass.PHONE: phones,
}
_TAKING = frozenset({MaskClass.ACCOUNT, MaskClass.ID_CARD, MaskClass.PASSPORT, MaskClass.BIRTH_DATE})
"""Classes that exclude others from their numbers, even if they are not masked themselves."""


OF_PERSONS = frozenset({MaskClass.PERSON, MaskClass.ADDRESS, MaskClass.ACCOUNT, MaskClass.BIRTH_DATE})
"""Classes that need the names of persons."""


def prepared(text: str) -> str:
    """Return a text of the same length with letters of one script in each word and without soft hyphens."""
    return unmix(text.translate(_UNHIDDEN))


def places(
    text: str, classes: frozenset[MaskClass], names: ListedNames, elsewhere: KnownNames = NOBODY
) -> list[MaskPlace]:
    """Return the places to mask in a text, in order; those of one class do not overlap. ``elsewhere`` are the names
    that other pages of its document make known."""
    text = prepared(text)
    found: set[MaskPlace] = set()
    if MaskClass.PERSONAL_NUMBER in classes:
        found |= {MaskPlace(*place, MaskClass.PERSONAL_NUMBER) for place in personal_number_places(text)}
    if MaskClass.NAME in classes:
        found |= {MaskPlace(*place, MaskClass.NAME) for place in names.places(text)}
    named = persons(text, elsewhere) if classes & OF_PERSONS else []
    if MaskClass.PERSON in classes:
        found |= {MaskPlace(*place, MaskClass.PERSON) for place in named}
    plain = text.translate(_PLAIN)
    found |= set(_read(plain, classes))
    if MaskClass.BIRTH_DATE in classes:
        found |= {MaskPlace(*place, MaskClass.BIRTH_DATE) for place in births_of(plain, named)}
    if MaskClass.ACCOUNT in classes:
        numbers = [(one.begin, one.end) for one in found if one.kind is MaskClass.ACCOUNT]
        found -= {MaskPlace(*place, MaskClass.ACCOUNT) for place in public_accounts(plain, numbers, named)}
    if MaskClass.ADDRESS in classes:
        found |= {MaskPlace(*place, MaskClass.ADDRESS) for place in homes(plain, named)}
        found |= {MaskPlace(*place, MaskClass.ADDRESS) for place in villages(plain, named)}
    return sorted(_merged(found))


def _merged(found: Iterable[MaskPlace]) -> Iterator[MaskPlace]:
    last: MaskPlace | None = None
    for place in sorted(found, key=lambda one: (one.kind, one.begin, one.end)):
        if last and last.kind is place.kind and place.begin < last.end:
            last = MaskPlace(last.begin, max(last.end, place.end), last.kind)
            continue
        if last:
            yield last
        last = place
    if last:
        yield last


def _read(text: str, classes: Collection[MaskClass]) -> Iterator[MaskPlace]:
    if _READERS.keys().isdisjoint(classes):
        return
    for kind, reader in _READERS.items():
        if kind in classes or kind in _TAKING:
            taken = list(reader(text))
            for begin, end in taken:
                if kind in classes:
                    yield MaskPlace(begin, end, kind)
                text = f"{text[:begin]}{MASK * (end - begin)}{text[end:]}"
