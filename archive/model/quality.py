"""The reading quality of pages and documents.

The mean OCR confidence of a page predicts the share of correct words. Of 30 readings of born-digital pages, rendered
and degraded step by step, those with a mean of 90 or more had 94 to 99.8 % correct words, those between 80 and 90 had
79 to 94 %, and those below 80 at most 81 % (docs/measurements.md). So a page from 90 on may be searched and quoted, and
below 80 every fifth word or more is wrong. In the corpus, pages below 80 were half noise or had been read upside down.

A text layer has no confidence. It counts as good, or as fair if its note tells of a problem when it was read. The
page's ``reason`` does not affect its quality.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from archive.model.documents import Page, TextSource

GOOD_CONFIDENCE = 90.0
FAIR_CONFIDENCE = 80.0

GOOD_SHARE = 0.95
"""Least share, in words and in pages, of good pages of a good document."""

UNRELIABLE_SHARE = 0.2
"""Share of unreliable pages above which a document is unreliable: finding nothing in it proves nothing."""


class Quality(StrEnum):
    """The values of the facet."""

    GOOD = "good"
    FAIR = "fair"
    UNRELIABLE = "unreliable"


def page_quality(page: Page) -> Quality | None:
    """Return the quality of a page; None for a page that was read and has no words: a blank one, or a picture."""
    return grade(page.source, page.confidence, has_words=page.word_count > 0, is_flawed=page.note is not None)


def grade(source: TextSource, confidence: float | None, *, has_words: bool, is_flawed: bool) -> Quality | None:
    """Return the quality of pages with these properties. ``is_flawed``: there was a problem when they were read."""
    if source is TextSource.NONE:
        return Quality.UNRELIABLE
    if not has_words:
        return None
    if confidence is not None and confidence < FAIR_CONFIDENCE:
        return Quality.UNRELIABLE
    is_unsure = confidence < GOOD_CONFIDENCE if confidence is not None else source is TextSource.OCR
    return Quality.FAIR if is_unsure or is_flawed else Quality.GOOD


@dataclass(frozen=True, slots=True)
class Tally:
    """The number of pages, and of their words, of one quality in a document."""

    quality: Quality | None
    pages: int
    words: int


def document_quality(tallies: Iterable[Tally]) -> Quality | None:
    """Return the quality of a document, the worse of its qualities by words and by pages; None if it has no words.

    By words alone, unreadable pages, which have none, would not count; by pages alone, a poor cover sheet would count
    as much as a full page.
    """
    graded = [tally for tally in tallies if tally.quality is not None]
    pages = sum(tally.pages for tally in graded)
    words = sum(tally.words for tally in graded)

    def shares(quality: Quality) -> list[float]:
        of_quality = [tally for tally in graded if tally.quality is quality]
        by_pages = sum(tally.pages for tally in of_quality) / pages
        by_words = sum(tally.words for tally in of_quality) / words if words else by_pages
        return [by_pages, by_words]

    if not pages:
        return None
    if max(shares(Quality.UNRELIABLE)) > UNRELIABLE_SHARE:
        return Quality.UNRELIABLE
    return Quality.GOOD if min(shares(Quality.GOOD)) >= GOOD_SHARE else Quality.FAIR
