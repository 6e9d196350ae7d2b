"""What an archive is made of: its data types and their rules. Nothing here reads or writes anything.

The types that nearly every module needs are names of this package; the others are imported from their modules.
"""

from archive.model.clauses import Clause, ClauseLevel
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

__all__ = [
    "KINDS",
    "SHA256",
    "Box",
    "Clause",
    "ClauseLevel",
    "Document",
    "Fact",
    "FactStatus",
    "Page",
    "Reading",
    "Span",
    "TextSource",
    "Vendor",
]
