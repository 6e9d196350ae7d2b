"""Bids as a document lists them, decided together: rows of one table, or items of one list, say the same of each firm.

Who won is told elsewhere, by the place that a bid took, or by a mark in its row; the price of the winner is that of
its own bid for the same lot.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import islice, pairwise, takewhile

from archive.model import Fact
from indexer.facts import bids
from indexer.facts.amount_context import AmountContext, is_never_a_fact, says, vat_of
from indexer.facts.amount_context import context as words_around
from indexer.facts.awards.bid_tables import BidTables, ListedBid, of_bids
from indexer.facts.awards.bid_winners import lot_of
from indexer.facts.awards.lines import AwardLine, AwardPart, differ_by_vat, is_sum, last_lot_part, lot_part
from indexer.facts.awards.offered import vat_above
from indexer.facts.awards.sentences import groups
from indexer.facts.firms import Firm, end_of
from indexer.facts.lots import LOT_MARK, LOT_TITLE
from indexer.facts.numerals import printed
from indexer.facts.scoring import money as monies
from indexer.facts.scoring.amounts import BY_HEAD
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.scoring.names import all_firms
from indexer.facts.sums import Money, currency_in
from indexer.facts.text import DocumentText, any_of, compiled, letters
from indexer.facts.vendors.parties import is_public_body
from indexer.gazetteer import kinds_with, table

ITEM = 260
"""Maximum number of characters from the name in an item of a list to its price, and from there to the next name."""

SHORT = 90
"""Maximum number of characters between a name and its price in an item that says nothing of a price."""

INTRODUCED = 260
"""Number of characters before the first name of a list that may say that bids follow."""

_BARE = re.compile(r"[\s:,;(.…_–—-]*(?:(?:sa|s|u|na|od|po|za)\s)?")
_CONTRACT = re.compile(r"\bugovor\w*")
_PAID = re.compile(r"\bfaktur\w*|\bracun\w*|\bplacen\w*|\bisplacen\w*|\bprocenj\w*|\bprocij\w*")
_PLANNED = re.compile(r"\bplanira\w*|\bnamerava\w*|\bponist\w*|\braski\w*|\bzahtev\w* da\b")
_PLACE = re.compile(r"(?:^|\s)(?P<number>\d{1,2})[.)]\s?(?P<place>mj?est\w*|rang)?\W*$")
_SENTENCE = re.compile(r"[;]|[a-z)]{4,}\.\s|\n\W*(?:\d{1,2}[.)]|[-–•])\s")
_REST = re.compile(r"(?:(?![;\n]|[a-z)]{3,}\.\s).)*")


def listed(context: TextSurroundings) -> list[ListedBid]:
    """Return the bids that the tables of a document give, then those of its lists in text."""
    if "bids" not in context.kept:
        joined, sums = _firms_and_sums(context)
        tables = BidTables(
            context,
            {group[0].first: group for group in joined},
            {context.text.word_at(each.start): each for each in sums},
        )
        of_tables = list(tables.bids()) if joined and sums else []
        outside = (run for run in _lists(context) if run[0].firms[0].first not in tables.read)
        parts = (part for run in outside for part in _parted(run))
        found = [*of_tables, *_in_text(context.text, list(parts))]
        context.kept["bids"] = [replace(bid, money=_with_currency(context, bid.money)) for bid in found]
    return list(context.kept["bids"])


def told(context: TextSurroundings, kind: str | None) -> list[ListedBid]:
    """Return the listed bids of a document of a kind: of a letter or report, lists of which it says that they came in,
    as it may list contracts alike."""
    if kind in kinds_with("bids"):
        return listed(context)
    text = context.text
    is_account = kind in kinds_with("account") | {"correspondence"} and len(text.page_ends) <= bids.ACCOUNT_PAGES
    if not is_account or _came_in().search(text.folded) is None:
        return []
    starts: dict[int, int] = {}
    for bid in listed(context):
        start = text.starts[bid.firms[0].first]
        starts[bid.listing] = min(start, starts.get(bid.listing, start))
    came = {
        listing
        for listing, start in starts.items()
        if (said := list(_came_in().finditer(text.folded, max(0, start - INTRODUCED), start)))
        and not _CONTRACT.search(text.folded, said[-1].end(), start)
    }
    return [bid for bid in listed(context) if bid.listing in came]


@cache
def _came_in() -> re.Pattern[str]:
    """Return the pattern of what says that bids came in: "Stigle su tri ponude", "primili smo 2 ponude"."""
    words = table("offers")
    received, bid = any_of([*words["received"], *words["came"]]), any_of([*words["bid"], "ponuda"])
    return re.compile(rf"{received}(?:\s\w+){{0,4}}\s{bid}|{bid}(?:\s\w+){{0,3}}\s{received}")


def _firms_and_sums(context: TextSurroundings) -> tuple[list[tuple[Firm, ...]], list[Money]]:
    """Return the firms of a document that may bid, grouped, and its sums."""
    text = context.text
    every = [firm for firm in all_firms(context) if not is_public_body(text, firm)]
    # Further on a firm may be called by the quoted part of its name alone.
    known = {firm.core for firm in every if firm.formed}
    firms = [firm for firm in every if firm.core in known]
    sums = [each for each in monies.all_monies(context) if is_sum(text, each) and not each.is_unit_price]
    return groups(text, firms), sums


def _lists(context: TextSurroundings) -> list[list[_Item]]:
    """Return the lists in text, outside of tables."""
    if "lists" not in context.kept:
        joined, sums = _firms_and_sums(context)
        outside = [group for group in joined if not _is_in_table(context, group[0].first)]
        context.kept["lists"] = _runs(context, outside, sums)
    return list(context.kept["lists"])


def _with_currency(context: TextSurroundings, price: Money) -> Money:
    """Return a price with the currency of the head of its column, or the usual one of its document."""
    if price.currency is not None:
        return price
    usual, is_unclear = monies.usual_currency(context)
    told = currency_in(monies.column_head(context, context.text.word_at(price.start)))
    return replace(price, currency=told or (None if is_unclear else usual))


def _is_in_table(context: TextSurroundings, word: int) -> bool:
    """Return whether a word is in a table of more columns than labels and values have."""
    if not context.has_pages:
        return False
    layout, start = context.layout_of(word)
    found = layout.table(word - start)
    return found is not None and found.columns > _LABEL_AND_VALUE


_LABEL_AND_VALUE = 2


@dataclass(frozen=True, slots=True)
class _Item:
    """An item of a list: a firm or group, its price, and the words between them."""

    firms: tuple[Firm, ...]
    money: Money
    vat: str
    between: str


def _runs(context: TextSurroundings, joined: Sequence[tuple[Firm, ...]], sums: Sequence[Money]) -> list[list[_Item]]:
    """Return the lists in text: names that each have a price before the next, one after the other."""
    text = context.text
    runs: list[list[_Item]] = [[]]
    last_end = 0
    for at, group in enumerate(joined):
        start = text.starts[group[0].first]
        stop = text.starts[joined[at + 1][0].first] if at + 1 < len(joined) else len(text.folded)
        item = _item(text, group, stop, sums)
        if runs[-1] and (item is None or start - last_end > ITEM or LOT_TITLE.search(text.folded, last_end - 1, start)):
            runs.append([])
        if item is not None:
            runs[-1].append(item)
            last_end = item.money.end
    return [run for run in runs if run]


def _item(text: DocumentText, group: tuple[Firm, ...], stop: int, sums: Sequence[Money]) -> _Item | None:
    """Return a name with the price after it and before ``stop``, without VAT if both are printed."""
    end = end_of(text, group[-1].last)
    first_after = bisect_left(sums, end, key=lambda each: each.start)
    near = takewhile(lambda each: each.end <= min(stop, end + ITEM), islice(sums, first_after, None))
    own = list(near)
    if not own:
        return None
    first = own[0]
    between = text.folded[end : first.start]
    vat, _ = vat_of(words_around(text.folded, first.start, first.end, end))
    is_price = compiled(table("offers")["price"]).search(between) or _BARE.fullmatch(between)
    is_short = first.currency is not None and len(between) < SHORT and not _SENTENCE.search(between)
    is_other = vat == "tax" or says("estimated", between) or _PAID.search(between) is not None
    around = AmountContext(between, between, text.folded[first.end : first.end + ITEM])
    if not (is_price or is_short) or is_other or is_never_a_fact(around, is_paid=False):
        return None
    if len(own) > 1 and differ_by_vat(first.value, own[1].value):
        return _Item(group, min(own[:2], key=lambda each: each.value), "without", between)
    return _Item(group, first, vat_above(text, first.start) if vat == "unknown" else vat, between)


def _parted(run: Sequence[_Item]) -> Iterator[list[_Item]]:
    """Yield a list, or the lists that it is made of: nobody bids twice in one."""
    part: list[_Item] = []
    for item in run:
        if any(item.firms[0].core == other.firms[0].core for other in part):
            yield part
            part = []
        part.append(item)
    yield part


def _in_text(text: DocumentText, runs: Sequence[Sequence[_Item]]) -> Iterator[ListedBid]:
    """Yield the bids of lists; what is said before the first of several holds for those below the next lots' titles."""
    end = None
    for number, run in enumerate(runs):
        start = text.starts[run[0].firms[0].first]
        goes_on = end is not None and start - end < ITEM and LOT_TITLE.search(text.folded, end - 1, start) is not None
        found = list(_bids_of(text, run, number, is_told=goes_on))
        yield from found
        end = run[-1].money.end if found else None


