"""Identifiers of firms and public bodies as printed, and validation of their check digits.

A number that fails its check is kept and flagged: real documents have misprints, and a misprint is news. Personal
numbers (JMBG) are never extracted.
"""

from __future__ import annotations

import re
from collections.abc import Callable

TAX_REGISTERS = {9: "pib", 11: "oib", 13: "jib"}
"""Registers of tax numbers by number of digits."""

_LABEL_END = r"[^\w\n]{0,3}(?:broj\w*|br|no|number)?\W{0,4}"
_PIB_LABEL = (
    r"(?:pib|p\.\si\.\sb|poresk\w+\s(?:identifikacion\w+\s)?br(?:oj\w*)?(?:\s\(pib\))?"
    r"|tax\s(?:identification\s)?number)"
)
_MB_LABEL = (
    r"(?:mb|m\.\s?b|mat\w{0,5}\W{1,2}br\w*(?:\s(?:firme|preduzeca|drustva))?"
    r"|(?:company\s)?regist(?:ration|ered)\snumber|company\snumber)"
)
_JIB_LABEL = (
    r"(?:jib|(?:jedinstven\w+\s)?identifika(?:cion|cijsk)\w+\sbroj\w*(?:\s\(\w{2,4}\))?|id\W{0,2}(?:broj\w*|br)?)"
)
_OIB_LABEL = r"(?:oib|osobni\sidentifikacijski\sbroj)"
_ELEVEN = r"(\d{11})(?!\w)"
_NINE = r"(\d{9}|\d{3}\s\d{3}\s\d{3})(?!\w)"
_EIGHT = r"(\d{8})(?!\w)"
# A JIB begins with 4, a JMBG with a day of the month.
_THIRTEEN = r"(4\d{12})(?!\w)"

_PATTERNS = {
    "pib": re.compile(rf"(?<!\w){_PIB_LABEL}{_LABEL_END}{_NINE}"),
    "mb": re.compile(rf"(?<!\w){_MB_LABEL}{_LABEL_END}{_EIGHT}"),
    "oib": re.compile(rf"(?<!\w){_OIB_LABEL}{_LABEL_END}{_ELEVEN}"),
    "jib": re.compile(rf"(?<!\w){_JIB_LABEL}{_LABEL_END}{_THIRTEEN}"),
}


def printed(passage: str) -> dict[str, str]:
    """Return the first labelled number of each register in folded text, as details of a fact.

    Keys are ``pib`` (Serbian tax number, 9 digits), ``mb`` (Serbian register number, 8 digits), ``oib`` (Croatian
    number, 11 digits) and ``jib`` (Bosnian number, 13 digits); ``check_failed`` lists those with a wrong check digit,
    separated by a space.
    """
    matches = {name: pattern.search(passage) for name, pattern in _PATTERNS.items()}
    found = {name: re.sub(r"\s", "", match[1]) for name, match in matches.items() if match}
    failed = " ".join(name for name, number in found.items() if not is_valid(name, number))
    return found | ({"check_failed": failed} if failed else {})


def is_valid(register: str, number: str) -> bool:
    """Return whether the check digit of a number of ``register`` (pib, oib, mb or jib) is right."""
    return _CHECKS[register]([int(digit) for digit in number])


def _pib(digits: list[int]) -> bool:
    """Check by ISO 7064, MOD 11,10, which both tax administrations use for the PIB and the OIB."""
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
