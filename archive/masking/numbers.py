"""Bank accounts, identity documents and birthdays, found by form, check digits and labels.

Texts are in plain Latin letters (:mod:`archive.masking.places`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from archive.masking.name_words import given_of
from archive.text.folding import ORDINALS, TENS, fold

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
    for row in _IN_TABLE.finditer(text, end, end + _TABLE):
        is_other = _OTHER_LABEL.search(text, max(0, row.start() - _LABEL_BEFORE), row.start())
        # Numbers of nine digits that begin with zero are no numbers of firms.
        if not is_other and not (len(row[0]) > _CARD and _is_firms(text, row.start())):
            yield row.span()


_CARD, _LABEL_BEFORE = 9, 12


def _is_firms(text: str, at: int) -> bool:
    """Return whether a firm stands shortly before a number."""
    is_heads = _HEADS.search(text, max(0, at - _BEFORE_NUMBER), at)
    return is_heads is None and _FIRMS_NUMBER.search(text, max(0, at - _BEFORE_NUMBER), at) is not None


_MONTHS = (
    "(?:jan|feb|mar|apr|maj|jun|jul|avg|aug|sep|okt|oct|nov|dec|sij|velj|ozu|tra|svib|lip|srp|kol|ruj|list|stud|pros|may)"
    "[a-z]{0,8}"
)
_BIRTH = re.compile(
    r"(?<!\w)(?:(?:datum|dan|godin)[a-z]*(?:,? i? ?(?:mest|godin)[a-z]+){0,2} rod[a-z]*"
    r"|rodj?en[a-z]{0,4}(?!\w)|rodj?\.(?=.{0,25}[0-9])|dat\. ?rod\w*|d\. ?r\.(?= ?[0-9])|born"
    r"|rodj?endan\w*|(?<=[,(;] )r\.(?= ?[0-9])|(?<=[,(])r\.(?= ?[0-9])|date of birth|dob\b|szul\w*|lindur"
    r"|d[ai]telind\w*)",
    re.IGNORECASE,
)
_ROMAN = "(?:I{1,3}|IV|VI{0,3}|IX|XI{0,2})"
_DAY = (
    r"[0-3]?[0-9] ?[./-] ?[01]?[0-9] ?[./-] ?(?:(?:18|19|20)[0-9]{2}|[0-9]{2}(?![0-9]))"
    rf"|[0-3]?[0-9][./]? ?-?{_ROMAN}[./-]? ?[0-9]{{4}}|[0-3]?[0-9]\.? ?{_MONTHS}\.? [0-9]{{4}}"
    rf"|{_MONTHS} [0-3]?[0-9],? [0-9]{{4}}|[0-9]{{4}}-[01][0-9]-[0-3][0-9]"
    rf"|[0-3]?[0-9](?:st|nd|rd|th)(?: of)? {_MONTHS},? [0-9]{{4}}"
    rf"|(?:19|20)[0-9]{{2}}\. ?(?:(?:{_MONTHS}|szeptember)\.?|[01]?[0-9]\.) ?[0-3]?[0-9](?![0-9])\.?"
)
_YEAR = r"\.? ?(?:godin[a-z]|g(?:od)?\.)"
_AFTER_BIRTH = re.compile(
    rf"[^0-9]{{0,60}}?(?<![0-9])((?:{_DAY})(?:{_YEAR})?|(?:19|20)[0-9]{{2}}(?:{_YEAR}|(?![0-9])(?![/-][0-9])))",
    re.IGNORECASE,
)
_BORN_THEN = re.compile(r"(?<![0-9./-])([0-3]?[0-9])[./-] ?([01]?[0-9])[./-] ?(19[2-9][0-9]|20[0-2][0-9])(?![0-9])")
_ORDINALS = " ".join((*ORDINALS, *TENS[:2], "i"))
_THOUSAND = (
    r"(?:hiljadu|tisucu|hiljade|dv[ij]*e hiljade|dvije tisuce)(?: i)?(?: (?:devetsto\w*|devet stotina))?"
    r"(?: (?:i(?!\w)|[a-z]*(?:deset|naest|desete|deseti|desetog|deseta|naeste|naestog|jedan|dva|tri|cetiri|pet|sest"
    r"|sedam|osam|devet|prve|druge|trece|cetvrte|pete|seste|sedme|osme|devete|desete)(?!\w))){1,5}"
)
_IN_WORDS = re.compile(
    rf"[^0-9.]{{0,40}}?(?<!\w)((?:(?:(?:{one_of(_ORDINALS)})[a-z]{{0,4}} ){{1,3}}|[0-3]?[0-9]\.? )"
    rf"(?:{_MONTHS}|meseca [a-z]+) (?:{_THOUSAND}|(?:19|20)[0-9]{{2}})(?:\.? godine)?)",
    re.IGNORECASE,
)
"""The twenty-fifth of March nineteen hundred and eighty."""

_BEFORE_BIRTH = re.compile(
    rf"(?<![0-9./-])({_DAY})(?:{_YEAR})?\.?(?: (?:je|su))?(?: u [A-Z]\w+)?(?: (?:je|su))? $", re.IGNORECASE
)
_DATE_BEFORE = 50
_TABLE = 2000
"""Most characters of a table under the heading "date of birth"."""

_LATEST_BIRTH = 2012
"""The latest year of birth in a table: other dates of its rows are later."""


def births(text: str) -> Iterator[tuple[int, int]]:
    """Yield dates of birth: after a label, in a table under it, and each day on which a personal number begins."""
    for label in _BIRTH.finditer(text):
        found = _AFTER_BIRTH.match(text, label.end())
        if found and not _LIMIT.search(text, label.end(), found.start(1)):
            yield found.span(1)
        if in_words := _IN_WORDS.match(text, label.end()):
            yield in_words.span(1)
        if label[0].lower().startswith(("roden", "rodjen")):
            before = _BEFORE_BIRTH.search(text, max(0, label.start() - _DATE_BEFORE), label.start())
            if before:
                yield before.span(1)
        # The heading of a table applies to the dates of several persons.
        is_heading = label[0].lower().startswith(("dat", "dan")) or _HEADING_GOES_ON.match(text, label.end())
        if is_heading:
            start = found.end(1) if found else label.end()
            rows = _BORN_THEN.finditer(text, start, start + _TABLE)
            yield from (row.span() for row in rows if int(row[3]) <= _LATEST_BIRTH)
    yield from _birthdays(text)


_HEADING_GOES_ON = re.compile(
    r"/| (?:[a-z] )?(?:Adres|Mest|Mjest|Jmb|JMB|Mati|Tel|Prebiv|Boravi|Razred|Kontakt|Potpis)"
)
_LIMIT = re.compile(r" (?:posle|poslije|nakon|pre|prije|izmed\w+) $", re.IGNORECASE)
"""Who was born before a year is nobody in particular."""

_FULL_YEAR = r"((?:19[2-9]|20[0-2])[0-9])"
_AFTER_NAME = re.compile(
    rf" ?\({_FULL_YEAR}(?:{_YEAR})?\.?\)|, {_FULL_YEAR}\.?(?=,|;| rod)| ?\([a-z]{{3,12}}, {_FULL_YEAR}\.?\)",
    re.IGNORECASE,
)
_DAY_AFTER_NAME = re.compile(r" ?\(([0-3]?[0-9][./-] ?[01]?[0-9][./-] ?(?:19|20)[0-9]{2})\.?(?: ?god\w*\.?)?(?=[,)])")
_LONG_AGO_AFTER_NAME = re.compile(r", ([0-3]?[0-9]\. ?[01]?[0-9]\. ?(?:19[2-9][0-9]|200[0-4]))\.?(?=[,;])")
"""A day of which it is likely that somebody was born and unlikely that somebody signed."""

_RIGHT_AFTER_NAME = re.compile(rf",? {_FULL_YEAR}(?=[.,;)]|$| [A-Z0-9])")
_VINTAGE = re.compile(rf"(?<![0-9./-]){_FULL_YEAR}\.? ?godist|godist[ae](?: je)?:? {_FULL_YEAR}", re.IGNORECASE)
_YEARS_TABLE = re.compile(r"\b(?:godist|god(?:in\w+|\.) rod|year of birth)", re.IGNORECASE)
_ROW = re.compile(r"(?<![\w.,/-])[0-9]{1,4}[.)] ?$")
_VEHICLE = re.compile(r"\b(?:vozil|automobil|traktor|kamion|prikolic|motocik|autobus|mark[eia]\b|tip\b)", re.IGNORECASE)
_OTHER_BIRTH = re.compile(r"\b(?:rodj?en|born)[^!?]{0,80}$", re.IGNORECASE)
"""A sentence about another birth."""


def birth_years(text: str, persons: Collection[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield years of birth alone: after a full name in parentheses or between commas, before "godište", and right after
    a name in a sentence or table of births. ``persons`` are the places of names."""
    ends = {end for _, end in persons}
    for found in _VINTAGE.finditer(text):
        is_after_name = not ends.isdisjoint((found.start() - 1, found.start() - 2))
        if is_after_name or not _VEHICLE.search(text, max(0, found.start() - _BEFORE_NAME), found.start()):
            yield found.span(found.lastindex or 0)
    for begin, end in persons:
        is_full = " " in text[begin:end]
        year = _AFTER_NAME.match(text, end) if is_full or given_of(fold(text[begin:end])) else None
        day = _DAY_AFTER_NAME.match(text, end) or (is_full and _LONG_AGO_AFTER_NAME.match(text, end))
        if day and int(day[1][-4:]) <= _LATEST_YEAR:
            yield day.span(1)
        if year is None and (after := _RIGHT_AFTER_NAME.match(text, end)):
            is_row = is_full and _ROW.search(text, max(0, begin - _LABEL_BEFORE), begin)
            is_listed = is_row or _YEARS_TABLE.search(text, max(0, begin - _TABLE), begin)
            year = after if is_listed or _OTHER_BIRTH.search(text, max(0, begin - _BEFORE_NAME), begin) else None
        if year and int(year[year.lastindex or 0]) <= _LATEST_YEAR:
            yield year.span(year.lastindex or 0)


_BEFORE_NAME = 100
_LATEST_YEAR = 2018
"""The latest year of birth right after a name: a later one is of something else."""


def _birthdays(text: str) -> Iterator[tuple[int, int]]:
    """Yield the days with which personal numbers of the text begin."""
    numbered = {digits[:_BIRTHDAY] for digits in _THIRTEEN.findall(text)}
    for day in _BORN_THEN.finditer(text) if numbered else ():
        if f"{day[1]:0>2}{day[2]:0>2}{day[3][1:]}" in numbered:
            yield day.span()
    for row in _YEAR_BEFORE.finditer(text):
        if row[1][1:] == row[2]:
            yield row.span(1)


_THIRTEEN = re.compile(r"(?<![0-9])[0-9]{13}(?![0-9])")
_YEAR_BEFORE = re.compile(r"(?<![0-9./-])([12][0-9]{3})\.? [0-9]{4}([0-9]{3})[0-9]{6}(?![0-9])")
_BIRTHDAY = 7
