"""The masks of a page: those found by rules or added by persons, without those removed by persons."""

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
from archive.masking.listed_names import KnownNames, ListedNames
from archive.masking.persons import NOBODY
from archive.masking.places import OF_PERSONS, MaskPlace, places
from archive.model import Box, Page, Words
from archive.model.annotations import Target
from archive.text.personal_numbers import MASK

_KEPT_SIGNS = MaskClass.PERSONAL_NUMBER
"""The class for which separators between digits stay visible."""


@dataclass(frozen=True, slots=True)
class Mask:
    """A mask on words ``first`` to ``last`` of a reading, or on a ``box`` of a page image. ``by`` and ``at`` are of the
    person's last decision on it; None if there is none."""

    kind: MaskClass
    page: int
    first: int | None = None
    last: int | None = None
    box: Box | None = None
    by: str | None = None
    at: datetime | None = None

    @property
    def name(self) -> str:
        """Its name among the masks of a reading, for forms and the command line: class and place."""
        if self.box is not None:
            edges = ",".join(f"{edge:.4f}" for edge in (self.box.x0, self.box.y0, self.box.x1, self.box.y1))
            return f"{self.kind}@{self.page}:{edges}"
        return f"{self.kind}:{self.first}-{self.last}"


def mask_on(target: Target, kind: MaskClass) -> Mask:
    """Build a mask from a person's target."""
    span = target.span
    if span is None:
        return Mask(kind, target.page, box=target.box)
    return Mask(kind, target.page, span.first, span.last)


@dataclass(frozen=True, slots=True)
class MaskedPage:
    """A page with its masks applied. ``changed`` are the indices of words that are wholly or partly masked, ``boxes``
    the blackened areas of its image, ``hidden`` the masked texts. ``removed`` are masks that a person removed.
    ``digests`` are of the masks of each class, including empty ones."""

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
        """The number of masks of each class."""
        return Counter(mask.kind for mask in self.masks)


class MaskRules:
    """Rules for finding masks: the selected ``classes``, and the listed names."""

    def __init__(self, classes: Collection[MaskClass], names: ListedNames) -> None:
        self.classes = frozenset(classes)
        self.names = names

    @property
    def has_chosen(self) -> bool:
        """Whether optional classes are selected."""
        return bool(self.classes - ALWAYS)

    @property
    def need_names(self) -> bool:
        """Whether masks depend on the names of persons on other pages of the document."""
        return not self.classes.isdisjoint(OF_PERSONS)

    def places(self, text: str, elsewhere: KnownNames = NOBODY) -> list[MaskPlace]:
        """Return the places to mask in a text of a document, whose other pages make names ``elsewhere`` known."""
        return places(text, self.classes, self.names, elsewhere)

    def masked(self, text: str, elsewhere: KnownNames = NOBODY) -> str:
        """Mask a text, keeping its length."""
        return blackened(text, self.places(text, elsewhere))


PERSONAL_NUMBERS = MaskRules(ALWAYS, ListedNames(()))
"""The default rules."""


def blackened(text: str, found: Iterable[MaskPlace]) -> str:
    """Replace each letter and digit of the found places by the mask; for classes other than personal numbers, other
    signs as well."""
    letters = list(text)
    for place in found:
        for at in range(place.begin, place.end):
            letter = letters[at]
            if letter.isalnum() or letter == "|" or (place.kind is not _KEPT_SIGNS and not letter.isspace()):
                letters[at] = MASK
    return "".join(letters)


class HiddenWords:
    """Words that are masked wherever they occur, in any case."""

    def __init__(self, words: Iterable[str]) -> None:
        hidden = sorted(filter(None, {*words}), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, hidden)), re.IGNORECASE) if hidden else None

    def masked(self, text: str) -> tuple[str, int]:
        """Mask them in a text, keeping its length; returns the number of occurrences."""
        if self._pattern is None:
            return text, 0
        return self._pattern.subn(lambda found: re.sub(r"\S", MASK, found[0]), text)


@dataclass(frozen=True, slots=True)
class PageDecisions:
    """Decisions on the masks of a page: ``added`` and removed masks, by key."""

    added: Sequence[Mask] = ()
    removed: Sequence[Mask] = ()


def masked_page(
    page: Page, words: Words, rules: MaskRules | None, decided: PageDecisions, of: str, names: KnownNames = NOBODY
) -> MaskedPage:
    """Apply the masks to a page; unchanged without ``rules``. ``of`` identifies document and reading for the digests,
    one per class, which change with any of its masks. ``names`` are those that all pages of the reading make known."""
    if rules is None:
        return MaskedPage(page, words, (), (), (), (), (), {})
    starts = list(accumulate((len(text) + 1 for text in words.texts), initial=0))
    taken = {mask.name: mask for mask in decided.removed}
    added = {mask.name: mask for mask in decided.added}
    masks: dict[str, Mask] = {}
    removed: list[Mask] = []
    found: list[MaskPlace] = []
    for place in rules.places(" ".join(words.texts), names):
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
    hidden = {
        stood for place in found if len(stood := text[place.begin : place.end].strip(" .,;:()")) >= _FEWEST_CHARACTERS
    }
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
    """Return the indices of the words of a page that a mask covers: its own, or those with a sufficient part of their
    box in its box."""
    if mask.first is not None and mask.last is not None:
        return range(max(0, mask.first - page.first_word), min(len(words), mask.last - page.first_word + 1))
    return (at for at in range(len(words)) if mask.box and (box := words.box(at)) and hides(mask.box, box))


_FEWEST_CHARACTERS = 5
"""Fewest characters of a masked text that is also searched for in names and titles."""

_LEAST_OVERLAP = 0.3
"""Share of a word's box inside a mask's box from which the word is masked."""


def hides(mask: Box, word: Box) -> bool:
    """Return whether enough of a word's box is inside a mask."""
    across = min(mask.x1, word.x1) - max(mask.x0, word.x0)
    down = min(mask.y1, word.y1) - max(mask.y0, word.y0)
    whole = (word.x1 - word.x0) * (word.y1 - word.y0)
    return across > 0 and down > 0 and across * down >= _LEAST_OVERLAP * whole


def _in_order(mask: Mask) -> tuple[float, float, str]:
    return (mask.first or 0, mask.box.y0 if mask.box else 0.0, mask.name)
