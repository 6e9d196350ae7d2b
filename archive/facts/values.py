"""Check what a person writes into a field, and bring it into the stored form.

A value that cannot be right (a day that no calendar has, a kind that does not exist) is refused. One that is merely
unknown to us, such as a municipality that our list lacks, is taken and says so in its details.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from types import MappingProxyType

from archive.errors import UsageError
from archive.model import KINDS
from archive.model.fields import FIELDS
from archive.text.folding import fold, to_latin
from archive.text.forms import LARGEST, plain_amount, plain_date

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Years that documents of an archive may be of, deadlines and plans of years to come included."""

LONGEST_VALUE = 500
"""Characters of a value."""

MOST_BIDS = 999

UNLISTED = "unlisted"
"""The detail of a municipality that is not on our list: ``yes``."""

FOI_OUTCOMES = ("granted", "partly", "refused", "silent")

PROCEDURE_TYPES = (
    "open",
    "restricted",
    "qualification",
    "negotiated",
    "negotiated_with_call",
    "negotiated_without_call",
    "competitive_dialogue",
    "innovation_partnership",
    "design_contest",
    "small_value",
    "competitive_request",
    "price_quotation",
    "direct_agreement",
    "not_under_law",
)
"""Kinds of procurement procedures. ``negotiated`` does not say whether there was a call; ``competitive_request`` and
``direct_agreement`` are those of Bosnia and Herzegovina and of Montenegro, ``price_quotation`` is Kosovo's."""

_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_CPV = re.compile(r"([0-9]{8})(?:-([0-9]))?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?")
_DIGITS = re.compile(r"[0-9]{1,15}")
_WITH_CURRENCY = re.compile(r"(.+?)\s*\b([A-Z]{3})")

_DETAILS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "pib": ("[0-9]{9}", "9 digits"),
        "mb": ("[0-9]{8}", "8 digits"),
        "jib": ("[0-9]{13}", "13 digits"),
        "check": ("[0-9]", "one digit"),
        "currency": ("[A-Z]{3}", "an ISO 4217 code such as RSD or EUR"),
        "vat": ("with|without|unknown", "with, without or unknown"),
    }
)
"""What the details of a value look like: the expression, and the same in words. Any others are one line of text."""

_ROLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "vendor": ("supplier", "consortium_member"),
        "reference": ("procurement", "contract", "case"),
        "related": ("procurement", "contract", "case"),
        "amount": ("contract", "award", "estimated", "other"),
    }
)

_NAMES = ("buyer", "vendor", "bidder")
"""Fields whose values a rule keeps as they are printed, and a person's in Latin."""

_SUMS = ("amount", "offer")
_SUM = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,9})?")
"""Fields of money, and what a rule keeps of it: the price of a piece may have more than two decimals."""

Checked = tuple[str, dict[str, str]]
"""A value as it is kept, with what the writing itself told beside it."""


class Municipalities:
    """The municipalities we know, by all of their names, however they are written."""

    def __init__(self, named: Iterable[tuple[str, Iterable[str]]] = ()) -> None:
        """:param named: the official name of each, in Latin, with its other names."""
        self._by_name = {fold(name): official for official, others in named for name in (official, *others)}

    @property
    def names(self) -> Iterable[str]:
        """The official names."""
        return dict.fromkeys(self._by_name.values())

    def official(self, text: str) -> str | None:
        """The official name of the municipality that somebody wrote this way, or None if we know none."""
        return self._by_name.get(fold(text))


def checked(field: str, text: str, details: Mapping[str, str], places: Municipalities) -> Checked:
    """Return a value and its details in the stored form.

    :raises UsageError: there is no such field, or what is written cannot be a value of it.
    """
    known = known_field(field)
    value = " ".join(text.split())
    if not value or len(value) > LONGEST_VALUE or not value.isprintable():
        raise UsageError(f"A {field} has 1 to {LONGEST_VALUE} characters.", "To empty a field, use --remove.")
    for name in details:
        if name not in FIELDS[known].details:
            may = ", ".join(FIELDS[known].details) or "nothing"
            raise UsageError(f"{name!r} is not told of a {field}.", f"Beside it may be told: {may}.")
    given = {name: _checked_detail(field, name, " ".join(detail.split())) for name, detail in details.items()}
    if field == "municipality":
        official = places.official(value)
        return official or to_latin(value), given | ({} if official else {UNLISTED: "yes"})
    kept, told = _CHECKS.get(field, _text)(value)
    return kept, told | given


def kept_form(field: str, text: str, places: Municipalities) -> str:
    """What somebody wrote as it would be kept; itself where it cannot be a value."""
    try:
        return checked(field, text, {}, places)[0]
    except UsageError:
        return text


def is_same(field: str, text: str, value: str, places: Municipalities) -> bool:
    """Whether what somebody wrote is this value: in another script, without diacritics, as 1.200,00."""
    return fold(kept_form(field, text, places)) == fold(value)


