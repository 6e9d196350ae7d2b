"""Who sent a bid? The firms that an award, a cancellation, a report or the minutes of an opening list as bidders.

Firms merely invited, present or complaining are not bidders, so a name counts only where the words say that its bid was
received, in the list or table that follows such words, or in "the bid of the bidder X".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from archive.model import Fact
from archive.model.words import Break
from indexer.facts import awards, parties
from indexer.facts.firms import names
from indexer.facts.firms.names import Firm
from indexer.facts.firms.words import closes_quote, end_of, is_town, opens_quote
from indexer.facts.phrases import any_of
from indexer.facts.text import DocumentText
from indexer.gazetteer import table

KINDS = frozenset({"award_decision", "cancellation", "procurement_report", "minutes"})

LIST_GAP = 900
"""Characters of folded text between two items of a numbered list of bidders, at most."""

TABLE_GAP_WORDS = 45
"""Words between a table's head or row and the next row's name, at most."""

_ITEM_ONE = re.compile(r"[^\w\n]*\n?\W*1\W{1,4}")
_DASH = re.compile(r"[^\w\n]*\n\W*[-–—•]\s")
_NEXT_DASH = re.compile(r"\n\W*[-–—•]\s")
_FILLER = (
    r"[^\w.]*(?:i\sto\W*)?(?:od\s)?(?:strane\s)?(?:sledec\w*\W+|sljedec\w*\W+)?"
    r"(?:(?:ponu[dj]+ac\w*|firm\w*|privredn\w*\ssubjek\w*|bidder\w*|tenderer\w*)\W*)?"
)
_COLON = re.compile(r"[^\w\n]{0,2}:\s*")
_ROW = re.compile(r"\n\W*(?:\d{1,2}\W{1,3})?")
_INVITED = re.compile(r"(?:upucen|poslat|proslijeden|prosleden|pozvan)\w*[^.]{0,120}$")
INVITED_WITHIN = 250


def find(text: DocumentText, kind: str | None) -> list[Fact]:
    """The bidders, each once, under the fullest name that the document prints; other kinds name none."""
    if kind not in KINDS:
        return []
    named = list(_bidders(text))
    rules = {(firm.first, firm.last): rule for firm, rule in named}
    bidders = [_fullest(text, firm) for firm in names.distinct(firm for firm, _ in named)]
    return [
        text.fact("bidder", firm.name, (firm.first, firm.last), rules.get((firm.first, firm.last), "bidder.list"), 0.9)
        for firm in bidders
    ]


def mentions(text: DocumentText) -> Iterator[Firm]:
    """Every place where a bidder is named as one, in no order; some more than once."""
    return (firm for firm, _ in _bidders(text))


def _bidders(text: DocumentText) -> Iterator[tuple[Firm, str]]:
    return ((firm, rule) for firm, rule in _named(text) if not parties.is_public_body(text, firm))


def _named(text: DocumentText) -> Iterator[tuple[Firm, str]]:
    """Every mention of a firm as a bidder, and the rule that says so."""
    received, bid_of, header = _cues()
    for found in text.find(received):
        if not _is_denied(text, found.match):
            yield from ((firm, "bidder.received") for firm in _listed(text, found.match.end()))
    for found in text.find(bid_of):
        yield from ((firm, "bidder.bid-of") for firm in _listed(text, found.match.end()))
    for found in text.find(header):
        if _INVITED.search(text.folded, max(0, found.match.start() - INVITED_WITHIN), found.match.start()) is None:
            label = _COLON.match(text.folded, found.match.end())
            below = names.in_a_row(text, text.word_at(label.end())) if label else _rows(text, found.last)
            yield from ((firm, "bidder.label" if label else "bidder.table") for firm in below)
    for winner in awards.awarded(text):
        if winner.rule in awards.TO_BIDDER:
            yield winner.firm, "bidder.winner"


@cache
def _cues() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Words that bids were received from whom follows; "the bid of the bidder"; the head of a table of bidders."""
    bidder = any_of(table("roles")["bidder"])
    verb = (
        r"\b(?:primlj?en\w*|zaprimlj?en\w*|primi\w{1,2}|pristig\w*|prispe\w*|prispje\w*|podnet\w*|podnijet\w*|podne\w{1,3}"
        r"|dostavlj?en\w*|dostavi\w{1,2}|dobi\w{1,2}|received|submitted)\b"
    )
    bids = r"\b(?:ponud(?!j?ac|itelj)\w*|bids?|tenders?)\b"
    took_part = rf"\bucestvova\w*[^.;:]{{0,40}}?{bidder}"
    number = r"(?:\d{1,2}|jedn[aeu]|dve|dvije|tri|cetiri|pet|sest)(?:\s\(\w+\))?"
    of_lot = rf"\b{number}\s(?:\w+\s)?ponud[aeu]\s?:"
    received = rf"(?:{verb}[^.;:]{{0,60}}?{bids}|{bids}[^.;:]{{0,30}}?{verb}|{took_part}|{of_lot}){_FILLER}"
    numbered = r"(?:pod\s(?:rednim\s)?brojem|broj|br\.?)\s[\w./-]{1,15}\W{1,3}"
    genitive = rf"\bponud\w*\s(?:{numbered}ponu[dj]+ac|ponu[dj]+aca|firme)\b[^\w\n]{{0,3}}"
    name = r"(?:naziv\w*|ime)(?:\W{1,3}(?:naziv\w*|ime|i|adresa|sediste))*\W{1,3}(?:[a-z]?onu[dj]+ac\w*|ponuditelj\w*)"
    nominative = r"\b(?:ponudj?ac|ponuditelj|ponudilac|tenderer|bidder)\b"
    cell = rf"\n(?:\W*r\W{{0,3}}(?:br?\w*)?\W+)?{nominative}(?=\W+(?:\w+\W+){{0,14}}?{_COMPANIONS})"
    return re.compile(received), re.compile(genitive), re.compile(rf"{name}|{cell}")


