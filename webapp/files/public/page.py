"""What a public page shows of a story: its blocks in their order, the sources, and what it hides and leaves out."""

from __future__ import annotations

from dataclasses import dataclass

from archive.stories.publication import Clip
from webapp.pages.parts import Link

LABELLED = 120
"""Characters of a quotation by which it is called where it is embedded."""


@dataclass(frozen=True, slots=True)
class PublicQuote:
    """A quotation as it is shown. ``heading`` and ``link`` may be empty; ``missing`` says why no page is shown.
    ``said`` is what it proves of a number, ``name`` begins the names of its files."""

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
        """By what it is called where it is embedded."""
        return f"{self.words[:LABELLED]}…" if len(self.words) > LABELLED else self.words


@dataclass(frozen=True, slots=True)
class PublicNumber:
    """A number with what it is of, how it was counted, and the words behind it; ``more`` says what is not shown."""

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
    """An item as it is shown: ``kind`` says which of the others it has."""

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
    """A document with the places that are quoted from it, each a link within the page and one into the archive."""

    title: str
    language: str | None
    about: tuple[str, ...]
    link: str
    sha256: str
    places: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class PublicPage:
    """The whole page. ``base`` is where it will lie, empty if nobody said; ``image`` is the first clip."""

    title: str
    description: str
    made: str
    base: str
    blocks: tuple[PublicBlock, ...]
    sources: tuple[PublicSource, ...]
    notices: tuple[str, ...]
    quotes: tuple[PublicQuote, ...]
    image: Clip | None
