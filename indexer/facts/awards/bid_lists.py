"""Bids as a document lists them, decided together: rows of one table, or items of one list, say the same of each firm.

Who won is told elsewhere, by the place that a bid took, or by a mark in its row; the price of the winner is that of
its own bid for the same lot.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import zip_longest

from archive.model.words import Break
from archive.text.folding import ORDINALS
from indexer.facts import bids
from indexer.facts.awards import short_names
from indexer.facts.awards.bid_items import ITEM, PricedItem, is_row, parted, runs
from indexer.facts.awards.bid_tables import MOST_POINTS, BidTables, ListedBid, chosen, of_bids
from indexer.facts.awards.bid_winners import lot_of
from indexer.facts.awards.lines import AwardPart, is_asked, is_sum, last_lot_part, lots_given
from indexer.facts.awards.winners import SENTENCE_END, groups
from indexer.facts.firms import Firm
from indexer.facts.lots import LOT_TITLE
from indexer.facts.scoring import money as monies
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.scoring.names import all_firms
from indexer.facts.sums import Money, currency_in
from indexer.facts.text import DocumentText, any_of, compiled
from indexer.facts.vendors.parties import is_public_body
from indexer.gazetteer import kinds_with, table

INTRODUCED = 260
"""Number of characters before the first name of a list that may say that bids follow."""

CONTRACT = re.compile(r"\bugovor\w*")
_PLACE = re.compile(
    r"(?:^|\s)(?:(?P<number>\d{1,2})[.)]\s?(?P<place>mj?est\w*|rang)?"
    rf"|(?P<ordinal>{'|'.join(ORDINALS)})(?:\w{{1,3}}\smj?est|[oe](?:rangiran|plasiran))\w*"
    r"(?:\s(?:je|ponuda|zauzim\w+|ponudj?ac))*)\W*$"
)
_REST = re.compile(r"(?:(?![;\n]|(?<=[a-z)]{3})\.\s|\)[.,]\s).)*")


def listed(context: TextSurroundings) -> list[ListedBid]:
    """Return the bids that the tables of a document give, then those of its lists in text."""
    if "bids" not in context.kept:
        joined, sums = _firms_and_sums(context)
        tables = BidTables(
            context,
            {group[0].first: group for group in joined},
            {context.text.word_at(each.start): each for each in sums},
        )
        of_tables = list(tables.bids()) if sums else []
        outside = (run for run in lists_in_text(context) if run[0].firms[0].first not in tables.read)
        parts = [(part, at > 0) for run in outside for at, part in enumerate(parted(run))]
        found = [*of_tables, *_with_first(list(_in_text(context.text, parts)))]
        named = {(bid.listing, bid.money.currency) for bid in found if bid.money.currency is not None}
        context.kept["bids"] = [_with_currency(context, bid, named) for bid in found]
    return list(context.kept["bids"])


def _with_first(found: Sequence[ListedBid]) -> Iterator[ListedBid]:
    """Yield the bids; one before that which took the second place for the same, at no lower price, took the first."""
    for bid, after in zip_longest(found, found[1:]):
        is_first = (
            after is not None
            and (bid.listing, lot_of(bid), bid.place, after.place) == (after.listing, lot_of(after), None, 2)
            and bid.money.value <= after.money.value
            and not bid.is_rejected
        )
        yield replace(bid, place=1) if is_first else bid


def told(context: TextSurroundings, kind: str | None) -> list[ListedBid]:
    """Return the listed bids of a document of a kind: of a letter or report, lists of which it says that they came in,
    as it may list contracts alike, and what its sentences call bids."""
    if kind in kinds_with("bids"):
        return listed(context)
    if not is_account(context.text, kind):
        return []
    if "came" not in context.kept:
        came = _that_came(context) if _came_in().search(context.text.folded) else []
        context.kept["came"] = [*came, *(bid for bid in listed(context) if bid.is_said and bid not in came)]
    return list(context.kept["came"])


def is_account(text: DocumentText, kind: str | None) -> bool:
    """Return whether a document may be a letter or report that tells of bids."""
    kinds = kinds_with("account") | {"correspondence", "other", None}
    return kind in kinds and len(text.page_ends) <= bids.ACCOUNT_PAGES


def _that_came(context: TextSurroundings) -> list[ListedBid]:
    """Return the bids of lists of which it is said that they came in."""
    text = context.text
    found: list[ListedBid] = []
    for bid in listed(context):
        start = text.starts[bid.firms[0].first]
        said = list(_came_in().finditer(text.folded, max(0, start - INTRODUCED), start))
        is_said = said and not CONTRACT.search(text.folded, said[-1].end(), start)
        end = found[-1].money.end if found else start
        # What is said above the first lot, or within a list, holds for the next ones.
        is_next = start - end < ITEM and LOT_TITLE.search(text.folded, end - 1, start)
        if is_said or is_next or (found and found[-1].listing == bid.listing):
            found.append(bid)
    return found


@cache
def _came_in() -> re.Pattern[str]:
    """Return the pattern of what says that bids came in: "Stigle su tri ponude", "primili smo 2 ponude"."""
    words = table("offers")
    received, bid = any_of([*words["received"], *words["came"], "otvoren*"]), any_of([*words["bid"], "ponuda"])
    heading = r"(?:^|\n)\W*(?:[ivx\d]{1,4}\W{1,4})?ponude\b[^\n.;:]{0,60}:"
    took_part = rf"{any_of(['javil*', *words['sent']])}[^.;:]{{0,40}}?{any_of(words['senders'])}"
    return re.compile(rf"{received}(?:\s\w+){{0,4}}\s{bid}|{bid}(?:\s\w+){{0,3}}\s{received}|{heading}|{took_part}")


def _firms_and_sums(context: TextSurroundings) -> tuple[list[tuple[Firm, ...]], list[Money]]:
    """Return the firms of a document that may bid, grouped, and its sums."""
    text = context.text
    every = short_names.with_short(text, all_firms(context))
    # A name in quotes alone may be anything.
    known = {firm.core for firm in every if firm.formed or "„" not in firm.name}
    firms = [
        firm for firm in every if firm.core in known and not (is_public_body(text, firm) or _is_beside(text, firm))
    ]
    every_sum = monies.all_monies(context)
    sums = [
        each
        for each in every_sum
        if is_sum(text, each)
        and not (each.is_unit_price or is_asked(text, each) or (each.currency is None and each.value <= MOST_POINTS))
    ]
    return groups(text, firms, of_bids=True), sums


_GUARANTOR = re.compile(r"\bgaranci\w*[^\w.;]+(?:\w+[^\w.;]+){0,3}$")


def _is_beside(text: DocumentText, firm: Firm) -> bool:
    """Return whether a firm is named beside a bidder: its subcontractor, or the bank of its guarantee."""
    start = text.starts[firm.first]
    is_beside = bids.is_helper(text, firm) or _GUARANTOR.search(text.folded, max(0, start - 50), start) is not None
    # Before the first cell of a row stand the heads of its table.
    return is_beside and text.breaks[firm.first] != Break.BLOCK


def lists_in_text(context: TextSurroundings) -> list[list[PricedItem]]:
    """Return the lists in text, outside of tables."""
    if "lists" not in context.kept:
        joined, sums = _firms_and_sums(context)
        outside = [group for group in joined if not _is_in_table(context, group[0].first)]
        context.kept["lists"] = runs(context.text, outside, sums)
    return list(context.kept["lists"])


def _with_currency(context: TextSurroundings, bid: ListedBid, named: Collection[tuple[int, str | None]]) -> ListedBid:
    """Return a bid with the currency of the head of its column, the usual one of its document, or the only one that is
    ``named`` in its list."""
    price = bid.money
    if price.currency is not None:
        return bid
    usual, is_unclear = monies.usual_currency(context)
    beside = [currency for listing, currency in named if listing == bid.listing]
    told = currency_in(monies.column_head(context, context.text.word_at(price.start)))
    currency = told or (None if is_unclear else usual) or (beside[0] if len(beside) == 1 else None)
    return replace(bid, money=replace(price, currency=currency))


def _is_in_table(context: TextSurroundings, word: int) -> bool:
    """Return whether a word is in a table of more columns than labels and values have."""
    if not context.has_pages:
        return False
    layout, start = context.layout_of(word)
    found = layout.table(word - start)
    return found is not None and found.columns > _LABEL_AND_VALUE


_LABEL_AND_VALUE = 2


def _in_text(text: DocumentText, runs: Sequence[tuple[Sequence[PricedItem], bool]]) -> Iterator[ListedBid]:
    """Yield the bids of lists, each with whether it is a further part of the one before; what is said before the first
    of several holds for those and below the next lots' titles."""
    end = None
    for number, (run, is_part) in enumerate(runs):
        start = text.starts[run[0].firms[0].first]
        is_next = end is not None and start - end < ITEM and _is_continued(text, end, start)
        goes_on = is_next or (is_part and end is not None)
        found = list(_bids_of(text, run, number, is_told=goes_on))
        yield from found
        end = run[-1].money.end if found else None


