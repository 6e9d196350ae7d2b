"""An endpoint of the API: its path, its parameters and the schema of its response, declared in one place.

Parameters are validated by their own schemas, and unknown ones are refused, while pages ignore them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Response, jsonify, request

from archive.errors import UsageError
from archive.search.request import (
    AMOUNT_FILTERS,
    CLAUSE_FACETS,
    MAX_AMOUNT_DIGITS,
    MAX_QUERY_LENGTH,
    SORTS,
    SearchRequest,
    Unit,
    excluding,
)
from webapp.api.schema import Schema, choice
from webapp.room import checked_request

JSON = "application/json"

_WHOLE = re.compile(r"-?[0-9]{1,9}")

Value = str | int | tuple[str, ...]

Answer = TypeVar("Answer", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter. One with an ``array`` schema may be repeated."""

    name: str
    schema: Schema
    description: str
    required: bool = False

    def read(self, texts: list[str]) -> Value:
        """Return the value of a parameter in the query.

        :raises UsageError: it does not match the schema.
        """
        if self.schema["type"] == "array":
            return tuple(texts)
        if len(texts) > 1:
            raise UsageError(f"{self.name} is given {len(texts)} times.", "Give it once.")
        (text,) = texts
        if self.schema["type"] == "integer":
            return self._integer(text)
        if "enum" in self.schema and text not in self.schema["enum"]:
            raise UsageError(
                f"There is no {self.name} {text[:40]!r}.", f"Values are: {', '.join(self.schema['enum'])}."
            )
        if not self.schema.get("minLength", 0) <= len(text) <= self.schema.get("maxLength", len(text)):
            raise UsageError(f"{self.name} has {len(text):,} characters.", f"Allowed: {_bounds(self.schema)}.")
        return text

    def _integer(self, text: str) -> int:
        least, most = self.schema["minimum"], self.schema["maximum"]
        if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
            raise UsageError(f"{self.name} must be a whole number from {least:,} to {most:,}, not {text[:40]!r}.")
        return int(text)


@dataclass(frozen=True, slots=True)
class Asked:
    """The validated parameters of a request, with the defaults of their schemas."""

    values: Mapping[str, Value]

    def text(self, name: str) -> str:
        """Return a string; empty if it is missing."""
        value = self.values.get(name, "")
        assert isinstance(value, str)
        return value

    def maybe_text(self, name: str) -> str | None:
        """Return a string, None if it is empty or missing."""
        return self.text(name) or None

    def number(self, name: str) -> int:
        """Return a number with a default."""
        value = self.values[name]
        assert isinstance(value, int)
        return value

    def maybe_number(self, name: str) -> int | None:
        """Return a number, None if it is missing."""
        return self.number(name) if name in self.values else None

    def flag(self, name: str) -> bool:
        """Return whether a switch is on."""
        return self.text(name) == "1"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint. ``answer`` returns a value to be sent as JSON, or a response.

    ``path`` is a Flask rule below ``/api/v1``, ``name`` the name of the Flask endpoint. ``body`` is the schema of the
    request body, if there is one, ``body_type`` its media type. ``statuses`` are those of errors beside 400 and 500.
    """

    name: str
    path: str
    summary: str
    answer: Callable[..., Any]
    schema: Schema
    parameters: tuple[Parameter, ...] = ()
    statuses: tuple[int, ...] = ()
    media_type: str = JSON
    body: Schema | None = None
    body_type: str = JSON

    @property
    def method(self) -> str:
        """The HTTP method."""
        return "GET" if self.body is None else "POST"

    @property
    def group(self) -> str:
        """The resource: the first segment of the path."""
        return self.path.split("/")[1]

    def __call__(self, **of_path: Any) -> Response:
        """Return the response to the current request, as a Flask view."""
        value = self.answer(self.read(), **of_path)
        return value if isinstance(value, Response) else jsonify(value)

    def read(self) -> Asked:
        """Return the parameters of the current request.

        :raises UsageError: one is unknown, invalid or missing.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in request.args:
            if name not in known:
                listed = ", ".join(sorted(known)) or "none"
                raise UsageError(f"There is no parameter {name[:40]!r}.", f"Parameters are: {listed}.")
        values: dict[str, Value] = {}
        for name, parameter in known.items():
            if name in request.args:
                values[name] = parameter.read(request.args.getlist(name))
            elif parameter.required:
                raise UsageError(f"{name} is missing.", f"{name}: {parameter.description}")
            elif "default" in parameter.schema:
                values[name] = parameter.schema["default"]
        return Asked(values)


