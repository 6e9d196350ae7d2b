"""Bids in tables: rows or columns of bidders, each with its price, its lot and the place that it took."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice, pairwise, product, zip_longest

from archive.model.vat import differ_by_vat
from archive.text.folding import ordinal_of
from indexer.facts.amount_context import says, says_tax
from indexer.facts.awards.bid_items import vat_above
from indexer.facts.awards.cells import vendor_in
from indexer.facts.awards.columns import MOSTLY, column_heads, heads_bids, is_no_vendor, without_subcontractors
from indexer.facts.awards.grids import NO_HEAD, Cells, TableGrid, grids
from indexer.facts.awards.lines import AwardPart, last_lot_part, leading_number
from indexer.facts.firms import Firm, is_town, with_word
from indexer.facts.lots import LOT_CELL, LOT_HEAD, LOT_MARK, lot_number
from indexer.facts.places import place_at
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.sums import Money, vat_in
from indexer.facts.text import DocumentText, any_of, compiled, letters
from indexer.facts.vendors.parties import is_public_body
from indexer.gazetteer import table

CAPTION = 260
"""Number of characters above a table in which it may be said that bids follow, or of which lot."""

_UNIT = re.compile(r"\bjed(?:in\w*)?\b|\bunit\b|\bpo\s(?:kom|jed)|\bkolicin|\bquantity|\brabat|\bbod|\bponder|\bpoen")
_POINTS = re.compile(r"\bbod|\bponder|\bpoen|\bpoints")
MOST_POINTS = 100
"""Maximum number of points of a bid: where columns hold points, one of totals with no more holds no prices."""

_PLACE = re.compile(r"\brang|\bredosl|\bredoslij|\bporedak|\bplasman|\brank|\bmest[oa]\sna")

LEAST_SHORT, MOST_SHORT = 6, 5
"""Minimum number of letters, and maximum number of words, of a name that says which firm it is without its form."""

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}


@dataclass(frozen=True, slots=True)
class ListedBid:
    """A bid as a list gives it: its bidders, its price, the lot, and the place that it took, each if told.

    ``listing`` is the number of its list; ``is_chosen`` and ``is_rejected`` are what its row says of it, ``is_said``
    whether its own sentence calls it a bid.
    """

    firms: tuple[Firm, ...]
    money: Money
    vat: str
    listing: int
    lot: AwardPart | None = None
    place: int | None = None
    is_chosen: bool = False
    is_rejected: bool = False
    is_said: bool = False


@cache
def of_bids() -> re.Pattern[str]:
    """Return the pattern of what says that bids follow: "Prispele ponude", "Rang lista", "Podnosioci ponuda"."""
    words = table("offers")
    came = any_of([*words["received"], *words["came"], *words["sent"], "podne*", "otvoren*", "otvaranj*"])
    return re.compile(
        rf"{came}\W(?:\w+\W+){{0,3}}?{any_of(words['bid'])}"
        rf"|{any_of(words['bid'])}\W(?:\w+\W+){{0,3}}?{any_of([*words['received'], 'podne*', 'dostavil*'])}"
        rf"|{any_of(words['ranking'])}|{any_of(table('roles')['bidder'])}|rangiran\w*|\bponuden\w*|ocen\w*\sponud"
    )


@cache
def _received() -> re.Pattern[str]:
    words = table("offers")
    received = any_of([*words["received"], "podne*", "dostavil*"])
    return re.compile(rf"{received}\W(?:\w+\W+){{0,3}}?ponud\w*|ponud\w*\W(?:\w+\W+){{0,3}}?{received}")


@cache
def chosen() -> re.Pattern[str]:
    """Return the pattern of what a row or item says that won."""
    words = table("award_lines")
    return compiled(["izabran*", "odabran*", "najpovoljnij*", "prvorangiran*", *words["given"], "dodela", "dodjela"])


_REDUCED = re.compile(r"\b(?:sa?|posle|poslije|nakon)\s(?:\w+\s)?popust|\bumanjen\w*\sza\s")
"""The head of the price after a rebate, which is what is bid; who is turned down may have none."""


@cache
def _others() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of a row that is turned down, and of heads of those who bid."""
    bidder = [*table("roles")["bidder"], "firm*", "privredni subjekt", "učesni*", "podnosi*", "naziv", "tenderer"]
    return compiled(table("offers")["rejected"]), compiled(bidder)


