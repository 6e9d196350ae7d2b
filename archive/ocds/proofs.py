"""Values with the page that proves them: the extension field ``dosije:evidence``.

Beside the fields of an object, it has for each of those that came off a page: the document and the page, the words
that stand there, the permalink, and who read them. OCDS lets a publisher add fields of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from archive.facts.evidence import EvidenceReader
from archive.model import Fact, FactStatus, Span
from archive.store.catalog import Catalog

EVIDENCE = "dosije:evidence"

FLAGS = ("check_failed", "words_differ", "sum_differs")
"""Details of a fact which say that something is wrong with what is printed."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses at which others read the archive: of a page with words marked, and of a document."""

    page: Callable[[Span, int], str]
    document: Callable[[str], str]


class Proofs:
    """Makes the evidence of facts, for one release. Pages that several facts share are read once."""

    def __init__(self, catalog: Catalog, links: Links) -> None:
        self.links = links
        self._reader = EvidenceReader(catalog)

    def of(self, document: str, fact: Fact) -> Json:
        """The evidence of a fact. A person's word may have no page; then it leads to the document."""
        proof: Json = {"document": document}
        if fact.span is None:
            proof["url"] = self.links.document(document)
        else:
            found = self._reader.of(fact.span)
            page = found.page.number
            proof |= {"page": page, "quote": found.quote, "url": self.links.page(fact.span, page)}
        proof["method"] = fact.method
        if fact.status is FactStatus.EXTRACTED:
            proof["confidence"] = fact.confidence
        else:
            proof["status"] = str(fact.status)
        return proof | {flag: fact.details[flag] for flag in FLAGS if flag in fact.details}


def proven(fields: Json, proofs: Json) -> Json:
    """An object with the evidence of its fields. What is unknown (None or empty) is left out, and never zero."""
    known = {name: value for name, value in fields.items() if value is not None and value not in ([], {})}
    evidence = {name: proof for name, proof in proofs.items() if name in known}
    return known | ({EVIDENCE: evidence} if evidence else {})


def moment(day: str | None, *, ends: bool = False) -> str | None:
    """A date as OCDS wants it, with a time of day, which papers do not tell: the first second of it or the last."""
    return None if day is None else f"{day}T{'23:59:59' if ends else '00:00:00'}Z"
