"""Award lines from sentences, lists and forms: a firm that is told as the winner, and its sum."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from archive.model.vat import differ_by_vat
from indexer.facts import firms
from indexer.facts.amount_context import context, is_never_a_fact, says, vat_expression, vat_of
from indexer.facts.awards.lines import (
    OF_ALL,
    AwardLine,
    AwardPart,
    is_asked,
    is_sum,
    last_lot_part,
    lot_part,
    lots_given,
    own_number,
)
from indexer.facts.awards.winners import BESIDE, MEANT, SENTENCE_END, WHOM, WHOM_WITHIN, Winner, winners, words
from indexer.facts.firms import Firm, end_of
from indexer.facts.lots import LOT_MARK, LOT_TITLE, marks
from indexer.facts.sums import Money, vat_in
from indexer.facts.text import DocumentText, any_of, compiled
from indexer.gazetteer import table

SENTENCE = 320
"""Number of characters after a name in which the sum of its sentence is searched."""

FORM = 1500
"""Number of characters after a name in which the sum of its form is searched."""

NUMBER_WITHIN = 260

MOST_MEMBERS = 3
"""Maximum number of firms that are a group without a sum; more are several, each with a contract of its own."""


def lines(
    text: DocumentText,
    every: Sequence[Firm],
    monies: Sequence[Money],
    counts: Sequence[AwardPart],
    lost: Collection[int] = (),
) -> list[AwardLine]:
    """Return the line of each winner, with or without a sum; at the words ``lost`` begin those of a list who lost."""
    return _with_sums_in_order(text, list(_lines(text, every, monies, counts, lost)), monies)


_IN_ORDER = re.compile(r"\b(?:redom|respektivno|respectively)\b")
SAID_WITHIN = 60
"""Characters before such words in which the sums are said to be estimates."""

_ORDER_END = re.compile(r"(?<!\d)(?<!din)\.\s(?=\D)|\n\s*\n")


def _with_sums_in_order(text: DocumentText, told: list[AwardLine], monies: Sequence[Money]) -> list[AwardLine]:
    """Return the lines, those of lots above sums in their order with these: "redom po partijama: 100,00 i 200,00"."""
    for found in _IN_ORDER.finditer(text.folded):
        stop = _ORDER_END.search(text.folded, found.end())
        end = stop.start() if stop else len(text.folded)
        sums = [money for money in monies if found.end() <= money.start < end]
        above = [line for line in told if line.lot and text.starts[line.vendors[0].first] < found.start()]
        lots = {line.lot.value for line in above if line.lot}
        said = text.folded[max(0, found.start() - SAID_WITHIN) : sums[0].start if sums else end]
        is_priced = len(sums) > 1 and not says("estimated", said)
        if not is_priced or len(lots) != len(above) or not lots <= {str(at) for at in range(1, len(sums) + 1)}:
            continue
        vat = vat_in(text.folded[sums[-1].end : end]) or "unknown"
        for at, line in enumerate(told):
            if line in above and line.lot:
                told[at] = replace(line, money=sums[int(line.lot.value) - 1], vat=vat)
    return told


def _lines(
    text: DocumentText,
    every: Sequence[Firm],
    monies: Sequence[Money],
    counts: Sequence[AwardPart],
    lost: Collection[int],
) -> Iterator[AwardLine]:
    named = [one for one in winners(text, every) if one.is_told or one.vendors[0].first not in lost]
    starts = [text.starts[one.vendors[0].first] for one in named] + [len(text.folded)]
    firm_starts = [text.starts[firm.first] for firm in every]
    previous_end = 0
    for at, winner in enumerate(named):
        end = end_of(text, winner.vendors[-1].last)
        after = next((start for start in firm_starts if start >= end), len(text.folded))
        stop = min(starts[at + 1], *((end + FORM,) if winner.is_form else (after, end + SENTENCE)))
        stop = _end_of_block(text, min(previous_end, max(0, starts[at] - BLOCK)), starts[at], end, stop)
        found = _sum_after(text, monies, end, stop, winner)
        lots = _lots(text, previous_end, starts[at], end, winner)
        if found is not None and not winner.is_form and _is_of_others(text, end, found[0], after, lots):
            found = None
        if found is None or (not winner.is_form and SENTENCE_END.search(text.folded, end, found[0].start)):
            # The sum of the next sentence may be another's.
            found = _sum_before(text, monies, previous_end, starts[at], winner) or found
        money, vat = found or (None, "unknown")
        if names_more(text, end, money.start) if money is not None else len(winner.vendors) > MOST_MEMBERS:
            continue
        line = AwardLine(
            winner.vendors,
            money,
            vat,
            winner.method,
            winner.confidence,
            lot=lots[0] if len(lots) == 1 else None if lots or not money else last_lot_part(text, end, money.start),
            bids=_count(counts, text, previous_end, starts[at]),
            number=own_number(text, winner.vendors, winner.vendors[0], NUMBER_WITHIN) if end < stop else None,
        )
        of_lots = [] if winner.is_form else list(_of_lots(text, monies, end, stop))
        if len(lots) > 1 and not of_lots:
            of_lots = _of_several(text, monies, end, lots)
        yield from (replace(line, money=each, vat=said, lot=lot, bids=None) for each, said, lot in of_lots)
        if not of_lots:
            yield line
        # A lot right behind a winner is not that of the next.
        beside = [end_of(text, lot.last) for lot in lots if lots == _lot_beside(text, end)]
        previous_end = max(end, money.end if money else 0, *beside)


BLOCK = 500
"""Characters before a winner in which the title of its lot stands, also before others of a group."""


def _end_of_block(text: DocumentText, low: int, start: int, end: int, stop: int) -> int:
    """Return where the lot ends below whose heading a winner is named: at the next heading of one, or at ``stop``."""
    if LOT_TITLE.search(text.folded, low, start) is None:
        return stop
    title = LOT_TITLE.search(text.folded, end, stop)
    return stop if title is None else title.start()


def _of_lots(
    text: DocumentText, monies: Sequence[Money], start: int, stop: int
) -> Iterator[tuple[Money, str, AwardPart]]:
    """Yield the sums of several lots that one sentence gives to one winner: "for lot 1 at 100,00 and for lot 2 at"."""
    last_end, found = start, list[tuple[Money, str, AwardPart]]()
    for money in (money for money in monies if start <= money.start and money.end <= stop and is_sum(text, money)):
        if SENTENCE_END.search(text.folded, last_end, money.start):
            break
        marks = list(LOT_MARK.finditer(text.folded, last_end, money.start))
        vat, _ = vat_of(context(text.folded, money.start, money.end, last_end))
        if len(marks) == 1 and vat != "tax" and _is_for(text.folded[last_end : money.start]):
            found.append((money, vat, lot_part(text, marks[0])))
        last_end = money.end
    if len({lot.value for _, _, lot in found}) == len(found) > 1:
        yield from found


_OF_NEXT = re.compile(r"(?:^|[,;])\s(?:a|dok|i|te)\s(?:za|po|u)\b[^.;,]*$")


def _is_of_others(text: DocumentText, end: int, money: Money, after: int, lots: Sequence[AwardPart]) -> bool:
    """Return whether a sum behind a winner is of another lot: one that the words between them name, or the words up to
    the next firm, if the winner's own was named before ("za 100,00 dinara lot 1 dobija X, a za 200,00 lot 2 Y")."""
    own = {lot.value for lot in lots}
    if not own:
        return False
    if any(not own.issuperset(said) for _, said in marks(text.folded, end, money.start)):
        return True
    is_next = _OF_NEXT.search(text.folded[end : money.start]) is not None
    stop = SENTENCE_END.search(text.folded, money.end, after)
    return is_next and any(True for _ in marks(text.folded, money.end, stop.start() if stop else after))


