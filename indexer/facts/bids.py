"""Bids of a procurement: their number, the bidders, and what each of them offered.

A firm that was invited, attended or complained is no bidder: a name counts only where the text says that its bid was
received, in the list or table after such words, or in "the bid of the bidder X". Prices of lots, items and variants are
not comparable with prices of bids, so conflicting prices of the same bidder and VAT status yield no facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from operator import itemgetter

from archive.model import Fact
from archive.model.words import Break
from indexer.facts import firms
from indexer.facts.firms import Firm, closes_quote, end_of, is_town, opens_quote
from indexer.facts.lots import ANY_LOT, LOT_MARK, LOT_TITLE, last_lot, lot_number
from indexer.facts.numerals import counted
from indexer.facts.text import DocumentText, TextMatch, any_of, compiled
from indexer.facts.vendors import contracted, parties, vendor
from indexer.gazetteer import kinds_with, table

MOST = 200
"""Maximum plausible number of bids; a larger number is a date or a reference."""

LOT_WITHIN = 60

_COUNT = r"(?P<count>\d{1,3}|[a-z]{2,12})(?:\s?\((?P<again>\d{1,3}|[a-z]{2,12})\))?"


@cache
def _rules() -> tuple[tuple[str, re.Pattern[str], float], ...]:
    """Return the patterns of a count of received bids, the most reliable first: rule, pattern, confidence."""
    words = table("offers")
    received, timely = any_of(words["received"]), any_of(words["timely"])
    bid = any_of([*words["bid"], "tender*"])
    bids = rf"(?:{timely}\s)?{bid}"
    number = r"\b(?:broj\w*|number\sof|numri\si|st|stevilo|anzahl\sder|broi?)\s"
    is_said = r"\W{1,3}(?:(?:je|iznosi|is|e)\W{1,3})?"
    some = r"(?:(?:ukupno|vkupno|skupno|skupaj|samo|a\stotal\sof|only|gjithsej|insgesamt|obsto)\W{1,3})?"
    small = r"(?:(?:je|su|sta|so|se|sa|bila|bile|were|was|have|has|been|jane|wurden|wurde|i\s\w+|\w+no)\s){0,3}"
    numbers = any_of(word for words in table("number_words")["units"].values() for word in words)
    few = rf"(?P<count>(?<!\w)(?:\d{{1,2}}|{numbers}))(?:\s?\((?P<again>\d{{1,3}}|[a-z]{{2,12}})\))?"
    came = any_of([*words["received"], *words["came"], *words["sent"]])
    who = rf"(?:{timely}\s)?{any_of([*words['bid'], *words['senders']])}"
    label = (
        rf"(?:\b(?:broj|ukupno)\s(?:{received}\s)?ponuda|\bponuda\s(?:je\s)?{received})\s?:\s?{_COUNT}(?![\w/-]|\.\d)"
    )
    some_words = r"(?:\s(?!po\b|pre\b|od\b)[^\W\d]+)"
    patterns = (
        ("bids.total", rf"{number}(?:svih\s|i\s|te\s|e\s)?(?:blagovremeno\s)?{received}\s{bid}{is_said}{_COUNT}", 0.97),
        ("bids.total", rf"{number}{bid}(?:\s(?:te|e))?\s{received}{is_said}{_COUNT}", 0.97),
        ("bids.total", rf"\b(?:tenders|bids|offers|quotes)\sreceived\W{{1,3}}{_COUNT}(?![\w/.-]|\W{{1,3}}\d)", 0.95),
        ("bids.total", rf"{number}{received}\s{bid}\s{timely}\w*\s?:\s?{_COUNT}(?![\w/.-])", 0.95),
        ("bids.total", label, 0.9),
        ("bids.received", rf"{received}\s{small}{some}{_COUNT}\s{bids}", 0.93),
        ("bids.received", rf"\b(?:dobio|primio|primila|zaprimio|received)\s(?:je\s)?{some}{_COUNT}\s{bids}", 0.93),
        # Whoever the subject is: "odazvala su se tri ponuđača", "ponude su poslale dve firme".
        ("bids.received", rf"{came}{some_words}{{0,3}}?\s(?!jednu\b){few}\s{who}", 0.93),
        (
            "bids.received",
            rf"(?<!\bpo\s){few}\s{who}{some_words}{{0,3}}?\s{came}(?!\s(?:\w+\s){{0,2}}?(?:zaht|zalb|prig))",
            0.93,
        ),
        ("bids.none", rf"\bni(?:je|su)\s(?:bila\s)?{received}\s(?P<none>nijedn|ni\sjedn)[aeiu]\sponud", 0.93),
    )
    return tuple((rule, re.compile(pattern), confidence) for rule, pattern, confidence in patterns)


_LOT_LINE = re.compile(rf"{LOT_MARK.pattern}\W{{1,5}}{_COUNT}\sponud[aeu]\b")


def find_counts(text: DocumentText, kind: str | None) -> list[Fact]:
    """Return the number of bids of a procurement, or one per lot, with the lot in the details."""
    if kind not in kinds_with("bids"):
        return []
    found = counts_in(text)
    if found:
        _, _, rule, confidence = text.once("counts", lambda: _counted(text))[0]
        return _facts(text, found, rule, confidence)
    return [
        _count_fact(text, match, count, "bids.of-lot", 0.9, lot_number(match.match))
        for match in text.find(_LOT_LINE)
        if (count := _count(match)) is not None
    ]


def counts_in(text: DocumentText) -> list[tuple[TextMatch, int]]:
    """Return every place that states the number of received bids, by the most reliable rule that matches."""
    return [(match, count) for match, count, _, _ in text.once("counts", lambda: _counted(text))]


def _counted(text: DocumentText) -> Iterator[tuple[TextMatch, int, str, float]]:
    for rule, same in groupby(_rules(), key=itemgetter(0)):
        found: dict[int, tuple[TextMatch, int, str, float]] = {}
        for _, pattern, confidence in same:
            for match in text.find(pattern):
                if (count := _count(match)) is not None and not _is_of_lot(text, match):
                    found.setdefault(match.match.end(match.match.lastgroup or 0), (match, count, rule, confidence))
        if found:
            yield from (found[at] for at in sorted(found))
            return


def _is_of_lot(text: DocumentText, found: TextMatch) -> bool:
    """Return whether the number of a match is that of a lot: "za partiju 4 ponudu je poslao X"."""
    end = found.match.end(found.match.lastgroup or 0)
    before = text.folded[max(0, found.match.start() - LOT_WITHIN // 2) : end]
    return any(mark.end() == len(before) for mark in LOT_MARK.finditer(before))


def _count(found: TextMatch) -> int | None:
    """Return the number in a match; None if figures and words disagree, or if it is implausible."""
    groups = found.match.groupdict()
    if groups.get("none"):
        return 0
    count, again = counted(groups["count"]), groups["again"]
    if again is not None and counted(again) != count:
        return None
    return count if count is not None and count <= MOST else None


def _facts(text: DocumentText, found: list[tuple[TextMatch, int]], rule: str, confidence: float) -> list[Fact]:
    """Return one fact if all places agree, one per lot if each has its own; else the first, with less confidence."""
    if len({count for _, count in found}) == 1:
        start = found[0][0].match.start()
        lot = _lot_around(text, start) if len(found) == 1 else None
        # The label of a form may have the title of the notice above it: "Sinjalizimi – Lot VI".
        if lot is None and len(found) == 1 and rule != "bids.total":
            lot = _lot_in_sentence(text, start)
        return [_count_fact(text, *found[0], rule, confidence, lot)]
    of_lots = [_lot_in_sentence(text, match.match.start()) for match, _ in found]
    in_all = [each for each in found if _IN_ALL.search(each[0].match[0])]
    if len({count for _, count in in_all}) == 1:
        return [_count_fact(text, *in_all[0], rule, confidence)]
    # The count of all comes first; one behind those of lots may be of a lot that the sentence before names.
    if of_lots[0] is None and None not in of_lots[1:] and len(set(of_lots)) == len(found):
        return [_count_fact(text, *each, rule, confidence, lot) for each, lot in zip(found, of_lots, strict=True)]
    starts = [match.match.start() for match, _ in found]
    lots = [last_lot(text.folded[max(0, start - 8 * LOT_WITHIN) : start]) for start in starts]
    if None not in lots and len(set(lots)) == len(lots):
        return [_count_fact(text, *each, rule, confidence, lot) for each, lot in zip(found, lots, strict=True)]
    return [_count_fact(text, *found[0], rule, confidence - 0.2)]


_IN_ALL = re.compile(r"\b(?:ukupn|vkupn|skupn|svega\b|total\b)")
"""What says that a count is that of all bids, whatever else is counted."""


def _lot_around(text: DocumentText, start: int) -> str | None:
    """Return the lot in whose block a count stands, between its title and that of the next; None if in none."""
    above = [mark for mark in LOT_TITLE.finditer(text.folded, 0, start) if not _is_cut(mark, start)]
    below = LOT_TITLE.search(text.folded, start)
    own, following = (lot_number(above[-1]) if above else "", lot_number(below) if below else "")
    is_between = bool(own and following) and (len(own), own) < (len(following), following)
    return own if is_between else None


def _is_cut(mark: re.Match[str], end: int) -> bool:
    """Return whether a lot is a letter before which the text that is looked at ends: "partije, a stiglo" names none."""
    return mark[0][-1].isalpha() and mark.end() >= end - 1


def _lot_in_sentence(text: DocumentText, start: int) -> str | None:
    """Return the lot that stands before a count in its sentence, None if several or none do."""
    before = _SENTENCE_END.split(text.folded[max(0, start - 4 * LOT_WITHIN) : start])[-1]
    marks = (mark for mark in LOT_MARK.finditer(before) if not _is_cut(mark, len(before)))
    named = {lot_number(mark) for mark in marks if "partij" in mark[0] or "lot" in mark[0]}
    return named.pop() if len(named) == 1 else None


_SENTENCE_END = re.compile(r"(?<!\d)[.]\s(?=\D)|\n\s*\n")


def _count_fact(
    text: DocumentText, found: TextMatch, count: int, rule: str, confidence: float, lot: str | None = None
) -> Fact:
    details = {} if lot is None else {"lot": lot}
    return text.fact("bids", str(count), (found.first, found.last), rule, confidence, details=details)


LIST_GAP = 900
"""Maximum number of characters between two items of a numbered list of bidders."""

TABLE_GAP_WORDS = 45
"""Maximum number of words between a table header or row and the name in the next row."""

_NUMBERED = r"(?:br\w*\W{1,2}[\w./-]+(?:\sod\s[\d. ]{6,13})?,\s)?"
"""The number of a bid before the name of who sent it: "br. 12 od 3.3.2024, "."""
_ITEM_ONE = re.compile(rf"[^\w\n]*\n?\W*1\W{{1,4}}{_NUMBERED}")
_DASH = re.compile(r"[^\w\n]*\n\W*[-–—•]\s")
_AFTER_SEMICOLON = re.compile(r"[^;\n]{0,80};\s")
"""What one that bid says of itself, before the next: "A d.o.o., zavedena pod brojem 12; B d.o.o."."""
_NEXT_DASH = re.compile(r"\n\W*[-–—•]\s")
_COLON = re.compile(r"[^\w\n]{0,2}:\s*")
_ROW = re.compile(r"\n\W*(?:\d{1,2}\W{1,3})?")
_INVITED = re.compile(r"(?:upucen|poslat|proslijeden|prosleden|pozvan)\w*[^.]{0,120}$")
INVITED_WITHIN = 250


ACCOUNT_PAGES = 12
"""Maximum number of pages of a letter or report that tells who bid; longer ones tell of many procurements."""


def _may_tell_bidders(text: DocumentText, kind: str | None) -> bool:
    """Return whether a document of a kind may say who bid."""
    is_account = kind in kinds_with("account") | {"judgment"} and len(text.page_ends) <= ACCOUNT_PAGES
    return is_account or kind in kinds_with("bids")


def find_bidders(text: DocumentText, kind: str | None) -> list[Fact]:
    """Return the bidders, each once, under the fullest name printed; [] for kinds without bids."""
    if not _may_tell_bidders(text, kind):
        return []
    named = list(_bidders(text, is_account=kind not in kinds_with("bids")))
    rules = {(firm.first, firm.last): rule for firm, rule in named}
    bidders = [fullest(text, firm) for firm in firms.distinct(firm for firm, _ in named)]
    return [
        text.fact("bidder", firm.name, (firm.first, firm.last), rules.get((firm.first, firm.last), "bidder.list"), 0.9)
        for firm in bidders
    ]


def _bidders(text: DocumentText, *, is_account: bool = False) -> Iterator[tuple[Firm, str]]:
    named = _in_sentences_of(text) if is_account else (*_in_sentences_of(text), *_in_lists(text))
    return ((firm, rule) for firm, rule in named if not (parties.is_public_body(text, firm) or is_helper(text, firm)))


@cache
def _helper() -> re.Pattern[str]:
    return re.compile(rf"{any_of(table('roles')['subcontractor'])}\W*$")


def is_helper(text: DocumentText, firm: Firm) -> bool:
    """Return whether a name is that of a bidder's subcontractor: "sa podizvođačem X"."""
    return _helper().search(text.folded, max(0, text.starts[firm.first] - 30), text.starts[firm.first]) is not None


