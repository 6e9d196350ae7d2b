"""Corrections as people ask for them, made into decisions: values checked, evidence found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from archive.decisions import METHOD, Action, Decision
from archive.errors import UsageError
from archive.facts.evidence import numbered, quoted
from archive.facts.values import Places, checked, kept_form, known_field
from archive.fields import is_list
from archive.model import Document, Fact, FactStatus, Span
from archive.store.catalog import Catalog
from archive.text.folding import fold

LONGEST_NAME = 100
"""Characters of a person's name."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person asks for, as written.

    ``document`` is an id or a prefix of one. ``value`` is None where the field is to be emptied, or a value removed or
    confirmed: ``old``. The evidence is a ``quote``, on one ``page`` or wherever it stands, or ``words`` by their
    numbers; it may be missing.
    """

    document: str
    field: str
    action: Action
    by: str
    value: str | None = None
    old: str | None = None
    page: int | None = None
    quote: str | None = None
    words: str | None = None
    details: Mapping[str, str] = dataclass_field(default_factory=dict)


class Corrections:
    """Makes decisions of corrections. It looks into the catalog and changes nothing there."""

    def __init__(self, catalog: Catalog, places: Places) -> None:
        self._catalog, self._places = catalog, places

    def decision(self, asked: Correction) -> Decision:
        """The decision that a correction is.

        :raises UsageError: there is no such document, field, value or evidence.
        """
        document = self._catalog.find(asked.document)
        field = known_field(asked.field)
        by = checked_name(asked.by)
        if asked.action in (Action.ADD, Action.REPLACE) and asked.value is None:
            raise UsageError("There is no value to %(action)s.", action=asked.action)
        if asked.action is Action.ADD and not is_list(field):
            raise UsageError(
                "A document has one %(our_field)s.", "Leave out --add, and the value takes its place.", our_field=field
            )
        facts = () if asked.value is None else (self._fact(document, asked, asked.value),)
        old = None if asked.old is None else self._as_known(document, field, asked.old)
        return Decision(document.id, field, asked.action, by, facts, old)

    def _fact(self, document: Document, asked: Correction, text: str) -> Fact:
        value, details = checked(asked.field, text, asked.details, self._places)
        span = self._span(document, asked)
        return Fact(asked.field, value, span, METHOD, 1.0, FactStatus.CORRECTED, details)

    def _span(self, document: Document, asked: Correction) -> Span | None:
        if asked.words is not None and (asked.quote is not None or asked.page is not None):
            raise UsageError("Evidence is named by its words' numbers or by a quotation, not by both.")
        if asked.words is not None:
            return numbered(self._catalog, document, asked.words)
        if asked.quote is not None:
            return quoted(self._catalog, document, asked.quote, asked.page)
        if asked.page is not None:
            raise UsageError("A page alone is no evidence.", "Quote the words on it: --quote TEXT")
        return None

    def _as_known(self, document: Document, field: str, text: str) -> str:
        """The value of a document that somebody wrote this way: in another script, without diacritics, as 1.200,00."""
        values = {fact.value for fact in self._catalog.facts(document.id) if fact.field == field}
        if text in values:
            return text
        form = kept_form(field, text, self._places)
        alike = [value for value in values if fold(value) == fold(form)]
        return alike[0] if len(alike) == 1 else form


def checked_name(by: str) -> str:
    """The name of a person who decides.

    :raises UsageError: it is empty, too long, or runs over more than one line.
    """
    name = by.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(
            "A person's name has 1 to %(most)s characters.", "Say who you are: --by NAME", most=LONGEST_NAME
        )
    return name
