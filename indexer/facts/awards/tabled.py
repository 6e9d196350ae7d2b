"""Amounts that a table tells: the head of the column, or of the row, says what the sum in a cell is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache

from archive.model import Fact
from indexer.facts.amount_context import says, says_tax, vat_of_all
from indexer.facts.awards.columns import column_heads
from indexer.facts.awards.grids import NO_HEAD, TableGrid, grids
from indexer.facts.kind import calls_itself
from indexer.facts.numerals import printed
from indexer.facts.scoring import money
from indexer.facts.scoring.amounts import BY_HEAD
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.sums import Money, currency_in, vat_in
from indexer.facts.text import compiled
from indexer.gazetteer import kinds_with, table

LEAST = 100
"""Smaller sums are prices of pieces, or numbers of something else."""

CELL_WORDS = 5
"""Maximum number of words of a cell that holds a sum and nothing else: "1.000,00 EUR bez PDV"."""

LONGEST_HEAD = 120
"""Maximum number of characters of a head; in a longer one somebody explains something."""

_UNIT = re.compile(
    r"\bjedin|\bjed\b|\bunit\b|\bpo\s(?:kom|jed)|\bstuck|\bper\b|\bkolicin|\bquantity|\bkom\b|\brabat|\bponder|\bbodov|\bpoen"
)
_PIECES = (
    re.compile(r"\bjed\w*\sc(?:ij)?en|\bunit price"),
    re.compile(r"\bjm\b|\bjed\w*\smj?ere|\bkol(?:icin\w*)?\b|\bquantity"),
)
"""The heads of a list of goods, with the price and number of pieces: of its sums only the total counts."""

_PART = re.compile(r"\bod toga|\bod cega|\bof which")


def find(context: TextSurroundings, kind: str | None) -> list[Fact]:
    """Return the amounts of tables whose heads say what they are."""
    if kind not in kinds_with("amounts") or kind in {"regulation", "judgment"}:
        return []
    sums = {context.text.word_at(read.start): read for read in money.all_monies(context)}
    facts = [fact for grid in grids(context, (NO_HEAD,)) for fact in _of_grid(context, grid, kind, sums)]
    return sorted(facts, key=lambda fact: fact.span.first if fact.span else 0)


_LESS = frozenset({"other", "estimated"})


def joined(by_words: Sequence[Fact], by_heads: Sequence[Fact]) -> list[Fact]:
    """Return the amounts that the words before them tell, and those that heads tell.

    Of one that both tell, the words count, unless they say less than the head or are those of another cell: "estimated"
    where the head speaks of bids, a contract's where it speaks of an estimate.
    """
    heads = {fact.span.first: fact for fact in by_heads if fact.span is not None}
    found = []
    for fact in by_words:
        head = heads.pop(fact.span.first, None) if fact.span is not None else None
        less = _LESS if head is None or head.details["role"] != "estimated" else _LESS | {"contract", "award"}
        is_less = head is not None and fact.details["role"] in less - {head.details["role"]}
        if head is None or not is_less:
            found.append(fact)
            continue
        vat = fact.details["vat"] if head.details["vat"] == "unknown" else head.details["vat"]
        found.append(replace(head, details={**fact.details, "role": head.details["role"], "vat": vat}))
    return [*found, *heads.values()]


def _of_grid(context: TextSurroundings, grid: TableGrid, kind: str | None, sums: dict[int, Money]) -> Iterator[Fact]:
    is_of_winners = any(map(column_heads()[0].search, grid.heads.values()))
    is_bill = calls_itself(context.text, "bill") or calls_itself(context.text, "order")
    heads = {column: _head(grid, column) for column in grid.heads}
    by_column = {column: (_role(head, kind, is_of_winners=is_of_winners), head) for column, head in heads.items()}
    usual, is_unclear = money.usual_currency(context)
    is_of_pieces = all(any(map(pattern.search, heads.values())) for pattern in _PIECES)
    for row in grid.rows:
        if is_of_pieces and not _is_total(" ".join(context.text.bare[word] for word in row[min(row)])):
            continue
        by_row: tuple[str | None, str] | None = None
        for column, words in row.items():
            read = _sum_in(words, sums)
            if read is None:
                continue
            role, head = by_column.get(column, (None, ""))
            if role is None and column > min(row):
                if by_row is None:
                    label = " ".join(context.text.bare[word] for word in row[min(row)])
                    told = _role(label, kind, is_of_winners=is_of_winners)
                    by_row = ("other" if told is None and is_bill and _is_total(label) else told, label)
                role, head = by_row
            currency = read.currency or currency_in(head) or (None if is_unclear else usual)
            if role is None or not currency or (kind in kinds_with("estimates") and role != "estimated"):
                continue
            where = (context.text.word_at(read.start), context.text.word_at(max(read.start, read.end - 1)))
            details = {"currency": currency, "vat": vat_in(head), "role": role}
            yield context.text.fact("amount", printed(read.value), where, BY_HEAD, 0.85, details=details)


def _head(grid: TableGrid, column: int) -> str:
    """Return the folded head of a column; that over a mere total may be drawn over the columns of its parts alone."""
    own = grid.head(column)
    return f"{_PART.split(grid.head(column + 1))[0]}{own}" if _total().fullmatch(own.strip()) else own


def _sum_in(words: Sequence[int], sums: dict[int, Money]) -> Money | None:
    """Return the sum that a cell holds and nothing else."""
    own = [sums[word] for word in words if word in sums] if len(words) <= CELL_WORDS else []
    return own[0] if len(own) == 1 and not own[0].is_unit_price and own[0].value >= LEAST else None


@lru_cache(maxsize=1 << 12)
def _role(head: str, kind: str | None, *, is_of_winners: bool = False) -> str | None:
    """Return the role that the folded head of a column or a row gives to its sums, None if it gives none.

    ``is_of_winners``: the table has a column of those who got contracts, so that its prices are theirs.
    """
    is_nothing = not head or len(head) > LONGEST_HEAD or _UNIT.search(head) or _PART.search(head)
    if is_nothing or says("never", head):
        return None
    if kind in kinds_with("contract"):
        return "other" if _columns("of_bids").search(head) else None
    is_short = kind not in kinds_with("no_awards") and _columns("estimated_alone").match(head) is not None
    if is_short or says("estimated", head) or _columns("estimated").search(head):
        return "estimated"
    if (says_tax(head) and vat_in(head) == "unknown") or _other().search(head):
        return None
    named = (says("contract", head), _columns("contract").search(head), _columns("contract_alone").search(head))
    if kind in kinds_with("contract_values") and any(named):
        return "contract"
    is_price = _price().search(head) is not None or (is_of_winners and vat_in(head) != "unknown")
    return _role_of_price(kind, is_of_winners=is_of_winners) if is_price else None


def _role_of_price(kind: str | None, *, is_of_winners: bool) -> str | None:
    if is_of_winners and kind in kinds_with("awards") | kinds_with("account"):
        return "award" if kind in kinds_with("awards") else "contract"
    return "other" if kind in kinds_with("bids") else None


def _is_total(label: str) -> bool:
    """Return whether the label of a row of a bill is that of what all comes to, and not of its tax."""
    is_tax = says_tax(label) and vat_in(label) == "unknown"
    return not is_tax and (_total().search(label) is not None or says("stated", label))


@cache
def _total() -> re.Pattern[str]:
    return compiled(table("amount_roles")["columns"]["total"])


@cache
def _columns(role: str) -> re.Pattern[str]:
    return compiled(table("amount_roles")["columns"][role])


@cache
def _other() -> re.Pattern[str]:
    return compiled(each for each in table("award_lines")["columns"]["other"] if not each.startswith("ponu"))


@cache
def _price() -> re.Pattern[str]:
    return compiled([*table("offers")["price"], *table("award_lines")["columns"]["amount"]])


def with_captions(context: TextSurroundings, facts: Sequence[Fact]) -> list[Fact]:
    """Return the amounts; of one in a table whose caption speaks of VAT ("u hiljadama dinara, bez PDV"), the status of
    VAT is what the caption says, unless its own words or head say something; that of all is what the paper says."""
    if not any(fact.details.get("vat") == "unknown" for fact in facts):
        return list(facts)
    of_all = vat_of_all(context.text.folded)
    told = [_with_caption(context, fact) if fact.details.get("vat") == "unknown" else fact for fact in facts]
    return told if of_all == "unknown" else [_with_vat(fact, of_all) for fact in told]


def _with_vat(fact: Fact, said: str) -> Fact:
    is_open = fact.details.get("vat") == "unknown" and not fact.method.endswith(".tax")
    return replace(fact, details={**fact.details, "vat": said}) if is_open else fact


def _with_caption(context: TextSurroundings, fact: Fact) -> Fact:
    assert fact.span is not None
    words = fact.details.get("amount_words", "")
    said = money.vat_of_caption(context, int(words.split("-")[0]) if words else fact.span.first)
    return fact if said == "unknown" else replace(fact, details={**fact.details, "vat": said})
