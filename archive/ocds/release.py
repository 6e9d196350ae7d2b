"""One release for each procurement of the archive: all that its papers tell, as of now or an earlier event."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence

from archive.ocds.awards import Signing
from archive.ocds.documents import document
from archive.ocds.parties import Parties
from archive.ocds.proofs import Json, Links, Proofs, proven
from archive.ocds.tender import Asking
from archive.procedures.chains import Chain, ChainPaper
from archive.procedures.lookup import all_chains
from archive.procedures.papers import Paper
from archive.store.catalog import Catalog

_TAGS = (
    ("tender", {"tender_notice", "tender_documents", "minutes", "procurement_report", None}),
    ("tenderAmendment", {"tender_amendment"}),
    ("tenderCancellation", {"cancellation"}),
    ("award", {"award_decision"}),
    ("contract", {"contract"}),
    ("contractAmendment", {"contract_annex"}),
)
"""The codes of ``tag`` by the kinds of papers whose contents they announce."""

_OF_AWARDS_AND_CONTRACTS = {"award_decision", "contract", "contract_annex"}


def releases(catalog: Catalog, prefix: str, links: Links, of: Iterable[Chain] | None = None) -> Iterator[Json]:
    """A release for each procurement, in the order of their ids.

    :param prefix: of the ``ocid``; a publisher registers its own.
    :param of: the chains, if not all that there are now.
    """
    for chain in all_chains(catalog) if of is None else sorted(of, key=lambda chain: chain.id):
        if chain.is_procurement:
            yield release(chain, f"{prefix}-{chain.id}", catalog, Proofs(catalog, links))


def release(chain: Chain, ocid: str, catalog: Catalog, proofs: Proofs) -> Json:
    """The release of a procurement. Its ``id`` changes when anything in it does, its ``date`` when papers are added."""
    members = {member.paper.id: member for member in chain.members}
    # The earliest paper of a kind is asked first.
    papers = sorted((m.paper for m in members.values() if not m.copy_of), key=lambda paper: paper.place_in_time)
    parties = Parties(papers, proofs)

    def documents(of: Sequence[Paper]) -> list[Json]:
        wanted = {paper.id for paper in of}
        chosen = [member for member in members.values() if {member.paper.id, member.copy_of} & wanted]
        return [document(member, catalog, proofs) for member in chosen]

    buyer = _buyer(chain, papers, parties)
    others = [paper for paper in papers if paper.kind not in _OF_AWARDS_AND_CONTRACTS]
    tender = Asking(chain, papers, parties, proofs).tender(documents(others), buyer)
    signing = Signing(papers, documents, parties, proofs)
    awarded = signing.awards()
    signed = signing.contracts(awarded)
    added = max(catalog.documents.find(id_).added_at for id_ in members)
    content = {
        "tag": _tags(chain.members),
        "initiationType": "tender",
        "parties": parties.all(),
        "buyer": buyer,
        "tender": tender,
        "awards": awarded,
        "contracts": signed,
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
    return proven({"ocid": ocid, "id": f"{ocid}-{digest}", "date": added.isoformat(timespec="seconds"), **content}, {})


def _buyer(chain: Chain, papers: Sequence[Paper], parties: Parties) -> Json | None:
    """The buyer, as most papers name it."""
    for paper in papers:
        fact = paper.proof_of("buyer", chain.buyer)
        if fact:
            return parties.add(paper.id, fact, "buyer", "procuringEntity")
    return None


def _tags(members: Sequence[ChainPaper]) -> list[str]:
    kinds = {member.paper.kind for member in members}
    tags = [tag for tag, announced in _TAGS if kinds & announced]
    return tags or ["tender"]
