"""Reasons why a paper is in a procedure, as messages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from archive.errors import Message
from archive.model import Fact
from archive.procedures.papers import CASE, CONTRACT, PORTAL, Mentioned


class Ground(StrEnum):
    """The kind of reason, in order of precedence: a person's ruling, a number, similarity."""

    RULING = "ruling"
    NUMBER = "number"
    COPY = "copy"
    SIMILARITY = "similarity"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Reason:
    """The reason of a paper's membership. ``facts`` are the facts of the paper that prove it."""

    ground: Ground
    text: str
    facts: tuple[Fact, ...] = ()


def by_ruling() -> Reason:
    """Return the reason: a person's ruling."""
    return Reason(Ground.RULING, Message("a person said so"))


def same_words() -> Reason:
    """Return the reason: it is a near-identical copy of another paper."""
    return Reason(Ground.COPY, Message("nearly the same words as another paper of it"))


def by_date() -> Reason:
    """Return the reason: a request and its answer are of one body, with fitting dates."""
    return Reason(Ground.DATE, Message("its body and its date fit"))


def by_number(link: Mentioned, *, is_same: bool) -> Reason:
    """Return the reason: it has the number of other papers.

    :param is_same: they have the same register and act; else the same file.
    """
    if is_same:
        return Reason(Ground.NUMBER, _same_number(link.role, link.fact.value), (link.fact,))
    return Reason(Ground.NUMBER, Message("same file number %(number)s", number=link.number.file.upper()), (link.fact,))


def _same_number(role: str, number: str) -> Message:
    if role == CONTRACT:
        return Message("same contract number %(number)s", number=number)
    if role == CASE:
        return Message("same case number %(number)s", number=number)
    if role == PORTAL:
        return Message("same number of the portal %(number)s", number=number)
    return Message("same procurement number %(number)s", number=number)
