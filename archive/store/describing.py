"""What is known of documents: the description of each, its facts, and what persons decided about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from archive.model import Fact
from archive.model.decisions import Recorded, settled
from archive.model.description import Description, describe
from archive.model.quality import document_quality
from archive.store import decisions, documents, readings, vendors
from archive.store.facts import rule_facts


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a document. ``decisions`` are all that persons made, those that were undone, too."""

    description: Description
    facts: tuple[Fact, ...]
    decisions: tuple[Recorded, ...]


def known(connection: Connection, ids: Iterable[str]) -> dict[str, Known]:
    """What is known of each of these documents now; unknown ids are left out."""
    wanted = list(ids)
    rows = documents.by_id(connection, wanted)
    languages = readings.newest_languages(connection, wanted)
    tallies = readings.newest_tallies(connection, wanted)
    read = rule_facts(connection, wanted)
    decided = decisions.every(connection, wanted)
    called = vendors.names_of_vendors(connection, wanted)
    found = {}
    for id_ in wanted:
        if id_ not in rows:
            continue
        made = tuple(decided.get(id_, ()))
        facts = settled(read.get(id_, ()), (one.decision for one in made if one.undone_by is None))
        quality = document_quality(tallies.get(id_, ()))
        described = describe(rows[id_], languages[id_], quality, facts, called.get(id_, {}))
        found[id_] = Known(described, facts, made)
    return found