def _is_for(between: str) -> bool:
    return words("value").search(between) is not None or _FOR.search(between) is not None


_FOR = re.compile(r"\b(?:za|na|po|sa?)\s(?:od\s)?$")

SEVERAL = 900
"""Characters after the winner of several lots in which their sums are told, lot by lot."""

_TO_SUM = re.compile(r"[^\w.;]{0,3}(?:\([^()]*\))?[^\w.;]{0,3}(?:[^\W\d]+\s){0,3}")
_ALSO = re.compile(r"(?:\s?(?:din\w*|rsd|km|eur\w*))?[,\s]+(?:(?:odnosno|i|te|and)\s)?")


def _of_several(
    text: DocumentText, monies: Sequence[Money], end: int, lots: Sequence[AwardPart]
) -> list[tuple[Money, str, AwardPart]]:
    """Return the sums of the several lots of a winner: each after its lot, or in their order: "po cenama od 100,00,
    odnosno 200,00 dinara"."""
    near = [money for money in monies if end <= money.start < end + SEVERAL and is_sum(text, money)]
    by_lot: dict[str, Money] = {}
    for mark, (lot, *more) in marks(text.folded, end, end + SEVERAL):
        money = next((money for money in near if money.start >= mark.end()), None)
        if money is not None and not more and _TO_SUM.fullmatch(text.folded, mark.end(), money.start):
            by_lot.setdefault(lot, money)
    if by_lot.keys() >= {lot.value for lot in lots}:
        found = [by_lot[lot.value] for lot in lots]
    else:
        found = near[: len(lots)]
        between = (text.folded[one.end : other.start] for one, other in pairwise(near[: len(lots) + 1]))
        is_row = [_ALSO.fullmatch(each) is not None for each in between]
        if len(found) != len(lots) or not all(is_row[: len(lots) - 1]) or any(is_row[len(lots) - 1 :]):
            return []
    last = found[-1]
    vat, _ = vat_of(context(text.folded, last.start, last.end, last.start))
    return [(money, vat, lot) for money, lot in zip(found, lots, strict=True)]


