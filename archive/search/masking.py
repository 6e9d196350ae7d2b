"""Results and values that leave the archive, without what a mask hides: personal numbers, and what else was chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from archive.model.documents import SHA256
from archive.search.lists import LineResult
from archive.search.results import Hit, SearchResults
from archive.text.personal_numbers import masked, masked_description

Masking = Callable[[str], str]
"""Gives a text of the same length without what must not be seen."""

_ADDRESS = "http"
"""How an address begins. The digits in one are of a SHA-256, and it has to lead somewhere."""


def masked_lines(results: Iterable[LineResult], mask: Masking | None) -> Iterator[LineResult]:
    """Yield the answers to a list, without what ``mask`` hides of what was found. The lines are the asker's own."""
    for result in results:
        if mask:
            hits, partly = (tuple(_masked_hit(hit, mask) for hit in found) for found in (result.hits, result.partly))
            result = replace(result, hits=hits, partly=partly)  # noqa: PLW2901 - it is the same one, masked
        yield result


def masked_value(value: Any, mask: Masking | None = masked) -> Any:
    """Return a text, or a JSON value, without what ``mask`` hides in its texts; ids and addresses stay as they are."""
    if mask is None:
        return value
    if isinstance(value, str):
        return value if value.startswith(_ADDRESS) or SHA256.fullmatch(value) else mask(value)
    if isinstance(value, dict):
        return {name: masked_value(part, mask) for name, part in value.items()}
    return [masked_value(part, mask) for part in value] if isinstance(value, list) else value


def masked_results(pieces: Iterable[SearchResults], mask: Masking | None) -> Iterator[SearchResults]:
    """Yield results without what ``mask`` hides in what documents and their files say: names, headings and snippets,
    too."""
    for results in pieces:
        yield replace(results, hits=tuple(_masked_hit(hit, mask) for hit in results.hits)) if mask else results


def _masked_hit(hit: Hit, mask: Masking) -> Hit:
    pages = (replace(page, snippet=replace(page.snippet, text=mask(page.snippet.text))) for page in hit.pages)
    shown = replace(hit, description=masked_description(hit.description, mask), pages=tuple(pages))
    if shown.clause and shown.clause.heading:
        return replace(shown, clause=replace(shown.clause, heading=mask(shown.clause.heading)))
    return shown