def _is_continued(text: DocumentText, end: int, start: int) -> bool:
    """Return whether a list goes on below the title of the next lot, or in the same sentence after a name without a
    price: "A – 100,00; B nije dostavio; C – 120,00"."""
    if LOT_TITLE.search(text.folded, end - 1, start) is not None:
        return True
    words = range(text.word_at(end) + 1, text.word_at(start) + 1)
    is_whole = all(text.breaks[word] != Break.BLOCK for word in words)
    return is_whole and SENTENCE_END.search(text.folded, end, start) is None


def _bids_of(text: DocumentText, run: Sequence[PricedItem], number: int, *, is_told: bool) -> Iterator[ListedBid]:
    """Yield the bids of a list, if it is told that it has some: before it, or within its items."""
    start = text.starts[run[0].firms[0].first]
    lot = lot_before(text, start)
    is_several = len(run) > 1 or lot is not None or run[0].lot is not None or is_row(text, run[0].firms[0])
    is_list = is_told or (is_several and _is_of_bids(text, run, start))
    rejected = compiled(table("offers")["rejected"])
    end = max(0, start - ITEM)
    for at, item in enumerate(run):
        begin = text.starts[item.firms[0].first]
        named = lots_given(text, end, begin)
        # A sentence names the lot of its bids, up to the next lot.
        lot = named[0] if len(named) == 1 and (at or not LOT_TITLE.search(text.folded, end, start)) else lot
        end = item.money.end
        if _is_of_contract(text, item) or _DIFFERENCE.search(text.folded, max(0, begin - BID_WITHIN), begin):
            continue
        stop = text.starts[run[at + 1].firms[0].first] if at + 1 < len(run) else item.money.end + ITEM // 2
        said = _REST.match(text.folded, item.money.end, stop)
        lost = said is not None and rejected.search(said[0]) is not None
        is_said = lost or _is_bid_of(text, item) or _is_placed(text, item, said[0] if said else "")
        is_list = is_list or (at > 0 and len(run) > at + 1 and _is_of_bids(text, run[at:], begin))
        if not (is_list or is_said):
            continue
        place = None if lost else _place_before(text, item, text.folded[max(0, start - INTRODUCED) : start])
        won = said is not None and not lost and chosen().search(said[0]) is not None
        # What a sentence calls the bid of a firm stands beside no other.
        listing = LISTS + number if is_list else LISTS * (at + 2) + number
        yield ListedBid(item.firms, item.money, item.vat, listing, item.lot or lot, place, won, lost, is_said)


