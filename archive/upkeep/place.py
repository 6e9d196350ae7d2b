"""The target of a move: checks that it is empty, its settings, and the marker of an unfinished move."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from archive.archive import UNFINISHED_MOVE, open_catalog, open_engines
from archive.config import SETTINGS_FILE, Settings
from archive.errors import UsageError
from archive.findings.rates import LOADED
from archive.system.files import make_folders, replace_text, sync

ADDRESSES = ("catalog_url", "search_url", "originals_url")
"""Settings with the addresses of the parts of an archive."""

_ADDRESS_LINE = re.compile(rf"^\s*\"?({'|'.join(ADDRESSES)})\"?\s*=.*\n?", re.MULTILINE)


def prepare_place(home: Path, source: str, settings_text: str, addresses: Mapping[str, str]) -> tuple[Settings, bool]:
    """Mark a place as the target of a move from ``source``, and write its settings; returns these, and whether it
    resumes an interrupted move.

    An existing settings file is kept. Else it is made of the source's, with these addresses.

    :raises UsageError: the place is not empty, is the target of another move, or has other settings.
    """
    refuse_environment()
    goes_on = _is_unfinished_move(home, source)
    if not goes_on:
        _refuse_used(home)
    make_folders(home)
    file = home / SETTINGS_FILE
    if not file.exists() and (text := with_addresses(settings_text, addresses)):
        replace_text(file, text)
    settings = Settings.load(home)
    for name, address in addresses.items():
        if address and settings.text(name) != address:
            raise UsageError(
                f"{file} has {name} = {settings.text(name)!r}, not {address!r}.", "Change it there, or leave it out."
            )
    if not goes_on:
        _refuse_used_servers(home, settings)
        told = {"from": source, "began_at": datetime.now(UTC).isoformat(timespec="seconds")}
        replace_text(home / UNFINISHED_MOVE, json.dumps(told, indent=2) + "\n")
    return settings, goes_on


def owned_files(home: Path) -> list[Path]:
    """Return the files of an archive that its owner wrote or imported: settings, watchlist, findings, rates."""
    return [*sorted(home.glob("*.toml")), *home.glob(LOADED), *sorted(home.glob("findings/*.toml"))]


def finish_place(home: Path) -> None:
    """Remove the marker: from now on this is an archive."""
    (home / UNFINISHED_MOVE).unlink()
    sync(home)


def refuse_environment() -> None:
    """Refuse addresses in the environment, which apply to every archive of this process.

    :raises UsageError: an environment variable sets an address of both the old and the new archive.
    """
    for name in ADDRESSES:
        if variable := os.environ.get(f"DOSIJE_{name.upper()}"):
            raise UsageError(
                f"DOSIJE_{name.upper()} is set to {variable!r}; it would be of both archives.",
                f"Unset it, and write {name} into {SETTINGS_FILE} of each.",
            )


def with_addresses(text: str, addresses: Mapping[str, str]) -> str:
    """Replace the addresses in the text of a settings file; empty ones are omitted.

    :raises UsageError: the existing addresses cannot be removed from the text.
    """
    rest = _ADDRESS_LINE.sub("", text)
    lines = "".join(f"{name} = {json.dumps(address)}\n" for name, address in addresses.items() if address)
    kept = {name: value for name, value in tomllib.loads(text).items() if name not in ADDRESSES}
    try:
        is_right = tomllib.loads(rest) == kept
    except tomllib.TOMLDecodeError:
        is_right = False
    if not is_right:
        raise UsageError(
            f"The addresses in {SETTINGS_FILE} cannot be replaced.", "Write that file of the new place yourself."
        )
    return lines + rest


def _is_unfinished_move(home: Path, source: str) -> bool:
    """Return whether there is an unfinished move from ``source``."""
    try:
        told = json.loads((home / UNFINISHED_MOVE).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return False
    if told["from"] != source:
        raise UsageError(f"{home} is the place of an unfinished move from {told['from']}.", "Name another place.")
    return True


def _refuse_used(home: Path) -> None:
    if home.exists() and not home.is_dir():
        raise UsageError(f"{home} is not a folder.", "Name an empty folder or a new one.")
    if home.is_dir() and any(path.name != SETTINGS_FILE for path in home.iterdir()):
        raise UsageError(f"{home} is not empty.", f"Name an empty folder, a new one, or one with {SETTINGS_FILE} only.")


def _refuse_used_servers(home: Path, settings: Settings) -> None:
    """Refuse servers that hold another archive. Other originals are no conflict, because names are hashes."""
    if settings.text("catalog_url"):
        with closing(open_catalog(home, settings)) as catalog:
            if not catalog.is_empty:
                raise UsageError(f"There is an archive in {catalog.location}.", "Name an empty database or schema.")
    if settings.text("search_url"):
        engines = open_engines(home, settings)
        try:
            if any(engine.count() for engine in engines):
                raise UsageError("search_url names an index that holds documents.", "Name another one.")
        finally:
            for engine in engines:
                engine.close()
