"""The data types of the archive and their rules. Nothing here does input or output.

The types that nearly every module needs are exported by this package; others are imported from their modules.
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
