"""Validation and normalization of values that a person enters.

An impossible value (an invalid date, an unknown kind) is refused. An unlisted one, such as an unknown municipality, is
accepted and marked in its details.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from types import MappingProxyType

from archive.errors import Message, UsageError, sentences
from archive.model import KINDS
from archive.model.fields import FIELDS
from archive.text.folding import fold, to_latin
from archive.text.forms import LARGEST, plain_amount, plain_date

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Possible years of documents, including future deadlines and plans."""

LONGEST_VALUE = 500
"""Most characters of a value."""

MOST_BIDS = 999

UNLISTED = "unlisted"
"""Detail of a municipality that is not in the gazetteer: ``yes``."""

FOI_OUTCOMES = ("granted", "partly", "refused", "silent", "ordered", "obeyed", "disobeyed")

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
"""Types of procurement procedures. ``negotiated``: with or without a call; ``competitive_request`` and
``direct_agreement`` are of Bosnia and Herzegovina and of Montenegro, ``price_quotation`` of Kosovo."""

_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_CPV = re.compile(r"([0-9]{8})(?:-([0-9]))?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?")
_ID = re.compile("[0-9a-f]{64}")
_DIGITS = re.compile(r"[0-9]{1,15}")
_WITH_CURRENCY = re.compile(r"(.+?)\s*\b([A-Z]{3})")

_DETAILS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "pib": ("[0-9]{9}", Message("9 digits")),
        "mb": ("[0-9]{8}", Message("8 digits")),
        "oib": ("[0-9]{11}", Message("11 digits")),
        "jib": ("[0-9]{13}", Message("13 digits")),
        "check": ("[0-9]", Message("one digit")),
        "currency": ("[A-Z]{3}", Message("an ISO 4217 code such as RSD or EUR")),
        "vat": ("with|without|unknown", Message("with, without or unknown")),
        "belongs": ("yes|no", Message("yes or no")),
    }
)
"""Patterns of details, each with its description. Any other detail is one line of text."""

ROLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "vendor": ("supplier", "consortium_member"),
        "reference": ("procurement", "contract", "case"),
        "related": ("procurement", "contract", "case", "portal"),
        "amount": ("contract", "award", "estimated", "other"),
    }
)

_NAMES = ("buyer", "vendor", "bidder")
"""Fields whose extracted values are stored as printed, and a person's in Latin."""

_SUMS = ("amount", "offer")
_SUM = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,9})?")
"""The stored form of money: unit prices may have more than two decimals."""

Checked = tuple[str, dict[str, str]]
"""A value in stored form, with the details that the entered text stated."""


class Municipalities:
    """The known municipalities, by all of their names in any spelling."""

    def __init__(self, named: Iterable[tuple[str, Iterable[str]]] = ()) -> None:
        """:param named: the other names of each, by official Latin name."""
        self._by_name = {fold(name): official for official, others in named for name in (official, *others)}

    @property
    def names(self) -> Iterable[str]:
        """The official names."""
        return dict.fromkeys(self._by_name.values())

    def official(self, text: str) -> str | None:
        """Return the official name of the municipality that is written this way, or None if it is unknown."""
        return self._by_name.get(fold(text))


def checked(field: str, text: str, details: Mapping[str, str], places: Municipalities) -> Checked:
    """Validate and normalize a value and its details.

    :raises UsageError: there is no such field, or the value is invalid.
    """
    known = known_field(field)
    value = " ".join(text.split())
    if not value or len(value) > LONGEST_VALUE or not value.isprintable():
        raise UsageError(
            "A %(our_field)s has 1 to %(most)s characters.",
            "To empty a field, use --remove.",
            our_field=field,
            most=LONGEST_VALUE,
        )
    for name in details:
        if name not in FIELDS[known].details:
            may = ", ".join(FIELDS[known].details) or "nothing"
            raise UsageError(
                "A %(our_field)s has no detail %(name)s.",
                "Its details are: %(our_names)s.",
                name=repr(name),
                our_field=field,
                our_names=may,
            )
    given = {name: _checked_detail(field, name, " ".join(detail.split())) for name, detail in details.items()}
    if field == "municipality":
        official = places.official(value)
        return official or to_latin(value), given | ({} if official else {UNLISTED: "yes"})
    kept, told = _CHECKS.get(field, _text)(value)
    return kept, told | given


def kept_form(field: str, text: str, places: Municipalities) -> str:
    """Return a text in stored form; unchanged if it is not a valid value."""
    try:
        return checked(field, text, {}, places)[0]
    except UsageError:
        return text


def is_same(field: str, text: str, value: str, places: Municipalities) -> bool:
    """Return whether a text is this value, ignoring script, diacritics and number format."""
    return fold(kept_form(field, text, places)) == fold(value)


def is_value(field: str, value: str) -> bool:
    """Return whether a value of a field is in stored form. Names and free text may have any form."""
    if field in _NAMES:
        return True
    if field in _SUMS:
        return bool(_SUM.fullmatch(value))
    try:
        return _CHECKS.get(field, _text)(value)[0] == value
    except UsageError:
        return False


def known_field(field: str) -> str:
    """Validate the name of a field.

    :raises UsageError: there is no such field.
    """
    if field not in FIELDS:
        near = get_close_matches(field, FIELDS, n=1)
        remedy = Message("Fields are: %(names)s.", names=", ".join(FIELDS))
        if near:
            remedy = sentences(Message("Did you mean %(name)s?", name=near[0]), remedy)
        raise UsageError("There is no field %(name)s.", remedy, name=repr(field))
    return field


