"""Results and values that leave the archive, without what a mask hides: personal numbers, and what else was chosen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Protocol, runtime_checkable

from archive.model.documents import SHA256
from archive.search.lists import LineResult
from archive.search.results import Hit, SearchResults
from archive.text.personal_numbers import masked, masked_description

Masking = Callable[[str], str]
"""Gives a text of the same length without what must not be seen."""


@runtime_checkable
class KnowingMask(Protocol):
    """A mask that can learn the names of persons which the pages of documents make known."""

    def __call__(self, text: str) -> str:
        """Mask a text."""

    def of(self, documents: Iterable[str]) -> Masking:
        """Return the mask for texts of these documents, by id; others than documents are ignored."""


_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def beside(mask: Masking, values: Iterable[Any]) -> Masking:
    """Return the mask for texts beside ids or addresses of documents: whoever is named in full on one page is known in
    words of another."""
    if not isinstance(mask, KnowingMask):
        return mask
    ids = dict.fromkeys(id_ for value in values if isinstance(value, str) for id_ in _ID.findall(value))
    return mask.of(ids) if ids else mask


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
    """Return a text, or a JSON value, without what ``mask`` hides in its texts; ids and addresses stay as they are,
    and what stands beside one of a document is of that document."""
    if mask is None:
        return value
    if isinstance(value, str):
        return value if value.startswith(_ADDRESS) or SHA256.fullmatch(value) else mask(value)
    if isinstance(value, dict):
        mask = beside(mask, value.values())
        return {name: masked_value(part, mask) for name, part in value.items()}
    if isinstance(value, list):
        mask = beside(mask, value)
        return [masked_value(part, mask) for part in value]
    return value


def masked_record(value: Any, mask: Masking | None) -> Any:
    """:func:`masked_value` for a value whose texts are of all documents that it names anywhere."""
    return masked_value(value, mask and beside(mask, [json.dumps(value)]))


def masked_results(pieces: Iterable[SearchResults], mask: Masking | None) -> Iterator[SearchResults]:
    """Yield results without what ``mask`` hides in what documents and their files say: names, headings and snippets,
    too."""
    for results in pieces:
        yield replace(results, hits=tuple(_masked_hit(hit, mask) for hit in results.hits)) if mask else results


def _masked_hit(hit: Hit, mask: Masking) -> Hit:
    mask = beside(mask, [hit.id])
    pages = (replace(page, snippet=replace(page.snippet, text=mask(page.snippet.text))) for page in hit.pages)
    shown = replace(hit, description=masked_description(hit.description, mask), pages=tuple(pages))
    if shown.clause and shown.clause.heading:
        return replace(shown, clause=replace(shown.clause, heading=mask(shown.clause.heading)))
    return shown
