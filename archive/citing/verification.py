"""Verification of claims: whether the words still are in the archived bytes, and what is stated of them is right.

The original is hashed again. Then the words are compared at their address, in the reading that it names, and in the
newest reading, which may differ. A quotation without an address is searched for in the whole archive. The rest of the
citation is compared with a new citation of the same words. Alterations by the citer, negations or conditions in the
context, and what could not be compared are reported with the verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from archive.body import left_out, running_words, whole_body
from archive.citing.citation import cite
from archive.citing.claims import Claim, Claims, quotations_in
from archive.citing.copying import headings
from archive.citing.locators import Address, quote_hash
from archive.citing.lookup import DOCUMENTS, QuotationMatch, QuotationSearch, finder_of, passage_maker
from archive.citing.matching import AROUND, Match, QuotationMatcher, cut, ends_sentence, outside
from archive.citing.records import is_about_address
from archive.citing.statements import CitedSource, Compared
from archive.citing.verdicts import HOW, Bytes, QuotedPassage, Verdict, Verification, together, word_differences
from archive.citing.wording import Remark, RemarkKind
from archive.errors import Message, OriginalDamaged, sentences
from archive.model import Document, Span
from archive.model.annotations import How
from archive.search.results import not_searched_note
from archive.search.service import SearchService
from archive.store.catalog import Catalog
from archive.store.originals.files import OriginalStore
from archive.text.alignment import letters, word_similarity
from archive.text.anchoring import ALIKE, Finder, Passage, PassagePlace, compare_words, passage_of, unspaced


@dataclass(frozen=True, slots=True)
class _Cited:
    """Words at an address with their numbers, and the alterations of a citer who cited them."""

    passage: Passage
    numbers: tuple[int, ...]
    alterations: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class AddressedClaim:
    """A claim on words of a document of the archive."""

    catalog: Catalog
    document: Document
    claim: Claim
    address: Address

    def verify(self) -> Verification:
        """Return the result, without checking the original."""
        span, newest = self.address.span, self.document.reading
        if span.reading > newest:
            return self._elsewhere(
                newest,
                None,
                Message(
                    "There is no reading %(reading)s; the newest is %(newest)s.", reading=span.reading, newest=newest
                ),
            )
        words = self.catalog.readings.get(self.document.id, span.reading).word_count
        if span.last >= words:
            return self._elsewhere(
                span.reading,
                None,
                Message("Reading %(reading)s ends with word %(word)s.", reading=span.reading, word=words - 1),
            )
        readings = self._possible_citations(span)
        matches = [(cited, match) for cited in readings if (match := self._match(cited.passage.quote))]
        if not matches:
            return self._elsewhere(span.reading, readings[0].passage, Message("There are other words at this address."))
        hashed = [(cited, match) for cited, match in matches if self._has_hash(cited.passage.quote)]
        if not hashed:
            return Verification(Verdict.CHANGED, _OTHER_HASH if self.claim.quotation else _OTHER_CITED, self.claim)
        cited, match = hashed[0]
        answer = self._verified(cited, match)
        return replace(answer, alterations=(*match.alterations, *cited.alterations), warnings=match.warnings)

    def _possible_citations(self, span: Span) -> list[_Cited]:
        """Return what may have been cited at an address: the words without running lines, or with them, as in older
        citations."""
        reading = self.catalog.readings.get(span.document, span.reading)
        pages = [one.page.number for one in whole_body(self.catalog, reading, span)]
        texts = {number: words.texts for number, words in self.catalog.readings.words_on(reading, pages).items()}
        running = left_out(self.catalog, reading, span)
        numbers = tuple(range(span.first, span.last + 1))
        whole = passage_of(reading, span, lambda page: texts.get(page, ()))
        if not running:
            return [_Cited(whole, numbers)]
        body = passage_of(reading, span, lambda page: texts.get(page, ()), running)
        told = " ".join(whole.quote[number - span.first] for number in sorted(running))
        kept = tuple(number for number in numbers if number not in running)
        return [_Cited(body, kept), _Cited(whole, numbers, (Remark(RemarkKind.RUNNING, told),))]

    def _match(self, words: tuple[str, ...]) -> Match | None:
        """Match the quotation with the words at the address."""
        quotation = self.claim.quotation
        if quotation is None:
            return Match(0, len(words) - 1)
        matcher = QuotationMatcher(words)
        if whole := matcher.whole(quotation):
            return whole
        found = [] if self.claim.is_whole else matcher.matches(quotation)
        if not found:
            return None
        return replace(found[0], alterations=(*found[0].alterations, Remark(RemarkKind.PART)))

    def _verified(self, words: _Cited, match: Match) -> Verification:
        span, passage, numbers = self.address.span, words.passage, words.numbers
        place = PassagePlace(numbers[match.first], numbers[match.last], How.EXACT)
        cited = self._passage_at(span.reading, place, passage.quote[match.first : match.last + 1])
        if self.document.reading > span.reading:
            return self._in_newest(cited, words, match)
        reason = Message(
            "The words are in reading %(reading)s, the newest, %(our_how)s.",
            reading=span.reading,
            our_how=self._as_cited(match),
        )
        return Verification(Verdict.VERIFIED, reason, self.claim, cited=cited, newest=cited)

    def _in_newest(self, cited: QuotedPassage, words: _Cited, match: Match) -> Verification:
        """Return the result for words that an earlier reading has as cited."""
        passage, numbers = words.passage, words.numbers
        reading = self.catalog.readings.get(self.document.id)
        finder = finder_of(self.catalog, reading)
        place = finder.find(passage)
        values = {"reading": cited.span.reading, "our_how": self._as_cited(match), "newest": reading.number}
        if place is None:
            reason = Message(
                "The words are in reading %(reading)s %(our_how)s, but not in reading %(newest)s, the newest.",
                **values,
            )
            return Verification(Verdict.MISSING, reason, self.claim, cited=cited)
        found = self._passage_at(reading.number, place, finder.text(place))
        values |= {"page": found.page, "words": f"{place.first}–{place.last}"}
        if unspaced(passage.quote) != unspaced(found.words):
            reason = Message(
                "The words are in reading %(reading)s %(our_how)s, but they differ in reading %(newest)s, the "
                "newest, on page %(page)s as words %(words)s.",
                **values,
            )
            differences = word_differences(passage.quote, found.words)
            return Verification(Verdict.CHANGED, reason, self.claim, (), None, cited, found, (), differences)
        is_same = place.how is How.EXACT and (place.first, place.last) == (numbers[0], numbers[-1])
        verdict = Verdict.VERIFIED if is_same else Verdict.MOVED
        notes = (HOW[place.how],) if place.how in HOW else ()
        reason = Message(
            "The words are in reading %(reading)s %(our_how)s, and in reading %(newest)s, the newest, on page "
            "%(page)s as words %(words)s.",
            **values,
        )
        return Verification(verdict, reason, self.claim, notes, cited=cited, newest=found)

    def _elsewhere(self, number: int, there: Passage | None, reason: str) -> Verification:
        """Return the result for words that are not at their address: other places in this reading, or similar words."""
        if not self.claim.quotation:
            return Verification(Verdict.MISSING, reason, self.claim)
        words, first = self.claim.words, self.address.span.first
        reading = self.catalog.readings.get(self.document.id, number)
        finder = finder_of(self.catalog, reading)
        place = min(finder.places(words), key=lambda one: abs(one.first - first), default=None)
        if place and place.how is How.EXACT and self._has_hash(words):
            return self._moved_to(Span(self.document.id, number, place.first, place.last), reason)
        place = place or self._like(there, finder)
        if place is None:
            notes = (Message("What is there: %(words)s", words=" ".join(there.quote)),) if there else ()
            nothing = Message("Nothing like the quotation is on this page of reading %(reading)s.", reading=number)
            return Verification(Verdict.MISSING, sentences(reason, nothing), self.claim, notes)
        found = self._passage_at(number, place, finder.text(place))
        words_there = f"{place.first}–{place.last}"
        like = Message(
            "What is most like the quotation is on page %(page)s, words %(words)s.", page=found.page, words=words_there
        )
        differences = word_differences(words, found.words)
        return Verification(Verdict.CHANGED, sentences(reason, like), self.claim, newest=found, differences=differences)

    def _like(self, there: Passage | None, finder: Finder) -> PassagePlace | None:
        """Return words similar to those of the claim, at its address or on the same page."""
        words, span = self.claim.words, self.address.span
        if there and word_similarity(words, there.quote) >= ALIKE:
            return PassagePlace(span.first, span.last, compare_words(words, there.quote))
        return finder.nearest(words, there.pages[0] if there else 1)

    def _moved_to(self, span: Span, reason: str) -> Verification:
        """Return the result for words at another address of the named reading."""
        answer = replace(self, address=Address(span, self.address.quote)).verify()
        cited = Message(
            "Those cited are words %(words)s of reading %(reading)s.",
            words=f"{span.first}–{span.last}",
            reading=span.reading,
        )
        if answer.verdict is Verdict.VERIFIED:
            return replace(answer, verdict=Verdict.MOVED, reason=sentences(reason, cited))
        return replace(answer, reason=sentences(reason, cited, answer.reason))

    def _as_cited(self, match: Match) -> str:
        if self.claim.quotation is None:
            return Message("with the hash that was cited")
        return (
            Message("as cited, with alterations that are named") if match.alterations else Message("exactly as cited")
        )

    def _has_hash(self, words: Sequence[str]) -> bool:
        return self.address.quote is None or quote_hash(words).startswith(self.address.quote)

    def _passage_at(self, number: int, place: PassagePlace, words: tuple[str, ...]) -> QuotedPassage:
        return passage_maker(self.catalog, self.catalog.readings.get(self.document.id, number))(place, words)


_COMPARED = 30
"""Most places of a quotation without an address for which the rest of the citation is compared."""

_STATEMENT_DIFFERS = Message("The words are there, but the citation says of them what the archive does not.")

_OTHER_HASH = Message(
    "The words at this address are the quotation, but their hash is not the one in the citation: others were cited."
)
_OTHER_CITED = Message(
    "The words at this address are there; their hash is not the one in the citation: others were cited."
)
_NO_SOURCE = Message("The last words are not there, and they do not name a source.")


@dataclass(frozen=True, slots=True)
class Verifier:
    """The parts of an archive that verification needs."""

    catalog: Catalog
    originals: OriginalStore
    search: SearchService

    def verify(self, claims: Claims | Claim) -> Verification:
        """Return the result for all claims of a text, in its best interpretation."""
        if isinstance(claims, Claim):
            return together(list(self._answers([claims])))
        best: Verification | None = None
        for way in claims.ways():
            if best is not None and _hides_alterations(best, way):
                continue
            answer = together(list(self._answers(way)))
            if answer.verdict is Verdict.VERIFIED:
                return answer
            best = answer if best is None or _rank(answer) > _rank(best) else best
        assert best is not None
        return best

    def _answers(self, claims: Sequence[Claim]) -> Iterator[Verification]:
        for claim in claims:
            answer, leftover = self._one(claim)
            if leftover:
                yield from self._answers(leftover)
            yield answer

    def _one(self, claim: Claim) -> tuple[Verification, Sequence[Claim]]:
        """Verify a claim, and return further claims in the words before it."""
        if claim.unknown_link:
            reason = Message("The archive gave no short link with the letters %(code)s.", code=claim.unknown_link)
            return Verification(Verdict.MISSING, reason, claim), ()
        if claim.address is None:
            return self._quotation(claim), ()
        id_ = claim.address.span.document
        if not self.catalog.documents.has(id_):
            reason = Message("The archive has no document with the SHA-256 %(id)s.", id=id_)
            return Verification(Verdict.MISSING, reason, claim, not_compared=claim.statement.unknown()), ()
        answer = AddressedClaim(self.catalog, self.catalog.documents.find(id_), claim, claim.address).verify()
        answer, leftover = self._with_fields(answer, claim.address)
        return self._with_bytes(answer, id_), quotations_in(leftover)

    def _with_fields(self, answer: Verification, address: Address) -> tuple[Verification, str]:
        """Compare the details beside the quotation; also return unrelated words before it."""
        statement, place = (
            answer.claim.statement,
            answer.cited or (answer.newest if answer.verdict is Verdict.MOVED else None),
        )
        if place is None:
            return replace(answer, not_compared=statement.unknown()), ""
        linked, found = address.span, place.span
        if found.reading == linked.reading and linked.first <= found.first and found.last <= linked.last:
            # Older citations include running lines.
            whole = any(remark.kind is RemarkKind.RUNNING for remark in answer.alterations)
            compared = statement.compared(self._known(linked, whole=whole))
            if compared.differences and found != linked:
                # A part of the linked words may be cited by its own page and clause.
                of_part = statement.compared(self._known(found))
                compared = min(compared, of_part, key=lambda one: len(one.differences))
        else:
            compared = statement.compared(self._known(found))
            kept = tuple(one for one in compared.differences if not is_about_address(one))
            compared = replace(compared, differences=kept)
        answer = replace(answer, warnings=(*answer.warnings, *self._warnings(place)))
        if source := answer.claim.source:
            if not compared.is_source or self._goes_on(place, source):
                return replace(answer, verdict=Verdict.CHANGED, reason=_NO_SOURCE, not_compared=statement.unknown()), ""
            answer = replace(answer, alterations=(*answer.alterations, Remark(RemarkKind.SOURCE, source)))
        return _as_compared(answer, compared), compared.leftover

    def _goes_on(self, place: QuotedPassage, source: str) -> bool:
        """Return whether what stands in the place of a source is like the words that follow there: an altered end of
        the quotation, which may name the document as a source does."""
        if letters(source) == letters(place.title):
            return False
        span, words = place.span, source.split()
        reading = self.catalog.readings.get(span.document, span.reading)
        last = min(span.last + len(words), reading.word_count - 1)
        following = finder_of(self.catalog, reading).text(PassagePlace(span.last + 1, last, How.EXACT))
        return word_similarity(words, following) >= ALIKE

    def _known(self, span: Span, *, whole: bool = False) -> CitedSource:
        citation = cite(
            self.catalog, self.catalog.documents.find(span.document), span, "", datetime.now(UTC), whole=whole
        )
        clauses = tuple(self.catalog.clauses.of(span.document, span.reading))
        return CitedSource(citation, clauses, lambda: headings(self.catalog, citation))

    def _warnings(self, place: QuotedPassage) -> Iterator[Remark]:
        """Yield warnings about the words just outside of a place."""
        span = place.span
        reading = self.catalog.readings.get(span.document, span.reading)
        first, last = reading.page_of_word(span.first).number, reading.page_of_word(span.last).number
        numbers = range(max(1, first - 1), min(len(reading.pages), last + 1) + 1)
        # Of a quotation over many pages, only the outer ones are checked.
        near = [number for number in numbers if number <= first or number >= last]
        pages, running = (
            self.catalog.readings.words_on(reading, near),
            running_words(self.catalog, reading, near[0], near[-1]),
        )
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
        """Check the original: if it changed, none of its words is proved."""
        try:
            self.originals.verify(document_id)
        except OriginalDamaged as error:
            is_there = self.originals.has(document_id)
            verdict, found = (Verdict.CHANGED, Bytes.CHANGED) if is_there else (Verdict.MISSING, Bytes.MISSING)
            notes = (answer.reason, *answer.notes)
            return replace(answer, verdict=verdict, original=found, reason=str(error), notes=notes)
        return replace(answer, original=Bytes.INTACT)

    def _quotation(self, claim: Claim) -> Verification:
        """Verify a quotation without an address."""
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
        unknown = claim.statement.unknown()
        if not places:
            reason = "These words are nowhere in the archive."
            return Verification(Verdict.MISSING, reason, claim, notes, not_compared=unknown)
        nearest = places[0]
        differences = word_differences(claim.words, nearest.words)
        reason = Message(
            "Not these words, but others like them are in “%(title)s”, page %(page)s, words %(words)s of reading "
            "%(reading)s.",
            **_where(nearest),
        )
        answer = Verification(Verdict.CHANGED, reason, claim, notes, places=tuple(places), differences=differences)
        return self._with_bytes(replace(answer, not_compared=unknown), nearest.document.id)

    def _chosen(self, claim: Claim, found: Sequence[QuotationMatch]) -> tuple[QuotationMatch, Compared] | None:
        """Return the place with the fewest differences. Words after a quotation without marks must be its source."""
        compared = []
        for place in found[:_COMPARED]:
            beside = claim.statement.compared(self._known(place.passage.span))
            if not claim.source or (beside.is_source and not self._goes_on(place.passage, claim.source)):
                compared.append((place, beside))
            if not beside.differences and compared:
                break
        return min(compared, key=lambda pair: len(pair[1].differences), default=None)

    def _found(
        self,
        claim: Claim,
        found: Sequence[QuotationMatch],
        chosen: QuotationMatch,
        compared: Compared,
        notes: tuple[str, ...],
    ) -> Verification:
        best, places = chosen.passage, [chosen.passage, *(one.passage for one in found if one is not chosen)]
        if best.span.reading == best.document.reading:
            reason = Message(
                "The words are in “%(title)s”, page %(page)s, words %(words)s of reading %(reading)s, and in "
                "%(count)s more places."
                if len(places) > 1
                else "The words are in “%(title)s”, page %(page)s, words %(words)s of reading %(reading)s.",
                **_where(best),
                count=len(places) - 1,
            )
            answer = Verification(Verdict.VERIFIED, reason, claim, newest=best)
        else:
            of_reading = Claim(Address(best.span))
            answer = AddressedClaim(self.catalog, best.document, of_reading, Address(best.span)).verify()
        alterations = chosen.match.alterations
        if claim.source:
            alterations = (*alterations, Remark(RemarkKind.SOURCE, claim.source))
        warnings = (*chosen.match.warnings, *self._warnings(best))
        answer = replace(answer, claim=claim, places=tuple(places), notes=(*answer.notes, *notes))
        answer = _as_compared(replace(answer, alterations=alterations, warnings=warnings), compared)
        return self._with_bytes(answer, best.document.id)


def _hides_alterations(altered: Verification, way: Sequence[Claim]) -> bool:
    """Return whether an interpretation of a text ignores an alteration in it.

    As a whole, the text is nearly equal to the words at its address. Words in quotation marks beside a link may then be
    the only quotation only if they are all of these words: a mark may be the document's own, with an alteration before
    it.
    """
    if altered.newest is None or not altered.differences or altered.claim.address is None:
        return False
    marked = [claim for claim in way if claim.quotation and (claim.address is None or claim.is_beside_link)]
    archived = altered.newest.words
    is_near = word_similarity(altered.claim.words, archived) >= ALIKE
    return bool(marked) and is_near and not any(claim.agrees(archived) for claim in marked)


def _rank(answer: Verification) -> tuple[bool, bool, bool]:
    """Return a rank of the result of an interpretation that was not verified: whether it found the words, several
    quotations, anything."""
    return bool(answer.fields), bool(answer.answers), answer.verdict is not Verdict.MISSING


def _as_compared(answer: Verification, compared: Compared) -> Verification:
    """Return the result, changed if a detail of the citation is wrong."""
    answer = replace(answer, fields=compared.differences, not_compared=compared.not_compared)
    if compared.differences and answer.verdict in (Verdict.VERIFIED, Verdict.MOVED):
        notes = (answer.reason, *answer.notes)
        return replace(answer, verdict=Verdict.CHANGED, reason=_STATEMENT_DIFFERS, notes=notes)
    return answer


def _where(passage: QuotedPassage) -> dict[str, object]:
    span = passage.span
    words = f"{span.first}–{span.last}"
    return {"title": passage.title, "page": passage.page, "words": words, "reading": span.reading}