def _bids_of(text: DocumentText, run: Sequence[_Item], number: int, *, is_told: bool) -> Iterator[ListedBid]:
    """Yield the bids of a list, if it is told that it has some: before it, or within its items."""
    start = text.starts[run[0].firms[0].first]
    lot = _lot_before(text, start)
    if (len(run) < 2 and lot is None) or not (is_told or _is_of_bids(text, run, start)):
        return
    rejected = compiled(table("offers")["rejected"])
    for at, item in enumerate(run):
        stop = text.starts[run[at + 1].firms[0].first] if at + 1 < len(run) else item.money.end + ITEM // 2
        said = _REST.match(text.folded, item.money.end, stop)
        lost = said is not None and rejected.search(said[0]) is not None
        place = None if lost else _place_before(text, item, text.folded[max(0, start - INTRODUCED) : start])
        yield ListedBid(item.firms, item.money, item.vat, LISTS + number, lot, place, is_rejected=lost)


def _place_before(text: DocumentText, item: _Item, introduced: str) -> int | None:
    """Return the place that the number before a name tells, in a list that is said to be in order of places."""
    start = text.starts[item.firms[0].first]
    mark = _PLACE.search(text.folded, max(0, start - 40), start)
    is_ranked = mark is not None and (mark["place"] or compiled(table("offers")["ranking"]).search(introduced))
    return int(mark["number"]) if mark is not None and is_ranked else None


