"""Lists of contracts in text: firms that each have a sum, after words that give or conclude contracts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from indexer.facts.awards.bid_items import ITEM, PricedItem
from indexer.facts.awards.bid_lists import CONTRACT, INTRODUCED, bids_follow, given, gives, lists_in_text, lot_before
from indexer.facts.awards.lines import AwardLine, AwardPart, lot_part
from indexer.facts.firms import end_of
from indexer.facts.lots import LOT_MARK, LOT_TITLE
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.text import DocumentText, any_of, compiled
from indexer.gazetteer import table

TITLE = 400
"""Number of characters at the beginning of a document in which its title may say that it lists contracts."""

_CONTRACT_OF = re.compile(
    r"[^\w.;\n]{1,4}ugovor\w*(?:\sbr\w*\W{1,2}\S+)?(?:\s(?:od|zakljucen|potpisan)\s[\d.]+,?)?(?:\s[a-z]+){0,4}\s?"
)
"""What stands between a name and the price of its contract: " – ugovor u iznosu od ", " ugovor br. 1 od 2.3.2024, "."""
_PLANNED = re.compile(r"\bplanira\w*|\bnamerava\w*|\bponist\w*|\braski\w*|\bzahtev\w* da\b")


@cache
def _concluded() -> re.Pattern[str]:
    """Return the pattern of what says that contracts were concluded, and are listed."""
    # The title of a decision, "o dodeli ugovora", lists none.
    contracts = rf"(?<!dodeli\s)(?<!dodjeli\s){any_of(['ugovore', 'ugovori', 'ugovora', 'ugovorima'])}"
    done = any_of([*table("award_lines")["concluded"][:4], "dodeljen*", "dodijeljen*"])
    several = r"(?:dv[aeo]\w?|tri\w?|cetiri|pet|sest|vise|sledec\w+|sljedec\w+|svi\w+|\d)\b"
    framework = (
        rf"{done}(?:[^.;]|(?<=\d)\.){{0,60}}?\bokvirn\w+ sporazum\w?(?:[^.;]|(?<=\d)\.){{0,200}}?\ssa?\s{several}"
    )
    listed = r"\bspis\w{1,3}\s(?:\w+\s){0,2}ugovora\b(?:(?!\bni(?:je|su)\b)[^.;\n]){0,40}:"
    return re.compile(
        rf"{done}[^.;]{{0,80}}?{contracts}|{contracts}(?:(?!\bnisu\b)[^.;]){{0,60}}?{done}|{framework}|{listed}"
    )


def contracts(context: TextSurroundings) -> Iterator[AwardLine]:
    """Yield the lines of lists of contracts: firms that each have a sum, after words that give or conclude contracts.

    Firms to whom one sentence gives contracts have each a lot of its own; else they are one group, or who lost.
    """
    text = context.text
    if not any(said.search(text.folded) for said in (CONTRACT, given(), _concluded())):
        return
    for run in _joined(text, lists_in_text(context)):
        start = text.starts[run[0].firms[0].first]
        introduced = text.folded[max(0, start - INTRODUCED) : start]
        lots = [_lot_of(text, item) for item in run]
        is_given = gives(introduced) and None not in lots and len({lot.value for lot in lots if lot}) == len(run)
        # Below the title of a bulletin of contracts each item begins with the price.
        above = text.folded[:TITLE] if all(item.is_price_first for item in run) else introduced
        last = max((said.end() for said in CONTRACT.finditer(above)), default=0)
        is_concluded = _concluded().search(above) is not None and not bids_follow(above, last)
        is_said = is_concluded or all(_CONTRACT_OF.fullmatch(item.between) for item in run)
        is_list = is_said and _PLANNED.search(introduced) is None
        if len(run) < 2 or not (is_given or is_list):
            continue
        only_bid = set() if run[0].is_price_first else _only_bid(text, run)
        for item, lot in zip(run, lots, strict=True):
            if item.firms[0].first not in only_bid:
                yield AwardLine(item.firms, item.money, item.vat, LISTED, 0.9, lot=lot)


_COUNTED = re.compile(r"\b(?:\d{1,2}|jedn[aeu]|dv[ei]j?e?|tri|cetiri|pet|sest|zajednick\w+) ponud\w*")
"""What of bids is said of a contract: how many there were, or that several firms sent one."""


def _only_bid(text: DocumentText, run: Sequence[PricedItem]) -> set[int]:
    """Return the first words of items that were only bids for the contract before them: "drugi ponuđač je bio X". Where
    the first is said to have bid, too, all got contracts."""
    found: set[int] = set()
    is_bid = False
    beside = compiled(table("offers")["beside"])
    if beside.search(run[0].between):
        return found
    for before, item in pairwise(run):
        between = text.folded[before.money.end : text.starts[item.firms[0].first]]
        said = _COUNTED.sub(" ", between) + item.between
        if CONTRACT.search(said):
            is_bid = False
        elif beside.search(said):
            is_bid = True
        if is_bid:
            found.add(item.firms[0].first)
    return found


def _joined(text: DocumentText, runs: Sequence[list[PricedItem]]) -> list[list[PricedItem]]:
    """Return the lists with those joined that only the titles of lots part."""
    found: list[list[PricedItem]] = []
    for run in runs:
        start = text.starts[run[0].firms[0].first]
        if (
            found
            and start - max(found[-1][-1].money.end, end_of(text, found[-1][-1].firms[-1].last)) < ITEM
            and found[-1][0].is_price_first == run[0].is_price_first
            and LOT_TITLE.search(text.folded, found[-1][-1].money.end - 1, start)
        ):
            found[-1].extend(run)
        else:
            found.append([*run])
    return found


LISTED = "award.listed"
"""The rule of lines that are items of a list of contracts."""


def _lot_of(text: DocumentText, item: PricedItem) -> AwardPart | None:
    """Return the lot of an item: that of its own words, or else of the title above; a bulletin has no such titles."""
    if item.lot is not None or item.is_price_first:
        return item.lot
    return _lot_after(text, item) or lot_before(text, text.starts[item.firms[0].first])


def _lot_after(text: DocumentText, item: PricedItem) -> AwardPart | None:
    """Return the lot that the words between a name and its price name."""
    mark = LOT_MARK.search(item.between)
    return None if mark is None else lot_part(text, mark, end_of(text, item.firms[-1].last))