@cache
def _bidder() -> re.Pattern[str]:
    """Return the pattern of a head of nothing but those who bid: "Ponuđač", "Naziv i sedište ponuđača"."""
    bidder = any_of([*table("roles")["bidder"], "podnosilac", "podnosila*", "učesni*", "tenderer"])
    return re.compile(
        rf"(?:naziv\s(?:(?:i|sediste|adresa|sjediste)\s)*)?{bidder}(?:\s(?:ponud\w*|i|sediste|adresa|sjediste))*\s*$"
    )


@cache
def _gives() -> re.Pattern[str]:
    """Return the pattern of the head of those who won: "Ponuđač kome se dodeljuje ugovor"."""
    return compiled([*table("award_lines")["given"], *table("award_lines")["chosen"]])


@dataclass(slots=True)
class BidTables:
    """Reader of the tables of bids of a document; ``firms`` are the groups of firms by their first word, ``sums`` the
    sums by theirs."""

    context: TextSurroundings
    firms: Mapping[int, tuple[Firm, ...]]
    sums: Mapping[int, Money]
    read: set[int] = field(default_factory=set)
    """The words of tables that were read: what is in them is no item of a list."""
    formed: dict[str, Firm] | None = None
    bare: dict[int, tuple[Firm, ...]] = field(default_factory=dict)
    """The firms of cells without legal forms, by their first word."""

    def bids(self) -> Iterator[ListedBid]:
        """Yield the bids of all tables, those of one table after another."""
        above = 0
        for number, grid in enumerate(grids(self.context, (NO_HEAD,))):
            words = sorted(word for row in (*grid.above, *grid.rows) for cell in row.values() for word in cell)
            start = self.text.starts[words[0]]
            caption = self.text.folded[max(above, start - CAPTION) : start]
            above = self.text.starts[words[-1]]
            found = list(self._of_rows(grid, number, caption)) or list(self._of_columns(grid, number))
            if found:
                self.read.update(words)
                yield from found

    @property
    def text(self) -> DocumentText:
        """The text of the document."""
        return self.context.text

    def _of_rows(self, grid: TableGrid, number: int, caption: str) -> Iterator[ListedBid]:
        column = self._column_of_bidders(grid, caption)
        if column is None:
            return
        of_lots = self._columns_of_lots(grid, column)
        prices = self._column_of_prices(grid, column)
        reduced = next((each for each, head in grid.heads.items() if prices and _REDUCED.search(head)), None)
        at = self._columns(grid, column)
        is_of_winners = _gives().search(grid.head(column)) is not None
        # Below a head of those who bid, what has a price beside it is a firm.
        if is_of_winners or _bidder().match(grid.head(column)):
            priced = of_lots or {prices[0] if prices else column}
            cells = [
                row[column] for row in grid.rows if column in row and any(self._sums_of(row, each) for each in priced)
            ]
            self.bare |= {cell[0]: named for cell in cells if not self._members(cell) and (named := self._bare(cell))}
        if of_lots:
            yield from self._by_lots(grid, number, column, of_lots)
            return
        lot = self._lot_in(grid.above) or self._lot_above(grid, caption)
        for row in grid.rows:
            lot = self._lot_of(row, at["lot"]) or lot
            others = " ".join(self.text.bare[word] for each, cell in row.items() if each != column for word in cell)
            is_lost = _others()[0].search(others) is not None
            is_won = (is_of_winners or chosen().search(others) is not None) and not is_lost
            vat = prices[1] if prices else vat_in(grid.head(column))
            if vat == "unknown" and not grid.head(prices[0] if prices else column):
                # The head of a column without any may stand above the lines of the table.
                vat = vat_above(self.text, self.text.starts[min(map(min, row.values()))])
            own = reduced if reduced is not None and self._sums_of(row, reduced) else prices[0] if prices else column
            pairs = list(self._priced(row, column, own))
            placed = row.get(at["place"], ()) if at["place"] is not None and not is_lost else ()
            for (firms, money), place in zip_longest(pairs, self._places(placed, len(pairs))):
                yield ListedBid(firms, money, vat, number, lot, place, is_won, is_lost)

    def _columns_of_lots(self, grid: TableGrid, bidders: int) -> dict[int, AwardPart]:
        """Return the columns of prices that are headed by one lot each: "Ponuđač | Partija 1 | Partija 2"."""
        found: dict[int, AwardPart] = {}
        for column in grid.heads:
            words = [word for row in grid.above for word in row.get(column, ())]
            lot = leading_number(self.text, words, LOT_MARK) if column != bidders else None
            if lot is not None and any(self._sums_of(row, column) for row in grid.rows):
                found[column] = lot
        return found if len({lot.value for lot in found.values()}) == len(found) > 1 else {}

    def _by_lots(
        self, grid: TableGrid, number: int, bidders: int, of_lots: Mapping[int, AwardPart]
    ) -> Iterator[ListedBid]:
        """Yield the bids of a table with a column of prices for each lot; without VAT where a cell prints both."""
        for row in grid.rows:
            members = self._members(row.get(bidders, ()))
            for column, lot in of_lots.items() if members else ():
                for money in sorted(self._sums_of(row, column), key=lambda each: each.value)[:1]:
                    yield ListedBid(members, money, vat_in(grid.head(column)), number, lot)

    def _columns(self, grid: TableGrid, bidders: int) -> dict[str, int | None]:
        """Return the columns of lots and of places, each None if there is none; the place may stand before a name."""
        heads = sorted(grid.heads.items())
        unpriced = [(column, head) for column, head in heads if column != bidders and not _price().search(head)]
        lots = (column for column, head in unpriced if LOT_HEAD.search(head))
        places = (column for column, head in heads if _PLACE.search(head))
        return {"lot": next(lots, None), "place": next(places, None)}

    def _column_of_bidders(self, grid: TableGrid, caption: str) -> int | None:
        """Return the column of those who bid: its head says so, or it holds firms and what is around speaks of bids."""
        heads = {column: head for column, head in grid.heads.items() if not is_no_vendor(head)}
        is_told = of_bids().search(caption) or any(map(of_bids().search, grid.heads.values()))
        # Below words that bids came in, a contractor is who would be one.
        is_of_received = _received().search(caption) is not None
        winners = {column for column, head in heads.items() if column_heads()[0].search(head) and not is_of_received}
        is_ranked = any(map(_PLACE.search, grid.heads.values()))
        if not (is_told or is_ranked or any(map(heads_bids, heads.values()))):
            return None
        named = Counter(column for row in grid.rows for column, words in row.items() if self._members(words))
        rows = self._rows(grid)
        best = None
        for column, count in sorted(named.items()):
            if column in winners or count < MOSTLY * rows or is_no_vendor(grid.head(column)):
                continue
            head = grid.head(column)
            is_named = _others()[1].search(head) is not None or (is_of_received and column_heads()[0].search(head))
            if heads_bids(head) or (is_named and (is_told or is_ranked)):
                return column
            best = column if best is None and (is_told or is_ranked) and not winners else best
        return self._column_of_bare_names(grid) if best is None else best

    def _column_of_bare_names(self, grid: TableGrid) -> int | None:
        """Return the column headed as that of those who bid whose cells are names, mostly without legal forms, None if
        there is none; they are firms from then on."""
        for column, head in sorted(grid.heads.items()):
            if not _bidder().match(head) or is_no_vendor(head):
                continue
            cells = [row[column] for row in grid.rows if column in row]
            named = {cell[0]: firms for cell in cells if (firms := self._members(cell) or self._bare(cell))}
            if len(named) >= max(1, MOSTLY * len(grid.rows)):
                self.bare.update(named)
                return column
        return None

    def _members(self, words: Sequence[int]) -> tuple[Firm, ...]:
        """Return the members of the firms that a cell names; of the whole cell, if it reads like a firm's name."""
        if words and words[0] in self.bare:
            return self.bare[words[0]]
        own = without_subcontractors(self.text, words)
        groups = [self.firms[word] for word in own if word in self.firms]
        named_firms = (self._with_town(firm, own) for group in groups for firm in group if firm.last in own)
        members = tuple({firm.core: firm for firm in named_firms}.values())
        if not members:
            named = vendor_in(self.text, own)
            short = self._known(own)
            members = (named.firm,) if named is not None and named.firm.formed else (short,) if short else ()
        return () if any(is_public_body(self.text, firm) for firm in members) else members

    def _known(self, words: Sequence[int]) -> Firm | None:
        """Return the firm whose name begins a cell without its legal form, if the document names it with one."""
        core = ""
        for word in words[:MOST_SHORT]:
            core += letters(self.text.words[word])
            if len(core) >= LEAST_SHORT and core in self._formed():
                return replace(self._formed()[core], first=words[0], last=word)
        return None

    def _formed(self) -> Mapping[str, Firm]:
        if self.formed is None:
            self.formed = {firm.core: firm for group in self.firms.values() for firm in group if firm.formed}
        return self.formed

    def _with_town(self, firm: Firm, words: Sequence[int]) -> Firm:
        """Return a firm whose town is printed in the next line of its cell, after the other cells of the row."""
        below = words[words.index(firm.last) + 1 :][:1]
        is_named = bool(below) and not firm.town and below[0] > firm.last + 1 and is_town(self.text, below[0])
        return with_word(self.text, firm, below[0]) if is_named else firm

    def _column_of_prices(self, grid: TableGrid, bidders: int) -> tuple[int, str] | None:
        """Return the column of prices with its VAT status: that without VAT of several, None where they are unclear."""
        full = Counter(column for row in grid.rows for column in row if self._sums_of(row, column))
        rows = self._rows(grid)
        columns = [
            (column, vat_in(grid.head(column)))
            for column, count in sorted(full.items())
            if column != bidders and 2 * count >= rows and not _is_other(_without_points(grid.head(column)))
        ]
        columns = [each for each in columns if not _REDUCED.search(grid.head(each[0]))] or columns
        if any(_POINTS.search(head) for head in grid.heads.values()):
            columns = [each for each in columns if self._is_above_points(grid, each[0])]
        for said in ("without", "unknown", "with"):
            named = [each for each in columns if each[1] == said]
            if len(named) > 1 and said == "unknown" and self._differ_by_vat(grid, named[0][0], named[1][0]):
                return named[0][0], "without"
            # A guarantee may stand beside the price, in the same currency; hours of arrival look like sums.
            alone = len(named) == 1 and self._is_above_points(grid, named[0][0])
            priced = [each for each in named if alone or _price().search(grid.head(each[0]))]
            if named:
                return priced[0] if len(priced) == 1 else None
        return None

    def _rows(self, grid: TableGrid) -> int:
        """Return the number of rows up to the last with a sum: the words below may have been read as rows, too."""
        priced = [any(self._sums_of(row, column) for column in row) for row in grid.rows]
        return len(priced) - priced[::-1].index(True) if True in priced else len(priced)

    def _is_above_points(self, grid: TableGrid, column: int) -> bool:
        return any(money.value > MOST_POINTS for row in grid.rows for money in self._sums_of(row, column))

    def _differ_by_vat(self, grid: TableGrid, one: int, other: int) -> bool:
        pairs = [tuple(self._sums_of(row, column) for column in (one, other)) for row in grid.rows]
        told = [(net[0].value, gross[0].value) for net, gross in pairs if net and gross]
        return bool(told) and all(net < gross and differ_by_vat(net, gross) for net, gross in told)

    def _sums_of(self, row: Cells, column: int) -> list[Money]:
        return [self.sums[word] for word in row.get(column, ()) if word in self.sums]

    def _priced(self, row: Cells, column: int, prices: int) -> Iterator[tuple[tuple[Firm, ...], Money]]:
        """Yield the bidders of a row with their price; of a cell that lists several with a price each, all."""
        words, sums = row.get(column, ()), self._sums_of(row, prices)
        named = [self.firms[word] for word in words if word in self.firms]
        is_pair = len(named) > 1 or (prices == column and bool(named))
        if len(sums) == 2 and differ_by_vat(*sorted(each.value for each in sums)):
            # One bid, printed without VAT and with it.
            is_pair, sums = False, sorted(sums, key=lambda each: each.value)
        if is_pair and len(sums) >= len(named) and len(sums) % len(named) == 0:
            yield from zip(named, sums[:: len(sums) // len(named)], strict=True)
        elif prices != column and (members := self._members(words)) and sums:
            yield members, sums[0]

    def _lot_of(self, row: Cells, lots: int | None) -> AwardPart | None:
        """Return the lot that the cell of a row names, or a row that is nothing but the title of a lot."""
        if lots is not None:
            return leading_number(self.text, row.get(lots, ()))
        return leading_number(self.text, row[min(row)], LOT_MARK) if len(row) == 1 else None

    def _lot_above(self, grid: TableGrid, caption: str) -> AwardPart | None:
        """Return the lot that the line above a table names."""
        first = min(word for row in (*grid.above, *grid.rows) for cell in row.values() for word in cell)
        start = self.text.starts[first]
        return last_lot_part(self.text, start - len(caption), start)

    def _places(self, words: Sequence[int], count: int) -> list[int | None]:
        """Return the place that a cell tells; of several bids in one row, each has its own, or none is known."""
        if count == 1 and words:
            return [self._place(words)]
        return [self._place([word]) for word in words] if len(words) == count else []

    def _place(self, words: Sequence[int]) -> int | None:
        """Return the place that a cell tells, in figures or Roman numerals, perhaps before or within a name."""
        for word in words:
            said = self.text.bare[word].strip(".")
            if said.isdecimal() and len(said) < 3 and (len(words) == 1 or self.text.words[word].endswith(".")):
                return int(said)
            if len(words) == 1 and (place := ordinal_of(said)):
                return place
        first = self.text.bare[words[0]].strip(".") if words else ""
        return int(first) if first.isdecimal() and len(first) < 3 else _ROMAN.get(first)

    def _lot_in(self, rows: Sequence[Cells]) -> AwardPart | None:
        """Return the last lot that rows name: a title of a lot that is read as a head of its table."""
        words = [word for row in rows for _, cell in sorted(row.items()) for word in cell]
        said = " ".join(self.text.bare[word] for word in words)
        marks = list(LOT_MARK.finditer(said))
        at = words[said.count(" ", 0, marks[-1].start(marks[-1].lastgroup or "lot"))] if marks else 0
        return AwardPart(lot_number(marks[-1]), at, at) if marks else None

    def _of_columns(self, grid: TableGrid, number: int) -> Iterator[ListedBid]:
        """Yield the bids of a table whose columns are bidders, and one of whose rows is their price."""
        head: Cells = {}
        for row in grid.above:
            for column, words in row.items():
                head.setdefault(column, []).extend(words)
        rows = grid.rows if head else grid.rows[1:]
        head = head or (grid.rows[0] if grid.rows else {})
        named = {column: members for column, words in head.items() if (members := self._members(words))}
        if not named or len(head) < 2:
            return
        prices = self._rows_of_prices(rows, head, named)
        # Beside a column of a firm that is known, and with a price, others are of firms, too.
        bare = {column: self._bare(words) for column, words in head.items() if column not in named}
        priced = {column for _, row in prices for column in row if self._sums_of(row, column)}
        named |= {column: firms for column, firms in bare.items() if firms and column in priced}
        if not prices or len(named) < 2:
            return
        for (lot, row), (column, members) in product(prices, sorted(named.items())):
            about = rows if lot is None else [row]
            is_lost = any(_others()[0].search(self._said(each.get(column, ()))) for each in about)
            place = next((self._place(each.get(column, ())) for each in about if self._ranks(each)), None)
            for money in self._sums_of(row, column)[:1]:
                vat = vat_in(self._said(row[min(row)]))
                yield ListedBid(members, money, vat, number, lot, place=None if is_lost else place, is_rejected=is_lost)

    def _rows_of_prices(
        self, rows: Sequence[Cells], head: Cells, named: Mapping[int, tuple[Firm, ...]]
    ) -> list[tuple[AwardPart | None, Cells]]:
        """Return the first row of prices of each lot that labels of rows name, or else the first that is labelled so;
        without VAT where both are printed."""
        of_lots: dict[str, tuple[AwardPart | None, Cells]] = {}
        priced = [row for row in rows if min(row) not in named and any(self._sums_of(row, column) for column in named)]
        is_lots = LOT_HEAD.search(self._said(head.get(0, ()))) is not None
        for row in priced:
            label = row[min(row)]
            lot = leading_number(self.text, label, LOT_CELL if is_lots else LOT_MARK)
            said = self._said(label)
            if lot and not _is_other(said) and (lot.value not in of_lots or vat_in(said) == "without"):
                of_lots[lot.value] = (lot, row)
        labels = ((row, self._said(row[min(row)])) for row in priced)
        alone = (row for row, label in labels if _price().search(label) and not _is_other(label))
        return list(of_lots.values()) or [(None, row) for row in islice(alone, 1)]

    def _ranks(self, row: Cells) -> bool:
        return _PLACE.search(self._said(row[min(row)])) is not None

    def _bare(self, words: Sequence[int]) -> tuple[Firm, ...]:
        """Return the firms that a head names without their legal forms: "Primer, Ruma + Zvonik, Irig"."""
        marks = [at for at, word in enumerate(words) if self.text.words[word] in {"+", "/"}]
        pieces = [words[first + 1 : end] for first, end in pairwise([-1, *marks, len(words)])]
        found = [vendor_in(self.text, _without_town(self.text, piece)) for piece in pieces]
        firms = tuple(each.firm for each in found if each is not None and self.text.is_capitalised(each.firm.first))
        has_number = any(char.isdigit() for word in words for char in self.text.words[word])
        return firms if len(firms) == len(pieces) and not has_number else ()

    def _said(self, words: Sequence[int]) -> str:
        return " ".join(self.text.bare[word] for word in words)


def _without_town(text: DocumentText, words: Sequence[int]) -> Sequence[int]:
    """Return the words of a name without the town behind a comma: "Primer Jug, Nova Varoš"."""
    ends = (at for at, word in enumerate(words[:-1], 1) if text.words[word].endswith(",") and place_at(text, words[at]))
    return words[: next(ends, len(words))]


def _without_points(head: str) -> str:
    """Return a head up to points that stand below the price in one column: "Cena sa PDV | bodovi"."""
    points = _POINTS.search(head)
    return head[: points.start()] if points and _price().search(head, 0, points.start()) else head


def _is_other(head: str) -> bool:
    """Return whether a head is that of the tax, of an estimate, of a unit price or of points, and not of prices."""
    is_tax = says_tax(head) and vat_in(head) == "unknown"
    return is_tax or _UNIT.search(head) is not None or says("estimated", head) or _never().search(head) is not None


@cache
def _never() -> re.Pattern[str]:
    return compiled([each for each in table("award_lines")["columns"]["other"] if not each.startswith("ponu")])


@cache
def _price() -> re.Pattern[str]:
    return compiled([*table("offers")["price"], *table("award_lines")["columns"]["amount"]])
