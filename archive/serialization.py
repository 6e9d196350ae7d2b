"""JSON serialization: a dataclass declares the fields of an answer, their types and their source attributes.

::

    class FileAnswer(JsonAnswer):
        \"\"\"A file, or something inside of a container.\"\"\"

        name: str
        inside: bool = attr("is_inside")
        id: Id | None = attr("document")

``serialize(FileAnswer, file)`` makes the JSON of a file, :func:`webapp.api.schema.of` the JSON Schema of the class,
which its docstring describes. An answer has exactly the fields of its class, in their order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, partial
from itertools import chain, islice
from operator import attrgetter
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Union, dataclass_transform, get_args, get_origin, get_type_hints

from archive.model import KINDS, Box, Span


class SchemaKeywords(dict[str, Any]):
    """Keywords of JSON Schema, in an annotation. With a ``type``, they are the whole schema."""

    __hash__ = object.__hash__  # type: ignore[assignment]


Timestamp = Annotated[datetime, SchemaKeywords(type="string", format="date-time")]
Id = Annotated[str, SchemaKeywords(type="string", pattern="^[0-9a-f]{64}$", description="SHA-256 of the original.")]
Share = Annotated[float, SchemaKeywords(type="number", minimum=0, maximum=1)]
DocumentKind = Annotated[str, SchemaKeywords(type="string", enum=list(KINDS))]
AnyRecord = Annotated[Mapping[str, Any], SchemaKeywords(type="object")]
WordSpan = Annotated[
    Span,
    SchemaKeywords(
        type="array",
        items={"type": "integer", "minimum": 0},
        minItems=2,
        maxItems=2,
        description="Numbers of the first and the last word, both included, counted from 0 through the document.",
    ),
]
Edges = Annotated[
    Box,
    SchemaKeywords(
        type="array",
        items={"type": "number", "minimum": 0, "maximum": 1},
        minItems=4,
        maxItems=4,
        description="x0, y0, x1, y1 as shares of the page, from its top left corner.",
    ),
]

PageRange = Annotated[
    tuple[int, ...], SchemaKeywords(description="The first and the last page.", minItems=2, maxItems=2)
]


def attr(source: str | Callable[[Any], Any]) -> Any:
    """Declare a field that is read from another attribute than that of its name, ``attr("span.reading")``, or computed
    by a function of the object. A path ends at the first None."""
    return field(metadata={"source": source})


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(attr,))
class JsonAnswer:
    """Base of the dataclasses that describe answers; the docstring of a class, or of its base, describes its schema.

    They are never instantiated, so no methods are generated: that takes most of the time of making a dataclass.
    """

    described: ClassVar[str] = ""
    order: ClassVar[tuple[str, ...]] = ()
    """Names of the fields that the schema lists first, where it has another order than the answer."""

    def __init_subclass__(cls) -> None:
        if cls.__doc__:
            cls.described = " ".join(cls.__doc__.split())
        cls.__doc__ = cls.described  # else the dataclass makes one
        dataclass(init=False, repr=False, eq=False)(cls)


@dataclass(frozen=True)
class PropertyNames:
    """In an annotation: the names that a mapping of an answer may have, or must have all of."""

    names: tuple[str, ...]
    required: bool = False


def rounded(digits: int) -> Callable[[float | None], float | None]:
    """Return the converter that rounds a number, for an annotation: ``Annotated[Share, rounded(2)]``."""
    return lambda number: None if number is None else round(number, digits)


def serialize(kind: Any, source: object, **given: object) -> dict[str, Any]:
    """Return ``source`` as the JSON of an answer.

    :param kind: the answer, or another dataclass.
    :param given: fields that do not come from the source. They are serialized, too; values that are JSON already are
        unchanged.
    """
    return {name: convert(given[name] if name in given else get(source)) for name, get, convert in _plan(kind)}


@cache
def _plan(kind: Any) -> tuple[tuple[str, Callable[[Any], Any], Callable[[Any], Any]], ...]:
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        (one.name, _getter(one.metadata.get("source", one.name)), _converter(hints[one.name])) for one in fields(kind)
    )


def _getter(source: str | Callable[[Any], Any]) -> Callable[[Any], Any]:
    if not isinstance(source, str):
        return source
    return partial(_follow, source.split(".")) if "." in source else attrgetter(source)


def _follow(path: list[str], value: Any) -> Any:
    for name in path:
        value = None if value is None else getattr(value, name)
    return value


def _converter(hint: Any) -> Callable[[Any], Any]:
    """Return the function that turns a value of this type into JSON."""
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if is_dataclass(hint):
        return lambda value: value if isinstance(value, Mapping) else serialize(hint, value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return str
    return _of_generic(get_origin(hint), get_args(hint))


def _of_generic(origin: Any, inner: tuple[Any, ...]) -> Callable[[Any], Any]:
    if origin is Annotated:
        return next((note for note in inner[1:] if callable(note)), _converter(inner[0]))
    if origin in (UnionType, Union):
        convert = _converter(next(each for each in inner if each is not NoneType))
        return lambda value: None if value is None else convert(value)
    if origin is tuple:
        return partial(_listed, _converter(inner[0]))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        convert = _converter(inner[1])
        return lambda value: {str(name): convert(one) for name, one in value.items()}
    return _unchanged


def _listed(convert: Callable[[Any], Any], values: Iterable[Any]) -> list[Any]:
    return [convert(value) for value in values]


def _unchanged(value: Any) -> Any:
    return value


class LazyList(list[Any]):
    """A list of JSON whose elements are made while it is written (:func:`json_pieces`); it can be iterated once."""

    def __init__(self, values: Iterable[Any]) -> None:
        super().__init__()
        self._values = iter(values)

    def __bool__(self) -> bool:
        first = list(islice(self._values, 1))
        self._values = chain(first, self._values)
        return bool(first)

    def __iter__(self) -> Iterator[Any]:
        return self._values


def json_pieces(value: object, *, indent: int | None = None) -> Iterator[str]:
    """Yield the JSON of a value in pieces of some thousand characters."""
    separators = (",", ":") if indent is None else None
    told = json.JSONEncoder(ensure_ascii=False, indent=indent, separators=separators).iterencode(value)
    while piece := "".join(islice(told, _TOKENS_AT_ONCE)):
        yield piece
    yield "\n"


_TOKENS_AT_ONCE = 1_000


_SIMPLE: Mapping[Any, Callable[[Any], Any]] = {
    datetime: datetime.isoformat,
    Span: lambda span: [span.first, span.last] if isinstance(span, Span) else list(span),
    Box: lambda box: [round(edge, 5) for edge in (box.x0, box.y0, box.x1, box.y1)],
}