def is_value(field: str, value: str) -> bool:
    """Whether this is the form in which a value of a field is kept. Names and free text may have any."""
    if field in _NAMES:
        return True
    if field in _SUMS:
        return bool(_SUM.fullmatch(value))
    try:
        return _CHECKS.get(field, _text)(value)[0] == value
    except UsageError:
        return False


def known_field(field: str) -> str:
    """The name of a field, if it is one.

    :raises UsageError: it is not.
    """
    if field not in FIELDS:
        near = get_close_matches(field, FIELDS, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise UsageError(f"There is no field {field!r}.", f"{hint}Fields are: {', '.join(FIELDS)}.")
    return field


def _checked_detail(field: str, name: str, text: str) -> str:
    if name == "role":
        if text not in _ROLES[field]:
            raise UsageError(f"{text!r} is no role of a {field}.", f"Roles are: {', '.join(_ROLES[field])}.")
    elif name in _DETAILS:
        pattern, meaning = _DETAILS[name]
        if not re.fullmatch(pattern, text):
            raise UsageError(f"{text!r} is no {name}.", f"It has to be {meaning}.")
    elif not text or len(text) > LONGEST_VALUE or not text.isprintable():
        raise UsageError(f"{name} has 1 to {LONGEST_VALUE} characters.")
    return text


def _text(value: str) -> Checked:
    return value, {}


def _latin(value: str) -> Checked:
    return to_latin(value), {}


def _one_of(what: str, values: tuple[str, ...]) -> Callable[[str], Checked]:
    def check(value: str) -> Checked:
        wanted = value.lower().replace(" ", "_")
        if wanted not in values:
            raise UsageError(f"{value!r} is no {what}.", f"It is one of: {', '.join(values)}.")
        return wanted, {}

    return check


def _language(value: str) -> Checked:
    if not _LANGUAGE.fullmatch(value):
        raise UsageError(f"{value!r} is no language.", "Write its BCP 47 tag: sr-Cyrl, sr-Latn, en.")
    return value, {}


def _year(value: str) -> Checked:
    if not (_DIGITS.fullmatch(value) and FIRST_YEAR <= int(value) <= LAST_YEAR):
        raise UsageError(f"{value!r} is no year between {FIRST_YEAR} and {LAST_YEAR}.")
    return value, {}


def _date(value: str) -> Checked:
    found = _ISO_DATE.fullmatch(plain_date(value.replace(". ", ".").rstrip(".")) or value)
    if not found:
        raise UsageError(f"{value!r} is no date.", "Write 2021-03-09 or 9.3.2021.")
    _year(found[1])
    try:
        return date(*map(int, found.groups())).isoformat(), {}
    except ValueError as error:
        raise UsageError(f"{value!r} is a day that no calendar has.", "Write 2021-03-09 or 9.3.2021.") from error


def _amount(value: str) -> Checked:
    """An amount in any usual writing: 13.500.000,00, 13,500,000.00, 13500000, with its currency or without."""
    coded = _WITH_CURRENCY.fullmatch(value)
    number, told = (coded[1], {"currency": coded[2]}) if coded else (value, {})
    plain = number if _DIGITS.fullmatch(number) else plain_amount(number)
    if plain is None:
        raise UsageError(f"{value!r} is no amount.", "Write 13500000.00 or 13.500.000,00.")
    whole, _, cents = plain.partition(",")
    if not 0 < int(whole + cents) < LARGEST:
        raise UsageError(f"{value!r} is no amount that anybody pays.", "Look for a slip of the finger.")
    return f"{int(whole)}.{cents:0<2}", told


def _cpv(value: str) -> Checked:
    found = _CPV.fullmatch(value)
    if not found:
        raise UsageError(f"{value!r} is no CPV code.", "It has 8 digits, and may have its check digit: 32323500-8.")
    return found[1], {"check": found[2]} if found[2] else {}


def _bids(value: str) -> Checked:
    if not (_DIGITS.fullmatch(value) and int(value) <= MOST_BIDS):
        raise UsageError(f"{value!r} is no number of bids.", f"It is a whole number up to {MOST_BIDS}.")
    return str(int(value)), {}


def _quantity(value: str) -> Checked:
    if not _DIGITS.fullmatch(value):
        raise UsageError(f"{value!r} is no quantity.", "It is a whole number; what it counts goes beside it as: what.")
    return str(int(value)), {}


_CHECKS: Mapping[str, Callable[[str], Checked]] = MappingProxyType(
    {
        "kind": _one_of("kind of document", KINDS),
        "language": _language,
        "buyer": _latin,
        "vendor": _latin,
        "bidder": _latin,
        "year": _year,
        "date": _date,
        "deadline": _date,
        "called": _date,
        "closed": _date,
        "received": _date,
        "procedure_type": _one_of("kind of procedure", PROCEDURE_TYPES),
        "amount": _amount,
        "offer": _amount,
        "bids": _bids,
        "cpv": _cpv,
        "foi_outcome": _one_of("outcome of a request", FOI_OUTCOMES),
        "quantity": _quantity,
    }
)
"""How each field is checked; of the others, any text is a value."""
