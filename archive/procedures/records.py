"""Chains as JSON: what ``dosije chain --json`` and ``/api/v1/documents/<id>/chain`` give."""

from __future__ import annotations

from typing import Any

from archive.facts.evidence import EvidenceReader, fact_id, spans_of
from archive.procedures.chains import Chain, Member
from archive.procedures.finding import chains_of
from archive.store.catalog import Catalog


def chain_records(catalog: Catalog, document_id: str) -> list[dict[str, Any]]:
    """The chains of a document.

    ``link`` of a paper is the number that holds it there, as printed, with the fact's id and its page; null where
    there is no other paper, or where it follows by body and date. ``copy_of`` is the document that it nearly is once
    more. ``missing`` is what the law makes exist and the archive does not have.

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


def _member(reader: EvidenceReader, member: Member) -> dict[str, Any]:
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
