"""What the view of a page offers to cite: the words its address names, or the sentence that a match stands in."""

from __future__ import annotations

from collections.abc import Sequence

from archive.model import Span
from archive.model.words import Break, Words
from webapp.contexts.common import Link
from webapp.languages.translation import gettext
from webapp.links import cite_url
from webapp.presenters.marking import Mark
from webapp.presenters.page_viewed import Viewed

MOST_WORDS = 60
"""Words of a sentence on either side of a match that are cited with it; a table without full stops has no end."""

_ENDS = (".", "!", "?", ";", ":")


def present_citing(viewed: Viewed, evidence: Span | None, marks: Sequence[Mark]) -> Link | None:
    """The way to a citation of ``evidence``, or else of the sentence of the current match, or of the first one."""
    if evidence is not None:
        return Link(gettext("Cite the marked words"), cite_url(evidence))
    matches = [mark for mark in marks if not mark.noted and not mark.found]
    if not matches:
        return None
    match = next((mark for mark in matches if mark.current), matches[0])
    first, last = sentence(viewed.words, match.first, match.last)
    start = viewed.page.first_word
    span = Span(viewed.document.id, viewed.reading.number, start + first, start + last)
    return Link(gettext("Cite this sentence"), cite_url(span))


def sentence(words: Words, first: int, last: int) -> tuple[int, int]:
    """The first and last word of the sentence around some words of a page. A new block begins another one."""
    least, most = max(0, first - MOST_WORDS), min(len(words) - 1, last + MOST_WORDS)
    while first > least and words.breaks[first] != Break.BLOCK and not _ends(words.texts[first - 1]):
        first -= 1
    while last < most and words.breaks[last + 1] != Break.BLOCK and not _ends(words.texts[last]):
        last += 1
    return first, last


def _ends(word: str) -> bool:
    """Whether a sentence ends here. One or two letters with a full stop, or a number, are ``br.`` and ``5.``."""
    return word.endswith(_ENDS) and not (word.endswith(".") and (len(word) <= 3 or word[:-1].isdecimal()))
