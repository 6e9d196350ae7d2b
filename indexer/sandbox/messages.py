"""Messages between a reading process and its parent: plain JSON, never pickled objects.

A compromised process can send anything. Unpickling untrusted data executes code; parsing JSON yields only strings and
numbers. The annotations of the expected dataclasses define their types, and the constructors validate them. Anything
else raises :class:`ValueError`. Text is made storable by the sender, and text that cannot be stored is rejected by the
receiver.

Nothing here blocks: a process that sends an incomplete message delays only itself.
"""

from __future__ import annotations

import json
import os
import struct
from array import array
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from math import inf, isfinite
from pathlib import Path
from time import monotonic
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from archive import errors
from archive.errors import DosijeError
from archive.text.storable import is_storable, storable

HEADER = struct.Struct(">BI")
"""Header of each message: kind and size in bytes. The kind of a part is the index of its type among those expected."""

COSTS, RAW, ERROR = 0xFD, 0xFE, 0xFF
"""Kinds of other messages: costs of stages, a part of raw bytes, and the error that ended a job."""

ENDED, SPENT = b".", b"!"
"""The end of a job as sent by the warm process; ``SPENT`` if the fork left something behind.

The sandbox is then replaced.
"""

END = struct.Struct(">c4d")
"""One of these, and seconds since the last: CPU and wall-clock time for loading, then for forks."""

MOST_MESSAGE = 20_000
"""Maximum length of the message or remedy of an error: usually some hundred, but it may quote a path of 4,096."""


def encode(value: object) -> bytes:
    """Return a value as JSON: a dataclass as the list of its fields, bytes and arrays in Base64, an error by name."""
    return json.dumps(_plain(value), separators=(",", ":")).encode()


def decode(kind: Any, data: bytes) -> Any:
    """Return the value of type ``kind`` that :func:`encode` wrote.

    :raises ValueError: it has another type.
    """
    read = _reader(kind)
    try:
        return read(json.loads(data, parse_constant=_refuse))
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError) as error:
        raise ValueError(f"not a {getattr(kind, '__name__', kind)}: {error}") from error


def _plain(value: Any) -> Any:
    if type(value) is str:
        return storable(value)
    if value is None or type(value) in (bool, int, float):
        return value
    if is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, Mapping):
        return {storable(key): _plain(one) for key, one in value.items()}
    for kind, write in _WRITERS.items():
        if isinstance(value, kind):
            return write(value)
    plain = list(value)
    return plain if _are_storable(plain) else [_plain(one) for one in plain]


def _are_storable(values: Sequence[Any]) -> bool:
    """Return whether all values are storable strings, checked together for speed."""
    return {str}.issuperset(map(type, values)) and is_storable("".join(values))


