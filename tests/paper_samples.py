"""Fictitious documents of procedures with the few facts that link them."""

from __future__ import annotations

from hashlib import sha256

from archive.model import Fact, Span
from archive.model.description import Description
from archive.procedures.papers import PROCUREMENT, Paper, paper_of

TOWN = "Opština Bečej"


def document_id(name: str) -> str:
    """Return the id of the document with this name."""
    return sha256(name.encode()).hexdigest()


def paper(
    name: str,
    kind: str | None,
    number: str | None = None,
    date: str | None = None,
    *,
    role: str = PROCUREMENT,
    cited: tuple[tuple[str, str], ...] = (),
    buyer: str | None = TOWN,
    municipality: str | None = "Bečej",
    more: tuple[Fact, ...] = (),
) -> Paper:
    """Return a document with this name. ``cited`` are the other numbers in it, each with its role."""
    id_ = document_id(name)
    numbers = [("reference", number, role)] if number else []
    numbers += [("related", value, its_role) for value, its_role in cited]
    facts = [
        Fact(field, value, Span(id_, 1, at, at), f"{field}.test", 0.9, details={"role": its_role})
        for at, (field, value, its_role) in enumerate(numbers)
    ]
    known = Description(
        id=id_,
        filename=f"{name}.pdf",
        collection="main",
        title=name,
        kind=kind,
        language="sr-Latn",
        municipality=municipality,
        buyer=buyer,
        vendors=(),
        year=int(date[:4]) if date else None,
        date=date,
        reference=number,
        quality=None,
        page_count=1,
    )
    return paper_of(known, [*facts, *more])


def fact(name: str, field: str, value: str, **details: str) -> Fact:
    """Return a fact of the document with this name."""
    return Fact(field, value, Span(document_id(name), 1, 0, 0), f"{field}.test", 0.9, details=details)
