"""Terms of the watchlist in a document: each place a fact, with its group, and whether the text denies it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from archive.model import Fact
from indexer.facts.phrases import compiled
from indexer.facts.text import DocumentText
from indexer.facts.watch.matching import Hit
from indexer.gazetteer import table

MOST_PLACES = 100
"""Places of one term in one document that are facts, those that deny it counted apart. The last of them says in its
detail ``more`` how many further ones there are: a manual may have a brand on each of its thousand pages."""

_REACH = 7
"""Words over which a negation reaches: "ne obuhvata mogućnost naknadnog uključivanja funkcije prepoznavanja lica"."""

_SENTENCE_END = re.compile(r"[.!?;:]\s")


@cache
def _negation(where: str) -> re.Pattern[str]:
    return compiled(table("watch_words")["negation"][where])


def facts(text: DocumentText, hits: Sequence[Hit]) -> list[Fact]:
    """A fact for each place of each term, the first :data:`MOST_PLACES` of them."""
    found: list[Fact] = []
    counts: Counter[tuple[str, bool]] = Counter()
    last: dict[tuple[str, bool], int] = {}
    for hit in hits:
        is_negated = _is_negated(text, hit)
        key = (hit.entry.name, is_negated)
        counts[key] += 1
        if counts[key] <= MOST_PLACES:
            last[key] = len(found)
            details = {"group": hit.entry.group} | ({"negated": "yes"} if is_negated else {})
            rule, confidence = ("watch.negated", 0.8) if is_negated else ("watch.term", 0.95)
            where = (hit.first, hit.last)
            found.append(text.fact("watch", hit.entry.name, where, rule, confidence, details=details))
    for key, count in counts.items():
        if count > MOST_PLACES:
            fact = found[last[key]]
            found[last[key]] = replace(fact, details={**fact.details, "more": str(count - MOST_PLACES)})
    return found


def _is_negated(text: DocumentText, hit: Hit) -> bool:
    """Whether the sentence says that there is none of it: "bez prepoznavanja lica", "nije predviđeno"."""
    before = text.folded[text.starts[max(0, hit.first - _REACH)] : text.starts[hit.first]]
    before = _after_last(_negation("over"), _after_last(_SENTENCE_END, before))
    if _negation("before").search(before):
        return True
    end = min(len(text.words), hit.last + 1 + _REACH)
    after = text.folded[text.starts[hit.last] : text.starts[end] if end < len(text.words) else len(text.folded)]
    # The term's own last word stands before the rest, with the full stop that may end its sentence.
    after = _before_first(_negation("over"), _before_first(_SENTENCE_END, after))
    return _negation("after").search(after) is not None


def _after_last(pattern: re.Pattern[str], text: str) -> str:
    ends = [match.end() for match in pattern.finditer(text)]
    return text[ends[-1] :] if ends else text


def _before_first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return text[: match.start()] if match else text
