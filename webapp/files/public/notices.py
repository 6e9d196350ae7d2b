"""What a public page says of itself: what is masked on it, and what was left out and why."""

from __future__ import annotations

from collections.abc import Iterator

from archive.masking.classes import in_order
from archive.stories.publication import Publication
from webapp.languages.translation import gettext, number, plural
from webapp.pages.masks import KINDS


def notices(shown: Publication, without_clip: int) -> Iterator[str]:
    """Yield what the page of a publication hides and leaves out. ``without_clip`` are quotations without a cut of a
    page."""
    yield _masked(shown)
    yield gettext("The documents themselves are left out: this page has cuts of their pages.")
    if shown.lost:
        yield plural(
            "%(count)s item is left out: what it showed is not in the archive any more.",
            "%(count)s items are left out: what they showed is not in the archive any more.",
            shown.lost,
        )
    if without_clip:
        yield plural(
            "%(count)s quotation has no cut: its document has no pages, or its page cannot be drawn.",
            "%(count)s quotations have no cut: their documents have no pages, or their pages cannot be drawn.",
            without_clip,
        )
    if not shown.is_open:
        yield gettext("The archive is on no public address, so that sources are named and not linked.")


def _masked(shown: Publication) -> str:
    if not shown.classes:
        return gettext("Nothing is masked.")
    looked = ", ".join(gettext(KINDS[kind]) for kind in in_order(shown.classes))
    counts = shown.counts
    if not counts.total():
        return gettext("Looked for, to be masked: %(classes)s. Nothing was found.", classes=looked)
    told = ", ".join(f"{gettext(KINDS[kind])}: {number(counts[kind])}" for kind in in_order(counts) if counts[kind])
    return gettext(
        "Looked for and masked, on the pages that are cited and in the text: %(classes)s. Found: %(counts)s.",
        classes=looked,
        counts=told,
    )