_MORE = re.compile(
    r"^[,;]?\s?(?:(?:\w{2,14}\W{1,2}){0,3}(?:i|te|and)\s)?[^.:\d]{0,60}[\"“”„«»]\w[^\"“”„«»]{1,60}[\"“”„«»]"
)


def names_more(text: DocumentText, end: int, start: int) -> bool:
    """Return whether an unrecognized name is between vendors and sum, so that a member would be missing."""
    between = text.folded[end:start]
    if "\n\n" in between or len(between) > SENTENCE:
        return False
    form = firms.legal_forms()[0]
    return (
        _MORE.search(between) is not None
        or re.search(rf"\W(?:i|te|and|,|;)\s[^.\n]{{3,60}}\s{form.pattern}", between) is not None
    )


def _sum_after(
    text: DocumentText, monies: Sequence[Money], start: int, stop: int, winner: Winner
) -> tuple[Money, str] | None:
    last_end = start
    for money in monies:
        if money.start < start:
            continue
        if money.start >= stop:
            break
        around = context(text.folded, money.start, money.end, last_end)
        between = text.folded[last_end : money.start]
        last_end = money.end
        cue = "value_label" if winner.is_form else "value"
        is_near = len(_BRACKETS.sub("", text.folded[start : money.start])) < NEAR
        is_told = words(cue).search(between) is not None or (
            not winner.is_form and (is_near or _CONTRACT_FOR.search(between) is not None)
        )
        if not is_sum(text, money) or money.is_unit_price or is_asked(text, money) or _is_of_units(text, money):
            continue
        if OF_ALL.search(between):
            continue
        if winner.method in _OF_CONTRACTS and _paid().search(text.folded, start, money.start):
            continue
        if not is_told or says("estimated", around.since_last) or (winner.is_form and _is_other(between)):
            continue
        vat, _ = vat_of(around)
        of_sum = replace(around, before=between)
        if vat != "tax" and not is_never_a_fact(of_sum, is_paid=False):
            if vat == "with" and (net := _net_beside(text, monies, money)) is not None:
                return net, "without"
            return money, _vat_of_heading(text, money.start) if vat == "unknown" and winner.is_form else vat
    return None


