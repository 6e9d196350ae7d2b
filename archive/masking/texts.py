"""Masking of texts in exported tables and records of many documents.

Such a table is not reviewed place by place. So at least what is masked on pages is masked: matches of the selected
classes, and words that a person masked in any document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from copy import copy
from pathlib import Path
from typing import Protocol

from archive.config import Settings
from archive.masking.classes import ALWAYS, MaskClass, classes_named, told
from archive.masking.decisions import added_words, record_export
from archive.masking.document_names import names_of
from archive.masking.listed_names import KnownNames, ListedNames
from archive.masking.masks import HiddenWords, MaskRules, blackened
from archive.masking.persons import NOBODY
from archive.store.catalog import Catalog


class MaskedArchive(Protocol):
    """The parts of an archive (:class:`archive.archive.Archive`) that masking needs."""

    @property
    def home(self) -> Path:
        """Its folder."""

    @property
    def settings(self) -> Settings:
        """Its settings."""

    @property
    def catalog(self) -> Catalog:
        """Its catalog."""


def classes_for(archive: MaskedArchive, asked: str = "") -> frozenset[MaskClass]:
    """Return the classes to mask: the requested ones, and those of the settings, which cannot be switched off.

    :raises archive.errors.UsageError: there is no such class.
    """
    chosen = classes_named(asked) | classes_named(archive.settings.text("mask_classes"))
    return chosen if archive.settings.number("mask_personal_numbers") else chosen - ALWAYS


def rules_for(archive: MaskedArchive, classes: Collection[MaskClass]) -> MaskRules:
    """Return the rules of these classes, with the archive's listed names."""
    return MaskRules(classes, ListedNames.of(archive.home))


def page_rules(archive: MaskedArchive, asked: str = "") -> MaskRules:
    """Return the rules for pages: the classes of :func:`classes_for`, and always personal numbers.

    :raises archive.errors.UsageError: there is no such class.
    """
    return rules_for(archive, ALWAYS | classes_for(archive, asked))


class TextMask:
    """Masks texts, and counts the masks."""

    def __init__(self, archive: MaskedArchive, classes: Collection[MaskClass]) -> None:
        self.counts = Counter[MaskClass]()
        self._archive = archive
        self._rules = rules_for(archive, classes)
        self._added = HiddenWords(added_words(archive.catalog) if self._rules.has_chosen else ())
        self._names = NOBODY

    def of(self, documents: Iterable[str]) -> TextMask:
        """Return the mask for texts of these documents, by id, with the same counts: it knows the names that any of
        their pages makes known. Others than documents of the archive are ignored."""
        if not self._rules.need_names:
            return self
        catalog, made = self._archive.catalog, copy(self)
        known = [names_of(catalog, catalog.readings.get(one)) for one in documents if catalog.documents.has(one)]
        made._names = KnownNames.of_all([self._names, *known])
        return made

    def __call__(self, text: str) -> str:
        found = self._rules.places(text, self._names)
        self.counts.update(place.kind for place in found)
        text, count = self._added.masked(blackened(text, found))
        self.counts += Counter({MaskClass.OTHER: count})
        return text

    def record(self, what: str) -> Iterator[str]:
        """Record the masks in the event log; yields messages for the requester."""
        if self._rules.has_chosen:
            record_export(self._archive.catalog, what, self.counts, self._rules.classes)
            yield f"Masked: {told(self.counts)}. Nobody looked at each of these places: read the file before it leaves."


def text_mask(archive: MaskedArchive, asked: str = "") -> TextMask | None:
    """Return the mask for the texts of an export; None if neither settings nor request require one."""
    classes = classes_for(archive, asked)
    return TextMask(archive, classes) if classes else None
