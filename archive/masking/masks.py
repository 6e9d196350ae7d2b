"""The masks of a page: what rules found and persons added on it, less what persons took away."""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate, pairwise

from archive.masking.classes import ALWAYS, MaskClass
from archive.masking.listed_names import ListedNames
from archive.masking.places import MaskPlace, places
from archive.model import Box, Page, Words
from archive.model.annotations import Target
from archive.text.personal_numbers import MASK

_KEPT_SIGNS = MaskClass.PERSONAL_NUMBER
"""The class whose signs between digits stay as they are, as they always have."""


@dataclass(frozen=True, slots=True)
class Mask:
    """A mask on words ``first`` to ``last`` of a reading, or on a ``box`` of a page as it looks. ``by`` and ``at`` tell
    of the person who last spoke of it; None where none did."""

    kind: MaskClass
    page: int
    first: int | None = None
    last: int | None = None
    box: Box | None = None
    by: str | None = None
    at: datetime | None = None

    @property
    def name(self) -> str:
        """What names it among the masks of a reading, for forms and the command line: its class and its place."""
        if self.box is not None:
            edges = ",".join(f"{edge:.4f}" for edge in (self.box.x0, self.box.y0, self.box.x1, self.box.y1))
            return f"{self.kind}@{self.page}:{edges}"
        return f"{self.kind}:{self.first}-{self.last}"


def mask_on(target: Target, kind: MaskClass) -> Mask:
    """Return a mask of what a person chose."""
    span = target.span
    if span is None:
        return Mask(kind, target.page, box=target.box)
    return Mask(kind, target.page, span.first, span.last)


@dataclass(frozen=True, slots=True)
class MaskedPage:
    """A page without what is masked on it. ``changed`` are the places of words that are masked as a whole or in part,
    ``boxes`` what is black on its image, ``hidden`` what stood there. ``removed`` are masks that a person took away.
    ``digests`` are of the masks of each class, those without any included."""

    page: Page
    words: Words
    changed: tuple[int, ...]
    boxes: tuple[Box, ...]
    masks: tuple[Mask, ...]
    removed: tuple[Mask, ...]
    hidden: tuple[str, ...]
    digests: Mapping[MaskClass, str]

    @property
    def digest(self) -> str:
        """The digest of all its masks."""
        return hashlib.sha256(json.dumps(sorted(self.digests.items())).encode()).hexdigest()[:16]

    @property
    def counts(self) -> Counter[MaskClass]:
        """How many of each class."""
        return Counter(mask.kind for mask in self.masks)


class MaskRules:
    """What is looked for: the ``classes`` chosen, and the names of the archive's list."""

    def __init__(self, classes: Collection[MaskClass], names: ListedNames) -> None:
        self.classes = frozenset(classes)
        self.names = names

    @property
    def has_chosen(self) -> bool:
        """Whether more is looked for than always is."""
        return bool(self.classes - ALWAYS)

    def places(self, text: str) -> list[MaskPlace]:
        """Return what is to be masked in a text."""
        return places(text, self.classes, self.names)

    def masked(self, text: str) -> str:
        """Return a text of the same length without what is to be masked."""
        return blackened(text, self.places(text))


PERSONAL_NUMBERS = MaskRules(ALWAYS, ListedNames(()))
"""What is masked where nobody chose anything."""


def blackened(text: str, found: Iterable[MaskPlace]) -> str:
    """Return a text with the mask in place of each letter and digit of what was found; of words of other classes than
    personal numbers, of each sign as well."""
    letters = list(text)
    for place in found:
        for at in range(place.begin, place.end):
            letter = letters[at]
            if letter.isalnum() or letter == "|" or (place.kind is not _KEPT_SIGNS and not letter.isspace()):
                letters[at] = MASK
    return "".join(letters)


class HiddenWords:
    """Words that are masked wherever they stand, in any case."""

    def __init__(self, words: Iterable[str]) -> None:
        hidden = sorted(filter(None, {*words}), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, hidden)), re.IGNORECASE) if hidden else None

    def masked(self, text: str) -> tuple[str, int]:
        """Return a text of the same length without them, and how often they stood there."""
        if self._pattern is None:
            return text, 0
        return self._pattern.subn(lambda found: re.sub(r"\S", MASK, found[0]), text)


