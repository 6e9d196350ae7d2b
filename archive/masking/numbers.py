"""Bank accounts, identity documents and birthdays, found by form, check digits and labels.

Texts are in plain Latin letters (:mod:`archive.masking.places`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

DIGIT = "[0-9OoQDIl|]"
"""OCR readings of a digit after a label."""

_ACCOUNT = re.compile(
    r"(?<![0-9-])(?<![0-9][/.])([0-9]{3}) ?[-/.] ?([0-9]{1,13}|[0-9]{1,13}(?: [0-9]{2,6}){1,4}) ?[-/.] ?([0-9]{2})"
    r"(?![0-9])(?![-/.][0-9])"
)
_SURE_MIDDLE = 9
"""Digits between bank and check digits of a number that is accepted as an account with one misread digit."""

_RUN = re.compile(r"(?<![0-9-])[0-9]{18}(?![0-9-])")
_BOSNIAN = re.compile(r"(?<![0-9-])[0-9]{3}-[0-9]{3}-[0-9]{8}-[0-9]{2}(?![0-9])")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2} ?[0-9]{2}(?: ?[0-9A-Z]{1,4}){3,9}(?!\w)")
_SHORTEST_IBAN, _LONGEST_IBAN = 15, 34
_ACCOUNT_LABEL = re.compile(
    r"(?<!\w)(?:(?:pod)?racun(?:a|u|om|e|i|ima)?(?!\w)|t\. ?r\.|tr[.:]|tek\. ?r\w*|z\. ?r\.|ziro|iban"
    r"|account (?:no|num)\w*|llogari\w*)",
    re.IGNORECASE,
)
_AFTER_ACCOUNT = re.compile(rf"[^0-9]{{0,60}}?(?<![\w-])({DIGIT}(?:[ ./-]{{0,3}}{DIGIT}){{8,24}})(?!\w)")
_AND_ACCOUNT = re.compile(
    r"(?: ?[,;] ?| i | ili | kod | )[a-zA-Z., ]{0,40}"
    rf"({DIGIT}{{3}}[ -]{{1,3}}{DIGIT}{{4,13}}[ -]{{1,3}}{DIGIT}{{2}})(?!\w)"
)
_LEAST_ACCOUNT = 9
_DATE = re.compile(r"(?<![0-9])[0-3]?[0-9]\. ?[01]?[0-9]\. ?(?:19|20)[0-9]{2}")


def is_account(digits: str) -> bool:
    """Return whether 18 digits are a valid Serbian account number: modulo 97 (ISO 7064, as the National Bank
    prescribes)."""
    return len(digits) == 18 and int(digits) % 97 == 1


def accounts(text: str) -> Iterator[tuple[int, int]]:
    """Yield bank accounts: an IBAN, 3-13-2 digits, 18 in a run, and what a label names."""
    for found in _IBAN.finditer(text):
        # Following words in capitals do not belong to it: the longest prefix with valid check digits is taken.
        ends = range(found.end(), found.start() + _SHORTEST_IBAN - 1, -1)
        if end := next((end for end in ends if _is_iban(text[found.start() : end])), None):
            yield found.start(), end
    for found in _ACCOUNT.finditer(text):
        middle = found[2].replace(" ", "")
        checks = is_account(found[1] + middle.zfill(13) + found[3])
        if len(middle) <= 13 and (checks or len(middle) >= _SURE_MIDDLE):
            yield found.span()
    yield from (found.span() for found in _RUN.finditer(text) if is_account(found[0]))
    yield from (found.span() for found in _BOSNIAN.finditer(text))
    for label in _ACCOUNT_LABEL.finditer(text):
        number = _AFTER_ACCOUNT.match(text, label.end())
        while number and _may_be_account(number[1]):
            yield number.span(1)
            number = _AND_ACCOUNT.match(text, number.end())


def _is_iban(printed: str) -> bool:
    text = printed.replace(" ", "")
    if printed.endswith(" ") or not _SHORTEST_IBAN <= len(text) <= _LONGEST_IBAN:
        return False
    return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1


def _may_be_account(printed: str) -> bool:
    return sum(map(str.isdigit, printed)) >= _LEAST_ACCOUNT and not _DATE.search(printed)


_ID_CARD = re.compile(
    r"(?<!\w)(?:licn\w{1,3} ?kart\w{1,3}|osobn\w{1,3} iskaznic\w{1,2}|l\. ?k\.|lk\b|br\. ?lk\b|(?:id|identity) card)",
    re.IGNORECASE,
)
_PASSPORT = re.compile(
    r"(?<!\w)(?:pasos\w{0,3}|putn\w{1,3} (?:isprav\w{1,2}|list\w{1,2})|passport)(?!\w)", re.IGNORECASE
)
_PAPER = re.compile(r"[^0-9]{0,60}?(?<![\w/.-])((?:[A-Z]{1,3}[ -]?)?[0-9OIl][0-9A-ZOIl]{4,10})(?!\w)(?![./-][0-9])")
_OTHER_LABEL = re.compile(r"pib|jmb|mat(?:icn\w+|\.) br|tel|racun", re.IGNORECASE)
_LEAST_PAPER = 5


def id_cards(text: str) -> Iterator[tuple[int, int]]:
    """Return numbers of identity cards."""
    return _papers(_ID_CARD, text)


def passports(text: str) -> Iterator[tuple[int, int]]:
    """Return numbers of passports."""
    return _papers(_PASSPORT, text)


def _papers(labels: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    for label in labels.finditer(text):
        found = _PAPER.match(text, label.end())
        is_long = found and sum(map(str.isdigit, found[1])) >= _LEAST_PAPER
        if found and is_long and not _OTHER_LABEL.search(text, label.end(), found.end(1)):
            yield found.span(1)


_MONTHS = (
    "(?:jan|feb|mar|apr|maj|jun|jul|avg|aug|sep|okt|oct|nov|dec|sij|velj|ozu|tra|svib|lip|srp|kol|ruj|list|stud|pros|may)"
    "[a-z]{0,8}"
)
_BIRTH = re.compile(
    r"(?<!\w)(?:(?:datum|dan|godin)[a-z]*(?:,? i? ?(?:mest|godin)[a-z]+){0,2} rod[a-z]*"
    r"|rodj?en[a-z]{0,4}(?!\w)|rod\.(?=.{0,12}[0-9])|born|date of birth)",
    re.IGNORECASE,
)
_DAY = (
    r"[0-3]?[0-9] ?[./-] ?[01]?[0-9] ?[./-] ?(?:(?:18|19|20)[0-9]{2}|[0-9]{2}(?![0-9]))"
    rf"|[0-3]?[0-9]\.? ?{_MONTHS} [0-9]{{4}}|{_MONTHS} [0-3]?[0-9],? [0-9]{{4}}|[0-9]{{4}}-[01][0-9]-[0-3][0-9]"
)
_YEAR = r"\.? ?(?:godin[a-z]|god?\.)"
_AFTER_BIRTH = re.compile(
    rf"[^0-9]{{0,60}}?(?<![0-9])((?:{_DAY})(?:{_YEAR})?|(?:19|20)[0-9]{{2}}{_YEAR})", re.IGNORECASE
)
_BORN_THEN = re.compile(r"(?<![0-9./-])[0-3]?[0-9]\. ?[01]?[0-9]\. ?(?:19[2-9][0-9]|200[0-9])(?![0-9])")
_TABLE = 2000
"""Most characters of a table under the heading "date of birth"."""


def births(text: str) -> Iterator[tuple[int, int]]:
    """Yield dates of birth."""
    for label in _BIRTH.finditer(text):
        found = _AFTER_BIRTH.match(text, label.end())
        if found:
            yield found.span(1)
        # The heading of a table applies to the dates of several persons.
        if label[0].lower().startswith(("dat", "dan")):
            start = found.end(1) if found else label.end()
            yield from (row.span() for row in _BORN_THEN.finditer(text, start, start + _TABLE))
