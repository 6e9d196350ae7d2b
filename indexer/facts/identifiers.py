"""Identifiers of firms and public bodies as printed, and validation of their check digits.

A number that fails its check is kept and flagged: real documents have misprints, and a misprint is news. Personal
numbers (JMBG) are never extracted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from indexer.facts.text import any_of
from indexer.gazetteer import table

TAX_REGISTERS = {9: "pib", 11: "oib", 13: "jib"}
"""Registers of tax numbers by number of digits."""

_WHOSE = any_of(
    [
        *table("roles")["supplier"],
        *table("roles")["bidder"],
        *table("award_lines")["columns"]["vendor"],
        *("firm*", "preduzeć*", "društv*", "privrednog subjekta"),
    ]
)
_LABEL_END = (
    rf"(?:\s{_WHOSE}(?=\W))?(?:\s?\([^()\d\n]{{2,24}}\))?[^\w\n]{{0,3}}(?:broj\w*|br|no|number)?(?:\s{_WHOSE}(?=\W))?"
    r"\W{0,4}(?:rs\s?(?=\d))?"
)
_PIB_LABEL = (
    r"(?:pib|p\.\s?i\.\s?b|poresk\w+\s(?:identifikacion\w+\s)?br(?:oj\w*)?(?:\s?[-–]\s?pib)?|por\W{1,2}br(?:oj)?"
    r"|tax\s(?:identification\s)?number|vat\sno)"
)
_MB_LABEL = (
    r"(?:mb|m\.\s?b|mat\w{0,5}\W{1,2}br\w*(?:\s?[-–]\s?mb)?|reg\W{1,2}no"
    r"|(?:company\s)?regist(?:ration|ered)\snumber|company\snumber)"
)
_JIB_LABEL = (
    r"(?:jib|(?:jedinstven\w+\s)?identifika(?:cion|cijsk)\w+\sbroj\w*(?:\s\(\w{2,4}\))?|id\W{0,2}(?:broj\w*|br)?)"
)
_OIB_LABEL = r"(?:oib|osobni\sidentifikacijski\sbroj)"
_ELEVEN = r"(\d{11})(?!\w)"
# In Montenegro the tax number is the registration number.
_NINE = r"(\d{9}|\d{3}[ .-]\d{3}[ .-]\d{3}|\d{8})(?!\w)"
_EIGHT = r"(\d{8})(?!\w)"
# A JIB begins with 4, a JMBG with a day of the month.
_THIRTEEN = r"(4\d{12})(?!\w)"

_PATTERNS = {
    "pib": re.compile(rf"(?<!\w){_PIB_LABEL}{_LABEL_END}{_NINE}"),
    "mb": re.compile(rf"(?<!\w){_MB_LABEL}{_LABEL_END}{_EIGHT}"),
    "oib": re.compile(rf"(?<!\w){_OIB_LABEL}{_LABEL_END}{_ELEVEN}"),
    "jib": re.compile(rf"(?<!\w){_JIB_LABEL}{_LABEL_END}{_THIRTEEN}"),
}
_BOTH = re.compile(
    rf"(?<!\w)(?:{_PIB_LABEL}\W{{0,3}}(?:i\s)?{_MB_LABEL}{_LABEL_END}(?P<pib>\d{{9}})\W{{1,4}}(?P<mb>\d{{8}})"
    rf"|{_MB_LABEL}\W{{0,3}}(?:i\s)?{_PIB_LABEL}{_LABEL_END}(?P<mb2>\d{{8}})\W{{1,4}}(?P<pib2>\d{{9}}))(?!\w)"
)
"""Two labels before two numbers: "PIB/MB: 100000024 / 10000004"."""


def printed(passage: str) -> dict[str, str]:
    """Return the first labelled number of each register in folded text, as details of a fact.

    Keys are ``pib`` (Serbian tax number, 9 digits), ``mb`` (Serbian register number, 8 digits), ``oib`` (Croatian
    number, 11 digits) and ``jib`` (Bosnian number, 13 digits); ``check_failed`` lists those with a wrong check digit,
    separated by a space.
    """
    matches = {name: pattern.search(passage) for name, pattern in _PATTERNS.items()}
    found = {name: re.sub(r"\D", "", match[1]) for name, match in matches.items() if match}
    if (both := _BOTH.search(passage)) is not None:
        found |= {name[:-1] if name.endswith("2") else name: said for name, said in both.groupdict().items() if said}
    return checked(found)


def checked(numbers: Mapping[str, str]) -> dict[str, str]:
    """Return numbers by register, with those whose check digit is wrong listed as ``check_failed``."""
    numbers = {name: number for name, number in numbers.items() if name in _CHECKS}
    failed = " ".join(name for name, number in numbers.items() if not is_valid(name, number))
    return {**numbers, **({"check_failed": failed} if failed else {})}


_LABELS = {
    name: re.compile(rf"(?<!\w){label}(?!\w)")
    for name, label in (("pib", _PIB_LABEL), ("mb", _MB_LABEL), ("oib", _OIB_LABEL), ("jib", _JIB_LABEL))
}


def labelled(head: str) -> list[str]:
    """Return the registers whose numbers a folded head or label announces: "PIB / MB"."""
    return [name for name, label in _LABELS.items() if label.search(head)]


_AT_ONCE = re.compile(r"[^\w\n]{0,3}\s\(?(\d{9}|4\d{12})(?!\w)")


def at_once(passage: str) -> dict[str, str]:
    """Return the tax number with which folded text begins, as the cell after a name: without a label its check digit
    has to be right."""
    found = _AT_ONCE.match(passage)
    register = TAX_REGISTERS[len(found[1])] if found else ""
    return {register: found[1]} if found and is_valid(register, found[1]) else {}


def is_valid(register: str, number: str) -> bool:
    """Return whether the check digit of a number of ``register`` (pib, oib, mb or jib) is right."""
    return _CHECKS[register]([int(digit) for digit in number])


def _pib(digits: list[int]) -> bool:
    """Check by ISO 7064, MOD 11,10, which both tax administrations use for the PIB and the OIB; the PIB of Montenegro
    is a registration number."""
    if len(digits) == len("12345678"):
        return _mb(digits)
    product = 10
    for digit in digits[:-1]:
        product = ((product + digit) % 10 or 10) * 2 % 11
    return (product + digits[-1]) % 10 == 1


def _weighted(digits: list[int], weights: tuple[int, ...]) -> bool:
    """Check a weighted sum modulo 11; a check digit of 10 is written 0."""
    total = sum(digit * weight for digit, weight in zip(digits, weights, strict=False))
    return -total % 11 % 10 == digits[-1]


def _mb(digits: list[int]) -> bool:
    """Check by the rule of the Serbian business register, as derived from numbers in real contracts."""
    return _weighted(digits, (2, 7, 6, 5, 4, 3, 2))


def _jib(digits: list[int]) -> bool:
    """Check by the rule of the JMBG, which the Bosnian tax administrations adopted."""
    return _weighted(digits, (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2))


_CHECKS: dict[str, Callable[[list[int]], bool]] = {"pib": _pib, "oib": _pib, "mb": _mb, "jib": _jib}
