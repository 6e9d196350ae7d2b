"""Candidates of facts: every sum, firm, body, date, number and place, regardless of context.

A candidate is one value with all its mentions. Its features are those of the mentions, the form of the value, and the
rules that would accept it; :mod:`.decision` chooses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any
from zlib import crc32

from archive.model import Fact
from indexer.facts.bids import MOST
from indexer.facts.calendar import any_date, date_of, words_of_date
from indexer.facts.lots import ANY_LOT
from indexer.facts.numerals import counted
from indexer.facts.places import places
from indexer.facts.reference import COURT, DIGITS, with_figures
from indexer.facts.scoring.context import TextSurroundings, code, named
from indexer.facts.text import DocumentText

MENTIONS = 6
"""Maximum number of mentions of a value from which features are made."""

HEAD_PAGES = 4
HEAD_WORDS = 1500
TAIL_WORDS = 250
"""Extent of the head and the tail of a document, where author, date and number are stated."""


@dataclass(slots=True)
class Proposal:
    """A candidate: a value that may be a fact.

    ``key`` is equal for mentions of one value; ``source`` is what was parsed at the fullest mention (a sum, firm, body
    ...); ``mentions`` are first and last words; ``about`` and ``context`` are features of the value and of its context;
    ``facts`` are the results of rules by field.
    """

    key: str
    value: str
    source: Any
    mentions: list[tuple[int, int]] = field(default_factory=list)
    about: set[str] = field(default_factory=set)
    context: set[int] = field(default_factory=set)
    facts: dict[str, Fact] = field(default_factory=dict)

    def features(self, context: TextSurroundings, kind: str | None) -> tuple[set[int], set[int]]:
        """Return the features of the value, and those of the context of all mentions."""
        of_kind = crc32(str(kind).encode())
        around: set[int] = set(self.context)
        for first, last in self.mentions[:MENTIONS]:
            around.update(context.around(first, last, of_kind))
        about = {*self.about, f"times={min(len(self.mentions), 4)}", f"kind={kind}"}
        about |= {f"{each}&{kind}" for each in self.about if each.startswith(_OF_KIND)}
        return set(map(named, about)), around


_OF_KIND = (
    *("cur=", "many=", "case=", "body", "firm", "rule:", "vendor-rule", "bidder-rule"),
    *("rule-role=", "column-role=", "beside-", "after-", "procurement=", "text-with-", "table-with-"),
)
"""Features whose meaning depends on the kind of document."""

Rules = Mapping[str, Sequence[Fact]]
"""The facts found by rules, by field."""


def ranges(text: DocumentText) -> tuple[tuple[int, int], ...]:
    """Return the word ranges (first, one after the last) of the head and the tail."""
    head = text.words_of_pages(HEAD_PAGES, HEAD_WORDS)
    return (0, head), (max(head, len(text.words) - TAIL_WORDS), len(text.words))


class Mentions:
    """Candidates by key, in the order of their first mention."""

    def __init__(self) -> None:
        self.by_key: dict[str, Proposal] = {}
        self._met: set[tuple[str, int, int]] = set()

    def add(self, key: str, value: str, source: object, first: int, last: int) -> Proposal:
        """Add a mention of a value, and return its candidate."""
        candidate = self.by_key.setdefault(key, Proposal(key, value, source))
        if (key, first, last) not in self._met:
            self._met.add((key, first, last))
            candidate.mentions.append((first, last))
        return candidate

    def of_rules(self, facts: Iterable[Fact], key: Any = lambda fact: fact.value) -> None:
        """Mark the candidates that rules accept, and add those that no reader proposed."""
        for fact in facts:
            assert fact.span is not None
            candidate = self.add(key(fact), fact.value, None, fact.span.first, fact.span.last)
            candidate.about |= {"rule", f"rule:{fact.method}"}
            candidate.facts.setdefault(fact.field, fact)

    def listed(self) -> list[Proposal]:
        """Return the candidates in the order of their first mention."""
        return list(self.by_key.values())


def _dated(context: TextSurroundings) -> list[tuple[date, tuple[int, int]]]:
    """Return every date of the document with its words."""
    if "dates" not in context.kept:
        text = context.text
        read = ((date_of(match), match) for match in text.find(any_date()))
        context.kept["dates"] = [(day, words_of_date(text, match)) for day, match in read if day is not None]
    return list(context.kept["dates"])


def dates(context: TextSurroundings, rules: Sequence[Fact]) -> list[Proposal]:
    """Return every date as a candidate."""
    text = context.text
    found = Mentions()
    for day, (start, last) in _dated(context):
        candidate = found.add(day.isoformat(), day.isoformat(), day, start, last)
        if text.begins_line(start):
            candidate.about.add("line-start")
        if text.line_end(start) <= start + 3:
            candidate.about.add("line-alone")
    listed = found.listed()
    for number, candidate in enumerate(listed):
        candidate.about.add(f"order={min(number, 4)}")
        candidate.about.add(f"left={min(len(listed) - 1 - number, 4)}")
    days = sorted(candidate.key for candidate in listed)
    for candidate in listed:
        if candidate.key == days[-1]:
            candidate.about.add("latest")
        if candidate.key == days[0]:
            candidate.about.add("earliest")
        if len(days) == 1:
            candidate.about.add("single")
    found.of_rules(rules)
    return found.listed()


_REFERENCE = re.compile(
    r"(?<![\w/.,-])(?!(?:br|broj|tel|god|fax|mob|clan|st|cl)\b)(?:[a-z]{1,6}\s?[-–/.]\s?){0,3}(?:[ivx]{1,5}\s?[-–/]\s?)*[a-z]{0,4}"
    rf"{DIGITS}[a-z]?(?:\s?[-–/]\s?(?:[a-z]{{1,6}}-)?[a-z]{{0,6}}{DIGITS}[a-z]{{0,6}}|[-–/][a-z]{{1,6}}(?!\w))+(?!\w)"
)
_PLAIN = re.compile(r"(?:\bbr(?:oj)?|\bno|\bnumber|\bnr)\s?[.:]{0,2}\s?(?P<number>\d{2,8})(?![\w.,/-])")
_DATE_LIKE = re.compile(r"\d{1,2}\s?([./-])\s?\d{1,2}\s?\1\s?(?:19|20)?\d\d\.?|(?:19|20)\d\d[./-](?:19|20)?\d\d\.?")


def references(context: TextSurroundings, rules: Sequence[Fact], key: Any) -> list[Proposal]:
    """Return every number of the head and tail that may be a reference number as a candidate."""
    text = context.text
    found = Mentions()
    for first, end in ranges(text):
        taken = -1
        for pattern, group in ((COURT, "number"), (_REFERENCE, 0), (_PLAIN, "number")):
            for match in text.find(pattern, first, end):
                if pattern is COURT:
                    taken = match.last
                elif match.last == taken:
                    continue
                printed = match.match[group].strip(" .,-/")
                if _DATE_LIKE.fullmatch(printed) or sum(map(str.isdigit, printed)) < 2:
                    continue
                one, two = text.word_at(match.match.start(group)), text.word_at(match.match.end(group) - 1)
                offset = match.match.start(group) - text.starts[one]
                value = with_figures(text.quote(one, two)[offset : offset + len(printed)].strip(" .,-/"))
                candidate = found.add(key(value), value, value, one, two)
                candidate.about |= {
                    f"shape={re.sub('[0-9]+', '0', re.sub('[a-z]+', 'a', printed))[:12]}",
                    f"len={min(len(printed), 20) // 3}",
                }
    # A rule corrects OCR errors in a number ("IlI-404-18/2031"): it belongs to the candidate on the same words.
    on_words = {words: candidate.key for candidate in found.listed() for words in candidate.mentions}
    found.of_rules(rules, lambda fact: on_words.get((fact.span.first, fact.span.last)) or key(fact.value))
    listed = found.listed()
    of_procurement = {
        each.key for each in listed if any(_is_of_procurement(context, first) for first, _ in each.mentions)
    }
    for number, candidate in enumerate(listed):
        others = of_procurement - {candidate.key}
        candidate.about |= {f"order={min(number, 4)}", f"numbers={min(len(listed), 4)}"}
        candidate.about.add(f"procurement={candidate.key in of_procurement},{min(len(others), 2)}")
    return listed


PROCUREMENT_WITHIN = 5
"""Maximum distance in words from what speaks of a procurement to its number."""


@cache
def _of_procurement() -> frozenset[int]:
    return frozenset(
        map(
            code,
            ("nabavka", "nabavci", "nabava", "postupak", "jn", "jnmv", "jnop", "tender", "procurement", "evidencijski"),
        )
    )


def _is_of_procurement(context: TextSurroundings, word: int) -> bool:
    """Return whether the words before a number on its line speak of a procurement."""
    first = max(context.text.line_start(word), word - PROCUREMENT_WITHIN)
    return not _of_procurement().isdisjoint(context.codes[first:word])


def municipalities(context: TextSurroundings, buyer: Proposal | None, rules: Sequence[Fact]) -> list[Proposal]:
    """Return every place of the head and tail as a candidate; ``buyer`` is the body that was chosen."""
    text = context.text
    found = Mentions()
    spans = buyer.mentions if buyer else []
    for first, end in ranges(text):
        for place in places(text, first, end):
            candidate = found.add(place.municipality, place.municipality, place, place.first, place.last)
            candidate.about.add(f"settlement={place.is_settlement}")
            for one, two in spans:
                if one <= place.first <= two:
                    candidate.about.add("in-buyer")
                elif 0 < place.first - two <= 12:
                    candidate.about.add("after-buyer")
            if place.municipality == "Beograd":
                candidate.about.add("capital")
    found.of_rules(rules)
    listed = found.listed()
    for number, candidate in enumerate(listed):
        candidate.about.add(f"order={min(number, 4)}")
        candidate.about.add(f"places={min(len(listed), 4)}")
    return listed


BID_WITHIN = 8
"""Maximum distance in words between a number and the word "ponuda"."""

_BID = re.compile("ponud|bids|tender|offers|ofert")


_OTHER_BIDS = re.compile(
    rf"\b(?:neblagovremen|zakasnel|zakasnjel|(?:pre)?ostal)\w*(?:\W{{1,3}}ponud\w*)?\W{{1,3}}$|{ANY_LOT}\W{{1,3}}$"
    r"|\bponud\w*\sbr(?:oj\w*)?\W{1,3}$"
)
_OF_BIDS = (
    "ponu|bid|tend|offer|ofert|valid|blagovrem|pravovrem|pravodob|prihvat|isprav|odgovar|privred|gospod|firm|subj|ucesn|"
    "kompan|drustv"
)
_NO_BIDS = re.compile(rf"[a-z]{{3,12}}\s(?!{_OF_BIDS}|(?:i|ili|od)\b)[a-z]{{4,}}")
"""A number in words, and behind it what it counts, if these are no bids: "tri snimača"."""
_OF_LOT = re.compile(rf"{ANY_LOT}$")
_LOTS_BEHIND = re.compile(r"\w+[^\w\n]{1,3}(?:(?!ponud)\w+[^\w\n]{1,3}){0,3}?(?:partij|lot)")


def _is_of_other_bids(text: DocumentText, word: int) -> bool:
    """Return whether a number counts bids that came too late or are left, bids for one lot, lots or other things."""
    start, end = text.starts[word], text.starts[word] + len(text.bare[word])
    folded = text.folded
    return any(
        (
            _OTHER_BIDS.search(folded, max(0, start - 40), start),
            _NO_BIDS.match(folded, start),
            _OF_LOT.search(folded, max(0, start - 20), end),
            _LOTS_BEHIND.match(folded, start),
        )
    )


def counts(context: TextSurroundings, rules: Sequence[Fact]) -> list[Proposal]:
    """Return every small number near the word for a bid as a candidate."""
    text = context.text
    found = Mentions()
    near: set[int] = set()
    spans = [fact.span for fact in rules if "lot" in fact.details]
    of_lots = {word for span in spans if span for word in range(span.first, span.last + 1)}
    for found_word in text.find(_BID):
        word = found_word.first
        if _BID.match(text.bare[word]):
            near.update(range(max(0, word - BID_WITHIN), min(len(text.bare), word + BID_WITHIN + 1)))
    for word in sorted(near - of_lots):
        bare = text.bare[word]
        if not bare or (bare[0].isdigit() and not bare.isdecimal()):
            continue
        number = counted(bare) if len(bare) <= 12 and not _is_of_other_bids(text, word) else None
        if number is None and bare.startswith(("nijedn", "nijedna")):
            number = 0
        if number is not None and number <= MOST:
            candidate = found.add(str(number), str(number), number, word, word)
            candidate.about.add(f"n={min(number, 6)}")
            candidate.about.add(f"figures={bare.isdecimal()}")
    found.of_rules([fact for fact in rules if "lot" not in fact.details])
    return found.listed()


_YEAR = re.compile(r"(?:[a-z]+/)?((?:19|20)\d\d)")


TITLE_WORDS = 120
"""The year of a report or plan is in or near its title, within this many words."""


def years(context: TextSurroundings, rules: Sequence[Fact]) -> list[Proposal]:
    """Return every year of the head and of dates as a candidate, for documents without a full date of their own."""
    text = context.text
    found = Mentions()
    end = ranges(text)[0][1]
    for word in range(end):
        match = _YEAR.fullmatch(text.bare[word])
        if match:
            found.add(match[1], match[1], match[1], word, word)
    for day, where in _dated(context):
        found.add(str(day.year), str(day.year), None, *where).about.add("of-date")
    found.of_rules(rules)
    listed = found.listed()
    total = sum(len(candidate.mentions) for candidate in listed)
    dated = min(len(_dated(context)), 1)
    for number, candidate in enumerate(listed):
        share = int(4 * len(candidate.mentions) / total)
        signs = (f"order={min(number, 4)}", f"share={share}", f"head={min(candidate.mentions)[0] < TITLE_WORDS}")
        candidate.about |= {*signs, *(f"dates={dated}&{each}" for each in signs)}
        if candidate.key == max(each.key for each in listed):
            candidate.about |= {"latest", f"dates={dated}&latest"}
    return listed
