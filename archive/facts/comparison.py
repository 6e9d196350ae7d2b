"""What is different between two states of a document's facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from archive.model import Fact
from archive.model.decisions import of_field


class Difference(StrEnum):
    """How a fact differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    """Another value is in its place, or something else is told beside the same value."""
    EVIDENCE = "evidence"
    """The same is read from other words, by another rule, or with another confidence."""


@dataclass(frozen=True, slots=True)
class FactDifference:
    """One difference. ``before`` is None for a fact that was added, ``after`` for one that was removed."""

    field: str
    difference: Difference
    before: Fact | None
    after: Fact | None


def compare(before: Sequence[Fact], after: Sequence[Fact]) -> Iterator[FactDifference]:
    """The differences between the facts of before and those of now, field by field."""
    for field in dict.fromkeys(fact.field for fact in (*before, *after)):
        gone = [fact for fact in of_field(before, field) if fact not in after]
        new = [fact for fact in of_field(after, field) if fact not in before]
        for old in list(gone):
            same = next((fact for fact in new if fact.value == old.value), None)
            if same is not None:
                gone.remove(old)
                new.remove(same)
                told_alike = dict(same.details) == dict(old.details) and same.status is old.status
                yield FactDifference(field, Difference.EVIDENCE if told_alike else Difference.CHANGED, old, same)
        if len(gone) == len(new) == 1:
            yield FactDifference(field, Difference.CHANGED, gone[0], new[0])
            continue
        yield from (FactDifference(field, Difference.REMOVED, old, None) for old in gone)
        yield from (FactDifference(field, Difference.ADDED, None, fact) for fact in new)