def _is_of_contract(text: DocumentText, item: PricedItem) -> bool:
    """Return whether the price of an item is that of a contract: "A d.o.o., s kojim je zaključen ugovor na 100,00",
    "partija 2 ugovorena je sa A d.o.o. na 100,00", "ugovor na 100,00 potpisao je A"."""
    start = text.starts[item.firms[0].first]
    price = item.money.start
    if price < start and _WORTH.search(text.folded, max(0, price - BID_WITHIN), price):
        return True
    is_with = _CONTRACT_WITH.search(text.folded, max(0, start - BID_WITHIN), start) is not None
    return is_with or _CONTRACT_ON.search(item.between) is not None


_CONTRACT_ON = re.compile(rf"{CONTRACT.pattern}|\bokvirn\w+\ssporazum")

_WORTH = re.compile(rf"{CONTRACT.pattern}\s(?:[^.;,\d]{{0,30}}\s)?(?:na|od)\s$")
_CONTRACT_WITH = re.compile(rf"(?:{_CONTRACT_ON.pattern})(?:[^.;\n]|(?<=\d)\.|\n(?!\n))*\bsa?\W{{1,3}}$")

BID_WITHIN = 90
"""Characters before a name in which the price after it is said to be that of its bid."""


def _is_bid_of(text: DocumentText, item: PricedItem) -> bool:
    """Return whether the words before a name call what follows its bid: "ponuda ponuđača X", "Ponuda 2 (br. 12): X"."""
    first = item.firms[0].first
    start = text.starts[first]
    offered = _OFFERED.search(item.between)
    if offered is not None:
        # What is asked for may also be damages.
        asked = offered[1].startswith("traz")
        said = text.folded[max(0, start - INTRODUCED) : start] + item.between
        return not asked or _CAME.search(said) is not None
    price = item.money.start
    if price < start:
        return _BID_AT.search(text.folded, max(0, price - BID_WITHIN), price) is not None
    is_beside = item.is_price_first or text.words[first].startswith("(")
    return not is_beside and _bid_of().search(text.folded, max(0, start - BID_WITHIN), start) is not None


