"""Validation of filter and field values, so that a misspelt value is not answered by an empty result.

Kinds, languages, reading qualities and years are validated by their form; municipalities, vendors, collections,
watchlist terms and topics exist if some document has them. A known municipality without documents is valid, and the
answer notes it. An invalid filter is refused; a query is always run, so an invalid field value in it is noted beside
the answer.

Saved searches are not validated, and findings by form only: a value that no document has any more must not stop them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from archive.errors import Message, UnknownValue, sentences
from archive.model import KINDS, Quality
from archive.search.filters import resolve_filters
from archive.search.query_language.names import LANGUAGE_NAMES, kinds_named, languages_named, qualities_named
from archive.search.query_language.parsed_query import FieldValue, ParsedQuery, QueryField
from archive.search.query_language.parser import parse
from archive.search.request import AMOUNT_FILTERS, STORY, UNKNOWN, ResolvedFilters, SearchRequest, Unit, excluded_facet
from archive.search.service import SearchService
from archive.store.catalog import Catalog
from archive.text.folding import fold, to_latin

NEAREST = 5
"""Most values that are suggested for an unknown one."""

LEAST_LIKENESS = 60
"""Least similarity, of 100, of a suggested value."""

_MISSING = {
    "kind": "There is no kind %(value)s.",
    "language": "There is no language %(value)s.",
    "quality": "There is no reading quality %(value)s.",
    "municipality": "There is no municipality %(value)s.",
    "vendor": "There is no vendor %(value)s.",
    "collection": "There is no collection %(value)s.",
    "watch": "There is no watched term %(value)s.",
    "topic": "There is no topic %(value)s.",
}
_LISTED = ("kind", "quality")
"""Facets with few values, all of which can be listed."""

_YEAR = re.compile("[12][0-9]{3}")
_NAMED = {"kind": kinds_named, "language": languages_named, "quality": qualities_named}
_KNOWN: Mapping[str, Collection[str]] = {"kind": KINDS, "language": LANGUAGE_NAMES, "quality": tuple(Quality)}
_FIXED = frozenset({*_NAMED, "year"})
"""Facets whose values are validated by their form."""


class KnownPlaces(Protocol):
    """The known municipalities, with or without documents."""

    @property
    def names(self) -> Iterable[str]:
        """Their official names."""

    def official(self, text: str) -> str | None:
        """Return the official name of a municipality that may be written this way, None for an unknown one."""


@dataclass(frozen=True, slots=True)
class FilterCheck:
    """Errors of filter values, and notes on valid values that no document has."""

    errors: tuple[UnknownValue, ...] = ()
    notes: tuple[str, ...] = ()

    def raise_any(self) -> None:
        """Raise if there are errors.

        :raises UnknownValue: a value does not exist; the message names all such values.
        """
        if self.errors:
            remedies = dict.fromkeys(error.remedy for error in self.errors if error.remedy)
            raise UnknownValue(sentences(*(error.message for error in self.errors)), sentences(*remedies) or None)


def check_filters(
    catalog: Catalog,
    service: SearchService,
    filters: Mapping[str, tuple[str, ...]],
    places: KnownPlaces | None,
    unit: Unit = Unit.DOCUMENTS,
    resolved: ResolvedFilters | None = None,
) -> FilterCheck:
    """Validate each value of the filters, as typed.

    :param service: returns the existing values, if needed.
    :param places: the known municipalities; without them every name is valid.
    :param resolved: the resolved filters, if known.
    """
    checker = _Checker(catalog, service, places, unit, resolved)
    errors: list[UnknownValue] = []
    for name, values in filters.items():
        if name not in (*AMOUNT_FILTERS, STORY):
            facet = excluded_facet(name) or name
            errors += (error for value in values if (error := checker.error(facet, value)))
    return FilterCheck(tuple(errors), tuple(checker.notes))


def field_notes(
    catalog: Catalog,
    service: SearchService,
    request: SearchRequest,
    places: KnownPlaces | None,
    parsed: ParsedQuery | None = None,
) -> tuple[str, ...]:
    """Return notes on the values of fields in the text of a request. Arguments as for :func:`check_filters`.

    :param parsed: the parsed query, if known.
    :raises archive.errors.QueryTooBroad: the query exceeds the limits.
    """
    checker = _Checker(catalog, service, places, request.unit)
    values = (parsed or parse(request.text, request.exact)).values
    errors = [checker.field_error(value, request) for value in values]
    return tuple(
        dict.fromkeys((*(sentences(error.message, error.remedy) for error in errors if error), *checker.notes))
    )


def fixed_error(facet: str, value: str) -> UnknownValue | None:
    """Return the error of a value that is validated by its form (kind, language, quality, year), or None."""
    if value == UNKNOWN or facet not in _FIXED:
        return None
    if facet == "year":
        is_year = bool(_YEAR.fullmatch(value))
        return (
            None
            if is_year
            else UnknownValue(
                "%(value)s is not a year.", "Write it in four digits, such as 2024.", value=repr(value[:40])
            )
        )
    return None if _NAMED[facet](value) else _missing(facet, value, _KNOWN[facet])


def _missing(facet: str, value: str, known: Collection[str]) -> UnknownValue:
    named = repr(value[:80])
    if near := nearest(value, known):
        return UnknownValue(_MISSING[facet], "Nearest: %(names)s.", value=named, names=", ".join(near))
    if facet in _LISTED:
        return UnknownValue(_MISSING[facet], "There are: %(names)s.", value=named, names=", ".join(known))
    return UnknownValue(_MISSING[facet], "The search page lists those that there are.", value=named)


class _Checker:
    def __init__(
        self,
        catalog: Catalog,
        service: SearchService,
        places: KnownPlaces | None,
        unit: Unit,
        resolved: ResolvedFilters | None = None,
    ) -> None:
        self._catalog, self._service, self._places, self._unit = catalog, service, places, unit
        self._resolved = resolved
        self.notes: list[str] = []

    def error(self, facet: str, value: str) -> UnknownValue | None:
        if facet in _FIXED:
            error = fixed_error(facet, value)
            is_code = facet == "language" and value != UNKNOWN and error is None
            return self._language_error(value) if is_code else error
        return None if value == UNKNOWN or self._has(facet, value) else _missing(facet, value, self._values(facet))

    def _language_error(self, value: str) -> UnknownValue | None:
        """Validate a value with the form of a language code: it needs a name, or a document in that language."""
        codes = languages_named(value)
        is_known = not set(codes).isdisjoint((*LANGUAGE_NAMES.values(), *self._values("language")))
        return None if is_known or not self._is_filled() else _missing("language", value, LANGUAGE_NAMES)

    def field_error(self, asked: FieldValue, request: SearchRequest) -> UnknownValue | None:
        """Validate a field value in the text of a request. The parser has reported what needs no catalog; this adds the
        nearest values."""
        if asked.field in _NAMED:
            # The parser lists them.
            has_near = bool(nearest(asked.text, _KNOWN[asked.field]))
            return self.error(asked.field, asked.text) if has_near else None
        match asked.field:
            case QueryField.VENDOR:
                # Words of a name are searched for, in any form, not a whole name.
                words = replace(request, text=asked.typed, filters={}, sort="newest", limit=1, offset=0, excerpts=0)
                is_known = self._service.search(words, may_be_partial=True).total > 0
                return None if is_known else self.error(asked.field, asked.text)
            case QueryField.COLLECTION:
                return self.error(asked.field, to_latin(asked.text))
            case QueryField.MUNICIPALITY | QueryField.WATCH:
                error = self.error(asked.field, asked.text)
                return None if error is None else self._unquoted(asked, request.text) or error
            case _:
                return None

    def _unquoted(self, asked: FieldValue, text: str) -> UnknownValue | None:
        """Return how to write a name of several words that was typed without quotation marks: opština:Novi Sad."""
        following = text.partition(asked.typed)[2].split()[:2]
        known = {_key(value): value for value in self._values(asked.field)}
        ways = (_key(" ".join((asked.text, *following[:count]))) for count in (2, 1))
        name = next((known[way] for way in ways if way in known), None)
        if name is None:
            return None
        written = f'{asked.typed.partition(":")[0]}:"{name}"'
        return UnknownValue("A name of several words is written in quotation marks: %(written)s.", written=written)

    def _has(self, facet: str, value: str) -> bool:
        """Return whether some document has the value, or might have it."""
        resolved = self._resolved
        if resolved is None:
            resolved = resolve_filters(self._catalog, {facet: (value,)})
        is_known = (facet, value) not in resolved.unknown
        if facet == "vendor" or (facet in {"municipality", "watch"} and is_known):
            return is_known or not self._is_filled()
        if facet == "municipality":
            official = self._places.official(value) if self._places else value
            if official:
                self.notes.append(Message("No document is from %(name)s.", name=official))
                return True
        return value in self._values(facet) or not self._is_filled()

    def _is_filled(self) -> bool:
        """Return whether there are documents at all."""
        return self._catalog.documents.count() > 0

    def _values(self, facet: str) -> Collection[str]:
        if facet == "collection":
            return [one.name for one in self._catalog.collections.all()]
        found = self._service.search(SearchRequest(limit=1, excerpts=0, unit=self._unit)).facets.get(facet, ())
        values = [value.value for value in found if value.value != UNKNOWN]
        return [*values, *self._places.names] if facet == "municipality" and self._places else values


def nearest(value: str, known: Iterable[str]) -> list[str]:
    """Return the known values most similar to this one, ignoring script, case and diacritics."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - few searches ask for it

    listed = list(dict.fromkeys(known))
    found = process.extract(
        _key(value), list(map(_key, listed)), scorer=fuzz.WRatio, limit=NEAREST, score_cutoff=LEAST_LIKENESS
    )
    return [listed[at] for _, _, at in found]


def _key(text: str) -> str:
    return " ".join(fold(text).replace("_", " ").split())
