"""Carriers of quotations: a formatted citation, a sentence, or none."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from archive.citing.annotation import as_annotation
from archive.citing.copying import COPIED_WORDS, as_copied_text
from archive.citing.prose import OMISSION, as_markdown, as_text, shortened
from benchmarks.forging.samples import Sample

Carrier = Callable[[Sample, str], str]
"""A function that puts words into the text of a carrier, which cites the sample."""


def _text(sample: Sample, words: str) -> str:
    return as_text(sample.citation, sample.style).replace(shortened(sample.citation), words, 1)


def _markdown(sample: Sample, words: str) -> str:
    quoted, mark, source = as_markdown(sample.citation, sample.style).partition("\n>\n> — ")
    begin, end = quoted[:3], quoted[-1]
    return f"{begin}{words}{end}{mark}{source}"


def _annotation(sample: Sample, words: str) -> str:
    """Return an annotation with the words in ``exact``, for citations on one page."""
    value = as_annotation(sample.citation, sample.style)
    value["target"]["selector"]["refinedBy"][0]["exact"] = words
    return json.dumps(value, ensure_ascii=False)


def _copied(sample: Sample, words: str) -> str:
    """Return a copied citation with the words, without a heading."""
    copy = replace(sample.copy, heading="")
    return as_copied_text(copy, sample.style).replace(shortened(copy.citation, COPIED_WORDS), words, 1)


CARRIERS: Mapping[str, Carrier] = {
    "text": _text,
    "markdown": _markdown,
    "annotation": _annotation,
    "beside a link": lambda sample, words: f"„{words}” {sample.citation.permalink}",
    "under a link": lambda sample, words: f"{sample.citation.permalink}\n{words}",
    "copied": _copied,
    "alone": lambda sample, words: words,
    "in marks": lambda sample, words: f"“{words}”",
    "in a sentence": lambda sample, words: f"U spisu piše „{words}“, što je sporno.",
}

UNADDRESSED = frozenset({"alone", "in marks", "in a sentence"})
"""Carriers without a permalink: words that occur elsewhere in the archive are true there."""


def carry(sample: Sample, words: Sequence[str], chance: random.Random) -> tuple[str, str]:
    """Return the name of a random applicable carrier and its text with the words."""
    fits = [
        name for name in CARRIERS if name != "annotation" or (len(sample.citation.parts) == 1 and OMISSION not in words)
    ]
    name = chance.choice(fits)
    return name, CARRIERS[name](sample, " ".join(words))
