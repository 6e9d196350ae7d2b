"""Equivalent spellings of dates, amounts, citations of laws and identifiers, as queries.

Identifiers are bank accounts, telephone numbers, reference numbers and CPV codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise, product, takewhile

from archive.model.clauses import to_number, to_roman
from archive.search.meanings.tables import is_behind_number, is_number_label, month_names, months, scales
from archive.search.query import Near, Or, Pattern, Phrase, Query
from archive.text.folding import ORDINALS, TENS, fold
from archive.text.forms import plain_amount, plain_date, word_form
from archive.text.vocabulary import IndexField, Term

_MONTHS = 12
_DAY = re.compile(r"(\d{1,2})\.?(?:st|nd|rd|th)?")
_YEAR = re.compile(r"(\d{4})\.?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SLASHED = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})\.?")
_SHORT_YEAR = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{2})\.?")
_OF_DAYS = {stem: day for day, stem in enumerate((*ORDINALS, TENS[0]), 1)} | {TENS[1]: 30}
"""Days by the stems of their ordinals; others have two words."""
_ORDINAL = re.compile(rf"(?:(?P<tens>{'|'.join(TENS[:2])}) )?(?P<ones>{'|'.join(_OF_DAYS)})(?:i|[eo]ga?)")
_LATEST_SHORT = 69
"""The last two-digit year that is taken for 20xx, as in POSIX (strptime, %y)."""


def read_date(words: Sequence[str]) -> date | None:
    """Parse a date in any notation; None if the words are not a date."""
    try:
        return _in_letters(words) if len(words) in (3, 4) else _in_digits("".join(words))
    except ValueError:
        return None


def _in_letters(words: Sequence[str]) -> date | None:
    *beginning, second, year = (word.rstrip(",") for word in words)
    first = _day_in_words(beginning) or " ".join(beginning)
    for day, month in ((first, second), (second, first)):
        number = months().get(word_form(month)) or _roman_month(month)
        if number and (days := _DAY.fullmatch(day)) and (years := _YEAR.fullmatch(year)):
            return date(int(years[1]), number, int(days[1]))
    return _in_digits("".join(words))


def _day_in_words(words: Sequence[str]) -> str | None:
    """Return the day of an ordinal in words, in figures: "dvadeset četvrtog" is 24."""
    match = _ORDINAL.fullmatch(fold(" ".join(words)))
    if match is None:
        return None
    return str(_OF_DAYS[match["ones"]] + _OF_DAYS.get(match["tens"], 0))


def _roman_month(month: str) -> int | None:
    number = to_number(word_form(month)) if month.isupper() else 0
    return number if 1 <= number <= _MONTHS else None


def _in_digits(text: str) -> date | None:
    if iso := plain_date(word_form(text)):
        return date.fromisoformat(iso)
    if match := _ISO.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _SLASHED.fullmatch(text):
        return date(int(match[4]), int(match[3]), int(match[1]))
    if match := _SHORT_YEAR.fullmatch(text):
        year = int(match[3])
        return date(year + (2000 if year <= _LATEST_SHORT else 1900), int(match[2]), int(match[1]))
    return None


def of_date(day: date) -> Iterator[Query]:
    """Yield queries for each notation of a date."""
    # 5.3.2021 with any separators is also indexed as 2021-03-05.
    yield Term(IndexField.FORM, day.isoformat())
    numbers = [(str(day.day), f"{day.day:02}"), (str(day.month), f"{day.month:02}")]
    for mark in "/-":
        for days, month in dict.fromkeys(product(*numbers)):
            yield Term(IndexField.FORM, f"{days}{mark}{month}{mark}{day.year}")
    yield Phrase((numbers[0][0], to_roman(day.month), str(day.year)))
    for days, month in dict.fromkeys(product(*numbers)):
        yield Term(IndexField.FORM, f"{days}.{month}.{day.year % 100:02}")
        yield from (Term(IndexField.FORM, f"{days}.{month}.{day.year}.{year}") for year in ("godine", "god", "g"))
    for name in month_names()[day.month - 1]:
        for written in dict.fromkeys(numbers[0]):
            yield Phrase((written, word_form(name), str(day.year)))
            if name.endswith(("y", "ch", "er", "st")) or name in {"april", "june", "july"}:
                yield Phrase((word_form(name), written, str(day.year)))


_GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?:[.,]\d{1,2})?")
_POINTED = re.compile(r"(\d{1,3}(?:\.\d{3})+)[.,](\d{2})")


def of_amount(word: str) -> Iterator[Query]:
    """Yield queries for an amount with a space after one of its separators, after all, or after all but the decimal
    one: 153. 846,15; for one typed without cents with any, and with a word for its scale.

    A decimal point, read by OCR or typed, is equal to the comma.
    """
    form = word_form(word)
    is_grouped, figures = _GROUPED.fullmatch(form) is not None, plain_amount(form) or form
    if figures.isdecimal() and len(figures) >= _FEWEST_ROUND:
        has_no_cents = figures == re.sub(r"\D", "", form)
        if has_no_cents and (is_grouped or len(figures) < _SHORTEST_OF_FIRM):
            yield Pattern(IndexField.FORM, f"{figures},??")
        yield from _of_round(figures)
    if not is_grouped:
        return
    if pointed := _POINTED.fullmatch(form):
        whole, cents = pointed.groups()
        yield Term(IndexField.FORM, f"{whole}.{cents}")
        yield Term(IndexField.FORM, plain_amount(f"{whole},{cents}") or form)
    separators = [at for at, character in enumerate(form) if character in ".,"]
    splits = {*((at,) for at in separators), tuple(separators), tuple(separators[:-1])} - {()}
    for split in sorted(splits):
        bounds = [-1, *split, len(form)]
        yield Phrase(tuple(form[start + 1 : end] for start, end in pairwise(bounds)))


_FEWEST_ROUND, _SHORTEST_OF_FIRM = 5, 8
"""Fewest digits of an amount that is also told without its cents or with a word for its scale, and those of a number of
a firm, which has no cents."""


def _of_round(figures: str) -> Iterator[Query]:
    """Yield queries for a round amount with a word for its scale: 12.500.000 is 12,5 miliona."""
    for factor, words in dict.fromkeys(scales().values()):
        number = f"{Decimal(figures) / factor:f}"
        if figures.endswith("000") and int(figures) >= factor and _SCALED.fullmatch(number.replace(".", ",")):
            yield _scaled(number, words)


def _scaled(number: str, words: Sequence[str]) -> Query:
    numbers = dict.fromkeys((number, number.replace(",", "."), number.replace(".", ",")))
    return Near(Or(tuple(map(_term, numbers))), Or(tuple(map(_term, words))), 1, in_order=True)


_SCALED = re.compile(r"(\d{1,4})(?:[.,](\d{1,2}|(?<=,)\d{3}))?")
"""A number before a word for thousand or million. Three digits after a point may be thousands themselves."""


def of_scaled(number: str, scale: str) -> Iterator[Query]:
    """Yield queries for an amount typed as a number and a word for its scale, in figures and with any such word: 12,5
    miliona is 12.500.000."""
    match, known = _SCALED.fullmatch(number), scales().get(word_form(scale))
    if not match or not known:
        return
    factor, words = known
    figures = str(int(Decimal(f"{match[1]}.{match[2] or 0}") * factor))
    yield _term(figures)
    yield from of_amount(f"{int(figures):,}")
    yield _scaled(number, words)


_UNITS = (
    "član člana članu članom čl članovi članova članovima članak članka članku člankom",
    "stav stava stavu stavom st stavovi stavova stavak stavka stavku stavkom",
    "tačka tačke tački tačku tačkom tač tačaka t točka točke točki točku točkom",
    "alineja alineje alineji alineju alinejom al",
    "podtačka podtačke podtački podtačku podtač",
)
"""Units of laws (article, paragraph, ...), each in all its forms."""

_FORMS = [tuple(dict.fromkeys(map(word_form, names.split()))) for names in _UNITS]
_UNIT = {form: forms for forms in _FORMS for form in forms}
_NUMBER = re.compile(r"\d{1,4}[a-zа-яđ]?[.)]*", re.IGNORECASE)
_SHORT = 6
"""Letters of the longest abbreviation of a unit."""

_REACH = 8
"""Most words between two units of a citation: члана 112. Закона о јавним набавкама, став 1."""


_GLUED = re.compile(r"([^\W\d_]+\.)(\d.*)")


def parted(word: str) -> tuple[str, str] | None:
    """Split a unit of a law from the number typed without a space after it: čl.116."""
    match = _GLUED.fullmatch(word)
    return (match[1], match[2]) if match and is_unit(match[1], match[2]) else None


def is_unit(unit: str, number: str) -> bool:
    """Return whether two words name a unit of a law. A single letter does only with its full stop."""
    form = word_form(unit)
    return (
        form in _UNIT and (len(form) > 1 or unit.endswith(".")) and _NUMBER.fullmatch(number.rstrip(",;:")) is not None
    )


def of_citation(words: Sequence[str]) -> Query:
    """Build the query of a citation: the units from the outer one in, each inner one near it."""
    pairs = list(zip(words[::2], words[1::2], strict=True))
    query = _unit(*pairs[0])
    for pair in pairs[1:]:
        query = Near(query, _unit(*pair), _REACH)
    return query


def _unit(unit: str, number: str) -> Query:
    forms, digits = _UNIT[word_form(unit)], word_form(number)
    apart = Near(Or(tuple(_term(form) for form in forms)), _term(digits), 1, in_order=True)
    # Some print no space between an abbreviation and its number.
    return Or((apart, *(_term(f"{form}.{digits}") for form in forms if len(form) <= _SHORT)))


def _term(text: str) -> Term:
    return Term(IndexField.FORM, text)


_PIECE = re.compile(r"[+(]?\d[\d()/. -]*")
_MOST_PIECES = 6


def in_pieces(words: Sequence[str]) -> tuple[int, tuple[Query, ...]]:
    """Return the number of leading words that are one account or telephone number typed in groups, and its queries; 0
    if none."""
    pieces = list(takewhile(_PIECE.fullmatch, words[:_MOST_PIECES]))
    while pieces:
        typed = " ".join(pieces)
        if " " in typed and (ways := (*_account(word_form(typed)), *_telephone(typed))):
            return len(pieces), (Phrase(tuple(map(word_form, typed.split()))), *ways)
        pieces.pop()
    return 0, ()


_FOLLOWED = re.compile(r"(\d[\d.]*)([^\W\d_]+\.?)")
_LABELLED = re.compile(r"((?:[^\W\d_]+\.)*?)([^\W\d_]+[.:]+)(\d.*)")


def parted_label(word: str) -> tuple[str, ...] | None:
    """Split a number from the label typed without a space before or after it, which is not needed: br.404-1/2019,
    23.12.2019.godine; the register before it is a word of its own: Gž.br.2907/02."""
    if (match := _LABELLED.fullmatch(word)) and is_number_label(match[2]):
        return tuple(filter(None, match.groups()))
    if (match := _FOLLOWED.fullmatch(word)) and len(match[1]) >= _FULL_YEAR and is_behind_number(match[2]):
        return match[1], match[2]
    return None


def is_labelled(label: str, number: str) -> bool:
    """Return whether a word is only the label of the number after it, which identifies the same without it."""
    tells = sum(map(str.isdigit, number)) >= _FEWEST_DIGITS or _REFERENCE.fullmatch(word_form(number)) is not None
    return tells and is_number_label(label)


_FEWEST_DIGITS = 6
"""Fewest digits of a number that identifies something without a label."""


def of_identifier(word: str) -> Iterator[Query]:
    """Yield queries for the other notations of an identifier, typed as one word; none for other words."""
    form = word_form(word)
    if any(map(str.isdigit, form)):
        yield from _account(form)
        yield from _telephone(word)
        yield from _code(form)
        yield from _reference(form)
        if _DIVIDED.search(form) and sum(map(str.isdigit, form)) >= _FEWEST_DIGITS:
            # Portals number lots and notices behind the number of the procurement.
            yield Pattern(IndexField.FORM, f"{form}-*")


_DIVIDED = re.compile(r"\d[-/]\d+\Z")
"""The end of a number in parts."""

_ACCOUNT = re.compile(r"(\d{3})[- ]?(\d{1,13})[- ]?(\d{2})")
_ACCOUNT_DIGITS = 13
"""Digits of the account number itself, between three of the bank and two check digits (National Bank of Serbia)."""


def _account(form: str) -> Iterator[Query]:
    """Yield queries for a bank account with any number of padding zeros, and without separators: 160-5791-36 is
    160-0005791-36."""
    match = _ACCOUNT.fullmatch(form)
    if not match or (len(re.findall("[- ]", form)) != 2 and len(form) != _ACCOUNT_DIGITS + 5):
        return
    bank, account, check = match.groups()
    account = account.lstrip("0") or "0"
    for digits in range(len(account), _ACCOUNT_DIGITS + 1):
        filled = account.zfill(digits)
        yield _term(f"{bank}-{filled}-{check}")
        yield Phrase((bank, filled, check))
    yield _term(f"{bank}{account.zfill(_ACCOUNT_DIGITS)}{check}")


_TELEPHONE = re.compile(r"(?:\+|00)?(?:381|0)(\d{2})(\d{6,7})")
_TELEPHONE_MARKS = re.compile(r"[\s()/.-]")
_SPLITS = ((3, 3), (3, 4), (4, 3), (3, 2, 2), (2, 2, 2))
"""Group lengths in which subscriber numbers are written."""


def _telephone(word: str) -> Iterator[Query]:
    """Yield queries for a Serbian telephone number with any separators between area code and groups, with 0 or +381."""
    digits = _TELEPHONE_MARKS.sub("", word)
    match = _TELEPHONE.fullmatch(digits)
    if not match:
        return
    area, number = match.groups()
    groupings = [(number,), *(_grouped(number, split) for split in _SPLITS if sum(split) == len(number))]
    areas = Or((_term(f"0{area}"), _term(f"381{area}"), Phrase(("381", area))))
    numbers: list[Query] = [_term("-".join(groups)) for groups in groupings]
    numbers += [Phrase(groups) for groups in groupings if len(groups) > 1]
    yield Near(areas, Or(tuple(numbers)), 1, in_order=True)
    for first in (f"0{area}", f"381{area}"):
        yield _term(f"{first}{number}")
        for mark, groups in product("/-", groupings):
            yield _term(f"{first}{mark}{'-'.join(groups)}")
            if len(groups) > 1:
                yield Phrase((f"{first}{mark}{groups[0]}", *groups[1:]))


def _grouped(number: str, split: tuple[int, ...]) -> tuple[str, ...]:
    groups = []
    for size in split:
        groups.append(number[:size])
        number = number[size:]
    return tuple(groups)


_CODE = re.compile(r"(\d{8})-\d")


def _code(form: str) -> Iterator[Query]:
    """Yield the query for a CPV code without its check digit."""
    if match := _CODE.fullmatch(form):
        yield _term(match[1])


_REFERENCE = re.compile(
    r"(?P<letters>[^\W\d_]+[-./ ])?(?P<numbers>\d+(?:[-/]\d+)*?)(?P<mark>[-/])(?P<year>(?:19|20)\d\d|(?<=/)\d\d)"
    r"(?P<behind>[-/][^\W_]+)?"
)
"""Letters of a register, numbers, a year, and a suffix: IV-404-12/2019-01, K-123/18."""


def _reference(form: str) -> Iterator[Query]:
    """Yield queries for a reference number with its year in four or two digits, - for /, spaces at separators, and
    without the letters at its ends.

    Numbers without a year are not a reference.
    """
    match = _REFERENCE.fullmatch(form)
    if not match or not (match["letters"] or match["mark"] == "/" or not match["numbers"].isdigit()):
        return
    numbers, year, behind = match["numbers"], match["year"], match["behind"] or ""
    years = (year, year[2:]) if len(year) == _FULL_YEAR else (year, f"20{year}", f"19{year}")
    # What follows the year is part of the number, unless it is letters.
    end = behind if behind[1:].isdigit() else ""
    may_be_date = _OF_DATE.fullmatch(numbers) is not None
    for first, last in product(dict.fromkeys((numbers, numbers.replace("/", "-"))), years):
        own = re.split("[-/]", first)[-1]
        for digits in (len(own), 1, 2, 3):
            # The number of a procurement may be filled up with zeros: 02/2019.
            yield _term(f"{first.removesuffix(own)}{own.lstrip('0').zfill(digits)}/{last}{end}")
        is_full = len(last) == _FULL_YEAR
        if is_full or not may_be_date:
            yield _term(f"{first}-{last}{end}")
        if is_full and not may_be_date:
            yield Near(_term(first), _term(f"{last}{end}"), 2, in_order=True)
    head, _, tail = numbers.rpartition("-")
    if head:
        yield from (Near(_term(head), _term(f"{tail}/{last}{end}"), 2, in_order=True) for last in years)


_FULL_YEAR = 4
_OF_DATE = re.compile(r"\d{1,2}|(?:19|20)\d\d")
"""A number that may be a day, month or year. Split in pieces, 12/2019 would match in 23. 12. 2019; and 5/10 is not
5-10."""
