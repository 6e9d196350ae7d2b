"""Small archives that many tests begin with: made by the first test of a run that needs one, copied for the others.

Making an archive of ten documents takes a quarter of a second of the processor, one of a document of 1,000 pages eight
seconds, copying one a fiftieth. The processes that share the work of a run share them.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
from collections.abc import Callable, Hashable
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

Told = TypeVar("Told")

PLACE = "DOSIJE_TEST_MADE_ONCE"
"""The variable that names the folder in which they are kept until the run ends."""


def copied(folder: Path, make: Callable[..., Told], *arguments: Hashable) -> Told:
    """Put into ``folder`` what ``make(folder, *arguments)`` makes there, and give what it returns.

    It must close what it opens, and what it makes must not depend on anything but its arguments.
    """
    first = Path(os.environ[PLACE], sha256(pickle.dumps((make, arguments))).hexdigest())
    told = first.with_suffix(".told")
    with first.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            shutil.rmtree(first, ignore_errors=True)
            first.mkdir()
            told.write_bytes(pickle.dumps(make(first, *arguments)))
    shutil.copytree(first, folder, symlinks=True, dirs_exist_ok=True)
    return pickle.loads(told.read_bytes())  # type: ignore[no-any-return]
