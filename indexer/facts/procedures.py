"""The type of a procurement procedure (open, negotiated ...)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from archive.model import Fact
from indexer.facts.text import DocumentText, TextMatch, any_of, beginning
from indexer.gazetteer import kinds_with, table

PAGES, WORDS = 4, 1_500
"""Pages and words in which the type is stated; later, remedies and forms mention every type."""

HEAD_WORDS = 250
"""Number of words of the title and its context."""

NEAR = 60
"""Maximum number of characters between two types named together: boxes of a form, or a rule for several types."""

BEFORE = 40


@dataclass(frozen=True, slots=True)
class _Mention:
    type: str
    found: TextMatch
    is_labelled: bool


@cache
def _types() -> tuple[re.Pattern[str], tuple[str, ...]]:
    """Return one pattern with a group per type of procedure, and the types in the same order."""
    return _compiled({name: phrases for name, phrases in table("procedure_types").items() if isinstance(phrases, list)})


@cache
def _boxed() -> tuple[re.Pattern[str], tuple[str, ...]]:
    """Return the same, with names that are used only beside checkboxes."""
    types = table("procedure_types")
    named = {name: phrases for name, phrases in types.items() if isinstance(phrases, list)}
    return _compiled({name: [*phrases, *types["boxed"].get(name, ())] for name, phrases in named.items()})


def _compiled(names: Mapping[str, Sequence[str]]) -> tuple[re.Pattern[str], tuple[str, ...]]:
    every = beginning(phrase for phrases in names.values() for phrase in phrases)
    return re.compile(every + "(?:" + "|".join(f"({any_of(each)})" for each in names.values()) + ")"), tuple(names)


@cache
def _cues() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of a label right before the name of a type, and of words that refer to another procedure."""
    cues = table("procedure_types")["cues"]
    return re.compile(rf"{any_of(cues['label'])}[\s:.\-–|]{{0,4}}$"), re.compile(any_of(cues["elsewhere"]))


def find(text: DocumentText, kind: str | None) -> list[Fact]:
    """Return the type of procedure: that of the ticked box, else that of a label, of the title, or of the text.

    If several types are named and nothing decides between them, there is no fact.
    """
    if kind not in kinds_with("procedure"):
        return []
    ticked = _ticked(text)
    if ticked is not None:
        rules = [("box", 0.95, ticked)]
    else:
        mentions = list(_alone(list(_mentions(text))))
        labelled = [mention for mention in mentions if mention.is_labelled]
        in_head = [mention for mention in mentions if mention.found.first < HEAD_WORDS]
        rules = [("label", 0.95, labelled), ("title", 0.93, in_head), ("text", 0.85, mentions)]
    rule, confidence, chosen = next((one for one in rules if one[2]), ("", 0.0, []))
    if len({mention.type for mention in chosen}) != 1:
        return []
    found = chosen[0].found
    where = (found.first, found.last)
    return [text.fact("procedure_type", chosen[0].type, where, f"procedure_type.{rule}", confidence)]


def _ticked(text: DocumentText) -> list[_Mention] | None:
    """Return the types whose boxes are ticked, None if there are no boxes."""
    boxes = table("procedure_types")["boxes"]
    pattern, types = _boxed()
    boxed = [
        (
            text.words[found.first - 1] in boxes["ticked"],
            _Mention(types[(found.match.lastindex or 1) - 1], found, False),
        )
        for found in text.find(pattern, 1, text.words_of_pages(PAGES, WORDS))
        if text.words[found.first - 1] in (*boxes["ticked"], *boxes["empty"])
    ]
    return [mention for is_ticked, mention in boxed if is_ticked] if boxed else None


def _mentions(text: DocumentText) -> Iterator[_Mention]:
    pattern, types = _types()
    label, elsewhere = _cues()
    for found in text.find(pattern, 0, text.words_of_pages(PAGES, WORDS)):
        start = found.match.start()
        before = text.folded[max(0, start - BEFORE) : start]
        is_labelled = label.search(before) is not None
        if is_labelled or elsewhere.search(before) is None:
            yield _Mention(types[(found.match.lastindex or 1) - 1], found, is_labelled)


def _alone(mentions: Sequence[_Mention]) -> Iterator[_Mention]:
    """Yield the mentions without one of another type nearby."""
    crowded = {
        at
        for first, (one, other) in enumerate(pairwise(mentions))
        if one.type != other.type and other.found.match.start() - one.found.match.end() < NEAR
        for at in (first, first + 1)
    }
    yield from (mention for at, mention in enumerate(mentions) if at not in crowded)
