"""Features of a candidate among the others of its paper: shares of a sum, firms beside it, firms in one list."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from indexer.facts.scoring.candidates import MENTIONS, Proposal
from indexer.facts.scoring.context import TextSurroundings

Place = tuple[int, int, int]
"""The page, the row and the column of a word in a table; in text -1, the line and -1."""

SHARES = (0.02, 0.03, 0.05, 0.1, 0.15, 0.17, 0.2, 0.25, 0.3, 0.5)
"""Shares of a price that papers print: taxes, guarantees, penalties, advances."""

LEAST_CENTS = 100_000
"""Minimum sum, in cents, whose share is hardly there by chance."""

NEAR = (3, 8, 20, 45)
"""Distances in words from a firm to the sum after it."""


def mark(context: TextSurroundings, sums: Sequence[Proposal], firms: Sequence[Proposal]) -> None:
    """Add to sums and firms what they are among the others."""
    _mark_shares(sums)
    at_words = {first: each for each in sums for first, _ in each.mentions[:MENTIONS]}
    places = {word: _place_of(context, word) for word in at_words}
    columns: dict[tuple[int, int], list[Proposal]] = defaultdict(list)
    for word, each in at_words.items():
        columns[places[word][0], places[word][2]].append(each)
    for listed in columns.values():
        roles = Counter(map(_role_of, listed))
        for each in listed:
            each.about |= {f"column-role={role}" for role in roles - Counter([_role_of(each)])}
    for each in sums:
        each.about.add(f"rule-role={_role_of(each)}")
    _mark_firms(context, at_words, places, firms)


def _place_of(context: TextSurroundings, word: int) -> Place:
    layout, start = context.layout_of(word)
    cell = layout.cell(word - start)
    return (context.page_index(word), cell.row, cell.column) if cell else (-1, context.line(word), -1)


def _mark_shares(sums: Sequence[Proposal]) -> None:
    cents = {each.key: round(100 * float(each.key.split()[0])) for each in sums}
    shares: dict[int, list[tuple[float, Proposal]]] = defaultdict(list)
    for each in sums:
        if cents[each.key] >= LEAST_CENTS:
            for share in SHARES:
                shares[round(share * cents[each.key])].append((share, each))
    for each in sums:
        for share, whole in shares.get(cents[each.key], ()):
            each.about.add(f"share={share}")
            whole.about.add(f"shared={share}")


def _role_of(amount: Proposal) -> str:
    """Return the role that a rule gives to a sum, "" without one."""
    fact = amount.facts.get("amount")
    return "" if fact is None else fact.details["role"]


def _roles_of(firm: Proposal) -> Iterator[str]:
    return (role for role in ("vendor", "bidder") if role in firm.facts)


def _mark_firms(
    context: TextSurroundings, sums: dict[int, Proposal], places: dict[int, Place], firms: Sequence[Proposal]
) -> None:
    """Mark sums by the firm in their row and by the one before them, and firms by those in their column or in text."""
    named = sorted(((first, last, firm) for firm in firms for first, last in firm.mentions), key=lambda each: each[:2])
    starts = [first for first, *_ in named]
    of_firms = [(_place_of(context, first), firm) for first, _, firm in named]
    rows = {place[:2]: firm for place, firm in of_firms}
    for word, each in sums.items():
        beside = rows.get(places[word][:2])
        if beside is not None:
            each.about |= {"beside-firm", *(f"beside-{role}" for role in _roles_of(beside))}
        at = bisect_right(starts, word) - 1
        distance = word - named[at][1] if at >= 0 else NEAR[-1] + 1
        step = bisect_right(NEAR, distance - 1)
        each.about.add(f"firm-before={step}")
        if step < len(NEAR):
            each.about |= {f"after-{role}" for role in _roles_of(named[at][2])}
    columns: dict[tuple[int, int], dict[str, Proposal]] = defaultdict(dict)
    for (page, _, column), firm in of_firms:
        columns[page, column][firm.key] = firm
    for (_, column), listed in columns.items():
        kind = "text" if column < 0 else "table"
        roles = Counter(role for firm in listed.values() for role in _roles_of(firm))
        for firm in listed.values():
            others = roles - Counter(_roles_of(firm))
            firm.about |= {f"{kind}-firms={min(len(listed), 5)}", *(f"{kind}-with-{role}" for role in others)}
