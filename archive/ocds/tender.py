"""The tender of a release: what was asked for, what it was thought to cost, until when, and who bid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from archive.ocds.parties import Parties
from archive.ocds.proofs import Json, Proofs, moment, proven
from archive.ocds.values import values
from archive.procedures.chains import Chain
from archive.procedures.papers import CONTRACT_KINDS, Paper

OUTCOMES = ("minutes", "award_decision", "cancellation", "procurement_report")
"""Kinds that tell who bid, the surest first."""

ANNOUNCING = ("tender_notice", "tender_documents")
_EXTENDING = ("tender_amendment", *ANNOUNCING)


class Asking:
    """Makes the tender of one release from the papers of a procedure, each of them once."""

    def __init__(self, chain: Chain, papers: Sequence[Paper], parties: Parties, proofs: Proofs) -> None:
        self._chain, self._papers, self._parties, self._proofs = chain, papers, parties, proofs

    def tender(self, documents: Sequence[Json], buyer: Json | None) -> Json:
        """The tender. ``documents`` are those that are about it, ``buyer`` the body that asked."""
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
        number = self._chain.number
        for paper in self._papers:
            if fact := paper.proof_of("reference", number) or paper.proof_of("related", number):
                return {"id": fact.value}, {"id": self._proofs.of(paper.id, fact)}
        return {"id": self._chain.id}, {}

    def _status(self) -> tuple[Json, Json]:
        """How it ended. Where some lots were awarded and others cancelled, it is complete."""
        awarded = of_kinds(self._papers, "award_decision", *sorted(CONTRACT_KINDS))
        ending = awarded or of_kinds(self._papers, "cancellation")
        if not ending:
            return {}, {}
        proof = ending[0].proof_of("kind", ending[0].kind)
        status = {"status": "complete" if awarded else "cancelled"}
        return status, {"status": self._proofs.of(ending[0].id, proof)} if proof else {}

    def _counted(self) -> tuple[Json, Json]:
        """The number of bids, by the first paper that has just one such number; those of single lots do not count."""
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
        """One item for each CPV code of the first paper that names any: what is bought, without how much of it."""
        for paper in of_kinds(self._papers, *ANNOUNCING, *OUTCOMES):
            codes = {fact.value: fact for fact in paper.facts_of("cpv")}
            for code, fact in codes.items():
                classification = {"scheme": "CPV", "id": code}
                proof = self._proofs.of(paper.id, fact)
                yield proven({"id": code, "classification": classification}, {"classification": proof})
            if codes:
                return

    def _period(self) -> Json:
        """Until when bids were taken. An amendment extends what the notice said; the last deadline holds."""
        for kind in _EXTENDING:
            told = [(f.value, paper, f) for paper in of_kinds(self._papers, kind) for f in paper.facts_of("deadline")]
            if told:
                last, paper, fact = max(told, key=lambda each: each[0])
                return proven({"endDate": moment(last, ends=True)}, {"endDate": self._proofs.of(paper.id, fact)})
        return {}


def of_kinds(papers: Iterable[Paper], *kinds: str) -> list[Paper]:
    """The papers of these kinds, in the order in which the kinds are named."""
    listed = list(papers)
    return [paper for kind in kinds for paper in listed if paper.kind == kind]
