"""Award lines from sentences, lists and forms: a firm that is told as the winner, and its sum."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cache

from archive.model.vat import differ_by_vat
from indexer.facts import firms
from indexer.facts.amount_context import context, is_never_a_fact, says, vat_expression, vat_of
from indexer.facts.awards.lines import (
    AwardLine,
    AwardPart,
    is_sum,
    last_lot_part,
    lot_part,
    number_after,
)
from indexer.facts.awards.winners import SENTENCE_END, Winner, winners, words
from indexer.facts.firms import Firm, end_of
from indexer.facts.lots import LOT_MARK, LOT_TITLE
from indexer.facts.sums import Money, vat_in
from indexer.facts.text import DocumentText, any_of, compiled
from indexer.gazetteer import table

SENTENCE = 320
"""Number of characters after a name in which the sum of its sentence is searched."""

FORM = 1500
"""Number of characters after a name in which the sum of its form is searched."""

NUMBER_WITHIN = 260


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
_ORDER_END = re.compile(r"(?<!\d)(?<!din)\.\s(?=\D)|\n\s*\n")


def _with_sums_in_order(text: DocumentText, told: list[AwardLine], monies: Sequence[Money]) -> list[AwardLine]:
    """Return the lines, those of lots above sums in their order with these: "redom po partijama: 100,00 i 200,00"."""
    for found in _IN_ORDER.finditer(text.folded):
        stop = _ORDER_END.search(text.folded, found.end())
        end = stop.start() if stop else len(text.folded)
        sums = [money for money in monies if found.end() <= money.start < end]
        above = [line for line in told if line.lot and text.starts[line.vendors[0].first] < found.start()]
        lots = {line.lot.value for line in above if line.lot}
        if len(sums) < 2 or len(lots) != len(above) or not lots <= {str(at) for at in range(1, len(sums) + 1)}:
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
    named = [one for one in winners(text, every) if one.is_form or one.vendors[0].first not in lost]
    starts = [text.starts[one.vendors[0].first] for one in named] + [len(text.folded)]
    firm_starts = [text.starts[firm.first] for firm in every]
    previous_end = 0
    for at, winner in enumerate(named):
        end = end_of(text, winner.vendors[-1].last)
        if winner.is_form:
            stop = min(starts[at + 1], end + FORM)
        else:
            after = next((start for start in firm_starts if start >= end), len(text.folded))
            stop = min(starts[at + 1], after, end + SENTENCE)
            stop = _end_of_block(text, min(previous_end, max(0, starts[at] - BLOCK)), starts[at], end, stop)
        found = _sum_after(text, monies, end, stop, winner)
        if found is None or (not winner.is_form and SENTENCE_END.search(text.folded, end, found[0].start)):
            # The sum of the next sentence may be another's.
            found = _sum_before(text, monies, previous_end, starts[at], winner) or found
        money, vat = found or (None, "unknown")
        if money is not None and names_more(text, end, money.start):
            continue
        line = AwardLine(
            winner.vendors,
            money,
            vat,
            winner.method,
            winner.confidence,
            lot=_lot(text, previous_end, starts[at]) or (last_lot_part(text, end, money.start) if money else None),
            bids=_count(counts, text, previous_end, starts[at]),
            number=number_after(text, end, min(stop, end + NUMBER_WITHIN)),
        )
        of_lots = [] if winner.is_form else list(_of_lots(text, monies, end, stop))
        yield from (replace(line, money=each, vat=said, lot=lot, bids=None) for each, said, lot in of_lots)
        if not of_lots:
            yield line
        previous_end = max(end, money.end if money else 0)


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
        if len(marks) == 1 and vat != "tax" and words("value").search(text.folded, last_end, money.start):
            found.append((money, vat, lot_part(text, marks[0])))
        last_end = money.end
    if len({lot.value for _, _, lot in found}) == len(found) > 1:
        yield from found


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
        is_told = words(cue).search(between) is not None or (money.start - start < 30 and not winner.is_form)
        if not is_sum(text, money) or _is_asked(text, money) or _is_of_units(text, money):
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


_ASKED_AFTER = re.compile(r"[^.!?]{0,200}\?")


def _is_asked(text: DocumentText, money: Money) -> bool:
    """Return whether a sum stands in a question: a mail may quote what it answers."""
    return _ASKED_AFTER.match(text.folded, money.end) is not None


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
        between = text.folded[max(last_end, money.start - 120) : money.start]
        around = context(text.folded, money.start, money.end, last_end)
        last_end = money.end
        if not is_sum(text, money):
            continue
        is_here = not winner.is_form and SENTENCE_END.search(text.folded, money.start, start) is None
        cue = _worth() if is_here else words("value_label")
        if cue.search(between) is None or says("estimated", around.since_last) or _is_other(between):
            continue
        vat, _ = vat_of(around)
        if vat != "tax" and not is_never_a_fact(around, is_paid=False):
            best = (money, vat if vat != "unknown" else _vat_of_heading(text, money.start))
            break
    return best


@cache
def _worth() -> re.Pattern[str]:
    """Return the pattern of what says, before a sum, that a contract is worth it: "ugovor vredan", "u iznosu od"."""
    words = table("award_lines")
    worth = rf"{any_of(words['what'])}(?:\W[^.;\d]{{0,40}}?)?\b(?:vred|vrij|iznos|cen|cijen)\w*[^.;\d]{{0,20}}$"
    return re.compile(rf"{any_of(words['value_label'])}|{worth}")


@cache
def _vat_words() -> re.Pattern[str]:
    return re.compile(vat_expression())


def _vat_of_heading(text: DocumentText, start: int) -> str:
    """Return the VAT status by the heading above a sum: "Informacije o vrednosti ugovora (bez PDV-a)"."""
    said = "unknown"
    for match in _vat_words().finditer(text.folded, max(0, start - 160), start):
        said = match.lastgroup or said
    return said


def _lot(text: DocumentText, low: int, start: int) -> AwardPart | None:
    """Return the last lot named before a winner, after the previous winner."""
    low = max(low, start - FORM)
    return last_lot_part(text, low, start, LOT_TITLE) or last_lot_part(text, low, start)


def _count(counts: Sequence[AwardPart], text: DocumentText, low: int, start: int) -> AwardPart | None:
    """Return the number of bids given for a winner alone, or the only one of the document; somebody who won bid."""
    counts = [count for count in counts if count.value != "0"]
    if len({count.value for count in counts}) == 1:
        return counts[0]
    own = [count for count in counts if low <= text.starts[count.first] < start]
    return own[-1] if own else None