def _checked_detail(field: str, name: str, text: str) -> str:
    if name == "role":
        if text not in ROLES[field]:
            raise UsageError(
                "%(text)s is not a role of a %(our_field)s.",
                "Roles are: %(names)s.",
                text=repr(text),
                our_field=field,
                names=", ".join(ROLES[field]),
            )
    elif name in _DETAILS:
        pattern, meaning = _DETAILS[name]
        if not re.fullmatch(pattern, text):
            raise UsageError(
                "%(text)s is not a valid %(our_thing)s.",
                "It has to be %(our_form)s.",
                text=repr(text),
                our_thing=name,
                our_form=meaning,
            )
    elif not text or len(text) > LONGEST_VALUE or not text.isprintable():
        raise UsageError("%(name)s has 1 to %(most)s characters.", name=name, most=LONGEST_VALUE)
    return text


def _text(value: str) -> Checked:
    return value, {}


def _latin(value: str) -> Checked:
    return to_latin(value), {}


def _one_of(what: str, values: tuple[str, ...]) -> Callable[[str], Checked]:
    def check(value: str) -> Checked:
        wanted = value.lower().replace(" ", "_")
        if wanted not in values:
            raise UsageError(
                "%(text)s is not a valid %(our_thing)s.",
                "It is one of: %(names)s.",
                text=repr(value),
                our_thing=what,
                names=", ".join(values),
            )
        return wanted, {}

    return check


def _language(value: str) -> Checked:
    if not _LANGUAGE.fullmatch(value):
        raise UsageError(
            "%(value)s is not a language.", "Write its BCP 47 tag: sr-Cyrl, sr-Latn, en.", value=repr(value)
        )
    return value, {}


def _year(value: str) -> Checked:
    if not (_DIGITS.fullmatch(value) and FIRST_YEAR <= int(value) <= LAST_YEAR):
        raise UsageError(
            "%(value)s is not a year between %(first)s and %(last)s.",
            value=repr(value),
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )
    return value, {}


def _date(value: str) -> Checked:
    found = _ISO_DATE.fullmatch(plain_date(value.replace(". ", ".").rstrip(".")) or value)
    if not found:
        raise UsageError("%(value)s is not a date.", "Write 2021-03-09 or 9.3.2021.", value=repr(value))
    _year(found[1])
    try:
        return date(*map(int, found.groups())).isoformat(), {}
    except ValueError as error:
        raise UsageError(
            "%(value)s is not a day of the calendar.", "Write 2021-03-09 or 9.3.2021.", value=repr(value)
        ) from error


def _amount(value: str) -> Checked:
    """Parse an amount in any usual notation: 13.500.000,00, 13,500,000.00, 13500000, with or without its currency."""
    coded = _WITH_CURRENCY.fullmatch(value)
    number, told = (coded[1], {"currency": coded[2]}) if coded else (value, {})
    plain = number if _DIGITS.fullmatch(number) else plain_amount(number)
    if plain is None:
        raise UsageError("%(value)s is not an amount.", "Write 13500000.00 or 13.500.000,00.", value=repr(value))
    whole, _, cents = plain.partition(",")
    if not 0 < int(whole + cents) < LARGEST:
        raise UsageError("%(value)s is not an amount that anybody pays.", "Check its digits.", value=repr(value))
    return f"{int(whole)}.{cents:0<2}", told


def _cpv(value: str) -> Checked:
    found = _CPV.fullmatch(value)
    if not found:
        raise UsageError(
            "%(value)s is not a CPV code.",
            "It has 8 digits, and may have its check digit: 32323500-8.",
            value=repr(value),
        )
    return found[1], {"check": found[2]} if found[2] else {}


def _bids(value: str) -> Checked:
    if not (_DIGITS.fullmatch(value) and int(value) <= MOST_BIDS):
        raise UsageError(
            "%(value)s is not a number of bids.",
            "It is a whole number up to %(most)s.",
            value=repr(value),
            most=MOST_BIDS,
        )
    return str(int(value)), {}


_RATE = re.compile(r"[0-9]{1,4}(?:[.,][0-9]{1,6})?")


def _rate(value: str) -> Checked:
    if not _RATE.fullmatch(value) or not float(value.replace(",", ".")):
        raise UsageError("%(value)s is not a rate.", "Write it as 20, or 117,5785.", value=repr(value))
    return value.replace(",", "."), {}


def _document(value: str) -> Checked:
    if not _ID.fullmatch(value):
        raise UsageError("%(value)s is not a document id.", "An id is 64 hexadecimal digits.", value=repr(value))
    return value, {}


def _quantity(value: str) -> Checked:
    if not _DIGITS.fullmatch(value):
        raise UsageError(
            "%(value)s is not a quantity.",
            "It is a whole number; what it counts goes beside it as: what.",
            value=repr(value),
        )
    return str(int(value)), {}


_CHECKS: Mapping[str, Callable[[str], Checked]] = MappingProxyType(
    {
        "kind": _one_of(Message("kind of document"), KINDS),
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
        "price_change": lambda value: _rate(value) if _RATE.fullmatch(value) else _amount(value),
        "vat_rate": _rate,
        "exchange_rate": _rate,
        "bids": _bids,
        "cpv": _cpv,
        "foi_outcome": _one_of(Message("outcome of a request"), FOI_OUTCOMES),
        "quantity": _quantity,
        "procedure": _document,
    }
)
"""The validator of each field; others accept any text."""
