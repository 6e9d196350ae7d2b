"""Verdicts of verification."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from archive.citing.claims import Claim
from archive.citing.locators import QUOTE_DIGITS, Address, quote_hash
from archive.citing.statements import FieldDifference, NotCompared
from archive.citing.wording import Remark, RemarkKind
from archive.errors import Message
from archive.model import Document, Span
from archive.model.annotations import How
from archive.serialization import AnyRecord, Id, JsonAnswer, WordSpan, attr, serialize

HOW = {
    How.EDGES: Message("In the archive, the punctuation at the edges of the quotation is different."),
    How.SPACING: Message("Spaces differ from those of the quotation."),
    How.SCRIPT: Message("The archive has it in the other script."),
}
"""Messages for words in another form."""


class Verdict(StrEnum):
    """Whether a quotation still is in the archived bytes."""

    VERIFIED = "verified"
    """Word for word, at its address, if it has one."""
    MOVED = "moved"
    """Word for word, at another address."""
    CHANGED = "changed"
    """The archive has other words there, or its bytes have changed."""
    MISSING = "missing"
    """Nowhere."""


class Bytes(StrEnum):
    """The state of an original since it was added, by its SHA-256."""

    INTACT = "intact"
    CHANGED = "changed"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class QuotedPassage:
    """A place of words: page, span, words, and how they resemble the quoted ones."""

    document: Document
    title: str
    span: Span
    page: int
    words: tuple[str, ...]
    how: How

    @property
    def path(self) -> str:
        """Their permalink, as a path from the root of the web pages."""
        return Address(self.span, quote_hash(self.words)[:QUOTE_DIGITS]).path()


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of a quotation and the archive's words in their place; either may be empty."""

    quoted: str
    archived: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of verifying a claim: ``verdict``, ``reason`` in a sentence, ``notes``.

    ``cited`` is the place in the reading that the claim names, ``newest`` that in the newest reading, ``places`` all
    others. ``differences`` are between the claim's words, or those of the named reading, and the archive's.
    ``original`` is None if no document is concerned.

    ``fields`` are details that differ from the archive, ``not_compared`` those that it cannot compare. ``alterations``
    are permitted changes of the citer, ``warnings`` are hints at misleading ones. For a text with several claims,
    ``answers`` has the result of each.
    """

    verdict: Verdict
    reason: str
    claim: Claim
    notes: tuple[str, ...] = ()
    original: Bytes | None = None
    cited: QuotedPassage | None = None
    newest: QuotedPassage | None = None
    places: tuple[QuotedPassage, ...] = ()
    differences: tuple[Difference, ...] = ()
    fields: tuple[FieldDifference, ...] = ()
    alterations: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()
    not_compared: tuple[NotCompared, ...] = ()
    answers: tuple[Verification, ...] = ()


class StandingAnswer(JsonAnswer):
    """Where the words stand."""

    document: Id = attr("document.id")
    filename: str = attr("document.filename")
    title: str
    reading: int = attr("span.reading")
    page: int
    words: WordSpan = attr("span")
    text: str = attr(lambda standing: " ".join(standing.words))
    how: How
    permalink: str = attr("path")


class RemarkAnswer(JsonAnswer):
    """What a citer altered, or what to beware of."""

    kind: RemarkKind
    text: str
    cited: str
    archived: str


class _FieldAnswer(JsonAnswer):
    """What the citation says otherwise."""

    field: str
    cited: str
    archived: str


class VerificationAnswer(JsonAnswer):
    """Whether a quotation still stands in the archived bytes."""

    verdict: Verdict
    reason: str
    notes: tuple[str, ...]
    document: Id | None = attr("claim.address.span.document")
    quote: str | None = attr(lambda verification: " ".join(verification.claim.words) or None)
    original: Bytes | None
    cited: StandingAnswer | None
    newest: StandingAnswer | None
    places: tuple[StandingAnswer, ...]
    differences: tuple[Difference, ...]
    fields: tuple[_FieldAnswer, ...]
    alterations: tuple[RemarkAnswer, ...]
    warnings: tuple[RemarkAnswer, ...]
    not_compared: tuple[str, ...] = attr(lambda verification: [one.text for one in verification.not_compared])
    answers: tuple[AnyRecord, ...] = attr(
        lambda verification: [serialize(VerificationAnswer, one) for one in verification.answers]
    )


_WORST = (Verdict.MISSING, Verdict.CHANGED, Verdict.MOVED, Verdict.VERIFIED)


def together(answers: Sequence[Verification]) -> Verification:
    """Combine the results of several claims: verified if all of them are, else as the worst one."""
    if len(answers) == 1:
        return answers[0]
    worst = next(verdict for verdict in _WORST if any(answer.verdict is verdict for answer in answers))
    good = sum(answer.verdict is Verdict.VERIFIED for answer in answers)
    reason = Message("%(good)s of %(count)s citations are verified.", good=good, count=len(answers))
    return Verification(worst, reason, Claim(None), answers=tuple(answers))


def word_differences(quoted: Sequence[str], archived: Sequence[str]) -> tuple[Difference, ...]:
    """Return the differences word by word."""
    matcher = SequenceMatcher(None, quoted, archived, autojunk=False)
    return tuple(
        Difference(" ".join(quoted[first:end]), " ".join(archived[other_first:other_end]))
        for tag, first, end, other_first, other_end in matcher.get_opcodes()
        if tag != "equal"
    )