LISTS = 1000
"""Number of the first list in text; those of tables are smaller."""


def _is_of_bids(text: DocumentText, run: Sequence[_Item], start: int) -> bool:
    introduced = text.folded[max(0, start - INTRODUCED) : start]
    if _gives(introduced) or any(_CONTRACT.search(item.between) for item in run):
        return False
    is_told = of_bids().search(introduced) is not None or _came_in().search(introduced) is not None
    return is_told or any("ponud" in item.between for item in run)


def _gives(introduced: str) -> bool:
    """Return whether the words before a list give contracts, and speak of no bids since then."""
    given = [match.end() for match in _given().finditer(introduced)]
    return bool(given) and _received().search(introduced, given[-1]) is None


@cache
def _given() -> re.Pattern[str]:
    return compiled(table("award_lines")["given"])


@cache
def _received() -> re.Pattern[str]:
    return compiled([*table("offers")["received"], *table("offers")["ranking"], "podne*", "dostavi*", "ponuđene cene"])


@cache
def _concluded() -> re.Pattern[str]:
    """Return the pattern of what says that contracts were concluded, and are listed."""
    contracts, done = any_of(["ugovore", "ugovori", "ugovora"]), any_of([*table("award_lines")["concluded"][:4]])
    return re.compile(rf"{done}[^.;]{{0,80}}?{contracts}|{contracts}[^.;]{{0,60}}?{done}")


def contracts(context: TextSurroundings) -> Iterator[AwardLine]:
    """Yield the lines of lists of contracts: firms that each have a sum, after words that give or conclude contracts.

    Firms to whom one sentence gives contracts have each a lot of its own; else they are one group, or who lost.
    """
    text = context.text
    if _given().search(text.folded) is None and _concluded().search(text.folded) is None:
        return
    for run in _joined(text, _lists(context)):
        start = text.starts[run[0].firms[0].first]
        introduced = text.folded[max(0, start - INTRODUCED) : start]
        lots = [_lot_after(text, item) or _lot_before(text, text.starts[item.firms[0].first]) for item in run]
        is_given = _gives(introduced) and None not in lots and len({lot.value for lot in lots if lot}) == len(run)
        is_list = _concluded().search(introduced) is not None and _PLANNED.search(introduced) is None
        if len(run) < 2 or not (is_given or is_list):
            continue
        only_bid = _only_bid(text, run)
        for item, lot in zip(run, lots, strict=True):
            if item.firms[0].first not in only_bid:
                yield AwardLine(item.firms, item.money, item.vat, LISTED, 0.9, lot=lot)


def _only_bid(text: DocumentText, run: Sequence[_Item]) -> set[int]:
    """Return the first words of items that were only bids for the contract before them: "drugi ponuđač je bio X"."""
    found: set[int] = set()
    is_bid = False
    for before, item in pairwise(run):
        said = text.folded[before.money.end : text.starts[item.firms[0].first]] + item.between
        if _CONTRACT.search(said):
            is_bid = False
        elif compiled(table("offers")["beside"]).search(said):
            is_bid = True
        if is_bid:
            found.add(item.firms[0].first)
    return found


