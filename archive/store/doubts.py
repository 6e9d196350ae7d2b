"""Which documents may have a fact that is worth a person's look. A coarse sieve: the rules are in
:mod:`archive.facts.review`, and look at what this finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Text, and_, cast, exists, func, or_, select

from archive.fields import FIELDS
from archive.store.tables import documents, facts

FLAGS = ("check_failed", "words_differ", "sum_differs")
"""Details by which a rule says that something is wrong with what it read."""

_SINGLE = tuple(field.name for field in FIELDS.values() if not field.is_list)


def candidates(connection: Connection, least_confidence: float, needed: Mapping[str, Sequence[str]]) -> list[str]:
    """Documents in which a rule was less sure than ``least_confidence``, flagged a value or contradicts another rule,
    or that lack a field which documents of their kind should have.

    :param needed: the kinds of documents that should have a field, by the field.
    """
    flagged = or_(*(cast(facts.c.details, Text).contains(f'"{flag}"', autoescape=True) for flag in FLAGS))
    unsure = select(facts.c.document).where(or_(facts.c.confidence < least_confidence, flagged))
    at_odds = (
        select(facts.c.document)
        .where(facts.c.field.in_(_SINGLE))
        .group_by(facts.c.document, facts.c.field)
        .having(func.count(facts.c.value.distinct()) > 1)
    )
    found = set(connection.scalars(unsure)) | set(connection.scalars(at_odds))
    for field, kinds in needed.items():
        has_field = exists().where(facts.c.document == documents.c.id, facts.c.field == field)
        of_kind = facts.alias()
        is_of_kind = and_(of_kind.c.document == documents.c.id, of_kind.c.field == "kind", of_kind.c.value.in_(kinds))
        found |= set(connection.scalars(select(documents.c.id).join(of_kind, is_of_kind).where(~has_field)))
    return sorted(found)
