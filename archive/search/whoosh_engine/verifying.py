"""Reading an index whole, to find damage before a search does: searches check only the blocks they read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from whoosh.index import EmptyIndexError

from archive.errors import IndexDamaged
from archive.search.whoosh_engine.contents import read_contents
from archive.search.whoosh_engine.following import OPEN_ATTEMPTS, PAUSE, SENSELESS_AT_OPENING
from archive.search.whoosh_engine.generations import Generations
from archive.search.whoosh_engine.layout import FILES
from archive.search.whoosh_engine.sections import Sections
from archive.search.whoosh_engine.storage import REMEDY, MappedFile, MappedStorage, open_mapped


def damaged_files(root: Path) -> Iterator[IndexDamaged]:
    """Read every block of the generation under ``root`` that answers searches; an error for each file that is not as
    it was written. Without an index there is none."""
    generations = Generations(root)
    name: str | None = None
    try:
        name = generations.current()
        if name is None:
            return
        generations.check_version(name)
        files = _opened(generations.path(name))
    except IndexDamaged as error:
        yield error
    except SENSELESS_AT_OPENING as error:
        yield IndexDamaged(
            "The search index at %(path)s cannot be read: %(error)s.", REMEDY, path=root / (name or ""), error=error
        )
    else:
        for file in files:
            try:
                _read(file)
            except IndexDamaged as error:
                yield error
            except SENSELESS_AT_OPENING as error:
                yield IndexDamaged(
                    "The file %(name)s of the search index cannot be read: %(error)s.",
                    REMEDY,
                    name=file.name,
                    error=error,
                )


def _opened(path: Path) -> list[MappedFile]:
    """The files of the newest commit. Once they are open, no commit can take them away."""
    for attempt in range(OPEN_ATTEMPTS):
        try:
            storage = MappedStorage(path)
            segments = read_contents(storage).segments
            return [
                open_mapped(storage, segment.make_filename(extension)) for segment in segments for extension in FILES
            ]
        except (FileNotFoundError, EmptyIndexError):
            if attempt == OPEN_ATTEMPTS - 1:
                raise
            time.sleep(PAUSE)
    raise AssertionError("there is at least one attempt")


def _read(file: MappedFile) -> None:
    outer = Sections(file.content, file.name)
    places = outer.directory.get("columns", {}).values()
    inner = [Sections(file.content[first : first + length], file.name) for first, length in places]
    for sections in (outer, *inner):
        for name in sections.directory["arrays"]:
            sections.lazy(name).all()