_OFFERED = re.compile(
    r"^(?:(?![a-z)]{4,}\.\s)[^;])*\b(ponudi(?:o|l\w)|nudi\w*|trazi(?:o|l\w)|ponud[aue]m?)\b[^;:.]{0,40}$"
)
_BID_AT = re.compile(
    r"\b(?:ponud[aeu]m?|(?:losij|skuplj|jeftinij|najniz|najvis|drug|trec)u),?\s(?:(?:u\s(?:iznosu|visini|vrednosti)|sa\scenom|po\sceni)\s)?od\s$"
)
"""What says that the price before a name is that of its bid: "Ponudu od 100,00 dinara dala je X"."""
_CAME = re.compile(r"\bponud|\bjavil|\bkonkuris|\bskuplj|\bjeftinij|\bnepovoljnij")
_DIFFERENCE = re.compile(r"\brazlik\w*[^.;]*$")
"""What says between a name and a price that it is what was offered: "X je ponudio", "X, čija ponuda glasi na"."""


@cache
def _bid_of() -> re.Pattern[str]:
    who = any_of([*table("roles")["bidder"], "firme", "društva", "preduzeća", "poduzeća", "zadruge", "konzorcij*"])
    number = r"(?:(?:pod|zaveden\w)\s)?(?:(?:rednim|pod)\s)?br\w*\W{0,2}[\w./-]*\d[\w./-]*,?\s"
    sent = r"(?:koju\s)?(?:je\s|su\s)?(?:dostavi|podne|podnij|posla|preda|uputi|dal|da)\w*\s(?:je\s|su\s)?(?:i\s)?"
    return re.compile(
        rf"(?<!garancij\w\s)(?<!ozbiljnost\s)\bponud[aeiu]m?[,:]?\s(?:\w{{4,}}og\s)?"
        rf"(?:{number})?(?:{sent})?(?:{who}\W{{1,3}})?[^\w(]{{0,2}}$"
        rf"|\bponuda\s(?:br\w*\W{{0,2}})?\d{{1,2}}\b\.?(?:\s\([^()]*\))?\s?[:–-]\s(?:{who}\W{{1,3}})?\W{{0,2}}$"
    )


