"""Home addresses of persons, in texts in plain Latin letters (:mod:`archive.masking.places`).

The seat of a firm or body is public and not masked: an address is a home after words that say so, or beside the
personal number or identity card of a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_HOME = re.compile(
    r"(?<!\w)(?:prebivalist\w*|boravist\w*|stan(?:om|uje|ovanja|ujem)(?= (?:u|na|[A-Z])|[:,])|nastanj\w*"
    r"|kucn\w+ adres\w+|ziv[ie] u|adres\w{1,2} (?:stan\w*|prebiv\w*|borav\w*)"
    r"|(?:residing|resident|domiciled|living) (?:at|in)|(?:home|residential) address|(?:place|address) of residence)",
    re.IGNORECASE,
)
_FROM = re.compile(r"(?<!\w)iz (?=[A-Z])")
_STREET_WORD = r"(?i:ul\.|ulic[aeiu]|bul\.|bulevar\w*|trg\w*|naselj\w*|sokak\w*|kej|put|selo)"
_SMALL = (
    "(?:i|od|na|kod|iz|januara|februara|marta|aprila|maja|juna|jula|avgusta|septembra|oktobra|novembra|decembra|brigade"
    "|divizije|bataljona|armije|proleterske|udarne|vojvodanske|srpske|ulica|revolucije|oslobodenja|ustanka|reda)"
)
"""Words in street names that begin with a lower-case letter."""

_WORD = rf"(?:[A-Z]\w{{0,3}}\.|[A-Z][\w'-]*|[0-9]{{1,3}}\.|{_SMALL}(?!\w))"
_NUMBER = (
    r"(?i:(?:br\.?|broj) ?)?(?:[0-9]{1,4}(?![0-9])(?: ?/ ?[0-9A-Za-z]{1,4}){0,3}[a-zA-Z]?"
    r"(?: ?- ?[0-9]{1,3}(?![0-9.]))?|(?i:bb|b\. ?b\.))(?!\w)"
)
_NAMED_STREET = rf"{_STREET_WORD} ?[^\W_][\w.'-]*(?: [^\W\d_][\w.'-]*){{0,4}}?"
_STREET = re.compile(
    rf"(?:{_NAMED_STREET}|(?!{_SMALL}(?!\w)|[0-9]{{1,3}}\.[0-9]){_WORD}(?: {_WORD}){{0,5}}),? {{0,2}}{_NUMBER}"
)
_TOWN = re.compile(rf"(?:[0-9]{{5}} )?{_WORD}(?: {_WORD}){{0,3}}")
_LEADING = re.compile(
    r"[ :,.-]{0,4}(?i:(?:(?:na|u|je|i|iz|adresi|adresa|opstini|opstina|gradu|mestu|ulici)(?!\w)[ :]{0,2}){0,4})"
)
_BETWEEN = re.compile(r"(?i: ?[,-]? ?(?:(?:u|na|sa|i|opstina|adresa|adresi|kod|broja)(?!\w)[: ]{0,2}){0,3})")
_PIECES = 3
_OF_NUMBER = re.compile(r"br\.?|broj", re.IGNORECASE)

_FIRM = re.compile(
    r"sedist|d\. ?o\. ?o|\ba\. ?d\.|\bpr\b|preduzec|opstin[aeiu]\b|organ\b|narucil|ustanov|firm|\bos\b|skol[aeiu]\b"
    r"|agencij|\bobrt|\bvl\b|advokat|\badv\b|punomocni|\bj\.? ?k?\.? ?p\b|drustv",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:tuzen|tuzil|protiv|kup[ac]|prodav|zakup|svedok|okrivlj|ostecen|predlaga|izmedu|trazi)", re.IGNORECASE
)
"""Prefixes of words that introduce another person, whose address follows the name."""

_AFTER_NAME = re.compile(r", {1,2}(?:(?i:adres\w+|sa adres\w+|iz):? ?)?(?=[A-Z0-9]|ul)")
_PERSONS = re.compile(r"jmb|j\.m\.b|licn\w+ kart|\bl\. ?k\.|\blk\b", re.IGNORECASE)
_BEFORE, _AFTER = 70, 45


def homes(text: str, persons: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield home addresses: town, street and number. ``persons`` are the places of names, after which an address is
    personal."""
    found = sorted({*_address_spans(text), *_of_persons(text, persons)})
    yield from found
    # A home may be stated more than once.
    named = (_STREET.search(text, begin, end) for begin, end in found)
    for street in {one[0] for one in named if one}:
        parts = [re.escape(part) for part in street.replace(",", " ").split() if not _OF_NUMBER.fullmatch(part)]
        again = r"[ ,]{1,3}(?:(?:br\.?|broj) ?)?".join(parts)
        yield from (place.span() for place in re.finditer(rf"(?<!\w){again}(?!\w)", text, re.IGNORECASE))


def _of_persons(text: str, persons: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for begin, end in persons:
        between = _AFTER_NAME.match(text, end)
        if between and not _is_firms(text, begin) and (last := _end(text, between.end())):
            yield between.end(), last


def _is_firms(text: str, at: int) -> bool:
    """Return whether the preceding words are of a firm, body or lawyer, without another person after them."""
    before = text[max(0, at - _BEFORE) : at]
    roles = [role.end() for role in _ROLE.finditer(before)]
    return _FIRM.search(before, roles[-1] if roles else 0) is not None


def _address_spans(text: str) -> Iterator[tuple[int, int]]:
    for label in _HOME.finditer(text):
        leading = _LEADING.match(text, label.end())
        start = leading.end() if leading else label.end()
        if end := _end(text, start):
            yield start, end
    for label in _FROM.finditer(text):
        if not _is_firms(text, label.start()) and (end := _end(text, label.end(), 1)):
            yield label.end(), end
    if not _PERSONS.search(text):
        return
    for found in _STREET.finditer(text):
        before = text[max(0, found.start() - _BEFORE) : found.start()]
        names_street = re.match(_STREET_WORD, found[0])
        is_home = _PERSONS.search(text, found.end(), found.end() + _AFTER) or (names_street and _PERSONS.search(before))
        if is_home and not _FIRM.search(before) and not _FIRM.search(found[0]):
            yield found.span()


def _end(text: str, start: int, least: int = 0) -> int | None:
    """Return the end of an address that begins there: ``least`` to three towns, then a street with a number; None if
    there is none."""
    at = start
    for towns in range(_PIECES):
        if towns >= least and (street := _STREET.match(text, at)):
            return street.end()
        town = _TOWN.match(text, at)
        if town is None:
            return None
        between = _BETWEEN.match(text, town.end())
        at = between.end() if between else town.end()
    return None
