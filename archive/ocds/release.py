"""The release of a procurement: all that its papers tell."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from archive.model import Document, Fact
from archive.ocds.values import Json, Parties, Proofs, moment, proven, values
from archive.procedures.chains import ChainPaper
from archive.procedures.numbers import key
from archive.procedures.papers import CASE, CONTRACT, CONTRACT_KINDS, Paper

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
"""Codes of ``documentType`` by kind. The codelist is open; it lacks the last two."""

COPY_OF = "dosije:copyOf"


@dataclass(frozen=True, slots=True)
class Procurement:
    """What a release tells of: a chain, without why its papers are in it."""

    id: str
    number: str | None
    buyer: str | None
    members: tuple[ChainPaper, ...]


def document(member: ChainPaper, known: Document, proofs: Proofs) -> Json:
    """Return a paper of a procedure. One that is a second scan names the other."""
    paper = member.paper
    said = paper.known
    facts = {"title": paper.proof_of("title", said.title), "datePublished": paper.proof_of("date", said.date)}
    return proven(
        {
            "id": paper.id,
            "documentType": TYPES.get(paper.kind or ""),
            "title": said.title if facts["title"] else None,
            "url": proofs.links.document(paper.id),
            "datePublished": moment(said.date),
            "format": known.media_type,
            "language": (said.language or "").partition("-")[0] or None,
            COPY_OF: member.copy_of,
        },
        {field: proofs.of(paper.id, fact) for field, fact in facts.items() if fact},
    )


OUTCOMES = ("minutes", "award_decision", "cancellation", "procurement_report")
"""Kinds that state bidders, in order of precedence."""

ANNOUNCING = ("tender_notice", "tender_documents")
_EXTENDING = ("tender_amendment", *ANNOUNCING)


class Tender:
    """Builds the tender of one release from the distinct papers of a procedure."""

    def __init__(self, of: Procurement, papers: Sequence[Paper], parties: Parties, proofs: Proofs) -> None:
        self._of, self._papers, self._parties, self._proofs = of, papers, parties, proofs

    def tender(self, documents: Sequence[Json], buyer: Json | None) -> Json:
        """Return the tender. ``documents`` are those about it, ``buyer`` is the procuring entity."""
        fields, evidence = values(of_kinds(self._papers, *ANNOUNCING, *OUTCOMES), ("estimated",), self._proofs)
        for told, proof in (self._id(), self._status(), self._counted(), self._tenderers()):
            fields, evidence = fields | told, evidence | proof
        return proven(
            {
                **fields,
                "procuringEntity": buyer,
                "items": list(self._items()),
                "tenderPeriod": self._period(),
                "documents": documents,
            },
            evidence,
        )

    def _id(self) -> tuple[Json, Json]:
        number = self._of.number
        for paper in self._papers:
            if fact := paper.proof_of("reference", number) or paper.proof_of("related", number):
                return {"id": fact.value}, {"id": self._proofs.of(paper.id, fact)}
        return {"id": self._of.id}, {}

    def _status(self) -> tuple[Json, Json]:
        """Return the status of the tender; complete if some lots were awarded and others cancelled."""
        awarded = of_kinds(self._papers, "award_decision", *sorted(CONTRACT_KINDS))
        ending = awarded or of_kinds(self._papers, "cancellation")
        if not ending:
            return {}, {}
        proof = ending[0].proof_of("kind", ending[0].kind)
        status = {"status": "complete" if awarded else "cancelled"}
        return status, {"status": self._proofs.of(ending[0].id, proof)} if proof else {}

    def _counted(self) -> tuple[Json, Json]:
        """Return the number of bids, from the first paper that states just one for all lots."""
        for paper in of_kinds(self._papers, *OUTCOMES):
            bids = [fact for fact in paper.facts_of("bids") if "lot" not in fact.details]
            if len({fact.value for fact in bids}) == 1:
                proof = self._proofs.of(paper.id, bids[0])
                return {"numberOfTenderers": int(bids[0].value)}, {"numberOfTenderers": proof}
        return {}, {}

    def _tenderers(self) -> tuple[Json, Json]:
        found: dict[str, tuple[Json, Json]] = {}
        for paper in of_kinds(self._papers, *OUTCOMES):
            for fact in paper.facts_of("bidder"):
                reference = self._parties.add(paper.id, fact, "tenderer")
                found.setdefault(reference["id"], (reference, self._proofs.of(paper.id, fact)))
        references, proofs = ([pair[at] for pair in found.values()] for at in (0, 1))
        return {"tenderers": references}, {"tenderers": proofs}

    def _items(self) -> Iterator[Json]:
        """Yield an item for each CPV code of the first paper with any, without quantity."""
        for paper in of_kinds(self._papers, *ANNOUNCING, *OUTCOMES):
            codes = {fact.value: fact for fact in paper.facts_of("cpv")}
            for code, fact in codes.items():
                classification = {"scheme": "CPV", "id": code}
                proof = self._proofs.of(paper.id, fact)
                yield proven({"id": code, "classification": classification}, {"classification": proof})
            if codes:
                return

    def _period(self) -> Json:
        """Return the period of bids. An amendment extends that of the notice; the last deadline counts."""
        for kind in _EXTENDING:
            told = [(f.value, paper, f) for paper in of_kinds(self._papers, kind) for f in paper.facts_of("deadline")]
            if told:
                last, paper, fact = max(told, key=lambda each: each[0])
                return proven({"endDate": moment(last, ends=True)}, {"endDate": self._proofs.of(paper.id, fact)})
        return {}


def of_kinds(papers: Iterable[Paper], *kinds: str) -> list[Paper]:
    """Return the papers of these kinds, in the order of the kinds."""
    listed = list(papers)
    return [paper for kind in kinds for paper in listed if paper.kind == kind]


Documents = Callable[[Sequence[Paper]], list[Json]]
"""Returns the OCDS documents of papers, including copies."""


class Signing:
    """Builds the awards and contracts of one release.

    The award value and the contract value are the same: papers of either stage may state it.
    """

    def __init__(self, papers: Sequence[Paper], documents: Documents, parties: Parties, proofs: Proofs) -> None:
        self._papers, self._documents, self._parties, self._proofs = papers, documents, parties, proofs
        borne = {paper.id: _own_number(paper) for paper in papers}
        counts = Counter((paper.kind, fact.value) for paper in papers if (fact := borne[paper.id]))
        # If two papers of a kind have the same number, it is misread or ambiguous, and not used.
        self._numbers = {paper.id: borne[paper.id] for paper in papers if not _is_shared(paper, borne, counts)}

    def awards(self) -> list[Json]:
        """Return an award for each decision."""
        return [self._award(paper) for paper in of_kinds(self._papers, "award_decision")]

    def contracts(self, awarded: list[Json]) -> list[Json]:
        """Return the contracts with their annexes. An annex without its contract represents it.

        OCDS requires an award for each contract. If the decision is not in the archive, an award with the suppliers
        only is derived from the contract and added to ``awarded``.
        """
        signed = of_kinds(self._papers, "contract")
        groups = [[contract] for contract in signed]
        for annex in of_kinds(self._papers, "contract_annex"):
            changed = next((group for group in groups if _changes(annex, group[0], signed)), None)
            if changed:
                changed.append(annex)
            else:
                groups.append([annex])
        return [self._contract(group, awarded) for group in groups]

    def _award(self, paper: Paper) -> Json:
        fields, evidence = values([paper], ("award", "contract"), self._proofs)
        suppliers, whence = self._suppliers(paper)
        dated, when = self._dated(paper, "date")
        id_, named = self._id(paper)
        fields |= {"id": id_, "status": "active" if suppliers else None, "suppliers": suppliers}
        return proven(fields | dated | {"documents": self._documents([paper])}, evidence | when | named | whence)

    def _contract(self, group: Sequence[Paper], awarded: list[Json]) -> Json:
        first = group[0]
        # The value in an annex replaces that in the contract.
        fields, evidence = values(reversed(group), ("contract", "award"), self._proofs)
        changed = _contract_changed(first) if first.kind == "contract_annex" else None
        id_, named = (changed.value, {"id": self._proofs.of(first.id, changed)}) if changed else self._id(first)
        dated, when = self._dated(first, "dateSigned") if first.kind == "contract" else ({}, {})
        fields |= {"id": id_, "awardID": self._award_of(first, id_, awarded)["id"], **dated}
        fields |= {
            "documents": self._documents(group),
            "amendments": [self._amendment(paper) for paper in group if paper.kind == "contract_annex"],
        }
        return proven(fields, evidence | named | when)

    def _amendment(self, annex: Paper) -> Json:
        id_, named = self._id(annex)
        dated, when = self._dated(annex, "date")
        return proven({"id": id_, **dated}, named | when)

    def _award_of(self, contract: Paper, id_: str, awarded: list[Json]) -> Json:
        """Return the award of a contract: the one to its suppliers, the only one, or one derived from the contract."""
        suppliers, whence = self._suppliers(contract)
        ids = {supplier["id"] for supplier in suppliers}
        same = [award for award in awarded if ids & {supplier["id"] for supplier in award.get("suppliers", ())}]
        if same or (len(awarded) == 1 and not ids):
            return (same or awarded)[0]
        fields = {"id": f"award-of-{id_}", "status": "active", "suppliers": suppliers}
        awarded.append(proven(fields, whence))
        return awarded[-1]

    def _suppliers(self, paper: Paper) -> tuple[list[Json], Json]:
        vendors = paper.facts_of("vendor")
        suppliers = [self._parties.add(paper.id, fact, "supplier") for fact in vendors]
        return suppliers, {"suppliers": [self._proofs.of(paper.id, fact) for fact in vendors]}

    def _dated(self, paper: Paper, field: str) -> tuple[Json, Json]:
        fact = paper.proof_of("date", paper.known.date)
        return ({field: moment(fact.value)}, {field: self._proofs.of(paper.id, fact)}) if fact else ({}, {})

    def _id(self, paper: Paper) -> tuple[str, Json]:
        """Return the id of a paper: its own number, or a prefix of its document's id."""
        fact = self._numbers.get(paper.id)
        return (fact.value, {"id": self._proofs.of(paper.id, fact)}) if fact else (paper.id[:16], {})


