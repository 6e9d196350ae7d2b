"""Quantities of countable things of the watchlist: how many cameras, in how many places.

They are counted in text (:mod:`indexer.facts.mentions.counts`) and in tables
(:mod:`indexer.facts.mentions.tabled_counts`); what one list counts is added. Quantities of lots have their number in
the detail ``lot``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from archive.model import Fact
from indexer.facts.mentions.counts import AND, ITEM, MOST, OF, PREPOSITIONS, Count, counts_of, words_of
from indexer.facts.mentions.states import MentionState, detail_of, state_of, state_of_kind
from indexer.facts.mentions.tabled_counts import COLUMN, below_heads, in_rows
from indexer.facts.mentions.watch import WatchHit
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.text import DocumentText

_ADDED_WITHIN = 8
"""Maximum number of words before a quantity in which it is said to come in addition."""

_ITEMS_WITHIN = 60
"""Maximum number of words between two items of one list."""

_PARTS_OF = OF | {"je", "su", "se", "nije", "nisu", "ukupno", "is", "are"}
"""Words with which a number behind another is a part of it, or a statement of its own."""


def find(context: TextSurroundings, hits: Sequence[WatchHit], kind: str | None) -> list[Fact]:
    """Return each quantity of each thing and lot once; smaller ones have in their detail ``of`` the largest, or what
    those of several lots come to.

    Quantities that are not asserted are not compared, unless there are no others. What an annex adds to those of its
    contract has the detail ``added`` (more or less).
    """
    text = context.text
    found: dict[tuple[str, str, int], Count] = {}
    states: dict[tuple[str, str, int], MentionState] = {}
    rows, heads = (list(read(context, hits)) if hits else [] for read in (in_rows, below_heads))
    in_tables = {hit for _, things in (*rows, *heads) for hit in things}
    told = [(things[0], count) for count, things in rows]
    told += _added_up(text, [(hit, count) for hit in hits if hit not in in_tables for count in counts_of(text, hit)])
    # Words of a sentence prove the same number better.
    told += [(things[0], count) for count, things in heads]
    for hit, count in told:
        if 0 < count.value <= MOST:
            is_tabled = count.rule in (COLUMN, ITEM)
            key = hit.entry.name, count.lot, count.value
            state = (
                state_of_kind(kind) if is_tabled else state_of(text, count.first, count.last, kind, is_quantity=True)
            )
            if key not in found or (state is MentionState.ASSERTED and states[key] is not MentionState.ASSERTED):
                found[key], states[key] = count, state
    asserted = [key for key in found if states[key] is MentionState.ASSERTED]
    facts = []
    for (what, lot, value), count in found.items():
        most = _most([one for one in asserted if one[0] == what], lot)
        change = _change(text, count) if kind == "contract_annex" else {}
        details = {"what": what} | ({"lot": lot} if lot else {}) | ({"of": str(most)} if value < most else {}) | change
        confidence = 0.75 if value < most else 0.9
        words = count.first, count.last
        details |= detail_of(states[what, lot, value])
        facts.append(text.fact("quantity", str(value), words, count.rule, confidence, details=details))
    return facts


def _most(told: Sequence[tuple[str, str, int]], lot: str) -> int:
    """Return the quantity of which those of a lot, or without one, may be a part: the largest; but what is told of
    several lots is theirs, as long as no number of the whole exceeds what they come to."""
    of_lots: dict[str, int] = {}
    for _, of_lot, value in told:
        of_lots[of_lot] = max(value, of_lots.get(of_lot, 0))
    whole = of_lots.pop("", 0)
    if len(of_lots) < 2 or whole >= sum(of_lots.values()):
        return max((whole, *of_lots.values()))
    return of_lots.get(lot, 0) if lot else sum(of_lots.values())


def _change(text: DocumentText, count: Count) -> dict[str, str]:
    """Return what a quantity changes, as a detail: "još dve kamere", "broj se smanjuje za 4"."""
    said = text.folded[text.starts[max(0, count.first - _ADDED_WITHIN)] : text.starts[count.last]]
    clause = re.split(r"[.;:]\s", said)[-1].replace("\n", " ")
    changes = [name for name in ("more", "less") if words_of(name).search(clause)]
    return {"added": changes[0]} if changes else {}


def _added_up(text: DocumentText, told: Sequence[tuple[WatchHit, Count]]) -> list[tuple[WatchHit, Count]]:
    """Return the counts in text order, those that go together added."""
    found: list[tuple[WatchHit, Count]] = []
    for what in dict.fromkeys(hit.entry.name for hit, _ in told):
        run: list[tuple[WatchHit, Count]] = []
        for hit, count in told:
            if hit.entry.name == what:
                if run and not _go_together(text, run[-1][1], count):
                    found += _sum(text, run)
                    run = []
                run.append((hit, count))
        found += _sum(text, run)
    return sorted(found, key=lambda one: one[1].first)


def _sum(text: DocumentText, run: Sequence[tuple[WatchHit, Count]]) -> Sequence[tuple[WatchHit, Count]]:
    """Return a list as one count; as it is, if it ends without an "and"."""
    (hit, first), (_, last) = run[0], run[-1]
    if len(run) > 1 and last.rule != ITEM and text.bare[last.first - 1] not in AND:
        return run
    return [(hit, replace(first, value=sum(count.value for _, count in run), last=last.last))]


def _go_together(text: DocumentText, one: Count, other: Count) -> bool:
    """Return whether two counts are of items of one list ("Kamera fiksna, kom 24", below it "pokretna, kom 6"), or of a
    list in one sentence ("46 kamera po prvom i 12 kamera po drugom ugovoru"), and of one lot."""
    if one.lot != other.lot:
        return False
    if one.rule == other.rule == ITEM:
        return other.first - one.last <= _ITEMS_WITHIN
    if not 1 <= other.first - one.last <= _LISTED_WITHIN or re.search("[.;:]", text.quote(one.last, other.first - 1)):
        return False
    between = text.bare[one.last + 1 : other.first]
    is_joined = text.bare[other.first - 1] in AND or text.words[other.first - 1].endswith(",")
    is_place = not between or between[0] in AND or between[0] in PREPOSITIONS
    return is_joined and is_place and not _PARTS_OF.intersection(between) and _ends_as_listed(text, other)


def _ends_as_listed(text: DocumentText, count: Count) -> bool:
    """Return whether a thing that is counted is followed by where it is or by the next, and by no verb."""
    following = text.bare[count.last + 1] if count.last + 1 < len(text.words) else ""
    return text.words[count.last][-1] in ".,;" or following in PREPOSITIONS or following in {*AND, ""}


_LISTED_WITHIN = 8
"""Maximum number of words from a count to another of the same list."""
