"""A golden archive, unpacked: what ``make.py`` packed, and its originals, which are those specimens that it took in."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

GOLDEN = Path(__file__).parent
SPECIMENS = GOLDEN.parents[1] / "documents" / "specimens"


def unpack(release: str, home: Path) -> Path:
    """Unpack the archive that ``release`` made to ``home``, and return it."""
    with tarfile.open(GOLDEN / f"{release}.tar.xz") as packed:
        # Debian 12 has Python 3.11.2, whose tarfile knows no filters and warns of none missing.
        filters = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        packed.extractall(home, **filters)  # type: ignore[arg-type]
    if not (home / "originals").exists():
        with closing(sqlite3.connect(home / "catalog.sqlite")) as catalog:
            taken_in = {id_ for (id_,) in catalog.execute("SELECT id FROM documents")}
        for path in SPECIMENS.iterdir():
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            if sha256 not in taken_in:
                continue
            place = home / "originals" / sha256[:2] / sha256[2:4] / sha256
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
    return home
