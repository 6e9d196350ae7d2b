"""Personal numbers (JMBG) in results and values that leave the archive: masked unless the settings say otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from archive.config import Settings
from archive.model.documents import SHA256
from archive.search.lists import LineResult
from archive.search.results import Hit, SearchResults
from archive.text.personal_numbers import masked, masked_description

_ADDRESS = "http"
"""How an address begins. The digits in one are of a SHA-256, and it has to lead somewhere."""


def masks(settings: Settings) -> bool:
    """Whether the settings want them masked."""
    return bool(settings.number("mask_personal_numbers"))


def masked_lines(results: Iterable[LineResult], settings: Settings) -> Iterator[LineResult]:
    """The answers to a list, if the settings say so without the personal numbers in what was found. The lines are the
    asker's own."""
    for result in results:
        if masks(settings):
            hits, partly = (tuple(map(_masked_hit, found)) for found in (result.hits, result.partly))
            result = replace(result, hits=hits, partly=partly)  # noqa: PLW2901 - it is the same one, masked
        yield result


def masked_value(value: Any) -> Any:
    """A text, or a JSON value, without the personal numbers in its texts; ids and addresses stay as they are."""
    if isinstance(value, str):
        return value if value.startswith(_ADDRESS) or SHA256.fullmatch(value) else masked(value)
    if isinstance(value, dict):
        return {name: masked_value(part) for name, part in value.items()}
    return [*map(masked_value, value)] if isinstance(value, list) else value


def masked_results(pieces: Iterable[SearchResults]) -> tuple[SearchResults, ...]:
    """Results without the personal numbers in what documents and their files say: names, headings and snippets, too."""
    return tuple(replace(results, hits=tuple(map(_masked_hit, results.hits))) for results in pieces)


def _masked_hit(hit: Hit) -> Hit:
    pages = (replace(page, snippet=replace(page.snippet, text=masked(page.snippet.text))) for page in hit.pages)
    shown = replace(hit, description=masked_description(hit.description), pages=tuple(pages))
    if shown.clause and shown.clause.heading:
        return replace(shown, clause=replace(shown.clause, heading=masked(shown.clause.heading)))
    return shown