def _own_number(paper: Paper) -> Fact | None:
    """Return the number of a contract or decision itself, as opposed to that of the procurement."""
    return next(
        (each.fact for each in paper.numbers if each.role == CASE or (each.own and each.role == CONTRACT)), None
    )


def _is_shared(paper: Paper, borne: dict[str, Fact | None], counts: Counter[tuple[str | None, str]]) -> bool:
    fact = borne[paper.id]
    return fact is None or counts[paper.kind, fact.value] > 1


def _changes(annex: Paper, contract: Paper, signed: Sequence[Paper]) -> bool:
    """Return whether an annex changes a contract: the one that it names, or else the only one."""
    named = {key(each.fact.value) for each in annex.numbers if each.role == CONTRACT}
    borne = {key(each.fact.value) for each in contract.numbers if each.own}
    return bool(named & borne) or len(signed) == 1


def _contract_changed(annex: Paper) -> Fact | None:
    return next((each.fact for each in annex.numbers if each.role == CONTRACT and not each.own), None)


_TAGS = (
    ("tender", {"tender_notice", "tender_documents", "minutes", "procurement_report", None}),
    ("tenderAmendment", {"tender_amendment"}),
    ("tenderCancellation", {"cancellation"}),
    ("award", {"award_decision"}),
    ("contract", {"contract"}),
    ("contractAmendment", {"contract_annex"}),
)
"""The codes of ``tag`` by kinds of papers."""

