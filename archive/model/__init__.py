"""What an archive is made of: its data types and their rules. Nothing here reads or writes anything.

The types that nearly every module needs are names of this package; the others are imported from their modules.
"""

from archive.model.clauses import Clause, ClauseLevel
from archive.model.description import Description
from archive.model.documents import (
    KINDS,
    SHA256,
    Box,
    Document,
    Fact,
    FactStatus,
    Page,
    Reading,
    Span,
    TextSource,
    Vendor,
)
from archive.model.quality import Quality
from archive.model.words import Break, Words

__all__ = [
    "KINDS",
    "SHA256",
    "Box",
    "Break",
    "Clause",
    "ClauseLevel",
    "Description",
    "Document",
    "Fact",
    "FactStatus",
    "Page",
    "Quality",
    "Reading",
    "Span",
    "TextSource",
    "Vendor",
    "Words",
]
