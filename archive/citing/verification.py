"""Verifying a claim: are these words still exactly in the archived bytes?

The bytes of the original are hashed anew. Then the words are looked for where the claim says they stand, in the reading
it names, and in the newest reading, which may read the same print otherwise. A quotation without an address is looked
for in the whole archive; script and white space make no difference then, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.citing.addressed import AddressedClaim
from archive.citing.addresses import Address
from archive.citing.claims import Claim
from archive.citing.finding import AS_QUOTED, DOCUMENTS, QuotationSearch
from archive.citing.verdicts import HOW, Bytes, Standing, Verdict, Verification, word_differences
from archive.errors import OriginalDamaged
from archive.search.results import not_searched_note
from archive.search.service import SearchService
from archive.store.catalog import Catalog
from archive.store.originals import OriginalStore


@dataclass(frozen=True, slots=True)
class Verifier:
    """The parts of an archive that verifying takes."""

    catalog: Catalog
    originals: OriginalStore
    search: SearchService

    def verify(self, claim: Claim) -> Verification:
        """The answer to a claim."""
        if claim.address is None:
            return self._quotation(claim)
        id_ = claim.address.span.document
        if not self.catalog.known(id_):
            return Verification(Verdict.MISSING, f"The archive has no document with the SHA-256 {id_}.", claim)
        answer = AddressedClaim(self.catalog, self.catalog.find(id_), claim, claim.address).verify()
        return self._with_bytes(answer, id_)

    def _with_bytes(self, answer: Verification, document_id: str) -> Verification:
        """The answer, unless the original is no longer what it was: then no word of it is proved."""
        try:
            self.originals.verify(document_id)
        except OriginalDamaged as error:
            is_there = self.originals.has(document_id)
            verdict, found = (Verdict.CHANGED, Bytes.CHANGED) if is_there else (Verdict.MISSING, Bytes.MISSING)
            notes = (answer.reason, *answer.notes)
            return replace(answer, verdict=verdict, original=found, reason=str(error), notes=notes)
        return replace(answer, original=Bytes.INTACT)

    def _quotation(self, claim: Claim) -> Verification:
        """The answer for a quotation without an address."""
        search = QuotationSearch(self.catalog, self.search)
        places = search.places(claim.words) or search.nearest(claim.words)
        notes: tuple[str, ...] = (
            (f"More documents may have these words; {DOCUMENTS} were looked at.",) if search.is_cut else ()
        )
        notes += not_searched_note(self.search.not_searched())
        if places and places[0].how in AS_QUOTED:
            return self._found(claim, [place for place in places if place.how in AS_QUOTED], notes)
        if not places:
            return Verification(Verdict.MISSING, "These words stand nowhere in the archive.", claim, notes)
        nearest = places[0]
        differences = word_differences(claim.words, nearest.words)
        reason = f"Not these words, but others like them stand in {_where(nearest)}."
        answer = Verification(Verdict.CHANGED, reason, claim, notes, places=tuple(places), differences=differences)
        return self._with_bytes(answer, nearest.document.id)

    def _found(self, claim: Claim, places: Sequence[Standing], notes: tuple[str, ...]) -> Verification:
        best = places[0]
        if best.span.reading == best.document.reading:
            also = f", and in {len(places) - 1} more places" if len(places) > 1 else ""
            answer = Verification(Verdict.VERIFIED, f"The words stand in {_where(best)}{also}.", claim, newest=best)
        else:
            of_reading = Claim(Address(best.span), (best.words,))
            answer = AddressedClaim(self.catalog, best.document, of_reading, Address(best.span)).verify()
        told = (HOW[best.how],) if best.how in HOW else ()
        answer = replace(answer, claim=claim, places=tuple(places), notes=(*told, *answer.notes, *notes))
        return self._with_bytes(answer, best.document.id)


def _where(standing: Standing) -> str:
    span = standing.span
    return f"“{standing.title}”, page {standing.page}, words {span.first}–{span.last} of reading {span.reading}"
