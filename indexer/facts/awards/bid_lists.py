"""Bids as a document lists them, decided together: rows of one table, or items of one list, say the same of each firm.

Who won is told elsewhere, by the place that a bid took, or by a mark in its row; the price of the winner is that of
its own bid for the same lot.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import zip_longest

from archive.model import Fact
from archive.model.vat import differ_by_vat
from archive.text.folding import ORDINALS
from indexer.facts import bids
from indexer.facts.awards import short_names
from indexer.facts.awards.bid_items import ITEM, PricedItem, parted, runs
from indexer.facts.awards.bid_tables import BidTables, ListedBid, chosen, of_bids
from indexer.facts.awards.bid_winners import lot_of
from indexer.facts.awards.lines import AwardPart, is_sum, last_lot_part, lots_given
from indexer.facts.awards.winners import groups
from indexer.facts.firms import Firm
from indexer.facts.lots import LOT_TITLE
from indexer.facts.numerals import printed
from indexer.facts.scoring import money as monies
from indexer.facts.scoring.amounts import BY_HEAD
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.scoring.names import all_firms
from indexer.facts.sums import Money, currency_in
from indexer.facts.text import DocumentText, any_of, compiled, letters
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
        parts = (part for run in outside for part in parted(run))
        found = [*of_tables, *_with_first(list(_in_text(context.text, list(parts))))]
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
    as it may list contracts alike."""
    if kind in kinds_with("bids"):
        return listed(context)
    text = context.text
    is_account = (
        kind in kinds_with("account") | {"correspondence", "other", None} and len(text.page_ends) <= bids.ACCOUNT_PAGES
    )
    if not is_account:
        return []
    if "came" not in context.kept:
        context.kept["came"] = _that_came(context) if _came_in().search(text.folded) else []
    return list(context.kept["came"])


def _that_came(context: TextSurroundings) -> list[ListedBid]:
    """Return the bids of lists of which it is said that they came in."""
    text = context.text
    lists: dict[int, list[ListedBid]] = defaultdict(list)
    for bid in listed(context):
        lists[bid.listing].append(bid)
    found: list[ListedBid] = []
    for bids_of_list in lists.values():
        start = min(text.starts[bid.firms[0].first] for bid in bids_of_list)
        said = list(_came_in().finditer(text.folded, max(0, start - INTRODUCED), start))
        is_said = said and not CONTRACT.search(text.folded, said[-1].end(), start)
        end = found[-1].money.end if found else start
        # What is said above the first lot holds for the next ones.
        if is_said or (start - end < ITEM and LOT_TITLE.search(text.folded, end - 1, start)):
            found += bids_of_list
    return found


@cache
def _came_in() -> re.Pattern[str]:
    """Return the pattern of what says that bids came in: "Stigle su tri ponude", "primili smo 2 ponude"."""
    words = table("offers")
    received, bid = any_of([*words["received"], *words["came"]]), any_of([*words["bid"], "ponuda"])
    heading = r"(?:^|\n)\W*ponude\b[^\n.;:]{0,60}:"
    took_part = (
        r"\b(?:javil|ucestvoval|konkurisal)\w*\b[^.;:]{0,40}?\b(?:ponudj?ac|ponuditelj|firm|preduzec|poduzec|ucesni)\w*"
    )
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
    sums = [each for each in monies.all_monies(context) if is_sum(text, each) and not each.is_unit_price]
    return groups(text, firms), sums


_GUARANTOR = re.compile(r"\bgaranci\w*\W+(?:\w+\W+){0,3}$")


def _is_beside(text: DocumentText, firm: Firm) -> bool:
    """Return whether a firm is named beside a bidder: its subcontractor, or the bank of its guarantee."""
    start = text.starts[firm.first]
    return bids.is_helper(text, firm) or _GUARANTOR.search(text.folded, max(0, start - 50), start) is not None


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


def _in_text(text: DocumentText, runs: Sequence[Sequence[PricedItem]]) -> Iterator[ListedBid]:
    """Yield the bids of lists; what is said before the first of several holds for those below the next lots' titles."""
    end = None
    for number, run in enumerate(runs):
        start = text.starts[run[0].firms[0].first]
        goes_on = end is not None and start - end < ITEM and LOT_TITLE.search(text.folded, end - 1, start) is not None
        found = list(_bids_of(text, run, number, is_told=goes_on))
        yield from found
        end = run[-1].money.end if found else None


