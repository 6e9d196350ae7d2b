"""Verifying words at their address: in the reading that it names, and then in the newest one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.body import left_out, whole_body
from archive.citing.addresses import Address, quote_hash
from archive.citing.claims import Claim
from archive.citing.finding import finder_of, standing_in
from archive.citing.matching import Match, Matcher
from archive.citing.remarks import Kind, Remark
from archive.citing.verdicts import HOW, Standing, Verdict, Verification, word_differences
from archive.errors import Message, sentences
from archive.model import Document, Span
from archive.store.catalog import Catalog
from archive.text.aligning import likeness
from archive.text.carrying import ALIKE, Finder, How, Passage, Place, passage_of, resemblance, unspaced

_OTHER_HASH = Message(
    "The words at this address are the quotation, but their hash is not the one in the citation: others were cited."
)
_OTHER_CITED = Message(
    "The words at this address are there; their hash is not the one in the citation: others were cited."
)


@dataclass(frozen=True, slots=True)
class _Cited:
    """Words at an address with their numbers, and what a citer altered who cited these."""

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
        """The answer, whatever became of the original."""
        span, newest = self.address.span, self.document.reading
        if span.reading > newest:
            return self._elsewhere(
                newest,
                None,
                Message(
                    "There is no reading %(reading)s; the newest is %(newest)s.", reading=span.reading, newest=newest
                ),
            )
        words = self.catalog.reading(self.document.id, span.reading).word_count
        if span.last >= words:
            return self._elsewhere(
                span.reading,
                None,
                Message("Reading %(reading)s ends with word %(word)s.", reading=span.reading, word=words - 1),
            )
        readings = self._ways(span)
        matches = [(cited, match) for cited in readings if (match := self._match(cited.passage.quote))]
        if not matches:
            return self._elsewhere(span.reading, readings[0].passage, Message("Other words stand at this address."))
        hashed = [(cited, match) for cited, match in matches if self._has_hash(cited.passage.quote)]
        if not hashed:
            return Verification(Verdict.CHANGED, _OTHER_HASH if self.claim.quotation else _OTHER_CITED, self.claim)
        cited, match = hashed[0]
        answer = self._verified(cited, match)
        return replace(answer, alterations=(*match.alterations, *cited.alterations), warnings=match.warnings)

    def _ways(self, span: Span) -> list[_Cited]:
        """What may have been cited at an address: the words without running lines, or with them, as once they were."""
        reading = self.catalog.reading(span.document, span.reading)
        pages = [one.page.number for one in whole_body(self.catalog, reading, span)]
        texts = {number: words.texts for number, words in self.catalog.words_on(reading, pages).items()}
        running = left_out(self.catalog, reading, span)
        numbers = tuple(range(span.first, span.last + 1))
        whole = passage_of(reading, span, lambda page: texts.get(page, ()))
        if not running:
            return [_Cited(whole, numbers)]
        body = passage_of(reading, span, lambda page: texts.get(page, ()), running)
        told = " ".join(whole.quote[number - span.first] for number in sorted(running))
        kept = tuple(number for number in numbers if number not in running)
        return [_Cited(body, kept), _Cited(whole, numbers, (Remark(Kind.RUNNING, told),))]

    def _match(self, words: tuple[str, ...]) -> Match | None:
        """How the quotation stands among the words at the address."""
        quotation = self.claim.quotation
        if quotation is None:
            return Match(0, len(words) - 1)
        matcher = Matcher(words)
        if whole := matcher.whole(quotation):
            return whole
        found = [] if self.claim.is_whole else matcher.matches(quotation)
        if not found:
            return None
        return replace(found[0], alterations=(*found[0].alterations, Remark(Kind.PART)))

    def _verified(self, words: _Cited, match: Match) -> Verification:
        span, passage, numbers = self.address.span, words.passage, words.numbers
        place = Place(numbers[match.first], numbers[match.last], How.EXACT)
        cited = self._standing(span.reading, place, passage.quote[match.first : match.last + 1])
        if self.document.reading > span.reading:
            return self._in_newest(cited, words, match)
        reason = Message(
            "The words stand in reading %(reading)s, the newest, %(our_how)s.",
            reading=span.reading,
            our_how=self._as_cited(match),
        )
        return Verification(Verdict.VERIFIED, reason, self.claim, cited=cited, newest=cited)

    def _in_newest(self, cited: Standing, words: _Cited, match: Match) -> Verification:
        """The answer for words that stand in an earlier reading as they are cited."""
        passage, numbers = words.passage, words.numbers
        reading = self.catalog.reading(self.document.id)
        finder = finder_of(self.catalog, reading)
        place = finder.find(passage)
        values = {"reading": cited.span.reading, "our_how": self._as_cited(match), "newest": reading.number}
        if place is None:
            reason = Message(
                "The words stand in reading %(reading)s %(our_how)s, but reading %(newest)s, the newest, has "
                "nothing of them.",
                **values,
            )
            return Verification(Verdict.MISSING, reason, self.claim, cited=cited)
        found = self._standing(reading.number, place, finder.text(place))
        values |= {"page": found.page, "words": f"{place.first}–{place.last}"}
        if unspaced(passage.quote) != unspaced(found.words):
            reason = Message(
                "The words stand in reading %(reading)s %(our_how)s, but they read otherwise in reading "
                "%(newest)s, the newest, on page %(page)s as words %(words)s.",
                **values,
            )
            differences = word_differences(passage.quote, found.words)
            return Verification(Verdict.CHANGED, reason, self.claim, (), None, cited, found, (), differences)
        is_same = place.how is How.EXACT and (place.first, place.last) == (numbers[0], numbers[-1])
        verdict = Verdict.VERIFIED if is_same else Verdict.MOVED
        notes = (HOW[place.how],) if place.how in HOW else ()
        reason = Message(
            "The words stand in reading %(reading)s %(our_how)s, and in reading %(newest)s, the newest, on page "
            "%(page)s as words %(words)s.",
            **values,
        )
        return Verification(verdict, reason, self.claim, notes, cited=cited, newest=found)

    def _elsewhere(self, number: int, there: Passage | None, reason: str) -> Verification:
        """The answer for words that do not stand at their address: where else in reading ``number`` they do, or what
        is like them there."""
        if not self.claim.quotation:
            return Verification(Verdict.MISSING, reason, self.claim)
        words, first = self.claim.words, self.address.span.first
        reading = self.catalog.reading(self.document.id, number)
        finder = finder_of(self.catalog, reading)
        place = min(finder.places(words), key=lambda one: abs(one.first - first), default=None)
        if place and place.how is How.EXACT and self._has_hash(words):
            return self._moved_to(Span(self.document.id, number, place.first, place.last), reason)
        place = place or self._like(there, finder)
        if place is None:
            notes = (Message("What stands there: %(words)s", words=" ".join(there.quote)),) if there else ()
            nothing = Message("Nothing like the quotation stands in reading %(reading)s on this page.", reading=number)
            return Verification(Verdict.MISSING, sentences(reason, nothing), self.claim, notes)
        found = self._standing(number, place, finder.text(place))
        words_there = f"{place.first}–{place.last}"
        like = Message(
            "What is most like the quotation is on page %(page)s, words %(words)s.", page=found.page, words=words_there
        )
        differences = word_differences(words, found.words)
        return Verification(Verdict.CHANGED, sentences(reason, like), self.claim, newest=found, differences=differences)

    def _like(self, there: Passage | None, finder: Finder) -> Place | None:
        """Words like those of the claim: at its address, or else on the same page."""
        words, span = self.claim.words, self.address.span
        if there and likeness(words, there.quote) >= ALIKE:
            return Place(span.first, span.last, resemblance(words, there.quote))
        return finder.nearest(words, there.pages[0] if there else 1)

    def _moved_to(self, span: Span, reason: str) -> Verification:
        """The answer for words that stand at another address of the reading that was named."""
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

    def _standing(self, number: int, place: Place, words: tuple[str, ...]) -> Standing:
        return standing_in(self.catalog, self.catalog.reading(self.document.id, number))(place, words)
