"""Whose fault it is that something was not stored: a document's, which fails alone, or the machine's, which ends the
run.

What was found in a document comes from strangers. Whatever they make of it, one document must not end the run: every
later run would meet it again, and the files behind it would never be read. But a full disk or a lost server fails each
document alike; to blame the documents for it would mark good ones as bad.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from archive.errors import (
    ArchiveBusy,
    ArchiveError,
    DataRefused,
    DosijeError,
    InputError,
    Message,
    NotStored,
    sentences,
)
from archive.text.storable import storable

_LONGEST = 300
"""Characters of an error that are told. That of a database may quote all that was to be written."""


@contextmanager
def storing(filename: str) -> Iterator[None]:
    """Within this, what was found in one document is stored, all of it or nothing.

    :raises InputError: the document is to blame.
    :raises ArchiveError: the archive cannot be written.
    :raises ArchiveBusy: another process is writing.
    """
    try:
        yield
    except DataRefused as error:
        raise _not_stored(filename, error.message) from error
    except (InputError, ArchiveError, ArchiveBusy, OSError, MemoryError):
        raise
    except DosijeError as error:
        raise _not_stored(filename, str(error)) from error
    except Exception as error:
        raise _not_stored(filename, f"{type(error).__name__}: {error}") from error


def _not_stored(filename: str, reason: str) -> NotStored:
    told = storable(reason)
    if len(told) > _LONGEST:
        told = f"{told[:_LONGEST]}…"
    return NotStored(
        "What was read of %(filename)s could not be stored: %(error)s.",
        sentences(
            Message("Other documents are not affected."),
            "Save the document anew (print it to PDF) and add that; please report the original if it is public.",
        ),
        filename=filename,
        error=told.rstrip("."),
    )
