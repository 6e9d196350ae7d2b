"""The name right after the label of a buyer: a body that is known, or whatever a form has there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from archive.text.folding import to_latin
from indexer.facts.bodies.names import Body
from indexer.facts.buyer_rules import BEFORE, Buyer, of_body
from indexer.facts.phrases import any_of
from indexer.facts.text import DocumentText
from indexer.gazetteer import table


@cache
def _label() -> re.Pattern[str]:
    """A label of the buyer right before a name, with the label of the name itself between or not."""
    labels, names = any_of(table("bodies")["labels"]), any_of(table("bodies")["label_names"])
    section = rf"(?:odeljak\si\W{{1,3}})?{labels}(?:\W{{1,3}}i\.1\)[^\n:]{{0,110}})?"
    return re.compile(rf"(?:{section}\W*(?:\(\w+\)\W*)?(?:(?:\d\W+)?{names}\W*)?)$")


@cache
def _free_label() -> re.Pattern[str]:
    """The label of a buyer that is followed by a name of whatever form, to the end of the line.

    The name may have the next line to itself, if the one after it begins with the label of the address.
    """
    labels = any_of(table("bodies")["free_labels"])
    names = any_of(table("bodies")["label_names"])
    same_line = rf"(?:{labels}\s?:?\W*\n?\s?{names}|{labels})\s?:[ ](?=[^\n]{{5}})"
    return re.compile(rf"\n\W*(?:\d\W+)?(?:{same_line}|{labels}\s?:?\n(?=[^\n:]{{5,120}}\n\W*(?:adres|sedist)\w*))")


def labelled(text: DocumentText, named: Sequence[Body], end: int) -> Iterator[Buyer]:
    """The body, or the name of whatever form, right after the label of a buyer."""
    for body in named:
        start = text.starts[body.first]
        if body.case == "nominative" and _label().search(text.folded, max(0, start - BEFORE), start):
            yield of_body(body, "label", 0.96)
            return
    for found in text.find(_free_label(), 0, end):
        first = text.word_at(found.match.end())
        last = _before_address(text, first, min(text.line_end(first), first + 14))
        name = to_latin(text.quote(first, last)).strip(" ,;:.–-_")
        name += "." if re.search(r"\w\.\w$", name) else ""
        if text.is_capitalised(first) and last > first and re.fullmatch(r"[^_:@\d]{8,}", name):
            yield Buyer(name, first, last, "label-line", 0.85)
            return


def _before_address(text: DocumentText, first: int, last: int) -> int:
    """The last word before the comma that parts a name from its address: "Vodovod Primer a.d., Duga 2, Ub"."""
    commas = [word for word in range(first, last) if text.words[word].endswith(",")]
    for comma, following in pairwise([*commas, last]):
        if any(text.bare[word] == "bb" or text.bare[word][:1].isdigit() for word in range(comma + 1, following + 1)):
            return comma
    return last
