"""Verifying claims: are these words still exactly in the archived bytes, and is what is said of them so?

The bytes of the original are hashed anew. Then the words are looked for where the claim says they stand, in the reading
it names, and in the newest reading, which may read the same print otherwise. A quotation without an address is looked
for in the whole archive. What the citation says beside its quotation is compared with the citation that the archive
makes of the same words. What a citer altered, what denies or conditions the words outside of them, and what could not
be compared is told with the verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from archive.body import running_words
from archive.citing.addressed import AddressedClaim
from archive.citing.addresses import Address
from archive.citing.citation import cite
from archive.citing.claims import Claim, Claims, quotations_in
from archive.citing.finding import DOCUMENTS, Found, QuotationSearch
from archive.citing.records import is_about_address
from archive.citing.remarks import Kind, Remark
from archive.citing.said import Compared, Known
from archive.citing.surroundings import AROUND, cut, ends_sentence, outside
from archive.citing.verdicts import Bytes, Standing, Verdict, Verification, together, word_differences
from archive.errors import Message, OriginalDamaged
from archive.model import Span
from archive.search.results import not_searched_note
from archive.search.service import SearchService
from archive.store.catalog import Catalog
from archive.store.originals import OriginalStore

_COMPARED = 30
"""Places of a quotation without an address of which it is asked whether what is said of them is so."""

_OTHERWISE = Message("The words stand there, but the citation says of them what the archive does not.")

_NO_SOURCE = Message("The last words stand neither there nor do they name a source.")


@dataclass(frozen=True, slots=True)
class Verifier:
    """The parts of an archive that verifying takes."""

    catalog: Catalog
    originals: OriginalStore
    search: SearchService

    def verify(self, claims: Claims | Claim) -> Verification:
        """The answer to all that a text claims, or to one claim."""
        if isinstance(claims, Claim):
            return together(list(self._answers([claims])))
        best: Verification | None = None
        for way in claims.ways():
            answer = together(list(self._answers(way)))
            if answer.verdict is Verdict.VERIFIED:
                return answer
            best = answer if best is None or _merit(answer) > _merit(best) else best
        assert best is not None
        return best

    def _answers(self, claims: Sequence[Claim]) -> Iterator[Verification]:
        for claim in claims:
            answer, leftover = self._one(claim)
            if leftover:
                yield from self._answers(leftover)
            yield answer

    def _one(self, claim: Claim) -> tuple[Verification, Sequence[Claim]]:
        """The answer to a claim, and further claims in the words that stand before it."""
        if claim.address is None:
            return self._quotation(claim), ()
        id_ = claim.address.span.document
        if not self.catalog.known(id_):
            reason = Message("The archive has no document with the SHA-256 %(id)s.", id=id_)
            return Verification(Verdict.MISSING, reason, claim, not_compared=claim.said.unknown()), ()
        answer = AddressedClaim(self.catalog, self.catalog.find(id_), claim, claim.address).verify()
        answer, leftover = self._with_fields(answer, claim.address)
        return self._with_bytes(answer, id_), quotations_in(leftover)

    def _with_fields(self, answer: Verification, address: Address) -> tuple[Verification, str]:
        """The answer with what is said beside the quotation, and the words before it that say nothing of it."""
        said, place = answer.claim.said, answer.cited or (answer.newest if answer.verdict is Verdict.MOVED else None)
        if place is None:
            return replace(answer, not_compared=said.unknown()), ""
        linked, found = address.span, place.span
        if found.reading == linked.reading and linked.first <= found.first and found.last <= linked.last:
            # Once, running lines were cited, too.
            whole = any(remark.kind is Kind.RUNNING for remark in answer.alterations)
            compared = said.compared(self._known(linked, whole=whole))
            if compared.differences and found != linked:
                # A part of the linked words may be cited by its own page and clause.
                of_part = said.compared(self._known(found))
                compared = min(compared, of_part, key=lambda one: len(one.differences))
        else:
            compared = said.compared(self._known(found))
            kept = tuple(one for one in compared.differences if not is_about_address(one))
            compared = replace(compared, differences=kept)
        answer = replace(answer, warnings=(*answer.warnings, *self._warnings(place)))
        if source := answer.claim.source:
            if not compared.is_source:
                return replace(answer, verdict=Verdict.CHANGED, reason=_NO_SOURCE, not_compared=said.unknown()), ""
            answer = replace(answer, alterations=(*answer.alterations, Remark(Kind.SOURCE, source)))
        return _as_compared(answer, compared), compared.leftover

    def _known(self, span: Span, *, whole: bool = False) -> Known:
        citation = cite(self.catalog, self.catalog.find(span.document), span, "", datetime.now(UTC), whole=whole)
        return Known(citation, tuple(self.catalog.clauses(span.document, span.reading)))

    def _warnings(self, place: Standing) -> Iterator[Remark]:
        """What stands just outside of the words at a place and bears upon them."""
        span = place.span
        reading = self.catalog.reading(span.document, span.reading)
        first, last = reading.page_of_word(span.first).number, reading.page_of_word(span.last).number
        numbers = range(max(1, first - 1), min(len(reading.pages), last + 1) + 1)
        # Of a quotation over many pages, only the outer ones are looked at.
        near = [number for number in numbers if number <= first or number >= last]
        pages, running = self.catalog.words_on(reading, near), running_words(self.catalog, reading, near[0], near[-1])
        around = [
            (start + at, text)
            for number in near
            for start in (reading.pages[number - 1].first_word,)
            for at, text in enumerate(pages[number].texts)
            if start + at not in running
        ]
        before = [text for number, text in around if number < span.first][-AROUND:]
        after = [text for number, text in around if number > span.last][:AROUND]
        found = outside(before, after, is_finished=ends_sentence(place.words[-1]))
        yield from filter(None, (found, cut(place.words, before, after)))

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
        if claim.quotation is None or not claim.words:
            return Verification(Verdict.MISSING, "There is no word to look for.", claim)
        search = QuotationSearch(self.catalog, self.search)
        found = search.found(claim.quotation) or search.in_earlier_readings(claim.quotation)
        notes: tuple[str, ...] = (
            (Message("More documents may have these words; %(count)s were looked at.", count=DOCUMENTS),)
            if search.is_cut
            else ()
        )
        notes += not_searched_note(self.search.not_searched())
        chosen = self._chosen(claim, found)
        if chosen:
            return self._found(claim, found, *chosen, notes)
        places = search.other_forms(claim.words) or search.nearest(claim.words)
        unknown = claim.said.unknown()
        if not places:
            reason = "These words stand nowhere in the archive."
            return Verification(Verdict.MISSING, reason, claim, notes, not_compared=unknown)
        nearest = places[0]
        differences = word_differences(claim.words, nearest.words)
        reason = Message(
            "Not these words, but others like them stand in “%(title)s”, page %(page)s, words %(words)s of reading "
            "%(reading)s.",
            **_where(nearest),
        )
        answer = Verification(Verdict.CHANGED, reason, claim, notes, places=tuple(places), differences=differences)
        return self._with_bytes(replace(answer, not_compared=unknown), nearest.document.id)

    def _chosen(self, claim: Claim, found: Sequence[Found]) -> tuple[Found, Compared] | None:
        """The place of which most that is said is so. Words behind a quotation without marks must be its source."""
        compared = []
        for place in found[:_COMPARED]:
            beside = claim.said.compared(self._known(place.standing.span))
            if beside.is_source or not claim.source:
                compared.append((place, beside))
            if not beside.differences and compared:
                break
        return min(compared, key=lambda pair: len(pair[1].differences), default=None)

    def _found(
        self, claim: Claim, found: Sequence[Found], chosen: Found, compared: Compared, notes: tuple[str, ...]
    ) -> Verification:
        best, places = chosen.standing, [chosen.standing, *(one.standing for one in found if one is not chosen)]
        if best.span.reading == best.document.reading:
            reason = Message(
                "The words stand in “%(title)s”, page %(page)s, words %(words)s of reading %(reading)s, and in "
                "%(count)s more places."
                if len(places) > 1
                else "The words stand in “%(title)s”, page %(page)s, words %(words)s of reading %(reading)s.",
                **_where(best),
                count=len(places) - 1,
            )
            answer = Verification(Verdict.VERIFIED, reason, claim, newest=best)
        else:
            of_reading = Claim(Address(best.span))
            answer = AddressedClaim(self.catalog, best.document, of_reading, Address(best.span)).verify()
        alterations = chosen.match.alterations
        if claim.source:
            alterations = (*alterations, Remark(Kind.SOURCE, claim.source))
        warnings = (*chosen.match.warnings, *self._warnings(best))
        answer = replace(answer, claim=claim, places=tuple(places), notes=(*answer.notes, *notes))
        answer = _as_compared(replace(answer, alterations=alterations, warnings=warnings), compared)
        return self._with_bytes(answer, best.document.id)


def _merit(answer: Verification) -> tuple[bool, bool, bool]:
    """How much an answer has found of a text that holds in no way: the words, several quotations, anything."""
    return bool(answer.fields), bool(answer.answers), answer.verdict is not Verdict.MISSING


def _as_compared(answer: Verification, compared: Compared) -> Verification:
    """The answer, unless the citation says of the words what is not so."""
    answer = replace(answer, fields=compared.differences, not_compared=compared.not_compared)
    if compared.differences and answer.verdict in (Verdict.VERIFIED, Verdict.MOVED):
        notes = (answer.reason, *answer.notes)
        return replace(answer, verdict=Verdict.CHANGED, reason=_OTHERWISE, notes=notes)
    return answer


def _where(standing: Standing) -> dict[str, object]:
    span = standing.span
    words = f"{span.first}–{span.last}"
    return {"title": standing.title, "page": standing.page, "words": words, "reading": span.reading}