def _in_sentences_of(text: DocumentText) -> Iterator[tuple[Firm, str]]:
    """Yield every mention of a firm whose bid a sentence says to have come, with the rule that matched."""
    received, bid_of, _, _ = _cues()
    for found in (match for pattern in received for match in text.find(pattern)):
        if not _is_denied(text, found.match):
            yield from ((firm, "bidder.received") for firm in _listed(text, found.match.end()))
    for found in text.find(bid_of):
        bid_of_each = (firm for firm in _listed(text, found.match.end()) if not _is_late(text, firm))
        yield from ((firm, "bidder.bid-of") for firm in bid_of_each)
    for found in (each for pattern in (_bid(), _second()) for each in text.find(pattern)):
        first = text.word_at(found.match.end())
        firm = firms.read(text, first) if first < len(text.words) else None
        if firm is not None and firm.formed and firm.first == first and not _is_late(text, firm):
            yield firm, "bidder.bid-of"
    for found in text.find(_TOOK_PART):
        if not _is_denied(text, found.match):
            taking_part = firms.in_a_row(text, text.word_at(found.match.end()))
            yield from ((firm, "bidder.received") for firm in taking_part if firm.formed)


def _in_lists(text: DocumentText) -> Iterator[tuple[Firm, str]]:
    """Yield every mention of a firm below the head of bidders, and the winners that are called so."""
    _, _, header, heading = _cues()
    for found in text.find(header):
        if _INVITED.search(text.folded, max(0, found.match.start() - INVITED_WITHIN), found.match.start()) is None:
            label = _COLON.match(text.folded, found.match.end())
            below = firms.in_a_row(text, text.word_at(label.end())) if label else _rows(text, found.last)
            yield from ((firm, "bidder.label" if label else "bidder.table") for firm in below)
    for found in text.find(heading):
        if _others().search(found.match[0]) is None:
            yield from ((firm, "bidder.list") for firm in _listed(text, found.match.end()) if firm.formed)
    for winner in contracted.awarded(text):
        if winner.rule in vendor.TO_BIDDER:
            yield winner.firm, "bidder.winner"


