"""Builders for JSON Schema (draft 2020-12, the dialect of OpenAPI 3.1).

Objects are closed: every field is listed and required, so a field that is missing from its schema fails the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from archive.serialization import PropertyNames

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}
TRUTH: Schema = {"type": "boolean"}

MOMENT: Schema = {"type": "string", "format": "date-time"}
_SIMPLE: Mapping[type, Schema] = {
    str: TEXT, int: WHOLE, float: NUMBER, bool: TRUTH, datetime: MOMENT, NoneType: {"type": "null"}
}  # fmt: skip


def record(described: str = "", **of: Schema) -> Schema:
    """Return the schema of an object with exactly these fields."""
    closed: Schema = {"type": "object", "properties": of, "required": list(of), "additionalProperties": False}
    return {"description": described, **closed} if described else closed


def listed(schema: Schema, described: str = "") -> Schema:
    """Return the schema of a list of such values."""
    return {"type": "array", "items": schema, **({"description": described} if described else {})}


def named(schema: Schema) -> Schema:
    """Return the schema of an object with such a value for each name."""
    return {"type": "object", "additionalProperties": schema}


def maybe(schema: Schema) -> Schema:
    """Return the schema of such a value or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def choice(values: type[StrEnum] | tuple[str, ...]) -> Schema:
    """Return the schema of one of these strings."""
    return {"type": "string", "enum": [str(value) for value in values]}


def of(kind: Any) -> Schema:
    """Return the schema of an answer (:mod:`archive.serialization`) or another JSON type.

    Supported are strings, numbers, booleans, enums, tuples, mappings, and dataclasses of them.

    :raises TypeError: it contains another type.
    """
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return choice(kind)
    if is_dataclass(kind):
        hints = get_type_hints(kind, include_extras=True)
        names = [field.name for field in fields(kind)]
        first = getattr(kind, "order", ())
        order = (*first, *(name for name in names if name not in first))
        return record(getattr(kind, "described", ""), **{name: of(hints[name]) for name in order})
    return _generic(kind, get_origin(kind), get_args(kind))


def _generic(kind: Any, origin: Any, inner: tuple[Any, ...]) -> Schema:
    if origin is Annotated:
        return _noted(inner[0], inner[1:])
    if origin is Literal:
        return choice(inner)
    if origin in (UnionType, Union):
        return {"anyOf": [of(each) for each in inner]}
    if origin is tuple and inner[1:] == (...,):
        return listed(of(inner[0]))
    if isinstance(origin, type) and issubclass(origin, Mapping) and inner[0] is str:
        return named(of(inner[1]))
    raise TypeError(f"{kind} has no JSON Schema here")


def _noted(kind: Any, notes: tuple[Any, ...]) -> Schema:
    """Return the schema of an annotated type."""
    said: dict[str, Any] = {}
    for note in notes:
        if isinstance(note, Mapping):
            said |= note
    if "type" in said:
        return said
    for note in notes:
        if isinstance(note, PropertyNames):
            values = dict.fromkeys(note.names, of(get_args(kind)[1]))
            if note.required:
                return record(said["description"], **values)
            return {"type": "object", **said, "properties": values, "additionalProperties": False}
    return {**of(kind), **said}
