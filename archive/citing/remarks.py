"""What is said of a quotation that stands in the archive: how the citer altered it, and what to beware of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from archive.errors import Message


class Kind(StrEnum):
    """What a remark is about."""

    OMISSION = "omission"
    FIRST_LETTER = "first letter"
    BRACKETED_LETTER = "bracketed letter"
    INSERTION = "insertion"
    SIC = "sic"
    MARKS = "quotation marks"
    DASHES = "dashes"
    HYPHEN = "hyphen"
    EDGES = "edges"
    SPACING = "spacing"
    SCRIPT = "script"
    CHARACTERS = "characters"
    PART = "part"
    SOURCE = "source"
    RUNNING = "running lines"
    OUTSIDE = "outside"
    LEFT_OUT = "left out"
    INSERTED = "inserted"
    CUT = "cut"


SAID: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.OMISSION: "The quotation leaves out: “%(archived)s”.",
        Kind.FIRST_LETTER: "The quotation begins with “%(cited)s”; the archive has “%(archived)s”.",
        Kind.BRACKETED_LETTER: "The citer changed a letter, in brackets; the archive has “%(archived)s”.",
        Kind.INSERTION: "Inserted by the citer: “%(cited)s”.",
        Kind.SIC: "The citer added “%(cited)s”.",
        Kind.MARKS: "The archive has other quotation marks: “%(archived)s”.",
        Kind.DASHES: "The archive has other dashes: “%(archived)s”.",
        Kind.HYPHEN: "A word is hyphenated otherwise: the quotation has “%(cited)s”, the archive “%(archived)s”.",
        Kind.EDGES: "Other punctuation stands at an edge: the quotation has “%(cited)s”, the archive “%(archived)s”.",
        Kind.SPACING: "Spaces stand elsewhere beside punctuation; the archive has “%(archived)s”.",
        Kind.SCRIPT: "The archive has it in the other script: “%(archived)s”.",
        Kind.CHARACTERS: "The same letters are written with other characters; the archive has “%(archived)s”.",
        Kind.PART: "The permalink leads to more words than are quoted.",
        Kind.SOURCE: "The citer put a source behind it: “%(cited)s”.",
        Kind.RUNNING: "The quotation has running heads or feet of the pages in it: “%(cited)s”.",
        Kind.OUTSIDE: "Words just outside of the quotation may deny or condition it: “%(archived)s”.",
        Kind.LEFT_OUT: "Words that the quotation leaves out may deny or condition it: “%(archived)s”.",
        Kind.INSERTED: "Words that the citer inserted may deny or condition it: “%(cited)s”.",
        Kind.CUT: "The quotation may cut a number or its sign: the archive has “%(archived)s”.",
    }
)
"""The sentence for each kind. ``cited`` are words of the quotation, ``archived`` words of the archive."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One alteration, or one warning."""

    kind: Kind
    cited: str = ""
    archived: str = ""

    @property
    def text(self) -> str:
        """The remark in a sentence."""
        return Message(SAID[self.kind], cited=self.cited, archived=self.archived)
