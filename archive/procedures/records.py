"""Chains as JSON: what ``dosije chain --json`` and ``/api/v1/documents/<id>/chain`` give."""

from __future__ import annotations

from typing import Any

from archive.facts.evidence import EvidenceReader, fact_id, spans_of
from archive.procedures.chains import Chain, ChainPaper
from archive.procedures.lookup import chains_of
from archive.store.catalog import Catalog


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
    return {
        "id": chain.id,
        "about": "procurement" if chain.is_procurement else "request",
        "reference": chain.number,
        "buyer": chain.buyer,
        "municipality": chain.municipality,
        "round": chain.round,
        "rounds": chain.rounds,
        "documents": [_member(reader, member) for member in chain.members],
        "requests": [_member(reader, member) for member in chain.requests],
        "missing": [{"kind": lacking.kind, "why": lacking.why} for lacking in chain.missing],
    }


def _member(reader: EvidenceReader, member: ChainPaper) -> dict[str, Any]:
    known, fact = member.paper.known, member.link
    link = None
    if fact is not None:
        page = fact.span and reader.page_of(fact.span).number
        link = {"value": fact.value, "fact": fact_id(fact), "page": page}
    return {
        "id": known.id,
        "title": known.title,
        "filename": known.filename,
        "kind": known.kind,
        "date": known.date,
        "link": link,
        "copy_of": member.copy_of,
    }
