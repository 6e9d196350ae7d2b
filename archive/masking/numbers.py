"""Bank accounts, identity documents and licence plates, found by form, check digits and labels.

Texts are in plain Latin letters (:mod:`archive.masking.places`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

DIGIT = "[0-9OoQDIl|]"
"""OCR readings of a digit after a label."""


def one_of(words: str) -> str:
    """Return an expression for any of these words, which may be expressions themselves. Cyrillic lj and nj are one
    letter and become l and n in plain Latin letters of the same length."""
    return re.sub(r"(?<=[ln])j(?=[a-z])", "j?", "|".join(words.split()))


_ACCOUNT = re.compile(
    r"(?<![0-9-])(?<![0-9][/.])([0-9]{3}) ?[-/.] ?([0-9]{1,13}|[0-9]{1,13}(?: [0-9]{2,6}){1,4}) ?[-/.] ?([0-9]{2})"
    r"(?![0-9])(?![-/.][0-9])"
)
_SURE_MIDDLE = 9
"""Digits between bank and check digits of a number that is accepted as an account with one misread digit."""

_RUN = re.compile(r"(?<![0-9-])[0-9]{18}(?![0-9-])")
_BOSNIAN = re.compile(r"(?<![0-9-])[0-9]{3}-[0-9]{3}-[0-9]{8}-[0-9]{2}(?![0-9])")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2} ?[0-9]{2}(?:[ -]?[0-9A-Z]{1,4}){3,9}(?!\w)")
_IBAN_LENGTHS = {
    "RS": 22, "HR": 21, "ME": 22, "BA": 20, "MK": 19, "SI": 19, "HU": 28, "AL": 28, "XK": 20, "BG": 22, "RO": 24,
    "AT": 20,
    "DE": 22, "CH": 21, "IT": 27, "GR": 27, "SK": 24, "CZ": 24, "TR": 26, "FR": 27, "SE": 24, "NL": 18, "GB": 22,
}  # fmt: skip
"""Characters of an IBAN by country (SWIFT registry): with this length one whose check fails is taken for misread."""

_SHORTEST_IBAN, _LONGEST_IBAN = 15, 34
_ACCOUNT_LABEL = re.compile(
    r"(?<!\w)(?:(?:pod)?racun(?:a|u|om|e|i|ima)?(?!\w)|t\. ?r\.|tr[.:]|stedn\w+ (?:knj?izic|ulo[gz])\w*"
    r"|tek\. ?r\w*|z\. ?r\.|ziro|iban"
    r"|account (?:no|num)\w*|llogari\w*)",
    re.IGNORECASE,
)
_AFTER_ACCOUNT = re.compile(rf"[^0-9]{{0,60}}?(?<![\w-])({DIGIT}(?:[ ./-]{{0,3}}{DIGIT}){{8,24}})(?!\w)")
_AND_ACCOUNT = re.compile(
    r"(?: ?[,;] ?| i | ili | kod | )[a-zA-Z., ]{0,40}"
    rf"({DIGIT}{{3}}[ -]{{1,3}}{DIGIT}{{4,13}}[ -]{{1,3}}{DIGIT}{{2}})(?!\w)"
)
_LEAST_ACCOUNT, _MOST_OF_PHONE = 9, 10
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
    listed: set[int] = set()
    for label in _ACCOUNT_LABEL.finditer(text):
        number = _AFTER_ACCOUNT.match(text, label.end())
        while number and number.start(1) not in listed and _may_be_account(number[1]):
            listed.add(number.start(1))
            yield number.span(1)
            number = _AND_ACCOUNT.match(text, number.end())


def _is_iban(printed: str) -> bool:
    text = re.sub("[ -]", "", printed)
    if printed[-1] in " -" or not _SHORTEST_IBAN <= len(text) <= _LONGEST_IBAN:
        return False
    if len(text) == _IBAN_LENGTHS.get(text[:2]):
        return True
    return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1


def _may_be_account(printed: str) -> bool:
    digits = sum(map(str.isdigit, printed))
    is_phone = printed.startswith("0") and digits <= _MOST_OF_PHONE
    return digits >= _LEAST_ACCOUNT and not is_phone and not _DATE.search(printed)


_ID_CARD = re.compile(
    r"(?<!\w)(?:licn\w{1,3} ?(?:kart|isprav)\w{1,3}|osobn\w{1,3} (?:iskaznic|kart)\w{1,2}|l\. ?k\.?(?!\w)|lk\b"
    r"|(?:id|identity) (?:card|no)|(?:vozac|saobracajn|zdravstven|boravisn|radn|student|penzion|umirovl|clan|izbeglic"
    r"|overen|ovjeren)\w* (?:dozvol|knj?izic|legitimacij|kart|iskaznic|isprav)\w*|legitimacij\w*|iskaznic\w*"
    r"|vozack\w+ (?:isprav|br)\w*|lbo\b|oib\b|emso\b|embg\b|(?:broj|br\.?) (?:zdravstv\w+ )?osig\w*"
    r"|oruz\w+ list\w*|azil\w+ kart\w*|(?:vozack[aeu]|osobn[aeu])(?= ?[:(])|voz\. dozv\w*|(?:nr\.?|numri) personal"
    r"|licni broj"
    r"|driv(?:er'?s?|ing) licen[cs]e|(?:health|insurance) card|leternjoftim\w*|szemelyi \w*)",
    re.IGNORECASE,
)
_IN_TABLE = re.compile(r"(?<![\w/.,-])(?:0[0-9]{8}|[0-9]{11})(?![\w/-])(?![.,][0-9])")
"""A number of an identity card, or of a person in Croatia (OIB), in a table under its heading."""

_FIRMS_NUMBER = re.compile(
    r"d\. ?o\. ?o|\bj?doo\b|\b[ad]\. ?d\.|\bobrt\b|\bmbs?\b|zajednic|komor|osiguranj|\bpib\b"
    r"|ustanov|knj?iznic|bibliote|bolnic|zavod|\bfond\b|muzej|ministar|fakultet|zadrug|\bjp\b|opcin|opstin|\bgrad[au]?\b|skol",
    re.IGNORECASE,
)
_HEADS = re.compile(
    r"\b(?:direktor|zastup|upravitelj|clan\w* uprave|vlasni|pred?sj?edni)\w* (?i:gospod\w+ )?"
    r"(?:[A-Z][\w-]+ ){1,2}[A-Z][\w-]+,? ?\(?$"
)
"""A person right before the number, though beside a firm."""

_BEFORE_NUMBER = 70
TABLE = 2000
"""Most characters of a table under a heading."""

_PASSPORT = re.compile(
    r"(?<!\w)(?:pasos\w{0,3}|putovnic\w{1,2}|utlevel\w*|pasaport\w*|putn\w{1,3} (?:isprav\w{1,2}|list\w{1,2})|passport)"
    r"(?!\w)",
    re.IGNORECASE,
)
_PAPER = re.compile(
    r"[^0-9]{0,60}?(?<![\w/.-])((?:[A-Z]{1,3}[ -]?)?[0-9]{2,3}(?: [0-9]{3,7}){1,3}"
    r"|(?:[A-Z]{1,3}[ -]?)?[0-9OIl][0-9A-ZOIl]{4,11}|[A-Z]{1,3}-[0-9]{4,8}/[0-9]{2,4})(?!\w)(?![./-][0-9])"
)
_OTHER_LABEL = re.compile(r"pib|jmb|mat(?:icn\w+|\.) br|tel|racun", re.IGNORECASE)
_LEAST_PAPER = 5


def id_cards(text: str) -> Iterator[tuple[int, int]]:
    """Return numbers of identity cards."""
    return _papers(_ID_CARD, text)


def passports(text: str) -> Iterator[tuple[int, int]]:
    """Return numbers of passports."""
    return _papers(_PASSPORT, text)


_PLATE = re.compile(
    r"(?<![\w/.-])(?:(?P<sure>[A-Z]{2}[ -]?[0-9]{3,5}[ -]?[A-Z]{2}|[AEJKMOT][0-9]{2}-[AEJKMOT]-[0-9]{3})"
    r"|[A-Z]{2} ?[A-Z]{2,3}[ -]?[0-9]{2,4}|[A-Z]{2} ?[0-9]{3,4}-[A-Z]|[0-9]{2}-[0-9]{3}-[A-Z]{2})(?![\w/-])"
)
"""Plates of Serbia, Montenegro, Croatia, Bosnia and Kosovo; those of mopeds and tractors are like other numbers."""
_OF_VEHICLE = re.compile(
    r"vozil|automobil|\bauto|motocik|moped|skuter|traktor|prikolic|kamion|kombi|tablic|registarsk|\breg\.|oznak|vehicle|plate",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\b(?:br|broj\w{0,2}|no|ugovor\w*|ponud\w*|jn)\W{0,3}$", re.IGNORECASE)
_NEAR_PLATE = 60


def plates(text: str) -> Iterator[tuple[int, int]]:
    """Return licence plates: those by their form unless they are the number of a paper, others near a vehicle."""
    for found in _PLATE.finditer(text):
        begin, end = found.span()
        is_near = _OF_VEHICLE.search(text, max(0, begin - _NEAR_PLATE), min(len(text), end + _NEAR_PLATE // 2))
        if is_near or (found["sure"] and not _NUMBERED.search(text, max(0, begin - 12), begin)):
            yield begin, end


def _papers(labels: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    for label in labels.finditer(text):
        found = _PAPER.match(text, label.end())
        is_long = found and sum(map(str.isdigit, found[1])) >= _LEAST_PAPER
        is_firms = label[0].lower() == "oib" and _is_firms(text, label.start())
        if found and is_long and not is_firms and not _OTHER_LABEL.search(text, label.end(), found.end(1)):
            yield found.span(1)
            if second := _SECOND.match(text, found.end(1)):
                # A form of two persons.
                yield second.span(1)
        if not found or _HEADINGS.search(text, label.end(), found.start(1)):
            yield from _rows(text, label.start(), label.end())


_SECOND = re.compile(r"(?<=[0-9]{9}) ([0-9]{9})(?![\w/-])")
_NAMES = re.compile(
    r"(?<!\w)(?:(?:ime|prezime|imena)(?!\w)|predstavni[kc]|zastupni[kc]|ucesni[kc]|svj?edo[kc]|podnosi)", re.IGNORECASE
)
_HEADINGS = re.compile(r"(?<!\w)(?:adres|telefon|datum|roden|ime|prezim|potpis|iznos|bod|r\. ?b)", re.IGNORECASE)


def _rows(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the numbers of a table under a heading, if another heading is of names."""
    if not _NAMES.search(text, max(0, begin - _BEFORE_NUMBER), end + _BEFORE_NUMBER):
        return
    for row in _IN_TABLE.finditer(text, end, end + TABLE):
        is_other = _OTHER_LABEL.search(text, max(0, row.start() - _LABEL_BEFORE), row.start())
        # Numbers of nine digits that begin with zero are no numbers of firms.
        if not is_other and not (len(row[0]) > _CARD and _is_firms(text, row.start())):
            yield row.span()


_CARD, _LABEL_BEFORE = 9, 12


def _is_firms(text: str, at: int) -> bool:
    """Return whether a firm stands shortly before a number."""
    is_heads = _HEADS.search(text, max(0, at - _BEFORE_NUMBER), at)
    return is_heads is None and _FIRMS_NUMBER.search(text, max(0, at - _BEFORE_NUMBER), at) is not None
