"""Which facts are disputed: a check of the rule that read them fails, or persons did not agree on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from archive.decisions import Recorded
from archive.model import Fact, FactStatus
from archive.store.facts import FLAGS

_FLAGS = frozenset(FLAGS)

Disputed = frozenset[tuple[str, str]]
"""Fields with the values of them that are disputed, of one document."""


def disputed(facts: Sequence[Fact], decisions: Sequence[Recorded]) -> Disputed:
    """The disputed ones among the facts of a document. What a person gave or confirmed is settled, unless another
    person had said otherwise; what a rule read is disputed, too, if a person once said otherwise and took it back.

    :param decisions: all that were made on the document, those that were taken back, too, the first first.
    """
    found = set(_flagged(facts))
    if not decisions:
        return frozenset(found)
    by_field = {fact.field for fact in facts}
    doubtful = [one for one in decisions if one.decision.field in by_field]
    found |= set(_contradicted(facts, [one for one in doubtful if one.undone_by is not None]))
    found |= set(_disagreed([one for one in doubtful if one.undone_by is None]))
    return frozenset(found & {(fact.field, fact.value) for fact in facts})


def _flagged(facts: Iterable[Fact]) -> Iterator[tuple[str, str]]:
    for fact in facts:
        if fact.status is FactStatus.EXTRACTED and not _FLAGS.isdisjoint(fact.details):
            yield fact.field, fact.value


def _contradicted(facts: Iterable[Fact], withdrawn: Sequence[Recorded]) -> Iterator[tuple[str, str]]:
    for fact in facts:
        if fact.status is FactStatus.EXTRACTED and any(_denies(one, fact) for one in withdrawn):
            yield fact.field, fact.value


def _disagreed(standing: Sequence[Recorded]) -> Iterator[tuple[str, str]]:
    for at, later in enumerate(standing):
        for earlier in standing[:at]:
            if earlier.decision.by != later.decision.by and any(
                _denies(later, fact) for fact in earlier.decision.facts
            ):
                yield from ((fact.field, fact.value) for fact in later.decision.facts)


def _denies(recorded: Recorded, fact: Fact) -> bool:
    """Whether a person says that this value is not right."""
    decision = recorded.decision
    return decision.overrules(fact) and all(given.value != fact.value for given in decision.facts)
