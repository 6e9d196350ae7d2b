"""Clauses to compare, by document and eid, with their words."""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from archive.body import PagePart, body
from archive.comparing.sentences import REWORDED, SentencePair, SentenceRelation, align_sentences, numbers_in
from archive.comparing.tolerance import Tolerated
from archive.comparing.words import Comparison, DifferenceKind, compare_words
from archive.errors import UsageError
from archive.model import Clause, Description, Reading
from archive.model.words import NO_CONFIDENCE, Words
from archive.serialization import Id, JsonAnswer, PageRange, SchemaKeywords, Share, WordSpan, attr, rounded, serialize
from archive.store.catalog import Catalog
from archive.text.alignment import places_of

MOST_WORDS = 5000
"""Most words of a clause that is compared. An article has about 150."""

LABEL_WITHIN = 40
"""Words at the beginning of a clause among which its label is searched for: the heading may be printed before it."""

_ADDRESS = re.compile(
    r"(?:\S*/documents/)?(?P<document>[0-9a-fA-F]{8,64})(?:#|/(?:clauses/)?)(?P<eid>[^\s/?#]+)(?:\?\S*)?"
)


@dataclass(frozen=True, slots=True)
class ClauseText:
    """A clause of a document's newest reading, with its compared ``words`` and their ``numbers``."""

    description: Description
    reading: Reading
    clause: Clause
    words: Words
    numbers: tuple[int, ...]

    @property
    def by_ocr(self) -> bool:
        """Whether any of it was read by OCR, so that letters may be misread."""
        return bool(self.words.confidences)

    @property
    def heading_words(self) -> int:
        """The number of its leading words that are its heading."""
        heading = self.clause.heading or ""
        place = next(places_of(heading, self.words.texts[: LABEL_WITHIN + len(heading.split())]), None)
        return place[1] + 1 if place is not None and place[0] == 0 and place[1] + 1 < len(self.words) else 0

    @property
    def pages(self) -> tuple[int, int]:
        """Its first and last page."""
        span = self.clause.span
        return self.reading.page_of_word(span.first).number, self.reading.page_of_word(span.last).number


def addressed(text: str) -> tuple[str, str]:
    """Parse the document's id and the eid from ``ID#EID``, ``ID/EID`` or the address of a clause's page.

    :raises UsageError: it has none.
    """
    found = _ADDRESS.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            "%(text)s names no clause.",
            "Write the document's id and the clause's eid: 1a2b3c4d5e6f#art_5",
            text=repr(text[:80]),
        )
    return found["document"], found["eid"]


def clause_text(catalog: Catalog, document_id: str, eid: str) -> ClauseText:
    """Load a clause with its words.

    :raises UnknownDocument: there is no single such document.
    :raises UsageError: it has no such clause, or one too long to be compared.
    """
    document = catalog.documents.find(document_id)
    reading = catalog.readings.get(document.id)
    clause = catalog.clauses.get(document.id, eid, reading.number)
    count = clause.span.last - clause.span.first + 1
    if count > MOST_WORDS:
        raise UsageError(
            "Clause %(eid)s of %(filename)s has %(count)s words; %(most)s are compared.",
            "Compare the clauses inside it: dosije clauses %(id)s",
            eid=eid,
            filename=document.filename,
            count=f"{count:,}",
            most=f"{MOST_WORDS:,}",
            id=document.id[:12],
        )
    return with_words(catalog, catalog.documents.descriptions([document.id])[document.id], reading, clause)


def with_words(catalog: Catalog, described: Description, reading: Reading, clause: Clause) -> ClauseText:
    """Return a clause with its words, except running lines and its printed label, because numbering is no difference
    between clauses."""
    return with_parts(described, reading, clause, body(catalog, reading, clause.span))


def with_parts(described: Description, reading: Reading, clause: Clause, parts: Sequence[PagePart]) -> ClauseText:
    """Return a clause with its words, given its body."""
    words, numbers = _together([part.cut() for part in parts]), [number for part in parts for number in part.numbers]
    place = next(places_of(clause.label, words.texts[:LABEL_WITHIN]), None)
    if place is None or place == (0, len(words) - 1):
        return ClauseText(described, reading, clause, words, tuple(numbers))
    begin, end = place[0], place[1] + 1
    kept = _together([words.between(0, begin), words.between(end, len(words))])
    return ClauseText(described, reading, clause, kept, (*numbers[:begin], *numbers[end:]))


