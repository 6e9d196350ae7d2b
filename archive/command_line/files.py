"""Files that commands write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from archive.system.files import replacing


@contextmanager
def written_whole(output: Path) -> Iterator[BinaryIO]:
    """A file to write, which takes its place when all of it is on the disk, or not at all. What is no file, as a pipe
    or a terminal, is written to as it is; a link stays one."""
    if output.exists() and not output.is_file():
        with output.open("wb") as file:
            yield file
        return
    with replacing(output.resolve()) as file:
        yield file