_NTH = rf"\b(?:{'|'.join(ORDINALS)})"
_NTH_BEFORE = re.compile(
    rf"{_NTH}(?:\w{{0,2}}(?:rangiran|plasiran)|\w{{1,3}}\s(?:mj?est|rang|po\sredu))[^.;]{{0,40}}$|{_NTH}[aiou]\W{{1,2}}(?:je\s)?$"
)
_NTH_AFTER = re.compile(
    rf"{_NTH}(?:\w{{0,2}}(?:rangiran|plasiran)|\w{{1,3}}\s(?:mj?est|po\sredu))|\b(?:je|bi\w+|osta\w+|kao)\s{_NTH}[aiou]\b|\b\d\.\smj?est"
)


def _is_placed(text: DocumentText, item: PricedItem, said: str) -> bool:
    """Return whether the clause of a name and its price tells which place it took: "drugi je X sa 100,00"."""
    start = text.inside(item.firms[0].first)
    return _NTH_BEFORE.search(text.folded, max(0, start - BID_WITHIN), start) is not None or bool(
        _NTH_AFTER.search(said) or _NTH_AFTER.search(item.between)
    )


def _place_before(text: DocumentText, item: PricedItem, introduced: str) -> int | None:
    """Return the place that the number before a name tells, in a list that is said to be in order of places."""
    start = text.starts[item.firms[0].first]
    mark = _PLACE.search(text.folded, max(0, start - 40), start)
    if mark is None:
        return None
    if mark["ordinal"]:
        return ORDINALS.index(mark["ordinal"]) + 1
    is_ranked = mark["place"] or compiled(table("offers")["ranking"]).search(introduced)
    return int(mark["number"]) if is_ranked else None


LISTS = 1000
"""Number of the first list in text; those of tables are smaller."""


def _is_of_bids(text: DocumentText, run: Sequence[PricedItem], start: int) -> bool:
    introduced = text.folded[max(0, start - INTRODUCED) : start]
    if gives(introduced) or all(_is_of_contract(text, item) for item in run):
        return False
    is_told = of_bids().search(introduced) is not None or _came_in().search(introduced) is not None
    return is_told or any("ponud" in item.between for item in run)


def gives(introduced: str) -> bool:
    """Return whether the words before a list give contracts, and speak of no bids since then."""
    said = [match.end() for match in given().finditer(introduced)]
    return bool(said) and not bids_follow(introduced, said[-1])


def bids_follow(introduced: str, end: int) -> bool:
    """Return whether the words before a list speak of bids after what ends at ``end``."""
    return any(said.search(introduced, end) for said in (_received(), _came_in()))


@cache
def given() -> re.Pattern[str]:
    """Return the pattern of verbs that give a contract."""
    return compiled(table("award_lines")["given"])


@cache
def _received() -> re.Pattern[str]:
    """Return the pattern of what says that bids follow, after words that give contracts: "rangirane", "Ponude:"."""
    words = table("offers")
    said = any_of(
        [
            *words["received"],
            *words["ranking"],
            "rangiran*",
            "podne*",
            "dostavi*",
            "ponuđene cene",
            "ponuđena cena",
            "ponuđena cijena",
        ]
    )
    return re.compile(rf"{said}|\bponud(?:e|j?aci)\b[^\n.;:]{{0,40}}:")


def lot_before(text: DocumentText, start: int) -> AwardPart | None:
    """Return the lot that the last title of a lot above names."""
    return last_lot_part(text, max(0, start - 3 * ITEM), start, LOT_TITLE)