def _together(parts: list[Words]) -> Words:
    """Join parts to one, without boxes. If only some of them were read by OCR, words of the others get full
    confidence."""
    by_ocr = any(part.confidences for part in parts)
    return Words(
        tuple(text for part in parts for text in part.texts),
        array("H"),
        b"".join(part.confidences or bytes([NO_CONFIDENCE]) * len(part) for part in parts) if by_ocr else b"",
        b"".join(part.breaks for part in parts),
    )


def compare_clauses(one: ClauseText, other: ClauseText) -> Comparison:
    """Compare two clauses word by word."""
    return compare_words(one.words.texts, other.words.texts, by_ocr=one.by_ocr or other.by_ocr)


def aligned_sentences(one: ClauseText, other: ClauseText, comparison: Comparison) -> tuple[SentencePair, ...] | None:
    """Return the aligned sentences of two clauses; None if most of their words agree, so that the comparison word by
    word is sufficient."""
    if comparison.agreement >= REWORDED:
        return None
    headings = one.heading_words, other.heading_words
    return align_sentences(one.words, other.words, by_ocr=one.by_ocr or other.by_ocr, headings=headings)


class NamedClauseAnswer(JsonAnswer):
    # Without a docstring, which would become the description of every subclass.
    eid: str = attr("clause.eid")
    label: str = attr("clause.label")
    heading: str | None = attr("clause.heading")
    topic: str | None = attr("clause.topic")


class EntryAnswer(JsonAnswer):
    """A clause that is compared."""

    document: Id = attr("description.id")
    title: str = attr("description.title")
    eid: str = attr("clause.eid")
    label: str = attr("clause.label")
    heading: str | None = attr("clause.heading")
    topic: str | None = attr("clause.topic")
    reading: int = attr("reading.number")
    pages: PageRange
    words: WordSpan = attr("clause.span")
    by_ocr: bool


class _ChangeAnswer(JsonAnswer):
    kind: DifferenceKind
    reasons: tuple[Tolerated, ...]
    a: str
    b: str
    words: Annotated[
        tuple[WordSpan | None, ...],
        SchemaKeywords(description="Where they stand in a and in b.", minItems=2, maxItems=2),
    ]


class _SentencesAnswer(JsonAnswer):
    """Sentences of two clauses that say the same; one side is null where the other has no counterpart. ``numbers`` are
    those of a and of b as printed."""

    relation: SentenceRelation
    likeness: Annotated[Share, rounded(4)]
    a: str | None
    b: str | None
    numbers: tuple[tuple[str, ...], ...]
    words: Annotated[
        tuple[WordSpan | None, ...],
        SchemaKeywords(description="Where they stand in a and in b.", minItems=2, maxItems=2),
    ]


class ComparisonAnswer(JsonAnswer):
    """Two clauses word by word. ``sentences`` are those of clauses of which most words differ, null otherwise."""

    a: EntryAnswer
    b: EntryAnswer
    agreement: Annotated[Share, rounded(4)]
    tolerated: Mapping[str, int] = attr(lambda comparison: comparison.tally())
    changes: tuple[_ChangeAnswer, ...]
    sentences: tuple[_SentencesAnswer, ...] | None


def comparison_record(one: ClauseText, other: ClauseText, comparison: Comparison) -> dict[str, Any]:
    """Return the JSON of ``dosije compare A B``. ``words`` of a change are the documents' word numbers, null on a side
    without words."""
    changes = []
    for stretch in comparison.stretches:
        if stretch.kind is DifferenceKind.SAME:
            continue
        places = [
            (text.numbers[begin], text.numbers[end - 1]) if end > begin else None
            for text, (begin, end) in ((one, stretch.first), (other, stretch.other))
        ]
        first, second = comparison.texts(stretch)
        reasons = sorted(map(str, stretch.tolerated))
        changes.append(serialize(_ChangeAnswer, stretch, reasons=reasons, a=first, b=second, words=places))
    aligned = aligned_sentences(one, other, comparison)
    sentences = None if aligned is None else [_sentences_record(one, other, pair) for pair in aligned]
    return serialize(ComparisonAnswer, comparison, a=one, b=other, changes=changes, sentences=sentences)


def _sentences_record(one: ClauseText, other: ClauseText, pair: SentencePair) -> dict[str, Any]:
    sides = [(text, place) for text, place in ((one, pair.first), (other, pair.other))]
    texts = [None if place is None else text.words.texts[slice(*place)] for text, place in sides]
    a, b = (None if words is None else " ".join(words) for words in texts)
    return serialize(
        _SentencesAnswer,
        pair,
        a=a,
        b=b,
        numbers=[numbers_in(words or ()) for words in texts],
        words=[place and (text.numbers[place[0]], text.numbers[place[1] - 1]) for text, place in sides],
    )
