"""Awards and contracts of a release, and which contract carries out which award."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from archive.model import Fact
from archive.ocds.parties import Parties
from archive.ocds.proofs import Json, Proofs, moment, proven
from archive.ocds.tender import of_kinds
from archive.ocds.values import values
from archive.procedures.numbers import key
from archive.procedures.papers import CASE, CONTRACT, Paper

Documents = Callable[[Sequence[Paper]], list[Json]]
"""The OCDS documents of papers, their copies among them."""


class Signing:
    """Makes the awards and contracts of one release.

    What is awarded is what the contract costs: papers of one stage may call it by the name of the other.
    """

    def __init__(self, papers: Sequence[Paper], documents: Documents, parties: Parties, proofs: Proofs) -> None:
        self._papers, self._documents, self._parties, self._proofs = papers, documents, parties, proofs
        borne = {paper.id: _own_number(paper) for paper in papers}
        counts = Counter((paper.kind, fact.value) for paper in papers if (fact := borne[paper.id]))
        # Two papers of a kind with one number: one is misread, or a body counts otherwise. Then it names neither.
        self._numbers = {paper.id: borne[paper.id] for paper in papers if not _is_shared(paper, borne, counts)}

    def awards(self) -> list[Json]:
        """An award for each decision."""
        return [self._award(paper) for paper in of_kinds(self._papers, "award_decision")]

    def contracts(self, awarded: list[Json]) -> list[Json]:
        """A contract for each that was signed, with its annexes. An annex without its contract stands for it.

        OCDS has no contract without an award. Where the decision is not in the archive, the contract itself tells of
        the award, which is added to ``awarded``: to whom, and nothing else.
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
        # What an annex says of the value replaces what the contract said.
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
        """The award that a contract carries out: to its suppliers, or the only one there is, or one told by it."""
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
        """What a paper is known by: its own number, or the beginning of its document's id."""
        fact = self._numbers.get(paper.id)
        return (fact.value, {"id": self._proofs.of(paper.id, fact)}) if fact else (paper.id[:16], {})


def _own_number(paper: Paper) -> Fact | None:
    """The number of a contract or of a decision itself, which is not that of the procurement."""
    return next(
        (each.fact for each in paper.numbers if each.role == CASE or (each.own and each.role == CONTRACT)), None
    )


def _is_shared(paper: Paper, borne: dict[str, Fact | None], counts: Counter[tuple[str | None, str]]) -> bool:
    fact = borne[paper.id]
    return fact is None or counts[paper.kind, fact.value] > 1


def _changes(annex: Paper, contract: Paper, signed: Sequence[Paper]) -> bool:
    """Whether an annex changes a contract: the one it names, or else the only one there is."""
    named = {key(each.fact.value) for each in annex.numbers if each.role == CONTRACT}
    borne = {key(each.fact.value) for each in contract.numbers if each.own}
    return bool(named & borne) or len(signed) == 1


def _contract_changed(annex: Paper) -> Fact | None:
    return next((each.fact for each in annex.numbers if each.role == CONTRACT and not each.own), None)