_WRITERS: dict[type, Callable[[Any], Any]] = {
    DosijeError: lambda error: [type(error).__name__, storable(error.message), _plain(error.remedy)],
    Enum: lambda member: member.value,
    bytes: lambda data: b64encode(data).decode(),
    array: lambda data: b64encode(data).decode(),
    datetime: lambda moment: moment.isoformat(),
    Path: str,
    str: storable,  # a message, which is told in English only
}


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not a number")


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """Return the function that converts plain JSON to a value of type ``kind``."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is UnionType:
        (inner,) = (one for one in arguments if one is not NoneType)
        read = _reader(inner)
        return lambda plain: None if plain is None else read(plain)
    if arguments[:1] == (str,) and origin is tuple:
        return _texts
    if origin is tuple:
        each = _reader(arguments[0])
        return lambda plain: tuple(map(each, _exactly(list, plain)))
    if origin is not None and issubclass(origin, Mapping):
        each = _reader(arguments[1])
        return lambda plain: {_text(key): each(one) for key, one in _exactly(dict, plain).items()}
    return _of_class(kind)


def _of_class(kind: Any) -> Callable[[Any], Any]:
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if issubclass(kind, DosijeError):
        return lambda plain: _error(kind, *_exactly(list, plain))
    if issubclass(kind, Enum):
        return kind  # type: ignore[no-any-return]  # its values are the names of its members
    hints = get_type_hints(kind, localns={"array": _Columns})
    readers = [_reader(hints[field.name]) for field in fields(kind)]
    return lambda plain: kind(*(read(one) for read, one in zip(readers, _exactly(list, plain), strict=True)))


class _Columns:
    """A stand-in for ``array`` in annotations, since the item type of that class cannot be read back."""

    def __class_getitem__(cls, _item: object) -> type[_Columns]:
        return cls


def _exactly(kind: type, plain: Any) -> Any:
    if type(plain) is not kind:
        raise ValueError(f"a {kind.__name__} was expected, not a {type(plain).__name__}")
    return plain


def _text(plain: Any) -> str:
    text: str = _exactly(str, plain)
    if not is_storable(text):
        raise ValueError("a text with a lone surrogate or a NUL")
    return text


def _texts(plain: Any) -> tuple[str, ...]:
    texts = tuple(_exactly(list, plain))
    return texts if _are_storable(texts) else tuple(map(_text, texts))


def _number(plain: Any) -> float:
    if type(plain) not in (int, float) or not isfinite(plain):
        raise ValueError("a number was expected")
    return float(plain)


def _error(kind: type[DosijeError], name: Any, message: Any, remedy: Any) -> DosijeError:
    made = _ERRORS.get(_text(name))
    if made is None or not issubclass(made, kind):
        raise ValueError(f"{name[:40]!r} is not an expected error")
    if len(_text(message)) > MOST_MESSAGE or (remedy is not None and len(_text(remedy)) > MOST_MESSAGE):
        raise ValueError("an error message above the maximum length")
    return made(message, remedy)


_ERRORS = {name: one for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, DosijeError)}

_SIMPLE: dict[Any, Callable[[Any], Any]] = {
    str: _text,
    int: lambda plain: _exactly(int, plain),
    bool: lambda plain: _exactly(bool, plain),
    float: _number,
    _Columns: lambda plain: array("H", b64decode(_text(plain), validate=True)),
    bytes: lambda plain: b64decode(_text(plain), validate=True),
    datetime: lambda plain: datetime.fromisoformat(_text(plain)),
    Path: lambda plain: Path(_exactly(str, plain)),
}


MOST_JSON = 64 << 20
"""Maximum size of a JSON part in bytes. A page of the 200,000 words that the settings permit takes 6 MB."""

MOST_RAW = 1 << 30
"""Maximum size of a raw part in bytes: a page image, or a PDF of many."""

_MOST_ERROR = 1 << 20
_MOST_COSTS = 1 << 12
_CHUNK = 1 << 20


_TOGETHER = 0.25
"""Seconds for which messages are buffered; waking the parent is more expensive than encoding a page."""

_MOST_TOGETHER = 1 << 18


class Outbox:
    """A buffered writer of messages to a pipe. The first is sent at once; those in quick succession together."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._waiting: list[bytes] = []
        self._size = 0
        self._sent = -inf

    def put(self, kind: int, data: bytes) -> None:
        """Add a message, and send the buffer if it is large or was last sent a while ago."""
        self._waiting.append(HEADER.pack(kind, len(data)) + data)
        self._size += len(data)
        if self._size > _MOST_TOGETHER or monotonic() - self._sent > _TOGETHER:
            self.send()

    def send(self) -> None:
        """Write the buffer to the pipe; this may block."""
        # If memory is too low to join them, no message is sent in part.
        waiting, self._waiting, self._size = self._waiting, [], 0
        left = memoryview(b"".join(waiting))
        while left:
            left = left[os.write(self._pipe, left) :]
        self._sent = monotonic()


class MessageQueue:
    """Messages received from one process and not read yet."""

    def __init__(self, pipe: int) -> None:
        """Read from ``pipe``, which :meth:`close` closes."""
        os.set_blocking(pipe, False)
        self.pipe = pipe
        self._bytes = bytearray()

    def fill(self) -> bool:
        """Receive up to a megabyte; return whether there was any data."""
        try:
            chunk = os.read(self.pipe, _CHUNK)
        except BlockingIOError:
            return False
        self._bytes += chunk
        return bool(chunk)

    def messages(self) -> Iterator[tuple[int, bytes]]:
        """Yield the complete messages: kind and data.

        :raises ValueError: a message exceeds the limit.
        """
        while len(self._bytes) >= HEADER.size:
            kind, size = HEADER.unpack_from(self._bytes)
            if size > {RAW: MOST_RAW, ERROR: _MOST_ERROR, COSTS: _MOST_COSTS}.get(kind, MOST_JSON):
                raise ValueError(f"a message of {size} bytes")
            end = HEADER.size + size
            if len(self._bytes) < end:
                return
            message = bytes(self._bytes[HEADER.size : end])
            del self._bytes[:end]
            yield kind, message

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left, not even an incomplete message."""
        return not self._bytes

    def close(self) -> None:
        """Close the pipe."""
        os.close(self.pipe)