def _joined(text: DocumentText, runs: Sequence[list[_Item]]) -> list[list[_Item]]:
    """Return the lists with those joined that only the titles of lots part."""
    found: list[list[_Item]] = []
    for run in runs:
        start = text.starts[run[0].firms[0].first]
        if (
            found
            and start - found[-1][-1].money.end < ITEM
            and LOT_TITLE.search(text.folded, found[-1][-1].money.end - 1, start)
        ):
            found[-1].extend(run)
        else:
            found.append([*run])
    return found


LISTED = "award.listed"
"""The rule of lines that are items of a list of contracts."""


def _lot_after(text: DocumentText, item: _Item) -> AwardPart | None:
    """Return the lot that the words between a name and its price name."""
    mark = LOT_MARK.search(item.between)
    return None if mark is None else lot_part(text, mark, end_of(text, item.firms[-1].last))


def _lot_before(text: DocumentText, start: int) -> AwardPart | None:
    """Return the lot that the last title of a lot above names."""
    return last_lot_part(text, max(0, start - 3 * ITEM), start, LOT_TITLE)


def bidders(context: TextSurroundings, kind: str | None) -> list[Fact]:
    """Return the bidders of all lists of a document that may say who bid."""
    every = {firm.core: bids.fullest(context.text, firm) for bid in told(context, kind) for firm in bid.firms}
    return [
        context.text.fact("bidder", each.name, (each.first, each.last), "bidder.table", 0.9) for each in every.values()
    ]


def neighbours(context: TextSurroundings, kind: str | None, facts: Sequence[Fact]) -> list[Fact]:
    """Return the firms that stand in one list with bidders and are none among the facts: the list says the same of all.

    At least half of a list must be told as bidders.
    """
    known_bidders = [(letters(fact.value), fact.confidence) for fact in facts if fact.field == "bidder"]
    lists: dict[int, dict[str, Firm]] = defaultdict(dict)
    for bid in told(context, kind) if known_bidders else ():
        lists[bid.listing].update((firm.core, firm) for firm in bid.firms)
    found: dict[str, tuple[Firm, float]] = {}
    for firms in lists.values():
        sure = {core: max((each for name, each in known_bidders if core in name), default=None) for core in firms}
        known = [each for each in sure.values() if each is not None]
        if 2 * len(known) >= len(firms):
            found.update((core, (firms[core], min(known))) for core, each in sure.items() if each is None)
    return [
        context.text.fact("bidder", firm.name, (firm.first, firm.last), "bidder.listed", sure)
        for firm, sure in found.values()
    ]


def amounts(context: TextSurroundings, kind: str | None) -> Iterator[Fact]:
    """Yield the prices of the bids of all lists."""
    for bid in told(context, kind):
        if bid.money.currency is not None:
            details = {"currency": bid.money.currency, "vat": bid.vat, "role": "other"}
            where = _words_of(context, bid.money)
            yield context.text.fact("amount", printed(bid.money.value), where, BY_HEAD, 0.85, details=details)


def _words_of(context: TextSurroundings, price: Money) -> tuple[int, int]:
    return context.text.word_at(price.start), context.text.word_at(max(price.start, price.end - 1))


def offers(context: TextSurroundings, kind: str | None) -> list[Fact]:
    """Return what each bidder offered, for a lot or for all: the bids of lists, and other prices of bids where they are
    the same with or without VAT. One bidder with several prices for one lot has none."""
    by_rules = bids.find_offers(context.text, kind)
    by_lot: dict[tuple[str, str | None, str], list[ListedBid]] = defaultdict(list)
    for bid in told(context, kind):
        if bid.money.currency is not None:
            by_lot[bid.firms[0].core, lot_of(bid), bid.vat].append(bid)
    of_one = [same[0] for same in by_lot.values() if len({bid.money.value for bid in same}) == 1]
    if not of_one:
        return by_rules
    found = [_offer(context, bid) for bid in of_one]
    if all(bid.lot is None for bid in of_one):
        known = {(fact.details["bidder"], fact.details["vat"]): Decimal(fact.value) for fact in found}
        nets = {name: value for (name, _), value in known.items()}
        found += [
            fact
            for fact in by_rules
            if (name := fact.details["bidder"]) in nets
            and (name, fact.details["vat"]) not in known
            and differ_by_vat(nets[name], Decimal(fact.value))
        ]
    return sorted(found, key=lambda fact: fact.span.first if fact.span else 0)


def _offer(context: TextSurroundings, bid: ListedBid) -> Fact:
    details = {
        "bidder": bids.fullest(context.text, bid.firms[0]).name,
        "currency": bid.money.currency or "",
        "vat": bid.vat,
    }
    more = {"rejected": "yes"} if bid.is_rejected else {}
    if bid.lot is not None:
        more["lot"] = bid.lot.value
    where = _words_of(context, bid.money)
    return context.text.fact("offer", f"{bid.money.value:.2f}", where, "offer.listed", 0.9, details=details | more)
