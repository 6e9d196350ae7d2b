"""All rules over one document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.facts.values import LONGEST_VALUE
from archive.model import Fact
from archive.model.words import Words
from indexer.facts import awards, cpv, dates, mentions, outcomes, price_changes, printed_rates, procedures, unit_prices
from indexer.facts.awards import bid_facts, table_ids, unread_lots
from indexer.facts.awards.lines import fact_of
from indexer.facts.awards.tabled import with_captions
from indexer.facts.mentions.watchlist import Watchlist
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.scoring.decision import decide
from indexer.facts.scoring.model import Models
from indexer.facts.scoring.money import told_in_thousands
from indexer.facts.text import DocumentText, letters
from indexer.facts.titles import subject, title


def extract(
    text: DocumentText, words: Sequence[Words], watchlist: Watchlist, models: Models | None = None
) -> tuple[Fact, ...]:
    """Return the facts of a document.

    Vendors, bidders, amounts, CPV codes and related numbers may occur many times, other fields once. ``words`` holds
    the words of each page of the reading in turn; ``models`` are those of the scorer, by default the shipped ones. File
    names are not used. Values longer than ``LONGEST_VALUE`` are dropped: they are text without spaces, too long for an
    index of PostgreSQL.
    """
    return tuple(fact for fact in _found(text, words, watchlist, models) if len(fact.value) <= LONGEST_VALUE)


def _found(text: DocumentText, words: Sequence[Words], watchlist: Watchlist, models: Models | None) -> Iterator[Fact]:
    yield from title.find(text)
    known_kind = None
    context = TextSurroundings(text, words)
    if text.words:
        every, known_kind = decide(context, models, awards.with_tables)
        decided = [fact for fact in every if not fact.is_proposed]
        decided += bid_facts.neighbours(context, known_kind, decided)
        decided = price_changes.with_changes(context, known_kind, decided)
        chosen = printed_rates.with_ceilings(text, decided)
        told = awards.lines(context, known_kind, chosen)
        paid = [*awards.with_lines(text, known_kind, chosen, told), *(fact_of(text, line) for line in told)]
        paid = table_ids.with_own_numbers(context, paid)
        paid = unit_prices.mark_unit_prices(text, known_kind, with_captions(context, paid))
        yield from (fact for fact in paid if fact.field != "award")
        yield from printed_rates.find(text)
        yield from procedures.find(text, known_kind)
        yield from subject.find(text, known_kind)
        yield from dates.find_deadline(text, known_kind)
        yield from dates.find_told(text, known_kind)
        offers = bid_facts.offers(context, known_kind, told)
        yield from told_in_thousands(context, offers)
        yield from bid_facts.winners_that_bid(context, offers, told, paid)
        yield from (fact for fact in paid if fact.field == "award")
        yield from unread_lots.find(text, known_kind, told, paid)
        yield from cpv.find(text, known_kind)
        yield from outcomes.find(text, known_kind)
        told_of = {(fact.field, letters(fact.value)) for fact in paid}
        proposed = (each for each in every if each.is_proposed and (each.field, letters(each.value)) not in told_of)
        yield from table_ids.with_own_numbers(context, proposed)
    yield from mentions.find(context, words, watchlist, known_kind)