@cache
def _cues() -> tuple[tuple[re.Pattern[str], ...], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of "bids were received from" (a title may end right before the verb), of "the bid of the
    bidder", of headers of bidder tables, and of the heading of a list of bidders: "Ponuđači:", "Rang lista ponuda"."""
    words = table("offers")
    bidder = any_of(table("roles")["bidder"])
    verb = (
        r"(?:\b(?:primlj?en\w*|zaprimlj?en\w*|primi\w{1,2}|pristig\w*|prispe\w*|prispje\w*|podnet\w*|podnijet\w*|podne\w{1,3}"
        rf"|dostavlj?en\w*|dostavi\w{{1,2}}|dobi\w{{1,2}})\b|{any_of(words['received'])})"
    )
    bids = rf"(?:\bponud(?!j?ac|itelj|nik|uvac)\w*|{any_of(words['bid'])})"
    took_part = rf"\b(?:ucestvova\w*|(?:javil|ponudil)\w*\s(?:(?:su|je)\s)?se)\b[^.;:]{{0,40}}?(?:{bidder}|\bfirm\w*)"
    number = r"(?:\d{1,2}|jedn[aeu]|dve|dvije|tri|cetiri|pet|sest)(?:\s\(\w+\))?"
    of_lot = rf"\b{number}\s(?:\w+\s)?ponud[aeu]\s?:"
    filler = (
        rf"[^\w.]*(?:(?:jos|samo|jedino)\s)?(?:i\s(?!to\b))?(?:za\s{ANY_LOT}\W*)?(?:i\sto\W*)?"
        r"(?:(?:od|from|ot|prej|nga|von)\s)?(?:strane\s)?"
        r"(?:sledec\w*\W+|sljedec\w*\W+|slednit\w*\W+|the\sfollowing\W+)?(?:(?:(?:dva|dve|dvije|tri|cetiri|pet|sest|two|three|\d{1,2})\s"
        rf"(?:\(\w+\)\s)?)?(?:ponu[dj]+ac\w*|firm\w*|privredn\w*\ssubjek\w*|{bidder})\W*)?"
        r"(?:redom\s\w+|po\sredosledu\s\w+)?\W*"
    )
    received = (
        rf"(?:(?:{verb}|\botvorene\ssu)[^.;:]{{0,60}}?{bids}|{took_part}|{of_lot}){filler}",
        rf"{bids}[^.;:]{{0,30}}?{verb}{filler}",
        rf"\bucestvova\w*:{filler}",
        rf"{bids}\s(?:su|je)\s(?:jos\s|i\s){{0,2}}da(?:l[aei]?|o)\b{filler}",
    )
    numbered = r"(?:pod\s(?:rednim\s)?brojem|broj|br\.?)\s[\w./-]{1,15}\W{1,3}"
    whose = rf"(?!\w+ima\b)(?:ponu[dj]+ac[a-z]?|firme|drustva|preduzeca|poduzeca|{bidder})\b[^\w\n.]{{0,3}}"
    genitive = rf"{bids},?\s(?:\w{{4,}}og\s|na\s|e\s|of\sthe\s|of\s|der\s|des\s)?(?:{numbered})?{whose}"
    name = r"(?:naziv\w*|ime)(?:\W{1,3}(?:naziv\w*|ime|i|adresa|sediste))*\W{1,3}(?:[a-z]?onu[dj]+ac\w*|ponuditelj\w*)"
    nominative = r"\b(?:ponudj?ac|ponuditelj|ponudilac|tenderer|bidder)\b"
    row = r"(?:\W*(?:r\W{0,3}(?:br?\w*)?|red\w*\W+br\w*|br\w*)\W+)?"
    cell = rf"\n{row}{nominative}(?=\W+(?:\w+\W+){{0,14}}?{_COMPANIONS})"
    listed = rf"(?:{bidder}|{any_of(table('offers')['ranking'])})[^\n.;]{{0,90}}?(?:\W*(?=\n)|\s?[:–-]\s(?=\W*\w))"
    heading = rf"(?:\n|[.;]\s)\W*(?:\d{{1,2}}[.)]\W*)*(?:[a-z]{{3,}}\W{{1,2}}){{0,3}}?{listed}"
    return tuple(map(re.compile, received)), re.compile(genitive), re.compile(rf"{name}|{cell}"), re.compile(heading)


LATE_WITHIN = 120
"""Characters after a name in which its bid is said to have come too late."""


def _is_late(text: DocumentText, firm: Firm) -> bool:
    """Return whether the bid of a firm is said to be late, and so no bid: it goes back unopened."""
    end = end_of(text, firm.last)
    return _late().search(text.folded, end, end + LATE_WITHIN) is not None


@cache
def _late() -> re.Pattern[str]:
    return compiled(table("offers")["late"])


@cache
def _bid() -> re.Pattern[str]:
    """Return the pattern of a bid right before the firm's name: "Ponuda „Primer” d.o.o.", "cheaper than that of X"."""
    bids = any_of(
        ["ponuda", "ponude", "ponudu", "ponudom", "bid of", "tender of", "offer of", "bid from", "tender from"]
    )
    return re.compile(rf"(?<!za\s){bids},?\s(?=[\w\"“”„«»])")


@cache
def _second() -> re.Pattern[str]:
    """Return the pattern of places that losing bids took: "Drugorangirani ponuđač je X"."""
    return re.compile(
        rf"{any_of(table('offers')['places'])}(?:\s{any_of(table('roles')['bidder'])})?(?:\s?:|\sje|\sis)?\s(?=\S)"
    )


@cache
def _others() -> re.Pattern[str]:
    return compiled(table("offers")["no_bidders"])


_TOOK_PART = re.compile(r"\bucestvova\w*\s(?:(?:je|su|i|jos|samo)\s){0,3}")
_COMPANIONS = r"(?:cena|cijena|price|broj|rok|nacin|iznos|result|rang|bodova)\b"
"""Other headers in a table of bids."""


def _is_denied(text: DocumentText, match: re.Match[str]) -> bool:
    """Return whether a cue contains or directly follows a negation."""
    return re.search(r"\b(?:nije|nisu|not|nema)\b", text.folded[max(0, match.start() - 12) : match.end()]) is not None


def _listed(text: DocumentText, offset: int) -> Iterator[Firm]:
    """Yield the firms of the list that begins at an offset: numbered, dashed, or within the sentence."""
    after = offset
    while after < len(text.folded) - 1 and not (text.folded[after].isalnum() or text.folded[after] in firms.QUOTES):
        after += 1
    word = text.word_at(after)
    # What introduces the list may have taken the dash of its first item.
    while offset and not text.folded[offset - 1].isalnum():
        offset -= 1
    if (item := _ITEM_ONE.match(text.folded, offset)) is not None:
        number = 1
        while item is not None:
            found = list(firms.in_a_row(text, text.word_at(item.end())))
            yield from found
            after = end_of(text, found[-1].last) if found else item.end()
            number += 1
            item = re.compile(rf"[\n;,]\W*{number}\W{{1,4}}(?!\d){_NUMBERED}").search(
                text.folded, after, after + LIST_GAP
            )
    elif (item := _DASH.match(text.folded, offset)) is not None:
        while item is not None and (found := list(firms.in_a_row(text, text.word_at(item.end())))):
            yield from found
            after = end_of(text, found[-1].last)
            item = _NEXT_DASH.search(text.folded, after, after + LIST_GAP)
    elif word and text.words[word - 1].endswith(":") and text.begins_line(word):
        yield from _rows(text, word - 1)
    else:
        found = list(firms.in_a_row(text, word))
        while found:
            yield from found
            following = _AFTER_SEMICOLON.match(text.folded, end_of(text, found[-1].last) - 1)
            found = list(firms.in_a_row(text, text.word_at(following.end()))) if following else []
            found = found if found and found[0].formed else []


def _rows(text: DocumentText, head: int) -> Iterator[Firm]:
    """Yield the firms at the beginnings of lines below a table header, until a long gap.

    A quoted name without a legal form counts only in a numbered row.
    """
    last_name = head
    first_row = word = text.line_end(head) + 1
    while word < len(text.words) and word - last_name <= TABLE_GAP_WORDS:
        row = _ROW.match(text.folded, text.starts[word] - 1)
        start = text.word_at(row.end()) if row else word
        if start > word or word == first_row or not _continues_a_name(text, word):
            for firm in firms.in_a_row(text, start):
                if firm.formed or start > word:
                    yield _with_town_below(text, firm)
                    last_name = firm.last
        word = text.line_end(max(word, last_name)) + 1


def _continues_a_name(text: DocumentText, word: int) -> bool:
    """Return whether a line may begin within a name: with a closing quote, or after a capitalized word."""
    if closes_quote(text.words[word]) and not opens_quote(text.words[word]):
        return True
    before = text.words[word - 1]
    return text.breaks[word] == Break.LINE and before[-1:].isalpha() and text.is_capitalised(word - 1)


def _with_town_below(text: DocumentText, firm: Firm) -> Firm:
    """Return a firm whose town is printed in the next line of its cell, after the other cells of the row."""
    end = text.line_end(firm.last)
    below = end + 1
    while below < len(text.words) and not any(char.isalnum() for char in text.words[below]):
        below += 1
    if firm.town or end == firm.last or below >= len(text.words) or not is_town(text, below):
        return firm
    return firms.with_word(text, firm, below)


def fullest(text: DocumentText, firm: Firm) -> Firm:
    """Return the firm as printed elsewhere with its town, if it is."""
    if firm.town or not firm.formed:
        return firm
    words = map(re.escape, re.findall(r"\w+", text.folded[text.starts[firm.first] : end_of(text, firm.last)]))
    for found in text.find(re.compile(r"\b" + r"\W+".join(words) + r"\b")):
        other = firms.read(text, found.first)
        if other is not None and other.core == firm.core and other.town:
            return other
    return firm
