"""Papers as OCDS documents."""

from __future__ import annotations

from archive.ocds.proofs import Json, Proofs, moment, proven
from archive.procedures.chains import ChainPaper
from archive.store.catalog import Catalog

TYPES = {
    "tender_notice": "tenderNotice",
    "tender_documents": "biddingDocuments",
    "tender_amendment": "clarifications",
    "award_decision": "awardNotice",
    "cancellation": "cancellationDetails",
    "contract": "contractSigned",
    "contract_annex": "contractAnnexe",
    "minutes": "openingMinutes",
    "procurement_report": "procurementReport",
}
"""Codes of ``documentType`` by kind. The list is open; it has none for the last two."""

COPY_OF = "dosije:copyOf"


def document(member: ChainPaper, catalog: Catalog, proofs: Proofs) -> Json:
    """A paper of a procedure. One that is a second scan names the other."""
    paper = member.paper
    known = paper.known
    facts = {"title": paper.proof_of("title", known.title), "datePublished": paper.proof_of("date", known.date)}
    return proven(
        {
            "id": paper.id,
            "documentType": TYPES.get(paper.kind or ""),
            "title": known.title if facts["title"] else None,
            "url": proofs.links.document(paper.id),
            "datePublished": moment(known.date),
            "format": catalog.documents.find(paper.id).media_type,
            "language": (known.language or "").partition("-")[0] or None,
            COPY_OF: member.copy_of,
        },
        {field: proofs.of(paper.id, fact) for field, fact in facts.items() if fact},
    )
