"""Bits flipped at random in the originals, the index and the catalog of a copy of an archive: which are noticed?

Usage: ``python -m benchmarks.flips HOME [--flips 200] [--seed 1]``

HOME is copied and not touched. One bit is flipped at a time, the archive is checked, and the bit is put back. A flip in
the catalog that changes no row of any table (unused space, an index that SQLite does not use) is counted apart.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pysqlite3

from archive.checking.check import check
from archive.errors import DosijeError
from archive.home import Archive
from archive.store.sql.sqlite_files import settle_copy

Rows = dict[str, str]


def rows_of(catalog: Path) -> Rows | None:
    """A hash of the rows of each table; None if they cannot be read."""
    try:
        connection = pysqlite3.connect(f"file:{catalog}?mode=ro&immutable=1", uri=True)
        try:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            return {
                name: sha256(repr(connection.execute(f"SELECT * FROM {name}").fetchall()).encode()).hexdigest()
                for name in tables
            }
        finally:
            connection.close()
    except (pysqlite3.DatabaseError, UnicodeDecodeError):
        return None


def is_noticed(home: Path) -> bool:
    """Whether the archive cannot be opened, or a check finds damage."""
    try:
        with Archive.open(home, create=False) as archive:
            return check(archive).needs_a_person
    except DosijeError:
        return True


def flip(path: Path, place: int) -> None:
    """Flip one bit of a file; once more, and it is as before."""
    mode = path.stat().st_mode
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(place // 8)
        byte = file.read(1)[0]
        file.seek(place // 8)
        file.write(bytes([byte ^ (1 << place % 8)]))
    path.chmod(mode)


def chooser(paths: list[Path], chance: random.Random) -> Callable[[], tuple[Path, int]]:
    """What picks a bit among all of these files."""
    sizes = [path.stat().st_size for path in paths]

    def choose() -> tuple[Path, int]:
        (path,) = chance.choices(paths, sizes)
        return path, chance.randrange(8 * path.stat().st_size)

    return choose


def flip_files(home: Path, kind: str, count: int, chance: random.Random) -> None:
    """Flip bits in the files of a folder, one at a time, and print how many were noticed."""
    files = [path for path in (home / kind).rglob("*") if path.is_file() and path.stat().st_size]
    choose, noticed = chooser(files, chance), 0
    for _ in range(count):
        place = choose()
        flip(*place)
        noticed += is_noticed(home)
        flip(*place)
    print(f"{kind}: {noticed} of {count} noticed", flush=True)


def flip_catalog(home: Path, count: int, chance: random.Random) -> None:
    """Flip bits in the catalog, one at a time, and print which were noticed, and which tables the others changed."""
    catalog = home / "catalog.sqlite"
    settle_copy(catalog)
    kept, before = catalog.read_bytes(), rows_of(catalog)
    assert before is not None
    counts, tables = Counter[str](), Counter[str]()
    for _ in range(count):
        catalog.write_bytes(kept)
        flip(catalog, chance.randrange(8 * len(kept)))
        after = rows_of(catalog)
        changed = sorted(name for name, rows in before.items() if after is None or after.get(name) != rows)
        if is_noticed(home):
            counts["noticed"] += 1
        else:
            counts["not noticed" if changed else "changed no row"] += 1
            tables.update(changed)
        for left in home.glob("catalog.sqlite-*"):
            left.unlink()
    print(f"catalog: {dict(counts)}; tables of those not noticed: {dict(tables)}")


def main() -> None:
    """Copy the archive and flip bits in its parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--flips", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(options.home, home, ignore=shutil.ignore_patterns("cache"))
        if is_noticed(home):
            raise SystemExit("The archive is damaged before anything was flipped.")
        for kind in ("originals", "index"):
            flip_files(home, kind, options.flips, chance)
        flip_catalog(home, options.flips, chance)


if __name__ == "__main__":
    main()
