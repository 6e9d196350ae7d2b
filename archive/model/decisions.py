"""Decisions of persons on facts, and their application to extracted facts.

Extracted facts are stored unchanged; the facts of a document are the extracted ones with the decisions applied in
order. So a decision outlives new readings and rules, and an undone decision leaves no trace in the facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from archive.errors import Message, UsageError
from archive.model.documents import Fact, FactStatus
from archive.model.fields import FIELDS, is_list

METHOD = "person"
"""The ``method`` of a fact that a person gave. A confirmed fact keeps the name of its rule."""

VALUES_NAMED = 8
"""Most values of a field that are listed in an error message."""


class DecisionAction(StrEnum):
    """The kinds of decisions."""

    CORRECT = "correct"
    """Replace all values of the field by these; with none, the field stays empty."""
    ADD = "add"
    """Add this value to the field."""
    REPLACE = "replace"
    """Replace one value by another."""
    REMOVE = "remove"
    """Remove this value from the field."""
    CONFIRM = "confirm"
    """Confirm an extracted value."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's decision on a field of a document. ``by`` names the person.

    ``old`` is the value that is replaced, removed or confirmed; None confirms all values that count.
    ``facts`` are the new facts; those of a confirmation are filled in by :func:`grounded`.
    """

    document: str
    field: str
    action: DecisionAction
    by: str
    facts: tuple[Fact, ...] = ()
    old: str | None = None

    @property
    def clears(self) -> bool:
        """Whether it overrules all other facts of the field."""
        return self.action is DecisionAction.CORRECT or (
            self.action is DecisionAction.CONFIRM and not is_list(self.field)
        )

    def overrules(self, fact: Fact) -> bool:
        """Return whether an earlier fact is overruled."""
        if fact.field != self.field:
            return False
        return self.clears or fact.value == self.old or any(fact.value == given.value for given in self.facts)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision with the number and time of its event.

    ``undone_by`` is the event that undid it, None if it is in force.
    """

    event: int
    at: datetime
    decision: Decision
    undone_by: int | None = None

    def held_at(self, event: int) -> bool:
        """Return whether it was in force after the event with this number."""
        return self.event <= event and (self.undone_by is None or self.undone_by > event)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """The effect of a decision on the facts of its field.

    ``is_news`` is false if it changes nothing and was decided already: then it is not recorded. ``event`` is the number
    of its record, None if there is none.
    """

    document: str
    field: str
    before: tuple[Fact, ...]
    after: tuple[Fact, ...]
    is_news: bool = True
    event: int | None = None


def settled(facts: Iterable[Fact], decisions: Iterable[Decision]) -> tuple[Fact, ...]:
    """Return extracted facts with the decisions applied in order. The facts of a decision take the place of the first
    fact that it overrules, or the end."""
    known = list(facts)
    for decision in decisions:
        overruled = [at for at, fact in enumerate(known) if decision.overrules(fact)]
        place = overruled[0] if overruled else len(known)
        known = [*known[:place], *decision.facts, *(fact for fact in known[place:] if not decision.overrules(fact))]
    return tuple(known)


def of_field(facts: Iterable[Fact], field: str) -> tuple[Fact, ...]:
    """Return the facts of one field."""
    return tuple(fact for fact in facts if fact.field == field)


def grounded(decision: Decision, facts: Sequence[Fact]) -> Decision:
    """Complete a decision from the facts that it is about.

    :param facts: the facts of the document before the decision.
    :raises UsageError: the document does not have the value, or it is ambiguous.
    """
    current = of_field(facts, decision.field)
    if decision.action is DecisionAction.CONFIRM:
        return replace(decision, facts=_confirmed(decision, current))
    if decision.old is None:
        return decision
    old = [fact for fact in current if fact.value == decision.old]
    if not old:
        raise _no_such_value(decision, current)
    if decision.action is DecisionAction.REPLACE:
        kept = {name: old[0].details[name] for name in FIELDS[decision.field].kept if name in old[0].details}
        given = tuple(replace(fact, details={**kept, **fact.details}) for fact in decision.facts)
        return replace(decision, facts=given)
    return decision


def _confirmed(decision: Decision, current: tuple[Fact, ...]) -> tuple[Fact, ...]:
    # Who confirms a whole field means what counts in it, unless nothing does.
    whole = [fact for fact in current if not fact.is_proposed] or list(current)
    chosen = whole if decision.old is None else [fact for fact in current if fact.value == decision.old]
    if not chosen:
        raise _no_such_value(decision, current)
    if not is_list(decision.field) and len({fact.value for fact in chosen}) > 1:
        raise UsageError(
            "%(document)s has several values of %(our_field)s: %(our_values)s.",
            "Say which one is right.",
            document=decision.document[:12],
            our_field=decision.field,
            our_values=_listed(chosen),
        )
    # Facts of persons need no confirmation.
    return tuple(
        replace(fact, status=FactStatus.CONFIRMED) if fact.status is FactStatus.EXTRACTED else fact for fact in chosen
    )


def _no_such_value(decision: Decision, current: Sequence[Fact]) -> UsageError:
    has = (
        Message("It has: %(our_values)s.", our_values=_listed(current))
        if current
        else Message("No %(our_field)s of it is known.", our_field=decision.field)
    )
    return UsageError(
        "%(document)s has no %(our_field)s."
        if decision.old is None
        else "%(document)s has no %(our_field)s %(value)s.",
        has,
        document=decision.document[:12],
        our_field=decision.field,
        value=repr(decision.old),
    )


def _listed(facts: Sequence[Fact]) -> str:
    values = list(dict.fromkeys(repr(fact.value) for fact in facts))
    named = ", ".join(values[:VALUES_NAMED])
    if len(values) <= VALUES_NAMED:
        return named
    return Message("%(values)s and %(count)s more", values=named, count=len(values) - VALUES_NAMED)


class FactDifferenceKind(StrEnum):
    """Kinds of differences between facts."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    """Another value in the same place, or the same value with other details."""
    EVIDENCE = "evidence"
    """The same value with other evidence, rule or confidence."""


@dataclass(frozen=True, slots=True)
class FactDifference:
    """A difference. ``before`` is None for an added fact, ``after`` for a removed one."""

    field: str
    difference: FactDifferenceKind
    before: Fact | None
    after: Fact | None


def compare(before: Sequence[Fact], after: Sequence[Fact]) -> Iterator[FactDifference]:
    """Yield the differences between two lists of facts, field by field."""
    for field in dict.fromkeys(fact.field for fact in (*before, *after)):
        gone = [fact for fact in of_field(before, field) if fact not in after]
        new = [fact for fact in of_field(after, field) if fact not in before]
        for old in list(gone):
            same = next((fact for fact in new if fact.value == old.value), None)
            if same is not None:
                gone.remove(old)
                new.remove(same)
                told_alike = dict(same.details) == dict(old.details) and same.status is old.status
                yield FactDifference(
                    field, FactDifferenceKind.EVIDENCE if told_alike else FactDifferenceKind.CHANGED, old, same
                )
        if len(gone) == len(new) == 1:
            yield FactDifference(field, FactDifferenceKind.CHANGED, gone[0], new[0])
            continue
        yield from (FactDifference(field, FactDifferenceKind.REMOVED, old, None) for old in gone)
        yield from (FactDifference(field, FactDifferenceKind.ADDED, None, fact) for fact in new)