_OF_AWARDS_AND_CONTRACTS = {"award_decision", "contract", "contract_annex"}


def release(of: Procurement, ocid: str, known: Mapping[str, Document], proofs: Proofs) -> Json:
    """Return the release of a procurement. Its ``id`` changes when anything in it does, its ``date`` when papers are
    added.

    :param known: the documents that its papers are.
    """
    members = {member.paper.id: member for member in of.members}
    # The earliest paper of a kind is asked first.
    papers = sorted((m.paper for m in members.values() if not m.copy_of), key=lambda paper: paper.place_in_time)
    parties = Parties(papers, proofs)

    def documents(wanted_papers: Sequence[Paper]) -> list[Json]:
        wanted = {paper.id for paper in wanted_papers}
        chosen = [member for member in members.values() if {member.paper.id, member.copy_of} & wanted]
        return [document(member, known[member.paper.id], proofs) for member in chosen]

    buyer = _buyer(of.buyer, papers, parties)
    others = [paper for paper in papers if paper.kind not in _OF_AWARDS_AND_CONTRACTS]
    tender = Tender(of, papers, parties, proofs).tender(documents(others), buyer)
    signing = Signing(papers, documents, parties, proofs)
    awarded = signing.awards()
    signed = signing.contracts(awarded)
    added = max(known[id_].added_at for id_ in members)
    content = {
        "tag": _tags(of.members),
        "initiationType": "tender",
        "parties": parties.all(),
        "buyer": buyer,
        "tender": tender,
        "awards": awarded,
        "contracts": signed,
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
    return proven({"ocid": ocid, "id": f"{ocid}-{digest}", "date": added.isoformat(timespec="seconds"), **content}, {})


def _buyer(name: str | None, papers: Sequence[Paper], parties: Parties) -> Json | None:
    """Return the buyer, as most papers name it."""
    for paper in papers:
        fact = paper.proof_of("buyer", name)
        if fact:
            return parties.add(paper.id, fact, "buyer", "procuringEntity")
    return None


def _tags(members: Sequence[ChainPaper]) -> list[str]:
    kinds = {member.paper.kind for member in members}
    tags = [tag for tag, announced in _TAGS if kinds & announced]
    return tags or ["tender"]