_COMPANIONS = r"(?:cena|cijena|price|broj|rok|nacin|iznos|result|rang|bodova)\b"
"""What else the head of a table of bids names."""


def _is_denied(text: DocumentText, match: re.Match[str]) -> bool:
    """Whether "not" stands in the cue or right before it."""
    return re.search(r"\b(?:nije|nisu|not|nema)\b", text.folded[max(0, match.start() - 12) : match.end()]) is not None


def _listed(text: DocumentText, offset: int) -> Iterator[Firm]:
    """The firms of the list that begins at an offset of the folded text: numbered, dashed, or within the sentence."""
    if (item := _ITEM_ONE.match(text.folded, offset)) is not None:
        number = 1
        while item is not None:
            found = list(names.in_a_row(text, text.word_at(item.end())))
            yield from found
            after = end_of(text, found[-1].last) if found else item.end()
            number += 1
            item = re.compile(rf"\n\W*{number}\W{{1,4}}").search(text.folded, after, after + LIST_GAP)
    elif (item := _DASH.match(text.folded, offset)) is not None:
        while item is not None and (found := list(names.in_a_row(text, text.word_at(item.end())))):
            yield from found
            after = end_of(text, found[-1].last)
            item = _NEXT_DASH.search(text.folded, after, after + LIST_GAP)
    else:
        yield from names.in_a_row(text, text.word_at(offset))


def _rows(text: DocumentText, head: int) -> Iterator[Firm]:
    """The firms with which lines begin below a table's head, until no name comes for a while.

    Only in a numbered row is a quoted name without its legal form taken for a firm.
    """
    last_name = head
    first_row = word = text.line_end(head) + 1
    while word < len(text.words) and word - last_name <= TABLE_GAP_WORDS:
        row = _ROW.match(text.folded, text.starts[word] - 1)
        start = text.word_at(row.end()) if row else word
        if start > word or word == first_row or not _continues_a_name(text, word):
            for firm in names.in_a_row(text, start):
                if firm.formed or start > word:
                    yield _with_town_below(text, firm)
                    last_name = firm.last
        word = text.line_end(max(word, last_name)) + 1


def _continues_a_name(text: DocumentText, word: int) -> bool:
    """Whether a line may begin within a name: its closing quote comes first, or a capital ends the line before."""
    if closes_quote(text.words[word]) and not opens_quote(text.words[word]):
        return True
    before = text.words[word - 1]
    return text.breaks[word] == Break.LINE and before[-1:].isalpha() and text.is_capitalised(word - 1)


def _with_town_below(text: DocumentText, firm: Firm) -> Firm:
    """A name whose town is printed in the next line of its cell, after the other cells of the row."""
    end = text.line_end(firm.last)
    below = end + 1
    while below < len(text.words) and not any(char.isalnum() for char in text.words[below]):
        below += 1
    if firm.town or end == firm.last or below >= len(text.words) or not is_town(text, below):
        return firm
    return names.with_word(text, firm, below)


def _fullest(text: DocumentText, firm: Firm) -> Firm:
    """The firm with its town, where its name is printed elsewhere with one."""
    if firm.town or not firm.formed:
        return firm
    words = map(re.escape, re.findall(r"\w+", text.folded[text.starts[firm.first] : end_of(text, firm.last)]))
    for found in text.find(re.compile(r"\b" + r"\W+".join(words) + r"\b")):
        other = names.read(text, found.first)
        if other is not None and other.core == firm.core and other.town:
            return other
    return firm
