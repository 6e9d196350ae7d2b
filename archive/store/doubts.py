"""Which documents may have a fact that is worth a person's look. A coarse sieve: the rules are in
:mod:`archive.facts.review`, and look at what this finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Text, cast, func, or_, select

from archive.fields import FIELDS
from archive.store.sql.tables import facts

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
        # Two sets, and no look-up for each document: which index that would take is up to statistics that a new
        # database has not, and the wrong one reads every fact of the field for each document.
        of_kinds = select(facts.c.document).where(facts.c.field == "kind", facts.c.value.in_(kinds))
        having = select(facts.c.document).where(facts.c.field == field)
        found |= set(connection.scalars(of_kinds)) - set(connection.scalars(having))
    return sorted(found)