NEAR = 30
"""Characters after a name, but for those in brackets, in which a sum needs no word that says that it is a price."""

_BRACKETS = re.compile(r"\([^()]*\)")
_CONTRACT_FOR = re.compile(r"\b(?:ugovor|zakljuc|potpis|sporazum|partij|lot|posao)\w*\b[^;]{0,60}\b(?:na|za|sa?)\s$")
"""What says before a sum that a contract is worth it: "Ugovor je potpisan 2. marta na "."""

NET_WITHIN = 60
"""Characters after a price with VAT in which that without it stands."""


def _net_beside(text: DocumentText, monies: Sequence[Money], gross: Money) -> Money | None:
    """Return the same sum without VAT that stands right after one with it: "120,00 sa PDV-om (100,00 bez PDV-a)"."""
    after = (money for money in monies if gross.end < money.start < gross.end + NET_WITHIN)
    net = next((money for money in after if money.value < gross.value), None)
    return net if net is not None and differ_by_vat(net.value, gross.value) else None


_OF_CONTRACTS = frozenset({"award.given", "award.chosen", "award.concluded", "award.lot"})
"""Rules of winners whose sum is that of the contract, not what was paid under it."""


@cache
def _paid() -> re.Pattern[str]:
    return compiled(table("awards")["paid"])


_UNITS = re.compile(r"\b(?:zbir|suma|ukupn)\w*\W(?:\w+\W+){0,2}?jedinicn\w*\sc(?:ij)?en\w*[^;]{0,160}$")


def _is_of_units(text: DocumentText, money: Money) -> bool:
    """Return whether a sum is one of unit prices, by which bids are compared: nobody is to be paid that."""
    return _UNITS.search(text.folded, max(0, money.start - 240), money.start) is not None


def _is_other(between: str) -> bool:
    """Return whether the label of a sum is that of the highest or lowest bid or of an estimate."""
    return words("other").search(between[-90:]) is not None


def _sum_before(
    text: DocumentText, monies: Sequence[Money], low: int, start: int, winner: Winner
) -> tuple[Money, str] | None:
    """Return the sum above the name in a form, or before in a sentence: "ugovor u vrednosti od ... zaključen sa X"."""
    if not winner.is_form:
        low = max(low, start - 160)
    best = None
    last_end = low
    for money in monies:
        if money.start < low or money.end > start:
            continue
        between = SENTENCE_END.split(text.folded[max(last_end, money.start - 120) : money.start])[-1]
        around = context(text.folded, money.start, money.end, last_end)
        last_end = money.end
        if not is_sum(text, money):
            continue
        is_here = not winner.is_form and _CLAUSE_END.search(text.folded, money.start, start) is None
        cue = _worth() if is_here else words("value_label")
        if cue.search(between) is None or says("estimated", around.since_last) or (not is_here and _is_other(between)):
            continue
        if _SPENT.search(between[-SPENT_WITHIN:]):
            continue
        vat, _ = vat_of(around)
        if vat != "tax" and not is_never_a_fact(around, is_paid=False):
            best = (money, vat if vat != "unknown" else _vat_of_heading(text, money.start))
            break
    return best


SPENT_WITHIN = 60
_SPENT = re.compile(r"\b(?:rashod|isplac|placen|utros|izdatak|izdatk|troskov)")
"""What says before a sum that it was spent, whatever contracts were for."""

_CLAUSE_END = re.compile(rf";|{SENTENCE_END.pattern}")
_OF_WORTH = (
    r"\b(?:u\s(?:ukupn\w+\s)?(?:vr(?:ij)?ednosti|iznosu)|na\siznos|za|ponud[aueo]m?,?|c(?:ij)?en[aueo]m?,?|ugovor\w*\sna)"
    r"\s(?:od\s)?$"
)