@dataclass(frozen=True, slots=True)
class PageDecisions:
    """What persons said of the masks of a page: masks by their key, those that they ``added`` and took away."""

    added: Sequence[Mask] = ()
    removed: Sequence[Mask] = ()


def masked_page(page: Page, words: Words, rules: MaskRules | None, decided: PageDecisions, of: str) -> MaskedPage:
    """Return the page as it may be seen; as it is where there are no ``rules``. ``of`` names its document and reading,
    for its digests, one a class, which differ as soon as anything about its masks does."""
    if rules is None:
        return MaskedPage(page, words, (), (), (), (), (), {})
    starts = list(accumulate((len(text) + 1 for text in words.texts), initial=0))
    taken = {mask.name: mask for mask in decided.removed}
    added = {mask.name: mask for mask in decided.added}
    masks: dict[str, Mask] = {}
    removed: list[Mask] = []
    found: list[MaskPlace] = []
    for place in rules.places(" ".join(words.texts)):
        first, last = (bisect_right(starts, at) - 1 for at in (place.begin, place.end - 1))
        mask = Mask(place.kind, page.number, page.first_word + first, page.first_word + last)
        if mask.name in taken:
            removed.append(taken[mask.name])
        else:
            masks[mask.name] = added.get(mask.name, mask)
            found.append(place)
    for mask in added.values():
        if mask.name not in masks:
            masks[mask.name] = mask
            found += (MaskPlace(starts[at], starts[at + 1] - 1, mask.kind) for at in _covered(mask, page, words))
    text = " ".join(words.texts)
    texts = _parted(blackened(text, found), starts)
    changed = tuple(at for at, text in enumerate(texts) if text != words.texts[at])
    boxes = [box for at in changed if (box := words.box(at))] + [mask.box for mask in masks.values() if mask.box]
    shown = tuple(sorted(masks.values(), key=_in_order))
    hidden = {stood for place in found if len(stood := text[place.begin : place.end].strip(" .,;:()")) >= _TELLING}
    return MaskedPage(
        page,
        replace(words, texts=texts),
        changed,
        tuple(dict.fromkeys(boxes)),
        shown,
        tuple(removed),
        tuple(sorted(hidden)),
        {
            kind: _digest(of, page, kind, shown)
            for kind in {*rules.classes, MaskClass.OTHER, *(mask.kind for mask in shown)}
        },
    )


def _digest(of: str, page: Page, kind: MaskClass, masks: Iterable[Mask]) -> str:
    names = [mask.name for mask in masks if mask.kind is kind]
    return hashlib.sha256(json.dumps([of, page.number, names]).encode()).hexdigest()[:16]


def _parted(text: str, starts: Sequence[int]) -> tuple[str, ...]:
    return tuple(text[start : end - 1] for start, end in pairwise(starts))


def _covered(mask: Mask, page: Page, words: Words) -> Iterable[int]:
    """Return the places of the words of a page that a mask hides: its own, or those most of which lie in its box."""
    if mask.first is not None and mask.last is not None:
        return range(max(0, mask.first - page.first_word), min(len(words), mask.last - page.first_word + 1))
    return (at for at in range(len(words)) if mask.box and (box := words.box(at)) and hides(mask.box, box))


_TELLING = 5
"""Characters from which on what is masked is looked for in names and titles, too."""

_TOUCHED = 0.3
"""Share of a word's box inside a mask's from which on the word is hidden."""


def hides(mask: Box, word: Box) -> bool:
    """Return whether so much of a word lies in a mask that it must not be told."""
    across = min(mask.x1, word.x1) - max(mask.x0, word.x0)
    down = min(mask.y1, word.y1) - max(mask.y0, word.y0)
    whole = (word.x1 - word.x0) * (word.y1 - word.y0)
    return across > 0 and down > 0 and across * down >= _TOUCHED * whole


def _in_order(mask: Mask) -> tuple[float, float, str]:
    return (mask.first or 0, mask.box.y0 if mask.box else 0.0, mask.name)