class Endpoints(list[Endpoint]):
    """A part of the table of endpoints, in order of declaration."""

    def answered(
        self, path: str, summary: str, schema: Schema, *more: Any, name: str = "", **body: Any
    ) -> Callable[[Answer], Answer]:
        """Declare a function as an endpoint, by default with its own name.

        ``more`` and ``body`` are parameters and further fields of :class:`Endpoint`.
        """

        def declare(answer: Answer) -> Answer:
            self.append(Endpoint(name or answer.__name__, path, summary, answer, schema, *more, **body))
            return answer

        return declare


def _bounds(schema: Schema) -> str:
    return f"{schema.get('minLength', 0):,} to {schema['maxLength']:,}" if "maxLength" in schema else "at least 1"


FARTHEST = 9_999_999
"""The largest page, reading or offset that can be requested."""

LONGEST = 400
"""Maximum length of a name, an id or an address."""

_AMOUNTS = ("An amount of at least this is printed, in whatever currency.", "One of at most this is.")

SWITCH: Schema = {"type": "string", "enum": ["0", "1"], "default": "0"}


def counted(name: str, described: str, least: int = 1, most: int = FARTHEST, default: int | None = None) -> Parameter:
    """Return an integer parameter."""
    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Parameter(name, schema if default is None else {**schema, "default": default}, described)


def named(name: str, described: str, longest: int = LONGEST, *, required: bool = False) -> Parameter:
    """Return a string parameter; a required one must not be empty."""
    schema = {"type": "string", "maxLength": longest}
    return Parameter(name, {**schema, "minLength": 1} if required else schema, described, required)


QUERY = named("q", "The query, as typed in the search box.", MAX_QUERY_LENGTH)
READING = counted("reading", "The number of a reading; the newest if it is left out.")
OFFSET = counted("offset", "How many to pass over.", 0, default=0)
VENDOR = named("vendor", "A vendor by its id, a number or a name.")

FILTERS = (
    *(
        Parameter(name, {"type": "array", "items": {"type": "string"}}, described.format(facet))
        for described, facet, name in (
            *(("Only with this {}; may be repeated.", facet, facet) for facet in CLAUSE_FACETS),
            *(("Nothing with this {}; may be repeated.", facet, excluding(facet)) for facet in CLAUSE_FACETS),
        )
    ),
    *(
        Parameter(name, {"type": "string", "pattern": f"^[0-9]{{0,{MAX_AMOUNT_DIGITS}}}$"}, described)
        for name, described in zip(AMOUNT_FILTERS, _AMOUNTS, strict=True)
    ),
)
OF_STORY = named("story", "Only the papers of this story: its id, the beginning of it, or its title.", 200)
DOCUMENT_FILTERS = tuple(parameter for parameter in FILTERS if not parameter.name.endswith("topic"))
SWITCHES = (
    Parameter("exact", SWITCH, "1: words stand as typed, without their inflected forms."),
    Parameter("look_alikes", SWITCH, "1: also words that OCR may have made of those asked for."),
)
UNIT = Parameter("unit", {**choice(Unit), "default": str(Unit.DOCUMENTS)}, "What is found and counted.")
SORT = Parameter("sort", {**choice(SORTS), "default": SORTS[0]}, "The order of what is found.")
SEARCH = (QUERY, UNIT, *FILTERS, OF_STORY, *SWITCHES)
"""The parameters of a query, without order and pagination. ``topic`` is for clauses only."""


def search_request(asked: Asked, limit: int, offset: int = 0) -> SearchRequest:
    """Return the request for ``limit`` results from ``offset`` on.

    :raises archive.errors.UsageError: the combination is invalid, or a filter value does not exist.
    """
    unit = Unit(asked.text("unit") or Unit.DOCUMENTS)
    filters = {name: values for name in Unit.CLAUSES.filters if (values := _values(asked, name))}
    request = SearchRequest(
        asked.text("q").strip(),
        filters,
        asked.text("sort") or "relevance",
        limit=limit,
        offset=offset,
        exact=asked.flag("exact"),
        look_alikes=asked.flag("look_alikes"),
        unit=unit,
    )
    return checked_request(request)


def _values(asked: Asked, name: str) -> tuple[str, ...]:
    """Return the chosen values of a filter; empty ones, which forms send, are ignored."""
    value = asked.values.get(name, ())
    values = (value,) if isinstance(value, str) else value
    assert isinstance(values, tuple)
    return tuple(dict.fromkeys(filter(None, values)))
