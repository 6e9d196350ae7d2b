"""Why a paper is in a procedure, in words for people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from archive.errors import Message
from archive.model import Fact
from archive.procedures.papers import CASE, CONTRACT, PORTAL, Mentioned


class Ground(StrEnum):
    """What a paper is in a procedure for. A person's ruling stands above a number, and a number above what is alike."""

    RULING = "ruling"
    NUMBER = "number"
    COPY = "copy"
    SIMILARITY = "similarity"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a paper is where it is. ``facts`` are those of the paper that say so."""

    ground: Ground
    text: str
    facts: tuple[Fact, ...] = ()


def by_ruling() -> Reason:
    """Return the reason that a person said so."""
    return Reason(Ground.RULING, Message("a person said so"))


def same_words() -> Reason:
    """Return the reason that it nearly repeats another paper."""
    return Reason(Ground.COPY, Message("nearly the same words as another paper of it"))


def by_date() -> Reason:
    """Return the reason that a request and its answer are of one body and of fitting dates."""
    return Reason(Ground.DATE, Message("its body and its date fit"))


def by_number(link: Mentioned, *, is_same: bool) -> Reason:
    """Return the reason that it has a number that other papers have, too.

    :param is_same: they have it in the same register and with the same act; else it is the file that they share.
    """
    if is_same:
        return Reason(Ground.NUMBER, _same(link.role, link.fact.value), (link.fact,))
    return Reason(Ground.NUMBER, Message("same file number %(number)s", number=link.number.file.upper()), (link.fact,))


def _same(role: str, number: str) -> Message:
    if role == CONTRACT:
        return Message("same contract number %(number)s", number=number)
    if role == CASE:
        return Message("same case number %(number)s", number=number)
    if role == PORTAL:
        return Message("same number of the portal %(number)s", number=number)
    return Message("same procurement number %(number)s", number=number)