@cache
def _worth() -> re.Pattern[str]:
    """Return the pattern of what says, before a sum, that a contract is worth it: "ugovor vredan", "u iznosu od"."""
    words = table("award_lines")
    worth = rf"{any_of(words['what'])}(?:\W[^.;\d]{{0,40}}?)?\b(?:vred|vrij|iznos|cen|cijen)\w*[^.;\d]{{0,20}}$"
    return re.compile(rf"{any_of(words['value_label'])}|{worth}|{_OF_WORTH}")


@cache
def _vat_words() -> re.Pattern[str]:
    return re.compile(vat_expression())


def _vat_of_heading(text: DocumentText, start: int) -> str:
    """Return the VAT status by the heading above a sum: "Informacije o vrednosti ugovora (bez PDV-a)"."""
    said = "unknown"
    for match in _vat_words().finditer(text.folded, max(0, start - 160), start):
        said = match.lastgroup or said
    return said


def _lots(text: DocumentText, low: int, start: int, end: int, winner: Winner) -> list[AwardPart]:
    """Return the lot of a winner, or the several at once: of the clause behind that gives it, or named last before the
    winner, after the previous one, in its sentence, or else in a title (a form has no sentences), or right after it."""
    if winner.method in {WHOM, MEANT} and (behind := _lots_behind(text, end)):
        return behind
    low = max(low, start - FORM)
    *_, sentence = [low, *(end.end() for end in SENTENCE_END.finditer(text.folded, low, start))]
    title = last_lot_part(text, low, start, LOT_TITLE)
    own = [] if winner.is_form and title else lots_given(text, sentence, start)
    is_past = title is not None and _is_of_paragraph(text, title, text.word_at(start))
    named = own or ([] if is_past else [title] if title else lots_given(text, low, start))
    return named if len(named) == 1 else _lot_beside(text, end) or named


LAST_WORD = 4
"""Minimum number of letters of a word that ends a sentence; "A." is the number of an item."""


def _is_of_paragraph(text: DocumentText, title: AwardPart, winner: int) -> bool:
    """Return whether a lot at the beginning of a sentence is of its paragraph, and the winner stands in another."""
    inside = range(text.line_start(title.first), title.first)
    begins = any(text.words[word][-1:] in ".;" and len(text.bare[word]) >= LAST_WORD for word in inside)
    return begins and not all(text.continues_block(word) for word in range(title.first + 1, winner + 1))


def _lot_beside(text: DocumentText, end: int) -> list[AwardPart]:
    """Return the lot right after a winner, in brackets or before a comma: "ugovor je potpisao X (partija 1)", "X iz
    Niša za partiju 1, Y za partiju 2"."""
    beside = BESIDE.match(text.folded, end)
    mark = LOT_MARK.search(text.folded, *beside.span()) if beside else None
    return [] if mark is None else [lot_part(text, mark)]


def _lots_behind(text: DocumentText, end: int) -> list[AwardPart]:
    """Return the lots of the clause behind a winner that gives it the contract: "X, kome se dodeljuje partija 1"."""
    stop = _CLAUSE_END.search(text.folded, end, end + WHOM_WITHIN)
    mark = next((mark for mark, _ in marks(text.folded, end, stop.start() if stop else end + WHOM_WITHIN)), None)
    return lots_given(text, mark.start(), mark.end()) if mark else []


def _count(counts: Sequence[AwardPart], text: DocumentText, low: int, start: int) -> AwardPart | None:
    """Return the number of bids given for a winner alone, or the only one of the document; somebody who won bid."""
    counts = [count for count in counts if count.value != "0"]
    if len({count.value for count in counts}) == 1:
        return counts[0]
    own = [count for count in counts if low <= text.starts[count.first] < start]
    return own[-1] if own else None