def _bids_of(text: DocumentText, run: Sequence[PricedItem], number: int, *, is_told: bool) -> Iterator[ListedBid]:
    """Yield the bids of a list, if it is told that it has some: before it, or within its items."""
    start = text.starts[run[0].firms[0].first]
    lot = lot_before(text, start)
    is_list = (len(run) > 1 or lot is not None) and (is_told or _is_of_bids(text, run, start))
    rejected = compiled(table("offers")["rejected"])
    end = max(0, start - ITEM)
    for at, item in enumerate(run):
        named = lots_given(text, end, text.starts[item.firms[0].first])
        # A sentence names the lot of its bids, up to the next lot.
        lot = named[0] if len(named) == 1 and (at or not LOT_TITLE.search(text.folded, end, start)) else lot
        end = item.money.end
        if not (is_list or _is_bid_of(text, item)):
            continue
        stop = text.starts[run[at + 1].firms[0].first] if at + 1 < len(run) else item.money.end + ITEM // 2
        said = _REST.match(text.folded, item.money.end, stop)
        lost = said is not None and rejected.search(said[0]) is not None
        place = None if lost else _place_before(text, item, text.folded[max(0, start - INTRODUCED) : start])
        won = said is not None and not lost and chosen().search(said[0]) is not None
        # What a sentence calls the bid of a firm stands beside no other.
        listing = LISTS + number if is_list else LISTS * (at + 2) + number
        yield ListedBid(item.firms, item.money, item.vat, listing, item.lot or lot, place, won, lost)


BID_WITHIN = 90
"""Characters before a name in which the price after it is said to be that of its bid."""


def _is_bid_of(text: DocumentText, item: PricedItem) -> bool:
    """Return whether the words before a name call what follows its bid: "ponuda ponuđača X", "Ponuda 2 (br. 12): X"."""
    first = item.firms[0].first
    start = text.starts[first]
    is_beside = item.is_price_first or text.words[first].startswith("(")
    return not is_beside and _bid_of().search(text.folded, max(0, start - BID_WITHIN), start) is not None


@cache
def _bid_of() -> re.Pattern[str]:
    who = any_of([*table("roles")["bidder"], "firme", "društva", "preduzeća", "poduzeća", "zadruge", "konzorcij*"])
    number = r"(?:(?:pod|zaveden\w)\s)?(?:(?:rednim|pod)\s)?br\w*\W{0,2}[\w./-]*\d[\w./-]*,?\s"
    sent = r"(?:je\s|su\s)?(?:dostavi|podne|podnij|dal|da)\w*\s(?:je\s|su\s)?"
    return re.compile(
        rf"(?<!garancij\w\s)(?<!ozbiljnost\s)\bponud[aeu]m?,?\s(?:\w{{4,}}og\s)?"
        rf"(?:{number})?(?:{sent})?(?:{who}\W{{1,3}})?[^\w(]{{0,2}}$"
        rf"|\bponuda\s(?:br\w*\W{{0,2}})?\d{{1,2}}\b\.?(?:\s\([^()]*\))?\s?[:–-]\s(?:{who}\W{{1,3}})?\W{{0,2}}$"
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
    if gives(introduced) or any(CONTRACT.search(item.between) for item in run):
        return False
    is_told = of_bids().search(introduced) is not None or _came_in().search(introduced) is not None
    return is_told or any("ponud" in item.between for item in run)


def gives(introduced: str) -> bool:
    """Return whether the words before a list give contracts, and speak of no bids since then."""
    said = [match.end() for match in given().finditer(introduced)]
    return bool(said) and _received().search(introduced, said[-1]) is None


@cache
def given() -> re.Pattern[str]:
    """Return the pattern of verbs that give a contract."""
    return compiled(table("award_lines")["given"])


@cache
def _received() -> re.Pattern[str]:
    """Return the pattern of what says that bids follow, after words that give contracts: "rangirane", "Ponude:"."""
    words = table("offers")
    said = any_of([*words["received"], *words["ranking"], "rangiran*", "podne*", "dostavi*", "ponuđene cene"])
    return re.compile(rf"{said}|\bponude\b[^\n.;:]{{0,40}}:")


def lot_before(text: DocumentText, start: int) -> AwardPart | None:
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
    found = [_with_vat_of(_offer(context, bid), by_rules) for bid in of_one]
    if all(bid.lot is None for bid in of_one):
        known = {(fact.details["bidder"], fact.details["vat"]): Decimal(fact.value) for fact in found}
        nets = {name: value for (name, _), value in known.items()}
        listed_cores = {firm.core for bid in told(context, kind) for firm in bid.firms}
        found += [
            _with_vat(fact, nets)
            for fact in by_rules
            if not any(core in letters(name := fact.details["bidder"]) for core in listed_cores)
            or (
                name in nets
                and (name, fact.details["vat"]) not in known
                and differ_by_vat(nets[name], Decimal(fact.value))
            )
        ]
    return sorted(found, key=lambda fact: fact.span.first if fact.span else 0)


def _with_vat_of(fact: Fact, by_rules: Sequence[Fact]) -> Fact:
    """Return a price of a list; what rules say of the VAT of the same price holds where the list says nothing."""
    same = (other.details["vat"] for other in by_rules if other.value == fact.value)
    vat = next(same, "unknown") if fact.details["vat"] == "unknown" else fact.details["vat"]
    return replace(fact, details={**fact.details, "vat": vat})


def _with_vat(fact: Fact, nets: Mapping[str, Decimal]) -> Fact:
    """Return a price; one that is more than the same without VAT is with it."""
    net = nets.get(fact.details["bidder"])
    is_gross = net is not None and fact.details["vat"] == "unknown" and Decimal(fact.value) > net
    return replace(fact, details={**fact.details, "vat": "with"}) if is_gross else fact


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
