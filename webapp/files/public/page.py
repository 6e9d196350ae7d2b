"""The content of a public page of a story: its blocks, sources and notices."""

from __future__ import annotations

from dataclasses import dataclass

from archive.stories.publication import Clip
from webapp.pages.parts import Link

LABELLED = 120
"""Maximum length of the label of an embedded quotation."""


@dataclass(frozen=True, slots=True)
class PublicQuote:
    """A quotation as shown.

    ``heading`` and ``link`` may be empty; ``missing`` says why no page image is shown; ``said`` is what it proves about
    a number; ``name`` is the prefix of its file names.
    """

    name: str
    words: str
    heading: str
    language: str | None
    source: str
    link: str
    clips: tuple[tuple[Clip, str], ...]
    missing: str | None
    is_page: bool
    said: str = ""

    @property
    def label(self) -> str:
        """Its label where it is embedded."""
        return f"{self.words[:LABELLED]}…" if len(self.words) > LABELLED else self.words


@dataclass(frozen=True, slots=True)
class PublicNumber:
    """A number with its meaning, how it was counted, and its quotations; ``more`` says what is not shown."""

    value: str
    label: str
    finding: str
    told: tuple[str, ...]
    cannot: tuple[str, ...]
    quotes: tuple[PublicQuote, ...]
    more: str | None
    link: str


@dataclass(frozen=True, slots=True)
class PublicBlock:
    """An item as shown; ``kind`` says which of the other fields it has."""

    kind: str
    text: str = ""
    paragraphs: tuple[str, ...] = ()
    quote: PublicQuote | None = None
    number: PublicNumber | None = None
    link: Link | None = None
    language: str | None = None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicSource:
    """A document with its quoted places: each has a label, a link within the page, and one into the archive."""

    title: str
    language: str | None
    about: tuple[str, ...]
    link: str
    sha256: str
    places: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class PublicPage:
    """The whole page. ``base`` is its future URL, empty if unknown; ``image`` is the first clip."""

    title: str
    description: str
    made: str
    base: str
    blocks: tuple[PublicBlock, ...]
    sources: tuple[PublicSource, ...]
    notices: tuple[str, ...]
    quotes: tuple[PublicQuote, ...]
    image: Clip | None
