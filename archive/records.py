"""Documents and clauses as JSON: what ``dosije show``, ``dosije clauses`` and ``/api/v1/documents`` give."""

from __future__ import annotations

from typing import Annotated, Any

from archive.body import body_in
from archive.errors import check_page
from archive.model import Clause, ClauseLevel, Reading, TextSource, Vendor
from archive.model.clauses import NumberingProblem, irregularities
from archive.model.quality import Quality, page_quality
from archive.model.signatures import SignatureIntegrity, Trust, from_agent
from archive.serialization import (
    DocumentKind,
    Id,
    JsonAnswer,
    PageRange,
    SchemaKeywords,
    Share,
    WordSpan,
    attr,
    rounded,
    serialize,
)
from archive.store.catalog import Catalog
from archive.text.running_lines import RunningLines


class NearDuplicateAnswer(JsonAnswer):
    """A document of nearly the same wording."""

    id: Id = attr("document")
    title: str
    similarity: Annotated[Share, rounded(2)] = attr("wording")
    near_identical: bool = attr("is_near_identical")
    numbers_differing: Annotated[Share, rounded(2)] = attr(lambda like: 1 - like.numbers)


class PageAnswer(JsonAnswer):
    number: int
    source: TextSource
    confidence: float | None
    quality: Quality | None = attr(page_quality)
    script: str | None
    reason: str | None
    note: str | None
    text: str


class _ContainerAnswer(JsonAnswer):
    id: Id
    filename: str
    path: str


class SignatureAnswer(JsonAnswer):
    """A digital signature, as far as it was verified when the document was read."""

    holder: str
    issuer: str
    signed_at: str | None
    integrity: SignatureIntegrity
    trust: Trust
    anchor: str | None
    problem: str | None
    told: str = attr(lambda signature: signature.told())


class _MemberOfContainer(JsonAnswer):
    path: str
    id: Id | None = attr("document")
    reason: str | None


_Amount = Annotated[
    dict[str, str], SchemaKeywords(type="object", properties={"amount": {"type": "string"}}, required=["amount"])
]


class DocumentAnswer(JsonAnswer):
    """A document."""

    id: Id
    sha256: Id = attr("id")
    filename: str
    title: str
    kind: DocumentKind | None
    language: str | None
    municipality: str | None
    buyer: str | None
    vendors: tuple[Vendor, ...]
    year: int | None
    date: str | None
    reference: str | None
    quality: Quality | None
    reading: int
    newest_reading: int
    amounts: tuple[_Amount, ...]
    containers: tuple[_ContainerAnswer, ...]
    members: tuple[_MemberOfContainer, ...]
    signatures: tuple[SignatureAnswer, ...]
    near_duplicates: tuple[NearDuplicateAnswer, ...]
    sources: tuple[str, ...]
    pages: tuple[PageAnswer, ...]


class NumberingAnswer(JsonAnswer):
    """What is irregular about the number of a clause: numbers are missing before it, or it is doubled or out of
    order."""

    problem: NumberingProblem
    numbers: tuple[str, ...]


class ClauseAnswer(JsonAnswer):
    """A clause with all those inside it. counted: its number was counted by machine and is not printed."""

    eid: str
    label: str
    heading: str | None
    topic: str | None
    parent: str | None
    level: ClauseLevel
    pages: PageRange
    words: WordSpan = attr("span")
    confidence: Share
    counted: bool
    text: str
    numbering: NumberingAnswer | None


def document_record(
    catalog: Catalog, document_id: str, page: int | None = None, reading_number: int | None = None
) -> dict[str, Any]:
    """Return a document with the text of all its pages, or of page ``page`` alone.

    The pages and their language are those of the newest reading, or of reading ``reading_number``; everything else is
    what is known of the document now. ``containers`` says in which e-mails and archives it lies and where there,
    ``members`` what it holds itself; a member without ``id`` could not be read, for the ``reason`` given.
    ``near_duplicates`` are the documents of nearly the same wording, the nearest first; where ``near_identical`` is
    false, their numbers differ.

    :raises UsageError: the document has no such reading or page.
    """
    document = catalog.documents.find(document_id)
    reading = catalog.readings.get(document.id, reading_number)
    described = catalog.documents.descriptions([document.id])[document.id]
    if page is not None:
        check_page(page, len(reading.pages), document.filename)
    return serialize(
        DocumentAnswer,
        described,
        language=described.language if reading.number == document.reading else reading.language,
        reading=reading.number,
        newest_reading=document.reading,
        amounts=[
            {"amount": fact.value, **fact.details} for fact in catalog.facts.of(document.id) if fact.field == "amount"
        ],
        containers=[
            {"id": place.container, "filename": catalog.documents.find(place.container).filename, "path": place.path}
            for place in catalog.members.containers(document.id)
        ],
        members=catalog.members.of(document.id),
        signatures=from_agent(reading.agent),
        near_duplicates=near_duplicates_record(catalog, document.id),
        sources=[source.path for source in catalog.documents.sources(document.id)],
        pages=[
            serialize(PageAnswer, shown, text=catalog.readings.words(document.id, shown.number, reading.number).text())
            for shown in (reading.pages if page is None else (reading.pages[page - 1],))
        ],
    )


def near_duplicates_record(catalog: Catalog, document_id: str) -> list[dict[str, Any]]:
    """Return the documents of nearly the same wording, the nearest first. Shares are between 0 and 1."""
    found = catalog.near_duplicates.of([document_id]).get(document_id, ())
    described = catalog.documents.descriptions(like.document for like in found)
    return [serialize(NearDuplicateAnswer, like, title=described[like.document].title) for like in found]


def clause_records(catalog: Catalog, document_id: str, reading_number: int | None = None) -> list[dict[str, Any]]:
    """Return the clause tree of a reading, the newest by default, in the order in which the clauses stand.

    ``pages`` and ``words`` are the first and the last one. ``text`` holds all of a clause with those inside it, but for
    running heads, feet and page numbers.

    :raises archive.errors.UnknownDocument: there is no single such document.
    :raises archive.errors.UsageError: the document has no such reading.
    """
    document = catalog.documents.find(document_id)
    reading = catalog.readings.get(document.id, reading_number)
    clauses = catalog.clauses.of(document.id, reading.number)
    if not clauses:
        return []
    words = dict(enumerate(catalog.readings.all_words(document.id, reading.number), start=1))
    running = RunningLines.of(words)
    irregular = {each.eid: each for each in irregularities(clauses)}
    return [
        serialize(
            ClauseAnswer,
            clause,
            numbering=irregular.get(clause.eid),
            pages=_pages(reading, clause),
            text=" ".join(text for part in body_in(reading, clause.span, words, running) for text in part.texts),
        )
        for clause in clauses
    ]


def _pages(reading: Reading, clause: Clause) -> tuple[int, int]:
    first, last = (reading.page_of_word(word) for word in (clause.span.first, clause.span.last))
    return first.number, last.number
