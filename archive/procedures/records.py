"""Chains as JSON: what ``dosije chain --json`` and ``/api/v1/documents/<id>/chain`` give."""

from __future__ import annotations

from typing import Any, Literal

from archive.facts.evidence import EvidenceReader, fact_id, spans_of
from archive.procedures.chains import Chain, ChainPaper
from archive.procedures.lookup import chains_of
from archive.serialization import DocumentKind, Id, JsonAnswer, attr, serialize
from archive.store.catalog import Catalog


class _LinkAnswer(JsonAnswer):
    value: str
    fact: str
    page: int | None


class PaperAnswer(JsonAnswer):
    id: Id = attr("paper.known.id")
    title: str = attr("paper.known.title")
    filename: str = attr("paper.known.filename")
    kind: DocumentKind | None = attr("paper.known.kind")
    date: str | None = attr("paper.known.date")
    link: _LinkAnswer | None
    copy_of: Id | None


class _MissingPaper(JsonAnswer):
    kind: DocumentKind
    why: str


class ChainAnswer(JsonAnswer):
    """A procedure with its papers in order."""

    id: str
    about: Literal["procurement", "request"] = attr(lambda chain: "procurement" if chain.is_procurement else "request")
    reference: str | None = attr("number")
    buyer: str | None
    municipality: str | None
    round: int
    rounds: int
    documents: tuple[PaperAnswer, ...]
    requests: tuple[PaperAnswer, ...]
    missing: tuple[_MissingPaper, ...]


def chain_records(catalog: Catalog, document_id: str) -> list[dict[str, Any]]:
    """Return the chains of a document as JSON.

    ``link`` of a paper is the number that links it, as printed, with the fact's id and page; null where it is alone or
    follows by body and date. ``copy_of`` is the document that it nearly repeats. ``missing`` are papers that the law
    requires and the archive lacks.

    :raises archive.errors.UnknownDocument: there is no single such document.
    :raises archive.errors.QueryTooBroad: its number is that of too many documents.
    """
    document = catalog.documents.find(document_id)
    reader = EvidenceReader(catalog)
    return [_record(reader, chain) for chain in chains_of(catalog, document.id)]


def _record(reader: EvidenceReader, chain: Chain) -> dict[str, Any]:
    reader.locate(spans_of(member.link for member in chain.all_members if member.link))
    return serialize(
        ChainAnswer,
        chain,
        documents=[_member(reader, member) for member in chain.members],
        requests=[_member(reader, member) for member in chain.requests],
    )


def _member(reader: EvidenceReader, member: ChainPaper) -> dict[str, Any]:
    fact, link = member.link, None
    if fact is not None:
        page = fact.span and reader.page_of(fact.span).number
        link = {"value": fact.value, "fact": fact_id(fact), "page": page}
    return serialize(PaperAnswer, member, link=link)
