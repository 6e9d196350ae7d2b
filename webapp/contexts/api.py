"""What the page of the API shows."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """A parameter: its name, what it may be, and what it is for."""

    name: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class EndpointCard:
    """An endpoint. ``answer`` is the schema of its answer as JSON; ``example`` an address to try, if it needs none of
    the archive's ids."""

    name: str
    title: str
    method: str
    path: str
    text: str
    parameters: tuple[ParameterRow, ...]
    answer: str
    example: str | None


@dataclass(frozen=True, slots=True)
class ApiContext:
    """The page of the API."""

    state: SearchState
    endpoints: tuple[EndpointCard, ...]
